"""Cases and registers, as other features and the screens use them."""

from __future__ import annotations

from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.engine.deadlines import Limit
from frontdesk.cases.errors import CaseError
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
from frontdesk.cases.working import add_note, correct, link_cases, open_case, set_dates_again, take_step

__all__ = [
    "CaseError",
    "CaseView",
    "Definition",
    "FieldDefinition",
    "Limit",
    "Transition",
    "add_note",
    "cases_astray",
    "correct",
    "counts",
    "definitions",
    "find",
    "link_cases",
    "open_case",
    "register",
    "set_dates_again",
    "take_step",
    "vacancies",
    "view",
    "work_list",
]
