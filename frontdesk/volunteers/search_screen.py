"""The search box of the volunteers screen and the list below it."""

from __future__ import annotations

from typing import Protocol, cast

from textual.widget import Widget
from textual.widgets import Input

from frontdesk.shell.rowlist import RowList

LIST_KEYS = ("up", "down", "pageup", "pagedown")


class Searching(Protocol):
    """The screen of the two, as they see it."""

    def point(self) -> None:
        """The row under the cursor is meant from now on."""

    def go_home(self) -> None:
        """Back into the box."""

    async def take_typed(self) -> None:
        """Enter in the box."""

    async def action_command(self, name: str) -> None:
        """Run a command of the screen."""


class SearchBox(Input):
    """A search box that leaves up and down to the list below it; what a key means is done before the next is looked at,
    because hands are faster than a busy machine.
    """

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list, or with Esc empty the box."""
        if key == "escape":
            self.value = ""
        elif key in LIST_KEYS or (not self.value and key in ("home", "end")):
            self.screen.query_one("#found", RowList).take_key(key)
            _over(self).point()
        else:
            return False
        return True

    async def finish(self) -> None:
        """Enter, once the box holds all that was typed before it."""
        await _over(self).take_typed()


class FoundList(RowList):
    """Those found. Enter and Esc are done before the key after them is looked at."""

    def take_key(self, key: str) -> bool:
        """Move the cursor, or with Esc go back to the box."""
        if key == "escape":
            _over(self).go_home()
            return True
        return key != "enter" and super().take_key(key)

    async def finish(self) -> None:
        """Enter acts on the row under the cursor."""
        await _over(self).action_command("check_in")


def _over(widget: Widget) -> Searching:
    return cast("Searching", widget.screen)
