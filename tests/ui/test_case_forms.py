"""Forms of records in the running program: hasty hands, drafts, rows, people of the register."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from db.staff import Staff, put
from frontdesk.cases import drafts, service
from frontdesk.cases.detail_screen import CaseScreen
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.forms import REASON
from frontdesk.cases.rows_screen import RowDialog, RowsScreen
from frontdesk.context import Context, Operator
from frontdesk.residents import service as residents
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.picking import PickDialog
from tests.ui.caseforms import cells, front, open_form, post_keys, records, said
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, entered, notice, on, post_scans, press, settle


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
        await press(app, pilot, "delete", "ctrl+z", "ctrl+s")
        assert front(app) is form
        # One Esc too many leaves the form with a word; it is there again with its rows.
        await press(app, pilot, "escape")
        assert form not in app.screen_stack and "接着填" in notice(app)
        form = await open_form(app, pilot, "self_gov_fund")
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
