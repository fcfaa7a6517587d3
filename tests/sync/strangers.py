"""Whatever else may answer in the district's place: portals, redirects, proxies, noise."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stranger:
    """One answer, given to everyone: a status with headers and content, or `raw` bytes instead.

    `promised` is a content length that is larger than what comes.
    """

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None
    raw: bytes | None = None

    def answer(self) -> bytes:
        """The bytes that go out."""
        if self.raw is not None:
            return self.raw
        length = self.promised if self.promised is not None else len(self.content)
        lines = [f"HTTP/1.1 {self.status} Whatever", f"Content-Length: {length}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.content


@dataclass(frozen=True)
class Answering:
    """Where a stranger listens."""

    url: str


@contextmanager
def answering(stranger: Stranger) -> Iterator[Answering]:
    """Let the stranger answer every request on a port of this machine until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, stranger))
    thread.start()
    try:
        yield Answering(f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _serve(listener: socket.socket, stranger: Stranger) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            connection.settimeout(5)
            _read_request(connection)
            connection.sendall(stranger.answer())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                continue


def _read_request(connection: socket.socket) -> None:
    """Read a whole request, so that closing afterwards does not reset the connection under the answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65_536)
        if not chunk:
            return
        received += chunk
    head, _, rest = received.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")),
        0,
    )
    while len(rest) < length:
        chunk = connection.recv(65_536)
        if not chunk:
            return
        rest += chunk
