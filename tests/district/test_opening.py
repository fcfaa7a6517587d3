"""Which stores are opened: new ones, those of the first schema with all that is in them, and no foreign ones."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report, completeness, totals
from frontdesk.district.service import show_report
from frontdesk.district.store import open_store
from frontdesk.district.store.migrations import SCHEMA_VERSION
from frontdesk.errors import CodedError, DatabaseError
from frontdesk.sync import wire
from tests.district.centres import NOW_MS, PERIOD, Centre
from tests.district.engines import run_on

DISTRICT_SEED = bytes(range(32))

FIRST_SCHEMA = """
    CREATE TABLE centre_key (
        key_id TEXT PRIMARY KEY, centre TEXT NOT NULL,
        verify_key BLOB NOT NULL CHECK (length(verify_key) = 32),
        enrolled_at INTEGER NOT NULL, confirmation BLOB NOT NULL, revoked_at INTEGER
    ) STRICT;
    CREATE TABLE enrolment_code (
        code_hash TEXT PRIMARY KEY, centre TEXT NOT NULL, issued_at INTEGER NOT NULL,
        used_key_id TEXT REFERENCES centre_key (key_id), withdrawn_at INTEGER
    ) STRICT;
    CREATE TABLE report (
        centre TEXT NOT NULL, report_id TEXT NOT NULL, kind TEXT NOT NULL, period TEXT NOT NULL,
        last_day TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision > 0),
        schema_version INTEGER NOT NULL,
        key_id TEXT NOT NULL REFERENCES centre_key (key_id), content_hash TEXT NOT NULL UNIQUE,
        received_at INTEGER NOT NULL, sealed BLOB NOT NULL, body BLOB NOT NULL, receipt BLOB NOT NULL,
        PRIMARY KEY (centre, report_id), UNIQUE (centre, period, revision)
    ) STRICT;
    CREATE TRIGGER report_never_changes BEFORE UPDATE ON report
    BEGIN SELECT RAISE(ABORT, 'an accepted report never changes'); END;
    CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
    BEGIN SELECT RAISE(ABORT, 'an accepted report is never deleted'); END;
    PRAGMA application_id = 0x46444453;
    PRAGMA user_version = 1;
"""


def store_of_the_first_schema(path: Path, centre: Centre) -> tuple[bytes, bytes]:
    """A store as the first programs left it, with one report; its sealed bytes and its receipt."""
    raw = centre.seal_first_version({"ratings": 3, "sessions_by_category": {"为老服务": 5}})
    verify_key = wire.verify_key_of(centre.seed)
    opened = wire.open_sealed(raw, lambda _: wire.KnownKey(verify_key, centre.code))
    receipt = wire.make_receipt(opened, received_at=NOW_MS, seed=DISTRICT_SEED)
    with closing(sqlite3.connect(path)) as file:
        file.executescript(FIRST_SCHEMA)
        key = (centre.key_id, centre.code, verify_key, 5, b"confirmation", None)
        file.execute("INSERT INTO centre_key VALUES (?, ?, ?, ?, ?, ?)", key)
        file.execute("INSERT INTO enrolment_code VALUES (?, ?, 4, ?, NULL)", ("ab" * 32, centre.code, centre.key_id))
        file.execute("INSERT INTO enrolment_code VALUES (?, '310114-902', 4, NULL, NULL)", ("cd" * 32,))
        said = ("r1", "weekly", PERIOD, "2026-11-15", 1, 1, centre.key_id, opened.content_hash, NOW_MS)
        row = (centre.code, *said, raw, opened.body, receipt)
        file.execute(f"INSERT INTO report VALUES ({', '.join('?' * len(row))})", row)
        file.commit()
    return raw, receipt


def test_a_store_of_the_first_schema_is_carried_on_with_its_reports(tmp_path: Path) -> None:
    centre = Centre("310114-901", (1).to_bytes(32, "big"), wire.key_id_of(wire.verify_key_of(DISTRICT_SEED)))
    raw, receipt = store_of_the_first_schema(tmp_path / "old.db", centre)
    for _ in range(2):
        with closing(open_store(f"sqlite:///{tmp_path}/old.db")) as store:
            district = District(store, DISTRICT_SEED)
            assert accept_report(district, raw, NOW_MS + 1) == receipt
            visible = show_report(district, centre.code, PERIOD).visible
            assert (visible.sealed, visible.first_day, visible.channel) == (raw, "2026-11-09", "network")
            with store.reading() as session:
                found = completeness(session, "weekly", PERIOD).whole
                assert (found.expected, found.received) == (2, 1)
                added = {(one.indicator, one.category): one.value for one in totals(session, "weekly", PERIOD).whole}
            assert added == {("ratings", None): 3, ("sessions_by_category", "为老服务"): 5}
    with closing(sqlite3.connect(tmp_path / "old.db")) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for statement in ("DELETE FROM report", "UPDATE report SET revision = 9"):
            with pytest.raises(sqlite3.IntegrityError):
                file.execute(statement)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_only_its_owner_reads_a_store_also_one_that_an_earlier_program_left_open_to_all(tmp_path: Path) -> None:
    path, before = tmp_path / "district.db", os.umask(0o022)
    try:
        with closing(open_store(f"sqlite:///{path}", create=True)) as store, store.writing() as session:
            session.know_centre("310114-901", NOW_MS)
            assert rights(tmp_path) == {"district.db": 0o600, "district.db-wal": 0o600, "district.db-shm": 0o600}
        path.chmod(0o644)
        with closing(sqlite3.connect(path)) as earlier:
            earlier.execute("UPDATE centre SET name = 'x'")
            earlier.commit()
            assert set(rights(tmp_path).values()) == {0o644}
            with closing(open_store(f"sqlite:///{path}")):
                assert rights(tmp_path) == {"district.db": 0o600, "district.db-wal": 0o600, "district.db-shm": 0o600}
    finally:
        os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    return {one.name: one.stat().st_mode & 0o777 for one in folder.iterdir()}


def test_a_migration_that_fails_leaves_the_first_schema(tmp_path: Path) -> None:
    centre = Centre("310114-901", (1).to_bytes(32, "big"), wire.key_id_of(wire.verify_key_of(DISTRICT_SEED)))
    store_of_the_first_schema(tmp_path / "old.db", centre)
    with closing(sqlite3.connect(tmp_path / "old.db")) as file:
        file.execute("DROP TRIGGER report_never_changes")
        file.execute("UPDATE report SET sealed = X'46445352'")
        file.execute("CREATE TRIGGER report_never_changes BEFORE UPDATE ON report BEGIN SELECT 1; END")
        file.commit()
        before = file.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    with pytest.raises(CodedError) as caught:
        open_store(f"sqlite:///{tmp_path}/old.db")
    assert caught.value.code == "truncated"
    with closing(sqlite3.connect(tmp_path / "old.db")) as file:
        assert file.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall() == before


def test_a_database_without_a_store_is_refused_unless_one_is_to_be_made(postgresql_url: str) -> None:
    run_on(postgresql_url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    with pytest.raises(DistrictError) as caught:
        open_store(postgresql_url)
    assert caught.value.code == "no_store"
    with closing(open_store(postgresql_url, create=True)) as store:
        assert store.facts()["schema"] == str(SCHEMA_VERSION)


def test_a_foreign_database_is_refused_and_left_alone(postgresql_url: str) -> None:
    run_on(postgresql_url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE TABLE theirs (a INT)")
    with pytest.raises(DatabaseError) as caught:
        open_store(postgresql_url, create=True)
    assert caught.value.code == "not_ours"


def test_a_store_of_a_newer_program_is_refused(store_url: str) -> None:
    if store_url.startswith("sqlite"):
        with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as file:
            file.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    else:
        run_on(store_url, f"INSERT INTO frontdesk_district VALUES ({SCHEMA_VERSION + 1}, now())")
    with pytest.raises(DatabaseError) as caught:
        open_store(store_url)
    assert caught.value.code == "newer_database"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://nobody:secret@127.0.0.1:1/none", "store_refused"),
        ("postgresql://127.0.0.1:port/none", "store_refused"),
        ("postgresql://127.0.0.1/none?no_such_option=1", "bad_store_address"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_its_password(url: str, code: str) -> None:
    pytest.importorskip("psycopg_pool", reason="the extra postgresql is not installed here")
    with pytest.raises(DistrictError) as caught:
        open_store(url)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)
