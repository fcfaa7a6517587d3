"""F1: the keys of this screen and of every screen, made from the command table, and the manual below them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from frontdesk.common.text import pad
from frontdesk.locale import t
from frontdesk.manual import manual_text
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.plain import Plain


def key_lines(commands: tuple[Command, ...]) -> str:
    """One line a command: key, name, what it does."""
    return "\n".join(
        f"[b]{pad(command.key_label, 8)}[/b] {pad(command.label, 12)} {command.explanation}" for command in commands
    )


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
                yield Plain(t("shell.help.here", screen=t(f"{self._behind.area}.title")), classes="dialog-title")
                yield Static(key_lines(self._behind.COMMAND_TABLE))
            yield Plain(t("shell.help.anywhere"), classes="dialog-title")
            yield Static(key_lines(ANYWHERE))
            yield Markdown(manual_text())
        yield ScanBanner()

    def on_mount(self) -> None:
        """Scroll with the arrow keys at once."""
        self.query_one(VerticalScroll).focus()
