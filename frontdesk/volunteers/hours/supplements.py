"""Time of service that a person adds, with a reason and never above what was planned."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from db import activities, assignments
from db import hours as records
from db import volunteers as people
from db.hours import Supplement
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import clean_line
from frontdesk.context import Context, to_ms
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.rounding import clock_hours

LONGEST_REASON = 200


class Room(NamedTuple):
    """What can still be added: seconds planned so far, seconds that are there already, and the local day."""

    planned: int
    used: int
    day: date

    @property
    def left(self) -> int:
        """Seconds that can still be added."""
        return max(0, self.planned - self.used)


@dataclass(frozen=True)
class Planned:
    """Something planned on a day that time can be credited to; both None is general service (`title` '')."""

    title: str
    starts: datetime | None
    ends: datetime | None
    room: Room
    assignment_id: int | None = None
    session_code: str | None = None


def planned_on(context: Context, volunteer_no: str, day: date) -> list[Planned]:
    """What time can be added to for a volunteer on a day: general service, the assignments, the sessions; what was
    cancelled or is still to come left out. Raises HoursError `in_future`, `too_early`.
    """
    connection, today = context.database.connection, day.isoformat()
    with context.database.reading():
        found = [Planned("", None, None, room_left(context, connection, volunteer_no, day))]
        for job in assignments.lines(connection, today, today):
            if job.state == "open" and job.starts_at < context.now_ms():
                room = room_left(context, connection, volunteer_no, day, job.id)
                found.append(Planned(job.title, context.local(job.starts_at), context.local(job.ends_at), room, job.id))
        for one in activities.lines(connection, today, today):
            if one.state == "published" and one.starts_at < context.now_ms():
                room = room_left(context, connection, volunteer_no, day, None, one.code)
                starts, ends = context.local(one.starts_at), context.local(one.ends_at)
                found.append(Planned(one.name, starts, ends, room, None, one.code))
    return found


def add_supplement(
    context: Context,
    volunteer_no: str,
    *,
    minutes: int,
    reason: str,
    day: date | None = None,
    assignment_id: int | None = None,
    session_code: str | None = None,
) -> Supplement:
    """Add time to a volunteer's hours, credited to an assignment, a session, or general service; returns it as stored.

    `day` is needed for general service; else it is the day on which the assignment or session begins. The planned
    length is the limit (mechanisms §8.5): of an assignment or session what has passed of it, less all that this
    volunteer has for it; of general service `supplement_day_minutes` less all that the day has. Raises VolunteerError
    `unknown_volunteer` and HoursError `reason_required`, `bad_words`, `in_future`, `too_early`, `day_required`,
    `wrong_day`, `unknown_assignment`, `unknown_session`, `cancelled`, `bad_length`, `above_planned`.
    """
    why = checked_words(reason)
    if not 1 <= minutes <= 24 * 60:
        raise HoursError("bad_length", value=minutes)
    operator = context.require_writer()
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        if people.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        assignment = assignments.get(connection, assignment_id) if assignment_id is not None else None
        room = room_left(context, connection, volunteer_no, day, assignment_id, session_code)
        if minutes * 60 > room.left:
            raise HoursError(
                "above_planned",
                planned=clock_hours(room.planned // 60),
                used=clock_hours(room.used // 60),
                left=clock_hours(room.left // 60),
            )
        new = Supplement(
            volunteer_no=volunteer_no,
            day=room.day.isoformat(),
            seconds=minutes * 60,
            assignment_id=assignment_id,
            session_code=assignment.session_code if assignment else session_code,
            reason=why,
            operator_no=operator.no,
            at=context.now_ms(),
        )
        new = new.model_copy(update={"id": records.add_supplement(connection, new)})
        context.note(connection, "hours.supplemented", volunteer_no, id=new.id, day=new.day, seconds=new.seconds)
    return new


def annul_supplement(context: Context, supplement_id: int, reason: str) -> Supplement:
    """Take a supplement back, with a reason; it stays on record and counts nothing. Returns it as stored.

    Raises HoursError `unknown_supplement`, `already_annulled`, `reason_required`, `bad_words`.
    """
    why = checked_words(reason)
    operator = context.require_writer()
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        stored = records.supplement(connection, supplement_id)
        if stored is None:
            raise HoursError("unknown_supplement", id=supplement_id)
        if stored.annulled_at is not None:
            raise HoursError("already_annulled", id=supplement_id)
        records.annul_supplement(connection, supplement_id, context.now_ms(), operator.no, why)
        context.note(connection, "hours.supplement_annulled", stored.volunteer_no, id=supplement_id)
        annulled = records.supplement(connection, supplement_id)
    assert annulled is not None
    return annulled


def room_left(
    context: Context,
    connection: sqlite3.Connection,
    volunteer_no: str,
    day: date | None,
    assignment_id: int | None = None,
    session_code: str | None = None,
) -> Room:
    """What can still be added for a volunteer, and on which day it counts. Raises what `add_supplement` raises."""
    if assignment_id is not None:
        assignment = assignments.get(connection, assignment_id)
        if assignment is None:
            raise HoursError("unknown_assignment", id=assignment_id)
        if assignment.state == "cancelled":
            raise HoursError("cancelled", title=assignment.title)
        used = sum(records.of_assignment(connection, volunteer_no, assignment_id))
        return _room_of(context, assignment.starts_at, assignment.ends_at, day, used)
    if session_code is not None:
        session = activities.get(connection, session_code)
        if session is None:
            raise HoursError("unknown_session", code=session_code)
        if session.state == "cancelled":
            raise HoursError("cancelled", title=session.name)
        used = sum(records.of_session(connection, volunteer_no, session_code))
        return _room_of(context, session.starts_at, session.ends_at, day, used)
    if day is None:
        raise HoursError("day_required")
    _refuse_other_days(context, day)
    midnight = to_ms(datetime.combine(day, time(), context.zone))
    next_midnight = to_ms(datetime.combine(day + timedelta(days=1), time(), context.zone))
    passed = (min(context.now_ms(), next_midnight) - midnight) // 1000
    planned = min(context.settings.supplement_day_minutes * 60, passed)
    used = sum(records.of_volunteer(connection, volunteer_no, day.isoformat(), day.isoformat()))
    return Room(planned, used, day)


def _room_of(context: Context, starts_at: int, ends_at: int, day: date | None, used: int) -> Room:
    """The room of a planned time of which only what has passed can have been served."""
    begins, ends = context.local(starts_at).date(), context.local(ends_at - 1).date()
    counted = begins if day is None else day
    if not begins <= counted <= ends:
        raise HoursError("wrong_day", first=begins.isoformat(), last=ends.isoformat())
    _refuse_other_days(context, counted)
    return Room(max(0, min(ends_at, context.now_ms()) - starts_at) // 1000, used, counted)


def _refuse_other_days(context: Context, day: date) -> None:
    if day > context.today():
        raise HoursError("in_future", day=day.isoformat())
    first = recordable_days(context.today())[0]
    if day < first:
        raise HoursError("too_early", day=day.isoformat(), first=first.isoformat())


def checked_words(words: str) -> str:
    """A reason as it is kept. Raises HoursError `reason_required` where nothing is left, `bad_words`."""
    try:
        kept = clean_line(words)
    except ValueError as wrong:
        raise HoursError("bad_words", limit=LONGEST_REASON) from wrong
    if not kept:
        raise HoursError("reason_required")
    if len(kept) > LONGEST_REASON:
        raise HoursError("bad_words", limit=LONGEST_REASON)
    return kept
