"""How far something slow has come, told and asked in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.backup.errors import BackupError
from frontdesk.backup.models import Step

if TYPE_CHECKING:
    from frontdesk.backup.models import Progress, Stage, Stop


class Watch:
    """Tells how far a backup has come, and ends it where that is asked for."""

    def __init__(self, progress: Progress | None, stop: Stop | None) -> None:
        self._progress = progress
        self._stop = stop
        self.stage: Stage = "copying"
        self.done = self.total = 0

    def begin(self, stage: Stage, total: int) -> None:
        """The next stage begins."""
        self.stage, self.done, self.total = stage, 0, total
        self.add(0)

    def add(self, count: int) -> None:
        """So many bytes more. Raises BackupError `stopped`."""
        self.at(self.done + count, self.total)

    def at_part(self, done: int, total: int) -> None:
        """This part of the stage, in whatever unit. Raises BackupError `stopped`."""
        self.at(self.total * done // max(total, 1), self.total)

    def at(self, done: int, total: int) -> None:
        """So much of so much. Raises BackupError `stopped`."""
        self.done, self.total = done, max(total, done)
        if self._stop is not None and self._stop():
            raise BackupError("stopped")
        if self._progress is not None:
            self._progress(Step(self.stage, self.done, self.total))
