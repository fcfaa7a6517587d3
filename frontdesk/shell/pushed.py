"""A screen of the desk that lies over another one: Esc closes it, and what lies under it is there as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from frontdesk.shell.base import DeskScreen
from frontdesk.shell.rowlist import Column, RowList

Record = TypeVar("Record")


class PushedScreen(DeskScreen):
    """What one room shows over another screen. Its command table has a `close` on Esc."""

    _filled = False

    async def reload(self) -> None:
        """Load now."""
        await super().reload()
        self._filled = True

    async def action_command(self, name: str) -> None:
        """Run a command on what the screen shows: a hand that is ahead of it means what it will show. A key that was on
        its way when the screen was closed means nothing.
        """
        if self not in self.app.screen_stack:
            return
        # Before it is composed there is nothing to fill; its own first load comes then.
        if self.is_mounted and not self._filled and name != "close":
            await self.reload()
        await super().action_command(name)

    def go_home(self) -> None:
        """The key of the screen that lies under this one, or under the rooms between, leads back to it."""
        under = self.app.screen_stack[-2]
        self.close()
        if isinstance(under, PushedScreen):
            self.app.call_later(under.go_home)

    async def open_at(self, key: str) -> None:
        """Show one thing on the screen under this one: only that can."""
        self.close()
        self.app.call_later(self.desk_app.open_at, key)

    def close(self) -> None:
        """Leave; what was changed here is seen there at once. Left already, or with something over it, it stays so:
        `dismiss` would close whatever lies on top.
        """
        if self.app.screen is not self:
            return
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


class PushedListScreen(PushedScreen):
    """A pushed screen of one list in a panel that fills it; the focus is always in the list.

    A subclass sets `list_id`, says `columns` and `empty_words`, and fills `rows` and the frame of `panel` in `load`.
    """

    list_id: ClassVar[str]
    """The id of the list; that of its panel is the same with `-panel` behind it."""

    def columns(self) -> Sequence[Column]:
        """The columns of the list, from left to right."""
        return ()

    def empty_words(self) -> str:
        """What is said where the list has no rows."""
        return ""

    def command_of_click(self) -> str | None:
        """The name of the command that a double click on a row runs: that of Enter; None where Enter has none."""
        return next((one.name for one in self.COMMAND_TABLE if "enter" in one.key.split(",")), None)

    def compose_body(self) -> ComposeResult:
        """What stands above the list, its panel, and what stands below."""
        yield from self.compose_above()
        with Vertical(classes="panel fill", id=f"{self.list_id}-panel"):
            yield from self.compose_list()
        yield from self.compose_below()

    def compose_above(self) -> ComposeResult:
        """The widgets between the banner and the panel."""
        yield from ()

    def compose_list(self) -> ComposeResult:
        """The list; a screen whose list takes other keys too has one of its own."""
        yield CommandRows(self.columns(), empty=self.empty_words(), id=self.list_id)

    def compose_below(self) -> ComposeResult:
        """The widgets between the panel and the command bar."""
        yield from ()

    @property
    def panel(self) -> Widget:
        """The panel of the list, in whose frame `load` writes what is listed."""
        return self.query_one(f"#{self.list_id}-panel")

    @property
    def rows(self) -> CommandRows:
        """The list."""
        return self.query_one(f"#{self.list_id}", CommandRows)

    def under_cursor(self, listed: Iterable[Record], key_of: Callable[[Record], str]) -> Record | None:
        """Which of these has the key of the row under the cursor; None where it has none."""
        row = self.rows.current
        return None if row is None else next((one for one in listed if key_of(one) == row.key), None)

    # Textual calls the handler of every class of a screen, the subclass's first: none of them calls the one above it.

    async def on_mount(self) -> None:
        """Begin in the list."""
        self.set_focus(self.rows)

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """A double click does what Enter does."""
        name = self.command_of_click()
        if name is not None:
            await self.action_command(name)
