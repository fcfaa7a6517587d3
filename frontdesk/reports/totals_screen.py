"""The impact totals of any period, with the rows behind each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.periods import Period, PeriodKind
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports import service
from frontdesk.reports.indicators.rules import Parts
from frontdesk.reports.totals import Total, totals
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

AREA = "brief"
KINDS: tuple[PeriodKind, ...] = ("year", "quarter", "month", "half_month", "week")
"""In the order in which one key goes through them: the year is asked for most."""


INTERVAL = ".interval"


async def open_totals(screen: DeskScreen, period: Period | None = None) -> None:
    """Show the totals of a period, of this year where none is named, over a screen."""
    await screen.app.push_screen(TotalsScreen(period))


class TotalsScreen(PushedListScreen):
    """One total a line, beside that of the period before."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "totals_title"
    list_id: ClassVar[str] = "totals"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "rows", "enter"),
        Command(AREA, "earlier", "left"),
        Command(AREA, "later", "right"),
        Command(AREA, "kind", "ctrl+g"),
        Command(AREA, "go_to", "ctrl+t"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, period: Period | None) -> None:
        super().__init__()
        self._period = period
        self._found: list[Total] = []

    def columns(self) -> tuple[Column, ...]:
        """Name, value, and the value of the period before."""
        return (
            Column(t("brief.column.what")),
            Column(t("brief.column.value"), 22, "right"),
            Column(t("brief.column.before"), 22, "right"),
        )

    def empty_words(self) -> str:
        """They are being counted."""
        return t("brief.counting")

    async def load(self) -> None:
        """Count them beside the scans."""
        asked = self._period

        def case(context: Context) -> tuple[Period, list[Total], list[Total]]:
            period = asked or service.period_at(context, "year", context.today())
            return period, totals(context, period), totals(context, period.previous())

        period, found, before = await self.desk_app.desk.run_slow(case)
        if asked != self._period:
            return
        self._period, self._found = period, found
        self.rows.set_rows([row for pair in zip(found, before, strict=True) for row in _rows(*pair)])
        said = "" if period.has_ended(self.desk_app.today()) else t("brief.running")
        if any(one.is_frozen for one in found):
            said = t("brief.frozen")
        framed(self.panel, f"{period.label}  {period.first} - {period.last}", said)

    async def do_rows(self) -> None:
        """The rows behind the total under the cursor."""
        from frontdesk.reports.indicators.rows_screen import open_rows

        one = self.under_cursor(self._found, lambda total: total.code) or self._of_interval()
        if one is not None and self._period is not None:
            await open_rows(self, one.code, self._period)

    def _of_interval(self) -> Total | None:
        """The rate whose interval is under the cursor."""
        return self.under_cursor(self._found, lambda total: f"{total.code}{INTERVAL}")

    async def _go(self, period: Period) -> None:
        self._period = period
        await self.reload()

    async def do_earlier(self) -> None:
        """The period before."""
        assert self._period is not None
        await self._go(self._period.previous())

    async def do_later(self) -> None:
        """The period after."""
        assert self._period is not None
        await self._go(self._period.following())

    async def do_kind(self) -> None:
        """Year, quarter, month, half month, week, and year again."""
        assert self._period is not None
        here = self._period
        kind = KINDS[(KINDS.index(here.kind) + 1) % len(KINDS)] if here.kind in KINDS else KINDS[0]
        today = self.desk_app.today()
        day = today if here.contains(today) else here.first
        await self._go(await self.desk_app.desk.run(lambda context: service.period_at(context, kind, day)))

    async def do_go_to(self) -> None:
        """A period that is typed in."""

        async def save(values: dict[str, str]) -> object:
            key = values["period"].strip().upper()
            return await save_form(self, lambda context: service.period_named(key, context), self._go, {})

        field = Field("period", t("brief.go_to.field"), hint=t("brief.go_to.hint"))
        await self.app.push_screen(FormDialog(t("brief.go_to.title"), (field,), save))  # type: ignore[arg-type]


def _rows(one: Total, before: Total) -> list[Row]:
    """The line of a total; a rate has one more for its interval."""
    if not isinstance(one.value, Parts) and not isinstance(before.value, Parts):
        return [Row(one.code, (one.name, one.words, before.words))]
    return [
        Row(one.code, (one.name, _rate(one), _rate(before))),
        Row(f"{one.code}{INTERVAL}", (f"  {t('reports.interval')}", _interval(one), _interval(before)), "muted"),
    ]


def _rate(one: Total) -> str:
    parts = one.value
    if not isinstance(parts, Parts) or parts.rate is None:
        return one.words
    return t("brief.rate", k=parts.k, n=parts.n, rate=f"{parts.rate:.1%}")


def _interval(one: Total) -> str:
    bounds = one.value.interval if isinstance(one.value, Parts) else None
    return f"{bounds[0]:.1%} - {bounds[1]:.1%}" if bounds else ""
