"""A computer on which highspy is not installed, for this process and for those that it starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HIDING = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec


def find_others(name, *more, **named):
    return None if name.partition(".")[0] == "highspy" else find(name, *more, **named)


PathFinder.find_spec = find_others
"""


def hide_solver(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From here on the solver is not there: Python runs `sitecustomize` before anything else of a new process."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HIDING, encoding="utf-8")
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{before}" if before else str(folder))
    monkeypatch.setattr("frontdesk.planning.highs.available", lambda: False)
