"""A second person agrees: on the spot, or to a request that waits; exactly to this, once, and never to oneself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db import audit as audit_records
from db import staff as staff_records
from db.errors import CodedError
from db.staff import Role, Staff
from frontdesk import cli
from frontdesk.access import service as access
from frontdesk.access.service import Approver
from frontdesk.clock import system_clock
from frontdesk.context import Context, Operator
from frontdesk.settings.service import reset, set_setting, subject
from frontdesk.staff import service as staff
from frontdesk.volunteers.hours.supplements import add_supplement, annul_supplement
from frontdesk.volunteers.register import service as register
from tests.desks import NOON, new_desk

PIN = "8642"
DAY = NOON.date() - timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """The manager M001 signed in, a manager M002, an operator O001, all with a PIN; hours need a second person."""
    context = new_desk(tmp_path / "home")
    roles: dict[str, Role] = {"M002": "manager", "O001": "operator"}
    with context.database.write() as connection:
        for no, role in roles.items():
            staff_records.put(connection, Staff(no=no, name="赵六", kind="", role=role))
            staff_records.set_role(connection, no, role)
    # Each their own, as nobody approves for whoever gave them theirs.
    for no, role in {"M001": "manager", **roles}.items():
        staff.set_pin(replace(context, operator=Operator(no, "赵六", role)), no, PIN)
    register.add(context, {"name": "张三", "consent_on": "2026-11-01", "consent_version": "1"})
    set_setting(context, "approve_supplement", "1")
    yield context
    context.database.close()


def another(desk: Context, no: str = "M002", role: Role = "manager") -> Context:
    return replace(desk, operator=Operator(no, "赵六", role))


def add(desk: Context, approver: Approver | None = None, minutes: int = 60) -> int:
    found = add_supplement(desk, "0000001", minutes=minutes, reason="忘记刷卡", day=DAY, approver=approver)
    assert found.id is not None
    return found.id


def refused(call: object, *arguments: object, **named: object) -> str:
    with pytest.raises(CodedError) as refusal:
        call(*arguments, **named)  # type: ignore[operator]
    return refusal.value.code


def asked(desk: Context, minutes: int = 60) -> int:
    return access.request_approval(desk, "supplement", f"0000001 {DAY} {minutes}' -")


def test_nobody_is_asked_where_no_setting_asks(desk: Context) -> None:
    set_setting(desk, "approve_supplement", "0", approver=Approver("M002", PIN))
    add(desk)
    assert refused(access.request_approval, desk, "supplement", "x") == "nothing_to_approve"


def test_another_manager_agrees_on_the_spot_and_the_log_names_both(desk: Context) -> None:
    assert refused(add, desk) == "approval_required"
    assert refused(add, desk, Approver("M001", PIN)) == "own_approval"
    assert refused(add, desk, Approver("O001", PIN)) == "approver_not_manager"
    assert refused(add, desk, Approver("M002", "0000")) == "sign_in_refused"
    number = add(desk, Approver("M002", PIN))
    assert desk.operator is not None and desk.operator.no == "M001"
    rows = desk.database.connection.execute("SELECT * FROM audit WHERE action = 'hours.supplemented'").fetchall()
    assert [(row["operator_no"], json.loads(row["detail"])["approved_by"]) for row in rows] == [("M001", "M002")]
    assert refused(annul_supplement, desk, number, "写错了") == "approval_required"
    annul_supplement(desk, number, "写错了", approver=Approver("M002", PIN))
    assert audit_records.first_broken(desk.database.connection) is None


@pytest.mark.parametrize("change", ["set", "reset"])
def test_nobody_alone_switches_off_that_a_second_person_is_needed(desk: Context, change: str) -> None:
    def off(who: Context, approver: Approver | None = None) -> None:
        if change == "set":
            set_setting(who, "approve_supplement", "0", approver=approver)
        else:
            reset(who, "approve_supplement", approver=approver)

    assert refused(off, desk) == "approval_required"
    assert refused(off, desk, Approver("M001", PIN)) == "own_approval"
    assert refused(off, desk, Approver("O001", PIN)) == "approver_not_manager"
    set_setting(desk, "approve_erase", "1")
    set_setting(desk, "approve_supplement", "1")
    number = access.request_approval(desk, "settings", subject("approve_supplement", 0))
    access.decide(another(desk), number, granted=True)
    off(desk)
    assert not desk.settings.approve_supplement
    off(desk)
    set_setting(desk, "approve_supplement", "1")
    assert refused(off, desk) == "approval_required"
    off(desk, Approver("M002", PIN))
    rows = desk.database.connection.execute(
        "SELECT detail FROM audit WHERE action = 'setting.changed' AND subject = 'approve_supplement' ORDER BY id"
    ).fetchall()
    assert [json.loads(row["detail"]).get("approved_by") for row in rows] == [None, "M002", None, "M002"]


def test_the_only_manager_with_a_pin_is_not_caught_in_a_setting(desk: Context) -> None:
    with desk.database.write() as connection:
        connection.execute("UPDATE staff SET pin_hash = NULL WHERE no = 'M002'")
    set_setting(desk, "approve_supplement", "0")
    assert not desk.settings.approve_supplement


def test_who_takes_the_other_managers_role_does_not_decide_alone_for_seven_days(desk: Context) -> None:
    staff.set_role(desk, "M002", "operator")
    assert refused(set_setting, desk, "approve_supplement", "0") == "alone_too_soon"
    assert refused(set_setting, desk, "approve_supplement", "0", approver=Approver("M002", PIN)) == "alone_too_soon"
    assert refused(access.request_approval, desk, "settings", subject("approve_supplement", 0)) == "alone_too_soon"
    desk.clock = lambda: NOON + timedelta(days=7, minutes=1)
    set_setting(desk, "approve_supplement", "0")
    assert not desk.settings.approve_supplement


def test_who_was_given_role_or_pin_by_the_asker_is_no_second_person_for_seven_days(desk: Context) -> None:
    staff.set_role(desk, "O001", "manager")
    staff.set_pin(desk, "O001", PIN)
    assert refused(add, desk, Approver("O001", PIN)) == "one_person"
    number = asked(desk)
    assert refused(access.decide, another(desk, "O001"), number, granted=True) == "one_person"
    # Nor the other way round, nor through a third person.
    assert refused(add, another(desk, "O001"), Approver("M001", PIN)) == "one_person"
    with desk.database.write() as connection:
        staff_records.put(connection, Staff(no="O002", name="孙七", kind="", role="manager"))
    staff.set_pin(another(desk, "O001"), "O002", PIN)
    assert refused(add, desk, Approver("O002", PIN)) == "one_person"
    assert refused(add, another(desk, "O001"), Approver("O002", PIN)) == "one_person"
    access.decide(another(desk), number, granted=True)
    add(desk)
    later = replace(desk, clock=lambda: NOON + timedelta(days=7, minutes=1))
    add(later, Approver("O001", PIN), minutes=90)


def test_two_managers_who_each_helped_a_colleague_are_two(desk: Context) -> None:
    staff.set_pin(desk, "O001", PIN)
    staff.set_pin(another(desk), "O001", PIN)
    add(desk, Approver("M002", PIN))


def test_a_request_waits_is_granted_and_holds_for_exactly_this_once(desk: Context) -> None:
    number = asked(desk)
    assert asked(desk) == number
    assert access.waiting_count(desk) == 1
    assert refused(add, desk) == "approval_waiting"
    assert refused(access.decide, desk, number, granted=True) == "own_approval"
    assert refused(access.decide, another(desk, "O001", "operator"), number, granted=True) == "manager_required"
    access.decide(another(desk), number, granted=True)
    assert refused(access.decide, another(desk), number, granted=False) == "decided_already"
    assert access.waiting_count(desk) == 0
    assert refused(add, desk, minutes=90) == "approval_required"
    assert refused(add, another(desk)) == "approval_required"
    add(desk)
    assert refused(add, desk) == "approval_required"


def test_what_fails_uses_no_grant_up(desk: Context) -> None:
    access.decide(another(desk), asked(desk, 1440), granted=True)
    assert refused(add, desk, minutes=1440) == "above_planned"
    assert [one.used_at for one in access.requests(desk)] == [None]


def test_a_refused_request_says_by_whom_and_can_be_asked_again(desk: Context) -> None:
    number = asked(desk)
    access.decide(another(desk), number, granted=False)
    assert refused(add, desk) == "approval_refused"
    assert asked(desk) != number


def test_a_grant_ends_after_a_week_and_with_the_right_of_who_gave_it(desk: Context) -> None:
    access.decide(another(desk), asked(desk), granted=True)
    with desk.database.write() as connection:
        staff_records.set_role(connection, "M002", "operator")
    assert refused(add, desk) == "approver_not_manager"
    with desk.database.write() as connection:
        staff_records.set_role(connection, "M002", "manager")
    desk.clock = lambda: NOON + timedelta(days=8)
    assert refused(add, desk) == "approval_required"
    old = next(one.id for one in access.requests(desk))
    assert refused(access.decide, another(desk), old, granted=False) == "decided_already"
    assert refused(access.decide, another(desk), 999, granted=True) == "unknown_request"


def test_an_approvers_wrong_pins_are_tries_like_any(desk: Context) -> None:
    codes = [refused(add, desk, Approver("M002", "0000")) for _ in range(12)]
    assert codes.count("sign_in_refused") == 3 and codes[-1] == "sign_in_locked"


def test_by_command(desk: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(desk.home.path)
    line = ["--home", home, "--as", "M001", "hours", "annul", "7", "--reason", "x", "--json"]
    monkeypatch.setenv("FRONTDESK_PIN", PIN)
    assert cli.run(line) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "approval_required"
    monkeypatch.setenv("FRONTDESK_APPROVER_PIN", PIN)
    assert cli.run([*line, "--approved-by", "M002"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unknown_supplement"
    # Commands go by the computer's clock.
    desk.clock = system_clock
    number = asked(desk)
    assert cli.run(["--home", home, "--as", "M002", "approval", "list", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == [number]
    assert cli.run(["--home", home, "--as", "M002", "approval", "grant", str(number)]) == 0
    assert access.requests(desk)[0].granted
