"""The check at the desk: what a quick look finds stands on Today, the room explains it, a full look can be stopped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot

from frontdesk.check import screen as check_screen
from frontdesk.check.screen import CheckScreen
from frontdesk.check.service import Look, last_look, look_over
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import RowList
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, notice, press, row_texts, settle


def spoil(centre: SmallCentre, *statements: str) -> None:
    with closing(sqlite3.connect(centre.home.database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def shown(app: FrontdeskApp) -> type:
    """The class of the screen in front."""
    return type(app.screen)


def said(app: FrontdeskApp, name: str) -> str:
    return str(app.screen.query_one(f"#check-{name}").render())


async def test_what_a_quick_look_finds_is_on_today_and_leads_to_words_that_say_what_to_do(
    centre: SmallCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_EXPORTS", str(tmp_path / "exports"))
    spoil(centre, "DROP TRIGGER scan_never_deleted", "UPDATE resident SET household = 7 WHERE id = 1")

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        (place,) = [n for n, row in enumerate(row_texts(app, "due")) if "检查文件" in row]
        rows = app.screen.query_one("#due", RowList)
        app.screen.set_focus(rows)
        await press(app, pilot, "home", *["down"] * place, "enter")
        assert shown(app) is CheckScreen
        assert "scan_never_deleted" in row_texts(app, "check")[0]
        assert "还没有全面检查过" in said(app, "said")
        await press(app, pilot, "enter")
        assert shown(app) is ReadDialog
        assert any("怎么办" in row for row in row_texts(app, "reading-lines"))
        await press(app, pilot, "escape", "f8")
        await app.desk.run_long(lambda _: None)
        await settle(app, pilot)
        assert "全面检查" in said(app, "said")
        assert {"数据文件", "居民"} <= {row.split()[1] for row in row_texts(app, "check")}
        await press(app, pilot, "ctrl+s")
        await app.desk.run_slow(lambda _: None)
        await settle(app, pilot)
        (written,) = (tmp_path / "exports").iterdir()
        assert written.name in notice(app).replace("\n", "") and "怎么办" in written.read_text(encoding="utf-8-sig")

    await do(centre, task)
    context = centre.context()
    kept = last_look(context)
    context.database.close()
    assert kept is not None and not kept.is_sound


async def test_a_full_look_that_is_stopped_keeps_nothing_and_what_it_found_is_shown(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, held = list[Look](), Event()

    def stopped_by_the_key(context: object, *, progress: object, stop: object) -> Look:
        # The key comes while the look is under way, however fast this computer is.
        held.wait(30)
        look = look_over(context, progress=progress, stop=stop)  # type: ignore[arg-type]
        reached.append(look)
        return look

    monkeypatch.setattr(check_screen, "full_look", stopped_by_the_key)

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.open_form("check", app.screen)  # type: ignore[arg-type]
        await settle(app, pilot)
        await press(app, pilot, "f8", "f8", "delete")
        assert "正在检查" in notice(app)
        held.set()
        await app.desk.run_long(lambda _: None)
        await settle(app, pilot)
        assert "中途停止" in said(app, "said")
        await press(app, pilot, "escape")

    await do(centre, task)
    assert [one.stopped for one in reached] == [True]
    context = centre.context()
    assert last_look(context) is None
    context.database.close()
