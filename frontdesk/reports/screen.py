"""The week's report: figures, workbook, sealing, syncing."""

from __future__ import annotations

import threading
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ProgressBar

from frontdesk.common.periods import Period, month_of, quarter_of, week_of, year_of
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.reports import service
from frontdesk.reports.rules import week_to_hand_over
from frontdesk.reports.words import figure_lines
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.sync import service as sync

TONES = {"unsent": "warning", "sent": "good", "refused": "bad"}


class SyncProgress(Message):
    """So many reports of so many have been handled."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done = done
        self.total = total


class ReportScreen(DeskScreen):
    """The figures of a period on the left, what was sealed and sent on the right."""

    area: ClassVar[str] = "reports"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("reports", "earlier", "left"),
        Command("reports", "later", "right"),
        Command("reports", "kind", "ctrl+g"),
        Command("reports", "export", "f7"),
        Command("reports", "submit", "f8"),
        Command("reports", "sync", "ctrl+s"),
        Command("reports", "retry", "ctrl+t", in_bar=False),
        Command("reports", "stop", "escape", in_bar=False),
    )

    def __init__(self) -> None:
        super().__init__()
        self._period: Period | None = None
        self._syncing = False
        self._refused = 0
        self._stop = threading.Event()

    def compose_body(self) -> ComposeResult:
        """Figures and outbox."""
        with Horizontal(classes="fill"):
            with Vertical(classes="panel half", id="figures-panel"):
                yield RowList((Column(t("reports.what")), Column(t("reports.value"), 16, "right")), id="figures")
            with Vertical(classes="panel half", id="outbox-panel"):
                yield RowList(
                    (
                        Column(t("reports.period"), 10),
                        Column(t("reports.revision"), 4, "right"),
                        Column(t("reports.state"), 8),
                        Column(t("reports.since")),
                    ),
                    empty=t("reports.nothing_submitted"),
                    id="outbox",
                )
                yield Plain("", id="sync-words")
                yield ProgressBar(id="sync-progress", show_eta=False)

    async def on_mount(self) -> None:
        """Begin with the week that is handed over; a period that was gone to stays, that week moves on."""
        self.query_one("#sync-progress").display = False
        self.query_one("#figures").focus()

    async def load(self) -> None:
        """Fetch the figures and the outbox."""
        period = self._shown

        def case(context: Context) -> tuple[dict[str, object], sync.SyncStatus, int]:
            return service.report(context, period), sync.sync_status(context), context.settings.public_minimum

        values, status, minimum = await self.desk_app.desk.run(case)
        panel = self.query_one("#figures-panel")
        framed(
            panel,
            f"{period.label} {period.first:%m-%d} - {period.last:%m-%d}",
            t("reports.running") if values["running"] else "",
        )
        self.query_one("#figures", RowList).set_rows(
            [Row(label, (label, value)) for label, value in figure_lines(values, minimum)]
        )
        outbox = self.query_one("#outbox-panel")
        framed(
            outbox, t("reports.panel.outbox"), t("reports.enrolled") if status.enrolment else t("reports.not_enrolled")
        )
        self._refused = sum(1 for entry in status.entries if entry.state == "refused")
        rows = []
        for entry in reversed(status.entries):
            since = self.desk_app.moment_text(entry.state_at)
            shown = since if entry.state != "refused" else f"{since} {_why(entry.refusal)}"
            rows.append(
                Row(
                    entry.report_id,
                    (entry.period, str(entry.revision), t(f"reports.state.{entry.state}"), shown),
                    TONES.get(entry.state, ""),  # type: ignore[arg-type]
                )
            )
        self.query_one("#outbox", RowList).set_rows(rows)

    def why_not(self, name: str) -> str | None:
        """One sync at a time; there must be something to stop or to retry."""
        if name == "sync" and self._syncing:
            return t("reports.syncing")
        if name == "stop" and not self._syncing:
            return t("reports.not_syncing")
        if name == "retry" and not self._refused:
            return t("reports.nothing_refused")
        return None

    @property
    def _shown(self) -> Period:
        return self._period or week_to_hand_over(self.desk_app.today())

    async def _show(self, period: Period) -> None:
        self._period = period if period != week_to_hand_over(self.desk_app.today()) else None
        await self.reload()

    async def do_earlier(self) -> None:
        """The period before."""
        await self._show(self._shown.previous())

    async def do_later(self) -> None:
        """The period after."""
        await self._show(self._shown.following())

    async def do_kind(self) -> None:
        """Week, month, quarter, year, and week again."""
        period = self._shown
        makers = {"week": month_of, "month": quarter_of, "quarter": year_of, "year": week_of}
        await self._show(makers[period.kind](period.first if period.kind != "year" else self.desk_app.today()))

    async def open_at(self, key: str) -> None:
        """Show one period."""
        try:
            await self._show(service.period_named(key))
        except CodedError:
            return

    async def do_export(self) -> None:
        """Write the workbook of the shown period."""
        from frontdesk.reports.exporting import export_workbook

        period = self._shown
        out = free_path(self.desk_app.export_folder(), f"{self.desk_app.centre_name}-{period.key}", ".xlsx")
        self.notify(t("reports.exporting"), timeout=3)
        done = await self.attempt(lambda context: export_workbook(context, period, out), slow=True)
        if done is not None:
            self.notify(t("reports.exported", out=out), timeout=12)

    async def do_submit(self) -> None:
        """Seal the shown period into the outbox; one that is still running asks first."""
        period = self._shown
        if period.has_ended(self.desk_app.today()):
            await self._submit(period)
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._submit(period)

        question = t("reports.submit_running", period=period.label)
        await self.app.push_screen(QuestionDialog(question, t("reports.submit_yes")), answered)

    async def _submit(self, period: Period) -> None:
        done = await self.attempt(lambda context: service.submit(context, period))
        if done is not None:
            key = "reports.submitted" if done.new else "reports.submitted_before"
            self.notify(t(key, period=period.label, revision=done.revision))
        await self.reload()

    async def do_sync(self) -> None:
        """Send what is unsent, in a thread of its own; Esc stops after the report that is on its way."""
        self._stop.clear()
        self._syncing = True
        self.query_one("#sync-words", Plain).update(t("reports.syncing_hint"))
        self.refresh_frame()
        self.run_worker(self._sync(), exclusive=True)

    async def _sync(self) -> None:
        bar = self.query_one("#sync-progress", ProgressBar)
        words = self.query_one("#sync-words", Plain)
        bar.update(total=None, progress=0)
        bar.display = True

        def progress(handled: sync.Handled) -> None:
            # From the sync's thread; a screen that is gone takes no messages and raises nothing.
            self.post_message(SyncProgress(handled.done, handled.total))

        def case(context: Context) -> sync.SyncResult:
            return sync.sync_all(context, progress, self._stop.is_set)

        try:
            result = await self.desk_app.desk.run_slow(case)
        except CodedError as refusal:
            words.update(words_for(refusal))
        else:
            words.update(_sync_words(result))
        finally:
            self._syncing = False
            bar.display = False
        await self.reload()

    def on_sync_progress(self, message: SyncProgress) -> None:
        """Move the bar."""
        self.query_one("#sync-progress", ProgressBar).update(total=message.total, progress=message.done)

    def on_unmount(self) -> None:
        """Leaving the program stops the sync after the report that is on its way."""
        self._stop.set()

    async def do_stop(self) -> None:
        """Stop the sync after the report that is on its way."""
        self._stop.set()

    async def do_retry(self) -> None:
        """Put what was refused back among the unsent."""
        count = await self.attempt(lambda context: sync.retry_refused(context))
        if count is not None:
            self.notify(t("reports.retried", count=count))
        await self.reload()


def _why(refusal: str) -> str:
    import json

    told = json.loads(refusal) if refusal else {}
    return str(told.get("message") or told.get("code") or "")


def _sync_words(result: sync.SyncResult) -> str:
    if result.problem:
        return t("reports.sync_problem", reason=t(f"sync.error.{result.problem}"), unsent=result.unsent)
    return t("reports.synced", sent=result.count("sent"), refused=result.count("refused"), unsent=result.unsent)
