"""The district's log: one JSON object a line on stderr, without anything that names or traces a person.

A line is written by a thread of its own, from a queue that has an end: a log that nobody reads must not stop the
district. What does not fit is counted, and the count is in the next line that does.
"""

from __future__ import annotations

import json
import logging
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

REQUESTS = "frontdesk.district.requests"
"""The logger of one line per request."""
WAITING = 10_000
"""Lines that may wait to be written."""
GATHER_SECONDS = 0.05
"""How long lines gather before they are written: a thread that wakes for each of them takes a tenth of a report."""
LAST_SECONDS = 2.0
"""How long the end of the program waits for lines that are still to be written."""


_WRITER = json.JSONEncoder(ensure_ascii=False, default=str)


class JsonLines(logging.Formatter):
    """A record as one JSON object: `time` (UTC), `level`, `event`, and what the record was given as `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
        line["event"] = record.getMessage()
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            # A failure's own words may repeat what somebody sent, so that its kind and place stand for it.
            line["failure"] = record.exc_info[0].__name__
            line["where"] = _places(record)
        return _WRITER.encode(line)


def _places(record: logging.LogRecord) -> list[str]:
    found = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found


class QueuedStream(logging.Handler):
    """Hands lines to a thread that writes them to a stream; never waits for the reader."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: queue.Queue[str | None] = queue.Queue(WAITING)
        self._dropped = 0
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write, name="district-log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a line; drop it where the queue is full."""
        if self._dropped:
            record.fields = {**getattr(record, "fields", {}), "dropped_lines": self._dropped}
        try:
            self._lines.put_nowait(self.format(record))
            self._dropped = 0
        except queue.Full:
            self._dropped += 1

    def close(self) -> None:
        """Write what waits, for a short while at most."""
        self._closing.set()
        try:
            self._lines.put(None, timeout=LAST_SECONDS)
            self._writer.join(LAST_SECONDS)
        except queue.Full:
            pass
        super().close()

    def _write(self) -> None:
        try:
            while (line := self._lines.get()) is not None:
                self._stream.write(line + "\n")
                if self._lines.empty():
                    self._stream.flush()
                    self._closing.wait(GATHER_SECONDS)
            self._stream.flush()
        except (OSError, ValueError):
            # Nobody reads the log any more; the district goes on.
            return


@contextmanager
def json_logs(names: tuple[str, ...], *, requests: bool, stream: TextIO | None = None) -> Iterator[None]:
    """Write the loggers `names`, and with `requests` the line of each request, as JSON until the block ends."""
    handler = QueuedStream(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    kept: list[tuple[logging.Logger, bool, int]] = []
    for name in (*names, *((REQUESTS,) if requests else ())):
        logger = logging.getLogger(name)
        kept.append((logger, logger.propagate, logger.level))
        logger.propagate = False
        logger.setLevel(logging.INFO if name == REQUESTS else logging.WARNING)
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, propagate, level in kept:
            logger.removeHandler(handler)
            logger.propagate = propagate
            logger.setLevel(level)
        handler.close()
