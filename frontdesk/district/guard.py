"""What keeps the district's end answering while others hold connections open and say nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HEADER_SECONDS = 10.0
"""How long a connection may take from its opening, or from its last answer, to the end of a request's headers."""
MOST_HEADERS = 65_536
"""Bytes of a request's headers."""
MOST_CONNECTIONS = 200
"""A district has some hundred centres, each of which connects for a second a week."""
BACKLOG = 16
"""Connections that the loop accepts in one go: so many may be open beyond the cap until they have been counted."""
RESERVED_FILES = 96
"""Open files left to the store, the log, and the connections that are accepted but not counted yet."""
FEWEST_CONNECTIONS = 8
SLOW_SECONDS = 2.0
"""How long a request may be under way before its connection gives way to newer ones, if there is no room for them."""
QUIET_SECONDS = 10.0
_REMEMBERED = 100


def most_connections() -> int:
    """How many connections may be open at once: `MOST_CONNECTIONS`, fewer where the system allows few open files."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return MOST_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(FEWEST_CONNECTIONS, min(MOST_CONNECTIONS, files - RESERVED_FILES))


class GuardedConfig(uvicorn.Config):
    """uvicorn's settings with the two that its connections lack."""

    def __init__(self, app: Any, *, header_seconds: float, connections: int, **others: Any) -> None:
        # Without upgrades: a web socket would leave the deadline behind.
        super().__init__(app, http=GuardedConnection, ws="none", backlog=BACKLOG, **others)
        self.header_seconds = header_seconds
        self.connections = connections


class _WithLengths(h11.Connection):
    """Takes no content whose length its headers do not tell: in chunks of one byte each byte is an event, and eight
    such connections kept everybody else waiting for seconds. Centres, browsers and proxies all tell it.
    """

    lacks_length = False

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """The next event; RemoteProtocolError for a request with a content in chunks, none of which has been read."""
        event = super().next_event()
        if isinstance(event, h11.Request) and any(name == b"transfer-encoding" for name, _ in event.headers):
            self.lacks_length = True
            raise h11.RemoteProtocolError("a content without a length", error_status_hint=411)
        return event


class GuardedConnection(H11Protocol):
    """A connection that must finish its headers in time, and that gives way to newer ones while it has not.

    So does one whose request has been under way for long, where nobody is silent: who sends a content byte by byte, or
    never reads what is answered, would shut out everybody else with as many connections as there may be. A centre that
    meets with this asks again, and gets the same answer.

    uvicorn's `limit_concurrency` is of no use here: it counts silent connections too, and would refuse the speaking.
    """

    config: GuardedConfig

    def __init__(
        self,
        config: GuardedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn: _WithLengths = _WithLengths(h11.SERVER, config.h11_max_incomplete_event_size or MOST_HEADERS)
        self._deadline: asyncio.TimerHandle | None = None
        self._under_way_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection in; when too many are open, the one that has been silent longest is dropped, or else the
        one whose request has been under way longest.
        """
        if len(self.connections) >= self.config.connections and not self._make_room():
            self.transport = transport
            transport.abort()
            return
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle what was read; the deadline ends where a request begins to be answered."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._under_way_since = self.loop.time()
            self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or one without a length, and close the connection."""
        if not self.conn.lacks_length:
            super().send_400_response(msg)
            return
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        head = h11.Response(status_code=411, headers=headers, reason=b"Length Required")
        for event in (head, h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request; the rest of an unread content is no request."""
        self._wait()
        super().on_response_complete()

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.config.header_seconds, self._drop)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _drop(self) -> None:
        self._stop_waiting()
        # Counted no longer, although the loop closes it a moment later.
        self.connections.discard(self)
        self.transport.abort()

    def _make_room(self) -> bool:
        known = [one for one in self.connections if isinstance(one, GuardedConnection)]
        silent = {one._deadline.when(): one for one in known if one._deadline is not None}
        slow_since = self.loop.time() - SLOW_SECONDS
        slow = {one._under_way_since: one for one in known if one._deadline is None}
        if silent:
            silent[min(silent)]._drop()
        elif slow and min(slow) <= slow_since:
            slow[min(slow)]._drop()
        else:
            return False
        return True


class Sparing(logging.Filter):
    """Lets the same message through once in `QUIET_SECONDS`: a flood of connections must not fill the disk."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._last: dict[tuple[object, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written. Messages that differ in their later lines or figures only are the same."""
        failure = record.exc_info[0] if record.exc_info else None
        key = (record.name, record.levelno, str(record.msg).partition("\n")[0], failure)
        now = self._now()
        if now - self._last.get(key, float("-inf")) < QUIET_SECONDS:
            return False
        if len(self._last) >= _REMEMBERED:
            self._last.clear()
        self._last[key] = now
        return True
