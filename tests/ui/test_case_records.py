"""A record by its keys: its steps by digit, another window meanwhile, its own definition, what it was begun from."""

from __future__ import annotations

from datetime import timedelta

from textual.pilot import Pilot

from frontdesk.activities.monthly.demand_screen import DemandsScreen
from frontdesk.activities.monthly.demands import Wanted, add_demand, decline_demand
from frontdesk.cases import drafts, listing, service
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.service import CaseView
from frontdesk.context import Context
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.reading import ReadDialog
from tests.ui.caseforms import front, open_form, open_record, post_keys, records, said, stays
from tests.ui.conftest import MANAGER, SmallCentre
from tests.ui.hands import do, enter_text, notice, on, press, row_texts, settle


async def test_a_record_goes_its_way_by_digits_and_says_when_another_window_was_faster(centre: SmallCentre) -> None:
    opened = on(
        centre, lambda context: service.open_case(context, "complaint", {"matter": "噪声", "person": "欧阳秘密"})
    )

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await open_record(app, pilot, opened.row.id)
        assert any("欧阳**" in one for one in row_texts(app, "case"))
        await press(app, pilot, "f11")
        assert any("欧阳秘密" in one for one in row_texts(app, "case"))
        await press(app, pilot, "1")
        form = front(app)
        assert isinstance(form, CaseForm)
        assert "已核实" in str(form.query_one("#case-form-said").render())
        post_keys(app, "属", "实", "enter", "两", "enter", "户")
        await settle(app, pilot)
        on(centre, lambda context: service.add_note(context, opened.row.id, "电话里又催了一次"))
        await press(app, pilot, "ctrl+s")
        assert stays(app, form) and form.parts.typed["found"] == "属实\n两\n户"
        await press(app, pilot, "ctrl+s")
        assert front(app) is screen
        assert any("电话里又催了一次" in one for one in row_texts(app, "case"))
        # A correction begins in the field under the cursor and wants a reason; names need not be typed again.
        # Enter only shows: pressed once too often it leaves nothing open that the next digits are typed into.
        await press(app, pilot, "home", "enter", "2")
        assert isinstance(front(app), ReadDialog)
        await press(app, pilot, "escape", "ctrl+e", "ctrl+u")
        correction = front(app)
        assert isinstance(correction, CaseForm)
        await enter_text(app, pilot, "夜间噪声")
        await press(app, pilot, "ctrl+s")
        assert stays(app, correction) and "理由" in said(correction)
        await enter_text(app, pilot, "写漏了")
        await press(app, pilot, "ctrl+s")
        assert front(app) is screen and "夜间噪声" in " ".join(row_texts(app, "case"))
        await press(app, pilot, "9")
        assert front(app) is screen and "没有这一步" in notice(app)

    await do(centre, task)
    (one,) = records(centre, "complaint")
    assert (one.row.state, one.row.title, one.now.values["person"]) == ("verified", "夜间噪声", "欧阳秘密")
    assert [entry.kind for entry in one.log] == ["opened", "noted", "moved", "corrected"]


async def test_a_level_that_cannot_change_is_said_beforehand_with_which_end_it_is(centre: SmallCentre) -> None:
    def assigned(context: Context) -> int:
        one = service.open_case(context, "complaint", {"matter": "噪声", "handler": MANAGER}).row
        return service.take_step(context, one.id, "assign", {}).row.id

    case_id = on(centre, assigned)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await open_record(app, pilot, case_id)
        place, words = next(
            (at, one.why_not)
            for at, one in enumerate(on(centre, lambda context: listing.steps_of(context, case_id)), 1)
            if one.transition.code == "return_down"
        )
        assert "最低" in words and "最高" not in words
        steps = str(screen.query_one("#case-steps").render())
        assert f"({place} 退回下一级)" in steps and "升一级" in steps and "升一级)" not in steps
        await press(app, pilot, str(place))
        assert front(app) is screen and "最低" in notice(app)

    await do(centre, task)


LOST = """\
code = "lost_property"
kind = "register"
group = "house"
name = { zh_CN = "失物招领" }
about = { zh_CN = "捡到的东西。" }
number = { prefix = "SL" }
fields = [
  { code = "what", kind = "text", name = { zh_CN = "东西" }, required = true, column = true },
  { code = "keeper", kind = "staff", name = { zh_CN = "保管人" } },
  { code = "found_on", kind = "date", name = { zh_CN = "哪天捡到" } },
  { code = "is_valuable", kind = "yes_no", name = { zh_CN = "贵重" } },
]
states = [
  { code = "kept", name = { zh_CN = "保管" } },
  { code = "thrown", name = { zh_CN = "处理" }, end = "stopped" },
]

[[transitions]]
code = "throw"
name = { zh_CN = "扔掉" }
from = ["kept"]
to = "thrown"
who = ["manager"]
reason = "none"
asks_twice = true
"""


async def test_a_definition_of_the_centre_has_its_form_and_what_cannot_be_undone_asks(centre: SmallCentre) -> None:
    folder = centre.home.path / "definitions"
    folder.mkdir()
    (folder / "lost_property.toml").write_text(LOST, encoding="utf-8")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "lost_property")
        await enter_text(app, pilot, "一把伞")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "lilei")
        await press(app, pilot, "enter")
        assert "今天写 +0" in str(form.query_one("#case-form-hint").render())
        await enter_text(app, pilot, "+0")
        assert "2026-11-20 (周五)" in " ".join(str(one.render()) for one in form.query(".part-echo"))
        await press(app, pilot, "ctrl+u")
        await enter_text(app, pilot, "昨天")
        assert "2026-11-19 (周四)" in " ".join(str(one.render()) for one in form.query(".part-echo"))
        await press(app, pilot, "enter", "2", "enter")
        assert not stays(app, form)
        (one,) = records(centre, "lost_property")
        screen = await open_record(app, pilot, one.row.id)
        # Without anything to fill in one key more takes the step, and then a question.
        await press(app, pilot, "1", "enter")
        assert isinstance(front(app), QuestionDialog)
        await press(app, pilot, "escape", "enter", "enter")
        assert front(app) is screen

    await do(centre, task)
    (one,) = records(centre, "lost_property")
    assert dict(one.now.values) == {
        "what": "一把伞",
        "keeper": "S101",
        "found_on": "2026-11-19",
        "is_valuable": False,
    }
    assert one.row.state == "thrown"


async def test_evidence_stands_in_a_form_beforehand_and_is_saved_with_it(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "certified_ratio")
        assert len(rows_of(form, "staff")) == 3
        await press(app, pilot, "ctrl+s")
        assert not stays(app, form)

    await do(centre, task)
    (one,) = records(centre, "certified_ratio")
    assert one.now.values["staff_count"] == 3


def rows_of(form: CaseForm, key: str) -> list[object]:
    """The rows of a list in a form."""
    rows = form.parts.typed[key]
    assert isinstance(rows, list)
    return rows


async def test_a_record_begun_from_another_has_its_words_and_is_linked_to_it(centre: SmallCentre) -> None:
    first = on(centre, lambda context: service.open_case(context, "first_contact", {"matter": "楼道灯坏了"}))
    target = service.LinkTarget("case", str(first.row.id))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        begun = await open_form(app, pilot, "complaint", 0, "", target)
        assert begun.parts.typed["matter"] == "楼道灯坏了"
        begun.parts.go_to("area")
        await enter_text(app, pilot, "一居")
        # What is typed is kept without leaving, and what it belongs to with it.
        await begun.keep()
        kept = on(centre, lambda context: drafts.draft(context, "complaint"))
        assert kept is not None and kept["area"] == "一居"
        await press(app, pilot, "escape")
        await open_form(app, pilot, "complaint")
        await press(app, pilot, "ctrl+s")
        screen = await open_record(app, pilot, first.row.id)
        place = next(at for at, one in enumerate(row_texts(app, "case")) if "关联记录" in one)
        await press(app, pilot, *["down"] * place)
        await press(app, pilot, "enter")
        assert front(app) is not screen and any("一居" in one for one in row_texts(app, "case"))
        await press(app, pilot, "escape")
        assert front(app) is screen

    await do(centre, task)


async def test_a_link_to_a_demand_opens_that_demand_wherever_it_stands(centre: SmallCentre) -> None:
    def old(context: Context) -> tuple[int, CaseView]:
        day = context.today() - timedelta(days=500)
        numbers = [
            add_demand(context, Wanted(words=words, source="desk"), day=day) for words in ("理发", "老花镜", "棋牌")
        ]
        decline_demand(context, numbers[1], "已经有了")
        add_demand(context, Wanted(words="插花", source="desk", head_count=9))
        target = service.LinkTarget("demand", str(numbers[1]))
        return numbers[1], service.open_case(context, "first_contact", {"matter": "老花镜"}, linked_to=target)

    number, record = on(centre, old)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        screen = await open_record(app, pilot, record.row.id)
        place = next(at for at, one in enumerate(row_texts(app, "case")) if "需求" in one)
        await press(app, pilot, *["down"] * place)
        await press(app, pilot, "enter")
        demands = front(app)
        assert isinstance(demands, DemandsScreen)
        assert demands.rows.current is not None and demands.rows.current.key == str(number)
        await press(app, pilot, "enter")
        assert isinstance(front(app), ReadDialog)
        await press(app, pilot, "escape", "escape")
        assert front(app) is screen

    await do(centre, task)
