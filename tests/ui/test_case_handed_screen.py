"""What was handed to whoever sits at the desk: today says so, the list marks it, opening it is enough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from db.staff import Staff, put
from frontdesk.cases import service
from frontdesk.cases.detail_screen import CaseScreen
from frontdesk.cases.screen import CasesScreen
from frontdesk.context import Operator
from frontdesk.locale import speaking
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import MANAGER, SmallCentre
from tests.ui.hands import do, look_for_changes, press, row_texts, settle

COLLEAGUE = "M777"


def handed(centre: SmallCentre, *titles: str) -> list[int]:
    """Complaints that a colleague takes and hands to the manager."""
    context = centre.context()
    with context.database.write() as connection:
        put(connection, Staff(no=COLLEAGUE, name="钱七", kind="", role="operator"))
    theirs = replace(context, operator=Operator(COLLEAGUE, "钱七", "operator"))
    made = [service.open_case(theirs, "complaint", {"matter": one, "handler": MANAGER}).row.id for one in titles]
    context.database.close()
    return made


def shown(app: FrontdeskApp, selector: str) -> str:
    return str(app.screen.query_one(selector).render())


def stands_in_front(app: FrontdeskApp, kind: type) -> bool:
    return isinstance(app.screen, kind)


async def to_line(app: FrontdeskApp, pilot: Pilot[None], words: str) -> None:
    """The cursor of what waits on the first screen stands on a line."""
    app.set_focus(app.screen.query_one("#due"))
    place = next(at for at, one in enumerate(row_texts(app, "due")) if words in one)
    await press(app, pilot, "home", *["down"] * place)


async def test_today_says_that_cases_were_handed_on_and_leads_to_them_until_they_were_opened(
    centre: SmallCentre,
) -> None:
    handed(centre, "太吵", "太暗")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        await to_line(app, pilot, "有 2 件事项交到您手里")
        await press(app, pilot, "enter")
        assert stands_in_front(app, CasesScreen)
        assert "新交给我 2" in shown(app, "#cases-views")
        assert [one.count("[新]") for one in row_texts(app, "cases")] == [1, 1]
        assert "钱七 11-20 交给您，还没打开过" in shown(app, "#cases-detail")
        first = row_texts(app, "cases")[0]
        await press(app, pilot, "enter")
        assert stands_in_front(app, CaseScreen)
        await press(app, pilot, "escape")
        await settle(app, pilot)
        # It is one of his own now like any other, and the list of the new ones has the other left.
        assert len(row_texts(app, "cases")) == 1 and row_texts(app, "cases")[0] != first
        assert "新交给我 1" in shown(app, "#cases-views")
        await press(app, pilot, "left")
        assert sum("[新]" in one for one in row_texts(app, "cases")) == 1 and len(row_texts(app, "cases")) == 2
        await press(app, pilot, "right", "enter", "escape", "right", "left")
        assert "新交给我" not in shown(app, "#cases-views")
        assert not any("[新]" in one for one in row_texts(app, "cases"))
        await app.action_command("today")
        await settle(app, pilot)
        assert not any("交到您手里" in one for one in row_texts(app, "due"))

    await do(centre, task)


async def test_a_case_that_is_handed_on_in_another_window_is_marked_within_a_second(centre: SmallCentre) -> None:
    handed(centre)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        assert "新交给我" not in shown(app, "#cases-views")
        handed(centre, "太吵")
        await look_for_changes(app, pilot)
        assert "新交给我 1" in shown(app, "#cases-views")
        assert ["[新]" in one for one in row_texts(app, "cases")] == [True]
        # A form that was looked into and left has not shown the record.
        await press(app, pilot, "f7")
        await press(app, pilot, "escape")
        assert ["[新]" in one for one in row_texts(app, "cases")] == [True]

    await do(centre, task)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_the_views_have_room_beside_each_other_in_eighty_columns(centre: SmallCentre, language: str) -> None:
    handed(centre, "太吵")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        line = shown(app, "#cases-views")
        names = ["Waiting", "Mine", "New to me", "Today", "Overdue"]
        if language == "zh_CN":
            names = ["待办", "我承办的", "新交给我", "今天到期", "逾期"]
        assert [one for one in names if one not in line.splitlines()[0]] == []

    with speaking(language):
        await do(centre, task)
