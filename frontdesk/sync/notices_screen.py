"""What the district sent down: a list, the text of each, and that it was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.sync import service
from frontdesk.sync.document_words import document_lines
from frontdesk.sync.service import Notice

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

AREA = "notices"


async def open_notices(screen: DeskScreen) -> None:
    """Show what the district sent down over a screen."""
    await screen.app.push_screen(NoticesScreen())


def must_be_read(one: Notice) -> bool:
    """Whether the district waits to hear that somebody here has read it: it does of notices."""
    return one.kind == "notice" and one.read_at is None


class NoticesScreen(PushedListScreen):
    """What is to be read first, then the rest, the newest first; the cursor goes from one unread notice to the next."""

    area: ClassVar[str] = AREA
    list_id: ClassVar[str] = "notices"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "read", "enter"),
        Command(AREA, "acknowledge", "f8"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Notice] = []
        self._goes_on = True
        """Whether the cursor goes to what is to be read next."""

    def columns(self) -> tuple[Column, ...]:
        """When, what kind, its title, and who has read it."""
        return (
            Column(t("notices.column.issued"), 11),
            Column(t("notices.column.kind"), 8, widest=14),
            Column(t("notices.column.title")),
            Column(t("notices.column.read"), 16, optional=True),
        )

    def empty_words(self) -> str:
        """Where they come from."""
        return t("notices.empty")

    async def load(self) -> None:
        """Fetch all documents."""

        def case(context: Context) -> list[Notice]:
            return service.notices(context, None)

        found = await self.desk_app.desk.run(case)
        self._found = sorted(found, key=lambda one: not must_be_read(one))
        self.rows.set_rows([self._row(one) for one in self._found])
        unread = [one for one in self._found if must_be_read(one)]
        if self._goes_on and unread:
            self.rows.move_to(unread[0].document_id)
        self._goes_on = False
        framed(self.panel, t("notices.panel"), t("notices.unread", count=len(unread)) if unread else "")

    def _row(self, one: Notice) -> Row:
        moment = self.desk_app.moment_text
        read = t("notices.read_by", at=moment(one.read_at), no=one.reader) if one.read_at is not None else ""
        tone: Literal["", "warning", "bad"] = ""
        if must_be_read(one):
            read = t("notices.not_read")
            tone = "bad" if one.is_important else "warning"
        kind = t(f"notices.kind.{one.kind}") if one.is_known else t("notices.kind.other")
        title = t("notices.important", title=one.title) if one.is_important else one.title
        return Row(one.document_id, (moment(one.issued_at), kind, title, read), tone)

    def document(self) -> Notice | None:
        """What is under the cursor."""
        return self.under_cursor(self._found, lambda one: one.document_id)

    def why_not(self, name: str) -> str | None:
        """Something must be there; what was read need not be read again."""
        if name == "close":
            return None
        one = self.document()
        if one is None:
            return t("notices.empty")
        if name == "acknowledge":
            return self.why_read_only() or (None if must_be_read(one) else t("notices.why.nothing_to_say"))
        return None

    async def do_read(self) -> None:
        """The text; Enter once more says that it was read."""
        one = self.document()
        assert one is not None
        asks = must_be_read(one) and not self.is_auditor
        keys = [("enter", t("notices.command.acknowledge"))] if asks else []

        async def chosen(key: str | None) -> None:
            if key == "enter" and asks:
                await self._acknowledge(one)

        lines = document_lines(one, self.desk_app.moment_text)
        await self.app.push_screen(ReadDialog(one.title, lines, keys), chosen)

    async def do_acknowledge(self) -> None:
        """Say that it was read, without opening it again."""
        one = self.document()
        assert one is not None
        await self._acknowledge(one)

    async def _acknowledge(self, one: Notice) -> None:
        if await self.attempt(_acknowledging(one)) is not None:
            self.notify(t("notices.acknowledged", title=one.title))
            self._goes_on = True
        await self.reload()


def _acknowledging(one: Notice) -> Callable[[Context], Notice]:
    return lambda context: service.acknowledge(context, one.document_id)
