"""The list of rooms: added, changed, put in order, closed; opened from the screen of their day."""

from __future__ import annotations

from typing import ClassVar

from db.rooms import Room
from frontdesk.activities.rooms import rules, service, typed
from frontdesk.activities.rooms.edit_screen import wrong_of
from frontdesk.activities.rooms.rules import RoomFields
from frontdesk.activities.rooms.words import opening_words, room_words
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog, SavingForm, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

FIELDS = ("name", "zone", "capacity", "opening", "setup_minutes", "clearing_minutes", "bookable", "note")


class RoomListScreen(PushedListScreen):
    """Every room in its order."""

    area: ClassVar[str] = "rooms"
    title_key: ClassVar[str] = "list.title"
    list_id: ClassVar[str] = "room-names"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("rooms", "list_edit", "enter"),
        Command("rooms", "list_add", "ctrl+n"),
        Command("rooms", "list_up", "f7"),
        Command("rooms", "list_down", "f8"),
        Command("rooms", "list_switch", "ctrl+x"),
        Command("rooms", "list_remove", "delete"),
        Command("rooms", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._rooms: list[Room] = []

    def columns(self) -> tuple[Column, ...]:
        """What is kept of a room."""
        return (
            Column(t("rooms.list.column.name"), 18),
            Column(t("rooms.list.column.zone"), 10),
            Column(t("rooms.list.column.capacity"), 5, "right"),
            Column(t("rooms.list.column.opening"), 11),
            Column(t("rooms.list.column.around"), 12),
            Column(t("rooms.list.column.note")),
        )

    def empty_words(self) -> str:
        """How to add one."""
        return t("rooms.no_rooms")

    async def load(self) -> None:
        """Read them."""
        self._rooms = await self.desk_app.desk.run(service.rooms)
        self.rows.set_rows([_row(one) for one in self._rooms])
        framed(self.panel, t("rooms.list.panel", count=len(self._rooms)))

    def _chosen(self) -> Room | None:
        return self.under_cursor(self._rooms, lambda one: one.name)

    def why_not(self, name: str) -> str | None:
        """Most needs a room; who only reads changes nothing."""
        if name == "close":
            return None
        if self.why_read_only() is not None:
            return self.why_read_only()
        return t("rooms.list.choose") if name != "list_add" and self._chosen() is None else None

    async def do_list_add(self) -> None:
        """Add a room behind the others."""
        await self._ask(None)

    async def do_list_edit(self) -> None:
        """Change the chosen one."""
        await self._ask(self._chosen())

    async def _ask(self, room: Room | None) -> None:
        before = service.room_fields(room) if room is not None else RoomFields("")

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                fields = typed.read_room(values, before)
                desk = self.desk_app.desk
                if room is None:
                    await desk.run(lambda context: service.add_room(context, fields))
                else:
                    await desk.run(lambda context: service.change_room(context, room.name, fields))
            except CodedError as refusal:
                return wrong_of(refusal, values)
            await self.reload()
            self.rows.move_to(fields.name.strip())
            return None

        title = t("rooms.list.add_title") if room is None else t("rooms.list.edit_title", name=room.name)
        await self.app.push_screen(SavingForm(title, _fields(before), save))

    async def do_list_up(self) -> None:
        """One place up."""
        await self._shift(-1)

    async def do_list_down(self) -> None:
        """One place down."""
        await self._shift(1)

    async def _shift(self, step: int) -> None:
        room = self._chosen()
        assert room is not None
        await self.attempt(lambda context: service.shift_room(context, room.name, step))
        await self.reload()

    async def do_list_switch(self) -> None:
        """Close the room, saying why, or open it again."""
        room = self._chosen()
        assert room is not None
        if not room.bookable:
            await self.attempt(lambda context: service.open_room(context, room.name))
            await self.reload()
            return

        async def save(values: dict[str, str]) -> str | None:
            try:
                await self.desk_app.desk.run(lambda context: service.close_room(context, room.name, values["note"]))
            except CodedError as refusal:
                return words_for(refusal)
            await self.reload()
            return None

        field = Field("note", t("rooms.field.reason"), room.note)
        await self.app.push_screen(FormDialog(t("rooms.list.close_title", name=room.name), (field,), save))

    async def do_list_remove(self) -> None:
        """Take a room off the list that nothing was ever in."""
        room = self._chosen()
        assert room is not None

        async def answered(yes: bool | None) -> None:
            if yes:
                await self.attempt(lambda context: service.remove_room(context, room.name))
                await self.reload()

        question = t("rooms.list.remove_question", name=room.name)
        await self.app.push_screen(QuestionDialog(question, t("rooms.list.remove_yes")), answered)


def _row(one: Room) -> Row:
    cells = (
        one.name,
        one.zone,
        str(one.capacity or ""),
        opening_words(one),
        f"{one.setup_minutes}/{one.clearing_minutes}",
        one.note if one.bookable else room_words(one),
    )
    return Row(one.name, cells, "" if one.bookable else "muted")


def _fields(before: RoomFields) -> tuple[Field, ...]:
    texts = {
        "name": before.name,
        "zone": before.zone,
        "capacity": str(before.capacity or ""),
        "opening": rules.span_words(before.opens, before.closes),
        "setup_minutes": str(before.setup_minutes or ""),
        "clearing_minutes": str(before.clearing_minutes or ""),
        "bookable": "1" if before.bookable else "2",
        "note": before.note,
    }
    hints = {"opening": t("rooms.hint.opening"), "bookable": t("rooms.hint.yes_no")}
    return tuple(Field(name, t(f"rooms.field.{name}"), texts[name], hints.get(name, "")) for name in FIELDS)
