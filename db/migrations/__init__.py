"""Append-only, numbered migrations on `sqlite_utils.Migrations`; each is applied together with its record.

To change the schema add a module `mNNNN_name.py` with a `migrate(database)` function, append it to
`MODULES` and
raise `db.connection.SCHEMA_VERSION`. A released migration is never edited.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from db.connection import APPLICATION_ID, SCHEMA_VERSION
from db.errors import DatabaseError

if TYPE_CHECKING:
    from sqlite_utils.migrations import Migrations

    from db.connection import Database

MODULES = (
    "m0001_initial",
    "m0002_sync",
    "m0003_scan_path",
    "m0004_calendar",
    "m0005_roster",
    "m0006_volunteers",
    "m0007_scan_cost",
    "m0008_activities",
    "m0009_feedback",
    "m0010_reports",
    "m0011_sync_down",
    "m0012_closings",
    "m0013_audit_changes",
    "m0014_backup",
    "m0015_privacy",
    "m0016_access",
    "m0017_cases",
    "m0018_case_adoption",
    "m0019_case_people",
    "m0020_cleaning_owed",
    "m0021_case_handed",
)


def migrations() -> Migrations:
    """The ordered set of all migrations of the centre's file."""
    from sqlite_utils.migrations import Migrations

    every = Migrations("frontdesk")
    for name in MODULES:
        every(name=name)(import_module(f"db.migrations.{name}").migrate)
    return every


def apply_migrations(database: Database, *, puts_aside: bool = True) -> None:
    """Apply what is pending, in one transaction, and mark the file as ours at this schema version; before anything is
    written a copy of an older file is put aside (`db.upgrading`).

    Foreign keys are off meanwhile, so that a table that others refer to can be made anew, and are all checked before
    the commit (sqlite.org/lang_altertable.html, section 7): one that leads nowhere is `damaged`.

    A second window that opens the same file meanwhile waits, and then finds nothing pending; where it waits too long
    that is `upgrade_under_way`. A failure leaves the file as it was.
    """
    # Inside a transaction SQLite ignores it.
    database.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        _apply(database, puts_aside=puts_aside)
    except DatabaseError as failure:
        if failure.code == "busy":
            raise DatabaseError("upgrade_under_way", path=str(database.path)) from failure
        raise
    finally:
        database.connection.execute("PRAGMA foreign_keys = ON")


def _apply(database: Database, *, puts_aside: bool) -> None:
    with database.write() as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version == SCHEMA_VERSION:
            # Another window was quicker.
            return
        if version and puts_aside:
            from db.upgrading import put_aside

            put_aside(connection, database.path, version)
        import sqlite_utils

        # sqlite-utils nests its own transactions as savepoints inside this immediate one.
        migrations().apply(sqlite_utils.Database(connection))
        astray = connection.execute("PRAGMA foreign_key_check").fetchone()
        if astray is not None:
            raise DatabaseError("damaged", path=str(database.path), reason=f"{astray[0]} refers to no {astray[2]}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
