"""What wrong PINs the whole desk owes time for, and what a second person is asked to approve."""

from __future__ import annotations

import sqlite3

from db.record import Record


class SignInDebt(Record):
    """How long wrong PINs make the desk wait in all, in ms, as it stood at this instant by two clocks (ms): the wall's
    and the computer's time since it was started.
    """

    owed_ms: int = 0
    wall_ms: int = 0
    uptime_ms: int = 0


class ApprovalRequest(Record):
    """What a person asked a second one to approve, and what became of it. Times are UTC milliseconds."""

    id: int
    action: str
    subject: str
    asked_by: str
    asked_at: int
    granted: bool | None = None
    decided_by: str | None = None
    decided_at: int | None = None
    used_at: int | None = None


def sign_in_debt(connection: sqlite3.Connection) -> SignInDebt | None:
    """What is owed; None where nobody has ever given a wrong PIN."""
    row = connection.execute("SELECT owed_ms, wall_ms, uptime_ms FROM sign_in_debt").fetchone()
    return SignInDebt.from_row(row) if row else None


def keep_sign_in_debt(connection: sqlite3.Connection, debt: SignInDebt) -> None:
    """Store what is owed now."""
    connection.execute(
        "INSERT INTO sign_in_debt (id, owed_ms, wall_ms, uptime_ms) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET owed_ms = excluded.owed_ms, wall_ms = excluded.wall_ms, uptime_ms = excluded.uptime_ms",
        (debt.owed_ms, debt.wall_ms, debt.uptime_ms),
    )


_REQUESTS = (
    "SELECT r.id, r.action, r.subject, r.asked_by, r.asked_at, d.granted, d.decided_by, d.decided_at, u.used_at "
    "FROM approval_request r LEFT JOIN approval_decision d ON d.request = r.id "
    "LEFT JOIN approval_use u ON u.request = r.id "
)


def add_request(connection: sqlite3.Connection, action: str, subject: str, asked_by: str, asked_at: int) -> int:
    """Keep a request; returns its number."""
    cursor = connection.execute(
        "INSERT INTO approval_request (action, subject, asked_by, asked_at) VALUES (?, ?, ?, ?)",
        (action, subject, asked_by, asked_at),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def request(connection: sqlite3.Connection, number: int) -> ApprovalRequest | None:
    """The request of this number; None where there is none."""
    row = connection.execute(f"{_REQUESTS} WHERE r.id = ?", (number,)).fetchone()
    return ApprovalRequest.from_row(row) if row else None


def requests(connection: sqlite3.Connection, since: int, limit: int = 500) -> list[ApprovalRequest]:
    """What was asked since then (UTC ms), the latest first."""
    rows = connection.execute(f"{_REQUESTS} WHERE r.asked_at >= ? ORDER BY r.id DESC LIMIT ?", (since, limit))
    return [ApprovalRequest.from_row(row) for row in rows]


def open_requests(
    connection: sqlite3.Connection, action: str, subject: str, asked_by: str, since: int
) -> list[ApprovalRequest]:
    """What this person asked since then (UTC ms) for exactly this and has not used yet, the latest first."""
    rows = connection.execute(
        f"{_REQUESTS} WHERE r.action = ? AND r.subject = ? AND r.asked_by = ? AND r.asked_at >= ? "
        "AND u.request IS NULL ORDER BY r.id DESC",
        (action, subject, asked_by, since),
    )
    return [ApprovalRequest.from_row(row) for row in rows]


def count_waiting(connection: sqlite3.Connection, since: int) -> int:
    """How many requests since then (UTC ms) nobody has decided."""
    row = connection.execute(
        "SELECT count(*) FROM approval_request r WHERE r.asked_at >= ? "
        "AND NOT EXISTS (SELECT 1 FROM approval_decision d WHERE d.request = r.id)",
        (since,),
    ).fetchone()
    return int(row[0])


def decide(connection: sqlite3.Connection, number: int, *, granted: bool, by: str, at: int) -> None:
    """Keep what was decided; a request is decided once."""
    connection.execute(
        "INSERT INTO approval_decision (request, granted, decided_by, decided_at) VALUES (?, ?, ?, ?)",
        (number, int(granted), by, at),
    )


def use(connection: sqlite3.Connection, number: int, at: int) -> bool:
    """Keep that what was granted is done; False where it was done before."""
    cursor = connection.execute(
        "INSERT INTO approval_use (request, used_at) VALUES (?, ?) ON CONFLICT (request) DO NOTHING", (number, at)
    )
    return cursor.rowcount == 1


def set_for_others(connection: sqlite3.Connection, since: int) -> list[tuple[str, str]]:
    """Who gave whom a PIN or a role since then (UTC ms), by the log; nobody to themselves."""
    rows = connection.execute(
        "SELECT DISTINCT operator_no, subject FROM audit WHERE action IN ('staff.set_pin', 'staff.set_role') "
        "AND at >= ? AND operator_no <> subject",
        (since,),
    )
    return [(row[0], row[1]) for row in rows]


def took_roles_since(connection: sqlite3.Connection, no: str, since: int) -> int | None:
    """When this person last made somebody else something other than a manager (UTC ms), by the log since then; None
    where they did not.
    """
    row = connection.execute(
        "SELECT max(at) FROM audit WHERE action = 'staff.set_role' AND at >= ? AND operator_no = ? AND subject <> ? "
        "AND json_extract(detail, '$.role') <> 'manager'",
        (since, no, no),
    ).fetchone()
    return int(row[0]) if row[0] is not None else None
