"""Fees: receipts of sign-ups and what was refunded of them. Nothing in it is ever changed; amounts are in fen."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db import backups
from db.record import Record
from db.registrations import RegistrationState

FeeKind = Literal["receipt", "refund"]


class FeeLine(Record):
    """One amount taken or given back, in fen; `refunds` is the receipt that a refund belongs to."""

    number: str
    registration_id: int
    kind: FeeKind
    amount_fen: int
    refunds: str | None = None
    means: str
    reason: str = ""
    day: str
    at: int
    operator_no: str


class Account(Record):
    """A sign-up with what it owes by its seats and its session, and what was taken and given back, in fen."""

    registration_id: int
    seq_no: int
    name: str
    state: RegistrationState
    seats: int
    session_code: str
    session_name: str
    session_state: str
    day: str
    starts_at: int
    ends_at: int
    fee_fen: int
    taken_fen: int
    refunded_fen: int

    @property
    def due_fen(self) -> int:
        """What the seats that the party holds cost; nothing where the session is cancelled or no seat is held."""
        if self.session_state == "cancelled" or self.state not in ("confirmed", "offered"):
            return 0
        return self.fee_fen * self.seats

    @property
    def paid_fen(self) -> int:
        """What was taken and not given back."""
        return self.taken_fen - self.refunded_fen

    @property
    def owed_fen(self) -> int:
        """What is still to be paid, or below nothing what is to be given back."""
        return self.due_fen - self.paid_fen


class ListedFee(FeeLine):
    """A line with whose it is and for what."""

    seq_no: int
    name: str
    session_code: str
    session_name: str
    session_day: str


_COLUMNS = tuple(FeeLine.model_fields)

_ACCOUNT = """
    SELECT r.id AS registration_id, r.seq_no, p.name, r.state, r.seats, s.code AS session_code,
        s.name AS session_name, s.state AS session_state, s.day, s.starts_at, s.ends_at, s.fee_fen,
        coalesce((SELECT sum(amount_fen) FROM fee_line f WHERE f.registration_id = r.id AND f.kind = 'receipt'), 0)
            AS taken_fen,
        coalesce((SELECT sum(amount_fen) FROM fee_line f WHERE f.registration_id = r.id AND f.kind = 'refund'), 0)
            AS refunded_fen
    FROM registration r JOIN resident p ON p.id = r.resident_id JOIN session s ON s.code = r.session_code
"""

_LISTED = """
    SELECT f.*, r.seq_no, p.name, s.code AS session_code, s.name AS session_name, s.day AS session_day
    FROM fee_line f JOIN registration r ON r.id = f.registration_id JOIN resident p ON p.id = r.resident_id
    JOIN session s ON s.code = r.session_code
"""


def get(connection: sqlite3.Connection, number: str) -> FeeLine | None:
    """The line with this number; None if there is none."""
    row = connection.execute("SELECT * FROM fee_line WHERE number = ?", (number,)).fetchone()
    return FeeLine.from_row(row) if row else None


def add(connection: sqlite3.Connection, line: FeeLine) -> None:
    """Append a line."""
    connection.execute(
        f"INSERT INTO fee_line ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        [getattr(line, name) for name in _COLUMNS],
    )


def last_number(connection: sqlite3.Connection, year: int) -> str:
    """The highest number of a year, or one that a lost file may have given out; '' before its first."""
    kept_free = backups.floor(connection, "receipt", year)
    found = connection.execute(
        "SELECT max(number) FROM fee_line WHERE number BETWEEN ? AND ?", (f"{year}-", f"{year}-999999")
    ).fetchone()[0]
    return max(found or "", f"{year}-{kept_free:06d}" if kept_free else "")


def refunded_of(connection: sqlite3.Connection, number: str) -> int:
    """How much of a receipt has been given back, in fen."""
    registration = "SELECT registration_id FROM fee_line WHERE number = :number"
    found = connection.execute(
        f"SELECT coalesce(sum(amount_fen), 0) FROM fee_line WHERE registration_id = ({registration}) "
        "AND refunds = :number",
        {"number": number},
    ).fetchone()
    return int(found[0])


def of_registration(connection: sqlite3.Connection, registration_id: int) -> list[FeeLine]:
    """The lines of a sign-up, by number."""
    rows = connection.execute("SELECT * FROM fee_line WHERE registration_id = ? ORDER BY number", (registration_id,))
    return [FeeLine.from_row(row) for row in rows]


def listed(connection: sqlite3.Connection, first: str, last: str) -> list[ListedFee]:
    """The lines of a span of local days, by number."""
    rows = connection.execute(_LISTED + " WHERE f.day BETWEEN ? AND ? ORDER BY f.number", (first, last))
    return [ListedFee.from_row(row) for row in rows]


def account(connection: sqlite3.Connection, registration_id: int) -> Account | None:
    """What one sign-up owes and has paid; None for an unknown one."""
    row = connection.execute(_ACCOUNT + " WHERE r.id = ?", (registration_id,)).fetchone()
    return Account.from_row(row) if row else None


def accounts_of(connection: sqlite3.Connection, session_code: str) -> list[Account]:
    """The accounts of everybody who signed up for a session, by sign-up number."""
    rows = connection.execute(_ACCOUNT + " WHERE r.session_code = ? ORDER BY r.seq_no", (session_code,))
    return [Account.from_row(row) for row in rows]


def accounts_between(connection: sqlite3.Connection, first: str, last: str) -> list[Account]:
    """The accounts of a span of local days of sessions for which something is due or was taken, by beginning."""
    rows = connection.execute(
        _ACCOUNT + " WHERE s.day BETWEEN ? AND ? AND (s.fee_fen > 0 "
        "OR EXISTS (SELECT 1 FROM fee_line f WHERE f.registration_id = r.id)) ORDER BY s.starts_at, s.code, r.seq_no",
        (first, last),
    )
    return [Account.from_row(row) for row in rows]
