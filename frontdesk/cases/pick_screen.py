"""Choosing what a field of a record leads to: it is looked for while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widgets import Input

from frontdesk.cases import filling
from frontdesk.locale import t
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import FieldDefinition
    from frontdesk.cases.filling import Choosable
    from frontdesk.shell.base import DeskScreen

_COLUMNS = {"person": (12, 14, 8, 0), "session": (12, 0), "reference": (16, 0), "organisation": (0, 2), "room": (0, 2)}
"""The cells of the columns by the kind of the field; 0 shares what is left."""


class FieldPick(PickDialog):
    """A choice of one; what comes back has its key, and `found` has it whole."""

    def __init__(self, below: DeskScreen, field: FieldDefinition, text: str = "") -> None:
        """`below` is the screen whose desk looks; `text` stands in the box at first."""
        columns = tuple(Column("", width) for width in _COLUMNS.get(field.kind, (12, 0)))
        title = t("case_form.pick.title", field=field.name)
        super().__init__((PickPage(title, ()),), columns, hint=t(f"case_form.pick.hint.{_hint(field)}"))
        self._below = below
        self._field = field
        self._title_words = title
        self._first = text
        self._searched: str | None = None
        self._remembered = filling.Remembered()
        self.found: dict[str, Choosable] = {}

    def matching(self, picks: Sequence[Pick], text: str) -> list[Pick]:
        """All of them: they were found by what stands in the box."""
        del text
        return list(picks)

    def on_mount(self) -> None:
        """Begin in the box, with what was typed in the field."""
        self.query_one("#pick-search", Input).value = self._first
        super().on_mount()
        self.call_later(self._search)

    def on_input_changed(self) -> None:
        """Search as it is typed."""
        self.call_later(self._search)

    async def _search(self) -> None:
        text = self.query_one("#pick-search", Input).value
        if text == self._searched:
            return
        field, remembered = self._field, self._remembered
        found = await self._below.attempt(lambda context: filling.choosable(context, field, text, remembered))
        if found is None or not self.is_attached or text != self.query_one("#pick-search", Input).value:
            return
        self._searched = text
        self.found = {one.key: one for one in found}
        self._pages = (PickPage(self._title_words, tuple(Pick(one.key, one.cells, one.name) for one in found)),)
        self._show()

    def take_after_typing(self) -> None:
        """Take the row that what stands in the box leads to, once that was looked for."""
        self.call_later(self._take_found)

    async def _take_found(self) -> None:
        await self._search()
        self._take()


def _hint(field: FieldDefinition) -> str:
    return field.kind if field.kind in ("person", "session", "reference", "organisation") else "other"
