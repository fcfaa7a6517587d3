"""How long a record tells of people: its definition says so, from its end on. Then what it says of people goes, and
what was written in free words; the record stays, with its number, its dates, its steps and its figures.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from db import case_people, search
from db import cases as records
from db.erasing import ERASED, guards_lifted
from db.obstacles import LastSeen
from frontdesk.cases import recording
from frontdesk.cases.editions import seal_again
from frontdesk.cases.library import in_force
from frontdesk.cases.recording import GIVEN
from frontdesk.cases.remembered import is_of, readable, standing_as_kept
from frontdesk.cases.rows import row_of, values_of
from frontdesk.common.dates import kept_since

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.context import Context

DAY_MS = 86_400_000
_WORDS = ("text", "long_text", "person")


def kept_too_long(context: Context, connection: sqlite3.Connection) -> list[LastSeen]:
    """The records that ended longer ago than their definition keeps what they tell of people, the oldest first: id,
    number, day of the end.
    """
    found = [
        LastSeen(str(case_id), number, day)
        for code, before in _limits(context)
        for case_id, number, day in case_people.ended_before(connection, code, before)
    ]
    return sorted(found, key=lambda one: (one.day, int(one.ref)))


def count_kept_too_long(context: Context, connection: sqlite3.Connection) -> int:
    """How many they are."""
    return sum(case_people.count_ended_before(connection, code, before) for code, before in _limits(context))


def _limits(context: Context) -> Iterator[tuple[str, str]]:
    """By definition the day from which on all is kept; one that keeps for ever is left out."""
    for code, definition in in_force(context).items():
        day = kept_since(context.today(), definition.retention_months)
        if day is not None:
            yield code, day.isoformat()


def months_kept(context: Context) -> tuple[int, int]:
    """The fewest and the most months for which definitions keep what they tell of people; 0 is for ever, (0, 0) where
    none tells of anybody.
    """
    telling = [one for one in in_force(context).values() if any(recording.is_personal(field) for field in one.fields)]
    found = sorted((one.retention_months for one in telling), key=lambda months: months or 10_000)
    return (found[0], found[-1]) if found else (0, 0)


def still_kept_too_long(connection: sqlite3.Connection, refs: Sequence[str]) -> list[str]:
    """Of these those that have still ended and tell of people."""
    rows = records.by_ids(connection, [int(one) for one in refs])
    return [str(one.id) for one in rows if one.ended_on is not None and one.emptied_on is None]


def empty_records(context: Context, connection: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Empty records of what they tell of people and in free words, inside a running transaction; how many they were.
    The log still gives the row.
    """
    seal_again(context, connection)
    definitions, done = in_force(context), 0
    today = context.today().isoformat()
    with guards_lifted(connection, ("case_log",)):
        for row in records.by_ids(connection, list(ids)):
            definition = readable(
                definitions.get(row.definition), row, records.people_of(connection, row.id), values_of(row)
            )
            words = _free_words(definition)
            for entry in records.log_of(connection, row.id):
                said = recording.json_said(_emptied(json.loads(entry.said), words))
                reason = ERASED if entry.reason else ""
                if (said, reason) != (entry.said, entry.reason):
                    case_people.empty_log(connection, entry.id, said, reason)
            case_people.drop_people(connection, row.id)
            search.set_terms(connection, records.SEARCH_KIND, str(row.id), ())
            log = records.log_of(connection, row.id)
            now = standing_as_kept(definition, row, log)
            if not is_of(definition, row, log):
                now = now._replace(values=_emptied(dict(now.values), words))
            told = row_of(context, definition, row.id, row.number, now)
            kept = {name: getattr(row, name) for name in ("due_on", "due_code", "edition")}
            records.save(connection, told._replace(emptied_on=today, **kept))
            done += 1
    return done


def _free_words(definition: Definition) -> frozenset[str]:
    """The fields, and the columns as `list.column`, of words that nothing is counted by."""
    counted = {"feeds", "deadlines", "streak", "duty", "works_out", "collects", "vacancies"}
    used = set(_texts(definition.model_dump(mode="json", include=counted & set(type(definition).model_fields))))
    found = {one.code for one in definition.fields if _is_free(one) and one.code not in used}
    for one in definition.fields:
        free = (column.code for column in one.fields if _is_free(column))
        found |= {f"{one.code}.{code}" for code in free if f"{one.code}.{code}" not in used}
    return frozenset(found)


def _is_free(field: FieldDefinition) -> bool:
    return field.kind in _WORDS


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _emptied(said: dict[str, Any], words: frozenset[str]) -> dict[str, Any]:
    """What was said, without free words."""
    return {code: _left(code, value, words) for code, value in said.items()}


def _left(code: str, value: Any, words: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [{column: _left(f"{code}.{column}", one, words) for column, one in row.items()} for row in value]
    is_said = isinstance(value, str) and value not in ("", GIVEN)
    return ERASED if is_said and code in words else value


def drop_old_drafts(context: Context, connection: sqlite3.Connection) -> int:
    """Forget the forms that were begun longer ago than the setting says; how many they were."""
    return case_people.drop_drafts_before(connection, context.now_ms() - context.settings.case_draft_days * DAY_MS)
