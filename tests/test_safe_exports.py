"""Files that go out do no harm: nothing in them is a formula, no name leads elsewhere, no link is written through."""

from __future__ import annotations

import ast
import csv
import io
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from frontdesk.activities.exchange.register import Scope
from frontdesk.activities.exchange.service import export_sheet
from frontdesk.activities.monthly.demand_export import export_demands
from frontdesk.activities.monthly.demands import Wanted, add_demand
from frontdesk.activities.monthly.exporting import export_month
from frontdesk.activities.service import sign_up
from frontdesk.common.periods import month_of, week_of
from frontdesk.common.text import neutralise_cell
from frontdesk.common.wholefile import free_path, part_of, write_whole
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.feedback.capture.exporting import export_ratings
from frontdesk.feedback.service import Entry
from frontdesk.reports.exporting import export_workbook
from tests.desks import NOON, new_desk
from tests.programs import ROOT
from tests.signups import session_at
from tests.sources import parsed

FORMULAS = ("=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x","y")')

WRITERS = {
    "frontdesk/backup/beside.py:main": "answers the program that started it",
    "frontdesk/backup/making.py:_written": "a new file of its own that is named at the end",
    "frontdesk/backup/making.py:_compare": "scratch in the home",
    "frontdesk/backup/making.py:_seal_waiting": "scratch in the home",
    "frontdesk/backup/unpacking.py:_pour_out": "scratch in the home",
    "frontdesk/calendar/exporting.py:export_calendar": "within whole_file",
    "frontdesk/check/service.py:_keep": "within whole_file",
    "frontdesk/cli_output.py:settle_streams": "to nowhere",
    "frontdesk/common/wholefile.py:whole_file": "is whole_file",
    "frontdesk/common/wholefile.py:write_whole": "within whole_file",
    "frontdesk/keys.py:write_secret": "a file that must not be there",
    "frontdesk/roster/output/ics.py:write_calendar": "within whole_file",
    "frontdesk/roster/output/sheet.py:_write": "within whole_file",
    "frontdesk/roster/output/wall.py:_print": "within whole_file",
    "frontdesk/roster/standing/print.py:print_order": "within whole_file",
    "frontdesk/roster/standing/sheet.py:export_order": "within whole_file",
    "frontdesk/shell/sound.py:tone_wave": "in memory",
    "frontdesk/shell/sound.py:play": "a folder of its own",
    "frontdesk/sync/usb.py:_write_through": "a file that must not be there",
    "frontdesk/sync/usb_folder.py:remember_folder": "in the home",
    "frontdesk/volunteers/cards/sheet.py:print_cards": "within whole_file",
}
"""The functions that write files by themselves, and why no link can make them write elsewhere."""


class _Writers(ast.NodeVisitor):
    """The functions of a module that write files, make tables of commas, or workbooks."""

    def __init__(self) -> None:
        self.within: list[str] = []
        self.files: set[str] = set()
        self.tables: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        whose = ast.unparse(called.value) if isinstance(called, ast.Attribute) else ""
        here = self.within[-1] if self.within else ""
        if whose and name in ("write_bytes", "write_text"):
            self.files.add(here)
        if name in ("open", "fdopen") and any(_is_for_writing(one) for one in node.args):
            self.files.add(here)
        if whose == "shutil" and name in ("copy", "copy2", "copyfile", "copytree", "move"):
            self.files.add(here)
        if (whose, name) == ("csv", "writer") or name == "Workbook":
            self.tables.add(here)
        self.generic_visit(node)


def _is_for_writing(node: ast.expr) -> bool:
    mode = node.value if isinstance(node, ast.Constant) else None
    return isinstance(mode, str) and 0 < len(mode) < 4 and bool(set(mode) & set("wax+")) and set(mode) <= set("wax+brt")


def writers(kind: str) -> Iterator[str]:
    """Every function of the program that writes files, or tables, as `path:function`."""
    for path in sorted((ROOT / "frontdesk").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(word in text for word in ("write_bytes(", "write_text(", "open(", "shutil", "writer(", "Workbook(")):
            continue
        visitor = _Writers()
        visitor.visit(parsed(path))
        yield from (f"{path.relative_to(ROOT).as_posix()}:{name}" for name in sorted(getattr(visitor, kind)))


def test_whatever_writes_a_file_does_it_whole_or_says_why_no_link_is_followed() -> None:
    assert sorted(set(writers("files")) ^ set(WRITERS)) == []


def test_tables_and_workbooks_are_made_where_no_text_becomes_a_formula() -> None:
    made = {"frontdesk/common/workbook.py:new_workbook", "frontdesk/feedback/capture/exporting.py:_table"}
    made |= {"frontdesk/cases/papers/exporting.py:_table"}
    assert set(writers("tables")) == made


@pytest.mark.skipif(sys.platform == "win32", reason="links take a right of their own there")
def test_a_link_under_the_name_of_a_file_or_of_its_part_is_not_written_through(tmp_path: Path) -> None:
    out = tmp_path / "week.xlsx"
    for link in (out, part_of(out, os.getpid())):
        victim = tmp_path / "key"
        victim.write_bytes(b"secret")
        link.symlink_to(victim)
        write_whole(out, b"this week's")
        assert victim.read_bytes() == b"secret" and out.read_bytes() == b"this week's" and not out.is_symlink()
        out.unlink()
        victim.unlink()


@given(st.text(max_size=300))
@example("../../etc/passwd")
@example("con")
@example("COM¹")
@example("a\0b/..\\c:d")
@example("长" * 200)
@example("\ud800")
def test_a_name_from_data_stays_in_its_folder_and_is_one_that_every_system_takes(name: str) -> None:
    folder = Path("/exports")
    path = free_path(folder, name, ".xlsx")
    assert path.parent == folder and path.suffix == ".xlsx"
    assert not set(path.name) & set('/\\:*?"<>|\0\n') and len(os.fsencode(path.name)) <= 200
    assert path.stem.upper() not in {
        "CON",
        "PRN",
        "AUX",
        "NUL",
        *(f"{one}{n}" for one in ("COM", "LPT") for n in "123"),
    }


def filled(desk: Context) -> None:
    """Put texts that look like formulas wherever one may write words."""
    day, (first, second, third, fourth, fifth, link) = date(2026, 10, 13), FORMULAS
    session_at(desk, "HD001", day=day, name=first, lead=second, note=third, activity_type=fourth)
    session_at(desk, "HD002", day=day, hour=14, name=link, lead=fifth, note=fifth)
    session_at(desk, "HD003", day=NOON.date() + timedelta(days=3), name=second, note=link)
    sign_up(desk, "HD003", "张三", "15412345678", 1)
    for text in FORMULAS:
        add_demand(desk, Wanted(text))
        for _ in range(8):
            feedback.record(desk, Entry(NOON.date() - timedelta(days=1), "service", "综合服务台", 3, comment=text))
    connection = desk.database.connection
    # Of the month that is over: no use case writes down what is that long ago.
    connection.execute("UPDATE rating SET day = '2026-10-14', known_on = '2026-10-14'")


def test_no_text_that_looks_like_a_formula_is_one_in_what_is_exported(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    with desk.database:
        filled(desk)
        october, scope = month_of(date(2026, 10, 1)), Scope(date(2026, 10, 1), date(2026, 11, 30))
        books = [tmp_path / f"{number}.xlsx" for number in range(7)]
        export_workbook(desk, week_of(date(2026, 10, 13)), books[0])
        export_month(desk, october, books[1])
        export_demands(desk, books[2])
        export_ratings(desk, october, books[3])
        export_sheet(desk, "sessions", scope, books[4])
        export_sheet(desk, "signups", scope, books[5])
        export_ratings(desk, october, tmp_path / "ratings.csv")
    texts: list[str] = []
    for book in books[:6]:
        for sheet in load_workbook(book).worksheets:
            cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
            ours = [cell for cell in cells if any(one in str(cell.value) for one in FORMULAS)]
            assert [cell.value for cell in ours if cell.data_type != "s" or cell.hyperlink] == [], (book, sheet.title)
            texts += [str(cell.value) for cell in ours]
    assert all(any(one in text for text in texts) for one in FORMULAS), texts
    table = list(csv.reader(io.StringIO((tmp_path / "ratings.csv").read_text("utf-8-sig"))))
    written = [cell for row in table for cell in row]
    assert any("=1+1" in cell for cell in written)
    assert [cell for cell in written if neutralise_cell(cell) != cell] == []
