"""Counting cases: what a span of days brought, by the indices of the records, their log and their time limits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from db.cases import CaseRow
from db.record import Record


class CaseLimit(Record):
    """A time limit of a record: `begun` is the position in the log at which it began. Days are local, ISO; without
    `due_on` it stands still. It follows from the log, the calendar and the setting of limits.
    """

    case_id: int
    code: str
    begun: int
    definition: str
    started_on: str
    due_on: str | None = None
    stopped_on: str | None = None
    is_paused: bool = False


class Waiver(Record):
    """A duty of the calendar that is not asked for in the period that begins on a day: why, since when (UTC
    milliseconds), by whom.
    """

    definition: str
    first_day: str
    reason: str
    at: int
    operator_no: str


Counts = dict[str, int]
"""By the value of a field, '' where it holds nothing; without a field one number under ''."""

_LIMIT = tuple(CaseLimit.model_fields)
_PUT = f"INSERT INTO case_limit ({', '.join(_LIMIT)}) VALUES ({', '.join('?' * len(_LIMIT))})"

# What came in from a sheet beyond its first state (its opening says where it was, behind "@") was begun before it came
# here, and what was over by then was done elsewhere: neither is of the day of the import. What stands counts it.
BROUGHT = """EXISTS (
        SELECT 1 FROM case_log b WHERE b.case_id = r.id AND b.position = 1 AND substr(b.step, 1, 1) = '@')"""
CAME_BY = "(SELECT b.day FROM case_log b WHERE b.case_id = r.id AND b.position = 1) <= :last"
_ENDED_BEFORE = f"""{BROUGHT} AND NOT EXISTS (
        SELECT 1 FROM case_log e WHERE e.case_id = r.id AND e.kind = 'moved' AND e.day <= r.ended_on)"""
_BEGUN_HERE = f"NOT {BROUGHT}"
_ENDED_HERE = f"NOT ({_ENDED_BEFORE})"

_OF_SPAN = "case_record r WHERE r.definition = :definition AND r.opened_on BETWEEN :first AND :last"
_OPENED = f"{_OF_SPAN} AND {_BEGUN_HERE}"
_ENDED = f"""case_record r WHERE r.definition = :definition AND r.ended_on BETWEEN :first AND :last
    AND {_ENDED_HERE}"""
# The day of the old book is no day of ours: what was brought in counts from the day on which it was.
# Few of the records of years are open: the sign before opened_on keeps SQLite from reading them all by that index.
_OPEN = f"""(
    SELECT * FROM case_record WHERE definition = :definition AND ended_on IS NULL AND +opened_on <= :last
    UNION ALL
    SELECT * FROM case_record WHERE definition = :definition AND ended_on > :last AND opened_on <= :last
) r WHERE {CAME_BY}"""
_STEP = """case_log l CROSS JOIN case_record r
    WHERE r.id = l.case_id AND r.definition = :definition
    AND l.kind = 'moved' AND l.step = :code AND l.day BETWEEN :first AND :last"""
# What a step brought in is added up once, on the day on which it was taken last: a record that was opened again and
# took it twice has its money once.
LAST_STEP = f"""{_STEP} AND NOT EXISTS (
        SELECT 1 FROM case_log n WHERE n.case_id = l.case_id AND n.position > l.position
        AND n.kind = 'moved' AND n.step = l.step)"""
_IN_TIME = """case_limit m CROSS JOIN case_record r
    WHERE r.id = m.case_id AND m.definition = :definition AND m.code = :code
    AND m.stopped_on BETWEEN :first AND :last AND m.stopped_on <= m.due_on"""
_OVERDUE = """case_limit m CROSS JOIN case_record r
    WHERE r.id = m.case_id AND m.definition = :definition AND m.code = :code
    AND m.due_on BETWEEN :first AND :last AND m.due_on < coalesce(m.stopped_on, :today)
    AND (SELECT b.day FROM case_log b WHERE b.case_id = r.id AND b.position = 1) <= m.due_on"""

_BROUGHT_IN = """case_log l CROSS JOIN case_record r
    WHERE l.day BETWEEN :first AND :last AND l.kind = 'opened' AND l.step >= '@' AND l.step < 'A'
    AND r.id = l.case_id AND r.definition = :definition"""

NO_KEY, BY_LEVEL, BY_FIELD = "''", "r.level", "coalesce(json_extract(r.said, :by), '')"
OF_STATES = "r.state IN (SELECT value FROM json_each(:states))"

FROM = {
    "opened": _OPENED,
    "step": _STEP,
    "ended": _ENDED,
    "open_at_end": _OPEN,
    "in_time": _IN_TIME,
    "overdue": _OVERDUE,
}
"""What each kind of count is counted of; a limit belongs to the day on which it was kept, or on which it ran out."""


def statement(counts: str, *, adds: bool = False, key: str = "", of_states: bool = False) -> str:
    """The SQL of a count: of which rows, whether a field is added up, by which expression it is split (`BY_FIELD`,
    `BY_LEVEL`), whether only records that stand in some states now are counted.
    """
    rows = LAST_STEP if counts == "step" and adds else FROM[counts]
    figure = "coalesce(sum(json_extract(r.said, :adds)), 0)" if adds else "count(*)"
    standing = f" AND {OF_STATES}" if of_states else ""
    return f"SELECT {key or NO_KEY}, {figure} FROM {rows}{standing} GROUP BY 1"


class Wanted(NamedTuple):
    """What is counted: `code` is the step or the time limit; the field that is added up and the one that splits, or the
    level of response; the states in which a record has to stand now, all where none is named.
    """

    counts: str
    code: str = ""
    adds: str | None = None
    by: str | None = None
    by_level: bool = False
    states: tuple[str, ...] = ()


def count(connection: sqlite3.Connection, definition: str, wanted: Wanted, span: tuple[str, str], today: str) -> Counts:
    """What a span of local days (both included) brought of a definition."""
    asked = {
        "definition": definition,
        "first": span[0],
        "last": span[1],
        "today": today,
        "code": wanted.code,
        "adds": f"$.{wanted.adds}",
        "by": f"$.{wanted.by}",
        "states": json.dumps(wanted.states),
    }
    key = BY_FIELD if wanted.by else BY_LEVEL if wanted.by_level else ""
    sql = statement(wanted.counts, adds=wanted.adds is not None, key=key, of_states=bool(wanted.states))
    return {str(row[0]): int(row[1]) for row in connection.execute(sql, asked)}


def brought_in(connection: sqlite3.Connection, definition: str, first: str, last: str) -> int:
    """How many records of a definition came in from a sheet, beyond their first state, in a span of local days: no
    count of what was opened or ended has them.
    """
    asked = {"definition": definition, "first": first, "last": last}
    return int(connection.execute(f"SELECT count(*) FROM {_BROUGHT_IN}", asked).fetchone()[0])


def brought_of(connection: sqlite3.Connection, definition: str) -> set[int]:
    """The records of a definition that came in from a sheet beyond their first state."""
    rows = connection.execute(f"SELECT r.id FROM case_record r WHERE r.definition = ? AND {BROUGHT}", (definition,))
    return {row[0] for row in rows}


class OfPeriod(NamedTuple):
    """A record of a period: whether it was opened and whether it ended in it, whether it was overdue at its end, and
    whether anything happened to it since.
    """

    row: CaseRow
    opened: bool
    ended: bool
    overdue: bool
    is_moved: bool


_OF_PERIOD = f"""
    WITH known (code) AS (SELECT value FROM json_each(:used)),
    found (id) AS (
        SELECT r.id FROM known CROSS JOIN case_record r
        WHERE r.definition = known.code AND r.opened_on BETWEEN :first AND :last AND {_BEGUN_HERE}
        UNION
        SELECT r.id FROM known CROSS JOIN case_record r
        WHERE r.definition = known.code AND r.ended_on BETWEEN :first AND :last AND {_ENDED_HERE}
        UNION
        SELECT * FROM (
            SELECT id FROM case_record r
            WHERE ended_on IS NULL AND coalesce(due_on, '9999') < :after
            AND (opened_on < :first OR {BROUGHT}) AND {CAME_BY}
            ORDER BY coalesce(due_on, '9999'), id LIMIT :most
        )
        UNION
        SELECT * FROM (
            SELECT r.id FROM known CROSS JOIN case_record r CROSS JOIN case_limit m
            WHERE r.definition = known.code AND r.ended_on > :last AND (r.opened_on < :first OR {BROUGHT}) AND {CAME_BY}
            AND m.case_id = r.id AND m.due_on < :after AND m.stopped_on > :until AND m.started_on < :after LIMIT :most
        )
    )
    SELECT r.*, r.opened_on BETWEEN :first AND :last AND {_BEGUN_HERE} AS was_opened,
        coalesce(r.ended_on BETWEEN :first AND :last AND {_ENDED_HERE}, 0) AS has_ended,
        EXISTS (SELECT 1 FROM case_limit m WHERE m.case_id = r.id AND m.due_on < :after AND m.started_on < :after
            AND coalesce(m.stopped_on, '9999') > :until) AS is_overdue,
        EXISTS (SELECT 1 FROM case_log l WHERE l.case_id = r.id AND l.day > :last) AS is_moved
    FROM found CROSS JOIN case_record r WHERE r.id = found.id ORDER BY r.definition, r.opened_on, r.id
"""


def of_period(connection: sqlite3.Connection, first: str, last: str, today: str, most: int) -> list[OfPeriod]:
    """The records that were opened or ended in a span of local days, all of them, and at most twice `most` older ones
    that were overdue at its end, or are now where it has not ended; by definition.
    """
    asked = {**_days(connection, first, last, today), "most": most}
    return [
        OfPeriod(
            CaseRow.from_row(row),
            bool(row["was_opened"]),
            bool(row["has_ended"]),
            bool(row["is_overdue"]),
            bool(row["is_moved"]),
        )
        for row in connection.execute(_OF_PERIOD, asked)
    ]


_OLDER_OVERDUE = f"""
    WITH known (code) AS (SELECT value FROM json_each(:used)),
    found (id) AS (
        SELECT id FROM case_record r
        WHERE ended_on IS NULL AND coalesce(due_on, '9999') < :after AND (opened_on < :first OR {BROUGHT}) AND {CAME_BY}
        UNION
        SELECT r.id FROM known CROSS JOIN case_record r
        WHERE r.definition = known.code AND r.ended_on > :last AND (r.opened_on < :first OR {BROUGHT}) AND {CAME_BY}
    )
    SELECT r.definition, count(*) FROM found CROSS JOIN case_record r WHERE r.id = found.id
    AND EXISTS (SELECT 1 FROM case_limit m WHERE m.case_id = r.id AND m.due_on < :after AND m.started_on < :after
        AND coalesce(m.stopped_on, '9999') > :until) GROUP BY r.definition
"""


def older_overdue(connection: sqlite3.Connection, first: str, last: str, today: str) -> dict[str, int]:
    """By definition how many records that were opened before a span of local days, and did not end in it, were overdue
    at its end, or are now where it has not ended: all of those of which `of_period` has the first.
    """
    rows = connection.execute(_OLDER_OVERDUE, _days(connection, first, last, today))
    return {row[0]: row[1] for row in rows}


def _days(connection: sqlite3.Connection, first: str, last: str, today: str) -> dict[str, str]:
    return {
        "first": first,
        "last": last,
        # What is due today is overdue tomorrow; what was due on the last day of a span was overdue behind it.
        "after": today if today <= last else f"{last}~",
        "until": min(last, today),
        "used": json.dumps(sorted(used(connection, last))),
    }


def used(connection: sqlite3.Connection, last: str) -> set[str]:
    """The definitions of which a record was opened by a day."""
    rows = connection.execute(
        # One seek for each definition instead of a reading of all records.
        "WITH RECURSIVE one (code) AS (SELECT min(definition) FROM case_record UNION ALL "
        "SELECT (SELECT min(definition) FROM case_record WHERE definition > one.code) FROM one WHERE code IS NOT NULL) "
        "SELECT code FROM one WHERE code IS NOT NULL AND "
        "(SELECT min(opened_on) FROM case_record WHERE definition = code) <= ?",
        (last,),
    )
    return {row[0] for row in rows}


def limits_of(connection: sqlite3.Connection, case_id: int) -> list[CaseLimit]:
    """The time limits of a record in the order in which they began."""
    rows = connection.execute("SELECT * FROM case_limit WHERE case_id = ? ORDER BY begun, code", (case_id,))
    return [CaseLimit.from_row(row) for row in rows]


def set_limits(connection: sqlite3.Connection, case_id: int, limits: Iterable[CaseLimit]) -> None:
    """Keep these time limits of a record and no others."""
    connection.execute("DELETE FROM case_limit WHERE case_id = ?", (case_id,))
    connection.executemany(_PUT, [[getattr(one, name) for name in _LIMIT] for one in limits])


def dated(
    connection: sqlite3.Connection, definition: str, states: Sequence[str], day_field: str, first: str, last: str
) -> list[tuple[str, CaseRow]]:
    """The records of a definition in one of these states that a date in them puts within a span of days, by that day.

    `day_field` is the code of a field and stands in the statement, so that an index on it serves.
    """
    day = f"json_extract(said, '$.{day_field}')"
    rows = connection.execute(
        f"SELECT *, {day} AS dated FROM case_record WHERE definition = ? AND {day} >= ? AND {day} <= ? "
        "AND state IN (SELECT value FROM json_each(?)) ORDER BY dated, id",
        (definition, first, last, json.dumps(list(states))),
    )
    return [(row["dated"], CaseRow.from_row(row)) for row in rows]


Held = str | int | float | None
"""What a field of a record holds."""


def results(connection: sqlite3.Connection, definition: str, by: str, order: str) -> list[tuple[str, Held, Held]]:
    """Of every record of a definition that has ended its state and what two fields of it hold."""
    rows = connection.execute(
        "SELECT state, json_extract(said, ?), json_extract(said, ?) FROM case_record "
        "WHERE definition = ? AND ended_on IS NOT NULL",
        (f"$.{by}", f"$.{order}", definition),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def first_opened(connection: sqlite3.Connection, definition: str) -> str | None:
    """The day on which the first record of a definition was opened; None before it."""
    found = connection.execute("SELECT min(opened_on) FROM case_record WHERE definition = ?", (definition,)).fetchone()
    return None if found[0] is None else str(found[0])


def due_counts(connection: sqlite3.Connection, today: str, soon: str, responsible: str = "") -> tuple[int, int, int]:
    """How many open records are overdue, due today, and due after it up to a day; of one person where named."""
    whose = "AND responsible = ?" if responsible else ""
    more = [responsible] if responsible else []

    def counted(since: str, before: str) -> int:
        found = connection.execute(
            "SELECT count(*) FROM case_record WHERE ended_on IS NULL AND coalesce(due_on, '9999') >= ? "
            f"AND coalesce(due_on, '9999') < ? {whose}",
            [since, before, *more],
        ).fetchone()
        return int(found[0])

    # "~" stands behind every text that a day begins, and before the next day.
    return counted("", today), counted(today, f"{today}~"), counted(f"{today}~", f"{soon}~")


def overdue_of(connection: sqlite3.Connection, definition: str, today: str) -> int:
    """How many open records of a definition are overdue."""
    found = connection.execute(
        "SELECT count(*) FROM case_record WHERE definition = ? AND ended_on IS NULL AND coalesce(due_on, '9999') < ?",
        (definition, today),
    ).fetchone()
    return int(found[0])


def drafts_of(connection: sqlite3.Connection, operator_no: str) -> int:
    """How many forms somebody has begun."""
    return int(
        connection.execute("SELECT count(*) FROM case_draft WHERE operator_no = ?", (operator_no,)).fetchone()[0]
    )


def waive(connection: sqlite3.Connection, one: Waiver) -> None:
    """Keep that a duty is not asked for in a period. Raises sqlite3.IntegrityError where that is said already."""
    connection.execute(
        "INSERT INTO case_waiver (definition, first_day, reason, at, operator_no) VALUES (?, ?, ?, ?, ?)",
        (one.definition, one.first_day, one.reason, one.at, one.operator_no),
    )


def unwaive(connection: sqlite3.Connection, definition: str, first_day: str) -> int:
    """Ask for a duty again; returns how many waivers there were."""
    return connection.execute(
        "DELETE FROM case_waiver WHERE definition = ? AND first_day = ?", (definition, first_day)
    ).rowcount


def waivers(connection: sqlite3.Connection, first: str, last: str) -> dict[tuple[str, str], Waiver]:
    """What is waived in periods that begin within a span of days, by duty and first day."""
    rows = connection.execute("SELECT * FROM case_waiver WHERE first_day BETWEEN ? AND ?", (first, last))
    return {(row["definition"], row["first_day"]): Waiver.from_row(row) for row in rows}
