"""What a field of a form may lead to: looked for by number, name, pinyin and initials while somebody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from db import staff
from frontdesk.cases import recording
from frontdesk.cases.definition.model import FieldDefinition
from frontdesk.cases.engine.values import Value
from frontdesk.cases.library import in_force
from frontdesk.context import Context
from frontdesk.permission import allowed


@dataclass(frozen=True)
class Choosable:
    """Something that a field may lead to: as it is kept, what a list shows of it, by which words it is found."""

    key: str
    cells: tuple[str, ...]
    name: str = ""

    @property
    def words(self) -> str:
        """How the field shows it."""
        return " ".join(one for one in self.cells[:2] if one)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """By what its name is found."""
        from frontdesk.common.pinyin import search_terms

        return tuple(search_terms(self.name))


@dataclass
class Remembered:
    """What one dialog has read and looks among at each key, however long it is open."""

    organisations: Sequence[Choosable] | None = None


MOST_SHOWN = 40
ROWS_LOOKED_AT = 200
"""So many of the latest records of a definition are looked at for the organisations in them."""
MOST_ORGANISATIONS = 1000
"""So many of them are looked among, those that were named last."""


@allowed("reader")
def choosable(
    context: Context, field: FieldDefinition, text: str = "", remembered: Remembered | None = None
) -> list[Choosable]:
    """What a field may lead to for what was typed, at most `MOST_SHOWN`: by number, by name, by pinyin and initials.

    Of people of the register names and phones are masked. What takes long to read is read once into `remembered`.
    """
    remembered = remembered or Remembered()
    match field.kind:
        case "staff":
            return _among(_staff(context), text)
        case "room":
            return _among(_rooms(context), text)
        case "session":
            return _sessions(context, text)
        case "volunteer":
            return _volunteers(context, text)
        case "person":
            return _residents(context, text)
        case "organisation":
            if remembered.organisations is None:
                remembered.organisations = _organisations(context)
            return _among(remembered.organisations, text)
        case "reference":
            return _references(context, field.of or "", text)
        case _:
            return []


def _among(everything: Sequence[Choosable], text: str) -> list[Choosable]:
    from frontdesk.common.pinyin import Spelling, query_key

    key = query_key(text)
    spelling = Spelling(key)
    found = (
        one
        for one in everything
        if not key
        or key in one.key.lower()
        or any(term.startswith(key) for term in one.terms)
        or spelling.is_in(one.name)
    )
    return list(islice(found, MOST_SHOWN))


def _staff(context: Context) -> list[Choosable]:
    with context.database.reading() as connection:
        return [Choosable(one.no, (one.no, one.name), one.name) for one in staff.every(connection)]


def _rooms(context: Context) -> list[Choosable]:
    from db import rooms

    with context.database.reading() as connection:
        return [Choosable(one.name, (one.name, ""), one.name) for one in rooms.rooms(connection)]


def _sessions(context: Context, text: str) -> list[Choosable]:
    from datetime import timedelta

    from db import activities

    today = context.today()
    first, last = (today - timedelta(days=90)).isoformat(), (today + timedelta(days=60)).isoformat()
    with context.database.reading() as connection:
        found = activities.between(connection, first, last)
    latest = sorted(found, key=lambda one: (one.day > today.isoformat(), -one.starts_at))
    return _among([Choosable(one.code, (one.code, f"{one.day} {one.name}"), one.name) for one in latest], text)


def _volunteers(context: Context, text: str) -> list[Choosable]:
    from frontdesk.volunteers import service as volunteers

    found = volunteers.find(context, text)[:MOST_SHOWN]
    return [Choosable(one.no, (one.no, one.name), one.name) for one in found]


def _residents(context: Context, text: str) -> list[Choosable]:
    from frontdesk.residents import service as residents

    found = residents.find(context, text, MOST_SHOWN)
    return [Choosable(str(one.id), (one.masked, one.phone, one.band, one.area), one.name) for one in found]


def _references(context: Context, code: str, text: str) -> list[Choosable]:
    from frontdesk.cases.looking import find, register

    found = register(context, code, ROWS_LOOKED_AT)
    rows = _among([Choosable(one.number, (one.number, one.title), one.title) for one in found], text)
    if text.strip() and not rows:
        rows = [
            Choosable(one.number, (one.number, one.title), one.title)
            for one in find(context, text)
            if one.definition == code
        ]
    return rows[:MOST_SHOWN]


def _organisations(context: Context) -> list[Choosable]:
    """The organisations of the latest records, those that were named last first."""
    from frontdesk.cases.looking import register
    from frontdesk.cases.masks import Masks, people_of_records
    from frontdesk.cases.rows import values_of

    found: dict[str, str] = {}
    for definition in in_force(context).values():
        fields = [one for one in definition.fields if one.kind in ("organisation", "list")]
        if not any(one.kind == "organisation" or any(c.kind == "organisation" for c in one.fields) for one in fields):
            continue
        rows = register(context, definition.code, ROWS_LOOKED_AT)
        with context.database.reading() as connection:
            people = people_of_records(context, connection, [row.id for row in rows])
        for row in rows:
            masks = people.get(row.id, Masks())
            for name in _organisations_in(fields, values_of(row)):
                # What names somebody is no organisation that others would choose.
                if masks.put_on(name) == name:
                    found[name] = max(found.get(name, ""), row.opened_on)
    names = sorted(found, key=lambda name: found[name], reverse=True)[:MOST_ORGANISATIONS]
    return [Choosable(name, (name, ""), name) for name in names]


def _organisations_in(fields: Sequence[FieldDefinition], values: Mapping[str, Value]) -> set[str]:
    names: set[str] = set()
    for field in fields:
        value = values.get(field.code)
        if field.kind == "organisation" and isinstance(value, str):
            names.add(value)
        elif field.kind == "list" and value is not None and not isinstance(value, str | int):
            columns = [one.code for one in field.fields if one.kind == "organisation"]
            names |= {str(row[code]) for row in value for code in columns if code in row}
    return names - {recording.GIVEN}


@allowed("writer")
def person_of(context: Context, resident_id: int) -> tuple[str, str]:
    """Name and phone of somebody of the register of residents, for the form; that they were looked at is logged.

    Raises ResidentError `unknown_resident`, `merged_already`.
    """
    from frontdesk.residents import service as residents

    found = residents.contact(context, resident_id)
    return found.name, found.phone
