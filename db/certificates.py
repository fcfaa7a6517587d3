"""Hours certificates as they were issued, and the papers themselves."""

from __future__ import annotations

import sqlite3

from db import backups
from db.record import Record


class Certificate(Record):
    """One certificate. Seconds are exact, minutes as they stand on the paper; `content` is JSON, see
    `frontdesk.volunteers.hours.certificates`.
    """

    number: str
    volunteer_no: str
    first: str
    last: str
    measured_seconds: int
    supplemented_seconds: int
    measured_minutes: int
    supplemented_minutes: int
    content: str
    issuer: str
    responsible: str
    handler: str
    contact: str
    issued_on: str
    issued_at: int
    operator_no: str
    revoked_at: int | None = None
    revoked_by: str | None = None
    revoke_reason: str = ""


class CertificateLine(Certificate):
    """A certificate with the name of its volunteer."""

    name: str


_LINE = "SELECT c.*, p.name FROM service_certificate c JOIN volunteer p ON p.no = c.volunteer_no"


def add(connection: sqlite3.Connection, new: Certificate, pdf: bytes) -> None:
    """Keep a certificate and its paper."""
    values = new.model_dump()
    connection.execute(
        f"INSERT INTO service_certificate ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )
    connection.execute("INSERT INTO service_certificate_paper (number, pdf) VALUES (?, ?)", (new.number, pdf))


def every(connection: sqlite3.Connection) -> list[Certificate]:
    """All certificates by number, for checks."""
    rows = connection.execute("SELECT * FROM service_certificate ORDER BY number")
    return [Certificate.from_row(row) for row in rows]


def get(connection: sqlite3.Connection, number: str) -> CertificateLine | None:
    """One certificate; None if none has this number."""
    row = connection.execute(_LINE + " WHERE c.number = ?", (number,)).fetchone()
    return CertificateLine.from_row(row) if row else None


def paper(connection: sqlite3.Connection, number: str) -> bytes | None:
    """The PDF of a certificate, byte for byte as it was issued."""
    row = connection.execute("SELECT pdf FROM service_certificate_paper WHERE number = ?", (number,)).fetchone()
    return bytes(row[0]) if row else None


def lines(connection: sqlite3.Connection, volunteer_no: str | None, limit: int) -> list[CertificateLine]:
    """At most `limit` certificates of everybody or of one volunteer, the latest first, revoked ones included."""
    where, values = (" WHERE c.volunteer_no = ?", (volunteer_no,)) if volunteer_no is not None else ("", ())
    rows = connection.execute(f"{_LINE}{where} ORDER BY c.issued_at DESC, c.number DESC LIMIT ?", (*values, limit))
    return [CertificateLine.from_row(row) for row in rows]


def holding(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> str:
    """The latest number of a volunteer's certificates over just these days that was not revoked; '' without one."""
    row = connection.execute(
        "SELECT max(number) FROM service_certificate"
        " WHERE volunteer_no = ? AND first = ? AND last = ? AND revoked_at IS NULL",
        (volunteer_no, first, last),
    ).fetchone()
    return row[0] or ""


def last_number(connection: sqlite3.Connection, year: int) -> str:
    """The highest number of a year, or one like it that a lost file may have given out; '' where there is none."""
    kept_free = backups.floor(connection, "certificate", year)
    row = connection.execute(
        "SELECT max(number) FROM service_certificate WHERE number BETWEEN ? AND ?", (f"{year}", f"{year}:")
    ).fetchone()
    return max(row[0] or "", f"{year}{kept_free:05d}0" if kept_free else "")


def revoke(connection: sqlite3.Connection, number: str, at: int, by: str, reason: str) -> None:
    """Revoke a certificate; it stays, marked with who, when and why."""
    connection.execute(
        "UPDATE service_certificate SET revoked_at = ?, revoked_by = ?, revoke_reason = ? WHERE number = ?",
        (at, by, reason, number),
    )
