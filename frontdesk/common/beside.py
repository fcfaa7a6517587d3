"""Processes of our own beside a window: what takes a processor for seconds keeps no scan waiting there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress

_GIVING_WAY = 5
"""How much less urgent than the desk such a process is."""


def start_beside(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that is asked on its standard input and answers on its output, with no window of its own and, on
    Windows, less urgent than the desk; elsewhere it gives way by itself. Raises OSError.
    """
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=flags,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def give_way() -> None:
    """Be less urgent than the desk from now on, where a process can say so."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_GIVING_WAY)
