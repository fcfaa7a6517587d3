"""Digits in big type, drawn from coloured blanks: the same in every terminal font, wide or narrow."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

SHAPES = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ":": (" ", "#", " ", "#", " "),
    ".": (" ", " ", " ", " ", "#"),
    "-": ("   ", "   ", "###", "   ", "   "),
}
"""Three by five dots a digit; box-drawing characters would be ambiguous in width (design §3)."""

HEIGHT = 5


class BigDigits(Widget):
    """A short text of digits, `:`, `.` and `-`, five lines high, two cells a dot, in the middle of its space;
    doubled where there is room.
    """

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = text

    def update(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of dots; each dot is doubled where there is room for that."""
        width, base = self.size.width, self.rich_style
        across = sum(2 * len(SHAPES[character][0]) + 1 for character in self._text) - 1
        scale = 2 if self.size.height >= 2 * HEIGHT and 2 * across <= width else 1
        if y >= scale * HEIGHT or not self._text:
            return Strip.blank(width, base)
        ink = Style(bgcolor=base.color)
        segments = []
        for place, character in enumerate(self._text):
            if place:
                segments.append(Segment(" " * scale, base))
            dots = SHAPES[character][y // scale]
            segments += [Segment("  " * scale, ink if dot == "#" else base) for dot in dots]
        drawn = Strip(segments)
        margin = max(0, (width - drawn.cell_length) // 2)
        return Strip([Segment(" " * margin, base), *segments]).adjust_cell_length(width, base)
