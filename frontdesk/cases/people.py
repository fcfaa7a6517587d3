"""Somebody whom a record names: found, shown, and taken out of it. For the rights of a person, which `privacy` keeps.

In a record a person is a field with a name and what stands beside it (a phone, an address), or one row of a list. What
is erased leaves `ERASED` where a name stood; the record, its log and its figures stay as they are.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from db import case_people, search
from db import cases as records
from db.case_people import Place
from db.cases import CaseRow
from db.erasing import ERASED, texts_changed
from db.wholenames import taken_out
from frontdesk.cases import recording
from frontdesk.cases.definition.persons import persons_in
from frontdesk.cases.editions import in_clear, seal_again, unsealed
from frontdesk.cases.library import in_force, of_people
from frontdesk.cases.recording import is_personal, opened
from frontdesk.common.phones import normalise_phone, phone_tail
from frontdesk.common.pinyin import query_key, search_terms

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.context import Context

MOST_FOUND = 50
TAIL = 4
"""So many digits at the end of a phone are enough to look for."""


class Named(NamedTuple):
    """Somebody in a record, in clear: for use cases only. `more` says which record it is."""

    place: Place
    names: tuple[str, ...]
    phones: tuple[str, ...]
    more: str


def groups_of(definition: Definition) -> dict[str, tuple[FieldDefinition, ...]]:
    """What `persons_in` finds, by the first of the fields."""
    return {fields[0].code: fields for fields in persons_in(definition.fields)}


def _lists_of(definition: Definition) -> dict[str, FieldDefinition]:
    return {one.code: one for one in definition.fields if one.fields and is_personal(one)}


def _in_record(context: Context, definition: Definition, row: CaseRow, sealed: Mapping[str, bytes]) -> Iterator[Named]:
    values, more = opened(context, sealed), f"{row.number} {definition.name}"
    for code, fields in groups_of(definition).items():
        said = {one.code: values[one.code] for one in fields if one.code in values}
        if said:
            yield _named(Place(row.id, code), fields, said, more)
    for code, one in _lists_of(definition).items():
        rows = values.get(code)
        for number, said in enumerate(rows if isinstance(rows, list) else (), 1):
            yield _named(Place(row.id, code, number), one.fields, said, more)


def _named(place: Place, fields: Sequence[FieldDefinition], said: Mapping[str, Any], more: str) -> Named:
    def of(kind: str) -> tuple[str, ...]:
        found = (said.get(one.code) for one in fields if one.personal == kind)
        return tuple(dict.fromkeys(one for one in found if isinstance(one, str) and one not in ("", ERASED)))

    return Named(place, of("name"), of("phone"), more)


def people_named(context: Context, connection: sqlite3.Connection, text: str) -> list[Named]:
    """The people in records whose name begins with what stands in a search box, or whose phone that is, whole or its
    last four digits, whether a name stands beside it or not; at most 50 records of them.
    """
    wanted, phone, tail = query_key(text), *_phone_in(text)
    if not wanted:
        return []
    # What waits to be sealed is found by no term yet.
    waiting = [row.id for code in unsealed(context) for row in case_people.rows_of(connection, code)]
    if not tail:
        ids = [*map(int, search.find(connection, records.SEARCH_KIND, wanted, MOST_FOUND)), *waiting]
        return [one for one in _people(context, connection, ids) if _is_called(one, wanted)]
    # Of all that share the last four digits: the whole phone may be that of any of them.
    ids = [*map(int, search.exact(connection, records.SEARCH_KIND, recording.tail_term(context, tail))), *waiting]
    found = (one for one in _people(context, connection, ids) if _has_phone(one, phone, tail))
    return list(islice(found, MOST_FOUND))


def _phone_in(text: str) -> tuple[str, str]:
    """A whole phone ('' for none) and the last four digits that stand in a search box."""
    digits = unicodedata.normalize("NFKC", text).strip()
    if len(digits) == TAIL and digits.isascii() and digits.isdigit():
        return "", digits
    try:
        phone = normalise_phone(text)
    except ValueError:
        return "", ""
    return phone, phone_tail(phone)


def _has_phone(one: Named, phone: str, tail: str) -> bool:
    return any(own == phone if phone else phone_tail(own) == tail for own in one.phones)


def _is_called(one: Named, wanted: str) -> bool:
    return any(term.startswith(wanted) for name in one.names for term in search_terms(name))


def _people(context: Context, connection: sqlite3.Connection, ids: Iterable[int]) -> Iterator[Named]:
    definitions = of_people(context)
    for row, sealed in _saying(context, connection, ids):
        definition = definitions.get(row.definition)
        if definition is not None:
            yield from _in_record(context, definition, row, sealed)


def _saying(
    context: Context, connection: sqlite3.Connection, ids: Iterable[int]
) -> Iterator[tuple[CaseRow, Mapping[str, bytes]]]:
    """Of these records those that say something of people, sealed, or in clear as long as that waits to be sealed."""
    wanted, waiting = list(dict.fromkeys(ids)), unsealed(context)
    found = case_people.sealed_of(connection, wanted)
    if not waiting:
        yield from found
        return
    seen = {row.id: sealed for row, sealed in found}
    for row in records.by_ids(connection, wanted):
        clear = in_clear(row, waiting.get(row.definition, ()))
        sealed = {**seen.get(row.id, {}), **{code: _sealed(context, value) for code, value in clear.items()}}
        if sealed:
            yield row, sealed


def person_at(context: Context, connection: sqlite3.Connection, place: Place) -> Named | None:
    """Who stands there; None for nobody, or nobody any more."""
    found = next((one for one in _people(context, connection, [place.case_id]) if one.place == place), None)
    return found if found is not None and (found.names or found.phones) else None


def places_of_residents(context: Context, connection: sqlite3.Connection, ids: Collection[int]) -> list[Place]:
    """Where records name one of these residents."""
    definitions, found = of_people(context), list[Place]()
    linked = case_people.fields_of_residents(connection, ids)
    rows = {one.id: one for one in records.by_ids(connection, sorted({case_id for case_id, _ in linked}))}
    for case_id, field in linked:
        definition = definitions.get(rows[case_id].definition)
        groups = groups_of(definition) if definition is not None else {}
        code = next((code for code, fields in groups.items() if field in {one.code for one in fields}), field)
        found.append(Place(case_id, code))
    return list(dict.fromkeys([*found, *case_people.rows_of_residents(connection, ids)]))


def open_records(context: Context, connection: sqlite3.Connection, places: Iterable[Place]) -> list[str]:
    """The numbers of the cases at these places that have not ended: until then somebody has to be told the outcome. Of
    registers, meetings and duties none ever has to end.
    """
    definitions = in_force(context)
    rows = records.by_ids(connection, sorted({one.case_id for one in places}))
    cases = {code for code, one in definitions.items() if one.kind == "case"}
    return [row.number for row in rows if row.ended_on is None and row.definition in cases]


def empty_people(context: Context, connection: sqlite3.Connection, places: Iterable[Place]) -> int:
    """Take whoever stands at these places out of the records, inside a running transaction; how many records that
    were. They are found by the others in them as before.
    """
    by_record: defaultdict[int, list[Place]] = defaultdict(list)
    for one in places:
        by_record[one.case_id].append(one)
    seal_again(context, connection)
    definitions, done = of_people(context), 0
    for row, sealed in case_people.sealed_of(connection, by_record):
        definition = definitions.get(row.definition)
        if definition is None:
            # Which of them is who nobody can tell any more: all go.
            case_people.drop_people(connection, row.id)
            search.set_terms(connection, records.SEARCH_KIND, str(row.id), ())
        else:
            _empty_record(context, connection, definition, row.id, opened(context, sealed), by_record[row.id])
        done += 1
    return done


def _empty_record(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    case_id: int,
    values: dict[str, Any],
    places: Iterable[Place],
) -> None:
    groups, lists = groups_of(definition), _lists_of(definition)
    for place in places:
        for one in groups.get(place.field, ()) if not place.row else ():
            if one.code not in values:
                continue
            if one.personal == "name":
                values[one.code] = ERASED
                case_people.reseal(connection, case_id, one.code, _sealed(context, ERASED))
            else:
                del values[one.code]
                records.set_person(connection, case_id, one.code, None)
        if place.row and place.field in lists and place.field in values:
            rows = values[place.field]
            if place.row <= len(rows):
                case_people.drop_row_person(connection, case_id, place.field, place.row)
                rows[place.row - 1] = _emptied(lists[place.field].fields, rows[place.row - 1])
                case_people.change_words(connection, case_id, place.field, _sealed(context, rows))
    terms = recording.people_terms(context, definition, values)
    search.set_terms(connection, records.SEARCH_KIND, str(case_id), terms)


def _emptied(fields: Iterable[FieldDefinition], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a list of which nobody is named any more; what is counted in it stays."""
    kinds = {one.code: one.personal for one in fields}
    left = {code: value for code, value in row.items() if kinds.get(code) in (None, "name")}
    return {code: ERASED if kinds.get(code) == "name" else value for code, value in left.items()}


def _sealed(context: Context, value: object) -> bytes:
    return context.keys.seal(json.dumps(value, ensure_ascii=False))


NONE: frozenset[bytes] = frozenset()


def free_of(context: Context, words: Sequence[str]) -> frozenset[bytes]:
    """What is sealed in forms that were begun and in words of records without any of these words in it. Looked at
    before a transaction it need not be unsealed within: what was written meanwhile is sealed anew, and not among it.
    """
    with context.database.reading() as connection:
        sealed = {draft.cipher for draft in case_people.drafts(connection)}
        sealed.update(one.cipher for one in case_people.sealed_fields(connection))
    values = ((cipher, opened(context, {"": cipher}).get("")) for cipher in sealed)
    return frozenset(cipher for cipher, value in values if texts_changed(value, _cutting(words)) == value)


def _cutting(words: Sequence[str]) -> Callable[[str], str]:
    return lambda text: taken_out(text, words, ERASED)


def sealed_mentions(
    context: Context, connection: sqlite3.Connection, words: Sequence[str], free: Collection[bytes] = NONE
) -> dict[str, int]:
    """In how many forms that were begun, and in how many sealed words of records, somebody is mentioned: by table. A
    name in the field for a name is no mention: it may be a namesake's. What is `free_of` the words is passed over.
    """
    return _go_through(context, connection, words, free, write=False)


def take_out_of_sealed(
    context: Context, connection: sqlite3.Connection, words: Sequence[str], free: Collection[bytes] = NONE
) -> dict[str, int]:
    """Put `ERASED` in the place of each of these there, inside a running transaction; how many rows of which table."""
    return _go_through(context, connection, words, free, write=True)


def _go_through(
    context: Context, connection: sqlite3.Connection, words: Sequence[str], free: Collection[bytes], *, write: bool
) -> dict[str, int]:
    cut, done = _cutting(words), defaultdict[str, int](int)
    for draft in case_people.drafts(connection):
        if draft.cipher in free:
            continue
        typed = opened(context, {"": draft.cipher}).get("")
        left = texts_changed(typed, cut)
        if left != typed:
            done["case_draft"] += 1
            if write:
                case_people.change_draft(connection, draft._replace(cipher=_sealed(context, left)))
    definitions = of_people(context)
    for case_id, code, field_code, cipher in case_people.sealed_fields(connection):
        definition = definitions.get(code) if cipher not in free else None
        field = definition.field(field_code) if definition is not None else None
        if field is None or field.personal in ("name", "phone"):
            continue
        value = opened(context, {"": cipher}).get("")
        left = _words_cut(field, value, cut)
        if left != value:
            done["case_person"] += 1
            if write:
                case_people.change_words(connection, case_id, field_code, _sealed(context, left))
    return dict(done)


def _words_cut(field: FieldDefinition, value: Any, cut: Any) -> Any:
    """What a field says, without these words but in names and phones."""
    if isinstance(value, list):
        columns = {one.code: one for one in field.fields}
        return [
            {code: _words_cut(columns[code], one, cut) if code in columns else one for code, one in row.items()}
            for row in value
        ]
    return value if field.personal in ("name", "phone") or not isinstance(value, str) else cut(value)
