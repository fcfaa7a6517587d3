"""The field key at the desk: how it stands, another one in its place, a sealed copy of all keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import ProgressBar

from frontdesk.common.wholefile import free_path
from frontdesk.errors import CodedError
from frontdesk.keychange import service
from frontdesk.keychange.service import KeyState, Rotated
from frontdesk.keychange.words import rotated_words, state_rows
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

AREA = "keychange"


async def open_key_change(screen: DeskScreen) -> None:
    """Show how the field key stands."""
    await screen.app.push_screen(KeyScreen())


class Sealing(Message):
    """How many rows are under the new key."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done = done
        self.total = total


class KeyScreen(PushedListScreen):
    """What there is to know of the key, a line each; how far the change is."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "keychange"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "rotate", "f8"),
        Command(AREA, "export", "ctrl+s"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._state: KeyState | None = None
        self._is_rotating = False

    def columns(self) -> tuple[Column, ...]:
        """What, and how it stands."""
        return (Column(t("keychange.column.what"), 16, widest=26), Column(t("keychange.column.state")))

    def compose_below(self) -> ComposeResult:
        """How far the change is, and what came of it."""
        yield Plain("", id="keychange-said")
        yield ProgressBar(id="keychange-progress", show_eta=False)

    async def on_mount(self) -> None:
        """The bar is there only while something is under way."""
        self.query_one(ProgressBar).display = False

    async def load(self) -> None:
        """Ask how the key stands."""
        state, local = await self.desk_app.desk.run(lambda context: (service.state(context), context.local))
        self._state, rows = state, state_rows(state, local)
        self.rows.set_rows([Row(str(place), row, "") for place, row in enumerate(rows)])
        framed(self.panel, t("keychange.panel"))

    def why_not(self, name: str) -> str | None:
        """A manager's right, and once at a time."""
        operator = self.desk_app.desk.operator
        if name == "close":
            return t("keychange.wait") if self._is_rotating else None
        if operator is None or operator.role != "manager":
            return t("keychange.managers_only")
        return t("keychange.wait") if self._is_rotating else None

    async def do_rotate(self) -> None:
        """Ask first; work goes on at the other windows, scans wait for some seconds."""

        async def answered(yes: bool | None) -> None:
            if yes:
                self._is_rotating = True
                self.refresh_frame()
                self.run_worker(self._rotate(), group="keychange")

        rows = self._state.sealed if self._state is not None else 0
        await self.app.push_screen(QuestionDialog(t("keychange.question", rows=rows), t("keychange.yes")), answered)

    async def _rotate(self) -> None:
        def progress(done: int, total: int) -> None:
            self.post_message(Sealing(done, total))

        done: Rotated | None = None
        failed = ""
        try:
            done = await self.desk_app.desk.run_slow(lambda context: service.rotate(context, progress))
        except CodedError as failure:
            failed = words_for(failure)
        finally:
            self._is_rotating = False
        self.query_one(ProgressBar).display = False
        said = self.query_one("#keychange-said", Plain)
        said.set_classes("-good" if done else "-bad")
        said.update(rotated_words(done) if done else failed)
        await self.reload()

    def on_sealing(self, event: Sealing) -> None:
        """Show how far it is; a message that comes late shows nothing any more."""
        if self._is_rotating:
            bar = self.query_one(ProgressBar)
            bar.display = True
            bar.update(total=event.total or None, progress=event.done)
            self.query_one("#keychange-said", Plain).update(t("keychange.rotating", done=event.done, total=event.total))

    async def do_export(self) -> None:
        """All keys in one file that only the recovery key opens."""
        folder = self.desk_app.export_folder()

        def case(context: Context) -> Path:
            name = t("keychange.file", code=context.centre.code, day=context.today().isoformat())
            return service.export_keys(context, free_path(folder, name, ".fdkeys"))

        out = await self.attempt(case, slow=True)
        if out is not None:
            words = t("keychange.exported", path=out)
            await self.app.push_screen(ReadDialog(t("keychange.command.export"), [(words, "good")]))
