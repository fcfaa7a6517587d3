"""The duties of the calendar by keyboard alone: from the desk of cases, what they ask for, a period waived."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.duties_screen import DutiesScreen
from frontdesk.cases.form_screen import CaseForm
from frontdesk.shell.app import FrontdeskApp
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle

WEEKLY = "duty_area_weekly"


async def test_a_duty_leads_to_its_record_and_is_waived_with_a_reason_and_asked_for_again(centre: SmallCentre) -> None:
    context = centre.context()
    day = context.today().isoformat()
    service.open_case(context, "area_weekly_meeting", {"topic": "停车", "held_on": day})
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+t")
        assert isinstance(app.screen, DutiesScreen)
        assert "每周片区例会" in row_texts(app, "duties")[0] and "0/1" in row_texts(app, "duties")[0]
        await press(app, pilot, "f7")
        assert "还没有办过" in notice(app)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, CaseForm)
        await press(app, pilot, "escape")
        await settle(app, pilot)
        await press(app, pilot, "f8")
        await enter_text(app, pilot, "国庆放假")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert isinstance(app.screen, DutiesScreen) and row_texts(app, "duties")[0].split()[-1] == "免"
        await press(app, pilot, "ctrl+z")
        await settle(app, pilot)
        assert row_texts(app, "duties")[0].split()[-1] != "免"

    await do(centre, task)
    context = centre.context()
    (line,) = [one for one in service.duties(context) if one.definition.code == WEEKLY]
    assert line.waiver is None and line.lacking == 1
    context.database.close()
