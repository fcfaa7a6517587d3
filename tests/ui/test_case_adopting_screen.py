"""Which mechanisms the centre keeps, by keyboard alone: from Today, kept, not kept, the rest not."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.adopting_screen import AdoptingScreen
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, press, row_texts, settle


async def test_a_manager_says_from_the_duties_what_the_centre_keeps(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+t", "ctrl+e")
        await settle(app, pilot)
        assert isinstance(app.screen, AdoptingScreen)
        rows = row_texts(app, "adopted")
        waiting = sum("未定" in one for one in rows)
        assert waiting > 5 and "未定" in rows[0]
        await press(app, pilot, "home", "enter", "ctrl+s")
        await settle(app, pilot)
        assert sum("未定" in one for one in row_texts(app, "adopted")) == waiting - 1
        await press(app, pilot, "home", "f8")
        await enter_text(app, pilot, "由街道统一办")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert any("由街道统一办" in one and "不启用" in one for one in row_texts(app, "adopted"))
        await press(app, pilot, "ctrl+a")
        await enter_text(app, pilot, "还没有开办")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert not any("未定" in one for one in row_texts(app, "adopted"))

    await do(centre, task)
    context = centre.context()
    found = service.adopted(context)
    assert len([one for one in found if one.standing == "kept"]) == 1
    assert service.undecided(context) == []
    context.database.close()


async def test_today_leads_to_what_is_to_be_decided(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        due = app.screen.query_one("#due")
        place = next(at for at, one in enumerate(row_texts(app, "due")) if "启不启用" in one)
        app.set_focus(due)
        await press(app, pilot, "home", *["down"] * place, "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AdoptingScreen)

    await do(centre, task)
