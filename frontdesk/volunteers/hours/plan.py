"""How much may be put in by hand: never more, with what was measured, than was planned (mechanisms.md §8.5).

There is one limit for supplements, corrected visits and inferred exits, and measured time always comes first. What was
put in while there was room, and for which a measured visit then took the room, stays on record; so much of it as no
longer fits is kept beside it as `displaced` and counts nothing. What has room again counts again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from db import activities, assignments, hours
from db.hours import Part
from frontdesk.context import Context


class Credit(NamedTuple):
    """What time is credited to: an assignment, or a session that has none; instants in UTC milliseconds."""

    assignment_id: int | None
    session_code: str | None
    title: str
    starts_at: int
    ends_at: int
    is_cancelled: bool

    @property
    def seconds(self) -> int:
        """The planned length."""
        return (self.ends_at - self.starts_at) // 1000

    def takes(self, part: Part) -> bool:
        """Whether a part of somebody's hours uses the room of this.

        A session is used by all its assignments too, an assignment also by what its session has without one.
        """
        if self.assignment_id is None:
            return part.session_code == self.session_code
        if part.assignment_id is not None:
            return part.assignment_id == self.assignment_id
        return self.session_code is not None and part.session_code == self.session_code


class Room(NamedTuple):
    """What can still be put in: seconds planned so far, seconds that are there already, the local day, and the seconds
    that the day itself has left. `supplemented` are those of the seconds there that a person or rule put in.
    """

    planned: int
    used: int
    day: date
    day_left: int
    supplemented: int = 0

    @property
    def left(self) -> int:
        """Seconds that can still be put in."""
        return max(0, min(self.planned - self.used, self.day_left))


def credit_of(connection: sqlite3.Connection, assignment_id: int | None, session_code: str | None) -> Credit | None:
    """What these name, an assignment before a session; None for general service, and where nothing has that name."""
    if assignment_id is not None:
        one = assignments.get(connection, assignment_id)
        if one is None:
            return None
        return Credit(one.id, one.session_code, one.title, one.starts_at, one.ends_at, one.state == "cancelled")
    if session_code is not None:
        held = activities.get(connection, session_code)
        if held is None:
            return None
        return Credit(None, held.code, held.name, held.starts_at, held.ends_at, held.state == "cancelled")
    return None


def parts_about(connection: sqlite3.Connection, volunteer_no: str, day: date, credit: Credit | None) -> list[Part]:
    """All that a volunteer has on a local day, the days beside it, and for a credit on whatever day."""
    return hours.parts(
        connection,
        volunteer_no,
        (day - timedelta(days=1)).isoformat(),
        (day + timedelta(days=1)).isoformat(),
        credit.assignment_id if credit else None,
        credit.session_code if credit else None,
    )


def room_left(
    context: Context,
    parts: Sequence[Part],
    day: date,
    credit: Credit | None,
    *,
    apart: int | None = None,
    without_times: bool = False,
) -> Room:
    """What may still be put in for a volunteer on a local day, given all that there is (`parts_about`).

    An assignment or session: what has passed of it, less all that this volunteer has for it; general service:
    `supplement_day_minutes`, less all that the day has. All kinds together never exceed what has passed of the day.
    `apart` is the number of the day's visit that is itself judged and so left out. With `without_times` (a supplement)
    the time that was planned and that the volunteer spent on a visit for something else is not there either. What is
    displaced uses its room all the same: it would count first, were there any.
    """
    key = day.isoformat()
    others = [one for one in parts if not (one.number and one.number == apart and one.day == key)]
    of_day = [one for one in others if one.day == key]
    passed = _length_of(context, day, until=context.now_ms())
    day_left = passed - sum(one.recorded for one in of_day)
    if credit is None:
        limit = min(context.settings.supplement_day_minutes * 60, passed)
        return Room(limit, sum(one.recorded for one in of_day), day, day_left, sum(one.put_in for one in of_day))
    own = [one for one in others if credit.takes(one)]
    until = min(credit.ends_at, context.now_ms())
    planned = max(0, until - credit.starts_at) // 1000
    if without_times:
        planned -= sum(
            _shared(one, credit.starts_at, until) for one in others if one.counted > 0 and not credit.takes(one)
        )
    return Room(max(0, planned), sum(one.recorded for one in own), day, day_left, sum(one.put_in for one in own))


def bespoken(connection: sqlite3.Connection, parts: Sequence[Part], credit: Credit, until: int) -> int:
    """The seconds of what was planned, up to an instant, that supplements for other work at the same time take up.

    A supplement has no times of its own, but it was served while its work went on. All of them fit beside each other
    where, between any beginning and any end, no more was served than that lasts (the demand of preemptive scheduling on
    one machine): two at a time it is not enough to look at, as three may share what has room for two. Visits that lie
    beside what was planned take their part of it; those within are for `room_left` to take off.
    """
    others = _windows(connection, parts, credit)
    stays = [one for one in parts if one.counted > 0 and not credit.takes(one)]
    within = sum(_shared(one, credit.starts_at, until) for one in stays)
    length = free = max(0, until - credit.starts_at) // 1000
    for first in {credit.starts_at, *(one for one, _, _ in others if one < credit.starts_at)}:
        for last in {until, *(one for _, one, _ in others if one > until)}:
            served = sum(seconds for begins, ends, seconds in others if first <= begins and ends <= last)
            if served:
                beside = sum(_shared(one, first, last) for one in stays) - within
                free = min(free, (last - first) // 1000 - served - beside)
    return length - free


def _windows(connection: sqlite3.Connection, parts: Sequence[Part], credit: Credit) -> list[tuple[int, int, int]]:
    """Beginning and end (UTC ms) of all other work that was supplemented, and the seconds that were, never more than
    visits left of it.
    """
    added: dict[int | str, list[Part]] = {}
    for one in parts:
        if one.supplement_id and one.heading is not None and not credit.takes(one):
            added.setdefault(one.heading, []).append(one)
    found = []
    for ones in added.values():
        other = credit_of(connection, ones[0].assignment_id, ones[0].session_code)
        if other is not None:
            span = other.starts_at, other.ends_at
            left = other.seconds - sum(_shared(one, *span) for one in parts if one.counted > 0)
            found.append((*span, max(0, min(left, sum(one.counted for one in ones)))))
    return found


def recount(context: Context, connection: sqlite3.Connection, volunteer_no: str, day: str) -> None:
    """Have what was put in count no more than the measured time leaves, after the visits of a local day changed.

    In the order of the days, visits before supplements and these as they were added, each counts what is left of its
    assignment or session (its length less what was put in for it and what was measured that it `takes`), of general
    service (`supplement_day_minutes` less what was put in for it and all that was measured that day), and of the day
    itself. It belongs into the transaction of every change of visits.
    """
    for one, seconds in displacements(context, connection, volunteer_no, day):
        if one.displaced != seconds:
            hours.displace(connection, volunteer_no, one, seconds)


def displacements(
    context: Context, connection: sqlite3.Connection, volunteer_no: str, day: str, day_minutes: int | None = None
) -> list[tuple[Part, int]]:
    """What was put in for a volunteer on a local day and the days beside it, each with the seconds that measured time
    displaces, by the rule of `recount`; nothing is written. `day_minutes` stands for `supplement_day_minutes`.
    """
    general = (context.settings.supplement_day_minutes if day_minutes is None else day_minutes) * 60
    found = []
    middle = date.fromisoformat(day)
    around = [(middle + timedelta(days=step)).isoformat() for step in (-2, -1, 1, 2)]
    if not hours.any_put_in(connection, volunteer_no, around[0], around[3]):
        return []
    parts = hours.parts(connection, volunteer_no, around[0], around[3])
    # The days at the rim keep what they count: they are looked at because an assignment may run into them.
    settled = [one for one in parts if not one.put_in or not around[1] <= one.day <= around[2]]
    waiting = sorted(
        (one for one in parts if one.put_in and around[1] <= one.day <= around[2]),
        key=lambda one: (one.day, one.supplement_id, one.number),
    )
    for one in waiting:
        counted = max(0, min(one.put_in, _room_of(context, connection, one, settled, general)))
        settled.append(one._replace(displaced=one.put_in - counted))
        found.append((one, one.put_in - counted))
    return found


def _room_of(
    context: Context, connection: sqlite3.Connection, part: Part, settled: Sequence[Part], general: int
) -> int:
    """The seconds that a part may count beside those that are settled; `general` is the limit of general service."""
    of_day = [one for one in settled if one.day == part.day]
    room = _length_of(context, date.fromisoformat(part.day)) - sum(one.counted for one in of_day)
    credit = credit_of(connection, part.assignment_id, part.session_code)
    limit = credit.seconds if credit is not None else general
    taken = of_day if credit is None else [one for one in settled if credit.takes(one)]
    return min(room, limit - sum(one.counted if one.heading == part.heading else one.measured for one in taken))


def _length_of(context: Context, day: date, until: int | None = None) -> int:
    """The seconds of a local day, those before the instant `until` only."""
    begins = context.midnight(day)
    ends = context.midnight(day + timedelta(days=1))
    return max(0, min(ends, until if until is not None else ends) - begins) // 1000


def _shared(part: Part, starts_at: int, ends_at: int) -> int:
    """The seconds of a visit that lie between two instants."""
    if part.entered_at is None or part.left_at is None:
        return 0
    return max(0, min(part.left_at, ends_at) - max(part.entered_at, starts_at)) // 1000
