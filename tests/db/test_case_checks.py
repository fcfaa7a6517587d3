"""Who can take the steps that another person has to, said when a record is begun."""

from __future__ import annotations

from contextlib import redirect_stdout
from functools import partial
from io import StringIO

import pytest

from db.staff import Role, Staff, put, set_pin_hash
from frontdesk.cases import filling, service
from frontdesk.cases.formwords import preview_words
from frontdesk.cli import run
from frontdesk.context import Context, open_context
from tests.casesteps import refused


def colleague(desk: Context, no: str, name: str, *, role: Role = "operator", can_sign_in: bool = True) -> None:
    with desk.database.write() as connection:
        put(connection, Staff(no=no, name=name, kind="", role=role))
        if can_sign_in:
            set_pin_hash(connection, no, "-")


def told(desk: Context, code: str) -> str:
    return preview_words(filling.form_of(desk, code), {})


def test_who_is_alone_is_told_at_the_start_that_a_body_from_outside_can_review(desk: Context) -> None:
    words = told(desk, "self_gov_fund")
    assert words.startswith("“评审、归档”要换一个人办，本中心只有您一人能登录") and "街道" in words
    # Passing a visitor on wants a colleague, whatever is written.
    assert "F12" in told(desk, "first_contact") and "街道" not in told(desk, "first_contact")
    assert "F12" in told(desk, "seal_use")
    reviewed = ("self_check", "project_task", "provider_grading", "all_post_competency")
    assert all("街道" in told(desk, code) for code in reviewed)
    assert "换一个人" not in told(desk, "complaint")


def test_who_is_not_alone_is_told_who_can(desk: Context) -> None:
    colleague(desk, "W005", "不能登录", can_sign_in=False)
    colleague(desk, "W006", "审计的", role="auditor")
    assert "只有您一人" in told(desk, "self_gov_fund")
    colleague(desk, "W002", "李四")
    assert "能办的有李四" in told(desk, "self_gov_fund") and "只有您一人" not in told(desk, "self_gov_fund")
    for number in (7, 8, 9):
        colleague(desk, f"W00{number}", f"同事{number}")
    assert "能办的有李四、同事7、同事8等 4 人" in told(desk, "self_gov_fund")


def test_a_step_that_somebody_outside_may_have_taken_opens_its_form_to_who_took_the_one_before(desk: Context) -> None:
    one = service.open_case(desk, "repair", {"what": "灯不亮"})
    service.take_step(desk, one.row.id, "fix", {"result": "换了灯管"})
    form = filling.form_of(desk, "repair", one.row.id, "verify")
    assert [asked.key for asked in form.asked if asked.key == "verifier"] == ["verifier"]
    found = service.take_step(desk, one.row.id, "verify", {"verifier": "报修的人"})
    assert found.row.state == "verified"


def test_nobody_is_somebody_from_outside_to_themselves(desk: Context) -> None:
    one = service.open_case(desk, "repair", {"what": "灯不亮"})
    service.take_step(desk, one.row.id, "fix", {"result": "换了灯管"})
    own = desk.require_operator().name
    why = refused(lambda: service.take_step(desk, one.row.id, "verify", {"verifier": f" {own} "}))
    assert why.code == "only_another"
    service.take_step(desk, one.row.id, "verify", {"verifier": "报修的人"})
    assert refused(lambda: service.correct(desk, one.row.id, {"verifier": own}, "写错了")).code == "only_another"


def test_it_is_said_by_command_too(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.context.open_context", partial(open_context, clock=desk.clock))
    desk.database.close()
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    said = StringIO()
    with redirect_stdout(said):
        assert run(["--as", "M001", "case", "open", "repair", "--set", "what=灯不亮"]) == 0
    assert "“验收”要换一个人办" in said.getvalue()
