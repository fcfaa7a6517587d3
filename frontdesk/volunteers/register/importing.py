"""The register of volunteers (志愿者名册) as the office keeps it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db import volunteer_records as kept
from db import volunteers as records
from db.volunteer_records import Skill, Slot
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.sheets import cells
from frontdesk.sheets.importing import Tally, import_file
from frontdesk.sheets.outcome import ImportOutcome, RowChange
from frontdesk.sheets.rows import CellValue
from frontdesk.sheets.table import Column, TableRow
from frontdesk.volunteers.register.availability import read_slots
from frontdesk.volunteers.register.differences import differences, subject
from frontdesk.volunteers.register.editing import consent_said, sealed_phones
from frontdesk.volunteers.register.keeping import known_as, next_number, phone_key, phone_of, store


def _read_birth(value: CellValue) -> tuple[str, str]:
    """The month as YYYY-MM and the day as DD, '' where the cell says the month only."""
    try:
        born = cells.read_day()(value)
    except cells.CellRefused as no_day:
        try:
            return cells.read_month()(value), ""
        except cells.CellRefused:
            raise no_day from None
    return f"{born:%Y-%m}", f"{born:%d}"


def _read_availability(value: CellValue) -> frozenset[Slot]:
    try:
        return read_slots(cells.plain_text(value))
    except ValueError:
        raise cells.CellRefused("bad_availability") from None


def _read_list(value: CellValue) -> tuple[str, ...]:
    text = cells.read_text(200)(value)
    for mark in ",，;；/|":
        text = text.replace(mark, "、")
    return tuple(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))


COLUMNS = (
    Column("no", ["志愿者编号", "编号"], required=False, reader=cells.read_digits(7)),
    Column("name", ["姓名"], reader=cells.read_name()),
    Column("gender", ["性别"], required=False, reader=cells.read_choice({"男": "男", "女": "女"})),
    Column("birth_month", ["出生年月"], required=False, reader=cells.read_month()),
    Column("birth", ["出生日期", "生日"], required=False, reader=_read_birth),
    Column("phone", ["手机", "联系电话", "电话"], may_be_blank=True, reader=cells.read_phone()),
    Column("team", ["服务队", "所属服务队"], required=False, reader=cells.read_text(50)),
    Column("skill", ["技能特长", "特长"], required=False, reader=cells.read_text(100)),
    Column("registered_on", ["注册日期"], required=False, reader=cells.read_day()),
    Column("slots", ["可服务时间", "可服务时段"], required=False, reader=_read_availability),
    Column("talents", ["达人库", "达人特长"], required=False, reader=_read_list),
    Column("category", ["达人类别"], required=False, reader=cells.read_text(50)),
    Column("consent_on", ["知情同意日期"], required=False, reader=cells.read_day()),
    Column("consent_version", ["告知书版本"], required=False, reader=cells.read_text(30)),
    Column("guardian_name", ["监护人", "监护人姓名"], required=False, reader=cells.read_name()),
    Column("guardian_phone", ["监护人手机", "监护人电话"], required=False, reader=cells.read_phone()),
    Column("guardian_consent_on", ["监护人同意日期"], required=False, reader=cells.read_day()),
    Column("note", ["志愿者备注"], required=False, reader=cells.read_text(200)),
)

_PLAIN = (
    "name",
    "gender",
    "birth_month",
    "team",
    "skill",
    "consent_version",
    "guardian_name",
    "note",
)
_DAYS = ("registered_on", "consent_on", "guardian_consent_on")


@allowed("writer")
def import_volunteers(context: Context, path: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Take the register in: people are known by 志愿者编号, whose front zeros Excel may have taken, and where a row has
    none by name and phone; who is new without a number gets the next one. A row that could be two people is refused.

    A blank cell leaves what is stored; suspensions and cards stay as they are, and so does whoever is not in
    the sheet. A trial tells what would change, person by person. Errors: see `sheets.importing.import_file`.
    """

    def take(context: Context, connection: sqlite3.Connection, tally: Tally) -> None:
        _Taking(context, connection, tally, tells=dry_run).run()

    return import_file(context, "volunteers", path, COLUMNS, take, unique=["no"], dry_run=dry_run)


@dataclass
class _Taking:
    """The rows of one sheet, taken one after the other inside the transaction."""

    context: Context
    connection: sqlite3.Connection
    tally: Tally
    tells: bool
    _row_of: dict[str, int] = field(default_factory=dict)
    """In which row each volunteer was met."""
    _highest: str = ""
    _teams: frozenset[str] = frozenset()
    _new_teams: set[str] = field(default_factory=set)
    """Teams that only the sheet has, where there are teams already: a slip of the pen founds one."""

    def run(self) -> None:
        """Take every row that is one person's, and refuse the others."""
        rows = self.tally.table.rows
        # Numbers that stand further down in the sheet are taken too.
        self._highest = max((row["no"] for row in rows if row["no"]), default="")
        self._teams = frozenset(records.team_names(self.connection))
        # Who is named by number comes first: a row without one may be the same person, not somebody new.
        for row in sorted(rows, key=lambda one: one["no"] is None):
            if not self._is_possible(row):
                continue
            found = self._whose(row)
            if found is None:
                continue
            before, no = found
            first = self._row_of.setdefault(no, row.number)
            if first != row.number:
                self.tally.reject(row, "name", "same_volunteer_twice", area="register", no=no, first_row=first)
                continue
            self._take(row, before, no)
        self.tally.preview.sort(key=lambda change: change.row)
        if self._new_teams:
            self.tally.remark("new_teams", count=len(self._new_teams), teams="、".join(sorted(self._new_teams)))

    def _is_possible(self, row: TableRow) -> bool:
        """Whether number and days can be anybody's; otherwise the row was refused."""
        today = self.context.today()
        if row["no"] and int(row["no"]) == 0:
            self.tally.reject(row, "no", "number_zero", area="register")
            return False
        if row["birth"] is not None and row["birth"] > (f"{today:%Y-%m}", f"{today:%d}"):
            born = "-".join(part for part in row["birth"] if part)
            self.tally.reject(row, "birth", "day_in_future", area="register", day=born)
            return False
        for name in _DAYS:
            if row[name] is not None and row[name] > today:
                self.tally.reject(row, name, "day_in_future", area="register", day=row[name].isoformat())
                return False
        if row["birth_month"] and row["birth_month"] > f"{today:%Y-%m}":
            self.tally.reject(row, "birth_month", "day_in_future", area="register", day=row["birth_month"])
            return False
        return True

    def _whose(self, row: TableRow) -> tuple[Volunteer | None, str] | None:
        """Who a row is about, with the number; None if it was refused."""
        phone: str = row["phone"] or ""
        if row["no"]:
            before = records.get(self.connection, row["no"])
            if before is None and phone and (same := self._same_phone(row["name"], phone)):
                self.tally.reject(row, "no", "known_under_other_number", area="register", other=same[0].no)
                return None
            return before, row["no"]
        maybe = known_as(self.context, self.connection, row["name"], phone)
        sure = self._same_phone(row["name"], phone) if phone else [one for one in maybe if one.phone_key is None]
        if len(sure) == 1 and (phone or len(maybe) == 1):
            return sure[0], sure[0].no
        if maybe:
            numbers = "、".join(one.no for one in maybe[:5])
            self.tally.reject(row, "name", "ambiguous_volunteer", area="register", numbers=numbers)
            return None
        self._highest = next_number(self.connection, self._highest)
        return None, self._highest

    def _same_phone(self, name: str, phone: str) -> list[Volunteer]:
        key = phone_key(self.context, phone)
        return [one for one in known_as(self.context, self.connection, name, phone) if one.phone_key == key]

    def _take(self, row: TableRow, before: Volunteer | None, no: str) -> None:
        after = _merged(self.context, before or Volunteer(no=no, name=row["name"]), row)
        slots, skills = self._beside(row, no)
        if after == before and slots is None and not skills:
            self.tally.count("unchanged")
            return
        if self._teams and after.team and after.team not in self._teams:
            self._new_teams.add(after.team)
        if self.tells:
            fields = differences(self.context, before, after, new_teams=self._new_teams)
            fields += self._differences_beside(row, no, slots, skills)
            self.tally.preview.append(RowChange(row.number, subject(after), before is None, tuple(fields)))
        if after != before:
            store(self.context, self.connection, after, phone_of(self.context, after))
        if slots is not None:
            kept.set_availability(self.connection, no, slots)
        for skill in skills:
            kept.put_skill(self.connection, skill)
        self.tally.count("added" if before is None else "changed")

    def _beside(self, row: TableRow, no: str) -> tuple[frozenset[Slot] | None, list[Skill]]:
        """The availability, None where it stays as it is, and the skills of the talent pool that change."""
        slots: frozenset[Slot] | None = row["slots"]
        if slots is not None and slots == kept.availability(self.connection, no):
            slots = None
        known = {one.skill: one for one in kept.skills(self.connection, no)} if row["talents"] else {}
        today = self.context.today().isoformat()
        changed = []
        for name in row["talents"] or ():
            before = known.get(name)
            after = before or Skill(volunteer_no=no, skill=name, since=today)
            if row["category"]:
                after = after.model_copy(update={"category": row["category"]})
            if after != before:
                changed.append(after)
        return slots, changed

    def _differences_beside(
        self, row: TableRow, no: str, slots: frozenset[Slot] | None, skills: list[Skill]
    ) -> list[tuple[str, str, str]]:
        from frontdesk.locale import t
        from frontdesk.volunteers.register.availability import slot_words

        told = []
        if slots is not None:
            before = slot_words(kept.availability(self.connection, no))
            told.append((t("register.field.availability"), before, slot_words(slots)))
        if skills:
            mark = t("register.list_mark")
            known = mark.join(one.skill for one in kept.skills(self.connection, no))
            told.append((t("register.field.talents"), known, mark.join(one.skill for one in skills)))
        return told


def _merged(context: Context, base: Volunteer, row: TableRow) -> Volunteer:
    """What is stored with what the row says put over it."""
    said: dict[str, Any] = {name: row[name] for name in _PLAIN if row[name] is not None}
    said |= {name: row[name].isoformat() for name in _DAYS if row[name] is not None}
    born: tuple[str, str] | None = row["birth"]
    if born is not None:
        said["birth_month"] = born[0]
    if born is not None and born[1]:
        said["birth_day"] = born[1]
    elif said.get("birth_month", base.birth_month) != base.birth_month:
        # The day was that of another month.
        said["birth_day"] = ""
    said |= consent_said(context, base, said)
    phones = {name: row[name] for name in ("phone", "guardian_phone") if row[name]}
    return base.model_copy(update=said | sealed_phones(context, base, phones))
