"""What waits for somebody to judge it: exits that a rule inferred, and exits without an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from textual.app import ComposeResult

from db.checkin_log import ExitLine
from db.visits import VisitLine
from frontdesk.common.names import mask_name
from frontdesk.common.typed_dates import minute_of
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import CommandRows, PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.checkin import closing, correcting
from frontdesk.volunteers.checkin.change_screen import ask_correct, ask_credit, save_change, show_visit, zone_of
from frontdesk.volunteers.checkin.old_screen import ask_old
from frontdesk.volunteers.checkin.refusals_screen import RefusalsScreen
from frontdesk.volunteers.checkin.words import (
    credited_words,
    day_words,
    length,
    reason_hint,
    span,
    typed_reason,
    who,
)

OLD = "old"


async def open_review(screen: DeskScreen) -> None:
    """Show what waits for review."""
    await screen.app.push_screen(ReviewScreen())


@dataclass(frozen=True)
class Waiting:
    """One row: a visit whose exit was inferred, or an exit without an entry, of which there is no visit."""

    visit: VisitLine | None = None
    exit: ExitLine | None = None

    @property
    def key(self) -> str:
        """By which the row is found again."""
        if self.visit is not None:
            return f"{self.visit.volunteer_no}/{self.visit.day}/{self.visit.number}"
        assert self.exit is not None
        return str(self.exit.id)

    @property
    def ends_as_planned(self) -> bool:
        """Whether its exit is the end of what it is credited to."""
        return self.visit is not None and self.visit.ends_as_planned


@dataclass(frozen=True)
class Found:
    """The first of what waits, a page of each kind, what is old apart; how many wait in all, and of these are old."""

    recent: list[Waiting]
    old: list[Waiting]
    count: int
    old_count: int


def _waiting(context: Context) -> Found:
    """What waits, the latest first: years of what nobody judged do not stand in the way of yesterday."""
    before = closing.old_day(context)
    with context.database.reading():
        found = [Waiting(visit=visit) for visit in closing.newest_reviews(context)]
        exits = [Waiting(exit=one) for one in closing.open_exits(context)]
        old = [one for one in found if one.visit is not None and one.visit.day < before.isoformat()]
        recent = [one for one in found if one not in old] + exits
        return Found(recent, old, closing.review_count(context), closing.old_count(context, before))


class ReviewScreen(PushedListScreen):
    """Row by row: look, accept, refuse, put right; the next row comes by itself."""

    area: ClassVar[str] = "checkin.screen"
    title_key: ClassVar[str] = "review.title"
    list_id: ClassVar[str] = "review"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("checkin.screen", "show", "enter"),
        Command("checkin.screen", "accept", "f7,a"),
        Command("checkin.screen", "refuse", "f8,r"),
        Command("checkin.screen", "correct", "ctrl+e,e"),
        Command("checkin.screen", "credit", "ctrl+t,t"),
        Command("checkin.screen", "set_aside", "delete", in_bar=False),
        Command("checkin.screen", "accept_all", "ctrl+a"),
        Command("checkin.screen", "refuse_old", "ctrl+o"),
        Command("checkin.screen", "refusals", "tab"),
        Command("checkin.screen", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[Waiting] = []
        self._old_count = 0

    def columns(self) -> tuple[Column, ...]:
        """Whose visit, when, how long, what was inferred, and what it is credited to."""
        return (
            Column(t("checkin.screen.column.day"), 10),
            Column(t("checkin.screen.column.no"), 8),
            Column(t("checkin.screen.column.name"), 8),
            Column(t("checkin.screen.column.times"), 11),
            Column(t("checkin.screen.column.length"), 6, "right"),
            Column(t("checkin.screen.column.what"), 13),
            Column(t("checkin.screen.column.credited")),
        )

    def empty_words(self) -> str:
        """Nothing waits."""
        return t("checkin.screen.review.none")

    def compose_list(self) -> ComposeResult:
        """The list; the cursor passes over the line that parts the old from the rest."""
        yield CommandRows(self.columns(), empty=self.empty_words(), skips_headings=True, id=self.list_id)

    async def load(self) -> None:
        """Read what waits."""
        found = await self.desk_app.desk.run(_waiting)
        self._listed, self._old_count = [*found.recent, *found.old], found.old_count
        rows = [self._row(one) for one in found.recent]
        if found.old_count:
            words = t("checkin.screen.review.old", days=closing.OLD_DAYS, count=found.old_count)
            rows.append(Row(OLD, ("", "", "", "", "", "", words), "heading"))
            rows += [self._row(one, is_old=True) for one in found.old]
        self.rows.set_rows(rows)
        framed(self.panel, self._title(found))

    def _title(self, found: Found) -> str:
        if not found.old_count:
            return t("checkin.screen.review.panel", count=found.count)
        return t("checkin.screen.review.panel_old", count=found.count, old=found.old_count, days=closing.OLD_DAYS)

    def _row(self, one: Waiting, *, is_old: bool = False) -> Row:
        clock = self.desk_app.clock_text
        if one.visit is not None:
            visit = one.visit
            assert visit.left_at is not None
            cells = (
                visit.day if is_old else day_words(visit.day),
                visit.volunteer_no,
                mask_name(visit.name),
                span(visit.entered_at, visit.left_at, clock),
                length((visit.left_at - visit.entered_at) // 1000),
                t("checkin.screen.review.by_end" if one.ends_as_planned else "checkin.screen.review.by_most"),
                credited_words(visit.credited_to),
            )
            return Row(one.key, cells, "muted" if is_old else "")
        found = one.exit
        assert found is not None
        cells = (
            day_words(self._day_of(found).isoformat()),
            found.volunteer_no or "",
            mask_name(found.name),
            f"-{clock(found.at)}",
            "",
            t("checkin.screen.review.exit_only"),
            "",
        )
        return Row(one.key, cells, "warning")

    def _day_of(self, found: ExitLine) -> date:
        return datetime.fromtimestamp(found.at / 1000, zone_of(self)).date()

    def _one(self) -> Waiting | None:
        return self.under_cursor(self._listed, lambda one: one.key)

    def why_not(self, name: str) -> str | None:
        """What can be done depends on what the row is."""
        if name in ("refusals", "close"):
            return None
        if name == "refuse_old" and not self._old_count:
            return t("checkin.screen.old.none", days=closing.OLD_DAYS)
        if name != "show" and self.is_auditor:
            return t("checkin.screen.auditor")
        if name == "refuse_old":
            return None
        one = self._one()
        if one is None:
            return t("checkin.screen.review.none")
        if name in ("accept", "refuse", "credit") and one.visit is None:
            return t("checkin.screen.review.needs_entry")
        if name == "set_aside" and one.exit is None:
            return t("checkin.screen.review.only_exits")
        if name == "accept_all" and not any(each.ends_as_planned for each in self._listed):
            return t("checkin.screen.review.none_by_end")
        return None

    async def action_command(self, name: str) -> None:
        """Run a command; the one that the bar has no room for says too why it cannot run."""
        await super().action_command(name)
        reason = self.why_not(name) if name == "set_aside" else None
        if reason is not None:
            self.notify(reason, severity="warning")

    async def do_show(self) -> None:
        """The visit with its history, and from there the same keys."""
        one = self._one()
        assert one is not None
        if one.visit is None:
            await self._show_exit(one)
            return
        commands = {command.key.split(",")[0]: command for command in self.COMMAND_TABLE}
        keys = [(key, commands[key].label) for key in ("f7", "f8", "ctrl+e", "ctrl+t")]

        async def then(key: str) -> None:
            # The list may have been read again meanwhile.
            if self.rows.move_to(one.key):
                await self.action_command(commands[key].name)

        await show_visit(self, one.visit, keys, then)

    async def _show_exit(self, one: Waiting) -> None:
        found = one.exit
        assert found is not None

        async def answered(key: str | None) -> None:
            if key is not None and self.rows.move_to(one.key):
                await self.action_command({"ctrl+e": "correct", "delete": "set_aside"}[key])

        title = f"{who(found.name, found.volunteer_no or '')}  {found.team}".rstrip()
        words = t("checkin.screen.review.about_exit", time=self.desk_app.moment_text(found.at))
        keys = [("ctrl+e", t("checkin.screen.review.give_entry")), ("delete", t("checkin.screen.command.set_aside"))]
        await self.app.push_screen(ReadDialog(title, [(words, "")], keys), answered)

    async def do_accept(self) -> None:
        """Credit what was inferred."""
        await self._judge(accepted=True)

    async def do_refuse(self) -> None:
        """Credit nothing."""
        await self._judge(accepted=False)

    async def _judge(self, *, accepted: bool) -> None:
        one = self._one()
        assert one is not None and one.visit is not None
        visit = one.visit

        def case(context: Context) -> bool:
            closing.review_visit(context, visit.volunteer_no, visit.day, visit.number, accepted)
            return True

        done = await self.attempt(case)
        await self.reload()
        if done:
            name = who(visit.name, visit.volunteer_no)
            times = span(visit.entered_at, visit.left_at, self.desk_app.clock_text)
            key = "checkin.screen.review.accepted" if accepted else "checkin.screen.review.refused"
            self.notify(t(key, who=name, day=visit.day[5:], span=times))

    async def do_accept_all(self) -> None:
        """Accept, after a question, every exit listed that is the end of what the visit is credited to."""
        ending = [
            closing.VisitKey(one.visit.volunteer_no, one.visit.day, one.visit.number)
            for one in self._listed
            if one.visit is not None and one.ends_as_planned
        ]

        async def answered(key: str | None) -> None:
            if key != "enter":
                return
            count = await self.attempt(lambda context: closing.accept_ended(context, ending))
            await self.reload()
            if count is not None:
                self.notify(t("checkin.screen.review.all_accepted", count=count))

        lines = [(t("checkin.screen.review.all_means"), "muted")]
        keys = [("enter", t("checkin.screen.command.accept"))]
        title = t("checkin.screen.review.all_question", count=len(ending))
        await self.app.push_screen(ReadDialog(title, lines, keys), answered)  # type: ignore[arg-type]

    async def do_refuse_old(self) -> None:
        """Refuse, for one reason, all that has waited for long."""
        await ask_old(self)

    async def do_correct(self) -> None:
        """Put the times right; an exit without an entry is given one."""
        one = self._one()
        assert one is not None
        if one.visit is not None:
            await ask_correct(self, one.visit)
            return
        found = one.exit
        assert found is not None

        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                minute = minute_of(values["entered"])
            except ValueError:
                minute = None
            if minute is None:
                return Wrong(t("checkin.screen.bad_time"), "entered")
            midnight = datetime.combine(self._day_of(found), time(), zone_of(self))
            entered = midnight + timedelta(minutes=minute)
            return await self._settle(found, entered, values["reason"], t("checkin.screen.review.entry_given"))

        fields = (
            Field("entered", t("checkin.screen.entered"), hint=t("checkin.screen.time_hint")),
            Field("reason", t("checkin.screen.reason"), hint=reason_hint()),
        )
        await self.app.push_screen(FormDialog(self._exit_title(found), fields, save))

    async def do_set_aside(self) -> None:
        """Settle an exit without an entry: it was a mistake, and gives no hours."""
        one = self._one()
        assert one is not None and one.exit is not None
        found = one.exit

        async def save(values: dict[str, str]) -> str | Wrong | None:
            return await self._settle(found, None, values["reason"], t("checkin.screen.review.set_aside"))

        field = Field("reason", t("checkin.screen.reason"), hint=t("checkin.screen.review.aside_hint"))
        await self.app.push_screen(FormDialog(self._exit_title(found), (field,), save))

    async def _settle(self, found: ExitLine, entered: datetime | None, reason: str, said: str) -> str | None:
        typed = typed_reason(reason)
        return await save_change(
            self, lambda context: correcting.settle_exit(context, found.id, entered=entered, reason=typed), said
        )

    def _exit_title(self, found: ExitLine) -> str:
        name = who(found.name, found.volunteer_no or "")
        return t("checkin.screen.review.exit_title", who=name, time=self.desk_app.moment_text(found.at))

    async def do_credit(self) -> None:
        """Credit it to another assignment or session."""
        one = self._one()
        assert one is not None and one.visit is not None
        await ask_credit(self, one.visit)

    async def do_refusals(self) -> None:
        """Today's attempts that were refused."""
        await self.app.push_screen(RefusalsScreen())
