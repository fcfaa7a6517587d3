"""The real program as a process, on a home with volunteers and cards, and what its file holds afterwards."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from db import audit
from db.volunteers import Volunteer
from frontdesk import cli
from frontdesk.volunteers import service as volunteers
from tests.desks import new_desk

ROOT = Path(__file__).parents[1]
MANAGER = "M001"


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, the JSON lines that it answered, what it said on stderr."""

    code: int
    answers: list[dict[str, Any]]
    said: str

    @property
    def error(self) -> str:
        """The code of the failure that was answered; the command must have ended with one, readable and whole."""
        assert self.code == 1, self
        assert "Traceback" not in self.said, self.said
        error = self.answers[-1]["error"]
        assert error["message"] and "{" not in error["message"], error
        return str(error["code"])


def command(home: Path, *arguments: str) -> list[str]:
    """The command line that runs the program on a home as its manager."""
    return [sys.executable, "-m", "frontdesk", "--home", str(home), "--as", MANAGER, *arguments]


def start(
    home: Path, *arguments: str, environment: Mapping[str, str] | None = None, prefix: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """Start the program with its input and output as pipes; `prefix` is a command that runs it."""
    return subprocess.Popen(
        [*prefix, *command(home, *arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def run(home: Path, *arguments: str, given: str = "", prefix: Sequence[str] = ()) -> Ended:
    """Run a command with `--json` to its end."""
    process = start(home, *arguments, "--json", prefix=prefix)
    out, said = process.communicate(given, timeout=120)
    return Ended(process.returncode, [json.loads(line) for line in out.splitlines()], said)


def run_here(home: Path, *arguments: str, given: str = "") -> Ended:
    """What `run` answers, without a process: for tests of what a command says, not of how a program ends."""
    return ended_here("--home", str(home), "--as", MANAGER, *arguments, "--json", given=given)


def ended_here(*arguments: str, given: str = "", environment: Mapping[str, str] | None = None) -> Ended:
    """How any command line ends that answers in JSON, without a process."""
    streams = [TextIOWrapper(BytesIO(text.encode()), encoding="utf-8") for text in (given, "", "")]
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        code = cli.run([*arguments])
    out, said = (_written(stream) for stream in streams[1:])
    return Ended(code, [json.loads(line) for line in out.splitlines()], said)


def _written(stream: TextIOWrapper) -> str:
    """What was written to a stream, which stays open: its text is read from its beginning."""
    stream.flush()
    stream.seek(0)
    return stream.read()


def centre_with_cards(home: Path, count: int) -> dict[str, str]:
    """Make a centre with so many volunteers; the codes of their cards by number."""
    context = new_desk(home)
    with context.change("test.filled", "centre") as connection:
        for number in range(1, count + 1):
            volunteer = Volunteer(no=f"{310000 + number:07d}", name=f"张{chr(0x4E00 + number)}")
            volunteers.store(context, connection, volunteer, "")
    codes = dict(volunteers.issue_cards(context))
    context.database.close()
    return codes


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a file."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def assert_sound(database: Path) -> None:
    """SQLite finds nothing wrong, every reference leads somewhere, and the audit chain holds."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        assert audit.first_broken(connection) is None
    finally:
        connection.close()


def assert_scans_whole(database: Path) -> list[tuple[str, int, str]]:
    """Every scan in the file has its visit and its audit entry, and neither is there without a scan.

    Returns number, time and result of the accepted scans in the order of their recording.
    """
    accepted: list[tuple[str, int, str]] = rows(
        database, "SELECT volunteer_no, at, result FROM scan WHERE result IN ('entered', 'left') ORDER BY id"
    )
    visits: list[list[Any]] = []
    for no, at, result in accepted:
        if result == "entered":
            visits.append([no, at, None])
        else:
            last = next(visit for visit in reversed(visits) if visit[0] == no)
            assert last[2] is None, last
            last[2] = at
    assert rows(database, "SELECT volunteer_no, entered_at, left_at FROM visit ORDER BY entered_scan") == [
        tuple(visit) for visit in visits
    ]
    entries = "SELECT subject, action FROM audit WHERE action IN ('volunteer.entered', 'volunteer.left') ORDER BY id"
    assert rows(database, entries) == [(no, f"volunteer.{result}") for no, _, result in accepted]
    return accepted
