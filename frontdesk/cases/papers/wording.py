"""Values of records in the words of a paper: names looked up, people masked, days as they are printed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from db import activities, staff, volunteers
from db import cases as records
from frontdesk.cases.masks import FREE, Masks, masks_of, people_of_records, rows_told
from frontdesk.cases.recording import UNREADABLE
from frontdesk.cases.words import value_words
from frontdesk.common.money import yuan_words
from frontdesk.common.names import mask_name
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition
    from frontdesk.cases.engine.values import Plain, Value
    from frontdesk.context import Context


class Wording:
    """What stands on one paper for the values of records.

    `masked`: names and phones of people as lists show them, also where the people of the record are named in free
    words, and every number there that may be somebody's. `public`: for the wall.
    """

    def __init__(
        self,
        context: Context,
        connection: sqlite3.Connection,
        *,
        masked: bool,
        public: bool = False,
        long_days: bool = True,
    ) -> None:
        self.masked = masked or public
        self.public = public
        self.long_days = long_days
        self._context = context
        self._connection = connection
        self._masks = Masks()
        self._worked: Mapping[str, frozenset[str]] = {}
        self._name_of: dict[str, Callable[[str], str]] = {
            "staff": cache(self._staff),
            "volunteer": cache(self._volunteer),
            "session": cache(self._session),
        }
        self._titles: dict[tuple[str, str], str] = {}

    def about(self, definition: Definition, values: Mapping[str, Value], case_id: int) -> None:
        """From here on this record is told of: its people are masked in free words too, and those of the record that it
        was begun from.
        """
        masks = masks_of(definition, values)
        if self.masked:
            before = people_of_records(self._context, self._connection, [case_id])
            masks = masks.and_of(before.get(case_id, Masks()))
        self.among(definition, masks)

    def among(self, definition: Definition, masks: Masks) -> None:
        """From here on a record is told of of which it is known whom it names."""
        self._worked = {one.code: definition.worked_columns(one.code) for one in definition.fields if one.fields}
        self._masks = masks

    def of(self, field: FieldDefinition, value: Value | None) -> str:
        """A value in words; the rows of a list a line each."""
        if value is None:
            return ""
        if isinstance(value, str | int):
            return self._plain(field, value)
        lines = ("  ".join(self._cells(field, row)) for row in value)
        return "\n".join(one for one in lines if one)

    def with_number(self, field: FieldDefinition, value: Value | None) -> str:
        """A value in words, somebody of the staff by number and name, but for the wall."""
        words = self.of(field, value)
        if field.kind != "staff" or self.public or not words or words == value:
            return words
        return f"{value} {words}"

    def _cells(self, field: FieldDefinition, row: Mapping[str, Plain]) -> Iterable[str]:
        # What money comes to by line has no room in one cell: it stands on the paper of the record.
        left = self._worked.get(field.code, frozenset())
        shown = [one for one in field.fields if one.printed and not (one.kind == "money" and one.code in left)]
        kinds = [one.kind for one in shown]
        for one in shown:
            words = self._plain(one, row[one.code]) if one.code in row else ""
            is_bare = one.kind in ("yes_no", "number") or (one.kind == "money" and kinds.count("money") > 1)
            if words and is_bare and len(shown) > 1:
                words = t("case_papers.labelled", name=str(one.name), words=words)
            if words:
                yield words

    def _plain(self, field: FieldDefinition, value: Plain) -> str:
        if field.kind == "money" and isinstance(value, int):
            return yuan_words(value)
        if not isinstance(value, str) or value == UNREADABLE:
            return value_words(field, value)
        if field.kind == "date":
            return self.day(value)
        if field.kind in self._name_of:
            return self._name_of[field.kind](value)
        if field.kind == "reference":
            return self._reference(field.of or "", value)
        if field.kind not in FREE or field.personal is not None:
            return value_words(field, value, masked=self.masked)
        return self.cleaned(value)

    def cleaned(self, text: str) -> str:
        """Free words, the people of the record masked in them, and every number that may be somebody's."""
        return self._masks.put_on(text) if self.masked else text

    def day(self, day: str) -> str:
        """A day as papers have it: 2026年7月1日, without leading zeros (GB/T 9704-2012); short in tables."""
        if not self.long_days:
            return day
        try:
            found = date.fromisoformat(day)
        except ValueError:
            return day
        return t("case_papers.day", year=found.year, month=found.month, day=found.day)

    def with_remark(self, words: str, others: Sequence[str]) -> str:
        """A name with what belongs to it in brackets."""
        return t("case_papers.remark", words=words, remark=" ".join(others)) if others else words

    def _staff(self, no: str) -> str:
        found = staff.get(self._connection, no)
        name = "" if found is None else mask_name(found.name) if self.masked else found.name
        return name or ("" if self.public else no)

    def _volunteer(self, no: str) -> str:
        found = volunteers.get(self._connection, no)
        name = "" if found is None else mask_name(found.name) if self.masked else found.name
        return f"{no} {name}".strip()

    def _session(self, code: str) -> str:
        found = activities.get(self._connection, code)
        return f"{code} {found.name}" if found is not None else code

    def _reference(self, definition: str, number: str) -> str:
        key = (definition, number)
        if key not in self._titles:
            row = records.by_number(self._connection, definition, number)
            rows = [row] if row is not None else []
            rows = rows_told(self._context, self._connection, rows) if self.masked else rows
            self._titles[key] = rows[0].title if rows else ""
        return f"{number} {self._titles[key]}".strip()
