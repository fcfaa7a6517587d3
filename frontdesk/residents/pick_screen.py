"""Choosing one resident among however many there are: they are found while one types, as in the register."""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.locale import t
from frontdesk.residents import service
from frontdesk.residents.service import ResidentLine
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.picking import Pick
from frontdesk.shell.rowlist import Column
from frontdesk.shell.searchedpick import SearchedPick

MOST_SHOWN = 40


class ResidentPick(SearchedPick[ResidentLine]):
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
        super().__init__(below, title, columns, hint=t("residents.form.pick_hint"))
        self._but = frozenset(but)

    async def look_for(self, text: str) -> Sequence[tuple[Pick, ResidentLine]] | None:
        """As in the register; without words those who were entered last."""
        found = await self.below.attempt(lambda context: service.find(context, text, MOST_SHOWN))
        return None if found is None else [(_pick(one), one) for one in found if one.id not in self._but]


def _pick(one: ResidentLine) -> Pick:
    tags = t("residents.list_mark").join(one.tags)
    return Pick(str(one.id), (one.masked, one.phone, one.band, one.area), one.name, tags)
