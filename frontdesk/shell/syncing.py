"""What is under way with the district in this window, one thing at a time: begun by a key or by the clock, seen by
every screen, stopped at any moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from textual.message import Message

from frontdesk.errors import CodedError
from frontdesk.locale import words_for

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.shell.app import FrontdeskApp
    from frontdesk.sync.service import Handled, SyncStop

T = TypeVar("T")

LOOK_SECONDS = 60.0
"""How often the setting is asked whether it is time to sync."""

MINUTE = 60_000


class SyncMoved(Message):
    """A sync began, went on or ended; the screens that show it look at `Syncing`."""


@dataclass(frozen=True)
class Said:
    """What became of something, in words, and how good that is."""

    words: str
    tone: Literal["good", "warning", "bad"]
    is_news: bool = True
    """Whether anything came of it."""
    refused: int = 0
    """How many reports the district refused, where nothing else was amiss."""


@dataclass(frozen=True)
class Ended:
    """How a sync, or what else was under way (`doing`), ended, at `at` (UTC milliseconds)."""

    at: int
    doing: str
    is_automatic: bool
    said: Said
    answered: tuple[object, ...] = ()
    """What the district had answered by then."""


Progress = Callable[["Handled"], None]
Task = Callable[["Context", Progress, "SyncStop"], Said]
"""What waits for the district: given the context, whom to tell of each report, and what says that it is to end."""


def sync_task(context: Context, progress: Progress, stop: SyncStop) -> Said:
    """Send what is unsent, and fetch what the district has for this centre."""
    from frontdesk.sync.service import result_words, sync_all

    result = sync_all(context, progress, stop)
    is_through = result.problem is None and not result.stopped and not result.unsent
    return Said(*result_words(result), refused=result.count("refused") if is_through else 0)


class Syncing:
    """Begins syncs, one at a time, in the thread that nothing else waits for; keeps how far the present one has come
    and how the last one ended.
    """

    def __init__(self, app: FrontdeskApp) -> None:
        self._app = app
        self._stop: SyncStop | None = None
        self._others: list[SyncStop] = []
        """What stops those that send as their last step."""
        self._tried_at: int | None = None
        self.doing = ""
        """What is under way: `sync` or `enrol`; empty while nothing is."""
        self.is_stopping = False
        self.handled: list[Handled] = []
        """What became of the reports of the sync that runs, or ran last, in order."""
        self.last: Ended | None = None

    @property
    def is_running(self) -> bool:
        """Whether something is under way."""
        return bool(self.doing)

    def begin(self, task: Task = sync_task, doing: str = "sync", *, is_automatic: bool = False) -> None:
        """Begin a sync, or whatever else waits for the district, unless something is under way."""
        if self.is_running:
            return
        self.doing, self.is_stopping, self.handled = doing, False, []
        self._tried_at = self._now()
        self._app.post_message(SyncMoved())
        self._app.run_worker(self._run(task, is_automatic), group="sync")

    def stop(self) -> None:
        """End what is under way: the request that it waits for is broken off, what arrived has arrived."""
        self.is_stopping = self.is_running
        if self._stop is not None:
            self._stop.stop()

    def leave(self) -> None:
        """The program ends: nothing waits for a district any more."""
        self.stop()
        for stop in self._others:
            stop.stop()

    async def send_last(self, case: Callable[[Context, SyncStop], T]) -> T:
        """Run a use case that sends as its last step, as handing a week over does; its failure is raised here."""
        from frontdesk.sync.service import SyncStop

        stop = SyncStop()
        self._others.append(stop)
        try:
            return await self._app.desk.run_travelling(lambda context: case(context, stop))
        finally:
            self._others.remove(stop)

    async def _run(self, task: Task, is_automatic: bool) -> None:
        from frontdesk.sync.service import SyncStop

        stop = self._stop = SyncStop()

        def progress(handled: Handled) -> None:
            # From the sync's thread; a program that is closing takes no messages and raises nothing.
            self.handled.append(handled)
            self._app.post_message(SyncMoved())

        said: Said | None
        try:
            try:
                said = await self._app.desk.run_travelling(lambda context: task(context, progress, stop))
            except CodedError as failure:
                # Where nobody has enrolled yet the clock has nothing to say.
                is_silent = is_automatic and failure.code == "not_enrolled"
                said = None if is_silent else Said(words_for(failure), "bad", is_news=False)
            answered = await self._answered()
        finally:
            did = self.doing
            self.doing, self.is_stopping, self._stop = "", False, None
        if said is not None:
            self.last = Ended(self._now(), did, is_automatic, said, answered)
        self._app.post_message(SyncMoved())

    async def follow(self) -> None:
        """Say no more of a sync that did not go well once the district has answered since, by whatever way, or what it
        refused was put back.
        """
        last = self.last
        if last is None or last.said.tone == "good" or self.is_running:
            return
        if await self._answered() != last.answered and self.last is last:
            self.last = None

    async def _answered(self) -> tuple[object, ...]:
        """What the district has answered by now; nothing where the file cannot be read."""
        from frontdesk.sync.service import answered_so_far

        try:
            return await self._app.desk.run(answered_so_far)
        except CodedError as failure:
            self._app.say_failure(failure)
            return ()

    async def look(self) -> None:
        """Begin a sync where the setting says so and it is time."""
        operator = self._app.desk.operator
        if self.is_running or operator is None or operator.role == "auditor":
            return
        try:
            minutes = await self._app.desk.run(lambda context: context.settings.sync_every_minutes)
        except CodedError as failure:
            self._app.say_failure(failure)
            return
        # A clock that was set back makes the wait no longer than it was meant to be.
        waited = minutes if self._tried_at is None else abs(self._now() - self._tried_at) // MINUTE
        if minutes and waited >= minutes:
            self.begin(is_automatic=True)

    def _now(self) -> int:
        from frontdesk.context import to_ms

        return to_ms(self._app.clock())
