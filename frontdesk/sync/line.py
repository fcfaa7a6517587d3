"""The line to the district: one request at a time, which whoever waits for its answer can break off at any moment."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

    import httpx

CONNECT_SECONDS = 5.0
IDLE_SECONDS = 15.0


@dataclass(frozen=True)
class Answer:
    """What came back, whoever it came from."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Failed:
    """Nothing is known: what was sent counts as unsent. `offline` when no connection came about at all.

    `left` when some of it was on its way to somebody by then.
    """

    code: str
    offline: bool = False
    left: bool = False


@dataclass(frozen=True)
class Question:
    """A request; an answer of more than `cap` bytes is `not_the_district`."""

    method: str
    url: str
    content: bytes
    headers: Mapping[str, str]
    cap: int


class Line:
    """A connection that is kept from one request to the next.

    Each request runs in a thread of its own: looking up a name and connecting cannot be interrupted, so they are left
    to themselves when nobody wants the answer any more. Such a thread ends by itself, at the latest when its time for
    connecting is over.

    Proxies of the environment are left aside: none may stand between the desk and a district on its own network.
    Redirects are never followed, because another host is not the district.
    """

    def __init__(self) -> None:
        self._client: httpx.Client | None = None
        self._socket: socket.socket | None = None
        self._guard = threading.Lock()
        self._is_broken = False
        self._has_left = False
        self._came: queue.SimpleQueue[Answer | Failed] = queue.SimpleQueue()
        self._reached = threading.Event()

    @property
    def is_broken(self) -> bool:
        """Whether it was broken off; another line is needed for the next request."""
        return self._is_broken

    def ask(self, question: Question, *, seconds: float, connect_seconds: float | None = None) -> Answer | Failed:
        """Send a request and wait for its answer, at most `seconds` in all, however steadily it drips.

        With `connect_seconds` a connection that has not come about by then is `unreachable`.
        """
        if self._client is None:
            self._client = _new_client()
        came: queue.SimpleQueue[Answer | Failed] = queue.SimpleQueue()
        with self._guard:
            if self._is_broken:
                return Failed("stopped")
            self._came = came
            self._reached.clear()
            self._has_left = False
        threading.Thread(target=self._run, args=(question, came), name="sync-request", daemon=True).start()
        if connect_seconds is not None and self._socket is None and not self._reached.wait(connect_seconds):
            self.break_off(Failed("unreachable", offline=True))
        try:
            return came.get(timeout=max(0.0, seconds))
        except queue.Empty:
            self.break_off(Failed("too_slow"))
            return came.get()

    def break_off(self, outcome: Failed) -> None:
        """End the request under way with `outcome`, from any thread; the line takes no other."""
        with self._guard:
            self._is_broken = True
            held, came = self._socket, self._came
        came.put(Failed(outcome.code, outcome.offline, self._has_left))
        self._reached.set()
        if held is not None:
            # Closing a socket does not wake up who reads from it. That of TLS would forget its keys while another
            # thread uses them, so it is the plain one's shutdown for both.
            with suppress(OSError):
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; nothing is under way."""
        if self._client is not None:
            self._client.close()

    def _run(self, question: Question, came: queue.SimpleQueue[Answer | Failed]) -> None:
        """In the request's thread: what came of it, in any case."""
        outcome: Answer | Failed = Failed("cut_off")
        try:
            outcome = self._request(question)
        finally:
            came.put(outcome)
            self._reached.set()
            if self._is_broken:
                self.close()

    def _request(self, question: Question) -> Answer | Failed:
        import httpx

        assert self._client is not None
        try:
            with self._client.stream(
                question.method,
                question.url,
                content=question.content,
                headers=dict(question.headers),
                extensions={"trace": self._watch},
            ) as response:
                body = bytearray()
                for chunk in response.iter_raw():
                    body += chunk
                    if len(body) > question.cap:
                        return Failed("not_the_district", left=True)
                return Answer(response.status_code, response.headers, bytes(body))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Failed("unreachable", offline=True)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return Failed("cut_off", left=self._has_left)

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the HTTP library of each step of the request (httpcore's "trace" extension)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._guard:
                self._socket = info["return_value"].get_extra_info("socket")
                broken = self._is_broken
            self._reached.set()
            if broken:
                raise OSError("broken off while connecting")
        elif event == "http11.send_request_body.started":
            self._has_left = True


def _new_client() -> httpx.Client:
    # Loading the library takes longer than many a connection: it is no part of the time for one.
    import httpx

    timeout = httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(verify=_authorities(), trust_env=False, follow_redirects=False, timeout=timeout)


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates count for https. They are read once: that takes longer than a whole sync of nothing."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)
