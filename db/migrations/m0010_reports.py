"""Closed periods with their figures, and the letters to the street office.

A closed period is never changed: a late correction is one more edition of it that says what changed and why. What was
closed last of a period is the edition with the highest number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

CLOSING = (
    """
    CREATE TABLE period_closing (
        period TEXT NOT NULL, edition INTEGER NOT NULL CHECK (edition > 0),
        first_day TEXT NOT NULL, last_day TEXT NOT NULL CHECK (last_day >= first_day),
        -- The figures as canonical JSON, and the SHA-256 of exactly these bytes.
        figures TEXT NOT NULL, digest BLOB NOT NULL CHECK (length(digest) = 32),
        -- What the check list still held and was waived, and for an amendment what changed, both as JSON.
        waived TEXT NOT NULL DEFAULT '[]', changes TEXT NOT NULL DEFAULT '[]', reason TEXT NOT NULL DEFAULT '',
        closed_at INTEGER NOT NULL, closed_by TEXT NOT NULL,
        PRIMARY KEY (period, edition), CHECK (edition = 1 OR reason <> '')
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX period_closing_days ON period_closing (last_day, first_day)",
    "CREATE INDEX period_closing_at ON period_closing (closed_at)",
    """
    CREATE TRIGGER period_closing_never_changes BEFORE UPDATE ON period_closing
    BEGIN SELECT RAISE(ABORT, 'a closed period stays as it was'); END
    """,
    """
    CREATE TRIGGER period_closing_never_deleted BEFORE DELETE ON period_closing
    BEGIN SELECT RAISE(ABORT, 'a closed period stays as it was'); END
    """,
)

LETTERS = (
    # 信息报送 (mechanisms J14): draft, reviewed, sent, then adopted or returned by the street.
    """
    CREATE TABLE info_report (
        -- The number of a draft that was deleted goes to no other: a window may still have it open.
        id INTEGER PRIMARY KEY AUTOINCREMENT, period TEXT NOT NULL, level_to TEXT NOT NULL CHECK (level_to IN ('street', 'district')),
        kind TEXT NOT NULL CHECK (
            kind IN ('construction', 'activity_news', 'platform', 'typical_experience', 'highlight')
        ),
        title TEXT NOT NULL CHECK (title <> ''), body TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'reviewed', 'sent', 'adopted', 'returned')),
        author TEXT NOT NULL, reviewer TEXT NOT NULL DEFAULT '', sent_at INTEGER, decided_at INTEGER,
        decision TEXT NOT NULL DEFAULT '', made_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
        revision INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX info_report_period ON info_report (period, kind)",
    # What was sent, and what was decided, within some days is counted by every report.
    "CREATE INDEX info_report_sent ON info_report (sent_at, kind) WHERE sent_at IS NOT NULL",
    "CREATE INDEX info_report_decided ON info_report (decided_at, kind, state) WHERE decided_at IS NOT NULL",
    """
    CREATE TABLE info_report_log (
        id INTEGER PRIMARY KEY, info_report INTEGER NOT NULL REFERENCES info_report (id), at INTEGER NOT NULL,
        event TEXT NOT NULL, operator_no TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
        -- Title and body as they were at that step, so that what was sent can be shown as it was.
        title TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX info_report_log_of ON info_report_log (info_report, id)",
    """
    CREATE TRIGGER info_report_log_never_changes BEFORE UPDATE ON info_report_log
    BEGIN SELECT RAISE(ABORT, 'what was sent stays as it was'); END
    """,
    """
    CREATE TRIGGER info_report_log_never_deleted BEFORE DELETE ON info_report_log
    BEGIN SELECT RAISE(ABORT, 'what was sent stays as it was'); END
    """,
)

FOLLOW_UPS = (
    # Who was called back within some days is asked by every report.
    "CREATE INDEX follow_up_called_back ON follow_up (called_back_on) WHERE called_back_on IS NOT NULL",
)


def migrate(database: Database) -> None:
    """Make the tables of schema version 10."""
    for statement in (*CLOSING, *LETTERS, *FOLLOW_UPS):
        database.execute(statement)
