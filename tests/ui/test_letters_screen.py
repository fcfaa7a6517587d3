"""Letters by keyboard alone: begun, typed and pasted, kept without a key, reviewed and sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from frontdesk.context import Context
from frontdesk.locale import use_language
from frontdesk.reports.letters import editor_screen, service
from frontdesk.reports.letters.editor_screen import EditorScreen
from frontdesk.reports.letters.screen import LettersScreen, open_letters
from frontdesk.reports.letters.service import Begun
from frontdesk.reports.service import period_named
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import ChoiceDialog, FormDialog, QuestionDialog
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import look_for_changes, notice, press, row_texts, settle

Task = Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]]
WEEK = period_named("2026-W47")


@pytest.fixture(autouse=True)
def _exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path / "out"))
    (tmp_path / "out").mkdir()
    yield
    use_language("zh_CN")


@pytest.fixture
def other(centre: SmallCentre) -> Iterator[Context]:
    """Another window on the centre."""
    context = centre.context()
    yield context
    context.database.close()


async def do(centre: SmallCentre, task: Task) -> None:
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert isinstance(app.screen, DeskScreen)
        await open_letters(app.screen, WEEK)
        await calm(app, pilot)
        await task(app, pilot)
    app.desk.close()


async def calm(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    await settle(app, pilot)
    await app.desk.run_slow(lambda _: None)
    await settle(app, pilot)


def editor(app: FrontdeskApp) -> EditorScreen:
    screen = app.screen
    assert isinstance(screen, EditorScreen)
    return screen


def in_front(app: FrontdeskApp) -> type[object]:
    return type(app.screen)


async def test_a_letter_is_begun_written_reviewed_and_sent_by_keys(
    centre: SmallCentre, other: Context, tmp_path: Path
) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "insert")
        assert in_front(app) is ChoiceDialog
        await press(app, pilot, "down", "enter")
        await calm(app, pilot)
        box = editor(app).box
        assert "第47周" in box.text and "【待补充" in box.text
        # What is left to write is chosen already.
        assert box.selected_text.startswith("【待补充") and box.selected_text.endswith("】")
        await press(app, pilot, "ctrl+home")
        assert box.cursor_location == (0, 0)
        # A text of many lines is pasted over all of it, then typed on; digits and Enter are the text's.
        box.select_all()
        app.post_message(events.Paste("本周举办活动三场。\r\n\r\n居民说：“好”。"))
        await settle(app, pilot)
        box.move_cursor(box.document.end)
        # An input method hands over whole sentences at once, as a scanner would.
        await press(app, pilot, "enter")
        for character in "邻里中心2026年第47周，13800001234":
            key = events.Key(character, character)
            key.time = 1.0
            app.post_message(key)
        await settle(app, pilot)
        await press(app, pilot, "enter", "1", "2", "ctrl+s")
        [one] = service.letters(other)
        written = "本周举办活动三场。\n\n居民说：“好”。\n邻里中心2026年第47周，13800001234\n12"
        assert one.body == written and one.kind == "activity_news"
        await press(app, pilot, "escape", "f8")
        assert in_front(app) is QuestionDialog
        await press(app, pilot, "enter", "f8", "enter", "f7")
        await calm(app, pilot)
        assert service.letter(other, one.id).state == "sent"
        assert "已写成" in notice(app)
        assert any(path.suffix == ".txt" for path in (tmp_path / "out").iterdir())
        # What was sent is only read.
        await press(app, pilot, "enter", "x", "enter", "escape", "ctrl+r")
        assert service.letter(other, one.id).body.endswith("\n12") and in_front(app) is FormDialog
        await press(app, pilot, *"zaigai", "enter")
        assert service.letter(other, one.id).state == "returned"
        assert "已退回" in row_texts(app, "letters")[0]
        await press(app, pilot, "ctrl+e")
        assert len(row_texts(app, "letter-log")) == 3
        await press(app, pilot, "enter", "escape", "escape", "escape")
        assert not isinstance(app.screen, LettersScreen)

    await do(centre, task)


async def test_what_is_typed_is_kept_while_typing_goes_on_and_before_any_command(
    centre: SmallCentre, other: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = service.begin(other, WEEK, "highlight", words=Begun("标题", "")).id

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "enter")
        monkeypatch.setattr(editor_screen, "PAUSE", 1000.0)
        monkeypatch.setattr(editor_screen, "LONGEST_UNKEPT", 0.0)
        await press(app, pilot, "a", "b")
        await calm(app, pilot)
        assert service.letter(other, number).body == "ab"
        monkeypatch.setattr(editor_screen, "LONGEST_UNKEPT", 1000.0)
        await press(app, pilot, "c")
        assert service.letter(other, number).body == "ab"
        await press(app, pilot, "f2")
        assert service.letter(other, number).body == "abc"

    await do(centre, task)


async def test_a_number_that_is_somebodys_is_not_kept_and_that_is_said(centre: SmallCentre, other: Context) -> None:
    number = service.begin(other, WEEK, "highlight", words=Begun("标题", "")).id

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "enter")
        app.post_message(events.Paste("张三 310114196001011234"))
        await press(app, pilot, "ctrl+s", "escape")
        assert in_front(app) is QuestionDialog and service.letter(other, number).body == ""
        await press(app, pilot, "escape")
        assert editor(app).box.text == "张三 310114196001011234"

    await do(centre, task)


async def test_the_second_of_two_windows_is_told_and_keeps_what_was_typed_there(
    centre: SmallCentre, other: Context
) -> None:
    number = service.begin(other, WEEK, "highlight", words=Begun("标题", "原文")).id

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "enter")
        # While nothing was typed here, what the other window wrote is shown.
        service.save(other, number, 0, "那边写的")
        await look_for_changes(app, pilot)
        assert editor(app).box.text == "那边写的"
        editor(app).box.insert("我写的", (0, 0))
        await pilot.pause()
        service.save(other, number, 1, "那边又写的")
        await press(app, pilot, "escape")
        assert in_front(app) is ChoiceDialog
        await press(app, pilot, "enter")
        assert service.letter(other, number).body == "那边又写的"
        assert [one.body for one in service.letters(other)] == ["我写的那边写的", "那边又写的"]

    await do(centre, task)


async def test_today_says_which_letter_was_not_sent_or_came_back_and_opens_it(
    centre: SmallCentre, other: Context
) -> None:
    last = WEEK.previous()
    old = service.begin(other, last.previous(), "highlight", words=Begun("特色", "举办活动三场。")).id
    for event, words in (("reviewed", ""), ("sent", ""), ("returned", "太短")):
        service.step(other, old, event, words)  # type: ignore[arg-type]
    service.begin(other, last, "activity_news", words=Begun("上周活动报道", "举办活动三场。"))
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        due = app.screen.query_one("#due", RowList)
        assert [row.cells[0] for row in due.rows if row.key.startswith("letter:")] == [
            f"{last.label}的信息稿还没有报送"
        ]
        due.focus()
        await settle(app, pilot)
        due.move_to(f"letter_back:{old}")
        assert due.current is not None and due.current.cells == ("信息稿退回：太短（特色）",)
        await press(app, pilot, "enter")
        await calm(app, pilot)
        # It is under the cursor; Delete sets it aside.
        await press(app, pilot, "enter")
        assert "街镇退回：太短" in notice(app)
        await press(app, pilot, "escape", "delete", "enter", "escape")
        assert not [row for row in due.rows if row.key.startswith("letter_back")]
        due.move_to(f"letter:{last.key}")
        await press(app, pilot, "enter")
        await calm(app, pilot)
        assert isinstance(app.screen, LettersScreen)
        assert any("上周活动报道" in line for line in row_texts(app, "letters"))
        await press(app, pilot, "insert")
        await press(app, pilot, "enter")
        await calm(app, pilot)
        assert [one.period for one in service.letters(other)] == [last.key, last.key, last.previous().key]
    app.desk.close()
