"""Use cases of the activity register: sessions, sign-up, attendance."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from db import activities as records
from db.activities import AttendanceStatus, RegistrationLine, RegistrationState, Session, SessionLine
from frontdesk.activities import rules
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.phones import normalise_phone, phone_tail
from frontdesk.context import Context
from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from frontdesk.sheets.outcome import ImportOutcome

LARGEST_PARTY = 20
LONGEST_NAME = 50


class ActivityError(DeskError):
    """A refusal about sessions, sign-ups and attendance."""

    area = "activities"


class SignUp(NamedTuple):
    """What became of a sign-up: its number on the list, its state, and its place in the queue while it
    waits.
    """

    registration_id: int
    seq_no: int
    state: RegistrationState
    place: int


def sessions(context: Context, first: date, last: date) -> list[SessionLine]:
    """The sessions of a span of local days with their counts, in the order in which they begin."""
    return records.lines(context.database.connection, first.isoformat(), last.isoformat())


def any_between(context: Context, first: date, last: date) -> bool:
    """Whether there are sessions in a span of local days, held or cancelled."""
    return records.any_between(context.database.connection, first.isoformat(), last.isoformat())


def session(context: Context, code: str) -> SessionLine:
    """One session with its counts. Raises ActivityError `unknown_session`."""
    found = records.line(context.database.connection, code)
    if found is None:
        raise ActivityError("unknown_session", session=code)
    return found


def exists(context: Context, code: str) -> bool:
    """Whether there is a session with this code."""
    return records.get(context.database.connection, code) is not None


def registrations(context: Context, code: str) -> list[RegistrationLine]:
    """Everybody who signed up for a session, by sign-up number."""
    return records.registrations(context.database.connection, code)


def walk_ins(context: Context, code: str) -> int:
    """The head count of people who came to a session without a name."""
    found = records.attendance_of(context.database.connection, code, None)
    return found[1] if found else 0


def resident(context: Context, connection: sqlite3.Connection, name: str, phone: str) -> int:
    """The resident with this name and normalised phone, added if new, inside a running transaction."""
    return records.resident_id(
        connection,
        name=name,
        phone_cipher=context.keys.seal(phone),
        phone_key=context.keys.lookup(f"phone:{phone}"),
        phone_tail_key=tail_key(context, phone_tail(phone)),
    )


def tail_key(context: Context, tail: str) -> bytes:
    """The keyed hash by which the last four digits of a resident's phone are matched."""
    return context.keys.lookup(f"tail:{tail}")


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
        found = records.get(connection, code)
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
        if records.attendance_of(connection, party.session_code, party.id) is not None:
            raise ActivityError("already_attended")
        records.set_registration_state(connection, party.id, "cancelled_by_resident")
        found = records.get(connection, party.session_code)
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


def mark_attendance(
    context: Context, registration_id: int, status: AttendanceStatus | None, seats: int | None = None
) -> None:
    """Record what became of a party, `seats` of it (all of it by default); None takes the record back.

    Raises ActivityError `unknown_registration`, `session_cancelled`, `bad_party_size`.
    """
    with context.change("attendance.marked", str(registration_id), status=status) as connection:
        party = records.registration(connection, registration_id)
        if party is None or party.state == "cancelled_by_resident":
            raise ActivityError("unknown_registration")
        found = records.get(connection, party.session_code)
        assert found is not None
        if found.state == "cancelled":
            raise ActivityError("session_cancelled", name=found.name)
        if status is None:
            records.clear_attendance(connection, party.session_code, party.id)
            return
        count = party.party_size if seats is None else seats
        if not 1 <= count <= LARGEST_PARTY:
            raise ActivityError("bad_party_size", largest=LARGEST_PARTY)
        records.put_attendance(connection, party.session_code, party.id, status, count)


def set_walk_ins(context: Context, code: str, count: int) -> None:
    """Record the head count of people who came without a name; 0 takes it back.

    Raises `bad_head_count`, `unknown_session`.
    """
    if not 0 <= count <= 9999:
        raise ActivityError("bad_head_count")
    with context.change("attendance.walk_ins", code, seats=count) as connection:
        found = records.get(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        if found.state == "cancelled":
            raise ActivityError("session_cancelled", name=found.name)
        if count == 0:
            records.clear_attendance(connection, code, None)
        else:
            records.put_attendance(connection, code, None, "walk_in", count)


def cancel_session(context: Context, code: str, reason: str) -> None:
    """Cancel a session; its sign-ups stay on record.

    Raises `unknown_session`, `missing_reason`, `attendance_recorded`, and DeskError `long_number`.
    """
    why = refuse_long_number(reason.strip())
    if not why:
        raise ActivityError("missing_reason")
    with context.change("session.cancelled", code) as connection:
        found = records.line(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        if found.attendance_rows:
            raise ActivityError("attendance_recorded", name=found.name)
        changed = found.model_copy(update={"state": "cancelled", "cancel_reason": why})
        records.put(connection, changed)


def restore_session(context: Context, code: str) -> None:
    """Take a cancellation back. Raises `unknown_session`."""
    with context.change("session.restored", code) as connection:
        found = records.get(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        records.put(connection, found.model_copy(update={"state": "published", "cancel_reason": ""}))
        seat_waiting(connection, found)


def figures(context: Context, first: date, last: date) -> dict[str, object]:
    """The report's figures about sessions, sign-ups and attendance.

    A session was held when it was not cancelled; seats and waiting parties count for cancelled ones too,
    no-shows
    and categories for held ones only.
    """
    lines = sessions(context, first, last)
    held = [line for line in lines if line.state != "cancelled"]
    return {
        "sessions_planned": len(lines),
        "sessions_held": len(held),
        "sessions_cancelled": len(lines) - len(held),
        "person_times": sum(line.person_times for line in held),
        "named_persons": records.named_persons(context.database.connection, first.isoformat(), last.isoformat()),
        "sessions_by_category": dict(Counter(line.category for line in held)),
        "seats_confirmed": sum(line.seats_confirmed for line in lines),
        "parties_waitlisted": sum(line.parties_waitlisted for line in lines),
        "no_show_seats": sum(line.no_show_seats for line in held),
    }


def without_attendance(context: Context, first: date, last: date) -> list[SessionLine]:
    """The sessions of a span of days that are over and for which nothing was recorded."""
    now = context.now_ms()
    return [
        line
        for line in sessions(context, first, last)
        if line.state != "cancelled" and not line.attendance_rows and line.ends_at < now
    ]


def import_sessions(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan of sessions in; see `frontdesk.activities.importing`."""
    from frontdesk.activities.importing import import_sessions as run

    return run(context, path, dry_run=dry_run)


def import_signups(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a list of sign-ups in; see `frontdesk.activities.importing_signups`."""
    from frontdesk.activities.importing_signups import import_signups as run

    return run(context, path, dry_run=dry_run)


def import_attendance(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-in sheets in; see `frontdesk.activities.importing_attendance`."""
    from frontdesk.activities.importing_attendance import import_attendance as run

    return run(context, path, dry_run=dry_run)
