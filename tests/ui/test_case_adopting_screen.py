"""Which mechanisms the centre keeps, by keyboard alone: from Today, kept, not kept, the rest not."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.adopting_screen import AdoptingScreen
from frontdesk.common.text import display_width
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, on, press, row_texts, settle


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


async def test_after_a_decision_the_next_key_is_about_the_row_that_is_read_next(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+e", "home", "down")
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, AdoptingScreen)
        keys = [one.key for one in screen.rows.rows]
        await press(app, pilot, "enter", "ctrl+s")
        await settle(app, pilot)
        # The row that was decided went down to the others; its place has the one that stood below it.
        assert screen.rows.rows[1].key == keys[2]
        assert (screen.rows.cursor, screen.rows.current and screen.rows.current.key) == (1, keys[2])
        await press(app, pilot, "down", "f8")
        await enter_text(app, pilot, "由街道统一办")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        decided = on(centre, lambda context: {one.definition.code: one.standing for one in service.adopted(context)})
        assert (decided[keys[1]], decided[keys[2]], decided[keys[3]]) == ("kept", "undecided", "dropped")

    await do(centre, task)


async def test_today_leads_to_what_is_to_be_decided(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        due = app.screen.query_one("#due")
        place = next(at for at, one in enumerate(row_texts(app, "due")) if "启不启用" in one)
        # The whole line is read in half a window of 80 cells.
        assert display_width(row_texts(app, "due")[place]) <= due.size.width - 2
        app.set_focus(due)
        await press(app, pilot, "home", *["down"] * place, "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AdoptingScreen)

    await do(centre, task)
