"""What people see of check-in, read for its screens: what can be taken back, what was refused, what a visit went
through, what it may be credited to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from db import assignments, checkin_log, visits
from db import staff as staff_records
from db import volunteers as records
from db.checkin_log import ScanRow
from db.visits import VisitLine
from frontdesk.activities import service as activities
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.checkin.undoing import is_late, last_scan
from frontdesk.volunteers.register import service as register

MOST_REFUSALS = 200


class Undoable(NamedTuple):
    """A scan that can be taken back: what it did (`entered`, `left`, `left_only`), when, and whether it is past the
    limit of minutes, so that it takes a manager and a reason; `scan_id` is its row of the log.
    """

    volunteer_no: str
    name: str
    result: str
    at: datetime
    late: bool
    scan_id: int


class Refusal(NamedTuple):
    """An attempt that was refused, with the name of whose it was, '' for a code that is nobody's."""

    scan: ScanRow
    name: str


class Past(NamedTuple):
    """One entry of a visit's history: the row of the log, who did it ('' for the volunteer alone), and what it was
    credited to from then on, '' for general service.
    """

    scan: ScanRow
    operator: str
    credited_to: str


class CreditChoice(NamedTuple):
    """What a visit may be credited to: an assignment or a session; `signed` says that the volunteer signed up for it.
    Instants in UTC milliseconds.
    """

    assignment_id: int | None
    session_code: str | None
    title: str
    day: str
    starts_at: int
    ends_at: int
    signed: bool


def undoable(context: Context, volunteer_no: str) -> Undoable:
    """What `undo` would take back now. Raises CheckinError `nothing_to_undo`, `changed_since`, VolunteerError
    `unknown_volunteer`.
    """
    with context.database.reading() as connection:
        volunteer = register.get(context, volunteer_no)
        scan = last_scan(context, connection, volunteer_no)
        if scan is None:
            raise CheckinError("nothing_to_undo", no=volunteer_no)
        late = is_late(context, connection, scan)
    return Undoable(volunteer_no, volunteer.name, scan.result, context.local(scan.at), late, scan.id)


@allowed("shown")
def refusals_today(context: Context) -> list[Refusal]:
    """Today's attempts that were refused, the latest first, at most 200."""
    with context.database.reading() as connection:
        scans = checkin_log.last_scans(connection, context.midnight(context.today()), MOST_REFUSALS, refused_only=True)
        known = {scan.volunteer_no: records.get(connection, scan.volunteer_no) for scan in scans if scan.volunteer_no}
    names = {no: found.name for no, found in known.items() if found is not None}
    return [Refusal(scan, names.get(scan.volunteer_no or "", "")) for scan in scans]


@allowed("shown")
def visits_between(context: Context, volunteer_no: str, first: date, last: date) -> list[VisitLine]:
    """The visits of a volunteer between two local days, annulled ones included, the latest first."""
    found = visits.of_volunteer(context.database.connection, volunteer_no, first.isoformat(), last.isoformat())
    return found[::-1]


@allowed("shown")
def history(context: Context, visit: VisitLine) -> list[Past]:
    """What a visit went through, in the order of the log: its scans, also those taken back, and every change."""
    with context.database.reading() as connection:
        names = {one.no: one.name for one in staff_records.every(connection)}
        rows = checkin_log.history(connection, visit)
        titles = {
            scan.id: _title(context, scan.assignment_id, scan.session_code)
            for scan in rows
            if scan.assignment_id is not None or scan.session_code is not None
        }
    return [
        Past(scan, names.get(scan.operator_no or "", scan.operator_no or ""), titles.get(scan.id, "")) for scan in rows
    ]


def credit_choices(context: Context, volunteer_no: str, first: date, last: date) -> list[CreditChoice]:
    """The assignments and sessions of a span of local days that have begun, those signed up for first, then by time."""
    with context.database.reading() as connection:
        days = first.isoformat(), last.isoformat()
        signed = {one.id for one in assignments.of_volunteer(connection, volunteer_no, *days)}
        found = [
            CreditChoice(one.id, one.session_code, one.title, one.day, one.starts_at, one.ends_at, one.id in signed)
            for one in assignments.lines(connection, *days)
            if one.state == "open"
        ]
        served = {one.session_code for one in found}
        found += [
            CreditChoice(None, one.code, one.name, one.day, one.starts_at, one.ends_at, False)
            for one in activities.sessions(context, first, last)
            if one.state != "cancelled" and one.code not in served
        ]
    begun = [one for one in found if one.starts_at <= context.now_ms()]
    return sorted(begun, key=lambda one: (not one.signed, -date.fromisoformat(one.day).toordinal(), one.starts_at))


def _title(context: Context, assignment_id: int | None, session_code: str | None) -> str:
    if assignment_id is not None:
        found = assignments.get(context.database.connection, assignment_id)
        return found.title if found else ""
    assert session_code is not None
    return activities.session(context, session_code).name if activities.exists(context, session_code) else ""
