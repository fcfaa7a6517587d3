"""The table of mechanisms over the reports: what each rests on and what it came to, by keyboard alone."""

from __future__ import annotations

from textual.pilot import Pilot

from frontdesk.cases import service
from frontdesk.cases.overview import overview
from frontdesk.cases.overview_screen import OverviewScreen
from frontdesk.cases.screen import CasesScreen
from frontdesk.common.periods import week_of
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from tests.ui.conftest import MANAGER, SmallCentre
from tests.ui.hands import TODAY, do, press, row_texts, settle


async def test_the_reports_open_the_mechanisms_with_source_states_forms_and_the_figures_of_the_period(
    centre: SmallCentre,
) -> None:
    context = centre.context()
    with context.database:
        service.open_case(context, "repair", {"what": "灯不亮", "handler": MANAGER})

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f6", "ctrl+o")
        await settle(app, pilot)
        screen = app.screen
        assert isinstance(screen, OverviewScreen)
        (place,) = [place for place, row in enumerate(screen.rows.rows) if row.key == "X09.repair"]
        assert "报修件数 1 件" in row_texts(app, "overview")[place]
        await press(app, pilot, *["down"] * place)
        said = str(screen.query_one("#overview-said", Plain).content)
        assert "依据：徐府办发〔2017〕24号" in said and "状态：" in said and "打印件：" in said
        await press(app, pilot, "enter")
        assert type(app.screen) is ReadDialog
        assert any("维修费用 0.00 元" in text for text in row_texts(app, "reading-lines"))
        await press(app, pilot, "escape", "ctrl+y")
        await settle(app, pilot)
        under: object = app.screen
        assert isinstance(under, CasesScreen) and len(row_texts(app, "cases")) == 1

    await do(centre, task)


def test_a_mechanism_of_a_feature_has_no_figures_and_a_duty_says_how_it_stood(centre: SmallCentre) -> None:
    context = centre.context()
    with context.database:
        day = context.today().isoformat()
        service.open_case(context, "area_weekly_meeting", {"topic": "停车", "held_on": day})
        week = week_of(TODAY)
        lines = {one.key: one for one in overview(context, week.first, week.last)}
        assert lines["J09"].definition is None and not lines["J09"].figures
        (duty,) = [one for one in lines.values() if one.key.endswith(".duty_area_weekly")]
        assert len(duty.figures) == 1 and "0/1" in duty.figures[0]
        ahead = week.following().following()
        assert not any(one.figures for one in overview(context, ahead.first, ahead.last) if one.key == duty.key)
