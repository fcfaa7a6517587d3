"""The activity register in full: residents, series, sign-up with its log, the monthly list, rooms, fees.

`registration_log` is the whole history of a session's seats: what people did and what the rules gave them, each a row
that is never changed. What `registration` says must follow from it (`frontdesk.activities.signup.replay`).

`session`, `registration` and `attendance` are made anew because SQLite cannot widen a CHECK; the runner has foreign
keys off meanwhile and checks them all before it commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

RESIDENTS = (
    # As much as is known: '1951', '1951-07' or '1951-07-02'.
    "ALTER TABLE resident ADD COLUMN birth TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN gender TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN area TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN household INTEGER",
    "ALTER TABLE resident ADD COLUMN guardian_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN guardian_phone_cipher BLOB",
    "ALTER TABLE resident ADD COLUMN guardian_consent_on TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN consent_version TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN consent_on TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE resident ADD COLUMN merged_into INTEGER REFERENCES resident (id)",
    "ALTER TABLE resident ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
    # 0 until the search index has the terms of this person: reading a name in pinyin is not the database's task.
    "ALTER TABLE resident ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX resident_to_index ON resident (id) WHERE indexed = 0",
    "CREATE INDEX resident_household ON resident (household) WHERE household IS NOT NULL",
    # Whoever was entered twice, found from the one that is left.
    "CREATE INDEX resident_merged ON resident (merged_into) WHERE merged_into IS NOT NULL",
    """
    CREATE TABLE resident_tag (
        resident_id INTEGER NOT NULL REFERENCES resident (id), tag TEXT NOT NULL CHECK (tag <> ''),
        PRIMARY KEY (resident_id, tag)
    ) STRICT, WITHOUT ROWID
    """,
)

SERIES = (
    """
    CREATE TABLE series (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''), category TEXT NOT NULL,
        activity_type TEXT NOT NULL DEFAULT '', room TEXT NOT NULL DEFAULT '', lead TEXT NOT NULL DEFAULT '',
        capacity INTEGER NOT NULL CHECK (capacity >= 0), min_enrol INTEGER NOT NULL DEFAULT 0 CHECK (min_enrol >= 0),
        note TEXT NOT NULL DEFAULT '',
        starts TEXT NOT NULL, ends TEXT NOT NULL CHECK (ends > starts),
        setup_minutes INTEGER NOT NULL DEFAULT 0 CHECK (setup_minutes >= 0),
        clearing_minutes INTEGER NOT NULL DEFAULT 0 CHECK (clearing_minutes >= 0),
        pattern TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
        on_holiday TEXT NOT NULL CHECK (on_holiday IN ('skip', 'move', 'keep')),
        on_makeup TEXT NOT NULL CHECK (on_makeup IN ('keep', 'skip')),
        terms TEXT NOT NULL DEFAULT '{}', fee_fen INTEGER NOT NULL DEFAULT 0 CHECK (fee_fen >= 0),
        -- The series that this one went on from when it was changed from a date on.
        predecessor INTEGER REFERENCES series (id),
        state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ended')),
        revision INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL DEFAULT 0,
        CHECK (first_day <= last_day)
    ) STRICT
    """,
)

SESSIONS = (
    """
    CREATE TABLE kept_session (
        code TEXT PRIMARY KEY, day TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
        name TEXT NOT NULL, category TEXT NOT NULL, activity_type TEXT NOT NULL DEFAULT '',
        room TEXT NOT NULL DEFAULT '', capacity INTEGER NOT NULL CHECK (capacity >= 0),
        min_enrol INTEGER NOT NULL DEFAULT 0, lead TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'published', 'closed', 'cancelled')),
        cancel_reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
        -- The series it belongs to, the date that the series gave it, and whether it has been changed by itself since.
        series_id INTEGER REFERENCES series (id), series_day TEXT NOT NULL DEFAULT '',
        detached INTEGER NOT NULL DEFAULT 0 CHECK (detached IN (0, 1)),
        setup_minutes INTEGER NOT NULL DEFAULT 0 CHECK (setup_minutes >= 0),
        clearing_minutes INTEGER NOT NULL DEFAULT 0 CHECK (clearing_minutes >= 0),
        terms TEXT NOT NULL DEFAULT '{}', fee_fen INTEGER NOT NULL DEFAULT 0 CHECK (fee_fen >= 0),
        drawn_at INTEGER, draw_seed TEXT NOT NULL DEFAULT '',
        revision INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL DEFAULT 0,
        CHECK ((drawn_at IS NULL) = (draw_seed = ''))
    ) STRICT
    """,
    """
    INSERT INTO kept_session (code, day, starts_at, ends_at, name, category, activity_type, room, capacity, min_enrol,
        lead, state, cancel_reason, note)
    SELECT code, day, starts_at, ends_at, name, category, activity_type, room, capacity, min_enrol, lead, state,
        cancel_reason, note FROM session
    """,
    "DROP TABLE session",
    "ALTER TABLE kept_session RENAME TO session",
    "CREATE INDEX session_day ON session (day)",
    "CREATE UNIQUE INDEX session_series ON session (series_id, series_day) WHERE series_id IS NOT NULL",
    # Who leads where on a day, and what is in a room on a day.
    "CREATE INDEX session_room ON session (room, day) WHERE room <> ''",
    "CREATE INDEX session_lead ON session (lead, day) WHERE lead <> ''",
)

SIGN_UP = (
    """
    CREATE TABLE kept_registration (
        id INTEGER PRIMARY KEY, session_code TEXT NOT NULL REFERENCES session (code),
        resident_id INTEGER NOT NULL REFERENCES resident (id),
        -- Seats wished, the least that is taken instead, and those held: given or on offer.
        party_size INTEGER NOT NULL CHECK (party_size > 0),
        least_seats INTEGER NOT NULL CHECK (least_seats BETWEEN 1 AND party_size),
        seats INTEGER NOT NULL DEFAULT 0 CHECK (seats BETWEEN 0 AND party_size),
        applied_at INTEGER NOT NULL, queue_at INTEGER NOT NULL, seq_no INTEGER NOT NULL,
        is_returning INTEGER NOT NULL DEFAULT 0 CHECK (is_returning IN (0, 1)), drawn_place INTEGER,
        state TEXT NOT NULL CHECK (state IN ('applied', 'confirmed', 'waitlisted', 'offered', 'dropped',
            'cancelled_by_resident', 'cancelled_by_centre')),
        offer_until INTEGER, offers_expired INTEGER NOT NULL DEFAULT 0, rule TEXT NOT NULL DEFAULT '',
        -- -1: before everybody else in the queue, out of turn; 1: behind everybody else, on reserve.
        turn INTEGER NOT NULL DEFAULT 0 CHECK (turn IN (-1, 0, 1)),
        channel TEXT NOT NULL DEFAULT 'desk' CHECK (channel IN ('desk', 'phone', 'hotline', 'online', 'import')),
        cancelled_at INTEGER, cancelled_late INTEGER NOT NULL DEFAULT 0 CHECK (cancelled_late IN (0, 1)),
        reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
        -- What the party has yet to be told, and when it was last told something.
        tell TEXT NOT NULL DEFAULT '' CHECK (tell IN ('', 'seat', 'offer', 'withdrawn', 'cancelled', 'restored',
            'moved', 'removed')),
        told_at INTEGER, revision INTEGER NOT NULL DEFAULT 0,
        CHECK ((state IN ('confirmed', 'offered')) = (seats > 0)),
        CHECK ((state = 'offered') = (offer_until IS NOT NULL)),
        UNIQUE (session_code, resident_id), UNIQUE (session_code, seq_no)
    ) STRICT
    """,
    """
    INSERT INTO kept_registration (id, session_code, resident_id, party_size, least_seats, seats, applied_at, queue_at,
        seq_no, state)
    SELECT id, session_code, resident_id, party_size, party_size, iif(state = 'confirmed', party_size, 0), applied_at,
        applied_at, seq_no, state FROM registration
    """,
    "DROP TABLE registration",
    "ALTER TABLE kept_registration RENAME TO registration",
    "CREATE INDEX registration_resident ON registration (resident_id, session_code, state)",
    # Offers that run out, and people to be told, found without reading the years.
    "CREATE INDEX registration_offered ON registration (offer_until) WHERE state = 'offered'",
    "CREATE INDEX registration_to_tell ON registration (session_code) WHERE tell <> ''",
    # The others of a party who are known by name; whoever signed up is not among them.
    """
    CREATE TABLE registration_member (
        registration_id INTEGER NOT NULL REFERENCES registration (id),
        resident_id INTEGER NOT NULL REFERENCES resident (id),
        PRIMARY KEY (registration_id, resident_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX registration_member_resident ON registration_member (resident_id)",
    """
    CREATE TABLE registration_log (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, session_code TEXT NOT NULL REFERENCES session (code),
        registration_id INTEGER REFERENCES registration (id), event TEXT NOT NULL, rule TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '{}', operator_no TEXT
    ) STRICT
    """,
    "CREATE INDEX registration_log_session ON registration_log (session_code)",
    # The terms under which the seats of a session stood last.
    "CREATE INDEX registration_log_terms ON registration_log (session_code) WHERE registration_id IS NULL",
    # What stood before there was a log is its first row.
    """
    INSERT INTO registration_log (at, session_code, event, detail)
    SELECT starts_at, code, 'carried', json_object('capacity', capacity, 'state', state,
        'starts_at', starts_at) FROM session
    """,
    """
    INSERT INTO registration_log (at, session_code, registration_id, event, detail)
    SELECT applied_at, session_code, id, 'carried', json_object('party_size', party_size, 'seq_no', seq_no,
        'state', state, 'seats', seats, 'applied_at', applied_at) FROM registration ORDER BY session_code, seq_no
    """,
    """
    CREATE TRIGGER registration_log_never_changes BEFORE UPDATE ON registration_log
    BEGIN SELECT RAISE(ABORT, 'the log of sign-ups is only added to'); END
    """,
    """
    CREATE TRIGGER registration_log_never_deleted BEFORE DELETE ON registration_log
    BEGIN SELECT RAISE(ABORT, 'the log of sign-ups is only added to'); END
    """,
)

ATTENDANCE = (
    "ALTER TABLE attendance ADD COLUMN at INTEGER",
    "ALTER TABLE attendance ADD COLUMN operator_no TEXT",
    "ALTER TABLE attendance ADD COLUMN way TEXT NOT NULL DEFAULT '' CHECK (way IN ('', 'scan', 'list', 'import'))",
    "CREATE INDEX attendance_no_show ON attendance (registration_id) WHERE status = 'no_show'",
    # No-shows up to and with that day no longer count against this person.
    """
    CREATE TABLE penalty_waiver (
        id INTEGER PRIMARY KEY, resident_id INTEGER NOT NULL REFERENCES resident (id), through TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (reason <> ''), operator_no TEXT NOT NULL, at INTEGER NOT NULL,
        annulled_at INTEGER, annulled_by TEXT,
        CHECK ((annulled_at IS NULL) = (annulled_by IS NULL))
    ) STRICT
    """,
    "CREATE INDEX penalty_waiver_resident ON penalty_waiver (resident_id)",
)

FEES = (
    """
    CREATE TABLE fee_line (
        number TEXT PRIMARY KEY, registration_id INTEGER NOT NULL REFERENCES registration (id),
        kind TEXT NOT NULL CHECK (kind IN ('receipt', 'refund')), amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
        refunds TEXT REFERENCES fee_line (number), means TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
        day TEXT NOT NULL, at INTEGER NOT NULL, operator_no TEXT NOT NULL,
        CHECK ((kind = 'refund') = (refunds IS NOT NULL)), CHECK (kind = 'receipt' OR reason <> '')
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX fee_line_registration ON fee_line (registration_id)",
    "CREATE INDEX fee_line_day ON fee_line (day)",
    """
    CREATE TRIGGER fee_line_never_changes BEFORE UPDATE ON fee_line
    BEGIN SELECT RAISE(ABORT, 'a receipt is only refunded'); END
    """,
    """
    CREATE TRIGGER fee_line_never_deleted BEFORE DELETE ON fee_line
    BEGIN SELECT RAISE(ABORT, 'a receipt is only refunded'); END
    """,
)

MONTHLY_LIST = (
    """
    CREATE TABLE monthly_list (
        month TEXT PRIMARY KEY CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
        state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'published', 'closed')),
        note TEXT NOT NULL DEFAULT '', approved_at INTEGER, approved_by TEXT, published_at INTEGER, published_by TEXT,
        closed_at INTEGER, closed_by TEXT,
        -- How often it was published, and as JSON what was carried out when it was closed.
        edition INTEGER NOT NULL DEFAULT 0, carried_out TEXT NOT NULL DEFAULT '{}', revision INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    # The list as it was published each time: what a session said at that moment, as JSON.
    """
    CREATE TABLE monthly_list_line (
        month TEXT NOT NULL REFERENCES monthly_list (month), edition INTEGER NOT NULL,
        session_code TEXT NOT NULL REFERENCES session (code),
        content TEXT NOT NULL, PRIMARY KEY (month, edition, session_code)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX monthly_list_line_session ON monthly_list_line (session_code)",
    """
    CREATE TRIGGER monthly_list_line_never_changes BEFORE UPDATE ON monthly_list_line
    BEGIN SELECT RAISE(ABORT, 'a published list stays as it was'); END
    """,
    """
    CREATE TRIGGER monthly_list_line_never_deleted BEFORE DELETE ON monthly_list_line
    BEGIN SELECT RAISE(ABORT, 'a published list stays as it was'); END
    """,
    """
    CREATE TABLE monthly_list_change (
        id INTEGER PRIMARY KEY, month TEXT NOT NULL REFERENCES monthly_list (month), edition INTEGER NOT NULL,
        session_code TEXT NOT NULL REFERENCES session (code),
        kind TEXT NOT NULL CHECK (kind IN ('added', 'changed', 'moved', 'cancelled', 'restored')),
        before TEXT NOT NULL DEFAULT '{}', after TEXT NOT NULL DEFAULT '{}', reason TEXT NOT NULL DEFAULT '',
        at INTEGER NOT NULL, operator_no TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX monthly_list_change_month ON monthly_list_change (month, edition)",
    "CREATE INDEX monthly_list_change_session ON monthly_list_change (session_code)",
    """
    CREATE TRIGGER monthly_list_change_never_changes BEFORE UPDATE ON monthly_list_change
    BEGIN SELECT RAISE(ABORT, 'change lines are only added to'); END
    """,
    """
    CREATE TRIGGER monthly_list_change_never_deleted BEFORE DELETE ON monthly_list_change
    BEGIN SELECT RAISE(ABORT, 'change lines are only added to'); END
    """,
    """
    CREATE TABLE demand (
        id INTEGER PRIMARY KEY, day TEXT NOT NULL, words TEXT NOT NULL CHECK (words <> ''),
        category TEXT NOT NULL DEFAULT '', source TEXT NOT NULL
            CHECK (source IN ('desk', 'survey', 'meeting', 'hotline', 'wish_box')),
        audience TEXT NOT NULL DEFAULT '', head_count INTEGER NOT NULL DEFAULT 1 CHECK (head_count > 0),
        area TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'new'
            CHECK (state IN ('new', 'accepted', 'planned', 'delivered', 'merged', 'declined')),
        merged_into INTEGER REFERENCES demand (id), session_code TEXT REFERENCES session (code),
        series_id INTEGER REFERENCES series (id), reason TEXT NOT NULL DEFAULT '',
        operator_no TEXT NOT NULL, at INTEGER NOT NULL, revision INTEGER NOT NULL DEFAULT 0,
        CHECK ((state = 'merged') = (merged_into IS NOT NULL)), CHECK (state <> 'declined' OR reason <> '')
    ) STRICT
    """,
    "CREATE INDEX demand_day ON demand (day)",
    "CREATE INDEX demand_session ON demand (session_code) WHERE session_code IS NOT NULL",
    "CREATE INDEX demand_merged ON demand (merged_into) WHERE merged_into IS NOT NULL",
)

ROOMS = (
    """
    CREATE TABLE room (
        name TEXT PRIMARY KEY CHECK (name <> ''), position INTEGER NOT NULL, capacity INTEGER NOT NULL DEFAULT 0,
        zone TEXT NOT NULL DEFAULT '', opens TEXT NOT NULL DEFAULT '08:30', closes TEXT NOT NULL DEFAULT '21:00',
        setup_minutes INTEGER NOT NULL DEFAULT 0 CHECK (setup_minutes >= 0),
        clearing_minutes INTEGER NOT NULL DEFAULT 0 CHECK (clearing_minutes >= 0),
        bookable INTEGER NOT NULL DEFAULT 1 CHECK (bookable IN (0, 1)), note TEXT NOT NULL DEFAULT '',
        CHECK (closes > opens)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO room (name, position)
    SELECT room, row_number() OVER (ORDER BY room) FROM session WHERE room <> '' GROUP BY room
    """,
    """
    CREATE TABLE booking (
        id INTEGER PRIMARY KEY, room TEXT NOT NULL REFERENCES room (name), day TEXT NOT NULL,
        starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
        setup_minutes INTEGER NOT NULL DEFAULT 0 CHECK (setup_minutes >= 0),
        clearing_minutes INTEGER NOT NULL DEFAULT 0 CHECK (clearing_minutes >= 0),
        purpose TEXT NOT NULL CHECK (purpose <> ''), booked_by TEXT NOT NULL DEFAULT '', phone_cipher BLOB,
        head_count INTEGER NOT NULL DEFAULT 0 CHECK (head_count >= 0),
        state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'confirmed', 'used', 'no_show', 'cancelled')),
        reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
        operator_no TEXT NOT NULL, at INTEGER NOT NULL, revision INTEGER NOT NULL DEFAULT 0,
        changed_at INTEGER NOT NULL,
        CHECK (ends_at > starts_at), CHECK (state <> 'cancelled' OR reason <> '')
    ) STRICT
    """,
    "CREATE INDEX booking_room ON booking (room, day)",
    "CREATE INDEX booking_day ON booking (day)",
)


def migrate(database: Database) -> None:
    """Make the tables of schema version 8 and carry sessions and sign-ups over."""
    for statement in (*RESIDENTS, *SERIES, *SESSIONS, *SIGN_UP, *ATTENDANCE, *FEES, *MONTHLY_LIST, *ROOMS):
        database.execute(statement)
