"""Which edition of a definition is used is noted with the first record; what tells of people from then on is sealed
also where it was typed before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from db import case_editions, case_people, privacy, search
from db import cases as records
from db.case_editions import Noted
from db.erasing import guards_lifted
from frontdesk.cases import recording
from frontdesk.cases.engine.once import once_each
from frontdesk.cases.engine.parts import PERSON, as_json, as_read, changed, parts_of
from frontdesk.cases.engine.together import title_of
from frontdesk.cases.library import forget, loaded
from frontdesk.cases.recording import GIVEN

if TYPE_CHECKING:
    from db.cases import CaseLogEntry, CaseRow
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context


def keep_edition(context: Context, connection: sqlite3.Connection, definition: Definition) -> None:
    """Note by which rules a record is begun or moved, inside a running transaction. What tells of people for the first
    time is taken out of the records that say it in clear, and sealed.
    """
    now, kept = _parts(definition), case_editions.parts_of(connection, definition.code, definition.edition)
    if now == kept:
        return
    seal_again(context, connection, [definition.code])
    before, parts = as_read(kept) or {}, json.loads(now)
    if not changed(before, parts):
        case_editions.keep(connection, Noted(definition.code, definition.edition, as_json({**before, **parts})))
        forget(context.database)


@once_each
def _parts(definition: Definition) -> str:
    return as_json(parts_of(definition))


def unsealed(context: Context) -> Mapping[str, frozenset[str]]:
    """By definition the fields that tell of people only since records were begun in which they did not."""
    return loaded(context).unsealed


def in_clear(row: CaseRow, fields: Collection[str]) -> dict[str, Any]:
    """What a record says in clear in these fields."""
    values: dict[str, Any] = json.loads(row.said)
    return {code: value for code, value in values.items() if code in fields and value != GIVEN}


def seal_again(context: Context, connection: sqlite3.Connection, codes: Iterable[str] | None = None) -> int:
    """Seal what records of these definitions (of all) say in clear in fields that have come to tell of people, and take
    it out of their logs, inside a running transaction; how many records that were. The log still gives the row.
    """
    waiting, done = unsealed(context), 0
    for code in waiting if codes is None else [one for one in codes if one in waiting]:
        definition, fields = loaded(context).found[code], waiting[code]
        count = 0
        with guards_lifted(connection, ("case_log",)):
            for row in case_people.in_turn(connection, code):
                count += _seal(context, connection, definition, row, fields)
        if count:
            context.note(connection, "case.sealed_again", code, count=count)
            # What rows said lies on in unused parts of their pages.
            privacy.owe_cleaning(connection, "sealed", context.now_ms())
        done += count
        _note_people(connection, definition)
    if waiting:
        forget(context.database)
    return done


def _note_people(connection: sqlite3.Connection, definition: Definition) -> None:
    """What is sealed now need not be looked for again."""
    people = {name: what for name, what in parts_of(definition).items() if name.startswith(PERSON)}
    for one in case_editions.every(connection):
        if one.definition == definition.code:
            case_editions.keep(connection, one._replace(parts=as_json({**(as_read(one.parts) or {}), **people})))


def _seal(
    context: Context, connection: sqlite3.Connection, definition: Definition, row: CaseRow, fields: Collection[str]
) -> bool:
    clear = in_clear(row, fields)
    log = [(one, _hidden(one, fields)) for one in records.log_of(connection, row.id)]
    changes = [(one, said) for one, said in log if said != one.said]
    for one, said in changes:
        case_people.empty_log(connection, one.id, said, one.reason)
    if not clear:
        return bool(changes)
    values = json.loads(row.said) | dict.fromkeys(clear, GIVEN)
    records.save(connection, row._replace(said=recording.json_said(values), title=title_of(definition, values)))
    for code, value in clear.items():
        sealed = context.keys.seal(json.dumps(value, ensure_ascii=False))
        records.set_person(connection, row.id, code, sealed)
    told = recording.opened(context, records.people_of(connection, row.id))
    terms = recording.people_terms(context, definition, told)
    search.set_terms(connection, records.SEARCH_KIND, str(row.id), terms)
    return True


def _hidden(entry: CaseLogEntry, fields: Collection[str]) -> str:
    """What an entry of the log says, with that it said something in these fields, and not what."""
    if entry.kind in ("linked", "unlinked"):
        return entry.said
    said = json.loads(entry.said)
    held = {code: GIVEN for code, value in said.items() if code in fields and value is not None}
    return recording.json_said({**said, **held}) if held else entry.said
