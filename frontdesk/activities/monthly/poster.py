"""The monthly list for the wall: grouped by week and day, in letters that are read from a step away, on as many pages
as it takes. After it what was changed since it was published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from db.activities import SessionLine
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.files import write_file
from frontdesk.activities.monthly.notice import draw_notice
from frontdesk.activities.monthly.posterpage import BOTTOM, INNER, MARGIN, PaperSize, PosterPage, on_colour
from frontdesk.activities.monthly.service import MonthView, month_view
from frontdesk.activities.monthly.wording import said_before, shown, times
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.common.endings import ending_of
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, INK, PALE, Colour
from frontdesk.common.periods import Period
from frontdesk.common.wholefile import Written
from frontdesk.context import Context

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY_WIDTH, _TIME_WIDTH, _CHIP_WIDTH, _GAP = 26.0, 27.0, 25.0, 2.5
_NAME_SIZE, _INFO_SIZE, _CHIP_SIZE = 14.0, 10.5, 10.0
_NAME_LEADING, _INFO_LEADING = 6.4, 4.9
_WEEK_HEIGHT, _ROW_PADDING, _LEAST_ROW = 8.0, 2.6, 15.0
_CANCELLED: Colour = (120, 120, 120)


@dataclass(frozen=True)
class PosterPaper:
    """All that the poster of a month says."""

    centre: str
    view: MonthView
    number: str
    calendar: Calendar
    zone: ZoneInfo
    printed_at: datetime
    brand: Colour

    @property
    def period(self) -> Period:
        """The month."""
        return self.view.period

    @property
    def is_draft(self) -> bool:
        """Whether it says what nobody has announced yet."""
        return not self.number and (self.view.kept is not None or bool(self.view.planned))

    @property
    def sessions(self) -> tuple[SessionLine, ...]:
        """What it says: of a published list only what is announced."""
        return tuple(one for one in self.view.sessions if not self.number or not is_planned(one))


def gather(context: Context, period: Period) -> PosterPaper:
    """What the poster of a month says now. Raises MonthlyError `empty_list`."""
    view = month_view(context, period)
    if not view.sessions:
        raise MonthlyError("empty_list", month=period.label)
    printed_at = context.local(context.now_ms())
    calendar = calendar_for(context, period.first, period.last)
    brand = context.settings.brand_rgb
    return PosterPaper(context.centre.name, view, view.number, calendar, context.zone, printed_at, brand)


def print_poster(
    context: Context,
    period: Period,
    out: Path,
    *,
    size: PaperSize = "A4",
    only_changes: bool = False,
    fonts: FontSearch | None = None,
) -> Written:
    """Write the poster of a month to the PDF `out`, with a notice of changes behind it where there are any; with
    `only_changes` that notice alone. The same list, settings and fonts give the same bytes.

    Raises EndingFault `unknown_ending`, MonthlyError `empty_list`, `no_changes`, `write_failed`, and FontFault.
    """
    ending_of(out, "pdf")
    paper = gather(context, period)
    if only_changes and not paper.view.changes:
        raise MonthlyError("no_changes", month=period.label)
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PosterPage(shelf, size, created=paper.printed_at, brand=paper.brand)
        if not only_changes:
            _Poster(page, paper).draw()
        if paper.view.changes:
            draw_notice(page, paper.view, paper.centre, paper.number, paper.zone)
        left = [paper.centre, page.say("list"), paper.number, page.say("printed_at", at=f"{paper.printed_at:%Y-%m-%d}")]
        content = page.finish_poster("  ".join(part for part in left if part))
    write_file(out, content)
    return Written(out, "pdf", page.pdf.pages_count, tuple(page.romanised))


def missing_glyphs(context: Context, period: Period, *, fonts: FontSearch | None = None) -> tuple[str, ...]:
    """The characters on the poster of a month that no installed font can draw: their words would be in pinyin.

    Raises MonthlyError `empty_list` and FontFault.
    """
    from fpdf import FPDF

    from frontdesk.common.lettering import Lettering

    paper = gather(context, period)
    texts = [paper.centre, paper.view.kept.note if paper.view.kept else ""]
    for one in paper.sessions:
        texts += [one.name, one.category, one.room, one.lead, one.note, one.cancel_reason]
    for change in paper.view.changes:
        texts += [change.reason, *shown(said_before(change), paper.zone).values()]
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        lettering = Lettering(FPDF(), shelf)
        poor = [text for text in dict.fromkeys(texts) if text and lettering.lay(text) is None]
        return tuple(dict.fromkeys(one for text in poor for one in lettering.undrawable(text)))


@dataclass(frozen=True)
class _Row:
    """A session as it is laid out: its lines, and how high they are together."""

    session: SessionLine
    name: list[str]
    info: list[str]
    chip: list[str]
    mark: str
    height: float


class _Poster:
    """The pages of the list while they are being drawn."""

    def __init__(self, page: PosterPage, paper: PosterPaper) -> None:
        self.page = page
        self.paper = paper
        self.y = 0.0

    def draw(self) -> None:
        """The heading, how to sign up, and the weeks."""
        self._new_page()
        self._draw_sign_up()
        for monday, days in groupby(self._days(), key=lambda one: one[0] - timedelta(days=one[0].weekday())):
            self._draw_week(monday, [(day, [self._row(one) for one in found]) for day, found in days])

    def _days(self) -> list[tuple[date, list[SessionLine]]]:
        grouped = groupby(self.paper.sessions, key=lambda one: one.day)
        return [(date.fromisoformat(day), list(found)) for day, found in grouped]

    def _title(self) -> str:
        first = self.paper.period.first
        return self.page.say("title", year=first.year, month=first.month)

    def _new_page(self) -> None:
        page, paper = self.page, self.paper
        page.new_page(f"{paper.centre} {self._title()}")
        first = page.pdf.pages_count == 1
        page.fill(0, 0, 210, 7 if first else 4, paper.brand)
        if first:
            page.text(MARGIN, 18, self._title(), 30, INNER * 0.72, style="B")
            page.text(MARGIN + INNER, 14.5, paper.centre, 13, INNER * 0.27, "right", "B")
            number = page.say("number", number=paper.number) if paper.number else ""
            tag = f"{page.say('list')}  {page.say('draft') if paper.is_draft else number}".rstrip()
            page.text(MARGIN + INNER, 21.5, tag, 10, INNER * 0.27, "right", colour=GREY)
            self.y = 28.0
        else:
            page.text(MARGIN, 10.5, self._title(), 16, INNER * 0.6, style="B")
            page.text(MARGIN + INNER, 10.5, paper.centre, 11, INNER * 0.38, "right", colour=GREY)
            self.y = 16.0

    def _draw_sign_up(self) -> None:
        page, kept = self.page, self.paper.view.kept
        words = (kept.note if kept else "") or page.say("sign_up")
        lines = page.wrapped(words, 11.5, INNER - 8)
        height = len(lines) * 5.6 + 4
        page.fill(MARGIN, self.y, INNER, height, PALE)
        page.fill(MARGIN, self.y, 1.6, height, self.paper.brand)
        for place, line in enumerate(lines):
            page.text(MARGIN + 4.5, self.y + 2 + 5.6 * (place + 0.5), line, 11.5, INNER - 8)
        self.y += height + 3

    def _row(self, one: SessionLine) -> _Row:
        page = self.page
        mark = self.paper.view.changed.get(one.code, "")
        if one.state == "cancelled":
            mark = "cancelled"
        within = INNER - _DAY_WIDTH - _TIME_WIDTH - _CHIP_WIDTH - 2 * _GAP
        # Bold letters are wider than the plain ones that lines are measured in.
        name = page.wrapped(one.name, _NAME_SIZE * 1.04, within)
        info = [line for part in self._info(one) for line in page.wrapped(part, _INFO_SIZE, within)]
        chip = page.wrapped(one.category, _CHIP_SIZE * 1.06, _CHIP_WIDTH - 2)
        marked = 6.2 if mark else 0.0
        text = len(name) * _NAME_LEADING + len(info) * _INFO_LEADING
        chips = len(chip) * _CHIP_SIZE * 0.46 + 1.6 + marked
        return _Row(one, name, info, chip, mark, max(_LEAST_ROW, max(text, chips) + 2 * _ROW_PADDING))

    def _info(self, one: SessionLine) -> list[str]:
        say = self.page.say
        parts = [
            say("room", room=one.room) if one.room else say("no_room"),
            say("lead", lead=one.lead) if one.lead else say("no_lead"),
            say("seats", capacity=one.capacity),
        ]
        if one.min_enrol:
            parts.append(say("minimum", minimum=one.min_enrol))
        lines = ["   ".join(parts)]
        if one.state == "cancelled":
            lines.append(say("cancelled", reason=one.cancel_reason) if one.cancel_reason else say("cancelled_plain"))
        elif one.note:
            lines.append(one.note)
        return lines

    def _draw_week(self, monday: date, days: Sequence[tuple[date, list[_Row]]]) -> None:
        if self.y + _WEEK_HEIGHT + days[0][1][0].height > BOTTOM:
            self._new_page()
        period = self.paper.period
        first, last = max(monday, period.first), min(monday + timedelta(days=6), period.last)
        words = self._day_words(first)
        if first != last:
            words = self.page.say("week", first=words, last=self._day_words(last))
        self.page.fill(MARGIN, self.y, INNER, _WEEK_HEIGHT - 1.2, self.paper.brand)
        middle = self.y + (_WEEK_HEIGHT - 1.2) / 2
        self.page.text(MARGIN + 3, middle, words, 12.5, INNER - 6, style="B", colour=on_colour(self.paper.brand))
        self.y += _WEEK_HEIGHT
        for day, rows in days:
            self._draw_day(day, rows)
        self.y += 1.5

    def _draw_day(self, day: date, rows: Sequence[_Row]) -> None:
        begins = True
        for row in rows:
            if self.y + row.height > BOTTOM:
                self._new_page()
                begins = True
            if begins:
                self._draw_day_name(day, continued=row is not rows[0])
            self._draw_row(row)
            begins = False
        self.page.rule(MARGIN, self.y, INNER, GREY, 0.3)

    def _draw_day_name(self, day: date, *, continued: bool) -> None:
        page, y = self.page, self.y
        page.text(MARGIN, y + 5.6, self._day_words(day), 14, _DAY_WIDTH - 2, style="B")
        below = page.weekday(day)
        kind = self.paper.calendar.day_kind(day)
        if kind in ("holiday", "makeup"):
            below += "  " + page.say(kind, name=self.paper.calendar.name(day)).strip()
        page.text(MARGIN, y + 11.4, below, 11, _DAY_WIDTH - 2, colour=GREY)
        if continued:
            page.text(MARGIN, y + 14.6, page.say("going_on"), 7.5, _DAY_WIDTH - 2, colour=GREY)

    def _draw_row(self, row: _Row) -> None:
        page, one, top = self.page, row.session, self.y
        off = one.state == "cancelled"
        ink = _CANCELLED if off else INK
        x = MARGIN + _DAY_WIDTH
        page.rule(x, top, INNER - _DAY_WIDTH, GREY, 0.12)
        y = top + _ROW_PADDING
        clock = times(one.starts_at, one.ends_at, self.paper.zone)
        page.text(x, y + _NAME_LEADING / 2, clock, 13, _TIME_WIDTH - 1, style="B", colour=ink)
        x += _TIME_WIDTH + _GAP
        within = INNER - _DAY_WIDTH - _TIME_WIDTH - _CHIP_WIDTH - 2 * _GAP
        for line in row.name:
            page.text(x, y + _NAME_LEADING / 2, line, _NAME_SIZE, within, style="B", colour=ink)
            if off:
                page.rule(x, y + _NAME_LEADING / 2, min(within, page.width(line, _NAME_SIZE)), ink, 0.4)
            y += _NAME_LEADING
        for line in row.info:
            page.text(x, y + _INFO_LEADING / 2, line, _INFO_SIZE, within, colour=ink if off else GREY)
            y += _INFO_LEADING
        chip_x, chip_y = MARGIN + INNER - _CHIP_WIDTH, top + _ROW_PADDING
        chip_y += page.chip(chip_x, chip_y, row.chip, _CHIP_SIZE, _CHIP_WIDTH, self.paper.brand)
        if row.mark:
            page.chip(chip_x, chip_y + 0.8, [page.say(f"mark.{row.mark}")], 9.5, _CHIP_WIDTH, INK, filled=True)
        self.y = top + row.height

    def _day_words(self, day: date) -> str:
        return self.page.say("day", month=day.month, day=day.day)
