"""The five faces of a rating, drawn from plain ASCII: the same in every terminal font, wide or narrow."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from frontdesk.feedback.service import LEVELS
from frontdesk.locale import t
from frontdesk.shell.bigdigits import BigDigits
from frontdesk.shell.plain import Plain

SMALL = {
    5: (" .---. ", "/ ^ ^ \\", "|\\   /|", "\\ '-' /", " '---' "),
    4: (" .---. ", "/ o o \\", "|     |", "\\ \\_/ /", " '---' "),
    3: (" .---. ", "/ o o \\", "|     |", "\\ --- /", " '---' "),
    2: (" .---. ", "/ o o \\", "|     |", "\\ /^\\ /", " '---' "),
    1: (" .---. ", "/ > < \\", "| .-. |", "\\/   \\/", " '---' "),
}
"""Seven by five characters, as high as a digit."""

LARGE = {
    5: (" .-----. ", "/  ^ ^  \\", "|       |", "| \\   / |", "|  '-'  |", "\\       /", " '-----' "),
    4: (" .-----. ", "/  o o  \\", "|       |", "|       |", "|  \\_/  |", "\\       /", " '-----' "),
    3: (" .-----. ", "/  o o  \\", "|       |", "|       |", "|  ---  |", "\\       /", " '-----' "),
    2: (" .-----. ", "/  o o  \\", "|       |", "|       |", "|  /^\\  |", "\\       /", " '-----' "),
    1: (" .-----. ", "/  > <  \\", "|       |", "|  .-.  |", "| /   \\ |", "\\       /", " '-----' "),
}
"""Nine by seven, beside a doubled digit."""

LARGE_HEIGHT = 10


class Face(Plain):
    """The face of a level, larger where there is room."""

    def __init__(self, level: int) -> None:
        super().__init__("\n".join(SMALL[level]), classes="face")
        self._level = level

    def on_resize(self, event: events.Resize) -> None:
        """Take the larger one in a large window."""
        drawn = LARGE if event.size.height >= LARGE_HEIGHT else SMALL
        self.update("\n".join(drawn[self._level]))


class Levels(Horizontal):
    """The five levels side by side, the best one first: the digit to press, a face, the words."""

    def __init__(self) -> None:
        super().__init__(id="levels")

    def compose(self) -> ComposeResult:
        """A box for each level."""
        for level in LEVELS:
            with Vertical(classes=f"level level-{level}"):
                with Horizontal(classes="level-face"):
                    yield BigDigits(str(level))
                    yield Face(level)
                yield Plain(t(f"feedback.level.{level}"), classes="level-words")
