"""The demo's folder goes with the program, whichever way the program is told to end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.terminal import Terminal


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("SIGTERM", "正在生成", id="SIGTERM while it is made"),
        pytest.param("SIGHUP", "在岗志愿者", id="SIGHUP while it is open", marks=pytest.mark.slow),
        pytest.param("SIGHUP", "正在生成", id="SIGHUP while it is made", marks=pytest.mark.slow),
        pytest.param("SIGTERM", "在岗志愿者", id="SIGTERM while it is open", marks=pytest.mark.slow),
    ],
)
def test_the_throwaway_centre_goes_when_the_program_is_told_to_end(tmp_path: Path, name: str, shown: str) -> None:
    with Terminal(tmp_path / "home", ["demo"], environment={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for(shown)
        assert list(tmp_path.iterdir())
        number = getattr(signal, name)
        os.kill(terminal.process.pid, number)
        assert terminal.wait_end() == 128 + number
    assert list(tmp_path.iterdir()) == []
