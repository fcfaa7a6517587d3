"""A desk that nobody uses locks itself, and shows nobody what another looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot

from db import staff as staff_records
from frontdesk.context import Operator
from frontdesk.residents import service as residents
from frontdesk.settings.service import set_setting
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import NoticeLine
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.reading import ReadDialog
from frontdesk.staff import service as staff
from tests.ui.conftest import MANAGER, NOW, PIN, SmallCentre
from tests.ui.hands import enter_text, notice, post_scans, press, settle

OTHER, OTHER_PIN = "S101", "8642"


class Seconds:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def desk(
    centre: SmallCentre, seconds: Seconds, role: str = "operator"
) -> AsyncIterator[tuple[FrontdeskApp, Pilot[None]]]:
    """The desk with the manager signed in, and another person who may sign in too."""
    context = centre.context()
    staff.set_pin(context, OTHER, OTHER_PIN)
    with context.change("test.role", OTHER) as connection:
        staff_records.set_role(connection, OTHER, role)  # type: ignore[arg-type]
    context.database.close()
    app = FrontdeskApp(
        centre.home,
        clock=lambda: NOW,
        centre=("示范路邻里中心", "Asia/Shanghai"),
        demo_operator=Operator(MANAGER, "王五", "manager"),
        seconds=seconds,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        yield app, pilot
    app.desk.close()


async def wait(app: FrontdeskApp, pilot: Pilot[None], seconds: Seconds, passing: float) -> None:
    """Have this much time pass, and the desk look at it."""
    seconds.now += passing
    await app.look_at_idle()
    await settle(app, pilot)


async def sign_in(app: FrontdeskApp, pilot: Pilot[None], no: str, pin: str) -> None:
    """Sign in at the door."""
    await enter_text(app, pilot, no)
    await press(app, pilot, "enter")
    await enter_text(app, pilot, pin)
    await press(app, pilot, "enter")


async def save(values: dict[str, str]) -> str | None:
    return None


async def test_it_warns_half_a_minute_before_and_locks_then(centre: SmallCentre) -> None:
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        await wait(app, pilot, seconds, 569)
        assert "30" not in notice(app)
        await wait(app, pilot, seconds, 1)
        assert "30" in notice(app) and not locked(app)
        await wait(app, pilot, seconds, 30)
        assert locked(app)


@pytest.mark.parametrize("is_same", [True, False])
async def test_what_a_job_said_of_a_locked_desk_is_for_whoever_left_it(centre: SmallCentre, is_same: bool) -> None:
    async with desk(centre, Seconds()) as (app, pilot):
        await app.lock()
        app.notify("张秀英的资料已写出")
        await sign_in(app, pilot, *((MANAGER, PIN) if is_same else (OTHER, OTHER_PIN)))
        await settle(app, pilot)
        assert not locked(app) and ("张秀英" in notice(app)) is is_same
        await app.lock()
        await sign_in(app, pilot, MANAGER, PIN)
        await settle(app, pilot)
        assert "张秀英" not in notice(app)


async def test_a_tall_form_shows_the_warning_and_the_locked_desk_says_since_when(centre: SmallCentre) -> None:
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        await app.push_screen(FormDialog("登记", tuple(Field(f"f{n}", f"第 {n} 项") for n in range(9)), save))
        await wait(app, pilot, seconds, 570)
        assert "30 秒后自动锁定" in drawn(app)
        await press(app, pilot, "down")
        assert "30 秒后自动锁定" not in drawn(app)
        await wait(app, pilot, seconds, 600)
        assert locked(app)
        assert f"{app.local_now():%H:%M} 无人操作，已自动锁定。" in drawn(app) and "没填完的表单" in drawn(app)
        await sign_in(app, pilot, MANAGER, PIN)
        await press(app, pilot, "escape")
        await press(app, pilot, "f9")
        assert "无人操作" not in drawn(app) and "没填完的表单" not in drawn(app)


async def test_the_key_that_wakes_a_computer_which_slept_finds_the_desk_locked(centre: SmallCentre) -> None:
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        seconds.now += 3_600
        await press(app, pilot, "down")
        assert locked(app)


async def test_a_key_and_the_mouse_are_somebody_and_a_scan_is_not(centre: SmallCentre) -> None:
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        await wait(app, pilot, seconds, 580)
        await press(app, pilot, "down")
        assert not app.screen.query_one(NoticeLine).has_class("shown")
        await wait(app, pilot, seconds, 580)
        app.post_message(events.MouseMove(None, 3, 3, 1, 0, 0, False, False, False, 3, 3, None))
        await settle(app, pilot)
        await wait(app, pilot, seconds, 580)
        assert not locked(app)
        post_scans(app, [next(iter(centre.codes.values()))])
        await settle(app, pilot)
        await wait(app, pilot, seconds, 30)
        assert locked(app)
        assert len(centre.visits()) == 1


@pytest.mark.slow
async def test_the_setting_says_when_and_0_never(centre: SmallCentre) -> None:
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        await app.desk.run(lambda context: set_setting(context, "idle_lock_minutes", "0"))
        await app.desk.run(lambda _: None)
        await wait(app, pilot, seconds, 1_000_000)
        assert not locked(app)
        await app.desk.run(lambda context: set_setting(context, "idle_lock_minutes", "1"))
        await app.desk.run(lambda _: None)
        await wait(app, pilot, seconds, 60)
        assert locked(app)


@pytest.mark.parametrize(
    ("no", "pin", "role", "kept"),
    [
        pytest.param(MANAGER, PIN, "operator", True, marks=pytest.mark.slow),
        (OTHER, OTHER_PIN, "operator", True),
        (OTHER, OTHER_PIN, "auditor", False),
    ],
)
async def test_a_half_filled_form_is_the_desks(centre: SmallCentre, no: str, pin: str, role: str, kept: bool) -> None:
    seconds = Seconds()
    async with desk(centre, seconds, role) as (app, pilot):
        fields = (Field("name", "姓名"), Field("pin", "密码", secret=True))
        await app.push_screen(FormDialog("登记", fields, save))
        await settle(app, pilot)
        await enter_text(app, pilot, "陈晓")
        await press(app, pilot, "enter")
        await enter_text(app, pilot, OTHER_PIN)
        await wait(app, pilot, seconds, 600)
        assert locked(app) and not isinstance(app.screen, FormDialog)
        await sign_in(app, pilot, no, pin)
        assert isinstance(app.screen, FormDialog) is kept
        if kept:
            assert isinstance(app.screen, FormDialog) and app.screen.values == {"name": "陈晓", "pin": ""}


async def test_a_pin_in_a_form_is_copied_nowhere(centre: SmallCentre) -> None:
    async with desk(centre, Seconds()) as (app, pilot):
        await app.push_screen(FormDialog("同意", (Field("pin", "密码", secret=True),), save))
        await settle(app, pilot)
        await enter_text(app, pilot, PIN)
        await press(app, pilot, "shift+home", "ctrl+c")
        assert app.clipboard == ""
        await press(app, pilot, "shift+home", "ctrl+x")
        assert app.clipboard == ""


async def test_what_was_looked_up_in_clear_is_shown_to_nobody_else(centre: SmallCentre) -> None:
    context = centre.context()
    known = residents.add(context, {"name": "陈晓明", "phone": "15410009999"}).id
    context.database.close()
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        screen = app.screen
        await app.open_form("resident", screen, known)  # type: ignore[arg-type]
        await settle(app, pilot)
        await app.screen.do_reveal()  # type: ignore[attr-defined]
        await settle(app, pilot)
        assert "15410009999" in drawn(app)
        await app.push_screen(ReadDialog("电话", [("陈晓明 15410009999", "")]))
        await settle(app, pilot)
        await wait(app, pilot, seconds, 600)
        assert "15410009999" not in drawn(app)
        await sign_in(app, pilot, OTHER, OTHER_PIN)
        assert not isinstance(app.screen, ReadDialog)
        assert "15410009999" not in drawn(app) and "陈晓明" not in drawn(app)


async def test_what_a_job_says_and_opens_behind_the_lock_is_seen_when_somebody_has_signed_in(
    centre: SmallCentre,
) -> None:
    seconds = Seconds()
    async with desk(centre, seconds) as (app, pilot):
        await wait(app, pilot, seconds, 600)
        app.notify("陈晓明已登记")
        await app.push_screen(ReadDialog("结果", [("陈晓明", "")]))
        await settle(app, pilot)
        assert "陈晓明" not in drawn(app)
        await sign_in(app, pilot, MANAGER, PIN)
        assert isinstance(app.screen, ReadDialog)
        await press(app, pilot, "escape")
        assert "陈晓明已登记" in notice(app)


def locked(app: FrontdeskApp) -> bool:
    """Whether the desk is locked now."""
    return app.is_locked


def drawn(app: FrontdeskApp) -> str:
    """Everything that stands on the screen."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join(line.text for line in lines[:height]) if width else ""
