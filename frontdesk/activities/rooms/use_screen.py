"""How much the rooms are used in a month; opened from the screen of their day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from frontdesk.activities.rooms import service
from frontdesk.activities.rooms.rules import RoomUse
from frontdesk.activities.rooms.utilisation import use_name, write_utilisation
from frontdesk.activities.rooms.words import amount_words, hours_words, share_words
from frontdesk.common.wholefile import free_path
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

BAR = 20


class UseScreen(PushedListScreen):
    """A month of the rooms: the share of the opening hours in which something is on, hours, uses, person-times."""

    area: ClassVar[str] = "rooms"
    title_key: ClassVar[str] = "use.title"
    list_id: ClassVar[str] = "room-use"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("rooms", "use_purposes", "enter"),
        Command("rooms", "use_earlier", "left"),
        Command("rooms", "use_later", "right"),
        Command("rooms", "use_export", "ctrl+o"),
        Command("rooms", "close", "escape"),
    )

    def __init__(self, day: date) -> None:
        super().__init__()
        self._month = day.replace(day=1)
        self._found: list[RoomUse] = []

    def columns(self) -> tuple[Column, ...]:
        """Share, hours, counts."""
        return (
            Column(t("rooms.use.column.room"), 14),
            Column(t("rooms.use.column.share"), 7, "right"),
            Column(t("rooms.use.column.bar"), BAR, optional=True),
            Column(t("rooms.use.column.used"), 7, "right"),
            Column(t("rooms.use.column.open"), 7, "right"),
            Column(t("rooms.use.column.uses"), 5, "right"),
            Column(t("rooms.use.column.people"), 9, "right"),
            Column(t("rooms.use.column.no_shows"), 8, "right"),
            Column("", 0),
        )

    def empty_words(self) -> str:
        """How to add a room."""
        return t("rooms.no_rooms")

    async def load(self) -> None:
        """Read the month."""
        month = self._month
        self._found = await self.desk_app.desk.run(lambda context: service.utilisation(context, month))
        self.rows.set_rows([_row(one) for one in self._found])
        framed(self.panel, t("rooms.use.panel", month=f"{month:%Y-%m}"))

    def _chosen(self) -> RoomUse | None:
        return self.under_cursor(self._found, lambda one: one.room)

    def why_not(self, name: str) -> str | None:
        """The purposes are those of a room."""
        return t("rooms.list.choose") if name == "use_purposes" and self._chosen() is None else None

    async def do_use_purposes(self) -> None:
        """What the chosen room is used for."""
        use = self._chosen()
        assert use is not None
        lines = [
            t("rooms.use.purpose_line", purpose=use_name(purpose), used=amount_words(minutes), uses=times).strip()
            for purpose, (minutes, times) in sorted(use.by_purpose.items(), key=lambda item: (-item[1].starts, item[0]))
        ]
        title = t("rooms.use.purposes_title", room=use.room, month=f"{self._month:%Y-%m}")
        await self.app.push_screen(ReadDialog(title, [(line, "") for line in lines or [t("rooms.use.nothing")]]))

    async def do_use_earlier(self) -> None:
        """The month before."""
        self._month = (self._month - timedelta(days=1)).replace(day=1)
        await self.reload()

    async def do_use_later(self) -> None:
        """The month after."""
        self._month = (self._month + timedelta(days=31)).replace(day=1)
        await self.reload()

    async def do_use_export(self) -> None:
        """Write the month as a sheet."""
        month = self._month
        out = free_path(self.desk_app.export_folder(), f"{t('rooms.file.use')}-{month:%Y-%m}", ".xlsx")
        if await self.attempt(lambda context: write_utilisation(context, out, month), slow=True) is not None:
            self.notify(t("rooms.written", out=out), timeout=12)


def _row(use: RoomUse) -> Row:
    cells = (
        use.room,
        share_words(use.permille),
        "#" * (use.permille * BAR // 1000),
        hours_words(use.used),
        hours_words(use.open),
        str(use.uses),
        str(use.person_times),
        str(use.no_shows or ""),
        "",
    )
    return Row(use.room, cells)
