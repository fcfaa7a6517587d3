"""Sessions of a day: sign-up and attendance."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from db.activities import SessionLine
from db.registrations import GONE, RegistrationLine
from frontdesk.activities import service
from frontdesk.activities.attendance.marking import PartyStatus
from frontdesk.activities.signup.rows_screen import (
    places_in_queue,
    session_columns,
    session_row,
    sign_up_columns,
    sign_up_row,
)
from frontdesk.activities.signup.typed import read_whole
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.rowlist import RowList

STATUS_KEYS: dict[str, PartyStatus | None] = {
    "attended": "attended",
    "absent": "absent_notified",
    "no_show": "no_show",
    "unmark": None,
}

ROOMS: dict[str, tuple[str, str]] = {
    "sign_up": ("signup.box_screen", "open_sign_up"),
    "queue": ("signup.queue_screen", "open_queue"),
    "quick": ("attendance.quick_screen", "open_quick"),
    "sheets": ("attendance.sheet_screen", "open_sheets"),
    "new_session": ("sessions.edit_screen", "open_new"),
    "edit_session": ("sessions.edit_screen", "open_edit"),
    "cancel_session": ("sessions.cancel_screen", "ask_cancel"),
    "series": ("series.screen", "open_series"),
    "month": ("monthly.screen", "open_month"),
    "rooms": ("rooms.screen", "open_rooms"),
    "paste": ("exchange.paste_screen", "open_paste"),
    "fees": ("fees.screen", "open_fees"),
}
"""What opens over the day's screen: the room's module and its function, imported when it is first needed."""

OF_DAY = frozenset({"new_session", "month", "rooms"})
"""Rooms that are told the day."""
OF_SESSION = frozenset({"sign_up", "queue", "quick", "sheets", "edit_session", "cancel_session", "paste"})
"""Rooms that are told the code of the chosen session, "" where none is and they need none."""
NEEDS_NOTHING = OF_DAY | {"series", "residents", "paste", "earlier", "later", "go_to"}
"""What can be done though no session is chosen."""
OF_SIGN_UP = frozenset({"fees"})
"""Rooms that are told the chosen sign-up."""
ALSO_CANCELLED = frozenset({"queue", "edit_session", "cancel_session"})
"""What can be done with a session that is cancelled, too."""
WRITES = frozenset({*STATUS_KEYS, *("sign_up", "cancel_sign_up", "walk_ins")}) | {
    *("new_session", "edit_session", "cancel_session"),
}
"""What nobody does who only reads."""


class SessionsScreen(DeskScreen):
    """A day's sessions on the left, the sign-ups of the chosen one on the right."""

    area: ClassVar[str] = "activities"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("activities", "sign_up", "f7"),
        Command("activities", "queue", "ctrl+w"),
        Command("activities", "quick", "ctrl+a"),
        Command("activities", "sheets", "ctrl+s", in_bar=False),
        Command("activities", "attended", "1"),
        Command("activities", "absent", "2"),
        Command("activities", "no_show", "3"),
        Command("activities", "cancel_sign_up", "delete"),
        Command("activities", "new_session", "ctrl+n", in_bar=False),
        Command("activities", "go_to", "ctrl+g"),
        Command("activities", "walk_ins", "f8", in_bar=False),
        Command("activities", "unmark", "0", in_bar=False),
        Command("activities", "contact", "ctrl+t", in_bar=False),
        Command("activities", "edit_session", "ctrl+e", in_bar=False),
        Command("activities", "cancel_session", "ctrl+x", in_bar=False),
        Command("activities", "series", "ctrl+y", in_bar=False),
        Command("activities", "month", "ctrl+o", in_bar=False),
        Command("activities", "rooms", "ctrl+r", in_bar=False),
        Command("activities", "paste", "ctrl+v", in_bar=False),
        Command("activities", "residents", "f11,insert", in_bar=False),
        Command("activities", "fees", "ctrl+f", in_bar=False),
        Command("activities", "earlier", "left", in_bar=False),
        Command("activities", "later", "right", in_bar=False),
    )

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._sessions: list[SessionLine] = []
        self._sign_ups: list[RegistrationLine] = []

    def compose_body(self) -> ComposeResult:
        """Two lists."""
        with Horizontal(classes="fill"):
            with Vertical(classes="panel half", id="sessions-panel"):
                yield RowList(session_columns(), empty=t("activities.empty_day"), keeps_cursor=True, id="sessions")
            with Vertical(classes="panel half", id="sign-ups-panel"):
                yield RowList(sign_up_columns(), empty=t("activities.no_sign_ups"), id="sign-ups")

    async def on_mount(self) -> None:
        """Begin with today: a day that was gone to stays, today moves on with the clock."""
        self.query_one("#sessions").focus()

    async def load(self) -> None:
        """Let offers run out that are over, fetch the day's sessions, then the sign-ups of the chosen one."""
        day = self._day or self.desk_app.today()

        def case(context: Context) -> list[SessionLine]:
            service.settle_due(context)
            return service.sessions(context, day, day)

        self._sessions = await self.desk_app.desk.run(case)
        from frontdesk.common.dates import screen_date

        framed(self.query_one("#sessions-panel"), t("activities.panel.sessions", day=screen_date(day)))
        self.query_one("#sessions", RowList).set_rows([session_row(self, line) for line in self._sessions])
        await self._load_sign_ups()

    async def _load_sign_ups(self) -> None:
        chosen = self._session()
        panel = self.query_one("#sign-ups-panel")
        rows = self.query_one("#sign-ups", RowList)
        if chosen is None:
            self._sign_ups = []
            framed(panel, t("activities.panel.no_session"))
            rows.set_rows([])
            return
        code = chosen.code

        def case(context: Context) -> tuple[list[RegistrationLine], dict[int, int], int, str]:
            from frontdesk.cases.service import LinkTarget, belonging_words

            waiting = places_in_queue(context, code) if chosen.parties_waitlisted else {}
            belong = belonging_words(context, LinkTarget("session", code))
            return service.registrations(context, code), waiting, service.walk_ins(context, code), belong

        self._sign_ups, places, walk_ins, belong = await self.desk_app.desk.run(case)
        framed(
            panel,
            t("activities.panel.sign_ups", code=code, name=chosen.name),
            "  ".join(one for one in (t("activities.walk_ins", count=walk_ins) if walk_ins else "", belong) if one),
        )
        rows.set_rows([sign_up_row(self, line, places) for line in self._sign_ups])

    def _session(self) -> SessionLine | None:
        row = self.query_one("#sessions", RowList).current
        return next((line for line in self._sessions if row is not None and line.code == row.key), None)

    def _sign_up(self) -> RegistrationLine | None:
        row = self.query_one("#sign-ups", RowList).current
        return next((line for line in self._sign_ups if row is not None and str(line.id) == row.key), None)

    def why_not(self, name: str) -> str | None:
        """Most commands need a session that takes place; marking needs a sign-up."""
        if name in WRITES and self.is_auditor:
            return self.why_read_only()
        if name in NEEDS_NOTHING:
            return None
        chosen = self._session()
        if chosen is None:
            return t("activities.choose_session")
        if name in ALSO_CANCELLED:
            return None
        if chosen.state == "cancelled":
            return t("activities.is_cancelled")
        if name in (*STATUS_KEYS, *OF_SIGN_UP, "cancel_sign_up", "contact"):
            party = self._sign_up()
            if party is None:
                return t("activities.choose_sign_up")
            if party.state in GONE and name not in OF_SIGN_UP:
                return t("activities.sign_up_cancelled")
        return None

    async def _open(self, room: str) -> None:
        """Open what a room has for this screen, told of what it is about."""
        module, name = ROOMS[room]
        opens: Any = getattr(import_module(f"frontdesk.activities.{module}"), name)
        told: tuple[object, ...] = ()
        if room in OF_DAY:
            told = (self._day or self.desk_app.today(),)
        elif room in OF_SESSION:
            chosen = self._session()
            # A plan is pasted on a day on which there is nothing yet; sign-ups are for a session that takes place.
            told = (chosen.code if chosen is not None and (room != "paste" or chosen.state != "cancelled") else "",)
        elif room in OF_SIGN_UP:
            party = self._sign_up()
            assert party is not None
            told = (party.id,)
        await opens(self, *told)

    async def action_command(self, name: str) -> None:
        """A room opens by its name, every other command has a method; what cannot run says why."""
        own = next((command for command in self.COMMAND_TABLE if command.name == name), None)
        reason = self.why_not(name) if own is not None else None
        if reason is not None:
            self.notify(reason, severity="warning")
        elif name in ROOMS:
            await self._open(name)
        else:
            await super().action_command(name)

    async def do_residents(self) -> None:
        """The register of residents."""
        await self.desk_app.open_form("residents", self)

    async def do_walk_ins(self) -> None:
        """Count people who came without a name."""
        chosen = self._session()
        assert chosen is not None
        code = chosen.code

        async def save(values: dict[str, str]) -> str | None:
            try:
                count = _head_count(values["count"])
                await self.desk_app.desk.run(lambda context: service.set_walk_ins(context, code, count))
            except CodedError as refusal:
                return words_for(refusal)
            await self.reload()
            return None

        now = await self.attempt(lambda context: service.walk_ins(context, code))
        field = Field("count", t("activities.head_count"), str(now or ""), t("activities.head_count_hint"))
        await self.app.push_screen(FormDialog(t("activities.walk_ins_title", name=chosen.name), (field,), save))

    async def _mark(self, name: str) -> None:
        party = self._sign_up()
        assert party is not None
        party_id, status = party.id, STATUS_KEYS[name]
        await self.attempt(lambda context: service.mark_attendance(context, party_id, status))
        await self.reload()
        rows = self.query_one("#sign-ups", RowList)
        if status is not None:
            # The next one on the sheet, so that a full list takes one key a line.
            rows.cursor += 1

    async def do_attended(self) -> None:
        """The party came."""
        await self._mark("attended")

    async def do_absent(self) -> None:
        """The party gave notice."""
        await self._mark("absent")

    async def do_no_show(self) -> None:
        """The party stayed away without notice."""
        await self._mark("no_show")

    async def do_unmark(self) -> None:
        """Take the record of a party back."""
        await self._mark("unmark")

    async def do_cancel_sign_up(self) -> None:
        """Take a party off the list; whoever waits moves up."""
        party = self._sign_up()
        assert party is not None
        party_id = party.id

        async def answered(yes: bool | None) -> None:
            if not yes:
                return
            moved = await self.attempt(lambda context: service.cancel_sign_up(context, party_id))
            await self.reload()
            if moved is None:
                return
            numbers = ", ".join(str(line.seq_no) for line in self._sign_ups if line.id in moved)
            self.notify(
                t("activities.moved_up", numbers=numbers) if moved else t("activities.cancelled_done"), timeout=12
            )
            if moved:
                self.query_one("#sign-ups", RowList).move_to(str(moved[0]))

        key = "activities.cancel_question" if party.state == "confirmed" else "activities.leave_question"
        question = t(key, name=mask_name(party.name), seq_no=party.seq_no)
        await self.app.push_screen(QuestionDialog(question, t("activities.cancel_yes")), answered)

    async def do_contact(self) -> None:
        """Show the full name and phone of the chosen party, to call them; it is logged."""
        from frontdesk.activities.signup.telling_screen import show_contact

        party = self._sign_up()
        assert party is not None
        await show_contact(self, party.id, party.seq_no)

    async def _go(self, day: date) -> None:
        self._day = day if day != self.desk_app.today() else None
        await self.reload()

    async def do_earlier(self) -> None:
        """The day before."""
        await self._go((self._day or self.desk_app.today()) - timedelta(days=1))

    async def do_later(self) -> None:
        """The day after."""
        await self._go((self._day or self.desk_app.today()) + timedelta(days=1))

    async def do_go_to(self) -> None:
        """A day typed in."""
        from frontdesk.common.typed_dates import read_typed_date

        async def save(values: dict[str, str]) -> str | None:
            try:
                day = read_typed_date(values["day"], self.desk_app.today())
            except ValueError:
                return t("activities.bad_day")
            await self._go(day)
            return None

        field = Field("day", t("activities.day"), hint=t("activities.day_hint"))
        await self.app.push_screen(FormDialog(t("activities.go_to_title"), (field,), save))

    async def open_at(self, key: str) -> None:
        """Show the day of a session with the cursor on it."""
        found = await self.attempt(lambda context: service.session(context, key))
        if found is not None:
            await self._go(date.fromisoformat(found.day))
            self.query_one("#sessions", RowList).move_to(key)

    async def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The sign-ups follow the session."""
        if event.rows.id == "sessions":
            await self._load_sign_ups()
        self.refresh_frame()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """From the session to its sign-ups."""
        if event.rows.id == "sessions":
            self.query_one("#sign-ups").focus()

    def key_escape(self) -> None:
        """Back from the sign-ups to the sessions."""
        self.query_one("#sessions").focus()


def _head_count(text: str) -> int:
    """How many came without a name. Raises ActivityError `bad_head_count`."""
    count = read_whole(text)
    if count is None:
        raise service.ActivityError("bad_head_count")
    return count
