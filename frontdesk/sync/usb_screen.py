"""A stick instead of a network, in three steps: put it in, choose it, take the answer back.

For somebody who has done it twice in their life: Enter always does what is to be done next, and the screen says what
that is before it is pressed, and what became of it after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.content import Content

from frontdesk.common.text import size_words, wrap
from frontdesk.common.typed_paths import typed_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row
from frontdesk.sync import service
from frontdesk.sync.drives import Drive, drive_at, files_of_ours, find_drives
from frontdesk.sync.service import SyncStatus, UsbFound
from frontdesk.sync.usb_folder import remember_folder, remembered_folder
from frontdesk.sync.usb_words import read_words, written_words
from frontdesk.sync.words import problem_words

AREA = "usb_screen"
LOOK_SECONDS = 2.0
"""How often it is looked whether a stick was put in or pulled out."""

OTHER = "other"
"""The row that asks for a folder; it stands below the sticks."""

Step = Literal["put_in", "write", "carry"]
Does = Literal["write", "read"]
STEPS: tuple[Step, ...] = ("put_in", "write", "carry")


@dataclass(frozen=True)
class Stick:
    """A drive, and the district's answers on it that are for this centre, the oldest first.

    `problem` is the code of why an answer on it, or the stick itself, cannot be read.
    """

    drive: Drive
    answers: tuple[UsbFound, ...] = ()
    problem: str = ""
    is_written: bool = False
    """Whether a file for the district is on it."""


@dataclass(frozen=True)
class Outcome:
    """What became of writing or reading, in words."""

    words: str
    tone: Literal["good", "warning", "bad"]


class UsbScreen(PushedListScreen):
    """The three steps, the sticks, and what Enter does or has done."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "usb"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "go_on", "enter"),
        Command(AREA, "write", "f8"),
        Command(AREA, "read", "f7"),
        Command(AREA, "folder", "ctrl+o"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._typed: Path | None = None
        self._sticks: list[Stick] = []
        self._status: SyncStatus | None = None
        self._done_with: set[Path] = set()
        """Answers that were read here, so that Enter goes on to what is left to do."""
        self._last: Does | Literal[""] = ""
        """What was done last in this visit."""
        self._busy = ""
        self._outcome: Outcome | None = None
        self._is_looking = False
        self._names: set[Path] = set()
        self._goes_to = ""
        """The row to which the cursor goes once it is there."""

    def columns(self) -> tuple[Column, ...]:
        """Its name, where it is, how much room there is, what of ours is on it."""
        return (
            Column(t("usb_screen.column.name"), 14, widest=18),
            Column(t("usb_screen.column.folder")),
            Column(t("usb_screen.column.free"), 8, "right"),
            Column(t("usb_screen.column.holds"), 16),
        )

    def compose_above(self) -> ComposeResult:
        """The three steps."""
        yield Plain("", id="usb-steps")

    def compose_below(self) -> ComposeResult:
        """What Enter does, or has done."""
        yield Plain("", id="usb-said")

    async def on_mount(self) -> None:
        """Look again and again whether a stick was put in, first in the folder that was typed the last time."""
        self._typed = await asyncio.to_thread(remembered_folder, self.desk_app.home)
        framed(self.panel, t("usb_screen.panel"))
        self.set_interval(LOOK_SECONDS, self._look)

    async def load(self) -> None:
        """Fetch what there is to send, and look for sticks."""
        self._status = await self.desk_app.desk.run(service.sync_status)
        await self._look(anew=True)

    async def _look(self, anew: bool = False) -> None:
        """See which sticks are here; what is on them is read again where one came, or something was done."""
        if self._is_looking or self._busy or not (anew or self.is_current):
            return
        self._is_looking = True
        try:
            drives, names = await asyncio.to_thread(self._drives)
            if anew or names != self._names:
                if names != self._names and not anew:
                    # Another stick, or another file: what was said before is over.
                    self._outcome = None
                self._names = names
                known = {one.drive.folder: one for one in self._sticks}
                self._show([known.get(drive.folder, Stick(drive)) for drive in drives])
                self._show(await self.desk_app.desk.run_slow(lambda context: _looked(context, drives)))
        except CodedError as failure:
            self.desk_app.say_failure(failure)
        finally:
            self._is_looking = False

    def _drives(self) -> tuple[list[Drive], set[Path]]:
        """The drives that are here, and their folders with the files of ours on them."""
        typed = drive_at(self._typed) if self._typed is not None else None
        found = [drive for drive in find_drives() if typed is None or drive.folder != typed.folder]
        drives = [*([typed] if typed is not None else []), *found]
        return drives, {path for drive in drives for path in (drive.folder, *files_of_ours(drive.folder))}

    def _show(self, sticks: list[Stick]) -> None:
        self._sticks = sticks
        rows = [
            Row(
                str(one.drive.folder),
                (one.drive.name, str(one.drive.folder), size_words(one.drive.free), self._holds(one)),
                "good" if self._unread(one) else "",
            )
            for one in sticks
        ]
        rows.append(Row(OTHER, (t("usb_screen.other"), t("usb_screen.other_hint"), "", ""), "muted"))
        self.rows.set_rows(rows)
        if self._goes_to and self.rows.move_to(self._goes_to):
            self._goes_to = ""
        self._tell()

    def _holds(self, one: Stick) -> str:
        if self._unread(one):
            return t("usb_screen.holds.answer")
        if one.problem:
            return t("usb_screen.holds.problem")
        if one.answers:
            return t("usb_screen.holds.read")
        return t("usb_screen.holds.written") if one.is_written else ""

    def _unread(self, one: Stick) -> list[UsbFound]:
        return [found for found in one.answers if found.path not in self._done_with]

    def stick(self) -> Stick | None:
        """The stick under the cursor."""
        return self.under_cursor(self._sticks, lambda one: str(one.drive.folder))

    def next_of(self, one: Stick | None) -> Literal["", "folder", "write", "read"]:
        """What Enter does: read an answer where one is waited for, or nothing is left to write.

        An answer that is waited for and cannot be read is tried all the same: that says what is wrong with it.
        """
        if one is None:
            return "folder"
        status = self._status
        waits = status is not None and any(report.channel == "usb" for report in status.in_state("sent"))
        if (self._unread(one) and (waits or not self._to_write())) or (one.problem and waits):
            return "read"
        return "" if self._last and not self._to_write() else "write"

    def _to_write(self) -> int:
        """How many reports have no answer yet; those that are on a stick already need not be written again."""
        status = self._status
        if status is None:
            return 0
        return len(status.in_state("unsent")) + sum(one.channel != "usb" for one in status.in_state("sent"))

    def on_row_list_moved(self) -> None:
        """The words follow the cursor."""
        self._tell()

    def _tell(self) -> None:
        """Mark the step that is at hand, and say what Enter does, or what was done."""
        at: Step | None = "put_in" if not self._sticks else "write"
        if self._last:
            at = "carry" if self._last == "write" else None
        width = max(20, self.app.size.width - 2)
        lines = []
        for place, step in enumerate(STEPS, 1):
            words = f"{place}  {t(f'usb_screen.step.{step}')}"
            style = "bold $primary" if step == at else "dim"
            first, *rest = wrap(words, width - 3)
            lines += [Content.styled(part, style) for part in (first, *(f"   {more}" for more in rest))]
        self.query_one("#usb-steps", Plain).update(Content("\n").join(lines))
        said = self.query_one("#usb-said", Plain)
        said.set_classes(f"-{self._outcome.tone}" if self._outcome and not self._busy else "")
        words = self._busy or (self._outcome.words if self._outcome else self._hint())
        said.update("\n".join(part for line in words.split("\n") for part in wrap(line, width)))
        self.refresh_frame()

    def _hint(self) -> str:
        one = self.stick()
        step = self.next_of(one)
        if one is None:
            return t("usb_screen.will.folder" if self._sticks else "usb_screen.will.wait")
        if step == "read":
            unread = self._unread(one)
            return t("usb_screen.will.read", file=unread[0].path.name) if unread else problem_words(one.problem)
        count = self._to_write()
        words = t("usb_screen.will.write" if count else "usb_screen.will.ask", name=one.drive.name, count=count)
        return f"{problem_words(one.problem)}\n{words}" if one.problem else words

    def why_not(self, name: str) -> str | None:
        """A stick is needed, and nothing may be under way."""
        if name == "close":
            return None
        if self._busy:
            return t("usb_screen.why.busy")
        if self.is_auditor:
            return self.why_read_only()
        if name in ("write", "read") and self.stick() is None:
            return t("usb_screen.why.no_stick")
        return None

    async def do_go_on(self) -> None:
        """What is to be done next with what is under the cursor."""
        step = self.next_of(self.stick())
        if step == "folder":
            await self.do_folder()
        elif step == "read":
            await self.do_read()
        elif step == "write":
            await self.do_write()
        else:
            self._outcome = Outcome(t(f"usb_screen.nothing_left.{self._last}"), "good")
            self._tell()

    async def do_write(self) -> None:
        """Write all that is to be sent into one file on the stick."""
        one = self.stick()
        assert one is not None

        def case(context: Context) -> Outcome:
            written = service.write_usb(context, one.drive.folder)
            return Outcome(written_words(written), "good")

        self._begin(case, t("usb_screen.writing", name=one.drive.name), one, "write")

    async def do_read(self) -> None:
        """Take in the district's answers from the stick."""
        one = self.stick()
        assert one is not None
        self._read(one, one.drive.folder)

    def _read(self, one: Stick | None, path: Path) -> None:
        def case(context: Context) -> Outcome:
            read = service.read_usb(context, path)
            return Outcome(read_words(read), "bad" if read.refused else "good" if read.is_new else "warning")

        self._begin(case, t("usb_screen.reading", name=path.name or str(path)), one, "read")

    def _begin(self, case: Callable[[Context], Outcome], words: str, one: Stick | None, does: Does) -> None:
        """Have it done beside all else; leaving the screen meanwhile ends nothing."""
        self._busy, self._outcome = words, None
        self._tell()
        self.app.run_worker(self._do(case, one, does), group="usb")

    async def _do(self, case: Callable[[Context], Outcome], one: Stick | None, does: Does) -> None:
        app = self.desk_app
        try:
            outcome = await app.desk.run_travelling(case)
        except CodedError as failure:
            outcome = Outcome(words_for(failure), "bad")
        else:
            self._last = does
            if one is not None and does == "read":
                self._done_with.update(found.path for found in one.answers)
        self._busy, self._outcome = "", outcome
        if self.is_attached:
            await self.reload()
        else:
            app.notify(outcome.words, severity="error" if outcome.tone == "bad" else "information", timeout=20)

    async def do_folder(self) -> None:
        """Ask for a folder, or for the answer file itself."""

        async def save(values: dict[str, str]) -> Wrong | None:
            typed = typed_path(values["folder"])
            if typed is None:
                return Wrong(t("usb_screen.no_place"), "folder")
            path = typed.absolute()
            if await asyncio.to_thread(path.is_file):
                self._read(None, path)
                return None
            if await asyncio.to_thread(drive_at, path) is None:
                return Wrong(t("usb_screen.no_folder", folder=str(path)), "folder")
            self._typed = path
            await asyncio.to_thread(remember_folder, self.desk_app.home, path)
            self._goes_to = str(path)
            await self._look(anew=True)
            return None

        field = Field("folder", t("usb_screen.field.folder"), str(self._typed or ""), t("usb_screen.field.folder_hint"))
        await self.app.push_screen(FormDialog(t("usb_screen.ask_folder"), (field,), save))


def _looked(context: Context, drives: list[Drive]) -> list[Stick]:
    """What of ours is on each of the drives."""
    found = []
    for drive in drives:
        try:
            files = service.find_usb(context, drive.folder)
        except CodedError as failure:
            found.append(Stick(drive, problem=failure.code))
            continue
        answers = [one for one in files if one.direction == "down"]
        readable = tuple(one for one in answers if not one.problem)
        problems = [one.problem for one in answers if one.problem]
        is_written = any(one.direction == "up" for one in files)
        found.append(Stick(drive, readable, problems[-1] if problems and not readable else "", is_written))
    return found
