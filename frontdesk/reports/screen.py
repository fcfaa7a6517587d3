"""The week's report: figures beside those before, workbook, closing and handing over, sealing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from frontdesk.common.periods import Period, PeriodKind
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.reports import service
from frontdesk.reports.comparing import Compared, FigureRow, compared, figure_rows
from frontdesk.reports.rules import OF_LEVELS, TOO_SHORT, WITHOUT_LEVELS
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import CommandRows
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.sync import service as sync

if TYPE_CHECKING:
    from frontdesk.reports.beside import Kind

TONES = {"unsent": "warning", "sent": "warning", "received": "good", "refused": "bad", "superseded": "muted"}
KINDS: tuple[PeriodKind, ...] = ("week", "half_month", "month", "quarter", "year", "day")
"""In the order in which one key goes through them."""
LONG: tuple[PeriodKind, ...] = ("quarter", "year")
"""Of these the figures are counted beside the scans."""


@dataclass(frozen=True)
class Shown:
    """What the screen shows: a period with its figures, and the outbox; below `minimum` ratings are not told apart."""

    period: Period
    values: dict[str, object]
    status: sync.SyncStatus
    minimum: int


class ReportScreen(DeskScreen):
    """The figures of a period on the left, what was sealed and sent on the right."""

    area: ClassVar[str] = "reports"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("reports", "rows", "enter"),
        Command("reports", "earlier", "left"),
        Command("reports", "later", "right"),
        Command("reports", "kind", "ctrl+g"),
        Command("reports", "closing", "ctrl+n"),
        Command("reports", "export", "f7"),
        Command("reports", "pdf", "ctrl+f", in_bar=False),
        Command("reports", "submit", "f8", in_bar=False),
        Command("reports", "send", "ctrl+s", in_bar=False),
        Command("reports", "letters", "ctrl+e"),
        Command("reports", "brief", "ctrl+w"),
        Command("reports", "totals", "ctrl+y"),
        Command("reports", "mechanisms", "ctrl+o"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._kind: PeriodKind = "week"
        self._shown: Shown | None = None
        self._compared: dict[str, Compared] = {}
        self._rows: list[FigureRow] = []

    def compose_body(self) -> ComposeResult:
        """Figures and outbox."""
        with Horizontal(classes="fill"):
            with Vertical(classes="panel", id="figures-panel"):
                yield CommandRows(
                    (
                        Column(t("reports.what")),
                        Column(t("reports.value"), 12, "right", widest=24),
                        Column(t("reports.before"), 9, "right", widest=12),
                        Column(t("reports.ago"), 9, "right", optional=True, widest=12),
                    ),
                    id="figures",
                )
            with Vertical(classes="panel", id="outbox-panel"):
                yield RowList(
                    (
                        Column(t("reports.period"), 8),
                        Column(t("reports.revision"), 3, "right"),
                        Column(t("reports.state")),
                        Column(t("reports.since"), 11, optional=True),
                    ),
                    empty=t("reports.nothing_submitted"),
                    id="outbox",
                )

    async def on_mount(self) -> None:
        """Begin with the week that is handed over; a period that was gone to stays, that week moves on."""
        self.query_one("#figures").focus()

    async def load(self) -> None:
        """Fetch the figures and the outbox; what they are compared with follows beside the scans."""
        kind, day = self._kind, self._day

        def case(context: Context) -> Shown:
            period = service.as_closed(context, _period(context, kind, day))
            status = sync.sync_status(context)
            return Shown(period, service.report(context, period), status, context.settings.public_minimum)

        desk = self.desk_app.desk
        shown = await (desk.run_slow(case) if kind in LONG else desk.run(case))
        if (kind, day) != (self._kind, self._day):
            return
        self._shown = shown
        self._show_figures()
        self._show_outbox(shown.status)
        self.run_worker(self._compare(shown.period), group="compare", exclusive=True)

    async def _compare(self, period: Period) -> None:
        """Fetch what the figures are compared with, and how many differ from those that were closed.

        What long periods are compared with is not counted again with every scan while they are looked at.
        """
        kept = self._compared.get(period.key) if period.kind in LONG else None

        def case(context: Context) -> tuple[Compared, int]:
            is_closed = service.closing_of(context, period) is not None
            changes = service.drift(context, period) if is_closed else ()
            return kept or compared(context, period), len(changes)

        try:
            found, differing = await self.desk_app.desk.run_slow(case)
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return
        self._compared = {period.key: found}
        if self._shown is not None and self._shown.period == period:
            self._show_figures(differing)

    def _show_figures(self, differing: int = 0) -> None:
        shown = self._shown
        assert shown is not None
        period, values = shown.period, shown.values
        others = self._compared.get(period.key)
        self._rows = figure_rows(period.kind, values, others, shown.minimum)
        self.query_one("#figures", RowList).set_rows(
            [
                Row(f"{one.code}.{one.key}.{one.label}", (one.label, one.value, one.before, one.ago))
                for one in self._rows
            ]
        )
        said = t("reports.running") if values["running"] else ""
        if values["edition"] is not None:
            said = t("reports.closed", edition=values["edition"])
            said = t("reports.closed_differs", edition=values["edition"], count=differing) if differing else said
        framed(self.query_one("#figures-panel"), f"{period.label} {period.first:%m-%d} - {period.last:%m-%d}", said)

    def _show_outbox(self, status: sync.SyncStatus) -> None:
        enrolled = t("reports.enrolled") if status.enrolment else t("reports.not_enrolled")
        framed(self.query_one("#outbox-panel"), t("reports.panel.outbox"), enrolled)
        self.query_one("#outbox", RowList).set_rows(
            [
                Row(
                    entry.report_id,
                    (
                        entry.period,
                        str(entry.revision),
                        t(f"sync_screen.state.{entry.state}"),
                        self.desk_app.moment_text(entry.since),
                    ),
                    TONES.get(entry.state, ""),  # type: ignore[arg-type]
                )
                for entry in reversed(status.reports)
            ]
        )

    def why_not(self, name: str) -> str | None:
        """Days and half months are only looked at."""
        if name in ("submit", "closing", "export", "pdf") and self._kind in TOO_SHORT:
            return t("reports.too_short")
        return None

    async def period(self) -> Period:
        """The period that is shown, or will be: a hand may be ahead of the screen."""
        kind, day = self._kind, self._day
        return await self.desk_app.desk.run(lambda context: service.as_closed(context, _period(context, kind, day)))

    async def _show(self, kind: PeriodKind, day: date) -> None:
        """Show the period of that kind in which a day lies; the week that is handed over moves on by itself."""
        handed, period = await self.desk_app.desk.run(
            lambda context: (_period(context, "week", None), service.period_at(context, kind, day))
        )
        self._kind, self._day = kind, None if period == handed else day
        await self.reload()

    async def do_earlier(self) -> None:
        """The period before."""
        await self._step(-1)

    async def do_later(self) -> None:
        """The period after."""
        await self._step(1)

    async def _step(self, by: int) -> None:
        kind, day = self._kind, self._day
        period = await self.desk_app.desk.run(lambda context: _period(context, kind, day))
        await self._show(kind, period.first - timedelta(days=1) if by < 0 else period.last + timedelta(days=1))

    async def do_kind(self) -> None:
        """Week, half month, month, quarter, year, day, and week again."""
        period = await self.period()
        kind = KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)]
        # From a year one comes back to today, from a week to where most of it lies.
        today = self.desk_app.today()
        day = today if period.contains(today) else period.first
        await self._show(kind, day)

    async def do_rows(self) -> None:
        """The rows behind the number under the cursor."""
        from frontdesk.reports.indicators.rows_screen import open_rows

        row = self.query_one("#figures", RowList).current
        place = self.query_one("#figures", RowList).cursor
        if row is None or place >= len(self._rows):
            return
        figure, period = self._rows[place], await self.period()
        if figure.code in OF_LEVELS and period.kind in WITHOUT_LEVELS:
            self.notify(t("reports.rate_not_by_day"), severity="warning")
            return
        await open_rows(self, figure.code, period, figure.key or None)

    async def do_closing(self) -> None:
        """The check list, and one key that hands the period over."""
        from frontdesk.reports.closing.screen import open_closing

        await open_closing(self, await self.period())

    async def do_letters(self) -> None:
        """The letters to the street office."""
        from frontdesk.reports.letters.screen import open_letters

        await open_letters(self, await self.period())

    async def do_brief(self) -> None:
        """The weekly brief."""
        from frontdesk.reports.brief.screen import open_brief

        await open_brief(self, await self.period())

    async def do_totals(self) -> None:
        """The impact totals, of this year first."""
        from frontdesk.reports.totals_screen import open_totals

        await open_totals(self)

    async def do_mechanisms(self) -> None:
        """The mechanisms, each with its figures of the shown period."""
        await self.desk_app.open_form("case_overview", self, await self.period())

    async def open_at(self, key: str) -> None:
        """Show one period."""
        try:
            period = await self.desk_app.desk.run(lambda context: service.period_by_setting(key, context))
        except CodedError:
            return
        await self._show(period.kind, period.last)

    async def do_export(self) -> None:
        """Write the workbook of the shown period."""
        await self._export("xlsx")

    async def do_pdf(self) -> None:
        """Write the shown period for the wall and the archive."""
        await self._export("pdf")

    async def _export(self, kind: Kind) -> None:
        from frontdesk.reports.beside import export_beside

        period = await self.period()
        out = free_path(self.desk_app.export_folder(), f"{self.desk_app.centre_name}-{period.key}", f".{kind}")
        self.notify(t("reports.exporting"), timeout=3)
        done = await self.attempt(lambda context: export_beside(context, period, kind, out), slow=True)
        if done is not None:
            self.notify(t("reports.exported", out=out), timeout=12)

    async def do_submit(self) -> None:
        """Seal the shown period into the outbox; one that is still running, or that the district locked, asks first."""
        period = await self.period()
        lock = await self.desk_app.desk.run(lambda context: sync.lock_of(context, period.key))
        if period.has_ended(self.desk_app.today()) and lock is None:
            await self._submit(period)
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._submit(period)

        question = t("reports.submit_running", period=period.label)
        if lock is not None:
            question = t("sync.lock.ask", period=period.label, reason=lock.because)
        await self.app.push_screen(QuestionDialog(question, t("reports.submit_yes")), answered)

    async def _submit(self, period: Period) -> None:
        done = await self.attempt(lambda context: service.submit(context, period))
        if done is not None:
            key = "reports.submitted" if done.new else "reports.submitted_before"
            self.notify(t(key, period=period.label, revision=done.revision))
        await self.reload()

    async def do_send(self) -> None:
        """Where the submitted reports stand; the same key once more sends them."""
        await self.desk_app.action_command("sync")


def _period(context: Context, kind: PeriodKind, day: date | None) -> Period:
    """The period of that kind with that day; without one that which is handed over."""
    if day is None and kind == "week":
        return service.week_at_hand(context)
    return service.period_at(context, kind, day or context.today())
