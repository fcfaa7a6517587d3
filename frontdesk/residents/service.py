"""The register of residents (居民名册) for the rest of the program: who they are, how they are found, their households.

`resident` and `current` work inside a transaction that is running, `tail_key` is pure; everything else is a use case.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.residents import Resident
from frontdesk.residents.editing import (
    add,
    change,
    give_consent,
    missing_answers,
    set_tags,
    withdraw_consent,
)
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.finding import (
    ResidentLine,
    count,
    find,
    get,
    household_of,
    line,
    same_phone,
    tagged,
)
from frontdesk.residents.households import leave_household, set_household
from frontdesk.residents.keeping import current, index, index_waiting, resident, tail_key
from frontdesk.residents.merging import MergePreview, merge, merge_preview
from frontdesk.residents.profile import Contact, Profile, contact, history, profile
from frontdesk.residents.rules import age_on, may_be_child

if TYPE_CHECKING:
    from frontdesk.checking import Invariant
    from frontdesk.context import Context
    from frontdesk.sheets.outcome import ImportOutcome

__all__ = [
    "Contact",
    "MergePreview",
    "Profile",
    "Resident",
    "ResidentError",
    "ResidentLine",
    "add",
    "age_on",
    "change",
    "contact",
    "count",
    "current",
    "find",
    "get",
    "give_consent",
    "history",
    "household_of",
    "import_residents",
    "index",
    "index_waiting",
    "invariants",
    "leave_household",
    "line",
    "may_be_child",
    "merge",
    "merge_preview",
    "missing_answers",
    "profile",
    "resident",
    "same_phone",
    "set_household",
    "set_tags",
    "tagged",
    "tail_key",
    "withdraw_consent",
]


def import_residents(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the register of residents in; see `frontdesk.residents.importing`."""
    from frontdesk.residents.importing import import_residents as run

    return run(context, path, dry_run=dry_run)


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.residents.checking`."""
    from frontdesk.residents.checking import INVARIANTS

    return INVARIANTS
