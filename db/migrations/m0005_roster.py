"""The AB roster: the standing order, leave with its hand-over, plans, the roster as worked, and its log.

Minutes count from local midnight of the slot's day; a shift that passes midnight ends after 1440.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

DAY_KINDS = "('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday', 'makeup')"

STATEMENTS = (
    # The standing order (mechanisms J09, A10): posts, shifts, opening hours, who may stand where.
    "ALTER TABLE post ADD COLUMN shared_cover INTEGER NOT NULL DEFAULT 1 CHECK (shared_cover IN (0, 1))",
    "ALTER TABLE post ADD COLUMN closed_on TEXT",
    """
    CREATE TABLE post_requirement (
        post TEXT NOT NULL REFERENCES post (name), qualification TEXT NOT NULL, PRIMARY KEY (post, qualification)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE shift (
        code TEXT PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL,
        starts INTEGER NOT NULL CHECK (starts BETWEEN 0 AND 1439), ends INTEGER NOT NULL CHECK (ends > starts),
        break_minutes INTEGER NOT NULL DEFAULT 0 CHECK (break_minutes BETWEEN 0 AND ends - starts),
        CHECK (ends - starts <= 1440)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE opening (
        post TEXT NOT NULL REFERENCES post (name), day_kind TEXT NOT NULL CHECK (day_kind IN {DAY_KINDS}),
        shift TEXT NOT NULL REFERENCES shift (code), PRIMARY KEY (post, day_kind, shift)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE contract (
        staff_no TEXT PRIMARY KEY REFERENCES staff (no),
        weekly_minutes INTEGER NOT NULL CHECK (weekly_minutes BETWEEN 0 AND 10080),
        monthly_minutes INTEGER CHECK (monthly_minutes BETWEEN 0 AND 44640),
        weekdays TEXT NOT NULL DEFAULT '1111111' CHECK (length(weekdays) = 7),
        earliest INTEGER, latest INTEGER,
        max_run INTEGER NOT NULL DEFAULT 6 CHECK (max_run BETWEEN 1 AND 6),
        min_run INTEGER NOT NULL DEFAULT 1 CHECK (min_run BETWEEN 1 AND max_run),
        min_days_off INTEGER NOT NULL DEFAULT 1 CHECK (min_days_off BETWEEN 1 AND 6),
        max_weekends INTEGER CHECK (max_weekends BETWEEN 0 AND 5),
        in_roster INTEGER NOT NULL DEFAULT 1 CHECK (in_roster IN (0, 1))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE qualification (
        staff_no TEXT NOT NULL REFERENCES staff (no), name TEXT NOT NULL, valid_until TEXT,
        PRIMARY KEY (staff_no, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE competency (
        staff_no TEXT NOT NULL REFERENCES staff (no), post TEXT NOT NULL REFERENCES post (name),
        level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3), last_trained TEXT, checked_by TEXT,
        PRIMARY KEY (staff_no, post)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE forbidden_sequence (
        shift TEXT NOT NULL REFERENCES shift (code), next_shift TEXT NOT NULL REFERENCES shift (code),
        PRIMARY KEY (shift, next_shift)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE wish (
        id INTEGER PRIMARY KEY, staff_no TEXT NOT NULL REFERENCES staff (no),
        first_day TEXT NOT NULL, last_day TEXT NOT NULL, shift TEXT REFERENCES shift (code),
        wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)), weight INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 5),
        note TEXT NOT NULL DEFAULT '', CHECK (last_day >= first_day)
    ) STRICT
    """,
    "CREATE INDEX wish_days ON wish (last_day, staff_no)",
    """
    CREATE TABLE standing_change (
        id INTEGER PRIMARY KEY, asked_at INTEGER NOT NULL, asked_by TEXT NOT NULL, kind TEXT NOT NULL,
        payload TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
        decided_at INTEGER, decided_by TEXT, reason TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE standing_filing (
        id INTEGER PRIMARY KEY, filed_at INTEGER NOT NULL, filed_by TEXT NOT NULL, effective_from TEXT NOT NULL,
        document TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT
    """,
    # Leave and its hand-over (mechanisms J09, §8.2): minutes bound the first and the last day.
    """
    CREATE TABLE leave (
        id INTEGER PRIMARY KEY, staff_no TEXT NOT NULL REFERENCES staff (no),
        first_day TEXT NOT NULL, last_day TEXT NOT NULL, from_minute INTEGER, until_minute INTEGER,
        kind TEXT NOT NULL CHECK (kind IN ('annual', 'sick', 'official', 'training', 'other')),
        reason TEXT NOT NULL DEFAULT '', planned INTEGER NOT NULL CHECK (planned IN (0, 1)),
        state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'reported', 'returned', 'refused', 'withdrawn')),
        asked_at INTEGER NOT NULL, decided_by TEXT, decided_at INTEGER, decision TEXT NOT NULL DEFAULT '',
        returned_at INTEGER,
        CHECK (last_day >= first_day)
    ) STRICT
    """,
    "CREATE INDEX leave_days ON leave (last_day, first_day, staff_no)",
    """
    CREATE TABLE handover (
        id INTEGER PRIMARY KEY, leave_id INTEGER NOT NULL REFERENCES leave (id), post TEXT NOT NULL,
        to_staff TEXT NOT NULL REFERENCES staff (no), items TEXT NOT NULL, materials TEXT NOT NULL,
        written_at INTEGER NOT NULL, late INTEGER NOT NULL CHECK (late IN (0, 1)), acked_at INTEGER,
        return_summary TEXT NOT NULL DEFAULT '', materials_back INTEGER NOT NULL DEFAULT 0, returned_at INTEGER,
        UNIQUE (leave_id, post, to_staff)
    ) STRICT
    """,
    # Plans: a published one is never changed again. The roster as worked stands beside it.
    """
    CREATE TABLE roster_plan (
        id INTEGER PRIMARY KEY, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'discarded')),
        made_at INTEGER NOT NULL, made_by TEXT NOT NULL, published_at INTEGER, published_by TEXT,
        status TEXT NOT NULL, cost INTEGER, bound INTEGER, seconds REAL NOT NULL DEFAULT 0,
        findings TEXT NOT NULL DEFAULT '{}', CHECK (last_day >= first_day)
    ) STRICT
    """,
    """
    CREATE TABLE plan_slot (
        plan_id INTEGER NOT NULL REFERENCES roster_plan (id), day TEXT NOT NULL, post TEXT NOT NULL,
        shift TEXT NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL, break_minutes INTEGER NOT NULL,
        acting TEXT, standby TEXT, locked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (plan_id, day, post, shift)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE duty_slot (
        day TEXT NOT NULL, post TEXT NOT NULL, shift TEXT NOT NULL,
        starts INTEGER NOT NULL, ends INTEGER NOT NULL, break_minutes INTEGER NOT NULL,
        acting TEXT REFERENCES staff (no), standby TEXT REFERENCES staff (no),
        planned_acting TEXT, planned_standby TEXT, locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
        plan_id INTEGER NOT NULL REFERENCES roster_plan (id), PRIMARY KEY (day, post, shift),
        CHECK (acting IS NULL OR acting IS NOT standby)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE duty_event (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, operator_no TEXT, kind TEXT NOT NULL,
        day TEXT NOT NULL, post TEXT NOT NULL, shift TEXT NOT NULL,
        acting_before TEXT, acting_after TEXT, standby_before TEXT, standby_after TEXT,
        leave_id INTEGER REFERENCES leave (id), swap_id INTEGER REFERENCES swap (id), reason TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX duty_event_day ON duty_event (day, post, shift)",
    """
    CREATE TABLE swap (
        id INTEGER PRIMARY KEY, asked_at INTEGER NOT NULL, asked_by TEXT NOT NULL REFERENCES staff (no),
        role TEXT NOT NULL CHECK (role IN ('acting', 'standby')),
        day TEXT NOT NULL, post TEXT NOT NULL, shift TEXT NOT NULL,
        with_staff TEXT REFERENCES staff (no), other_day TEXT, other_post TEXT, other_shift TEXT, other_role TEXT,
        state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'done', 'declined', 'withdrawn')),
        decided_at INTEGER, decided_by TEXT
    ) STRICT
    """,
    # A day of absence becomes a leave of one day.
    """
    INSERT INTO leave (staff_no, first_day, last_day, kind, reason, planned, state, asked_at)
    SELECT staff_no, day, day, 'other', reason, 0, 'reported', CAST(strftime('%s', day) AS INTEGER) * 1000 FROM absence
    ORDER BY day, staff_no
    """,
    "DROP TABLE absence",
)


def migrate(database: Database) -> None:
    """Create what the roster needs and turn days of absence into leaves."""
    for statement in STATEMENTS:
        database.execute(statement)
