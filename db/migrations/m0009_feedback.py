"""Ratings with all that a rater may add, the follow-up of bad ones, and the review of departments.

Nothing that is anonymous has a rowid, a time or an operator (mechanisms §12): its order on the disk is that of random
keys. A bad rating has no row of its follow-up until somebody of the staff acts on it, so that giving it leaves no other
trace than itself; `rating.ended` is 0 until its follow-up has ended.

`rating` is made anew because SQLite cannot widen a CHECK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

RATINGS = (
    "ALTER TABLE rating RENAME TO rating_before",
    "DROP INDEX rating_day",
    """
    CREATE TABLE rating (
        key BLOB PRIMARY KEY,
        -- The local day on which it was given, and the one on which the centre came to know of it: a slip, a sheet.
        day TEXT NOT NULL, known_on TEXT NOT NULL,
        subject_kind TEXT NOT NULL CHECK (
            subject_kind = 'service' OR subject_kind = 'session' OR subject_kind = 'volunteer' OR subject_kind = 'case'
        ),
        subject TEXT NOT NULL, level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
        -- 服务效率, 服务水平, 服务态度: as far as somebody said (mechanisms §5.4).
        efficiency INTEGER CHECK (efficiency BETWEEN 1 AND 5), competence INTEGER CHECK (competence BETWEEN 1 AND 5),
        attitude INTEGER CHECK (attitude BETWEEN 1 AND 5),
        comment TEXT NOT NULL DEFAULT '', named INTEGER NOT NULL DEFAULT 0 CHECK (named IN (0, 1)),
        channel TEXT NOT NULL CHECK (
            channel = 'kiosk' OR channel = 'desk' OR channel = 'phone' OR channel = 'paper' OR channel = 'import'
        ),
        -- Who served, where the rater said so.
        staff_no TEXT NOT NULL DEFAULT '',
        ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
        excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1))
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO rating (key, day, known_on, subject_kind, subject, level, comment, named, channel)
    SELECT key, day, day, subject_kind, subject, level, comment, named, channel FROM rating_before
    """,
    "DROP TABLE rating_before",
    # All that the statistics of a span count, so that they never touch the rows.
    "CREATE INDEX rating_day ON rating (day, subject_kind, subject, level, excluded, channel, named, staff_no)",
    "CREATE INDEX rating_subject ON rating (subject_kind, subject, day, level, excluded)",
    # All that counting the open follow-ups reads, however many of old are open: Today counts them with every change.
    "CREATE INDEX rating_to_follow ON rating (day, known_on, named, level, ended) WHERE level <= 2 AND ended = 0",
    "CREATE INDEX rating_comment ON rating (day) WHERE comment <> ''",
    """
    CREATE TABLE rating_tag (
        key BLOB NOT NULL REFERENCES rating (key) ON DELETE CASCADE, tag TEXT NOT NULL CHECK (tag <> ''),
        PRIMARY KEY (key, tag)
    ) STRICT, WITHOUT ROWID
    """,
    # Who rated under his or her name.
    """
    CREATE TABLE rating_rater (
        key BLOB PRIMARY KEY REFERENCES rating (key) ON DELETE CASCADE,
        resident_id INTEGER REFERENCES resident (id), name TEXT NOT NULL DEFAULT '', phone_cipher BLOB
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX rating_rater_resident ON rating_rater (resident_id) WHERE resident_id IS NOT NULL",
    # What can be rated besides sessions, and which post answers for it.
    """
    CREATE TABLE rating_service (
        name TEXT PRIMARY KEY CHECK (name <> ''), post TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL,
        offered INTEGER NOT NULL DEFAULT 1 CHECK (offered IN (0, 1))
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO rating_service (name, position) VALUES ('综合服务台', 1)",
    """
    INSERT INTO rating_service (name, position)
    SELECT subject, 1 + row_number() OVER (ORDER BY subject) FROM rating
    WHERE subject_kind = 'service' AND subject <> '综合服务台' AND subject <> '' GROUP BY subject
    """,
)

FOLLOW_UP = (
    """
    CREATE TABLE follow_up (
        key BLOB PRIMARY KEY REFERENCES rating (key), no TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (
            state = 'verified' OR state = 'handling' OR state = 'result' OR state = 'appealed' OR state = 'closed'
            OR state = 'appeal_upheld' OR state = 'withdrawn'
        ),
        -- What the clock runs by: the preset (mechanisms §4) and whether it is a simple or a complex matter.
        preset TEXT NOT NULL, complexity TEXT NOT NULL DEFAULT 'simple' CHECK (complexity IN ('simple', 'complex')),
        responsible TEXT NOT NULL DEFAULT '', verified_on TEXT, result_on TEXT, called_back_on TEXT, ended_on TEXT,
        reopened_on TEXT, outcome TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX follow_up_ended ON follow_up (ended_on)",
    """
    CREATE TABLE follow_up_log (
        id INTEGER PRIMARY KEY, no TEXT NOT NULL, at INTEGER NOT NULL, day TEXT NOT NULL, event TEXT NOT NULL,
        operator_no TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '{}'
    ) STRICT
    """,
    "CREATE INDEX follow_up_log_no ON follow_up_log (no, id)",
    """
    CREATE TRIGGER follow_up_log_never_changes BEFORE UPDATE ON follow_up_log
    BEGIN SELECT RAISE(ABORT, 'what was done is only added to'); END
    """,
    """
    CREATE TRIGGER follow_up_log_never_deleted BEFORE DELETE ON follow_up_log
    BEGIN SELECT RAISE(ABORT, 'what was done is only added to'); END
    """,
)

REVIEW = (
    """
    CREATE TABLE review_round (
        no INTEGER PRIMARY KEY, title TEXT NOT NULL CHECK (title <> ''), first_day TEXT NOT NULL,
        last_day TEXT NOT NULL, codes INTEGER NOT NULL DEFAULT 0 CHECK (codes >= 0),
        -- From how many reviews on its results are shown, settled for good: two looks by two measures tell of fewer.
        minimum INTEGER NOT NULL DEFAULT 5 CHECK (minimum >= 1),
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
        opened_at INTEGER NOT NULL, opened_by TEXT NOT NULL, closed_at INTEGER, closed_by TEXT,
        CHECK (last_day >= first_day)
    ) STRICT
    """,
    """
    CREATE TABLE review_department (
        round INTEGER NOT NULL REFERENCES review_round (no), name TEXT NOT NULL CHECK (name <> ''),
        position INTEGER NOT NULL, PRIMARY KEY (round, name)
    ) STRICT, WITHOUT ROWID
    """,
    # The hashes of the codes that were used, without a time and apart from what was said with them (mechanisms §12).
    """
    CREATE TABLE review_used (
        round INTEGER NOT NULL REFERENCES review_round (no), digest BLOB NOT NULL, PRIMARY KEY (round, digest)
    ) STRICT, WITHOUT ROWID
    """,
    # Wrong codes in a row, of all windows together; gone with the next right one, so that its time says nothing.
    """
    CREATE TABLE review_wrong (
        one INTEGER PRIMARY KEY CHECK (one = 1), wrong INTEGER NOT NULL CHECK (wrong > 0), last_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE department_review (
        key BLOB PRIMARY KEY, round INTEGER NOT NULL, department TEXT NOT NULL,
        response INTEGER NOT NULL CHECK (response BETWEEN 1 AND 5),
        handling INTEGER NOT NULL CHECK (handling BETWEEN 1 AND 5), comment TEXT NOT NULL DEFAULT '',
        FOREIGN KEY (round, department) REFERENCES review_department (round, name)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX department_review_round ON department_review (round, department)",
)


def migrate(database: Database) -> None:
    """Make the tables of schema version 9 and carry the ratings over."""
    for statement in (*RATINGS, *FOLLOW_UP, *REVIEW):
        database.execute(statement)
