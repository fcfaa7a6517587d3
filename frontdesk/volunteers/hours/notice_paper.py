"""The public notice of hours for the board: by volunteer number only, as a PDF or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
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
from frontdesk.volunteers.hours.notices import Compared, NoticeView, notice
from frontdesk.volunteers.hours.page import FOOT, INNER, MARGIN, Colour, HoursPage, PaperColumn
from frontdesk.volunteers.hours.rounding import clock_hours

_ROW = 6.0
_GAP = 6.0
_BLOCKS = 2


@allowed("shown")
def export_notice(context: Context, notice_id: int, out: Path, *, fonts: FontSearch | None = None) -> Written:
    """Write a notice as it was published, as .pdf or .xlsx. There are no names in it.

    Raises HoursError `unknown_notice`, `unknown_ending`, `write_failed`, and FontFault.
    """
    kind = ending_of(out, "pdf", "xlsx")
    view = notice(context, notice_id)
    if kind == "xlsx":
        write_file(out, notice_book(view, context.local(view.notice.at)))
        return Written(out, kind)
    content, pages, romanised = draw_notice(
        view,
        context.settings.certificate_contact,
        brand=context.settings.brand_rgb,
        created=context.local(view.notice.at),
        fonts=fonts,
    )
    write_file(out, content)
    return Written(out, kind, pages, romanised)


def draw_notice(
    view: NoticeView, contact: str, *, brand: Colour, created: datetime, fonts: FontSearch | None = None
) -> tuple[bytes, int, tuple[str, ...]]:
    """The PDF, how many pages it has, and the words that stand in it in pinyin. Raises FontFault.

    Numbers run down the left half of a page, then down the right one.
    """
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = HoursPage(shelf, created=created, brand=brand)
        lines = view.published
        start = 0
        while start < len(lines) or start == 0:
            y = _top(page, view, contact)
            room = int((FOOT - 8 - y - 7) / _ROW)
            # The last page has even halves.
            each = min(room, -(-(len(lines) - start) // _BLOCKS))
            for block in range(_BLOCKS):
                part = lines[start + block * each : start + (block + 1) * each]
                _block(page, view, MARGIN + block * ((INNER - _GAP) / _BLOCKS + _GAP), y, part)
            start += max(1, each * _BLOCKS)
        foot = page.say("notice.foot", count=len(lines))
        return page.finish(foot), page.pdf.pages_count, tuple(page.romanised)


def _top(page: HoursPage, view: NoticeView, contact: str) -> float:
    kept = view.notice
    span = page.say("span", first=kept.first, last=kept.last)
    y = page.head(page.say("notice.title"), span, view.centre)
    words = page.say("notice.words", published=_day(page, kept.published_on), until=_day(page, kept.until))
    if contact:
        words += page.say("notice.contact", contact=contact)
    return page.paragraph(MARGIN, y, words, 10, INNER, 5.4) + 3


def _block(page: HoursPage, view: NoticeView, x: float, y: float, lines: Sequence[Compared]) -> None:
    if not lines:
        return
    width = (INNER - _GAP) / _BLOCKS
    columns = (
        PaperColumn(page.say("column.no"), width - 60),
        PaperColumn(page.say("column.measured"), 20, "right"),
        PaperColumn(page.say("column.supplemented"), 20, "right"),
        PaperColumn(page.say("column.total"), 20, "right"),
    )
    page.row(x, y, 7, columns, [one.heading for one in columns], heading=True)
    y += 7
    for line in lines:
        shown = view.rounding.shown(line.measured, line.supplemented)
        figures = (clock_hours(minutes) for minutes in (shown.measured, shown.supplemented, shown.total))
        page.row(x, y, _ROW, columns, (line.volunteer_no, *figures), size=9.5)
        y += _ROW


def _day(page: HoursPage, iso: str) -> str:
    day = date.fromisoformat(iso)
    return page.say("day", year=day.year, month=day.month, day=day.day)


def notice_book(view: NoticeView, created: datetime) -> bytes:
    """The workbook of a notice: numbers and hours as they were published, rounded as on the board."""
    kept = view.notice
    title = f"{view.centre} {t('hours.paper.notice.title')}"
    under = t("hours.paper.span", first=kept.first, last=kept.last)
    under += "  " + t("hours.paper.notice.words", published=kept.published_on, until=kept.until)
    columns = (
        Column(t("hours.column.no")),
        *(Column(t(f"hours.column.{name}"), "0.00") for name in ("measured", "supplemented", "total")),
    )
    rows: list[list[Cell]] = []
    for line in view.published:
        shown = view.rounding.shown(line.measured, line.supplemented)
        rows.append([line.volunteer_no, shown.measured / 60, shown.supplemented / 60, shown.total / 60])
    book = TableBook(title, view.centre, created)
    book.add(t("hours.book.notice"), under, columns, rows, footer=f"{view.centre} {kept.first} - {kept.last}")
    return book.content()
