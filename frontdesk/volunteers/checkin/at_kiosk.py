"""What the kiosk asks: a scan with all that its holder is shown, and how many wrong codes came in a row."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from db import checkin_log
from db.assignments import Assignment
from frontdesk.context import Context
from frontdesk.errors import DatabaseError
from frontdesk.permission import allowed
from frontdesk.volunteers.assignments.service import coming_of
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.service import scan
from frontdesk.volunteers.hours.service import hours_to_show, with_credit

MOST_COMING = 2
_LATEST_SCANS = 64


class KioskAnswer(NamedTuple):
    """A decided scan and what its holder is shown beside it: seconds of today and of the year, of both kinds
    together; what the visit is credited to ('' general service); what he or she is signed up for next, at most two.
    """

    outcome: ScanOutcome
    seconds_today: int = 0
    seconds_year: int = 0
    credited_to: str = ""
    coming: tuple[Assignment, ...] = ()


@allowed("scan")
def scan_at_kiosk(context: Context, code: str, direction: str = "") -> KioskAnswer:
    """Have a scan decided and recorded, with what is shown beside it: for the direction (auto, in, out) of the window,
    '' for that of the setting `kiosk_direction`.

    Where the file was busy it is tried once more; its nonce keeps the second try from counting again should the first
    have been recorded after all. Raises what `scan` raises.
    """
    nonce, direction = context.ids(), direction or context.settings.kiosk_direction
    try:
        outcome = scan(context, code, nonce=nonce, direction=direction)  # type: ignore[arg-type]
    except DatabaseError as failure:
        if failure.code != "busy":
            raise
        outcome = scan(context, code, nonce=nonce, direction=direction)  # type: ignore[arg-type]
    if outcome.volunteer_no is None or outcome.result == "refused":
        return KioskAnswer(outcome)
    today, year = hours_to_show(context, outcome)
    try:
        credited = with_credit(context, outcome)
        return KioskAnswer(credited, today, year, credited.credited_to, _next(context, outcome.volunteer_no))
    except sqlite3.Error:
        # The scan is committed: it is confirmed whatever happens to what stands beside it.
        return KioskAnswer(outcome, today, year)


def wrong_codes_in_a_row(context: Context) -> list[float]:
    """How many seconds ago each of the last wrong codes at the kiosk was, the first first; none once a card was taken.

    They are read from the check-in log, so that closing the kiosk's window does not take them back.
    """
    now, ages = context.now_ms(), []
    for row in checkin_log.log(context.database.connection, None, _LATEST_SCANS):
        if row.source != "kiosk":
            continue
        if row.result != "refused":
            break
        if row.volunteer_no is None or row.reason == "unknown_card":
            ages.append(max(0.0, (now - row.at) / 1000))
    return ages[::-1]


def _next(context: Context, volunteer_no: str) -> tuple[Assignment, ...]:
    """What has not begun yet."""
    now = context.now_ms()
    return tuple(one for one in coming_of(context, volunteer_no) if one.starts_at > now)[:MOST_COMING]
