"""A service team arrives or leaves together: its members in a list, marked and checked in or out at once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from frontdesk.common.names import mask_name
from frontdesk.common.pinyin import query_key, search_terms
from frontdesk.common.text import wrap
from frontdesk.context import Context, random_id
from frontdesk.locale import t
from frontdesk.shell.banner import outcome_words as outcome_sentence
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.framing import framed
from frontdesk.shell.picking import Pick, PickDialog, PickPage
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import CommandRows, PushedListScreen
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.answers_screen import ask_answers
from frontdesk.volunteers.checkin.groups import Member, check_in_group, team_now
from frontdesk.volunteers.checkin.words import outcome_words
from frontdesk.volunteers.hours.service import with_credit
from frontdesk.volunteers.register import service as register

MARK, NO_MARK = "[x]", "[ ]"
DETAIL_LINES = 2


async def open_group(screen: DeskScreen) -> None:
    """Choose a service team by typing, then show its members."""
    found = await screen.attempt(register.team_sizes)
    if found is None:
        return
    if not found:
        screen.notify(t("checkin.screen.group.no_teams"), severity="warning")
        return
    picks = tuple(Pick(team, (team, t("checkin.screen.group.members", count=members)), team) for team, members in found)

    async def chosen(answer: tuple[int, str] | None) -> None:
        if answer is not None:
            await screen.app.push_screen(GroupScreen(answer[1]))

    page = PickPage(t("checkin.screen.group.which"), picks)
    columns = (Column(t("checkin.screen.column.team")), Column(t("checkin.screen.column.members"), 12, "right"))
    await screen.app.push_screen(PickDialog([page], columns, hint=t("checkin.screen.group.hint")), chosen)


class MemberRows(CommandRows):
    """The members. Letters, characters and figures narrow the list to whom they are the beginning of."""

    typed = ""

    def take_key(self, key: str) -> bool:
        """Move, or narrow the list, before the next key is looked at."""
        screen = self.screen
        if not isinstance(screen, GroupScreen):
            return False
        if len(key) == 1 and key.isalnum():
            screen.narrow(self.typed + key)
        elif key == "backspace":
            screen.narrow(self.typed[:-1])
        elif key == "escape" and self.typed:
            screen.narrow("")
        else:
            return super().take_key(key)
        return True


class GroupScreen(PushedListScreen):
    """The members of a team, who is here, who is marked, and what became of each."""

    area: ClassVar[str] = "checkin.screen"
    title_key: ClassVar[str] = "group.title"
    list_id: ClassVar[str] = "members"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("checkin.screen", "do_marked", "enter"),
        Command("checkin.screen", "mark", "space"),
        Command("checkin.screen", "mark_all", "ctrl+a"),
        Command("checkin.screen", "turn", "tab"),
        Command("checkin.screen", "missing", "f7"),
        Command("checkin.screen", "close", "escape"),
    )

    def __init__(self, team: str) -> None:
        super().__init__()
        self._team = team
        self._members: list[Member] = []
        self._marked: set[str] = set()
        self._outcomes: dict[str, ScanOutcome] = {}
        self._leaving = False
        self._terms: dict[str, frozenset[str]] = {}
        # Pressing Enter twice on the same marks is one attempt: the second answers what the first was answered.
        self._nonce = random_id()

    def columns(self) -> tuple[Column, ...]:
        """The mark, who, since when here, and what became of it."""
        return (
            Column("", 3),
            Column(t("checkin.screen.column.no"), 8),
            Column(t("checkin.screen.column.name"), 10),
            Column(t("checkin.screen.column.here"), 11),
            Column(t("checkin.screen.column.outcome")),
        )

    def empty_words(self) -> str:
        """The team has no members, or nobody begins with what is typed."""
        return t("checkin.screen.group.nobody")

    def compose_above(self) -> ComposeResult:
        """What is typed."""
        yield Plain("", id="group-filter")

    def compose_list(self) -> ComposeResult:
        """The members, a list that is typed into."""
        yield MemberRows(self.columns(), empty=self.empty_words(), id=self.list_id)

    def compose_below(self) -> ComposeResult:
        """The whole answer about the member under the cursor."""
        yield Plain("", id="group-detail")

    @property
    def rows(self) -> MemberRows:
        """The list."""
        return self.query_one(f"#{self.list_id}", MemberRows)

    async def load(self) -> None:
        """Read who is here. Who came or went meanwhile is no longer marked."""
        self._members = await self.desk_app.desk.run(lambda context: team_now(context, self._team))
        able = {member.volunteer.no for member in self._members if member.is_here == self._leaving}
        self._marked &= able
        self._show()

    def narrow(self, text: str) -> None:
        """Show only the members whom a text is the beginning of: name, pinyin, initials or number."""
        self.rows.typed = text
        self._show()

    def _show(self) -> None:
        key = query_key(self.rows.typed)
        shown = [
            member
            for member in self._members
            if not key
            or member.volunteer.no.lstrip("0").startswith(key.lstrip("0"))
            or any(term.startswith(key) for term in self._terms_of(member))
        ]
        self.rows.set_rows([self._row(member) for member in shown])
        here = sum(member.is_here for member in self._members)
        title = t(
            "checkin.screen.group.leaving" if self._leaving else "checkin.screen.group.arriving",
            team=self._team,
            here=here,
            count=len(self._members),
            marked=len(self._marked),
        )
        framed(self.panel, title)
        typed = self.rows.typed
        self.query_one("#group-filter", Plain).update(
            t("checkin.screen.group.typed", text=typed) if typed else t("checkin.screen.group.type")
        )
        self._tell()
        self.refresh_frame()

    def _terms_of(self, member: Member) -> frozenset[str]:
        """What may be typed to find a member, looked up once."""
        name = member.volunteer.name
        if name not in self._terms:
            self._terms[name] = search_terms(name)
        return self._terms[name]

    def _row(self, member: Member) -> Row:
        volunteer = member.volunteer
        outcome = self._outcomes.get(volunteer.no)
        here = t("checkin.screen.group.not_here")
        if member.since is not None:
            here = t("checkin.screen.group.here", time=self.desk_app.clock_text(member.since))
        cells = (
            MARK if volunteer.no in self._marked else NO_MARK,
            volunteer.no,
            mask_name(volunteer.name),
            here,
            outcome_words(outcome) if outcome else "",
        )
        refused = outcome is not None and outcome.result == "refused"
        return Row(volunteer.no, cells, "bad" if refused else "good" if member.is_here else "")

    def _tell(self) -> None:
        """The whole sentence about the member under the cursor, refusals with what to do next."""
        row = self.rows.current
        outcome = self._outcomes.get(row.key) if row else None
        words = outcome_sentence(outcome) if outcome else ""
        if outcome is not None and outcome.reason == "incomplete":
            missing = [t(f"volunteers.scan.missing.{one}") for one in outcome.missing]
            words = t("checkin.screen.group.lacks", missing=t("volunteers.scan.missing_joint").join(missing))
        lines = wrap(words, max(20, self.app.size.width - 4))[:DETAIL_LINES]
        self.query_one("#group-detail", Plain).update("\n".join(lines))

    def on_row_list_moved(self) -> None:
        """The words follow the cursor."""
        self._tell()

    def command_of_click(self) -> str:
        """A double click is the Space key: Enter would check in whoever is marked."""
        return "mark"

    def _able(self) -> list[str]:
        """Whom the list can check in, or out."""
        return [member.volunteer.no for member in self._members if member.is_here == self._leaving]

    def why_not(self, name: str) -> str | None:
        """Marks need somebody to mark, checking in somebody marked."""
        row = self.rows.current
        if name in ("do_marked", "missing") and self.is_auditor:
            return t("checkin.screen.auditor")
        if name == "mark":
            if row is None:
                return t("checkin.screen.group.nobody")
            if row.key not in self._able():
                return t("checkin.screen.group.is_not_here" if self._leaving else "checkin.screen.group.is_here")
        if name == "mark_all" and not self._able():
            return t("checkin.screen.group.none_here" if self._leaving else "checkin.screen.group.all_here")
        if name == "do_marked" and not self._marked:
            return t("checkin.screen.group.none_marked")
        if name == "missing" and (row is None or not self._lacks(row.key)):
            return t("checkin.screen.group.nothing_lacks")
        return None

    def _lacks(self, no: str) -> tuple[str, ...]:
        outcome = self._outcomes.get(no)
        return outcome.missing if outcome is not None and outcome.reason == "incomplete" else ()

    async def do_mark(self) -> None:
        """Mark the member under the cursor, or take the mark away; the next one comes by itself."""
        row = self.rows.current
        assert row is not None
        self._marked ^= {row.key}
        if self.rows.typed:
            self.narrow("")
            self.rows.move_to(row.key)
        self._show()
        self.rows.cursor += 1

    async def do_mark_all(self) -> None:
        """Mark everybody who can be; if all are marked, nobody."""
        able = set(self._able())
        self._marked = set() if self._marked == able else able
        self._show()

    async def do_turn(self) -> None:
        """From arriving to leaving and back."""
        self._leaving = not self._leaving
        self._marked = set()
        self._show()

    async def do_do_marked(self) -> None:
        """Check everybody who is marked in, or out, in one transaction."""
        nos = [no for no in self._able() if no in self._marked]
        direction = "out" if self._leaving else "in"
        nonce = self._nonce

        def case(context: Context) -> list[ScanOutcome]:
            outcomes = check_in_group(context, nos, direction=direction, nonce=nonce)  # type: ignore[arg-type]
            return [with_credit(context, outcome) for outcome in outcomes]

        done = await self.attempt(case)
        if done is None:
            return
        self._nonce = random_id()
        self._outcomes |= dict(zip(nos, done, strict=True))
        self._marked = set()
        refused = [no for no, outcome in zip(nos, done, strict=True) if outcome.result == "refused"]
        await self.reload()
        said = t(f"checkin.screen.group.done_{direction}", count=len(done) - len(refused))
        if refused:
            said += t("checkin.screen.group.refused", count=len(refused))
            self.app.bell()
            self.rows.move_to(refused[0])
        self.notify(said, severity="warning" if refused else "information")

    async def do_missing(self) -> None:
        """Ask the member under the cursor for what is missing; the check-in then goes on by itself."""
        row = self.rows.current
        assert row is not None
        no = row.key

        async def go_on() -> None:
            done = await self.attempt(lambda context: check_in_group(context, [no], direction="in", nonce=random_id()))
            if done is not None:
                self._outcomes[no] = done[0]
            await self.reload()

        await ask_answers(self, no, self._lacks(no), go_on)
