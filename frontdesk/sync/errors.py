"""Why a report does not travel."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class SyncError(DeskError):
    """A refusal or a failure on the centre's side of the sync."""

    area: ClassVar[str] = "sync"
