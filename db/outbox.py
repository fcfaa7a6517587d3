"""Reports on their way to the district: outbox, sealed bytes, receipts, and the enrolment that they need."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

State = Literal["unsent", "sent", "refused"]
"""As the file keeps it: what is `sent` has its receipt. Whether something left without one is told by its attempts."""

Channel = Literal["network", "usb"]


class Enrolment(Record):
    """Where this centre reports. `registered_at` is None until the district confirmed the centre's key."""

    centre: str
    url: str
    code: str
    district_key: bytes
    district_key_id: str
    centre_key_id: str
    enrolled_at: int
    registered_at: int | None = None
    confirmation: bytes | None = None


class OutboxEntry(Record):
    """A submitted report. `position` is the order of submission, whatever the clock said.

    `body` are the exact bytes that are sealed; `refusal` is JSON, empty unless the state is refused.
    """

    position: int
    report_id: str
    kind: str
    period: str
    revision: int
    body: bytes
    body_hash: str
    state: State
    submitted_at: int
    state_at: int
    refusal: str = ""


class SealedReport(Record):
    """The exact bytes that travel, sealed once."""

    report_id: str
    content_hash: str
    recipient: str
    sealed: bytes
    sealed_at: int


class Attempt(Record):
    """Bytes of a report that left the centre; `outcome` is the code of what became of it, empty while nothing is known.

    Reports that keep ending alike leave one attempt, that of the first time.
    """

    report_id: str
    at: int
    channel: Channel
    outcome: str = ""
    bundle_id: str = ""


class StoredReceipt(Record):
    """The district's signed receipt; `received_at` is by the district's clock."""

    report_id: str
    receipt: bytes
    received_at: int
    stored_at: int


def enrolment(connection: sqlite3.Connection) -> Enrolment | None:
    """The enrolment; None until there is one."""
    row = connection.execute("SELECT * FROM enrolment").fetchone()
    return Enrolment.from_row(row) if row else None


def change_key(connection: sqlite3.Connection, key_id: str, at: int, confirmation: bytes) -> None:
    """Let a new key of the centre count, which the district has confirmed."""
    connection.execute(
        "UPDATE enrolment SET centre_key_id = ?, registered_at = ?, confirmation = ?", (key_id, at, confirmation)
    )


def change_district_key(connection: sqlite3.Connection, verify_key: bytes, key_id: str) -> None:
    """Let the district's successor key be the one for which reports are sealed."""
    connection.execute("UPDATE enrolment SET district_key = ?, district_key_id = ?", (verify_key, key_id))


def put_enrolment(connection: sqlite3.Connection, new: Enrolment) -> None:
    """Store the enrolment in place of an earlier one."""
    connection.execute(
        "INSERT OR REPLACE INTO enrolment (id, centre, url, code, district_key, district_key_id,"
        " centre_key_id, enrolled_at, registered_at, confirmation) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.centre,
            new.url,
            new.code,
            new.district_key,
            new.district_key_id,
            new.centre_key_id,
            new.enrolled_at,
            new.registered_at,
            new.confirmation,
        ),
    )


def mark_registered(connection: sqlite3.Connection, at: int, confirmation: bytes) -> None:
    """Keep the district's confirmation of the centre's key."""
    connection.execute("UPDATE enrolment SET registered_at = ?, confirmation = ?", (at, confirmation))


def entry(connection: sqlite3.Connection, report_id: str) -> OutboxEntry | None:
    """The submitted report with this identity."""
    row = connection.execute("SELECT * FROM outbox WHERE report_id = ?", (report_id,)).fetchone()
    return OutboxEntry.from_row(row) if row else None


def entries(connection: sqlite3.Connection, state: State | None = None) -> list[OutboxEntry]:
    """The submitted reports, all or those in `state`, oldest first."""
    rows = connection.execute("SELECT * FROM outbox WHERE ?1 IS NULL OR state = ?1 ORDER BY position", (state,))
    return [OutboxEntry.from_row(row) for row in rows]


def count(connection: sqlite3.Connection, state: State) -> int:
    """How many submitted reports are in `state`."""
    return int(connection.execute("SELECT count(*) FROM outbox WHERE state = ?", (state,)).fetchone()[0])


_REFUSED = """
    FROM outbox AS old WHERE state = 'refused' AND NOT EXISTS (SELECT 1 FROM outbox AS later
    WHERE (later.kind, later.period) = (old.kind, old.period) AND later.revision > old.revision
    AND later.state = 'sent')
"""
"""Refused reports that still count: none of their later revisions was received."""


def refused(connection: sqlite3.Connection) -> list[OutboxEntry]:
    """The refused reports that still count, oldest first."""
    rows = connection.execute(f"SELECT old.* {_REFUSED} ORDER BY old.position")
    return [OutboxEntry.from_row(row) for row in rows]


def refused_count(connection: sqlite3.Connection) -> int:
    """How many refused reports still count."""
    return int(connection.execute(f"SELECT count(*) {_REFUSED}").fetchone()[0])


def oldest(connection: sqlite3.Connection, state: State) -> int | None:
    """When the first of the reports in `state` was submitted; None without one."""
    row = connection.execute(
        "SELECT submitted_at FROM outbox WHERE state = ? ORDER BY position LIMIT 1", (state,)
    ).fetchone()
    return int(row[0]) if row else None


def latest(connection: sqlite3.Connection, kind: str, period: str) -> OutboxEntry | None:
    """The highest revision of a period that was submitted."""
    row = connection.execute(
        "SELECT * FROM outbox WHERE kind = ? AND period = ? ORDER BY revision DESC LIMIT 1", (kind, period)
    ).fetchone()
    return OutboxEntry.from_row(row) if row else None


def submitted_periods(connection: sqlite3.Connection) -> set[str]:
    """The keys of every period of which a report was submitted."""
    return {row["period"] for row in connection.execute("SELECT DISTINCT period FROM outbox")}


def add_entry(connection: sqlite3.Connection, new: OutboxEntry) -> None:
    """Put a report into the outbox, behind all others; its `position` is given here."""
    connection.execute(
        "INSERT INTO outbox (report_id, kind, period, revision, body, body_hash, state,"
        " submitted_at, state_at) VALUES (?, ?, ?, ?, ?, ?, 'unsent', ?, ?)",
        (
            new.report_id,
            new.kind,
            new.period,
            new.revision,
            new.body,
            new.body_hash,
            new.submitted_at,
            new.state_at,
        ),
    )


def set_state(connection: sqlite3.Connection, report_id: str, state: State, at: int, refusal: str = "") -> None:
    """Move a report to another state; the schema lets none leave `sent`, nor enter it without a receipt."""
    connection.execute(
        "UPDATE outbox SET state = ?, state_at = ?, refusal = ? WHERE report_id = ?",
        (state, at, refusal, report_id),
    )


def sealed(connection: sqlite3.Connection, report_id: str) -> SealedReport | None:
    """The sealed bytes of a report; None until it was sealed."""
    row = connection.execute("SELECT * FROM sealed_report WHERE report_id = ?", (report_id,)).fetchone()
    return SealedReport.from_row(row) if row else None


def sealed_as(connection: sqlite3.Connection, content_hash: str) -> OutboxEntry | None:
    """The report whose sealed bytes have this address."""
    row = connection.execute(
        "SELECT outbox.* FROM outbox JOIN sealed_report USING (report_id) WHERE content_hash = ?", (content_hash,)
    ).fetchone()
    return OutboxEntry.from_row(row) if row else None


def has_sealed(connection: sqlite3.Connection) -> bool:
    """Whether any report was ever sealed."""
    return connection.execute("SELECT 1 FROM sealed_report LIMIT 1").fetchone() is not None


def waiting_sealed(connection: sqlite3.Connection) -> int:
    """How many unsent reports are sealed."""
    row = connection.execute(
        "SELECT count(*) FROM outbox JOIN sealed_report USING (report_id) WHERE state = 'unsent'"
    ).fetchone()
    return int(row[0])


def unsealed(connection: sqlite3.Connection) -> list[OutboxEntry]:
    """The reports that wait for an enrolment to be sealed, oldest first."""
    rows = connection.execute(
        "SELECT * FROM outbox WHERE report_id NOT IN (SELECT report_id FROM sealed_report) ORDER BY position"
    )
    return [OutboxEntry.from_row(row) for row in rows]


def add_sealed(connection: sqlite3.Connection, new: SealedReport) -> None:
    """Store the sealed bytes of a report; a second time is a conflict."""
    connection.execute(
        "INSERT INTO sealed_report (report_id, content_hash, recipient, sealed, sealed_at) VALUES (?, ?, ?, ?, ?)",
        (new.report_id, new.content_hash, new.recipient, new.sealed, new.sealed_at),
    )


def attempts(connection: sqlite3.Connection) -> dict[str, list[Attempt]]:
    """The attempts to send of every report that ever left, by report, in the order in which they were made."""
    found: dict[str, list[Attempt]] = {}
    for row in connection.execute("SELECT * FROM outbox_attempt ORDER BY id"):
        found.setdefault(row["report_id"], []).append(Attempt.from_row(row))
    return found


def add_attempt(connection: sqlite3.Connection, new: Attempt) -> None:
    """Keep that a report left the centre."""
    connection.execute(
        "INSERT INTO outbox_attempt (report_id, at, channel, outcome, bundle_id) VALUES (?, ?, ?, ?, ?)",
        (new.report_id, new.at, new.channel, new.outcome, new.bundle_id),
    )


def last_attempt(connection: sqlite3.Connection, report_id: str) -> Attempt | None:
    """The last attempt to send a report; None when it never left."""
    row = connection.execute(
        "SELECT * FROM outbox_attempt WHERE report_id = ? ORDER BY id DESC LIMIT 1", (report_id,)
    ).fetchone()
    return Attempt.from_row(row) if row else None


def is_answered(connection: sqlite3.Connection, report_id: str, bundle_id: str) -> bool:
    """Whether an answer to this file on a stick has told of the report already."""
    row = connection.execute(
        "SELECT 1 FROM outbox_attempt WHERE report_id = ? AND bundle_id = ? AND channel = 'usb' AND outcome <> ''",
        (report_id, bundle_id),
    ).fetchone()
    return row is not None


def receipt(connection: sqlite3.Connection, report_id: str) -> StoredReceipt | None:
    """The receipt of a report; None until it was delivered."""
    row = connection.execute("SELECT * FROM receipt WHERE report_id = ?", (report_id,)).fetchone()
    return StoredReceipt.from_row(row) if row else None


def receipt_instants(connection: sqlite3.Connection) -> dict[str, int]:
    """When the district received each report, by its clock."""
    return {row[0]: row[1] for row in connection.execute("SELECT report_id, received_at FROM receipt")}


def add_receipt(connection: sqlite3.Connection, new: StoredReceipt) -> None:
    """Store the receipt of a report; a second time is a conflict."""
    connection.execute(
        "INSERT INTO receipt (report_id, receipt, received_at, stored_at) VALUES (?, ?, ?, ?)",
        (new.report_id, new.receipt, new.received_at, new.stored_at),
    )
