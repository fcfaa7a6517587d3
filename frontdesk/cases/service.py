"""Cases and registers, as other features and the screens use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.cases.adopting import Adopted, AdoptionError, adopt, adopted, drop, drop_rest, undecided
from frontdesk.cases.beginning import open_from, prefilled
from frontdesk.cases.calendar_duties import (
    DueCounts,
    DutyError,
    DutyLine,
    Meeting,
    StreakLine,
    Vacancy,
    ask_again,
    due_counts,
    duties,
    duties_of_days,
    meetings_ahead,
    posts_vacant,
    streaks,
    waive_duty,
)
from frontdesk.cases.collecting import Certified, certified_now, collected
from frontdesk.cases.dating import date_waiting, set_dates_again
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.editions import seal_again, unsealed
from frontdesk.cases.engine.deadlines import Limit
from frontdesk.cases.errors import CaseError
from frontdesk.cases.handing import handed_count, handed_list, note_seen, unopened_count
from frontdesk.cases.keeping import (
    count_kept_too_long,
    drop_old_drafts,
    empty_records,
    kept_too_long,
    months_kept,
    still_kept_too_long,
)
from frontdesk.cases.linking import FoundTarget, link, linked_to, search_targets, target_of, unlink
from frontdesk.cases.looking import (
    broken_definitions,
    cases_astray,
    changed_definitions,
    counts,
    definitions,
    find,
    register,
    titles_of,
    vacancies,
    view,
    work_list,
)
from frontdesk.cases.loop import Loop, belonging_lines, belonging_words, loop_lines, loop_of
from frontdesk.cases.number_words import duty_words, meeting_words, streak_words, vacancy_words, waited_words
from frontdesk.cases.numbers import Figure, contacts_answered, figures, opened_and_ended
from frontdesk.cases.of_period import PeriodCase, cases_of_period, left_out_of_period
from frontdesk.cases.people import (
    Named,
    empty_people,
    free_of,
    open_records,
    people_named,
    person_at,
    places_of_residents,
    sealed_mentions,
    take_out_of_sealed,
)
from frontdesk.cases.telling import log_told, people_told, records_told
from frontdesk.cases.things import LinkTarget, LinkView
from frontdesk.cases.whole import CaseView
from frontdesk.cases.working import add_note, correct, open_case, take_step

if TYPE_CHECKING:
    from frontdesk.checking import Invariant

__all__ = [
    "Adopted",
    "AdoptionError",
    "CaseError",
    "CaseView",
    "Certified",
    "Definition",
    "DueCounts",
    "DutyError",
    "DutyLine",
    "FieldDefinition",
    "Figure",
    "FoundTarget",
    "Limit",
    "LinkTarget",
    "LinkView",
    "Loop",
    "Meeting",
    "Named",
    "PeriodCase",
    "StreakLine",
    "Transition",
    "Vacancy",
    "add_note",
    "adopt",
    "adopted",
    "ask_again",
    "belonging_lines",
    "belonging_words",
    "broken_definitions",
    "cases_astray",
    "cases_of_period",
    "certified_now",
    "changed_definitions",
    "collected",
    "contacts_answered",
    "correct",
    "count_kept_too_long",
    "counts",
    "date_waiting",
    "definitions",
    "drop",
    "drop_old_drafts",
    "drop_rest",
    "due_counts",
    "duties",
    "duties_of_days",
    "duty_words",
    "empty_people",
    "empty_records",
    "figures",
    "find",
    "free_of",
    "handed_count",
    "handed_list",
    "invariants",
    "kept_too_long",
    "left_out_of_period",
    "link",
    "linked_to",
    "log_told",
    "loop_lines",
    "loop_of",
    "meeting_words",
    "meetings_ahead",
    "months_kept",
    "note_seen",
    "open_case",
    "open_from",
    "open_records",
    "opened_and_ended",
    "people_named",
    "people_told",
    "person_at",
    "places_of_residents",
    "posts_vacant",
    "prefilled",
    "records_told",
    "register",
    "seal_again",
    "sealed_mentions",
    "search_targets",
    "set_dates_again",
    "still_kept_too_long",
    "streak_words",
    "streaks",
    "take_out_of_sealed",
    "take_step",
    "target_of",
    "titles_of",
    "undecided",
    "unlink",
    "unopened_count",
    "unsealed",
    "vacancies",
    "vacancy_words",
    "view",
    "waited_words",
    "waive_duty",
    "work_list",
]


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.cases.checking`."""
    from frontdesk.cases.checking import INVARIANTS

    return INVARIANTS
