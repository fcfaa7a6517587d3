"""A box over a list of what is found: letters go into the box, the arrows to the list."""

from __future__ import annotations

from textual.message import Message
from textual.widgets import Input

from frontdesk.shell.rowlist import RowList


class FindBox(Input):
    """The box; up and down belong to the list below it, Esc empties it before it closes the screen."""

    class Entered(Message):
        """Enter was pressed."""

    def __init__(self, list_id: str, *, placeholder: str, id: str) -> None:
        """`list_id` is the id of the list below."""
        super().__init__(placeholder=placeholder, id=id)
        self._list_id = list_id

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list, take the row, or empty the box."""
        if key in ("up", "down", "pageup", "pagedown"):
            return self.screen.query_one(f"#{self._list_id}", RowList).take_key(key)
        if key == "escape":
            if self.value:
                self.value = ""
            else:
                self.screen.call_later(self.screen.action_command, "close")  # type: ignore[attr-defined]
            return True
        if key == "enter":
            self.post_message(self.Entered())
            return True
        return False
