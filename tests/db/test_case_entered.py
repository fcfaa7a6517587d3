"""The day on which an old book has its records: kept, shown, sorted by, counted from by limits, and in no number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from db import case_numbers as numbers
from db import cases as records
from db.cases import CaseRow
from frontdesk.cases import service
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine.stating import day_in, runs_from_opening, state_in, stated
from frontdesk.cases.papers.exporting import export_register, write_form
from frontdesk.cases.papers.importing import import_register
from frontdesk.context import Context, Operator
from frontdesk.sheets.outcome import ImportOutcome
from tests.casesteps import joined

HEADS = "登记日期,坏了什么,状态"


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "old.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def told(outcome: ImportOutcome) -> list[tuple[int, str]]:
    return [(one.row, one.reason) for one in outcome.rejected]


def listed(desk: Context, code: str = "repair") -> list[CaseRow]:
    connection = desk.database.connection
    every = [*records.open_of(connection, code), *records.ended_of(connection, code)]
    return sorted(every, key=lambda one: one.id)


def figures(desk: Context, first: date, last: date, code: str = "repair") -> dict[str, int]:
    return {one.feed.code: one.total for one in service.figures(desk, first, last) if one.definition.code == code}


def test_a_step_that_says_a_day_says_state_and_level_as_before() -> None:
    for state, level, day in (("handling", 2, "2025-03-01"), ("handling", 1, "2025-03-01"), ("handling", 3, "")):
        step = stated(state, level, day)
        assert (state_in(step), day_in(step)) == ((state, level), day)
    assert day_in("handling") == "" and day_in("") == ""


def test_only_a_limit_that_no_step_before_a_state_ends_runs_on_from_the_opening() -> None:
    complaint = own_definitions()["complaint"]
    by = {one.code: one for one in complaint.deadlines}

    def running(state: str, level: int = 1) -> set[str]:
        return {code for code, one in by.items() if runs_from_opening(complaint, one, state, level)}

    assert {"first_contact", "level_1"} <= running("registered")
    assert "level_1" in running("handling") and "level_1" not in running("handling", 2)
    assert running("closed") == set() and "level_1" not in running("told")
    assert "call_back" not in running("called_back")


def test_a_record_of_the_old_book_keeps_its_day_and_is_in_no_number_of_it(desk: Context, tmp_path: Path) -> None:
    sheet = csv(tmp_path, HEADS, "2026-10-08,灯坏了,", "2026/9/1,门坏了,验过", ",窗坏了,")
    trial = import_register(desk, "repair", sheet, dry_run=True)
    assert ("登记日期", "", "2026-10-08") in trial.preview[0].fields and listed(desk) == []
    outcome = import_register(desk, "repair", sheet)
    assert told(outcome) == [] and [one.opened_on for one in listed(desk)] == ["2026-10-08", "2026-09-01", "2026-11-09"]
    lamp, door, window = listed(desk)
    today = desk.today().isoformat()
    assert door.ended_on == today, "when it was done in the old book nobody said"
    assert [one.day for one in records.log_of(desk.database.connection, lamp.id)] == [today]
    # The limit has run since the day of the old book: what was never opened here is overdue now.
    assert lamp.due_on is not None and window.due_on is not None and lamp.due_on < today <= window.due_on
    assert service.due_counts(desk).overdue == 1
    assert service.view(desk, lamp.id).now.opened_on == "2026-10-08"
    september, october = (date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 31))
    for span in (september, october):
        assert set(figures(desk, *span).values()) <= {0}
    now = next(one for one in service.figures(desk, desk.today(), desk.today()) if one.definition.code == "repair")
    assert now.brought == 2
    assert service.cases_astray(desk, desk.database.connection) == []
    # Found again it is the same record, and its day stands.
    assert import_register(desk, "repair", sheet).unchanged == 3


def test_a_limit_that_ran_out_before_a_record_was_brought_in_is_overdue_in_no_earlier_period(
    desk: Context, tmp_path: Path
) -> None:
    import_register(desk, "repair", csv(tmp_path, HEADS, "2026-10-08,灯坏了,"))
    feeds = [one for one in own_definitions()["repair"].feeds if one.counts in ("overdue", "open_at_end")]
    before = figures(desk, date(2026, 10, 1), date(2026, 10, 31))
    after = figures(desk, date(2026, 11, 1), date(2026, 11, 30))
    assert all(before.get(one.code, 0) == 0 for one in feeds)
    assert all(after[one.code] == 1 for one in feeds if one.counts == "open_at_end")
    connection, today = desk.database.connection, desk.today().isoformat()
    october, november = ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30")
    assert numbers.of_period(connection, *october, today, 50) == []
    assert numbers.older_overdue(connection, *october, today) == {}
    assert [one.overdue for one in numbers.of_period(connection, *november, today, 50)] == [True]
    assert numbers.older_overdue(connection, *november, today) == {"repair": 1}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2027-01-01", "opened_no_day"),
        ("1926-10-01", "opened_no_day"),
        ("2026-13-40", "bad_date"),
        ("去年春天", "bad_date"),
    ],
)
def test_a_day_ahead_or_nonsense_is_told_with_its_row_and_column(
    desk: Context, tmp_path: Path, cell: str, reason: str
) -> None:
    sheet = csv(tmp_path, HEADS, "2026-10-08,灯坏了,", f"{cell},门坏了,")
    outcome = import_register(desk, "repair", sheet)
    assert told(outcome) == [(3, reason)] and outcome.rejected[0].column == "登记日期"
    assert listed(desk) == []


def test_days_before_today_are_brought_in_by_a_manager(desk: Context, tmp_path: Path) -> None:
    joined(desk, "W002", "李四")
    desk.operator = Operator("W002", "李四", "operator")
    sheet = csv(tmp_path, HEADS, "2026-10-08,灯坏了,")
    assert told(import_register(desk, "repair", sheet)) == [(2, "opened_by_manager")]
    assert told(import_register(desk, "repair", csv(tmp_path, HEADS, "2026-11-09,灯坏了,"))) == []
    assert [one.opened_on for one in listed(desk)] == ["2026-11-09"]


def test_the_whole_sheet_goes_out_and_comes_in_again_with_its_days(desk: Context, tmp_path: Path) -> None:
    import_register(desk, "repair", csv(tmp_path, HEADS, "2026-10-08,灯坏了,修好", "2026-09-01,门坏了,", ",窗坏了,"))
    for ending in ("xlsx", "csv"):
        out = tmp_path / f"all.{ending}"
        assert export_register(desk, "repair", out) == 3
        again = import_register(desk, "repair", out)
        assert told(again) == [] and again.unchanged == 3
    book = load_workbook(tmp_path / "all.xlsx")
    heads = [cell.value for cell in book.worksheets[0][3]]
    column = heads.index("登记日期") + 1
    days = [row[column - 1] for row in book.worksheets[0].iter_rows(min_row=4, values_only=True)]
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2026-09-01", "2026-10-08", "2026-11-09"]
    book.worksheets[0].cell(5, column, "2026-10-09")
    book.save(tmp_path / "mended.xlsx")
    outcome = import_register(desk, "repair", tmp_path / "mended.xlsx")
    assert [reason for _, reason in told(outcome)] == ["opened_stays"]
    assert "2026-10-08" in outcome.rejected[0].words()


def test_the_whole_form_asks_for_the_day_and_says_how(desk: Context, tmp_path: Path) -> None:
    book = load_workbook(write_form(desk, "repair", tmp_path / "form.xlsx", whole=True))
    heads = [cell.value for cell in book.worksheets[0][3] if cell.value]
    assert heads[-2:] == ["登记日期", "状态"]
    said = {row[0]: row[2] for row in book.worksheets[1].iter_rows(min_row=4, values_only=True)}
    assert "负责人" in said["登记日期"]
    blank = load_workbook(write_form(desk, "repair", tmp_path / "blank.xlsx"))
    assert "登记日期" not in [cell.value for cell in blank.worksheets[0][3]]
