"""Running the district's end until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from frontdesk.district.errors import DistrictError
from frontdesk.district.guard import HEADER_SECONDS, GuardedConfig, Sparing, most_connections
from frontdesk.district.logs import json_logs

GRACE_SECONDS = 5
"""How long requests under way may take once a signal to stop has come."""

FAULTS = ("uvicorn.error", "asyncio")
"""The loggers of what goes wrong."""

QUEUE = 128
"""Connections that the system keeps until they are accepted."""


class _Server(uvicorn.Server):
    """A server that says when it listens, and for which a signal to stop is an ordinary end."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for opened in sockets or ():
            # The loop made the system's queue as short as what it accepts in one go; callers need not wait for that.
            opened.listen(QUEUE)
        self._listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal again after stopping, which would turn a clean stop into a failure.
        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises DistrictError `cannot_listen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, because the loop lets short answers go at once only where it is: an answer on a connection
    # that stays open waited 40 ms otherwise for the other end to acknowledge its headers.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(QUEUE)
    except (OSError, OverflowError) as failure:
        opened.close()
        reason = getattr(failure, "strerror", None) or str(failure)
        raise DistrictError("cannot_listen", host=host, port=port, reason=reason) from failure
    return opened


def address_of(opened: socket.socket) -> str:
    """The address of a listening socket, as a centre would write it."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def settings(
    app: Starlette, *, header_seconds: float = HEADER_SECONDS, connections: int | None = None
) -> GuardedConfig:
    """How the district's end is served; `connections` are as many as the system's limit of open files allows."""
    return GuardedConfig(
        app,
        header_seconds=header_seconds,
        connections=connections or most_connections(),
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@contextmanager
def _sparing_logs() -> Iterator[None]:
    sparing = Sparing()
    loggers = [logging.getLogger(name) for name in FAULTS]
    for logger in loggers:
        logger.addFilter(sparing)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(sparing)


def run(app: Starlette, opened: socket.socket, listening: Callable[[], None], *, log_requests: bool = True) -> None:
    """Serve on a listening socket until SIGTERM or SIGINT; calls `listening` once requests are answered.

    What goes wrong, and with `log_requests` one line for each request, is written to stderr as JSON.
    """
    server = _Server(settings(app), listening)
    app.state.metrics.connections = lambda: len(server.server_state.connections)
    with json_logs(FAULTS, requests=log_requests), _sparing_logs():
        server.run(sockets=[opened])
