"""The day of what a step tells stands in its form: today, to be seen and written over, and anew each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from frontdesk.cases import filling, service
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.service import CaseView
from frontdesk.context import Context
from frontdesk.shell.app import FrontdeskApp
from tests.casesteps import turn_to
from tests.desks import new_desk
from tests.ui.caseforms import front, open_form, records
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, on, press, row_texts, settle

VISITS = """\
code = "house_call"
kind = "case"
group = "house"
name = { zh_CN = "上门" }
about = { zh_CN = "去看谁。" }
number = { prefix = "SM" }
fields = [
  { code = "whom", kind = "text", name = { zh_CN = "看谁" }, required = true, column = true },
  { code = "next_on", kind = "date", name = { zh_CN = "说好哪天" } },
  { code = "called_on", kind = "date", name = { zh_CN = "去的那天" }, at_opening = false, default = "today" },
]
states = [
  { code = "open", name = { zh_CN = "要去" } },
  { code = "done", name = { zh_CN = "不用再去" }, end = "done" },
]

[[transitions]]
code = "call"
name = { zh_CN = "去过" }
from = ["open"]
asks = [{ field = "called_on" }, { field = "next_on", required = false }]

[[transitions]]
code = "check"
name = { zh_CN = "核对" }
from = ["open"]
asks = [{ field = "called_on" }]

[[transitions]]
code = "end"
name = { zh_CN = "不用再去" }
from = ["open"]
to = "done"
"""

TODAY = "2026-11-20"
BEGUN_TODAY = {
    ("all_post_competency", "train", "last_trained"),
    ("deliberation", "discuss", "held_on"),
    ("delivery_order", "deliver", "delivered_on"),
    ("demand_round", "publish", "published_on"),
    ("department_review", "count", "day"),
    ("dispatch_order", "send_back", "day"),
    ("grid_duty_roster", "fill", "since"),
    ("grid_item", "include", "included_on"),
    ("joint_review", "pass_acceptance", "accept_on"),
    ("joint_review", "pass_plan", "plan_on"),
    ("joint_review", "pass_site", "site_on"),
    ("joint_review", "pass_survey", "survey_on"),
    ("joint_review", "rectify", "reviewed_on"),
    ("joint_review", "sign_subsidy", "subsidy_on"),
    ("resource", "receive", "received_on"),
    ("seal_use", "seal", "sealed_on"),
}


def calls(centre: SmallCentre, *whom: str) -> list[CaseView]:
    def make(context: Context) -> list[CaseView]:
        folder = context.home.path / "definitions"
        folder.mkdir(exist_ok=True)
        (folder / "house_call.toml").write_text(VISITS, encoding="utf-8")
        return [service.open_case(context, "house_call", {"whom": one}) for one in whom]

    return on(centre, make)


async def test_the_day_of_a_step_is_today_and_is_saved_as_it_is_seen(centre: SmallCentre) -> None:
    one, other = calls(centre, "老王", "老李")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "house_call", one.row.id, "call")
        assert (form.parts.typed["called_on"], form.parts.typed["next_on"]) == (TODAY, "")
        await press(app, pilot, "ctrl+s")
        assert not isinstance(front(app), CaseForm)
        form = await open_form(app, pilot, "house_call", other.row.id, "call")
        await press(app, pilot, *["backspace"] * 12, *"11-18", "ctrl+s")
        assert not isinstance(front(app), CaseForm)

    await do(centre, task)
    assert [view.now.values.get("called_on") for view in records(centre, "house_call")] == [TODAY, "2026-11-18"]
    assert [view.now.values.get("next_on") for view in records(centre, "house_call")] == [None, None]


async def test_a_form_that_was_only_looked_at_keeps_nothing_and_emptied_it_is_refused(centre: SmallCentre) -> None:
    (one,) = calls(centre, "老王")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_form(app, pilot, "house_call", one.row.id, "call")
        await press(app, pilot, "escape")
        form = await open_form(app, pilot, "house_call", one.row.id, "call")
        await press(app, pilot, *["backspace"] * 12, "ctrl+s")
        assert front(app) is form
        # Ctrl+N begins it anew, with today in it.
        await press(app, pilot, "ctrl+n")
        assert form.parts.typed["called_on"] == TODAY
        await press(app, pilot, "escape")

    await do(centre, task)
    assert [view.row.revision for view in records(centre, "house_call")] == [1]


async def test_several_at_once_take_today_as_well(centre: SmallCentre) -> None:
    calls(centre, "老王", "老李", "老张")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "space", "space", "1")
        form = front(app)
        assert isinstance(form, CaseForm) and form.parts.typed["called_on"] == TODAY
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert len(row_texts(app, "cases")) == 3

    await do(centre, task)
    days = sorted(str(view.now.values.get("called_on")) for view in records(centre, "house_call"))
    assert days == [TODAY, TODAY, "None"]


@pytest.fixture
def desk(tmp_path: Path) -> Context:
    desk = new_desk(tmp_path / "home")
    (desk.home.path / "definitions").mkdir(exist_ok=True)
    (desk.home.path / "definitions" / "house_call.toml").write_text(VISITS, encoding="utf-8")
    return desk


def test_the_step_taken_again_begins_with_its_own_day_and_another_step_with_the_day_that_was_told(
    desk: Context,
) -> None:
    turn_to(desk, 11, 9)
    call = service.open_case(desk, "house_call", {"whom": "老王"}).row.id

    def begins(step: str) -> object:
        return filling.form_of(desk, "", call, step).before.get("called_on")

    assert begins("call") == "2026-11-09"
    service.take_step(desk, call, "call", {"called_on": "2026-11-09"})
    turn_to(desk, 11, 16)
    assert (begins("call"), begins("check")) == ("2026-11-16", "2026-11-09")
    # A correction shows what was written, whatever day it is.
    assert begins("") == "2026-11-09"
    desk.database.close()


def test_a_step_by_command_is_told_its_day(desk: Context) -> None:
    call = service.open_case(desk, "house_call", {"whom": "老王"}).row.id
    with pytest.raises(service.CaseError) as refused:
        service.take_step(desk, call, "call", {})
    assert refused.value.code == "missing"
    assert "called_on" not in service.view(desk, call).now.values
    desk.database.close()


def test_the_days_of_steps_begin_with_today_where_they_happened_then_and_no_limit_does(desk: Context) -> None:
    found = set()
    for definition in service.definitions(desk).values():
        if definition.code == "house_call":
            continue
        begun = {one.code for one in definition.fields if one.kind == "date" and one.default == "today"}
        for step in definition.transitions:
            found |= {(definition.code, step.code, ask.field) for ask in step.asks if ask.field in begun}
        limits = {one.day_field for one in definition.deadlines if one.day_field}
        assert not limits & {one.code for one in definition.fields if one.code in begun and not one.at_opening}
    assert found == BEGUN_TODAY
    desk.database.close()
