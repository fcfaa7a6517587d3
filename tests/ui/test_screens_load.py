"""When a screen of the desk reads its data: once on arrival, however many classes it is made of."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, look_for_changes, press


async def test_a_screen_is_read_once_when_it_is_come_to(centre: SmallCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    reload = DeskScreen.reload

    async def counted(self: DeskScreen) -> None:
        read.append(type(self).__name__)
        await reload(self)

    monkeypatch.setattr(DeskScreen, "reload", counted)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        # The first look for changes takes all it finds for new; it is not what is counted here.
        await look_for_changes(app, pilot)
        for key in ("f3", "f4", "f6"):
            read.clear()
            await press(app, pilot, key)
            assert read == [type(app.screen).__name__]

    await do(centre, task)
