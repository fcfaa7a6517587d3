"""Visits of volunteers, and the check-in log that they follow from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from db.latest import LATEST
from db.record import Record
from db.volunteers import CardState, VolunteerState

Basis = Literal["measured", "inferred", "corrected"]
Review = Literal["", "pending", "accepted", "refused"]
ScanResult = Literal[
    "entered",
    "left",
    "left_only",
    "same_scan",
    "refused",
    "undone",
    "corrected",
    "added",
    "annulled",
    "closed",
    "reviewed",
    "credited",
]
"""What became of an attempt (the first five), or what was changed afterwards by a person or by closing the day."""


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


class ScanRow(Record):
    """One row of the check-in log."""

    id: int
    at: int
    volunteer_no: str | None = None
    serial: int | None = None
    result: ScanResult
    reason: str = ""
    source: str
    operator_no: str | None = None
    nonce: str | None = None
    given_time: bool = False
    direction: str = ""
    force_wished: bool = False
    forced: bool = False
    words: str = ""
    visit_day: str | None = None
    visit_number: int | None = None
    entered_at: int | None = None
    left_at: int | None = None
    credit_seconds: int | None = None
    assignment_id: int | None = None
    session_code: str | None = None
    annuls: int | None = None
    code_length: int | None = None
    recorded_at: int | None = None
    limit_said: str = ""


class ExitLine(ScanRow):
    """An exit without an entry, with whose it is."""

    name: str
    team: str


class LogEntry(NamedTuple):
    """What a row of the log says about visits; a plain tuple, because checks read millions of them."""

    id: int
    at: int
    volunteer_no: str
    result: ScanResult
    reason: str
    serial: int | None
    given_time: int
    visit_day: str | None
    visit_number: int | None
    entered_at: int | None
    left_at: int | None
    credit_seconds: int | None
    assignment_id: int | None
    session_code: str | None
    annuls: int | None

    @property
    def keyed(self) -> bool:
        """Whether its time was given by hand, without a card."""
        return bool(self.given_time) and self.serial is None


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
_BESIDE = "NOT IN ('entered', 'left')"
"""What the index `scan_beside` is of; a query must name it with these very words to be answered by it."""
_CHANGES = "('undone', 'corrected', 'added', 'annulled', 'closed', 'reviewed', 'credited')"
_OTHERS = "('refused', 'same_scan', 'left_only')"


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


def append(connection: sqlite3.Connection, values: dict[str, object]) -> int:
    """Add a row to the check-in log, its columns by name; returns its id.

    Of a foreign code only `code_length` and `code_hash` are kept, never the code as it was read.
    """
    cursor = connection.execute(_insert_of(tuple(values)), tuple(values.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


@cache
def _insert_of(names: tuple[str, ...]) -> str:
    """The statement that adds a row with these columns: the few shapes that rows have are made once."""
    return f"INSERT INTO scan ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def scan_by_nonce(connection: sqlite3.Connection, nonce: str) -> ScanRow | None:
    """What was recorded for this attempt; None if nothing final was."""
    row = connection.execute("SELECT * FROM scan WHERE nonce = ? AND reason <> 'incomplete'", (nonce,)).fetchone()
    return ScanRow.from_row(row) if row else None


def scan(connection: sqlite3.Connection, scan_id: int) -> ScanRow | None:
    """One row of the log."""
    row = connection.execute("SELECT * FROM scan WHERE id = ?", (scan_id,)).fetchone()
    return ScanRow.from_row(row) if row else None


def log(connection: sqlite3.Connection, volunteer_no: str | None, limit: int) -> list[ScanRow]:
    """The latest rows of the log, of everybody or of one volunteer, the latest first.

    Those of one are found from the visits and by indexes, however long the log is.
    """
    rows = connection.execute(
        "SELECT * FROM scan ORDER BY id DESC LIMIT :limit"
        if volunteer_no is None
        else "SELECT * FROM scan WHERE id IN ("
        "SELECT entered_scan FROM visit WHERE volunteer_no = :no UNION ALL "
        "SELECT left_scan FROM visit WHERE volunteer_no = :no UNION ALL "
        f"SELECT id FROM scan WHERE volunteer_no = :no AND result {_BESIDE} AND result IN {_CHANGES} UNION ALL "
        f"SELECT annuls FROM scan WHERE volunteer_no = :no AND result {_BESIDE} AND result IN {_CHANGES} UNION ALL "
        f"SELECT id FROM scan WHERE volunteer_no = :no AND result {_BESIDE} AND result IN {_OTHERS}) "
        "ORDER BY id DESC LIMIT :limit",
        {"no": volunteer_no, "limit": limit},
    )
    return [ScanRow.from_row(row) for row in rows]


def log_entries(connection: sqlite3.Connection) -> Iterator[LogEntry]:
    """What the whole log says about visits, by volunteer and then in its order. It reads every row: for checks only."""
    rows = connection.execute(
        f"SELECT {', '.join(LogEntry._fields)} FROM scan WHERE volunteer_no IS NOT NULL "
        "AND result NOT IN ('same_scan', 'refused', 'left_only') ORDER BY volunteer_no, id"
    )
    return (LogEntry(*row) for row in rows)


def by_volunteer(connection: sqlite3.Connection) -> Iterator[VisitRow]:
    """Every visit by its key. It reads the whole table: for checks only."""
    rows = connection.execute("SELECT * FROM visit ORDER BY volunteer_no, day, number")
    return (VisitRow.from_row(row) for row in rows)


def last_scans(connection: sqlite3.Connection, since: int, limit: int, *, refused_only: bool) -> list[ScanRow]:
    """The latest attempts recorded since an instant, the latest first, at most `limit`; refused ones alone if asked
    for.

    Rows are read backwards until one that was recorded before; where the clock was put back that may be too early.
    """
    found: list[ScanRow] = []
    for row in connection.execute("SELECT * FROM scan ORDER BY id DESC"):
        if (row["at"] if row["recorded_at"] is None else row["recorded_at"]) < since or len(found) == limit:
            break
        if row["result"] == "refused" or not refused_only:
            found.append(ScanRow.from_row(row))
    return found


def last_refusal(connection: sqlite3.Connection, volunteer_no: str, since: int) -> ScanRow | None:
    """The last refused attempt of a volunteer; None if none was recorded since an instant."""
    row = connection.execute(
        f"SELECT * FROM scan WHERE volunteer_no = ? AND result {_BESIDE} AND result = 'refused' "
        "ORDER BY id DESC LIMIT 1",
        (volunteer_no,),
    ).fetchone()
    if row is None or (row["at"] if row["recorded_at"] is None else row["recorded_at"]) < since:
        return None
    return ScanRow.from_row(row)


# A row names only another one of the same person.
_ANNULLING = (
    f"SELECT 1 FROM scan t WHERE t.result {_BESIDE} AND t.result IN ('undone', 'added') "
    "AND t.volunteer_no = {row}.volunteer_no AND t.annuls = {row}.{id}"
)
_SETTLED = _ANNULLING.format(row="s", id="id")
_UNMATCHED = f"s.result {_BESIDE} AND s.result = 'left_only' AND s.at >= ? AND NOT EXISTS ({_SETTLED})"


def unmatched_exits(connection: sqlite3.Connection, since: int, limit: int = PAGE) -> list[ExitLine]:
    """The exits without an entry since an instant, which nobody has settled by a later row that names them, in the
    order of the log; at most `limit`.
    """
    rows = connection.execute(
        "SELECT s.*, p.name, p.team FROM scan s JOIN volunteer p ON p.no = s.volunteer_no "
        f"WHERE {_UNMATCHED} ORDER BY s.id LIMIT ?",
        (since, limit),
    )
    return [ExitLine.from_row(row) for row in rows]


def unmatched_exit_count(connection: sqlite3.Connection, since: int) -> int:
    """How many those are."""
    return int(connection.execute(f"SELECT count(*) FROM scan s WHERE {_UNMATCHED}", (since,)).fetchone()[0])


def last_unmatched_exit(connection: sqlite3.Connection, volunteer_no: str) -> ScanRow | None:
    """The last exit without an entry of one volunteer, unless it is settled; None if there is none."""
    row = connection.execute(
        f"SELECT * FROM scan s WHERE s.volunteer_no = ? AND s.result {_BESIDE} AND s.result = 'left_only' "
        f"AND NOT EXISTS ({_SETTLED}) ORDER BY s.id DESC LIMIT 1",
        (volunteer_no,),
    ).fetchone()
    return ScanRow.from_row(row) if row else None


def is_annulled(connection: sqlite3.Connection, scan_id: int) -> bool:
    """Whether a later row of the log takes this one back or settles it."""
    row = connection.execute(f"SELECT EXISTS ({_SETTLED}) FROM scan s WHERE s.id = ?", (scan_id,)).fetchone()
    return row is not None and bool(row[0])


def last_scanned(connection: sqlite3.Connection, volunteer_no: str) -> VisitRow | None:
    """The visit that a volunteer's last accepted scan began or ended, apart from scans that were taken back; None if
    there is none. It may have been changed or annulled since (`changed_since`). It reads all visits of one person.
    """
    row = connection.execute(
        "SELECT * FROM visit v WHERE v.volunteer_no = ? AND v.entered_scan IS NOT NULL "
        f"AND NOT (v.annulled AND EXISTS ({_ANNULLING.format(row='v', id='entered_scan')})) "
        "ORDER BY max(v.entered_scan, coalesce(v.left_scan, 0)) DESC LIMIT 1",
        (volunteer_no,),
    ).fetchone()
    return VisitRow.from_row(row) if row else None


def changed_since(connection: sqlite3.Connection, visit: VisitRow, scan_id: int) -> bool:
    """Whether somebody corrected or annulled a visit, or its day was closed, after a row of the log."""
    row = connection.execute(
        f"SELECT 1 FROM scan WHERE volunteer_no = ? AND visit_day = ? AND visit_number = ? AND result {_BESIDE} "
        "AND result IN ('corrected', 'annulled', 'closed') AND id > ? LIMIT 1",
        (visit.volunteer_no, visit.day, visit.number, scan_id),
    ).fetchone()
    return row is not None


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


def unclosed_days(connection: sqlite3.Connection, last: str) -> list[str]:
    """The local days up to `last` that have visits and are not closed, or have a visit without an exit all the same:
    the day was closed while a clock was ahead, or in the very moment of a scan. In order.

    It steps from day to day through the index, however many visits a day has.
    """
    rows = connection.execute(
        "WITH RECURSIVE step (day) AS (SELECT min(day) FROM visit UNION ALL "
        "SELECT (SELECT min(v.day) FROM visit v WHERE v.day > step.day) FROM step WHERE step.day < :last) "
        "SELECT day FROM step WHERE day <= :last AND (day NOT IN (SELECT day FROM day_closing) OR EXISTS "
        "(SELECT 1 FROM visit v WHERE v.day = step.day AND v.left_at IS NULL AND NOT v.annulled))",
        {"last": last},
    )
    return [row[0] for row in rows]


def left_only_near(connection: sqlite3.Connection, volunteer_no: str, first: int, last: int) -> bool:
    """Whether a volunteer's exit without an entry was recorded between two instants (UTC milliseconds)."""
    row = connection.execute(
        f"SELECT 1 FROM scan WHERE result {_BESIDE} AND result = 'left_only' AND volunteer_no = ? "
        "AND at BETWEEN ? AND ? LIMIT 1",
        (volunteer_no, first, last),
    ).fetchone()
    return row is not None


def reopen_day(connection: sqlite3.Connection, day: str) -> None:
    """Have a day closed once more, because a visit of it is open again."""
    connection.execute("DELETE FROM day_closing WHERE day = ?", (day,))


def put_closing(connection: sqlite3.Connection, day: str, at: int, operator_no: str | None, closed: int) -> None:
    """Note that a day was closed, and how many exits were inferred for it then."""
    connection.execute(
        "INSERT INTO day_closing (day, at, operator_no, closed) VALUES (?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET "
        "at = excluded.at, operator_no = excluded.operator_no, closed = closed + excluded.closed",
        (day, at, operator_no, closed),
    )


def history(connection: sqlite3.Connection, visit: VisitRow) -> list[ScanRow]:
    """What one visit went through, in the order of the log: the scans that began and ended it, those that were taken
    back or settled with it, and every change.
    """
    changes = connection.execute(
        f"SELECT * FROM scan WHERE volunteer_no = ? AND visit_day = ? AND visit_number = ? AND result {_BESIDE} "
        f"AND result IN {_CHANGES}",
        (visit.volunteer_no, visit.day, visit.number),
    ).fetchall()
    ids = {visit.entered_scan, visit.left_scan, *(row["annuls"] for row in changes)} - {None}
    scans = connection.execute(f"SELECT * FROM scan WHERE id IN ({', '.join('?' * len(ids))})", tuple(ids)).fetchall()
    return sorted((ScanRow.from_row(row) for row in (*scans, *changes)), key=lambda one: one.id)
