"""What is kept too long, kind by kind: looked at name by name, masked, and taken away with progress."""

from __future__ import annotations

from threading import Event
from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message

from frontdesk.access.service import Approver
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.privacy import service
from frontdesk.privacy.person_screen import PersonScreen
from frontdesk.privacy.service import DueKind, Purged, Reminder, RetentionKind
from frontdesk.privacy.words import due_words, kind_words, purged_words
from frontdesk.shell.agreeing import may_agree
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, QuestionDialog, SavingForm, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

AREA = "privacy"


class PurgeProgress(Message):
    """How far a purge has come."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done, self.total = done, total


class RetentionScreen(PushedListScreen):
    """A row for each kind, below them those who withdrew; Enter looks closer, Delete erases what is due."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "retention.title"
    list_id: ClassVar[str] = "retention"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "look", "enter"),
        Command(AREA, "purge", "delete"),
        Command(AREA, "keep", "f7"),
        Command(AREA, "stop", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._due: list[DueKind] = []
        self._waiting: list[Reminder] = []
        self._stop = Event()
        self._purging = False

    def columns(self) -> tuple[Column, ...]:
        """The kind and how much of it is due."""
        return (Column(t("privacy.column.kind"), 14), Column(t("privacy.column.due")))

    def compose_below(self) -> ComposeResult:
        """How far a purge has come."""
        yield Plain("", id="retention-progress")

    async def load(self) -> None:
        """Count what is due."""
        folder = self.desk_app.export_folder()

        def case(context: Context) -> tuple[list[DueKind], list[Reminder]]:
            return service.due(context, folder), service.reminders(context)

        self._due, self._waiting = await self.desk_app.desk.run_slow(case)
        rows = [
            Row(one.kind, (kind_words(one.kind), due_words(one)), "warning" if one.count else "muted")
            for one in self._due
        ]
        if self._waiting:
            rows.append(Row("", (t("privacy.retention.withdrawn"), ""), "heading"))
        rows += [
            Row(str(one.subject), (one.name, t("privacy.retention.since", day=one.day)), "warning")
            for one in self._waiting
        ]
        self.rows.set_rows(rows)
        framed(self.panel, t("privacy.panel.retention"), t("privacy.retention.settings"))

    def _kind(self) -> DueKind | None:
        return self.under_cursor(self._due, lambda one: one.kind)

    def _reminder(self) -> Reminder | None:
        return self.under_cursor(self._waiting, lambda one: str(one.subject))

    def why_not(self, name: str) -> str | None:
        """Only what is due can be erased, by hand where it is files."""
        if name == "stop":
            return None
        if self.is_auditor and name != "look":
            return self.why_read_only()
        kind = self._kind()
        if name == "purge":
            if self._purging:
                return t("privacy.cannot.purging")
            if kind is not None and kind.kind == "export":
                return t("privacy.error.files_by_hand")
            if kind is None or not kind.count:
                return t("privacy.cannot.nothing_due")
        if name == "keep" and self._reminder() is None:
            return t("privacy.cannot.keep")
        if name == "look" and kind is None and self._reminder() is None:
            return t("privacy.cannot.choose")
        return None

    async def do_look(self) -> None:
        """Who is due, masked; of somebody who withdrew everything."""
        waiting = self._reminder()
        if waiting is not None:
            await self.app.push_screen(PersonScreen(waiting.subject))
            return
        kind = self._kind()
        assert kind is not None
        lines: list[tuple[str, str]] = [(due_words(kind), "heading")]
        for one in kind.lines:
            open_thing = t(f"privacy.open_short.{one.open}") if one.open else ""
            lines.append((f"{one.day}  {one.name}  {open_thing}".rstrip(), "warning" if one.open else ""))
        if kind.count > len(kind.lines):
            lines.append((t("privacy.person.more", count=kind.count - len(kind.lines)), "muted"))
        if kind.undated:
            lines.append((t("privacy.retention.undated", count=kind.undated), "muted"))
        lines.append((t(f"privacy.retention.stays.{kind.kind}"), "muted"))
        await self.app.push_screen(ReadDialog(kind_words(kind.kind), lines))  # type: ignore[arg-type]

    async def do_purge(self) -> None:
        """Erase what is due of the kind under the cursor, if it is meant."""
        kind = self._kind()
        assert kind is not None

        async def answered(yes: bool | None) -> None:
            if yes:
                self._begin(kind.kind)

        question = t("privacy.purge.question", kind=kind_words(kind.kind), count=kind.count)
        question = f"{question}\n{t(f'privacy.retention.stays.{kind.kind}')}"
        await self.app.push_screen(QuestionDialog(question, t("privacy.purge.yes")), answered)

    def _begin(self, kind: RetentionKind, approver: Approver | None = None) -> None:
        self._purging = True
        self._stop.clear()
        self._say(t("privacy.purge.running", done=0, total=0))
        self.refresh_frame()
        self.run_worker(self._purge(kind, approver), exclusive=True, group="purging")

    async def _purge(self, kind: RetentionKind, approver: Approver | None) -> None:
        def told(done: int, total: int) -> None:
            # From the working thread; a screen that is gone takes no messages and raises nothing.
            self.post_message(PurgeProgress(done, total))

        def case(context: Context) -> Purged:
            return service.purge(context, kind, progress=told, stop=self._stop.is_set, approver=approver)

        try:
            done = await self.desk_app.desk.run_slow(case)
        except CodedError as refusal:
            await self._refused(kind, refusal)
            return
        finally:
            self._purging = False
            self._say("")
        self.notify("\n".join(purged_words(done)), timeout=20)
        await self.reload()

    async def _refused(self, kind: RetentionKind, refusal: CodedError) -> None:
        if not may_agree(refusal):
            self.notify(words_for(refusal), severity="warning", timeout=20)
            return
        found = next((one for one in self._due if one.kind == kind), None)

        async def again(approver: Approver) -> str | Wrong | None:
            self._begin(kind, approver)
            return None

        await self.desk_app.open_form(
            "approval", self, refusal, "erase", f"retention/{kind} {found.count if found else 0}", again
        )

    def on_purge_progress(self, message: PurgeProgress) -> None:
        """Move the line."""
        if self._purging:
            self._say(t("privacy.purge.running", done=message.done, total=message.total))

    def _say(self, words: str) -> None:
        self.query_one("#retention-progress", Plain).update(words)

    async def do_keep(self) -> None:
        """Decide that the data of somebody who withdrew are kept by law; asks why."""
        one = self._reminder()
        assert one is not None

        async def submit(values: dict[str, str]) -> str | Wrong | None:
            try:
                await self.desk_app.desk.run(
                    lambda context: service.keep_by_law(context, one.subject, values["reason"])
                )
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("privacy.kept_by_law", who=one.name))
            await self.reload()
            return None

        fields = (Field("reason", t("privacy.export.reason"), "", t("privacy.keep.hint")),)
        await self.app.push_screen(SavingForm(t("privacy.keep.title", name=one.name), fields, submit))

    async def do_stop(self) -> None:
        """Stop a purge after its batch; else back to the screen under this one."""
        if self._purging:
            self._stop.set()
            self._say(t("privacy.purge.stopping"))
        else:
            self.close()
