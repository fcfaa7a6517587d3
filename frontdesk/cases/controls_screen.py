"""The controls of a form, one for each kind of field.

Digits choose and letters are only text, because an input method swallows letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import RenderResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Paste
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from frontdesk.cases import formrows, forms
from frontdesk.cases.forms import Asked, Trusting, TypedRow
from frontdesk.common.text import display_width
from frontdesk.locale import t
from frontdesk.shell.line import Line

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.cases.choosing import Choosable

PICKED = frozenset(("person", "staff", "volunteer", "session", "room", "organisation", "reference"))
"""Fields that are found by typing."""
FREE = frozenset(("person", "organisation"))
"""Those of them that take other words too."""
GAP = 2
_FULL_WIDTH = {
    f"fullwidth_digit_{name}": str(place)
    for place, name in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
}


class Fields(VerticalScroll, can_focus=False):
    """What a control knows of the fields among which it stands; `Parts` is these fields."""

    def go_from(self, control: Control, step: int, *, is_enter: bool = False) -> None:
        """Go to a neighbouring field; Enter in the last one says that the form is filled in."""
        raise NotImplementedError

    def changed(self, control: AnyPart) -> None:
        """Something was typed into a field."""
        raise NotImplementedError

    def check(self, control: AnyPart) -> None:
        """Say what is wrong in a field that is left."""
        raise NotImplementedError

    def find(self, control: PickPart) -> None:
        """Choose from a list what a field leads to."""
        raise NotImplementedError

    async def settle(self, control: PickPart) -> bool:
        """Find out what is meant by what was typed; whether that is known."""
        raise NotImplementedError

    async def open_rows(self, control: ListPart) -> None:
        """Show the rows of a list."""
        raise NotImplementedError


class Control(Widget):
    """What the controls of all kinds have in common. It is mixed into a widget."""

    asked: Asked

    @property
    def parts(self) -> Fields:
        """The fields among which this one stands."""
        return next(one for one in self.ancestors if isinstance(one, Fields))

    def leave_by(self, key: str) -> bool:
        """Go to the next field or the one before, at once, so that a hand that is ahead types into that one; from the
        last one Enter says that the form is filled in.
        """
        if key in ("enter", "down", "tab", "up", "shift+tab"):
            self.parts.go_from(self, -1 if key in ("up", "shift+tab") else 1, is_enter=key == "enter")
        elif key == "escape":
            self.screen.call_later(self.screen.action_leave)  # type: ignore[attr-defined]
        else:
            return False
        return True


class TextPart(Line, Control):
    """One line of text, a number, an amount, a date."""

    def __init__(self, asked: Asked, value: str) -> None:
        hint = t("case_form.stays", masked=asked.stays) if asked.stays else str(asked.field.help or "")
        super().__init__(value, placeholder=hint, compact=True)
        self.asked = asked

    @property
    def typed(self) -> object:
        """What stands in it."""
        return self.value

    @typed.setter
    def typed(self, value: object) -> None:
        self.value = str(value)

    def take_key(self, key: str) -> bool:
        """Enter and the arrows lead to other fields."""
        return self.leave_by(key)

    def on_input_changed(self) -> None:
        """Tell the form."""
        self.parts.changed(self)

    def on_blur(self) -> None:
        """Say at once what is wrong with it."""
        super().on_blur()
        self.parts.check(self)


class PickPart(TextPart):
    """A field that leads to something: what is typed is looked for, by number, name, pinyin or initials."""

    def __init__(self, asked: Asked, value: str, names: Mapping[str, str]) -> None:
        self._names = names
        self._key, self._shown = value, self._words(asked, value)
        super().__init__(asked, self._shown)

    def _words(self, asked: Asked, key: str) -> str:
        name = self._names.get(key, "") if asked.field.kind == "staff" else ""
        return f"{key} {name}".strip()

    @property
    def typed(self) -> object:
        """The key of what was chosen, or what was typed instead."""
        return self._key if self.value == self._shown else self.value.strip()

    @typed.setter
    def typed(self, value: object) -> None:
        self._key, self._shown = str(value), self._words(self.asked, str(value))
        self.value = self._shown

    def choose(self, one: Choosable) -> None:
        """Take what was found."""
        self._key, self._shown = one.key, one.words
        self.value = self._shown
        self.cursor_position = len(self.value)

    @property
    def is_settled(self) -> bool:
        """Whether it is known what is meant: nothing, what was chosen, or words that need not lead anywhere."""
        text = self.value.strip()
        if not text or self.value == self._shown or self.asked.field.kind == "organisation" or text == "-":
            return True
        return self.asked.field.kind == "person" and not text.isascii()

    def take_key(self, key: str) -> bool:
        """Enter is taken when what was typed before it has arrived; in a dialog the find key would be the line's."""
        if key == "ctrl+f":
            self.call_later(self.parts.find, self)
            return True
        return key != "enter" and super().take_key(key)

    async def finish(self) -> None:
        """Enter: look for what was typed, and go on where it is found."""
        if await self.parts.settle(self):
            self.parts.go_from(self, 1, is_enter=True)


class LongPart(TextArea, Control):
    """Several lines of text. Enter is a new line; Tab leads on."""

    takes_text: ClassVar[bool] = True

    def __init__(self, asked: Asked, value: str) -> None:
        super().__init__(value, highlight_cursor_line=False)
        self.asked = asked

    @property
    def typed(self) -> object:
        """What stands in it."""
        return self.text

    @typed.setter
    def typed(self, value: object) -> None:
        self.load_text(str(value))

    def take_key(self, key: str) -> bool:
        """Up from the first line and down from the last lead to other fields."""
        place, height = self.wrapped_document.location_to_offset(self.cursor_location).y, self.wrapped_document.height
        is_edge = (key == "up" and place == 0) or (key == "down" and place >= height - 1)
        if key in ("tab", "shift+tab", "escape") or is_edge:
            return self.leave_by(key)
        if key == "enter":
            # Behind what was typed before it, which may not have arrived yet.
            self.call_later(self.insert, "\n")
        return key == "enter"

    def on_text_area_changed(self) -> None:
        """Tell the form."""
        self.parts.changed(self)

    def on_blur(self) -> None:
        """Say at once what is wrong with it."""
        self.parts.check(self)


class ChoicePart(Control, can_focus=True):
    """One of a few, by its digit or with the arrows; 0 or Delete for none."""

    def __init__(self, asked: Asked, value: str, known: Trusting) -> None:
        super().__init__()
        self.asked = asked
        self._options = forms.options(asked.field, known)
        self._value = value

    @property
    def typed(self) -> object:
        """What was chosen, as it is kept."""
        return self._value

    @typed.setter
    def typed(self, value: object) -> None:
        self._value = str(value)
        self.refresh()

    def _lines(self, width: int) -> list[list[tuple[str, str]]]:
        """The options in lines of at most `width` cells, each with its style."""
        lines: list[list[tuple[str, str]]] = [[]]
        used = 0
        for place, (code, words) in enumerate(self._options, 1):
            text = f" {place} {words} " if place < 10 else f" {words} "
            size = display_width(text)
            if lines[-1] and used + size > width:
                lines.append([])
                used = 0
            lines[-1].append((text, "reverse" if code == self._value else ""))
            used += size
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the options need."""
        return max(1, len(self._lines(width)))

    def render(self) -> RenderResult:
        """The options, the chosen one marked; one that is not among them as it stands."""
        if not self._options:
            return Content(t("case_form.no_options"))
        lines = self._lines(max(1, self.size.width))
        return Content("\n").join(Content.assemble(*line) for line in lines)

    def take_key(self, key: str) -> bool:
        """Choose."""
        digit = _FULL_WIDTH.get(key, key)
        if digit in ("delete", "backspace") or digit == "0":
            self._take("")
        elif digit.isdigit() and len(digit) == 1 and int(digit) <= len(self._options):
            self._take(self._options[int(digit) - 1][0])
        elif key in ("left", "right", "space"):
            self._turn(-1 if key == "left" else 1)
        else:
            return self.leave_by(key)
        return True

    def _turn(self, step: int) -> None:
        codes = [code for code, _ in self._options]
        if codes:
            place = codes.index(self._value) + step if self._value in codes else (0 if step > 0 else -1)
            self._take(codes[place % len(codes)])

    def _take(self, code: str) -> None:
        self._value = code
        self.refresh()
        self.parts.changed(self)
        self.parts.check(self)

    def on_click(self) -> None:
        """Begin here."""
        self.focus()


class ListPart(Control, can_focus=True):
    """The rows of a list in one line: how many there are, what they add up to. Enter shows them; rows may be pasted."""

    class Opened(Message):
        """Rows were pasted into it."""

        def __init__(self, part: ListPart, text: str) -> None:
            super().__init__()
            self.part, self.text = part, text

    def __init__(self, asked: Asked, rows: Sequence[TypedRow], today: date, known: Trusting) -> None:
        super().__init__()
        self.asked = asked
        self._rows = [dict(row) for row in rows]
        self._today, self._known = today, known

    @property
    def typed(self) -> object:
        """The rows."""
        return [dict(row) for row in self._rows]

    @typed.setter
    def typed(self, value: object) -> None:
        self._rows = [dict(row) for row in cast("Sequence[TypedRow]", value)] if isinstance(value, list) else []
        self.refresh()

    def render(self) -> RenderResult:
        """How many rows, and the sums."""
        if not self._rows:
            return Content(t("case_form.rows_none"))
        sums = formrows.totals_words(self.asked.field, self._rows, self._today, self._known)
        words = t("case_form.rows", count=len(self._rows))
        return Content(f"{words}  {sums}".rstrip())

    def take_key(self, key: str) -> bool:
        """Enter belongs to the rows."""
        return key != "enter" and self.leave_by(key)

    async def finish(self) -> None:
        """Enter: show the rows."""
        await self.parts.open_rows(self)

    def on_paste(self, event: Paste) -> None:
        """Take pasted rows in."""
        event.stop()
        self.post_message(self.Opened(self, event.text))

    def on_click(self) -> None:
        """Begin here."""
        self.focus()


AnyPart = TextPart | LongPart | ChoicePart | ListPart


def control_for(asked: Asked, value: object, today: date, known: Trusting, names: Mapping[str, str]) -> AnyPart:
    """The control of a field, with what stands in it at first."""
    kind = asked.field.kind
    if kind == "list":
        return ListPart(asked, cast("Sequence[TypedRow]", value) if isinstance(value, list) else (), today, known)
    if kind == "long_text":
        return LongPart(asked, str(value))
    if kind in ("choice", "yes_no"):
        return ChoicePart(asked, str(value), known)
    return PickPart(asked, str(value), names) if kind in PICKED else TextPart(asked, str(value))
