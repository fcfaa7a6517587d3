"""Hands at the keyboard: what the tests of the screens share. Nothing here sleeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from db.activities import plain
from frontdesk.activities import service as activities
from frontdesk.activities.sessions.service import change_session
from frontdesk.context import Context
from frontdesk.shell.app import FrontdeskApp
from frontdesk.shell.base import NoticeLine
from frontdesk.shell.dialogs import FormDialog
from frontdesk.shell.rowlist import RowList
from frontdesk.shell.scanning import ScanningApp
from tests.ui.conftest import NOW, SmallCentre

T = TypeVar("T")
TODAY = NOW.date()
Task = Callable[[FrontdeskApp, Pilot[None]], Awaitable[None]]


def post_scans(app: ScanningApp, codes: Iterable[str]) -> None:
    """Post every key of these codes at once, as a scanner's burst arrives while the program is busy.

    The keys of one code carry one time, as those do that are read from the terminal together: a test that is kept off
    the processor between two of them would otherwise type like a person.
    """
    for code in codes:
        keys = [*(events.Key(digit, digit) for digit in code), events.Key("enter", "\r")]
        for key in keys:
            key.time = keys[0].time
            app.post_message(key)


async def settle(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Wait until every posted key was taken, none is held back, and every scan is decided and shown."""
    await pilot.pause()
    while app._gate.holding:
        await pilot.pause()
    await app.desk.run(lambda _: None)
    await pilot.pause()


async def look_for_changes(app: FrontdeskApp, pilot: Pilot[None]) -> None:
    """Have at once the look for what was committed that the program takes every 0.8 s, and wait for its lists."""
    app.call_later(app._poll)
    await settle(app, pilot)


def values_of(app: FrontdeskApp) -> dict[str, str]:
    """What stands in the fields of the open form."""
    form = app.screen_stack[-1]
    assert isinstance(form, FormDialog)
    return form.values


def entered(centre: SmallCentre) -> list[str]:
    """The numbers of who came, in order."""
    return [no for no, _, left in centre.visits() if left is None]


async def press(app: FrontdeskApp, pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other and wait until what they led to is done.

    `pilot.press` would ask every widget of the screen once more whether it is done, which `settle` begins with.
    """
    for key in keys:
        await app._press_keys([key])
        await settle(app, pilot)


async def enter_text(app: FrontdeskApp, pilot: Pilot[None], text: str) -> None:
    """Put text into the focused field, as an input method commits it."""
    assert isinstance(app.focused, Input)
    app.focused.insert_text_at_cursor(text)
    await settle(app, pilot)


def row_texts(app: FrontdeskApp, rows_id: str) -> list[str]:
    """The rows of a list of the open screen, each as one text."""
    return [" ".join(row.cells) for row in app.screen.query_one(f"#{rows_id}", RowList).rows]


def notice(app: FrontdeskApp) -> str:
    """What the notice line of the open screen says."""
    return str(app.screen.query_one(NoticeLine).render())


def on(centre: SmallCentre, case: Callable[[Context], T]) -> T:
    """What a use case gives on the centre of a test."""
    context = centre.context()
    try:
        return case(context)
    finally:
        context.database.close()


async def do(centre: SmallCentre, task: Task) -> None:
    """Run a task in the program on this centre."""
    app = centre.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await task(app, pilot)
    app.desk.close()


def goes_on(context: Context, code: str) -> None:
    """Have a session of today still go on for an hour: one that is over promotes nobody who waits."""
    seen = plain(activities.session(context, code))
    change_session(context, seen, seen.model_copy(update={"ends_at": context.now_ms() + 3_600_000}))
