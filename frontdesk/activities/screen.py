"""Sessions of a day: sign-up and attendance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from db.activities import SessionLine
from db.attendance import AttendanceStatus
from db.registrations import RegistrationLine
from frontdesk.activities import service
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.rowlist import Column, Row, RowList

STATUS_KEYS: dict[str, AttendanceStatus | None] = {
    "attended": "attended",
    "absent": "absent_notified",
    "no_show": "no_show",
    "unmark": None,
}

WRONG_FIELD = {"missing_name": "name", "bad_name": "name", "bad_phone": "phone", "bad_party_size": "party"}


class SessionsScreen(DeskScreen):
    """A day's sessions on the left, the sign-ups of the chosen one on the right."""

    area: ClassVar[str] = "activities"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("activities", "sign_up", "f7"),
        Command("activities", "walk_ins", "f8"),
        Command("activities", "quick", "ctrl+a"),
        Command("activities", "sheets", "ctrl+s", in_bar=False),
        Command("activities", "attended", "1"),
        Command("activities", "absent", "2"),
        Command("activities", "no_show", "3"),
        Command("activities", "unmark", "0", in_bar=False),
        Command("activities", "cancel_sign_up", "delete"),
        Command("activities", "contact", "ctrl+t"),
        Command("activities", "cancel_session", "ctrl+x", in_bar=False),
        Command("activities", "earlier", "left", in_bar=False),
        Command("activities", "later", "right", in_bar=False),
        Command("activities", "go_to", "ctrl+g"),
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
                yield RowList(
                    (
                        Column(t("activities.time"), 5),
                        Column(t("activities.name")),
                        Column(t("activities.room"), 8, optional=True),
                        Column(t("activities.seats"), 6, "right"),
                        Column(t("activities.came"), 4, "right", optional=True),
                    ),
                    empty=t("activities.no_sessions"),
                    keeps_cursor=True,
                    id="sessions",
                )
            with Vertical(classes="panel half", id="sign-ups-panel"):
                yield RowList(
                    (
                        Column(t("activities.seq_no"), 4, "right"),
                        Column(t("activities.who")),
                        Column(t("activities.party"), 4, "right"),
                        Column(t("activities.state"), 9, optional=True),
                        Column(t("activities.status"), 8),
                    ),
                    empty=t("activities.no_sign_ups"),
                    id="sign-ups",
                )

    async def on_mount(self) -> None:
        """Begin with today: a day that was gone to stays, today moves on with the clock."""
        self.query_one("#sessions").focus()

    async def load(self) -> None:
        """Fetch the day's sessions, then the sign-ups of the chosen one."""
        day = self._day or self.desk_app.today()
        self._sessions = await self.desk_app.desk.run(lambda context: service.sessions(context, day, day))
        from frontdesk.common.dates import screen_date

        framed(self.query_one("#sessions-panel"), t("activities.panel.sessions", day=screen_date(day)))
        self.query_one("#sessions", RowList).set_rows([self._session_row(line) for line in self._sessions])
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

        def case(context: Context) -> tuple[list[RegistrationLine], int]:
            return service.registrations(context, code), service.walk_ins(context, code)

        self._sign_ups, walk_ins = await self.desk_app.desk.run(case)
        framed(
            panel,
            t("activities.panel.sign_ups", code=code, name=chosen.name),
            t("activities.walk_ins", count=walk_ins) if walk_ins else "",
        )
        rows.set_rows([_sign_up_row(line) for line in self._sign_ups])

    def _session_row(self, line: SessionLine) -> Row:
        seats = f"{line.seats_confirmed}/{line.capacity}"
        start = self.desk_app.clock_text(line.starts_at)
        if line.state == "cancelled":
            return Row(line.code, (start, line.name, line.room, seats, t("activities.cancelled")), "muted")
        came = str(line.person_times) if line.attendance_rows else ""
        return Row(line.code, (start, line.name, line.room, seats, came), "good" if came else "")

    def _session(self) -> SessionLine | None:
        row = self.query_one("#sessions", RowList).current
        return next((line for line in self._sessions if row is not None and line.code == row.key), None)

    def _sign_up(self) -> RegistrationLine | None:
        row = self.query_one("#sign-ups", RowList).current
        return next((line for line in self._sign_ups if row is not None and str(line.id) == row.key), None)

    def why_not(self, name: str) -> str | None:
        """Most commands need a session that takes place; marking needs a sign-up."""
        if name in ("earlier", "later", "go_to"):
            return None
        chosen = self._session()
        if chosen is None:
            return t("activities.choose_session")
        if name == "cancel_session":
            return None
        if chosen.state == "cancelled":
            return t("activities.is_cancelled")
        if name in (*STATUS_KEYS, "cancel_sign_up", "contact"):
            party = self._sign_up()
            if party is None:
                return t("activities.choose_sign_up")
            if party.state == "cancelled_by_resident":
                return t("activities.sign_up_cancelled")
        return None

    async def do_sign_up(self) -> None:
        """Sign somebody up for the chosen session."""
        chosen = self._session()
        assert chosen is not None
        code = chosen.code

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                party = _whole(values["party"], "bad_party_size", largest=service.LARGEST_PARTY)
                done = await self.desk_app.desk.run(
                    lambda context: service.sign_up(context, code, values["name"], values["phone"], party)
                )
            except CodedError as refusal:
                field = WRONG_FIELD.get(refusal.code)
                return Wrong(words_for(refusal), field) if field else words_for(refusal)
            if done.state == "confirmed":
                self.notify(t("activities.confirmed", seq_no=done.seq_no))
            else:
                self.notify(t("activities.waiting", seq_no=done.seq_no, place=done.place), severity="warning")
            await self.reload()
            self.query_one("#sign-ups", RowList).move_to(str(done.registration_id))
            return None

        fields = (
            Field("name", t("activities.who")),
            Field("phone", t("activities.phone")),
            Field("party", t("activities.party_size"), "1"),
        )
        await self.app.push_screen(FormDialog(t("activities.sign_up_title", name=chosen.name), fields, save))

    async def do_quick(self) -> None:
        """Mark who came, one key a person."""
        from frontdesk.activities.attendance.quick_screen import open_quick

        chosen = self._session()
        assert chosen is not None
        await open_quick(self, chosen.code)

    async def do_sheets(self) -> None:
        """The sign-in sheet and the tickets."""
        from frontdesk.activities.attendance.sheet_screen import open_sheets

        chosen = self._session()
        assert chosen is not None
        await open_sheets(self, chosen.code)

    async def do_walk_ins(self) -> None:
        """Count people who came without a name."""
        chosen = self._session()
        assert chosen is not None
        code = chosen.code

        async def save(values: dict[str, str]) -> str | None:
            try:
                count = _whole(values["count"], "bad_head_count")
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
        party = self._sign_up()
        assert party is not None
        party_id = party.id
        found = await self.attempt(lambda context: service.contact(context, party_id))
        if found is not None:
            title = t("activities.contact_title", seq_no=party.seq_no)
            await self.app.push_screen(ChoiceDialog(title, [("contact", f"{found[0]}  {found[1]}")]))

    async def do_cancel_session(self) -> None:
        """Cancel the chosen session with a reason, or restore it."""
        chosen = self._session()
        assert chosen is not None
        from frontdesk.activities.sessions.cancel_screen import ask_cancel

        await ask_cancel(self, chosen.code)

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


def _whole(text: str, code: str, **details: object) -> int:
    from unicodedata import normalize

    folded = normalize("NFKC", text).strip()
    if not (folded.isascii() and folded.isdigit() and len(folded) < 7):
        raise service.ActivityError(code, **details)
    return int(folded)


def _sign_up_row(line: RegistrationLine) -> Row:
    state = t(f"activities.state.{line.state}")
    status = t(f"activities.status.{line.status}") if line.status else ""
    tones = {"attended": "good", "absent_notified": "warning", "no_show": "bad"}
    tone = tones.get(line.status or "", "muted" if line.state != "confirmed" else "")
    return Row(
        str(line.id),
        (str(line.seq_no), mask_name(line.name), str(line.party_size), state, status),
        tone,  # type: ignore[arg-type]
    )
