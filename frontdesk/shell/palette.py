"""Finding a command by its name, in characters, pinyin or initials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.command import Command
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList


class PaletteScreen(ModalScreen[str]):
    """Every command that this screen and every screen has; Enter runs the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "leave", show=False),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = tuple(commands)

    def compose(self) -> ComposeResult:
        """A box over the list."""
        with Vertical(classes="dialog", id="palette"):
            yield Plain(t("shell.palette.title"), classes="dialog-title")
            yield PaletteBox(placeholder=t("shell.palette.hint"), id="palette-search")
            yield RowList(
                (Column(t("shell.palette.key"), 8), Column(t("shell.palette.name"), 16), Column("")),
                empty=t("shell.palette.none"),
                keeps_cursor=True,
                id="palette-list",
            )
        yield ScanBanner()

    def on_mount(self) -> None:
        """Show all of them, ready for typing."""
        self.set_focus(self.query_one("#palette-search", Input))
        self._show("")

    def _show(self, wanted: str) -> None:
        from frontdesk.common.pinyin import query_key, search_terms

        key = query_key(wanted)
        rows = [
            Row(command.name, (command.key_label, command.label, command.explanation))
            for command in self._commands
            if not key
            or key in command.explanation.lower()
            or any(term.startswith(key) for term in search_terms(command.label))
        ]
        self.query_one("#palette-list", RowList).set_rows(rows)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as it is typed."""
        self._show(event.value)

    def on_input_submitted(self) -> None:
        """Run the command under the cursor."""
        row = self.query_one("#palette-list", RowList).current
        if row is not None:
            self.dismiss(row.key)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Run the command that was clicked."""
        self.dismiss(event.row.key)

    def action_leave(self) -> None:
        """Leave without running anything."""
        self.dismiss(None)


class PaletteBox(Input):
    """The search box of the palette; up and down belong to the list below it."""

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list."""
        if key not in ("up", "down", "pageup", "pagedown"):
            return False
        return self.screen.query_one("#palette-list", RowList).take_key(key)
