"""Tickets: the code of a sign-up, and what becomes of one that is scanned at the door."""

from __future__ import annotations

import sqlite3
from typing import Literal, NamedTuple

from db import activities, registrations
from db import attendance as records
from db.activities import Session
from db.registrations import GONE, Registration
from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.marking import Mark, write_mark
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.common import digitcode
from frontdesk.common.digitcode import TICKET, DigitCodeFault
from frontdesk.context import Context
from frontdesk.errors import DatabaseError
from frontdesk.permission import allowed

WHOLE_PARTY = 0
"""The serial of the one ticket that a party has."""

HIGHEST_ID = 9_999_999

TicketRefusal = Literal[
    "",
    "foreign_code",
    "malformed",
    "bad_check_digit",
    "bad_mac",
    "unknown",
    "cancelled",
    "session_cancelled",
    "not_published",
    "wrong_session_today",
    "session_closed",
    "already_signed_in",
    "waiting",
]

FOREIGN: frozenset[TicketRefusal] = frozenset(("foreign_code", "malformed", "bad_check_digit", "bad_mac", "unknown"))
"""What no ticket of this centre is refused for."""


class TicketScan(NamedTuple):
    """What became of one scan of a ticket: `reason` is "" where the party was signed in with `seats` people.

    Of a ticket that is known, also of one that is refused, the session and the sign-up number are said.
    """

    reason: TicketRefusal
    at: int
    session: Session | None = None
    registration_id: int | None = None
    seq_no: int = 0
    seats: int = 0


def ticket_code(key: bytes, registration_id: int) -> str:
    """The 20 digits of the ticket of a sign-up. Raises AttendanceError `too_many_sign_ups` past seven digits."""
    if not 0 < registration_id <= HIGHEST_ID:
        raise AttendanceError("too_many_sign_ups", highest=HIGHEST_ID)
    return digitcode.make(key, TICKET, f"{registration_id:07d}", WHOLE_PARTY)


def read_ticket(key: bytes, text: str) -> int:
    """The sign-up of a ticket. Raises DigitCodeFault; a serial that no ticket has is `bad_mac`."""
    number, serial = digitcode.read(key, text, TICKET)
    if serial != WHOLE_PARTY or int(number) == 0:
        raise DigitCodeFault("bad_mac", digitcode.CODE_LENGTH)
    return int(number)


@allowed("scan")
def scan_ticket(context: Context, code: str) -> TicketScan:
    """Sign the party of a ticket in with all its seats, in one transaction; a refusal is an outcome, and is logged.

    A ticket counts all day long on the day of its session. Whoever was marked absent and comes all the same is signed
    in. Where the file was busy it is tried once more. Raises DatabaseError, and away from the kiosk what
    `require_writer` raises: as with a card, the ticket is what is trusted.
    """
    if context.source != "kiosk":
        context.require_writer()
    try:
        return _scan(context, code)
    except DatabaseError as failure:
        if failure.code != "busy":
            raise
        return _scan(context, code)


def _scan(context: Context, code: str) -> TicketScan:
    try:
        registration_id = read_ticket(context.keys.card, code)
    except DigitCodeFault as wrong:
        registration_id, fault = None, wrong.fault
    with context.database.write() as connection:
        if registration_id is None:
            scanned = TicketScan(fault, context.now_ms())
        else:
            scanned = _decide(context, connection, registration_id)
        if scanned.reason:
            subject = str(scanned.registration_id or "")
            context.note(connection, "attendance.ticket_refused", subject, refusal=scanned.reason)
        return scanned


def _decide(context: Context, connection: sqlite3.Connection, registration_id: int) -> TicketScan:
    party = registrations.registration(connection, registration_id)
    now = context.now_ms()
    if party is None:
        return TicketScan("unknown", now)
    session = activities.get(connection, party.session_code)
    assert session is not None
    reason = _refusal(context, connection, party, session)
    seats = party.seats or party.party_size
    if not reason:
        # At the door nobody need be signed in: what no operator confirms is seen all the same.
        context.watch(connection)
        write_mark(context, connection, party, Mark("attended", seats), way="scan")
        context.note(connection, "attendance.marked", str(party.id), status="attended", way="scan")
    return TicketScan(reason, now, session, party.id, party.seq_no, seats)


def _refusal(context: Context, connection: sqlite3.Connection, party: Registration, session: Session) -> TicketRefusal:
    if session.state == "cancelled":
        return "session_cancelled"
    if party.state in GONE:
        return "cancelled"
    if is_planned(session):
        return "not_published"
    if session.day != context.today().isoformat():
        return "wrong_session_today"
    found = records.attendance_of(connection, party.session_code, party.id)
    if found is not None and found[0] == "attended":
        return "already_signed_in"
    if party.seats == 0:
        return "waiting"
    return "session_closed" if session.state == "closed" else ""
