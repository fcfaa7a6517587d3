"""How soon the program is there: its first screen against a bare Textual one, its help against a Python that does
nothing.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from frontdesk.home import Home
from frontdesk.staff.service import set_up_centre
from tests.bench.ratio import Ratio, in_turns, of_medians

GIVE_UP_SECONDS = 30.0
BARE_WORD, SIGN_IN_WORD = "bare label", "工号"
BARE_APP = f"""
from textual.app import App
from textual.widgets import Label

class Bare(App[None]):
    def compose(self):
        yield Label("{BARE_WORD}")

Bare().run()
"""


def program() -> list[str]:
    """How a user starts the program: the installed script, else the module."""
    script = shutil.which("frontdesk", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-m", "frontdesk"]


def _environment(home: Path) -> dict[str, str]:
    """The user's environment, with byte code cached as it is for every installed program."""
    settings = {
        **os.environ,
        "TERM": "xterm-256color",
        "FRONTDESK_HOME": str(home),
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
    }
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    return settings


def first_paint_ratio(target: float, runs: int) -> Ratio:
    """From the start of the process until its word stands on the screen, over `runs` starts of each."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        home, bare = Path(name) / "home", Path(name) / "bare.py"
        bare.write_text(BARE_APP, encoding="utf-8")
        set_up_centre(
            Home(home),
            code="310114-901",
            name="示范邻里中心",
            street="示范街道",
            district="示范区",
            manager_no="M001",
            manager_name="王五",
            pin="2580",
        ).database.close()
        settings = _environment(home)

        def ours() -> float:
            return _until_painted(program(), SIGN_IN_WORD, settings)

        def yardstick() -> float:
            return _until_painted([sys.executable, str(bare)], BARE_WORD, settings)

        in_turns(1, ours, yardstick)
        return of_medians("first paint", target, *in_turns(runs, ours, yardstick))


def help_ratio(target: float, runs: int) -> Ratio:
    """`frontdesk --help` until it has ended, over `runs` starts of each."""
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        settings = _environment(Path(name) / "none")

        def ours() -> float:
            return _until_ended([*program(), "--help"], settings)

        def yardstick() -> float:
            return _until_ended([sys.executable, "-c", "pass"], settings)

        in_turns(1, ours, yardstick)
        return of_medians("frontdesk --help", target, *in_turns(runs, ours, yardstick))


def _until_ended(command: Sequence[str], settings: dict[str, str]) -> float:
    started = perf_counter()
    subprocess.run(command, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - started


def _until_painted(command: Sequence[str], word: str, settings: dict[str, str]) -> float:
    """Seconds until `word` has come out of a terminal of 80 by 24. Raises RuntimeError when it does not come."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    started = perf_counter()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=settings, start_new_session=True)
    os.close(slave)
    drawn = b""
    try:
        while word.encode() not in drawn:
            ready, _, _ = select.select([master], [], [], GIVE_UP_SECONDS)
            if not ready:
                raise RuntimeError(f"{word!r} did not appear:\n{drawn.decode(errors='replace')}")
            drawn += os.read(master, 65536)
        return perf_counter() - started
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)
