"""The rooms of a day: a grid of half hours, and below it the list of what is on; opened over another screen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from db.rooms import Booking, Room
from frontdesk.activities.rooms import rules, service
from frontdesk.activities.rooms.dayview import SLOT, DayView, Taken, day_view
from frontdesk.activities.rooms.edit_screen import (
    ask_booking,
    ask_cancel,
    ask_change,
    ask_day,
    ask_free,
    ask_papers,
)
from frontdesk.activities.rooms.words import minute_on, occupation_words, purpose_words, state_words
from frontdesk.common.dates import screen_date
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.grid import Grid, GridContent, GridRow, GridText, Tone
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.rowlist import Column, Row, RowList

HEADING_WIDTH = 14
SIGNS: dict[str, tuple[str, Tone]] = {
    "session": ("====", "good"),
    "booking": ("####", "standby"),
    "held": ("~~~~", "warning"),
    "around": ("++++", "muted"),
    "double": ("!!!!", "bad"),
    "free": (".", "muted"),
    "shut": ("", "muted"),
}
TONES: dict[str, Literal["", "good", "warning", "bad", "muted"]] = {
    "held": "warning",
    "confirmed": "",
    "used": "good",
    "no_show": "muted",
    "cancelled": "muted",
}


async def open_rooms(screen: DeskScreen, day: date) -> None:
    """Open the rooms of a day over a screen."""
    await screen.app.push_screen(RoomsScreen(day))


class RoomsScreen(PushedScreen):
    """A day of the rooms. What a command is about is under the cursor, of the grid or of the list."""

    area: ClassVar[str] = "rooms"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("rooms", "book", "ctrl+n"),
        Command("rooms", "edit", "ctrl+e"),
        Command("rooms", "confirm", "f7"),
        Command("rooms", "used", "f8"),
        Command("rooms", "no_show", "ctrl+w"),
        Command("rooms", "cancel", "delete"),
        Command("rooms", "find", "ctrl+f", in_bar=False),
        Command("rooms", "papers", "ctrl+o"),
        Command("rooms", "rooms", "ctrl+r", in_bar=False),
        Command("rooms", "contact", "ctrl+t", in_bar=False),
        Command("rooms", "use", "ctrl+y", in_bar=False),
        Command("rooms", "earlier", "pageup", in_bar=False),
        Command("rooms", "later", "pagedown", in_bar=False),
        Command("rooms", "go_to", "ctrl+g", in_bar=False),
        Command("rooms", "close", "escape"),
    )
    NEEDS_BOOKING: ClassVar[frozenset[str]] = frozenset({"edit", "confirm", "used", "no_show", "cancel", "contact"})
    NEEDS_ROOM: ClassVar[frozenset[str]] = frozenset({"book", "find", "papers"})
    READS: ClassVar[frozenset[str]] = frozenset(
        {"find", "papers", "rooms", "use", "earlier", "later", "go_to", "close"}
    )

    def __init__(self, day: date) -> None:
        super().__init__()
        self._day = day
        self._view: DayView | None = None

    def compose_body(self) -> ComposeResult:
        """The grid and the list."""
        with Vertical(classes="panel fill", id="rooms-grid-panel"):
            yield Grid(empty=t("rooms.empty_rooms"), id="rooms-grid")
        with Vertical(classes="panel fill", id="rooms-list-panel"):
            yield RowList(
                (
                    Column(t("rooms.column.times"), 11),
                    Column(t("rooms.column.room"), 14),
                    Column(t("rooms.column.what")),
                    Column(t("rooms.column.who"), 10, optional=True),
                    Column(t("rooms.column.people"), 6, "right"),
                    Column(t("rooms.column.state"), 10),
                ),
                empty=t("rooms.empty_day"),
                id="rooms-list",
            )

    async def on_mount(self) -> None:
        """Begin in the grid."""
        self.set_focus(self.grid)

    @property
    def grid(self) -> Grid:
        """The grid."""
        return self.query_one("#rooms-grid", Grid)

    @property
    def listed(self) -> RowList:
        """The list."""
        return self.query_one("#rooms-list", RowList)

    async def load(self) -> None:
        """Read the day and show it; on the first time the cursor stands on the half hour that it is."""
        day = self._day

        def case(context: Context) -> tuple[DayView, list[Row], int]:
            view = day_view(context, day)
            local = context.now().astimezone(context.zone)
            return view, list_rows(context, view), local.hour * 60 + local.minute

        view, rows, now = await self.desk_app.desk.run(case)
        begins = self._view is None
        self._view = view
        self.grid.set_content(grid_content(view, now if day == self.desk_app.today() else -1))
        if begins:
            at = now if day == self.desk_app.today() else 540
            self.grid.move_to(None, str(at // SLOT * SLOT))
        self.listed.set_rows(rows)
        list_panel = self.query_one("#rooms-list-panel")
        framed(list_panel, t("rooms.panel.list", count=len(rows)), t("rooms.panel.legend"))
        self._tell()

    def _tell(self) -> None:
        """Say in the frame of the grid what stands under its cursor."""
        view = self._view
        if view is None:
            return
        room, minute = self._cell()
        said = ""
        if room is not None:
            here = view.at(room.name, minute)
            said = "  ".join(cell_words(room, minute, one) for one in (here or (None,)))
            if not here and view.sign(room, minute) == "shut":
                said = t("rooms.cell.closed", room=room.name, time=rules.clock_words(minute % rules.DAY_MINUTES))
        framed(self.query_one("#rooms-grid-panel"), t("rooms.panel.day", day=screen_date(view.day)), said)

    def _cell(self) -> tuple[Room | None, int]:
        view, row, column = self._view, self.grid.row_key, self.grid.column_key
        room = next((one for one in view.rooms if one.name == row), None) if view is not None else None
        return room, int(column or 0)

    def _booking(self) -> Booking | None:
        """The booking under the cursor of the list or the grid, whichever has the focus."""
        view = self._view
        if view is None:
            return None
        if self.listed.has_focus:
            row = self.listed.current
            return next((one for one in view.bookings if row is not None and row.key == f"booking {one.id}"), None)
        room, minute = self._cell()
        here = view.at(room.name, minute) if room is not None else []
        return next((one.booking for one in here if one.booking is not None), None)

    def _room_name(self) -> str:
        """The room under the cursor; of the list that of its row."""
        room, _ = self._cell()
        if self.listed.has_focus and self.listed.current is not None:
            return self.listed.current.cells[1]
        return room.name if room is not None else ""

    def why_not(self, name: str) -> str | None:
        """Most needs a booking; who only reads changes nothing."""
        if name not in self.READS and name != "contact" and self.why_read_only() is not None:
            return self.why_read_only()
        if name in self.NEEDS_ROOM and not self._room_name():
            return t("rooms.empty_rooms")
        if name not in self.NEEDS_BOOKING:
            return None
        one = self._booking()
        if one is None:
            return t("rooms.choose_booking")
        states = {"confirm": ("held",), "used": ("held", "confirmed", "no_show"), "contact": (one.state,)}
        states["no_show"] = ("held", "confirmed", "used")
        if one.state not in states.get(name, rules.CHANGEABLE):
            return t("rooms.error.not_open", id=one.id, state=state_words(one.state))
        return None

    def on_grid_moved(self) -> None:
        """The words and what can be done follow the cursor."""
        self._tell()
        self.refresh_frame()

    async def on_grid_left(self, event: Grid.Left) -> None:
        """Beyond the edge of the day lies the next one."""
        await self._go(self._day + timedelta(days=event.step))

    async def on_grid_chosen(self) -> None:
        """Book a free half hour, change what is booked."""
        room, minute = self._cell()
        here = self._view.at(room.name, minute) if self._view is not None and room is not None else []
        await self.action_command("edit" if here else "book")

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """Change what was chosen."""
        await self.action_command("edit")

    async def on_descendant_focus(self) -> None:
        """What can be done depends on where the cursor is."""
        if self.is_mounted:
            self.refresh_frame()

    async def do_close(self) -> None:
        """From the list to the grid, from that back."""
        if self.listed.has_focus:
            self.set_focus(self.grid)
        else:
            self.close()

    async def _go(self, day: date) -> None:
        self._day = day
        await self.reload()

    async def do_earlier(self) -> None:
        """The day before."""
        await self._go(self._day - timedelta(days=1))

    async def do_later(self) -> None:
        """The day after."""
        await self._go(self._day + timedelta(days=1))

    async def do_go_to(self) -> None:
        """A day typed in."""
        await ask_day(self, self._go)

    async def do_book(self) -> None:
        """Book the room from the half hour under the cursor on."""
        _, minute = self._cell()
        await ask_booking(self, self._room_name(), self._day, minute)

    async def do_edit(self) -> None:
        """Change or move the booking."""
        one = self._booking()
        assert one is not None
        await ask_change(self, one)

    async def do_confirm(self) -> None:
        """Confirm the booking."""
        await self._mark("confirm")

    async def do_used(self) -> None:
        """Say that it was used."""
        await self._mark("used")

    async def do_no_show(self) -> None:
        """Say that nobody came."""
        await self._mark("no_show")

    async def _mark(self, step: Literal["confirm", "used", "no_show"]) -> None:
        one = self._booking()
        assert one is not None
        case = {"confirm": service.confirm, "used": service.mark_used, "no_show": service.mark_no_show}[step]
        await self.attempt(lambda context: case(context, one.id))
        await self.reload()

    async def do_cancel(self) -> None:
        """Call the booking off, with a reason."""
        one = self._booking()
        assert one is not None
        await ask_cancel(self, one)

    async def do_contact(self) -> None:
        """Show who booked, in full; it is logged."""
        one = self._booking()
        assert one is not None
        found = await self.attempt(lambda context: service.contact(context, one.id))
        if found is not None:
            name, phone = found
            self.notify(t("rooms.contact_words", name=name or "-", phone=phone or t("rooms.no_phone")), timeout=20)

    async def do_find(self) -> None:
        """When the room is free."""
        await ask_free(self, self._room_name(), self._day)

    async def do_papers(self) -> None:
        """What to print or write."""
        await ask_papers(self, self._room_name(), self._day)

    async def do_rooms(self) -> None:
        """The list of rooms."""
        from frontdesk.activities.rooms.rooms_screen import RoomListScreen

        await self.app.push_screen(RoomListScreen())

    async def do_use(self) -> None:
        """How much the rooms are used in this month."""
        from frontdesk.activities.rooms.use_screen import UseScreen

        await self.app.push_screen(UseScreen(self._day))


def grid_content(view: DayView, now: int) -> GridContent:
    """Rooms down, half hours across; the hour that it is stands out."""
    headings = tuple((str(at), _heading(at, now)) for at in view.slots)
    rows = tuple(
        GridRow(
            room.name,
            (room.name if room.bookable else f"x {room.name}",),
            tuple((GridText(*_sign(view, room, at)),) for at in view.slots),
        )
        for room in view.rooms
    )
    return GridContent(t("rooms.corner"), headings, rows, HEADING_WIDTH, least_width=2, most_width=4)


def _heading(at: int, now: int) -> GridText:
    text = f"{at // 60 % 24:02d}" if at % 60 == 0 else ""
    return GridText(text, tone="today" if at // 60 == now // 60 else "heading")


def _sign(view: DayView, room: Room, at: int) -> tuple[str, str, Tone]:
    text, tone = SIGNS[view.sign(room, at)]
    return text, "", tone


def cell_words(room: Room, minute: int, one: Taken | None) -> str:
    """What is to be said of a half hour of a room and one thing that takes it, None for a free one."""
    if one is None:
        return t("rooms.cell.free", room=room.name, time=rules.clock_words(minute % rules.DAY_MINUTES))
    words = occupation_words(one.what)
    if not rules.overlap(one.starts, one.ends, minute, minute + SLOT):
        return t("rooms.cell.around", room=room.name, words=words)
    state = state_words(one.booking.state) if one.booking is not None else t("rooms.session")
    span = {"start": rules.clock_words(one.starts % 1440), "end": rules.clock_words(one.ends % 1440)}
    return t("rooms.cell.taken", room=room.name, words=words, state=state, **span)


def list_rows(context: Context, view: DayView) -> list[Row]:
    """Sessions and bookings of the day by their beginning; names are masked."""
    rows: list[tuple[int, str, Row]] = []
    for session in view.sessions:
        off = session.state == "cancelled"
        cells = (
            _times(context, view, session.starts_at, session.ends_at),
            session.room,
            session.name,
            session.lead,
            "",
            t("rooms.state.cancelled") if off else t("rooms.session"),
        )
        rows.append((session.starts_at, session.code, Row(f"session {session.code}", cells, "muted" if off else "")))
    for one in view.bookings:
        cells = (
            _times(context, view, one.starts_at, one.ends_at),
            one.room,
            " ".join(filter(None, (purpose_words(one.purpose), one.reason if one.state == "cancelled" else one.note))),
            mask_name(one.booked_by),
            str(one.head_count or ""),
            state_words(one.state),
        )
        rows.append((one.starts_at, str(one.id), Row(f"booking {one.id}", cells, TONES[one.state])))
    return [row for _, _, row in sorted(rows, key=lambda one: one[:2])]


def _times(context: Context, view: DayView, starts_at: int, ends_at: int) -> str:
    """14:00-15:30; past midnight as a form takes it, 22:00-25:00, which has room in the column."""
    return rules.span_words(*(minute_on(context, view.day, at) for at in (starts_at, ends_at)))
