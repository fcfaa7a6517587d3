"""What a calendar that came later makes doubtful: sessions of a series on days on which it would not hold them now.

Nothing is noted down: a session is to be looked at as long as the calendar says so and nobody has decided otherwise.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import NamedTuple

from db import activities as sessions
from db import series as records
from db.activities import Session
from db.series import Series
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.series.changing import why_kept
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.series.rules import PlannedDay, planned_days
from frontdesk.activities.sessions.storing import Stored, store_session
from frontdesk.calendar.service import Calendar, calendar_for, known_years
from frontdesk.context import Context
from frontdesk.permission import allowed


class Recheck(NamedTuple):
    """A session that is held otherwise than its series would hold it now, and what that would make of its date."""

    session: Session
    planned: PlannedDay


def to_recheck(context: Context, connection: sqlite3.Connection) -> list[Recheck]:
    """The sessions to come whose day has become a holiday or a make-up workday, or is no longer the one to which a
    holiday moves them, in the order of their days.

    One that was changed by itself since the list of its year came stays as somebody decided, and so does every one of a
    series that is held on holidays all the same. Series that have ended say nothing any more.
    """
    doubtful = _doubtful(context, connection)
    if not doubtful:
        return []
    found = []
    loaded = {one.year: one.loaded_at for one in known_years(context)}
    first = date.fromisoformat(min(one.first_day for one in doubtful))
    last = date.fromisoformat(max(one.last_day for one in doubtful))
    calendar = calendar_for(context, first, last)
    for series in doubtful:
        planned = {one.series_day.isoformat(): one for one in _planned(series, calendar)}
        for session in sessions.of_series(connection, series.id, context.today().isoformat()):
            date_of = planned.get(session.series_day)
            if date_of is not None and _is_doubtful(context, series, session, date_of, loaded):
                found.append(Recheck(session, date_of))
    return sorted(found, key=lambda one: (one.session.day, one.session.starts_at, one.session.code))


def single_on_holidays(context: Context, connection: sqlite3.Connection) -> list[Session]:
    """The sessions to come on a holiday that belong to no series, in the order of their days. Somebody may have meant
    them for that day: they are named once, when the holiday is put in.
    """
    calendar = calendar_for(context, context.today(), context.today())
    coming = [day for day, one in calendar.overrides.items() if one.kind == "holiday" and day >= context.today()]
    days = sorted(day.isoformat() for day in coming)
    return [
        one
        for one in (sessions.between(connection, days[0], days[-1]) if days else [])
        if one.series_id is None and one.state != "cancelled" and one.day in days
    ]


@allowed("writer")
def keep_as_it_is(context: Context, code: str) -> Stored:
    """Leave a session where it is, whatever the calendar says: it no longer goes along with its series.

    Raises ActivityError `unknown_session`, SeriesError `nothing_to_check` for one that is not doubtful.
    """
    with context.change("session.kept", code) as connection:
        before = sessions.get(connection, code)
        if before is None:
            raise ActivityError("unknown_session", session=code)
        if all(one.session.code != code for one in to_recheck(context, connection)):
            raise SeriesError("nothing_to_check", name=before.name)
        return store_session(context, connection, before, before.model_copy(update={"detached": True}))


def _doubtful(context: Context, connection: sqlite3.Connection) -> list[Series]:
    """The series that may have a session to look at: the others need not be planned anew to know."""
    coming = records.coming_days(connection, context.today().isoformat())
    if not coming:
        return []
    calendar = calendar_for(context, context.today(), date.fromisoformat(max(day for _, day, _ in coming)))
    calendar = calendar.with_law_holidays()
    numbers = {
        number
        for number, day, series_day in coming
        if day != series_day or calendar.day_kind(date.fromisoformat(day)) in ("holiday", "makeup")
    }
    found = (records.get(connection, number) for number in sorted(numbers))
    return [one for one in found if one is not None]


def _planned(series: Series, calendar: Calendar) -> list[PlannedDay]:
    first, last = date.fromisoformat(series.first_day), date.fromisoformat(series.last_day)
    return planned_days(series.pattern, first, last, series.on_holiday, series.on_makeup, calendar)


_DISPLACED = ("moved", "holiday_skipped", "makeup_skipped", "nowhere_to_move")


def _is_doubtful(
    context: Context, series: Series, session: Session, planned: PlannedDay, loaded: dict[int, int]
) -> bool:
    if planned.why not in _DISPLACED and session.day == session.series_day:
        return False
    if planned.day is not None and planned.day.isoformat() == session.day:
        return False
    why = why_kept(session, context.now_ms(), series.terms)
    if why is None:
        return True
    # It stays as it is for a reason of its own: only a list that came after that makes it doubtful.
    is_displaced = planned.why in _DISPLACED and session.day == session.series_day
    came = loaded.get(planned.series_day.year, 0)
    return why in ("detached", "drawn") and is_displaced and session.changed_at < came
