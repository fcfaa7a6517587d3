"""The desk of cases by keyboard alone: new in two keys, the list and its steps, registers, several at once."""

from __future__ import annotations

import re

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from db.staff import Staff, put
from frontdesk.cases import service
from frontdesk.cases.detail_screen import CaseScreen
from frontdesk.cases.form_screen import CaseForm
from frontdesk.cases.new_screen import KindDialog
from frontdesk.cases.rows_screen import RowDialog
from frontdesk.cases.screen import CasesScreen
from frontdesk.common.text import display_width
from frontdesk.locale import speaking, t
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import CommandBar
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.findbox import FindBox
from frontdesk.shell.rowlist import RowList
from tests.db.test_cases import LOST_PROPERTY
from tests.ui.conftest import MANAGER, SmallCentre
from tests.ui.hands import do, enter_text, look_for_changes, notice, on, press, row_texts, settle, values_of


@pytest.fixture
def numbers(centre: SmallCentre) -> dict[str, str]:
    """Three first contacts, one of which has ended, and a complaint; their numbers by what they are about."""
    context = centre.context()
    made = {}
    for code, about in (("first_contact", "问医保"), ("first_contact", "问养老"), ("first_contact", "问路")):
        made[about] = service.open_case(context, code, {"matter": about, "visitor": "欧阳雪"}).row
    made["太吵"] = service.open_case(context, "complaint", {"matter": "太吵"}).row
    service.take_step(context, made["问路"].id, "answer_now", {"answer": "直走"})
    context.database.close()
    return {about: row.number for about, row in made.items()}


def shown(app: FrontdeskApp, selector: str) -> str:
    """What a line of the open screen says."""
    return str(app.screen.query_one(selector).render())


def stands_in_front(app: FrontdeskApp, kind: type) -> bool:
    return isinstance(app.screen, kind)


async def write(app: FrontdeskApp, pilot: Pilot[None], text: str) -> None:
    """Put text into the focused field of several lines, as an input method commits it."""
    assert isinstance(app.focused, TextArea)
    app.focused.insert(text)
    await settle(app, pilot)


async def test_two_keys_begin_a_record_over_a_half_filled_form_which_is_there_again_afterwards(
    centre: SmallCentre,
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "ctrl+g")
        await enter_text(app, pilot, "12-0")
        await press(app, pilot, "ctrl+f2", "1")
        assert stands_in_front(app, CaseForm)
        await enter_text(app, pilot, "问医保")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert stands_in_front(app, FormDialog)
        assert values_of(app)["day"] == "12-0"

    await do(centre, task)
    context = centre.context()
    assert [row.title for row in service.work_list(context)] == ["问医保"]
    context.database.close()


async def test_a_kind_is_found_by_initials_and_by_its_mechanism_and_esc_leaves_without_one(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        # From a field of another screen: terminals that keep Ctrl+F2 for themselves have Shift+F2.
        await press(app, pilot, "f4", "shift+f2", *"swjd")
        assert [row.split()[1] for row in row_texts(app, "pick-list")] == ["首问接待"]
        await press(app, pilot, *["backspace"] * 4, *"yzsy")
        assert [row.split()[0] for row in row_texts(app, "pick-list")] == ["印章使用", "印章使用清单"]
        pick = app.screen.query_one("#pick-list", RowList)
        assert pick.cursor == 0
        await press(app, pilot, *["backspace"] * 4, *"x12")
        assert any("投诉" in row for row in row_texts(app, "pick-list"))
        await press(app, pilot, "ctrl+f2")
        assert [type(one) for one in app.screen_stack].count(KindDialog) == 1
        await press(app, pilot, "escape")
        assert app.current_mode == "volunteers"
        assert not stands_in_front(app, KindDialog)

    await do(centre, task)


async def test_the_list_names_the_next_steps_and_a_step_is_taken_with_its_key(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        assert stands_in_front(app, CasesScreen)
        assert "待办 3" in shown(app, "#cases-views")
        rows = row_texts(app, "cases")
        assert len(rows) == 3
        place = next(at for at, row in enumerate(rows) if "问养老" in row)
        await press(app, pilot, *["down"] * place)
        assert "F7 答复" in shown(app, "#cases-detail")
        await press(app, pilot, "f7")
        assert stands_in_front(app, CaseForm)
        await write(app, pilot, "带身份证")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert len(row_texts(app, "cases")) == 2
        assert not any("问养老" in row for row in row_texts(app, "cases"))
        await press(app, pilot, "9")
        assert "第 9 步" in notice(app)

    await do(centre, task)


async def test_views_search_and_register_are_a_key_each_and_esc_leads_back_step_by_step(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f3", "ctrl+f5", "left")
        assert row_texts(app, "cases") == []
        await press(app, pilot, "right", "ctrl+f", *"oyx")
        assert len(row_texts(app, "cases")) == 3
        await press(app, pilot, "escape", "escape")
        assert len(row_texts(app, "cases")) == 3
        rows = row_texts(app, "cases")
        await press(app, pilot, *["down"] * next(at for at, row in enumerate(rows) if "问医保" in row), "ctrl+y")
        assert len(row_texts(app, "cases")) == 3
        assert numbers["问路"] in row_texts(app, "cases")[0]
        assert "王五" in row_texts(app, "cases")[0]
        await press(app, pilot, "escape")
        assert len(row_texts(app, "cases")) == 3
        await press(app, pilot, "escape")
        assert app.current_mode == "sessions"

    await do(centre, task)


async def test_a_register_without_records_says_which_posts_nobody_holds(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+g", *"j06", "enter", "ctrl+y")
        await settle(app, pilot)
        assert row_texts(app, "cases") == []
        assert "空缺" in shown(app, "#cases-top")
        await press(app, pilot, "f7")
        assert "先选" in notice(app)

    await do(centre, task)


async def test_what_is_marked_takes_a_step_with_one_form(centre: SmallCentre, numbers: dict[str, str]) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        rows = row_texts(app, "cases")
        first = next(at for at, row in enumerate(rows) if "问医保" in row)
        await press(app, pilot, *["down"] * first, "ctrl+a")
        assert sum(row.startswith("*") for row in row_texts(app, "cases")) == 2
        await press(app, pilot, "1")
        assert stands_in_front(app, CaseForm)
        assert "2 条" in app.screen.title_words()  # type: ignore[attr-defined]
        await press(app, pilot, "ctrl+s")
        assert stands_in_front(app, CaseForm)
        await write(app, pilot, "都办好了")
        await press(app, pilot, "ctrl+s")
        await settle(app, pilot)
        assert stands_in_front(app, CasesScreen)
        assert len(row_texts(app, "cases")) == 1
        assert "2" in notice(app)

    await do(centre, task)


async def test_a_form_that_was_begun_is_named_on_top_and_one_key_goes_on_with_it(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+n", "1")
        await enter_text(app, pilot, "水管漏水")
        await press(app, pilot, "escape")
        await settle(app, pilot)
        assert stands_in_front(app, CasesScreen)
        assert "1 张表" in shown(app, "#cases-begun")
        await press(app, pilot, "ctrl+r")
        assert stands_in_front(app, CaseForm)
        assert "水管漏水" in str(app.screen.parts.typed)  # type: ignore[attr-defined]

    await do(centre, task)


async def test_another_screen_opens_the_list_narrowed(centre: SmallCentre, numbers: dict[str, str]) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.action_command("cases")
        app.open_at("definition:complaint")
        await settle(app, pilot)
        assert [numbers["太吵"] in row for row in row_texts(app, "cases")] == [True]
        await press(app, pilot, "f9")
        await press(app, pilot, "ctrl+f2")
        assert not stands_in_front(app, KindDialog)

    await do(centre, task)


async def test_a_wrong_file_of_the_centre_is_told_above_the_list_and_stops_nothing_else(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    context = centre.context()
    context.database.close()
    folder = context.home.path / "definitions"
    folder.mkdir(exist_ok=True)
    (folder / "repair.toml").write_text('code = "repair"\nkind = "case"\nsort = 1\n', encoding="utf-8")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        assert "repair.toml" in shown(app, "#cases-top")
        assert len(row_texts(app, "cases")) == 3

    await do(centre, task)


async def test_a_record_is_passed_on_in_a_key_a_name_and_a_reason(centre: SmallCentre, numbers: dict[str, str]) -> None:
    context = centre.context()
    with context.database.write() as connection:
        put(connection, Staff(no="M777", name="钱七", kind="", role="operator"))
    made = service.open_case(context, "complaint", {"matter": "太吵", "handler": MANAGER}).row
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+f", *made.number.lower(), "enter")
        await settle(app, pilot)
        await press(app, pilot, "ctrl+t", *["backspace"] * 12, *"qq", "enter")
        await settle(app, pilot)
        form = app.screen
        # Nothing but who and why is asked, whatever the record has: the reason is the next field.
        assert isinstance(form, CaseForm) and "转给同事" in form.title_words()
        assert form.parts.current is form.parts.control("#reason")
        await press(app, pilot, *"huanban", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and "钱七" in shown(app, "#case-head")

    await do(centre, task)
    context = centre.context()
    seen = service.view(context, made.id)
    assert seen.row.responsible == "M777" and seen.log[-1].reason == "huanban"
    assert service.due_counts(context).drafts == 0
    context.database.close()


async def test_the_cursor_goes_with_a_record_that_moves_in_the_list(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "home")
        rows = app.screen.query_one("#cases", RowList)
        assert rows.current is not None and "问医保" in row_texts(app, "cases")[0]
        looked_at = rows.current.key
        # Another window hands it up: its next limit is later than those of the others.
        on(centre, lambda context: service.take_step(context, int(looked_at), "report_up", {}))
        await look_for_changes(app, pilot)
        assert rows.cursor > 0 and rows.current.key == looked_at

    await do(centre, task)


async def test_keys_without_room_in_the_bar_stand_beside_the_views_and_counts_over_a_register_are_of_all(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+g", *"swjd", "enter")
        line = shown(app, "#cases-views")
        assert "^T 日历任务" in line and "^E 制度启用" in line
        await press(app, pilot, "ctrl+y")
        await settle(app, pilot)
        counted = [int(one) for one in re.findall(r"\d+", shown(app, "#cases-top"))]
        assert len(counted) == 2 and sum(counted) == len(row_texts(app, "cases")) == 3

    await do(centre, task)


async def test_new_in_a_register_is_of_that_kind_and_enter_in_an_empty_list_adds_its_first_row(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+g", *"x07", "enter", "ctrl+n")
        await settle(app, pilot)
        form = app.screen
        assert isinstance(form, CaseForm) and form.about == ("demand_round", 0, "")
        await press(app, pilot, *["down"] * 7, "enter", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, RowDialog)

    await do(centre, task)


async def test_after_a_record_the_next_search_replaces_the_one_before_and_another_screen_ends_it(
    centre: SmallCentre, numbers: dict[str, str]
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+f", *"oyx", "enter")
        await settle(app, pilot)
        await press(app, pilot, "escape")
        await settle(app, pilot)
        box = app.screen.query_one("#cases-find", FindBox)
        assert box.value == "oyx" and len(row_texts(app, "cases")) == 3
        await press(app, pilot, *"wyl")
        assert box.value == "wyl"
        (row,) = row_texts(app, "cases")
        assert "问养老" in row
        await press(app, pilot, "f3", "ctrl+f5")
        await settle(app, pilot)
        assert not box.display and box.value == "" and len(row_texts(app, "cases")) == 3

    await do(centre, task)


async def test_today_leads_to_the_list_that_names_the_file_whose_edition_is_to_be_raised(centre: SmallCentre) -> None:
    context = centre.context()
    file = context.home.path / "definitions" / "lost_property.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(LOST_PROPERTY, encoding="utf-8")
    service.open_case(context, "lost_property", {"what": "雨伞"})
    file.write_text(LOST_PROPERTY.replace('end = "done"', 'end = "stopped" '), encoding="utf-8")
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        app.set_focus(app.screen.query_one("#due"))
        place = next(at for at, one in enumerate(row_texts(app, "due")) if "lost_property.toml" in one)
        await press(app, pilot, "home", *["down"] * place, "enter")
        await settle(app, pilot)
        assert app.current_mode == "cases"

    await do(centre, task)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_a_wide_window_has_more_keys_in_its_bar_and_a_narrow_one_what_marking_is_done_with(
    centre: SmallCentre, numbers: dict[str, str], language: str
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5")
        bar = app.screen.query_one(CommandBar)
        narrow = str(bar.render())
        assert "^A" not in narrow and "^R" not in narrow
        await press(app, pilot, "space")
        below = str(app.screen.query_one("#cases-panel").border_subtitle)
        assert "1" in below and "Ctrl+A" in below
        await pilot.resize_terminal(120, 40)
        await settle(app, pilot)
        own, everybody = str(bar.render()).splitlines()
        words = [("^A", "case_desk.command.mark_all"), ("^R", "case_desk.command.resume")]
        assert [key for key, name in words if f"{key} {t(name)}" not in own] == []
        assert own.endswith(f"Esc {t('case_desk.command.close')}")
        assert max(map(display_width, (own, everybody))) <= 120
        await pilot.resize_terminal(80, 24)
        await settle(app, pilot)
        assert max(map(display_width, str(bar.render()).splitlines())) <= 80

    with speaking(language):
        await do(centre, task)


async def test_a_key_that_has_nothing_to_go_on_with_says_so(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+f5", "ctrl+r")
        assert "没有填了一半的表" in notice(app)

    await do(centre, task)
