"""Who may do what is decided by what is stored when it is done, whatever another window has changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import staff as records
from db.connection import WriteTransaction
from db.staff import Role, Staff
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.roster.service import report_absent
from frontdesk.staff import service as staff
from frontdesk.staff.service import import_staff
from frontdesk.volunteers.service import issue_cards
from tests.desks import NOON, contents, sheet

TODAY = NOON.date()


@pytest.fixture
def second(desk: Context) -> Iterator[Context]:
    """Another window, in which another manager is signed in."""
    with desk.database.write() as connection:
        records.put(connection, Staff(no="M002", name="赵六", kind="", role="manager"))
    context = open_context(desk.home, source="desk", clock=desk.clock, operator=Operator("M002", "赵六", "manager"))
    yield context
    context.database.close()


def refusal(call: object, *arguments: object) -> str:
    """The code with which a call is refused."""
    with pytest.raises(DeskError) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.code


def test_a_demoted_manager_keeps_no_rights_in_a_window_that_runs_on(desk: Context, second: Context) -> None:
    staff.set_role(desk, "M002", "operator")
    before = contents(desk, audit=True)
    assert refusal(staff.set_role, second, "M001", "operator") == "manager_required"
    second.operator = Operator("M002", "赵六", "manager")
    assert refusal(staff.set_pin, second, "M001", "8642") == "manager_required"
    assert contents(desk, audit=True) == before
    report_absent(second, "M002", TODAY)


def test_who_was_made_an_auditor_writes_no_more(desk: Context, second: Context, tmp_path: Path) -> None:
    staff.set_role(desk, "M002", "auditor")
    path = sheet(tmp_path, "工号 姓名 人员类别", [["S1", "李磊", "聘用"]])
    for call, arguments in (
        (report_absent, (second, "M002", TODAY)),
        (issue_cards, (second,)),
        (import_staff, (second, path)),
    ):
        second.operator = Operator("M002", "赵六", "manager")
        assert refusal(call, *arguments) == "auditor_reads_only"


def test_who_is_no_longer_on_the_staff_does_nothing_more(desk: Context, second: Context) -> None:
    with desk.database.write() as connection:
        connection.execute("DELETE FROM staff WHERE no = 'M002'")
    assert refusal(report_absent, second, "M001", TODAY) == "operator_required"


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_of_two_managers_who_demote_each_other_one_stays(desk: Context, second: Context, role: Role) -> None:
    staff.set_role(desk, "M002", role)
    refused = refusal(staff.set_role, second, "M001", role)
    assert refused == {"operator": "manager_required", "auditor": "auditor_reads_only"}[role]
    assert [one.no for one in records.every(desk.database.connection) if one.role == "manager"] == ["M001"]


def test_of_two_windows_that_set_the_first_pin_at_once_one_does(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    other = open_context(desk.home, source="desk", clock=desk.clock)
    write = desk.database.write

    def another_comes_first() -> WriteTransaction:
        if staff.needs_first_pin(other, "M001"):
            staff.set_first_pin(other, "M001", "8642")
        return write()

    monkeypatch.setattr(desk.database, "write", another_comes_first)
    assert refusal(staff.set_first_pin, desk, "M001", "9753") == "sign_in_refused"
    staff.sign_in(other, "M001", "8642")
    other.database.close()
