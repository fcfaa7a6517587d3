"""What residents want (居民需求): who asks how many times, and what came of it."""

from __future__ import annotations

import json
import sqlite3
from typing import Literal

from db.record import Record

DemandSource = Literal["desk", "survey", "meeting", "hotline", "wish_box"]
DemandState = Literal["new", "accepted", "planned", "delivered", "merged", "declined"]


class Demand(Record):
    """One demand as it was put; `head_count` is how many asked for it then. Id 0 until it is stored.

    What is stored is never `delivered`: that follows from the session that it led to, see `DemandLine.stands`.
    """

    id: int = 0
    day: str
    words: str
    category: str = ""
    source: DemandSource
    audience: str = ""
    head_count: int = 1
    area: str = ""
    state: DemandState = "new"
    merged_into: int | None = None
    session_code: str | None = None
    series_id: int | None = None
    reason: str = ""
    operator_no: str
    at: int
    revision: int = 0


class DemandLine(Demand):
    """A demand with what became of it.

    `asked` adds the heads of all that were merged into it, `merged` is how many those are. `led_to` is the name of the
    session or series that it led to, `sessions` how many sessions that are, `held` how many of them are over and were
    not cancelled, `called_off` how many were cancelled, `person_times` how many came to those that were held,
    `first_day` the first of all and `next_day` the next that is still to come ("" for none).
    """

    asked: int
    merged: int
    led_to: str
    sessions: int
    held: int
    called_off: int
    person_times: int
    first_day: str
    next_day: str

    @property
    def stands(self) -> DemandState:
        """How far it is: `delivered` once a session that it led to was held."""
        if self.state != "planned":
            return self.state
        if self.held:
            return "delivered"
        return "accepted" if self.sessions and self.called_off == self.sessions else "planned"


_COLUMNS = tuple(Demand.model_fields)[1:]

_OF = (
    "s.code IN (SELECT code FROM session WHERE code = d.session_code "
    "UNION ALL SELECT code FROM session WHERE series_id = d.series_id)"
)

_LINE = f"""
    SELECT d.*,
        d.head_count + coalesce((SELECT sum(m.head_count) FROM demand m WHERE m.merged_into = d.id), 0) AS asked,
        (SELECT count(*) FROM demand m WHERE m.merged_into = d.id) AS merged,
        coalesce((SELECT name FROM session s WHERE s.code = d.session_code),
            (SELECT name FROM series s WHERE s.id = d.series_id), '') AS led_to,
        (SELECT count(*) FROM session s WHERE {_OF}) AS sessions,
        (SELECT count(*) FROM session s WHERE {_OF} AND s.state IN ('published', 'closed') AND s.ends_at <= :now)
            AS held,
        (SELECT count(*) FROM session s WHERE {_OF} AND s.state = 'cancelled') AS called_off,
        coalesce((SELECT sum(a.seats) FROM session s JOIN attendance a ON a.session_code = s.code
            WHERE {_OF} AND s.state IN ('published', 'closed') AND a.status IN ('attended', 'walk_in')), 0)
            AS person_times,
        coalesce((SELECT min(s.day) FROM session s WHERE {_OF}), '') AS first_day,
        coalesce((SELECT min(s.day) FROM session s WHERE {_OF} AND s.state <> 'cancelled' AND s.ends_at > :now), '')
            AS next_day
    FROM demand d
"""

OPEN = ("new", "accepted", "planned")


def get(connection: sqlite3.Connection, demand_id: int) -> Demand | None:
    """The demand of this number; None if there is none."""
    row = connection.execute("SELECT * FROM demand WHERE id = ?", (demand_id,)).fetchone()
    return Demand.from_row(row) if row else None


def line(connection: sqlite3.Connection, demand_id: int, now: int) -> DemandLine | None:
    """One demand with what became of it by an instant; None if there is none."""
    row = connection.execute(_LINE + " WHERE d.id = :id", {"id": demand_id, "now": now}).fetchone()
    return DemandLine.from_row(row) if row else None


def like(connection: sqlite3.Connection, text: str, limit: int) -> list[Demand]:
    """The demands with this number, or with a text in their words, the latest first."""
    rows = connection.execute(
        "SELECT * FROM demand WHERE CAST(id AS TEXT) = :text OR instr(words, :text) ORDER BY id DESC LIMIT :limit",
        {"text": text, "limit": limit},
    )
    return [Demand.from_row(row) for row in rows]


def of_session(connection: sqlite3.Connection, session_code: str) -> list[Demand]:
    """The demands that led to this session itself, the eldest first."""
    rows = connection.execute("SELECT * FROM demand WHERE session_code = ? ORDER BY id", (session_code,))
    return [Demand.from_row(row) for row in rows]


def lines(
    connection: sqlite3.Connection, now: int, since: str, *, every: bool = False, limit: int = -1
) -> list[DemandLine]:
    """The demands since a local day that are open, or every one, with those first for which most have asked."""
    rows = connection.execute(
        _LINE + " WHERE d.day >= :since AND (:every OR d.state IN ('new', 'accepted', 'planned')) "
        "ORDER BY asked DESC, d.day, d.id LIMIT :limit",
        {"now": now, "since": since, "every": every, "limit": limit},
    )
    return [DemandLine.from_row(row) for row in rows]


def to_report(
    connection: sqlite3.Connection, first: str, last: str, now: int, most: int
) -> list[tuple[DemandLine, str]]:
    """The demands put in a span of local days, those met in it by the first session that was held by an instant, and at
    most `most` older ones that have no answer yet, each with the local day of that session ("" where none was held). By
    number; a demand that was merged into another is none of its own.
    """
    held = f"SELECT min(s.day) FROM session s WHERE {_OF} AND s.state IN ('published', 'closed') AND s.ends_at <= :now"
    asked = {"first": first, "last": last, "now": now, "most": most}
    found: dict[int, DemandLine] = {}
    for which in (
        "d.state <> 'merged' AND d.day BETWEEN :first AND :last",
        f"d.state = 'planned' AND d.day < :first AND ({held}) BETWEEN :first AND :last",
        "d.state = 'new' AND d.day < :first ORDER BY d.day, d.id LIMIT :most",
    ):
        for row in connection.execute(f"{_LINE} WHERE {which}", asked):
            found[row["id"]] = DemandLine.from_row(row)
    days = {
        row[0]: row[1] or ""
        for row in connection.execute(
            f"SELECT d.id, ({held}) FROM demand d WHERE d.id IN (SELECT value FROM json_each(:ids))",
            {"now": now, "ids": json.dumps([one.id for one in found.values() if one.state == "planned"])},
        )
    }
    return [(found[number], days.get(number, "")) for number in sorted(found)]


def count_unanswered(connection: sqlite3.Connection, day: str) -> int:
    """How many demands put before a local day have no answer yet."""
    row = connection.execute("SELECT count(*) FROM demand WHERE state = 'new' AND day < ?", (day,)).fetchone()
    return int(row[0])


def of_day(connection: sqlite3.Connection, day: str) -> list[Demand]:
    """The demands that were put on a day, the eldest first."""
    rows = connection.execute("SELECT * FROM demand WHERE day = ? ORDER BY id", (day,))
    return [Demand.from_row(row) for row in rows]


def add(connection: sqlite3.Connection, demand: Demand) -> int:
    """Insert a demand; returns its number."""
    cursor = connection.execute(
        f"INSERT INTO demand ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        [getattr(demand, name) for name in _COLUMNS],
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def put(connection: sqlite3.Connection, demand: Demand) -> None:
    """Overwrite a demand."""
    connection.execute(
        f"UPDATE demand SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?",
        [*(getattr(demand, name) for name in _COLUMNS), demand.id],
    )


def move_merged(connection: sqlite3.Connection, before: int, after: int) -> None:
    """Have what was merged into one demand be merged into another."""
    connection.execute("UPDATE demand SET merged_into = ? WHERE merged_into = ?", (after, before))
