"""The activity register for the rest of the program: sessions, sign-up and attendance, each in a room of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.activities import SessionLine
from db.attendance import AttendanceLine, AttendanceStatus
from frontdesk.activities.attendance.figures import attendance_by, attendance_lines, attendance_totals
from frontdesk.activities.attendance.service import mark_attendance, set_walk_ins, walk_ins
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.monthly.checking import lists_astray
from frontdesk.activities.monthly.demands import demand, demands_like, demands_of_session, lead_to_session
from frontdesk.activities.monthly.service import unpublished as unpublished_months
from frontdesk.activities.sessions.service import (
    any_between,
    cancel_session,
    exists,
    figures,
    put_on,
    restore_session,
    session,
    sessions,
    sessions_like,
    without_attendance,
)
from frontdesk.activities.signup.checking import signups_astray
from frontdesk.activities.signup.drawing import draw, drawn_list
from frontdesk.activities.signup.due import offers_due
from frontdesk.activities.signup.filling import ListedParty, fill_list
from frontdesk.activities.signup.moving import (
    accept_offer,
    cancel_sign_up,
    change_party,
    decline_offer,
    give_seat,
    leave_queue,
    move_sign_up,
    told,
)
from frontdesk.activities.signup.service import (
    LARGEST_PARTY,
    SignUp,
    contact,
    registrations,
    sign_up,
    sign_up_resident,
)
from frontdesk.activities.signup.settling import settle_due
from frontdesk.activities.signup.telling import (
    log_words,
    public_list,
    seat_log,
    tell_words,
    to_tell,
    why_not_yet,
)

if TYPE_CHECKING:
    from datetime import date

    from db.activities import Session
    from frontdesk.activities.rooms.rules import RoomUse
    from frontdesk.activities.series.rechecking import Recheck
    from frontdesk.checking import Invariant
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "LARGEST_PARTY",
    "ActivityError",
    "AttendanceLine",
    "AttendanceStatus",
    "ListedParty",
    "SessionLine",
    "SignUp",
    "accept_offer",
    "any_between",
    "attendance_by",
    "attendance_lines",
    "attendance_totals",
    "cancel_session",
    "cancel_sign_up",
    "change_party",
    "contact",
    "decline_offer",
    "demand",
    "demands_like",
    "demands_of_session",
    "draw",
    "drawn_list",
    "exists",
    "figures",
    "fill_list",
    "give_seat",
    "import_attendance",
    "import_bookings",
    "import_demands",
    "import_sessions",
    "import_signups",
    "invariants",
    "lead_to_session",
    "leave_queue",
    "lists_astray",
    "log_words",
    "mark_attendance",
    "move_sign_up",
    "offers_due",
    "public_list",
    "put_on",
    "registrations",
    "restore_session",
    "room_use",
    "seat_log",
    "session",
    "sessions",
    "sessions_like",
    "sessions_to_recheck",
    "set_walk_ins",
    "settle_due",
    "sign_up",
    "sign_up_resident",
    "signups_astray",
    "single_sessions_on_holidays",
    "tell_words",
    "to_tell",
    "told",
    "unpublished_months",
    "walk_ins",
    "why_not_yet",
    "without_attendance",
]


def sessions_to_recheck(context: Context) -> list[Recheck]:
    """The sessions that a calendar which came later makes doubtful; see `series.rechecking.to_recheck`."""
    from frontdesk.activities.series.rechecking import to_recheck

    return to_recheck(context, context.database.connection)


def single_sessions_on_holidays(context: Context) -> list[Session]:
    """The sessions to come on holidays that no series holds; see `series.rechecking.single_on_holidays`."""
    from frontdesk.activities.series.rechecking import single_on_holidays

    return single_on_holidays(context, context.database.connection)


def room_use(context: Context, first: date, last: date) -> list[RoomUse]:
    """How much each room was used in a span of local days; see `rooms.utilisation.room_use`."""
    from frontdesk.activities.rooms.utilisation import room_use as run

    return run(context, first, last)


def import_sessions(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan of sessions in; see `frontdesk.activities.sessions.importing`."""
    from frontdesk.activities.exchange.service import take_back
    from frontdesk.activities.sessions.importing import import_sessions as run

    # A sheet that went out here changes what was edited in it, whatever it was imported as.
    return take_back(context, path, dry_run=dry_run) or run(context, path, dry_run=dry_run)


def import_demands(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a survey sheet of demands in; see `frontdesk.activities.monthly.demand_importing`."""
    from frontdesk.activities.monthly.demand_importing import import_demands as run

    return run(context, path, dry_run=dry_run)


def import_bookings(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the sheet of room bookings in; see `frontdesk.activities.rooms.importing`."""
    from frontdesk.activities.rooms.importing import import_bookings as run

    return run(context, path, dry_run=dry_run)


def import_signups(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take a list of sign-ups in; see `frontdesk.activities.signup.importing`."""
    from frontdesk.activities.exchange.service import take_back
    from frontdesk.activities.signup.importing import import_signups as run

    # A sheet that went out here changes what was edited in it, whatever it was imported as.
    return take_back(context, path, dry_run=dry_run) or run(context, path, dry_run=dry_run)


def import_attendance(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take sign-in sheets in; see `frontdesk.activities.attendance.importing`."""
    from frontdesk.activities.attendance.importing import import_attendance as run
    from frontdesk.activities.exchange.service import take_back

    # A sheet that went out here changes what was edited in it, whatever it was imported as.
    return take_back(context, path, dry_run=dry_run) or run(context, path, dry_run=dry_run)


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.activities.checking`."""
    from frontdesk.activities.checking import INVARIANTS

    return INVARIANTS
