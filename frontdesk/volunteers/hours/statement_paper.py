"""A volunteer's statement of hours as a PDF and as a workbook, with the whole name: it is given to that person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.volunteers.hours.files import write_file
from frontdesk.volunteers.hours.page import FOOT, GREY, INNER, MARGIN, Colour, HoursPage, PaperColumn
from frontdesk.volunteers.hours.rounding import clock_hours
from frontdesk.volunteers.hours.statement import Statement, StatementLine, statement

_ROW = 6.2


@allowed("writer")
def export_statement(
    context: Context, volunteer_no: str, first: date, last: date, out: Path, *, fonts: FontSearch | None = None
) -> Written:
    """Write a volunteer's statement as .pdf or .xlsx; since it holds the whole name, that stands in the audit log.

    Raises EndingFault `unknown_ending`, HoursError `write_failed`, what `statement` and `require_writer` raise, and
    FontFault.
    """
    kind = ending_of(out, "pdf", "xlsx")
    context.require_writer()
    made = statement(context, volunteer_no, first, last)

    def note() -> None:
        days = {"first": first.isoformat(), "last": last.isoformat()}
        with context.change("hours.statement_written", volunteer_no, kind=kind, **days):
            """Nothing but the audit entry is written."""

    if kind == "xlsx":
        write_file(out, statement_book(made), note)
        return Written(out, kind)
    content, pages, romanised = draw_statement(made, brand=context.settings.brand_rgb, fonts=fonts)
    write_file(out, content, note)
    return Written(out, kind, pages, romanised)


def draw_statement(
    made: Statement, *, brand: Colour, fonts: FontSearch | None = None
) -> tuple[bytes, int, tuple[str, ...]]:
    """The PDF, how many pages it has, and the words that stand in it in pinyin. Raises FontFault."""
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = HoursPage(shelf, created=made.made, brand=brand)
        paper = _StatementPaper(page, made)
        paper.draw()
        foot = page.say("made_at", at=f"{made.made:%Y-%m-%d %H:%M}")
        return page.finish(foot), page.pdf.pages_count, tuple(page.romanised)


class _StatementPaper:
    """The pages of one statement."""

    def __init__(self, page: HoursPage, made: Statement) -> None:
        self.page = page
        self.made = made
        self.y = 0.0
        say = page.say
        self.columns = (
            PaperColumn(say("column.day"), 29),
            PaperColumn(say("column.content"), INNER - 125),
            PaperColumn(say("column.times"), 26),
            PaperColumn(say("column.measured"), 20, "right"),
            PaperColumn(say("column.supplemented"), 20, "right"),
            PaperColumn("", 3),
            PaperColumn(say("column.state"), 27),
        )

    def draw(self) -> None:
        """Sums first, then the days, then the sums by content."""
        self._new_page()
        self._sums()
        self._heading()
        day = None
        for line in self.made.lines:
            if self._needs(_ROW):
                self._heading()
                day = None
            self.page.row(MARGIN, self.y, _ROW, self.columns, self._cells(line, shown=line.day != day), size=9)
            self.y += _ROW
            day = line.day
        if not self.made.lines:
            self.page.text(MARGIN + 1.5, self.y + _ROW / 2, self.page.say("statement.empty"), 9, INNER, colour=GREY)
            self.y += _ROW
        self._by_content()
        self._needs(10)
        self.page.paragraph(MARGIN, self.y + 4, self.page.say("statement.note"), 8, INNER, 4.2, GREY)

    def _new_page(self) -> None:
        page, made = self.page, self.made
        team = f"  {made.volunteer.team}" if made.volunteer.team else ""
        under = f"{made.volunteer.name}  {made.volunteer.no}{team}    "
        under += page.say("span", first=made.first.isoformat(), last=made.last.isoformat())
        self.y = page.head(page.say("statement.title"), under, made.centre)

    def _needs(self, height: float) -> bool:
        """Go on to a new page where there is no room; whether that was so."""
        if self.y + height <= FOOT - 6:
            return False
        self._new_page()
        return True

    def _heading(self) -> None:
        self.page.row(MARGIN, self.y, 7, self.columns, [one.heading for one in self.columns], heading=True)
        self.y += 7

    def _sums(self) -> None:
        page, made = self.page, self.made
        shown, width = made.shown, INNER / 3
        for place, (key, minutes) in enumerate(
            (("measured", shown.measured), ("supplemented", shown.supplemented), ("total", shown.total))
        ):
            x = MARGIN + place * width
            page.frame(x, self.y, width, 15)
            page.text(x + 3, self.y + 4, page.say(f"sum.{key}"), 8.5, width - 6, colour=GREY)
            hours = page.both(minutes)
            page.text(x + 3, self.y + 10.5, hours, 12.5, width - 6, style="B")
        self.y += 18
        texts = []
        if made.left_open:
            texts.append(page.say("statement.waiting", pending=made.pending, open=made.left_open))
        if made.displaced:
            minutes = -(-made.displaced // 60)
            texts.append(page.say("statement.displaced", amount=page.amount(minutes)))
        for text in texts:
            self.y = page.paragraph(MARGIN, self.y, text, 9, INNER, 5) + 1.5

    def _by_content(self) -> None:
        contents = self.made.contents
        if not contents:
            return
        page, columns = self.page, (self.columns[1], self.columns[3], self.columns[4])
        wide = (PaperColumn(page.say("statement.by_content"), INNER - 40), columns[1], columns[2])
        self._needs(14 + 2 * _ROW)
        self.y += 6
        page.row(MARGIN, self.y, 7, wide, [one.heading for one in wide], heading=True)
        self.y += 7
        for one in contents:
            self._needs(_ROW)
            shown = self.made.rounding.shown(one.measured, one.supplemented)
            cells = (page.content(one.content), clock_hours(shown.measured), clock_hours(shown.supplemented))
            page.row(MARGIN, self.y, _ROW, wide, cells)
            self.y += _ROW

    def _cells(self, line: StatementLine, *, shown: bool) -> tuple[str, ...]:
        page = self.page
        day = f"{line.day.isoformat()} {page.weekday(line.day)}" if shown else ""
        minutes = self.made.rounding.shown(line.measured, line.supplemented)
        return (
            day,
            page.content(line.content),
            line.times or "-",
            clock_hours(minutes.measured) if line.measured else "-",
            clock_hours(minutes.supplemented) if line.supplemented else "-",
            "",
            page.say(f"state.{line.state or 'measured'}"),
        )


def statement_book(made: Statement) -> bytes:
    """The workbook: one sheet with every line, hours as numbers beside the exact seconds, and the sums below."""
    title = f"{made.centre} {t('hours.paper.statement.title')}"
    span = t("hours.paper.span", first=made.first.isoformat(), last=made.last.isoformat())
    under = f"{made.volunteer.name}  {made.volunteer.no}  {made.volunteer.team}  {span}"
    columns = (
        *(Column(t(f"hours.paper.column.{name}")) for name in ("day", "content", "times")),
        Column(t("hours.column.measured"), "0.00"),
        Column(t("hours.column.supplemented"), "0.00"),
        Column(t("hours.paper.column.state")),
        Column(t("hours.book.seconds_measured"), "0"),
        Column(t("hours.book.seconds_supplemented"), "0"),
        Column(t("hours.book.reason")),
    )
    rows = [*map(_book_row, made.lines), _book_sum(made)]
    book = TableBook(title, made.centre, made.made)
    book.add(t("hours.book.statement"), under, columns, rows, footer=f"{made.centre} {made.volunteer.no}")
    return book.content()


def _book_row(line: StatementLine) -> list[Cell]:
    return [
        line.day,
        line.content or t("hours.general_service"),
        line.times,
        line.measured / 3600 if line.measured else None,
        line.supplemented / 3600 if line.supplemented else None,
        t(f"hours.paper.state.{line.state or 'measured'}"),
        line.measured or None,
        line.supplemented or None,
        line.reason,
    ]


def _book_sum(made: Statement) -> list[Cell]:
    """The sum as it is shown everywhere: rounded, with the exact seconds beside it."""
    shown = made.shown
    hours: list[Cell] = [shown.measured / 60, shown.supplemented / 60]
    return [t("hours.book.sum"), None, None, *hours, None, made.measured, made.supplemented, ""]
