"""The rounds of reviews of departments: opened, their codes printed, answered, closed; opened over the ratings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.feedback.review import service
from frontdesk.feedback.review.commands import DAYS
from frontdesk.feedback.review.service import Ballot, ListedRound
from frontdesk.feedback.review.slips_paper import write_slips
from frontdesk.feedback.review.typed import read_day, read_departments, read_number
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.shell.base import DeskScreen

MANAGERS = frozenset(("open", "codes", "end"))


async def open_reviews(screen: DeskScreen) -> None:
    """Open the rounds over a screen."""
    await screen.app.push_screen(ReviewsScreen())


class ReviewsScreen(PushedListScreen):
    """Every round, the latest first, with how many of its codes were used."""

    area: ClassVar[str] = "review"
    list_id: ClassVar[str] = "rounds"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("review", "answer", "f7"),
        Command("review", "results", "enter"),
        Command("review", "open", "f8"),
        Command("review", "codes", "ctrl+o"),
        Command("review", "end", "delete"),
        Command("review", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[ListedRound] = []

    def columns(self) -> tuple[Column, ...]:
        """Number, title, days, departments, codes, state."""
        return (
            Column(t("review.column.no"), 3, "right"),
            Column(t("review.column.title")),
            Column(t("review.column.days"), 14),
            Column(t("review.column.departments"), 5, "right"),
            Column(t("review.column.used"), 7, "right"),
            Column(t("review.column.state"), 6),
        )

    def empty_words(self) -> str:
        """How to open one."""
        return t("review.rounds.none")

    async def load(self) -> None:
        """Read them."""
        self._found = await self.desk_app.desk.run(service.rounds)
        self.rows.set_rows([_row(one) for one in self._found])
        framed(self.panel, t("review.rounds.panel", count=len(self._found)), t("review.rounds.hint"))

    def _one(self) -> ListedRound | None:
        return self.under_cursor(self._found, lambda one: str(one.round.no))

    def why_not(self, name: str) -> str | None:
        """What a command needs: a manager, a round that is open, one that is closed."""
        operator, one = self.desk_app.desk.operator, self._one()
        if name in MANAGERS and (operator is None or operator.role != "manager"):
            return t("review.manager_only")
        if name == "answer" and not any(one.round.state == "open" for one in self._found):
            return t("review.rounds.nothing_open")
        if name in ("codes", "end", "results") and one is None:
            return t("review.rounds.choose")
        if name in ("codes", "end") and one is not None and one.round.state == "closed":
            return t("review.rounds.open_needed")
        if name == "results" and one is not None and one.round.state == "open":
            return t("review.rounds.closed_needed")
        return None

    async def do_answer(self) -> None:
        """Ask for a code; a right one opens the departments."""
        from frontdesk.feedback.review.ballot_screen import BallotScreen

        async def save(values: dict[str, str]) -> str | Wrong | None:
            code = values["code"]

            async def then(opened: Ballot) -> None:
                self.call_later(self.app.push_screen, BallotScreen(opened, code))

            return await save_form(self, lambda context: service.ballot(context, code), then, {})

        field = Field("code", t("review.field.code"), hint=t("review.hint.code"))
        await self.app.push_screen(FormDialog(t("review.code.title"), (field,), save))

    async def do_results(self) -> None:
        """What the chosen round came to."""
        from frontdesk.feedback.review.results_screen import ResultsScreen

        one = self._one()
        assert one is not None
        await self.app.push_screen(ResultsScreen(one.round.no))

    async def do_open(self) -> None:
        """Open a round; the departments are those of the last one."""
        today = self.desk_app.today()

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                first, last = (read_day(values[name], today, name) for name in ("first", "last"))
                number = read_number(values["codes"], "codes")
            except CodedError as refusal:
                return Wrong(words_for(refusal), str(refusal.details["field"]))

            def case(context: Context) -> ListedRound:
                return service.open_round(
                    context, values["title"], read_departments(values["departments"]), first, last, number
                )

            async def then(made: ListedRound) -> None:
                await self.reload()
                self.rows.move_to(str(made.round.no))
                self.notify(t("review.opened", no=made.round.no), timeout=12)

            return await save_form(self, case, then, {})

        before = "、".join(self._found[0].departments) if self._found else ""
        fields = (
            Field("title", t("review.field.title"), hint=t("review.hint.title")),
            Field("departments", t("review.field.departments"), before, t("review.hint.departments"), grows=True),
            Field("first", t("review.field.first"), today.isoformat(), t("review.hint.day")),
            Field("last", t("review.field.last"), (today + timedelta(days=DAYS)).isoformat(), t("review.hint.day")),
            Field("codes", t("review.field.codes"), hint=t("review.hint.codes")),
        )
        await self.app.push_screen(FormDialog(t("review.form.title"), fields, save))

    async def do_codes(self) -> None:
        """Print all codes, or some more."""
        one = self._one()
        assert one is not None
        choices = (
            ("all", t("review.codes.all", count=one.round.codes)),
            ("more", t("review.codes.more")),
        )

        async def chosen(choice: str | None) -> None:
            if choice == "all":
                await self._print(one.round.no, 0)
            elif choice == "more":
                await self._ask_more(one.round.no)

        await self.app.push_screen(ChoiceDialog(t("review.codes.title"), choices), chosen)

    async def _ask_more(self, no: int) -> None:
        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                more = read_number(values["more"], "more")
            except CodedError as refusal:
                return Wrong(words_for(refusal), "more")
            self.call_later(self._print, no, more)
            return None

        field = Field("more", t("review.field.more"), "5")
        await self.app.push_screen(FormDialog(t("review.codes.more_title"), (field,), save))

    async def _print(self, no: int, more: int) -> None:
        out = free_path(self.desk_app.export_folder(), t("review.codes.name", no=no), ".pdf")
        done = await self.attempt(lambda context: write_slips(context, no, out, more=more), slow=True)
        if done is not None:
            self.notify(t("review.codes.written", count=done[1], out=out), timeout=15)
            await self.reload()

    async def do_end(self) -> None:
        """Close the round, for good."""
        one = self._one()
        assert one is not None
        no = one.round.no

        async def answered(yes: bool | None) -> None:
            done = await self.attempt(lambda context: service.close_round(context, no)) if yes else None
            if done is not None:
                await self.reload()
                self.notify(t("review.ended", no=no), timeout=10)

        question = t("review.end.question", title=one.round.title, used=one.used, codes=one.round.codes)
        await self.app.push_screen(QuestionDialog(question, t("review.end.yes")), answered)


def _row(one: ListedRound) -> Row:
    said = one.round
    cells = (
        str(said.no),
        said.title,
        f"{said.first_day[5:]} - {said.last_day[5:]}",
        str(len(one.departments)),
        t("review.used", used=one.used, codes=said.codes),
        t(f"review.state.{said.state}"),
    )
    return Row(str(said.no), cells, "" if said.state == "open" else "muted")
