"""A cheaper scan: what every accepted scan had to open, keep up and write, without being asked for it then.

Each index costs every write to its table, also where the row is not of it. The four of the check-in log for what is
neither an entry nor an exit are one now, by what happened and to whom. A visit's exit is no longer in the index by day,
so that leaving writes the visit alone: who is here is found among the visits of the day.

The visits are carried over as they are, into a table with the same columns and the same checks in other words: for an
IN of three values and more SQLite builds a table of them in memory, at every insert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

COLUMNS = (
    "volunteer_no, day, number, entered_at, left_at, basis, review, credit_seconds, annulled, assignment_id, "
    "session_code, entered_scan, left_scan, displaced"
)

STATEMENTS = (
    "DROP INDEX scan_left_only",
    "DROP INDEX scan_annuls",
    "DROP INDEX scan_change",
    "DROP INDEX scan_other",
    "CREATE INDEX scan_beside ON scan (result, volunteer_no, at) WHERE result NOT IN ('entered', 'left')",
    """
    CREATE TABLE kept_visit (
        volunteer_no TEXT NOT NULL REFERENCES volunteer (no), day TEXT NOT NULL,
        number INTEGER NOT NULL CHECK (number >= 1),
        entered_at INTEGER NOT NULL, left_at INTEGER,
        basis TEXT NOT NULL DEFAULT 'measured'
            CHECK (basis = 'measured' OR basis = 'inferred' OR basis = 'corrected'),
        review TEXT NOT NULL DEFAULT ''
            CHECK (review = '' OR review = 'pending' OR review = 'accepted' OR review = 'refused'),
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
    f"INSERT INTO kept_visit ({COLUMNS}) SELECT {COLUMNS} FROM visit ORDER BY volunteer_no, day, number",
    "DROP TABLE visit",
    "ALTER TABLE kept_visit RENAME TO visit",
    "CREATE INDEX visit_day ON visit (day)",
    # With the columns that it is asked by, so that how many wait is counted without reading one visit.
    "CREATE INDEX visit_pending ON visit (day, volunteer_no, number, review, annulled) "
    "WHERE review = 'pending' AND NOT annulled",
)


def migrate(database: Database) -> None:
    """Replace four indexes of the log by one, and carry the visits over to a table that costs less to write."""
    for statement in STATEMENTS:
        database.execute(statement)
