"""A long number of groups of digits, typed from paper or scanned: each group is judged as soon as it is full, so that a
slip is named while the eye is still on it.

What is typed stands in plain strings: no key is lost however fast they come, and no input method can spoil digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar
from unicodedata import digit

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

GAP = 2
"""The cells between two groups."""

ACROSS = 4
"""So many groups stand in a line at most, as on the paper."""

LABEL = 4
"""The cells that the number of a group takes before it."""


class DigitGroups(Widget, can_focus=True):
    """The groups that are asked for, one under the cursor. Enter on the last right one posts `Finished`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "digitgroups--label",
        "digitgroups--open",
        "digitgroups--cursor",
        "digitgroups--right",
        "digitgroups--wrong",
    }

    class Changed(Message):
        """What stands in the groups is another."""

    class Finished(Message):
        """Every group is right, and Enter was pressed, or a scanner typed all of them."""

    def __init__(
        self,
        asked: Sequence[int],
        length: int,
        is_right: Callable[[int, str], bool],
        *,
        id: str | None = None,
    ) -> None:
        """`asked` are the numbers of the groups to type, `length` their digits, `is_right` judges a full one."""
        super().__init__(id=id)
        self.asked = tuple(asked)
        self.length = length
        self._is_right = is_right
        self.typed: dict[int, str] = dict.fromkeys(self.asked, "")
        self.place = 0

    @property
    def at(self) -> int:
        """The number of the group under the cursor."""
        return self.asked[self.place]

    @property
    def wrong(self) -> list[int]:
        """The full groups that cannot be what is printed."""
        return [number for number in self.asked if self._is_full(number) and not self._is_right_one(number)]

    @property
    def is_complete(self) -> bool:
        """Whether every group is full and right."""
        return all(self._is_full(number) and self._is_right_one(number) for number in self.asked)

    @property
    def done(self) -> int:
        """How many groups are full and right."""
        return sum(self._is_full(number) and self._is_right_one(number) for number in self.asked)

    @property
    def value(self) -> str:
        """The digits of all groups in order."""
        return "".join(self.typed[number] for number in self.asked)

    def clear(self) -> None:
        """Begin anew."""
        self.typed, self.place = dict.fromkeys(self.asked, ""), 0
        self._changed()

    def _is_full(self, number: int) -> bool:
        return len(self.typed[number]) == self.length

    def _is_right_one(self, number: int) -> bool:
        return self._is_right(number, self.typed[number])

    def _changed(self) -> None:
        self.refresh()
        self.post_message(self.Changed())

    def take_digits(self, digits: str) -> None:
        """Type digits one after the other; after a wrong group the next digit begins that group anew."""
        for one in digits:
            number = self.at
            if self._is_full(number):
                self.typed[number] = ""
            self.typed[number] += one
            if self._is_full(number) and self._is_right_one(number) and self.place < len(self.asked) - 1:
                self.place += 1
        self._changed()

    def take_code(self, code: str) -> bool:
        """What a machine typed: the whole number at once, or some digits; anything else is not for here."""
        digits = "".join(one for one in code if not one.isspace() and one != "-")
        if not digits or not all(digit(one, None) is not None for one in digits):
            return False
        digits = "".join(str(digit(one)) for one in digits)
        if len(digits) == self.length * len(self.asked):
            self.typed = {
                number: digits[place * self.length : (place + 1) * self.length]
                for place, number in enumerate(self.asked)
            }
            first = self.wrong[0] if self.wrong else self.asked[-1]
            self.place = self.asked.index(first)
            self._changed()
            if self.is_complete:
                self.post_message(self.Finished())
        else:
            self.take_digits(digits)
        return True

    def take_key(self, key: str) -> bool:
        """Type a digit, take one back, go to another group; False where the key means nothing here."""
        steps = {"left": -1, "right": 1, "up": -self.columns, "down": self.columns, "tab": 1, "shift+tab": -1}
        if len(key) == 1 and key.isascii() and key.isdigit():
            self.take_digits(key)
        elif key == "backspace":
            if not self.typed[self.at] and self.place:
                self.place -= 1
            self.typed[self.at] = self.typed[self.at][:-1]
            self._changed()
        elif key == "delete":
            self.typed[self.at] = ""
            self._changed()
        elif key in steps:
            self.place = max(0, min(self.place + steps[key], len(self.asked) - 1))
            self._changed()
        elif key == "enter":
            self._enter()
        else:
            return False
        return True

    def _enter(self) -> None:
        if self.is_complete:
            self.post_message(self.Finished())
            return
        self.place = next(
            place
            for place, number in enumerate(self.asked)
            if not self._is_full(number) or not self._is_right_one(number)
        )
        self._changed()

    def on_key(self, event: events.Key) -> None:
        """Digits that an input method turned into full-width ones."""
        found = digit(event.character, None) if event.character and len(event.character) == 1 else None
        if found is not None:
            event.stop()
            self.take_digits(str(found))

    def on_paste(self, event: events.Paste) -> None:
        """Digits from a clipboard, or a scanner that pastes."""
        if self.take_code(event.text):
            event.stop()

    @property
    def _cell(self) -> int:
        return LABEL + len(spaced("0" * self.length)) + GAP

    @property
    def columns(self) -> int:
        """How many groups stand in a line."""
        width = self.size.width or 76
        return max(1, min(ACROSS, (width + GAP) // self._cell, len(self.asked)))

    def render_line(self, y: int) -> Strip:
        """A line of groups, or an empty one between two."""
        width, base = self.size.width, self.rich_style
        first = (y // 2) * self.columns
        if y % 2 or first >= len(self.asked):
            return Strip.blank(width, base)
        segments: list[Segment] = []
        for place in range(first, min(first + self.columns, len(self.asked))):
            number = self.asked[place]
            segments.append(Segment(f"{number:>2}  ", base + self._style("label")))
            segments.append(Segment(spaced(self.typed[number].ljust(self.length, "_")), base + self._style_of(place)))
            segments.append(Segment(" " * GAP, base))
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"digitgroups--{name}", partial=True)

    def _style_of(self, place: int) -> Style:
        number = self.asked[place]
        state = "open"
        if self._is_full(number):
            state = "right" if self._is_right_one(number) else "wrong"
        style = self._style(state)
        return style + self._style("cursor") if place == self.place and state == "open" and self.has_focus else style


def spaced(group: str) -> str:
    """The digits of a group wide apart, in two halves, as they are easily read and copied."""
    half = (len(group) + 1) // 2
    return "  ".join(" ".join(part) for part in (group[:half], group[half:]))
