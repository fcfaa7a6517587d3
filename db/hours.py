"""Hours of volunteers: measured by two scans, or supplemented by a person or a rule; always kept apart.

Every total takes the visits of a span of local days by one rule: a visit counts as measured if both its ends were
scanned; what a person corrected, and what an accepted or credited inference gives, counts as supplemented, and so do
supplements. Of what is supplemented, the seconds `displaced` by measured time count nothing; neither do annulled visits
and supplements.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import NamedTuple

from db.record import Record


class Seconds(NamedTuple):
    """Seconds of service in both kinds."""

    measured: int
    supplemented: int


class Supplement(Record):
    """Time of service that a person added, with the reason; `seconds` less `displaced` count for the local `day`."""

    id: int = 0
    volunteer_no: str
    day: str
    seconds: int
    assignment_id: int | None = None
    session_code: str | None = None
    reason: str
    operator_no: str
    at: int
    annulled_at: int | None = None
    annulled_by: str | None = None
    annul_reason: str = ""
    displaced: int = 0


class SupplementLine(Supplement):
    """A supplement with the title of what it is credited to, '' for general service."""

    credited_to: str = ""


class Part(NamedTuple):
    """A visit or supplement as a part of somebody's hours: `number` is that of a visit on its local day, else 0,
    `supplement_id` that of a supplement, else 0. Seconds that were measured, put in by a person or rule, and of these
    displaced by measured time. `may_end` says that a real exit may still come.
    """

    day: str
    number: int
    supplement_id: int
    measured: int
    put_in: int
    displaced: int
    assignment_id: int | None
    session_code: str | None
    entered_at: int | None
    left_at: int | None
    may_end: int

    @property
    def counted(self) -> int:
        """The seconds that count, of either kind."""
        return self.measured + self.put_in - self.displaced

    @property
    def recorded(self) -> int:
        """The seconds of either kind, displaced ones included."""
        return self.measured + self.put_in

    @property
    def heading(self) -> int | str | None:
        """What it is credited to: the id of an assignment, else the code of a session; None for general service."""
        return self.session_code if self.assignment_id is None else self.assignment_id


class HoursTotal(Record):
    """What was served in a span of days under one `label`: how many people have a visit or supplement in it, finished
    visits, seconds in both kinds, visits that wait for review (`pending`), and these with those that have no exit at
    all (`left_open`): nobody scanned, set or judged one.
    """

    label: str = ""
    volunteers: int
    visits: int
    seconds: int
    supplemented: int
    pending: int
    left_open: int


class HoursLine(NamedTuple):
    """What one volunteer served in a span of days: finished visits, seconds in both kinds, visits that wait for review
    (`pending`), and these with those that have no exit at all (`left_open`).
    """

    volunteer_no: str
    name: str
    team: str
    visits: int
    seconds: int
    supplemented: int
    left_open: int
    pending: int = 0


_MEASURED = "CASE WHEN v.basis = 'measured' AND v.left_at IS NOT NULL THEN (v.left_at - v.entered_at) / 1000 ELSE 0 END"
_PUT_IN = (
    "CASE v.basis WHEN 'corrected' THEN coalesce((v.left_at - v.entered_at) / 1000, 0) "
    "WHEN 'inferred' THEN coalesce(v.credit_seconds, 0) ELSE 0 END"
)
_SUPPLEMENTED = (
    "CASE v.basis WHEN 'corrected' THEN coalesce((v.left_at - v.entered_at) / 1000, 0) - v.displaced "
    "WHEN 'inferred' THEN coalesce(v.credit_seconds, 0) - v.displaced ELSE 0 END"
)
_OPEN = "CASE WHEN v.left_at IS NULL OR v.review = 'pending' THEN 1 ELSE 0 END"
_FINISHED = "CASE WHEN v.left_at IS NULL OR v.review IN ('pending', 'refused') THEN 0 ELSE 1 END"

_PARTS = f"""
    SELECT v.volunteer_no, v.day, {_FINISHED} AS visits, {_MEASURED} AS measured, {_SUPPLEMENTED} AS supplemented,
        {_OPEN} AS left_open, v.review = 'pending' AS pending, v.assignment_id, v.session_code
    FROM visit v WHERE {{day}} BETWEEN :first AND :last AND NOT v.annulled
    UNION ALL
    SELECT u.volunteer_no, u.day, 0, 0, u.seconds - u.displaced, 0, 0, u.assignment_id, u.session_code
    FROM supplement u WHERE u.day BETWEEN :first AND :last AND u.annulled_at IS NULL
"""
_LONG_SPAN = 60
"""Days from which on it is quicker to read all visits in their order than to find those of each day: with visits of
five years both take as long for a month, and reading takes a third for a year.
"""


def _parts(first: str, last: str) -> str:
    """The visits and supplements of a span of local days, as a query for the sums."""
    long = (date.fromisoformat(last) - date.fromisoformat(first)).days > _LONG_SPAN
    # With the sign it is no longer the column that the tree by day is for.
    return _PARTS.format(day="+v.day" if long else "v.day")


_TOTAL = (
    "count(DISTINCT t.volunteer_no) AS volunteers, "
    "coalesce(sum(t.visits), 0) AS visits, coalesce(sum(t.measured), 0) AS seconds, "
    "coalesce(sum(t.supplemented), 0) AS supplemented, coalesce(sum(t.pending), 0) AS pending, "
    "coalesce(sum(t.left_open), 0) AS left_open"
)
_TITLE = "coalesce(a.title, s.name, '')"
_TITLED = "LEFT JOIN assignment a ON a.id = t.assignment_id LEFT JOIN session s ON s.code = t.session_code"


def lines(connection: sqlite3.Connection, first: str, last: str) -> list[HoursLine]:
    """What every volunteer served between two local days, both included, by number."""
    rows = connection.execute(
        "SELECT t.volunteer_no, p.name, p.team, sum(t.visits) AS visits, sum(t.measured) AS seconds, "
        "sum(t.supplemented) AS supplemented, sum(t.left_open) AS left_open, sum(t.pending) AS pending "
        f"FROM ({_parts(first, last)}) t JOIN volunteer p ON p.no = t.volunteer_no "
        "GROUP BY t.volunteer_no ORDER BY t.volunteer_no",
        {"first": first, "last": last},
    )
    return [HoursLine._make(row) for row in rows]


def total(connection: sqlite3.Connection, first: str, last: str) -> HoursTotal:
    """What all volunteers together served between two local days, both included."""
    row = connection.execute(
        f"SELECT {_TOTAL} FROM ({_parts(first, last)}) t", {"first": first, "last": last}
    ).fetchone()
    return HoursTotal.from_row(row)


def by_team(connection: sqlite3.Connection, first: str, last: str) -> list[HoursTotal]:
    """The same by the team that people are in now, '' for none, by name."""
    rows = connection.execute(
        f"SELECT p.team AS label, {_TOTAL} FROM ({_parts(first, last)}) t JOIN volunteer p ON p.no = t.volunteer_no "
        "GROUP BY p.team ORDER BY p.team",
        {"first": first, "last": last},
    )
    return [HoursTotal.from_row(row) for row in rows]


def by_content(
    connection: sqlite3.Connection, first: str, last: str, volunteer_no: str | None = None
) -> list[HoursTotal]:
    """The same, of everybody or of one volunteer, by the title of what it is credited to ('' for general service), the
    most first.
    """
    whose = "WHERE t.volunteer_no = :no " if volunteer_no is not None else ""
    rows = connection.execute(
        f"SELECT {_TITLE} AS label, {_TOTAL} FROM ({_parts(first, last)}) t {_TITLED} {whose}"
        f"GROUP BY {_TITLE} ORDER BY sum(t.measured + t.supplemented) DESC, label",
        {"first": first, "last": last, "no": volunteer_no},
    )
    return [HoursTotal.from_row(row) for row in rows]


def of_volunteer(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> Seconds:
    """The seconds of one volunteer between two local days, both included."""
    row = connection.execute(
        f"SELECT coalesce(sum({_MEASURED}), 0), coalesce(sum({_SUPPLEMENTED}), 0) FROM visit v "
        "WHERE v.volunteer_no = ? AND v.day BETWEEN ? AND ? AND NOT v.annulled",
        (volunteer_no, first, last),
    ).fetchone()
    added = connection.execute(
        "SELECT coalesce(sum(seconds - displaced), 0) FROM supplement WHERE volunteer_no = ? AND day BETWEEN ? AND ? "
        "AND annulled_at IS NULL",
        (volunteer_no, first, last),
    ).fetchone()
    return Seconds(int(row[0]), int(row[1]) + int(added[0]))


def totals_since(connection: sqlite3.Connection, since: str, least: int) -> list[tuple[str, str, str, int, int]]:
    """Who has served on the local day `since` or later and has at least so many seconds of both kinds in all: number,
    name, team, the seconds before that day, the seconds in all. Each is added up over one range of the visits.
    """
    of_visits = f"{_MEASURED} + {_SUPPLEMENTED}"
    rows = connection.execute(
        f"""
        WITH served AS (
            SELECT volunteer_no FROM visit WHERE day >= :since
            UNION SELECT volunteer_no FROM supplement WHERE day >= :since
        ), added AS (
            SELECT s.volunteer_no,
                (SELECT coalesce(sum({of_visits}), 0) FROM visit v
                    WHERE v.volunteer_no = s.volunteer_no AND NOT v.annulled)
                + (SELECT coalesce(sum(u.seconds - u.displaced), 0) FROM supplement u
                    WHERE u.volunteer_no = s.volunteer_no AND u.annulled_at IS NULL) AS total,
                (SELECT coalesce(sum({of_visits}), 0) FROM visit v
                    WHERE v.volunteer_no = s.volunteer_no AND v.day >= :since AND NOT v.annulled)
                + (SELECT coalesce(sum(u.seconds - u.displaced), 0) FROM supplement u
                    WHERE u.volunteer_no = s.volunteer_no AND u.day >= :since AND u.annulled_at IS NULL) AS lately
            FROM served s
        )
        SELECT p.no, p.name, p.team, a.total - a.lately, a.total FROM added a JOIN volunteer p ON p.no = a.volunteer_no
        WHERE a.total >= :least ORDER BY p.no
        """,
        {"since": since, "least": least},
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def supplement_lines(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> list[SupplementLine]:
    """The supplements of one volunteer between two local days with their titles, annulled ones included, by day."""
    rows = connection.execute(
        f"SELECT t.*, {_TITLE} AS credited_to FROM supplement t {_TITLED} "
        "WHERE t.volunteer_no = ? AND t.day BETWEEN ? AND ? ORDER BY t.day, t.id",
        (volunteer_no, first, last),
    )
    return [SupplementLine.from_row(row) for row in rows]


def parts(
    connection: sqlite3.Connection,
    volunteer_no: str,
    first: str,
    last: str,
    assignment_id: int | None = None,
    session_code: str | None = None,
) -> list[Part]:
    """What one volunteer's hours between two local days are made of, and on whatever day what is credited to an
    assignment or a session; annulled ones left out, visits before supplements.
    """
    asked = {"no": volunteer_no, "first": first, "last": last, "job": assignment_id, "session": session_code}
    within = "(day BETWEEN :first AND :last OR assignment_id = :job OR session_code = :session)"
    if assignment_id is None and session_code is None:
        within = "day BETWEEN :first AND :last"
    rows = connection.execute(
        f"SELECT v.day, v.number, 0, {_MEASURED}, {_PUT_IN}, iif({_PUT_IN} > 0, v.displaced, 0), "
        "v.assignment_id, v.session_code, v.entered_at, v.left_at, "
        "v.left_at IS NULL OR (v.basis = 'inferred' AND v.review <> 'accepted') "
        f"FROM visit v WHERE v.volunteer_no = :no AND NOT v.annulled AND {within} "
        "UNION ALL SELECT day, 0, id, 0, seconds, displaced, assignment_id, session_code, NULL, NULL, 0 "
        f"FROM supplement WHERE volunteer_no = :no AND annulled_at IS NULL AND {within}",
        asked,
    )
    return [Part(*row) for row in rows]


def any_put_in(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> bool:
    """Whether a person or rule put anything into one volunteer's hours between two local days: asked at every exit."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM visit WHERE volunteer_no = :no AND day BETWEEN :first AND :last "
        "AND basis <> 'measured') OR EXISTS (SELECT 1 FROM supplement WHERE volunteer_no = :no "
        "AND day BETWEEN :first AND :last)",
        {"no": volunteer_no, "first": first, "last": last},
    ).fetchone()
    return bool(row[0])


def days_put_in(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Volunteers and local days on which a person or rule put something in, in order. It reads all: for checks only."""
    rows = connection.execute(
        "SELECT volunteer_no, day FROM visit WHERE basis <> 'measured' AND NOT annulled "
        "UNION SELECT volunteer_no, day FROM supplement WHERE annulled_at IS NULL ORDER BY 1, 2"
    )
    return [(row[0], row[1]) for row in rows]


def displace(connection: sqlite3.Connection, volunteer_no: str, part: Part, seconds: int) -> None:
    """Keep how much of what was put in does not count, because measured time took its place."""
    if part.supplement_id:
        connection.execute("UPDATE supplement SET displaced = ? WHERE id = ?", (seconds, part.supplement_id))
        return
    connection.execute(
        "UPDATE visit SET displaced = ? WHERE volunteer_no = ? AND day = ? AND number = ?",
        (seconds, volunteer_no, part.day, part.number),
    )


def put_in_beyond(
    connection: sqlite3.Connection, assignment_id: int, seconds: int, session_code: str | None
) -> list[str]:
    """The volunteers for whom more than so many seconds were put in for an assignment, or count with what was measured;
    what its session has without an assignment included.
    """
    rows = connection.execute(
        f"""
        SELECT t.volunteer_no FROM (
            SELECT v.volunteer_no, {_PUT_IN} AS put_in, {_MEASURED} + {_SUPPLEMENTED} AS counted FROM visit v
            WHERE NOT v.annulled AND (v.assignment_id = :job OR (v.assignment_id IS NULL AND v.session_code = :session))
            UNION ALL SELECT u.volunteer_no, u.seconds, u.seconds - u.displaced FROM supplement u
            WHERE u.annulled_at IS NULL
            AND (u.assignment_id = :job OR (u.assignment_id IS NULL AND u.session_code = :session))
        ) t GROUP BY t.volunteer_no
        HAVING sum(t.put_in) > 0 AND max(sum(t.put_in), sum(t.counted)) > :seconds ORDER BY t.volunteer_no
        """,
        {"job": assignment_id, "session": session_code, "seconds": seconds},
    )
    return [row[0] for row in rows]


def supplemented_for(connection: sqlite3.Connection, assignment_id: int) -> int:
    """How many supplements are credited to an assignment, annulled ones left out."""
    row = connection.execute(
        "SELECT count(*) FROM supplement WHERE assignment_id = ? AND annulled_at IS NULL", (assignment_id,)
    ).fetchone()
    return int(row[0])


def all_supplements(connection: sqlite3.Connection) -> list[Supplement]:
    """Every supplement by its id. It reads the whole table: for checks only."""
    return [Supplement.from_row(row) for row in connection.execute("SELECT * FROM supplement ORDER BY id")]


def supplement(connection: sqlite3.Connection, supplement_id: int) -> Supplement | None:
    """One supplement; None if there is none with this id."""
    row = connection.execute("SELECT * FROM supplement WHERE id = ?", (supplement_id,)).fetchone()
    return Supplement.from_row(row) if row else None


def add_supplement(connection: sqlite3.Connection, new: Supplement) -> int:
    """Add a supplement; returns its id."""
    cursor = connection.execute(
        "INSERT INTO supplement (volunteer_no, day, seconds, assignment_id, session_code, reason, operator_no, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.volunteer_no,
            new.day,
            new.seconds,
            new.assignment_id,
            new.session_code,
            new.reason,
            new.operator_no,
            new.at,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def annul_supplement(connection: sqlite3.Connection, supplement_id: int, at: int, by: str, reason: str) -> None:
    """Take a supplement back; it stays, marked with who, when and why."""
    connection.execute(
        "UPDATE supplement SET annulled_at = ?, annulled_by = ?, annul_reason = ? WHERE id = ?",
        (at, by, reason, supplement_id),
    )
