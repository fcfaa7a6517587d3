"""A record begun from something else, with its words already in it."""

from __future__ import annotations

from collections.abc import Mapping

from frontdesk.cases import recording
from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import definition_of
from frontdesk.cases.rows import known_row, values_of
from frontdesk.cases.things import LinkTarget, thing
from frontdesk.cases.whole import CaseView
from frontdesk.cases.working import open_case
from frontdesk.common.money import yuan_words
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed

HEADS = ("headcount", "head_count", "participants", "asked")
"""What fields are called that say how many people it is about."""

_LINE = 200
"""A line has room for so many characters where its definition does not say."""


@allowed("writer")
def prefilled(context: Context, target: LinkTarget, code: str) -> dict[str, object]:
    """What the fields of a new record may hold because of what it is begun from, as it would be typed: of a demand its
    words, its category and its heads; of a session its code; of a letter or follow-up what it is called; of another
    record what fields of the same code and kind say, and its number.

    Nothing that tells of people. Raises CaseError `unknown_definition`, `no_such_thing`.
    """
    definition = definition_of(context, code)
    there = thing(context, target)
    if there is None:
        raise CaseError("no_such_thing", what=t(f"case_links.other.{target.other}"), ref=target.ref)
    if target.other == "case":
        return _of_case(context, definition, int(target.ref))
    said: dict[str, object] = {}
    if target.other == "session":
        said |= {one.code: target.ref for one in _asked(definition) if one.kind == "session"}
    elif target.other == "demand":
        said |= _of_demand(context, definition, int(target.ref))
    words = _words_field(definition)
    if words is not None:
        said[words.code] = there.title[: words.most or _LINE]
    return said


def _asked(definition: Definition) -> list[FieldDefinition]:
    """The fields that are filled in at the opening."""
    return [one for one in definition.fields if one.at_opening]


def _words_field(definition: Definition) -> FieldDefinition | None:
    """The field that says what it is about: the title of a record, else the first text."""
    texts = [one for one in _asked(definition) if one.kind in ("text", "long_text") and one.personal is None]
    return next((one for one in texts if one.column), texts[0] if texts else None)


def _of_demand(context: Context, definition: Definition, number: int) -> dict[str, object]:
    from frontdesk.activities.service import demand

    found = demand(context, number)
    said: dict[str, object] = {}
    for one in _asked(definition):
        if one.kind == "number" and one.code in HEADS:
            said[one.code] = str(found.asked)
        elif one.choices_from == "service_categories" and found.category:
            said[one.code] = found.category
        elif one.kind == "text" and one.code in ("area", "audience", "target"):
            words = found.area if one.code == "area" else found.audience
            said |= {one.code: words} if words else {}
    return said


def _of_case(context: Context, definition: Definition, case_id: int) -> dict[str, object]:
    with context.database.reading() as connection:
        row = known_row(connection, case_id)
    other = definition_of(context, row.definition)
    values = values_of(row)
    said: dict[str, object] = {}
    for one in _asked(definition):
        same = other.field(one.code)
        if one.kind == "reference" and one.of == row.definition:
            said[one.code] = row.number
        elif same is not None and _alike(one, same) and not recording.is_personal(same) and one.code in values:
            value = values[one.code]
            is_money = one.kind == "money" and isinstance(value, int)
            said[one.code] = yuan_words(value) if is_money and isinstance(value, int) else value
    words = _words_field(definition)
    if words is not None and words.code not in said and row.title:
        said[words.code] = row.title[: words.most or _LINE]
    return said


def _alike(one: FieldDefinition, other: FieldDefinition) -> bool:
    """Whether what one field holds can be typed into the other."""
    return (one.kind, one.of, one.choices, one.choices_from) == (
        other.kind,
        other.of,
        other.choices,
        other.choices_from,
    ) and one.kind != "list"


@allowed("writer")
def open_from(context: Context, target: LinkTarget, code: str, typed: Mapping[str, object] | None = None) -> CaseView:
    """Open a record from something, linked to it, with its words already in it; what is typed goes before them.

    Raises what `prefilled` and `open_case` raise.
    """
    said = {**prefilled(context, target, code), **(typed or {})}
    return open_case(context, code, said, linked_to=target)
