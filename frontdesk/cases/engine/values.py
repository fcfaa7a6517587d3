"""What is typed into a field of a record, as it is kept. Pure; what another table has to know comes in as `Known`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from frontdesk.cases.definition.model import FieldDefinition
from frontdesk.common.money import has_other_digits, read_yuan
from frontdesk.common.names import clean_line, clean_name
from frontdesk.common.phones import normalise_phone
from frontdesk.common.typed_dates import read_typed_date

Plain = str | int | bool
Row = Mapping[str, Plain]
Value = Plain | Sequence[Row]
"""What a field holds: money is whole fen, a day is YYYY-MM-DD, a choice is its code. An empty field holds nothing."""

LONGEST_LINE = 200
LONGEST_TEXT = 4000
MOST_ROWS = 500
LARGEST_FEN = 10**13
"""A hundred thousand million yuan: whatever a district spends fits in."""

_WHOLE = re.compile(r"[0-9]{1,12}")
YES = frozenset(("1", "y", "yes", "是", "有", "true"))
_NO = frozenset(("0", "n", "no", "否", "无", "没有", "false"))


class Known(Protocol):
    """What only other tables know: whether a record that a field leads to is there, and the words of a setting."""

    def exists(self, field: FieldDefinition, key: str) -> bool: ...
    def words(self, setting: str) -> Sequence[str]: ...


class BadValue(ValueError):
    """Something that a field cannot hold; `code` is stable, `field` says which, `row` (from 1) which line of a list;
    `details` are the bound that it passes, `least` or `most`, or the `choices` that there are.
    """

    def __init__(self, code: str, field: FieldDefinition, row: int | None = None, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.row = row
        self.details = details


def read_value(field: FieldDefinition, typed: object, today: date, known: Known) -> Value | None:
    """What was typed as it is kept; None for nothing.

    Raises BadValue with one of: bad_line, bad_number, bad_money, bad_date, bad_yes_no, bad_choice, bad_phone, too_long,
    too_small, too_large, too_many_rows, not_there; and DeskError `long_number`.
    """
    if field.kind == "list":
        return _read_rows(field, typed, today, known)
    if isinstance(typed, bool) and field.kind == "yes_no":
        return typed
    text = str(typed).strip() if typed is not None else ""
    if not text:
        return None
    return _read_plain(field, text, today, known)


def _read_plain(field: FieldDefinition, text: str, today: date, known: Known) -> Plain:
    match field.kind:
        case "number" | "money":
            return _bounded(field, _number(field, text))
        case "date":
            try:
                return read_typed_date(text, today).isoformat()
            except ValueError as wrong:
                raise BadValue("bad_date", field) from wrong
        case "yes_no":
            if text.lower() in YES | _NO:
                return text.lower() in YES
            raise BadValue("bad_yes_no", field)
        case "choice":
            return _choice(field, text, known)
        case "text" | "long_text" | "person" | "organisation":
            return _words(field, text)
        case _:
            if not known.exists(field, text):
                raise BadValue("not_there", field)
            return text


def _number(field: FieldDefinition, text: str) -> int:
    if field.kind == "money":
        try:
            # A receipt is never about nothing; a line of a budget may be.
            return read_yuan(text, LARGEST_FEN, least=0)
        except ValueError as wrong:
            raise BadValue("bad_money", field) from wrong
    digits = unicodedata.normalize("NFKC", text)
    if has_other_digits(text) or not _WHOLE.fullmatch(digits):
        raise BadValue("bad_number", field)
    return int(digits)


def _bounded(field: FieldDefinition, number: int) -> int:
    if field.least is not None and number < field.least:
        raise BadValue("too_small", field, least=field.least)
    if field.most is not None and number > field.most:
        raise BadValue("too_large", field, most=field.most)
    return number


def _choice(field: FieldDefinition, text: str, known: Known) -> str:
    """By its code or by its words."""
    if field.choices_from is not None:
        words = known.words(field.choices_from)
        if text in words:
            return text
        raise BadValue("bad_choice", field, choices=tuple(words))
    for one in field.choices:
        if text in (one.code, one.name.zh_CN, one.name.en):
            return one.code
    raise BadValue("bad_choice", field, choices=tuple(str(one.name) for one in field.choices))


def _words(field: FieldDefinition, text: str) -> str:
    limit = field.most or (LONGEST_TEXT if field.kind == "long_text" else LONGEST_LINE)
    if field.personal == "phone":
        try:
            return normalise_phone(text)
        except ValueError as wrong:
            raise BadValue("bad_phone", field) from wrong
    try:
        lines = [clean_line(line) for line in text.splitlines()] if field.kind == "long_text" else [clean_line(text)]
    except ValueError as wrong:
        raise BadValue("bad_line", field) from wrong
    kept = "\n".join(lines).strip()
    kept = clean_name(kept) if field.personal == "name" else kept
    if len(kept) > limit:
        raise BadValue("too_long", field, most=limit)
    return kept


def _read_rows(field: FieldDefinition, typed: object, today: date, known: Known) -> Sequence[Row] | None:
    """The rows of a list, those without anything left out; None where none is left."""
    if typed is None or typed == "":
        return None
    if not isinstance(typed, Sequence) or isinstance(typed, str):
        raise BadValue("bad_line", field)
    rows: list[Row] = []
    for number, one in enumerate(typed, start=1):
        row = _read_row(field, one, number, today, known)
        if row:
            rows.append(row)
    if len(rows) > (field.most or MOST_ROWS):
        raise BadValue("too_many_rows", field, most=field.most or MOST_ROWS)
    return rows or None


def _read_row(field: FieldDefinition, typed: object, number: int, today: date, known: Known) -> Row:
    if not isinstance(typed, Mapping):
        raise BadValue("bad_line", field, number)
    row: dict[str, Plain] = {}
    for column in field.fields:
        try:
            value = read_value(column, typed.get(column.code), today, known)
        except BadValue as wrong:
            raise BadValue(wrong.code, column, number, **wrong.details) from wrong
        if value is not None and isinstance(value, str | int):
            row[column.code] = value
    lacking = [one for one in field.fields if one.required and one.code not in row]
    if row and lacking:
        raise BadValue("missing", lacking[0], number)
    return row
