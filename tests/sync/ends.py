"""Both ends for the tests: a centre in a folder, a district that listens, and what can stand between them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn

from db import outbox
from frontdesk.common.periods import week_of
from frontdesk.context import Context
from frontdesk.district.api.app import create_app
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.documents.issuing import send_notice
from frontdesk.district.guard import HEADER_SECONDS
from frontdesk.district.server import listen, settings
from frontdesk.district.service import District, issue_enrolment
from frontdesk.district.store import open_store
from frontdesk.sync import wire
from frontdesk.sync.sealing import centre_key_path
from frontdesk.sync.service import Enrolled, Submitted, enrol, submit_report
from tests import templates
from tests.templates import NewCentre

CENTRE = "310114-901"
MONDAY = date(2026, 11, 9)
DISTRICT_SEED = bytes(range(32))


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    @property
    def ms(self) -> int:
        """What it shows, as UTC milliseconds."""
        return round(self.now.timestamp() * 1000)


@dataclass
class RunningDistrict:
    """A district's end that listens on this machine."""

    district: District
    port: int
    clock: Clock

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def enrolment(self, centre: str = CENTRE, url: str | None = None) -> bytes:
        """The bytes of a fresh enrolment file."""
        file = issue_enrolment(self.district, centre=centre, url=url or self.url, now_ms=self.clock.ms)
        return file.to_bytes()

    def post(self, content: bytes, path: str = "/v1/reports", **headers: str) -> httpx.Response:
        """Post raw bytes, with our protocol version unless `headers` say otherwise."""
        sent = {
            wire.PROTOCOL_HEADER: "1",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        # Nothing here speaks https: whose certificates would count need not be read for every request.
        return httpx.post(self.url + path, content=content, headers=sent, trust_env=False, verify=False)

    def revisions(self, period: str, centre: str = CENTRE) -> list[int]:
        """The revisions that it holds of a period, the highest first."""
        with self.district.store.reading() as session:
            return [report.revision for report in session.revisions(centre, period)]

    def receipt(self, content_hash: str) -> bytes | None:
        """The receipt that it keeps for exactly these bytes."""
        with self.district.store.reading() as session:
            found = session.find_by_content(content_hash)
        return found.receipt if found else None


class _TestServer(uvicorn.Server):
    """A server that ends at once when it is told: uvicorn's own looks ten times a second whether it was, and waits a
    tenth for connections that are closed already, for each of some hundred tests.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told: Future[None] = Future()

    def end(self) -> None:
        """Tell it, from any thread."""
        self._told.set_result(None)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await asyncio.wrap_future(self._told)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # The loop tells of a closed connection in one of its next rounds.
        for _ in range(10):
            await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)


@contextmanager
def running_district(
    store_file: Path, limits: wire.Limits = wire.DEFAULT_LIMITS, header_seconds: float = HEADER_SECONDS
) -> Iterator[RunningDistrict]:
    """A district's end, served from a thread until the block ends."""
    clock = Clock()
    key_file = store_file.with_name(f"{store_file.name}.key")
    key_file.write_bytes(DISTRICT_SEED)
    district = District(open_store(f"sqlite:///{store_file}", create=True), DISTRICT_SEED, limits, key_file)
    try:
        with listening(district, clock, header_seconds) as port:
            yield RunningDistrict(district, port, clock)
    finally:
        district.store.close()


@contextmanager
def listening(district: District, clock: Clock, header_seconds: float = HEADER_SECONDS) -> Iterator[int]:
    """The port at which a district is served from a thread until the block ends."""
    opened = listen("127.0.0.1", 0)
    # A test may ask more often than a centre ever does; that there is a limit is tried where the API is.
    app = create_app(district, clock, RateLimit(burst=1_000_000))
    server = _TestServer(settings(app, header_seconds=header_seconds))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    try:
        # The socket listens already: the first request waits in its queue until the server has started.
        yield opened.getsockname()[1]
    finally:
        server.end()
        thread.join()
        opened.close()


def new_centre(folder: Path, clock: Clock, code: str = CENTRE) -> Context:
    """A centre's context in a new home, with its manager signed in."""
    return templates.new_centre(folder, NewCentre(code, "安亭示范邻里中心", "安亭镇", "嘉定区", "001", "王明"), clock)


def enrolled(context: Context, raw: bytes) -> Enrolled:
    """Enrol and insist that the district confirmed it."""
    result = enrol(context, raw)
    assert result.registered
    return result


def body(context: Context, week: int = 0, ratings: int = 3) -> wire.ReportBody:
    """A report of the week that begins `week` weeks after 2026-11-09, as the first programs made it: the smallest that
    travels, and the district takes it still.
    """
    period = week_of(MONDAY + timedelta(weeks=week))
    said = {
        "centre": context.centre.code,
        "name": context.centre.name,
        "period": period.key,
        "from": period.first,
        "to": period.last,
        "figures": {
            "ratings": ratings,
            "ratings_by_level": {"5": ratings},
            "sessions_by_category": {"为老服务": 5},
        },
    }
    return wire.ReportBody.model_validate(said)


def notify(district: RunningDistrict, title: str = "关于年终总结的通知", text: str = "请各中心按时报送。") -> str:
    """Let the district send a notice to all its centres; its identity."""
    issued = send_notice(district.district, title=title, text=text, who="D01", now_ms=district.clock.ms)
    return issued.document_id


def submit(context: Context, week: int = 0, ratings: int = 3) -> Submitted:
    """Submit such a report."""
    return submit_report(context, lambda: body(context, week, ratings))


def sealed_bytes(context: Context, report_id: str) -> bytes:
    """The exact bytes of a sealed report."""
    found = outbox.sealed(context.database.connection, report_id)
    assert found is not None
    return found.sealed


@dataclass(frozen=True)
class Cut:
    """Where a connection breaks: after so many bytes towards the district, or towards the centre."""

    up: int | None = None
    down: int | None = None


@dataclass
class Cable:
    """A relay between the centre and the district that can be cut at any byte.

    `on_answer` is called when the district has begun to answer, before the centre sees a byte of it.
    """

    target: int
    cut: Cut = Cut()
    on_answer: Callable[[], None] | None = None
    port: int = 0
    up_to: list[int] = field(default_factory=list)
    """After how many bytes towards the district each piece of what was sent ended."""
    down_to: list[int] = field(default_factory=list)
    _listener: socket.socket = field(init=False)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        accepting = threading.Thread(target=self._accept)
        accepting.start()
        self._threads.append(accepting)

    @property
    def url(self) -> str:
        """Where the centre reaches the cable's near end."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Pull it out for good."""
        # A blocking accept does not notice that its socket was closed; shutting it down wakes it up.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._relay, args=(near,))
            thread.start()
            self._threads.append(thread)

    def _relay(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self.target)) as far:
            up = threading.Thread(target=_pump, args=(near, far, self.cut.up, None, self.up_to))
            up.start()
            _pump(far, near, self.cut.down, self.on_answer, self.down_to)
            up.join()


def _pump(
    source: socket.socket, sink: socket.socket, limit: int | None, before: Callable[[], None] | None, ends: list[int]
) -> None:
    """Pass bytes on until `limit` of them have gone through, then break the connection both ways."""
    passed = 0
    try:
        while True:
            chunk = source.recv(65_536)
            if not chunk:
                break
            if before is not None:
                before()
            if limit is not None:
                chunk = chunk[: limit - passed]
            sink.sendall(chunk)
            passed += len(chunk)
            ends.append(passed)
            if limit is not None and passed >= limit:
                break
    except OSError:
        # The other direction has broken the connection already.
        pass
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def state_of(context: Context, report_id: str) -> str:
    """The state of a submitted report."""
    entry = outbox.entry(context.database.connection, report_id)
    assert entry is not None
    return entry.state


def stored_receipt(context: Context, report_id: str) -> bytes | None:
    """The receipt that the centre keeps for a report."""
    found = outbox.receipt(context.database.connection, report_id)
    return found.receipt if found else None


def point_at(context: Context, url: str) -> None:
    """Let the enrolment lead elsewhere: what a captive network does to the desk."""
    with context.database.write() as connection:
        connection.execute("UPDATE enrolment SET url = ?", (url,))


@contextmanager
def cable_to(context: Context, district: RunningDistrict, cut: Cut | None = None) -> Iterator[Cable]:
    """Let the centre reach the district through a cable until the block ends."""
    cable = Cable(district.port, cut or Cut())
    point_at(context, cable.url)
    try:
        yield cable
    finally:
        cable.close()
        point_at(context, district.url)


def cuts_of(cable: Cable, step: int, around: int) -> list[Cut]:
    """Cuts at every `step`th byte of what went through a cable each way, and at all that lie `around` the end of a
    piece of it: the border of a head, of a frame, of an answer.
    """
    return [
        *(Cut(up=at) for at in _places(cable.up_to, step, around)),
        *(Cut(down=at) for at in _places(cable.down_to, step, around)),
    ]


def _places(ends: Iterable[int], step: int, around: int) -> list[int]:
    ends = list(ends)
    near = {end + off for end in ends for off in range(-around, around)}
    return sorted({*range(0, max(ends), step), *near} & set(range(max(ends) + 1)))


def in_pieces(
    folder: Path, cuts: Sequence[Cut], pull: Callable[[Context, RunningDistrict, Sequence[Cut]], None], size: int = 60
) -> None:
    """Pull the cable at every cut, `size` of them with the same two ends: what has come grows with each of them, and
    all of it is looked through again and again.
    """
    for number in range(0, len(cuts), size):
        with running_district(folder / f"district-{number}.db") as district:
            centre = new_centre(folder / f"centre-{number}", Clock())
            enrolled(centre, district.enrolment())
            pull(centre, district, cuts[number : number + size])
            centre.database.close()


def assert_delivered_once(context: Context, district: RunningDistrict, report_id: str) -> None:
    """Exactly one copy at the district and its one receipt here."""
    entry = outbox.entry(context.database.connection, report_id)
    assert entry is not None
    assert entry.state == "sent"
    assert district.revisions(entry.period).count(entry.revision) == 1
    kept = district.receipt(wire.content_hash(sealed_bytes(context, report_id)))
    assert kept is not None
    assert stored_receipt(context, report_id) == kept


def own_key(context: Context) -> wire.KnownKey:
    """The centre's key, as a receiver knows it."""
    return wire.KnownKey(wire.verify_key_of(centre_key_path(context).read_bytes()), CENTRE)
