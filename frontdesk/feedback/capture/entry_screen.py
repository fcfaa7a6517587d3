"""On behalf of somebody who phoned or wrote: one form, of which the level is all that must be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.feedback.capture.forms_screen import ask_entry
from frontdesk.feedback.service import record
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from frontdesk.feedback.capture.rules import Entry
    from frontdesk.shell.base import DeskScreen


async def open_entry(screen: DeskScreen, then: Callable[[bytes, str], Awaitable[None]]) -> None:
    """Ask for one rating and write it down; `then` is told its key and what was done."""

    async def done(entry: Entry, key: bytes) -> None:
        is_named = bool(entry.name.strip() or entry.phone.strip())
        words = "feedback.recorded_named" if is_named else "feedback.recorded_anonymous"
        await then(key, t(words, level=t(f"feedback.level.{entry.level}"), subject=entry.subject))

    await ask_entry(screen, screen.desk_app.today(), record, done)
