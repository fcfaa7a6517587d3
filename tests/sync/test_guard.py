"""Connections that are opened and say too little: they are closed, and the others are answered."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from frontdesk.district import guard
from frontdesk.district.guard import QUIET_SECONDS, Sparing
from frontdesk.district.service import key_path
from frontdesk.district.store import open_store
from frontdesk.keys import create_key_file
from frontdesk.sync import wire
from tests.sync.ends import running_district

HALF = b"GET /v1/health HTTP/1.1\r\nHost: district\r\nX-Half: "
WHOLE = b"GET /v1/health HTTP/1.1\r\nHost: district\r\n\r\n"


@contextmanager
def said(port: int, content: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(content)
        yield connection


def read_to_the_end(connection: socket.socket) -> bytes:
    """All that comes until the other end closes; a timeout when it never does."""
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
    return received


@pytest.mark.parametrize("content", [b"", HALF])
def test_a_connection_that_does_not_finish_its_headers_is_closed(tmp_path: Path, content: bytes) -> None:
    with running_district(tmp_path / "d.db", header_seconds=0.2) as district, said(district.port, content) as silent:
        assert read_to_the_end(silent) == b""


def test_a_second_request_must_come_in_time_as_well(tmp_path: Path) -> None:
    with running_district(tmp_path / "d.db", header_seconds=0.2) as district, said(district.port, WHOLE + HALF) as slow:
        assert read_to_the_end(slow).startswith(b"HTTP/1.1 200 ")


def test_a_content_that_goes_on_after_its_refusal_does_not_hold_the_connection(tmp_path: Path) -> None:
    head = b"POST /v1/reports HTTP/1.1\r\nHost: district\r\nContent-Length: 900\r\n\r\n"
    with running_district(tmp_path / "d.db", header_seconds=0.2) as district, said(district.port, head + b"x") as slow:
        assert read_to_the_end(slow).startswith(b"HTTP/1.1 400 ")


def test_a_content_may_take_longer_than_the_headers(tmp_path: Path) -> None:
    head = f"POST /v1/enrol HTTP/1.1\r\nHost: d\r\n{wire.PROTOCOL_HEADER}: 1\r\nContent-Length: 2\r\n\r\n".encode()
    with (
        running_district(tmp_path / "d.db", header_seconds=0.2) as district,
        said(district.port, head + b"x") as sender,
        said(district.port, HALF) as silent,
    ):
        # The silent connection was opened later: once it is closed, the sender's time for headers has passed.
        assert read_to_the_end(silent) == b""
        sender.sendall(b"y")
        assert sender.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_as_many_slow_senders_as_there_may_be_connections_shut_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_CONNECTIONS", 8)
    monkeypatch.setattr(guard, "SLOW_SECONDS", 0.0)
    head = f"POST /v1/enrol HTTP/1.1\r\nHost: d\r\n{wire.PROTOCOL_HEADER}: 1\r\nContent-Length: 9\r\n\r\n".encode()
    with running_district(tmp_path / "d.db") as district, ExitStack() as slow:
        senders = [slow.enter_context(said(district.port, head + b"x")) for _ in range(8)]
        for _ in range(3):
            answer = httpx.get(f"{district.url}/v1/health", trust_env=False, timeout=10)
            assert answer.status_code == 200
        # Those that came last still have their time.
        senders[-1].sendall(b"y" * 8)
        assert senders[-1].recv(65_536).startswith(b"HTTP/1.1 400 ")


CHUNKED = (
    f"POST /v1/enrol HTTP/1.1\r\nHost: d\r\n{wire.PROTOCOL_HEADER}: 1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
)


def test_a_content_without_a_length_is_refused_before_any_of_it_is_read(tmp_path: Path) -> None:
    with running_district(tmp_path / "d.db") as district:
        for before in (b"", WHOLE):
            with said(district.port, before + CHUNKED) as sender:
                answers = read_to_the_end(sender)
            assert answers.rpartition(b"HTTP/1.1 ")[2].startswith(b"411 ")
            assert answers.count(b"HTTP/1.1 200 ") == (1 if before else 0)


def test_a_flood_of_chunks_of_one_byte_keeps_nobody_waiting(tmp_path: Path) -> None:
    flood = CHUNKED + b"1\r\nx\r\n" * 100_000
    over = threading.Event()

    def pour(port: int) -> None:
        while not over.is_set():
            with suppress(OSError), said(port, flood):
                pass

    with running_district(tmp_path / "d.db") as district:
        pouring = [threading.Thread(target=pour, args=(district.port,)) for _ in range(8)]
        for one in pouring:
            one.start()
        try:
            for _ in range(5):
                answer = httpx.get(f"{district.url}/v1/health", trust_env=False, timeout=2)
                assert answer.status_code == 200
        finally:
            over.set()
            for one in pouring:
                one.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no limit of open files on a program")
def test_more_silent_connections_than_open_files_leave_the_district_answering_and_its_log_short(
    tmp_path: Path,
) -> None:
    store = f"sqlite:///{tmp_path}/district.db"
    create_key_file(key_path(tmp_path / "district.db"))
    open_store(store, create=True).close()
    limited = ["sh", "-c", 'ulimit -n 128 && exec "$@"', "sh", sys.executable, "-m", "frontdesk"]
    process = subprocess.Popen(
        [*limited, "district", "--store", store, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FRONTDESK_LANG": "en"},
    )
    assert process.stderr is not None
    try:
        port = int(process.stderr.readline().rsplit(":", 1)[1])
        with ExitStack() as silent:
            for _ in range(200):
                silent.enter_context(said(port, HALF))
            answer = httpx.get(f"http://127.0.0.1:{port}/v1/health", trust_env=False, timeout=10)
            assert answer.status_code == 200
    finally:
        process.terminate()
        _, log = process.communicate(timeout=30)
    assert len(log) < 5_000, log[:5_000]
    assert process.returncode == 0


def test_the_same_message_is_written_once_in_a_while() -> None:
    now = [0.0]
    sparing = Sparing(lambda: now[0])

    def passes(message: str) -> bool:
        return sparing.filter(logging.LogRecord("asyncio", logging.ERROR, "", 0, message, (), None))

    assert [passes("no more files\nsocket 7"), passes("no more files\nsocket 8"), passes("other")] == [
        True,
        False,
        True,
    ]
    now[0] = QUIET_SECONDS
    assert passes("no more files\nsocket 9")


def test_a_log_of_ever_new_messages_takes_no_ever_growing_memory() -> None:
    sparing = Sparing(lambda: 0.0)
    for number in range(1_000):
        assert sparing.filter(logging.LogRecord("asyncio", logging.ERROR, "", 0, f"message {number}", (), None))
    assert len(sparing._last) <= 100
