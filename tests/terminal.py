"""A real pseudo-terminal with the program in it: keys go in as bytes, the screen comes out as text.

Nothing here sleeps: every wait reads from the terminal until what is waited for is there, or fails after a deadline.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

DEADLINE_SECONDS = 30.0


class Terminal:
    """`frontdesk` with these arguments in a terminal of `columns` by `lines`."""

    def __init__(
        self,
        home: Path,
        arguments: Sequence[str] = (),
        *,
        columns: int = 80,
        lines: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        settings = {
            **os.environ,
            "TERM": "xterm-256color",
            "FRONTDESK_HOME": str(home),
            "TEXTUAL_ANIMATIONS": "none",
            **(environment or {}),
        }
        settings.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "frontdesk", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=settings,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.kill()

    @property
    def text(self) -> str:
        """What stands on the screen, a line a line; the second half of a wide character is left out."""
        buffer, columns = self.screen.buffer, self.screen.columns
        lines = ("".join(buffer[row][column].data for column in range(columns)) for row in range(self.screen.lines))
        return "\n".join(line.rstrip() for line in lines)

    def type(self, keys: str) -> None:
        """Send keys as a keyboard or scanner would."""
        os.write(self._master, keys.encode())

    def send(self, raw: bytes) -> None:
        """Send bytes that need not be text."""
        os.write(self._master, raw)

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        os.close(self._master)
        self._master = -1

    def pump(self, seconds: float) -> None:
        """Take in what the program draws for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def wait_for(self, wanted: str | Callable[[str], bool], deadline: float = DEADLINE_SECONDS) -> str:
        """Read until the screen holds `wanted`, or meets it; returns the screen. Fails after the deadline."""
        meets = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + deadline
        while not meets(self.text):
            left = end - time.monotonic()
            assert left > 0, f"waited {deadline} s for {wanted!r}; the screen shows:\n{self.text}"
            if not self._read(min(left, 0.25)) and self.process.poll() is not None:
                assert meets(self.text), f"the program ended while {wanted!r} was waited for:\n{self.text}"
        return self.text

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            self._stream.feed(os.read(self._master, 65536))
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End the program at once, wherever it is."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def wait_end(self, deadline: float = DEADLINE_SECONDS) -> int:
        """Wait until the program has ended by itself; returns its exit code."""
        end = time.monotonic() + deadline
        while self.process.poll() is None:
            assert time.monotonic() < end, f"the program did not end:\n{self.text}"
            self._read(0.05)
        return self.process.returncode


F1, F2, F3, F4 = "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS"
F5, F6, F7, F8, F9 = "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~", "\x1b[20~"
ENTER, ESCAPE, TAB = "\r", "\x1b", "\t"
DOWN, RIGHT, LEFT = "\x1b[B", "\x1b[C", "\x1b[D"
DELETE, CTRL_Q, CTRL_K, CTRL_N, CTRL_S = "\x1b[3~", "\x11", "\x0b", "\x0e", "\x13"
