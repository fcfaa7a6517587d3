"""Use cases that read: one record whole, the work list, registers, search, vacancies, and what is astray."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import islice

from db import cases as records
from db import search
from db.cases import CaseRow
from frontdesk.cases import recording
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.engine import together
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import Changed, broken, in_force, loaded
from frontdesk.cases.masks import rows_told
from frontdesk.cases.remembered import is_of, standing_as_kept
from frontdesk.cases.rows import row_of, values_of_rows
from frontdesk.cases.things import links_by_log
from frontdesk.cases.timing import limits_astray
from frontdesk.cases.whole import CaseView, whole
from frontdesk.common.pinyin import Spelling, query_key
from frontdesk.context import Context
from frontdesk.permission import allowed

MOST_LISTED = 500
LEAST_SPELLED = 2
"""So many letters are looked for in titles at least: one letter would find nearly all."""
TITLES_SPELLED = 10_000
"""In so many of the latest titles pinyin and initials are looked for, one title after the other."""


@allowed("reader")
def view(context: Context, case_id: int) -> CaseView:
    """One record whole, with what it says of people. Raises CaseError `unknown_case`, `unknown_definition`."""
    return whole(context, case_id)


@allowed("shown")
def work_list(
    context: Context,
    limit: int = MOST_LISTED,
    *,
    definition: str = "",
    responsible: str = "",
    after: CaseRow | None = None,
) -> list[CaseRow]:
    """What has not ended, what is due first first; without a limit last. In its title nobody is named whom it names
    in a field.
    """
    seen = (after.due_on or "9999", after.id) if after is not None else ("", 0)
    with context.database.reading() as connection:
        found = records.work(connection, limit, definition=definition, responsible=responsible, after=seen)
        return rows_told(context, connection, found)


@allowed("shown")
def register(context: Context, code: str, limit: int = MOST_LISTED, *, before: CaseRow | None = None) -> list[CaseRow]:
    """Every record of a definition, the latest first; with titles as `work_list` has them."""
    seen = (before.opened_on, before.id) if before is not None else ("9999", 0)
    with context.database.reading() as connection:
        return rows_told(context, connection, records.register(connection, code, limit, seen))


@allowed("shown")
def titles_of(context: Context, code: str, numbers: Iterable[str]) -> dict[str, str]:
    """The titles of records of a definition by their numbers, as `work_list` has them; unknown numbers are left out."""
    with context.database.reading() as connection:
        found = [records.by_number(connection, code, number) for number in dict.fromkeys(numbers)]
        rows = rows_told(context, connection, [one for one in found if one is not None])
        return {one.number: one.title for one in rows}


@allowed("shown")
def counts(context: Context) -> dict[str, tuple[int, int]]:
    """By definition how many records have not ended, and how many of them are overdue."""
    with context.database.reading() as connection:
        return records.counts(connection, context.today().isoformat())


@allowed("shown")
def find(context: Context, text: str, limit: int = 50) -> list[CaseRow]:
    """Records by number, by the name of a person in them (also pinyin and initials), by the tail of a phone, or by
    words in their titles, of the latest `TITLES_SPELLED` also pinyin and initials; or in another field that its
    definition has things looked up by, as the roads of a grid. Their titles are told as `work_list` tells them.

    As of residents and volunteers, whoever may use the computer may ask by a phone or a name without signing in: what
    comes back is numbers, states and masked titles, which tell no more of anybody than was typed.
    """
    typed = text.strip()
    if not typed:
        return []
    with context.database.reading() as connection:
        found = records.numbered(connection, typed.upper()) if any(map(str.isdigit, typed)) else []
        terms = [query_key(typed)]
        if len(typed) == 4 and typed.isdigit():
            terms.append(recording.tail_term(context, typed))
        for term in terms:
            if term and len(found) < limit:
                refs = search.find(connection, records.SEARCH_KIND, term, limit - len(found))
                found += records.by_ids(connection, list(map(int, refs)))
        if len(found) < limit:
            found += records.by_ids(connection, records.titled(connection, typed, limit))
        if len(found) < limit:
            found += records.by_ids(connection, _spelled(connection, typed, limit))
        # The roads of a grid are looked for where nothing else is called so.
        for code, field in _looked_up(context) if not found else []:
            if len(found) < limit:
                found += records.by_ids(connection, records.saying(connection, code, field, typed, limit))
        # Each once: one may be found by its number and by a name.
        if len({one[0] for one in found}) < len(found):
            found = list({one[0]: one for one in found}.values())
        return rows_told(context, connection, found[:limit])


def _spelled(connection: sqlite3.Connection, typed: str, limit: int) -> list[int]:
    """The ids of the latest records in whose titles words are spelled so, by pinyin or initials."""
    key = query_key(typed)
    if len(key) < LEAST_SPELLED or not (key.isascii() and key.isalpha()):
        return []
    titles, spelling = records.latest_titles(connection, TITLES_SPELLED), Spelling(key)
    return list(islice((number for number, title in titles if spelling.is_in(title)), limit))


def _looked_up(context: Context) -> list[tuple[str, str]]:
    """The definitions and fields, other than titles and people, that have words to be found by."""
    return [
        (one.code, field.code)
        for one in in_force(context).values()
        for field in one.fields
        if field.search and field.kind in ("text", "long_text", "organisation") and field.personal is None
        if field not in together.titled_by(one)[:1]
    ]


def definitions(context: Context) -> Mapping[str, Definition]:
    """The definitions in force, by code."""
    return in_force(context)


def broken_definitions(context: Context) -> list[CaseError]:
    """What is wrong with the files of the centre's own folder that cannot be used, by their names; each tells file,
    line and key. Their records can be read, and nothing is written to them.
    """
    found = broken(context)
    return [found[code] for code in sorted(found)]


def changed_definitions(context: Context) -> list[Changed]:
    """The files that were changed without a new edition since records were begun by them, by their names."""
    found = loaded(context).changed
    return [found[code] for code in sorted(found)]


def vacancies(context: Context, code: str) -> list[str]:
    """The posts of a register of posts that nobody holds."""
    definition = in_force(context).get(code)
    if definition is None:
        raise CaseError("unknown_definition", name=code)
    if definition.vacancies is None:
        return []
    with context.database.reading() as connection:
        return together.vacant(definition.vacancies, values_of_rows(records.open_of(connection, code)))


def cases_astray(context: Context, connection: sqlite3.Connection) -> list[str]:
    """The numbers of records that stand, are linked or have time limits otherwise than their log tells, for the look at
    the whole file.
    """
    astray = []
    for row, log in records.logs(connection):
        definition = in_force(context).get(row.definition)
        if definition is None:
            continue
        try:
            now = standing_as_kept(definition, row, log)
            told, linked = row_of(context, definition, row.id, row.number, now), links_by_log(log)
        except recording.UNLIKE_ANY:
            astray.append(row.number)
            continue
        dated = {name: getattr(row, name) for name in ("due_on", "due_code", "edition", "emptied_on")}
        links = {
            (one.other, one.ref, one.kind) for one in records.links_of(connection, row.id) if one.case_id == row.id
        }
        is_row = told._replace(**dated) == row and linked == links
        if not is_of(definition, row, log):
            # Of another edition the log says by itself only how much happened.
            is_row = linked == links and row.revision == len(log)
            if not is_row:
                astray.append(row.number)
            continue
        if not is_row or limits_astray(context, connection, definition, row.id, log):
            astray.append(row.number)
    return astray
