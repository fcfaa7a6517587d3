"""Reading the audit log page by page, the newest entry first."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Wanted(NamedTuple):
    """Which entries: what is None or empty asks for nothing."""

    operator_no: str = ""
    since: int | None = None
    """UTC ms, included."""
    until: int | None = None
    """UTC ms, not included."""
    kind: str = ""
    """The part of an action before its first dot."""
    subject: str = ""
    text: str = ""
    """What stands anywhere in action, subject or detail."""
    actions: tuple[str, ...] = ()
    """Actions that `text` means too."""
    row: tuple[str, str] | None = None
    """A table and the key of a row that was changed, or is the subject of an action named after the table."""


class AuditLine(NamedTuple):
    """One entry."""

    id: int
    at: int
    operator_no: str | None
    operator_name: str
    source: str
    place: str
    action: str
    subject: str
    detail: str
    changed: int
    """How many rows it changed."""


def page(connection: sqlite3.Connection, wanted: Wanted, first: int, limit: int) -> list[AuditLine]:
    """At most `limit` entries from the `first` place on."""
    where, values = _where(wanted)
    rows = connection.execute(
        f"{_LINES} FROM audit a LEFT JOIN staff s ON s.no = a.operator_no {where} ORDER BY a.id DESC LIMIT ? OFFSET ?",
        (*values, limit, first),
    )
    return [AuditLine(*row) for row in rows]


def line(connection: sqlite3.Connection, entry: int) -> AuditLine | None:
    """One entry; None where there is none of this id."""
    row = connection.execute(
        f"{_LINES} FROM audit a LEFT JOIN staff s ON s.no = a.operator_no WHERE a.id = ?", (entry,)
    ).fetchone()
    return AuditLine(*row) if row else None


def count(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """How many entries there are."""
    where, values = _where(wanted)
    return int(connection.execute(f"SELECT count(*) FROM audit a {where}", values).fetchone()[0])


def kinds(connection: sqlite3.Connection) -> list[str]:
    """The kinds of actions of which there are entries, in order."""
    rows = connection.execute("SELECT DISTINCT substr(action, 1, instr(action || '.', '.') - 1) FROM audit ORDER BY 1")
    return [row[0] for row in rows]


def actions(connection: sqlite3.Connection) -> list[str]:
    """The actions of which there are entries."""
    return [row[0] for row in connection.execute("SELECT DISTINCT action FROM audit")]


def operators(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Who made entries: numbers and names, the name empty where nobody of this number is on the staff now."""
    rows = connection.execute(
        "SELECT DISTINCT a.operator_no, coalesce(s.name, '') FROM audit a LEFT JOIN staff s ON s.no = a.operator_no "
        "WHERE a.operator_no IS NOT NULL ORDER BY 1"
    )
    return [(row[0], row[1]) for row in rows]


def anchors(connection: sqlite3.Connection) -> list[tuple[str, int, str]]:
    """The hashes of the log that stand in reports of this centre, with period and revision, in their order."""
    body = "CAST(body AS TEXT)"
    rows = connection.execute(
        f"SELECT period, revision, head FROM (SELECT position, period, revision, "
        f"CASE WHEN json_valid({body}) THEN json_extract({body}, '$.audit_head') END AS head FROM outbox) "
        "WHERE typeof(head) = 'text' AND length(head) = 64 ORDER BY position"
    )
    return [(row[0], row[1], row[2]) for row in rows]


def lost_backups(connection: sqlite3.Connection) -> list[str]:
    """The good backups on record, by the names of their files, that no entry tells of, or that were made of a log which
    this one does not go on from: the entries since were cut off, or made anew.

    What is made before an upgrade is recorded by a program that the log does not know yet; what a restoration took over
    from the record of the centre that was here before, the restoration itself tells.
    """
    rows = connection.execute(
        f"SELECT name FROM backup WHERE {_TOLD_OF} AND (NOT {_IS_MENTIONED} "
        "OR (audit_head IS NOT NULL AND audit_head NOT IN (SELECT hash FROM audit))) ORDER BY id"
    )
    return [row[0] for row in rows]


def backups(connection: sqlite3.Connection) -> int:
    """How many backups are on record that an entry must tell of."""
    return int(connection.execute(f"SELECT count(*) FROM backup WHERE {_TOLD_OF}").fetchone()[0])


def last_at(connection: sqlite3.Connection) -> int | None:
    """When the last entry was made (UTC ms), by the clock of its time; None without one."""
    row = connection.execute("SELECT at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else int(row[0])


_TOLD_OF = "state = 'good' AND kind <> 'before_upgrade'"
_IS_MENTIONED = (
    "(name IN (SELECT subject FROM audit WHERE action = 'backup.made') OR name IN (SELECT taken.value FROM audit, "
    "json_each(audit.detail, '$.backups') AS taken WHERE audit.action = 'centre.restored'))"
)


_LINES = (
    "SELECT a.id, a.at, a.operator_no, coalesce(s.name, ''), a.source, a.place, a.action, a.subject, a.detail, "
    "(SELECT count(*) FROM audit_change c WHERE c.entry = a.id)"
)


def _where(wanted: Wanted) -> tuple[str, tuple[object, ...]]:
    parts: list[tuple[str, tuple[object, ...]]] = []
    if wanted.operator_no:
        parts.append(("a.operator_no = ?", (wanted.operator_no,)))
    if wanted.since is not None:
        parts.append(("a.at >= ?", (wanted.since,)))
    if wanted.until is not None:
        parts.append(("a.at < ?", (wanted.until,)))
    if wanted.kind:
        parts.append(("(a.action = ? OR a.action LIKE ? ESCAPE '!')", (wanted.kind, f"{_plain(wanted.kind)}.%")))
    if wanted.subject:
        parts.append(("a.subject = ?", (wanted.subject,)))
    if wanted.text:
        like = f"%{_plain(wanted.text)}%"
        places = " OR ".join(f"a.{column} LIKE ? ESCAPE '!'" for column in ("action", "subject", "detail"))
        named = f" OR a.action IN ({', '.join('?' * len(wanted.actions))})" if wanted.actions else ""
        typed = " OR a.id IN (SELECT entry FROM audit_words WHERE words LIKE ? ESCAPE '!')"
        parts.append((f"({places}{typed}{named})", (like, like, like, like, *wanted.actions)))
    if wanted.row is not None:
        table, key = wanted.row
        parts.append(
            (
                "(a.id IN (SELECT entry FROM audit_change WHERE tab = ? AND row_key = ?) "
                "OR (a.subject = ? AND a.action LIKE ? ESCAPE '!'))",
                (table, key, key, f"{_plain(table)}.%"),
            )
        )
    where = " AND ".join(part for part, _ in parts)
    return f"WHERE {where}" if parts else "", tuple(value for _, values in parts for value in values)


def _plain(text: str) -> str:
    """A text that LIKE takes as it is."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
