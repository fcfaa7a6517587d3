"""Choosing what a record belongs to: another record, a demand, a session, a follow-up, a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontdesk.cases import service
from frontdesk.cases.service import FoundTarget
from frontdesk.locale import t
from frontdesk.shell.picking import Pick
from frontdesk.shell.rowlist import Column
from frontdesk.shell.searchedpick import SearchedPick

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen


class LinkPick(SearchedPick[FoundTarget]):
    """A choice of one of the things that a record may belong to."""

    def __init__(self, below: DeskScreen) -> None:
        """`below` is the screen whose desk looks."""
        columns = (Column("", 10), Column(""), Column("", 14))
        super().__init__(below, t("case_form.link.title"), columns, hint=t("case_form.link.hint"))

    async def look_for(self, text: str) -> Sequence[tuple[Pick, FoundTarget]] | None:
        """By number, code or words."""
        found = await self.below.attempt(lambda context: service.search_targets(context, text))
        return None if found is None else [(_pick(one), one) for one in found]


def _pick(one: FoundTarget) -> Pick:
    cells = (t(f"case_links.other.{one.target.other}"), one.title, one.state)
    return Pick(f"{one.target.other}:{one.target.ref}", cells, one.title)
