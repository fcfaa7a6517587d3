"""The roster for the wall: PDF pages that can be read from a step away and on a printer without colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from db.duty import DutyEvent
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.wholefile import whole_file
from frontdesk.roster.model import Shift
from frontdesk.roster.output.hours import WorkedSlot
from frontdesk.roster.output.papers import RosterOutFault, RosterPaper, shift_time
from frontdesk.roster.output.wallmonth import MonthPages
from frontdesk.roster.output.wallpage import BLACK, CLOSED_GREY, MARGIN, WHITE, Format, Paper, WallSheet, formats

Row = tuple[str, Shift]

_POST_WIDTH, _SHIFT_WIDTH, _DAY_WIDTH = 24.0, 25.0, 18.0
_HEAD_ROW, _ROW, _TALLEST_ROW = 12.0, 11.0, 17.0
_LEGEND, _CHANGE_LINE = 6.0, 5.0


@dataclass(frozen=True)
class PrintedRoster:
    """What was printed: the file, its pages, how they lie, the embedded fonts, and what had to be put into pinyin."""

    path: Path
    pages: int
    paper: Paper
    orientation: str
    font_families: tuple[str, ...]
    romanised: tuple[str, ...]


def print_week(
    paper: RosterPaper, out: Path, *, size: Paper = "A4", masked: bool = False, fonts: FontSearch | None = None
) -> PrintedRoster:
    """Write the weeks of a roster to the PDF `out`: posts and shifts down, days across, who acts and who stands by.

    The same roster and fonts give the same bytes. Names are whole unless `masked`. Raises RosterOutFault
    `nothing_to_print` or `print_failed`, and FontFault; then `out` is as it was.
    """
    return _print(paper, out, size, masked, fonts, _WeekPages)


def print_month(
    paper: RosterPaper, out: Path, *, size: Paper = "A4", masked: bool = False, fonts: FontSearch | None = None
) -> PrintedRoster:
    """Write the months of a roster to the PDF `out`: people down, days across, with codes, legend and totals.

    Otherwise like `print_week`.
    """
    return _print(paper, out, size, masked, fonts, MonthPages)


Pages = Callable[[RosterPaper, Format], "_WeekPages | MonthPages"]


def _print(
    paper: RosterPaper, out: Path, size: Paper, masked: bool, fonts: FontSearch | None, pages_of: Pages
) -> PrintedRoster:
    if not paper.slots:
        raise RosterOutFault("nothing_to_print")
    possible = [pages_of(paper, form) for form in formats(size)]
    # The first of equals is the one with the largest letters.
    best = min((each for each in possible if each.fits), key=lambda each: each.pages, default=possible[-2])
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        sheet = WallSheet(shelf, best.form, paper, masked=masked)
        best.draw(sheet)
        content = sheet.finish()
    try:
        with whole_file(out) as part:
            part.write_bytes(content)
    except OSError as error:
        raise RosterOutFault("print_failed", path=str(out), reason=error.strerror or str(error)) from error
    families, romanised = sheet.lettering.font_families, tuple(sheet.romanised)
    return PrintedRoster(out, sheet.pdf.pages_count, size, best.form.orientation, families, romanised)


class _WeekPages:
    """The pages of the weeks of a roster in one format."""

    def __init__(self, paper: RosterPaper, form: Format) -> None:
        self.paper = paper
        self.form = form
        self.scale = form.scale
        monday = paper.first - timedelta(days=paper.first.weekday())
        self.weeks = [
            [day for day in (start + timedelta(days=n) for n in range(7)) if paper.first <= day <= paper.last]
            for start in (monday + timedelta(days=7 * n) for n in range(((paper.last - monday).days // 7) + 1))
        ]
        self.rows = [self._rows_of(week) for week in self.weeks]
        self.day_width = (form.width - (_POST_WIDTH + _SHIFT_WIDTH) * form.scale) / max(map(len, self.weeks))
        self.fits = self.day_width >= _DAY_WIDTH * form.scale
        room = form.height - (_HEAD_ROW + _LEGEND) * form.scale
        self.rows_on_page = max(1, int(room / (_ROW * form.scale)))
        self.pages = sum(-(-len(rows) // self.rows_on_page) for rows in self.rows)

    def draw(self, sheet: WallSheet) -> None:
        """All weeks that have slots, then what was changed."""
        y = sheet.bottom
        for week, rows in zip(self.weeks, self.rows, strict=True):
            if rows:
                y = self._draw_week(sheet, week, rows)
        if self.paper.changes:
            self._draw_changes(sheet, y)

    def _rows_of(self, week: Sequence[date]) -> list[Row]:
        order = {post: place for place, post in enumerate(self.paper.posts)}
        found = {(slot.key.post, slot.shift) for slot in self.paper.between(week[0], week[-1])}
        return sorted(found, key=lambda row: (order[row[0]], row[1].starts, row[1].ends, row[1].code))

    def _draw_week(self, sheet: WallSheet, week: Sequence[date], rows: Sequence[Row]) -> float:
        year, number, _ = week[0].isocalendar()
        title = sheet.say("week_title", year=year, number=number, first=f"{week[0]:%m-%d}", last=f"{week[-1]:%m-%d}")
        held = {(slot.key.post, slot.shift, slot.key.day): slot for slot in self.paper.between(week[0], week[-1])}
        pages = -(-len(rows) // self.rows_on_page)
        on_page = -(-len(rows) // pages)
        room = self.form.height - (_HEAD_ROW + _LEGEND) * self.scale
        changes = len(self.paper.changes) * _CHANGE_LINE * self.scale + 8 * self.scale if self.paper.changes else 0.0
        room -= changes if changes < room / 3 else 0.0
        height = max(_ROW * self.scale, min(_TALLEST_ROW * self.scale, room / on_page))
        y = sheet.bottom
        for begin in range(0, len(rows), on_page):
            sheet.new_page(title)
            self._draw_head(sheet, week)
            y = sheet.top + _HEAD_ROW * self.scale
            chunk = rows[begin : begin + on_page]
            self._draw_posts(sheet, y, height, chunk)
            for place, row in enumerate(chunk):
                for column, day in enumerate(week):
                    x = self._day_x(column)
                    self._draw_slot(sheet, x, y + place * height, height, day, held.get((*row, day)))
            y += len(chunk) * height
            self._draw_legend(sheet, y)
        return y + _LEGEND * self.scale

    def _day_x(self, column: int) -> float:
        return MARGIN + (_POST_WIDTH + _SHIFT_WIDTH) * self.scale + column * self.day_width

    def _draw_head(self, sheet: WallSheet, week: Sequence[date]) -> None:
        scale, y, height = self.scale, sheet.top, _HEAD_ROW * self.scale
        for x, width, key in (
            (MARGIN, _POST_WIDTH, "post"),
            (MARGIN + _POST_WIDTH * scale, _SHIFT_WIDTH, "shift"),
        ):
            sheet.box(x, y, width * scale, height, line=0.4)
            sheet.text(x + width * scale / 2, y + height / 2, sheet.say(key), 11 * scale, width * scale, "centre", "B")
        for column, day in enumerate(week):
            x = self._day_x(column)
            sheet.box(x, y, self.day_width, height, fill=sheet.day_fill(day), line=0.4)
            kind, name = sheet.day_kind(day), self.paper.calendar.name(day)
            special = kind in ("holiday", "makeup")
            middle = y + height * (0.32 if special else 0.5)
            label = f"{sheet.weekday(day)} {day:%m-%d}"
            sheet.text(x + self.day_width / 2, middle, label, 11 * scale, self.day_width - 2, "centre", "B")
            if special:
                used = sheet.badge(x + 1.5 * scale, y + height * 0.74, kind, 9 * scale)
                room = self.day_width - used - 4 * scale
                sheet.text(x + used + 2.5 * scale, y + height * 0.74, name, 8.5 * scale, room)

    def _draw_posts(self, sheet: WallSheet, y: float, height: float, rows: Sequence[Row]) -> None:
        """The two columns at the left; a post is named once for all its shifts on the page."""
        scale = self.scale
        begin = 0
        for place, (post, shift) in enumerate(rows):
            x, row_y = MARGIN + _POST_WIDTH * scale, y + place * height
            width = _SHIFT_WIDTH * scale
            sheet.box(x, row_y, width, height, line=0.15)
            sheet.text(x + width / 2, row_y + height * 0.32, shift.name, 10 * scale, width - 2, "centre", "B")
            sheet.text(x + width / 2, row_y + height * 0.72, shift_time(shift), 8.5 * scale, width - 2, "centre")
            if place + 1 == len(rows) or rows[place + 1][0] != post:
                top, high, wide = y + begin * height, (place + 1 - begin) * height, _POST_WIDTH * scale
                sheet.box(MARGIN, top, wide, high, line=0.4)
                self._write_post(sheet, post, top + high / 2, wide)
                begin = place + 1

    def _write_post(self, sheet: WallSheet, post: str, middle: float, width: float) -> None:
        """A long name in two lines, because it would be too small in one."""
        size = 11 * self.scale
        if sheet.width(post, size, "B") <= width - 2 or len(post) < 4:
            sheet.text(MARGIN + width / 2, middle, post, size, width - 2, "centre", "B")
            return
        half = -(-len(post) // 2)
        for line, text in ((-0.5, post[:half]), (0.5, post[half:])):
            sheet.text(MARGIN + width / 2, middle + line * 4.6 * self.scale, text, size, width - 2, "centre", "B")

    def _draw_slot(
        self, sheet: WallSheet, x: float, y: float, height: float, day: date, slot: WorkedSlot | None
    ) -> None:
        scale, width = self.scale, self.day_width
        if slot is None:
            sheet.box(x, y, width, height, fill=CLOSED_GREY, line=0.15)
            sheet.text(x + width / 2, y + height / 2, "-", 9 * scale, width, "centre")
            return
        sheet.box(x, y, width, height, fill=sheet.day_fill(day), line=0.15)
        upper, lower = y + height * 0.34, y + height * 0.75
        if slot.acting is None:
            sheet.box(x + 0.8, y + 0.8, width - 1.6, height * 0.55, fill=BLACK)
            sheet.text(x + width / 2, upper, sheet.say("gap"), 11 * scale, width - 4, "centre", "B", WHITE)
        else:
            sheet.text(x + width / 2, upper, sheet.person(slot.acting), 13 * scale, width - 4, "centre", "B")
        standby = sheet.say("nobody") if slot.standby is None else sheet.person(slot.standby)
        sheet.text(x + width / 2, lower, sheet.say("standby", name=standby), 9 * scale, width - 2, "centre")
        if (slot.acting, slot.standby) != (slot.planned_acting, slot.planned_standby):
            sheet.corner(x + width, y, 2.6 * scale)

    def _draw_legend(self, sheet: WallSheet, y: float) -> None:
        scale = self.scale
        middle, size = y + _LEGEND * scale * 0.6, 8.5 * scale
        x = MARGIN
        for kind in ("holiday", "makeup"):
            x += sheet.badge(x, middle, kind, 8 * scale) + 1.5 * scale
            words = sheet.say(f"legend.{kind}")
            sheet.text(x, middle, words, size, 40 * scale)
            x += sheet.width(words, size) + 5 * scale
        sheet.corner(x + 2.6 * scale, middle - 1.3 * scale, 2.6 * scale)
        x += 4 * scale
        sheet.text(x, middle, sheet.say("legend.week"), size, MARGIN + self.form.width - x)

    def _draw_changes(self, sheet: WallSheet, y: float) -> None:
        """What was changed today or for today, under the table; on a page of its own where there is no room."""
        scale, line = self.scale, _CHANGE_LINE * self.scale
        for number, event in enumerate(self.paper.changes):
            wanted = line + (8 * scale if number == 0 else 0.0)
            if y + wanted > sheet.bottom:
                sheet.new_page(sheet.say("changes"))
                y = sheet.top
            if number == 0:
                sheet.text(MARGIN, y + 4.5 * scale, sheet.say("changes"), 11 * scale, self.form.width, style="B")
                y += 8 * scale
            sheet.text(MARGIN, y + line / 2, _change(sheet, event), 9.5 * scale, self.form.width)
            y += line


def _change(sheet: WallSheet, event: DutyEvent) -> str:
    """One logged change in a line: when, where, who before and who now."""

    def name(no: str | None) -> str:
        return sheet.say("nobody") if no is None else sheet.person(no)

    parts = [
        sheet.say(f"changed.{role}", before=name(before), after=name(after))
        for role, before, after in (
            ("acting", event.acting_before, event.acting_after),
            ("standby", event.standby_before, event.standby_after),
        )
        if before != after
    ]
    at = f"{sheet.paper.local(event.at):%m-%d %H:%M}"
    what = sheet.say("change_join").join(parts) or sheet.say("changed.nothing")
    return sheet.say("change", at=at, day=event.day[5:], post=event.post, shift=event.shift, what=what)
