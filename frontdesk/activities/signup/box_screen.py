"""Signing up at the desk: type who it is, Enter signs up; the next name can be typed at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Click, Key
from textual.widgets import Input
from textual.widgets.input import Selection

from db.activities import SessionLine
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions import service as sessions
from frontdesk.activities.signup import service
from frontdesk.activities.signup.looks import OVERRIDABLE
from frontdesk.activities.signup.rows_screen import session_words
from frontdesk.activities.signup.service import SignUp
from frontdesk.activities.signup.typed import Typed, read_typed
from frontdesk.common.names import mask_name
from frontdesk.common.text import wrap
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.residents import service as residents
from frontdesk.residents.service import ResidentLine
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedScreen
from frontdesk.shell.rowlist import Column, Row, RowList

AREA = "signup_screen"
FOUND_LIMIT = 30
ANSWER_LINES = 4


class Wish(NamedTuple):
    """Who wants how many seats; `members` are those of the party that are known by name."""

    resident: int
    name: str
    party_size: int
    least_seats: int | None = None
    members: tuple[int, ...] = ()


class Refused(NamedTuple):
    """A wish that was refused, by which code, in words."""

    wish: Wish
    code: str
    words: str


async def open_sign_up(screen: DeskScreen, code: str) -> None:
    """Sign people up for a session, one after the other."""
    await screen.app.push_screen(SignUpScreen(code))


class SignUpScreen(PushedScreen):
    """A box over the residents that it finds; below them what became of the last sign-up."""

    area: ClassVar[str] = AREA
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "sign_up", "enter"),
        Command(AREA, "party", "f8"),
        Command(AREA, "new", "ctrl+n"),
        Command(AREA, "override", "ctrl+f"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._session: SessionLine | None = None
        self._found: list[ResidentLine] = []
        self._searched = ""
        self._pointed = False
        self._refused: Refused | None = None

    def compose_body(self) -> ComposeResult:
        """The session, the box, the list, the answer."""
        yield Plain("", id="signup-session")
        yield SignUpBox(placeholder=t(f"{AREA}.hint"), compact=True, id="signup-box")
        with Vertical(classes="panel fill", id="people-panel"):
            yield PeopleRows(
                (
                    Column(t(f"{AREA}.column.who"), 10),
                    Column(t(f"{AREA}.column.phone"), 12),
                    Column(t(f"{AREA}.column.age"), 6),
                    Column(t(f"{AREA}.column.area")),
                    Column(t(f"{AREA}.column.tags"), optional=True),
                ),
                empty=t(f"{AREA}.nobody"),
                keeps_cursor=True,
                id="people",
            )
        yield Plain("", id="signup-answer")

    async def on_mount(self) -> None:
        """Begin in the box: keys may have been typed already."""
        self.set_focus(self.box)

    @property
    def box(self) -> SignUpBox:
        """Where names are typed."""
        return self.query_one("#signup-box", SignUpBox)

    @property
    def rows(self) -> RowList:
        """The residents that were found."""
        return self.query_one("#people", RowList)

    async def load(self) -> None:
        """Find whoever is meant by what stands in the box; while it is empty those added last."""
        text, code = self.box.value, self._code
        typed = read_typed(text)

        def case(context: Context) -> tuple[SessionLine, list[ResidentLine]]:
            return sessions.session(context, code), find_typed(context, typed)

        session, found = await self.desk_app.desk.run(case)
        self._session = session
        self.query_one("#signup-session", Plain).update(session_words(self, session))
        if text != self.box.value:
            # Something else was typed meanwhile, and is being searched for.
            return
        self._found = found
        key = "latest" if typed.is_empty else "found"
        framed(self.query_one("#people-panel"), t(f"{AREA}.panel.{key}", count=len(found)))
        self.rows.set_rows([resident_row(one) for one in found])
        if text != self._searched:
            self._searched, self._pointed = text, False
            self.rows.cursor = 0

    def why_not(self, name: str) -> str | None:
        """Signing up needs somebody, overriding a refusal that may be overridden."""
        if name == "close":
            return None
        if self.is_auditor:
            return self.why_read_only()
        if name in ("sign_up", "party") and self._chosen() is None:
            return t(f"{AREA}.type_who")
        if name == "override":
            if self._refused is None:
                return t(f"{AREA}.nothing_refused")
            if self._refused.code not in OVERRIDABLE:
                return t(f"{AREA}.never_overridden")
        return None

    def _chosen(self) -> ResidentLine | None:
        """Who was searched for or pointed at, never just the first of all."""
        row = self.rows.current
        if row is None or not (self._pointed or not read_typed(self._searched).is_empty):
            return None
        return next((one for one in self._found if str(one.id) == row.key), None)

    def _party_size(self) -> int:
        typed = read_typed(self.box.value).party_size
        return 1 if typed is None else typed

    async def action_command(self, name: str) -> None:
        """Find what stands in the box before acting on what was found."""
        if name != "close":
            await self._search_now()
        await super().action_command(name)

    async def _search_now(self) -> None:
        """Find what stands in the box if keys were ahead of the screen, so that nobody else is meant."""
        if self.box.value != self._searched or not self._filled:
            await self.reload()

    async def on_input_changed(self) -> None:
        """Search as it is typed."""
        await self.reload()

    def point(self) -> None:
        """The row under the cursor is meant from now on."""
        self._pointed = True

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    async def on_row_list_chosen(self) -> None:
        """A double click signs up."""
        self._pointed = True
        await self.action_command("sign_up")

    async def take_typed(self) -> None:
        """Enter: sign up whoever is meant; somebody whom nobody knows is entered first."""
        await self._search_now()
        typed = read_typed(self.box.value)
        if not self._found and not typed.is_empty and not self.is_auditor:
            await self._enter_new(typed)
            return
        await self.action_command("sign_up")

    async def do_sign_up(self) -> None:
        """Sign up the resident under the cursor, alone or with as many as were typed."""
        chosen = self._chosen()
        assert chosen is not None
        await self.sign_up(Wish(chosen.id, chosen.name, self._party_size()))

    async def do_party(self) -> None:
        """Sign up a party: members of the household by name, how many, whether they take fewer."""
        from frontdesk.activities.signup.party_screen import PartyDialog

        chosen = self._chosen()
        assert chosen is not None
        family = await self.attempt(lambda context: residents.household_of(context, chosen.id))
        if family is None:
            return
        others = [one for one in family if one.id != chosen.id]
        await self.app.push_screen(PartyDialog(chosen, others, self._party_size(), self.sign_up))

    async def do_new(self) -> None:
        """Enter somebody whom the register does not know, and sign them up."""
        await self._enter_new(read_typed(self.box.value))

    async def _enter_new(self, typed: Typed) -> None:
        from frontdesk.activities.signup.person_screen import open_new_person

        assert self._session is not None
        await open_new_person(self, self._session, typed, self.sign_up)

    async def sign_up(self, wish: Wish, reason: str = "") -> None:
        """Sign a party up and say what became of it; a child's guardian is asked for first where the notice in force
        wants it.
        """
        from frontdesk.activities.signup.person_screen import ask_guardian

        missing = await self.attempt(lambda context: guardians_missing(context, (wish.resident, *wish.members)))
        if missing is None:
            return
        if missing:
            await ask_guardian(self, missing[0], lambda: self.sign_up(wish, reason))
            return
        code = self._code

        def case(context: Context) -> SignUp:
            return service.sign_up_resident(
                context,
                code,
                wish.resident,
                wish.party_size,
                least_seats=wish.least_seats,
                members=wish.members,
                force=bool(reason),
                reason=reason,
            )

        try:
            done = await self.desk_app.desk.run(case)
        except CodedError as refusal:
            self._refuse(wish, refusal)
            return
        await self.answer(wish.name, done)

    def _refuse(self, wish: Wish, refusal: CodedError) -> None:
        """Say why not and what can be done; the next name replaces what stands in the box."""
        words = words_for(refusal)
        self._refused = Refused(wish, refusal.code, words)
        if isinstance(refusal, ActivityError) and refusal.code in OVERRIDABLE:
            words += t(f"{AREA}.override_key")
        self._say(f"{mask_name(wish.name)}  {words}", "-bad")
        self.box.selection = Selection(0, len(self.box.value))
        self.refresh_frame()

    async def answer(self, name: str, done: SignUp) -> None:
        """Say what became of a sign-up: its number, seat or place in the queue, and what is to be known of it."""
        self._refused = None
        seated = done.state == "confirmed"
        key = "seated" if seated else "undrawn" if done.state == "applied" else "waiting"
        words = t(f"{AREA}.answer.{key}", name=mask_name(name), seq_no=done.seq_no, place=done.place)
        for finding in done.warnings:
            words += "\n" + t(f"signup.warning.{finding.code}", **finding.details)
        self.box.value = ""
        self._say(words, "-good" if seated and not done.warnings else "-warning")
        await self.reload()

    def _say(self, words: str, tone: str) -> None:
        width = max(20, self.app.size.width - 2)
        lines = [part for line in words.split("\n") for part in wrap(line, width)]
        said = self.query_one("#signup-answer", Plain)
        said.update("\n".join(lines[:ANSWER_LINES]))
        said.set_classes(tone)

    async def do_override(self) -> None:
        """Sign up all the same whoever was refused last, with a reason."""
        refused = self._refused
        assert refused is not None

        async def save(values: dict[str, str]) -> str | None:
            reason = values["reason"].strip()
            if not reason:
                return words_for(ActivityError("missing_override_reason"))
            await self.sign_up(refused.wish, reason)
            return None

        title = t(f"{AREA}.override_title", name=mask_name(refused.wish.name)) + "\n" + refused.words
        await self.app.push_screen(FormDialog(title, (Field("reason", t("activities.reason")),), save))


class PeopleRows(RowList, can_focus=False):
    """The residents; whoever is clicked is meant, and what is typed still goes into the box."""

    def on_click(self, event: Click) -> None:
        """The row under the mouse is meant from now on."""
        screen = self.screen
        assert isinstance(screen, SignUpScreen)
        screen.point()


class SignUpBox(Input):
    """The box. Up and down belong to the list below it; Tab parts the name from how many come."""

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list."""
        screen = self.screen
        assert isinstance(screen, SignUpScreen)
        if key not in ("up", "down", "pageup", "pagedown"):
            return False
        screen.point()
        return screen.rows.take_key(key)

    def key_tab(self, event: Key) -> None:
        """Part the words; done by the box itself, after the keys typed before."""
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(" ")

    async def finish(self) -> None:
        """Enter, once the box holds all that was typed before it; what is typed after it is about somebody else."""
        screen = self.screen
        assert isinstance(screen, SignUpScreen)
        await screen.take_typed()


def find_typed(context: Context, typed: Typed) -> list[ResidentLine]:
    """The residents who may be meant: with a phone and a name those of the phone whose name begins so."""
    found = residents.find(context, typed.search, FOUND_LIMIT)
    if not (typed.phone and typed.who):
        return found
    from frontdesk.common.pinyin import query_key, search_terms

    key = query_key(typed.who)
    return [one for one in found if any(term.startswith(key) for term in search_terms(one.name))]


def guardians_missing(context: Context, people: Sequence[int]) -> list[ResidentLine]:
    """The children of a party whose guardian the notice in force asks for and who have none."""
    lacking = [one for one in people if "guardian" in residents.missing_answers(context, residents.get(context, one))]
    return [residents.line(context, one) for one in lacking]


def resident_row(one: ResidentLine) -> Row:
    """A resident as the list shows one: the name masked, the phone too."""
    tags = t(f"{AREA}.comma").join(one.tags)
    return Row(str(one.id), (one.masked, one.phone, one.band, one.area, tags))
