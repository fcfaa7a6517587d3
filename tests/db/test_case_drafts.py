"""Forms that were begun, in a real file: sealed, for nobody else, without a trace in the log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db import audit
from db import cases as records
from frontdesk.cases import choosing, drafts, filling, forms, service
from frontdesk.cases.errors import CaseError
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.residents import service as residents
from tests.casesteps import joined

SECRET = "欧阳秘密"


@pytest.fixture
def desk(desk: Context) -> Context:
    """The desk with an operator beside the manager, on Monday 9 November 2026."""
    joined(desk, "W002", "李四")
    return desk


def colleague(desk: Context) -> Context:
    return replace(desk, operator=Operator("W002", "李四", "operator"))


def test_a_form_is_there_again_for_whoever_typed_it_and_for_nobody_else(desk: Context) -> None:
    typed = {"matter": "漏水", "person": SECRET, "rows": [{"line": "花"}]}
    drafts.keep_draft(desk, "complaint", 0, "", typed)
    drafts.keep_draft(desk, "first_contact", 0, "", {"matter": "办证"})
    drafts.keep_draft(desk, "complaint", 0, "", {**typed, "matter": "楼上漏水"})
    assert drafts.draft(desk, "complaint") == {**typed, "matter": "楼上漏水"}
    assert drafts.draft(colleague(desk), "complaint") is None
    assert sorted(one.code for one in drafts.drafts(desk)) == ["complaint", "first_contact"]
    assert drafts.drafts(colleague(desk)) == []
    drafts.drop_draft(colleague(desk), "complaint")
    assert drafts.draft(desk, "complaint") is not None
    drafts.drop_draft(desk, "complaint")
    assert drafts.draft(desk, "complaint") is None


def test_what_is_typed_stands_nowhere_in_the_clear_and_makes_no_entry(desk: Context) -> None:
    before = audit.count(desk.database.connection)
    drafts.keep_draft(desk, "complaint", 0, "", {"person": SECRET, "matter": "很特别的话"})
    desk.database.fold()
    raw = desk.home.database.read_bytes()
    assert SECRET.encode() not in raw and "很特别的话".encode() not in raw
    assert audit.count(desk.database.connection) == before


def test_an_auditor_begins_no_form(desk: Context) -> None:
    reader = replace(desk, operator=Operator("M001", "王五", "auditor"))
    for case in (
        lambda: drafts.keep_draft(reader, "complaint", 0, "", {}),
        lambda: filling.form_of(reader, "complaint"),
    ):
        with pytest.raises(DeskError) as found:
            case()
        assert found.value.code == "auditor_reads_only"


def test_a_form_says_beforehand_what_a_step_does_and_refuses_one_that_cannot_be_taken(desk: Context) -> None:
    opening = filling.form_of(desk, "first_contact")
    assert (opening.preview.state, [one.deadline.code for one in opening.preview.starts]) == (
        "已接待",
        ["first_reply", "reply"],
    )
    opened = service.open_case(desk, "first_contact", {"matter": "医保怎么转"})
    passing = filling.form_of(desk, "first_contact", opened.row.id, "pass_on")
    assert passing.preview.state == "已转办"
    assert [one.deadline.code for one in passing.preview.starts] == ["taken_over"]
    service.take_step(desk, opened.row.id, "pass_on", {"next_owner": "社保窗口"})
    with pytest.raises(CaseError) as found:
        filling.form_of(desk, "first_contact", opened.row.id, "accept")
    assert found.value.code == "only_another"


def test_people_are_looked_at_on_record(desk: Context) -> None:
    opened = service.open_case(desk, "mediation", {"matter": "漏水", "parties": [{"name": SECRET}]})
    known = residents.add(desk, {"name": "赵乐", "phone": "13800004321"})
    filling.form_of(desk, "mediation", opened.row.id, forms.NOTE)
    assert "case.people_shown" not in _actions(desk)
    filling.form_of(desk, "mediation", opened.row.id)
    filling.reveal(desk, opened.row.id)
    assert choosing.person_of(desk, known.id) == ("赵乐", "13800004321")
    assert _actions(desk).count("case.people_shown") == 2 and "resident.contact_shown" in _actions(desk)


def _actions(desk: Context) -> list[str]:
    return [row[0] for row in desk.database.connection.execute("SELECT action FROM audit ORDER BY id")]


def test_what_a_field_leads_to_is_found_by_number_name_and_initials(desk: Context) -> None:
    definition = service.definitions(desk)["complaint"]
    handler, person = definition.field("handler"), definition.field("person")
    assert handler is not None and person is not None
    assert [one.key for one in choosing.choosable(desk, handler, "ls")] == ["W002"]
    assert [one.key for one in choosing.choosable(desk, handler, "w00")] == ["W002"]
    residents.add(desk, {"name": "赵乐", "phone": "13800004321"})
    (found,) = choosing.choosable(desk, person, "4321")
    assert found.name == "赵乐" and "赵乐" not in found.cells
    applicant = service.definitions(desk)["self_gov_fund"].field("applicant")
    assert applicant is not None and choosing.choosable(desk, applicant) == []
    member = {"member": "钱多多", "organisation": "示范一居", "org_type": "party", "since": "2026-01-01"}
    service.open_case(desk, "council_member", member)
    assert [one.key for one in choosing.choosable(desk, applicant, "sf")] == ["示范一居"]


def test_a_form_is_forgotten_with_what_it_wrote_or_not_at_all(desk: Context) -> None:
    drafts.keep_draft(desk, "complaint", 0, "", {"matter": "漏水"})
    drafts.keep_draft(colleague(desk), "complaint", 0, "", {"matter": "噪声"})
    with pytest.raises(CaseError):
        service.open_case(desk, "complaint", {"matter": ""}, of_draft=True)
    assert drafts.draft(desk, "complaint") == {"matter": "漏水"}
    # What is written elsewhere is not this form.
    service.open_case(desk, "complaint", {"matter": "别的"})
    assert drafts.draft(desk, "complaint") == {"matter": "漏水"}
    case_id = service.open_case(desk, "complaint", {"matter": "漏水"}, of_draft=True).row.id
    assert drafts.draft(desk, "complaint") is None
    assert drafts.draft(colleague(desk), "complaint") == {"matter": "噪声"}
    for step in ("verify", "", forms.NOTE):
        drafts.keep_draft(desk, "complaint", case_id, step, {"found": "写了一半"})
    service.add_note(desk, case_id, "又来电", of_draft=True)
    assert [drafts.draft(desk, "complaint", case_id, one) is None for one in ("verify", "", forms.NOTE)] == [0, 0, 1]
    service.correct(desk, case_id, {"matter": "漏雨"}, "听错了", of_draft=True)
    assert [drafts.draft(desk, "complaint", case_id, one) is None for one in ("verify", "")] == [False, True]
    service.take_step(desk, case_id, "verify", {"found": "属实"}, of_draft=True)
    assert drafts.draft(desk, "complaint", case_id, "verify") is None


def test_a_form_stays_where_the_power_fails_before_its_record_is_kept(
    desk: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.keep_draft(desk, "complaint", 0, "", {"matter": "漏水"})

    def fails(*_: object) -> None:
        raise OSError("no power")

    monkeypatch.setattr(records, "drop_draft", fails)
    with pytest.raises(OSError, match="no power"):
        service.open_case(desk, "complaint", {"matter": "漏水"}, of_draft=True)
    # Neither without the other: no record whose form is still there to be saved once more.
    assert service.register(desk, "complaint") == [] and drafts.draft(desk, "complaint") == {"matter": "漏水"}
