"""Taking the last scan of a volunteer back; what was recorded stays, and the log says who took it back and why."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple

from db import checkin_log, day_closings, latest, visits
from db import volunteers as records
from db.checkin_log import ScanRow
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin.attempts import MINUTE, kept_words
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours.plan import recount

OPEN_AGAIN: dict[str, object] = {
    "left_at": None,
    "left_scan": None,
    "basis": "measured",
    "review": "",
    "credit_seconds": None,
}
"""What a visit is once its exit is taken back."""


class Undone(NamedTuple):
    """A scan that was taken back: whose, what it had done (`entered`, `left` or `left_only`), and when.

    `day` and `number` are the key of its visit, '' and 0 for an exit without an entry.
    """

    volunteer_no: str
    name: str
    result: str
    at: datetime
    day: str = ""
    number: int = 0


@allowed("writer")
def undo(context: Context, volunteer_no: str, *, scan_id: int | None = None, reason: str = "") -> Undone:
    """Take back the last accepted scan of a volunteer that was made today, or whose visit is of today or still open.

    `scan_id` is the scan that was shown to whoever confirmed; it must still be the last. An entry's visit is annulled,
    an exit's is open again, an exit without an entry is set aside. Within `settings.undo_minutes` of the scan anybody
    who may write does so; later it takes a manager and a reason. Raises CheckinError `nothing_to_undo`,
    `scanned_since`, `changed_since`, `undo_needs_manager`, `reason_required`, VolunteerError `unknown_volunteer`, and
    what `Context.change` raises.
    """
    reason = kept_words(reason)
    with context.change("visit.undone", volunteer_no) as connection:
        volunteer = records.get(connection, volunteer_no)
        if volunteer is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        scan = last_scan(context, connection, volunteer_no)
        if scan is None:
            raise CheckinError("nothing_to_undo", no=volunteer_no)
        if scan_id is not None and scan.id != scan_id:
            raise CheckinError("scanned_since", no=volunteer_no)
        _check_limit(context, connection, scan, reason)
        checkin_log.append(
            connection,
            {
                "at": context.now_ms(),
                "volunteer_no": volunteer_no,
                "result": "undone",
                "source": context.source,
                "operator_no": context.operator.no if context.operator else None,
                "words": reason,
                "visit_day": scan.visit_day,
                "visit_number": scan.visit_number,
                "annuls": scan.id,
            },
        )
        if scan.visit_day is not None and scan.visit_number is not None:
            visit = visits.row(connection, volunteer_no, scan.visit_day, scan.visit_number)
            assert visit is not None
            taken_back: dict[str, object] = {"annulled": True} if scan.result == "entered" else OPEN_AGAIN
            visits.put(connection, visit.model_copy(update=taken_back))
            recount(context, connection, volunteer_no, visit.day)
            if scan.result == "left" and visit.day < context.today().isoformat():
                day_closings.reopen_day(connection, visit.day)
        return Undone(
            volunteer_no,
            volunteer.name,
            scan.result,
            context.local(scan.at),
            scan.visit_day or "",
            scan.visit_number or 0,
        )


def _check_limit(context: Context, connection: sqlite3.Connection, scan: ScanRow, reason: str) -> None:
    """Refuse what the operator may not take back any more (acceptance, check-in 14)."""
    if not is_late(context, connection, scan):
        return
    if context.require_writer().role != "manager":
        raise CheckinError("undo_needs_manager", minutes=context.settings.undo_minutes)
    if not reason:
        raise CheckinError("reason_required")


def last_scan(context: Context, connection: sqlite3.Connection, volunteer_no: str) -> ScanRow | None:
    """The scan to take back; None where there is none. Raises CheckinError `changed_since` where its visit was changed
    after it: an older one must not be taken back in its place.
    """
    today = context.today().isoformat()
    lone = checkin_log.last_unmatched_exit(connection, volunteer_no)
    if lone is not None and context.local_day(made_at(lone)) != today:
        lone = None
    visit = checkin_log.last_scanned(connection, volunteer_no)
    if visit is None:
        return lone
    scan = checkin_log.scan(connection, visit.left_scan or visit.entered_scan or 0)
    assert scan is not None
    if lone is not None and lone.id > scan.id:
        return lone
    if visit.left_at is not None and today not in (
        visit.day,
        context.local_day(made_at(scan)),
        context.local_day(visit.left_at),
    ):
        return lone
    if checkin_log.changed_since(connection, visit, scan.id):
        raise CheckinError("changed_since", day=visit.day, number=visit.number)
    return scan


def is_late(context: Context, connection: sqlite3.Connection, scan: ScanRow) -> bool:
    """Whether taking a scan back takes a manager and a reason.

    A clock that was set back gives nobody more time: it is at least as late as what was written last.
    """
    now = max(context.now_ms(), latest.latest(connection) or 0)
    return now - made_at(scan) > context.settings.undo_minutes * MINUTE


def made_at(scan: ScanRow) -> int:
    """When a scan was recorded, which is not its own time where that was given by hand."""
    return scan.at if scan.recorded_at is None else scan.recorded_at
