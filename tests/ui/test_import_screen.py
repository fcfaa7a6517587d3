"""The import screen: a path that was refused is replaced, not added to, and nothing stale is said."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import NoticeLine
from frontdesk.shell.rowlist import RowList
from tests.desks import sheet
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, enter_text, notice, press, row_texts, settle


async def slow(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until the slow thread is done too."""
    await app.desk.run_slow(lambda _: None)
    await settle(app, pilot)


async def test_a_refused_path_is_replaced_by_the_next_one_typed_or_dropped(centre: SmallCentre, tmp_path: Path) -> None:
    good = sheet(tmp_path, "编号 姓名 手机", [["310005", "张一", "15400000005"]])

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+l", "down", "enter")
        await enter_text(app, pilot, "~nobody-of-this-name/不在.xlsx")
        await press(app, pilot, "enter")
        await slow(app, pilot)
        app.post_message(events.Paste(f"'{good}'"))
        await settle(app, pilot)
        assert app.screen.query_one("#file", Input).value == f"'{good}'"
        await press(app, pilot, "enter")
        await slow(app, pilot)
        assert "F8" in "".join(row_texts(app, "result"))

    await do(centre, task)


async def test_what_was_asked_for_is_said_no_longer_and_the_path_goes_with_its_sheet(
    centre: SmallCentre, tmp_path: Path
) -> None:
    good = sheet(tmp_path, "编号 姓名 手机", [["310005", "张一", "15400000005"]])

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+l", "down", "f7")
        assert "文件路径" in notice(app)
        await press(app, pilot, "enter")
        await enter_text(app, pilot, str(good))
        await press(app, pilot, "enter")
        await slow(app, pilot)
        assert not app.screen.query_one(NoticeLine).has_class("shown")
        await press(app, pilot, "f8")
        await slow(app, pilot)
        kinds = app.screen.query_one("#kinds", RowList)
        assert kinds.current is not None
        assert kinds.current.key == "sessions"
        assert app.screen.query_one("#file", Input).value == ""

    await do(centre, task)


async def test_where_many_rows_would_change_each_is_seen_to_begin(centre: SmallCentre, tmp_path: Path) -> None:
    rows = [[f"031000{number}", "张三丰", f"1540000009{number}", "护河巡查与清洁志愿服务队"] for number in range(1, 6)]
    path = sheet(tmp_path, "编号 姓名 手机 服务队", rows)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "ctrl+l", "down", "enter")
        await enter_text(app, pilot, str(path))
        await press(app, pilot, "enter")
        await slow(app, pilot)
        shown = [row.cells[0] for row in app.screen.query_one("#result", RowList).rows]
        begun = [line for line in shown if line.startswith("第 ")]
        assert len(begun) == 5
        after = shown[shown.index(begun[0]) + 1 :]
        assert after and all(line.startswith(("第 ", "  ")) for line in after)

    await do(centre, task)
