"""The activity register for the rest of the program: sessions, sign-up and attendance, each in a room of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.activities import SessionLine
from db.attendance import AttendanceStatus
from db.registrations import RegistrationLine
from frontdesk.activities.attendance.service import mark_attendance, set_walk_ins, walk_ins
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions.service import (
    any_between,
    cancel_session,
    exists,
    figures,
    restore_session,
    session,
    sessions,
    without_attendance,
)
from frontdesk.activities.signup.service import (
    LARGEST_PARTY,
    SignUp,
    cancel_sign_up,
    contact,
    registrations,
    seat_waiting,
    sign_up,
)

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "LARGEST_PARTY",
    "ActivityError",
    "AttendanceStatus",
    "RegistrationLine",
    "SessionLine",
    "SignUp",
    "any_between",
    "cancel_session",
    "cancel_sign_up",
    "contact",
    "exists",
    "figures",
    "import_attendance",
    "import_sessions",
    "import_signups",
    "mark_attendance",
    "registrations",
    "restore_session",
    "seat_waiting",
    "session",
    "sessions",
    "set_walk_ins",
    "sign_up",
    "walk_ins",
    "without_attendance",
]


def import_sessions(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan of sessions in; see `frontdesk.activities.sessions.importing`."""
    from frontdesk.activities.sessions.importing import import_sessions as run

    return run(context, path, dry_run=dry_run)


def import_signups(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a list of sign-ups in; see `frontdesk.activities.signup.importing`."""
    from frontdesk.activities.signup.importing import import_signups as run

    return run(context, path, dry_run=dry_run)


def import_attendance(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-in sheets in; see `frontdesk.activities.attendance.importing`."""
    from frontdesk.activities.attendance.importing import import_attendance as run

    return run(context, path, dry_run=dry_run)
