"""The program killed at any moment: what it answered is in the file, and nothing is there by halves.

The ordinary run kills it 12 times among scans and 4 times while a centre is set up; `pytest -m slow` 50 and 12 times.
"""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from subprocess import TimeoutExpired
from time import perf_counter
from typing import Any

import pytest

from tests.programs import assert_scans_whole, assert_sound, centre_with_cards, rows, run, run_here, start

VOLUNTEERS = 40
SCANS_EACH = 200
MORNING = datetime.fromisoformat("2026-11-09T00:00:30+08:00")


@dataclass(frozen=True)
class Line:
    """A line for the command `scan`, and the record that it should make."""

    text: str
    no: str
    at: int


def lines_of(codes: dict[str, str]) -> Iterator[Line]:
    """One volunteer after another, a minute apart: nobody's scans are ever near each other."""
    for turn, (no, code) in zip(count(), cycle(codes.items())):
        at = MORNING + timedelta(minutes=turn)
        yield Line(f"{code}\t{at.isoformat()}\n", no, round(at.timestamp() * 1000))


def whole_answers(out: str) -> list[dict[str, Any]]:
    """The answers of which all has arrived; a killed program may leave half a line."""
    return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]


def killed_while_scanning(
    home: Path, lines: list[Line], answers_read: int, wait_seconds: float
) -> list[dict[str, Any]]:
    """Give the program all lines, read so many answers, kill it a little later; returns every answer that came."""
    process = start(home, "scan", "--json")
    assert process.stdin and process.stdout and process.stderr
    with process.stdin, process.stdout, process.stderr:
        process.stdin.write("".join(line.text for line in lines))
        process.stdin.flush()
        answered = "".join(process.stdout.readline() for _ in range(answers_read))
        end = perf_counter() + wait_seconds
        while perf_counter() < end:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        return whole_answers(answered + process.stdout.read())


@pytest.mark.parametrize("kills", [12, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_again_and_again_among_scans_the_file_holds_every_answered_scan_and_no_half_one(
    tmp_path: Path, kills: int
) -> None:
    home = tmp_path / "home"
    chance = random.Random(20261109)
    source = lines_of(centre_with_cards(home, VOLUNTEERS))
    database = home / "centre.db"
    before: list[tuple[str, int, str]] = []
    unanswered = 0
    for _ in range(kills):
        answers_read = chance.randrange(30)
        lines = [next(source) for _ in range(answers_read + chance.randrange(1, 60))]
        answers = killed_while_scanning(home, lines, answers_read, chance.uniform(0, 0.0006))
        assert_sound(database)
        recorded = assert_scans_whole(database)
        new = recorded[len(before) :]
        assert recorded[: len(before)] == before
        assert len(answers) >= answers_read
        assert [(no, at) for no, at, _ in new] == [(line.no, line.at) for line in lines[: len(new)]]
        assert [answer["result"] for answer in answers] == [result for *_, result in new[: len(answers)]]
        assert [answer["volunteer"] for answer in answers] == [no for no, *_ in new[: len(answers)]]
        assert len(new) - len(answers) in (0, 1)
        unanswered += len(lines) > len(new)
        before = recorded
    # The test would prove nothing if the program had always been done before it was killed.
    assert unanswered > kills // 2
    assert rows(database, "SELECT count(*) FROM scan WHERE result = 'refused'") == [(0,)]


def test_two_windows_scanning_at_once_lose_nothing_and_record_nothing_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    codes = list(centre_with_cards(home, VOLUNTEERS).items())
    halves = [lines_of(dict(codes[::2])), lines_of(dict(codes[1::2]))]
    given = [[next(half) for _ in range(SCANS_EACH)] for half in halves]
    windows = [start(home, "scan", "--json") for _ in given]
    # Both have begun before either is given the rest, so that they really write at the same time.
    for window, lines in zip(windows, given, strict=True):
        assert window.stdin
        window.stdin.write(lines[0].text)
        window.stdin.flush()
    first = [window.stdout.readline() for window in windows if window.stdout]
    for window, lines in zip(windows, given, strict=True):
        assert window.stdin
        window.stdin.write("".join(line.text for line in lines[1:]))
        window.stdin.flush()
    for begun, window, lines in zip(first, windows, given, strict=True):
        out, said = window.communicate(timeout=120)
        answers = whole_answers(begun + out)
        assert (window.returncode, said) == (0, "")
        assert [answer.get("volunteer") for answer in answers] == [line.no for line in lines]
        assert {answer["result"] for answer in answers} == {"entered", "left"}
    assert_sound(home / "centre.db")
    recorded = assert_scans_whole(home / "centre.db")
    wanted = sorted((line.no, line.at) for lines in given for line in lines)
    assert sorted((no, at) for no, at, _ in recorded) == wanted


@pytest.mark.parametrize("set_ups", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_a_set_up_killed_at_any_moment_leaves_no_centre_or_a_whole_one(tmp_path: Path, set_ups: int) -> None:
    chance = random.Random(20261110)
    given = ["--code", "310114-901", "--name", "示范", "--street", "示范街道", "--district", "示范区"]
    set_up = ["init", *given, "--manager-no", "M001", "--manager-name", "王五"]
    started = perf_counter()
    assert run(tmp_path / "first", *set_up).code == 0
    usual = perf_counter() - started
    for attempt in range(set_ups):
        home = tmp_path / f"home{attempt}"
        process = start(home, *set_up)
        with suppress(TimeoutExpired):
            process.communicate(timeout=chance.uniform(0.5, 1.1) * usual)
        process.kill()
        process.communicate()
        is_there = (home / "centre.db").exists()
        if is_there:
            assert_sound(home / "centre.db")
            assert rows(home / "centre.db", "SELECT no, role FROM staff") == [("M001", "manager")]
        again = run_here(home, *set_up)
        assert (again.code, again.error if is_there else "") == ((1, "centre_exists") if is_there else (0, ""))
        assert run_here(home, "card", "issue", "--all").code == 0
