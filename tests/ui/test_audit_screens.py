"""The audit log and the field key at the desk: opened from safe-keeping, read, narrowed down, verified, changed."""

from __future__ import annotations

from typing import cast

from textual.pilot import Pilot
from textual.widgets import Input

from frontdesk.audit.screen import AuditScreen
from frontdesk.context import Operator
from frontdesk.keychange import service as keychange
from frontdesk.keychange.screen import KeyScreen
from frontdesk.residents import service as residents
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import ReadDialog
from tests.ui.conftest import SmallCentre
from tests.ui.hands import do, press, row_texts, settle


async def open_room(app: FrontdeskApp, pilot: Pilot[None], room: str) -> None:
    """From wherever one is to safe-keeping, and into one of its rooms."""
    await press(app, pilot, "ctrl+f9")
    screen = cast("DeskScreen", app.screen)
    await screen.open_at(room)
    await settle(app, pilot)


def front(app: FrontdeskApp) -> object:
    """The screen in front, of whatever kind."""
    return app.screen


async def over(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until what was begun beside the screen has ended and is shown."""
    await app.workers.wait_for_complete()
    await settle(app, pilot)


async def test_who_changed_what_is_found_and_shown_before_and_after(centre: SmallCentre) -> None:
    context = centre.context()
    made = residents.add(context, {"name": "张秀英", "phone": "13812340001"})
    residents.change(context, made.id, {"consent_on": "2026-11-01", "name": "张绣英"})
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_room(app, pilot, "audit")
        assert isinstance(front(app), AuditScreen)
        assert any("修改居民" in row for row in row_texts(app, "audit"))
        await press(app, pilot, "f7")
        app.screen.query_one("#field-first", Input).value = "昨天"
        await press(app, pilot, "ctrl+s")
        assert "不是日期" in str(app.screen.query_one("#wrong", Plain).render())
        app.screen.query_one("#field-first", Input).value = ""
        app.screen.query_one("#field-text", Input).value = "修改居民"
        await press(app, pilot, "ctrl+s")
        assert len(row_texts(app, "audit")) == 1
        await press(app, pilot, "enter")
        assert isinstance(front(app), ReadDialog)
        lines = " ".join(row_texts(app, "reading-lines"))
        assert f"居民 {made.id} 修改" in lines and "同意日期：空 → 2026-11-01" in lines and "张" not in lines
        await press(app, pilot, "escape", "delete")
        assert len(row_texts(app, "audit")) > 1
        await press(app, pilot, "ctrl+e")
        await over(app, pilot)
        assert isinstance(front(app), ReadDialog) and "完好" in " ".join(row_texts(app, "reading-lines"))

    await do(centre, task)


async def test_an_operator_reads_only_own_entries_and_writes_no_file(centre: SmallCentre) -> None:
    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.enter(Operator("S101", "李磊", "operator"))
        await settle(app, pilot)
        await open_room(app, pilot, "audit")
        screen = app.screen
        assert isinstance(screen, AuditScreen) and not any("王" in row for row in row_texts(app, "audit"))
        assert screen.why_not("export") is not None and screen.why_not("verify") is None
        await press(app, pilot, "escape")
        await open_room(app, pilot, "key_change")
        key_screen = app.screen
        assert isinstance(key_screen, KeyScreen)
        assert key_screen.why_not("rotate") is not None and key_screen.why_not("export") is not None

    await do(centre, task)


async def test_the_field_key_is_changed_after_a_question_and_what_came_of_it_is_said(centre: SmallCentre) -> None:
    context = centre.context()
    before = keychange.state(context)
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await open_room(app, pilot, "key_change")
        await press(app, pilot, "f8", "escape")
        assert (await app.desk.run(keychange.state)).key_id == before.key_id
        await press(app, pilot, "f8", "enter")
        await over(app, pilot)
        after = await app.desk.run(keychange.state)
        assert after.key_id != before.key_id and after.sealed == before.sealed
        assert "已换上新密钥" in str(app.screen.query_one("#keychange-said", Plain).render())
        assert any(after.key_id in row for row in row_texts(app, "keychange"))

    await do(centre, task)


async def test_the_page_of_a_resident_leads_to_what_was_done_to_that_one(centre: SmallCentre) -> None:
    context = centre.context()
    made = [residents.add(context, {"name": name}) for name in ("张秀英", "李建国")]
    residents.change(context, made[1].id, {"note": "来电"})
    context.database.close()

    async def task(app: FrontdeskApp, pilot: Pilot[None]) -> None:
        await app.open_form("resident", cast("DeskScreen", app.screen), made[1].id)
        await settle(app, pilot)
        await press(app, pilot, "ctrl+r")
        assert isinstance(front(app), AuditScreen)
        rows = row_texts(app, "audit")
        assert len(rows) == 2 and "修改居民" in rows[0] and "新增居民" in rows[1]
        await press(app, pilot, "enter")
        assert "备注：已填写" in " ".join(row_texts(app, "reading-lines"))

    await do(centre, task)
