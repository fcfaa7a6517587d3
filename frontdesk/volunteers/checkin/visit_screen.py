"""The visits of a volunteer, month by month: corrected, added, annulled, credited; and what each went through."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from db.visits import VisitLine
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.checkin import correcting, looking
from frontdesk.volunteers.checkin.change_screen import (
    ask_correct,
    ask_credit,
    choose_credit,
    read_times,
    save_change,
    show_visit,
)
from frontdesk.volunteers.checkin.looking import CreditChoice
from frontdesk.volunteers.checkin.words import (
    credited_words,
    day_words,
    kind_words,
    length,
    reason_hint,
    span,
    typed_reason,
    who,
)
from frontdesk.volunteers.register import service as register


async def open_visits(screen: DeskScreen, volunteer_no: str) -> None:
    """Show the visits of a volunteer, this month's first."""
    volunteer = await screen.attempt(lambda context: register.get(context, volunteer_no))
    if volunteer is not None:
        await screen.app.push_screen(VisitsScreen(volunteer_no, volunteer.name))


def visit_key(visit: VisitLine) -> str:
    """The key of the row of a visit."""
    return f"{visit.day}/{visit.number}"


class VisitsScreen(PushedListScreen):
    """A month of visits of one volunteer, the latest first."""

    area: ClassVar[str] = "checkin.screen"
    title_key: ClassVar[str] = "visits.title"
    list_id: ClassVar[str] = "visits"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("checkin.screen", "show", "enter"),
        Command("checkin.screen", "correct", "ctrl+e,e"),
        Command("checkin.screen", "credit", "ctrl+t,t"),
        Command("checkin.screen", "add", "ctrl+n,n"),
        Command("checkin.screen", "annul", "delete"),
        Command("checkin.screen", "earlier", "left"),
        Command("checkin.screen", "later", "right"),
        Command("checkin.screen", "close", "escape"),
    )

    def __init__(self, volunteer_no: str, name: str) -> None:
        super().__init__()
        self._no = volunteer_no
        self._whose = name
        self._first: date | None = None
        self._visits: list[VisitLine] = []

    def columns(self) -> tuple[Column, ...]:
        """When, how long, of what kind, and what it is credited to."""
        return (
            Column(t("checkin.screen.column.day"), 10),
            Column(t("checkin.screen.column.times"), 11),
            Column(t("checkin.screen.column.length"), 6, "right"),
            Column(t("checkin.screen.column.kind"), 12),
            Column(t("checkin.screen.column.credited")),
        )

    def empty_words(self) -> str:
        """There are no visits this month."""
        return t("checkin.screen.visits.none")

    @property
    def first(self) -> date:
        """The first day of the month that is shown."""
        return self._first or self.desk_app.today().replace(day=1)

    @property
    def last(self) -> date:
        """The last day of the month that is shown."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    async def load(self) -> None:
        """Read the month."""
        first, last = self.first, self.last
        self._visits = await self.desk_app.desk.run(
            lambda context: looking.visits_between(context, self._no, first, last)
        )
        self.rows.set_rows([self._row(visit) for visit in self._visits])
        name = who(self._whose, self._no)
        title = t("checkin.screen.visits.panel", who=name, month=f"{first:%Y-%m}", count=len(self._visits))
        framed(self.panel, title)

    def _row(self, visit: VisitLine) -> Row:
        over = visit.day < self.desk_app.today().isoformat()
        stayed = length((visit.left_at - visit.entered_at) // 1000) if visit.left_at is not None else ""
        cells = (
            day_words(visit.day),
            span(visit.entered_at, visit.left_at, self.desk_app.clock_text),
            stayed,
            kind_words(visit, is_over=over),
            credited_words(visit.credited_to),
        )
        pending = visit.review == "pending" or (visit.left_at is None and over)
        tone = "muted" if visit.annulled else "warning" if pending else "good" if visit.left_at is None else ""
        return Row(visit_key(visit), cells, tone)  # type: ignore[arg-type]

    def _visit(self) -> VisitLine | None:
        return self.under_cursor(self._visits, visit_key)

    def why_not(self, name: str) -> str | None:
        """Changing needs a visit that counts; next month has not come."""
        visit = self._visit()
        if name in ("correct", "credit", "add", "annul") and self.is_auditor:
            return t("checkin.screen.auditor")
        if name in ("show", "correct", "credit", "annul") and visit is None:
            return t("checkin.screen.visits.none")
        if name in ("correct", "credit", "annul") and visit is not None and visit.annulled:
            return t("checkin.screen.visits.is_annulled")
        if name == "later" and self.last >= self.desk_app.today():
            return t("checkin.screen.visits.no_later")
        return None

    async def do_show(self) -> None:
        """The visit with its history."""
        visit = self._visit()
        assert visit is not None
        await show_visit(self, visit)

    async def do_correct(self) -> None:
        """Put its times right."""
        visit = self._visit()
        assert visit is not None
        await ask_correct(self, visit)

    async def do_credit(self) -> None:
        """Credit it to something else."""
        visit = self._visit()
        assert visit is not None
        await ask_credit(self, visit)

    async def do_annul(self) -> None:
        """Have the visit count nothing, for a reason."""
        visit = self._visit()
        assert visit is not None

        async def save(values: dict[str, str]) -> str | None:
            reason = typed_reason(values["reason"])

            def case(context: Context) -> None:
                correcting.annul_visit(context, visit.volunteer_no, visit.day, visit.number, reason)

            return await save_change(self, case, t("checkin.screen.annul.done"))

        times = span(visit.entered_at, visit.left_at, self.desk_app.clock_text)
        name = who(visit.name, visit.volunteer_no)
        title = t("checkin.screen.annul.title", who=name, day=day_words(visit.day), span=times)
        field = Field("reason", t("checkin.screen.reason"), hint=t("checkin.screen.annul.hint"))
        await self.app.push_screen(FormDialog(title, (field,), save))

    async def do_add(self) -> None:
        """Add a visit that was never scanned: first what it is credited to, which proposes day and times."""
        title = t("checkin.screen.add.what", who=who(self._whose, self._no))
        await choose_credit(self, title, self._no, (self.first, self.last), self._ask_times)

    async def _ask_times(self, choice: CreditChoice | None) -> None:
        app = self.desk_app

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                day = read_typed_date(values["day"], app.today())
            except ValueError:
                return Wrong(t("checkin.screen.bad_day"), "day")
            read = read_times(self, day, values)
            if isinstance(read, Wrong):
                return read
            entered, left = read
            said = t("checkin.screen.add.done", day=f"{day:%m-%d}", span=f"{entered:%H:%M}-{left:%H:%M}")
            add = partial(
                correcting.add_visit,
                volunteer_no=self._no,
                entered=entered,
                left=left,
                assignment_id=choice.assignment_id if choice else None,
                session_code=choice.session_code if choice and choice.assignment_id is None else None,
                reason=typed_reason(values["reason"]),
            )
            return await save_change(self, add, said)

        day = choice.day if choice else min(app.today(), self.last).isoformat()
        begins, ends = (app.clock_text(at) for at in (choice.starts_at, choice.ends_at)) if choice else ("", "")
        fields = (
            Field("day", t("checkin.screen.day"), day, t("checkin.screen.day_hint")),
            Field("entered", t("checkin.screen.entered"), begins, t("checkin.screen.time_hint")),
            Field("left", t("checkin.screen.left"), ends, t("checkin.screen.time_hint")),
            Field("reason", t("checkin.screen.reason"), hint=reason_hint()),
        )
        to = credited_words(choice.title if choice else "")
        title = t("checkin.screen.add.title", who=who(self._whose, self._no), to=to)
        await self.app.push_screen(FormDialog(title, fields, save))

    async def do_earlier(self) -> None:
        """The month before."""
        self._first = (self.first - timedelta(days=1)).replace(day=1)
        await self.reload()

    async def do_later(self) -> None:
        """The month after."""
        self._first = self.last + timedelta(days=1)
        await self.reload()
