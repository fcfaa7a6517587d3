"""The sign-in sheet goes out, is filled in by hand, and comes back: what was filled in is what stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.importing import STATUS_WORDS, WALK_IN
from frontdesk.activities.attendance.marking import Mark
from frontdesk.activities.attendance.sheet import COLUMNS, SheetPlan
from frontdesk.activities.attendance.sheet_paper import export_sheet
from frontdesk.activities.service import import_attendance, walk_ins
from frontdesk.common.endings import EndingFault
from frontdesk.context import Context
from frontdesk.locale import use_language
from tests.db.test_attendance_marks import fill, marks, put_session
from tests.desks import counts, new_desk, passing_desk, rejections

HEADING_ROW = 3


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    put_session(context, "HD001")
    yield context
    context.database.close()


def fill_in(
    path: Path, status_heading: str, seats_heading: str, filled: dict[int, tuple[str, int]], came: int = 0
) -> None:
    """Fill a written sheet in: by row of the list, what became of the party and how many came; then the walk-ins."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    status, seats = headings.index(status_heading) + 1, headings.index(seats_heading) + 1
    for place, (word, heads) in filled.items():
        sheet.cell(HEADING_ROW + 1 + place, status, word)
        sheet.cell(HEADING_ROW + 1 + place, seats, heads)
    if came:
        row = next(row for row in sheet.iter_rows(min_row=HEADING_ROW + 1) if WALK_IN in [cell.value for cell in row])
        sheet.cell(row[0].row, seats, came)
    book.save(path)


MARKED = st.tuples(st.sampled_from(sorted(STATUS_WORDS["zh_CN"])), st.integers(1, 4))


@settings(max_examples=12)
@given(st.dictionaries(st.integers(0, 5), MARKED), st.integers(0, 9), st.sampled_from(["name", "full_name"]))
def test_what_was_filled_in_comes_back_and_nothing_else(
    filled: dict[int, tuple[str, int]], came: int, name: str
) -> None:
    with passing_desk() as (context, folder):
        put_session(context, "HD001")
        fill(context, "HD001", 1, 2, 3, 4, 1, 2)
        plan = SheetPlan(("number", name, "seats", "tail"), 2)  # type: ignore[arg-type]
        out = export_sheet(context, "HD001", plan, folder / "s.xlsx").path
        fill_in(out, "签到情况", "人数", filled, came)
        outcome = import_attendance(context, out)
        assert counts(outcome)[0] == len(filled) + bool(came)
        expected = [
            Mark(STATUS_WORDS["zh_CN"][filled[place][0]], filled[place][1]) if place in filled else None
            for place in range(6)
        ]
        assert marks(context, "HD001") == expected
        assert walk_ins(context, "HD001") == came
        again = import_attendance(context, out)
        assert counts(again)[:2] == (0, 0)


def test_an_english_sheet_comes_back_too(desk: Context, tmp_path: Path) -> None:
    fill(desk, "HD001", 2, 1)
    use_language("en")
    try:
        out = export_sheet(desk, "HD001", SheetPlan(COLUMNS), tmp_path / "s.xlsx").path
        fill_in(out, "Attendance", "People", {0: ("came", 1), 1: ("no-show", 1)}, 3)
        assert counts(import_attendance(desk, out))[0] == 3
    finally:
        use_language("zh_CN")
    assert marks(desk, "HD001") == [Mark("attended", 1), Mark("no_show", 1)]
    assert walk_ins(desk, "HD001") == 3


def test_a_number_with_another_name_or_none_and_a_day_to_come_are_named_and_nothing_is_written(
    desk: Context, tmp_path: Path
) -> None:
    put_session(desk, "HD002", "2026-11-10", name="合唱")
    fill(desk, "HD001", 1, 1)
    out = export_sheet(desk, "HD001", SheetPlan(("number", "full_name")), tmp_path / "s.xlsx").path
    fill_in(out, "签到情况", "人数", {0: ("到场", 1), 1: ("到场", 1)})
    book = load_workbook(out)
    sheet = book.worksheets[0]
    sheet.cell(4, 3, "钱某")
    sheet.cell(5, 2, 77)
    sheet.append(["HD002", 1, "赵六", 1, "到场"])
    book.save(out)
    outcome = import_attendance(desk, out)
    assert [reason for *_, reason in rejections(outcome)] == ["another_name", "no_sign_up", "too_early"]
    assert marks(desk, "HD001") == [None, None]


def test_a_plan_that_makes_no_sheet_is_refused(desk: Context, tmp_path: Path) -> None:
    for plan, code in (
        (SheetPlan(()), "no_column"),
        (SheetPlan(("birth",)), "unknown_column"),  # type: ignore[arg-type]
        (SheetPlan(("name",), 999), "bad_blank_rows"),
    ):
        with pytest.raises(AttendanceError, match=code):
            export_sheet(desk, "HD001", plan, tmp_path / "s.pdf")
    with pytest.raises(EndingFault, match="unknown_ending"):
        export_sheet(desk, "HD001", SheetPlan(), tmp_path / "s.doc")
    assert not list(tmp_path.glob("s.*"))
