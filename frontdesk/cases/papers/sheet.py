"""A register as a sheet: which columns, what stands in their cells, and what a cell types into a field.

A list stands in one cell, a line for each row, its columns apart by "|". What a sheet says is read as a person would
type it, so that what went out comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from frontdesk.cases.forms import typed_columns
from frontdesk.cases.recording import UNREADABLE
from frontdesk.cases.typed import is_needed_in_sheets
from frontdesk.cases.words import value_words
from frontdesk.common.money import yuan, yuan_words
from frontdesk.locale import LANGUAGES, catalogue, t
from frontdesk.sheets.cells import plain_text, read_day, read_text
from frontdesk.sheets.table import Column

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.engine.values import Plain, Value
    from frontdesk.cases.papers.wording import Wording
    from frontdesk.common.workbook import Cell
    from frontdesk.sheets.rows import CellValue

NUMBER, VERSION, STATE, OPENED = "_number", "_version", "_state", "_opened"
"""The names of the columns that are no fields: no field begins so."""
LONGEST_CELL = 20_000
_KEYS = ("staff", "volunteer", "session", "room", "reference")
_BETWEEN = re.compile(r"(?<!\\)[|｜]")


def typed_fields(definition: Definition) -> tuple[FieldDefinition, ...]:
    """The fields that a sheet has: all but those that follow from others."""
    return tuple(one for one in definition.fields if one.code not in definition.worked_out)


def asked_fields(definition: Definition) -> tuple[FieldDefinition, ...]:
    """The fields that a blank form has: what is asked when a record is opened. What a later step says is not taken from
    a sheet.
    """
    return tuple(one for one in typed_fields(definition) if one.at_opening)


def headings(definition: Definition) -> dict[str, str]:
    """By field the heading of its column in the language in force; a name that stands there already has the code
    behind it.
    """
    found: dict[str, str] = {}
    taken = {heading_of(NUMBER), heading_of(VERSION), t("case_papers.column.state"), heading_of(OPENED)}
    for one in typed_fields(definition):
        name = str(one.name)
        found[one.code] = f"{name} {one.code}" if name in taken else name
        taken.add(found[one.code])
    return found


def heading_of(column: str) -> str:
    """The heading of a column that is no field."""
    return t("case_papers.column.opened_on" if column == OPENED else f"case_papers.sheet.{column.removeprefix('_')}")


def columns(definition: Definition) -> tuple[Column, ...]:
    """The columns that an import looks for, under the names of the fields in both languages or their codes."""
    taken: set[str] = set()
    found = [_own(NUMBER, taken), _own(VERSION, taken), _own(STATE, taken), _opened(taken)]
    for one in typed_fields(definition):
        names = (one.name.zh_CN, one.name.en or "", f"{one.name.zh_CN} {one.code}", f"{one.name.en} {one.code}")
        aliases = [name for name in (*names, one.code) if name and name.casefold() not in taken]
        taken |= {name.casefold() for name in aliases}
        # A blank cell is told with whatever else is wrong with its row.
        found.append(Column(one.code, aliases, required=is_needed_in_sheets(one), reader=_whole, may_be_blank=True))
    return tuple(found)


def _own(name: str, taken: set[str]) -> Column:
    key = "column.state" if name == STATE else f"sheet.{name.removeprefix('_')}"
    aliases = [catalogue(language, "case_papers")[key] for language in LANGUAGES]
    taken |= {one.casefold() for one in aliases}
    return Column(name, aliases, required=False, reader=read_text(60))


def _opened(taken: set[str]) -> Column:
    """The day of entry in an old book: a sheet may call it 登记日 too."""
    said = [catalogue(language, "case_papers")["column.opened_on"] for language in LANGUAGES]
    said += [catalogue(language, "case_desk")["column.opened"] for language in LANGUAGES]
    aliases = list(dict.fromkeys(one for one in said if one.casefold() not in taken))
    taken |= {one.casefold() for one in aliases}
    return Column(OPENED, aliases, required=False, reader=read_day())


_text = read_text(LONGEST_CELL, multiline=True)


def _whole(value: CellValue) -> str:
    """A cell as a person would type it. A number that a spreadsheet program has worked out has a tail of its own."""
    if isinstance(value, float) and not value.is_integer() and abs(value - round(value, 2)) < 1e-6:
        return f"{value:.2f}"
    return _text(value)


def typed_of(definition: Definition, field: FieldDefinition, text: str) -> object:
    """What the text of a cell types into a field: of a list its rows."""
    if field.kind != "list":
        return text
    inner = typed_columns(definition, field)
    rows = []
    for line in text.splitlines():
        if line.strip():
            parts = [one.replace("\\|", "|").strip() for one in _BETWEEN.split(line)]
            # What is too much belongs to the last column, which says what is wrong with it.
            parts = [*parts[: len(inner) - 1], "|".join(parts[len(inner) - 1 :])]
            rows.append({one.code: part for one, part in zip(inner, parts, strict=False) if part})
    return rows


class SheetCells:
    """What stands in the cells of one sheet; `masked` as lists show people."""

    def __init__(self, definition: Definition, wording: Wording) -> None:
        self._definition = definition
        self._wording = wording

    def cell(self, field: FieldDefinition, value: Value | None) -> Cell:
        """The cell of a field."""
        if value is None:
            return None
        if isinstance(value, str | int) and value != UNREADABLE:
            if field.kind == "money" and isinstance(value, int):
                return yuan(value)
            if field.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
                return value
            if field.kind == "date" and isinstance(value, str):
                return date.fromisoformat(value)
            return self._words(field, value)
        if isinstance(value, str | int):
            return value_words(field, value)
        return self._lines(field, value)

    def text(self, field: FieldDefinition, value: Value | None) -> str:
        """The same as a cell shows it."""
        cell = self.cell(field, value)
        if isinstance(cell, float):
            return f"{cell:.2f}"
        return plain_text(cell)

    def _lines(self, field: FieldDefinition, rows: Sequence[Mapping[str, Plain]]) -> str:
        inner = typed_columns(self._definition, field)
        return "\n".join(" | ".join(self._part(one, row.get(one.code)) for one in inner).rstrip(" |") for row in rows)

    def _part(self, field: FieldDefinition, value: Plain | None) -> str:
        if value is None:
            return ""
        words = yuan_words(value) if field.kind == "money" and isinstance(value, int) else self._words(field, value)
        return words.replace("|", "\\|")

    def _words(self, field: FieldDefinition, value: Plain) -> str:
        if not isinstance(value, str) or field.kind in ("choice", "yes_no", "number"):
            return value_words(field, value)
        if field.kind in _KEYS or field.kind == "date":
            return value
        return self._wording.of(field, value)


def is_masked(field: FieldDefinition, text: str) -> bool:
    """Whether a cell has of people what a masked sheet shows: taken in, the mask would stand for the person."""
    if not field.tells_of_people:
        return False
    hidden = (catalogue(language, "cases")[key] for language in LANGUAGES for key in ("hidden", "unreadable"))
    return "*" in text or any(words in text for words in hidden)
