"""Cases and registers: one record of each definition, its log, what it says of people, links, forms begun.

What a record says of people stands apart and sealed, so that the log, which is never changed, tells only that it was
said, and a person can be erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

DAYS = {
    "held": "held_on",
    "published": "published_on",
    "nominated": "nominated_on",
    "decided": "decided_on",
    "rated": "rated_on",
    "day": "day",
}
"""By the name of its index each field with a day that a duty of the calendar goes by."""

STATEMENTS = (
    """
    CREATE TABLE case_record (
        id INTEGER PRIMARY KEY, definition TEXT NOT NULL, edition INTEGER NOT NULL, number TEXT NOT NULL,
        title TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
        responsible TEXT NOT NULL DEFAULT '', opened_on TEXT NOT NULL, due_on TEXT, due_code TEXT NOT NULL DEFAULT '',
        ended_on TEXT, is_paused INTEGER NOT NULL DEFAULT 0, said TEXT NOT NULL, revision INTEGER NOT NULL,
        emptied_on TEXT,
        UNIQUE (definition, number)
    ) STRICT
    """,
    # The work list: what is due first, what has no limit last, however many have ended.
    "CREATE INDEX case_record_work ON case_record (coalesce(due_on, '9999'), id) WHERE ended_on IS NULL",
    "CREATE INDEX case_record_mine ON case_record (responsible, coalesce(due_on, '9999'), id) WHERE ended_on IS NULL",
    "CREATE INDEX case_record_open ON case_record (definition, coalesce(due_on, '9999'), id) WHERE ended_on IS NULL",
    "CREATE INDEX case_record_number ON case_record (number)",
    # The last number of a year: one with more digits stands before others in the order of texts.
    "CREATE INDEX case_record_last ON case_record (definition, length(number), number)",
    # Words in a title are looked for in all of them: the index is a tenth of the table.
    "CREATE INDEX case_record_title ON case_record (title)",
    "CREATE INDEX case_record_of ON case_record (definition, opened_on, id)",
    "CREATE INDEX case_record_ended ON case_record (definition, ended_on) WHERE ended_on IS NOT NULL",
    # What ended and still tells of people: it is kept for so long and no longer.
    "CREATE INDEX case_record_kept ON case_record (definition, ended_on) "
    "WHERE ended_on IS NOT NULL AND emptied_on IS NULL",
    # Meetings by their day, and what duties of the calendar ask for: what was done in a week, and what is ahead.
    *(
        f"CREATE INDEX case_record_{name} ON case_record (definition, json_extract(said, '$.{field}')) "
        f"WHERE json_extract(said, '$.{field}') IS NOT NULL"
        for name, field in DAYS.items()
    ),
    """
    CREATE TABLE case_log (
        id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES case_record (id), position INTEGER NOT NULL,
        at INTEGER NOT NULL, day TEXT NOT NULL, operator_no TEXT NOT NULL, kind TEXT NOT NULL,
        step TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT '{}', reason TEXT NOT NULL DEFAULT '',
        UNIQUE (case_id, position)
    ) STRICT
    """,
    "CREATE INDEX case_log_day ON case_log (day, kind, step)",
    # How often a step was taken in a span of days, whatever else happened in it.
    "CREATE INDEX case_log_step ON case_log (step, day, case_id) WHERE kind = 'moved'",
    """
    CREATE TRIGGER case_log_never_changes BEFORE UPDATE ON case_log
    BEGIN SELECT RAISE(ABORT, 'the log of cases is only added to'); END
    """,
    """
    CREATE TRIGGER case_log_never_deleted BEFORE DELETE ON case_log
    BEGIN SELECT RAISE(ABORT, 'the log of cases is only added to'); END
    """,
    """
    CREATE TABLE case_person (
        case_id INTEGER NOT NULL REFERENCES case_record (id), field TEXT NOT NULL, phone_cipher BLOB NOT NULL,
        resident_id INTEGER REFERENCES resident (id), PRIMARY KEY (case_id, field)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX case_person_resident ON case_person (resident_id) WHERE resident_id IS NOT NULL",
    # The time limits of a record as they began, ran out and were stopped. They follow from its log.
    """
    CREATE TABLE case_limit (
        case_id INTEGER NOT NULL REFERENCES case_record (id), code TEXT NOT NULL, begun INTEGER NOT NULL,
        definition TEXT NOT NULL, started_on TEXT NOT NULL, due_on TEXT, stopped_on TEXT,
        is_paused INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (case_id, code, begun)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX case_limit_due ON case_limit (definition, code, due_on)",
    "CREATE INDEX case_limit_stopped ON case_limit (definition, code, stopped_on) WHERE stopped_on IS NOT NULL",
    # A duty of the calendar that is not asked for in one of its periods, and why.
    """
    CREATE TABLE case_waiver (
        definition TEXT NOT NULL, first_day TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
        operator_no TEXT NOT NULL, PRIMARY KEY (definition, first_day)
    ) STRICT, WITHOUT ROWID
    """,
    # By which calendar, setting and definitions days due were reckoned last, and how far that has come.
    """
    CREATE TABLE case_dating (
        one INTEGER PRIMARY KEY CHECK (one = 1), stamp TEXT NOT NULL, after_id INTEGER NOT NULL,
        is_done INTEGER NOT NULL
    ) STRICT
    """,
    # From a record to another one, or to something of another kind by its number or code. It follows from the log.
    """
    CREATE TABLE case_link (
        case_id INTEGER NOT NULL REFERENCES case_record (id),
        other TEXT NOT NULL CHECK (other IN ('case', 'demand', 'session', 'follow_up', 'letter')),
        ref TEXT NOT NULL CHECK (ref <> ''), kind TEXT NOT NULL, at INTEGER NOT NULL, operator_no TEXT NOT NULL,
        PRIMARY KEY (case_id, other, ref)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX case_link_back ON case_link (other, ref)",
    """
    CREATE TABLE case_draft (
        operator_no TEXT NOT NULL, definition TEXT NOT NULL, case_id INTEGER NOT NULL DEFAULT 0,
        step TEXT NOT NULL DEFAULT '', phone_cipher BLOB NOT NULL, saved_at INTEGER NOT NULL,
        PRIMARY KEY (operator_no, definition, case_id, step)
    ) STRICT, WITHOUT ROWID
    """,
)

TOMBSTONE = (
    # Triggers of other tables name it all the while: without this they would be looked up before it is there again.
    "PRAGMA legacy_alter_table = ON",
    "DROP TRIGGER tombstone_never_changes",
    "DROP TRIGGER tombstone_never_deleted",
    """
    CREATE TABLE new_tombstone (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('resident', 'volunteer', 'rater', 'booking', 'staff', 'case', 'signup')),
        ref TEXT NOT NULL, at INTEGER NOT NULL, operator_no TEXT, approved_by TEXT,
        cause TEXT NOT NULL CHECK (cause IN ('asked', 'withdrawn', 'retention', 'again')),
        -- What was emptied: a JSON object of tables and how many rows of each.
        emptied TEXT NOT NULL DEFAULT '{}',
        -- When nothing of it was left in the file and its journal any more; NULL as long as that is owed.
        cleaned_at INTEGER,
        UNIQUE (kind, ref, at)
    ) STRICT
    """,
    "INSERT INTO new_tombstone (id, kind, ref, at, operator_no, approved_by, cause, emptied, cleaned_at) "
    "SELECT id, kind, ref, at, operator_no, approved_by, cause, emptied, cleaned_at FROM tombstone",
    "DROP TABLE tombstone",
    "ALTER TABLE new_tombstone RENAME TO tombstone",
    "CREATE INDEX tombstone_person ON tombstone (kind, ref)",
    "CREATE INDEX tombstone_owed ON tombstone (id) WHERE cleaned_at IS NULL",
    """
    CREATE TRIGGER tombstone_never_changes BEFORE UPDATE OF id, kind, ref, at, operator_no, approved_by, cause, emptied
    ON tombstone BEGIN SELECT RAISE(ABORT, 'that somebody was erased stays as it was'); END
    """,
    """
    CREATE TRIGGER tombstone_never_deleted BEFORE DELETE ON tombstone
    BEGIN SELECT RAISE(ABORT, 'that somebody was erased stays as it was'); END
    """,
    "PRAGMA legacy_alter_table = OFF",
)
"""Somebody whom a record names can be erased as well: SQLite changes no CHECK of a table that is there."""


def migrate(database: Database) -> None:
    """Make the tables of cases."""
    for statement in (*STATEMENTS, *TOMBSTONE):
        database.execute(statement)
