"""Signing volunteers up at the desk: a search box that stays open for the next one, and a whole team."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.dialogs import ChoiceDialog, QuestionDialog
from frontdesk.shell.plain import Plain
from frontdesk.shell.rowlist import Column, Row, RowList
from frontdesk.volunteers.assignments import service
from frontdesk.volunteers.assignments.words import doubt_words
from frontdesk.volunteers.register.service import find, team_sizes

if TYPE_CHECKING:
    from db.volunteers import Volunteer
    from frontdesk.shell.base import DeskScreen
    from frontdesk.shell.desk import Desk
    from frontdesk.volunteers.assignments.service import SignedUp

NAMED = 5
"""So many doubts are named one by one."""


class SignUpDialog(ModalScreen[None]):
    """A search box over the volunteers. Enter signs up who was found or pointed at, and the box is free for the next.

    About whom there is a doubt, F7 signs up anyway: never an Enter that was pressed twice. Esc closes it.
    """

    is_form: ClassVar[bool] = True
    """Whether it is kept for whoever signs in at a locked desk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("f7", "anyway", show=False),
    ]

    def __init__(self, desk: Desk, assignment_id: int, title: str) -> None:
        super().__init__()
        self._desk = desk
        self._assignment_id = assignment_id
        self._title = title
        self._found: list[Volunteer] = []
        self._on_it: set[str] = set()
        self._searched: str | None = None
        self._pointed = False
        self._doubted = ""

    def compose(self) -> ComposeResult:
        """Title, box, list, and what became of it."""
        with Vertical(classes="dialog picking"):
            yield Plain(t("assignments.sign_title", title=self._title), classes="dialog-title")
            yield SignUpBox(placeholder=t("volunteers.search_hint"), compact=True, id="pick-search")
            yield RowList(
                (
                    Column(t("assignments.column.no"), 8),
                    Column(t("assignments.column.who"), 12),
                    Column(t("assignments.column.team"), optional=True),
                    Column(t("assignments.column.state"), 10),
                ),
                empty=t("assignments.nobody_found"),
                keeps_cursor=True,
                id="pick-list",
            )
            yield Plain(t("assignments.sign_hint"), id="pick-detail")
        yield ScanBanner()

    async def on_mount(self) -> None:
        """Begin in the box."""
        self.set_focus(self.query_one("#pick-search", Input))
        await self._search()

    def _say(self, words: str, *, refused: bool = False) -> None:
        detail = self.query_one("#pick-detail", Plain)
        detail.update(words)
        detail.set_class(refused, "-blocked")

    async def _search(self) -> None:
        """Find what stands in the box."""
        text = self.query_one("#pick-search", Input).value
        number = self._assignment_id

        def case(context: Context) -> tuple[list[Volunteer], set[str]]:
            signed = {one.volunteer_no for one in service.signed(context, number) if one.state == "signed"}
            return find(context, text), signed

        try:
            self._found, self._on_it = await self._desk.run(case)
        except CodedError as failure:
            self._say(words_for(failure), refused=True)
            return
        rows = self.query_one("#pick-list", RowList)
        rows.set_rows([self._row(one) for one in self._found])
        if text != self._searched:
            self._searched, self._pointed, self._doubted = text, False, ""
            rows.cursor = 0

    def _row(self, one: Volunteer) -> Row:
        state = t("assignments.on_it") if one.no in self._on_it else t(f"volunteers.state.{one.state}")
        tone = "good" if one.no in self._on_it else "" if one.state == "active" else "muted"
        return Row(one.no, (one.no, mask_name(one.name), one.team, state), tone)  # type: ignore[arg-type]

    async def on_input_changed(self) -> None:
        """Search as it is typed."""
        await self._search()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Who was pointed at is meant from now on."""
        event.stop()
        if event.rows.cursor:
            self._pointed = True
        if event.row is None or event.row.key != self._doubted:
            self._doubted = ""

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Sign up the only one found, or the one pointed at."""
        event.stop()
        if self.query_one("#pick-search", Input).value != self._searched:
            await self._search()
        if len(self._found) == 1 or self._pointed:
            await self._take()
        else:
            self._say(t("assignments.point_first" if self._found else "assignments.nobody_found"), refused=True)

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Sign up who was clicked."""
        event.stop()
        await self._take()

    async def action_anyway(self) -> None:
        """Sign up about whom the doubt was said."""
        if self._doubted:
            await self._take(anyway=True)

    async def _take(self, *, anyway: bool = False) -> None:
        row = self.query_one("#pick-list", RowList).current
        if row is None or (anyway and row.key != self._doubted):
            return
        no, number = row.key, self._assignment_id
        try:
            done = await self._desk.run(lambda context: service.sign_up_several(context, number, [no], anyway=anyway))
        except CodedError as failure:
            self._say(words_for(failure), refused=True)
            return
        if done.doubtful:
            again = "" if done.doubtful[0].doubt == "left" else t("assignments.anyway_key")
            self._doubted = no if again else ""
            self._say(f"{doubt_words(done.doubtful[0])}\n{again}".rstrip(), refused=True)
            return
        who = row.cells[1]
        self._say(t("assignments.signed_one" if done.signed else "assignments.already_one", name=who, no=no))
        self.query_one("#pick-search", Input).value = ""
        await self._search()

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)


class SignUpBox(Input):
    """The search box; up and down belong to the list below it."""

    def take_key(self, key: str) -> bool:
        """Move the cursor of the list."""
        if key not in ("up", "down", "pageup", "pagedown"):
            return False
        return self.screen.query_one("#pick-list", RowList).take_key(key)


async def ask_team(screen: DeskScreen, assignment_id: int) -> None:
    """Which team, and for those about whom there is a doubt, whether they are to be signed up anyway."""
    found = await screen.attempt(team_sizes)
    if not found:
        screen.notify(t("assignments.no_teams"), severity="warning")
        return

    async def chosen(team: str | None) -> None:
        if team is None:
            return
        done = await screen.attempt(lambda context: service.sign_up_team(context, assignment_id, team))
        if done is not None:
            await screen.reload()
            await _settle(screen, assignment_id, done)

    choices = [(team, t("assignments.team_choice", team=team, count=count)) for team, count in found]
    await screen.app.push_screen(ChoiceDialog(t("assignments.team_title"), choices), chosen)


async def _settle(screen: DeskScreen, assignment_id: int, done: SignedUp) -> None:
    """Say how many were signed up; ask about those who were left out."""
    screen.notify(t("assignments.signed_count", count=len(done.signed)))
    open_to = [one for one in done.doubtful if one.doubt != "left"]
    if not open_to:
        return
    said = [doubt_words(one) for one in open_to[:NAMED]]
    if len(open_to) > NAMED:
        said.append(t("assignments.and_more", count=len(open_to) - NAMED))

    async def answered(yes: bool | None) -> None:
        if yes:
            nos = [one.volunteer_no for one in open_to]
            await screen.attempt(lambda context: service.sign_up_several(context, assignment_id, nos, anyway=True))
            await screen.reload()

    question = "\n".join([t("assignments.anyway_question", count=len(open_to)), *said])
    await screen.app.push_screen(QuestionDialog(question, t("assignments.anyway_yes")), answered)
