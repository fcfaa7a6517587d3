"""A report on paper: A4 landscape, the sheets one below the other, their headings repeated on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from frontdesk.common.fonts import FontShelf
from frontdesk.common.lettering import MILLIMETRES_PER_POINT, Align
from frontdesk.common.page import GREY, PALE, Colour, PaperPage
from frontdesk.common.workbook import Cell, Column, column_widths
from frontdesk.locale import t
from frontdesk.reports.cover_figures import title_of
from frontdesk.reports.pdf_cover import draw_cover
from frontdesk.reports.tables import Table, table
from frontdesk.reports.templates.kinds import COVER
from frontdesk.reports.templates.model import Template
from frontdesk.reports.weekdata import WeekWorkbook

WIDTH, HEIGHT = 297.0, 210.0
MARGIN = 14.0
INNER = WIDTH - 2 * MARGIN
BOTTOM = HEIGHT - 16.0
FOOT = HEIGHT - 10.0

# Letters between these sizes; one unit of width is half a Han character.
_LARGEST, _SMALLEST = 9.5, 7.5
_SHORT = 18
# Latin letters and digits are a little wider than half a Han character.
_LATIN = 1.2
_LEADING = 1.4
_PADDING = 1.2
_SIDE = 1.8
_TITLE = 10.0
_NOTE = 4.6
_GAP = 8.0
# A sheet is begun where its title, its headings and a few rows have room.
_ROOM_TO_BEGIN = 46.0


def draw_report(report: WeekWorkbook, template: Template, shelf: FontShelf, brand: Colour) -> PaperPage:
    """The pages of a report with their feet, ready to be put out.

    Sheets that the template leaves out of a PDF are not drawn, nor are those without rows but for a line that says so.
    """
    page = PaperPage(shelf, "workbook", created=report.created, brand=brand, landscape=True)
    page.pdf.set_title(title_of(report))
    y = BOTTOM
    for sheet in template.sheets:
        if not sheet.in_pdf:
            continue
        if sheet.code == COVER:
            page.new_page()
            draw_cover(page, report, sheet)
            y = BOTTOM
        else:
            y = _Drawn(page, report, table(report, sheet), y).draw() + _GAP
    if not page.pdf.pages_count:
        page.new_page()
    _finish(page, f"{report.centre.name}  {report.period.label}")
    return page


@dataclass
class _Drawn:
    """One sheet while it is drawn; `y` is where the next row goes."""

    page: PaperPage
    report: WeekWorkbook
    table: Table
    y: float
    _wrapped: dict[tuple[int, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = column_widths(self.table.columns, self.table.rows)
        fitting = INNER / sum(units) / (MILLIMETRES_PER_POINT / 2)
        self.size = max(_SMALLEST, min(_LARGEST, fitting))
        self.widths = _widths(units, self.size * MILLIMETRES_PER_POINT / 2 * _LATIN)
        self.leading = self.size * MILLIMETRES_PER_POINT * _LEADING

    def draw(self) -> float:
        """Draw it all; where it ends."""
        self._begin(first=True)
        for row in self.table.rows:
            self._row(row)
        if not self.table.rows:
            self.page.text(MARGIN + 2, self.y + 4, t("common.workbook.empty"), self.size, INNER, colour=GREY)
            self.y += 8
        return self.y

    def _begin(self, *, first: bool) -> None:
        """Title and headings, on a new page where there is too little room."""
        if not first or self.y + _ROOM_TO_BEGIN > BOTTOM:
            self.page.new_page()
            self.y = MARGIN
        page, period = self.page, self.report.period
        name = self.table.sheet.name if first else t("workbook.continued", sheet=self.table.sheet.name)
        page.fill(MARGIN, self.y, INNER, 0.9, page.brand)
        page.text(MARGIN, self.y + 5.5, name, 13, INNER * 0.5, style="B")
        said = f"{self.report.centre.name}  {period.label}"
        page.text(MARGIN + INNER, self.y + 5.5, said, 9, INNER * 0.48, "right", colour=GREY)
        self.y += _TITLE
        if first and self.table.note:
            self.y = page.paragraph(MARGIN, self.y, self.table.note, 8.5, INNER, _NOTE, GREY) + 0.8
        self._lines([self._cut(place, column.heading) for place, column in enumerate(self.table.columns)], heading=True)

    def _row(self, row: Sequence[Cell]) -> None:
        """A row, on as many pages as its longest cell needs."""
        cells = [
            self._cut(place, printed(value, column))
            for place, (value, column) in enumerate(zip(row, self.table.columns, strict=True))
        ]
        for part in self._parts(cells):
            self._lines(part)

    def _parts(self, cells: list[list[str]]) -> Iterator[list[list[str]]]:
        """The lines of a row, divided where a page is full; a row that fits on a page is not divided."""
        count = max(map(len, cells))
        on_a_page = int((BOTTOM - MARGIN - _TITLE - 12) / self.leading)
        done = 0
        while done < count:
            left = count - done
            if self.y + self._height(min(left, on_a_page)) > BOTTOM:
                self._begin(first=False)
            some = min(left, max(1, int((BOTTOM - self.y - _PADDING) / self.leading)))
            yield [cell[done : done + some] for cell in cells]
            done += some

    def _lines(self, cells: list[list[str]], *, heading: bool = False) -> None:
        height = self._height(max(1, *map(len, cells)))
        if heading:
            self.page.fill(MARGIN, self.y, INNER, height, PALE)
        x = MARGIN
        for lines, column, width in zip(cells, self.table.columns, self.widths, strict=True):
            align: Align = "right" if column.number_format else "left"
            at = x + width - _SIDE if column.number_format else x + _SIDE
            top = self.y + (height - len(lines) * self.leading) / 2
            for number, line in enumerate(lines):
                middle = top + (number + 0.5) * self.leading
                self.page.text(at, middle, line, self.size, width - 2 * _SIDE, align, "B" if heading else "")
            x += width
        self.y += height
        self.page.rule(MARGIN, self.y, INNER)

    def _height(self, lines: int) -> float:
        return lines * self.leading + _PADDING

    def _cut(self, place: int, text: str) -> list[str]:
        """A text in the lines that its column has room for; each different one of a column is cut once."""
        if (place, text) not in self._wrapped:
            within = self.widths[place] - 2 * _SIDE
            lines = [
                piece
                for line in text.splitlines()
                for piece in (
                    [line] if self.page.width(line, self.size) <= within else self.page.wrapped(line, self.size, within)
                )
            ]
            self._wrapped[place, text] = lines
        return self._wrapped[place, text]


def _widths(units: Sequence[float], unit: float) -> list[float]:
    """Widths in mm that fill the page. Where that is too narrow for all, the long texts are cut into more lines, and
    dates, numbers and names stay whole.
    """
    short = sum(one * unit for one in units if one <= _SHORT)
    long = sum(one for one in units if one > _SHORT)
    if sum(units) * unit <= INNER or not long or short > INNER * 0.7:
        return [INNER * one / sum(units) for one in units]
    return [one * unit if one <= _SHORT else (INNER - short) * one / long for one in units]


def printed(value: Cell, column: Column) -> str:
    """A cell in print: numbers as the format of their column has them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if column.number_format.endswith("%"):
        return f"{value:.1%}"
    decimals = len(column.number_format.partition(".")[2])
    return f"{value:,.{decimals}f}"


def _finish(page: PaperPage, left: str) -> None:
    """The feet of all pages."""
    pages = page.pdf.pages_count
    for number in range(1, pages + 1):
        page.pdf.page = number
        # The page ends in another font than that of the last foot.
        page.pdf.current_font_is_set_on_page = False
        page.text(MARGIN, FOOT, left, 8, INNER * 0.7, colour=GREY)
        place = t("workbook.paper.page", page=number, pages=pages)
        page.text(MARGIN + INNER, FOOT, place, 8, INNER * 0.25, "right", colour=GREY)
