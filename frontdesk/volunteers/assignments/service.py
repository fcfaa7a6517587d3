"""Use cases of assignments (服务安排): jobs at a time, and who signed up for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from db import assignments as records
from db import hours, volunteers
from db import visits as stays
from db.assignments import Assignment, AssignmentLine, SignedVolunteer
from frontdesk.activities import service as activities
from frontdesk.common.dates import recordable_days
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed
from frontdesk.volunteers.assignments import rules
from frontdesk.volunteers.assignments.errors import AssignmentError
from frontdesk.volunteers.assignments.rules import Attendance, Fields
from frontdesk.volunteers.hours.plan import recount

DAYS_COMING = 14
"""How far ahead a volunteer is told what he or she is signed up for."""

Doubt = Literal["overlaps", "full", "suspended", "left"]
"""Why somebody had better not be signed up; only who has left cannot be at all."""


@dataclass(frozen=True)
class Doubtful:
    """Somebody who was not signed up, and why; `other` is the assignment at the same time, if that is it."""

    volunteer_no: str
    name: str
    doubt: Doubt
    other: str = ""


@dataclass(frozen=True)
class SignedUp:
    """What became of signing several people up: who is now, who was already, and about whom there is a doubt."""

    signed: tuple[str, ...]
    already: tuple[str, ...]
    doubtful: tuple[Doubtful, ...]


def assignments(context: Context, first: date, last: date) -> list[AssignmentLine]:
    """The assignments of a span of local days, cancelled ones included, in the order in which they begin."""
    return records.lines(context.database.connection, first.isoformat(), last.isoformat())


def get(context: Context, assignment_id: int) -> AssignmentLine:
    """One assignment with how many are signed up. Raises AssignmentError `unknown_assignment`."""
    return _known(context.database.connection, assignment_id)


def coming_of(context: Context, volunteer_no: str) -> list[Assignment]:
    """What a volunteer is signed up for today and in the next 14 days and is not over, by beginning; what runs past
    midnight since yesterday too.
    """
    today = context.today()
    first, last = today - timedelta(days=1), today + timedelta(days=DAYS_COMING)
    found = records.of_volunteer(context.database.connection, volunteer_no, first.isoformat(), last.isoformat())
    now = context.now_ms()
    return [one for one in found if one.ends_at > now]


def lacking_people(context: Context, first: date, last: date) -> list[AssignmentLine]:
    """The assignments of a span of local days that are not over and have fewer people than they need, by beginning."""
    now = context.now_ms()
    return [one for one in assignments(context, first, last) if one.ends_at > now and rules.lacking(one)]


@allowed("shown")
def signed(context: Context, assignment_id: int) -> list[SignedVolunteer]:
    """Who signed up, those who withdrew included, in that order. Raises AssignmentError `unknown_assignment`."""
    _known(context.database.connection, assignment_id)
    return records.signed(context.database.connection, assignment_id)


def attendance(context: Context, assignment_id: int) -> list[Attendance]:
    """Everybody on an assignment: here, came, here for something else while it goes on, not here yet, due later,
    withdrawn; then who came without having signed up. Raises AssignmentError `unknown_assignment`.
    """
    with context.database.reading() as connection:
        line = _known(connection, assignment_id)
        before, after = _around(line)
        visits = records.credited(connection, assignment_id, before, after)
        people = records.signed(connection, assignment_id)
        now = context.now_ms()
        present = _present(context, connection) if line.starts_at <= now < line.ends_at else set()
    return rules.attendance(line.starts_at, people, visits, now, present)


def _present(context: Context, connection: sqlite3.Connection) -> set[str]:
    """The numbers of everybody who is checked in now."""
    today = context.today()
    before = (today - timedelta(days=1)).isoformat()
    return {one.volunteer_no for one in stays.here(connection, before, today.isoformat(), context.now_ms())}


def fields_of(context: Context, assignment: Assignment) -> Fields:
    """What a person said of an assignment, to be changed."""
    day = date.fromisoformat(assignment.day)
    starts, ends = (_minutes(context, day, at) for at in (assignment.starts_at, assignment.ends_at))
    return Fields(
        day,
        assignment.title,
        starts,
        ends,
        assignment.place,
        assignment.session_code,
        assignment.needed,
        assignment.briefing,
    )


@allowed("writer")
def add(context: Context, fields: Fields) -> int:
    """Add an assignment; returns its id.

    Raises AssignmentError `already_planned` where one of that title begins at that moment, `unknown_session`, and
    what `rules.checked` raises.
    """
    new = _assignment(context, fields)
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        _refuse_twin(connection, new)
        _check_session(context, new)
        put_within(context, connection, None, new)
        added = records.same(connection, new.day, new.starts_at, new.title)
    assert added is not None
    return added.id


@allowed("writer")
def change(context: Context, assignment_id: int, fields: Fields) -> bool:
    """Change an assignment; whether anything is different now. Visits that are credited to it stay as they are.

    Raises AssignmentError `unknown_assignment`, `assignment_cancelled`, `already_planned`, `unknown_session`,
    `already_served` where visits or supplements stand on the day or the session that it would leave, or beyond the
    midnight that it would no longer run past, `above_planned` where more was supplemented than the new length allows,
    and what `rules.checked` raises.
    """
    new = _assignment(context, fields).model_copy(update={"id": assignment_id})
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        before = _known(connection, assignment_id)
        _require_open(before)
        _refuse_twin(connection, new)
        if new.session_code != before.session_code:
            _check_session(context, new)
        return put_within(context, connection, before, new) == "changed"


def put_within(
    context: Context, connection: sqlite3.Connection, before: AssignmentLine | None, new: Assignment
) -> Literal["added", "changed", "unchanged"]:
    """Write an assignment that is checked, inside a running transaction, with its audit entry where it is new or
    different. Raises AssignmentError `already_served` and `above_planned` as `change` does.
    """
    if before is None:
        added = records.put(connection, new.model_copy(update={"changed_at": context.now_ms()}))
        context.note(connection, "assignment.added", str(added), day=new.day, needed=new.needed)
        return "added"
    told = set(Assignment.model_fields) - {"revision", "changed_at"}
    if before.model_dump(include=told) == new.model_dump(include=told):
        return "unchanged"
    _keep_visits(context, connection, before, new)
    records.put(connection, _revised(context, before, new))
    for no in hours.put_in_beyond(connection, before.id, 0, before.session_code):
        # A longer one may have room again for what was displaced.
        recount(context, connection, no, before.day)
    context.note(connection, "assignment.changed", str(new.id), day=new.day, needed=new.needed)
    return "changed"


@allowed("writer")
def cancel(context: Context, assignment_id: int, reason: str) -> None:
    """Call an assignment off, for a reason. Who is signed up stays on the list, to be told; visits stay as they are.

    Raises AssignmentError `unknown_assignment`, `assignment_cancelled`, `reason_needed`, `text_too_long`, `bad_text`.
    """
    why = rules.reason_line(reason)
    with context.change("assignment.cancelled", str(assignment_id)) as connection:
        before = _known(connection, assignment_id)
        _require_open(before)
        after = before.model_copy(update={"state": "cancelled", "cancel_reason": why})
        records.put(connection, _revised(context, before, after))


@allowed("writer")
def copy(
    context: Context, assignment_ids: Sequence[int], days_later: Sequence[int], *, with_people: bool = False
) -> list[int]:
    """Copy assignments to days so much later, all or none; the ids of what was added.

    Cancelled ones are not copied, and where the copy is planned already nothing is added, so that copying twice does
    no more than copying once. `with_people` signs the same people up, save those who are suspended, have left or are
    on something else at that time. Raises AssignmentError `unknown_assignment` and `bad_day`.
    """
    added: list[int] = []
    first, last = recordable_days(context.today())
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        for assignment_id in assignment_ids:
            source = _known(connection, assignment_id)
            if source.state == "cancelled":
                continue
            fields = fields_of(context, source)
            for days in days_later:
                moved = rules.checked(replace(fields, day=fields.day + timedelta(days=days)), first, last)
                twin = _assignment(context, replace(moved, session_code=None))
                there = records.same(connection, twin.day, twin.starts_at, twin.title)
                if there is not None and there.state == "open":
                    continue
                twin = twin.model_copy(update={"changed_at": context.now_ms()})
                twin = twin.model_copy(update={"id": records.put(connection, twin)})
                added.append(twin.id)
                if with_people:
                    _sign_same(context, connection, source.id, twin)
        if added:
            subject = ",".join(map(str, assignment_ids))
            context.note(connection, "assignment.copied", subject, days=list(days_later), added=added)
    return added


@allowed("writer")
def sign_up(context: Context, assignment_id: int, volunteer_no: str, *, anyway: bool = False) -> None:
    """Sign one volunteer up; nothing happens where he or she is already.

    Raises AssignmentError `unknown_assignment`, `assignment_cancelled`, `unknown_volunteer`, `has_left`, and without
    `anyway` the doubts `is_suspended`, `is_full`, `does_overlap`.
    """
    done = sign_up_several(context, assignment_id, [volunteer_no], anyway=anyway)
    if done.doubtful:
        one = done.doubtful[0]
        code = {"overlaps": "does_overlap", "full": "is_full", "suspended": "is_suspended", "left": "has_left"}
        raise AssignmentError(code[one.doubt], no=one.volunteer_no, other=one.other)


@allowed("writer")
def sign_up_several(
    context: Context, assignment_id: int, volunteer_nos: Sequence[str], *, anyway: bool = False
) -> SignedUp:
    """Sign several volunteers up in one transaction; whoever there is a doubt about is left out and named, unless
    `anyway` is said. Who has left is never signed up.

    Raises AssignmentError `unknown_assignment`, `assignment_cancelled`, `unknown_volunteer`.
    """
    done: list[str] = []
    already: list[str] = []
    doubtful: list[Doubtful] = []
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        line = _known(connection, assignment_id)
        _require_open(line)
        on_it = {one.volunteer_no for one in records.signed(connection, assignment_id) if one.state == "signed"}
        for no in dict.fromkeys(volunteer_nos):
            if no in on_it:
                already.append(no)
                continue
            doubt = _doubt(connection, line, no, len(on_it))
            if doubt is not None and not (anyway and doubt.doubt != "left"):
                doubtful.append(doubt)
                continue
            records.sign(connection, line, no, context.now_ms(), "signed")
            on_it.add(no)
            done.append(no)
        if done:
            context.note(connection, "assignment.signed", str(assignment_id), people=done)
    return SignedUp(tuple(done), tuple(already), tuple(doubtful))


@allowed("writer")
def sign_up_team(context: Context, assignment_id: int, team: str, *, anyway: bool = False) -> SignedUp:
    """Sign a whole service team up: everybody who serves in it. Raises AssignmentError `unknown_team`."""
    members = [one.no for one in volunteers.of_team(context.database.connection, team)]
    if not members:
        raise AssignmentError("unknown_team", team=team)
    return sign_up_several(context, assignment_id, members, anyway=anyway)


@allowed("writer")
def withdraw(context: Context, assignment_id: int, volunteer_no: str) -> None:
    """Take a volunteer off an assignment; that there was a sign-up stays known.

    Raises AssignmentError `unknown_assignment`, `not_signed`.
    """
    with context.change("assignment.withdrawn", str(assignment_id), person=volunteer_no) as connection:
        line = _known(connection, assignment_id)
        people = records.signed(connection, assignment_id)
        if not any(one.volunteer_no == volunteer_no and one.state == "signed" for one in people):
            raise AssignmentError("not_signed", no=volunteer_no)
        records.sign(connection, line, volunteer_no, context.now_ms(), "withdrawn")


def _doubt(connection: sqlite3.Connection, line: AssignmentLine, no: str, signed_by_now: int) -> Doubtful | None:
    """Why a volunteer had better not be signed up; None where nothing stands against it."""
    person = volunteers.get(connection, no)
    if person is None:
        raise AssignmentError("unknown_volunteer", no=no)
    if person.state != "active":
        return Doubtful(no, person.name, person.state)
    before, after = _around(line)
    other = records.overlapping(connection, no, line, before, after)
    if other is not None:
        return Doubtful(no, person.name, "overlaps", other.title)
    if line.needed and signed_by_now >= line.needed:
        return Doubtful(no, person.name, "full")
    return None


def _sign_same(context: Context, connection: sqlite3.Connection, source_id: int, twin: Assignment) -> None:
    before, after = _around(twin)
    for one in records.signed(connection, source_id):
        person = volunteers.get(connection, one.volunteer_no)
        free = records.overlapping(connection, one.volunteer_no, twin, before, after) is None
        if one.state == "signed" and person is not None and person.state == "active" and free:
            records.sign(connection, twin, one.volunteer_no, context.now_ms(), "signed")


def _assignment(context: Context, fields: Fields) -> Assignment:
    """What a person said, checked, as it is kept. Raises what `rules.checked` raises."""
    said = rules.checked(fields, *recordable_days(context.today()))
    starts, ends = (to_ms(rules.instant(said.day, at, context.zone)) for at in (said.starts, said.ends))
    if ends <= starts:
        raise AssignmentError("bad_times", hours=rules.LONGEST_HOURS)
    return Assignment(
        day=said.day.isoformat(),
        title=said.title,
        place=said.place,
        starts_at=starts,
        ends_at=ends,
        session_code=said.session_code,
        needed=said.needed,
        briefing=said.briefing,
    )


def _revised(context: Context, before: Assignment, after: Assignment) -> Assignment:
    """The assignment as it is kept after a change."""
    return after.model_copy(update={"revision": before.revision + 1, "changed_at": context.now_ms()})


def _known(connection: sqlite3.Connection, assignment_id: int) -> AssignmentLine:
    line = records.get(connection, assignment_id)
    if line is None:
        raise AssignmentError("unknown_assignment", id=assignment_id)
    return line


def _require_open(line: AssignmentLine) -> None:
    if line.state == "cancelled":
        raise AssignmentError("assignment_cancelled", title=line.title)


def _refuse_twin(connection: sqlite3.Connection, new: Assignment) -> None:
    twin = records.same(connection, new.day, new.starts_at, new.title)
    if twin is not None and twin.id != new.id and twin.state == "open":
        raise AssignmentError("already_planned", title=new.title, day=new.day)


def _check_session(context: Context, new: Assignment) -> None:
    if new.session_code is not None and not activities.exists(context, new.session_code):
        raise AssignmentError("unknown_session", session=new.session_code)


def _keep_visits(context: Context, connection: sqlite3.Connection, before: Assignment, new: Assignment) -> None:
    """Refuse a change that would leave credited hours on another day or session, past a midnight without an assignment,
    or with more supplemented than is planned (mechanisms.md §8.5).
    """
    visits = records.credited(connection, before.id, *_around(before))
    count = len(visits) + hours.supplemented_for(connection, before.id)
    if not count:
        return
    ran_over = context.local_day(before.ends_at - 1) > before.day
    latest = max((visit.left_at or context.now_ms() for visit in visits), default=0)
    shrinks_over_midnight = ran_over and (
        new.ends_at < min(latest, before.ends_at)
        or (count > len(visits) and context.local_day(new.ends_at - 1) == new.day)
    )
    if new.day != before.day or new.session_code != before.session_code or shrinks_over_midnight:
        raise AssignmentError("already_served", title=before.title, count=count)
    length = (new.ends_at - new.starts_at) // 1000
    if length < (before.ends_at - before.starts_at) // 1000:
        above = hours.put_in_beyond(connection, before.id, length, before.session_code)
        if above:
            raise AssignmentError("above_planned", title=before.title, no=above[0])


def _minutes(context: Context, day: date, at: int) -> int:
    """How many minutes of the wall clock lie between a local midnight and an instant."""
    local = context.local(at)
    return (local.date() - day).days * rules.DAY_MINUTES + local.hour * 60 + local.minute


def _around(assignment: Assignment) -> tuple[str, str]:
    """The day before an assignment's and the day after: what touches it begins within them."""
    day = date.fromisoformat(assignment.day)
    return (day - timedelta(days=1)).isoformat(), (day + timedelta(days=1)).isoformat()
