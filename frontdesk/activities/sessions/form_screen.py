"""The form of many short fields that sessions and series are typed into, and that of the terms of sign-up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from db.activities import SignUpTerms
from frontdesk.activities.sessions.typed import TERM_FIELDS, label, read_terms, shown_terms
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.dialogs import Field, SavingForm, Submit, Wrong

OpenTerms = Callable[[], Awaitable[None]]


class ActivityForm(SavingForm):
    """A form saved from any field, over which Ctrl+T opens the terms of sign-up."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "terms", show=False)]

    def __init__(
        self,
        title: str,
        fields: tuple[Field, ...],
        submit: Submit,
        *,
        first: str = "",
        terms: OpenTerms | None = None,
    ) -> None:
        super().__init__(title, fields, submit, first=first)
        self._open_terms = terms

    async def action_terms(self) -> None:
        """The terms of sign-up, over this form."""
        if self._open_terms is not None:
            await self._open_terms()


class TermsKept:
    """The terms of sign-up while a form is open: changed in a form of their own, stored with the rest."""

    def __init__(self, screen: DeskScreen, terms: SignUpTerms) -> None:
        self._screen = screen
        self.terms = terms

    async def open(self) -> None:
        """Show the terms to be changed; they are stored when the form below is saved."""

        async def keep(values: dict[str, str]) -> str | Wrong | None:
            try:
                self.terms = read_terms(values, self.terms)
            except CodedError as refusal:
                return refused(refusal)
            return None

        shown = shown_terms(self.terms)
        fields = tuple(Field(name, label(name), shown[name], t(f"activities.hint.{name}")) for name in TERM_FIELDS)
        form = ActivityForm(t("activities.form.terms"), fields, keep)
        await self._screen.app.push_screen(form)


def refused(refusal: CodedError) -> str | Wrong:
    """A refusal in words, and the field in which it is put right where it names one."""
    field = str(refusal.details.get("field", ""))
    return Wrong(words_for(refusal), field) if field else words_for(refusal)
