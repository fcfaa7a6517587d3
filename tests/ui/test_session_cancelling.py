"""A session is cancelled with a reason and its printed notice in few keys, from the screen of the day."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.activities import service as activities
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, notice, press, row_texts, settle

MOST_KEYS = 8


async def test_cancelling_with_reason_and_printed_notice_takes_at_most_eight_keys(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    keys = ("f3", "ctrl+x", "1", "enter", "enter")
    assert len(keys) <= MOST_KEYS

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, *keys)
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        assert "取消" in row_texts(app, "sessions")[0]
        assert "取消通知已写入" in notice(app)

    await do(centre, task)
    (printed,) = tmp_path.glob("*.pdf")
    assert printed.name == "活动取消通知-HD001-2026-11-20.pdf" and printed.read_bytes().startswith(b"%PDF")
    context = centre.context()
    found = activities.session(context, "HD001")
    assert (found.state, found.cancel_reason) == ("cancelled", "讲师请假")
    context.database.close()


async def test_a_session_that_somebody_came_to_is_not_cancelled_and_no_reason_is_asked(centre: SmallCentre) -> None:
    context = centre.context()
    activities.set_walk_ins(context, "HD001", 3)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "ctrl+x")
        assert len(app.screen_stack) == 1 and "已有到场登记" in notice(app)

    await do(centre, task)
