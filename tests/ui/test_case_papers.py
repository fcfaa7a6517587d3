"""Printing, taking registers in and keying paper forms in the running program: by digit, ahead of the screen."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.papers.tally_screen import TallyScreen
from frontdesk.context import Context
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.reading import ReadDialog
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, on, press, settle


async def open_over(app: FrontdeskApp, pilot: Pilot[None], name: str, about: object) -> None:
    screen = app.screen
    assert isinstance(screen, DeskScreen)
    await app.open_form(name, screen, about)
    await settle(app, pilot)


def said(app: FrontdeskApp) -> str:
    """The notice without the ends of its lines, which a long path has anywhere."""
    return notice(app).replace("\n", "")


def a_round(context: Context) -> int:
    made = service.open_case(
        context,
        "demand_round",
        {
            "year": "2026",
            "title": "您需要什么",
            "channel": "paper",
            "until": "2026-12-30",
            "sent_residents": "30",
            "sent_units": "3",
            "options": [{"text": one} for one in ("助餐", "托管", "手机课")],
        },
    )
    return service.take_step(context, made.row.id, "begin", {}).row.id


async def test_forms_are_keyed_in_ahead_of_the_screen_and_paper_is_chosen_by_digit(centre: SmallCentre) -> None:
    case_id = on(centre, a_round)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_over(app, pilot, "case_print", case_id)
        await press(app, pilot, "2")
        assert "征询表" in said(app) and ".pdf" in said(app)
        await open_over(app, pilot, "case_print", case_id)
        await press(app, pilot, "1")
        assert isinstance(app.screen, TallyScreen)
        for at, key in enumerate(["1", "space", "3", "enter", "2", "enter", "u", "9", "enter"]):
            event = events.Key(key, {"space": " "}.get(key, key if len(key) == 1 else None))
            event.time += at * 0.2
            app.post_message(event)
        await settle(app, pilot)
        await press(app, pilot, "backspace", "3", "enter", "ctrl+z", "f8")

    await do(centre, task)
    done = on(centre, lambda context: service.view(context, case_id).now.values)
    rows = done["options"]
    assert not isinstance(rows, str | int)
    assert [row.get("votes_residents") for row in rows] == [1, 1, 1]
    assert (done["returned_residents"], done["returned_units"]) == (2, 0)


async def test_a_sheet_is_tried_and_then_taken_in_and_the_register_printed(centre: SmallCentre) -> None:
    sheet = centre.home.path.parent / "清单.csv"
    sheet.write_text("哪张清单,服务名称,提供单位\n区级服务清单,中医把脉,安亭医院\n", encoding="utf-8-sig")
    wrong = sheet.with_name("错.csv")
    wrong.write_text("哪张清单,服务名称,提供单位\n天上,中医把脉,安亭医院\n", encoding="utf-8-sig")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        for file in (wrong, sheet):
            await open_over(app, pilot, "case_files", "service_item")
            await press(app, pilot, "5")
            await enter_text(app, pilot, str(file))
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ReadDialog)
            await press(app, pilot, "f8" if file == sheet else "escape")
        await open_over(app, pilot, "case_files", "service_item")
        await press(app, pilot, "2", "ctrl+s")
        assert ".xlsx" in said(app)

    await do(centre, task)
    assert on(centre, lambda context: [one.title for one in service.register(context, "service_item")]) == ["中医把脉"]


async def test_the_blank_sheet_of_all_columns_is_the_last_of_the_files_of_a_register(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_over(app, pilot, "case_files", "service_item")
        await press(app, pilot, "end", "enter")
        await settle(app, pilot)
        assert "全部列空白表" in said(app) and ".xlsx" in said(app)

    await do(centre, task)
