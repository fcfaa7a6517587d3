"""The seats of a session: who is on offer, who waits and why, who has one; what can be done about each."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult

from db.activities import SessionLine
from db.registrations import LIVE, RegistrationLine
from frontdesk.activities.sessions import service as sessions
from frontdesk.activities.signup import moving, service, telling
from frontdesk.activities.signup.changing_screen import AREA, ask_capacity, ask_move, ask_party, ask_reason
from frontdesk.activities.signup.rows_screen import party_text, session_words, state_words
from frontdesk.activities.signup.service import SignUp
from frontdesk.activities.signup.settling import settle_due
from frontdesk.activities.signup.telling import Reason, SeatLook
from frontdesk.common.names import mask_name
from frontdesk.common.text import wrap
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import CommandRows, PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

WHY_LINES = 5

WAITING = ("waitlisted", "applied")
UNSEEN = SeatLook(0, "")
"""Of a party that signed up between two looks at the list."""


async def open_queue(screen: DeskScreen, code: str) -> None:
    """Show the seats and the queue of a session."""
    await screen.app.push_screen(QueueScreen(code))


class QueueScreen(PushedListScreen):
    """Offers first, then the queue in its order, then whoever has a seat; below the list why the chosen one waits."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "queue.title"
    list_id: ClassVar[str] = "queue"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "why", "enter"),
        Command(AREA, "accept", "f7"),
        Command(AREA, "decline", "f8"),
        Command(AREA, "leave", "delete"),
        Command(AREA, "give", "ctrl+f"),
        Command(AREA, "change_party", "ctrl+e"),
        Command(AREA, "tell", "tab"),
        Command(AREA, "move", "ctrl+o", in_bar=False),
        Command(AREA, "contact", "ctrl+t", in_bar=False),
        Command(AREA, "draw", "ctrl+r", in_bar=False),
        Command(AREA, "capacity", "ctrl+a", in_bar=False),
        Command(AREA, "public", "ctrl+s", in_bar=False),
        Command(AREA, "close", "escape"),
    )
    READING: ClassVar[frozenset[str]] = frozenset({"why", "tell", "public", "close"})
    FOR_EVERYBODY: ClassVar[frozenset[str]] = frozenset({"tell", "draw", "capacity", "public", "close"})
    """What needs no party to be chosen."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._session: SessionLine | None = None
        self._parties: list[RegistrationLine] = []

    def columns(self) -> tuple[Column, ...]:
        """The place, the number, who, how many, how it stands, by which rule."""
        return (
            Column(t(f"{AREA}.column.place"), 5, "right"),
            Column(t("activities.seq_no"), 4, "right"),
            Column(t("activities.who")),
            Column(t("activities.party"), 5, "right"),
            Column(t("activities.state"), 13),
            Column(t(f"{AREA}.column.rule"), 26, optional=True),
        )

    def empty_words(self) -> str:
        """Nobody signed up."""
        return t("activities.no_sign_ups")

    def compose_above(self) -> ComposeResult:
        """The session and its seats."""
        yield Plain("", id="signup-session")

    def compose_list(self) -> ComposeResult:
        """The list, with headings between those who wait and those who have a seat."""
        yield CommandRows(self.columns(), empty=self.empty_words(), skips_headings=True, id=self.list_id)

    def compose_below(self) -> ComposeResult:
        """Why the chosen one waits."""
        yield Plain("", id="queue-why")

    async def load(self) -> None:
        """Let offers run out that are over, then read the seats."""
        code = self._code

        def case(context: Context) -> tuple[SessionLine, list[RegistrationLine], dict[int, SeatLook]]:
            settle_due(context)
            return (
                sessions.session(context, code),
                service.registrations(context, code),
                telling.seat_looks(context, code),
            )

        session, found, looks = await self.desk_app.desk.run(case)
        self._session = session
        self._parties = [one for one in found if one.state in LIVE]
        self.query_one("#signup-session", Plain).update(session_words(self, session))
        framed(self.panel, t(f"{AREA}.queue.panel", code=code, name=session.name))
        self.rows.set_rows(self._rows_of(looks))
        if self._parties and self._chosen() is None:
            # The heading of the first group.
            self.rows.cursor += 1
        await self._show_why()

    def _rows_of(self, looks: dict[int, SeatLook]) -> list[Row]:
        offered = sorted((one for one in self._parties if one.state == "offered"), key=lambda one: one.offer_until or 0)
        waiting = [one for one in self._parties if one.state in WAITING]
        waiting.sort(key=lambda one: (looks.get(one.id, UNSEEN).place, one.seq_no))
        seated = [one for one in self._parties if one.state == "confirmed"]
        rows: list[Row] = []
        for name, group in (("offered", offered), ("waiting", waiting), ("seated", seated)):
            if group:
                heading = t(f"{AREA}.queue.{name}", count=len(group))
                rows.append(Row(f"heading:{name}", ("", "", heading, "", "", ""), "heading"))
                rows += [self._row(one, looks.get(one.id, UNSEEN)) for one in group]
        return rows

    def _row(self, one: RegistrationLine, stands: SeatLook) -> Row:
        place = stands.place
        cells = (
            str(place or ""),
            str(one.seq_no),
            mask_name(one.name),
            party_text(one),
            state_words(self, one, 0),
            t(f"signup.rule.{stands.rule}") if stands.rule else "",
        )
        return Row(str(one.id), cells, "warning" if one.state == "offered" else "" if place else "muted")

    def _chosen(self) -> RegistrationLine | None:
        return self.under_cursor(self._parties, lambda one: str(one.id))

    def on_row_list_moved(self) -> None:
        """The reasons follow the cursor."""
        self.call_later(self._show_why)

    async def _reasons(self) -> list[Reason]:
        chosen = self._chosen()
        if chosen is None:
            return []
        found = await self.attempt(lambda context: telling.why_not_yet(context, chosen.id))
        return found or []

    async def _show_why(self) -> None:
        width = max(20, self.app.size.width - 2)
        words = t(f"{AREA}.gap").join(one.words() for one in await self._reasons())
        lines = [line.strip() for line in wrap(words, width)]
        if len(lines) > WHY_LINES:
            lines = [*lines[: WHY_LINES - 1], t(f"{AREA}.queue.more")]
        self.query_one("#queue-why", Plain).update("\n".join(lines))

    def why_not(self, name: str) -> str | None:
        """Most commands need a party in the right state."""
        if name not in self.READING and self.is_auditor:
            return self.why_read_only()
        if name in self.FOR_EVERYBODY:
            return self._why_no_draw() if name == "draw" else None
        chosen = self._chosen()
        if chosen is None:
            return t("activities.choose_sign_up")
        if name in ("accept", "decline") and chosen.state != "offered":
            return t(f"{AREA}.no_offer")
        if name == "give" and chosen.state == "confirmed":
            return t("activities.error.already_seated", seq_no=chosen.seq_no)
        return None

    async def action_command(self, name: str) -> None:
        """What has no room in the bar says why it cannot run, too."""
        own = next((command for command in self.COMMAND_TABLE if command.name == name), None)
        reason = self.why_not(name) if own is not None and not own.in_bar and self._filled else None
        if reason is not None:
            self.notify(reason, severity="warning")
            return
        await super().action_command(name)

    def _why_no_draw(self) -> str | None:
        if self._session is None or self._session.terms.allocation == "lottery":
            return None
        return t("activities.error.not_a_lottery", name=self._session.name)

    def _numbers(self, moved: list[int]) -> str:
        return t(f"{AREA}.comma").join(str(one.seq_no) for one in self._parties if one.id in moved)

    async def after_moves(self, moved: list[int] | None, done: str) -> None:
        """Say who moved up by what was done, or just that it was."""
        if moved is None:
            await self.reload()
            return
        await self.reload()
        words = t("activities.moved_up", numbers=self._numbers(moved)) if moved else done
        self.notify(words, timeout=12)

    async def do_why(self) -> None:
        """All the reasons, one below the other, and what has happened to the sign-up so far."""
        chosen = self._chosen()
        assert chosen is not None
        code, reasons = self._code, await self._reasons()
        log = await self.attempt(lambda context: telling.seat_log(context, code, chosen.id))
        lines = [(one.words(), "") for one in reasons]
        lines += [("", ""), (t(f"{AREA}.queue.history"), "muted")]
        lines += [(f"{self.desk_app.moment_text(one.at)}  {telling.log_words(one)}", "muted") for one in log or ()]
        title = t(f"{AREA}.queue.why", seq_no=chosen.seq_no, name=mask_name(chosen.name))
        await self.app.push_screen(ReadDialog(title, lines))  # type: ignore[arg-type]

    async def do_accept(self) -> None:
        """The party takes the seats on offer."""
        chosen = self._chosen()
        assert chosen is not None

        def case(context: Context) -> list[int]:
            moving.accept_offer(context, chosen.id)
            return []

        await self.after_moves(await self.attempt(case), t(f"{AREA}.accepted", seq_no=chosen.seq_no))

    async def do_decline(self) -> None:
        """The party leaves the seats on offer to others."""
        await self._ask(
            t(f"{AREA}.decline_question"),
            t(f"{AREA}.command.decline"),
            lambda context, one: moving.decline_offer(context, one.id),
            t(f"{AREA}.declined"),
        )

    async def do_leave(self) -> None:
        """The party goes off the list."""
        chosen = self._chosen()
        is_seated = chosen is not None and chosen.state == "confirmed"
        await self._ask(
            t(f"{AREA}.leave_question"),
            t(f"{AREA}.command.leave"),
            # Whoever got a seat while the question stood does not lose it by the answer.
            lambda context, one: (moving.cancel_sign_up if is_seated else moving.leave_queue)(context, one.id),
            t("activities.cancelled_done"),
        )

    async def _ask(
        self, question: str, yes: str, case: Callable[[Context, RegistrationLine], list[int]], done: str
    ) -> None:
        chosen = self._chosen()
        assert chosen is not None

        async def answered(is_sure: bool | None) -> None:
            if is_sure:
                await self.after_moves(await self.attempt(lambda context: case(context, chosen)), done)

        words = t(f"{AREA}.about", seq_no=chosen.seq_no, name=mask_name(chosen.name), words=question)
        await self.app.push_screen(QuestionDialog(words, yes), answered)

    async def do_give(self) -> None:
        """Give the party a seat before everybody else, with a reason."""
        chosen = self._chosen()
        assert chosen is not None

        async def give(reason: str) -> None:
            done = await self.desk_app.desk.run(lambda context: moving.give_seat(context, chosen.id, reason))
            await self.said(chosen.name, done)

        title = t(f"{AREA}.give_title", seq_no=chosen.seq_no, name=mask_name(chosen.name))
        await ask_reason(self, title, give)

    async def said(self, name: str, done: SignUp) -> None:
        """Say what became of a sign-up."""
        await self.reload()
        key = "seated" if done.state == "confirmed" else "undrawn" if done.state == "applied" else "waiting"
        words = t(f"{AREA}.answer.{key}", name=mask_name(name), seq_no=done.seq_no, place=done.place)
        warnings = [t(f"signup.warning.{one.code}", **one.details) for one in done.warnings]
        self.notify("\n".join([words, *warnings]), timeout=12)

    async def do_change_party(self) -> None:
        """Make the party larger or smaller, or have it take fewer seats."""
        chosen = self._chosen()
        assert chosen is not None
        await ask_party(self, chosen, self.after_moves)

    async def do_move(self) -> None:
        """Move the party to another session, in one step."""
        chosen = self._chosen()
        assert chosen is not None
        await ask_move(self, chosen, self.said)

    async def do_contact(self) -> None:
        """Show name and phone, to call them; it is logged."""
        from frontdesk.activities.signup.telling_screen import show_contact

        chosen = self._chosen()
        assert chosen is not None
        await show_contact(self, chosen.id, chosen.seq_no)

    async def do_tell(self) -> None:
        """Whoever of this session has to be told something."""
        from frontdesk.activities.signup.telling_screen import open_tell

        await open_tell(self, self._code)

    async def do_draw(self) -> None:
        """Draw the lottery, or print what was drawn."""
        from frontdesk.activities.signup.lottery_screen import ask_draw, print_draw

        assert self._session is not None
        if self._session.drawn_at is not None:
            await print_draw(self, self._code)
        else:
            await ask_draw(self, self._session)

    async def do_public(self) -> None:
        """Print the list for the wall."""
        from frontdesk.activities.signup.lottery_screen import ask_public

        assert self._session is not None
        await ask_public(self, self._session)

    async def do_capacity(self) -> None:
        """Make the seats more or fewer; free ones go to whoever waits."""
        assert self._session is not None
        await ask_capacity(self, self._session, self.after_moves)
