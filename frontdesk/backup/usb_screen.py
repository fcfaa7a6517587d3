"""A backup on a stick, in three steps: put it in, choose it, pull it out and lock it away.

For somebody who does it once a month: Enter always does what is to be done next, and the screen says when the stick may
be pulled out.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import ProgressBar

from frontdesk.backup import service
from frontdesk.backup.screen_words import made_words, step_words
from frontdesk.backup.service import Place
from frontdesk.common.text import size_words
from frontdesk.common.typed_paths import typed_path
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.keeping import Kept
from frontdesk.shell.plain import Plain, wrapped
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.backup.service import Progress, Stop
    from frontdesk.context import Context

AREA = "backup_usb"
LOOK_SECONDS = 2.0
"""How often it is looked whether a stick was put in or pulled out."""

OTHER = "other"
"""The row that asks for a folder; it stands below the sticks."""

Step = Literal["put_in", "choose", "pull_out"]
STEPS: tuple[Step, ...] = ("put_in", "choose", "pull_out")


class UsbBackupScreen(PushedListScreen):
    """The three steps, the sticks, and what Enter does or has done."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "backup-usb"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "go_on", "enter"),
        Command(AREA, "folder", "ctrl+o"),
        Command(AREA, "stop", "delete"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._places: list[Place] = []
        self._typed: Place | None = None
        self._began = False
        """Whether one was begun here, so that what came of the last one is meant for this screen."""
        self._is_looking = False
        self._goes_to = ""

    def columns(self) -> tuple[Column, ...]:
        """Its name, where it is, how much room there is."""
        return (
            Column(t("backup_usb.column.name"), 16, widest=22),
            Column(t("backup_usb.column.folder")),
            Column(t("backup_usb.column.free"), 9, "right"),
            Column(t("backup_usb.column.state"), 10),
        )

    def compose_above(self) -> ComposeResult:
        """The three steps."""
        yield Plain("", id="backup-usb-steps")

    def compose_below(self) -> ComposeResult:
        """What Enter does, or has done."""
        yield Plain("", id="backup-usb-said")
        yield ProgressBar(id="backup-usb-progress", show_eta=False)

    async def on_mount(self) -> None:
        """Look again and again whether a stick was put in."""
        framed(self.panel, t("backup_usb.panel"))
        self.set_interval(LOOK_SECONDS, self._look)

    async def load(self) -> None:
        """Look for sticks."""
        await self._look(anew=True)

    async def _look(self, anew: bool = False) -> None:
        if self._is_looking or self.desk_app.keeping.is_running or not (anew or self.is_current):
            self._tell()
            return
        self._is_looking = True
        try:
            found = await self.desk_app.desk.run_keeping(service.places)
        except CodedError as failure:
            self.desk_app.say_failure(failure)
            return
        finally:
            self._is_looking = False
        typed = self._typed
        places = [*([typed] if typed is not None else []), *(one for one in found if typed is None or one != typed)]
        if anew or places != self._places:
            self._show(places)

    def _show(self, places: list[Place]) -> None:
        self._places = places
        rows = [
            Row(
                str(one.folder),
                (
                    one.name,
                    str(one.folder),
                    size_words(one.free),
                    "" if one.is_writable else t("backup_usb.read_only"),
                ),
                "" if one.is_writable else "muted",
            )
            for one in places
        ]
        rows.append(Row(OTHER, (t("backup_usb.other"), t("backup_usb.other_hint"), "", ""), "muted"))
        self.rows.set_rows(rows)
        if self._goes_to and self.rows.move_to(self._goes_to):
            self._goes_to = ""
        self._tell()

    def place(self) -> Place | None:
        """The stick under the cursor."""
        return self.under_cursor(self._places, lambda one: str(one.folder))

    @property
    def _is_done(self) -> bool:
        last = self.desk_app.keeping.last
        return self._began and last is not None and last.doing == "usb" and last.kept.tone == "good"

    def on_row_list_moved(self) -> None:
        """The words follow the cursor."""
        self._tell()

    async def keeping_moved(self) -> None:
        """Show how far it has come."""
        self._tell()

    def _tell(self) -> None:
        """Mark the step that is at hand; say what Enter does, what is under way, or what came of it."""
        keeping, width = self.desk_app.keeping, max(20, self.app.size.width - 2)
        at: Step = "choose" if self._places else "put_in"
        if self._is_done and not keeping.is_running:
            at = "pull_out"
        lines = []
        for place, step in enumerate(STEPS, 1):
            first, *rest = wrapped(f"{place}  {t(f'backup_usb.step.{step}')}", width - 3)
            style = "bold $primary" if step == at else "dim"
            lines += [Content.styled(part, style) for part in (first, *(f"   {more}" for more in rest))]
        self.query_one("#backup-usb-steps", Plain).update(Content("\n").join(lines))
        bar, said = self.query_one("#backup-usb-progress", ProgressBar), self.query_one("#backup-usb-said", Plain)
        bar.display = keeping.is_running
        words, tone = self._hint(), ""
        if keeping.is_running:
            step_now = keeping.step
            bar.update(total=step_now.total if step_now else None, progress=step_now.done if step_now else 0)
            words = step_words(step_now) + (t("backup_usb.do_not_pull") if keeping.doing == "usb" else "")
        elif self._began and keeping.last is not None:
            words, tone = keeping.last.kept.words, keeping.last.kept.tone
            if self._is_done:
                words += "\n" + t("backup_usb.pull_out")
        said.set_classes(f"-{tone}" if tone else "")
        said.update("\n".join(wrapped(words, width)))
        self.refresh_frame()

    def _hint(self) -> str:
        one = self.place()
        if one is None:
            return t("backup_usb.will.folder" if self._places else "backup_usb.will.wait")
        return t("backup_usb.will.write", name=one.name)

    def why_not(self, name: str) -> str | None:
        """A stick is needed, and nothing may be under way."""
        running = self.desk_app.keeping.is_running
        if name == "close":
            return None
        if name == "stop":
            return None if running else t("backup_screen.why.nothing_runs")
        if self.is_auditor:
            return self.why_read_only()
        return t("backup_screen.why.running") if running else None

    async def do_go_on(self) -> None:
        """Write to the stick under the cursor; once that is done, back."""
        one = self.place()
        if self._is_done:
            self.close()
        elif one is None:
            await self.do_folder()
        else:
            self._write(one.folder)

    def _write(self, folder: Path) -> None:
        def task(context: Context, progress: Progress, stop: Stop) -> Kept:
            return Kept(made_words(service.make_usb(context, folder, progress, stop)), "good")

        self._began = True
        self.desk_app.keeping.begin(task, "usb")
        self._tell()

    async def do_stop(self) -> None:
        """End what is under way; no half file stays on the stick."""
        self.desk_app.keeping.stop()
        self._tell()

    async def do_folder(self) -> None:
        """Ask for a folder."""

        async def save(values: dict[str, str]) -> Wrong | None:
            typed = typed_path(values["folder"])
            if typed is None:
                return Wrong(t("backup_usb.no_place"), "folder")
            path = typed.absolute()
            if not await asyncio.to_thread(path.is_dir):
                return Wrong(t("backup_usb.no_folder", folder=str(path)), "folder")
            self._typed = Place(path, path.name or str(path), None, True)
            self._began, self._goes_to = False, str(path)
            await self._look(anew=True)
            return None

        field = Field("folder", t("backup_usb.field.folder"), hint=t("backup_usb.field.folder_hint"))
        await self.app.push_screen(FormDialog(t("backup_usb.ask_folder"), (field,), save))
