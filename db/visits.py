"""Visits of volunteers, which follow from the check-in log, and their lists."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Literal, NamedTuple

from db.latest import LATEST
from db.record import Record
from db.volunteers import CardState, VolunteerState

Basis = Literal["measured", "inferred", "corrected"]
Review = Literal["", "pending", "accepted", "refused"]


class Visit(NamedTuple):
    """One stay of a volunteer, under the local day on which it began and its number of that day.

    `left_at` is None while the volunteer is here or never signed out; `runs_until` is the end of the assignment or
    session that it is credited to; `entry_keyed` says that the time of its entry was given by hand, without a card.
    Instants are UTC milliseconds. A plain tuple, as `Holder` is: both are read inside every scan's transaction.
    """

    day: str
    number: int
    entered_at: int
    left_at: int | None
    basis: Basis = "measured"
    review: Review = ""
    annulled: int = 0
    runs_until: int | None = None
    entry_keyed: int = 0


class Holder(NamedTuple):
    """Who holds a card, and that card; `card_state` is None if this card was never issued here.

    `signed_up` and `put_in` say whether there is anything to ask further: an assignment that this person is signed up
    for, hours that a person or rule put in, both within the days that were asked about.
    """

    name: str
    state: VolunteerState
    birth_month: str
    birth_day: str
    consent_version: str
    guardian_consent_on: str
    card_state: CardState | None
    valid_from: str | None
    valid_until: str | None
    signed_up: int = 0
    put_in: int = 0


class VisitRow(Record):
    """A visit as it is kept, whole; see the table `visit` for the meaning of each column."""

    volunteer_no: str
    day: str
    number: int
    entered_at: int
    left_at: int | None = None
    basis: Basis = "measured"
    review: Review = ""
    credit_seconds: int | None = None
    annulled: bool = False
    assignment_id: int | None = None
    session_code: str | None = None
    entered_scan: int | None = None
    left_scan: int | None = None
    displaced: int = 0


class VisitLine(VisitRow):
    """A visit with the names that belong to it, for lists.

    `credited_to` is the title of the assignment, else the name of the session, '' for general service; `credited_end`
    is when that ends (UTC ms), None for general service.
    """

    name: str
    team: str
    credited_to: str = ""
    credited_end: int | None = None

    @property
    def ends_as_planned(self) -> bool:
        """Whether it ends when what it is credited to does."""
        return self.left_at is not None and self.left_at == self.credited_end


class PageMark(NamedTuple):
    """Where a list of visits in the order of these goes on."""

    day: str
    volunteer_no: str
    number: int


PAGE = 500
"""Rows that a list reads at a time."""

_LINE = """
    SELECT v.*, p.name, p.team, coalesce(a.title, s.name, '') AS credited_to,
        coalesce(a.ends_at, s.ends_at) AS credited_end
    FROM visit v JOIN volunteer p ON p.no = v.volunteer_no
    LEFT JOIN assignment a ON a.id = v.assignment_id LEFT JOIN session s ON s.code = v.session_code
"""
_VISIT = (
    "v.day, v.number, v.entered_at, v.left_at, v.basis, v.review, v.annulled, coalesce(a.ends_at, s.ends_at), "
    "e.given_time AND e.serial IS NULL"
)
# Whoever is asked about nearly never has any of these, and finding that out costs less than a statement for each.
_HOLDER = (
    "p.name, p.state, p.birth_month, p.birth_day, p.consent_version, p.guardian_consent_on, "
    "c.state, c.valid_from, c.valid_until, EXISTS (SELECT 1 FROM assignment_volunteer WHERE volunteer_no = ?1 "
    "AND day BETWEEN ?5 AND ?6 AND state = 'signed'), EXISTS (SELECT 1 FROM visit WHERE volunteer_no = ?1 "
    "AND day BETWEEN ?5 AND ?6 AND basis <> 'measured') OR EXISTS (SELECT 1 FROM supplement "
    "WHERE volunteer_no = ?1 AND day BETWEEN ?5 AND ?6)"
)
_COLUMNS = len(Holder._fields)


_STANDING = (
    f"SELECT {_HOLDER}, {LATEST}, {_VISIT} FROM volunteer p "
    "LEFT JOIN card c ON c.volunteer_no = p.no AND c.serial = ?2 "
    "LEFT JOIN visit v ON v.volunteer_no = p.no AND v.day BETWEEN ?3 AND ?4 "
    "LEFT JOIN assignment a ON a.id = v.assignment_id LEFT JOIN session s ON s.code = v.session_code "
    "LEFT JOIN scan e ON e.id = v.entered_scan WHERE p.no = ?1"
)


def standing(
    connection: sqlite3.Connection,
    volunteer_no: str,
    serial: int | None,
    day_before: str,
    day: str,
    about: tuple[str, str] | None = None,
) -> tuple[Holder | None, list[Visit], int]:
    """Who has this number, with the card of this serial (None: no card), that person's visits of two local days that
    follow each other, annulled ones included, and the newest moment at which anything was written (UTC ms).

    `about` are the first and the last of the days for which the holder's `signed_up` and `put_in` are asked; without
    them those of the visits. None and 0 where nobody has the number. One statement, because every scan asks this while
    others wait to write.
    """
    asked = (volunteer_no, serial, day_before, day, *(about or (day_before, day)))
    rows = connection.execute(_STANDING, asked).fetchall()
    holder = Holder(*rows[0][:_COLUMNS]) if rows else None
    latest = rows[0][_COLUMNS] or 0 if rows else 0
    return holder, [Visit(*row[_COLUMNS + 1 :]) for row in rows if row[_COLUMNS + 1] is not None], latest


def by_volunteer(connection: sqlite3.Connection) -> Iterator[VisitRow]:
    """Every visit by its key. It reads the whole table: for checks only."""
    rows = connection.execute("SELECT * FROM visit ORDER BY volunteer_no, day, number")
    return (VisitRow.from_row(row) for row in rows)


def next_entry(
    connection: sqlite3.Connection, volunteer_no: str, day: str, day_after: str, entered_at: int
) -> int | None:
    """When the next counted visit of a volunteer begins, of those of a local day and the day after it; None if none."""
    row = connection.execute(
        "SELECT min(entered_at) FROM visit WHERE volunteer_no = ? AND day IN (?, ?) AND entered_at > ? "
        "AND NOT annulled",
        (volunteer_no, day, day_after, entered_at),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def get(connection: sqlite3.Connection, volunteer_no: str, day: str, number: int) -> VisitLine | None:
    """One visit; None if there is none under this key."""
    row = connection.execute(
        _LINE + " WHERE v.volunteer_no = ? AND v.day = ? AND v.number = ?", (volunteer_no, day, number)
    ).fetchone()
    return VisitLine.from_row(row) if row else None


def row(connection: sqlite3.Connection, volunteer_no: str, day: str, number: int) -> VisitRow | None:
    """One visit without names; None if there is none under this key."""
    found = connection.execute(
        "SELECT * FROM visit WHERE volunteer_no = ? AND day = ? AND number = ?", (volunteer_no, day, number)
    ).fetchone()
    return VisitRow.from_row(found) if found else None


def put(connection: sqlite3.Connection, visit: VisitRow) -> None:
    """Insert or overwrite a visit."""
    values = {**visit.model_dump(include=set(VisitRow.model_fields)), "annulled": int(visit.annulled)}
    connection.execute(
        f"INSERT OR REPLACE INTO visit ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )


def enter(
    connection: sqlite3.Connection,
    volunteer_no: str,
    day: str,
    number: int,
    at: int,
    scan_id: int,
    assignment_id: int | None,
    session_code: str | None,
) -> None:
    """Open a visit."""
    if assignment_id is None and session_code is None:
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at, entered_scan) VALUES (?, ?, ?, ?, ?)",
            (volunteer_no, day, number, at, scan_id),
        )
        return
    connection.execute(
        "INSERT INTO visit (volunteer_no, day, number, entered_at, entered_scan, assignment_id, session_code) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (volunteer_no, day, number, at, scan_id, assignment_id, session_code),
    )


def leave(
    connection: sqlite3.Connection,
    volunteer_no: str,
    day: str,
    number: int,
    at: int,
    scan_id: int,
    basis: Basis = "measured",
    was: Basis | None = None,
) -> None:
    """Close a visit; an exit that had been inferred gives way to the real one. `basis` is not `inferred`; `was` is what
    it was until now, where that is known.
    """
    if basis == was == "measured":
        # Nothing was inferred or reviewed that would have to go, and only what changes is checked and kept up.
        connection.execute(
            "UPDATE visit SET left_at = ?, left_scan = ? WHERE volunteer_no = ? AND day = ? AND number = ?",
            (at, scan_id, volunteer_no, day, number),
        )
        return
    connection.execute(
        "UPDATE visit SET left_at = ?, left_scan = ?, basis = ?, review = '', credit_seconds = NULL "
        "WHERE volunteer_no = ? AND day = ? AND number = ?",
        (at, scan_id, basis, volunteer_no, day, number),
    )


def of_volunteer(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> list[VisitLine]:
    """The visits of one volunteer between two local days, annulled ones included, in their order."""
    rows = connection.execute(
        _LINE + " WHERE v.volunteer_no = ? AND v.day BETWEEN ? AND ? ORDER BY v.day, v.entered_at",
        (volunteer_no, first, last),
    )
    return [VisitLine.from_row(row) for row in rows]


def of_day(connection: sqlite3.Connection, day: str) -> list[VisitLine]:
    """The visits of a local day, annulled ones included, the latest first."""
    rows = connection.execute(_LINE + " WHERE v.day = ? ORDER BY v.entered_at DESC, v.volunteer_no", (day,))
    return [VisitLine.from_row(row) for row in rows]


def here(connection: sqlite3.Connection, day_before: str, day: str, running_until: int) -> list[VisitLine]:
    """The visits that are going on: those of the local day without an exit, and of the day before those that are
    credited to what ends at `running_until` (UTC ms) or later, the latest first.
    """
    rows = connection.execute(
        _LINE + " WHERE v.day IN (?, ?) AND v.left_at IS NULL AND NOT v.annulled "
        "AND (v.day = ? OR coalesce(a.ends_at, s.ends_at) >= ?) ORDER BY v.entered_at DESC",
        (day_before, day, day, running_until),
    )
    return [VisitLine.from_row(row) for row in rows]


def left_open(connection: sqlite3.Connection, first: str, last: str) -> list[VisitLine]:
    """The visits of a span of local days that have no exit, by day and instant."""
    rows = connection.execute(
        _LINE + " WHERE v.day BETWEEN ? AND ? AND v.left_at IS NULL AND NOT v.annulled ORDER BY v.day, v.entered_at",
        (first, last),
    )
    return [VisitLine.from_row(row) for row in rows]


def pending(connection: sqlite3.Connection, limit: int = PAGE, after: PageMark | None = None) -> list[VisitLine]:
    """The visits whose exit was inferred and which nobody has reviewed, by day and number; the first `limit`, or those
    that follow `after`.
    """
    mark = after or PageMark("", "", 0)
    rows = connection.execute(
        _LINE + " WHERE v.review = 'pending' AND NOT v.annulled AND v.day >= ? "
        "AND (v.day, v.volunteer_no, v.number) > (?, ?, ?) ORDER BY v.day, v.volunteer_no, v.number LIMIT ?",
        (mark.day, *mark, limit),
    )
    return [VisitLine.from_row(row) for row in rows]


def pending_newest(connection: sqlite3.Connection, limit: int = PAGE) -> list[VisitLine]:
    """The visits whose exit was inferred and which nobody has reviewed, the latest days first."""
    rows = connection.execute(
        _LINE + " WHERE v.review = 'pending' AND NOT v.annulled ORDER BY v.day DESC, v.volunteer_no, v.number LIMIT ?",
        (limit,),
    )
    return [VisitLine.from_row(row) for row in rows]


def pending_before(connection: sqlite3.Connection, day: str) -> int:
    """How many visits of the local days before `day` wait for review."""
    row = connection.execute(
        "SELECT count(*) FROM visit WHERE review = 'pending' AND NOT annulled AND day < ?", (day,)
    ).fetchone()
    return int(row[0])


def pending_count(connection: sqlite3.Connection) -> int:
    """How many visits wait for review."""
    row = connection.execute("SELECT count(*) FROM visit WHERE review = 'pending' AND NOT annulled").fetchone()
    return int(row[0])


def any_between(connection: sqlite3.Connection, first: str, last: str) -> bool:
    """Whether a span of local days holds a visit."""
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM visit WHERE day BETWEEN ? AND ?)", (first, last)).fetchone()
    return bool(row[0])
