"""Use cases of attendance: who came, and how many without a name."""

from __future__ import annotations

from db import activities, registrations
from db import attendance as records
from db.attendance import AttendanceStatus
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.signup.service import LARGEST_PARTY
from frontdesk.context import Context


def walk_ins(context: Context, code: str) -> int:
    """The head count of people who came to a session without a name."""
    found = records.attendance_of(context.database.connection, code, None)
    return found[1] if found else 0


def mark_attendance(
    context: Context, registration_id: int, status: AttendanceStatus | None, seats: int | None = None
) -> None:
    """Record what became of a party, `seats` of it (all of it by default); None takes the record back.

    Raises ActivityError `unknown_registration`, `session_cancelled`, `bad_party_size`.
    """
    with context.change("attendance.marked", str(registration_id), status=status) as connection:
        party = registrations.registration(connection, registration_id)
        if party is None or party.state == "cancelled_by_resident":
            raise ActivityError("unknown_registration")
        found = activities.get(connection, party.session_code)
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
        found = activities.get(connection, code)
        if found is None:
            raise ActivityError("unknown_session", session=code)
        if found.state == "cancelled":
            raise ActivityError("session_cancelled", name=found.name)
        if count == 0:
            records.clear_attendance(connection, code, None)
        else:
            records.put_attendance(connection, code, None, "walk_in", count)
