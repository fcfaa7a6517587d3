"""Dialogs: a form, a question.

A scan that comes while one is open shows its result and leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from frontdesk.common.text import wrap
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.line import Line, chain, has_room_for
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

T = TypeVar("T")

MOST_FRAMED = 4


@dataclass(frozen=True)
class Field:
    """One line of a form."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    secret: bool = False
    grows: bool = False
    """Whether what is typed goes behind what stands there instead of replacing it."""


@dataclass(frozen=True)
class Wrong:
    """What must be corrected first, and in which field."""

    words: str
    field: str


Submit = Callable[[dict[str, str]], Awaitable[str | Wrong | None]]
"""Takes the values; returns None when done, or in words what must be corrected first."""


class FormDialog(ModalScreen[bool]):
    """A form. Enter goes to the next field and from the last one saves, Ctrl+S from any; Esc leaves without saving.

    What may be written in a field stands in it as long as it is empty and there is room, else below the fields.
    """

    is_form: ClassVar[bool] = True
    """Whether it is kept for whoever signs in at a locked desk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "save", show=False),
    ]

    def __init__(self, title: str, fields: tuple[Field, ...], submit: Submit, *, first: str = "") -> None:
        """`first` is the field to begin in, if not the first one."""
        super().__init__()
        self._title = title
        self._fields = fields
        self._submit = submit
        self._begins_in = first or fields[0].name
        self._busy = False
        self._saved = False
        self._refused = False

    def compose(self) -> ComposeResult:
        """Title, fields, what is wrong, buttons."""
        # A window of 24 lines has room for so many fields with a frame each.
        low = len(self._fields) > MOST_FRAMED
        with Vertical(classes="dialog low" if low else "dialog"):
            yield Plain(self._title, classes="dialog-title")
            for field in self._fields:
                with Horizontal(classes="field"):
                    yield Plain(field.label, classes="field-label")
                    yield Line(
                        field.value,
                        placeholder=field.hint,
                        password=field.secret,
                        compact=low,
                        grows=field.grows,
                        id=f"field-{field.name}",
                    )
            yield Plain("", id="wrong")
            with Horizontal(classes="buttons"):
                yield Button(t("shell.save"), id="save", variant="primary")
                yield Button(t("shell.cancel"), id="cancel")
        yield ScanBanner()

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields."""
        return {field.name: self.query_one(f"#field-{field.name}", Input).value for field in self._fields}

    def on_mount(self) -> None:
        """Lead Enter from field to field, and begin at once: keys may have been typed already."""
        chain(list(self.query(Line)))
        self.set_focus(self.query_one(f"#field-{self._begins_in}"))
        # How much room a field has is known only when it has been drawn.
        self.call_after_refresh(self._say_hint)

    def on_descendant_focus(self) -> None:
        """Say what may be written here."""
        self._say_hint()

    def on_input_changed(self) -> None:
        """What is typed hides what may be written."""
        self._say_hint()

    def _say_hint(self) -> None:
        """Say below the fields what the field under the cursor has no room for; what was refused stays there."""
        if self._refused or not self.is_mounted:
            return
        hint = next((field.hint for field in self._fields if f"field-{field.name}" == self._focused_id), "")
        focused = self.focused
        fits = not isinstance(focused, Line) or has_room_for(focused, hint)
        self._say("" if fits else hint, is_hint=True)

    @property
    def _focused_id(self) -> str:
        return (self.focused.id or "") if self.focused is not None else ""

    def _say(self, words: str, *, is_hint: bool = False) -> None:
        line = self.query_one("#wrong", Plain)
        line.set_class(is_hint, "hint")
        line.update("\n".join(wrap(words, line.size.width)) if line.size.width else words)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save from the last field."""
        event.stop()
        await self._save()

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save or leave."""
        event.stop()
        if event.button.id == "save":
            await self._save()
        else:
            self.dismiss(False)

    def on_screen_resume(self) -> None:
        """Close what was saved while another dialog lay over it."""
        if self._saved:
            self.dismiss(True)

    async def _save(self) -> None:
        # A second Enter may still be on its way when the first has saved.
        if self._busy or self._saved:
            return
        self._busy = True
        try:
            wrong = await self._submit(self.values)
        finally:
            self._busy = False
        if wrong is None:
            self._saved = True
            # Closing takes away whatever is in front: a form for missing answers may have been opened meanwhile.
            # Behind a dialog a screen is still "current"; only the one in front is active.
            if self.is_active:
                self.dismiss(True)
            return
        self._refused = True
        if isinstance(wrong, Wrong):
            self.set_focus(self.query_one(f"#field-{wrong.field}", Line))
            wrong = wrong.words
        self._say(wrong)

    def saved_above(self) -> None:
        """What it asks was done by a dialog that lies over it, so that it closes with that one."""
        self._saved = True

    async def action_save(self) -> None:
        """Save what stands in the fields."""
        await self._save()

    def action_leave(self) -> None:
        """Leave without saving."""
        self.dismiss(False)


class SavingForm(FormDialog):
    """A form with a line for each field, so that all of them fit a window of 24 lines."""

    def __init__(self, title: str, fields: tuple[Field, ...], submit: Submit, *, first: str = "") -> None:
        """Begin in the field `first`, if there is one of this name."""
        known = any(field.name == first for field in fields)
        super().__init__(title, fields, submit, first=first if known else "")


async def save_form(
    screen: DeskScreen,
    case: Callable[[Context], T],
    then: Callable[[T], Awaitable[None]],
    wrong_field: Mapping[str, str],
) -> str | Wrong | None:
    """Run a use case for the form that is open: None when it is done, else in words what must be corrected first, and
    in which field where the form has it: `wrong_field` by the code of a refusal, else the field that this names.
    """
    try:
        done = await screen.desk_app.desk.run(case)
    except CodedError as refusal:
        field = wrong_field.get(refusal.code) or str(refusal.details.get("field", ""))
        known = list(screen.app.screen.query(f"#field-{field}")) if field.isidentifier() else []
        return Wrong(words_for(refusal), field) if known else words_for(refusal)
    await then(done)
    return None


class QuestionDialog(ModalScreen[bool]):
    """A yes-or-no question before what cannot be undone. Enter is yes, Esc is no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(classes="dialog"):
            yield Plain(self._question, id="question")
            with Horizontal(classes="buttons"):
                yield Button(self._yes, id="yes", variant="primary")
                yield Button(t("shell.back"), id="no")
        yield ScanBanner()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer with the button; a second Enter may still be on its way when the first has answered."""
        event.stop()
        if self in self.app.screen_stack:
            self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer by key."""
        self.dismiss(answer)


class ChoiceDialog(ModalScreen[str]):
    """One of several. Enter takes the row under the cursor, Esc none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        """`choices` are keys and what is shown for them."""
        super().__init__()
        self._title = title
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(classes="dialog choice"):
            yield Plain(self._title, classes="dialog-title")
            yield RowList((Column(""),), id="choices")
        yield ScanBanner()

    def on_mount(self) -> None:
        """Show the choices, ready for a key."""
        rows = self.query_one("#choices", RowList)
        rows.set_rows([Row(key, (shown,)) for key, shown in self._choices])
        self.set_focus(rows)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take the row; a second Enter may still be on its way when the first has taken one."""
        event.stop()
        if self in self.app.screen_stack:
            self.dismiss(event.row.key)

    def action_leave(self) -> None:
        """Take none."""
        self.dismiss(None)
