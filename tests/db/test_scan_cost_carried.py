"""The schema that makes a scan cheaper: visits and log of the one before are carried over as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils

from db import checkin_log, visits
from db.connection import APPLICATION_ID, SCHEMA_VERSION, Database, open_database
from db.errors import DatabaseError
from db.migrations import migrations
from frontdesk.volunteers.service import visits_astray

LI, WANG = "0310001", "0310002"
DAY, AFTER = "2026-11-08", "2026-11-09"
SCANS = (
    {"id": 1, "at": 100, "volunteer_no": LI, "result": "entered", "serial": 1, "visit_day": DAY, "visit_number": 1},
    {"id": 2, "at": 101, "volunteer_no": LI, "result": "same_scan", "serial": 1},
    {"id": 3, "at": 200, "volunteer_no": LI, "result": "left", "serial": 1, "visit_day": DAY, "visit_number": 1},
    # Keyed by hand and corrected since.
    {"id": 4, "at": 300, "volunteer_no": LI, "result": "entered", "given_time": 1, "visit_day": DAY, "visit_number": 2},
    {"id": 5, "at": 400, "volunteer_no": LI, "result": "left", "serial": 1, "visit_day": DAY, "visit_number": 2},
    {"id": 6, "at": 450, "volunteer_no": LI, "result": "corrected", "visit_day": DAY, "visit_number": 2}
    | {"entered_at": 310, "left_at": 390, "words": "x"},
    # Forgotten, inferred and reviewed; the next one waits for review.
    {"id": 7, "at": 500, "volunteer_no": WANG, "result": "entered", "visit_day": DAY, "visit_number": 1},
    {"id": 8, "at": 600, "volunteer_no": WANG, "result": "closed", "visit_day": DAY, "visit_number": 1}
    | {"left_at": 550, "credit_seconds": 7},
    {"id": 9, "at": 601, "volunteer_no": WANG, "result": "reviewed", "reason": "accepted", "visit_day": DAY}
    | {"visit_number": 1, "credit_seconds": 5},
    {"id": 10, "at": 700, "volunteer_no": WANG, "result": "entered", "visit_day": AFTER, "visit_number": 1},
    {"id": 11, "at": 800, "volunteer_no": WANG, "result": "closed", "visit_day": AFTER, "visit_number": 1}
    | {"left_at": 750, "credit_seconds": 50},
    # Taken back; an exit without an entry that made a visit, one that was set aside, and one that nobody settled.
    {"id": 12, "at": 900, "volunteer_no": LI, "result": "entered", "visit_day": AFTER, "visit_number": 1},
    {"id": 13, "at": 901, "volunteer_no": LI, "result": "undone", "visit_day": AFTER, "visit_number": 1, "annuls": 12},
    {"id": 14, "at": 950, "volunteer_no": LI, "result": "left_only"},
    {"id": 15, "at": 960, "volunteer_no": LI, "result": "added", "visit_day": AFTER, "visit_number": 2, "annuls": 14}
    | {"entered_at": 940, "left_at": 950},
    {"id": 16, "at": 970, "volunteer_no": WANG, "result": "left_only"},
    {"id": 17, "at": 971, "volunteer_no": WANG, "result": "undone", "annuls": 16},
    {"id": 18, "at": 980, "volunteer_no": WANG, "result": "left_only"},
    {"id": 19, "at": 990, "volunteer_no": WANG, "result": "refused", "reason": "volunteer_suspended", "nonce": "n"},
    # Still here.
    {"id": 20, "at": 999, "volunteer_no": WANG, "result": "entered", "visit_day": AFTER, "visit_number": 2},
)
VISITS = (
    (LI, DAY, 1, 100, 200, "measured", "", None, 0, 1, 3, 0),
    (LI, DAY, 2, 310, 390, "corrected", "", None, 0, 4, 5, 30),
    (LI, AFTER, 1, 900, None, "measured", "", None, 1, 12, None, 0),
    (LI, AFTER, 2, 940, 950, "corrected", "", None, 0, None, None, 0),
    (WANG, DAY, 1, 500, 550, "inferred", "accepted", 5, 0, 7, None, 0),
    (WANG, AFTER, 1, 700, 750, "inferred", "pending", 50, 0, 10, None, 0),
    (WANG, AFTER, 2, 999, None, "measured", "", None, 0, 20, None, 0),
)
NAMES = (
    "volunteer_no, day, number, entered_at, left_at, basis, review, credit_seconds, annulled, entered_scan, left_scan, "
    "displaced"
)


def file_before(path: Path) -> None:
    """A file of schema version 6 with visits of every kind and the log that they follow from."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrations().apply(sqlite_utils.Database(connection), stop_before="m0007_scan_cost")
    for no in (LI, WANG):
        connection.execute("INSERT INTO volunteer (no, name) VALUES (?, '张三')", (no,))
    for scan in SCANS:
        names = ", ".join((*scan, "source"))
        marks = ", ".join("?" * (len(scan) + 1))
        connection.execute(f"INSERT INTO scan ({names}) VALUES ({marks})", (*scan.values(), "desk"))
    for visit in VISITS:
        connection.execute(f"INSERT INTO visit ({NAMES}) VALUES ({', '.join('?' * len(visit))})", visit)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 6")
    connection.close()


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the visits and of the log, column by column."""
    return {
        table: [tuple(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {key}")]
        for table, key in (("visit", "volunteer_no, day, number"), ("scan", "id"))
    }


def test_visits_and_log_are_the_same_after_the_migration_and_follow_from_each_other(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    file_before(path)
    before = sqlite3.connect(path)
    kept = contents(before)
    before.close()
    with open_database(path) as database:
        connection = database.connection
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert contents(connection) == kept
        assert len(kept["visit"]) == len(VISITS)
        assert list(visits_astray(connection)) == []
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_the_log_is_asked_for_is_found_in_a_file_of_before(tmp_path: Path) -> None:
    file_before(tmp_path / "centre.db")
    with open_database(tmp_path / "centre.db") as database:
        connection = database.connection
        assert [one.id for one in checkin_log.unmatched_exits(connection, 0)] == [18]
        assert checkin_log.unmatched_exit_count(connection, 981) == 0
        assert [no for no in (14, 16, 18, 99) if checkin_log.is_annulled(connection, no)] == [14, 16]
        assert checkin_log.left_only_near(connection, WANG, 975, 985)
        assert not checkin_log.left_only_near(connection, LI, 975, 985)
        last = checkin_log.last_unmatched_exit(connection, WANG)
        assert last is not None
        assert last.id == 18
        assert checkin_log.last_unmatched_exit(connection, LI) is None
        corrected = visits.row(connection, LI, DAY, 2)
        assert corrected is not None
        assert [one.id for one in checkin_log.history(connection, corrected)] == [4, 5, 6]
        assert checkin_log.changed_since(connection, corrected, 5)
        assert not checkin_log.changed_since(connection, corrected, 6)
        scanned = checkin_log.last_scanned(connection, LI)
        assert scanned is not None
        assert (scanned.day, scanned.number) == (DAY, 2)
        assert [one.id for one in checkin_log.log(connection, LI, 100)] == [15, 14, 13, 12, 6, 5, 4, 3, 2, 1]
        assert [one.number for one in visits.pending(connection)] == [1]
        assert [one.number for one in visits.here(connection, DAY, AFTER, 0)] == [2]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    file_before(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE kept_visit (in_the_way INTEGER) STRICT")
    kept, schema = contents(connection), connection.execute("SELECT name, sql FROM sqlite_schema").fetchall()
    connection.close()
    with pytest.raises(DatabaseError):
        open_database(path)
    connection = sqlite3.connect(path, isolation_level=None)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == 6
    assert contents(connection) == kept
    assert connection.execute("SELECT name, sql FROM sqlite_schema").fetchall() == schema
    connection.execute("DROP TABLE kept_visit")
    connection.close()
    with open_database(path) as database:
        assert contents(database.connection) == kept


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A file of before that was migrated; nobody changes it."""
    path = tmp_path_factory.mktemp("before") / "centre.db"
    file_before(path)
    with open_database(path) as database:
        yield database


@pytest.mark.parametrize(
    "wrong",
    [
        "basis = 'guessed'",
        "review = 'maybe', basis = 'inferred'",
        "review = 'pending'",
        "basis = 'inferred'",
        "credit_seconds = 1",
        "credit_seconds = -1, basis = 'inferred', review = 'pending'",
        "annulled = 2",
        "left_at = entered_at - 1",
        "displaced = -1",
        "number = 0",
        "volunteer_no = '0999999'",
    ],
)
def test_what_no_visit_can_be_is_refused_as_before(migrated: Database, wrong: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        migrated.connection.execute(f"UPDATE visit SET {wrong} WHERE volunteer_no = '{LI}' AND number = 1")


def test_the_log_is_still_only_added_to(tmp_path: Path) -> None:
    file_before(tmp_path / "centre.db")
    with open_database(tmp_path / "centre.db") as database:
        for change in ("UPDATE scan SET at = 0", "DELETE FROM scan"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                database.connection.execute(change)
