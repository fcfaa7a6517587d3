"""One sheet of a workbook, set up for reading in WPS or Excel and for printing on A4."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import count, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from frontdesk.common.text import display_width, neutralise_cell
from frontdesk.locale import t

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | Decimal | date | datetime | None
"""What stands in a cell. A moment stands there as the clock of its own zone shows it: spreadsheets know no zones."""

BRAND = "#F18700"
WIDEST = 40
LINE_HEIGHT = 18.0

# Excel's numbers of papers.
_A3, _A4 = 8, 9
_NARROWEST = 6
_PADDING = 3
# Room for the line under the title, which no other cell may widen.
_NARROWEST_TABLE = 80
_WIDEST_LINE = 150
# A page is then printed at about three quarters of its size.
_WIDEST_TABLE = 160
_NARROWEST_TEXT = 20
_LONGEST_CELL = 32_767
# What XML cannot hold, whatever stands for it.
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, and the number format of its numbers ("" for none)."""

    heading: str
    number_format: str = ""


@dataclass
class Styles:
    """The formats of a workbook, each made once."""

    book: Workbook
    _made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def get(self, **properties: Any) -> Format:
        """The format with these XlsxWriter properties on top of the house's."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            house = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter", "border_color": "#BFBFBF"}
            self._made[key] = self.book.add_format({**house, **properties})
        return self._made[key]

    def heading(self) -> Format:
        return self.get(bold=True, border=1, bg_color="#FDE7CC", align="center", text_wrap=True)

    def title(self) -> Format:
        return self.get(bold=True, font_size=16)


def new_workbook(content: BytesIO) -> Workbook:
    """A workbook that is written into `content` when it is closed. What is written into a cell stays what it was: no
    text becomes a formula, a link or a number.
    """
    from xlsxwriter import Workbook

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return Workbook(content, options)


@contextmanager
def without_collecting() -> Iterator[None]:
    """A block in which Python looks for no garbage in circles: a large workbook is a million small objects of which
    none is garbage before the end, and all of them would be gone through again and again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def name_workbook(book: Workbook, title: str, author: str, created: datetime) -> None:
    """Say in the file's properties what it is, whose, and when it was made."""
    # The properties hold UTC without saying so.
    made = created.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "author": author, "created": made})


def clean_text(text: str) -> str:
    """`text` as a cell can hold it: at most 32,767 UTF-16 units, nothing that XML forbids."""
    text = _NOT_XML.sub("\ufffd", text)
    if len(text) <= _LONGEST_CELL // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return text
    return units[: 2 * _LONGEST_CELL - 2].decode("utf-16-le", "ignore") + "…"


def _number(value: int | float | Decimal) -> int | float:
    # A spreadsheet program has no whole fen: only here, behind all sums, yuan become what it reads them as.
    return float(value) if isinstance(value, Decimal) else value


def _shown_by_clock(value: date) -> datetime:
    """A moment to the second as the clock of its zone shows it; of a day its beginning."""
    return value.replace(microsecond=0, tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())


def _format_of(value: date) -> str:
    return "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"


def write_cell(sheet: Worksheet, styles: Styles, row: int, column: int, value: Cell, **properties: Any) -> None:
    """Write by type: numbers as numbers, dates as dates, and every text as text, whatever it begins with."""
    if value is None:
        sheet.write_blank(row, column, None, styles.get(**properties))
    elif isinstance(value, str):
        properties.pop("num_format", None)
        if neutralise_cell(value) != value:
            # Keeps it text when somebody edits the cell later.
            properties["quote_prefix"] = True
        style = styles.get(text_wrap=True, indent=1, **properties)
        sheet.write_string(row, column, clean_text(value), style)
    elif isinstance(value, date):
        style = styles.get(align="center", **{**properties, "num_format": _format_of(value)})
        sheet.write_datetime(row, column, _shown_by_clock(value), style)
    else:
        sheet.write_number(row, column, _number(value), styles.get(align="right", indent=1, **properties))


def write_table(
    sheet: Worksheet,
    styles: Styles,
    title: str,
    subtitle: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    is_form: bool = False,
) -> None:
    """A title, a line under it, the heading row and the rows; frozen, filterable, and set up to print. Without rows it
    says that there is nothing, unless it `is_form`, which somebody fills in from there.
    """
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, clean_text(title), styles.title())
    sheet.set_row(1, LINE_HEIGHT)
    sheet.write_string(1, 0, clean_text(subtitle), styles.get(font_color="#595959"))
    least = min(_WIDEST_LINE, display_width(subtitle))
    widths = column_widths(columns, rows, max(_NARROWEST_TABLE, least))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, widths[place])
        sheet.write_string(2, place, clean_text(column.heading), styles.heading())
    heading_lines = max(map(_lines, (column.heading for column in columns), widths))
    sheet.set_row(2, max(24, LINE_HEIGHT * heading_lines))
    sheet.set_default_row(LINE_HEIGHT)
    cells = [_ColumnCells(styles, column, width) for column, width in zip(columns, widths, strict=True)]
    for row_number, row in enumerate(rows, start=3):
        lines = max(map(_ColumnCells.write, cells, repeat(sheet), repeat(row_number), count(), row))
        if lines > 1:
            # Excel's rows are at most 409 points high.
            sheet.set_row(row_number, LINE_HEIGHT * min(lines, 22))
    if not rows and not is_form:
        sheet.write_string(3, 0, t("common.workbook.empty"), styles.get(font_color="#595959"))
    last_row, last_column = max(3, 2 + len(rows)), len(columns) - 1
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(0, 2)
    sheet.autofilter(2, 0, last_row, last_column)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.fit_to_pages(1, 0)


class _Text(NamedTuple):
    """A text as its cell holds it, with its format, and in how many lines it is wrapped."""

    shown: str
    style: Format
    lines: int


class _ColumnCells(dict[str, _Text]):
    """Writes the cells of one column: each of its formats is asked for once, and each different text measured once. A
    long table is little else than formats and texts that come again and again.
    """

    def __init__(self, styles: Styles, column: Column, width: float) -> None:
        super().__init__()
        number_format = {"num_format": column.number_format} if column.number_format else {}
        self._blank = styles.get(border=1, **number_format)
        self._number = styles.get(border=1, align="right", indent=1, **number_format)
        self._styles = styles
        self._width = width

    def write(self, sheet: Worksheet, row: int, place: int, value: Cell) -> int:
        """Write one cell by its type, as `write_cell` does; how many lines it takes."""
        if isinstance(value, str):
            text = self[value]
            sheet.write_string(row, place, text.shown, text.style)
            return text.lines
        if value is None:
            sheet.write_blank(row, place, None, self._blank)
        elif isinstance(value, date):
            style = self._styles.get(border=1, align="center", num_format=_format_of(value))
            sheet.write_datetime(row, place, _shown_by_clock(value), style)
        else:
            sheet.write_number(row, place, _number(value), self._number)
        return 1

    def __missing__(self, text: str) -> _Text:
        quoted = {"quote_prefix": True} if neutralise_cell(text) != text else {}
        style = self._styles.get(text_wrap=True, indent=1, border=1, **quoted)
        self[text] = found = _Text(clean_text(text), style, _lines(text, self._width))
        return found


def _lines(text: str, width: float) -> int:
    """In how many lines a text is wrapped in a column of this width."""
    room = int(width) - 2
    return sum(max(1, -(-display_width(line) // room)) for line in text.splitlines() or [""])


def set_up_page(sheet: Worksheet, owner: str, *, large: bool = False, middle: str = "") -> None:
    """A4 landscape, A3 if `large`, narrow margins; in the footer `owner`, in Excel's own codes what stands in the
    `middle`, and the page numbers.
    """
    sheet.set_landscape()
    sheet.set_paper(_A3 if large else _A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    pages = t("common.workbook.pages", page="&P", pages="&N")
    # A footer holds 255 characters, and an ampersand in one begins a code.
    centre = f"&C{middle}" if middle else ""
    sheet.set_footer(f"&L{owner[:100].replace('&', '&&')}{centre}&R{pages}")


def column_widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], least: float = _NARROWEST_TABLE
) -> list[float]:
    """Widths in Excel's units (a Han character takes two), by the longest line, at most 40; less, down to 20,
    where the whole would be too wide to be read on a page.

    A table narrower than `least` is widened evenly, so that title and period are printed whole.
    """
    widths: list[float] = []
    for place, column in enumerate(columns):
        longest = max(map(_width, {row[place] for row in rows}), default=0)
        wanted = max(longest, display_width(column.heading))
        widths.append(max(_NARROWEST, min(wanted + _PADDING, WIDEST)))
    widest = WIDEST
    while sum(widths) > _WIDEST_TABLE and widest > _NARROWEST_TEXT:
        widest -= 2
        widths = [min(width, widest) for width in widths]
    spare = max(0.0, least - sum(widths)) / len(widths)
    return [width + spare for width in widths]


def _width(value: Cell) -> int:
    if isinstance(value, str):
        return max((display_width(line) for line in value.splitlines()), default=0)
    if isinstance(value, date):
        return len(_format_of(value))
    return 0 if value is None else len(f"{value:.2f}" if isinstance(value, float) else str(value))
