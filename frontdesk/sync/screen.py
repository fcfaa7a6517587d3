"""The sync: every submitted report and where it stands, one key that sends, and the ways to sticks and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ProgressBar

from frontdesk.common.text import wrap
from frontdesk.errors import DeskError
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen, NoticeLine
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import CommandRows
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.sync import service
from frontdesk.sync.words import TONES, advice, handled_words, next_lines, row_words, standing_lines, state_words

if TYPE_CHECKING:
    from db.sync_keys import KeyRotation
    from frontdesk.context import Context
    from frontdesk.sync.service import ReportStanding, SyncStatus

AREA = "sync_screen"
NEXT_LINES = 3
"""So many things to be done next are named above the list."""

NOTICES = "notices"
"""What `open_at` is asked for to show the notices."""


class SyncScreen(DeskScreen):
    """What is to be done next, the reports, and what is to be known of the one under the cursor."""

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "details", "enter"),
        Command(AREA, "send", "ctrl+s,f8"),
        Command(AREA, "usb", "f7"),
        Command(AREA, "notices", "ctrl+n"),
        Command(AREA, "correct", "ctrl+e"),
        Command(AREA, "retry", "ctrl+t"),
        Command(AREA, "enrol", "ctrl+r"),
        Command(AREA, "leave", "escape"),
        Command(AREA, "rotate", "ctrl+g", in_bar=False),
    )

    def __init__(self) -> None:
        super().__init__()
        self._status: SyncStatus | None = None
        self._seen_refused: set[str] = set()
        """Refused reports to which the cursor went already."""
        self._asks_to_send = False
        """Whether the notice line asks for the key that sends."""

    def compose_body(self) -> ComposeResult:
        """What is next, the list in its panel, words about the row, and how far a sync has come."""
        yield Plain("", id="sync-next")
        with Vertical(classes="panel fill", id="sync-panel"):
            yield CommandRows(
                (
                    Column(t("sync_screen.column.period"), 8, widest=10),
                    Column(t("sync_screen.column.revision"), 3, "right"),
                    Column(t("sync_screen.column.state"), 10),
                    Column(t("sync_screen.column.since"), 11),
                    Column(t("sync_screen.column.what")),
                ),
                empty=t("sync_screen.empty"),
                id="sync-reports",
            )
        yield Plain("", id="sync-detail")
        yield ProgressBar(id="sync-progress", show_eta=False)

    async def on_mount(self) -> None:
        """Begin in the list."""
        framed(self.query_one("#sync-panel"), t("sync_screen.panel.reports"))
        self.query_one("#sync-progress").display = False
        self.set_focus(self.rows)

    @property
    def rows(self) -> CommandRows:
        """The list of reports."""
        return self.query_one("#sync-reports", CommandRows)

    async def load(self) -> None:
        """Fetch every report; the cursor goes to what was refused since."""
        status = await self.desk_app.desk.run(service.sync_status)
        await self.desk_app.syncing.follow()
        self._status = status
        moment = self.desk_app.moment_text
        self.rows.set_rows(
            [
                Row(
                    one.report_id,
                    (
                        one.period,
                        str(one.revision),
                        t(f"sync_screen.state.{one.state}"),
                        moment(one.since),
                        row_words(one),
                    ),
                    TONES[one.state],  # type: ignore[arg-type]
                )
                for one in reversed(status.reports)
            ]
        )
        refused = {one.report_id for one in status.in_state("refused")}
        if not self.desk_app.syncing.is_running:
            if new := refused - self._seen_refused:
                self.rows.move_to(next(one.report_id for one in reversed(status.reports) if one.report_id in new))
            self._seen_refused = refused
        framed(self.query_one("#sync-panel"), t("sync_screen.panel.reports"), self._where(status))
        self.show_sync()

    @staticmethod
    def _where(status: SyncStatus) -> str:
        """Whom the centre reports to."""
        if status.enrolment is None:
            return t("sync_screen.panel.not_enrolled")
        key = (
            "sync_screen.panel.enrolled" if status.enrolment.registered_at is not None else "sync_screen.panel.waiting"
        )
        return t(key, url=status.enrolment.url)

    def show_sync(self) -> None:
        """Say what is next, or how far the sync has come that is under way."""
        syncing = self.desk_app.syncing
        bar = self.query_one("#sync-progress", ProgressBar)
        bar.display = syncing.is_running
        lines = next_lines(self._status, self.desk_app.moment_text)[:NEXT_LINES] if self._status else []
        if syncing.is_running:
            handled = syncing.handled
            bar.update(total=handled[-1].total if handled else None, progress=handled[-1].done if handled else 0)
            key = "stopping" if syncing.is_stopping else syncing.doing
            lines = [
                (t(f"sync_screen.running.{key}"), ""),
                (handled_words(handled[-1]) if handled else t("sync_screen.running.connecting"), ""),
            ]
        elif syncing.last is not None:
            at = self.desk_app.moment_text(syncing.last.at)
            said = syncing.last.said
            lines = [(t(f"sync_screen.last.{syncing.last.doing}", at=at, words=said.words), said.tone), *lines][
                : NEXT_LINES + 1
            ]
        if self._asks_to_send and (syncing.is_running or not (self._status and self._status.in_state("unsent"))):
            self._asks_to_send = False
            self.query_one(NoticeLine).clear()
        width = self.app.size.width - 2
        content = Content("\n").join(
            Content.styled(part, STYLES[tone]) for words, tone in lines for part in wrap(words, width)
        )
        self.query_one("#sync-next", Plain).update(content)
        self._show_detail()
        self.refresh_frame()

    def _show_detail(self) -> None:
        one = self.report()
        parts = (state_words(one), advice(one, self._is_enrolled)) if one is not None else ()
        lines = [line for part in parts for line in wrap(part, self.app.size.width - 2)]
        self.query_one("#sync-detail", Plain).update("\n".join(lines))

    @property
    def _is_enrolled(self) -> bool:
        return self._status is not None and self._status.enrolment is not None

    async def sync_moved(self) -> None:
        """Show how far the sync has come; the list once it ends, and with every report that is answered."""
        await self.reload()

    async def on_screen_resume(self) -> None:
        """A sync may have begun or ended while another screen was in front."""
        self.show_sync()

    def report(self) -> ReportStanding | None:
        """The report under the cursor."""
        row = self.rows.current
        reports = self._status.reports if self._status else ()
        return None if row is None else next((one for one in reports if one.report_id == row.key), None)

    def on_row_list_moved(self) -> None:
        """The words follow the cursor, and what can be done depends on the row."""
        self._show_detail()
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """A double click does what Enter does."""
        await self.action_command("details")

    def why_not(self, name: str) -> str | None:
        """One sync at a time; an enrolment to send; a report to look at; something refused to retry."""
        status = self._status
        if name in ("leave", "notices") or status is None:
            return None
        if name in ("details", "correct"):
            return None if self.report() is not None else t("sync_screen.why.no_report")
        if self.is_auditor:
            return self.why_read_only()
        if name in ("send", "enrol", "rotate") and self.desk_app.syncing.is_running:
            return t("sync_screen.why.running")
        if name in ("send", "usb", "rotate") and status.enrolment is None:
            return t("sync_screen.why.not_enrolled")
        return self._why_no_retry(status) if name == "retry" else None

    def _why_no_retry(self, status: SyncStatus) -> str | None:
        """The row under the cursor if it was refused, else all that were: something of it may fare better."""
        one = self.report()
        refused = [one] if one is not None and one.state == "refused" else status.in_state("refused")
        if not refused:
            return t("sync_screen.why.nothing_refused")
        return None if any(each.may_retry for each in refused) else t("sync_screen.why.old_key")

    async def do_leave(self) -> None:
        """Stop the sync that is under way; without one go back to where this was opened."""
        syncing = self.desk_app.syncing
        if syncing.is_running and not syncing.is_stopping:
            syncing.stop()
            self.show_sync()
            return
        await self.desk_app.action_command(self.desk_app.came_from)

    async def do_send(self) -> None:
        """Send what is unsent, fetch what the district has for us; work goes on meanwhile."""
        self.desk_app.syncing.begin()
        self.show_sync()

    async def do_details(self) -> None:
        """All there is to know of the report, and what to do."""
        one = self.report()
        assert one is not None
        title = t("sync_screen.details", period=one.period, revision=one.revision)
        keys = [("ctrl+e", t("sync_screen.command.correct"))]
        if one.may_retry:
            keys.append(("ctrl+t", t("sync_screen.command.retry")))

        async def chosen(key: str | None) -> None:
            if key is not None:
                await self.action_command("correct" if key == "ctrl+e" else "retry")

        lines = standing_lines(one, self.desk_app.moment_text, self._is_enrolled)
        await self.app.push_screen(ReadDialog(title, lines, keys), chosen)  # type: ignore[arg-type]

    async def do_correct(self) -> None:
        """The report of that period, to be corrected and submitted again."""
        one = self.report()
        assert one is not None
        await self.desk_app.action_command("report")
        self.desk_app.open_at(one.period)

    async def do_retry(self) -> None:
        """Put what was refused back among the unsent: the row under the cursor if it is one, else all of them."""
        one = self.report()
        only = one.report_id if one is not None and one.state == "refused" else None
        count = await self.attempt(lambda context: service.retry_refused(context, only))
        if count is not None:
            self.notify(t("sync_screen.retried", count=count), timeout=12)
            self._asks_to_send = True
        await self.reload()

    async def do_usb(self) -> None:
        """Reports on a stick, answers from a stick."""
        from frontdesk.sync.usb_screen import UsbScreen

        await self.app.push_screen(UsbScreen())

    async def do_notices(self) -> None:
        """What the district sent down."""
        from frontdesk.sync.notices_screen import open_notices

        await open_notices(self)

    async def open_at(self, key: str) -> None:
        """Show the notices, or one report of a period."""
        if key == NOTICES:
            await self.do_notices()
            return
        if self._status is None:
            await self.reload()
        found = next((one for one in reversed(self._status.reports if self._status else []) if one.period == key), None)
        if found is not None:
            self.rows.move_to(found.report_id)

    async def do_enrol(self) -> None:
        """By the district's file or by its code."""
        from frontdesk.sync.enrol_screen import ask_enrolment

        await ask_enrolment(self)

    async def do_rotate(self) -> None:
        """Ask, and have a new key of the centre made; the next sync tells the district."""

        async def answered(yes: bool | None) -> None:
            if yes and await self.attempt(_rotate) is not None:
                self.notify(t("sync_screen.rotated"), timeout=12)
            await self.reload()

        await self.app.push_screen(
            QuestionDialog(t("sync_screen.ask.rotate"), t("sync_screen.ask.rotate_yes")), answered
        )


def _rotate(context: Context) -> KeyRotation:
    """A new key; where its file cannot be written that is said as of any other file."""
    try:
        return service.rotate_key(context)
    except OSError as failure:
        raise DeskError("file_failed", path=str(context.keys.folder), reason=failure.strerror or "-") from failure


STYLES = {"": "", "good": "$success", "warning": "$warning", "bad": "bold $error"}
"""The colours of the theme by tone."""
