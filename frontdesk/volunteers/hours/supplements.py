"""Time of service that a person adds, with a reason and never above what was planned."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from db import activities, assignments
from db import hours as records
from db import volunteers as people
from db.hours import Supplement
from frontdesk.access import service as access
from frontdesk.access.service import Approver
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import short_line
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours import plan
from frontdesk.volunteers.hours.errors import HoursError
from frontdesk.volunteers.hours.plan import Credit, Room, credit_of, parts_about, recount
from frontdesk.volunteers.hours.rounding import clock_hours

LONGEST_REASON = 200


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
        general, _ = _credited(context, connection, day, None, None)
        found = [Planned("", None, None, _room(context, connection, volunteer_no, day, general))]
        asked: list[tuple[int | None, str | None]] = [
            (one.id, None)
            for one in assignments.lines(connection, today, today)
            if one.state == "open" and one.starts_at < context.now_ms()
        ]
        asked += [
            (None, one.code)
            for one in activities.lines(connection, today, today)
            if one.state == "published" and one.starts_at < context.now_ms()
        ]
        for assignment_id, code in asked:
            credit, _ = _credited(context, connection, day, assignment_id, code)
            assert credit is not None
            room = _room(context, connection, volunteer_no, day, credit)
            starts, ends = context.local(credit.starts_at), context.local(credit.ends_at)
            found.append(Planned(credit.title, starts, ends, room, assignment_id, code))
    return found


@allowed("writer")
def add_supplement(
    context: Context,
    volunteer_no: str,
    *,
    minutes: int,
    reason: str,
    day: date | None = None,
    assignment_id: int | None = None,
    session_code: str | None = None,
    approver: Approver | None = None,
) -> Supplement:
    """Add time to a volunteer's hours, credited to an assignment, a session, or general service; returns it as stored.

    `day` is needed for general service; else it is the day on which the assignment or session begins. The limit is
    that of `plan.room_left` (mechanisms §8.5), less what supplements for other work at the same time take up. While a
    visit of that day, or for that assignment or session, may still be ended by a real exit, nothing is added: what was
    measured would count a second time. Raises VolunteerError `unknown_volunteer` and HoursError `reason_required`,
    `bad_words`, `in_future`, `too_early`, `day_required`, `wrong_day`, `unknown_assignment`, `unknown_session`,
    `cancelled`, `bad_length`, `visit_not_ended`, `above_planned`, `day_full` where the day has no more hours; where
    a second person has to agree, what `access.service.approved` raises.
    """
    why = checked_words(reason)
    if not 1 <= minutes <= 24 * 60:
        raise HoursError("bad_length", value=minutes)
    asked = added_subject(volunteer_no, minutes, day, assignment_id, session_code)
    approval = access.approved(context, "supplement", asked, approver)
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        approval.use(context, connection)
        if people.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        credit, counted = _credited(context, connection, day, assignment_id, session_code)
        room = _room(context, connection, volunteer_no, counted, credit, refuse_open=True)
        if minutes * 60 > room.day_left and room.day_left <= room.planned - room.used:
            raise HoursError("day_full", day=counted.isoformat(), left=clock_hours(max(0, room.day_left) // 60))
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
            session_code=credit.session_code if credit else None,
            reason=why,
            operator_no=operator.no,
            at=context.now_ms(),
        )
        new = new.model_copy(update={"id": records.add_supplement(connection, new)})
        context.note(
            connection,
            "hours.supplemented",
            volunteer_no,
            id=new.id,
            day=new.day,
            seconds=new.seconds,
            assignment=new.assignment_id,
            session=new.session_code,
            **approval.detail,
        )
        recount(context, connection, volunteer_no, new.day)
    return new


def added_subject(
    volunteer_no: str, minutes: int, day: date | None, assignment_id: int | None, session_code: str | None
) -> str:
    """What a second person agrees to when time is added: whose, when, how much, for what."""
    for_what = session_code or (f"#{assignment_id}" if assignment_id is not None else "-")
    return f"{volunteer_no} {day.isoformat() if day else '-'} {minutes}' {for_what}"


def annulled_subject(supplement_id: int) -> str:
    """What a second person agrees to when a supplement is taken back."""
    return f"-#{supplement_id}"


@allowed("writer")
def annul_supplement(
    context: Context, supplement_id: int, reason: str, *, approver: Approver | None = None
) -> Supplement:
    """Take a supplement back, with a reason; it stays on record and counts nothing. Returns it as stored.

    Raises HoursError `unknown_supplement`, `already_annulled`, `reason_required`, `bad_words`; where a second person
    has to agree, what `access.service.approved` raises.
    """
    why = checked_words(reason)
    approval = access.approved(context, "supplement", annulled_subject(supplement_id), approver)
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        approval.use(context, connection)
        stored = records.supplement(connection, supplement_id)
        if stored is None:
            raise HoursError("unknown_supplement", id=supplement_id)
        if stored.annulled_at is not None:
            raise HoursError("already_annulled", id=supplement_id)
        records.annul_supplement(connection, supplement_id, context.now_ms(), operator.no, why)
        context.note(connection, "hours.supplement_annulled", stored.volunteer_no, id=supplement_id, **approval.detail)
        recount(context, connection, stored.volunteer_no, stored.day)
        annulled = records.supplement(connection, supplement_id)
    assert annulled is not None
    return annulled


def _room(
    context: Context,
    connection: sqlite3.Connection,
    volunteer_no: str,
    day: date,
    credit: Credit | None,
    *,
    refuse_open: bool = False,
) -> Room:
    """What can still be added for a volunteer. Raises HoursError `visit_not_ended` if asked to."""
    parts = parts_about(connection, volunteer_no, day, credit)
    if refuse_open:
        for one in parts:
            if one.may_end and (one.day == day.isoformat() or (credit is not None and credit.takes(one))):
                raise HoursError("visit_not_ended", day=one.day, number=one.number)
    room = plan.room_left(context, parts, day, credit, without_times=True)
    if credit is None:
        return room
    until = min(credit.ends_at, context.now_ms())
    return room._replace(planned=max(0, room.planned - plan.bespoken(connection, parts, credit, until)))


def _credited(
    context: Context, connection: sqlite3.Connection, day: date | None, assignment_id: int | None, code: str | None
) -> tuple[Credit | None, date]:
    """What time is added to, and the day on which it counts. Raises what `add_supplement` raises of these."""
    credit = credit_of(connection, assignment_id, code)
    if credit is None:
        if assignment_id is not None:
            raise HoursError("unknown_assignment", id=assignment_id)
        if code is not None:
            raise HoursError("unknown_session", code=code)
        if day is None:
            raise HoursError("day_required")
        _refuse_other_days(context, day)
        return None, day
    if credit.is_cancelled:
        raise HoursError("cancelled", title=credit.title)
    begins, ends = context.local(credit.starts_at).date(), context.local(credit.ends_at - 1).date()
    counted = begins if day is None else day
    if not begins <= counted <= ends:
        raise HoursError("wrong_day", first=begins.isoformat(), last=ends.isoformat())
    _refuse_other_days(context, counted)
    return credit, counted


def _refuse_other_days(context: Context, day: date) -> None:
    if day > context.today():
        raise HoursError("in_future", day=day.isoformat())
    first = recordable_days(context.today())[0]
    if day < first:
        raise HoursError("too_early", day=day.isoformat(), first=first.isoformat())


def checked_words(words: str) -> str:
    """A reason as it is kept. Raises HoursError `reason_required` where nothing is left, `bad_words`."""
    try:
        kept = short_line(words, LONGEST_REASON)
    except ValueError as wrong:
        raise HoursError("bad_words", limit=LONGEST_REASON) from wrong
    if not kept:
        raise HoursError("reason_required")
    return kept
