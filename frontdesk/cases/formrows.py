"""The rows of a list in a form: pasted from a spreadsheet, moved, added up, shown. Pure."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.engine.values import MOST_ROWS, BadValue, Value, read_value
from frontdesk.cases.engine.working_out import worked
from frontdesk.cases.forms import REASON, Asked, Trusting, Typed, TypedRow, is_empty, money_words, options, typed_of
from frontdesk.common.dates import screen_date
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.errors import CodedError
from frontdesk.locale import t

_PARTED = re.compile(r"[-+]?[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class PastedRows:
    """Rows that were read from a clipboard, and how many there was no room for."""

    rows: tuple[TypedRow, ...] = ()
    left_out: int = 0


def read_pasted(
    columns: Sequence[FieldDefinition], text: str, room: int = MOST_ROWS, names: Mapping[str, str] | None = None
) -> PastedRows:
    """The rows of a text with tabs, as WPS and Excel copy them. Where the first line names columns, they go by these
    names; else by their order. `names` are those of the staff by number, for columns in which they are named.
    """
    numbers = _numbers_of(names or {})
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = [[cell.strip() for cell in line] for line in csv.reader(StringIO(clean), delimiter="\t")]
    lines = [line for line in lines if any(line)]
    order: list[FieldDefinition | None] = list(columns)
    if lines:
        named = [_column_named(columns, cell) for cell in lines[0]]
        if any(named) and all(one is not None or not cell for one, cell in zip(named, lines[0], strict=True)):
            order, lines = named, lines[1:]
    rows = [
        {
            column.code: _cell(column, cell, numbers)
            for column, cell in zip(order, line, strict=False)
            if column is not None
        }
        for line in lines
    ]
    rows = [row for row in rows if not all(is_empty(value) for value in row.values())]
    return PastedRows(tuple(rows[:room]), max(0, len(rows) - room))


def _column_named(columns: Sequence[FieldDefinition], cell: str) -> FieldDefinition | None:
    return next((one for one in columns if cell in (one.name.zh_CN, one.name.en, one.code)), None)


def _numbers_of(names: Mapping[str, str]) -> dict[str, str]:
    """The numbers of the staff by name, of names that only one has."""
    several = Counter(names.values())
    return {name: no for no, name in names.items() if several[name] == 1}


def _cell(column: FieldDefinition, cell: str, numbers: Mapping[str, str]) -> str:
    """A cell as it would be typed: in one line, an amount without the marks between thousands, staff by number."""
    if column.kind == "staff":
        return numbers.get(cell, cell)
    text = cell if column.kind == "long_text" else " ".join(cell.split())
    if column.kind in ("number", "money") and _PARTED.fullmatch(text.removeprefix("¥").removeprefix("￥").strip()):
        return text.replace(",", "").replace("，", "")
    return text


def moved(rows: Sequence[TypedRow], place: int, step: int) -> tuple[list[TypedRow], int]:
    """The rows with one of them moved up (-1) or down (1), and where it stands now; at the edge it stays."""
    found, target = list(rows), place + step
    if not (0 <= place < len(found) and 0 <= target < len(found)):
        return found, place
    found[place], found[target] = found[target], found[place]
    return found, target


def totals(field: FieldDefinition, rows: Sequence[Mapping[str, str]], today: date, known: Trusting) -> dict[str, int]:
    """By money column what it adds up to, in fen; what is no amount counts as nothing."""
    found = {}
    for column in field.fields:
        if column.kind == "money":
            found[column.code] = sum(_amount(column, row.get(column.code, ""), today, known) for row in rows)
    return found


def _amount(column: FieldDefinition, text: str, today: date, known: Trusting) -> int:
    try:
        value = read_value(column, text, today, known)
    except (BadValue, CodedError):
        return 0
    return value if isinstance(value, int) else 0


def totals_words(field: FieldDefinition, rows: Sequence[Mapping[str, str]], today: date, known: Trusting) -> str:
    """What the money columns add up to that rows have something in, in words; "" without any."""
    sums = totals(field, rows, today, known)
    held = {code for row in rows for code, text in row.items() if not is_empty(text)}
    named = [(one, sums[one.code]) for one in field.fields if one.code in sums and one.code in held]
    if len(named) == 1:
        return t("case_form.total", amount=money_words(named[0][1]))
    return t("case_form.joint").join(
        t("case_form.total_of", name=column.name, amount=money_words(amount)) for column, amount in named
    )


def cell_words(
    column: FieldDefinition, text: str, today: date, known: Trusting, names: Mapping[str, str] | None = None
) -> str:
    """A cell of a row as a table shows it: what was understood, or what was typed where nothing was."""
    if column.kind in ("choice", "yes_no"):
        try:
            value = read_value(column, text, today, known)
        except (BadValue, CodedError):
            return text
        if isinstance(value, bool):
            value = "1" if value else "0"
        return next((words for code, words in options(column, known) if code == value), text)
    if column.kind == "date" and text.strip():
        try:
            return screen_date(read_typed_date(text, today))
        except ValueError:
            return text
    if column.kind == "money" and text.strip():
        try:
            value = read_value(column, text, today, known)
        except (BadValue, CodedError):
            return text
        return money_words(value) if isinstance(value, int) else text
    if column.kind == "staff" and names:
        return names.get(text, text)
    return " ".join(text.split())


def values_typed(
    asked: Sequence[Asked], before: Mapping[str, Value | None], typed: Typed, today: date, known: Trusting
) -> dict[str, Value]:
    """What the record would hold, as far as what was typed can be read."""
    found = {code: value for code, value in before.items() if value is not None}
    for one in asked:
        if one.key == REASON or (one.stays and is_empty(typed.get(one.key, ""))):
            continue
        try:
            value = read_value(one.field, typed.get(one.key, ""), today, known)
        except (BadValue, CodedError):
            continue
        if value is None:
            found.pop(one.key, None)
        else:
            found[one.key] = value
    return found


def worked_out(definition: Definition, values: Mapping[str, Value]) -> list[tuple[FieldDefinition, Value]]:
    """The fields that follow from others, with what they would hold."""
    if not definition.works_out:
        return []
    found = worked(definition, None, values)
    return [(one, found[one.code]) for one in definition.fields if one.code in definition.worked_out & found.keys()]


def with_worked_columns(
    definition: Definition, field: FieldDefinition, values: Mapping[str, Value], rows: Sequence[TypedRow]
) -> list[TypedRow]:
    """The rows of a list with the columns that follow from others; as they are where not all of them can be read."""
    columns = definition.worked_columns(field.code)
    held = worked(definition, None, values).get(field.code) if columns else None
    shown = typed_of(field, held)
    if not columns or not isinstance(shown, list) or len(shown) != len(rows):
        return [dict(row) for row in rows]
    return [
        {**row, **{code: full[code] for code in columns if code in full}} for row, full in zip(rows, shown, strict=True)
    ]
