"""People's data: a search over everybody whom the file knows; from there to one person, the notices, the tombstones."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.privacy import service
from frontdesk.privacy.person_screen import PersonScreen
from frontdesk.privacy.retention_screen import RetentionScreen
from frontdesk.privacy.service import Found, Subject
from frontdesk.privacy.words import kind_words, tombstone_words
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.findbox import FindBox
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row, RowList

AREA = "privacy"


async def open_people(screen: DeskScreen) -> None:
    """Show the search over another screen."""
    await screen.app.push_screen(PeopleScreen())


async def open_retention(screen: DeskScreen) -> None:
    """Show over another screen what is kept too long."""
    await screen.app.push_screen(RetentionScreen())


async def open_person(screen: DeskScreen, who: str) -> None:
    """Show everything of one person over another screen: `resident/12`, `volunteer/0310001`."""
    subject = await screen.attempt(lambda context: service.person(context, service.read_subject(who)).subject)
    if subject is not None:
        await screen.app.push_screen(PersonScreen(subject))


class PeopleScreen(PushedScreen):
    """What is typed goes into the box; the list shows whom it finds in any register, masked."""

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "details", "enter"),
        Command(AREA, "notices", "f7"),
        Command(AREA, "tombstones", "f8"),
        Command(AREA, "settle", "f11"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Found] = {}
        self._searched: str | None = None

    def compose_body(self) -> ComposeResult:
        """The box and the list."""
        yield FindBox("privacy-list", placeholder=t("privacy.search_hint"), id="privacy-search")
        with Vertical(classes="panel fill", id="privacy-panel"):
            yield RowList(
                (
                    Column(t("privacy.column.kind"), 10),
                    Column(t("privacy.column.name"), 12),
                    Column(t("privacy.column.phone_cipher"), 14),
                    Column(t("privacy.column.more")),
                ),
                empty=t("privacy.search_empty"),
                keeps_cursor=True,
                id="privacy-list",
            )

    async def on_mount(self) -> None:
        """Begin in the box."""
        self._box.focus()

    @property
    def _box(self) -> Input:
        return self.query_one("#privacy-search", Input)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#privacy-list", RowList)

    async def load(self) -> None:
        """Find what stands in the box."""
        text = self._box.value
        found = await self.desk_app.desk.run(lambda context: service.find(context, text))
        if text != self._box.value:
            # Something else was typed meanwhile, and is being searched for.
            return
        self._found = {str(one.subject): one for one in found}
        framed(self.query_one("#privacy-panel"), t("privacy.panel.people", count=len(found)))
        self.rows.set_rows(
            [Row(str(one.subject), (kind_words(one.subject.kind), one.name, one.phone, one.more)) for one in found]
        )
        if text != self._searched:
            self._searched = text
            self.rows.cursor = 0

    def _chosen(self) -> Found | None:
        row = self.rows.current
        return self._found.get(row.key) if row is not None else None

    def why_not(self, name: str) -> str | None:
        """Details are of somebody."""
        if name == "details" and self._chosen() is None:
            return t("privacy.cannot.choose")
        if name == "settle" and self.is_auditor:
            return self.why_read_only()
        return None

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
        """Everything of the one under the cursor."""
        chosen = self._chosen()
        assert chosen is not None
        await self.app.push_screen(PersonScreen(Subject(*chosen.subject)))

    async def do_notices(self) -> None:
        """The privacy notices."""
        from frontdesk.privacy.notices_screen import NoticesScreen

        await self.app.push_screen(NoticesScreen())

    async def do_tombstones(self) -> None:
        """Who was erased, without names."""

        def case(context: Context) -> list[str]:
            return [tombstone_words(context, one) for one in service.tombstones(context)]

        lines = await self.attempt(case)
        if lines is not None:
            shown = [(line, "") for line in lines] or [(t("privacy.no_tombstones"), "muted")]
            await self.app.push_screen(ReadDialog(t("privacy.panel.tombstones"), shown))  # type: ignore[arg-type]

    async def do_settle(self) -> None:
        """Take the bytes out that are owed."""
        clean = await self.attempt(service.settle, slow=True)
        if clean is not None:
            self.notify(t("privacy.clean" if clean else "privacy.owed"), timeout=12)
