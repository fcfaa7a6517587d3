"""Letters to the street office (信息报送): as they are written now, and as they were at each step."""

from __future__ import annotations

import sqlite3
from typing import Literal, NamedTuple, get_args

from db.record import Record

LetterKind = Literal["construction", "activity_news", "platform", "typical_experience", "highlight"]
LetterLevel = Literal["street", "district"]
LetterState = Literal["draft", "reviewed", "sent", "adopted", "returned"]
LetterEvent = Literal[
    "reviewed", "taken_back", "sent", "adopted", "returned", "revised", "decision_undone", "set_aside"
]

KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
LEVELS: tuple[LetterLevel, ...] = get_args(LetterLevel)


class InfoReport(Record):
    """One letter. Instants are in UTC milliseconds; id 0 until it is stored.

    `sent_at` is when it was first sent, `decided_at` when the decision that stands was told, `decision` its words.
    """

    id: int = 0
    period: str
    level_to: LetterLevel
    kind: LetterKind
    title: str
    body: str = ""
    state: LetterState = "draft"
    author: str
    reviewer: str = ""
    sent_at: int | None = None
    decided_at: int | None = None
    decision: str = ""
    made_at: int
    changed_at: int
    revision: int = 0


class LetterLog(Record):
    """One step of a letter, with title and body as they were then."""

    id: int = 0
    info_report: int
    at: int
    event: LetterEvent
    operator_no: str
    note: str = ""
    title: str
    body: str


class SentBack(NamedTuple):
    """A letter that was returned and not sent again since, with the words with which it came back."""

    id: int
    title: str
    state: LetterState
    words: str


class LetterCount(NamedTuple):
    """How many letters of a kind were sent, adopted and returned."""

    sent: int
    adopted: int
    returned: int


_COLUMNS = tuple(InfoReport.model_fields)[1:]
_LOG_COLUMNS = tuple(LetterLog.model_fields)[1:]


def get(connection: sqlite3.Connection, number: int) -> InfoReport | None:
    """The letter of this number; None if there is none."""
    row = connection.execute("SELECT * FROM info_report WHERE id = ?", (number,)).fetchone()
    return InfoReport.from_row(row) if row else None


def newest(connection: sqlite3.Connection, limit: int) -> list[InfoReport]:
    """The letters that were begun last, the latest first."""
    rows = connection.execute("SELECT * FROM info_report ORDER BY id DESC LIMIT ?", (limit,))
    return [InfoReport.from_row(row) for row in rows]


def of_period(connection: sqlite3.Connection, period: str) -> list[InfoReport]:
    """The letters of one period, the latest first."""
    rows = connection.execute("SELECT * FROM info_report WHERE period = ? ORDER BY id DESC", (period,))
    return [InfoReport.from_row(row) for row in rows]


def add(connection: sqlite3.Connection, letter: InfoReport) -> int:
    """Store a new letter, inside a running transaction; returns its number."""
    cursor = connection.execute(
        f"INSERT INTO info_report ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        [getattr(letter, name) for name in _COLUMNS],
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def put(connection: sqlite3.Connection, letter: InfoReport) -> None:
    """Overwrite a letter, inside a running transaction."""
    connection.execute(
        f"UPDATE info_report SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?",
        [*(getattr(letter, name) for name in _COLUMNS), letter.id],
    )


def delete(connection: sqlite3.Connection, number: int) -> None:
    """Delete a letter that has no step yet, inside a running transaction."""
    connection.execute("DELETE FROM info_report WHERE id = ?", (number,))


def append(connection: sqlite3.Connection, step: LetterLog) -> None:
    """Keep one more step, inside a running transaction."""
    connection.execute(
        f"INSERT INTO info_report_log ({', '.join(_LOG_COLUMNS)}) VALUES ({', '.join('?' * len(_LOG_COLUMNS))})",
        [getattr(step, name) for name in _LOG_COLUMNS],
    )


def log(connection: sqlite3.Connection, number: int) -> list[LetterLog]:
    """The steps of a letter, the first one first."""
    rows = connection.execute("SELECT * FROM info_report_log WHERE info_report = ? ORDER BY id", (number,))
    return [LetterLog.from_row(row) for row in rows]


def counts(connection: sqlite3.Connection, start: int, end: int) -> dict[LetterKind, LetterCount]:
    """The letters that were sent, and those that were adopted and returned, from one instant to before another."""
    found: dict[LetterKind, list[int]] = {kind: [0, 0, 0] for kind in KINDS}
    sent = connection.execute(
        "SELECT kind, count(*) FROM info_report WHERE sent_at >= ? AND sent_at < ? GROUP BY kind", (start, end)
    )
    for kind, count in sent:
        found[kind][0] = count
    decided = connection.execute(
        "SELECT kind, sum(state = 'adopted'), sum(state = 'returned') FROM info_report "
        "WHERE decided_at >= ? AND decided_at < ? GROUP BY kind",
        (start, end),
    )
    for kind, adopted, returned in decided:
        found[kind][1:] = [adopted, returned]
    return {kind: LetterCount(*numbers) for kind, numbers in found.items()}


def is_sent(connection: sqlite3.Connection, period: str) -> bool:
    """Whether a letter about a period was ever sent."""
    row = connection.execute("SELECT 1 FROM info_report WHERE period = ? AND sent_at IS NOT NULL LIMIT 1", (period,))
    return row.fetchone() is not None


def is_any(connection: sqlite3.Connection, period: str, before: int) -> bool:
    """Whether there is a letter about a period, or one that was begun before an instant."""
    about = connection.execute("SELECT 1 FROM info_report WHERE period = ? LIMIT 1", (period,)).fetchone()
    first = connection.execute("SELECT made_at FROM info_report ORDER BY id LIMIT 1").fetchone()
    return about is not None or (first is not None and first[0] < before)


def by_state(connection: sqlite3.Connection) -> dict[LetterState, int]:
    """How many letters there are in each state; a state that none is in is left out."""
    return dict(connection.execute("SELECT state, count(*) FROM info_report GROUP BY state").fetchall())


def sent_back(connection: sqlite3.Connection) -> list[SentBack]:
    """The letters that were returned, and neither sent again nor set aside since; the oldest first."""
    rows = connection.execute(
        """
        SELECT i.id, i.title, i.state, coalesce((
            SELECT g.note FROM info_report_log g WHERE g.info_report = i.id AND g.event = 'returned'
            ORDER BY g.id DESC LIMIT 1), '')
        FROM info_report i INDEXED BY info_report_back
        WHERE i.sent_at IS NOT NULL AND (i.state = 'returned' OR i.state = 'draft' OR i.state = 'reviewed')
            AND (SELECT g.event FROM info_report_log g WHERE g.info_report = i.id ORDER BY g.id DESC LIMIT 1)
                <> 'set_aside'
        ORDER BY i.id
        """
    )
    return [SentBack(*row) for row in rows]


def every(connection: sqlite3.Connection) -> list[InfoReport]:
    """Every letter, by number. It reads the whole table: for checks only."""
    return [InfoReport.from_row(row) for row in connection.execute("SELECT * FROM info_report ORDER BY id")]


_PLAIN_NAME = "replace(replace(replace(replace(replace({0}, ' ', ''), '·', ''), '•', ''), '・', ''), '‧', '')"
"""A name without what may stand between its characters as it is kept."""

_NAMES_WITHIN = " UNION ".join(
    f"SELECT {name} FROM {table} WHERE length({name}) > 1 AND instr(:text, {_PLAIN_NAME.format(name)})"
    for table, name in (
        ("resident", "name"),
        ("resident", "guardian_name"),
        ("volunteer", "name"),
        ("rating_rater", "name"),
    )
)


def names_within(connection: sqlite3.Connection, plain: str) -> list[str]:
    """The names of residents, volunteers, and people who rated under a name that stand in a text, the longest first.
    The text has no spaces and no dots between names, and is looked through as if the names had none.

    It looks through all names once: a name of one character is none that could be told from a word.
    """
    if not plain:
        return []
    rows = connection.execute(_NAMES_WITHIN, {"text": plain})
    return sorted((row[0] for row in rows), key=lambda name: (-len(name), name))


def demands_waiting(connection: sqlite3.Connection, until: str) -> int:
    """How many demands put by a local day have no answer yet."""
    row = connection.execute("SELECT count(*) FROM demand WHERE state = 'new' AND day <= ?", (until,)).fetchone()
    return int(row[0])
