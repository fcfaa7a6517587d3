"""Files that mean harm, on every way in that there is: refused in words, soon, and nothing is written.

The ordinary run tries a few files on each way; `pytest -m slow tests/test_safe_hostile.py` every file on every way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT, ended_here
from tests.safe_hostile import NOT_WAYS_IN, WAYS_IN, prepared, readers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and time are those of Linux")


def test_whatever_reads_a_file_is_a_way_in_that_is_tried_or_says_why_it_is_none() -> None:
    tried = {one for way in WAYS_IN.values() for one in way.readers}
    found = set(readers())
    assert sorted(found - tried - set(NOT_WAYS_IN)) == []
    # What is no longer there is taken out here too.
    assert sorted((tried | set(NOT_WAYS_IN)) - found) == []


SOME = ("staff", "exchange", "template", "stick at the centre", "backup", "district's notice", "stick at the district")


@pytest.mark.parametrize(
    ("every", "ways"), [(30, SOME), pytest.param(1, tuple(WAYS_IN), marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_a_file_that_means_harm_is_refused_in_words_and_nothing_is_written(every: int, ways: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.safe_hostile", "--every", str(every), *(f"--way={way}" for way in ways)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=3600,
    )
    assert ended.stdout, ended.stderr[-4000:]
    told = json.loads(ended.stdout)
    assert told["astray"] == []
    assert set(told["answers"]) == set(ways) and all(told["answers"].values())


@pytest.mark.parametrize("what", ["link to key", "link to zero", "link to itself", "pipe", "folder"])
def test_what_lies_on_a_stick_under_the_right_name_and_is_no_file_is_passed_over_or_refused(
    tmp_path: Path, what: str
) -> None:
    places = prepared(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    secret = places.home / "keys" / "field.key"
    targets = {"link to key": secret, "link to zero": Path("/dev/zero"), "link to itself": stick / "a.fdd"}
    for ending in ("fdd", "fdu"):
        name = stick / f"frontdesk-310114-901-down-20261109-1200.{ending}"
        if what == "pipe":
            os.mkfifo(name)
        elif what == "folder":
            name.mkdir()
        else:
            name.symlink_to(targets[what])
    before = secret.read_bytes()
    for command in (
        places.at_the_centre("sync", "usb", "in", str(stick)),
        places.at_the_district("usb", "in", str(stick), "--out", str(tmp_path / "out")),
    ):
        ended = ended_here(*command)
        assert ended.error in ("usb_nothing_found", "not_a_file", "usb_no_answer", "nothing_found"), ended
    assert secret.read_bytes() == before and list((tmp_path / "out").iterdir()) == []
