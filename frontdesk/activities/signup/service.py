"""Use cases of signing up: on the list, off it, and who moves up."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from db import activities, attendance
from db import registrations as records
from db.activities import Session
from db.registrations import RegistrationLine, RegistrationState
from frontdesk.activities import rules
from frontdesk.activities.errors import ActivityError
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.phones import normalise_phone
from frontdesk.context import Context
from frontdesk.residents.service import resident

LARGEST_PARTY = 20
LONGEST_NAME = 50


class SignUp(NamedTuple):
    """What became of a sign-up: its number on the list, its state, and its place in the queue while it
    waits.
    """

    registration_id: int
    seq_no: int
    state: RegistrationState
    place: int


def registrations(context: Context, code: str) -> list[RegistrationLine]:
    """Everybody who signed up for a session, by sign-up number."""
    return records.registrations(context.database.connection, code)


def sign_up(context: Context, code: str, name: str, phone: str, party_size: int) -> SignUp:
    """Sign a party up; it gets seats if they are free for all of it, else it waits.

    Raises ActivityError `unknown_session`, `session_cancelled`, `missing_name`, `bad_name`,
    `bad_phone`, `bad_party_size`, or `already_signed_up` with the number on the list. No failure
    holds a name or phone: it may end in a log.
    """
    shown = _checked_name(name)
    try:
        number = normalise_phone(phone)
    except ValueError as wrong:
        raise ActivityError("bad_phone") from wrong
    if not 1 <= party_size <= LARGEST_PARTY:
        raise ActivityError("bad_party_size", largest=LARGEST_PARTY)
    with context.change("registration.applied", code, seats=party_size) as connection:
        found = activities.get(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        if found.state == "cancelled":
            raise ActivityError("session_cancelled", name=found.name)
        person = resident(context, connection, shown, number)
        before = records.registration_of(connection, code, person)
        if before is not None and before.state != "cancelled_by_resident":
            raise ActivityError("already_signed_up", seq_no=before.seq_no)
        if before is not None:
            registration_id = before.id
            records.update_registration(connection, before.id, party_size, context.now_ms())
            records.set_registration_state(connection, before.id, "waitlisted")
        else:
            registration_id = records.add_registration(connection, code, person, party_size, context.now_ms())
        seat_waiting(connection, found)
        after = records.registration(connection, registration_id)
        assert after is not None
        place = rules.place_in_queue(records.registrations(connection, code), registration_id)
    return SignUp(registration_id, after.seq_no, after.state, place)


def _checked_name(name: str) -> str:
    """The name as an import would keep it. Raises ActivityError `missing_name`, `bad_name`, DeskError `long_number`."""
    from frontdesk.sheets.cells import CellRefused, read_name

    if not name.strip():
        raise ActivityError("missing_name")
    try:
        return read_name(LONGEST_NAME)(refuse_long_number(name))
    except CellRefused as wrong:
        raise ActivityError("bad_name", limit=LONGEST_NAME) from wrong


def seat_waiting(connection: sqlite3.Connection, found: Session) -> list[int]:
    """Give free seats to waiting parties, inside a running transaction; returns the sign-ups that moved
    up.
    """
    moved = rules.promotions(found.capacity, records.registrations(connection, found.code))
    for party in moved:
        records.set_registration_state(connection, party.id, "confirmed")
    return [party.id for party in moved]


def cancel_sign_up(context: Context, registration_id: int) -> list[int]:
    """Take a party off the list; returns the sign-ups that got its seats.

    Raises ActivityError `unknown_registration`, or `already_attended` while attendance is recorded for it.
    """
    with context.change("registration.cancelled", str(registration_id)) as connection:
        party = records.registration(connection, registration_id)
        if party is None or party.state == "cancelled_by_resident":
            raise ActivityError("unknown_registration")
        if attendance.attendance_of(connection, party.session_code, party.id) is not None:
            raise ActivityError("already_attended")
        records.set_registration_state(connection, party.id, "cancelled_by_resident")
        found = activities.get(connection, party.session_code)
        assert found is not None
        return seat_waiting(connection, found) if found.state == "published" else []


def contact(context: Context, registration_id: int) -> tuple[str, str]:
    """The full name and phone of whoever signed up, to call them; that it was looked at is logged.

    Raises ActivityError `unknown_registration`.
    """
    with context.change("registration.contact_shown", str(registration_id)) as connection:
        found = records.contact(connection, registration_id)
        if found is None:
            raise ActivityError("unknown_registration")
        name, phone_cipher = found
        return name, context.keys.unseal(phone_cipher)
