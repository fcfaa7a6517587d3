"""The month of a roster for the wall: people down, days across, a code for every window, legend and totals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from frontdesk.roster.output.hours import WorkedSlot, minutes_on_duty
from frontdesk.roster.output.papers import RosterPaper, shift_time, used_shifts
from frontdesk.roster.output.wallpage import BLACK, MARGIN, WHITE, Format, WallSheet
from frontdesk.roster.units import in_hours

_NAME_WIDTH, _TOTAL_WIDTH, _DAY_WIDTH = 24.0, 9.5, 5.6
_TOTALS = ("acting", "standby", "hours")
_HEAD_ROW, _ROW, _TALLEST_ROW, _SUM_ROW, _LEGEND_LINE = 11.0, 6.6, 10.0, 5.0, 4.6


class MonthPages:
    """The pages of the months of a roster in one format."""

    def __init__(self, paper: RosterPaper, form: Format) -> None:
        self.paper = paper
        self.form = form
        self.scale = form.scale
        self.months = _months(paper.first, paper.last)
        self.people = [one.no for one in paper.hours]
        self.day_width = (form.width - (_NAME_WIDTH + _TOTAL_WIDTH * len(_TOTALS)) * form.scale) / max(
            map(len, self.months)
        )
        self.fits = self.day_width >= _DAY_WIDTH * form.scale
        self._legend_lines = 3 + len(used_shifts(paper.slots)) // 5 + len(paper.posts) // 6
        room = form.height - (_HEAD_ROW + 2 * _SUM_ROW + _LEGEND_LINE * self._legend_lines) * form.scale
        self.rows_on_page = max(1, int(room / (_ROW * form.scale)))
        self.pages = len(self.months) * max(1, -(-len(self.people) // self.rows_on_page))
        self._post_numbers = {post: str(number) for number, post in enumerate(paper.posts, start=1)}

    def draw(self, sheet: WallSheet) -> None:
        """All months."""
        for days in self.months:
            self._draw_month(sheet, days)

    def _draw_month(self, sheet: WallSheet, days: Sequence[date]) -> None:
        slots = self.paper.between(days[0], days[-1])
        of_person: defaultdict[str, list[WorkedSlot]] = defaultdict(list)
        for slot in slots:
            for no in {slot.acting, slot.standby} - {None}:
                of_person[no or ""].append(slot)
        title = sheet.say("month_title", year=days[0].year, month=days[0].month)
        legend = self._legend(sheet, slots)
        pages = max(1, -(-len(self.people) // self.rows_on_page))
        on_page = -(-len(self.people) // pages)
        fixed = (_HEAD_ROW + 2 * _SUM_ROW) * self.scale + (len(legend) + 1) * _LEGEND_LINE * self.scale
        height = max(_ROW * self.scale, min(_TALLEST_ROW * self.scale, (self.form.height - fixed) / max(1, on_page)))
        for begin in range(0, max(1, len(self.people)), max(1, on_page)):
            chunk = self.people[begin : begin + on_page]
            sheet.new_page(title)
            self._draw_head(sheet, days)
            y = sheet.top + _HEAD_ROW * self.scale
            for no in chunk:
                self._draw_person(sheet, y, height, no, days, of_person[no])
                y += height
            self._draw_sums(sheet, y, days, slots)
            y += (2 * _SUM_ROW + _LEGEND_LINE * 0.4) * self.scale
            for line in legend:
                middle = y + _LEGEND_LINE * self.scale / 2
                sheet.text(MARGIN, middle, line, 8.5 * self.scale, self.form.width)
                y += _LEGEND_LINE * self.scale

    def _day_x(self, column: int) -> float:
        return MARGIN + _NAME_WIDTH * self.scale + column * self.day_width

    def _total_x(self, days: Sequence[date], place: int) -> float:
        return self._day_x(len(days)) + place * _TOTAL_WIDTH * self.scale

    def _draw_head(self, sheet: WallSheet, days: Sequence[date]) -> None:
        scale, y, height = self.scale, sheet.top, _HEAD_ROW * self.scale
        wide = _NAME_WIDTH * scale
        sheet.box(MARGIN, y, wide, height, line=0.4)
        sheet.text(MARGIN + wide / 2, y + height / 2, sheet.say("person"), 10 * scale, wide, "centre", "B")
        for column, day in enumerate(days):
            x, middle = self._day_x(column), self._day_x(column) + self.day_width / 2
            sheet.box(x, y, self.day_width, height, fill=sheet.day_fill(day), line=0.15)
            sheet.text(middle, y + height * 0.2, str(day.day), 9.5 * scale, self.day_width - 0.4, "centre", "B")
            weekday = sheet.weekday(day, short=True)
            sheet.text(middle, y + height * 0.5, weekday, 7.5 * scale, self.day_width - 0.4, "centre")
            kind = sheet.day_kind(day)
            if kind in ("holiday", "makeup"):
                wide = sheet.width(sheet.say(kind), 7 * scale, "B") + 1.6 * scale
                sheet.badge(middle - wide / 2, y + height * 0.8, kind, 7 * scale)
        for place, key in enumerate(_TOTALS):
            x, wide = self._total_x(days, place), _TOTAL_WIDTH * scale
            sheet.box(x, y, wide, height, line=0.4)
            sheet.text(x + wide / 2, y + height / 2, sheet.say(f"total.{key}"), 8.5 * scale, wide - 1, "centre", "B")

    def _draw_person(
        self, sheet: WallSheet, y: float, height: float, no: str, days: Sequence[date], slots: Sequence[WorkedSlot]
    ) -> None:
        scale, wide = self.scale, _NAME_WIDTH * self.scale
        sheet.box(MARGIN, y, wide, height, line=0.4)
        sheet.text(MARGIN + wide / 2, y + height / 2, sheet.person(no), 10.5 * scale, wide - 2, "centre", "B")
        of_day: defaultdict[date, list[WorkedSlot]] = defaultdict(list)
        for slot in slots:
            of_day[slot.key.day].append(slot)
        for column, day in enumerate(days):
            self._draw_day(sheet, self._day_x(column), y, height, no, day, of_day[day])
        acting = sum(slot.acting == no for slot in slots)
        totals = (str(acting), str(len(slots) - acting), in_hours(minutes_on_duty(slots, no)))
        for place, text in enumerate(totals):
            x, wide = self._total_x(days, place), _TOTAL_WIDTH * scale
            sheet.box(x, y, wide, height, line=0.15)
            sheet.text(x + wide / 2, y + height / 2, text, 8.5 * scale, wide - 1, "centre")

    def _draw_day(
        self, sheet: WallSheet, x: float, y: float, height: float, no: str, day: date, slots: Sequence[WorkedSlot]
    ) -> None:
        width, size = self.day_width, 8 * self.scale
        sheet.box(x, y, width, height, fill=sheet.day_fill(day), line=0.15)
        acting = " ".join(self._code(slot) for slot in slots if slot.acting == no)
        standby = " ".join(f"({self._code(slot)})" for slot in slots if slot.acting != no)
        middle, within = x + width / 2, width - 0.5
        if acting:
            place = y + height * (0.3 if standby else 0.5)
            sheet.text(middle, place, acting, size, within, "centre", "B", BLACK)
        if standby:
            sheet.text(middle, y + height * (0.72 if acting else 0.5), standby, size * 0.9, within, "centre")
        if not slots and any(away.first <= day <= away.last for away in self.paper.away.get(no, ())):
            sheet.text(middle, y + height / 2, sheet.say("away"), size, within, "centre")
        if any((slot.acting, slot.standby) != (slot.planned_acting, slot.planned_standby) for slot in slots):
            sheet.corner(x + width, y, 1.6 * self.scale)

    def _code(self, slot: WorkedSlot) -> str:
        """The code of the shift, with the number of the post where there are several."""
        number = self._post_numbers[slot.key.post] if len(self._post_numbers) > 1 else ""
        return f"{slot.shift.code}{'-' if number and slot.shift.code[-1:].isdigit() else ''}{number}"

    def _draw_sums(self, sheet: WallSheet, y: float, days: Sequence[date], slots: Sequence[WorkedSlot]) -> None:
        """Per day how many slots have somebody acting and standing by, and how many have nobody acting."""
        scale, height, wide = self.scale, _SUM_ROW * self.scale, _NAME_WIDTH * self.scale
        acting = Counter(slot.key.day for slot in slots if slot.acting)
        standby = Counter(slot.key.day for slot in slots if slot.standby)
        gaps = Counter(slot.key.day for slot in slots if not slot.acting)
        for row, key in enumerate(("sum", "gaps")):
            top = y + row * height
            sheet.box(MARGIN, top, wide, height, line=0.4)
            sheet.text(MARGIN + wide / 2, top + height / 2, sheet.say(key), 8.5 * scale, wide - 2, "centre", "B")
            for column, day in enumerate(days):
                x, text = self._day_x(column), f"{acting[day]}/{standby[day]}" if row == 0 else str(gaps[day] or "")
                black = row == 1 and gaps[day] > 0
                sheet.box(x, top, self.day_width, height, fill=BLACK if black else sheet.day_fill(day), line=0.15)
                ink = WHITE if black else BLACK
                place = x + self.day_width / 2
                sheet.text(place, top + height / 2, text, 7.5 * scale, self.day_width - 0.5, "centre", colour=ink)

    def _legend(self, sheet: WallSheet, slots: Sequence[WorkedSlot]) -> list[str]:
        """What the codes, numbers and marks mean, in lines as long as the paper is wide."""
        shifts = [f"{shift.code} {shift.name} {shift_time(shift)}" for shift in used_shifts(slots)]
        posts = [f"{number} {post}" for post, number in self._post_numbers.items()] if len(self.paper.posts) > 1 else []
        size, width = 8.5 * self.scale, self.form.width
        return [
            *sheet.side_by_side([sheet.say("legend.shifts"), *shifts], size, width),
            *(sheet.side_by_side([sheet.say("legend.posts"), *posts], size, width) if posts else []),
            *sheet.side_by_side(sheet.say("legend.month").split("|"), size, width),
        ]


def _months(first: date, last: date) -> list[list[date]]:
    """The days, by calendar month."""
    months: defaultdict[tuple[int, int], list[date]] = defaultdict(list)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        months[day.year, day.month].append(day)
    return list(months.values())
