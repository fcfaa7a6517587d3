"""Privacy notices, the log of consent, and the tombstones of erased people. None of them holds a name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Literal

from db.record import Record

PersonKind = Literal["resident", "volunteer", "rater", "booking", "staff", "case"]
ConsentKind = Literal["resident", "volunteer"]
Event = Literal["given", "withdrawn", "kept"]
By = Literal["self", "guardian"]
Cause = Literal["asked", "withdrawn", "retention", "again"]


class Notice(Record):
    """A privacy notice as it was published; `at` in UTC milliseconds. It is never changed."""

    version: str
    title: str
    body: str
    at: int
    operator_no: str


class ConsentEvent(Record):
    """One time that consent was given or withdrawn, or that it was decided to keep the data of somebody who withdrew.

    `purposes` are codes, empty where a form did not ask for them one by one; `at` is None where another form wrote it.
    """

    id: int = 0
    kind: ConsentKind
    ref: str
    event: Event
    day: str
    version: str = ""
    by: By = "self"
    purposes: tuple[str, ...] = ()
    reason: str = ""
    at: int | None = None
    operator_no: str | None = None


class Tombstone(Record):
    """That a person was erased: who, when, why, what was emptied, and no name.

    `emptied` is how many rows of which table; `cleaned_at` is None as long as the bytes are still to be overwritten.
    """

    id: int
    kind: str
    ref: str
    at: int
    operator_no: str | None = None
    approved_by: str | None = None
    cause: Cause
    emptied: dict[str, int]
    cleaned_at: int | None = None


def add_notice(connection: sqlite3.Connection, notice: Notice) -> None:
    """Add a notice; its version must be new."""
    values = notice.model_dump()
    connection.execute(
        f"INSERT INTO privacy_notice ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )


def notice(connection: sqlite3.Connection, version: str) -> Notice | None:
    """The notice with this version; None if there is none."""
    row = connection.execute("SELECT * FROM privacy_notice WHERE version = ?", (version,)).fetchone()
    return Notice.from_row(row) if row else None


def notices(connection: sqlite3.Connection) -> list[Notice]:
    """Every notice, the latest first."""
    return [
        Notice.from_row(row) for row in connection.execute("SELECT * FROM privacy_notice ORDER BY at DESC, version")
    ]


def consents_by_version(connection: sqlite3.Connection) -> dict[str, int]:
    """To how many people's present consent each version applies."""
    rows = connection.execute(
        "SELECT version, sum(n) FROM (SELECT consent_version AS version, count(*) AS n FROM resident WHERE "
        "consent_on <> '' AND merged_into IS NULL GROUP BY 1 UNION ALL SELECT consent_version, count(*) FROM volunteer "
        "WHERE consent_on <> '' GROUP BY 1) GROUP BY 1"
    )
    return {row[0]: int(row[1]) for row in rows}


def add_event(connection: sqlite3.Connection, event: ConsentEvent) -> None:
    """Add to the log of consent."""
    values = event.model_dump(exclude={"id"}) | {"purposes": json.dumps(list(event.purposes))}
    connection.execute(
        f"INSERT INTO consent_event ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )


def _event(row: sqlite3.Row) -> ConsentEvent:
    return ConsentEvent.model_validate(dict(row) | {"purposes": tuple(json.loads(row["purposes"]))})


def events(connection: sqlite3.Connection, kind: str, ref: str) -> list[ConsentEvent]:
    """Everything that is known of somebody's consent, the latest first."""
    rows = connection.execute(
        "SELECT * FROM consent_event WHERE kind = ? AND ref = ? ORDER BY id DESC", (kind, ref)
    ).fetchall()
    return [_event(row) for row in rows]


def set_consent(
    connection: sqlite3.Connection, kind: ConsentKind, ref: str, day: str, version: str, guardian_day: str | None = None
) -> bool:
    """Write a consent into the row of the person; whether there is such a person."""
    key = "id" if kind == "resident" else "no"
    revision = ", revision = revision + 1" if kind == "resident" else ""
    guardian = ", guardian_consent_on = :guardian" if guardian_day is not None else ""
    done = connection.execute(
        f"UPDATE {kind} SET consent_on = :day, consent_version = :version{guardian}{revision} WHERE {key} = :ref",
        {"day": day, "version": version, "guardian": guardian_day, "ref": ref},
    )
    return done.rowcount > 0


def withdrawn(connection: sqlite3.Connection) -> list[ConsentEvent]:
    """Those who withdrew and about whom nothing was decided since, the oldest first."""
    rows = connection.execute(
        "SELECT c.* FROM consent_event c "
        "JOIN (SELECT kind, ref, max(id) AS id FROM consent_event GROUP BY kind, ref) l ON l.id = c.id "
        "WHERE c.event = 'withdrawn' AND NOT EXISTS "
        "(SELECT 1 FROM tombstone t WHERE t.kind = c.kind AND t.ref = c.ref) ORDER BY c.id"
    ).fetchall()
    return [_event(row) for row in rows]


def add_tombstone(
    connection: sqlite3.Connection,
    kind: str,
    ref: str,
    at: int,
    operator_no: str | None,
    approved_by: str | None,
    cause: Cause,
) -> None:
    """Note that somebody is being erased; `set_emptied` says later what was emptied."""
    connection.execute(
        "INSERT INTO tombstone (kind, ref, at, operator_no, approved_by, cause) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (kind, ref, at) DO NOTHING",
        (kind, ref, at, operator_no, approved_by, cause),
    )


def set_emptied(connection: sqlite3.Connection, kind: str, ref: str, at: int, emptied: Mapping[str, int]) -> None:
    """Note what was emptied, in the transaction that puts the tombstone up and with its guard lifted."""
    connection.execute(
        "UPDATE tombstone SET emptied = ? WHERE kind = ? AND ref = ? AND at = ?",
        (json.dumps(dict(emptied), sort_keys=True), kind, ref, at),
    )


def tombstones(connection: sqlite3.Connection, limit: int = -1) -> list[Tombstone]:
    """At most `limit` tombstones (-1: all), the latest first."""
    rows = connection.execute("SELECT * FROM tombstone ORDER BY id DESC LIMIT ?", (limit,))
    return [Tombstone.model_validate(dict(row) | {"emptied": json.loads(row["emptied"])}) for row in rows]


def is_erased(connection: sqlite3.Connection, kind: str, ref: str) -> bool:
    """Whether there is a tombstone of this person."""
    found = connection.execute("SELECT 1 FROM tombstone WHERE kind = ? AND ref = ? LIMIT 1", (kind, ref)).fetchone()
    return found is not None


def owed(connection: sqlite3.Connection) -> int:
    """How many erased people's bytes are still to be overwritten."""
    return int(connection.execute("SELECT count(*) FROM tombstone WHERE cleaned_at IS NULL").fetchone()[0])


def set_cleaned(connection: sqlite3.Connection, ids: Sequence[int], at: int) -> None:
    """Note that nothing is left of these erased people in the file and its journal."""
    connection.executemany("UPDATE tombstone SET cleaned_at = ? WHERE id = ?", [(at, one) for one in ids])


def owe_cleaning(connection: sqlite3.Connection, cause: Literal["sealed"], at: int) -> None:
    """Note that what was taken out of rows may still lie in unused parts of the file and in its journal."""
    connection.execute("INSERT INTO cleaning_owed (cause, at) VALUES (?, ?)", (cause, at))


def cleanings_owed(connection: sqlite3.Connection) -> list[int]:
    """What else than tombstones the file has still to be made anew for."""
    return [row[0] for row in connection.execute("SELECT id FROM cleaning_owed ORDER BY id")]


def drop_cleanings(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Note that the file was made anew for these."""
    connection.executemany("DELETE FROM cleaning_owed WHERE id = ?", [(one,) for one in ids])


def owed_ids(connection: sqlite3.Connection) -> list[int]:
    """The tombstones whose bytes are still to be overwritten."""
    return [row[0] for row in connection.execute("SELECT id FROM tombstone WHERE cleaned_at IS NULL ORDER BY id")]
