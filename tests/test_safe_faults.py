"""A centre killed at any moment of a mixed load, and one whose disk fails at any call, keep what they answered.

The ordinary run takes a dozen kills and a sample of the faults; `pytest -m slow tests/test_safe_faults.py` a thousand
kills and every fault at every call, in about ten minutes. Alone: `python -m tests.safe_kill`, `python -m
tests.safe_faults`.
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
        timeout=1800,
    )
    assert ended.returncode == 0, ended.stderr[-4000:] + ended.stdout[-4000:]
    return dict(json.loads(ended.stdout.splitlines()[-1]))


@pytest.mark.parametrize("kills", [12, pytest.param(1000, marks=pytest.mark.slow)])
def test_killed_anywhere_in_a_mixed_load_it_has_what_it_answered_and_nothing_by_halves(kills: int) -> None:
    told = told_by("tests.safe_kill", "--kills", str(kills), "--json")
    # The test would prove nothing if the load had always been over before it was killed.
    assert told["killed"] > kills and told["confirmed"] > 5 * kills
    assert told["kinds"]["scan"] and told["kinds"]["sign-up"] and told["kinds"]["closed"]


@pytest.mark.parametrize("every", [120, pytest.param(1, marks=pytest.mark.slow)])
def test_whatever_call_the_disk_fails_at_it_is_said_in_words_and_a_well_disk_goes_on(every: int) -> None:
    told = told_by("tests.safe_faults", "--every", str(every))
    parts = {part: outcome for part, outcome in told.items() if part != "seconds"}
    assert [fault for outcome in parts.values() for fault in outcome["astray"]] == []
    assert all(outcome["faults"] > 3 and sum(outcome["refused"].values()) > 1 for outcome in parts.values())
