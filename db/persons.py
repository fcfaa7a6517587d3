"""Where the file speaks of one person: every table that has rows of a resident, a volunteer, one who rated by name, one
who booked a room, somebody of the staff, or somebody whom a record of a case names. It follows from
`db.personal.COLUMNS`, but for the rows that point to a person by a detour.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from db.personal import COLUMNS
from db.privacy import PersonKind

RESIDENT = "(SELECT id FROM resident WHERE id = :ref OR merged_into = :ref)"
_SIGN_UPS = f"(SELECT id FROM registration WHERE resident_id IN {RESIDENT})"
_CASES = (
    f"(SELECT case_id FROM case_person WHERE resident_id IN {RESIDENT} "
    f"UNION SELECT case_id FROM case_row_person WHERE resident_id IN {RESIDENT})"
)
_IN_ROWS = f"(SELECT case_id, field FROM case_row_person WHERE resident_id IN {RESIDENT})"
_RATINGS = f"(SELECT key FROM rating_rater WHERE resident_id IN {RESIDENT})"


def _of_ratings(keys: str) -> dict[str, str]:
    return {
        "rating_rater": f"key IN {keys}",
        "rating": f"key IN {keys}",
        "rating_tag": f"key IN {keys}",
        "follow_up": f"key IN {keys}",
        "follow_up_log": f"no IN (SELECT no FROM follow_up WHERE key IN {keys})",
    }


DETOURS: dict[PersonKind, dict[str, str]] = {
    "resident": {
        "resident": f"id IN {RESIDENT}",
        "attendance": f"registration_id IN {_SIGN_UPS}",
        "registration_log": f"registration_id IN {_SIGN_UPS}",
        "fee_line": f"registration_id IN {_SIGN_UPS}",
        **_of_ratings(_RATINGS),
        "case_record": f"id IN {_CASES}",
        "case_log": f"case_id IN {_CASES}",
        "case_person": f"resident_id IN {RESIDENT} OR (case_id, field) IN {_IN_ROWS}",
        "search_term": f"kind = 'resident' AND ref IN (SELECT CAST(id AS TEXT) FROM resident WHERE id IN {RESIDENT})",
        "consent_event": "kind = 'resident' AND ref = CAST(:ref AS TEXT)",
    },
    "volunteer": {
        "service_certificate_paper": "number IN (SELECT number FROM service_certificate WHERE volunteer_no = :ref)",
        "search_term": "kind = 'volunteer' AND ref = :ref",
        "consent_event": "kind = 'volunteer' AND ref = :ref",
    },
    "rater": _of_ratings("(SELECT :ref)"),
    "booking": {"booking": "id IN (SELECT value FROM json_each(:ref))"},
    "staff": {},
    "case": {"case_record": "id = :ref", "case_log": "case_id = :ref", "case_person": "case_id = :ref"},
}
"""By kind of person and table the rows that are meant, where no column of the table points to the person."""

_POINTS: dict[str, str] = {"resident": "resident", "volunteer": "volunteer", "staff": "staff"}
_NOT_POINTING = {("resident", "household"), ("resident", "merged_into")}
_PLACED: dict[str, str] = {"resident": f"IN {RESIDENT}", "volunteer": "= :ref", "staff": "= :ref"}


class Link(NamedTuple):
    """A table with rows of a person, and the condition that they meet."""

    table: str
    condition: str


def links(kind: PersonKind) -> list[Link]:
    """Every table that has rows of such a person, in the order of `COLUMNS`."""
    found = dict(DETOURS[kind])
    if kind in _POINTS:
        for table, columns in COLUMNS.items():
            own = [
                f"{column} {_PLACED[kind]}"
                for column, what in columns.items()
                if what == _POINTS[kind] and (table, column) not in _NOT_POINTING
            ]
            if own and table not in found:
                found[table] = " OR ".join(own)
    return [Link(table, found[table]) for table in COLUMNS if table in found]


def bound(kind: PersonKind, ref: str) -> dict[str, Any]:
    """What stands for `:ref` in the conditions. A rater is known by the key of the rating in hexadecimal, who booked by
    a JSON list of the bookings or the number of one, whom a record of a case names by its id and the field.
    """
    if kind == "rater":
        return {"ref": bytes.fromhex(ref)}
    if kind == "booking":
        return {"ref": ref if ref.startswith("[") else json.dumps([int(ref)])}
    if kind == "case":
        return {"ref": int(ref.partition("-")[0])}
    return {"ref": int(ref) if kind == "resident" else ref}


def rows(connection: sqlite3.Connection, kind: PersonKind, ref: str, link: Link, limit: int = -1) -> list[sqlite3.Row]:
    """At most `limit` (-1: all) rows of a person in one table."""
    return connection.execute(
        f"SELECT * FROM {link.table} WHERE {link.condition} LIMIT :most", bound(kind, ref) | {"most": limit}
    ).fetchall()


def count(connection: sqlite3.Connection, kind: PersonKind, ref: str, link: Link) -> int:
    """How many rows of a person a table has."""
    found = connection.execute(f"SELECT count(*) FROM {link.table} WHERE {link.condition}", bound(kind, ref)).fetchone()
    return int(found[0])


_IDENTITIES: dict[PersonKind, str] = {
    "resident": f"SELECT name, phone_cipher FROM resident WHERE id IN {RESIDENT} ORDER BY id = :ref DESC",
    "volunteer": "SELECT name, phone_cipher FROM volunteer WHERE no = :ref",
    "rater": "SELECT coalesce(nullif(p.name, ''), o.name, '') AS name, coalesce(p.phone_cipher, o.phone_cipher) AS "
    "phone_cipher FROM rating_rater p LEFT JOIN resident o ON o.id = p.resident_id WHERE p.key = :ref",
    "booking": "SELECT booked_by AS name, phone_cipher FROM booking WHERE id IN (SELECT value FROM json_each(:ref))",
    "staff": "SELECT name, phone_cipher FROM staff WHERE no = :ref",
}

NAMED_KINDS: tuple[PersonKind, ...] = ("staff", "booking", "rater")
"""The kinds that no register finds."""

_NAMED: dict[PersonKind, str] = {
    "staff": "SELECT no AS ref, name, phone_cipher, no AS more FROM staff WHERE name LIKE :like OR no = :text",
    "booking": "SELECT CAST(id AS TEXT) AS ref, booked_by AS name, phone_cipher, day || ' ' || room AS more "
    "FROM booking WHERE booked_by LIKE :like OR booked_by = :text ORDER BY day DESC LIMIT 50",
    "rater": "SELECT lower(hex(p.key)) AS ref, p.name, p.phone_cipher, r.day AS more FROM rating_rater p "
    "JOIN rating r ON r.key = p.key WHERE p.resident_id IS NULL AND (p.name LIKE :like OR p.name = :text) "
    "ORDER BY r.day DESC LIMIT 50",
}


def identities(connection: sqlite3.Connection, kind: PersonKind, ref: str) -> list[sqlite3.Row]:
    """Name and sealed phone of every entry of a person, `name` and `phone_cipher`; none where there is nobody."""
    return connection.execute(_IDENTITIES[kind], bound(kind, ref)).fetchall()


def named(connection: sqlite3.Connection, kind: PersonKind, text: str) -> list[sqlite3.Row]:
    """Who of the staff, who booked, or who rated by name has a name that begins like this, or for the staff this
    number: `ref`, `name`, `phone_cipher`, `more`.
    """
    plain = text.replace("%", "").replace("_", "")
    return connection.execute(_NAMED[kind], {"like": f"{plain}%", "text": text}).fetchall() if plain else []


def with_phone(connection: sqlite3.Connection, phone_key: bytes) -> list[sqlite3.Row]:
    """The residents and volunteers with a phone: `kind`, `ref`, `name`, `phone_cipher`, `more`."""
    return connection.execute(
        "SELECT 'resident' AS kind, CAST(id AS TEXT) AS ref, name, phone_cipher, area AS more FROM resident "
        "WHERE phone_key = :key AND merged_into IS NULL UNION ALL "
        "SELECT 'volunteer', no, name, phone_cipher, no || ' ' || team FROM volunteer WHERE phone_key = :key",
        {"key": phone_key},
    ).fetchall()


def bookings_of(connection: sqlite3.Connection, name: str) -> list[sqlite3.Row]:
    """The bookings of somebody of this name, by number: `id`, `phone_cipher`."""
    return connection.execute(
        "SELECT id, phone_cipher FROM booking WHERE booked_by = ? ORDER BY id", (name,)
    ).fetchall()
