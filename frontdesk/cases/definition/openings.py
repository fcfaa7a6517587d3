"""What a step that opens another record would write into it, and whether that can be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from frontdesk.cases.definition.checking_works import Path, Problem
from frontdesk.cases.definition.model import Definition, FieldDefinition, Opening

_WORDS = ("text", "long_text", "organisation", "person")
"""What holds any words; a person too, who is named by them."""


def of_openings(found: Mapping[str, Definition], definition: Definition) -> Iterator[tuple[str, Problem]]:
    """What is wrong with the records that the steps of a definition open, each with the code of the definition that is
    opened. What leads to nothing at all is told elsewhere.
    """
    for place, step in enumerate(definition.transitions):
        for number, opening in enumerate(step.opens):
            path: Path = ("transitions", place, "opens", number, "fields")
            opened = found.get(opening.definition)
            for code, about in _wrong(definition, opening, opened) if opened is not None else ():
                yield opening.definition, Problem(path, code, about)


def _wrong(definition: Definition, opening: Opening, opened: Definition) -> Iterator[tuple[str, str]]:
    rows = definition.field(opening.each or "")
    columns = {one.code: one for one in rows.fields} if rows is not None else {}
    for theirs, ours in opening.fields.items():
        into, source = opened.field(theirs), columns.get(ours) or definition.field(ours)
        if into is None or source is None:
            continue
        if source.tells_of_people and not into.tells_of_people:
            yield "copies_people", ours
        if theirs in opened.worked_out:
            yield "typed_though_worked", theirs
        elif not into.at_opening:
            yield "opened_later", theirs
        elif not fits(into, source):
            yield "other_kind", f"{ours} → {opened.code}.{theirs}"
    for one in opened.fields:
        if one.required and one.default is None and one.code not in opening.fields:
            yield "nothing_fills", f"{opened.code}.{one.code}"


def fits(into: FieldDefinition, source: FieldDefinition) -> bool:
    """Whether a field can hold whatever another one does."""
    if into.kind in _WORDS and source.kind in _WORDS:
        return True
    if into.kind != source.kind:
        return False
    if into.kind == "choice":
        codes = {one.code for one in into.choices}
        return into.choices_from == source.choices_from and all(one.code in codes for one in source.choices)
    if into.kind == "list":
        columns, given = {one.code: one for one in into.fields}, {one.code for one in source.fields}
        held = all(one.code in columns and fits(columns[one.code], one) for one in source.fields)
        return held and all(one.code in given for one in into.fields if one.required)
    return into.of == source.of
