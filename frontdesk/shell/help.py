"""F1: the keys of this screen and of every screen, made from the command table, and the manual below them."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from frontdesk.common.text import pad, wrap
from frontdesk.locale import t
from frontdesk.manual import manual_text
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import ANYWHERE, Command
from frontdesk.shell.rowlist import Column, Row, RowList

KEY_WIDTH, NAME_WIDTH = 9, 13
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


def key_lines(commands: tuple[Command, ...], width: int) -> list[str]:
    """Key, name, what it does; a long explanation goes on under itself."""
    lines = []
    for command in commands:
        first, *rest = wrap(command.explanation, max(12, width - KEY_WIDTH - NAME_WIDTH))
        lines.append(pad(command.key_label, KEY_WIDTH) + pad(command.label, NAME_WIDTH) + first)
        lines += [" " * (KEY_WIDTH + NAME_WIDTH) + more for more in rest]
    return lines


def manual_lines(width: int) -> list[tuple[str, bool]]:
    """The manual's lines and whether each is a heading, without the marks of Markdown."""
    lines: list[tuple[str, bool]] = []
    for line in manual_text().splitlines():
        if line.startswith("```"):
            continue
        heading = line.startswith("#")
        text = _EMPHASIS.sub(lambda found: found[1] or found[2], line.lstrip("#").strip() if heading else line)
        text = text.replace("\\*", "*")
        indent = " " * (len(text) - len(text.lstrip()) + 2) if text.lstrip().startswith(("-", "1", "2", "3")) else ""
        first, *rest = wrap(text, width - len(indent))
        lines.append((first, heading))
        lines += [(indent + more, heading) for more in rest]
    return lines


class HelpScreen(ModalScreen[None]):
    """The help over whatever screen is open: one list, drawn only where it is seen, so that it is there at once."""

    at_door: ClassVar[bool] = True
    """Whether it may lie over a locked desk."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1", "dismiss", show=False)]

    def __init__(self, behind: DeskScreen | None) -> None:
        super().__init__()
        self._behind = behind

    def compose(self) -> ComposeResult:
        """One list."""
        with Vertical(classes="help"):
            yield RowList((Column(""),), id="help")
        yield ScanBanner()

    def on_mount(self) -> None:
        """Fill the list to its width, ready for the arrow keys."""
        self.set_focus(self.query_one("#help", RowList))
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        rows = self.query_one("#help", RowList)
        width = max(30, rows.scrollable_content_region.width - 2)
        lines: list[tuple[str, bool]] = []
        if self._behind is not None and self._behind.COMMAND_TABLE:
            title = t("shell.help.here", screen=t(f"{self._behind.area}.{self._behind.title_key}"))
            lines.append((title, True))
            lines += [(line, False) for line in key_lines(self._behind.COMMAND_TABLE, width)]
            lines.append(("", False))
        lines.append((t("shell.help.anywhere"), True))
        lines += [(line, False) for line in key_lines(ANYWHERE, width)]
        lines += [("", False), *manual_lines(width)]
        rows.set_rows([Row(str(place), (line,), "heading" if high else "") for place, (line, high) in enumerate(lines)])
