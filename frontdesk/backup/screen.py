"""The backups at the desk: which there are, one made now beside all other work, on a stick, looked over again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import ProgressBar

from frontdesk.backup import service
from frontdesk.backup.screen_words import listed_lines, made_words, status_lines, step_words, when_words
from frontdesk.common.text import size_words
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.keeping import Kept
from frontdesk.shell.plain import Plain, wrapped
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from datetime import datetime

    from frontdesk.backup.service import BackupListed, BackupStatus, Progress, Stop
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "backup_screen"
STYLES = {"": "", "good": "$success", "warning": "$warning", "bad": "bold $error"}
"""The colours of the theme by tone."""


async def open_backups(screen: DeskScreen) -> None:
    """Show the backups."""
    await screen.app.push_screen(BackupsScreen())


class BackupsScreen(PushedListScreen):
    """How the backups stand, the list of them, and how far one has come that is under way."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "backups"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "details", "enter"),
        Command(AREA, "make", "f8"),
        Command(AREA, "usb", "f7"),
        Command(AREA, "verify", "ctrl+e"),
        Command(AREA, "key", "ctrl+r"),
        Command(AREA, "stop", "delete"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._status: BackupStatus | None = None
        self._listed: list[BackupListed] = []

    def columns(self) -> tuple[Column, ...]:
        """When, of which kind, how large, whether it is there, where."""
        return (
            Column(t("backup_screen.column.made"), 22, widest=26),
            Column(t("backup_screen.column.kind"), 10, widest=14),
            Column(t("backup_screen.column.size"), 8, "right"),
            Column(t("backup_screen.column.presence"), 10, widest=14),
            Column(t("backup_screen.column.folder")),
        )

    def empty_words(self) -> str:
        """There is none yet."""
        return t("backup_screen.empty")

    def compose_above(self) -> ComposeResult:
        """How the backups stand."""
        yield Plain("", id="backups-status")

    def compose_below(self) -> ComposeResult:
        """What is under way, or came of it."""
        yield Plain("", id="backups-said")
        yield ProgressBar(id="backups-progress", show_eta=False)

    async def load(self) -> None:
        """Fetch how they stand, and every good one."""

        def case(context: Context) -> tuple[BackupStatus, list[BackupListed]]:
            return service.status(context), service.backups(context)

        status, self._listed = await self.desk_app.desk.run(case)
        self._status, now = status, self._now()
        self.rows.set_rows([self._row(one, now) for one in self._listed])
        where = t("backup_screen.folder", folder=status.folder)
        framed(self.panel, t("backup_screen.panel", count=len(self._listed)), where)
        self._show_keeping()

    def _now(self) -> datetime:
        return self.desk_app.local_now()

    def _row(self, one: BackupListed, now: datetime) -> Row:
        cells = (
            when_words(one.made, now),
            t(f"backup_screen.kind.{one.row.kind}"),
            size_words(one.row.size),
            t(f"backup_screen.presence.{one.presence}"),
            one.row.folder,
        )
        tone = "" if one.presence == "here" else "bad" if one.presence == "changed" else "muted"
        return Row(str(one.row.id), cells, tone)  # type: ignore[arg-type]

    def backup(self) -> BackupListed | None:
        """The backup under the cursor."""
        return self.under_cursor(self._listed, lambda one: str(one.row.id))

    async def keeping_moved(self) -> None:
        """Show how far it has come; the list once it is there."""
        if self.desk_app.keeping.is_running:
            self._show_keeping()
        else:
            await self.reload()

    def _show_keeping(self) -> None:
        """Say how the backups stand, and what is under way or came of it."""
        keeping, width = self.desk_app.keeping, self.app.size.width - 2
        lines = status_lines(self._status, self._now()) if self._status is not None else []
        content = Content("\n").join(
            Content.styled(part, STYLES[tone]) for words, tone in lines for part in wrapped(words, width)
        )
        self.query_one("#backups-status", Plain).update(content)
        bar, said = self.query_one("#backups-progress", ProgressBar), self.query_one("#backups-said", Plain)
        bar.display = keeping.is_running
        words, tone = "", ""
        if keeping.is_running:
            step = keeping.step
            bar.update(total=step.total if step else None, progress=step.done if step else 0)
            words = t("backup_screen.stopping") if keeping.is_stopping else step_words(step)
            words = t(f"backup_screen.running.{keeping.doing}", words=words)
        elif keeping.last is not None:
            at = self.desk_app.clock_text(keeping.last.at)
            words, tone = t("backup_screen.last", at=at, words=keeping.last.kept.words), keeping.last.kept.tone
        said.set_classes(f"-{tone}" if tone else "")
        said.update("\n".join(wrapped(words, width)))
        self.refresh_frame()

    def why_not(self, name: str) -> str | None:
        """One thing at a time; a backup to look at; a key before the first one."""
        running = self.desk_app.keeping.is_running
        if name in ("close", "key"):
            return None
        if name == "stop":
            return None if running else t("backup_screen.why.nothing_runs")
        if name in ("details", "verify") and self.backup() is None:
            return t("backup_screen.why.no_backup")
        if name == "details":
            return None
        if self.is_auditor:
            return self.why_read_only()
        if running:
            return t("backup_screen.why.running")
        if name in ("make", "usb") and self._status is not None and self._status.key == "none":
            return t("backup_screen.why.no_key")
        if name == "verify":
            one = self.backup()
            return None if one is not None and one.presence == "here" else t("backup_screen.why.not_here")
        return None

    async def do_make(self) -> None:
        """Make one now; work goes on meanwhile."""

        def task(context: Context, progress: Progress, stop: Stop) -> Kept:
            return Kept(made_words(service.make_now(context, None, progress, stop)), "good")

        self.desk_app.keeping.begin(task, "manual")
        self._show_keeping()

    async def do_verify(self) -> None:
        """Read the file of the row through once more: whether it is still what was written."""
        one = self.backup()
        assert one is not None

        def task(context: Context, progress: Progress, stop: Stop) -> Kept:
            found = service.verify(one.path, progress=progress, stop=stop)
            return Kept(t("backup_screen.still_whole", name=found.path.name), "good")

        self.desk_app.keeping.begin(task, "verify")
        self._show_keeping()

    async def do_stop(self) -> None:
        """End what is under way; no half file stays."""
        self.desk_app.keeping.stop()
        self._show_keeping()

    async def do_usb(self) -> None:
        """A backup on a stick."""
        from frontdesk.backup.usb_screen import UsbBackupScreen

        await self.app.push_screen(UsbBackupScreen())

    async def do_key(self) -> None:
        """The recovery key, without which none of these opens."""
        from frontdesk.backup.key_screen import open_recovery_key

        await open_recovery_key(self)

    async def do_details(self) -> None:
        """All there is to know of the backup."""
        one = self.backup()
        assert one is not None
        title = t("backup_screen.details", at=f"{one.made:%Y-%m-%d %H:%M}")
        await self.app.push_screen(ReadDialog(title, listed_lines(one, self._now())))
