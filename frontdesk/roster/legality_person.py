"""The rules that one person's duty must keep, looked at over the person's whole time line. Pure.

Source: mechanisms J09, A10, §8.2; eleven hours of rest and one day off in seven are those of the model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from frontdesk.roster.model import REST_MINUTES, ROLES, Assignment, Member, RoleInSlot, Situation, SlotKey, Violation
from frontdesk.roster.units import DAY_MINUTES, absolute, in_hours, is_weekend

ONE_DAY = timedelta(days=1)


class Stand(NamedTuple):
    """One role of one slot as its holder's time line has it; minutes count from the calendar's beginning."""

    starts: int
    ends: int
    slot: SlotKey
    role: RoleInSlot
    minutes: int
    inside: bool


class Finding(NamedTuple):
    """A violation with all the slots that have a part in it."""

    violation: Violation
    slots: tuple[SlotKey, ...]


class Window(NamedTuple):
    """What one person does between two moments: acting in some slots, standing by in others."""

    starts: int
    ends: int
    stands: tuple[Stand, ...]

    @property
    def day(self) -> date:
        """The local day that the window begins on."""
        return self.stands[0].slot.day

    @property
    def minutes(self) -> int:
        """Paid minutes, once however many roles it has."""
        return max(stand.minutes for stand in self.stands)


def stand(situation: Situation, slot: SlotKey, role: RoleInSlot, *, inside: bool) -> Stand:
    """A role of a slot on the time line."""
    shift = situation.shift_of(slot)
    return Stand(absolute(slot.day, shift.starts), absolute(slot.day, shift.ends), slot, role, shift.minutes, inside)


def clock(minute: int) -> str:
    """A minute of the day as a clock shows it; after midnight with +1."""
    day, rest = divmod(minute, DAY_MINUTES)
    return f"{rest // 60:02d}:{rest % 60:02d}" + (f"+{day}" if day else "")


def known_days(situation: Situation) -> tuple[date, date]:
    """The first and the last day of which it is known who has duty."""
    first = min((slot.day for slot in situation.before), default=situation.first)
    last = max((slot.day for slot in situation.after), default=situation.last)
    return min(first, situation.first), max(last, situation.last)


@dataclass(frozen=True)
class Line:
    """The time line of one person, ready for the rules."""

    situation: Situation
    member: Member
    windows: tuple[Window, ...]
    known: tuple[date, date]

    def finding(
        self,
        code: str,
        stands: Iterable[Stand],
        values: Mapping[str, object],
        *,
        hard: bool = True,
        at: Stand | None = None,
    ) -> Finding | None:
        """A finding at `at`, else at the last of its stands inside the window; None where none is inside it."""
        every = list(stands)
        inside = [one for one in every if one.inside]
        if not inside:
            return None
        place = at if at is not None and at.inside else inside[-1]
        said = {"name": self.member.name, **values}
        texts = tuple((key, str(value)) for key, value in said.items())
        violation = Violation(place.slot, place.role, self.member.no, code, texts, hard)
        return Finding(violation, tuple(dict.fromkeys(one.slot for one in every)))


def line_of(situation: Situation, member: Member, stands: Iterable[Stand], known: tuple[date, date]) -> Line:
    """The time line of one person from the stands in any order."""
    grouped: defaultdict[tuple[int, int], list[Stand]] = defaultdict(list)
    for one in sorted(stands):
        grouped[one.starts, one.ends].append(one)
    windows = tuple(Window(*span, tuple(each)) for span, each in sorted(grouped.items()))
    return Line(situation, member, windows, known)


def findings(line: Line) -> list[Finding]:
    """Every rule that this person's duty breaks."""
    found = [*each_slot(line), *each_window(line), *along_the_line(line)]
    return [one for one in found if one is not None]


def along_the_line(line: Line) -> Iterator[Finding | None]:
    """The rules that look at when somebody has duty and not at what they do then: stepping in changes none of them."""
    for rule in _LINE_RULES:
        yield from rule(line)


def each_slot(line: Line, windows: Sequence[Window] | None = None) -> Iterator[Finding | None]:
    """Qualification, absence and contract, slot by slot."""
    for window in line.windows if windows is None else windows:
        for one in window.stands:
            if one.inside:
                yield from _personal(line, one)


def _personal(line: Line, one: Stand) -> Iterator[Finding | None]:
    member, slot = line.member, one.slot
    shift = line.situation.shift_of(slot)
    here = [one]
    if slot.post not in member.ranks:
        yield line.finding("unqualified", here, {"post": slot.post})
    elif not member.may_stand_at(slot.post, slot.day):
        yield line.finding("lapsed", here, {"post": slot.post, "day": slot.day, "until": member.lapses[slot.post]})
    for away in member.away:
        if away.touches(slot.day, shift.starts, shift.ends):
            yield line.finding("away", here, {"day": slot.day, "first": away.first, "last": away.last})
            break
    if slot.day.weekday() not in member.weekdays:
        yield line.finding("weekday", here, {"day": slot.day})
    if member.earliest is not None and shift.starts < member.earliest:
        yield line.finding("too_early", here, {"starts": clock(shift.starts), "earliest": clock(member.earliest)})
    if member.latest is not None and shift.ends > member.latest:
        yield line.finding("too_late", here, {"ends": clock(shift.ends), "latest": clock(member.latest)})


def each_window(line: Line, windows: Sequence[Window] | None = None) -> Iterator[Finding | None]:
    """One slot to act in and one to stand by in, and never both roles of one slot."""
    for window in line.windows if windows is None else windows:
        if len(window.stands) > 1:
            yield from _together(line, window)


def _together(line: Line, window: Window) -> Iterator[Finding | None]:
    situation, day = line.situation, window.day
    acting = [one for one in window.stands if one.role == "acting"]
    backing = [one for one in window.stands if one.role == "standby"]
    span = {"day": day, "starts": _clock_at(window.starts, day), "ends": _clock_at(window.ends, day)}
    in_both = {one.slot for one in acting} & {one.slot for one in backing}
    for slot in sorted(in_both):
        yield line.finding(
            "both_roles", [one for one in window.stands if one.slot == slot], {"post": slot.post, "day": day}
        )
    planned = [one for one in acting if not _may_share(situation, one)]
    posts = _posts(acting)
    if len(planned) > 1:
        yield line.finding("acts_twice", acting, {"posts": posts, **span}, at=planned[-1])
    elif len({one.slot for one in window.stands}) > 2 and len(acting) > 1:
        yield line.finding("three_posts", window.stands, {"posts": _posts(window.stands), **span})
    elif len(acting) == 2:
        yield line.finding("double_duty", acting, {"posts": posts, **span}, hard=False)
    if len(backing) > 1:
        yield line.finding("backs_twice", backing, {"posts": _posts(backing), **span})
    for one in backing:
        elsewhere = [other for other in acting if other.slot != one.slot]
        post = situation.posts.get(one.slot.post)
        if elsewhere and post is not None and not post.shared_cover:
            yield line.finding(
                "cover_not_shared",
                [*elsewhere, one],
                {"post": post.name, "other": elsewhere[0].slot.post, "day": day},
                at=one,
            )


def _may_share(situation: Situation, one: Stand) -> bool:
    post = situation.posts.get(one.slot.post)
    return one.slot in situation.stepped_in and post is not None and post.shared_cover


def _posts(stands: Iterable[Stand]) -> str:
    return " + ".join(dict.fromkeys(one.slot.post for one in stands))


def _clock_at(moment: int, day: date) -> str:
    return clock(moment - absolute(day))


def _between_windows(line: Line) -> Iterator[Finding | None]:
    """Windows that overlap, two shifts on one day, and less than eleven hours between two days."""
    for place, early in enumerate(line.windows):
        for late in line.windows[place + 1 :]:
            gap = late.starts - early.ends
            if gap >= REST_MINUTES and late.day != early.day:
                break
            both = [*early.stands, *late.stands]
            said = {
                "day": early.day,
                "ends": _clock_at(early.ends, early.day),
                "next_day": late.day,
                "starts": _clock_at(late.starts, late.day),
            }
            if gap < 0:
                yield line.finding("overlap", both, said)
            elif late.day == early.day:
                shifts = " + ".join(_shift_name(line, window) for window in (early, late))
                yield line.finding("two_shifts", both, {"day": early.day, "shifts": shifts})
            elif gap < REST_MINUTES:
                yield line.finding("rest", both, {"hours": in_hours(gap), "minimum": in_hours(REST_MINUTES), **said})


def _shift_name(line: Line, window: Window) -> str:
    return line.situation.shift_of(window.stands[0].slot).name


def _sequences(line: Line) -> Iterator[Finding | None]:
    """Shifts of which one must not follow the other on the next day."""
    if not line.situation.forbidden_sequences:
        return
    for early, late in _neighbours(line.windows):
        codes = ((a.slot.shift, b.slot.shift) for a in early.stands for b in late.stands)
        if any(pair in line.situation.forbidden_sequences for pair in codes):
            yield line.finding(
                "sequence",
                [*early.stands, *late.stands],
                {"day": early.day, "shift": _shift_name(line, early), "next_shift": _shift_name(line, late)},
            )


def _neighbours(windows: Sequence[Window]) -> Iterator[tuple[Window, Window]]:
    """Windows of a day with those of the next one."""
    by_day: defaultdict[date, list[Window]] = defaultdict(list)
    for window in windows:
        by_day[window.day].append(window)
    for day, early in by_day.items():
        for late in by_day.get(day + ONE_DAY, ()):
            for one in early:
                yield one, late


def _stands(windows: Iterable[Window]) -> list[Stand]:
    return [one for window in windows for one in window.stands]


def _runs(line: Line) -> list[list[Window]]:
    """The windows by runs of days in a row."""
    runs: list[list[Window]] = []
    for window in line.windows:
        if runs and window.day <= runs[-1][-1].day + ONE_DAY:
            runs[-1].append(window)
        else:
            runs.append([window])
    return runs


def _run_lengths(line: Line) -> Iterator[Finding | None]:
    """Days in a row: too many; and, as a warning, too few of them or too few days off between two runs.

    A run that touches the edge of what is known may go on beyond it, and is not called short.
    """
    member, runs = line.member, _runs(line)
    for run in runs:
        first, last = run[0].day, run[-1].day
        days = (last - first).days + 1
        said = {"first": first, "last": last, "days": days}
        if days > member.max_run:
            yield line.finding("max_run", _stands(run), {"maximum": member.max_run, **said})
        elif days < member.min_run and line.known[0] < first and last < line.known[1]:
            yield line.finding("min_run", _stands(run), {"minimum": member.min_run, **said}, hard=False)
    for early, late in pairwise(runs):
        off = (late[0].day - early[-1].day).days - 1
        if off < member.min_days_off:
            around = [*early[-1].stands, *late[0].stands]
            said = {"first": early[-1].day, "last": late[0].day, "days": off, "minimum": member.min_days_off}
            yield line.finding("min_days_off", around, said, hard=False)


def _hours(line: Line) -> Iterator[Finding | None]:
    """Hours of a week from Monday to Sunday, and of a calendar month; acting and standing by count alike."""
    weeks: defaultdict[date, list[Window]] = defaultdict(list)
    months: defaultdict[date, list[Window]] = defaultdict(list)
    for window in line.windows:
        weeks[window.day - timedelta(days=window.day.weekday())].append(window)
        months[window.day.replace(day=1)].append(window)
    yield from _over(line, "weekly_hours", weeks, line.member.weekly_minutes, lambda monday: monday)
    if line.member.monthly_minutes is not None:
        yield from _over(line, "monthly_hours", months, line.member.monthly_minutes, lambda day: f"{day:%Y-%m}")


def _over(
    line: Line, code: str, spans: Mapping[date, list[Window]], limit: int, named: Callable[[date], object]
) -> Iterator[Finding | None]:
    for begins, windows in spans.items():
        total = sum(window.minutes for window in windows)
        if total > limit:
            span = "week" if code == "weekly_hours" else "month"
            said = {span: named(begins), "hours": in_hours(total), "maximum": in_hours(limit)}
            yield line.finding(code, _stands(windows), said)


def _weekends(line: Line) -> Iterator[Finding | None]:
    """Weekends with duty in a calendar month; one belongs to the month of its Saturday."""
    limit = line.member.max_weekends
    if limit is None:
        return
    months: defaultdict[date, defaultdict[date, list[Window]]] = defaultdict(lambda: defaultdict(list))
    for window in line.windows:
        if is_weekend(window.day):
            saturday = window.day - timedelta(days=window.day.weekday() - 5)
            months[saturday.replace(day=1)][saturday].append(window)
    for month, weekends in months.items():
        if len(weekends) > limit:
            every = [one for windows in weekends.values() for one in _stands(windows)]
            yield line.finding(
                "max_weekends", every, {"month": f"{month:%Y-%m}", "count": len(weekends), "maximum": limit}
            )


_LINE_RULES = (_between_windows, _sequences, _run_lengths, _hours, _weekends)


def stands_of(
    situation: Situation, roster: Mapping[SlotKey, Assignment], *, inside: bool
) -> Iterator[tuple[str, Stand]]:
    """Every filled role of a roster with its holder."""
    for slot, assignment in roster.items():
        for role in ROLES:
            no = assignment.holder(role)
            if no is not None:
                yield no, stand(situation, slot, role, inside=inside)
