"""What a changed series makes of the sessions that it has. Pure.

A session keeps its code, and with it whoever signed up, wherever there is a date for it; see `plan_change`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from db.activities import Session, SignUpTerms
from frontdesk.activities.series.rules import PlannedDay
from frontdesk.activities.sessions.rules import draws_otherwise

WhyKept = Literal["begun", "closed", "cancelled", "detached", "drawn"]
"""Why a session stays as it is though its series changes."""


@dataclass(frozen=True)
class SeriesChange:
    """What becomes of the sessions of a series: those that take a date of the plan, dates that need a new session,
    sessions without a date, and those that stay as they are, with the date that each of them answers for.
    """

    placed: tuple[tuple[Session, PlannedDay], ...] = ()
    created: tuple[PlannedDay, ...] = ()
    left_over: tuple[Session, ...] = ()
    kept: tuple[tuple[Session, WhyKept], ...] = ()
    kept_dates: tuple[tuple[Session, date], ...] = ()


def why_kept(session: Session, now: int, terms: SignUpTerms | None = None) -> WhyKept | None:
    """Why a session stays as it is when its series changes; None where it goes along.

    With `terms`, those that the series gets: a lottery that was drawn on others stays as it was drawn.
    """
    if session.state in ("closed", "cancelled"):
        return "closed" if session.state == "closed" else "cancelled"
    if session.starts_at <= now:
        return "begun"
    if terms is not None and draws_otherwise(session, terms):
        return "drawn"
    return "detached" if session.detached else None


def plan_change(
    sessions: Sequence[Session],
    planned: Sequence[PlannedDay],
    now: int,
    today: date,
    terms: SignUpTerms | None = None,
) -> SeriesChange:
    """Which session takes which date.

    A session keeps its own date where the pattern still gives it; else it takes a free one of the same week, else of
    the same month, the earliest first. Whatever stays as it is answers for the date that it would have got, so that no
    second session is made beside it; `terms` as in `why_kept`. A date that is not held leaves its session over. Nothing
    is put on a day before `today` that is not there already.
    """
    free = {one.series_day: one for one in planned}
    place: dict[str, PlannedDay] = {}
    waiting = sorted(sessions, key=lambda one: one.series_day)
    for session in waiting:
        own = free.pop(date.fromisoformat(session.series_day), None) if session.series_day else None
        if own is not None:
            place[session.code] = own
    free = {day: one for day, one in free.items() if one.day is not None and one.day >= today}
    for same in (_week, _month):
        for session in waiting:
            if session.code in place or not session.series_day:
                continue
            period = same(date.fromisoformat(session.series_day))
            found = next((day for day in free if same(day) == period), None)
            if found is not None:
                place[session.code] = free.pop(found)
    return _sorted_out(waiting, place, free.values(), now, terms)


def _sorted_out(
    sessions: Iterable[Session],
    place: dict[str, PlannedDay],
    free: Iterable[PlannedDay],
    now: int,
    terms: SignUpTerms | None,
) -> SeriesChange:
    placed, left_over, kept, kept_dates = [], [], [], []
    for session in sessions:
        planned, why = place.get(session.code), why_kept(session, now, terms)
        if why is not None:
            kept.append((session, why))
            if planned is not None:
                kept_dates.append((session, planned.series_day))
        elif planned is not None and planned.day is not None:
            placed.append((session, planned))
        else:
            left_over.append(session)
    return SeriesChange(tuple(placed), tuple(free), tuple(left_over), tuple(kept), tuple(kept_dates))


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
