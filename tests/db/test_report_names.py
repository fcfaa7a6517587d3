"""Names in the workbook are masked, all of them, unless somebody who is known asks otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from db import activities, staff
from db.activities import Session
from db.staff import Staff
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.locale import use_language
from frontdesk.reports.exporting import export_workbook
from frontdesk.reports.service import period_named
from frontdesk.reports.workbook import WorkbookFault
from tests.desks import new_desk

WEEK = period_named("2026-W46")
NAMES = ("王芳", "欧阳明月", "李静", "赵明")
ENTRIES = "SELECT operator_no, subject, detail FROM audit WHERE action = 'report.exported_with_names'"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with a post, its two holders, and a session that two people lead."""
    use_language("zh_CN")
    context = new_desk(tmp_path / "home")
    with context.database.write() as connection:
        for no, name, ab in (("S1", "王芳", "A"), ("S2", "欧阳明月", "B")):
            staff.put(connection, Staff(no=no, name=name, kind="专职"))
            staff.assign_post(connection, no, "综合接待", ab)
        at = context.now_ms()
        activities.put(
            connection,
            Session(
                code="HD001",
                day="2026-11-10",
                starts_at=at,
                ends_at=at + 3_600_000,
                name="书法",
                category="文化服务",
                capacity=20,
                lead="李静、赵明",
            ),
        )
    yield context
    context.database.close()


def words_in(out: Path) -> str:
    book = load_workbook(out)
    return "\n".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_staff_and_leads_are_masked_like_everybody(desk: Context, tmp_path: Path) -> None:
    text = words_in(export_workbook(desk, WEEK, tmp_path / "week.xlsx"))
    assert [name for name in NAMES if name in text] == []
    assert all(masked in text for masked in ("王*", "欧阳**", "李*、赵*"))
    assert desk.database.connection.execute(ENTRIES).fetchall() == []


def test_full_names_are_exported_on_demand_and_stand_in_the_audit_log(desk: Context, tmp_path: Path) -> None:
    text = words_in(export_workbook(desk, WEEK, tmp_path / "week.xlsx", with_names=True))
    assert [name for name in NAMES if name not in text] == []
    (entry,) = desk.database.connection.execute(ENTRIES)
    assert tuple(entry)[:2] == ("M001", "2026-W46")
    assert json.loads(entry[2]) == {"kind": "xlsx", "participants": 0, "posts": 1, "sessions": 1, "volunteers": 0}


@pytest.mark.parametrize(
    ("operator", "code"), [(None, "operator_required"), (Operator("A01", "钱审", "auditor"), "auditor_reads_only")]
)
def test_full_names_need_somebody_who_may_write(
    desk: Context, tmp_path: Path, operator: Operator | None, code: str
) -> None:
    out = tmp_path / "week.xlsx"
    with pytest.raises(DeskError) as caught:
        export_workbook(replace(desk, operator=operator), WEEK, out, with_names=True)
    assert caught.value.code == code
    assert not out.exists()


def test_names_that_could_not_be_written_leave_no_entry(desk: Context, tmp_path: Path) -> None:
    with pytest.raises(WorkbookFault):
        export_workbook(desk, WEEK, tmp_path / "absent" / "week.xlsx", with_names=True)
    assert desk.database.connection.execute(ENTRIES).fetchall() == []


def test_a_session_is_held_once_it_is_over_with_attendance_and_its_ratings_name_it(
    desk: Context, tmp_path: Path
) -> None:
    from datetime import timedelta

    from frontdesk.activities.service import set_walk_ins
    from frontdesk.feedback.service import rate

    assert "已发布" in words_in(export_workbook(desk, WEEK, tmp_path / "before.xlsx"))
    for _ in range(5):
        rate(desk, 5, session_code="HD001")
    later = desk.now() + timedelta(days=2)
    desk.clock = lambda: later
    set_walk_ins(desk, "HD001", 3)
    text = words_in(export_workbook(desk, WEEK, tmp_path / "after.xlsx"))
    assert "已举办" in text
    assert "书法 HD001" not in text, "what was rated is told when the week is over"
    after_the_week = desk.now() + timedelta(days=5)
    desk.clock = lambda: after_the_week
    text = words_in(export_workbook(desk, WEEK, tmp_path / "over.xlsx"))
    assert "书法 HD001" in text
