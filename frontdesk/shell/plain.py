"""Text as it stands: names and residents' words are never read as markup."""

from __future__ import annotations

from textual.visual import VisualType
from textual.widgets import Static

from frontdesk.common.text import wrap


class Plain(Static):
    """A text without markup."""

    def __init__(self, content: VisualType = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(content, id=id, classes=classes, markup=False)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, each in as many as it needs of at most `width` cells; none goes on with a space."""
    return [
        piece if place == 0 else piece.lstrip()
        for line in text.split("\n")
        for place, piece in enumerate(wrap(line, width))
    ]
