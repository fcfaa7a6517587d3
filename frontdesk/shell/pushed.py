"""A screen of the desk that lies over another one: Esc closes it, and what lies under it is there as it was."""

from __future__ import annotations

from frontdesk.shell.base import DeskScreen
from frontdesk.shell.rowlist import RowList


class PushedScreen(DeskScreen):
    """What one room shows over another screen. Its command table has a `close` on Esc."""

    _filled = False

    async def reload(self) -> None:
        """Load now."""
        await super().reload()
        self._filled = True

    async def action_command(self, name: str) -> None:
        """Run a command on what the screen shows: a hand that is ahead of it means what it will show."""
        if not self._filled and name != "close":
            await self.reload()
        await super().action_command(name)

    def go_home(self) -> None:
        """The key of the screen that lies under this one leads back to it."""
        self.close()

    async def open_at(self, key: str) -> None:
        """Show one thing on the screen under this one: only that can."""
        self.close()
        self.app.call_later(self.desk_app.open_at, key)

    def close(self) -> None:
        """Leave; what was changed here is seen there at once."""
        self.dismiss(None)
        self.desk_app.mark_stale()

    async def do_close(self) -> None:
        """Back to the screen under this one."""
        self.close()


class CommandRows(RowList):
    """A list whose Enter is a command of its screen: it is done before the next key is looked at, so that a hand ahead
    of the screen never means the row after it.
    """

    def take_key(self, key: str) -> bool:
        """Move the cursor; every other key is the screen's."""
        return key != "enter" and super().take_key(key)
