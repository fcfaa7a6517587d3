"""Choosing what a field of a record leads to: it is looked for while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontdesk.cases import choosing
from frontdesk.cases.choosing import Choosable
from frontdesk.locale import t
from frontdesk.shell.picking import Pick
from frontdesk.shell.rowlist import Column
from frontdesk.shell.searchedpick import SearchedPick

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import FieldDefinition
    from frontdesk.shell.base import DeskScreen

_COLUMNS = {"person": (12, 14, 8, 0), "session": (12, 0), "reference": (16, 0), "organisation": (0, 2), "room": (0, 2)}
"""The cells of the columns by the kind of the field; 0 shares what is left."""


class FieldPick(SearchedPick[Choosable]):
    """A choice of one of the things that a field may lead to."""

    def __init__(self, below: DeskScreen, field: FieldDefinition, text: str = "") -> None:
        """`below` is the screen whose desk looks; `text` stands in the box at first."""
        columns = tuple(Column("", width) for width in _COLUMNS.get(field.kind, (12, 0)))
        title = t("case_form.pick.title", field=field.name)
        super().__init__(below, title, columns, hint=t(f"case_form.pick.hint.{_hint(field)}"), first_text=text)
        self._field = field
        self._remembered = choosing.Remembered()

    async def look_for(self, text: str) -> Sequence[tuple[Pick, Choosable]] | None:
        """By number, name, pinyin or whatever else the kind of the field is found by."""
        field, remembered = self._field, self._remembered
        found = await self.below.attempt(lambda context: choosing.choosable(context, field, text, remembered))
        return None if found is None else [(Pick(one.key, one.cells, one.name), one) for one in found]


def _hint(field: FieldDefinition) -> str:
    return field.kind if field.kind in ("person", "session", "reference", "organisation") else "other"
