"""A centre that is killed, loses its power, whose disk fails at any call, or that many use at once, keeps what it
answered.

The ordinary run takes a little of each. `pytest -m slow tests/test_safe_faults.py` takes a thousand kills, every fault
at every call, hundreds of power cuts and ten minutes of busy windows. Each is also a command of its own: `python -m
tests.safe_kill`, `tests.safe_faults`, `tests.safe_power`, `tests.safe_busy`, `tests.safe_restore`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests import safe_disk
from tests.programs import ROOT

pytestmark = pytest.mark.skipif(bool(safe_disk.why_not()), reason=safe_disk.why_not() or "there is such a disk")


def told_by(module: str, *arguments: str) -> dict[str, Any]:
    """What a harness says at its end; it must have ended well."""
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **safe_disk.environment()},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=3600,
    )
    assert ended.returncode == 0, ended.stderr[-4000:] + ended.stdout[-4000:]
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def assert_none_astray(parts: dict[str, Any], least: int) -> None:
    """No fault was answered otherwise than by a code with words, and there were faults and refusals enough."""
    assert [fault for outcome in parts.values() for fault in outcome["astray"]] == []
    assert sum(outcome["faults"] for outcome in parts.values()) >= least
    assert sum(sum(outcome["refused"].values()) for outcome in parts.values()) >= least // 3


def assert_killed(told: dict[str, Any], kills: int) -> None:
    """Nothing is proved by a load that had always been over before it was killed."""
    assert told["killed"] > kills and told["confirmed"] > 5 * kills
    assert told["kinds"]["scan"] and told["kinds"]["sign-up"] and told["kinds"]["closed"]


def test_killed_cut_off_on_a_failing_disk_and_busy_it_has_what_it_answered() -> None:
    told = told_by("tests.safe_all")
    assert_killed(told["kills"], 12)
    assert_none_astray(told["faults"], least=8)
    assert set(told["power"]) == {"visitors", "sign-ups", "office", "keeping", "cases"}
    assert told["busy"]["scan"]["count"] and told["busy"]["sign-up"]["count"]


@pytest.mark.slow
def test_killed_a_thousand_times_it_has_what_it_answered_and_nothing_by_halves() -> None:
    assert_killed(told_by("tests.safe_kill", "--json"), 1000)


@pytest.mark.slow
def test_whatever_call_the_disk_fails_at_it_is_said_in_words_and_a_well_disk_goes_on() -> None:
    told = told_by("tests.safe_faults")
    assert_none_astray({part: outcome for part, outcome in told.items() if part != "seconds"}, least=3000)


@pytest.mark.slow
def test_wherever_the_power_goes_the_file_is_whole_and_what_was_answered_is_in_it() -> None:
    assert sum(told_by("tests.safe_power")["calls"].values()) > 1000


@pytest.mark.slow
def test_for_ten_minutes_of_many_windows_nobody_is_told_that_another_is_busy_and_nothing_is_lost() -> None:
    told = told_by("tests.safe_busy")
    assert told["scan"]["count"] > 1000 and told["backed up"]["count"] > 10


@pytest.mark.slow
def test_a_restoration_killed_at_any_call_leaves_the_centre_that_was_there_or_the_restored_one() -> None:
    stood = told_by("tests.safe_restore")["stood"]
    assert stood["over: before"] > 100 and stood["over: restored"] and stood["empty: restored"]
