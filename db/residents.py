"""Residents who sign up or are served: who they are, how to reach them, which household they belong to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from db import backups
from db.attendance import AttendanceStatus
from db.record import Record
from db.registrations import GONE, RegistrationState


class Resident(Record):
    """A natural person served (居民).

    `birth` is as much as is known: YYYY, YYYY-MM or YYYY-MM-DD. Phones are sealed; `phone_key` is the keyed hash by
    which one is found, a random one where there is no phone. `merged_into` is whom the person was entered as, too.
    """

    id: int = 0
    name: str
    phone_cipher: bytes | None = None
    phone_key: bytes
    phone_tail_key: bytes
    birth: str = ""
    gender: str = ""
    area: str = ""
    note: str = ""
    household: int | None = None
    guardian_name: str = ""
    guardian_phone_cipher: bytes | None = None
    guardian_consent_on: str = ""
    consent_version: str = ""
    consent_on: str = ""
    merged_into: int | None = None
    revision: int = 0


class HistoryLine(Record):
    """One sign-up of a person, own or in somebody else's party, and what became of it."""

    registration_id: int
    session_code: str
    day: str
    starts_at: int
    name: str
    session_state: str
    seq_no: int
    party_size: int
    seats: int
    state: RegistrationState
    status: AttendanceStatus | None = None
    came: int | None = None
    cancelled_late: bool = False
    member: bool = False
    """Whether somebody else signed up for the party."""


_SAVED = tuple(name for name in Resident.model_fields if name != "id")
_INSERT = f"INSERT INTO resident ({', '.join(_SAVED)}) VALUES ({', '.join('?' * len(_SAVED))})"
_INSERT_BEHIND = (
    f"INSERT INTO resident (id, {', '.join(_SAVED)}) "
    f"VALUES ((SELECT max(?, coalesce(max(id), 0)) + 1 FROM resident), {', '.join('?' * len(_SAVED))})"
)
_UPDATE = f"UPDATE resident SET {', '.join(f'{name} = ?' for name in _SAVED)} WHERE id = ?"


def insert(connection: sqlite3.Connection, person: Resident) -> int:
    """Add a resident; returns the id. `phone_key` and name together must be new."""
    values = [getattr(person, name) for name in _SAVED]
    kept_free = backups.floor(connection, "resident")
    if kept_free:
        # A lost file may have given out more ids than this one knows.
        cursor = connection.execute(_INSERT_BEHIND, [kept_free, *values])
    else:
        cursor = connection.execute(_INSERT, values)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def save(connection: sqlite3.Connection, person: Resident) -> None:
    """Overwrite a resident with what the record says."""
    connection.execute(_UPDATE, [*(getattr(person, name) for name in _SAVED), person.id])


def get(connection: sqlite3.Connection, resident_id: int) -> Resident | None:
    """The resident with this id, merged or not; None if there is none."""
    row = connection.execute("SELECT * FROM resident WHERE id = ?", (resident_id,)).fetchone()
    return Resident.from_row(row) if row else None


def by_ids(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Resident]:
    """The residents with these ids in the order asked for, in one statement; unknown ids are left out."""
    rows = connection.execute(
        "SELECT * FROM resident WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    found = {row["id"]: row for row in rows}
    return [Resident.from_row(found[one]) for one in dict.fromkeys(ids) if one in found]


def current(connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """These ids in their order and each once, for an entry that was merged that of the one it was merged into; an
    unknown id stays.
    """
    rows = connection.execute(
        "SELECT id, merged_into FROM resident WHERE merged_into IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    into = {row["id"]: row["merged_into"] for row in rows}
    return list(dict.fromkeys(into.get(one, one) for one in ids))


def named(connection: sqlite3.Connection, phone_key: bytes, name: str) -> Resident | None:
    """Who has just this name and phone, merged or not."""
    row = connection.execute("SELECT * FROM resident WHERE phone_key = ? AND name = ?", (phone_key, name)).fetchone()
    return Resident.from_row(row) if row else None


def namesakes(connection: sqlite3.Connection, name: str) -> list[Resident]:
    """Everybody with just this name, by id; who was merged into another is not among them."""
    rows = connection.execute("SELECT * FROM resident WHERE name = ? AND merged_into IS NULL ORDER BY id", (name,))
    return [Resident.from_row(row) for row in rows]


def merged_into(connection: sqlite3.Connection, resident_id: int) -> list[Resident]:
    """The entries that were merged into this one, by id."""
    rows = connection.execute("SELECT * FROM resident WHERE merged_into = ? ORDER BY id", (resident_id,))
    return [Resident.from_row(row) for row in rows]


def with_phone(connection: sqlite3.Connection, phone_key: bytes) -> list[Resident]:
    """Everybody with this phone, by id; who was merged into another is not among them."""
    rows = connection.execute(
        "SELECT * FROM resident WHERE phone_key = ? AND merged_into IS NULL ORDER BY id", (phone_key,)
    )
    return [Resident.from_row(row) for row in rows]


_NOT_ERASED = "NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.kind = 'resident' AND t.ref = CAST(resident.id AS TEXT))"


def latest(connection: sqlite3.Connection, limit: int) -> list[Resident]:
    """At most `limit` residents, whoever was added last first; all of them where `limit` is -1; nobody erased."""
    rows = connection.execute(
        f"SELECT * FROM resident WHERE merged_into IS NULL AND {_NOT_ERASED} ORDER BY id DESC LIMIT ?", (limit,)
    )
    return [Resident.from_row(row) for row in rows]


def with_tag(connection: sqlite3.Connection, tag: str, limit: int) -> list[Resident]:
    """At most `limit` residents with a tag, whoever was added last first; all of them where `limit` is -1."""
    rows = connection.execute(
        "SELECT r.* FROM resident r JOIN resident_tag g ON g.resident_id = r.id WHERE g.tag = ? AND "
        "r.merged_into IS NULL ORDER BY r.id DESC LIMIT ?",
        (tag, limit),
    )
    return [Resident.from_row(row) for row in rows]


def count(connection: sqlite3.Connection) -> int:
    """How many residents there are, whoever was merged into another or erased not counted; counted in indexes."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM resident) - (SELECT count(*) FROM resident WHERE merged_into IS NOT NULL) - "
        "(SELECT count(DISTINCT ref) FROM tombstone WHERE kind = 'resident')"
    ).fetchone()
    return int(row[0])


def to_index(connection: sqlite3.Connection, limit: int) -> list[Resident]:
    """At most `limit` residents of whom the search index has nothing yet, by id."""
    rows = connection.execute("SELECT * FROM resident WHERE indexed = 0 ORDER BY id LIMIT ?", (limit,))
    return [Resident.from_row(row) for row in rows]


def named_from(connection: sqlite3.Connection, beginning: str, limit: int) -> list[int]:
    """The ids of at most `limit` residents (-1: all of them) whose names begin like this, in the order of their names,
    those too of whom the search index has nothing yet; an entry that was merged is not found.
    """
    rows = connection.execute(
        "SELECT id FROM resident INDEXED BY resident_name WHERE name >= ? AND name < ? AND merged_into IS NULL "
        f"AND {_NOT_ERASED} ORDER BY name LIMIT ?",
        (beginning, beginning + "\U0010ffff", limit),
    )
    return [row[0] for row in rows]


def set_indexed(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Note that the search index has the terms of these residents."""
    connection.executemany("UPDATE resident SET indexed = 1 WHERE id = ?", ((one,) for one in ids))


def tags(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of these residents, by id, in the order of their words; who has none is not in the answer."""
    rows = connection.execute(
        "SELECT resident_id, tag FROM resident_tag WHERE resident_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY resident_id, tag",
        (json.dumps(list(ids)),),
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row["resident_id"]] = (*found.get(row["resident_id"], ()), row["tag"])
    return found


def set_tags(connection: sqlite3.Connection, resident_id: int, words: Iterable[str]) -> None:
    """Make `words` the whole of a resident's tags."""
    connection.execute("DELETE FROM resident_tag WHERE resident_id = ?", (resident_id,))
    connection.executemany(
        "INSERT INTO resident_tag (resident_id, tag) VALUES (?, ?)", ((resident_id, word) for word in words)
    )


def household(connection: sqlite3.Connection, number: int) -> list[Resident]:
    """Who belongs to a household, by id."""
    rows = connection.execute("SELECT * FROM resident WHERE household = ? ORDER BY id", (number,))
    return [Resident.from_row(row) for row in rows]


def next_household(connection: sqlite3.Connection) -> int:
    """A number that no household has."""
    row = connection.execute("SELECT coalesce(max(household), 0) + 1 FROM resident WHERE household IS NOT NULL")
    return int(row.fetchone()[0])


def set_household(connection: sqlite3.Connection, ids: Iterable[int], number: int | None) -> None:
    """Put residents into a household, or into none."""
    connection.executemany(
        "UPDATE resident SET household = ?, revision = revision + 1 WHERE id = ?", ((number, one) for one in ids)
    )


_ITS_IDS = "SELECT id FROM resident WHERE id = :id UNION ALL SELECT id FROM resident WHERE merged_into = :id"


def history(connection: sqlite3.Connection, resident_id: int) -> list[HistoryLine]:
    """The sign-ups of a person, the latest session first: own ones and those of parties that the person is a known
    member of, under every id that was merged into this one.
    """
    rows = connection.execute(
        f"WITH mine (registration_id, member) AS ("
        f"SELECT id, 0 FROM registration WHERE resident_id IN ({_ITS_IDS}) UNION ALL "
        f"SELECT registration_id, 1 FROM registration_member WHERE resident_id IN ({_ITS_IDS})) "
        "SELECT r.id AS registration_id, r.session_code, s.day, s.starts_at, s.name, s.state AS session_state, "
        "r.seq_no, r.party_size, r.seats, r.state, a.status, a.seats AS came, r.cancelled_late, "
        "max(0, min(mine.member)) AS member "
        "FROM mine JOIN registration r ON r.id = mine.registration_id JOIN session s ON s.code = r.session_code "
        "LEFT JOIN attendance a ON a.registration_id = r.id "
        "GROUP BY r.id ORDER BY s.starts_at DESC, r.id DESC",
        {"id": resident_id},
    )
    return [HistoryLine.from_row(row) for row in rows]


def standing_in(connection: sqlite3.Connection, resident_id: int) -> dict[str, str]:
    """The sessions on whose list a person stands, own sign-up or member of a party, that was not left: by code the
    name.
    """
    gone = json.dumps(list(GONE))
    rows = connection.execute(
        "SELECT s.code, s.name FROM session s JOIN registration r ON r.session_code = s.code "
        "WHERE r.resident_id = :id AND r.state NOT IN (SELECT value FROM json_each(:gone)) UNION "
        "SELECT s.code, s.name FROM session s JOIN registration r ON r.session_code = s.code "
        "JOIN registration_member m ON m.registration_id = r.id "
        "WHERE m.resident_id = :id AND r.state NOT IN (SELECT value FROM json_each(:gone)) ORDER BY 1",
        {"id": resident_id, "gone": gone},
    )
    return {row["code"]: row["name"] for row in rows}


def counts_of(connection: sqlite3.Connection, resident_id: int) -> tuple[int, int, int]:
    """How many sign-ups, memberships of parties and waivers of penalties stand under an id."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM registration WHERE resident_id = :id), "
        "(SELECT count(*) FROM registration_member WHERE resident_id = :id), "
        "(SELECT count(*) FROM penalty_waiver WHERE resident_id = :id)",
        {"id": resident_id},
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2]))


def move_records(connection: sqlite3.Connection, gone: int, kept: int) -> None:
    """Give what stands under `gone` to `kept`: sign-ups, memberships of parties, waivers, the
    records of cases that name the person.

    A session has one row for a person. Where both have one, of which at most one stands on the list, `kept` gets that
    one and `gone` keeps the other: no row is lost, and `history` finds both. Foreign keys are checked at the commit.
    """
    connection.execute("PRAGMA defer_foreign_keys = ON")
    gone_states = json.dumps(list(GONE))
    pairs = connection.execute(
        "SELECT a.id AS theirs, b.id AS own, a.state IN (SELECT value FROM json_each(?)) AS theirs_left "
        "FROM registration a JOIN registration b ON b.session_code = a.session_code AND b.resident_id = ? "
        "WHERE a.resident_id = ?",
        (gone_states, kept, gone),
    ).fetchall()
    stay = [row["theirs"] for row in pairs if row["theirs_left"]]
    for row in pairs:
        if not row["theirs_left"]:
            # Nobody has the id -1: the two change places without ever being two rows of one person.
            for owner, registration_id in ((-1, row["own"]), (kept, row["theirs"]), (gone, row["own"])):
                connection.execute("UPDATE registration SET resident_id = ? WHERE id = ?", (owner, registration_id))
            stay.append(row["own"])
    connection.execute(
        "UPDATE registration SET resident_id = ? WHERE resident_id = ? AND id NOT IN (SELECT value FROM json_each(?))",
        (kept, gone, json.dumps(stay)),
    )
    # Whoever signed a party up, or is a member already, is not made a member of it.
    connection.execute(
        "UPDATE OR IGNORE registration_member SET resident_id = :kept WHERE resident_id = :gone AND registration_id "
        "NOT IN (SELECT id FROM registration WHERE resident_id = :kept)",
        {"kept": kept, "gone": gone},
    )
    for table in ("penalty_waiver", "case_person", "case_row_person"):
        connection.execute(f"UPDATE {table} SET resident_id = ? WHERE resident_id = ?", (kept, gone))
    connection.execute("UPDATE resident SET merged_into = ? WHERE merged_into = ?", (kept, gone))
