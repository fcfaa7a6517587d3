"""Records as they may be shown, and told outside the centre: their own people, and anybody's numbers, are masked in
titles, notes, reasons and all other free words, and so is what a field for a name or a phone holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from db import case_people
from db import cases as records
from db.cases import CaseRow
from db.connection import Database
from frontdesk.cases.engine.once import once_each
from frontdesk.cases.library import in_force
from frontdesk.cases.recording import UNREADABLE, opened
from frontdesk.common.masking import mask_numbers
from frontdesk.common.names import mask_name, mask_within
from frontdesk.common.phones import mask_phone
from frontdesk.locale import t

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.engine.values import Plain, Row, Value
    from frontdesk.cases.whole import CaseView
    from frontdesk.context import Context

MOST_KEPT = 50_000
"""So many titles are remembered as they are told: a list is drawn again and again."""

Place = tuple[int, int, str]
"""A title as it is stored, by the id and revision of its record."""

_place: Callable[[CaseRow], Place] = itemgetter(*map(CaseRow._fields.index, ("id", "revision", "title")))


class _Kept:
    """The titles that were told since anything was written, and those of them that were masked."""

    def __init__(self, seen_at: tuple[int, int]) -> None:
        self.seen_at = seen_at
        self.seen: set[Place] = set()
        self.masked: dict[Place, str] = {}

    def take(self, places: Sequence[Place], masked: Mapping[Place, str]) -> None:
        if len(self.seen) + len(places) > MOST_KEPT:
            self.seen.clear()
            self.masked.clear()
        self.seen.update(places)
        self.masked.update(masked)


_KEPT: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()
"""For each connection what it has told."""

FREE = ("text", "long_text", "organisation")
"""The kinds of fields that hold free words."""


@dataclass(frozen=True)
class Masks:
    """The people of a record, by whose names and phones its free words are masked; the longer name first: one may be
    the beginning of another.
    """

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    def put_on(self, text: str) -> str:
        """Free words with these people, and every number that may be somebody's, masked."""
        text = mask_within(text, self.names)
        for phone in self.phones:
            text = re.sub(r"[\s-]?".join(map(re.escape, phone)), mask_phone(phone), text)
        return mask_numbers(text)

    def and_of(self, other: Masks) -> Masks:
        """These people and others."""
        names = {*self.names, *other.names}
        return Masks(tuple(sorted(names, key=_longest_first)), tuple(sorted({*self.phones, *other.phones})))


NOBODY = Masks()


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def masks_of(definition: Definition, values: Mapping[str, Value]) -> Masks:
    """The people that a record names."""
    names, phones = set[str](), set[str]()
    for field, value in _plain_values(_naming(definition), values):
        if field.personal == "name" and len(value) > 1:
            names.add(value)
        elif field.personal == "phone" and len(value) > 5:
            phones.add(value)
    return Masks(tuple(sorted(names, key=_longest_first)), tuple(sorted(phones)))


def people_of_records(context: Context, connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Masks]:
    """Whom each of these records names, itself or by a record that it was begun from: whose words it may have. Those
    that name nobody are left out.
    """
    known, begun_from = in_force(context), records.begun_from(connection, ids)
    named: dict[int, Masks] = {}
    for row, sealed in case_people.sealed_of(connection, {*ids, *(other for _, other in begun_from)}):
        definition = known.get(row.definition)
        if definition is not None and (naming := _naming(definition)):
            told = {one.code: sealed[one.code] for one in naming if one.code in sealed}
            named[row.id] = masks_of(definition, opened(context, told))
    found = {one: named[one] for one in ids if one in named}
    for one, other in begun_from:
        if other in named:
            found[one] = found.get(one, Masks()).and_of(named[other])
    return found


def _plain_values(
    fields: Sequence[FieldDefinition], values: Mapping[str, Any]
) -> Iterable[tuple[FieldDefinition, str]]:
    for one in fields:
        value = values.get(one.code)
        if isinstance(value, str):
            yield one, value
        elif value is not None and not isinstance(value, int):
            for row in value:
                yield from _plain_values(one.fields, row)


def rows_told(context: Context, connection: sqlite3.Connection, rows: Sequence[CaseRow]) -> list[CaseRow]:
    """Records with their titles as lists show them. Inside a reading connection or a running transaction."""
    places = list(map(_place, rows))
    masked = _masked_of(context, connection, rows, places)
    if masked.keys().isdisjoint(places):
        return list(rows)
    found = zip(rows, places, strict=True)
    return [one._replace(title=masked[place]) if place in masked else one for one, place in found]


def _masked_of(
    context: Context, connection: sqlite3.Connection, rows: Sequence[CaseRow], places: Sequence[Place]
) -> Mapping[Place, str]:
    """The titles that are told otherwise than they are stored, those of these rows among them."""
    if context.database.is_writing:
        # What is written in a transaction may still be taken back: nothing of it is kept.
        return _titles_told(context, connection, rows)
    seen_at = context.database.changes_seen()
    kept = _KEPT.get(context.database)
    if kept is None or kept.seen_at != seen_at:
        # Whom a record names may stand in another one that it was begun from.
        kept = _KEPT[context.database] = _Kept(seen_at)
    if not kept.seen.issuperset(places):
        new = [one for one, place in zip(rows, places, strict=True) if place not in kept.seen]
        kept.take(places, _titles_told(context, connection, new))
    return kept.masked


def _titles_told(context: Context, connection: sqlite3.Connection, rows: Sequence[CaseRow]) -> dict[Place, str]:
    """The titles that are told otherwise than they are stored."""
    masks = people_of_records(context, connection, [one.id for one in rows if one.title])
    told = ((one, masks.get(one.id, NOBODY).put_on(one.title)) for one in rows)
    return {_place(one): title for one, title in told if title != one.title}


@once_each
def _naming(definition: Definition) -> tuple[FieldDefinition, ...]:
    """The fields of a definition that name somebody, themselves or by a column."""
    return tuple(one for one in definition.fields if _names_somebody(one))


def _names_somebody(field: FieldDefinition) -> bool:
    return any(one.personal in ("name", "phone") for one in (field, *field.fields))


def shown(view: CaseView, *, masked: bool) -> CaseView:
    """A record for those who look at it, not to be worked with: what nobody can read stands in it as `UNREADABLE`, and
    where it is `masked` it has nobody in the clear.
    """
    definition, now = view.definition, view.now
    lost = dict.fromkeys(view.unreadable, UNREADABLE)
    values: dict[str, Value] = {**now.values, **lost}
    row, log, links = view.row, view.log, view.links
    if masked:
        masks = masks_of(definition, now.values).and_of(view.named_before)
        values = values_masked(definition, masks, values)
        row = row._replace(title=masks.put_on(row.title))
        log = tuple(one._replace(reason=masks.put_on(one.reason)) for one in log)
        links = tuple(replace(one, title=masks.put_on(one.title)) for one in links)
    found = replace(view, row=row, log=log, links=links)
    # What follows from the record follows from what it says, and not from how that is shown.
    found.__dict__.update(definition=definition, now=now._replace(values=values))
    found.__dict__.update(limits=view.limits, steps=view.steps, unreadable=view.unreadable, history=view.history)
    return found


def values_masked(definition: Definition, masks: Masks, values: Mapping[str, Value]) -> dict[str, Value]:
    """What a record says, with what its fields hold of people as lists show them, and its free words masked."""
    return {code: _masked(masks, definition.field(code), value) for code, value in values.items()}


def _masked(masks: Masks, field: FieldDefinition | None, value: Value) -> Value:
    if isinstance(value, str | int) or field is None:
        return _plain(masks, field, value) if isinstance(value, str | int) else value
    columns = {one.code: one for one in field.fields}
    rows: list[Row] = [{code: _plain(masks, columns.get(code), one) for code, one in row.items()} for row in value]
    return rows


def _plain(masks: Masks, field: FieldDefinition | None, value: Plain) -> Plain:
    if not isinstance(value, str) or value == UNREADABLE:
        return value
    if field is not None and field.personal is not None:
        return person_masked(field, value)
    return masks.put_on(value) if field is None or field.kind in FREE else value


def person_masked(field: FieldDefinition, value: str) -> str:
    """What a field holds of a person, as lists show it."""
    if field.personal == "name":
        return mask_name(value)
    return mask_phone(value) if field.personal == "phone" else t("cases.hidden")
