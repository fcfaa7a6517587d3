"""The talent pool (达人库): whom to ask, found by skill, time and team, and written out for the office."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.findbox import FindBox
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.register.availability import slot_words
from frontdesk.volunteers.register.detail_screen import open_detail
from frontdesk.volunteers.register.edit_screen import ask_call_up
from frontdesk.volunteers.register.talent import Talent

MOST_SHOWN = 200


async def open_talent(screen: DeskScreen) -> None:
    """Look for people by what they can do."""
    await screen.app.push_screen(TalentScreen())


class TalentScreen(PushedScreen):
    """A box for skill, time and team in any order, and who fits."""

    area: ClassVar[str] = "register"
    title_key: ClassVar[str] = "talent.title"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("register", "details", "enter,ctrl+e"),
        Command("register", "call_up", "f8"),
        Command("register", "export", "ctrl+s"),
        Command("register", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Talent] = {}

    def compose_body(self) -> ComposeResult:
        """The box and the list."""
        yield FindBox("talent-list", placeholder=t("register.talent.hint"), id="talent-search")
        with Vertical(classes="panel fill", id="talent-panel"):
            yield RowList(
                (
                    Column(t("volunteers.no"), 8),
                    Column(t("volunteers.name"), 10),
                    Column(t("register.column.skills")),
                    Column(t("register.field.availability"), optional=True),
                    Column(t("volunteers.team"), 12, optional=True),
                    Column(t("register.column.called_up"), 10),
                ),
                empty=t("register.talent.none"),
                keeps_cursor=True,
                id="talent-list",
            )

    async def on_mount(self) -> None:
        """Begin in the box."""
        self.query_one("#talent-search").focus()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#talent-list", RowList)

    async def load(self) -> None:
        """Look for what stands in the box."""
        text = self.query_one("#talent-search", Input).value

        def case(context: Context) -> list[Talent]:
            query = register.read_query(text, register.teams(context) if text.strip() else ())
            return register.talents(context, query, MOST_SHOWN)

        found = await self.desk_app.desk.run(case)
        if text != self.query_one("#talent-search", Input).value:
            # Something else was typed meanwhile, and is being looked for.
            return
        self._found = {one.volunteer.no: one for one in found}
        key = "register.talent.many" if len(found) == MOST_SHOWN else "register.talent.found"
        framed(self.query_one("#talent-panel"), t(key, count=len(found)))
        self.rows.set_rows([_row(one) for one in found])

    def _chosen(self) -> Talent | None:
        row = self.rows.current
        return self._found.get(row.key) if row is not None else None

    def why_not(self, name: str) -> str | None:
        """Most needs somebody in the list."""
        if name in ("details", "call_up") and self._chosen() is None:
            return t("register.talent.none")
        return None

    async def on_input_changed(self) -> None:
        """Look as it is typed."""
        await self.reload()

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    async def on_find_box_entered(self) -> None:
        """Enter in the box means the row under the cursor."""
        await self.reload()
        await self.action_command("details")

    async def do_details(self) -> None:
        """Everything about the chosen volunteer."""
        chosen = self._chosen()
        assert chosen is not None
        await open_detail(self, chosen.volunteer.no)

    async def do_call_up(self) -> None:
        """Note that the chosen volunteer was called up."""
        chosen = self._chosen()
        assert chosen is not None
        named = chosen.skills[0].skill if len(chosen.skills) == 1 else ""
        await ask_call_up(self, chosen.volunteer, named)

    async def do_export(self) -> None:
        """Write who fits into a workbook, masked."""
        from frontdesk.volunteers.register.exporting import export_register

        text = self.query_one("#talent-search", Input).value
        out = free_path(self.desk_app.export_folder(), f"{t('register.talent.file')}-{self.desk_app.today()}", ".xlsx")

        def case(context: Context) -> int:
            query = register.read_query(text, register.teams(context))
            return export_register(context, out, query)

        written = await self.attempt(case, slow=True)
        if written is not None:
            self.notify(t("register.exported", count=written, out=out), timeout=12)


def _row(one: Talent) -> Row:
    volunteer = one.volunteer
    mark = t("register.list_mark")
    named = [skill.skill for skill in one.skills if skill.state != "left"]
    skills = mark.join(named) or volunteer.skill
    waiting = any(skill.state in ("candidate", "paused") for skill in one.skills)
    cells = (volunteer.no, mask_name(volunteer.name), skills, slot_words(one.slots), volunteer.team, one.called_up)
    return Row(volunteer.no, cells, "muted" if waiting else "")
