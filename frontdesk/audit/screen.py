"""The audit log at the desk: who changed what, narrowed down, each entry before and after, and the chain verified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import ProgressBar

from frontdesk.audit import service
from frontdesk.audit.reading import Line, day_of, entry_lines, filter_words, listed_cells, verified_lines
from frontdesk.audit.service import Filter
from frontdesk.audit.words import kind_words
from frontdesk.common.wholefile import free_path
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, SavingForm, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.shell.rowsource import PAGE, RowSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from frontdesk.audit.service import AuditLine
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "audit"
EVERY = "every"


async def open_audit(screen: DeskScreen) -> None:
    """Show the audit log."""
    await screen.app.push_screen(AuditScreen(Filter()))


async def open_history(screen: DeskScreen, table: str, row_key: str, title: str) -> None:
    """Show everything that was done to one row; `title` says whose it is, in words."""
    await screen.app.push_screen(AuditScreen(service.history(table, row_key), title))


class Verifying(Message):
    """How far the look along the chain is."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done = done
        self.total = total


class AuditScreen(PushedListScreen):
    """A row for each entry, the newest first, fetched as they come into sight."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "audit"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "details", "enter"),
        Command(AREA, "narrow", "f7"),
        Command(AREA, "kind", "f8"),
        Command(AREA, "all", "delete"),
        Command(AREA, "verify", "ctrl+e"),
        Command(AREA, "export", "ctrl+s"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, wanted: Filter, title: str = "") -> None:
        super().__init__()
        self._wanted = wanted
        self._about = title
        self._is_verifying = False

    def columns(self) -> tuple[Column, ...]:
        """When, who, what, to what, where."""
        return (
            Column(t("audit.column.at"), 16),
            Column(t("audit.column.who"), 8, widest=16),
            Column(t("audit.column.action"), 22, widest=34),
            Column(t("audit.column.subject")),
            Column(t("audit.column.changes"), 4, "right"),
            Column(t("audit.column.where"), 9, optional=True, widest=16),
        )

    def empty_words(self) -> str:
        """Nothing of what is asked for."""
        return t("audit.none")

    def compose_below(self) -> ComposeResult:
        """How far the look along the chain is, and what came of it."""
        yield Plain("", id="audit-said")
        yield ProgressBar(id="audit-progress", show_eta=False)

    async def on_mount(self) -> None:
        """The bar is there only while something is under way."""
        self.query_one(ProgressBar).display = False

    async def load(self) -> None:
        """Count the entries and fetch the first page; the others come as they come into sight."""
        wanted = self._wanted

        def case(context: Context) -> tuple[int, Sequence[Row]]:
            with context.database.reading():
                return service.count(context, wanted), _rows(context, wanted, 0, PAGE)

        count, rows = await self.desk_app.desk.run(case)

        async def fetch(first: int, limit: int) -> Sequence[Row]:
            return await self.desk_app.desk.run(lambda context: _rows(context, wanted, first, limit))

        source = RowSource(count, fetch)
        source.put(0, rows)
        self.rows.set_source(source, 0)
        framed(self.panel, t("audit.panel", count=count), self._about or filter_words(wanted))

    def why_not(self, name: str) -> str | None:
        """One look at a time; the file is for managers and auditors."""
        operator = self.desk_app.desk.operator
        if name == "details" and self.rows.current is None:
            return t("audit.choose")
        if name == "verify" and self._is_verifying:
            return t("audit.is_verifying")
        if name == "export" and (operator is None or operator.role == "operator"):
            return t("audit.managers_export")
        return None

    async def do_details(self) -> None:
        """What was there before and after."""
        row = self.rows.current
        assert row is not None
        number = int(row.key)
        shown = await self.attempt(lambda context: (service.entry(context, number), context.local))
        if shown is not None:
            await self.app.push_screen(ReadDialog(t("audit.entry", number=number), entry_lines(*shown)))

    async def do_narrow(self) -> None:
        """Ask for days, a person, words."""
        now = self._wanted

        async def take(values: dict[str, str]) -> str | Wrong | None:
            days = {}
            for name in ("first", "last"):
                try:
                    days[name] = day_of(values[name], self.desk_app.local_now().date())
                except ValueError:
                    return Wrong(t("audit.bad_day"), name)
            wanted = replace(
                now,
                operator_no=values["no"].strip(),
                first=days["first"],
                last=days["last"],
                subject="",
                text=values["text"].strip(),
            )
            try:
                service.check(wanted)
            except CodedError as refusal:
                return Wrong(words_for(refusal), "last")
            self._wanted = wanted
            self.rows.cursor = 0
            await self.reload()
            return None

        fields = (
            Field("first", t("audit.field.first"), now.first.isoformat() if now.first else "", t("audit.hint.day")),
            Field("last", t("audit.field.last"), now.last.isoformat() if now.last else "", t("audit.hint.day")),
            Field("no", t("audit.field.no"), now.operator_no, t("audit.hint.no")),
            Field("text", t("audit.field.text"), now.text, t("audit.hint.text")),
        )
        await self.app.push_screen(SavingForm(t("audit.narrow"), fields, take))

    async def do_kind(self) -> None:
        """Choose one kind of things done."""
        found = await self.attempt(service.kinds)
        if found is None:
            return
        choices = [(EVERY, t("audit.every_kind")), *((one, kind_words(one)) for one in found)]

        async def chosen(kind: str | None) -> None:
            if kind is not None:
                self._wanted = replace(self._wanted, kind="" if kind == EVERY else kind)
                self.rows.cursor = 0
                await self.reload()

        await self.app.push_screen(ChoiceDialog(t("audit.choose_kind"), choices), chosen)

    async def do_all(self) -> None:
        """Everything again."""
        self._wanted = Filter(row=self._wanted.row)
        self.rows.cursor = 0
        await self.reload()

    async def do_verify(self) -> None:
        """Follow the whole chain; work goes on meanwhile."""
        self._is_verifying = True
        self.refresh_frame()
        self.run_worker(self._verify(), group="audit")

    async def _verify(self) -> None:
        def progress(done: int, total: int) -> None:
            self.post_message(Verifying(done, total))

        said = self.query_one("#audit-said", Plain)
        try:
            found = await self.desk_app.desk.run_slow(lambda context: service.verify(context, progress))
        except CodedError as failure:
            lines: list[Line] = [(words_for(failure), "bad")]
        else:
            lines = [(words, "good" if found.is_sound else "bad") for words in verified_lines(found)]
        finally:
            self._is_verifying = False
        self.query_one(ProgressBar).display = False
        said.set_classes(f"-{lines[0][1]}")
        said.update("")
        self.refresh_frame()
        if self.is_active:
            await self.app.push_screen(ReadDialog(t("audit.verified"), lines))
        else:
            said.update(lines[0][0])

    def on_verifying(self, event: Verifying) -> None:
        """Show how far it is; a message that comes late shows nothing any more."""
        if self._is_verifying:
            bar = self.query_one(ProgressBar)
            bar.display = True
            bar.update(total=event.total or None, progress=event.done)
            self.query_one("#audit-said", Plain).update(t("audit.verifying", done=event.done, total=event.total))

    async def do_export(self) -> None:
        """Write what is listed into a workbook."""
        wanted, folder = self._wanted, self.desk_app.export_folder()

        def case(context: Context) -> tuple[int, Path]:
            out = free_path(folder, t("audit.file", day=context.today().isoformat()), ".xlsx")
            return service.export(context, wanted, out), out

        done = await self.attempt(case, slow=True)
        if done is not None:
            await self.reload()
            words = t("audit.exported", count=done[0], path=done[1])
            await self.app.push_screen(ReadDialog(t("audit.command.export"), [(words, "good")]))


def _rows(context: Context, wanted: Filter, first: int, limit: int) -> list[Row]:
    return [_row(one, context) for one in service.entries(context, wanted, first, limit)]


def _row(one: AuditLine, context: Context) -> Row:
    return Row(str(one.id), listed_cells(one, context.local), "" if one.changed else "muted")
