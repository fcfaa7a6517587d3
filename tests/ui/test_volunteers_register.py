"""Volunteers at the desk with the keys: registered, changed, seen in full, found by what they can do, imported."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from openpyxl.reader.excel import load_workbook
from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.common.text import display_width
from frontdesk.context import Context, Operator
from frontdesk.locale import use_language
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import CommandBar
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import RowList
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.availability import slot_words
from frontdesk.volunteers.register.detail_screen import DetailScreen
from frontdesk.volunteers.register.talent_screen import TalentScreen
from tests.desks import sheet
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle, values_of

T = TypeVar("T")
NO = "0310005"


def at_centre(centre: SmallCentre, case: Callable[[Context], T]) -> T:
    """Run a use case beside the program."""
    context = centre.context()
    try:
        return case(context)
    finally:
        context.database.close()


def wrong(app: FrontdeskApp) -> str:
    return str(app.screen.query_one("#wrong", Plain).render())


async def retype(app: FrontdeskApp, pilot: Pilot[None], text: str) -> None:
    field: Any = app.focused
    assert isinstance(field, Input)
    field.value = ""
    await enter_text(app, pilot, text)


async def details(app: FrontdeskApp, pilot: Pilot[None], no: str = NO) -> None:
    """Open the details of a volunteer: two keys and what is typed."""
    await press(app, pilot, "f4")
    await enter_text(app, pilot, no)
    await press(app, pilot, "ctrl+e")
    assert isinstance(app.screen, DetailScreen)


async def test_a_new_volunteer_is_registered_with_four_keys_and_a_name(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4", "ctrl+n")
        assert values_of(app)["no"] == "0310321"
        assert app.focused is not None and app.focused.id == "field-name"
        await enter_text(app, pilot, "钱多多")
        await press(app, pilot, "ctrl+s")
        assert "0310321" in notice(app)
        assert [row.split()[0] for row in row_texts(app, "found")] == ["0310321"]

    await do(centre, task)
    assert at_centre(centre, lambda context: register.get(context, "0310321")).name == "钱多多"


async def test_a_minor_is_registered_and_the_guardian_asked_for(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4", "ctrl+n")
        await enter_text(app, pilot, "小明")
        await press(app, pilot, "enter", "enter", "enter", "enter")
        await enter_text(app, pilot, "2012-03")
        await press(app, pilot, "ctrl+s")
        assert "监护人" in notice(app)
        await press(app, pilot, "ctrl+e")
        assert "监护人同意 尚未填写" in "\n".join(row_texts(app, "detail-data"))

    await do(centre, task)


async def test_a_known_name_is_pointed_out_once_and_a_wrong_field_takes_the_cursor(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        known = await app.desk.run(lambda context: register.get(context, NO))
        await press(app, pilot, "f4", "ctrl+n")
        await enter_text(app, pilot, known.name)
        await press(app, pilot, "enter", "enter")
        await enter_text(app, pilot, "123")
        await press(app, pilot, "ctrl+s")
        assert app.focused is not None and app.focused.id == "field-phone"
        await retype(app, pilot, "15400000005")
        await press(app, pilot, "ctrl+s")
        assert NO in wrong(app) and isinstance(app.screen, FormDialog)
        await press(app, pilot, "ctrl+s")
        assert not isinstance(app.screen, FormDialog)

    await do(centre, task)
    assert at_centre(centre, register.count) == 321


async def test_the_line_under_the_cursor_is_changed_and_the_phone_stays(centre: SmallCentre) -> None:
    at_centre(centre, lambda context: register.change(context, NO, {"phone": "15400000005"}))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await details(app, pilot)
        assert "***0005" in "\n".join(row_texts(app, "detail-data"))
        app.screen.query_one("#detail-data", RowList).move_to("team")
        await press(app, pilot, "enter")
        assert app.focused is not None and app.focused.id == "field-team"
        await retype(app, pilot, "便民队")
        await press(app, pilot, "ctrl+s")
        assert "没有叫“便民队”的服务队" in wrong(app)
        await press(app, pilot, "ctrl+s")
        assert "便民队" in "\n".join(row_texts(app, "detail-data"))
        await press(app, pilot, "escape")
        assert "便民队" in row_texts(app, "found")[0]

    await do(centre, task)
    profile = at_centre(centre, lambda context: register.profile(context, NO))
    assert (profile.volunteer.team, profile.phone) == ("便民队", "***0005")


async def test_name_and_phone_are_shown_by_one_key_which_is_logged(centre: SmallCentre) -> None:
    at_centre(centre, lambda context: register.change(context, NO, {"phone": "15400000005"}))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await details(app, pilot)
        assert "15400000005" not in "\n".join(row_texts(app, "detail-data"))
        await press(app, pilot, "ctrl+t")
        assert "15400000005" in "\n".join(row_texts(app, "detail-data"))
        await press(app, pilot, "escape", "ctrl+e")
        assert "15400000005" not in "\n".join(row_texts(app, "detail-data"))

    await do(centre, task)
    context = centre.context()
    rows = context.database.connection.execute("SELECT subject FROM audit WHERE action = 'volunteer.contact_shown'")
    assert [row[0] for row in rows] == [NO]
    context.database.close()


async def test_a_skill_times_of_the_week_and_a_call_up_are_entered_and_then_found(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await details(app, pilot)
        await press(app, pilot, "2", "f7")
        await enter_text(app, pilot, "理发")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "便民")
        await press(app, pilot, "ctrl+s")
        assert row_texts(app, "detail-skills")[0].startswith("理发 便民 在库 2026-11-20")
        await press(app, pilot, "3", "right", "right", "right", "right", "right", "enter", "down", "space")
        await press(app, pilot, "f8", "enter")
        await enter_text(app, pilot, "重阳节理发")
        await press(app, pilot, "ctrl+s", "down", "down", "enter", "enter")
        assert "来了" in row_texts(app, "detail-skills")[2]
        await press(app, pilot, "escape", "ctrl+x")
        assert isinstance(app.screen, TalentScreen)
        await enter_text(app, pilot, "理发 周六上午 护河队")
        assert row_texts(app, "talent-list") == [f"{NO} 张* 理发 周六上午下午 护河队 2026-11-20"]
        await press(app, pilot, "enter")
        assert isinstance(app.screen, DetailScreen)

    await do(centre, task)
    profile = at_centre(centre, lambda context: register.profile(context, NO))
    assert slot_words(profile.slots) == "周六上午下午"
    assert [(call.purpose, call.outcome, call.skill) for call in profile.call_ups] == [("重阳节理发", "came", "理发")]


async def test_who_fits_is_written_out_masked_with_one_key(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path))
    at_centre(centre, lambda context: register.set_skill(context, NO, "理发"))

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4", "ctrl+x")
        await enter_text(app, pilot, "理发")
        await press(app, pilot, "ctrl+s")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)

    await do(centre, task)
    [path] = tmp_path.glob("*.xlsx")
    book = load_workbook(path)
    assert book.sheetnames == ["志愿者名册", "达人库"]
    assert book["志愿者名册"]["B4"].value == "张*"


async def test_a_record_is_entered_and_annulled_with_a_reason(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await details(app, pilot)
        await press(app, pilot, "4", "f7", "enter")
        await enter_text(app, pilot, "昨天")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, "急救培训")
        await press(app, pilot, "ctrl+s")
        assert row_texts(app, "detail-records")[0].startswith("2026-11-19 培训 急救培训")
        await press(app, pilot, "delete", "enter")
        assert "必须填写" in wrong(app)
        await enter_text(app, pilot, "登记错人")
        await press(app, pilot, "enter")
        assert "已作废：登记错人" in row_texts(app, "detail-records")[0]

    await do(centre, task)


async def test_somebody_who_leaves_needs_a_reason_and_can_come_back(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4")
        await enter_text(app, pilot, NO)
        await press(app, pilot, "ctrl+t", "down", "enter", "enter")
        assert "必须填写" in wrong(app)
        await enter_text(app, pilot, "搬家")
        await press(app, pilot, "enter")
        assert "已离队" in row_texts(app, "found")[0]
        await press(app, pilot, "ctrl+t", "enter", "enter")
        assert "正常" in row_texts(app, "found")[0]

    await do(centre, task)
    assert at_centre(centre, lambda context: register.get(context, NO)).state == "active"


async def test_an_auditor_sees_and_changes_nothing(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        app.desk.operator = Operator("S102", "萧红", "auditor")
        await details(app, pilot)
        await press(app, pilot, "enter")
        assert isinstance(app.screen, DetailScreen)
        assert "审计员" in notice(app)
        await press(app, pilot, "ctrl+t")
        assert "15400000005" not in "\n".join(row_texts(app, "detail-data"))

    await do(centre, task)


async def test_a_trial_shows_what_would_change_before_the_sheet_is_taken(centre: SmallCentre, tmp_path: Path) -> None:
    path = sheet(
        tmp_path, "编号 姓名 手机 服务队", [["310005", "张一", "15400000005", "便民队"], ["", "新人", "", "便民队"]]
    )

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+l", "down", "enter")
        await enter_text(app, pilot, str(path))
        await press(app, pilot, "enter")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        told = "".join(row_texts(app, "result"))
        assert "服务队：护河队 改为 便民队" in told and "0310321" in told
        assert "15400000005" not in told
        await press(app, pilot, "f8")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)

    await do(centre, task)
    assert at_centre(centre, lambda context: register.get(context, NO)).team == "便民队"


@pytest.mark.parametrize(
    ("language", "size"),
    [
        ("zh_CN", (80, 24)),
        ("en", (80, 24)),
        pytest.param("zh_CN", (120, 40), marks=pytest.mark.slow),
        pytest.param("en", (120, 40), marks=pytest.mark.slow),
    ],
)
async def test_every_screen_of_the_register_speaks_one_language_and_fits(
    centre: SmallCentre, language: str, size: tuple[int, int]
) -> None:
    at_centre(centre, lambda context: register.set_skill(context, NO, "理发", category="便民"))
    at_centre(centre, lambda context: register.add_call_up(context, NO, day="2026-11-20", purpose="理发"))
    at_centre(centre, lambda context: register.add_record(context, NO, "award", day="2026-11-19", title="优秀"))
    use_language(language)
    app = centre.app()

    def check() -> None:
        words = [str(plain.render()) for plain in app.screen.query("*") if hasattr(plain, "update")]
        words += [str(widget.border_title or "") for widget in app.screen.query("*")]
        for rows in app.screen.query(RowList):
            words += [*(column.title for column in rows.columns), *(" ".join(row.cells) for row in rows.rows)]
        text = "\n".join(words)
        assert not re.search(r"\b(shell|volunteers|register|common)\.[a-z_.]+", text), text
        for bar in app.screen.query(CommandBar):
            lines = str(bar.render()).splitlines()
            assert max(display_width(line) for line in lines) <= bar.content_region.width, lines
        for dialog in app.screen.query(".dialog"):
            buttons = app.screen.query_one("#save") if app.screen.query("#save") else dialog
            assert buttons.region.bottom <= size[1] and dialog.region.height <= size[1]

    try:
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await details(app, pilot)
            for keys in (
                ("1",),
                ("2",),
                ("3",),
                ("4",),
                ("5",),
                ("1", "enter"),
                ("escape", "2", "f7"),
                ("escape", "f8"),
            ):
                await press(app, pilot, *keys)
                check()
            await press(app, pilot, "escape", "escape", "ctrl+n")
            check()
            await press(app, pilot, "escape", "ctrl+x")
            check()
    finally:
        use_language("zh_CN")
    app.desk.close()


async def test_a_team_that_nobody_is_in_yet_is_asked_about_once_and_then_founded(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "f4", "ctrl+n")
        app.screen.query_one("#field-name", Input).value = "新人"
        app.screen.query_one("#field-team", Input).value = "护河"
        assert "18" in app.screen.query_one("#field-birth", Input).placeholder
        await press(app, pilot, "ctrl+s")
        assert "最接近的是“护河队”" in wrong(app)
        assert app.focused is app.screen.query_one("#field-team")
        await press(app, pilot, "ctrl+s")
        assert "已登记" in notice(app)

    await do(centre, task)
    assert "护河" in at_centre(centre, register.teams)
