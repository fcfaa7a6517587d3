"""Schema 1: keys of centres, codes to enrol with, and the reports. A store of 2026 has it in SQLite."""

from __future__ import annotations

from frontdesk.district.store.migrations.dialects import define
from frontdesk.district.store.session import Session

TABLES = (
    """
    CREATE TABLE centre_key (
        key_id {text} PRIMARY KEY, centre {text} NOT NULL,
        verify_key {bytes} NOT NULL CHECK (length(verify_key) = 32),
        enrolled_at {int} NOT NULL, confirmation {bytes} NOT NULL, revoked_at {int}
    ){strict}
    """,
    """
    CREATE TABLE enrolment_code (
        code_hash {text} PRIMARY KEY, centre {text} NOT NULL, issued_at {int} NOT NULL,
        used_key_id {text} REFERENCES centre_key (key_id), withdrawn_at {int}
    ){strict}
    """,
    """
    CREATE TABLE report (
        centre {text} NOT NULL, report_id {text} NOT NULL, kind {text} NOT NULL, period {text} NOT NULL,
        last_day {text} NOT NULL, revision {int} NOT NULL CHECK (revision > 0),
        schema_version {int} NOT NULL,
        key_id {text} NOT NULL REFERENCES centre_key (key_id), content_hash {text} NOT NULL UNIQUE,
        received_at {int} NOT NULL, sealed {bytes} NOT NULL, body {bytes} NOT NULL, receipt {bytes} NOT NULL,
        PRIMARY KEY (centre, report_id), UNIQUE (centre, period, revision)
    ){strict}
    """,
)

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER report_never_changes BEFORE UPDATE ON report
    BEGIN SELECT RAISE(ABORT, 'an accepted report never changes'); END
    """,
    """
    CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
    BEGIN SELECT RAISE(ABORT, 'an accepted report is never deleted'); END
    """,
)


def migrate(session: Session) -> None:
    """Make the tables of schema version 1."""
    define(session, TABLES)
    if session.dialect == "sqlite":
        define(session, SQLITE_TRIGGERS)
