"""Forms of records and the screen of one record in the running program: hasty hands, drafts, rows, corrections."""

from __future__ import annotations

from datetime import timedelta

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from db.staff import Staff, put
from frontdesk.activities.monthly.demand_screen import DemandsScreen
from frontdesk.activities.monthly.demands import Wanted, add_demand, decline_demand
from frontdesk.cases import drafts, service
from frontdesk.cases.detail_screen import CaseScreen
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.forms import REASON
from frontdesk.cases.rows_screen import RowDialog, RowsScreen
from frontdesk.cases.service import CaseView
from frontdesk.context import Context, Operator
from frontdesk.residents import service as residents
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.picking import PickDialog
from frontdesk.shell.reading import ReadDialog
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, entered, notice, on, post_scans, press, row_texts, settle


def records(centre: SmallCentre, code: str) -> list[CaseView]:
    """The records of a definition, the oldest first."""
    return on(centre, lambda context: [service.view(context, one.id) for one in service.register(context, code)][::-1])


async def open_form(app: FrontdeskApp, pilot: Pilot[None], *told: object) -> CaseForm:
    """Open a form over the screen in front."""
    screen = front(app)
    assert isinstance(screen, DeskScreen)
    await app.open_form("case_form", screen, *told)
    await settle(app, pilot)
    form = front(app)
    assert isinstance(form, CaseForm)
    return form


async def open_record(app: FrontdeskApp, pilot: Pilot[None], case_id: int) -> CaseScreen:
    """Open the screen of a record over the screen in front."""
    screen = front(app)
    assert isinstance(screen, DeskScreen)
    await app.open_form("case", screen, case_id)
    await settle(app, pilot)
    found = front(app)
    assert isinstance(found, CaseScreen)
    return found


def post_keys(app: FrontdeskApp, *keys: str) -> None:
    """Post keys at once, as a hand that is ahead of the screen types them."""
    for at, key in enumerate(keys):
        event = events.Key(key, key if len(key) == 1 else None)
        event.time += at * 0.2
        app.post_message(event)


def front(app: FrontdeskApp) -> Screen[object]:
    """The screen in front, whichever it is by now."""
    return app.screen


def stays(app: FrontdeskApp, form: CaseForm) -> bool:
    """Whether a form is still in front."""
    return app.screen is form


def cells(app: FrontdeskApp) -> list[str]:
    """The rows of the list of a form, each as one text."""
    return [" ".join(one.split()) for one in row_texts(app, "case-rows")]


def said(form: CaseForm) -> str:
    """What is wrong with the fields of a form, all of it."""
    return " ".join(str(one.render()) for one in form.query(".part-wrong.-shown"))


async def test_a_first_contact_takes_its_matter_and_one_key(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f2", "1")
        await enter_text(app, pilot, "医保怎么转")
        await press(app, pilot, "ctrl+s")
        assert not isinstance(front(app), CaseForm)
        assert "已登记 SW2026-00001。按 Ctrl+F3 打开它" in notice(app)
        # What was answered at once is closed at once: one key opens it, one more takes the step.
        await press(app, pilot, "ctrl+f3", "1")
        assert isinstance(front(app), CaseForm) and isinstance(app.screen_stack[-2], CaseScreen)
        await press(app, pilot, "escape", "escape")

    await do(centre, task)
    (one,) = records(centre, "first_contact")
    assert (one.row.title, one.now.values["channel"], one.now.values["first_receiver"]) == (
        "医保怎么转",
        "walk_in",
        "M001",
    )
    assert on(centre, drafts.drafts) == []


async def test_hasty_hands_have_each_word_in_its_field_and_a_scanned_card_leaves_the_form(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "complaint")
        post_keys(app, *"楼上漏水", "enter", "2", "enter", "9", "enter", *"一居", "enter", *"张三", "enter")
        await settle(app, pilot)
        post_scans(app, [centre.codes["0310007"]])
        await settle(app, pilot)
        assert front(app) is form
        typed = form.parts.typed
        assert [typed[key] for key in ("matter", "channel", "category", "area", "person", "phone")] == [
            "楼上漏水", "phone", "品牌特色", "一居", "张三", "",
        ]  # fmt: skip
        # What is wrong stands at its field, the cursor goes there, and nothing that was typed is lost.
        await enter_text(app, pilot, "12")
        await press(app, pilot, "ctrl+s")
        assert front(app) is form and "手机号" in said(form)
        control = form.parts.current
        assert control is not None and control.asked.key == "phone"
        await press(app, pilot, "backspace", "backspace")
        post_keys(app, *"13800004321", "ctrl+s", "f1")
        await settle(app, pilot)
        assert form not in app.screen_stack

    await do(centre, task)
    (one,) = records(centre, "complaint")
    assert one.now.values["phone"] == "13800004321" and entered(centre) == ["0310007"]


async def test_a_form_that_was_left_is_there_again_for_whoever_typed_it_and_for_nobody_else(
    centre: SmallCentre,
) -> None:
    def colleague(context: Context) -> None:
        with context.database.write() as connection:
            put(connection, Staff(no="W002", name="李四", kind="", role="operator"))

    on(centre, colleague)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        first = await open_form(app, pilot, "first_contact")
        await enter_text(app, pilot, "退休手续")
        await press(app, pilot, "escape")
        assert first not in app.screen_stack
        await open_form(app, pilot, "complaint")
        await enter_text(app, pilot, "噪声")
        # Half typed, the desk is locked, and somebody else signs in.
        await press(app, pilot, "f9")
        assert app.is_locked
        await app.enter(Operator("W002", "李四", "operator"))
        await settle(app, pilot)
        assert not any(isinstance(one, CaseForm) for one in app.screen_stack)
        other = await open_form(app, pilot, "complaint")
        assert other.parts.typed["matter"] == ""
        await press(app, pilot, "escape", "f9")
        await app.enter(Operator("M001", "王五", "manager"))
        await settle(app, pilot)
        again = await open_form(app, pilot, "complaint")
        assert again.parts.typed["matter"] == "噪声"
        assert "没填完" in str(again.query_one("#case-form-panel").border_subtitle)
        stood = []
        for _ in range(2):
            await press(app, pilot, "ctrl+n")
            stood.append(again.parts.typed["matter"])
        assert stood == ["", "噪声"]
        await press(app, pilot, "ctrl+s")

    await do(centre, task)
    assert [one.row.title for one in records(centre, "complaint")] == ["噪声"]
    assert [(one.code, one.case_id) for one in on(centre, drafts.drafts)] == [("first_contact", 0)]


async def test_keys_that_come_after_esc_mean_nothing_to_the_form_that_was_left(centre: SmallCentre) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        for late in (("escape", "escape"), ("escape", "ctrl+s")):
            await press(app, pilot, "ctrl+f2", "1", "x")
            post_keys(app, *late)
            await settle(app, pilot)
            assert [type(one).__name__ for one in app.screen_stack] == ["TodayScreen"]
    assert on(centre, lambda context: service.counts(context)) == {}


async def test_rows_are_pasted_corrected_moved_and_added_up(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "self_gov_fund")
        for text in ("楼道美化", "示范一居", "三月议事会"):
            await enter_text(app, pilot, text)
            await press(app, pilot, "enter")
        await enter_text_long(app, pilot, "刷白\n种花")
        await press(app, pilot, "tab", "enter", "enter")
        rows = front(app)
        assert isinstance(rows, RowsScreen)
        app.post_message(events.Paste("科目\t金额\r\n涂料\t1,200.50\r\n花盆\t三百\r\n"))
        await settle(app, pilot)
        assert cells(app) == ["1 涂料 1,200.50 元", "2 花盆 三百"]
        assert rows.rows.cursor == 1 and "第 2 行" in str(rows.query_one("#case-rows-said").render())
        await press(app, pilot, "enter", "enter", "ctrl+u")
        await enter_text(app, pilot, "300")
        await press(app, pilot, "enter", "f7", "ctrl+n")
        assert isinstance(front(app), RowDialog)
        await enter_text(app, pilot, "人工")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "0.5")
        await press(app, pilot, "enter", "escape")
        assert [one.split()[1:3] for one in cells(app)] == [["花盆", "300.00"], ["涂料", "1,200.50"], ["人工", "0.50"]]
        assert "1,501.00" in str(rows.panel.border_subtitle)
        await press(app, pilot, "delete", "ctrl+z", "escape")
        assert front(app) is form
        await press(app, pilot, "ctrl+s")
        assert form not in app.screen_stack

    await do(centre, task)
    (one,) = records(centre, "self_gov_fund")
    budget = one.now.values["budget"]
    assert isinstance(budget, list)
    assert [(row["line"], row["amount"]) for row in budget] == [("花盆", 30000), ("涂料", 120050), ("人工", 50)]
    assert one.now.values["aim"] == "刷白\n种花"


async def enter_text_long(app: FrontdeskApp, pilot: Pilot[None], text: str) -> None:
    """Paste text into the focused field of several lines."""
    app.post_message(events.Paste(text))
    await settle(app, pilot)


async def test_somebody_of_the_register_is_found_by_initials_and_fills_the_phone(centre: SmallCentre) -> None:
    def two(context: Context) -> list[int]:
        people = (("欧阳小明", "13800004321"), ("欧阳晓敏", "13800005678"))
        return [residents.add(context, {"name": name, "phone": phone}).id for name, phone in people]

    ids = on(centre, two)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "first_contact")
        await enter_text(app, pilot, "办证")
        await press(app, pilot, "down", "down", "down")
        await enter_text(app, pilot, "oyx")
        await press(app, pilot, "enter")
        assert isinstance(front(app), PickDialog)
        await press(app, pilot, "backspace", "backspace", "backspace", *"4321", "enter")
        assert front(app) is form
        assert (form.parts.typed["visitor"], form.parts.typed["phone"]) == ("欧阳小明", "13800004321")
        await press(app, pilot, "ctrl+s")

    await do(centre, task)
    (one,) = records(centre, "first_contact")
    assert dict(one.residents) == {"visitor": ids[0]}


async def test_somebody_of_the_register_is_chosen_for_a_row_and_stays_where_the_rows_go(centre: SmallCentre) -> None:
    def two(context: Context) -> list[int]:
        people = (("欧阳小明", "13800004321"), ("司马晓敏", "13800005678"))
        return [residents.add(context, {"name": name, "phone": phone}).id for name, phone in people]

    ids = on(centre, two)
    made = on(centre, lambda context: service.open_case(context, "mediation", {"matter": "漏水", "handler": "M001"}))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "mediation", made.row.id)
        form.parts.go_to("parties")
        await press(app, pilot, "enter", "ctrl+n")
        assert isinstance(front(app), RowDialog)
        await enter_text(app, pilot, "oyx")
        await press(app, pilot, "enter", "enter")
        # The next row begins at once: somebody who is in no register, then another one who is.
        await enter_text(app, pilot, "诸葛先生")
        await press(app, pilot, "enter", "enter")
        await enter_text(app, pilot, "5678")
        await press(app, pilot, "enter", "enter", "escape")
        assert [one.split()[1:] for one in cells(app)] == [
            ["欧阳小明", "13800004321"],
            ["诸葛先生"],
            ["司马晓敏", "13800005678"],
        ]
        await press(app, pilot, "f7", "f7", "escape")
        form.parts.go_to(REASON)
        await enter_text(app, pilot, "补上")
        await press(app, pilot, "ctrl+s")
        assert form not in app.screen_stack

    await do(centre, task)
    places = {1: f"{made.row.id}-parties-1", 2: f"{made.row.id}-parties-2"}
    assert on(centre, lambda context: places_of(context, ids[1])) == [places[1]]
    assert on(centre, lambda context: places_of(context, ids[0])) == [places[2]]

    async def again(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        form = await open_form(app, pilot, "mediation", made.row.id)
        form.parts.go_to("parties")
        await press(app, pilot, "enter", "down", "enter", "ctrl+u")
        await enter_text(app, pilot, "欧阳先生")
        await press(app, pilot, "enter", "enter", "escape")
        form.parts.go_to(REASON)
        await enter_text(app, pilot, "是他父亲")
        await press(app, pilot, "ctrl+s")

    await do(centre, again)
    # Under another name it is nobody of the register any more; who stands in the other rows does so still.
    assert on(centre, lambda context: places_of(context, ids[0])) == []
    assert on(centre, lambda context: places_of(context, ids[1])) == [places[1]]


def places_of(context: Context, resident: int) -> list[str]:
    return [str(one) for one in service.places_of_residents(context, context.database.connection, [resident])]


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
