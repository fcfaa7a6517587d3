"""Choosing what a record belongs to: another record, a demand, a session, a follow-up, a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widgets import Input

from frontdesk.cases import service
from frontdesk.locale import t
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

if TYPE_CHECKING:
    from frontdesk.cases.service import FoundTarget
    from frontdesk.shell.base import DeskScreen


class LinkPick(PickDialog):
    """A choice of one; `found` has it whole under the key that comes back."""

    def __init__(self, below: DeskScreen) -> None:
        """`below` is the screen whose desk looks."""
        title = t("case_form.link.title")
        columns = (Column("", 10), Column(""), Column("", 14))
        super().__init__((PickPage(title, ()),), columns, hint=t("case_form.link.hint"))
        self._below = below
        self._title_words = title
        self._searched: str | None = None
        self.found: dict[str, FoundTarget] = {}

    def matching(self, picks: Sequence[Pick], text: str) -> list[Pick]:
        """All of them: they were found by what stands in the box."""
        del text
        return list(picks)

    def on_input_changed(self) -> None:
        """Search as it is typed."""
        self.call_later(self._search)

    async def _search(self) -> None:
        text = self.query_one("#pick-search", Input).value
        if text == self._searched:
            return
        found = await self._below.attempt(lambda context: service.search_targets(context, text))
        if found is None or not self.is_attached or text != self.query_one("#pick-search", Input).value:
            return
        self._searched = text
        self.found = {f"{one.target.other}:{one.target.ref}": one for one in found}
        picks = tuple(
            Pick(key, (t(f"case_links.other.{one.target.other}"), one.title, one.state), one.title)
            for key, one in self.found.items()
        )
        self._pages = (PickPage(self._title_words, picks),)
        self._show()

    def take_after_typing(self) -> None:
        """Take the row that what stands in the box leads to, once that was looked for."""
        self.call_later(self._take_found)

    async def _take_found(self) -> None:
        await self._search()
        self._take()
