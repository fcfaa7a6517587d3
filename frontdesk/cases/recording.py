"""A record written and read back: the log of what happened, the row that follows from it, and apart what is personal.

In the log, and in the row, a field that tells of people holds only `GIVEN`: the log is never changed, and a person can
be erased. A list of which one column is personal is kept apart as a whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from db import cases as records
from db import search
from db.cases import CaseLogEntry, CaseRow
from db.erasing import ERASED
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.deadlines import PresetDays, WorkingDays, next_due
from frontdesk.cases.engine.rules import Event, EventKind, Standing
from frontdesk.cases.engine.together import title_of
from frontdesk.cases.engine.values import Value
from frontdesk.common.phones import phone_tail
from frontdesk.common.pinyin import search_terms
from frontdesk.common.timelimits import preset_of
from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.named import Residents
    from frontdesk.context import Context

GIVEN = "*"
"""What stands for something about a person."""

UNREADABLE = "\ufffd"
"""What stands, where a record is shown, for something about a person that no key at hand can read."""

UNLIKE_ANY = (KeyError, ValueError, TypeError, AttributeError)
"""What reading a record raises that the program never wrote: it is told, and the others are read."""

KINDS: dict[str, EventKind] = {"opened": "opened", "moved": "moved", "corrected": "corrected", "noted": "noted"}
KINDS |= {"linked": "linked", "unlinked": "unlinked"}


def is_personal(field: FieldDefinition) -> bool:
    """Whether a field tells of people, itself or by one of its columns."""
    return field.tells_of_people


def event_of(entry: CaseLogEntry) -> Event:
    """The event that a row of the log tells of. Raises KeyError or ValueError where it is none that is ever written."""
    return Event(
        KINDS[entry.kind], entry.day, entry.operator_no, entry.step, json.loads(entry.said), entry.reason, True
    )


def standing_of(definition: Definition, entries: Iterable[CaseLogEntry]) -> Standing:
    """How far a record is by its log, what tells of people as `GIVEN`. Raises as `event_of` does."""
    return rules.replayed(definition, (event_of(one) for one in entries))


def hidden(definition: Definition, values: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Values as they go into the log and the row."""
    personal = {one.code for one in definition.fields if is_personal(one)}
    return {code: GIVEN if code in personal and value is not None else value for code, value in values.items()}


def with_people(context: Context, connection: sqlite3.Connection, case_id: int, now: Standing) -> Standing:
    """A record with what it says of people; a field whose people were erased holds nothing."""
    return told_of_people(context, records.people_of(connection, case_id), now)


def told_of_people(context: Context, sealed: Mapping[str, bytes], now: Standing) -> Standing:
    """A record with what it says of people, which is kept apart and sealed, by field; what nobody can read is left out,
    so that only the steps wait for it that need it.
    """
    return now._replace(values=values_told(context, sealed, now.values))


def values_told(context: Context, sealed: Mapping[str, bytes], values: Mapping[str, Value]) -> Mapping[str, Value]:
    """What a record says, with what it says of people, as `told_of_people` has it."""
    if not sealed and GIVEN not in values.values():
        return values
    kept = {code: value for code, value in values.items() if value != GIVEN}
    return kept | opened(context, sealed) if sealed else kept


def opened(context: Context, sealed: Mapping[str, bytes]) -> dict[str, Any]:
    """What the fields of a record say of people; one that nobody can read is left out: keys may be restored late."""
    found = {}
    for field, cipher in sealed.items():
        try:
            found[field] = said_in(context.keys.unseal(cipher))
        except ValueError:
            continue
        except DeskError as failure:
            if failure.code != "field_unreadable":
                raise
    return found


def keep_people(
    context: Context,
    connection: sqlite3.Connection,
    case_id: int,
    definition: Definition,
    said: Mapping[str, Value | None],
    values: Mapping[str, Value],
    residents: Residents,
) -> None:
    """Keep what was said of people, sealed, with who of the register that is, and have the record found by
    their names and the tails of their phones.
    """
    from frontdesk.cases.named import keep_rows

    personal = [one for one in definition.fields if is_personal(one)]
    for one in personal:
        if one.code in said:
            value = said[one.code]
            if one.fields:
                keep_rows(context, connection, case_id, one, value, residents.rows.get(one.code, {}))
            sealed = context.keys.seal(json.dumps(value, ensure_ascii=False)) if value is not None else None
            records.set_person(connection, case_id, one.code, sealed, residents.fields.get(one.code))
    if any(one.code in said for one in personal):
        search.set_terms(connection, records.SEARCH_KIND, str(case_id), people_terms(context, definition, values))


def people_terms(context: Context, definition: Definition, values: Mapping[str, Value]) -> set[str]:
    """What finds a record: the names of the people in it, the tails of their phones, also in fields that its definition
    has no more.
    """
    from frontdesk.cases.library import of_people

    whole = of_people(context).get(definition.code, definition)
    personal = [one for one in whole.fields if is_personal(one)]
    return {term for one in personal for term in _terms(context, one, values.get(one.code))} - {""}


def _terms(context: Context, field: FieldDefinition, value: Value | None) -> set[str]:
    if value == ERASED:
        return set()
    if isinstance(value, str):
        if field.personal == "name":
            return set(search_terms(value))
        return {tail_term(context, phone_tail(value))} if field.personal == "phone" else set()
    if value is None or isinstance(value, int):
        return set()
    return {term for row in value for one in field.fields for term in _terms(context, one, row.get(one.code))}


def tail_term(context: Context, tail: str) -> str:
    """The search term of the last four digits of a phone, which gives them away to nobody."""
    return "#" + context.keys.lookup(f"tail:{tail}").hex()


_decode = json.JSONDecoder().raw_decode


def said_in(text: str) -> Any:
    """What a text of the log, of the row or of people says. Raises ValueError where it is no JSON."""
    # `json.loads` also looks for blanks around it, which takes as long again: nothing that is written here has any.
    try:
        found, end = _decode(text)
    except ValueError:
        end = -1
    return found if end == len(text) else json.loads(text)


def json_said(values: Mapping[str, object]) -> str:
    """Values as the log and the row have them: always the same text for the same values."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def row_of(
    definition: Definition,
    case_id: int,
    number: str,
    now: Standing,
    today: date,
    calendar: WorkingDays,
    preset: PresetDays,
) -> CaseRow:
    """A record as the table has it: everything in it follows from the log, the calendar and the setting of limits."""
    due = next_due(definition, now, today, calendar, preset)
    responsible = now.values.get(definition.responsible or "")
    return CaseRow(
        id=case_id,
        definition=definition.code,
        edition=definition.edition,
        number=number,
        title=title_of(definition, now.values),
        state=now.state,
        level=now.level,
        responsible=responsible if isinstance(responsible, str) else "",
        opened_on=now.opened_on,
        due_on=due.due.isoformat() if due is not None and due.due is not None else None,
        due_code=due.deadline.code if due is not None else "",
        ended_on=now.ended_on,
        is_paused=now.is_paused,
        said=json_said(now.values),
        revision=now.revision,
    )


def preset_days(context: Context) -> PresetDays:
    """The limits that the centre's setting gives."""
    return _days_by_kind(context.settings.follow_up_preset)


@cache
def _days_by_kind(code: str) -> PresetDays:
    limits = preset_of(code)
    by_kind = {
        "first_contact": limits.first_contact,
        "simple": limits.simple,
        "complex": limits.complex,
        "call_back": limits.call_back,
    }
    return by_kind.get
