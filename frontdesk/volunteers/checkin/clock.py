"""A clock that was set back: nobody is checked in by it until it is right, or a manager says that it is."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from db import latest
from frontdesk.clock import is_behind
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin.attempts import kept_words
from frontdesk.volunteers.checkin.errors import CheckinError


class Clocks(NamedTuple):
    """What the computer's clock shows, and the newest moment at which anything was written; local times.

    `latest` is None in a file in which nothing was written yet.
    """

    now: datetime
    latest: datetime | None
    behind: bool

    def as_json(self) -> dict[str, object]:
        """The answer of the command `checkin clock`."""
        return {
            "now": self.now.isoformat(timespec="seconds"),
            "latest": self.latest.isoformat(timespec="seconds") if self.latest else None,
            "behind": self.behind,
        }


def clocks(context: Context) -> Clocks:
    """How the clock stands to what was written last."""
    return _clocks(context, latest.latest(context.database.connection))


@allowed("manager")
def accept_clock(context: Context, reason: str) -> Clocks:
    """Have the clock as it is taken for the right one, as what it showed before was wrong; returns what stood before.

    Whoever's last scan lies in that wrong time is corrected or annulled by hand as ever. Raises CheckinError
    `clock_not_behind` where nothing hinders a scan, nor a purge by a clock that leapt ahead; `reason_required`,
    `bad_words`, and what `Context.require_manager` raises.
    """
    context.require_manager()
    words = kept_words(reason, required=True)
    with context.database.write() as connection:
        context.confirm_operator(connection)
        context.require_manager()
        before = _clocks(context, latest.latest(connection))
        leapt = latest.leapt_from(connection, context.now_ms()) is not None
        if before.latest is None or not (before.behind or leapt):
            raise CheckinError("clock_not_behind", now=f"{before.now:%Y-%m-%d %H:%M}")
        context.note(connection, "clock.accepted", "centre", latest=before.latest.isoformat(), reason=words)
        # After the entry, which is itself earlier than the one before it and has that remembered.
        latest.forget(connection)
    return before


def _clocks(context: Context, at: int | None) -> Clocks:
    now = context.now_ms()
    return Clocks(context.local(now), None if at is None else context.local(at), at is not None and is_behind(now, at))
