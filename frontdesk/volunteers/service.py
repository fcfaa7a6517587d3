"""Volunteers for the rest of the program: the register, cards, check-in and hours, each kept in a room of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.hours import HoursLine
from db.visits import VisitLine
from frontdesk.context import Context
from frontdesk.volunteers.assignments.service import assignments, coming_of, lacking_people
from frontdesk.volunteers.cards.service import (
    cards_of,
    issue_card,
    issue_cards,
    renew_card,
    renew_cards,
    replace_card,
    revoke_card,
    valid_cards,
)
from frontdesk.volunteers.cards.service import set_validity as set_card_validity
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.at_kiosk import KioskAnswer, scan_at_kiosk, wrong_codes_in_a_row
from frontdesk.volunteers.checkin.clock import clocks
from frontdesk.volunteers.checkin.closing import close_past_days, review_count
from frontdesk.volunteers.checkin.parked import (
    ParkedCard,
    adopt_parked,
    parked_attempts,
    parked_cards,
    parked_count,
    reject_parked,
)
from frontdesk.volunteers.checkin.service import check_in, scan
from frontdesk.volunteers.checkin.told import describe, refusal_words
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.hours.service import (
    any_between,
    here_now,
    hours,
    hours_to_show,
    seconds_today_and_this_year,
    with_credit,
)
from frontdesk.volunteers.register.occasions import Milestone, birthdays, milestones
from frontdesk.volunteers.register.service import SEARCH_KIND, SEARCH_LIMIT, find, get, set_state, store, tail_term

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from frontdesk.checking import Invariant
    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "SEARCH_KIND",
    "SEARCH_LIMIT",
    "HoursLine",
    "KioskAnswer",
    "Milestone",
    "ParkedCard",
    "ScanOutcome",
    "VisitLine",
    "VolunteerError",
    "adopt_parked",
    "any_between",
    "assignments",
    "birthdays",
    "cards_of",
    "check_in",
    "clocks",
    "close_past_days",
    "coming_of",
    "describe",
    "displaced_astray",
    "find",
    "get",
    "here_now",
    "hours",
    "hours_to_show",
    "import_assignments",
    "import_volunteers",
    "invariants",
    "issue_card",
    "issue_cards",
    "lacking_people",
    "milestones",
    "parked_attempts",
    "parked_cards",
    "parked_count",
    "refusal_words",
    "reject_parked",
    "renew_card",
    "renew_cards",
    "replace_card",
    "review_count",
    "revoke_card",
    "scan",
    "scan_at_kiosk",
    "seconds_today_and_this_year",
    "set_card_validity",
    "set_state",
    "store",
    "supplements_astray",
    "tail_term",
    "valid_cards",
    "visits_astray",
    "with_credit",
    "wrong_codes_in_a_row",
]


def import_assignments(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the plan of assignments in; see `frontdesk.volunteers.assignments.importing`."""
    from frontdesk.volunteers.assignments.importing import import_assignments as run

    return run(context, path, dry_run=dry_run)


def import_volunteers(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the register of volunteers in; see `frontdesk.volunteers.register.importing`."""
    from frontdesk.volunteers.register.importing import import_volunteers as run

    return run(context, path, dry_run=dry_run)


def visits_astray(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    """Volunteer, local day and number of every visit that stands otherwise than the check-in log tells."""
    from db import checkin_log, visits
    from frontdesk.volunteers.checkin.replay import astray

    return astray(checkin_log.log_entries(connection), visits.by_volunteer(connection))


def supplements_astray(connection: sqlite3.Connection) -> list[int]:
    """The ids of the supplements that stand otherwise than the audit log tells."""
    from frontdesk.volunteers.hours.checking import astray

    return astray(connection)


def displaced_astray(context: Context, connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Volunteers and local days on which more or less is displaced than measured time displaces."""
    from frontdesk.volunteers.hours.checking import displaced_astray as astray

    return list(astray(context, connection))


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.volunteers.checking`."""
    from frontdesk.volunteers.checking import INVARIANTS

    return INVARIANTS
