"""The commands that write the roster and take it in: endings, what they answer, what they leave behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from openpyxl.reader.excel import load_workbook

from db import audit, duty
from db.duty import DutyEvent, DutySlot, Plan
from frontdesk.cli_main import cli
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.roster.output.importing import import_roster
from frontdesk.roster.output.papers import RosterOutFault, gather, narrowed
from frontdesk.roster.output.sheet import write_roster
from frontdesk.sheets.errors import SheetError
from tests.rosterdesks import roster_desk

# Far ahead, so that no slot is over whenever this runs.
FIRST, LAST = date(2198, 1, 1), date(2198, 1, 7)
WEEK, MONTH = "2198-W01", "2198-01"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = roster_desk(tmp_path / "home", FIRST, LAST, people=8)
    yield context
    context.database.close()


def run(desk: Context, *arguments: str) -> tuple[int, Any]:
    """The exit code and the JSON that a command answers; a refusal comes out as its code."""
    line = ["--home", str(desk.home.path), "--as", "M001", "roster", *arguments, "--json"]
    ended = CliRunner().invoke(cli, line)
    if isinstance(ended.exception, CodedError):
        return 1, ended.exception.code
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended.exit_code, json.loads(ended.stdout) if ended.exit_code in (0, 1) else ended.stderr


def test_the_ending_of_the_file_says_what_it_becomes(desk: Context, tmp_path: Path) -> None:
    pdf, xlsx, ics = (tmp_path / f"班表.{ending}" for ending in ("pdf", "xlsx", "ics"))
    code, answer = run(desk, "export", "month", MONTH, "--out", str(pdf), "--paper", "a3")
    assert (code, answer["kind"], answer["pages"], answer["first"]) == (0, "pdf", 1, "2198-01-01")
    with pypdfium2.PdfDocument(pdf) as document:
        assert max(document[0].get_size()) == pytest.approx(1190.55, abs=1)
    assert run(desk, "export", "week", WEEK, "--out", str(xlsx), "--as", "planned")[1]["basis"] == "planned"
    assert load_workbook(xlsx).sheetnames[0] == "值班表"
    code, answer = run(desk, "export", "ics", "--person", "S003", "--out", str(ics))
    assert code == 0 and answer["entries"] > 0 and answer["last"] == "2198-01-07"
    assert run(desk, "export", "ics", WEEK, "--post", "前台", "--out", str(ics))[1]["entries"] == 14
    code, answer = run(desk, "export", "hours", MONTH, "--out", str(xlsx), "--person", "S003")
    (person,) = answer["people"]
    assert person["no"] == "S003" and person["worked"] == 0 and person["ahead"] > 0
    assert run(desk, "export", "plan", "1", "--out", str(pdf))[1]["plan"] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("week", WEEK, "--out", "x.doc"), "unknown_ending"),
        (("hours", MONTH, "--out", "x.pdf"), "unknown_ending"),
        (("week", "2198", "--out", "x.pdf"), "bad_period"),
        (("week", "2199-W01", "--out", "x.pdf"), "nothing_published"),
        (("week", WEEK, "--out", "x.pdf", "--person", "S999"), "unknown_person"),
        (("week", WEEK, "--out", "x.pdf", "--post", "食堂"), "unknown_post"),
        (("ics", "--out", "x.ics"), "person_or_post"),
        (("plan", "9", "--out", "x.pdf"), "unknown_plan"),
        (("month", MONTH, "--out", "missing/x.xlsx"), "export_failed"),
    ],
)
def test_what_cannot_be_written_is_said_and_no_file_is_left(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert run(desk, "export", *arguments) == (1, code)
    assert list(empty.iterdir()) == []


def test_an_import_is_tried_stopped_overridden_and_on_record(desk: Context, tmp_path: Path) -> None:
    path = tmp_path / "班表.xlsx"
    run(desk, "export", "week", WEEK, "--out", str(path))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    column = next(one.column for one in sheet[4] if one.value == FIRST.isoformat())
    assert (sheet.cell(5, column).value, sheet.cell(6, column).value) == ("张三", "李四")
    sheet.cell(6, column).value = "S007"
    sheet.cell(5, column).value = None
    book.save(path)
    code, answer = run(desk, "import", str(path))
    assert (code, answer["applied"]) == (1, False)
    assert "vacant_acting" in {one["code"] for one in answer["violations"] if one["hard"]}
    assert all(one["words"] and "{" not in one["words"] for one in answer["violations"])
    code, answer = run(desk, "import", str(path), "--dry-run", "--override", "培训")
    assert (code, answer["applied"], answer["changes"][0]["standby"]) == (0, True, ["S002", "S007"])
    connection = desk.database.connection
    assert duty.events(connection, FIRST.isoformat(), LAST.isoformat()) == []
    assert run(desk, "import", str(path), "--override", " ") == (1, "override_needs_reason")
    assert run(desk, "import", str(path), "--override", "培训")[0] == 0
    (event,) = duty.events(connection, FIRST.isoformat(), LAST.isoformat())
    assert (event.acting_after, event.standby_after, event.reason) == (None, "S007", "培训")
    assert audit.has(connection, "roster.sheet", "published")
    assert run(desk, "import", str(path))[1]["changes"] == []


def test_the_first_publication_is_no_change_on_the_wall(desk: Context) -> None:
    now, day = desk.now_ms(), FIRST.isoformat()
    with desk.database.write() as connection:
        for number, kind in ((1, "publish"), (2, "assign")):
            event = DutyEvent(at=now + number, kind=kind, day=day, post="前台", shift="早", acting_after="S001")
            duty.add_event(connection, event)
    paper = gather(desk, FIRST, LAST)
    assert [one.kind for one in paper.changes] == ["assign"]
    assert paper.event_no == 2


def test_words_for_people_name_every_change_and_every_broken_rule(desk: Context, tmp_path: Path) -> None:
    from frontdesk.roster.output.commands import import_lines

    path = tmp_path / "班表.xlsx"
    write_roster(gather(desk, FIRST, LAST), path)
    book = load_workbook(path)
    book.worksheets[0].cell(5, 5).value = None
    book.save(path)
    lines = import_lines(import_roster(desk, path), dry_run=False)
    assert lines[0] == "2198-01-01 前台 早 当班：张三 → 无"
    assert any(line.startswith("[不合规]") and "空岗" in line for line in lines)
    assert "--override" in lines[-1]
    book.worksheets[0].cell(5, 5).value = "没有此人"
    book.save(path)
    assert "第5行" in import_lines(import_roster(desk, path), dry_run=False)[0].replace(" ", "")


def test_a_roster_of_one_person_has_no_sheet_to_take_in(desk: Context, tmp_path: Path) -> None:
    path = tmp_path / "班表.xlsx"
    write_roster(narrowed(gather(desk, FIRST, LAST), person="S003"), path)
    with pytest.raises(SheetError) as caught:
        import_roster(desk, path)
    assert caught.value.code == "header_missing"
    write_roster(narrowed(gather(desk, FIRST, LAST), post="前台"), path)
    assert import_roster(desk, path).changes == ()


def test_a_file_from_before_a_new_publication_is_refused(desk: Context, tmp_path: Path) -> None:
    path = tmp_path / "班表.xlsx"
    write_roster(gather(desk, FIRST, LAST), path)
    day = FIRST.isoformat()
    with desk.database.write() as connection:
        plan = Plan(id=0, first_day=day, last_day=day, state="draft", made_at=1, made_by="M001", status="optimal")
        number = duty.add_plan(connection, plan, [])
        duty.set_plan_state(connection, number, "published", 2, "M001")
        added = DutySlot(day=day, post="前台", shift="夜", starts=1320, ends=1800, acting="S008", plan_id=number)
        duty.put_slot(connection, added)
    with pytest.raises(RosterOutFault) as caught:
        import_roster(desk, path)
    assert caught.value.code == "published_since"
