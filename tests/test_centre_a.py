"""A centre's own two weeks: the office's six sheets and its scans go in through the command line.

What the report then says is compared with figures that were reckoned from the same sheets by somebody else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from frontdesk.common.periods import parse_period
from frontdesk.context import open_context
from frontdesk.home import Home
from frontdesk.reports.indicators import service as indicators
from frontdesk.sheets.textfile import decode_text
from tests.desks import is_sound
from tests.naive_indicators import NAIVE, Rows, exported
from tests.programs import ended_here

ROOT = Path(__file__).parents[1]
OFFICE = Path(__file__).parent / "data" / "centre-a"
EXPECTED: dict[str, Any] = json.loads((OFFICE / "expected.json").read_text(encoding="utf-8"))
PIN = "135792"

Command = Callable[..., list[dict[str, Any]]]

FILES = {
    "staff": "工作人员.xlsx",
    "volunteers": "志愿者.xlsx",
    "sessions": "活动计划.xlsx",
    "signups": "报名表.xlsx",
    "attendance": "签到表.xlsx",
    "ratings": "评价.csv",
}
ROWS = {"staff": 12, "volunteers": 300, "sessions": 34, "signups": 473, "attendance": 281, "ratings": 260}


def frontdesk(home: Path, *arguments: str, given: str = "") -> list[dict[str, Any]]:
    """The JSON lines that a command answers; it must succeed."""
    run = subprocess.run(
        [sys.executable, "-m", "frontdesk", "--home", str(home), "--as", "M001", *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, "FRONTDESK_PIN": PIN, "PYTHONIOENCODING": "utf-8"},
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def frontdesk_here(home: Path, *arguments: str, given: str = "") -> list[dict[str, Any]]:
    """The same without a process of its own, where that was tried before with the same commands."""
    line = ("--home", str(home), "--as", "M001", *arguments, "--json")
    ended = ended_here(*line, given=given, environment={"FRONTDESK_PIN": PIN})
    assert ended.code == 0, ended
    return ended.answers


def import_all(home: Path, run: Command = frontdesk) -> dict[str, dict[str, Any]]:
    return {kind: run(home, "import", kind, str(OFFICE / name))[0] for kind, name in FILES.items()}


def replay_scans(home: Path, run: Command = frontdesk) -> list[dict[str, Any]]:
    """Every line of the scanner's file, the volunteer's number replaced by the code of the card."""
    codes = {line["volunteer"]: line["code"] for line in run(home, "card", "issue", "--all")}
    lines = decode_text((OFFICE / "志愿者刷卡.tsv").read_bytes()).splitlines()
    scans = [line.split("\t") for line in lines if line and not line.startswith("#")]
    given = "".join(f"{codes[number]}\t{at}\n" for number, at in scans)
    answers = run(home, "scan", given=given)
    assert [answer["volunteer"] for answer in answers] == [number for number, _ in scans]
    return answers


def reports(home: Path, run: Command = frontdesk) -> dict[str, dict[str, Any]]:
    """What the program reports for the weeks of which figures are known."""
    return {week: run(home, "report", "show", week)[0] for week in EXPECTED["weeks"]}


def assert_as_reckoned(found: dict[str, dict[str, Any]]) -> None:
    for week, figures in EXPECTED["weeks"].items():
        assert {key: found[week].get(key) for key in figures} == figures


def assert_recomputed(home: Path) -> None:
    """Every indicator is what plain Python makes of the rows, for the weeks, the months and the year they lie in."""
    context = open_context(Home(home), source="cli")
    tables = exported(context.database.connection)
    for key in (*EXPECTED["weeks"], "2026-10", "2026-11", "2026"):
        span = parse_period(key)
        found = indicators.values(context, NAIVE, span.first, span.last)
        now = context.today(), context.now_ms(), context.settings.follow_up_preset
        rows = Rows(tables, span.first.isoformat(), span.last.isoformat(), *now)
        assert found == {code: recompute(rows) for code, recompute in NAIVE.items()}
    context.database.close()


def totals(outcomes: dict[str, dict[str, Any]], keys: Sequence[str]) -> dict[str, list[int]]:
    return {kind: [outcome[key] for key in keys] for kind, outcome in outcomes.items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre that has just been set up."""
    folder = tmp_path_factory.mktemp("centre-a") / "home"
    named = ("--name", EXPECTED["name"], "--street", "安亭镇", "--district", "嘉定区")
    manager = ("--manager-no", "M001", "--manager-name", "王五")
    frontdesk(folder, "init", "--code", EXPECTED["centre"], *named, *manager)
    return folder


def test_the_offices_files_and_scans_total_what_is_expected_and_again_change_nothing(home: Path) -> None:
    outcomes = import_all(home)
    assert totals(outcomes, ["read", "added"]) == {kind: [rows, rows] for kind, rows in ROWS.items()}
    answers = replay_scans(home)
    assert len(answers) == EXPECTED["scans"]
    assert {answer["result"] for answer in answers} == {"entered", "left", "same_scan"}
    first = reports(home)
    assert_as_reckoned(first)
    assert_recomputed(home)

    again = import_all(home, frontdesk_here)
    assert totals(again, ["read", "added", "changed", "unchanged"]) == {
        kind: [rows, 0, 0, rows] for kind, rows in ROWS.items()
    }
    assert {answer["result"] for answer in replay_scans(home, frontdesk_here)} == {"same_scan"}
    second = reports(home, frontdesk_here)
    assert_as_reckoned(second)
    assert second == first
    assert is_sound(home / "centre.db")
