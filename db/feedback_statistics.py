"""What the statistics of ratings count: by day, subject and level, read from one index and never from the rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from db.feedback import SubjectKind


class DayLine(NamedTuple):
    """The ratings of one subject on one local day, those that count by level from the best, then the excluded ones."""

    day: str
    kind: SubjectKind
    subject: str
    counts: tuple[int, int, int, int, int, int]


class StaffLine(NamedTuple):
    """The ratings of one subject on one local day in which the same person is named as who served, '' for nobody."""

    day: str
    kind: SubjectKind
    subject: str
    staff_no: str
    counts: tuple[int, int, int, int, int, int]


class SessionFacts(NamedTuple):
    """What the statistics ask about a session. `activity` is the name of its series, or else its own; `person_times`
    is None where nobody was counted.
    """

    code: str
    day: str
    name: str
    category: str
    activity: str
    lead: str
    person_times: int | None


# Counting what passes a filter took a third less than adding up comparisons.
_COUNTS = (
    *(f"count(*) FILTER (WHERE level = {level} AND excluded = 0)" for level in (5, 4, 3, 2, 1)),
    "count(*) FILTER (WHERE excluded = 1)",
)
BY_DAY = (
    f"SELECT day, subject_kind, subject, {', '.join(_COUNTS)} FROM rating WHERE day BETWEEN ? AND ? "
    "GROUP BY day, subject_kind, subject"
)
BY_STAFF = (
    f"SELECT day, subject_kind, subject, staff_no, {', '.join(_COUNTS)} FROM rating WHERE day BETWEEN ? AND ? "
    "GROUP BY day, subject_kind, subject, staff_no"
)
_SESSIONS = """
    SELECT s.code, s.day, s.name, s.category, coalesce(r.name, s.name), s.lead, (
        SELECT sum(seats) FROM attendance a WHERE a.session_code = s.code AND a.status IN ('attended', 'walk_in')
    )
    FROM session s LEFT JOIN series r ON r.id = s.series_id
"""


def by_day(connection: sqlite3.Connection, first: str, last: str) -> list[DayLine]:
    """What was rated on each local day of a span, by day, kind and subject."""
    rows = connection.execute(BY_DAY, (first, last))
    return [DayLine(row[0], row[1], row[2], tuple(row[3:])) for row in rows]


def count_of_session(connection: sqlite3.Connection, code: str, first: str, last: str) -> int:
    """How many ratings one session got on the local days of a span."""
    found = connection.execute(
        "SELECT count(*) FROM rating WHERE subject_kind = 'session' AND subject = ? AND day BETWEEN ? AND ?",
        (code, first, last),
    ).fetchone()
    return int(found[0])


def by_staff(connection: sqlite3.Connection, first: str, last: str) -> list[StaffLine]:
    """The same, apart for each person whom raters named as who served."""
    rows = connection.execute(BY_STAFF, (first, last))
    return [StaffLine(row[0], row[1], row[2], row[3], tuple(row[4:])) for row in rows]


def sessions(connection: sqlite3.Connection, first: str, last: str, codes: Iterable[str] = ()) -> list[SessionFacts]:
    """The sessions of a span of local days, and those with these codes whenever they are."""
    held = connection.execute(f"{_SESSIONS} WHERE s.day BETWEEN ? AND ?", (first, last))
    found = {row[0]: SessionFacts(*row) for row in held}
    others = json.dumps([code for code in codes if code not in found])
    if others != "[]":
        named = connection.execute(f"{_SESSIONS} WHERE s.code IN (SELECT value FROM json_each(?))", (others,))
        found.update((row[0], SessionFacts(*row)) for row in named)
    return list(found.values())


def assignment_titles(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    """The titles of what volunteers did, by the id of the assignment as text."""
    rows = connection.execute(
        "SELECT CAST(id AS TEXT), title FROM assignment WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: row[1] for row in rows}


def posts_of_services(connection: sqlite3.Connection) -> dict[str, str]:
    """Which post answers for each service; '' where none does."""
    return {row[0]: row[1] for row in connection.execute("SELECT name, post FROM rating_service")}
