"""The words in the frame of a panel, as they stand."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


def framed(panel: Widget, title: str, subtitle: str = "") -> None:
    """Write a title into the upper edge of a panel and, where there is one, a subtitle into the lower.

    Textual reads these as markup: names, teams and titles with square brackets would be styles, or end the program.
    """
    panel.border_title = Content(title)
    panel.border_subtitle = Content(subtitle)
