"""Sign-ups from before there was a log: carried over as they stood, and the log begins with that."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils

from db.migrations import migrations
from frontdesk.activities.service import cancel_sign_up, signups_astray, why_not_yet
from frontdesk.context import Context, open_context
from tests.desks import NOON, new_desk
from tests.signups import assert_as_logged, change_session, enter, parties, states

BEGINS = 1_794_790_800_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre whose file has been migrated from schema version 7, with two parties seated and two waiting."""
    before = new_desk(tmp_path / "home")
    home, operator = before.home, before.operator
    centre = before.database.connection.execute("SELECT * FROM centre").fetchone()
    staff = before.database.connection.execute("SELECT * FROM staff").fetchall()
    before.database.close()
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old, isolation_level=None)
    migrations().apply(sqlite_utils.Database(connection), stop_before="m0008_activities")
    for table, rows in (("centre", [centre]), ("staff", staff)):
        for row in rows:
            names = [one for one in row.keys() if one in columns(connection, table)]  # noqa: SIM118
            marks = ", ".join("?" * len(names))
            connection.execute(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [row[name] for name in names]
            )
    fill(connection)
    # What `apply_migrations` would have written at schema version 7.
    connection.execute("PRAGMA application_id = 0x46524E54")
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    shutil.copy(old, home.database)
    context = open_context(home, source="desk", clock=lambda: NOON, operator=operator, synchronous="OFF")
    yield context
    context.database.close()


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def fill(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO session (code, day, starts_at, ends_at, name, category, capacity, state) "
        "VALUES ('HD001', '2026-11-16', ?, ?, '书法', '文体服务', 3, 'published'), "
        "('HD002', '2026-11-16', ?, ?, '合唱', '文体服务', 3, 'cancelled')",
        (BEGINS, BEGINS + 1, BEGINS, BEGINS + 1),
    )
    for number in range(1, 5):
        connection.execute(
            "INSERT INTO resident (id, name, phone_key, phone_tail_key) VALUES (?, ?, ?, ?)",
            (number, f"赵{number}", bytes([number]), b"t"),
        )
    stood = ((1, 2, "confirmed"), (2, 2, "waitlisted"), (3, 1, "cancelled_by_resident"), (4, 1, "confirmed"))
    for number, size, state in stood:
        for code in ("HD001", "HD002"):
            connection.execute(
                "INSERT INTO registration (session_code, resident_id, party_size, applied_at, seq_no, state) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (code, number, size, 1_000 + number, number, state),
            )


def test_what_stood_before_stands_after_and_goes_on(desk: Context) -> None:
    assert (states(desk), states(desk, "HD002")) == ("CWXC", "CWXC")
    assert [(one.party_size, one.least_seats, one.seats) for one in parties(desk)] == [
        (2, 2, 2),
        (2, 2, 0),
        (1, 1, 0),
        (1, 1, 1),
    ]
    assert_as_logged(desk)
    said = [reason.words() for reason in why_not_yet(desk, parties(desk)[0].id)]
    assert said == ["已经有 2 个名额（从前的记录）。"]
    waits = parties(desk)[1].id
    assert cancel_sign_up(desk, parties(desk)[0].id) == [waits]
    assert change_session(desk, "HD001", capacity=2) == ()
    assert change_session(desk, "HD002", state="published", cancel_reason="") == ()
    assert enter(desk, 9, 1).state == "waitlisted"
    assert_as_logged(desk)


def test_a_sign_up_that_somebody_wrote_past_the_log_is_astray(desk: Context) -> None:
    desk.database.connection.execute("UPDATE registration SET state = 'confirmed', seats = 2 WHERE id = 3")
    assert signups_astray(desk.database.connection) == [("HD001", 2)]
