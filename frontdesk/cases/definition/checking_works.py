"""What is wrong with fields that follow from others, and with what is collected from the indicators. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.definition.works import CollectedRow, Collection, IndicatorPart, Work

Path = tuple[str | int, ...]
"""Where in a file something stands: the keys, and the numbers of repeated tables, from the top."""

NUMBERS = ("number", "money")

_MAKES = {"classed": ("choice",), "within": ("yes_no",), "vote": ("yes_no",)}
_MAKES |= dict.fromkeys(("count", "weighted", "mixed", "share", "ranks"), ("number",))
_TEXTS = ("text", "long_text")
_STAFF = {"person": "staff", "certificate": "text", "expires": "date", "counted": "yes_no"}
"""The columns into which the staff with their certificates go."""


class Problem(NamedTuple):
    """Something that a definition says and that cannot be: where, a stable code, and what it is about."""

    path: Path
    code: str
    about: str = ""


def of_works(definition: Definition) -> Iterator[Problem]:
    """What is wrong with the fields that follow from others, in the order of the file."""
    later = [one.field for one in definition.works_out]
    for place, work in enumerate(definition.works_out):
        path: Path = ("works_out", place)
        if later.count(work.field) > 1 and work.field in later[:place]:
            yield Problem((*path, "field"), "repeated", work.field)
        target = _named(definition, work.field)
        if target is None:
            yield Problem((*path, "field"), "unknown_field", work.field)
            continue
        yield from _of_target(definition, work, target, path)
        yield from _of_sources(definition, work, target, path)
        for name in _full_names(definition, work):
            if name in later[place:]:
                yield Problem((*path, work.way), "worked_later", name)


def _of_target(definition: Definition, work: Work, target: FieldDefinition, path: Path) -> Iterator[Problem]:
    """What it is worked out into: a field of the right kind that nobody has to type."""
    if target.required or target.default is not None or target.unique:
        yield Problem((*path, "field"), "typed_though_worked", work.field)
    rows = definition.field(work.list_code)
    if target.personal is not None or (rows is not None and rows.tells_of_people):
        yield Problem((*path, "field"), "worked_of_people", work.field)
    if target.kind not in _MAKES.get(work.way, NUMBERS):
        yield Problem((*path, "field"), "worked_kind", work.field)
    if work.classed is not None:
        codes = {one.code for one in target.choices}
        for value in (*(one.value for one in work.classed.steps), work.classed.otherwise):
            if value not in codes:
                yield Problem((*path, "classed"), "unknown_choice", value)


def _of_sources(definition: Definition, work: Work, target: FieldDefinition, path: Path) -> Iterator[Problem]:
    """What it is worked out from: numbers that are there, money with money."""
    kinds = set()
    for name in work.operands:
        found = _read(definition, work, name)
        if found is None or (found.kind not in NUMBERS and name not in work.where.values()):
            yield Problem((*path, work.way), "no_number_field", name)
        elif name not in work.where.values():
            kinds.add(found.kind)
            if found.personal is not None:
                yield Problem((*path, work.way), "copies_people", name)
    for name in work.columns_read:
        found = _named(definition, name)
        if work.count is None and found is not None and found.personal is not None:
            yield Problem((*path, work.way), "copies_people", name)
        wanted = NUMBERS if work.count is None else ("list", "yes_no")
        if found is None or found.kind not in wanted or ("." in name) == (found.kind == "list"):
            yield Problem((*path, work.way), "no_total", name)
        elif work.sum is not None:
            kinds.add(found.kind)
        for column in work.where:
            if _named(definition, f"{name.partition('.')[0]}.{column}") is None:
                yield Problem((*path, "where"), "unknown_field", column)
    if work.weighted is not None and len({one.partition(".")[0] for one in work.columns_read}) > 1:
        yield Problem((*path, "weighted"), "no_total", work.weighted.weight)
    if work.multiply:
        kinds -= {"number"} if "money" in kinds else set()
    if len(kinds) > 1 or (work.way in ("sum", "add", "difference", "multiply", "lesser") and kinds - {target.kind}):
        yield Problem((*path, work.way), "worked_money", work.field)


def _full_names(definition: Definition, work: Work) -> list[str]:
    """What it reads, columns of lists with the list."""
    rows = definition.field(work.list_code)
    columns = {one.code for one in rows.fields} if rows is not None else set()
    return [*work.columns_read, *(f"{work.list_code}.{one}" if one in columns else one for one in work.operands)]


def _read(definition: Definition, work: Work, name: str) -> FieldDefinition | None:
    """The field behind a name where it is read: in a list a column of it first."""
    inner = _named(definition, f"{work.list_code}.{name}") if work.list_code else None
    return inner or definition.field(name)


def _named(definition: Definition, name: str) -> FieldDefinition | None:
    """A field, or a column written with its list."""
    code, dot, column = name.partition(".")
    found = definition.field(code)
    if not dot or found is None:
        return found
    return next((one for one in found.fields if one.code == column), None)


def column_of(definition: Definition, name: str) -> FieldDefinition | None:
    """The column of a list (`vouchers.amount`); None where there is none."""
    return _named(definition, name) if "." in name else None


def of_collections(definition: Definition) -> Iterator[Problem]:
    """What is wrong with what is collected from the indicators, in the order of the file."""
    for place, one in enumerate(definition.collects):
        path: Path = ("collects", place)
        found = definition.field(one.field)
        period = definition.field(one.period)
        if period is None or period.kind not in (("date",) if one.staff else ("text", "number")):
            yield Problem((*path, "period"), "no_period_field", one.period)
        wants_list = bool(one.rows) or one.staff
        if found is None or (found.kind == "list") != wants_list:
            yield Problem((*path, "field"), "no_list" if wants_list else "unknown_field", one.field)
        elif one.field in definition.worked_out:
            yield Problem((*path, "field"), "typed_though_worked", one.field)
        else:
            yield from _of_collected(definition, one, found, path)


def _of_collected(
    definition: Definition, collection: Collection, found: FieldDefinition, path: Path
) -> Iterator[Problem]:
    if collection.indicator is not None:
        yield from _taken(found, collection.indicator, (*path, "indicator"))
    if collection.orders is not None:
        item = definition.field(collection.orders.item)
        if item is None or item.kind != "reference":
            yield Problem((*path, "orders"), "unknown_field", collection.orders.item)
        if found.kind not in (_TEXTS if collection.orders.takes == "words" else ("number",)):
            yield Problem((*path, "orders"), "collected_kind", found.code)
    columns = {one.code: one for one in found.fields}
    if collection.staff:
        for code, kind in _STAFF.items():
            if code not in columns or columns[code].kind != kind:
                yield Problem((*path, "staff"), "collected_kind", code)
    worked = definition.worked_columns(found.code)
    for number, row in enumerate(collection.rows):
        place: Path = (*path, "rows", number)
        for code in _columns_of(row):
            if code not in columns:
                yield Problem(place, "unknown_field", code)
            elif code in worked:
                yield Problem(place, "typed_though_worked", code)
        for code in row.words:
            if code in columns and columns[code].kind not in _TEXTS:
                yield Problem((*place, "words"), "collected_kind", code)
        for code, value in row.values.items():
            if code in columns and not _fits(columns[code], value):
                yield Problem((*place, "values"), "collected_kind", code)
        for code, part in row.takes.items():
            if code in columns:
                yield from _taken(columns[code], part, (*place, "takes"))


def _columns_of(row: CollectedRow) -> list[str]:
    return [*row.values, *row.words, *row.takes]


def _fits(column: FieldDefinition, value: bool | int | str) -> bool:
    if isinstance(value, bool):
        return column.kind == "yes_no"
    if isinstance(value, int):
        return column.kind in NUMBERS
    if column.choices:
        return value in {one.code for one in column.choices}
    return column.kind in _TEXTS


def _taken(field: FieldDefinition, part: IndicatorPart, path: Path) -> Iterator[Problem]:
    """Words go into texts, numbers into numbers."""
    is_words = part.endswith(".words")
    if field.kind not in (_TEXTS if is_words else ("number",)):
        yield Problem(path, "collected_kind", field.code)
