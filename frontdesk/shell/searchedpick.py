"""Choosing one among however many there are: the desk looks for them while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.widgets import Input

from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

Found = TypeVar("Found")


class SearchedPick(PickDialog, Generic[Found]):
    """A choice of one; what comes back has its key, and `found` has it whole."""

    def __init__(
        self, below: DeskScreen, title: str, columns: Sequence[Column], *, hint: str, first_text: str = ""
    ) -> None:
        """`below` is the screen whose desk looks; `first_text` stands in the box at first."""
        super().__init__((PickPage(title, ()),), columns, hint=hint)
        self.below = below
        self.found: dict[str, Found] = {}
        self._title_words = title
        self._first_text = first_text
        self._searched: str | None = None

    async def look_for(self, text: str) -> Sequence[tuple[Pick, Found]] | None:
        """What the words in the box mean, each with its row; None where the desk refused and has said so."""
        raise NotImplementedError

    def matching(self, picks: Sequence[Pick], text: str) -> list[Pick]:
        """All of them: they were found by what stands in the box."""
        del text
        return list(picks)

    def on_mount(self) -> None:
        """Begin with what the first words mean."""
        self._box.value = self._first_text
        self.call_later(self._search)

    def on_input_changed(self) -> None:
        """Search as it is typed."""
        self.call_later(self._search)

    def take_after_typing(self) -> None:
        """Take the row that what stands in the box leads to, once that was looked for."""
        self.call_later(self._take_found)

    @property
    def _box(self) -> Input:
        return self.query_one("#pick-search", Input)

    async def _search(self) -> None:
        # Esc may have come before the turn of a search that a key asked for.
        if not self.is_attached or (text := self._box.value) == self._searched:
            return
        found = await self.look_for(text)
        # Something else may have been typed meanwhile, and is being searched for.
        if found is None or not self.is_attached or text != self._box.value:
            return
        self._searched = text
        self.found = {pick.key: one for pick, one in found}
        self._pages = (PickPage(self._title_words, tuple(pick for pick, _ in found)),)
        self._show()

    async def _take_found(self) -> None:
        await self._search()
        if self.is_attached:
            self._take()
