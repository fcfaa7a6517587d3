"""Importing a sheet at the desk: choose what it is, name the file, try it, then import it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from frontdesk.common.text import wrap
from frontdesk.common.typed_paths import typed_path
from frontdesk.errors import CodedError
from frontdesk.imports.service import KINDS, describe, run_import
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen, NoticeLine
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.rowlist import Column, Row, RowList

if TYPE_CHECKING:
    from frontdesk.sheets.outcome import ImportOutcome


class ImportScreen(DeskScreen):
    """Three steps from top to bottom. Nothing is written before a trial found nothing wrong."""

    area: ClassVar[str] = "imports"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("imports", "try", "f7"),
        Command("imports", "run", "f8"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._tried: tuple[str, Path] | None = None

    def compose_body(self) -> ComposeResult:
        """Kinds and file above, the result below."""
        with Horizontal(id="import-top"):
            with Vertical(classes="panel half", id="kinds-panel"):
                yield RowList((Column(t("imports.kind")),), keeps_cursor=True, id="kinds")
            with Vertical(classes="panel half", id="file-panel"):
                yield Input(placeholder=t("imports.file_hint"), id="file")
        with Vertical(classes="panel fill", id="result-panel"):
            yield RowList((Column(""),), empty=t("imports.result"), id="result")

    async def on_mount(self) -> None:
        """List what can be imported, in the order in which one builds on another."""
        self.query_one("#kinds", RowList).set_rows([Row(kind, (t(f"imports.kind.{kind}"),)) for kind in KINDS])
        for name in ("kinds", "file", "result"):
            framed(self.query_one(f"#{name}-panel"), t(f"imports.panel.{name}"))
        self.query_one("#kinds").focus()

    async def open_at(self, key: str) -> None:
        """Choose the kind of sheet that another screen asked for."""
        self.query_one("#kinds", RowList).move_to(key)

    def _chosen(self) -> tuple[str, Path] | None:
        path = typed_path(self.query_one("#file", Input).value)
        row = self.query_one("#kinds", RowList).current
        return (row.key, path) if path is not None and row else None

    def why_not(self, name: str) -> str | None:
        """A file is needed, and for importing a trial of just this file."""
        chosen = self._chosen()
        if chosen is None:
            return t("imports.no_file")
        if name == "run" and chosen != self._tried:
            return t("imports.not_tried")
        return None

    async def _import(self, *, dry_run: bool) -> bool:
        """Try or import what is chosen, and say what came of it; whether every row was taken."""
        chosen = self._chosen()
        assert chosen is not None
        kind, path = chosen
        self._tried = None
        # What was asked for before is answered.
        self.query_one(NoticeLine).clear()
        self._say([t("imports.working")])
        try:
            outcome: ImportOutcome = await self.desk_app.desk.run_slow(
                lambda context: run_import(context, kind, path, dry_run=dry_run)
            )
        except CodedError as refusal:
            self._say([words_for(refusal)])
            self._offer_another()
            return False
        lines = describe(outcome, dry_run=dry_run)
        if dry_run and outcome.is_clean:
            self._tried = chosen
            # Before what would change, which may be long.
            lines.insert(1, t("imports.ready"))
        self._say(lines)
        if not outcome.is_clean:
            self._offer_another()
        self.desk_app.mark_stale()
        return outcome.is_clean

    def _offer_another(self) -> None:
        """Have the path of a file that was not taken replaced by what is typed or dropped next."""
        self.query_one("#file", Input).select_all()

    def _say(self, lines: list[str]) -> None:
        result = self.query_one("#result", RowList)
        width = max(20, result.scrollable_content_region.width - 1)
        # What goes on below a line is set in: where many rows would change, each is seen to begin.
        shown = []
        for line in lines:
            first = wrap(line, width)[0]
            rest = line[len(first) :].strip()
            shown += [first, *(f"  {part.strip()}" for part in wrap(rest, width - 2) if rest)]
        result.set_rows([Row(str(place), (line,)) for place, line in enumerate(shown)])
        self.refresh_frame()

    async def do_try(self) -> None:
        """Check the file and write nothing."""
        await self._import(dry_run=True)

    async def do_run(self) -> None:
        """Import the file that was tried, and go on to the next kind of sheet."""
        if not await self._import(dry_run=False):
            return
        # The next sheet is another file.
        self.query_one("#file", Input).value = ""
        kinds = self.query_one("#kinds", RowList)
        kinds.take_key("down")
        kinds.focus()

    async def on_input_submitted(self) -> None:
        """Try the file."""
        await self.action_command("try")

    def on_input_changed(self) -> None:
        """What can be done depends on the path."""
        self.refresh_frame()

    def on_row_list_moved(self) -> None:
        """What can be done depends on the kind."""
        self.refresh_frame()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """From the kind to the file."""
        if event.rows.id == "kinds":
            self.query_one("#file").focus()
