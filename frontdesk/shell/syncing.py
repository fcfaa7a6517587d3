"""The one sync that may be under way in this window: begun by a key or by the clock, seen by every screen, stopped at
any moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.shell.app import FrontdeskApp
    from frontdesk.sync.service import Handled, SyncResult, SyncStop

LOOK_SECONDS = 60.0
"""How often the setting is asked whether it is time to sync."""

MINUTE = 60_000


class SyncMoved(Message):
    """A sync began, went on or ended; the screens that show it look at `Syncing`."""


@dataclass(frozen=True)
class Ended:
    """How a sync ended, at `at` (UTC milliseconds): with a result, or with a refusal before anything travelled."""

    at: int
    is_automatic: bool
    result: SyncResult | None = None
    failure: CodedError | None = None

    @property
    def words(self) -> str:
        """What became of it, in words."""
        if self.failure is not None:
            return words_for(self.failure)
        result = self.result
        assert result is not None
        if result.stopped:
            return t("sync_screen.ended.stopped", sent=result.count("sent"), unsent=result.unsent)
        if result.problem:
            return t("sync_screen.ended.problem", reason=t(f"sync.error.{result.problem}"), unsent=result.unsent)
        if not result.handled:
            return t("sync_screen.ended.nothing")
        key = "sync_screen.ended.refused" if result.count("refused") else "sync_screen.ended.done"
        return t(key, sent=result.count("sent"), refused=result.count("refused"))


class Syncing:
    """Begins syncs, one at a time, in the thread that nothing else waits for; keeps how far the present one has come
    and how the last one ended.
    """

    def __init__(self, app: FrontdeskApp) -> None:
        self._app = app
        self._stop: SyncStop | None = None
        self._tried_at: int | None = None
        self.is_running = False
        self.is_stopping = False
        self.handled: list[Handled] = []
        """What became of the reports of the sync that runs, or ran last, in order."""
        self.last: Ended | None = None

    def begin(self, *, is_automatic: bool = False) -> None:
        """Begin a sync, unless one is under way."""
        if self.is_running:
            return
        self.is_running, self.is_stopping, self.handled = True, False, []
        self._tried_at = self._now()
        self._app.post_message(SyncMoved())
        self._app.run_worker(self._run(is_automatic), group="sync")

    def stop(self) -> None:
        """End the sync that is under way: the request that it waits for is broken off, what arrived has arrived."""
        self.is_stopping = self.is_running
        if self._stop is not None:
            self._stop.stop()

    async def _run(self, is_automatic: bool) -> None:
        from frontdesk.sync.service import SyncStop, sync_all

        stop = self._stop = SyncStop()

        def progress(handled: Handled) -> None:
            # From the sync's thread; a program that is closing takes no messages and raises nothing.
            self.handled.append(handled)
            self._app.post_message(SyncMoved())

        def case(context: Context) -> SyncResult:
            return sync_all(context, progress, stop)

        try:
            result = await self._app.desk.run_travelling(case)
        except CodedError as failure:
            self.last = Ended(self._now(), is_automatic, failure=failure)
        else:
            self.last = Ended(self._now(), is_automatic, result)
        finally:
            self.is_running = self.is_stopping = False
            self._stop = None
        self._app.post_message(SyncMoved())

    def _now(self) -> int:
        from frontdesk.context import to_ms

        return to_ms(self._app.clock())
