"""The standing order (岗位与AB角备案, mechanisms J09, J11, A10): posts, shifts, openings, and who may stand where.

Times are minutes after local midnight; a shift that passes midnight ends after 1440. Days are local dates. The names of
A and B are in `db.staff`; what is asked for, decided and filed is in `db.standing_log`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal

from db.record import Record

DayKind = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", "makeup"]
DAY_KINDS: tuple[DayKind, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", "makeup")
EVERY_WEEKDAY = "1111111"


class PostRow(Record):
    """A post; `shared_cover` lets its standby act elsewhere too, from `closed_on` on it is open no more."""

    name: str
    position: int
    shared_cover: bool = True
    closed_on: str | None = None


class Requirement(Record):
    """A certificate or skill without which nobody may stand at a post."""

    post: str
    qualification: str


class ShiftRow(Record):
    """A window of the day."""

    code: str
    name: str
    position: int
    starts: int
    ends: int
    break_minutes: int = 0


class Opening(Record):
    """A shift that a post runs on one kind of day."""

    post: str
    day_kind: DayKind
    shift: str


class Contract(Record):
    """What somebody may be asked to work; `weekdays` has a 1 for every day that is possible, Monday first."""

    staff_no: str
    weekly_minutes: int
    monthly_minutes: int | None = None
    weekdays: str = EVERY_WEEKDAY
    earliest: int | None = None
    latest: int | None = None
    max_run: int = 6
    min_run: int = 1
    min_days_off: int = 1
    max_weekends: int | None = None
    in_roster: bool = True


class Qualification(Record):
    """A certificate or skill of a person; without an end it stays valid."""

    staff_no: str
    name: str
    valid_until: str | None = None


class Competency(Record):
    """How well somebody knows a post (全岗通): 0 untrained, 1 learning, 2 can do it alone, 3 can teach it."""

    staff_no: str
    post: str
    level: int
    last_trained: str | None = None
    checked_by: str | None = None


class ForbiddenSequence(Record):
    """A shift that must not follow another one on the next day, beyond what the rest time forbids."""

    shift: str
    next_shift: str


class WishRow(Record):
    """Duty wanted or not on some days, in one shift or in any, with a weight of 1 to 5."""

    id: int = 0
    staff_no: str
    first_day: str
    last_day: str
    shift: str | None = None
    wanted: bool
    weight: int
    note: str = ""


def posts(connection: sqlite3.Connection) -> list[PostRow]:
    """All posts in the order of the office's list, closed ones too."""
    return [PostRow.from_row(row) for row in connection.execute("SELECT * FROM post ORDER BY position, name")]


def put_post(connection: sqlite3.Connection, post: PostRow) -> None:
    """Insert or overwrite a post."""
    connection.execute(
        "INSERT INTO post (name, position, shared_cover, closed_on) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
        "SET position = excluded.position, shared_cover = excluded.shared_cover, closed_on = excluded.closed_on",
        (post.name, post.position, post.shared_cover, post.closed_on),
    )


def requirements(connection: sqlite3.Connection) -> list[Requirement]:
    """What the posts require, by post and name."""
    rows = connection.execute("SELECT * FROM post_requirement ORDER BY post, qualification")
    return [Requirement.from_row(row) for row in rows]


def set_requirements(connection: sqlite3.Connection, post: str, names: Iterable[str]) -> None:
    """Make these all that a post requires."""
    connection.execute("DELETE FROM post_requirement WHERE post = ?", (post,))
    connection.executemany(
        "INSERT INTO post_requirement (post, qualification) VALUES (?, ?)", [(post, name) for name in names]
    )


def shifts(connection: sqlite3.Connection) -> list[ShiftRow]:
    """All shifts in their order."""
    rows = connection.execute("SELECT * FROM shift ORDER BY position, starts, code")
    return [ShiftRow.from_row(row) for row in rows]


def put_shift(connection: sqlite3.Connection, shift: ShiftRow) -> None:
    """Insert or overwrite a shift."""
    connection.execute(
        "INSERT INTO shift (code, name, position, starts, ends, break_minutes) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (code) DO UPDATE SET name = excluded.name, position = excluded.position, "
        "starts = excluded.starts, ends = excluded.ends, break_minutes = excluded.break_minutes",
        (shift.code, shift.name, shift.position, shift.starts, shift.ends, shift.break_minutes),
    )


def remove_shift(connection: sqlite3.Connection, code: str) -> None:
    """Take a shift away, and the sequences that it is forbidden in; it must not be used otherwise."""
    connection.execute("DELETE FROM forbidden_sequence WHERE shift = ? OR next_shift = ?", (code, code))
    connection.execute("DELETE FROM shift WHERE code = ?", (code,))


def openings(connection: sqlite3.Connection) -> list[Opening]:
    """Which shifts the posts run, by post, kind of day and shift."""
    rows = connection.execute("SELECT * FROM opening ORDER BY post, day_kind, shift")
    return [Opening.from_row(row) for row in rows]


def set_openings(connection: sqlite3.Connection, post: str, day_kind: DayKind, codes: Iterable[str]) -> None:
    """Make these shifts all that a post runs on one kind of day."""
    connection.execute("DELETE FROM opening WHERE post = ? AND day_kind = ?", (post, day_kind))
    connection.executemany(
        "INSERT INTO opening (post, day_kind, shift) VALUES (?, ?, ?)", [(post, day_kind, code) for code in codes]
    )


def set_holder(connection: sqlite3.Connection, post: str, staff_no: str, ab: str | None) -> None:
    """Make somebody A or B of a post beside what else this person holds; None takes the post away."""
    if ab is None:
        connection.execute("DELETE FROM post_holder WHERE post = ? AND staff_no = ?", (post, staff_no))
        return
    connection.execute(
        "INSERT INTO post_holder (post, staff_no, ab) VALUES (?, ?, ?) "
        "ON CONFLICT (post, staff_no) DO UPDATE SET ab = excluded.ab",
        (post, staff_no, ab),
    )


def contracts(connection: sqlite3.Connection) -> list[Contract]:
    """All contracts by staff number."""
    return [Contract.from_row(row) for row in connection.execute("SELECT * FROM contract ORDER BY staff_no")]


def put_contract(connection: sqlite3.Connection, contract: Contract) -> None:
    """Insert or overwrite somebody's contract."""
    connection.execute(
        "INSERT INTO contract (staff_no, weekly_minutes, monthly_minutes, weekdays, earliest, latest, max_run, "
        "min_run, min_days_off, max_weekends, in_roster) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (staff_no) DO UPDATE SET weekly_minutes = excluded.weekly_minutes, "
        "monthly_minutes = excluded.monthly_minutes, weekdays = excluded.weekdays, earliest = excluded.earliest, "
        "latest = excluded.latest, max_run = excluded.max_run, min_run = excluded.min_run, "
        "min_days_off = excluded.min_days_off, max_weekends = excluded.max_weekends, in_roster = excluded.in_roster",
        (
            contract.staff_no,
            contract.weekly_minutes,
            contract.monthly_minutes,
            contract.weekdays,
            contract.earliest,
            contract.latest,
            contract.max_run,
            contract.min_run,
            contract.min_days_off,
            contract.max_weekends,
            contract.in_roster,
        ),
    )


def qualifications(connection: sqlite3.Connection) -> list[Qualification]:
    """The certificates and skills that were written down beside the staff list, by person and name."""
    rows = connection.execute("SELECT * FROM qualification ORDER BY staff_no, name")
    return [Qualification.from_row(row) for row in rows]


def put_qualification(connection: sqlite3.Connection, one: Qualification) -> None:
    """Insert or overwrite a qualification."""
    connection.execute(
        "INSERT INTO qualification (staff_no, name, valid_until) VALUES (?, ?, ?) "
        "ON CONFLICT (staff_no, name) DO UPDATE SET valid_until = excluded.valid_until",
        (one.staff_no, one.name, one.valid_until),
    )


def remove_qualification(connection: sqlite3.Connection, staff_no: str, name: str) -> None:
    """Take a qualification away."""
    connection.execute("DELETE FROM qualification WHERE staff_no = ? AND name = ?", (staff_no, name))


def competencies(connection: sqlite3.Connection) -> list[Competency]:
    """The whole matrix, by person and post."""
    return [Competency.from_row(row) for row in connection.execute("SELECT * FROM competency ORDER BY staff_no, post")]


def put_competency(connection: sqlite3.Connection, one: Competency) -> None:
    """Insert or overwrite a cell of the matrix."""
    connection.execute(
        "INSERT INTO competency (staff_no, post, level, last_trained, checked_by) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (staff_no, post) DO UPDATE SET level = excluded.level, last_trained = excluded.last_trained, "
        "checked_by = excluded.checked_by",
        (one.staff_no, one.post, one.level, one.last_trained, one.checked_by),
    )


def forbidden_sequences(connection: sqlite3.Connection) -> list[ForbiddenSequence]:
    """All forbidden sequences by their shifts."""
    rows = connection.execute("SELECT * FROM forbidden_sequence ORDER BY shift, next_shift")
    return [ForbiddenSequence.from_row(row) for row in rows]


def set_forbidden(connection: sqlite3.Connection, shift: str, next_shift: str, forbidden: bool) -> None:
    """Forbid a sequence of shifts, or allow it again."""
    if forbidden:
        connection.execute(
            "INSERT INTO forbidden_sequence (shift, next_shift) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (shift, next_shift),
        )
    else:
        connection.execute("DELETE FROM forbidden_sequence WHERE shift = ? AND next_shift = ?", (shift, next_shift))


def wishes(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[WishRow]:
    """The wishes that touch these local days, by person and first day."""
    rows = connection.execute(
        "SELECT * FROM wish WHERE last_day >= ? AND first_day <= ? ORDER BY staff_no, first_day, last_day, id",
        (first_day, last_day),
    )
    return [WishRow.from_row(row) for row in rows]


def add_wish(connection: sqlite3.Connection, wish: WishRow) -> int:
    """Write a wish down; returns its number."""
    cursor = connection.execute(
        "INSERT INTO wish (staff_no, first_day, last_day, shift, wanted, weight, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (wish.staff_no, wish.first_day, wish.last_day, wish.shift, wish.wanted, wish.weight, wish.note),
    )
    return int(cursor.lastrowid or 0)


def remove_wish(connection: sqlite3.Connection, wish_id: int) -> None:
    """Take a wish back."""
    connection.execute("DELETE FROM wish WHERE id = ?", (wish_id,))


TABLES_WITH_POSTS = (
    "post_requirement",
    "opening",
    "competency",
    "post_holder",
    "duty_slot",
    "plan_slot",
    "duty_event",
    "swap",
    "handover",
)


def rename_post(connection: sqlite3.Connection, name: str, new_name: str) -> None:
    """Give a post another name wherever it stands, in what is planned, worked and logged too: it is the same post, and
    slots are joined by its name. Filed documents keep the old one.
    """
    connection.execute(
        "INSERT INTO post (name, position, shared_cover, closed_on) "
        "SELECT ?, position, shared_cover, closed_on FROM post WHERE name = ?",
        (new_name, name),
    )
    for table in TABLES_WITH_POSTS:
        connection.execute(f"UPDATE {table} SET post = ? WHERE post = ?", (new_name, name))
    connection.execute("UPDATE swap SET other_post = ? WHERE other_post = ?", (new_name, name))
    connection.execute("DELETE FROM post WHERE name = ?", (name,))


def every_wish(connection: sqlite3.Connection) -> list[WishRow]:
    """All wishes, past ones too, by person and first day."""
    return wishes(connection, "", "9999-12-31")


def wish(connection: sqlite3.Connection, wish_id: int) -> WishRow | None:
    """The wish with this number; None if there is none."""
    row = connection.execute("SELECT * FROM wish WHERE id = ?", (wish_id,)).fetchone()
    return WishRow.from_row(row) if row else None


def shifts_wished_for(connection: sqlite3.Connection, day: str) -> set[str]:
    """The shifts that a wish for this local day or a later one names."""
    rows = connection.execute("SELECT DISTINCT shift FROM wish WHERE shift IS NOT NULL AND last_day >= ?", (day,))
    return {str(row["shift"]) for row in rows}


def remove_wishes_before(connection: sqlite3.Connection, shift: str, day: str) -> None:
    """Forget wishes for a shift that lie before a local day."""
    connection.execute("DELETE FROM wish WHERE shift = ? AND last_day < ?", (shift, day))
