"""What is under way with backups in this window, one thing at a time: begun by a key or by the clock, beside all other
work, seen by the screens that show it, stopped at any moment. The one of the day begins by itself and asks nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Literal

from textual.message import Message

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from frontdesk.backup.service import Progress, Step, Stop
    from frontdesk.context import Context
    from frontdesk.shell.app import FrontdeskApp

LOOK_SECONDS = 60.0
"""How often it is asked whether the backup of the day is due."""

RETRY_MILLISECONDS = 60 * 60_000
"""After one that failed the next begins by itself so much later, also where not even the failure could be written."""


class KeepingMoved(Message):
    """A backup, or the look at one, began, went on or ended; the screens that show it look at `Keeping`."""


@dataclass(frozen=True)
class Kept:
    """What became of it, in words, and how good that is."""

    words: str
    tone: Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Ended:
    """How what was under way (`doing`) ended, at `at` (UTC milliseconds)."""

    at: int
    doing: str
    kept: Kept


SETTLING_MILLISECONDS = 10 * 60_000
"""So long after one attempt the bytes of the erased that another window kept in the file are taken out again."""

Task = Callable[["Context", "Progress", "Stop"], "Kept | None"]
"""What takes a whole backup: given the context, whom to tell how far it is, and what says that it is to end.

None where there was nothing to do after all.
"""


def daily_task(context: Context, progress: Progress, stop: Stop) -> Kept | None:
    """Make the backup of the day, unless another window is just at it."""
    from frontdesk.backup.service import make_daily

    if make_daily(context, progress, stop) is None:
        return None
    return Kept(t("backup_screen.daily_made"), "good")


def _is_due(context: Context) -> bool:
    # In the thread that asks: the first time many modules are loaded, and no key waits for that.
    from frontdesk.backup.service import due

    return due(context)


def _is_owed(context: Context) -> bool:
    from frontdesk.privacy.service import is_owed

    return is_owed(context)


def _settle(context: Context) -> bool:
    from frontdesk.privacy.service import settle

    return settle(context)


def _date_some(context: Context) -> int:
    from frontdesk.cases.service import date_waiting

    return date_waiting(context)


def percent(step: Step) -> int:
    """How much of a step is done."""
    return step.done * 100 // step.total if step.total else 0


class Keeping:
    """Begins one thing at a time in the thread that nothing else waits for; keeps how far it has come and how the last
    one ended.
    """

    def __init__(self, app: FrontdeskApp) -> None:
        self._app = app
        self._stop = Event()
        self._failed_at: int | None = None
        self._settled_at: int | None = None
        self._dates = False
        self.doing = ""
        """What is under way, by the name that the words have for it; empty while nothing is."""
        self.step: Step | None = None
        """How far it has come; None before its first step."""
        self.last: Ended | None = None

    @property
    def is_running(self) -> bool:
        """Whether something is under way."""
        return bool(self.doing)

    @property
    def is_stopping(self) -> bool:
        """Whether what is under way was told to end."""
        return self.is_running and self._stop.is_set()

    def begin(self, task: Task, doing: str) -> None:
        """Begin it, unless something is under way."""
        if self.is_running:
            return
        self.doing, self.step = doing, None
        self._stop = Event()
        self._app.post_message(KeepingMoved())
        self._app.run_worker(self._run(task, self._stop), group="keeping")

    def stop(self) -> None:
        """End what is under way: no half file stays."""
        self._stop.set()
        self._app.post_message(KeepingMoved())

    def leave(self) -> None:
        """The program ends: what is not done by now is made anew the next time."""
        self._stop.set()

    async def _run(self, task: Task, stop: Event) -> None:
        def progress(step: Step) -> None:
            # From the backup's thread; a whole percent is all that a bar shows.
            before, self.step = self.step, step
            if before is None or before.stage != step.stage or percent(before) != percent(step):
                self._app.post_message(KeepingMoved())

        did = self.doing
        kept: Kept | None
        try:
            kept = await self._app.desk.run_keeping(lambda context: task(context, progress, stop.is_set))
        except CodedError as failure:
            kept = Kept(words_for(failure), "warning" if stop.is_set() else "bad")
            self._failed_at = self._now()
        else:
            self._failed_at = None
        finally:
            self.doing = ""
        if kept is not None:
            self.last = Ended(self._now(), did, kept)
        self._app.post_message(KeepingMoved())

    async def look(self) -> None:
        """Begin the backup of the day where it is due. Never a dialog: what goes wrong stands on Today."""
        if self.is_running or not self._app.home.exists() or self._waits():
            return
        try:
            is_due = await self._app.desk.run(_is_due)
        except CodedError:
            # Whatever keeps the file from being read is said where somebody asked for something.
            return
        if is_due:
            self.begin(daily_task, "daily")

    async def look_at_erased(self) -> None:
        """Take out of the file what another window kept there after an erasing: it is made anew whole, which nobody at
        the desk waits for. What goes wrong is tried again later, and stays owed until then.
        """
        now = self._now()
        lately = self._settled_at is not None and abs(now - self._settled_at) < SETTLING_MILLISECONDS
        if lately or self.is_running or not self._app.home.exists():
            return
        try:
            if await self._app.desk.run(_is_owed):
                self._settled_at = now
                await self._app.desk.run_keeping(_settle)
        except CodedError:
            return

    async def look_at_dates(self) -> None:
        """Reckon anew by when cases are due where the calendar, the setting of limits or a definition was changed, some
        at a time beside the quick use cases. What goes wrong is tried again with the next look.
        """
        if self._dates or not self._app.home.exists():
            return
        self._dates = True
        try:
            while await self._app.desk.run_slow(_date_some):
                pass
        except CodedError:
            return
        finally:
            self._dates = False

    def _waits(self) -> bool:
        """Whether one failed so lately that the next still waits; a clock that was set back makes it no longer."""
        return self._failed_at is not None and abs(self._now() - self._failed_at) < RETRY_MILLISECONDS

    def _now(self) -> int:
        from frontdesk.context import to_ms

        return to_ms(self._app.clock())
