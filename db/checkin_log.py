"""The check-in log: every attempt to enter or leave and every change of a visit, in rows that are only added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from db.record import Record
from db.visits import PAGE, VisitRow

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


_BESIDE = "NOT IN ('entered', 'left')"
"""What the index `scan_beside` is of; a query must name it with these very words to be answered by it."""
_CHANGES = "('undone', 'corrected', 'added', 'annulled', 'closed', 'reviewed', 'credited')"
_OTHERS = "('refused', 'same_scan', 'left_only')"


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


def left_only_near(connection: sqlite3.Connection, volunteer_no: str, first: int, last: int) -> bool:
    """Whether a volunteer's exit without an entry was recorded between two instants (UTC milliseconds)."""
    row = connection.execute(
        f"SELECT 1 FROM scan WHERE result {_BESIDE} AND result = 'left_only' AND volunteer_no = ? "
        "AND at BETWEEN ? AND ? LIMIT 1",
        (volunteer_no, first, last),
    ).fetchone()
    return row is not None


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
