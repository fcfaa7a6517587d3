"""Follow-ups of bad ratings (差评工单): how far each is, and the log from which that follows.

A bad rating has no row here until somebody of the staff acts on it; until then it is `new`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Literal, NamedTuple

from db import backups
from db.feedback import Channel, SubjectKind
from db.record import Record

FollowUpState = Literal["new", "verified", "handling", "result", "appealed", "closed", "appeal_upheld", "withdrawn"]
Complexity = Literal["simple", "complex"]


class FollowUpRow(Record):
    """One follow-up as it is stored; `revision` is how many events there were. Days are local."""

    key: bytes
    no: str
    state: FollowUpState
    preset: str
    complexity: Complexity = "simple"
    responsible: str = ""
    verified_on: str | None = None
    result_on: str | None = None
    called_back_on: str | None = None
    ended_on: str | None = None
    reopened_on: str | None = None
    outcome: str = ""
    revision: int = 0


class LogEntry(Record):
    """What was done to a follow-up, in the order of `id`; `detail` is JSON, `note` the words of who did it."""

    id: int
    no: str
    at: int
    day: str
    event: str
    operator_no: str
    note: str = ""
    detail: str = "{}"


class BadRating(Record):
    """A rating with its follow-up: `no` is "", `state` new, `preset` "" and `revision` 0 where it has no row yet.

    `label` is what was rated, in words. `rater` is the name given with it, `can_call` whether a phone is known.
    `responsible_name` is "" where the number is nobody's.
    """

    key: bytes
    day: str
    known_on: str
    subject_kind: SubjectKind
    subject: str
    label: str
    level: int
    comment: str
    named: int
    channel: Channel
    ended: int
    excluded: int
    rater: str
    can_call: int
    no: str
    state: FollowUpState
    preset: str
    complexity: Complexity
    responsible: str
    responsible_name: str
    verified_on: str | None
    result_on: str | None
    called_back_on: str | None
    ended_on: str | None
    reopened_on: str | None
    outcome: str
    revision: int


class OpenGroup(NamedTuple):
    """So many open follow-ups that are alike in all that their deadlines and their statistics depend on."""

    day: str
    known_on: str
    subject_kind: SubjectKind
    subject: str
    staff_no: str
    state: FollowUpState
    preset: str
    complexity: Complexity
    result_on: str | None
    reopened_on: str | None
    can_call: int
    many: int


_CAN_CALL = "(p.phone_cipher IS NOT NULL OR n.phone_cipher IS NOT NULL)"

_LINE = f"""
    SELECT r.key, r.day, r.known_on, r.subject_kind, r.subject, r.level, r.comment, r.named, r.channel, r.ended,
        r.excluded, coalesce(s.name, a.title, r.subject) AS label, coalesce(nullif(p.name, ''), n.name, '') AS rater,
        {_CAN_CALL} AS can_call, coalesce(f.no, '') AS no, coalesce(f.state, 'new') AS state,
        coalesce(f.preset, '') AS preset, coalesce(f.complexity, 'simple') AS complexity,
        coalesce(f.responsible, '') AS responsible, coalesce(w.name, '') AS responsible_name, f.verified_on,
        f.result_on, f.called_back_on, f.ended_on, f.reopened_on, coalesce(f.outcome, '') AS outcome,
        coalesce(f.revision, 0) AS revision
    FROM rating r
    LEFT JOIN follow_up f ON f.key = r.key
    LEFT JOIN rating_rater p ON p.key = r.key
    LEFT JOIN resident n ON n.id = p.resident_id
    LEFT JOIN session s ON r.subject_kind = 'session' AND s.code = r.subject
    LEFT JOIN assignment a ON r.subject_kind = 'volunteer' AND a.id = CAST(r.subject AS INTEGER)
    LEFT JOIN staff w ON w.no = f.responsible
"""

_WORKABLE = "(r.named = 1 OR r.day < :today)"
"""Whether the staff may act on a rating: nothing they do tells when an anonymous one was given (mechanisms §12)."""

_OPEN = "r.level <= 2 AND r.ended = 0"

_COLUMNS = tuple(FollowUpRow.model_fields)


def of_key(connection: sqlite3.Connection, key: bytes) -> BadRating | None:
    """The rating with this key and its follow-up, whatever its level; None where there is none."""
    row = connection.execute(_LINE + " WHERE r.key = ?", (key,)).fetchone()
    return BadRating.from_row(row) if row else None


def key_of(connection: sqlite3.Connection, no: str) -> bytes | None:
    """The key of the rating that a follow-up is about; None where no follow-up has this number."""
    row = connection.execute("SELECT key FROM follow_up WHERE no = ?", (no,)).fetchone()
    return bytes(row[0]) if row else None


def open_ones(connection: sqlite3.Connection, today: str, limit: int = -1) -> list[BadRating]:
    """The bad ratings that may be worked on and have not ended, those known longest first, at most `limit`."""
    rows = connection.execute(
        f"{_LINE} WHERE {_OPEN} AND {_WORKABLE} "
        "ORDER BY coalesce(f.reopened_on, r.known_on), r.day, r.key LIMIT :limit",
        {"today": today, "limit": limit},
    )
    return [BadRating.from_row(row) for row in rows]


def ended_ones(connection: sqlite3.Connection, limit: int = -1) -> list[BadRating]:
    """The follow-ups that have ended, the latest first, at most `limit`."""
    rows = connection.execute(
        f"{_LINE} WHERE f.ended_on IS NOT NULL ORDER BY f.ended_on DESC, f.no DESC LIMIT ?", (limit,)
    )
    return [BadRating.from_row(row) for row in rows]


def between(connection: sqlite3.Connection, first: str, last: str, today: str) -> list[BadRating]:
    """The bad ratings given in a span of local days, ended or not, as far as they may be worked on; with those that are
    good now and have a follow-up. By day, then in the order of their random keys.
    """
    rows = connection.execute(
        f"{_LINE} WHERE r.day BETWEEN :first AND :last AND {_WORKABLE} "
        "AND (r.level <= 2 OR f.key IS NOT NULL) ORDER BY r.day, r.key",
        {"first": first, "last": last, "today": today},
    )
    return [BadRating.from_row(row) for row in rows]


def to_report(
    connection: sqlite3.Connection, first: str, last: str, today: str, most: int
) -> tuple[list[BadRating], list[BadRating]]:
    """What may stand in a list of the follow-ups of a span of local days: those opened or ended in it, and those opened
    before it of which some may have been open on its last day, the eldest first, at most `most`.
    """
    of_it = (
        f"{_LINE} WHERE r.day BETWEEN :first AND :last AND r.level <= 2 AND {_WORKABLE}",
        f"{_LINE} WHERE f.ended_on BETWEEN :first AND :last",
    )
    older = (
        f"{_LINE} WHERE {_OPEN} AND r.day < :first ORDER BY r.day LIMIT :most",
        f"{_LINE} WHERE f.ended_on > :last AND r.level <= 2 AND r.day < :first ORDER BY f.ended_on LIMIT :most",
    )
    asked = {"first": first, "last": last, "today": today, "most": most}

    def found(queries: tuple[str, ...]) -> dict[bytes, BadRating]:
        return {
            bytes(row["key"]): BadRating.from_row(row) for query in queries for row in connection.execute(query, asked)
        }

    inside = found(of_it)
    before = [one for key, one in found(older).items() if key not in inside]
    return list(inside.values()), sorted(before, key=lambda one: (one.day, one.key))[:most]


def count_open_before(connection: sqlite3.Connection, day: str) -> int:
    """How many bad ratings given before a local day have not ended."""
    row = connection.execute(
        "SELECT count(*) FROM rating r INDEXED BY rating_to_follow WHERE r.level <= 2 AND r.ended = 0 AND r.day < ?",
        (day,),
    ).fetchone()
    return int(row[0])


def open_groups(
    connection: sqlite3.Connection,
    today: str,
    first: str = "",
    last: str = "9",
    *,
    by_subject: bool = False,
    level: int | None = None,
) -> list[OpenGroup]:
    """How many open follow-ups there are of the ratings given in a span of local days, by what they have in common.

    Day, subject and who served are "" unless asked for `by_subject`. Of one `level` alone where that is given.
    """
    said = "r.day, r.known_on, r.subject_kind, r.subject, r.staff_no" if by_subject else "'', r.known_on, '', '', ''"
    by = "1, 2, 3, 4, 5" if by_subject else "r.known_on"
    # Most are new, and nothing about them but their day decides by when something is due.
    rows = connection.execute(
        f"""
        SELECT {said}, 'new', '', 'simple', NULL, NULL, 0, count(*)
        FROM rating r INDEXED BY rating_to_follow
        WHERE r.level <= 2 AND r.ended = 0 AND {_WORKABLE} AND r.day BETWEEN :first AND :last
            AND (:level IS NULL OR r.level = :level) AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.key = r.key)
        GROUP BY {by}
        UNION ALL
        SELECT {said}, f.state, f.preset, f.complexity, f.result_on, f.reopened_on, {_CAN_CALL}, count(*)
        FROM follow_up f
        JOIN rating r ON r.key = f.key
        LEFT JOIN rating_rater p ON p.key = r.key
        LEFT JOIN resident n ON n.id = p.resident_id
        WHERE f.ended_on IS NULL AND r.level <= 2 AND {_WORKABLE} AND r.day BETWEEN :first AND :last
            AND (:level IS NULL OR r.level = :level)
        GROUP BY {by}, 6, 7, 8, 9, 10, 11
        """,
        {"today": today, "first": first, "last": last, "level": level},
    )
    return [OpenGroup(*row) for row in rows]


def opened_by_level(connection: sqlite3.Connection, first: str, last: str, today: str) -> dict[int, int]:
    """How many bad ratings of each level were given in a span of local days that may be worked on today."""
    rows = connection.execute(
        f"SELECT r.level, count(*) FROM rating r WHERE r.day BETWEEN :first AND :last AND r.level <= 2 AND {_WORKABLE} "
        "GROUP BY r.level",
        {"first": first, "last": last, "today": today},
    )
    return dict(rows.fetchall())


def ended_by_level(connection: sqlite3.Connection, first: str, last: str) -> dict[int, int]:
    """How many follow-ups ended in a span of local days, by the level that the rating has now."""
    rows = connection.execute(
        "SELECT r.level, count(*) FROM follow_up f JOIN rating r ON r.key = f.key "
        "WHERE f.ended_on BETWEEN ? AND ? GROUP BY r.level",
        (first, last),
    )
    return dict(rows.fetchall())


def get(connection: sqlite3.Connection, key: bytes) -> FollowUpRow | None:
    """The follow-up of a rating; None where nobody has acted on it."""
    row = connection.execute("SELECT * FROM follow_up WHERE key = ?", (key,)).fetchone()
    return FollowUpRow.from_row(row) if row else None


def all_rows(connection: sqlite3.Connection) -> list[FollowUpRow]:
    """Every follow-up, by number."""
    return [FollowUpRow.from_row(row) for row in connection.execute("SELECT * FROM follow_up ORDER BY no")]


def put(connection: sqlite3.Connection, row: FollowUpRow) -> None:
    """Insert a follow-up, or overwrite the one of the same rating."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "key")
    connection.execute(
        f"INSERT INTO follow_up ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
        f"ON CONFLICT (key) DO UPDATE SET {changed}",
        [getattr(row, name) for name in _COLUMNS],
    )


def mark(connection: sqlite3.Connection, key: bytes, *, ended: bool, excluded: bool) -> None:
    """Say of a rating whether its follow-up has ended, and whether an appeal against it was upheld."""
    connection.execute(
        "UPDATE rating SET ended = ?, excluded = ? WHERE key = ? AND (ended <> ? OR excluded <> ?)",
        (ended, excluded, key, ended, excluded),
    )


def set_known(connection: sqlite3.Connection, key: bytes, day: str) -> None:
    """Say on which local day the centre came to know that a rating is what it is now."""
    connection.execute("UPDATE rating SET known_on = ? WHERE key = ?", (day, key))


def last_number(connection: sqlite3.Connection, beginning: str) -> str | None:
    """The highest number that begins so (CP2026-), or one that a lost file may have given out; None without any."""
    year = beginning[2:6]
    kept_free = backups.floor(connection, "follow_up", int(year)) if year.isdigit() else 0
    row = connection.execute(
        "SELECT no FROM follow_up WHERE no >= ? AND no < ? ORDER BY length(no) DESC, no DESC LIMIT 1",
        (beginning, f"{beginning}~"),
    ).fetchone()
    found = str(row[0]) if row else None
    if not kept_free or (found is not None and int(found.removeprefix(beginning)) >= kept_free):
        return found
    return f"{beginning}{kept_free:04d}"


def append(
    connection: sqlite3.Connection, no: str, at: int, day: str, event: str, operator_no: str, note: str, detail: str
) -> None:
    """Add to the log of a follow-up what was done to it."""
    connection.execute(
        "INSERT INTO follow_up_log (no, at, day, event, operator_no, note, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (no, at, day, event, operator_no, note, detail),
    )


def log_of(connection: sqlite3.Connection, no: str) -> list[LogEntry]:
    """What was done to a follow-up, oldest first."""
    rows = connection.execute("SELECT * FROM follow_up_log WHERE no = ? ORDER BY id", (no,))
    return [LogEntry.from_row(row) for row in rows]


def logs(connection: sqlite3.Connection, numbers: Collection[str] | None = None) -> dict[str, list[LogEntry]]:
    """What was done to follow-ups, oldest first, by number: of these, or of all."""
    query = "SELECT * FROM follow_up_log"
    asked: tuple[str, ...] = ()
    if numbers is not None:
        # One after the other, each out of the index: the log has all years.
        query, asked = f"{query} WHERE no IN (SELECT value FROM json_each(?))", (json.dumps(sorted(numbers)),)
    found: dict[str, list[LogEntry]] = {}
    for row in connection.execute(f"{query} ORDER BY no, id", asked):
        found.setdefault(row["no"], []).append(LogEntry.from_row(row))
    return found


def flags(connection: sqlite3.Connection) -> dict[bytes, tuple[int, int]]:
    """Ended and excluded of every rating that says either, or has a follow-up."""
    rows = connection.execute(
        "SELECT key, ended, excluded FROM rating WHERE ended OR excluded OR key IN (SELECT key FROM follow_up)"
    )
    return {bytes(row[0]): (row[1], row[2]) for row in rows}


def sealed_phone(connection: sqlite3.Connection, key: bytes) -> bytes | None:
    """The encrypted phone of who gave a rating, else that of the resident whom it names; None where there is none."""
    row = connection.execute(
        "SELECT coalesce(p.phone_cipher, n.phone_cipher) FROM rating_rater p "
        "LEFT JOIN resident n ON n.id = p.resident_id WHERE p.key = ?",
        (key,),
    ).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None
