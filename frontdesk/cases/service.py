"""Cases and registers, as other features and the screens use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.engine.deadlines import Limit
from frontdesk.cases.errors import CaseError
from frontdesk.cases.linking import FoundTarget, link, linked_to, search_targets, target_of, unlink
from frontdesk.cases.looking import (
    CaseView,
    cases_astray,
    counts,
    definitions,
    find,
    register,
    vacancies,
    view,
    work_list,
)
from frontdesk.cases.things import LinkTarget, LinkView
from frontdesk.cases.working import add_note, correct, open_case, set_dates_again, take_step

if TYPE_CHECKING:
    from frontdesk.checking import Invariant

__all__ = [
    "CaseError",
    "CaseView",
    "Definition",
    "FieldDefinition",
    "FoundTarget",
    "Limit",
    "LinkTarget",
    "LinkView",
    "Transition",
    "add_note",
    "cases_astray",
    "correct",
    "counts",
    "definitions",
    "find",
    "invariants",
    "link",
    "linked_to",
    "open_case",
    "register",
    "search_targets",
    "set_dates_again",
    "take_step",
    "target_of",
    "unlink",
    "vacancies",
    "view",
    "work_list",
]


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.cases.checking`."""
    from frontdesk.cases.checking import INVARIANTS

    return INVARIANTS
