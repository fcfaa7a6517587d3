"""Rows that are fetched page by page as they come into sight, for lists too long to be loaded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from frontdesk.shell.rowlist import Row

PAGE = 100
"""Rows fetched at a time: several windows full."""
KEPT_PAGES = 24

Fetch = Callable[[int, int], Awaitable[Sequence["Row"]]]
"""Takes the first place and how many rows; answers those that there are."""


class RowSource(Sequence["Row | None"]):
    """As many rows as `count`, of which those that were not fetched yet are None."""

    def __init__(self, count: int, fetch: Fetch) -> None:
        self._count = count
        self._fetch = fetch
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row | None: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row | None]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row | None] | None:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(self._count))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        page = self._pages.get(place // PAGE)
        return page[place % PAGE] if page is not None and place % PAGE < len(page) else None

    def put(self, first: int, rows: Sequence[Row]) -> None:
        """Take in rows that were fetched beside, from the start of a page on."""
        self._keep(first // PAGE, rows)

    def missing(self, first: int, last: int) -> list[int]:
        """The pages that are needed for these places, both included, and not here."""
        first, last = max(0, first), min(last, self._count - 1)
        return [page for page in range(first // PAGE, last // PAGE + 1) if page not in self._pages] if self else []

    async def load(self, first: int, last: int) -> bool:
        """Have these places, both included, and keep them; whether anything was fetched."""
        wanted = self.missing(first, last)
        for page in wanted:
            self._keep(page, await self._fetch(page * PAGE, PAGE))
        return bool(wanted)

    def _keep(self, page: int, rows: Sequence[Row]) -> None:
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    @staticmethod
    def page_of(place: int) -> int:
        """The place at which the page of a place begins."""
        return place // PAGE * PAGE
