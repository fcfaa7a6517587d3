"""Work that takes seconds, done beside one screen in a thread of its own: also where there is no centre yet, whose
threads could do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from frontdesk.errors import CodedError
from frontdesk.shell.keeping import percent

if TYPE_CHECKING:
    from textual.widget import Widget

    from frontdesk.backup.service import Progress, Step, Stop

T = TypeVar("T")


class BesideMoved(Message):
    """It began, went on or ended; the screen looks at its `Beside`."""


class Beside:
    """One thing at a time for one screen; with how far it has come."""

    def __init__(self, screen: Widget) -> None:
        self._screen = screen
        self._stop = Event()
        self.doing = ""
        """What is under way, by the name that the words have for it; empty while nothing is."""
        self.step: Step | None = None
        """How far it has come; None before its first step."""

    def begin(
        self,
        doing: str,
        case: Callable[[Progress, Stop], T],
        then: Callable[[T], Awaitable[None]],
        failed: Callable[[CodedError, bool], None],
    ) -> None:
        """Do `case` and go on with what comes of it; a failure is told, with whether it was a stop."""
        self.doing, self.step, self._stop = doing, None, Event()
        self._screen.post_message(BesideMoved())
        self._screen.run_worker(self._run(case, then, failed, self._stop), group="beside")

    def stop(self) -> None:
        """End what is under way."""
        self._stop.set()

    async def _run(
        self,
        case: Callable[[Progress, Stop], T],
        then: Callable[[T], Awaitable[None]],
        failed: Callable[[CodedError, bool], None],
        stop: Event,
    ) -> None:
        def progress(step: Step) -> None:
            # From the thread; a whole percent is all that a bar shows.
            before, self.step = self.step, step
            if before is None or before.stage != step.stage or percent(before) != percent(step):
                self._screen.post_message(BesideMoved())

        failure: CodedError | None = None
        try:
            found = await asyncio.to_thread(case, progress, stop.is_set)
        except CodedError as coded:
            failure = coded
        finally:
            # Also where it failed as nobody foresaw: nothing is under way any more.
            self.doing = ""
        if failure is not None:
            failed(failure, stop.is_set())
            return
        await then(found)
