"""A centre out of its backup, step by step: the file, the digits on the paper, what is in it, and then it is here.

Opened from the wizard of the first run, where there is no centre yet, and as a rehearsal from a centre that is at work:
that does everything but put the backup in its place. Enter always does what is next.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ProgressBar

from frontdesk.backup import service
from frontdesk.backup.restore_words import found_cells, rehearsal_lines, restored_lines
from frontdesk.backup.screen_words import Tone, step_words
from frontdesk.backup.service import GROUP_DIGITS, GROUPS, RecoveryKey, Rehearsal, group_is_whole, read_key
from frontdesk.common.typed_paths import typed_path
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.beside import Beside
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.digitgroups import DigitGroups
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain, wrapped
from frontdesk.shell.pushed import CommandRows, PushedScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.backup.service import FoundBackup, Progress, Stop
    from frontdesk.context import Operator

AREA = "restore_screen"
LOOK_SECONDS = 2.0
"""How often it is looked whether a stick was put in."""

OTHER = "other"
"""The row that asks for a file or a folder; it stands below the files that were found."""

At = Literal["choose", "type", "look", "done"]
STEPS: tuple[At, ...] = ("choose", "type", "look")


async def open_restore(screen: DeskScreen) -> None:
    """Restore a backup where there is no centre, else rehearse it."""
    await screen.app.push_screen(RestoreScreen())


class RestoreScreen(PushedScreen):
    """The steps, and below them the files, the groups to type, or what was found out."""

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "go_on", "enter"),
        Command(AREA, "folder", "ctrl+o"),
        Command(AREA, "again", "f7"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._at: At = "choose"
        self._kind: Literal["rehearsal", "restore"] = "rehearsal"
        self._path: Path | None = None
        self._typed: Path | None = None
        self._found: list[FoundBackup] | None = None
        self._key: RecoveryKey | None = None
        self._rehearsal: Rehearsal | None = None
        self._beside = Beside(self)
        self._typed_by: Operator | None = None
        self._is_looking = False
        self._goes_to = ""
        self._said: tuple[str, str] = ("", "")

    def compose_body(self) -> ComposeResult:
        """The steps, the list, the groups, what was found out, and what is under way."""
        yield Plain("", id="restore-about")
        with Vertical(classes="panel fill", id="restore-panel"):
            yield CommandRows(
                (
                    Column(t("restore_screen.column.made"), 16),
                    Column(t("restore_screen.column.centre"), 14),
                    Column(t("restore_screen.column.size"), 8, "right"),
                    Column(t("restore_screen.column.key"), 6),
                    Column(t("restore_screen.column.folder")),
                ),
                id="restore-files",
            )
            yield Vertical(
                DigitGroups(
                    range(1, GROUPS + 1),
                    GROUP_DIGITS,
                    lambda number, text: group_is_whole(number - 1, text),
                    id="restore-groups",
                ),
                id="restore-typed",
            )
            yield CommandRows((Column(""),), id="restore-lines")
        yield Plain("", id="restore-said")
        yield ProgressBar(id="restore-progress", show_eta=False)

    async def on_mount(self) -> None:
        """Look again and again whether a stick was put in."""
        # Asked once: afterwards a restored centre is here.
        self._kind = "rehearsal" if self.desk_app.home.exists() else "restore"
        self._typed_by = self.desk_app.desk.operator
        self._to("choose")
        self.set_interval(LOOK_SECONDS, self._look)

    def title_words(self) -> str:
        """A rehearsal is called one: nothing is put in the place of the centre."""
        return t(f"{AREA}.title.rehearsal") if self.is_rehearsal else super().title_words()

    @property
    def is_rehearsal(self) -> bool:
        """Whether a centre is at work here: then nothing is put in its place."""
        return self._kind == "rehearsal"

    @property
    def files(self) -> CommandRows:
        """The backups that were found."""
        return self.query_one("#restore-files", CommandRows)

    @property
    def groups(self) -> DigitGroups:
        """The digits of the key."""
        return self.query_one(DigitGroups)

    @property
    def lines(self) -> CommandRows:
        """What was found out."""
        return self.query_one("#restore-lines", CommandRows)

    async def load(self) -> None:
        """Look for backups. What somebody typed is for nobody who signs in after them."""
        operator = self.desk_app.desk.operator
        if operator != self._typed_by:
            self._typed_by = operator
            if self._at != "done":
                await self.do_again()
        await self._look()

    def _to(self, at: At) -> None:
        """Go on to a step, or back to one."""
        self._at, self._said = at, ("", "")
        self.query_one("#restore-files").display = at == "choose"
        self.query_one("#restore-typed").display = at == "type"
        self.query_one("#restore-lines").display = at in ("look", "done")
        self.set_focus({"choose": self.files, "type": self.groups}.get(at, self.lines))
        self._tell()

    async def _look(self) -> None:
        """See which backups are on this computer and on what is plugged in."""
        if self._is_looking or self._at != "choose":
            return
        self._is_looking = True
        try:
            found = await asyncio.to_thread(service.found_backups, await self._folders())
        finally:
            self._is_looking = False
        if found != self._found or self._goes_to:
            self._show(found)

    def _show(self, found: list[FoundBackup]) -> None:
        """List them; the cursor goes to the file that was typed, or to the latest in the folder that was, and to the
        latest of all where there was none before.
        """
        is_first, self._found = not self._found, found
        rows = [Row(str(one.path), found_cells(one, self.desk_app.zone)) for one in found]
        rows.append(Row(OTHER, (t("restore_screen.other"), "", "", "", t("restore_screen.other_hint")), "muted"))
        self.files.set_rows(rows)
        typed, self._goes_to = self._goes_to, ""
        chosen = next((one for one in found if typed in (str(one.path), str(one.path.parent))), None)
        if chosen is None and is_first and found:
            chosen = found[0]
        if chosen is not None:
            self.files.move_to(str(chosen.path))
        self._tell()

    async def _folders(self) -> list[Path]:
        """Where to look besides sticks: what was typed, and the centre's own folders."""
        folders = [self._typed] if self._typed is not None else []
        if self.is_rehearsal:
            folders.append(await self.desk_app.desk.run(service.folder_of))
        return [*folders, self.desk_app.home.path]

    def on_row_list_moved(self) -> None:
        """What Enter does depends on the row."""
        self._tell()

    async def on_row_list_chosen(self) -> None:
        """A double click does what Enter does."""
        await self.action_command("go_on")

    def _tell(self) -> None:
        """Mark the step that is at hand; say what Enter does, what is wrong, or how far it has come."""
        width = max(20, self.app.size.width - 2)
        kind = self._kind
        lines = [Content.styled(part, "bold") for part in wrapped(t(f"restore_screen.about.{kind}"), width)]
        for place, step in enumerate(STEPS, 1):
            words = t(f"restore_screen.step.{step}.{kind}") if step == "look" else t(f"restore_screen.step.{step}")
            first, *rest = wrapped(f"{place}  {words}", width - 3)
            style = "bold $primary" if step == self._at else "dim"
            lines += [Content.styled(part, style) for part in (first, *(f"   {more}" for more in rest))]
        self.query_one("#restore-about", Plain).update(Content("\n").join(lines))
        framed(self.query_one("#restore-panel"), t(f"restore_screen.panel.{self._at}"))
        bar, said = self.query_one("#restore-progress", ProgressBar), self.query_one("#restore-said", Plain)
        doing, step_now = self._beside.doing, self._beside.step
        bar.display = bool(doing)
        words, tone = self._said if self._said[0] else (self._hint(), "bad" if self._has_slip else "")
        if doing:
            bar.update(total=step_now.total if step_now else None, progress=step_now.done if step_now else 0)
            words, tone = t(f"restore_screen.running.{doing}", words=step_words(step_now)), ""
        said.set_classes(f"-{tone}" if tone else "")
        said.update("\n".join(wrapped(words, width)))
        self.refresh_frame()

    @property
    def _has_slip(self) -> bool:
        return self._at == "type" and bool(self.groups.wrong)

    def _hint(self) -> str:
        """What Enter does now."""
        if self._at == "choose":
            if self.file() is not None:
                return t("restore_screen.will.file")
            return t("restore_screen.will.folder" if self._found else "restore_screen.will.wait")
        if self._at == "type":
            groups = self.groups
            if groups.wrong:
                return t("recovery_key.slip", group=groups.wrong[0])
            key = "restore_screen.will.open" if groups.is_complete else "recovery_key.typing"
            return t(key, done=groups.done, count=GROUPS, group=groups.at)
        return t(f"restore_screen.will.{self._at}.{self._kind}")

    def file(self) -> Path | None:
        """The backup under the cursor."""
        row = self.files.current
        return None if row is None or row.key == OTHER else Path(row.key)

    def why_not(self, name: str) -> str | None:
        """One thing at a time; rehearsing changes nothing, so that an auditor may."""
        if name == "close":
            return None
        if self._beside.doing:
            return t("restore_screen.why.busy")
        if name == "folder" and self._at != "choose":
            return t("restore_screen.why.chosen")
        if name == "again" and self._at not in ("type", "look"):
            return t("restore_screen.why.not_chosen")
        return None

    def on_digit_groups_changed(self) -> None:
        """Name a slip at once."""
        self._said = ("", "")
        self._tell()

    async def on_digit_groups_finished(self) -> None:
        """Open the backup with what was typed."""
        await self.action_command("go_on")

    async def do_go_on(self) -> None:
        """What is to be done next."""
        if self._at == "choose":
            path = self.file()
            if path is None:
                await self.do_folder()
            else:
                self._path = path
                self._to("type")
        elif self._at == "type":
            self._open()
        elif self._at == "look":
            if self.is_rehearsal:
                self.close()
            else:
                await self._ask_to_restore()
        else:
            await self._sign_in()

    def _open(self) -> None:
        """Read the key, and try the backup with it."""
        path = self._path
        if path is None or not self.groups.is_complete:
            return
        try:
            key = self._key = read_key(self.groups.value)
        except CodedError as refusal:
            self._said = (words_for(refusal), "bad")
            self._tell()
            return
        home, clock = self.desk_app.home, self.desk_app.clock

        def case(progress: Progress, stop: Stop) -> Rehearsal:
            return service.rehearse(home, path, key, clock=clock, progress=progress, stop=stop)

        async def then(found: Rehearsal) -> None:
            self._rehearsal = found
            self._show_lines(rehearsal_lines(found, self.is_rehearsal))
            self._to("look")

        self._beside.begin("rehearse", case, then, self._failed)

    def _show_lines(self, lines: list[tuple[str, Tone]]) -> None:
        width = self.app.size.width - 5
        self.lines.set_rows(
            [
                Row(f"{place}.{part}", (piece,), tone)
                for place, (text, tone) in enumerate(lines)
                for part, piece in enumerate(wrapped(text, width))
            ]
        )

    async def _ask_to_restore(self) -> None:
        found = self._rehearsal
        assert found is not None

        async def answered(yes: bool | None) -> None:
            if yes:
                self._restore()

        question = t("restore_screen.ask", centre=found.centre, at=f"{found.made_at:%Y-%m-%d %H:%M}")
        await self.app.push_screen(QuestionDialog(question, t("restore_screen.ask_yes")), answered)

    def _restore(self) -> None:
        path, key, home, clock = self._path, self._key, self.desk_app.home, self.desk_app.clock
        assert path is not None and key is not None

        def case(progress: Progress, stop: Stop) -> service.Restored:
            return service.restore(home, path, key, clock=clock, source="desk", progress=progress, stop=stop)

        async def then(done: service.Restored) -> None:
            self._key = None
            self.groups.clear()
            self._show_lines(restored_lines(done))
            self._to("done")

        self._beside.begin("restore", case, then, self._failed)

    def _failed(self, failure: CodedError, was_stopped: bool) -> None:
        self._said = (words_for(failure), "warning" if was_stopped else "bad")
        self._tell()

    def on_unmount(self) -> None:
        """Whoever leaves the program ends what is under way: nothing half done stays."""
        self._beside.stop()

    def on_beside_moved(self) -> None:
        """Show how far it has come."""
        self._tell()

    async def _sign_in(self) -> None:
        """Leave the wizard for the centre that is here now."""
        from frontdesk.shell.opening import whose_centre

        app = self.desk_app
        try:
            centre = await asyncio.to_thread(whose_centre, app.home)
        except CodedError as failure:
            app.say_failure(failure)
            return
        if centre is not None:
            app.centre_name, app.zone_name = centre
        self.dismiss(None)
        await app.switch_mode("sign_in")

    async def do_again(self) -> None:
        """Choose another file."""
        self._key, self._rehearsal = None, None
        self.groups.clear()
        self._to("choose")

    async def do_folder(self) -> None:
        """Ask for the file, or for the folder that it is in."""

        async def save(values: dict[str, str]) -> Wrong | None:
            typed = typed_path(values["folder"])
            if typed is None or not await asyncio.to_thread(typed.exists):
                return Wrong(t("restore_screen.no_folder", folder=values["folder"].strip()), "folder")
            path = typed.absolute()
            self._typed = path if await asyncio.to_thread(path.is_dir) else path.parent
            self._goes_to = str(path)
            await self._look()
            return None

        field = Field("folder", t("restore_screen.field.folder"), hint=t("restore_screen.field.folder_hint"))
        await self.app.push_screen(FormDialog(t("restore_screen.ask_folder"), (field,), save))

    async def do_close(self) -> None:
        """End what is under way, else a step back, else leave; a centre that was restored is signed in to."""
        if self._beside.doing:
            self._beside.stop()
        elif self._at == "done":
            await self._sign_in()
        elif self._at == "type" and self._found:
            await self.do_again()
        else:
            self._key = None
            self.close()
