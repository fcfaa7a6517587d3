"""Notices and consent, tombstones of erased people.

What the forms of residents and volunteers say about consent is followed by triggers, so that the log of consent is in
step with it whichever way a consent was written: by a form, at check-in, by an imported sheet. None of the tables holds
a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_LAST = (
    "(SELECT id FROM consent_event WHERE kind = '{kind}' AND ref = CAST(NEW.{key} AS TEXT) AND event <> 'kept' "
    "ORDER BY id DESC LIMIT 1)"
)
_NOTED = (
    "EXISTS (SELECT 1 FROM consent_event c WHERE c.id = {last} AND c.event = {event} AND c.day = {day} "
    "AND c.version = {version})"
)


def _followed(kind: str, table: str, key: str) -> tuple[str, ...]:
    """The triggers that note a consent that another feature wrote into its own row."""
    last = _LAST.format(kind=kind, key=key)
    given = _NOTED.format(last=last, event="'given'", day="NEW.consent_on", version="NEW.consent_version")
    withdrawn = f"coalesce((SELECT event FROM consent_event WHERE id = {last}), '') = 'withdrawn'"
    by = "CASE WHEN NEW.guardian_consent_on <> '' THEN 'guardian' ELSE 'self' END"
    says = f"INSERT INTO consent_event (kind, ref, event, day, version, by) SELECT '{kind}', CAST(NEW.{key} AS TEXT)"
    erased = f"EXISTS (SELECT 1 FROM tombstone WHERE kind = '{kind}' AND ref = CAST(NEW.{key} AS TEXT))"
    return (
        f"""
        CREATE TRIGGER {table}_consent_begun AFTER INSERT ON {table} WHEN NEW.consent_on <> '' AND NOT {given}
        BEGIN {says}, 'given', NEW.consent_on, NEW.consent_version, {by}; END
        """,
        f"""
        CREATE TRIGGER {table}_consent_given AFTER UPDATE OF consent_on, consent_version ON {table}
        WHEN NEW.consent_on <> '' AND (NEW.consent_on <> OLD.consent_on OR NEW.consent_version <> OLD.consent_version)
            AND NOT {given}
        BEGIN {says}, 'given', NEW.consent_on, NEW.consent_version, {by}; END
        """,
        f"""
        CREATE TRIGGER {table}_consent_ended AFTER UPDATE OF consent_on ON {table}
        WHEN NEW.consent_on = '' AND OLD.consent_on <> '' AND NOT {withdrawn} AND NOT {erased}
        BEGIN {says}, 'withdrawn', '', OLD.consent_version, {by}; END
        """,
    )


def _only_added(table: str, words: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_never_{done} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        for done, what in (("changes", "UPDATE"), ("deleted", "DELETE"))
    )


TABLES: tuple[str, ...] = (
    """
    CREATE TABLE privacy_notice (
        version TEXT PRIMARY KEY CHECK (version <> ''), title TEXT NOT NULL CHECK (title <> ''),
        body TEXT NOT NULL CHECK (body <> ''), at INTEGER NOT NULL, operator_no TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *_only_added("privacy_notice", "a notice that was published stays as it was"),
    """
    CREATE TABLE consent_event (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('resident', 'volunteer')), ref TEXT NOT NULL,
        event TEXT NOT NULL CHECK (event IN ('given', 'withdrawn', 'kept')), day TEXT NOT NULL,
        version TEXT NOT NULL DEFAULT '', by TEXT NOT NULL DEFAULT 'self' CHECK (by IN ('self', 'guardian')),
        -- Codes of purposes, a JSON list; [] where a form did not ask for them one by one.
        purposes TEXT NOT NULL DEFAULT '[]', reason TEXT NOT NULL DEFAULT '',
        -- NULL where another form wrote the consent: the audit log says when and who.
        at INTEGER, operator_no TEXT
    ) STRICT
    """,
    "CREATE INDEX consent_event_person ON consent_event (kind, ref, id)",
    *_only_added("consent_event", "the log of consent is only added to"),
    """
    CREATE TABLE tombstone (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('resident', 'volunteer', 'rater', 'booking', 'staff', 'signup')),
        ref TEXT NOT NULL, at INTEGER NOT NULL, operator_no TEXT, approved_by TEXT,
        cause TEXT NOT NULL CHECK (cause IN ('asked', 'withdrawn', 'retention', 'again')),
        -- What was emptied: a JSON object of tables and how many rows of each.
        emptied TEXT NOT NULL DEFAULT '{}',
        -- When nothing of it was left in the file and its journal any more; NULL as long as that is owed.
        cleaned_at INTEGER,
        UNIQUE (kind, ref, at)
    ) STRICT
    """,
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
    *_followed("resident", "resident", "id"),
    *_followed("volunteer", "volunteer", "no"),
    # The consents that are on record begin the log.
    "INSERT INTO consent_event (kind, ref, event, day, version, by) SELECT 'resident', CAST(id AS TEXT), 'given', "
    "consent_on, consent_version, CASE WHEN guardian_consent_on <> '' THEN 'guardian' ELSE 'self' END "
    "FROM resident WHERE consent_on <> '' ORDER BY id",
    "INSERT INTO consent_event (kind, ref, event, day, version, by) SELECT 'volunteer', no, 'given', consent_on, "
    "consent_version, CASE WHEN guardian_consent_on <> '' THEN 'guardian' ELSE 'self' END "
    "FROM volunteer WHERE consent_on <> '' ORDER BY no",
)


def migrate(database: Database) -> None:
    """Make them."""
    for statement in TABLES:
        database.execute(statement)
