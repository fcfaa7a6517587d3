"""The first schema: a centre, its people, its sessions, check-in, ratings and the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = (
    """
    CREATE TABLE centre (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        code TEXT NOT NULL, name TEXT NOT NULL, street TEXT NOT NULL, district TEXT NOT NULL,
        zone TEXT NOT NULL, created_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE staff (
        no TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
        phone_cipher BLOB, certificate TEXT, certificate_until TEXT, weekly_hours INTEGER,
        role TEXT NOT NULL DEFAULT 'operator' CHECK (role IN ('operator', 'manager', 'auditor')),
        pin_hash TEXT
    ) STRICT
    """,
    """
    CREATE TABLE sign_in_failure (
        staff_no TEXT PRIMARY KEY REFERENCES staff (no), failures INTEGER NOT NULL, last_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE post (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE post_holder (
        post TEXT NOT NULL REFERENCES post (name), staff_no TEXT NOT NULL REFERENCES staff (no),
        ab TEXT NOT NULL CHECK (ab IN ('A', 'B')),
        PRIMARY KEY (post, staff_no)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE absence (
        staff_no TEXT NOT NULL REFERENCES staff (no), day TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (staff_no, day)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE volunteer (
        no TEXT PRIMARY KEY CHECK (length(no) = 7), name TEXT NOT NULL, gender TEXT NOT NULL DEFAULT '',
        birth_month TEXT NOT NULL DEFAULT '', phone_cipher BLOB, phone_key BLOB,
        team TEXT NOT NULL DEFAULT '', skill TEXT NOT NULL DEFAULT '', registered_on TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'left'))
    ) STRICT
    """,
    """
    CREATE TABLE card (
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), serial INTEGER NOT NULL CHECK (serial BETWEEN 1 AND 99),
        state TEXT NOT NULL CHECK (state IN ('issued', 'replaced', 'revoked')),
        valid_from TEXT NOT NULL DEFAULT '', valid_until TEXT NOT NULL DEFAULT '', issued_at INTEGER NOT NULL,
        PRIMARY KEY (volunteer_no, serial)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE scan (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, volunteer_no TEXT, serial INTEGER,
        result TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', source TEXT NOT NULL, operator_no TEXT,
        nonce TEXT, given_time INTEGER NOT NULL DEFAULT 0, code_length INTEGER, code_hash BLOB
    ) STRICT
    """,
    "CREATE INDEX scan_volunteer ON scan (volunteer_no, at) WHERE volunteer_no IS NOT NULL",
    "CREATE UNIQUE INDEX scan_nonce ON scan (nonce) WHERE nonce IS NOT NULL",
    """
    CREATE TABLE visit (
        id INTEGER PRIMARY KEY, volunteer_no TEXT NOT NULL REFERENCES volunteer (no), day TEXT NOT NULL,
        entered_at INTEGER NOT NULL, left_at INTEGER, CHECK (left_at IS NULL OR left_at >= entered_at)
    ) STRICT
    """,
    "CREATE INDEX visit_volunteer ON visit (volunteer_no, day)",
    "CREATE INDEX visit_day ON visit (day)",
    """
    CREATE TABLE search_term (
        kind TEXT NOT NULL, term TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (kind, term, ref)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX search_term_ref ON search_term (kind, ref)",
    """
    CREATE TABLE session (
        code TEXT PRIMARY KEY, day TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
        name TEXT NOT NULL, category TEXT NOT NULL, activity_type TEXT NOT NULL DEFAULT '',
        room TEXT NOT NULL DEFAULT '', capacity INTEGER NOT NULL CHECK (capacity >= 0),
        min_enrol INTEGER NOT NULL DEFAULT 0, lead TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('published', 'cancelled')),
        cancel_reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX session_day ON session (day)",
    """
    CREATE TABLE resident (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone_cipher BLOB, phone_key BLOB NOT NULL,
        phone_tail_key BLOB NOT NULL, UNIQUE (phone_key, name)
    ) STRICT
    """,
    "CREATE INDEX resident_name ON resident (name, phone_tail_key)",
    """
    CREATE TABLE registration (
        id INTEGER PRIMARY KEY, session_code TEXT NOT NULL REFERENCES session (code),
        resident_id INTEGER NOT NULL REFERENCES resident (id), party_size INTEGER NOT NULL CHECK (party_size > 0),
        applied_at INTEGER NOT NULL, seq_no INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('confirmed', 'waitlisted', 'cancelled_by_resident')),
        UNIQUE (session_code, resident_id), UNIQUE (session_code, seq_no)
    ) STRICT
    """,
    """
    CREATE TABLE attendance (
        id INTEGER PRIMARY KEY, session_code TEXT NOT NULL REFERENCES session (code),
        registration_id INTEGER UNIQUE REFERENCES registration (id),
        status TEXT NOT NULL CHECK (status IN ('attended', 'absent_notified', 'no_show', 'walk_in')),
        seats INTEGER NOT NULL CHECK (seats > 0),
        CHECK ((status = 'walk_in') = (registration_id IS NULL))
    ) STRICT
    """,
    "CREATE INDEX attendance_session ON attendance (session_code)",
    "CREATE UNIQUE INDEX attendance_walk_in ON attendance (session_code) WHERE registration_id IS NULL",
    """
    CREATE TABLE rating (
        key BLOB PRIMARY KEY, day TEXT NOT NULL, subject_kind TEXT NOT NULL CHECK (subject_kind IN ('service', 'session')),
        subject TEXT NOT NULL, level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
        comment TEXT NOT NULL DEFAULT '', named INTEGER NOT NULL DEFAULT 0,
        channel TEXT NOT NULL CHECK (channel IN ('kiosk', 'desk', 'import'))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX rating_day ON rating (day)",
    """
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, operator_no TEXT, source TEXT NOT NULL,
        action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL
    ) STRICT
    """,
)


def migrate(database: Database) -> None:
    """Create the tables and indexes of schema version 1."""
    for statement in TABLES:
        database.execute(statement)
