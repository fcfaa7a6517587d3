"""Definitions beside the records that were begun by them: which edition a file is, whether it was changed without
saying so, and whether what tells of people still does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from frontdesk.cases.definition.model import Definition, FieldDefinition, Label
from frontdesk.cases.definition.places import line_of
from frontdesk.cases.definition.reading import DefinitionError, Fault, definitions_that_hold, own_definitions
from frontdesk.cases.engine.parts import PERSON, as_read, changed, parts_of
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import Changed, Loaded

if TYPE_CHECKING:
    from pathlib import Path

    from db.case_editions import Noted

Editions = Mapping[int, Mapping[str, str]]
"""By the number of an edition what it was when it was used."""


def settled(folder: Path | None, read: Loaded, noted: Sequence[Noted]) -> Loaded:
    """What was read, as it goes with the editions that were used here.

    A file that takes `personal` away from a field of which records hold something is refused: what is typed from then
    on would stand in the log in clear, where no erasing takes it out.
    """
    used: defaultdict[str, dict[int, Mapping[str, str]]] = defaultdict(dict)
    for one in noted:
        # What was edited by hand is told by the check, and noted anew with the next record.
        used[one.definition][one.edition] = as_read(one.parts) or {}
    if refused := _refused(folder, read, used):
        found, broken = definitions_that_hold(folder, refused)
        read = Loaded(found, broken)
    parts = {code: parts_of(read.found[code]) for code in used if code in read.found}
    changes = dict[str, Changed]()
    found = dict(read.found)
    for code, now in parts.items():
        change = _changed(found[code], now, used[code])
        if change is not None:
            changes[code] = change
            found[code] = found[code].model_copy(update={"edition": change.edition})
    unsealed = {code: _fields(gained(now, used[code].values())) for code, now in parts.items()}
    told = {code: _told(parts.get(code, {}), used[code]) for code in used}
    whole = {code: _with_gone(code, found.get(code), kinds) for code, kinds in told.items()}
    return Loaded(
        found,
        read.broken,
        changes,
        {code: fields for code, fields in unsealed.items() if fields},
        {code: one for code, one in whole.items() if one is not None},
        {code: _unsteady(parts.get(code, {}), used[code]) for code in used},
    )


def _told(now: Mapping[str, str], used: Editions) -> dict[str, str]:
    """By field, and column as `list.column`, what it tells of people, or told when it was there last."""
    every = (*(used[number] for number in sorted(used)), now)
    return {name.removeprefix(PERSON): one[name] for one in every for name in one if name.startswith(PERSON)}


def _unsteady(now: Mapping[str, str], used: Editions) -> frozenset[str]:
    """The fields that told another thing of people in one edition than in another, or were a list in one alone."""
    every = (now, *used.values())
    people = {name for one in every for name in _people(one)}
    kinds = {name: {one[name] for one in every if name in one} for name in people}
    found = {name for name in people if len(kinds[name]) > 1}
    listed = {
        field: {one[f"fields.{field}"] == "list" for one in every if f"fields.{field}" in one}
        for field in _fields(people)
    }
    return _fields(found) | {field for field, ways in listed.items() if len(ways) > 1}


def _with_gone(code: str, definition: Definition | None, told: Mapping[str, str]) -> Definition | None:
    """A definition with the fields and columns that told of people and are gone; None where none is."""
    fields = {one.code: one for one in definition.fields} if definition is not None else {}
    before = dict(fields)
    for name, personal in told.items():
        field, _, column = name.partition(".")
        said = {"code": column or field, "kind": "text", "name": {"zh_CN": column or field}, "personal": personal}
        try:
            one, listed = FieldDefinition.model_validate(said), fields.get(field)
        except ValueError:
            # No field was ever noted so: it was written by hand.
            continue
        if listed is None:
            in_list = FieldDefinition(code=field, kind="list", name=_label(field), fields=(one,)) if column else one
            fields[field] = in_list
        elif column and listed.kind == "list" and column not in {one.code for one in listed.fields}:
            fields[field] = listed.model_copy(update={"fields": (*listed.fields, one)})
    if fields == before:
        return None
    label = _label(code)
    whole = definition or Definition(code="gone", kind="register", group="house", name=label, about=label)
    return whole.model_copy(update={"code": code, "fields": tuple(fields.values())})


def _label(code: str) -> Label:
    return Label(zh_CN=code or "-")


def gained(now: Mapping[str, str], used: Iterable[Mapping[str, str]]) -> set[str]:
    """The parts by which fields tell of people that did so in no edition that was used."""
    return _people(now) - {name for one in used for name in _people(one)}


def _people(parts: Mapping[str, str]) -> set[str]:
    return {name for name in parts if name.startswith(PERSON)}


def _fields(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(name.removeprefix(PERSON).partition(".")[0] for name in parts)


def _changed(definition: Definition, now: Mapping[str, str], used: Editions) -> Changed | None:
    """How a definition was changed without a new edition; None where it was not."""
    before = used.get(definition.edition)
    parts = changed(before, now) if before is not None else []
    if not parts:
        return None
    # Changed once, it is the edition that it was taken for then.
    later = (number for number in sorted(used) if number > definition.edition and not changed(used[number], now))
    return Changed(f"{definition.code}.toml", next(later, max(used) + 1), tuple(parts))


def _refused(folder: Path | None, read: Loaded, used: Mapping[str, Editions]) -> dict[str, CaseError]:
    """By code what is wrong with the centre's own files that would have people stand in clear."""
    refused = dict[str, CaseError]()
    for code, editions in used.items():
        definition = read.found.get(code)
        if folder is None or definition is None or definition is own_definitions().get(code):
            continue
        now = _people(parts_of(definition))
        lost = sorted({name for one in editions.values() for name in _people(one)} - now)
        text = (folder / f"{code}.toml").read_text("utf-8-sig", errors="replace") if lost else ""
        faults = [one for name in lost if (one := _fault(definition, name.removeprefix(PERSON), text)) is not None]
        if faults:
            refused[code] = DefinitionError(f"{code}.toml", faults)
    return refused


def _fault(definition: Definition, name: str, text: str) -> Fault | None:
    """Where a field, or a column as `list.column`, no longer says that it tells of people; None where it is gone: what
    records hold in it stays as it is kept.
    """
    code, _, column = name.partition(".")
    place = next((at for at, one in enumerate(definition.fields) if one.code == code), None)
    if place is None:
        return None
    path: tuple[str | int, ...] = ("fields", place)
    if column:
        inner = next((at for at, one in enumerate(definition.fields[place].fields) if one.code == column), None)
        if inner is None:
            return None
        path = (*path, "fields", inner)
    key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    return Fault(line_of(text, path), f"{key}.personal", "people_in_clear", name)
