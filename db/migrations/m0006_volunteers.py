"""Volunteers' service in full: assignments, visits with credit and review, the check-in log, hours, records.

A visit is keyed by volunteer, local day and its number of that day, so that a scan finds and writes the visits of one
person in one place, and the hours of a year lie side by side; the second tree, by day, serves the lists of a day.

`scan` becomes the whole log of check-in: what a person or a rule changed afterwards is a further row, and no row is
ever changed or taken away. What the visits say must follow from it (`frontdesk.volunteers.checkin.replay`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

ASSIGNMENTS = (
    """
    CREATE TABLE assignment (
        id INTEGER PRIMARY KEY, day TEXT NOT NULL, title TEXT NOT NULL CHECK (title <> ''),
        place TEXT NOT NULL DEFAULT '', starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
        session_code TEXT REFERENCES session (code), needed INTEGER NOT NULL DEFAULT 0 CHECK (needed >= 0),
        briefing TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'cancelled')),
        cancel_reason TEXT NOT NULL DEFAULT '',
        revision INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL DEFAULT 0,
        CHECK (ends_at > starts_at)
    ) STRICT
    """,
    "CREATE INDEX assignment_day ON assignment (day)",
    """
    CREATE TABLE assignment_volunteer (
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), day TEXT NOT NULL,
        assignment_id INTEGER NOT NULL REFERENCES assignment (id), signed_at INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'signed' CHECK (state IN ('signed', 'withdrawn')),
        PRIMARY KEY (volunteer_no, day, assignment_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX assignment_volunteer_assignment ON assignment_volunteer (assignment_id)",
)

VISITS = (
    """
    CREATE TABLE kept_visit (
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), day TEXT NOT NULL,
        number INTEGER NOT NULL CHECK (number >= 1),
        entered_at INTEGER NOT NULL, left_at INTEGER,
        basis TEXT NOT NULL DEFAULT 'measured' CHECK (basis IN ('measured', 'inferred', 'corrected')),
        review TEXT NOT NULL DEFAULT '' CHECK (review IN ('', 'pending', 'accepted', 'refused')),
        credit_seconds INTEGER CHECK (credit_seconds >= 0),
        annulled INTEGER NOT NULL DEFAULT 0 CHECK (annulled IN (0, 1)),
        assignment_id INTEGER REFERENCES assignment (id), session_code TEXT REFERENCES session (code),
        entered_scan INTEGER, left_scan INTEGER,
        -- Seconds of a supplemented visit that do not count, because measured time took their place.
        displaced INTEGER NOT NULL DEFAULT 0 CHECK (displaced >= 0),
        CHECK (left_at IS NULL OR left_at >= entered_at),
        CHECK ((basis = 'inferred') = (review <> '')),
        CHECK (credit_seconds IS NULL OR basis = 'inferred'),
        PRIMARY KEY (volunteer_no, day, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO kept_visit (volunteer_no, day, number, entered_at, left_at)
    SELECT volunteer_no, day, row_number() OVER (PARTITION BY volunteer_no, day ORDER BY entered_at, id),
        entered_at, left_at FROM visit
    """,
    "DROP TABLE visit",
    "ALTER TABLE kept_visit RENAME TO visit",
    # Who is here is asked at every key of the search: the visits of a day that have no exit lie side by side.
    "CREATE INDEX visit_day ON visit (day, left_at)",
    # With the columns that it is asked by, so that how many wait is counted without reading one visit.
    "CREATE INDEX visit_pending ON visit (day, volunteer_no, number, review, annulled) "
    "WHERE review = 'pending' AND NOT annulled",
    """
    CREATE TABLE day_closing (
        day TEXT PRIMARY KEY, at INTEGER NOT NULL, operator_no TEXT, closed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

LOG = (
    "ALTER TABLE scan ADD COLUMN direction TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE scan ADD COLUMN force_wished INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE scan ADD COLUMN forced INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE scan ADD COLUMN words TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE scan ADD COLUMN visit_day TEXT",
    "ALTER TABLE scan ADD COLUMN visit_number INTEGER",
    "ALTER TABLE scan ADD COLUMN entered_at INTEGER",
    "ALTER TABLE scan ADD COLUMN left_at INTEGER",
    "ALTER TABLE scan ADD COLUMN credit_seconds INTEGER",
    "ALTER TABLE scan ADD COLUMN assignment_id INTEGER",
    "ALTER TABLE scan ADD COLUMN session_code TEXT",
    "ALTER TABLE scan ADD COLUMN annuls INTEGER",
    # When it was recorded, where `at` is a time given by hand; and the date or time that a refusal named.
    "ALTER TABLE scan ADD COLUMN recorded_at INTEGER",
    "ALTER TABLE scan ADD COLUMN limit_said TEXT NOT NULL DEFAULT ''",
    # The scans that made the visits carried over, so that these follow from the log like all later ones.
    """
    UPDATE scan SET visit_day = v.day, visit_number = v.number FROM visit v
    WHERE v.volunteer_no = scan.volunteer_no AND scan.result = 'entered' AND v.entered_at = scan.at
    """,
    """
    UPDATE scan SET visit_day = v.day, visit_number = v.number FROM visit v
    WHERE v.volunteer_no = scan.volunteer_no AND scan.result = 'left' AND v.left_at = scan.at
    """,
    "CREATE TEMP TABLE scan_of_visit AS SELECT volunteer_no, visit_day, visit_number, result, max(id) AS id FROM scan "
    "WHERE visit_day IS NOT NULL GROUP BY 1, 2, 3, 4",
    """
    UPDATE visit SET entered_scan = s.id FROM scan_of_visit s WHERE s.volunteer_no = visit.volunteer_no
    AND s.visit_day = visit.day AND s.visit_number = visit.number AND s.result = 'entered'
    """,
    """
    UPDATE visit SET left_scan = s.id FROM scan_of_visit s WHERE s.volunteer_no = visit.volunteer_no
    AND s.visit_day = visit.day AND s.visit_number = visit.number AND s.result = 'left'
    """,
    "DROP TABLE scan_of_visit",
    # What was keyed afterwards, without a card, was never measured.
    """
    UPDATE visit SET basis = 'corrected' WHERE left_at IS NOT NULL AND EXISTS (SELECT 1 FROM scan s
    WHERE s.id IN (visit.entered_scan, visit.left_scan) AND s.given_time AND s.serial IS NULL)
    """,
    # An attempt that lacked an answer is not final: the same one goes on when the answer is given.
    "DROP INDEX scan_nonce",
    "CREATE UNIQUE INDEX scan_nonce ON scan (nonce) WHERE nonce IS NOT NULL AND reason <> 'incomplete'",
    "CREATE INDEX scan_left_only ON scan (at) WHERE result = 'left_only'",
    "CREATE INDEX scan_annuls ON scan (annuls) WHERE annuls IS NOT NULL",
    # Of changes alone, so that no scan has to keep it up.
    "CREATE INDEX scan_change ON scan (volunteer_no, visit_day) WHERE result IN "
    "('undone', 'corrected', 'added', 'annulled', 'closed', 'reviewed', 'credited')",
    # Of a person's attempts that neither began nor ended a visit; those that did are found from the visits.
    "CREATE INDEX scan_other ON scan (volunteer_no) WHERE result IN ('refused', 'same_scan', 'left_only')",
    """
    CREATE TRIGGER scan_never_changes BEFORE UPDATE ON scan
    BEGIN SELECT RAISE(ABORT, 'the check-in log is only added to'); END
    """,
    """
    CREATE TRIGGER scan_never_deleted BEFORE DELETE ON scan
    BEGIN SELECT RAISE(ABORT, 'the check-in log is only added to'); END
    """,
)

HOURS = (
    """
    CREATE TABLE supplement (
        id INTEGER PRIMARY KEY, volunteer_no TEXT NOT NULL REFERENCES volunteer (no), day TEXT NOT NULL,
        seconds INTEGER NOT NULL CHECK (seconds > 0), assignment_id INTEGER REFERENCES assignment (id),
        session_code TEXT REFERENCES session (code), reason TEXT NOT NULL CHECK (reason <> ''),
        operator_no TEXT NOT NULL, at INTEGER NOT NULL,
        annulled_at INTEGER, annulled_by TEXT, annul_reason TEXT NOT NULL DEFAULT '',
        displaced INTEGER NOT NULL DEFAULT 0 CHECK (displaced BETWEEN 0 AND seconds),
        CHECK ((annulled_at IS NULL) = (annulled_by IS NULL))
    ) STRICT
    """,
    # What was added stays as it was: it is only ever annulled, once, or displaced by measured time.
    """
    CREATE TRIGGER supplement_never_changes BEFORE UPDATE OF
        id, volunteer_no, day, seconds, assignment_id, session_code, reason, operator_no, at ON supplement
    BEGIN SELECT RAISE(ABORT, 'a supplement is only annulled'); END
    """,
    """
    CREATE TRIGGER supplement_annulled_once BEFORE UPDATE OF annulled_at, annulled_by, annul_reason ON supplement
    WHEN OLD.annulled_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a supplement is annulled once'); END
    """,
    """
    CREATE TRIGGER supplement_never_deleted BEFORE DELETE ON supplement
    BEGIN SELECT RAISE(ABORT, 'a supplement is only annulled'); END
    """,
    "CREATE INDEX supplement_volunteer ON supplement (volunteer_no, day)",
    "CREATE INDEX supplement_day ON supplement (day)",
    """
    CREATE TABLE hours_notice (
        id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, published_on TEXT NOT NULL, until TEXT NOT NULL,
        operator_no TEXT NOT NULL, at INTEGER NOT NULL,
        withdrawn_at INTEGER, withdrawn_by TEXT, withdraw_reason TEXT NOT NULL DEFAULT '',
        CHECK (first <= last), CHECK (published_on <= until)
    ) STRICT
    """,
    """
    CREATE TABLE hours_notice_line (
        notice_id INTEGER NOT NULL REFERENCES hours_notice (id), volunteer_no TEXT NOT NULL REFERENCES volunteer (no),
        measured_seconds INTEGER NOT NULL, supplemented_seconds INTEGER NOT NULL,
        PRIMARY KEY (notice_id, volunteer_no)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE hours_objection (
        id INTEGER PRIMARY KEY, notice_id INTEGER NOT NULL REFERENCES hours_notice (id),
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), words TEXT NOT NULL CHECK (words <> ''),
        at INTEGER NOT NULL, operator_no TEXT NOT NULL,
        outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'upheld', 'rejected')), outcome_words TEXT NOT NULL DEFAULT '',
        decided_at INTEGER, decided_by TEXT
    ) STRICT
    """,
    "CREATE INDEX hours_objection_notice ON hours_objection (notice_id)",
    """
    CREATE TABLE service_certificate (
        number TEXT PRIMARY KEY, volunteer_no TEXT NOT NULL REFERENCES volunteer (no),
        first TEXT NOT NULL, last TEXT NOT NULL,
        measured_seconds INTEGER NOT NULL, supplemented_seconds INTEGER NOT NULL,
        measured_minutes INTEGER NOT NULL, supplemented_minutes INTEGER NOT NULL,
        content TEXT NOT NULL, issuer TEXT NOT NULL, responsible TEXT NOT NULL, handler TEXT NOT NULL,
        contact TEXT NOT NULL, issued_on TEXT NOT NULL, issued_at INTEGER NOT NULL, operator_no TEXT NOT NULL,
        revoked_at INTEGER, revoked_by TEXT, revoke_reason TEXT NOT NULL DEFAULT '',
        CHECK (first <= last)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX service_certificate_volunteer ON service_certificate (volunteer_no)",
    # The paper as it was issued: a later font, language or colour must not make another one of it.
    """
    CREATE TABLE service_certificate_paper (
        number TEXT PRIMARY KEY REFERENCES service_certificate (number), pdf BLOB NOT NULL
    ) STRICT
    """,
)

RECORDS = (
    "ALTER TABLE volunteer ADD COLUMN birth_day TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN consent_version TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN consent_on TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN guardian_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN guardian_phone_cipher BLOB",
    "ALTER TABLE volunteer ADD COLUMN guardian_consent_on TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN state_since TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN state_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE volunteer ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX volunteer_team ON volunteer (team, no)",
    # The two figures of the month, in front of '2001-07'.
    "CREATE INDEX volunteer_birth ON volunteer (substr(birth_month, 6, 2), birth_day) WHERE birth_month <> ''",
    """
    CREATE TABLE volunteer_skill (
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), skill TEXT NOT NULL CHECK (skill <> ''),
        category TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('candidate', 'active', 'paused', 'left')),
        since TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (volunteer_no, skill)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX volunteer_skill_skill ON volunteer_skill (skill)",
    """
    CREATE TABLE call_up (
        id INTEGER PRIMARY KEY, volunteer_no TEXT NOT NULL REFERENCES volunteer (no), skill TEXT NOT NULL DEFAULT '',
        day TEXT NOT NULL, purpose TEXT NOT NULL CHECK (purpose <> ''),
        outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'came', 'declined', 'absent')),
        operator_no TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX call_up_volunteer ON call_up (volunteer_no, day)",
    """
    CREATE TABLE volunteer_availability (
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
        part TEXT NOT NULL CHECK (part IN ('morning', 'afternoon', 'evening')),
        PRIMARY KEY (volunteer_no, weekday, part)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE volunteer_record (
        id INTEGER PRIMARY KEY, volunteer_no TEXT NOT NULL REFERENCES volunteer (no),
        kind TEXT NOT NULL CHECK (kind IN ('training', 'award', 'evaluation')), day TEXT NOT NULL,
        title TEXT NOT NULL CHECK (title <> ''), detail TEXT NOT NULL DEFAULT '', grade TEXT NOT NULL DEFAULT '',
        operator_no TEXT NOT NULL, at INTEGER NOT NULL,
        annulled_at INTEGER, annulled_by TEXT, annul_reason TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX volunteer_record_volunteer ON volunteer_record (volunteer_no, kind, day)",
)


CARDS = (
    # When a card was last printed, UTC milliseconds; NULL until then.
    "ALTER TABLE card ADD COLUMN printed_at INTEGER",
)

KIOSK = (
    # Wrong PINs in a row at the kiosk, whatever numbers they were tried with: at most one row.
    """
    CREATE TABLE kiosk_sign_in_failure (
        id INTEGER PRIMARY KEY CHECK (id = 1), failures INTEGER NOT NULL, last_at INTEGER NOT NULL
    ) STRICT
    """,
)


def migrate(database: Database) -> None:
    """Make the tables of schema version 6 and carry the visits over."""
    for statement in (*ASSIGNMENTS, *VISITS, *LOG, *HOURS, *RECORDS, *CARDS, *KIOSK):
        database.execute(statement)
