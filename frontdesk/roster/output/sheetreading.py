"""A roster that comes back from WPS or Excel: what its cells say, and what of that is a change. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from frontdesk.common.dates import read_date
from frontdesk.common.names import clean_name
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.roster.model import ROLES, Assignment, RoleInSlot, SlotKey
from frontdesk.roster.output.sheetmark import Mark
from frontdesk.roster.output.sheetmerged import covering
from frontdesk.sheets.cells import plain_text
from frontdesk.sheets.errors import SheetError
from frontdesk.sheets.outcome import Rejection
from frontdesk.sheets.rows import CellValue, Sheet, SheetRow, is_blank, is_failed_formula
from frontdesk.sheets.table import HEADER_ROWS, rejection

_NEEDED = ("post", "shift", "role")
_MARKS_BEHIND = "*:："


@dataclass(frozen=True)
class Known:
    """What a sheet may speak of: the slots that exist, the shifts by code, and the people by staff number."""

    slots: Collection[SlotKey]
    shifts: Mapping[str, str]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """What one cell says: a person, or nobody, with the place where it stands."""

    person: str | None
    row: int
    heading: str
    value: CellValue

    def refuse(self, reason: str, **details: object) -> Rejection:
        """The rejection of this cell."""
        return replace(rejection(self.row, self.heading, self.value, reason, details), area="roster_out")


@dataclass(frozen=True)
class ReadRoster:
    """The roles that a sheet names, how many rows it has, and what cannot be taken."""

    said: Mapping[tuple[SlotKey, RoleInSlot], Said] = field(default_factory=dict)
    rows: int = 0
    rejected: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class SlotChange:
    """A slot that the sheet gives to others than those who have it."""

    slot: SlotKey
    before: Assignment
    after: Assignment
    row: int


@dataclass(frozen=True)
class _Heading:
    row: SheetRow
    places: Mapping[str, int]
    days: Mapping[int, date]
    wrong: tuple[Rejection, ...]


def find_roster(sheets: Iterable[Sheet]) -> Sheet:
    """The first sheet with the headings of a roster.

    Raises SheetError `header_missing` with the row that has most of them, or `empty` for no sheet at all.
    """
    nearest: SheetRow | None = None
    for sheet in sheets:
        for row in sheet.rows[:HEADER_ROWS]:
            if _is_heading(row):
                return sheet
            if nearest is None or len(_needed_in(row)) > len(_needed_in(nearest)):
                nearest = row
    if nearest is None:
        raise SheetError("empty", file="-")
    has = _needed_in(nearest)
    missing = "、".join(catalogue(LANGUAGES[0], "roster_out")[f"sheet.head.{key}"] for key in _NEEDED if key not in has)
    found = "、".join(plain_text(one).strip() for one in nearest.cells if not is_blank(one))
    raise SheetError("header_missing", missing=missing, found=found[:300] or "-")


def read_roster(sheet: Sheet, known: Known) -> ReadRoster:
    """What the sheet says about every slot that it names; a blank cell says that nobody has the role.

    Cells of slots that do not exist must be blank. Posts and shifts may be merged over their rows, roles and days may
    not. Raises SheetError `header_missing` for a sheet without the headings.
    """
    heading = _heading_of(sheet)
    reading = _Reading(known, heading)
    for row in sheet.rows:
        if row.number > heading.row.number:
            reading.take(row)
    rejected = [*heading.wrong, *reading.rejected, *_in_both_roles(reading.said), *_merged(sheet, heading, reading)]
    return ReadRoster(reading.said, reading.rows, tuple(sorted(rejected, key=lambda one: one.row)))


def mark_of(sheet: Sheet) -> Mark | None:
    """The mark that stands anywhere in the sheet; None where somebody has taken it out."""
    cells = (value for row in sheet.rows for value in row.cells if isinstance(value, str))
    return next((mark for value in cells if (mark := Mark.read(value)) is not None), None)


def sheet_days(sheet: Sheet) -> list[date]:
    """The days that its columns stand for, in order. Raises SheetError `header_missing`."""
    return sorted(set(_heading_of(sheet).days.values()))


class _Reading:
    def __init__(self, known: Known, heading: _Heading) -> None:
        self._heading = heading
        self._people = People(known.names)
        self._slots = frozenset(known.slots)
        self._posts = {_folded(slot.post): slot.post for slot in known.slots}
        self._shifts = _shift_words(known)
        self._last: dict[str, str] = {}
        self.said: dict[tuple[SlotKey, RoleInSlot], Said] = {}
        self.rejected: list[Rejection] = []
        self.numbers: list[int] = []

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return len(self.numbers)

    def take(self, row: SheetRow) -> None:
        """Read one row under the headings; one that names no role and nobody is a remark."""
        cells = {name: _at(row, place) for name, place in self._heading.places.items()}
        spoken = [place for place in self._heading.days if not is_blank(_at(row, place))]
        if is_blank(cells["role"]) and not spoken:
            return
        self.numbers.append(row.number)
        for name in ("post", "shift"):
            if not is_blank(cells[name]):
                self._last[name] = _folded(plain_text(cells[name]))
                if name == "post":
                    self._last.pop("shift", None)
        post, shift, role = (
            self._posts.get(self._last.get("post", "")),
            self._shifts.get(self._last.get("shift", "")),
            _role_words().get(_folded(plain_text(cells["role"]))),
        )
        if post is None or shift is None or role is None:
            for name, found in (("post", post), ("shift", shift), ("role", role)):
                if found is None:
                    self._refuse(row, self._heading.places[name], f"unknown_{name}")
            return
        for place, day in self._heading.days.items():
            self._take_cell(row, place, SlotKey(day, post, shift), role)

    def _take_cell(self, row: SheetRow, place: int, slot: SlotKey, role: RoleInSlot) -> None:
        value = _at(row, place)
        if slot not in self._slots:
            if not is_blank(value):
                self._refuse(row, place, "no_slot")
            return
        said = Said(None, row.number, self._name_of(place), value)
        earlier = self.said.get((slot, role))
        if is_blank(value):
            if earlier is None:
                self.said[slot, role] = said
            return
        if earlier is not None and earlier.person is not None:
            self._refuse(row, place, "slot_twice", first_row=earlier.row)
            return
        found = self._people.named(value)
        if len(found) == 1:
            self.said[slot, role] = replace(said, person=found[0])
        elif found:
            self._refuse(row, place, "two_of_name", numbers="、".join(found))
        else:
            self._refuse(row, place, "failed_formula" if is_failed_formula(value) else "unknown_name")

    def _refuse(self, row: SheetRow, place: int, reason: str, **details: object) -> None:
        self.rejected.append(Said(None, row.number, self._name_of(place), _at(row, place)).refuse(reason, **details))

    def _name_of(self, place: int) -> str:
        return plain_text(_at(self._heading.row, place)).strip()


class People:
    """Staff as cells name them: by number, by a name that one person has, or as 张三(S001)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {no: clean_name(name) for no, name in names.items()}
        self._numbers = {_folded(no): no for no in names}
        self._of_name: defaultdict[str, list[str]] = defaultdict(list)
        for no in sorted(names):
            self._of_name[self._names[no]].append(no)

    def named(self, value: CellValue) -> list[str]:
        """The staff numbers of everybody whom the cell may mean."""
        text = plain_text(value).strip()
        called = clean_name(text)
        found = dict.fromkeys(self._of_name.get(called, ()))
        if (number := self._numbers.get(_folded(text))) is not None:
            found[number] = None
        if found:
            return list(found)
        name, bracket, rest = _round(text).rpartition("(")
        number = self._numbers.get(_folded(rest.rstrip(" )"))) if bracket and rest.rstrip().endswith(")") else None
        if number is None or clean_name(name) != clean_name(_round(self._names[number])):
            return []
        return [number]

    def label(self, no: str) -> str:
        """How a person is written so that nobody else is meant: the name, with the number where that is needed."""
        name = self._names.get(no, no)
        return name if self.named(name) == [no] else f"{name}({no})"


def _round(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


def differences(
    read: ReadRoster,
    now: Mapping[SlotKey, Assignment],
    written: Mapping[SlotKey, Assignment],
    closed: Mapping[SlotKey, str] | None = None,
) -> tuple[list[SlotChange], list[Rejection]]:
    """What the sheet changes, and what of it cannot be.

    `now` is who stands where, `written` who stood there when the sheet was written. A role that was not edited in the
    sheet stays as it is now, whoever has taken it over since; one that was edited both in the sheet and in the program
    is `changed_since`, unless both say the same. A change of a slot in `closed` is refused for the reason that stands
    there.
    """
    changes: list[SlotChange] = []
    refused: list[Rejection] = []
    named: defaultdict[SlotKey, dict[RoleInSlot, Said]] = defaultdict(dict)
    for (slot, role), said in read.said.items():
        named[slot][role] = said
    for slot in sorted(named):
        people = [one.person for one in named[slot].values() if one.person is not None]
        # One person in both roles has been refused in reading.
        if len(people) == len(set(people)):
            change, wrong = _difference(
                slot, named[slot], now[slot], written.get(slot, now[slot]), (closed or {}).get(slot)
            )
            changes += [] if change is None else [change]
            refused += wrong
    return changes, refused


def _difference(
    slot: SlotKey,
    named: Mapping[RoleInSlot, Said],
    before: Assignment,
    written: Assignment,
    closed: str | None,
) -> tuple[SlotChange | None, list[Rejection]]:
    """What becomes of one slot: the roles that were edited are the sheet's, the others stay."""
    roles: dict[RoleInSlot, str | None] = {role: before.holder(role) for role in ROLES}
    refused: list[Rejection] = []
    for role, one in named.items():
        if one.person == written.holder(role):
            continue
        if before.holder(role) not in (written.holder(role), one.person):
            refused.append(one.refuse("changed_since"))
        roles[role] = one.person
    after = Assignment(roles["acting"], roles["standby"], before.locked)
    if refused or after == before:
        return None, refused
    said = next(iter(named.values()))
    if closed is not None:
        return None, [said.refuse(closed)]
    if after.acting is not None and after.acting == after.standby:
        return None, [said.refuse("changed_since")]
    return SlotChange(slot, before, after, said.row), []


def _in_both_roles(said: Mapping[tuple[SlotKey, RoleInSlot], Said]) -> list[Rejection]:
    return [
        one.refuse("both_roles", acting_row=said[slot, "acting"].row)
        for (slot, role), one in said.items()
        if role == "standby"
        and one.person is not None
        and (slot, "acting") in said
        and said[slot, "acting"].person == one.person
    ]


def _merged(sheet: Sheet, heading: _Heading, reading: _Reading) -> Iterator[Rejection]:
    """The refusals of cells that are merged over several roles or days, at the first cell of each."""
    if not sheet.merged:
        return
    at = {row.number: row for row in sheet.rows}
    places = {*heading.days, heading.places["role"]}
    for one in covering(sheet, heading.row.number, places, heading.days, reading.numbers):
        row = at.get(one.first_row)
        named = next((place for place in sorted(places) if place >= one.first_column), one.first_column)
        value = _at(row, one.first_column) if row is not None else None
        yield Said(None, one.first_row, plain_text(_at(heading.row, named)).strip(), value).refuse(
            "merged", cells=one.cells
        )


def _heading_of(sheet: Sheet) -> _Heading:
    row = next(row for row in find_roster([sheet]).rows[:HEADER_ROWS] if _is_heading(row))
    words = _heading_words()
    places: dict[str, int] = {}
    days: dict[int, date] = {}
    wrong: list[Rejection] = []
    for place, value in enumerate(row.cells):
        if is_blank(value):
            continue
        text = plain_text(value)
        name = words.get(_folded(text))
        if name is not None:
            if name in places:
                raise SheetError("header_duplicate", headings=text, row=row.number)
            places[name] = place
            continue
        try:
            day = read_date(value)
        except ValueError:
            wrong.append(Said(None, row.number, text.strip(), value).refuse("bad_day"))
            continue
        if day in days.values():
            wrong.append(Said(None, row.number, text.strip(), value).refuse("day_twice"))
        days[place] = day
    return _Heading(row, places, days, tuple(wrong))


def _is_heading(row: SheetRow) -> bool:
    return _needed_in(row) == set(_NEEDED)


def _needed_in(row: SheetRow) -> set[str]:
    """Which of the headings that a roster must have stand in a row."""
    words = _heading_words()
    return {name for value in row.cells if (name := words.get(_folded(plain_text(value)))) in _NEEDED}


def _heading_words() -> dict[str, str]:
    """The headings in both languages, because a file may come back to a program that speaks another one."""
    return {
        _folded(catalogue(language, "roster_out")[f"sheet.head.{key}"]): key
        for language in LANGUAGES
        for key in ("post", "shift", "time", "role")
    }


def _role_words() -> dict[str, RoleInSlot]:
    return {
        _folded(catalogue(language, "roster_out")[f"sheet.role.{role}"]): role
        for language in LANGUAGES
        for role in ROLES
    }


def _shift_words(known: Known) -> dict[str, str]:
    """The codes, and those names that one shift has and no other's code is."""
    codes = {*known.shifts, *(slot.shift for slot in known.slots)}
    of_name: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in known.shifts.items():
        of_name[_folded(name)].append(code)
    return {name: found[0] for name, found in of_name.items() if len(found) == 1} | {
        _folded(code): code for code in codes
    }


def _at(row: SheetRow, place: int) -> CellValue:
    return row.cells[place] if place < len(row.cells) else None


def _folded(text: str) -> str:
    """Words as they are compared: one width, lower case, without spaces and marks behind."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(_MARKS_BEHIND)
