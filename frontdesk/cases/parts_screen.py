"""The fields of a form: a control for each, its label, how what is typed is understood, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from frontdesk.cases import forms
from frontdesk.cases.controls_screen import AnyPart, Control, Fields, ListPart, PickPart, TextPart, control_for
from frontdesk.cases.definition.persons import phone_beside
from frontdesk.cases.forms import Asked, Trusting, Typed
from frontdesk.common.text import display_width
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from datetime import date


LEAST_LABEL, WIDEST_LABEL = 13, 28


class Parts(Fields, can_focus=False):
    """The fields one below the other."""

    DEFAULT_CSS = """
    Parts { height: 1fr; }
    Parts .part { height: auto; }
    Parts .part-row { height: auto; }
    Parts .part-label { text-align: right; padding: 0 1 0 0; }
    Parts .part-echo { width: auto; max-width: 26; padding: 0 1; color: $text-muted; }
    Parts .part-wrong { display: none; height: auto; color: $error; }
    Parts .part-wrong.-shown { display: block; }
    Parts TextPart, Parts TextPart:focus { border: none; width: 1fr; height: 1; padding: 0 1 !important; }
    Parts TextPart { background: $panel; }
    Parts TextPart:focus, Parts LongPart:focus, Parts ChoicePart:focus, Parts ListPart:focus {
        background: $primary 35%;
    }
    Parts LongPart, Parts LongPart:focus { border: none; width: 1fr; height: auto; min-height: 3; max-height: 8;
        padding: 0 1; }
    Parts LongPart { background: $panel; }
    Parts ChoicePart { width: 1fr; height: auto; background: $panel; }
    Parts ListPart { width: 1fr; height: 1; padding: 0 1; background: $panel; }
    """

    class Changed(Message):
        """Something was typed."""

    class Filled(Message):
        """Enter was pressed in the last field."""

    class Looking(Message):
        """Another field has the focus."""

    def __init__(
        self,
        asked: Sequence[Asked],
        typed: Typed,
        today: date,
        known: Trusting,
        names: Mapping[str, str],
        host: PartsHost,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._asked = tuple(asked)
        self._today, self._known = today, known
        self._host = host
        self._others = {key: value for key, value in typed.items() if key not in {one.key for one in asked}}
        self._controls = {one.key: control_for(one, typed.get(one.key, ""), today, known, names) for one in self._asked}
        self._echoes = {one.key: Plain("", classes="part-echo") for one in self._asked}
        self._wrongs = {one.key: Plain("", classes="part-wrong") for one in self._asked}
        labels = [display_width(self._label(one)) for one in self._asked]
        self._label_width = min(WIDEST_LABEL, max([LEAST_LABEL, *labels]) + 1)

    @staticmethod
    def _label(one: Asked) -> str:
        return f"{one.field.name} *" if one.required else str(one.field.name)

    def compose(self) -> ComposeResult:
        """Label, control, echo; below them what is wrong."""
        for one in self._asked:
            label = Plain(self._label(one), classes="part-label")
            label.styles.width = self._label_width
            self._wrongs[one.key].styles.padding = (0, 1, 0, self._label_width)
            with Vertical(classes="part"):
                with Horizontal(classes="part-row"):
                    yield label
                    yield self._controls[one.key]
                    yield self._echoes[one.key]
                yield self._wrongs[one.key]

    def on_mount(self) -> None:
        """Say how what stands here is understood."""
        for control in self._controls.values():
            self._echo(control)

    @property
    def typed(self) -> Typed:
        """What stands in the fields."""
        return {**self._others, **{key: one.typed for key, one in self._controls.items()}}

    def fill(self, typed: Typed) -> None:
        """Have other things stand in the fields."""
        self._others = {key: value for key, value in typed.items() if key not in self._controls}
        for key, control in self._controls.items():
            if control.typed != typed.get(key, ""):
                control.typed = typed.get(key, "")
            self.say_wrong(key, "")
            self._echo(control)

    def control(self, key: str) -> AnyPart | None:
        """The control of a field; None where it is not asked."""
        return self._controls.get(key)

    @property
    def current(self) -> AnyPart | None:
        """The control that has the focus."""
        focused = self.screen.focused
        return next((one for one in self._controls.values() if one is focused), None)

    def note_resident(self, key: str, name: str, resident: int) -> None:
        """Remember who of the register was chosen in a field."""
        chosen = self._others.get(forms.RESIDENTS)
        known = dict(chosen) if isinstance(chosen, dict) else {}
        self._others[forms.RESIDENTS] = known | {key: {"name": name, "resident": resident}}

    def fill_phone(self, key: str, phone: str) -> None:
        """Fill in the phone of whoever was chosen in a field, unless one stands there already."""
        control = self._controls.get(phone_beside((one.field for one in self._asked), key))
        if phone and isinstance(control, TextPart) and forms.is_empty(control.typed):
            control.typed = phone

    def go_to(self, key: str = "") -> None:
        """Put the focus into a field; into the first where none is named."""
        control = self._controls.get(key) or next(iter(self._controls.values()), None)
        if control is not None:
            self.screen.set_focus(control)

    def go_from(self, control: Control, step: int, *, is_enter: bool = False) -> None:
        """Go to a neighbouring field; Enter in the last one says that the form is filled in."""
        everything = list(self._controls.values())
        place = next(at for at, one in enumerate(everything) if one is control) + step
        if 0 <= place < len(everything):
            self.screen.set_focus(everything[place])
        elif place > 0 and is_enter:
            # Only when what was typed into it before has arrived.
            control.call_later(self.post_message, self.Filled())

    def changed(self, control: AnyPart) -> None:
        """Something was typed into a field: what was wrong with it is said again when it is left."""
        if not self.is_mounted:
            return
        self.say_wrong(control.asked.key, "")
        self._echo(control)
        self.post_message(self.Changed())

    def _echo(self, control: AnyPart) -> None:
        field, value = control.asked.field, control.typed
        words = forms.echo(field, value, self._today, self._known) if isinstance(value, str) else ""
        self._echoes[control.asked.key].update(words)

    def check(self, control: AnyPart) -> None:
        """Say what is wrong in a field that is left with something in it."""
        if self.is_mounted and not forms.is_empty(control.typed) and not isinstance(control, PickPart):
            self.say_wrong(control.asked.key, forms.fault(control.asked, control.typed, self._today, self._known))

    def check_all(self) -> bool:
        """Say at every field what is wrong with it, and go to the first of them; whether nothing is."""
        first = ""
        for key, control in self._controls.items():
            words = forms.fault(control.asked, control.typed, self._today, self._known)
            self.say_wrong(key, words)
            first = first or (key if words else "")
        if first:
            self.go_to(first)
        return not first

    def say_wrong(self, key: str, words: str) -> None:
        """Say below a field what is wrong with it; "" for nothing."""
        line = self._wrongs.get(key)
        if line is not None:
            line.update(words)
            line.set_class(bool(words), "-shown")

    def refuse(self, key: str, words: str) -> bool:
        """Say at a field why what stands there was refused, and go there; False where it is not among these."""
        if key not in self._controls:
            return False
        self.say_wrong(key, words)
        self.go_to(key)
        return True

    async def settle(self, control: PickPart) -> bool:
        """Find out what is meant by what was typed; whether that is known."""
        return control.is_settled or await self._host.look_up(control)

    async def settle_all(self) -> bool:
        """Find out of every field what is meant; whether all is known."""
        for control in self._controls.values():
            if isinstance(control, PickPart) and not await self.settle(control):
                return False
        return True

    def find(self, control: PickPart) -> None:
        """Choose from a list what a field leads to."""
        self.screen.call_later(self._host.action_find)

    async def open_rows(self, control: ListPart) -> None:
        """Show the rows of a list."""
        await self._host.open_rows(control)

    def on_descendant_focus(self) -> None:
        """Tell the form which field it is."""
        self.post_message(self.Looking())


class PartsHost:
    """The screen that has the fields: it looks things up, and shows rows."""

    async def look_up(self, control: PickPart) -> bool:
        """Look for what stands in a field; whether it is known what is meant."""
        raise NotImplementedError

    async def open_rows(self, control: ListPart) -> None:
        """Show the rows of a list."""
        raise NotImplementedError

    async def action_find(self) -> None:
        """Choose from a list what the field under the cursor leads to."""
        raise NotImplementedError
