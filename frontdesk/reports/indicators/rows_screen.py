"""The rows behind a number of a report; opened over whatever shows the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports import service as reports
from frontdesk.reports.indicators import service
from frontdesk.reports.indicators.definition import Column as RowColumn
from frontdesk.reports.indicators.words import cell_words, key_words, value_words
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row
from frontdesk.shell.rowsource import PAGE, RowSource

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

WIDTHS = {"day": 10, "moment": 16, "number": 8, "seconds": 8, "fen": 10, "name": 8, "word": 12}
"""Cells that a column of a kind takes; the others share what is left."""


async def open_rows(screen: DeskScreen, code: str, period: Period, key: str | None = None) -> None:
    """Open the rows behind an indicator of a period over a screen; of a split those of one `key`, if one is given."""
    await screen.app.push_screen(RowsScreen(code, period, key))


class RowsScreen(PushedListScreen):
    """What was counted, row by row, however many there are; names masked."""

    area: ClassVar[str] = "indicators"
    list_id: ClassVar[str] = "indicator-rows"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("indicators", "earlier", "left"),
        Command("indicators", "later", "right"),
        Command("indicators", "close", "escape"),
    )

    def __init__(self, code: str, period: Period, key: str | None = None) -> None:
        super().__init__()
        self._indicator = service.indicator(code)
        self._period = period
        self._key = key

    def compose_above(self) -> ComposeResult:
        """What the number means, and of a closed period that the rows are those of today."""
        yield Plain(str(self._indicator.meaning), id="indicator-meaning", classes="hint")
        yield Plain("", id="indicator-live", classes="hint")

    def columns(self) -> tuple[Column, ...]:
        """Those of the rows, numbers on the right."""
        return tuple(_column(one) for one in service.headings(self._indicator.code))

    async def load(self) -> None:
        """Fetch the number, how many rows stand behind it, and the first of them."""
        period, code, key = self._period, self._indicator.code, self._key

        def case(context: Context) -> tuple[str, int, list[Row], int]:
            with context.database.reading():
                edition = reports.edition_of(context, period.key)
                value = _value(context, code, period, key)
                return value, _many(context, code, period, key), self._page(context, 0), edition

        value, many, first, edition = await self.desk_app.desk.run(case)
        if (period, key) != (self._period, self._key):
            return
        source = RowSource(many, self._fetch)
        source.put(0, first)
        live = self.query_one("#indicator-live", Plain)
        live.update(t("indicators.live", edition=edition) if edition else "")
        live.display = bool(edition)
        self.rows.empty = t("indicators.none")
        self.rows.set_source(source, self.rows.cursor)
        name = str(self._indicator.name) if key is None else f"{self._indicator.name} {key_words(self._indicator, key)}"
        framed(self.panel, f"{name}  {period.label}  {value}", t("indicators.many", count=many))

    async def _fetch(self, first: int, count: int) -> Sequence[Row]:
        return await self.desk_app.desk.run(lambda context: self._page(context, first))

    def _page(self, context: Context, first: int) -> list[Row]:
        code, period = self._indicator.code, self._period
        if service.is_too_short(code, period):
            return []
        kinds = [one.kind for one in service.headings(code)]
        found = service.rows(context, code, period.first, period.last, PAGE, first, key=self._key)
        return [
            Row(str(first + place), tuple(cell_words(kind, cell) for kind, cell in zip(kinds, row, strict=True)))
            for place, row in enumerate(found.rows)
        ]

    async def do_earlier(self) -> None:
        """The period before."""
        await self._go_to(self._period.previous())

    async def do_later(self) -> None:
        """The period after."""
        await self._go_to(self._period.following())

    async def _go_to(self, period: Period) -> None:
        """Another period, with the days that were closed where it is closed."""
        self._period = await self.desk_app.desk.run(lambda context: reports.as_closed(context, period))
        await self.reload()


def _value(context: Context, code: str, period: Period, key: str | None) -> str:
    one = service.indicator(code)
    if service.is_too_short(code, period):
        return t("reports.rate_not_by_day")
    if not service.may_be_shown(context, code, period.first, period.last):
        return t("reports.rate_hidden", minimum=context.settings.public_minimum)
    found = service.value(context, code, period.first, period.last)
    if isinstance(found, dict) and one.unknown_without_rows:
        return value_words(one, found if key is None else found.get(key))
    if isinstance(found, dict):
        return value_words(one, found.get(key, 0) if key is not None else sum(found.values()))
    return value_words(one, found)


def _many(context: Context, code: str, period: Period, key: str | None) -> int:
    if service.is_too_short(code, period):
        return 0
    return service.row_count(context, code, period.first, period.last, key=key)


def _column(one: RowColumn) -> Column:
    width = WIDTHS.get(one.kind, 0)
    is_number = one.kind in ("number", "seconds", "fen")
    return Column(str(one.heading), width, "right" if is_number else "left")
