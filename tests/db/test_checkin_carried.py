"""Visits of the schema before this one are carried over with the scans that made them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlite_utils

from db import visits
from db.connection import APPLICATION_ID, open_database
from db.migrations import migrations
from frontdesk.volunteers.service import visits_astray

VISITS = (
    ("0310001", "2026-11-08", 100, 200),
    ("0310001", "2026-11-08", 300, 400),
    ("0310002", "2026-11-09", 500, None),
)


def file_before(path: Path) -> None:
    """A file of schema version 5 with visits and their scans."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrations().apply(sqlite_utils.Database(connection), stop_before="m0006_volunteers")
    for no in ("0310001", "0310002"):
        connection.execute("INSERT INTO volunteer (no, name) VALUES (?, '张三')", (no,))
    for no, day, entered, left in VISITS:
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, entered_at, left_at) VALUES (?, ?, ?, ?)", (no, day, entered, left)
        )
        for at, result in ((entered, "entered"), (entered + 2, "same_scan"), (left, "left")):
            if at is not None:
                connection.execute(
                    "INSERT INTO scan (at, volunteer_no, result, source) VALUES (?, ?, ?, 'desk')", (at, no, result)
                )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 5")
    connection.close()


def test_visits_carried_over_follow_from_the_log(tmp_path: Path) -> None:
    file_before(tmp_path / "centre.db")
    with open_database(tmp_path / "centre.db") as database:
        found = list(visits.by_volunteer(database.connection))
        assert [(one.volunteer_no, one.day, one.entered_at, one.left_at) for one in found] == list(VISITS)
        assert [one.number for one in found] == [1, 2, 1]
        assert all(one.entered_scan for one in found)
        assert list(visits_astray(database.connection)) == []
