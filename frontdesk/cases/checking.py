"""What always holds of cases and registers, for the look at the whole file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import case_editions, case_people
from db import cases as records
from db.cases import CaseRow
from db.invariants import reading
from frontdesk.calendar.service import calendar_for
from frontdesk.cases import recording
from frontdesk.cases.editions import in_clear, unsealed
from frontdesk.cases.engine.parts import as_read
from frontdesk.cases.library import broken, in_force, loaded, of_people
from frontdesk.cases.looking import cases_astray
from frontdesk.cases.rows import CALENDAR_DAYS
from frontdesk.checking import Finding, Invariant, Watch, listed, opened, stated
from frontdesk.context import Context

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition

AREA = "cases"
MOST_PARTS = 3


def _wrong(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for code, failure in broken(context).items():
        yield {"file": failure.details.get("file", code)}


def _unraised(context: Context, _: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    """Files that were changed without a new edition: the records from before are read as their rows have them."""
    for one in loaded(context).changed.values():
        yield {"file": one.file, "edition": one.edition, "parts": ", ".join(one.parts[:MOST_PARTS])}


def _noted_wrong(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    """What is noted of editions is never written by halves: where it cannot be read somebody wrote it by hand."""
    for one in case_editions.every(connection):
        if as_read(one.parts) is None:
            yield {"definition": one.definition, "edition": one.edition}


def _unsealed(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    """What was said of people while their field did not say so yet is sealed with the next record."""
    for code, fields in unsealed(context).items():
        for row in watch.through(case_people.rows_of(connection, code)):
            if in_clear(row, fields):
                yield {"number": row.number}


def _missing(context: Context, connection: sqlite3.Connection, _: Watch) -> Iterator[dict[str, object]]:
    """Records of a definition that is not there can be neither read nor moved."""
    found = in_force(context)
    for code, number in case_people.of_each(connection).items():
        if code not in found:
            yield {"definition": code, "records": number}


def _astray(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    for number in watch.through(cases_astray(context, connection)):
        yield {"number": number}


def _dated(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    """By when what is open is due follows from the log, the calendar and the setting of limits."""
    found, today = in_force(context), context.today()
    first = min((one.opened_on for one in records.every_open(connection)), default=today.isoformat())
    calendar = calendar_for(context, date.fromisoformat(first), today + timedelta(days=CALENDAR_DAYS))
    preset = recording.preset_days(context)
    for row in watch.through(records.every_open(connection)):
        definition = found.get(row.definition)
        try:
            if definition is None or definition.edition != row.edition:
                continue
            now = recording.standing_of(definition, records.log_of(connection, row.id))
            told = recording.row_of(definition, row.id, row.number, now, today, calendar, preset)
        except recording.UNLIKE_ANY:
            # What it is instead is told by the comparison with the log.
            continue
        if (told.due_on, told.due_code) != (row.due_on, row.due_code):
            yield {"number": row.number, "due": row.due_on or "-", "expected": told.due_on or "-"}


def _people(context: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
    """What is sealed can be read, and the records are found by what it says."""
    unread, unfound = list[str](), list[str]()
    found, kept = of_people(context), reading.terms(connection, records.SEARCH_KIND)
    for row, sealed in watch.through(case_people.with_people(connection)):
        terms = kept.pop(str(row.id), frozenset())
        clear = {field: opened(context, cipher) for field, cipher in sealed.items()}
        if any(text is None for text in clear.values()):
            unread.append(row.number)
        elif not _is_found(context, found, row, clear, terms):
            unfound.append(row.number)
    # What is left finds records that say nothing of people.
    unfound += [one.number for one in records.by_ids(connection, [int(ref) for ref in kept if ref.isdecimal()])]
    drafts = [no for no, cipher in reading.sealed(connection, "case_draft") if opened(context, cipher) is None]
    unread += [str(no) for no in drafts]
    if unread:
        return Finding(AREA, "phone_unreadable", len(unread), {"number": unread[0]})
    return Finding(AREA, "phone_unfound", len(unfound), {"number": unfound[0]}) if unfound else None


def _is_found(
    context: Context,
    found: Mapping[str, Definition],
    row: CaseRow,
    clear: Mapping[str, str | None],
    kept: frozenset[str],
) -> bool:
    definition = found.get(row.definition)
    if definition is None:
        return True
    try:
        values = {field: json.loads(text) for field, text in clear.items() if text}
        if recording.people_terms(context, definition, values) == kept:
            return True
        # What a field tells of people was another thing when it was typed: its words are those of then.
        unsteady = loaded(context).unsteady.get(row.definition, frozenset())
        steady = {field: value for field, value in values.items() if field not in unsteady}
        return bool(unsteady) and recording.people_terms(context, definition, steady) <= kept
    except recording.UNLIKE_ANY:
        return False


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "definition_wrong", _wrong),
    listed(AREA, "definition_missing", _missing),
    listed(AREA, "edition_unraised", _unraised, "warning"),
    listed(AREA, "edition_damaged", _noted_wrong),
    listed(AREA, "people_in_clear", _unsealed, "warning"),
    *stated(AREA, "log_gap"),
    listed(AREA, "cases_astray", _astray),
    *stated(AREA, "number_gap", "linked_nowhere", "people_unsaid", "draft_of_nobody", "terms_of_nobody"),
    *stated(AREA, "handed_astray", severity="warning"),
    listed(AREA, "dated_otherwise", _dated, "warning"),
    Invariant(AREA, "phones", _people),
)
