"""Staff, and the posts they hold as A or B."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Literal

from db.record import Record

Role = Literal["operator", "manager", "auditor"]


class Staff(Record):
    """One paid person of the centre. `phone_cipher` is sealed with the field key."""

    no: str
    name: str
    kind: str
    phone_cipher: bytes | None = None
    certificate: str | None = None
    certificate_until: str | None = None
    weekly_hours: int | None = None
    role: Role = "operator"
    pin_hash: str | None = None


class PostHolder(Record):
    """Who holds a post, and whether as A or as B."""

    post: str
    staff_no: str
    name: str
    ab: Literal["A", "B"]


class SignInFailures(Record):
    """How many wrong PINs in a row, and when the last one was given (UTC milliseconds)."""

    failures: int = 0
    last_at: int = 0


def get(connection: sqlite3.Connection, no: str) -> Staff | None:
    """The person with this staff number; None if there is none."""
    row = connection.execute("SELECT * FROM staff WHERE no = ?", (no,)).fetchone()
    return Staff.from_row(row) if row else None


def names_of(connection: sqlite3.Connection, numbers: Iterable[str]) -> dict[str, str]:
    """By number the names of those of them who are on the staff."""
    wanted = json.dumps(list(numbers))
    rows = connection.execute("SELECT no, name FROM staff WHERE no IN (SELECT value FROM json_each(?))", (wanted,))
    return {row[0]: row[1] for row in rows}


def role_of(connection: sqlite3.Connection, no: str) -> Role | None:
    """What the person with this staff number may do; None if there is none."""
    row = connection.execute("SELECT role FROM staff WHERE no = ?", (no,)).fetchone()
    return row["role"] if row else None


def every(connection: sqlite3.Connection) -> list[Staff]:
    """All staff by number."""
    return [Staff.from_row(row) for row in connection.execute("SELECT * FROM staff ORDER BY no")]


def put(connection: sqlite3.Connection, staff: Staff) -> None:
    """Insert or overwrite everything but the PIN and the role, which have calls of their own."""
    connection.execute(
        "INSERT INTO staff (no, name, kind, phone_cipher, certificate, certificate_until, "
        "weekly_hours, role) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (no) DO UPDATE SET name = excluded.name, kind = "
        "excluded.kind, "
        "phone_cipher = excluded.phone_cipher, certificate = excluded.certificate, "
        "certificate_until = excluded.certificate_until, weekly_hours = excluded.weekly_hours",
        (
            staff.no,
            staff.name,
            staff.kind,
            staff.phone_cipher,
            staff.certificate,
            staff.certificate_until,
            staff.weekly_hours,
            staff.role,
        ),
    )


def set_pin_hash(connection: sqlite3.Connection, no: str, pin_hash: str) -> None:
    """Store the argon2 hash of a person's PIN."""
    connection.execute("UPDATE staff SET pin_hash = ? WHERE no = ?", (pin_hash, no))


def set_role(connection: sqlite3.Connection, no: str, role: Role) -> None:
    """Change what a person may do."""
    connection.execute("UPDATE staff SET role = ? WHERE no = ?", (role, no))


def any_pin(connection: sqlite3.Connection) -> bool:
    """Whether anybody has a PIN yet; until then the centre is being set up."""
    return connection.execute("SELECT 1 FROM staff WHERE pin_hash IS NOT NULL LIMIT 1").fetchone() is not None


def has_other_manager(connection: sqlite3.Connection, no: str) -> bool:
    """Whether a manager other than this person can give a PIN."""
    others = "SELECT 1 FROM staff WHERE role = 'manager' AND pin_hash IS NOT NULL AND no <> ?"
    return connection.execute(others, (no,)).fetchone() is not None


def failures(connection: sqlite3.Connection, no: str) -> SignInFailures:
    """The wrong PINs given for this person since the last right one."""
    row = connection.execute("SELECT * FROM sign_in_failure WHERE staff_no = ?", (no,)).fetchone()
    return SignInFailures.from_row(row) if row else SignInFailures()


def set_failures(connection: sqlite3.Connection, no: str, count: int, at: int) -> None:
    """Record the number of wrong PINs in a row; 0 forgets them."""
    if count == 0:
        connection.execute("DELETE FROM sign_in_failure WHERE staff_no = ?", (no,))
        return
    connection.execute(
        "INSERT INTO sign_in_failure (staff_no, failures, last_at) VALUES (?, ?, ?) "
        "ON CONFLICT (staff_no) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at",
        (no, count, at),
    )


def kiosk_failures(connection: sqlite3.Connection) -> SignInFailures:
    """The wrong PINs given at the kiosk since the last right one, whoever they were tried for."""
    row = connection.execute("SELECT failures, last_at FROM kiosk_sign_in_failure").fetchone()
    return SignInFailures.from_row(row) if row else SignInFailures()


def set_kiosk_failures(connection: sqlite3.Connection, count: int, at: int) -> None:
    """Record the number of wrong PINs in a row at the kiosk; 0 forgets them."""
    if count == 0:
        connection.execute("DELETE FROM kiosk_sign_in_failure")
        return
    connection.execute(
        "INSERT INTO kiosk_sign_in_failure (id, failures, last_at) VALUES (1, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at",
        (count, at),
    )


def posts(connection: sqlite3.Connection) -> list[str]:
    """The names of all posts in the order of the office's list."""
    return [row["name"] for row in connection.execute("SELECT name FROM post ORDER BY position, name")]


def holders(connection: sqlite3.Connection) -> list[PostHolder]:
    """Everybody who holds a post: by post, A before B, then by number."""
    rows = connection.execute(
        "SELECT h.post, h.staff_no, s.name, h.ab FROM post_holder h JOIN staff s ON s.no = h.staff_no "
        "JOIN post p ON p.name = h.post ORDER BY p.position, h.post, h.ab, h.staff_no"
    )
    return [PostHolder.from_row(row) for row in rows]


def holds(connection: sqlite3.Connection, staff_no: str, post: str, ab: str) -> bool:
    """Whether a person holds this post by this letter, beside whatever else."""
    row = connection.execute(
        "SELECT 1 FROM post_holder WHERE staff_no = ? AND post = ? AND ab = ?", (staff_no, post, ab)
    ).fetchone()
    return row is not None


def assign_post(connection: sqlite3.Connection, staff_no: str, post: str | None, ab: str) -> None:
    """Make this the person's only post; None takes every post away."""
    connection.execute("DELETE FROM post_holder WHERE staff_no = ?", (staff_no,))
    if post is None:
        return
    connection.execute(
        "INSERT INTO post (name, position) VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM post)) "
        "ON CONFLICT (name) DO NOTHING",
        (post,),
    )
    connection.execute("INSERT INTO post_holder (post, staff_no, ab) VALUES (?, ?, ?)", (post, staff_no, ab))
