"""Choosing one resident among however many there are: they are found while one types, as in the register."""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.locale import t
from frontdesk.residents import service
from frontdesk.residents.service import ResidentLine
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.rowlist import Column

MOST_SHOWN = 40


class ResidentPick(PickDialog):
    """A choice of one resident but those who are not meant; what comes back has the id as its key."""

    def __init__(self, below: DeskScreen, title: str, but: Sequence[int] = ()) -> None:
        """`below` is the screen that asks, whose desk searches; `but` are the ids of those who are not meant."""
        columns = (
            Column(t("residents.column.name"), 12),
            Column(t("residents.column.phone"), 8),
            Column(t("residents.column.age"), 6),
            Column(t("residents.column.area")),
        )
        title = f"{title}\n{t('residents.form.pick_keys')}"
        super().__init__((PickPage(title, ()),), columns, hint=t("residents.form.pick_hint"))
        self._below = below
        self._title_words = title
        self._but = frozenset(but)
        self._searched: str | None = None

    def matching(self, picks: Sequence[Pick], text: str) -> list[Pick]:
        """All of them: they were found by what stands in the box."""
        del text
        return list(picks)

    def on_mount(self) -> None:
        """Begin in the box, with those who were entered last."""
        super().on_mount()
        self.call_later(self._search)

    def on_input_changed(self) -> None:
        """Search as it is typed."""
        self.call_later(self._search)

    async def _search(self) -> None:
        text = self.query_one("#pick-search").value  # type: ignore[attr-defined]
        if text == self._searched:
            return
        found = await self._below.attempt(lambda context: service.find(context, text, MOST_SHOWN))
        if found is None:
            return
        if text != self.query_one("#pick-search").value:  # type: ignore[attr-defined]
            # Something else was typed meanwhile, and is being searched for.
            return
        self._searched = text
        picks = tuple(_pick(one) for one in found if one.id not in self._but)
        self._pages = (PickPage(self._title_words, picks),)
        self._show()

    def take_after_typing(self) -> None:
        """Take the row that what stands in the box leads to, once that was searched for."""
        self.call_later(self._take_found)

    async def _take_found(self) -> None:
        await self._search()
        self._take()


def _pick(one: ResidentLine) -> Pick:
    tags = t("residents.list_mark").join(one.tags)
    return Pick(str(one.id), (one.masked, one.phone, one.band, one.area), one.name, tags)
