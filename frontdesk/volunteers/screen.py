"""Volunteers: search, check in by hand, cards."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from db.volunteers import Volunteer
from frontdesk.common.names import mask_name
from frontdesk.context import Context, random_id
from frontdesk.locale import t
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import QuestionDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.shell.rowsource import PAGE, RowSource
from frontdesk.volunteers import service
from frontdesk.volunteers.register import service as register
from frontdesk.volunteers.search_screen import FoundList, SearchBox

ROOMS: dict[str, tuple[str, str]] = {
    "undo": ("checkin.undo_screen", "ask_undo"),
    "force": ("checkin.undo_screen", "ask_force"),
    "group": ("checkin.group_screen", "open_group"),
    "review": ("checkin.review_screen", "open_review"),
    "answers": ("checkin.answers_screen", "ask_answers"),
    "assignments": ("assignments.screen", "open_assignments"),
    "hours": ("hours.screen", "open_hours"),
    "print_cards": ("cards.print_screen", "open_print"),
    "details": ("register.detail_screen", "open_detail"),
    "state": ("register.edit_screen", "ask_state"),
    "talent": ("register.talent_screen", "open_talent"),
    "new": ("register.edit_screen", "open_new"),
}
"""What opens over the volunteers screen: the room's module and its function, imported when it is first needed."""


class VolunteersScreen(DeskScreen):
    """A search box over the list of volunteers; what is typed always goes into the box."""

    area: ClassVar[str] = "volunteers"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("volunteers", "check_in", "enter"),
        Command("volunteers", "show_card", "f7"),
        Command("volunteers", "replace_card", "f8"),
        Command("volunteers", "undo", "ctrl+z"),
        Command("volunteers", "group", "ctrl+g"),
        Command("volunteers", "details", "ctrl+e"),
        Command("volunteers", "new", "ctrl+n"),
        Command("volunteers", "hours", "ctrl+w"),
        Command("volunteers", "talent", "ctrl+x", in_bar=False),
        Command("volunteers", "review", "ctrl+y", in_bar=False),
        Command("volunteers", "force", "ctrl+f", in_bar=False),
        Command("volunteers", "assignments", "ctrl+a", in_bar=False),
        Command("volunteers", "print_cards", "ctrl+o", in_bar=False),
        Command("volunteers", "suspend", "ctrl+t", in_bar=False),
        Command("volunteers", "revoke_card", "ctrl+r", in_bar=False),
    )
    FOR_EVERYBODY: ClassVar[frozenset[str]] = frozenset(
        {"group", "new", "hours", "talent", "review", "assignments", "print_cards"}
    )
    """What needs no volunteer to be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Volunteer] = []
        self._known: dict[str, Volunteer] = {}
        self._everybody = 0
        self._searched = ""
        self._pointed = False
        self._here: set[str] = set()
        self._here_as_of: tuple[int, int] | None = None

    def compose_body(self) -> ComposeResult:
        """The box and the list."""
        yield SearchBox(placeholder=t("volunteers.search_hint"), id="search")
        with Vertical(classes="panel", id="found-panel"):
            yield FoundList(
                (
                    Column(t("volunteers.no"), 8),
                    Column(t("volunteers.name"), 14),
                    Column(t("volunteers.team"), optional=True),
                    Column(t("volunteers.skill"), optional=True),
                    Column(t("volunteers.state"), 10),
                ),
                empty=t("volunteers.none_found"),
                keeps_cursor=True,
                id="found",
            )

    async def on_mount(self) -> None:
        """Begin in the box."""
        self.query_one("#search").focus()

    async def load(self) -> None:
        """Find what stands in the box; while it is empty list everybody, fetched as they come into sight."""
        text = self.query_one("#search", Input).value
        await (self._load_found(text) if text.strip() else self._load_everybody(text))

    async def _load_found(self, text: str) -> None:
        as_of = self._here_as_of

        def case(context: Context) -> tuple[list[Volunteer], Here | None]:
            return register.find(context, text), _here(context, as_of)

        found, here = await self.desk_app.desk.run(case)
        if text != self.query_one("#search", Input).value:
            # Something else was typed meanwhile, and is being searched for.
            return
        self._found = found
        self._see_here(here)
        self._known = {volunteer.no: volunteer for volunteer in found}
        key = "volunteers.panel.many" if len(found) == register.SEARCH_LIMIT else "volunteers.panel.found"
        framed(self.query_one("#found-panel"), t(key, count=len(found)))
        rows = self.query_one("#found", RowList)
        rows.set_rows([self._row(volunteer) for volunteer in found])
        if text != self._searched:
            self._searched = text
            self._pointed = False
            rows.cursor = 0

    async def _load_everybody(self, text: str) -> None:
        rows, as_of = self.query_one("#found", RowList), self._here_as_of
        row = rows.current if text == self._searched else None
        key = row.key if row is not None else ""
        behind, before = (rows.cursor, self._everybody) if text == self._searched else (0, 0)

        def case(context: Context) -> tuple[int, int, list[Volunteer], Here | None]:
            with context.database.reading():
                everybody = register.count(context)
                # Numbers stay and nobody is taken away: a place moves only when somebody is added.
                place = register.place_of(context, key) if key and everybody != before else behind
                first = RowSource.page_of(place)
                return everybody, place, register.page(context, first, PAGE), _here(context, as_of)

        self._everybody, place, page, here = await self.desk_app.desk.run(case)
        if text != self.query_one("#search", Input).value:
            return
        self._see_here(here)
        self._found, self._known = [], {}
        source = RowSource(self._everybody, self._fetch)
        source.put(RowSource.page_of(place), self._rows_of(page))
        framed(self.query_one("#found-panel"), t("volunteers.panel.found", count=self._everybody))
        rows.set_source(source, place)
        if text != self._searched:
            self._searched = text
            self._pointed = False

    async def _fetch(self, first: int, size: int) -> list[Row]:
        return self._rows_of(await self.desk_app.desk.run(lambda context: register.page(context, first, size)))

    def _rows_of(self, volunteers: list[Volunteer]) -> list[Row]:
        self._known.update((volunteer.no, volunteer) for volunteer in volunteers)
        return [self._row(volunteer) for volunteer in volunteers]

    def _see_here(self, here: Here | None) -> None:
        if here is not None:
            self._here_as_of, self._here = here

    def _row(self, volunteer: Volunteer) -> Row:
        here = volunteer.no in self._here
        state = t("volunteers.here") if here else t(f"volunteers.state.{volunteer.state}")
        tone = "good" if here else "" if volunteer.state == "active" else "muted"
        cells = (volunteer.no, mask_name(volunteer.name), volunteer.team, volunteer.skill, state)
        return Row(volunteer.no, cells, tone)  # type: ignore[arg-type]

    def _chosen(self) -> Volunteer | None:
        row = self.query_one("#found", RowList).current
        return self._known.get(row.key) if row is not None else None

    def _meant(self) -> Volunteer | None:
        """Who was searched for or pointed at, never just the first of all."""
        meant = bool(self._searched) or self._pointed or self.focused is self.query_one("#found")
        return self._chosen() if meant else None

    def why_not(self, name: str) -> str | None:
        """What is done with a volunteer needs one."""
        if name in self.FOR_EVERYBODY or self._meant() is not None or (name == "undo" and self._just_shown()):
            return None
        return t("volunteers.choose")

    def _just_shown(self) -> str:
        """Whose entry or exit is shown in big type at this moment; '' where none is."""
        return self.query_one(ScanBanner).undoable_no

    def go_home(self) -> None:
        """Back into the box, before the next key is looked at."""
        self.set_focus(self.query_one("#search"))

    async def action_command(self, name: str) -> None:
        """Find what stands in the box before acting on what was found."""
        await self._search_now()
        await self.query_one("#found", RowList).settled()
        own = next((command for command in self.COMMAND_TABLE if command.name == name), None)
        reason = self.why_not(name) if own is not None else None
        if own is not None and reason is not None and not own.in_bar:
            self.notify(reason, severity="warning")
            return
        await super().action_command(name)

    async def _open(self, room: str, *told: object) -> None:
        """Open what another room has for this screen."""
        module, name = ROOMS[room]
        opens: Any = getattr(import_module(f"frontdesk.volunteers.{module}"), name)
        await opens(self, *told)

    async def _search_now(self) -> None:
        """Find what stands in the box if keys were ahead of the screen, so that nobody else is meant."""
        if self.query_one("#search", Input).value != self._searched:
            await self.reload()

    async def on_input_changed(self) -> None:
        """Search as it is typed."""
        await self.reload()

    async def take_typed(self) -> None:
        """Enter in the box checks in the only one found, or the one pointed at; else it goes to the list to choose."""
        await self._search_now()
        await self.query_one("#found", RowList).settled()
        if len(self._found) == 1 or self._pointed:
            await self.action_command("check_in")
        elif self._searched and self._found:
            self.set_focus(self.query_one("#found"))

    async def on_row_list_chosen(self) -> None:
        """The mouse acts on the row under the cursor."""
        await self.action_command("check_in")

    def on_row_list_moved(self) -> None:
        """What can be done depends on the row."""
        self.refresh_frame()

    def point(self) -> None:
        """The row under the cursor is meant from now on."""
        self._pointed = True

    async def open_at(self, key: str) -> None:
        """Show one volunteer."""
        self.query_one("#search", Input).value = key

    async def do_check_in(self) -> None:
        """In or out, without a card."""
        chosen = self._chosen()
        assert chosen is not None
        await self._check_in(chosen.no, random_id(), "auto")

    async def _check_in(self, no: str, nonce: str, direction: Literal["auto", "in"]) -> None:
        """Check in or out; where an answer is missing, ask for it and go on with the same attempt: an entry."""

        def case(context: Context) -> tuple[service.ScanOutcome, int]:
            outcome = service.check_in(context, no, nonce=nonce, direction=direction)
            return service.with_credit(context, outcome), service.hours_to_show(context, outcome)[0]

        done = await self.attempt(case)
        if done is None:
            return
        outcome = done[0]
        if outcome.reason == "incomplete":
            await self._open("answers", no, outcome.missing, lambda: self._check_in(no, nonce, "in"))
            return
        self.query_one(ScanBanner).show_outcome(*done)
        if outcome.result == "refused":
            # Whoever was refused stays chosen: what follows is about the same person.
            self.refresh_frame()
            return
        self.query_one("#search", Input).value = ""
        self.go_home()
        self._pointed = False
        await self.reload()

    async def do_undo(self) -> None:
        """Take the last scan of the chosen volunteer back, with nobody chosen that of who is shown in big type."""
        meant = self._meant()
        await self._open("undo", meant.no if meant is not None else self._just_shown())

    async def do_force(self) -> None:
        """Let the chosen volunteer in although the program refused."""
        await self._open_for("force")

    async def do_details(self) -> None:
        """Everything about the chosen volunteer."""
        await self._open_for("details")

    async def _open_for(self, room: str) -> None:
        chosen = self._chosen()
        assert chosen is not None
        await self._open(room, chosen.no)

    async def do_group(self) -> None:
        """A service team arrives together."""
        await self._open("group")

    async def do_review(self) -> None:
        """Forgotten exits, to be reviewed."""
        await self._open("review")

    async def do_assignments(self) -> None:
        """What volunteers are asked to do in the days to come."""
        await self._open("assignments")

    async def do_new(self) -> None:
        """A new volunteer."""
        await self._open("new")

    async def do_hours(self) -> None:
        """The hours of the chosen volunteer, or of everybody."""
        meant = self._meant()
        await self._open("hours", meant.no if meant else None)

    async def do_print_cards(self) -> None:
        """Print cards: of the chosen volunteer, or of everybody."""
        meant = self._meant()
        await self._open("print_cards", meant.no if meant else None)

    async def do_show_card(self) -> None:
        """Show the volunteer's card for a phone's camera, issuing one if there is none."""
        from frontdesk.volunteers.cards.card_screen import show_card

        chosen = self._chosen()
        assert chosen is not None
        await show_card(self, chosen)

    async def do_replace_card(self) -> None:
        """Give a new card for a lost one."""
        from frontdesk.volunteers.cards.card_screen import ask_replace

        chosen = self._chosen()
        assert chosen is not None
        await ask_replace(self, chosen)

    async def do_revoke_card(self) -> None:
        """Revoke the volunteer's card."""
        chosen = self._chosen()
        assert chosen is not None
        no = chosen.no

        async def answered(yes: bool | None) -> None:
            if yes:
                await self.attempt(lambda context: service.revoke_card(context, no))
                await self.reload()

        question = t("volunteers.revoke_question", name=mask_name(chosen.name), no=no)
        await self.app.push_screen(QuestionDialog(question, t("volunteers.revoke_yes")), answered)

    async def do_suspend(self) -> None:
        """Suspend the volunteer, reinstate, or note that he or she has left."""
        await self._open("state", self._chosen())

    async def do_talent(self) -> None:
        """Find people by skill, time and team."""
        await self._open("talent")


Here = tuple[tuple[int, int], set[str]]
"""Who is here, and the state of the file as of which that is known."""


def _here(context: Context, as_of: tuple[int, int] | None) -> Here | None:
    """Who is here; None where nothing was written since that was asked the last time."""
    seen = context.database.changes_seen()
    return None if seen == as_of else (seen, {line.volunteer_no for line in service.here_now(context)})
