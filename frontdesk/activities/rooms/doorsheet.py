"""The sheet on the door of a room: what is on in it on a day or in a week. Nobody is named who booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from db import rooms as records
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.files import write_file
from frontdesk.activities.rooms.keeping import known
from frontdesk.activities.rooms.words import purpose_words, times_words
from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.page import GREY, INK, PALE, Colour, PaperPage
from frontdesk.common.wholefile import Written
from frontdesk.context import Context

DoorPaper = Literal["A3", "A4"]

_SIZES: dict[DoorPaper, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
_MARGIN = 14.0
_MOST_OF_A_DAY = 14
_WEEK = 7


@dataclass(frozen=True)
class DoorEntry:
    """One thing in a room: when, what, and who leads it; `cancelled` ones are struck out by a word."""

    day: str
    starts_at: int
    times: str
    words: str
    lead: str
    cancelled: bool


def write_door_sheet(
    context: Context,
    out: Path,
    room: str,
    day: date,
    *,
    week: bool = False,
    paper: DoorPaper = "A4",
    fonts: FontSearch | None = None,
) -> Written:
    """Write the PDF for the door: one day upright, or the week of that day lying, Monday first.

    Bookings that are only held are on it, those called off are not; a session that is called off is, with that word,
    because people come for it. Raises RoomError `unknown_room`, `export_failed`, and FontFault.
    """
    first = day - timedelta(days=day.weekday()) if week else day
    days = [first + timedelta(days=count) for count in range(_WEEK if week else 1)]
    with context.database.reading() as connection:
        place = known(connection, room)
        entries = door_entries(context, place.name, days[0], days[-1])
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = PaperPage(
            shelf, "rooms", created=context.now(), brand=context.settings.brand_rgb, paper=paper, landscape=week
        )
        width, height = _SIZES[paper][:: -1 if week else 1]
        sheet = _Sheet(page, width, height, width / (297.0 if week else 210.0))
        under = f"{place.zone}  {place.opens}-{place.closes}".strip()
        if week:
            sheet.week(place.name, under, context.centre.name, days, entries)
        else:
            sheet.day(place.name, under, context.centre.name, day, entries)
        content = bytes(page.pdf.output())
        pages, romanised = page.pdf.pages_count, tuple(page.romanised)
    write_file(out, content)
    return Written(out, "door_sheet", pages, romanised)


def door_entries(context: Context, room: str, first: date, last: date) -> list[DoorEntry]:
    """What is in a room on some days, by when it begins."""
    connection = context.database.connection
    span = (first.isoformat(), last.isoformat())
    found = [
        DoorEntry(
            one.day,
            one.starts_at,
            times_words(context, one.starts_at, one.ends_at),
            one.name,
            one.lead,
            one.state == "cancelled",
        )
        for one in records.room_sessions(connection, *span, room)
    ]
    found += [
        DoorEntry(
            one.day,
            one.starts_at,
            times_words(context, one.starts_at, one.ends_at),
            purpose_words(one.purpose),
            "",
            False,
        )
        for one in records.bookings(connection, *span, room)
        if one.state in records.LIVE
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.words))


@dataclass
class _Sheet:
    """One door sheet while it is drawn; `scale` makes everything larger on larger paper."""

    page: PaperPage
    wide: float
    high: float
    scale: float

    def _head(self, room: str, under: str, centre: str, when: str) -> float:
        page, scale, inner = self.page, self.scale, self.wide - 2 * _MARGIN
        page.new_page(f"{room} {when}")
        page.fill(_MARGIN, _MARGIN - 5, inner, 1.6 * scale, page.brand)
        page.text(_MARGIN, _MARGIN + 8 * scale, room, 30 * scale, inner * 0.6, style="B")
        page.text(_MARGIN + inner, _MARGIN + 5 * scale, centre, 11 * scale, inner * 0.38, "right", colour=GREY)
        page.text(_MARGIN + inner, _MARGIN + 11 * scale, under, 11 * scale, inner * 0.38, "right", colour=GREY)
        page.text(_MARGIN, _MARGIN + 19 * scale, when, 15 * scale, inner)
        return _MARGIN + 26 * scale

    def day(self, room: str, under: str, centre: str, day: date, entries: list[DoorEntry]) -> None:
        """A day: a line for each thing, in letters that are read from the corridor."""
        when = self.page.say("day", day=day.isoformat(), weekday=self.page.weekday(day))
        pages = [entries[start : start + _MOST_OF_A_DAY] for start in range(0, len(entries), _MOST_OF_A_DAY)]
        for part in pages or [[]]:
            y = self._head(room, under, centre, when)
            if not part:
                self.page.text(_MARGIN, y + 12 * self.scale, self.page.say("free"), 20 * self.scale, self._inner)
            for place, entry in enumerate(part):
                y = self._line(y, entry, shaded=place % 2 == 0)

    @property
    def _inner(self) -> float:
        return self.wide - 2 * _MARGIN

    def _line(self, y: float, entry: DoorEntry, *, shaded: bool) -> float:
        page, scale = self.page, self.scale
        row = min(17.0 * scale, (self.high - 2 * _MARGIN - 26 * scale) / _MOST_OF_A_DAY)
        if shaded:
            page.fill(_MARGIN, y, self._inner, row, PALE)
        colour: Colour = GREY if entry.cancelled else INK
        time_width = 46 * scale
        page.text(_MARGIN + 2, y + row / 2, entry.times, 17 * scale, time_width - 4, style="B", colour=colour)
        words = page.say("cancelled", words=entry.words) if entry.cancelled else entry.words
        lead = 38 * scale if entry.lead else 0.0
        page.text(_MARGIN + time_width, y + row / 2, words, 19 * scale, self._inner - time_width - lead - 4, "left")
        if entry.lead:
            page.text(_MARGIN + self._inner - 2, y + row / 2, entry.lead, 13 * scale, lead - 2, "right", colour=GREY)
        return y + row

    def week(self, room: str, under: str, centre: str, days: list[date], entries: list[DoorEntry]) -> None:
        """A week: a column for each day, its things below one another; what does not fit goes on another page."""
        columns = {day.isoformat(): [one for one in entries if one.day == day.isoformat()] for day in days}
        year, number, _ = days[0].isocalendar()
        when = self.page.say("week", year=year, number=number, first=days[0].isoformat(), last=days[-1].isoformat())
        first = True
        while first or any(columns.values()):
            first = False
            top = self._head(room, under, centre, when)
            for place, day in enumerate(days):
                rest = columns[day.isoformat()]
                columns[day.isoformat()] = rest[self._column(place, day, top, rest) :]

    def _column(self, place: int, day: date, top: float, entries: list[DoorEntry]) -> int:
        """Draw as much of a day as has room; how many things that were."""
        page, scale = self.page, self.scale
        width = self._inner / _WEEK
        x, bottom = _MARGIN + place * width, self.high - _MARGIN
        page.fill(x, top, width, 11 * scale, PALE)
        page.text(x + width / 2, top + 5.5 * scale, f"{page.weekday(day)} {day:%m-%d}", 12 * scale, width - 3, "centre")
        page.frame(x, top, width, bottom - top)
        y, drawn = top + 13 * scale, 0
        for entry in entries:
            words = page.say("cancelled", words=entry.words) if entry.cancelled else entry.words
            lines = page.wrapped(words, 12 * scale, width - 4)[:4]
            height = (6 + 5.4 * len(lines) + 3) * scale
            if y + height > bottom:
                if drawn == 0:
                    drawn = 1
                break
            colour: Colour = GREY if entry.cancelled else INK
            page.text(x + 2, y + 3 * scale, entry.times, 11.5 * scale, width - 4, style="B", colour=colour)
            for count, line in enumerate(lines):
                middle = y + (8.5 + 5.4 * count) * scale
                page.text(x + 2, middle, line, 12 * scale, width - 4, colour=colour)
            page.rule(x + 2, y + height - 1.2 * scale, width - 4)
            y, drawn = y + height, drawn + 1
        return drawn


def check_paper(text: str) -> DoorPaper:
    """A paper as it is typed. Raises RoomError `unread_paper`."""
    if text.upper() not in _SIZES:
        raise RoomError("unread_paper", field="paper")
    return "A3" if text.upper() == "A3" else "A4"
