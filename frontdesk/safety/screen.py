"""Safe-keeping: how everything stands that guards the centre's data, what is to be done, and the way to each room."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.safety.service import Standing, standings
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain, wrapped
from frontdesk.shell.pushed import CommandRows
from frontdesk.shell.registry import FORMS
from frontdesk.shell.rowlist import Column, Row

AREA = "safety"


class SafetyScreen(DeskScreen):
    """A row for each thing with its state in words; below the list what to do about the one under the cursor."""

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "open", "enter"),
        Command(AREA, "leave", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[Standing] = []

    def compose_body(self) -> ComposeResult:
        """The list in its panel, and words about the row."""
        with Vertical(classes="panel fill", id="safety-panel"):
            yield CommandRows((Column(t("safety.column.what"), 14), Column(t("safety.column.state"))), id="safety")
        yield Plain("", id="safety-detail")

    async def on_mount(self) -> None:
        """Begin in the list."""
        framed(self.query_one("#safety-panel"), t("safety.panel"))
        self.set_focus(self.rows)

    @property
    def rows(self) -> CommandRows:
        """The list."""
        return self.query_one("#safety", CommandRows)

    async def load(self) -> None:
        """Ask how everything stands."""
        try:
            self._listed = await self.desk_app.desk.run(lambda context: standings(context, FORMS))
        except CodedError as failure:
            # The notice goes by itself; an empty list without a word would look as if all were well.
            self._listed = []
            self.rows.set_rows([])
            lines = wrapped(words_for(failure), self.app.size.width - 2)
            self.query_one("#safety-detail", Plain).update("\n".join(lines))
            raise
        self.rows.set_rows([Row(one.room, (t(f"safety.room.{one.room}"), one.state), one.tone) for one in self._listed])
        self._tell()

    def standing(self) -> Standing | None:
        """What the row under the cursor is about."""
        row = self.rows.current
        return None if row is None else next((one for one in self._listed if one.room == row.key), None)

    def _tell(self) -> None:
        one = self.standing()
        parts = (one.state, one.todo) if one is not None else ()
        lines = [line for part in parts for line in wrapped(part, self.app.size.width - 2)]
        self.query_one("#safety-detail", Plain).update("\n".join(lines))

    def on_row_list_moved(self) -> None:
        """The words follow the cursor."""
        self._tell()

    async def on_row_list_chosen(self) -> None:
        """A double click does what Enter does."""
        await self.action_command("open")

    async def do_open(self) -> None:
        """The room of the row under the cursor."""
        one = self.standing()
        if one is not None:
            await self.desk_app.open_form(one.room, self)

    async def do_leave(self) -> None:
        """Back to where this was opened."""
        await self.desk_app.action_command(self.desk_app.came_from)

    async def open_at(self, key: str) -> None:
        """Open a room: what another screen asked for."""
        if not self._listed:
            await self.reload()
        if self.rows.move_to(key):
            await self.do_open()
