"""The register of residents (居民名册) as the office keeps it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db import residents as records
from db.residents import Resident
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.editing import changed_fields, has_guardian, with_fields
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.fields import WRONG_FIELD, checked_tags, read_birth, read_person_name, split_tags
from frontdesk.residents.keeping import guardian_phone_of, new_resident, phone_key, phone_of, store
from frontdesk.residents.rules import may_be_child
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow


def _as_it_is(value: CellValue) -> CellValue:
    """The cell itself: how much of a birth it says is seen later, so that the refusal can say what may stand there."""
    cells.refuse_long_number(value, cells.plain_text(value))
    return value


COLUMNS = (
    Column("name", ["姓名"], reader=cells.read_name()),
    Column("phone", ["手机", "联系电话", "电话"], may_be_blank=True, reader=cells.read_phone()),
    Column("birth", ["出生", "出生日期", "出生年月", "生日"], required=False, reader=_as_it_is),
    Column("gender", ["性别"], required=False, reader=cells.read_choice({"男": "男", "女": "女"})),
    Column("area", ["居委", "居委会", "村居", "所属居委"], required=False, reader=cells.read_text(20)),
    Column("tags", ["标签", "人群标签"], required=False, reader=cells.read_text(200)),
    Column("household", ["户号", "家庭"], required=False, reader=cells.read_text(20)),
    Column("guardian_name", ["监护人", "监护人姓名"], required=False, reader=cells.read_name()),
    Column("guardian_phone", ["监护人手机", "监护人电话"], required=False, reader=cells.read_phone()),
    Column("guardian_consent_on", ["监护人同意日期"], required=False, reader=cells.read_day()),
    Column("consent_on", ["知情同意日期"], required=False, reader=cells.read_day()),
    Column("consent_version", ["告知书版本"], required=False, reader=cells.read_text(30)),
    Column("note", ["居民备注", "备注"], required=False, reader=cells.read_text(200)),
)

SHOWN = tuple(column.name for column in COLUMNS if column.name not in ("name", "tags", "household"))

_PLAIN = ("gender", "area", "guardian_name", "guardian_phone", "consent_version", "note")
_DAYS = ("guardian_consent_on", "consent_on")


@allowed("writer")
def import_residents(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the register in: people are known by name and phone; without a phone on one side, by a name that only one
    has.

    A blank cell leaves what is stored, and so does a column that is not there; the tags of a row are all that the
    person has. Rows with the same 户号 are one household. Who is not in the sheet stays. A trial tells what would
    change, person by person. Errors: see `sheets.importing.import_file`.
    """

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        _Taking(context, connection, tally, tells=dry_run).run()

    return import_file(context, "residents", path, COLUMNS, take, dry_run=dry_run)


@dataclass
class _Taking:
    """The rows of one sheet, taken one after the other inside the transaction."""

    context: Context
    connection: sqlite3.Connection
    tally: Tally
    tells: bool
    _row_of: dict[int, int] = field(default_factory=dict)
    """In which row each resident was met."""
    _households: defaultdict[str, list[Resident]] = field(default_factory=lambda: defaultdict(list))
    _moved: set[int] = field(default_factory=set)
    """Who changed nothing but the household."""
    _children: int = 0

    def run(self) -> None:
        """Take every row that is one person's, and refuse the others."""
        unchanged: set[int] = set()
        for row in self.tally.table.rows:
            try:
                said = self._said(row)
                kept, same = self._take(row, self._whose(said), said)
            except ResidentError as refusal:
                column = WRONG_FIELD.get(refusal.code) or str(refusal.details.get("field", "name"))
                self.tally.reject(row, column, refusal.code, area="residents", **refusal.details)
                continue
            first = self._row_of.setdefault(kept.id, row.number)
            if first != row.number:
                self.tally.reject(row, "name", "same_resident_twice", area="residents", first_row=first)
                continue
            if same:
                unchanged.add(kept.id)
            if row["household"]:
                self._households[row["household"]].append(kept)
        moved = self._join_households() & unchanged
        self.tally.count("unchanged", len(unchanged - moved))
        self.tally.count("changed", len(moved))
        if self._children:
            self.tally.remark("children_without_guardian", count=self._children)

    def _said(self, row: TableRow) -> dict[str, Any]:
        """What the row says, as `with_fields` takes it. Raises ResidentError."""
        today = self.context.today()
        said: dict[str, Any] = {"name": read_person_name(row["name"])}
        said |= {name: row[name] for name in _PLAIN if row[name] is not None}
        for name in _DAYS:
            if row[name] is None:
                continue
            if row[name] > today:
                raise ResidentError("day_in_future", day=row[name].isoformat(), field=name)
            said[name] = row[name].isoformat()
        if row["birth"] is not None:
            said["birth"] = read_birth(row["birth"], today)
        if row["phone"]:
            said["phone"] = row["phone"]
        if row["tags"] is not None:
            said["tags"] = split_tags(row["tags"])
        return said

    def _whose(self, said: dict[str, Any]) -> Resident | None:
        """Who a row is about, None for somebody new. Raises ResidentError `ambiguous_resident`."""
        name, phone = said["name"], said.get("phone", "")
        if phone:
            known = records.named(self.connection, phone_key(self.context, phone), name)
            if known is not None and known.merged_into is not None:
                # The row knows the person under what was the second entry: of name and phone nothing is said.
                said.pop("phone")
                said.pop("name")
                return records.get(self.connection, known.merged_into)
            if known is not None:
                return known
        maybe = [
            one
            for one in records.namesakes(self.connection, name)
            if not phone or (one.phone_cipher is None and one.id not in self._row_of)
        ]
        if len(maybe) > 1:
            raise ResidentError("ambiguous_resident", count=len(maybe))
        return maybe[0] if maybe else None

    def _take(self, row: TableRow, before: Resident | None, said: dict[str, Any]) -> tuple[Resident, bool]:
        """Store a row; the resident as it is kept, and whether nothing of the entry changed. Raises ResidentError."""
        phone = said.get("phone", "")
        base = before or new_resident(self.context, said["name"], phone, phone_key(self.context, phone))
        after = with_fields(self.context, base, said)
        known = records.tags(self.connection, [base.id]).get(base.id, ()) if base.id else ()
        tags = checked_tags(said.get("tags", known), self.context.settings.audience_tags, known)
        same_tags = set(tags) == set(known)
        if before is not None and not changed_fields(base, after) and same_tags:
            return base, True
        if self.tells:
            fields = self._differences(before, after, known, tags)
            self.tally.preview.append(RowChange(row.number, self._subject(after), before is None, tuple(fields)))
        kept = store(self.context, self.connection, after)
        if not same_tags:
            records.set_tags(self.connection, kept.id, dict.fromkeys(tags))
        if may_be_child(kept.birth, self.context.today()) and not has_guardian(kept):
            self._children += 1
        self.tally.count("added" if before is None else "changed")
        return kept, False

    def _join_households(self) -> set[int]:
        """Make one household of the rows that say so; who of them changed."""
        moved: set[int] = set()
        for people in self._households.values():
            now = records.by_ids(self.connection, [person.id for person in people])
            numbers = {one.household for one in now}
            if len(now) < 2 or (len(numbers) == 1 and None not in numbers):
                continue
            number = next((one.household for one in now if one.household is not None), None)
            number = number or records.next_household(self.connection)
            joining = [one for one in now if one.household != number]
            records.set_household(self.connection, [one.id for one in joining], number)
            moved |= {one.id for one in joining}
        return moved

    def _subject(self, person: Resident) -> str:
        phone = mask_phone(phone_of(self.context, person))
        return f"{mask_name(person.name)} {phone}".strip()

    def _differences(
        self, before: Resident | None, after: Resident, known: tuple[str, ...], tags: tuple[str, ...]
    ) -> list[tuple[str, str, str]]:
        from frontdesk.locale import t

        told = []
        for name in SHOWN:
            old = "" if before is None else self._shown(before, name)
            new = self._shown(after, name)
            if old != new or (name == "guardian_phone" and before and self._clear(before) != self._clear(after)):
                told.append((t(f"residents.field.{name}"), old, new))
        if set(known) != set(tags):
            mark = t("residents.list_mark")
            told.append((t("residents.field.tags"), mark.join(known), mark.join(tags)))
        return told

    def _clear(self, person: Resident) -> str:
        return guardian_phone_of(self.context, person)

    def _shown(self, person: Resident, name: str) -> str:
        if name == "phone":
            return mask_phone(phone_of(self.context, person))
        if name == "guardian_phone":
            return mask_phone(self._clear(person))
        value: str = getattr(person, name)
        return mask_name(value) if name == "guardian_name" else value
