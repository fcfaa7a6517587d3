"""Records whose definition has changed since they were opened, or is there no more: they can still be read.

What a record holds stands in its row, whatever becomes of its definition. A field or state that the definition has no
more is shown by its code; of a definition that is not there at all everything is. Only steps that are there now can be
taken; without a definition none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from db.cases import CaseLogEntry, CaseRow
from frontdesk.cases import recording
from frontdesk.cases.definition.model import Definition, FieldDefinition, Label, State
from frontdesk.cases.engine import paths
from frontdesk.cases.engine.once import once_each
from frontdesk.cases.engine.rules import Standing
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.engine.values import Value


OF_NONE = 0
"""The edition in the row of a record that went on under another one than it was opened under: its log is read by none,
also where the first one is put back.
"""


GONE = "gone"
"""A code for what is made to show a record by, until it gets that of the row, which edited by hand may be none."""


class _Codes(NamedTuple):
    """What a definition has, by its codes."""

    fields: frozenset[str]
    states: frozenset[str]
    steps: frozenset[str]


@once_each
def _codes(definition: Definition) -> _Codes:
    parts = (definition.fields, definition.states, definition.transitions)
    return _Codes(*(frozenset(one.code for one in part) for part in parts))


def is_of(definition: Definition, row: CaseRow, log: Iterable[CaseLogEntry] = ()) -> bool:
    """Whether a record was opened under this very edition of its definition, so that its log can be read by it: a file
    may lack a step that was taken, though nobody has raised its edition.
    """
    steps = _codes(definition).steps
    return definition.edition == row.edition and all(one.step in steps for one in log if one.kind == "moved")


def standing_as_kept(definition: Definition, row: CaseRow, log: Sequence[CaseLogEntry]) -> Standing:
    """How far a record is: by its log, and where it was opened under another edition as its row has it, what tells of
    people as `recording.GIVEN`. Raises KeyError or ValueError for a log of this edition that is none.
    """
    if is_of(definition, row, log):
        return recording.standing_of(definition, log)
    try:
        now = recording.standing_of(definition, log)
    except (KeyError, ValueError, TypeError):
        now = Standing(row.state, row.opened_on)
    staying = {one.code for one in definition.transitions if one.to is None}
    moved = [one.operator_no for one in log if one.kind in ("opened", "moved") and one.step not in staying]
    return now._replace(
        state=row.state,
        opened_on=row.opened_on,
        values=json.loads(row.said),
        level=row.level,
        ended_on=row.ended_on,
        moved_by=moved[-1] if moved else now.moved_by,
        revision=row.revision,
    )


def standing_as_shown(
    definition: Definition, row: CaseRow, log: Sequence[CaseLogEntry], values: Mapping[str, Value]
) -> Standing:
    """How far a record is for those who look at it: as `standing_as_kept`, but what it says (`values`, those of its
    row) is not read again from all that was said before. Whoever writes goes by the log; that both say the same is
    looked at with the whole file. Raises as `standing_as_kept` does, except for what was said at a step.
    """
    if definition.edition == row.edition:
        path = paths.path_of(definition, log)
        if path.is_known:
            return paths.standing(path, log, values)
    return standing_as_kept(definition, row, log)._replace(values=values)


def tells_as_it_was(definition: Definition, row: CaseRow, log: Sequence[CaseLogEntry]) -> bool:
    """Whether the log of a record, read by its definition as it is now, leads to where the record stands: only then it
    tells where it stood before. A step that was renamed or lost does not.
    """
    if is_of(definition, row, log):
        return True
    try:
        now = recording.standing_of(definition, log)
    except recording.UNLIKE_ANY:
        return False
    steps = _codes(definition).steps
    is_read = all(one.step in steps for one in log if one.kind == "moved")
    return is_read and (now.state, now.level, now.ended_on) == (row.state, row.level, row.ended_on)


def standing_at(definition: Definition, row: CaseRow, log: Sequence[CaseLogEntry], last: str) -> Standing:
    """How far a record was at the end of a day; as its row has it now where its log does not tell. Raises as
    `standing_as_kept` does.
    """
    if not tells_as_it_was(definition, row, log):
        return standing_as_kept(definition, row, log)
    return recording.standing_of(definition, [one for one in log if one.day <= last])


def readable(
    definition: Definition | None, row: CaseRow, sealed: Iterable[str], values: Mapping[str, Value]
) -> Definition:
    """The definition by which a record is shown: its own as it is now, with the fields and the state that it has no
    more; without one, a plain one of what the row holds, which are `values`. `sealed` are the fields that tell of
    people.
    """
    if definition is not None and definition.kind != "duty" and _has(definition, row, values):
        return definition
    if definition is None or definition.kind == "duty":
        definition = _plain(row)
    personal = set(sealed) | {code for code, value in values.items() if value == recording.GIVEN}
    gone = [code for code in sorted({*values, *personal}) if definition.field(code) is None]
    fields = (*definition.fields, *(_field(code, values.get(code), personal) for code in gone))
    states = definition.states if definition.state(row.state) else (*definition.states, _state(row))
    return definition.model_copy(update={"fields": fields, "states": states})


def _has(definition: Definition, row: CaseRow, values: Mapping[str, Value]) -> bool:
    """Whether the definition has the state of a record and everything that it says."""
    codes = _codes(definition)
    return row.state in codes.states and values.keys() <= codes.fields


def _plain(row: CaseRow) -> Definition:
    plain = Definition(
        code=GONE,
        kind="register",
        group="house",
        name=_words(row.definition),
        about=Label(zh_CN=t("case_links.no_definition")),
    )
    # No edition of it was ever written: a record is shown by what its row has.
    return plain.model_copy(update={"code": row.definition, "edition": row.edition + 1})


def _state(row: CaseRow) -> State:
    state = State(code=GONE, name=_words(row.state), end="done" if row.ended_on else None)
    return state.model_copy(update={"code": row.state})


def _field(code: str, value: Value | None, personal: set[str]) -> FieldDefinition:
    """A field by what it holds; what it said of people stays masked, whatever it was."""
    if code in personal:
        field = FieldDefinition(code=GONE, kind="text", name=_words(code), personal="note")
    elif isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        columns = tuple(_field(column, None, set()) for column in dict.fromkeys(one for row in rows for one in row))
        plain = FieldDefinition(code=GONE, kind="text", name=_words(code))
        field = plain.model_copy(update={"kind": "list", "fields": columns})
    elif isinstance(value, bool):
        field = FieldDefinition(code=GONE, kind="yes_no", name=_words(code))
    else:
        field = FieldDefinition(code=GONE, kind="number" if isinstance(value, int) else "text", name=_words(code))
    return field.model_copy(update={"code": code})


def _words(code: str) -> Label:
    return Label(zh_CN=code or "-")
