"""F1: the keys of this screen and of every screen, made from the command table, and the manual below them."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from frontdesk.locale import t
from frontdesk.manual import manual_text
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.plain import Plain


def key_table(commands: tuple[Command, ...]) -> Table:
    """One row a command: key, name, what it does; a long explanation goes on under itself."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=8, style="bold")
    table.add_column(width=12)
    table.add_column()
    for command in commands:
        table.add_row(command.key_label, command.label, command.explanation)
    return table


class HelpScreen(ModalScreen[None]):
    """The help over whatever screen is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1", "dismiss", show=False)]

    def __init__(self, behind: DeskScreen | None) -> None:
        super().__init__()
        self._behind = behind

    def compose(self) -> ComposeResult:
        """Keys first, the manual after them."""
        with VerticalScroll(classes="help"), Vertical(id="help-body"):
            if self._behind is not None and self._behind.COMMAND_TABLE:
                yield Plain(
                    t("shell.help.here", screen=t(f"{self._behind.area}.{self._behind.title_key}")),
                    classes="dialog-title",
                )
                yield Static(key_table(self._behind.COMMAND_TABLE))
            yield Plain(t("shell.help.anywhere"), classes="dialog-title")
            yield Static(key_table(ANYWHERE))
            yield Markdown(manual_text())
        yield ScanBanner()

    def on_mount(self) -> None:
        """Scroll with the arrow keys at once."""
        self.query_one(VerticalScroll).focus()
