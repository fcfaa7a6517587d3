"""Workbooks of tables: what a spreadsheet program would refuse or a reader could mistake."""

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from frontdesk.common.tablebook import TableBook
from frontdesk.common.workbook import Column

MADE = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def _book(names: list[str]) -> bytes:
    book = TableBook("十一月台账", "虹枫邻里中心", MADE)
    for place, name in enumerate(names):
        book.add(name, "under", [Column("行")], [(place,)])
    return book.content()


@given(st.lists(st.text(min_size=0, max_size=40), min_size=1, max_size=6))
def test_every_table_has_a_sheet_of_its_own_whatever_the_tables_are_called(names: list[str]) -> None:
    read = load_workbook(BytesIO(_book(names)))
    assert [sheet.cell(4, 1).value for sheet in read.worksheets] == list(range(len(names)))
    assert len({name.lower() for name in read.sheetnames}) == len(names)
    assert all(0 < len(name.encode("utf-16-le")) <= 2 * 31 for name in read.sheetnames)


def test_a_table_without_a_title_has_that_of_the_book_and_another_has_its_own() -> None:
    book = TableBook("十一月台账", "虹枫邻里中心", MADE)
    book.add("甲", "", [Column("行")], [])
    book.add("乙", "", [Column("行")], [], title="另表", footer="虹枫邻里中心 2026-11")
    read = load_workbook(BytesIO(book.content()))
    assert [sheet.cell(1, 1).value for sheet in read.worksheets] == ["十一月台账", "另表"]
    assert [sheet.oddFooter.left.text for sheet in read.worksheets] == ["虹枫邻里中心", "虹枫邻里中心 2026-11"]
    assert (read.properties.title, read.properties.creator) == ("十一月台账", "虹枫邻里中心")


def test_a_day_is_a_day_and_a_moment_is_what_the_clock_of_its_zone_shows() -> None:
    book = TableBook("甲", "虹枫邻里中心", MADE)
    at = datetime(2026, 11, 18, 23, 59, 58, 999_000, ZoneInfo("Asia/Shanghai"))
    book.add("甲", "", [Column("何时")], [(at,), (at.date(),), (None,)])
    sheet = load_workbook(BytesIO(book.content())).worksheets[0]
    said = [(str(cell.value), cell.number_format) for (cell,) in sheet.iter_rows(min_row=4, max_row=5)]
    assert said == [
        ("2026-11-18 23:59:58", "yyyy-mm-dd hh:mm"),
        ("2026-11-18 00:00:00", "yyyy-mm-dd"),
    ]


def test_the_same_tables_of_the_same_moment_are_the_same_bytes() -> None:
    assert _book(["甲", "乙"]) == _book(["甲", "乙"])
