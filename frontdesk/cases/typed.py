"""What a person types into a record, as it is kept or refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from db import activities, rooms, staff, volunteers
from db import cases as records
from db.cases import CaseRow
from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.engine import together
from frontdesk.cases.engine.rules import Refusal
from frontdesk.cases.engine.values import BadValue, Value, read_value
from frontdesk.cases.errors import CaseError, value_details
from frontdesk.cases.named import names_of
from frontdesk.cases.rows import values_of, values_of_rows
from frontdesk.common.names import short_line
from frontdesk.common.text import some_of
from frontdesk.context import Context
from frontdesk.locale import t

LONGEST_REASON = 500
NOTHING: Mapping[str, Value | None] = {}


class Known:
    """What other tables know of the values of a record."""

    def __init__(self, context: Context, connection: sqlite3.Connection) -> None:
        self._context = context
        self._connection = connection

    def exists(self, field: FieldDefinition, key: str) -> bool:
        """Whether the record that a field leads to is there."""
        connection = self._connection
        looked_up: dict[str, Callable[[], object]] = {
            "staff": lambda: staff.get(connection, key),
            "volunteer": lambda: volunteers.get(connection, key),
            "session": lambda: activities.get(connection, key),
            "room": lambda: rooms.room(connection, key),
            "reference": lambda: records.by_number(connection, field.of or "", key),
        }
        return looked_up[field.kind]() is not None

    def words(self, setting: str) -> Sequence[str]:
        """The words of a setting that is a list of words; none where there is no such setting."""
        found = getattr(self._context.settings, setting, ())
        return [str(one) for one in found] if isinstance(found, tuple) else []


def read_typed(
    context: Context, connection: sqlite3.Connection, definition: Definition, typed: Mapping[str, object]
) -> dict[str, Value | None]:
    """What was typed as it is kept. Raises CaseError `unknown_field` and the code of what a field cannot hold."""
    known = Known(context, connection)
    said: dict[str, Value | None] = {}
    for code, text in typed.items():
        field = definition.field(code)
        if field is None:
            raise _no_such_field(definition, code)
        try:
            said[code] = read_value(field, names_of(field, text), context.today(), known)
            _check_reference(context, connection, field, said[code])
        except BadValue as wrong:
            raise CaseError(wrong.code, key=code, **value_details(wrong)) from wrong
    return said


def _no_such_field(definition: Definition, code: str) -> CaseError:
    """The refusal of a field that there is not, with those that are typed, each by its code and name."""
    typed = (one for one in definition.fields if one.code not in definition.worked_out)
    there = t("cases.explain.joint").join(t("cases.named", code=one.code, name=one.name) for one in typed)
    return CaseError("unknown_field", field=code, key=code, fields=there)


def _check_reference(
    context: Context, connection: sqlite3.Connection, field: FieldDefinition, key: Value | None
) -> None:
    """Raises CaseError `not_in_force` for a record that does not stand as one that the field leads to has to."""
    if field.of is None or not isinstance(key, str) or not (field.of_states or field.of_until):
        return
    row = records.by_number(connection, field.of, key)
    until = values_of(row).get(field.of_until or "") if row is not None else None
    is_over = isinstance(until, str) and until < context.today().isoformat()
    if row is None or is_over or (field.of_states and row.state not in field.of_states):
        raise CaseError("not_in_force", field=str(field.name), key=field.code, number=key)


def is_needed_in_sheets(field: FieldDefinition) -> bool:
    """Whether a row of a sheet has to say it. A day that a form begins with today is one of them: when a sheet is
    brought in tells nothing of the day on which something was, and nobody saw it filled in.
    """
    return field.required and field.default in (None, "today")


def defaults(
    context: Context,
    definition: Definition,
    operator_no: str,
    said: Mapping[str, Value | None] = NOTHING,
    *,
    is_brought: bool = False,
) -> dict[str, Value | None]:
    """What fields hold that nothing was typed into; `said` is what was typed into others. Staff and dates may begin as
    what another such field holds that stands before them. No day of what `is_brought` by a sheet is today.
    """
    found: dict[str, Value | None] = {}
    for one in definition.fields:
        if one.default is None or not one.at_opening or (is_brought and one.default == "today"):
            continue
        named = {"today": context.today().isoformat(), "operator": operator_no}
        found[one.code] = named.get(one.default, one.default) if isinstance(one.default, str) else one.default
        other = definition.field(one.default) if isinstance(one.default, str) else None
        if other is not None and other.kind == one.kind and one.kind in ("staff", "date"):
            found[one.code] = {**found, **said}.get(other.code)
    return found


def check_unique(
    connection: sqlite3.Connection, definition: Definition, said: Mapping[str, Value | None], case_id: int
) -> None:
    """Refuse what another open record of the definition has in a field whose values are there once."""
    for one in definition.fields:
        value = said.get(one.code) if one.unique else None
        number = records.open_with(connection, definition.code, one.code, value, case_id) if value is not None else None
        if number is not None:
            raise CaseError("not_unique", field=str(one.name), key=one.code, number=number)


def check_posts(connection: sqlite3.Connection, definition: Definition, row: CaseRow) -> None:
    """Refuse a second holder of a post."""
    vacancy = definition.vacancies
    if vacancy is not None and together.held_twice(
        vacancy, values_of_rows(records.open_of(connection, definition.code))
    ):
        raise CaseError("held_already", words=str(vacancy.otherwise))


def refused_as(definition: Definition, refused: Refusal) -> CaseError:
    """A refusal of the engine in the words of the desk."""
    if refused.condition is not None:
        words = str(refused.condition.otherwise)
        if refused.rows:
            words = t("cases.in_rows", words=words, rows=some_of(refused.rows))
        return CaseError("condition", words=words)
    if refused.code == "unknown_field":
        return _no_such_field(definition, refused.field)
    fields = [definition.field(code) for code in (refused.field, *refused.also)]
    name = t("cases.explain.joint").join(str(one.name) for one in fields if one is not None)
    return CaseError(refused.code, field=name or refused.field, key=refused.field)


def with_records(definition: Definition) -> Definition:
    """The definition, if it has records of its own. Raises CaseError `no_records` for a duty of the calendar."""
    if definition.kind == "duty":
        raise CaseError("no_records", name=str(definition.name))
    return definition


def kept_words(reason: str) -> str:
    """Words of a person as they are kept. Raises CaseError `too_long_words`, `bad_words`."""
    try:
        return short_line(reason, LONGEST_REASON) if reason.strip() else ""
    except ValueError as wrong:
        raise CaseError("bad_words", most=LONGEST_REASON) from wrong
