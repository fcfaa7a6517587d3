"""Schema 2: a register of centres, what is expected of them, what goes down to them, accounts, and one audit entry for
every change; reports carry their values so that they can be added up. Tables that grow are keyed by the centre.

A report names its key without a foreign key: the statement that accepts it reads the key, and keys are never deleted;
the reference would write a lock into the key's row for every report.
"""

from __future__ import annotations

from frontdesk.district.store.figures import values_as_json
from frontdesk.district.store.migrations.dialects import define
from frontdesk.district.store.session import Row, Session
from frontdesk.sync import wire

CENTRES = (
    # since and until are days, both included, NULL without end. expects: kinds of reports with a blank between them.
    # The name is empty until the register tells it.
    """
    CREATE TABLE centre (
        code {text} PRIMARY KEY, name {text} NOT NULL DEFAULT '', street {text} NOT NULL DEFAULT '',
        district {text} NOT NULL DEFAULT '', since {text}, until {text}, expects {text} NOT NULL DEFAULT 'weekly',
        added_at {int} NOT NULL
    ){strict}
    """,
    "CREATE INDEX centre_street ON centre (street, code)",
    "ALTER TABLE centre_key ADD COLUMN replaces {text}",
    # The id of the district's key that the centre was given to pin; the confirmation is signed with it.
    "ALTER TABLE enrolment_code ADD COLUMN recipient {text}",
    "CREATE INDEX centre_key_centre ON centre_key (centre)",
)

REPORTS = (
    # sealed are the exact bytes that came; figures the values in them one by one, as an array of objects: i indicator,
    # c category, v value, or n numerator and d denominator.
    """
    CREATE TABLE report (
        centre {text} NOT NULL, report_id {text} NOT NULL, kind {text} NOT NULL, period {text} NOT NULL,
        first_day {text} NOT NULL, last_day {text} NOT NULL, revision {int} NOT NULL CHECK (revision > 0),
        schema_version {int} NOT NULL, key_id {text} NOT NULL, content_hash {text} NOT NULL,
        received_at {int} NOT NULL, channel {text} NOT NULL CHECK (channel IN ('network', 'usb')),
        sealed {bytes} NOT NULL, figures {json} NOT NULL, receipt {bytes} NOT NULL,
        PRIMARY KEY (centre, report_id), UNIQUE (centre, period, revision), UNIQUE (centre, content_hash)
    ){strict}
    """,
    "CREATE INDEX report_period ON report (period, centre, revision, received_at)",
)

LOCKS = (
    # A lock that was lifted stays, with who lifted it.
    """
    CREATE TABLE period_lock (
        lock_id {text} PRIMARY KEY, period {text} NOT NULL, reason {text} NOT NULL,
        locked_by {text} NOT NULL, locked_at {int} NOT NULL, unlocked_by {text}, unlocked_at {int}
    ){strict}
    """,
    "CREATE UNIQUE INDEX period_lock_in_force ON period_lock (period) WHERE unlocked_at IS NULL",
    # until is the last instant on which it holds, NULL without end.
    """
    CREATE TABLE exemption (
        exemption_id {text} PRIMARY KEY, centre {text} NOT NULL, period {text} NOT NULL, until {int},
        reason {text} NOT NULL, granted_by {text} NOT NULL, granted_at {int} NOT NULL,
        withdrawn_by {text}, withdrawn_at {int}
    ){strict}
    """,
    "CREATE INDEX exemption_period ON exemption (centre, period)",
)

INDICATORS = (
    # rules is what the wire calls indicator rules, as JSON by code; the highest edition is in force, and without any
    # the program's own catalogue.
    """
    CREATE TABLE indicator_edition (
        edition {int} PRIMARY KEY, rules {text} NOT NULL, set_by {text} NOT NULL, set_at {int} NOT NULL
    ){strict}
    """,
    # A centre without any row is assigned all of them.
    """
    CREATE TABLE indicator_assignment (
        centre {text} NOT NULL, indicator {text} NOT NULL, assigned_by {text} NOT NULL, assigned_at {int} NOT NULL,
        PRIMARY KEY (centre, indicator)
    ){strict}
    """,
)

DOCUMENTS = (
    """
    CREATE TABLE document (
        document_id {text} PRIMARY KEY, number {int} NOT NULL UNIQUE CHECK (number > 0), kind {text} NOT NULL,
        title {text} NOT NULL, issued_at {int} NOT NULL, issued_by {text} NOT NULL, signed {bytes} NOT NULL,
        audience {text} NOT NULL CHECK (audience IN ('all', 'street', 'centres')), street {text},
        CHECK ((audience = 'street') = (street IS NOT NULL))
    ){strict}
    """,
    # The centres of a document that is for some only.
    """
    CREATE TABLE document_centre (
        document_id {text} NOT NULL REFERENCES document (document_id), centre {text} NOT NULL,
        PRIMARY KEY (document_id, centre)
    ){strict}
    """,
    # read_at is by the centre's clock, told_at by the district's.
    """
    CREATE TABLE document_reading (
        centre {text} NOT NULL, document_id {text} NOT NULL, read_at {int} NOT NULL, told_at {int} NOT NULL,
        PRIMARY KEY (centre, document_id)
    ){strict}
    """,
    "CREATE INDEX document_reading_document ON document_reading (document_id, centre)",
    # The public halves; the seeds lie in files. The one without a successor is the present one.
    """
    CREATE TABLE district_key (
        key_id {text} PRIMARY KEY, verify_key {bytes} NOT NULL CHECK (length(verify_key) = 32),
        since {int} NOT NULL, replaced_by {text}, replaced_at {int}
    ){strict}
    """,
    """
    CREATE TABLE district_setting (name {text} PRIMARY KEY, value {text} NOT NULL){strict}
    """,
)

ACCOUNTS = (
    """
    CREATE TABLE account (
        name {text} PRIMARY KEY, role {text} NOT NULL CHECK (role IN ('district', 'street')), street {text},
        password_hash {text} NOT NULL, password_at {int} NOT NULL, must_change {int} NOT NULL DEFAULT 0,
        language {text} NOT NULL DEFAULT '', made_by {text} NOT NULL, made_at {int} NOT NULL,
        closed_by {text}, closed_at {int}, CHECK ((role = 'street') = (street IS NOT NULL))
    ){strict}
    """,
    # Wrong passwords in a row; those of a name that nobody has are kept as well, so that nobody can tell.
    """
    CREATE TABLE wrong_password (number {number}, account {text} NOT NULL, at {int} NOT NULL){strict}
    """,
    "CREATE INDEX wrong_password_account ON wrong_password (account, at)",
    """
    CREATE TABLE web_session (
        token_hash {text} PRIMARY KEY, account {text} NOT NULL REFERENCES account (name), csrf {text} NOT NULL,
        made_at {int} NOT NULL, seen_at {int} NOT NULL, ends_at {int} NOT NULL
    ){strict}
    """,
    "CREATE INDEX web_session_account ON web_session (account)",
)

AUDIT = (
    """
    CREATE TABLE audit (
        number {number}, at {int} NOT NULL, who {text} NOT NULL, action {text} NOT NULL,
        centre {text} NOT NULL DEFAULT '', subject {text} NOT NULL DEFAULT '', details {text} NOT NULL DEFAULT '{}'
    ){strict}
    """,
    "CREATE INDEX audit_centre ON audit (centre, number)",
)

REPORT_IS_AUDITED = """
    CREATE TRIGGER report_is_audited AFTER INSERT ON report
    BEGIN INSERT INTO audit (at, who, action, centre, subject)
    VALUES (new.received_at, 'key:' || new.key_id, 'report_accepted', new.centre, new.report_id); END
    """
"""In PostgreSQL the statement that accepts a report writes the entry itself: a trigger would not run on Citus."""

KEPT = ("report", "audit", "document", "document_centre", "document_reading")
"""The tables of which a row never changes and never goes."""


def migrate(session: Session) -> None:
    """Make the tables of schema version 2, and carry the reports of version 1 over."""
    if session.dialect == "sqlite":
        define(session, ("DROP TRIGGER report_never_changes", "DROP TRIGGER report_never_deleted"))
    define(session, ("ALTER TABLE report RENAME TO report_of_1",))
    define(session, (*CENTRES, *_renamed(session)))
    define(session, (*LOCKS, *INDICATORS, *DOCUMENTS, *ACCOUNTS, *AUDIT))
    _carry_over(session)
    define(session, ("DROP TABLE report_of_1",))
    define(session, _triggers(session))


def _renamed(session: Session) -> tuple[str, ...]:
    """The new reports; PostgreSQL leaves the old table's indexes their names, which the new one's want."""
    if session.dialect == "sqlite":
        return REPORTS
    free = tuple(
        f"ALTER INDEX {name} RENAME TO {name}_of_1" for name in ("report_pkey", "report_centre_period_revision_key")
    )
    # The sealed bytes are compressed already, and packing the values took longer than keeping them.
    stored = (
        "ALTER TABLE report ALTER COLUMN sealed SET STORAGE EXTERNAL",
        "ALTER TABLE report ALTER COLUMN figures SET STORAGE EXTERNAL",
    )
    return (*free, *REPORTS, *stored)


def _carry_over(session: Session) -> None:
    session.execute(
        "INSERT INTO centre (code, added_at) SELECT centre, min(at) FROM (SELECT centre, issued_at AS at "
        "FROM enrolment_code UNION ALL SELECT centre, enrolled_at FROM centre_key "
        "UNION ALL SELECT centre, received_at FROM report_of_1) AS known GROUP BY centre"
    )
    # One by one: a year of a street is some hundred reports, which need not all be in the memory.
    for name in session.rows("SELECT centre, report_id FROM report_of_1 ORDER BY received_at, centre, report_id"):
        where = (name["centre"], name["report_id"])
        row = session.one("SELECT * FROM report_of_1 WHERE centre = ? AND report_id = ?", where)
        if row is not None:
            _carry_report(session, row)


def _carry_report(session: Session, row: Row) -> None:
    first_day, figures = values_as_json(wire.sealed_body(row["sealed"]), row["schema_version"])
    kept = {name: value for name, value in row.items() if name != "body"}
    session.insert("report", {**kept, "first_day": first_day, "channel": "network", "figures": figures})


def _triggers(session: Session) -> tuple[str, ...]:
    if session.dialect == "sqlite":
        kept = tuple(
            f"CREATE TRIGGER {table}_never_{done} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'what is in {table} stays as it is'); END"
            for table in KEPT
            for done, event in (("changes", "UPDATE"), ("deleted", "DELETE"))
        )
        return (*kept, REPORT_IS_AUDITED)
    function = (
        "CREATE FUNCTION stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "'what is in this table stays as it is' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    triggers = (
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION stays_as_it_is()"
        for table in KEPT
        for name, event, each in (
            ("never_changes", "UPDATE OR DELETE", "ROW"),
            ("never_emptied", "TRUNCATE", "STATEMENT"),
        )
    )
    return (function, *triggers)
