"""The register of residents: a search box over a list, and everything about the one who is chosen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.residents import edit_screen as forms
from frontdesk.residents import service
from frontdesk.residents.detail_screen import open_resident
from frontdesk.residents.service import ResidentLine
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.findbox import FindBox
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.rowlist import Column, Row, RowList

MOST_SHOWN = 200


async def open_residents(screen: DeskScreen) -> None:
    """Show the register over another screen."""
    await screen.app.push_screen(ResidentsScreen())


class ResidentsScreen(PushedScreen):
    """What is typed goes into the box; the list shows whom it finds, names and phones masked."""

    area: ClassVar[str] = "residents"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("residents", "details", "enter,ctrl+e"),
        Command("residents", "new", "ctrl+n"),
        Command("residents", "export", "ctrl+s"),
        Command("residents", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, ResidentLine] = {}
        self._searched: str | None = None
        self._go_to = ""

    def compose_body(self) -> ComposeResult:
        """The box and the list."""
        yield FindBox("residents-list", placeholder=t("residents.search_hint"), id="residents-search")
        with Vertical(classes="panel fill", id="residents-panel"):
            yield RowList(
                (
                    Column(t("residents.column.name"), 12),
                    Column(t("residents.column.phone"), 8),
                    Column(t("residents.column.age"), 6),
                    Column(t("residents.column.area")),
                    Column(t("residents.column.tags")),
                    Column(t("residents.column.household"), 6, align="right", optional=True),
                ),
                empty=t("residents.none_found"),
                keeps_cursor=True,
                id="residents-list",
            )

    async def on_mount(self) -> None:
        """Begin in the box."""
        self._box.focus()

    @property
    def _box(self) -> Input:
        return self.query_one("#residents-search", Input)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#residents-list", RowList)

    async def load(self) -> None:
        """Find what stands in the box; while it is empty list those who were entered last."""
        text = self._box.value

        def case(context: Context) -> tuple[list[ResidentLine], int]:
            return service.find(context, text, MOST_SHOWN), 0 if text.strip() else service.count(context)

        found, total = await self.desk_app.desk.run(case)
        if text != self._box.value:
            # Something else was typed meanwhile, and is being searched for.
            return
        self._found = {str(one.id): one for one in found}
        key = "many" if len(found) == MOST_SHOWN else "found"
        key = "latest" if total > len(found) else key
        framed(self.query_one("#residents-panel"), t(f"residents.panel.{key}", count=len(found), total=total))
        self.rows.set_rows([_row(one) for one in found])
        if text != self._searched:
            self._searched = text
            self.rows.cursor = 0
        if self._go_to:
            self.rows.move_to(self._go_to)
            self._go_to = ""

    def _chosen(self) -> ResidentLine | None:
        row = self.rows.current
        return self._found.get(row.key) if row is not None else None

    def why_not(self, name: str) -> str | None:
        """Details are of somebody; an auditor only reads."""
        if name == "new" and self.is_auditor:
            return self.why_read_only()
        if name == "details" and self._chosen() is None:
            return t("residents.choose")
        return None

    async def open_at(self, key: str) -> None:
        """Show somebody who was just entered, with an empty box."""
        self._go_to = key
        self._box.value = ""

    async def on_input_changed(self) -> None:
        """Search as it is typed."""
        await self.reload()

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """A double click shows the details."""
        await self.action_command("details")

    async def on_find_box_entered(self) -> None:
        """Enter in the box means the row under the cursor."""
        if self._box.value != self._searched:
            await self.reload()
        await self.action_command("details")

    async def do_details(self) -> None:
        """Everything about the chosen resident."""
        chosen = self._chosen()
        assert chosen is not None
        await open_resident(self, chosen.id)

    async def do_new(self) -> None:
        """Enter somebody; what stands in the box and nobody has is the name."""
        typed = self._box.value.strip()
        is_name = not self._found and typed and not any(one.isascii() for one in typed)
        await forms.open_new(self, typed if is_name else "")

    async def do_export(self) -> None:
        """Write whom the box finds into a workbook."""
        await forms.ask_export(self, self._box.value.strip())


def _row(one: ResidentLine) -> Row:
    tags = t("residents.list_mark").join(one.tags)
    household = "" if one.household is None else str(one.household)
    return Row(str(one.id), (one.masked, one.phone, one.band, one.area, tags, household))
