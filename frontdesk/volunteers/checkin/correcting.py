"""Visits changed by hand: corrected, added, annulled, credited elsewhere. The log keeps what was there before."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta

from db import checkin_log, visits
from db import volunteers as records
from db.visits import VisitLine, VisitRow
from frontdesk.common.dates import FIRST_RECORDED_DAY
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.attempts import MINUTE, kept_words
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours import plan
from frontdesk.volunteers.hours.plan import Credit, credit_of, recount


@allowed("writer")
def correct_visit(
    context: Context, volunteer_no: str, day: str | date, number: int, *, entered: datetime, left: datetime, reason: str
) -> None:
    """Put both times of a visit right; from then on it counts as supplemented.

    The day of a visit stays: `entered` lies on it. Raises CheckinError `unknown_visit`, `visit_annulled`, `other_day`,
    `reason_required`, `ends_before_it_begins`, `in_future`, `too_long_ago`, `past_midnight`, `overlaps`,
    `above_planned`, and what `Context.change` raises.
    """
    key, reason = str(day), kept_words(reason, required=True)
    with context.change("visit.corrected", volunteer_no, day=key, number=number) as connection:
        before = found_visit(connection, volunteer_no, key, number)
        if entered.astimezone(context.zone).date().isoformat() != key:
            raise CheckinError("other_day", day=key)
        after = before.model_copy(
            update={
                "entered_at": to_ms(entered),
                "left_at": to_ms(left),
                "basis": "corrected",
                "review": "",
                "credit_seconds": None,
            }
        )
        _check_times(context, connection, after)
        values = log_values(context, "corrected", after, reason)
        checkin_log.append(connection, values | {"entered_at": after.entered_at, "left_at": after.left_at})
        visits.put(connection, after)
        recount(context, connection, volunteer_no, key)


@allowed("writer")
def add_visit(
    context: Context,
    volunteer_no: str,
    *,
    entered: datetime,
    left: datetime,
    assignment_id: int | None = None,
    session_code: str | None = None,
    reason: str,
) -> VisitRow:
    """Add a visit that was never scanned; it counts as supplemented.

    Raises what `correct_visit` raises of times, CheckinError `unknown_assignment`, `unknown_session`,
    `credit_other_day`, `credit_cancelled`, `credit_not_begun`, VolunteerError `unknown_volunteer`, and what
    `Context.change` raises.
    """
    reason = kept_words(reason, required=True)
    with context.change("visit.added", volunteer_no) as connection:
        return _add(context, connection, volunteer_no, entered, left, assignment_id, session_code, reason, None)


@allowed("writer")
def annul_visit(context: Context, volunteer_no: str, day: str | date, number: int, reason: str) -> None:
    """Have a visit count nothing; it stays, marked.

    Raises CheckinError `unknown_visit`, `visit_annulled`, `reason_required`, and what `Context.change` raises.
    """
    key, reason = str(day), kept_words(reason, required=True)
    with context.change("visit.annulled", volunteer_no, day=key, number=number) as connection:
        visit = found_visit(connection, volunteer_no, key, number)
        checkin_log.append(connection, log_values(context, "annulled", visit, reason))
        visits.put(connection, visit.model_copy(update={"annulled": True}))
        recount(context, connection, volunteer_no, key)


@allowed("writer")
def credit_visit(
    context: Context,
    volunteer_no: str,
    day: str | date,
    number: int,
    *,
    assignment_id: int | None = None,
    session_code: str | None = None,
) -> None:
    """Credit a visit to an assignment, to a session, or with neither to general service.

    Raises CheckinError `unknown_visit`, `visit_annulled`, `unknown_assignment`, `unknown_session`, `credit_other_day`,
    `credit_cancelled`, `credit_not_begun`, `past_midnight` where it runs past midnight and the new assignment does not,
    `above_planned` where supplemented time would exceed the planned length, `is_supplemented` where supplements have
    taken the room that the visit needs, and what `Context.change` raises.
    """
    key = str(day)
    with context.change(
        "visit.credited", volunteer_no, day=key, number=number, assignment=assignment_id, session=session_code
    ) as connection:
        visit = found_visit(connection, volunteer_no, key, number)
        credit = _checked_credit(context, connection, key, assignment_id, session_code)
        after = visit.model_copy(
            update={
                "assignment_id": credit.assignment_id if credit else None,
                "session_code": credit.session_code if credit else None,
            }
        )
        if after.left_at is not None:
            _check_midnight(context, after, credit)
        _check_planned(context, connection, after)
        values = log_values(context, "credited", after, "")
        checkin_log.append(
            connection, values | {"assignment_id": after.assignment_id, "session_code": after.session_code}
        )
        visits.put(connection, after)
        recount(context, connection, volunteer_no, key)


@allowed("writer")
def settle_exit(context: Context, scan_id: int, *, entered: datetime | None, reason: str) -> VisitRow | None:
    """Settle an exit without an entry: with the time of the entry it makes a visit that counts as supplemented, without
    one it is set aside.

    Returns the visit. Raises CheckinError `unknown_exit` (settled already, or no such exit), what `add_visit` raises,
    and what `Context.change` raises.
    """
    reason = kept_words(reason, required=True)
    with context.change("visit.exit_settled", str(scan_id), made_a_visit=entered is not None) as connection:
        scan = checkin_log.scan(connection, scan_id)
        if scan is None or scan.result != "left_only" or checkin_log.is_annulled(connection, scan_id):
            raise CheckinError("unknown_exit", id=scan_id)
        assert scan.volunteer_no is not None
        if entered is None:
            values = _log_head(context, "undone", scan.volunteer_no, reason)
            checkin_log.append(connection, values | {"annuls": scan_id})
            return None
        left = context.local(scan.at)
        return _add(context, connection, scan.volunteer_no, entered, left, None, None, reason, scan_id)


def _add(
    context: Context,
    connection: sqlite3.Connection,
    volunteer_no: str,
    entered: datetime,
    left: datetime,
    assignment_id: int | None,
    session_code: str | None,
    reason: str,
    settles: int | None,
) -> VisitRow:
    if records.get(connection, volunteer_no) is None:
        raise VolunteerError("unknown_volunteer", no=volunteer_no)
    day = entered.astimezone(context.zone).date().isoformat()
    credit = _checked_credit(context, connection, day, assignment_id, session_code)
    visit = VisitRow(
        volunteer_no=volunteer_no,
        day=day,
        number=1 + max((one.number for one in visits.of_volunteer(connection, volunteer_no, day, day)), default=0),
        entered_at=to_ms(entered),
        left_at=to_ms(left),
        basis="corrected",
        assignment_id=credit.assignment_id if credit else None,
        session_code=credit.session_code if credit else None,
    )
    _check_times(context, connection, visit)
    checkin_log.append(
        connection,
        log_values(context, "added", visit, reason)
        | {
            "entered_at": visit.entered_at,
            "left_at": visit.left_at,
            "assignment_id": visit.assignment_id,
            "session_code": visit.session_code,
            "annuls": settles,
        },
    )
    visits.put(connection, visit)
    recount(context, connection, volunteer_no, day)
    return visit


def found_visit(connection: sqlite3.Connection, volunteer_no: str, day: str, number: int) -> VisitLine:
    """The visit under a key, which still counts. Raises CheckinError `unknown_visit`, `visit_annulled`."""
    visit = visits.get(connection, volunteer_no, day, number)
    if visit is None:
        raise CheckinError("unknown_visit", no=volunteer_no, day=day, number=number)
    if visit.annulled:
        raise CheckinError("visit_annulled")
    return visit


def room_left(
    context: Context,
    connection: sqlite3.Connection,
    visit: VisitRow,
    assignment_id: int | None,
    session_code: str | None,
) -> int:
    """The seconds that may be put in for a visit that is or would be credited so, this visit apart."""
    return _room(context, connection, visit, credit_of(connection, assignment_id, session_code)).left


def _room(context: Context, connection: sqlite3.Connection, visit: VisitRow, credit: Credit | None) -> plan.Room:
    day = date.fromisoformat(visit.day)
    parts = plan.parts_about(connection, visit.volunteer_no, day, credit)
    return plan.room_left(context, parts, day, credit, apart=visit.number)


def seconds_of(visit: VisitRow) -> int:
    """What a visit counts, of either kind."""
    if visit.basis == "inferred":
        return visit.credit_seconds or 0
    return (visit.left_at - visit.entered_at) // 1000 if visit.left_at is not None else 0


def midnight_after(context: Context, day: str) -> int:
    """The local midnight with which a day ends."""
    following = date.fromisoformat(day) + timedelta(days=1)
    return context.midnight(following)


def log_values(context: Context, result: str, visit: VisitRow, words: str) -> dict[str, object]:
    """The columns that every row of the log about a visit has."""
    head = _log_head(context, result, visit.volunteer_no, words)
    return head | {"visit_day": visit.day, "visit_number": visit.number}


def _log_head(context: Context, result: str, volunteer_no: str, words: str) -> dict[str, object]:
    return {
        "at": context.now_ms(),
        "volunteer_no": volunteer_no,
        "result": result,
        "source": context.source,
        "operator_no": context.operator.no if context.operator else None,
        "words": words,
    }


def _checked_credit(
    context: Context, connection: sqlite3.Connection, day: str, assignment_id: int | None, session_code: str | None
) -> Credit | None:
    """What a visit of a local day may be credited to: it must touch that day, have begun, and not be cancelled."""
    credit = credit_of(connection, assignment_id, session_code)
    if credit is None:
        if assignment_id is not None:
            raise CheckinError("unknown_assignment", id=assignment_id)
        if session_code is not None:
            raise CheckinError("unknown_session", code=session_code)
        return None
    if not context.local_day(credit.starts_at) <= day <= context.local_day(credit.ends_at - 1):
        raise CheckinError("credit_other_day", title=credit.title, day=day)
    if credit.is_cancelled:
        raise CheckinError("credit_cancelled", title=credit.title)
    if credit.starts_at > context.now_ms():
        raise CheckinError("credit_not_begun", title=credit.title)
    return credit


def _check_times(context: Context, connection: sqlite3.Connection, visit: VisitRow) -> None:
    """Refuse times that cannot be, that collide with another visit, or that exceed the planned length."""
    assert visit.left_at is not None
    if visit.left_at <= visit.entered_at:
        raise CheckinError("ends_before_it_begins")
    if visit.left_at > context.now_ms():
        raise CheckinError("in_future")
    if visit.day < FIRST_RECORDED_DAY.isoformat():
        raise CheckinError("too_long_ago", day=FIRST_RECORDED_DAY.isoformat())
    _check_midnight(context, visit, credit_of(connection, visit.assignment_id, visit.session_code))
    day = date.fromisoformat(visit.day)
    first, last = ((day + timedelta(days=step)).isoformat() for step in (-1, 1))
    for other in visits.of_volunteer(connection, visit.volunteer_no, first, last):
        if other.annulled or (other.day, other.number) == (visit.day, visit.number):
            continue
        if visit.entered_at < _latest_end(context, connection, other) and other.entered_at < visit.left_at:
            raise CheckinError("overlaps", limit=_span_words(context, other))
    _check_planned(context, connection, visit)


def _latest_end(context: Context, connection: sqlite3.Connection, visit: VisitRow) -> int:
    """When a visit ended, or the latest that it still may."""
    if visit.left_at is not None:
        return visit.left_at
    credit = credit_of(connection, visit.assignment_id, visit.session_code)
    return _latest_allowed(context, visit, credit)


def _latest_allowed(context: Context, visit: VisitRow, credit: Credit | None) -> int:
    grace = context.settings.late_minutes * MINUTE
    return rules.latest_exit(midnight_after(context, visit.day), credit.ends_at if credit else None, grace)


def _check_midnight(context: Context, visit: VisitRow, credit: Credit | None) -> None:
    """A visit never runs past local midnight unless what it is credited to does (acceptance, check-in 15)."""
    assert visit.left_at is not None
    latest = _latest_allowed(context, visit, credit)
    if visit.left_at > latest:
        raise CheckinError("past_midnight", limit=f"{context.local(latest):%Y-%m-%d %H:%M}")


def _check_planned(context: Context, connection: sqlite3.Connection, visit: VisitRow) -> None:
    """What a person or a rule put in never exceeds the planned length (acceptance, check-in 20).

    A measured visit may be longer than what it is credited to, yet never take the place of a supplement unsaid.
    """
    credit = credit_of(connection, visit.assignment_id, visit.session_code)
    if visit.basis == "measured" and credit is None:
        return
    room = _room(context, connection, visit, credit)
    if visit.basis != "measured":
        if seconds_of(visit) > room.left:
            raise CheckinError("above_planned", minutes=room.left // 60)
    elif room.supplemented and max(1, seconds_of(visit)) > room.left:
        raise CheckinError("is_supplemented", minutes=room.left // 60, supplemented=-(-room.supplemented // 60))


def _span_words(context: Context, visit: VisitRow) -> str:
    """A visit's times as a refusal names them: 09:00-11:00, 09:00- while nobody knows its end."""
    until = f"{context.local(visit.left_at):%H:%M}" if visit.left_at is not None else ""
    return f"{visit.day} {context.local(visit.entered_at):%H:%M}-{until}"
