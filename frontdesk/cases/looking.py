"""Use cases that read: one record whole, the work list, registers, search, vacancies, and what is astray."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from db import cases as records
from db import search
from db.cases import CaseLogEntry, CaseRow
from frontdesk.cases import recording
from frontdesk.cases.definition.model import Definition, Transition
from frontdesk.cases.engine import rules, together
from frontdesk.cases.engine.deadlines import Limit, limits
from frontdesk.cases.engine.rules import Actor, Refusal, Standing
from frontdesk.cases.library import definition_of, in_force
from frontdesk.cases.rows import calendar_of, known_row, row_of, values_of_rows
from frontdesk.cases.things import LinkView, link_views, linked, links_by_log
from frontdesk.cases.timing import limits_astray
from frontdesk.cases.typed import with_records
from frontdesk.common.pinyin import query_key
from frontdesk.context import Context
from frontdesk.permission import allowed

MOST_LISTED = 500


@dataclass(frozen=True)
class CaseView:
    """One record whole: its definition, how far it is, its log, limits, links, and what may be done next; `residents`
    says by field who of the register it names.
    """

    definition: Definition
    row: CaseRow
    now: Standing
    log: tuple[CaseLogEntry, ...]
    limits: tuple[Limit, ...]
    links: tuple[LinkView, ...]
    steps: tuple[tuple[Transition, Refusal | None], ...]
    residents: Mapping[str, int]


@allowed("reader")
def view(context: Context, case_id: int) -> CaseView:
    """One record whole, with what it says of people. Raises CaseError `unknown_case`, `unknown_definition`."""
    with context.database.reading() as connection:
        row = known_row(connection, case_id)
        definition = with_records(definition_of(context, row.definition))
        log = records.log_of(connection, case_id)
        now = recording.with_people(context, connection, case_id, recording.standing_of(definition, log))
        links = link_views(context, connection, case_id)
        calendar = calendar_of(context, now)
        operator = context.require_operator()
        actor = Actor(operator.no, operator.role == "manager")
        steps = rules.possible(definition, now, actor, linked(context, links))
        return CaseView(
            definition,
            row,
            now,
            tuple(log),
            tuple(limits(definition, now, context.today(), calendar, recording.preset_days(context))),
            links,
            tuple(steps),
            records.residents_of(connection, case_id),
        )


@allowed("shown")
def work_list(
    context: Context,
    limit: int = MOST_LISTED,
    *,
    definition: str = "",
    responsible: str = "",
    after: CaseRow | None = None,
) -> list[CaseRow]:
    """What has not ended, what is due first first; without a limit last. No row says anything of people."""
    seen = (after.due_on or "9999", after.id) if after is not None else ("", 0)
    with context.database.reading() as connection:
        return records.work(connection, limit, definition=definition, responsible=responsible, after=seen)


@allowed("shown")
def register(context: Context, code: str, limit: int = MOST_LISTED, *, before: CaseRow | None = None) -> list[CaseRow]:
    """Every record of a definition, the latest first."""
    seen = (before.opened_on, before.id) if before is not None else ("9999", 0)
    with context.database.reading() as connection:
        return records.register(connection, code, limit, seen)


@allowed("shown")
def counts(context: Context) -> dict[str, tuple[int, int]]:
    """By definition how many records have not ended, and how many of them are overdue."""
    with context.database.reading() as connection:
        return records.counts(connection, context.today().isoformat())


@allowed("shown")
def find(context: Context, text: str, limit: int = 50) -> list[CaseRow]:
    """Records by number, by the name of a person in them (also pinyin and initials), or by the tail of a phone."""
    typed = text.strip()
    if not typed:
        return []
    with context.database.reading() as connection:
        found = records.numbered(connection, typed.upper())
        terms = [query_key(typed)]
        if len(typed) == 4 and typed.isdigit():
            terms.append(recording.tail_term(context, typed))
        for term in terms:
            if term and len(found) < limit:
                refs = search.find(connection, records.SEARCH_KIND, term, limit - len(found))
                found += records.by_ids(connection, [int(one) for one in refs])
        return list({one.id: one for one in found}.values())[:limit]


def definitions(context: Context) -> Mapping[str, Definition]:
    """The definitions in force, by code. Raises what `library.in_force` raises."""
    return in_force(context)


def vacancies(context: Context, code: str) -> list[str]:
    """The posts of a register of posts that nobody holds."""
    definition = definition_of(context, code)
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
            now = recording.standing_of(definition, log)
            told = row_of(context, definition, row.id, row.number, now)
        except (KeyError, ValueError):
            astray.append(row.number)
            continue
        dated = {"due_on": row.due_on, "due_code": row.due_code, "edition": row.edition}
        links = {
            (one.other, one.ref, one.kind) for one in records.links_of(connection, row.id) if one.case_id == row.id
        }
        is_row = told._replace(**dated) == row and links_by_log(log) == links
        if not is_row or limits_astray(context, connection, definition, row.id, log):
            astray.append(row.number)
    return astray
