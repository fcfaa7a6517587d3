"""A dialog to read: what was done or found, line by line, and the keys that go on from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from frontdesk.common.text import wrap
from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.command import key_label
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList

LineTone = Literal["", "good", "warning", "bad", "muted", "heading"]
Line = tuple[str, LineTone]
ROOM = 76
"""The cells of a line at most: the width of a window of 80 within the frame of a dialog."""
FRAME_HEIGHT = 9


class ReadDialog(ModalScreen[str]):
    """Lines to read. Esc closes it; the other keys are those that are named below the lines, and come back by name."""

    def __init__(self, title: str, lines: Sequence[Line], keys: Sequence[tuple[str, str]] = ()) -> None:
        """`keys` are keys (as Textual names them) with what they do, in words; without any Enter closes it."""
        super().__init__()
        self._title = title
        self._lines = tuple(lines)
        self._keys = tuple(keys)

    def compose(self) -> ComposeResult:
        """Title, lines, keys."""
        with Vertical(classes="dialog reading"):
            yield Plain(self._title, classes="dialog-title")
            yield ReadLines((Column(""),), id="reading-lines")
            yield Plain("", id="reading-keys")
        yield ScanBanner()

    def on_mount(self) -> None:
        """Wrap the lines to the window."""
        # Beside the frame and the gaps the scroll bar takes a column when there are more lines than fit.
        width = min(ROOM, self.app.size.width - 4) - 7
        rows = []
        for place, (text, tone) in enumerate(self._lines):
            for part, piece in enumerate(wrap(text, width)):
                rows.append(Row(f"{place}.{part}", (piece if part == 0 else piece.lstrip(),), tone))
        listed = self.query_one("#reading-lines", ReadLines)
        listed.styles.height = min(len(rows) + 1, max(4, self.app.size.height - FRAME_HEIGHT))
        listed.set_rows(rows)
        self.set_focus(listed)
        hints = [f"{key_label(key)} {label}" for key, label in self._keys] or [f"Enter {t('shell.reading.close')}"]
        if self._keys:
            hints.append(f"Esc {t('shell.reading.close')}")
        self.query_one("#reading-keys", Plain).update("   ".join(hints))

    def take(self, key: str) -> bool:
        """Act on a key; False where it means nothing here."""
        if key == "escape" or (key == "enter" and not self._keys):
            self.dismiss(None)
        elif any(key == one for one, _ in self._keys):
            self.dismiss(key)
        else:
            return False
        return True


class ReadLines(RowList):
    """The lines; keys that are no movement go to the dialog."""

    def take_key(self, key: str) -> bool:
        """Move, or go on from the dialog."""
        screen = self.screen
        if isinstance(screen, ReadDialog) and screen.take(key):
            return True
        return key != "enter" and super().take_key(key)
