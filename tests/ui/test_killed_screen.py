"""The program killed the moment it shows a scan as done: what a volunteer has read on the screen is in the file."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.programs import assert_scans_whole, assert_sound
from tests.terminal import ENTER, Terminal
from tests.ui.conftest import MANAGER, PIN, SmallCentre

REPETITIONS = 3


@pytest.mark.parametrize("window", ["desk", "kiosk"])
def test_a_scan_that_the_screen_confirmed_outlives_a_kill(centre: SmallCentre, window: str) -> None:
    database = centre.home.database
    for done, (no, code) in enumerate(islice(centre.codes.items(), REPETITIONS), 1):
        with Terminal(centre.home.path, ["kiosk"] if window == "kiosk" else []) as terminal:
            if window == "kiosk":
                terminal.wait_for("请刷志愿者卡")
            else:
                terminal.wait_for("工号")
                terminal.type(MANAGER + ENTER + PIN + ENTER)
                terminal.wait_for("在岗志愿者")
            terminal.type(code + ENTER)
            terminal.wait_for(f"{no} 已签到")
            terminal.kill()
        assert_sound(database)
        recorded = assert_scans_whole(database)
        assert len(recorded) == done
        assert (recorded[-1][0], recorded[-1][2]) == (no, "entered")
