"""A field of a form in which Enter goes on to the next field."""

from __future__ import annotations

from itertools import pairwise

from textual.widgets import Input

from frontdesk.common.text import display_width


class Line(Input):
    """One line of a form.

    Where Enter leads is decided by the application before the key reaches any widget: whoever types faster than the
    screen follows still has each word in its own field.
    """

    next_line: Line | None = None

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        password: bool = False,
        compact: bool = False,
        grows: bool = False,
        id: str | None = None,
    ) -> None:
        """What the program proposes is replaced by what is typed over it; where the line `grows`, a list of words for
        instance, it goes behind.
        """
        selects = bool(value) and not grows
        super().__init__(
            value, placeholder=placeholder, password=password, compact=compact, id=id, select_on_focus=selects
        )

    def action_copy(self) -> None:
        """Copy what is marked; of a PIN, which shows as dots, nothing."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut what is marked; of a PIN, which shows as dots, nothing."""
        if not self.password:
            super().action_cut()

    def on_blur(self) -> None:
        """Coming back to a field to correct it must not mark all of it: the next key would wipe it out."""
        self.select_on_focus = False


def has_room_for(line: Line, hint: str) -> bool:
    """Whether a line shows what may be written in it: as long as it is empty, and the hint is no longer than it."""
    return not hint or (not line.value and (not line.size.width or display_width(hint) <= line.content_size.width))


def chain(lines: list[Line]) -> None:
    """Make Enter lead from each line to the one after it; from the last it submits."""
    for line, following in pairwise(lines):
        line.next_line = following
