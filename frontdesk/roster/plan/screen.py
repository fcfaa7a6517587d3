"""Planning at the desk: in a process and a thread of its own, with progress, a stop that keeps the best, a result.

Nothing here waits: while planning runs every key and every scan is taken as always.
"""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from db.duty import Plan
from frontdesk.calendar.service import unknown_years
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.roster.board.facts import short_day
from frontdesk.roster.board.screen import BoardScreen
from frontdesk.roster.plan import drafting
from frontdesk.roster.plan import service as plans
from frontdesk.roster.plan.screen_words import proposal_lines, remedy_lines, result_lines
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, QuestionDialog, Wrong
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import Line, ReadDialog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from frontdesk.planning.ab import AbProgress
    from frontdesk.planning.client import PlanningClient
    from frontdesk.roster.plan.replanning import Proposal
    from frontdesk.roster.plan.service import Made

T = TypeVar("T")

MOST_SECONDS = 3600
DEFAULT_WEEKS, DEFAULT_SECONDS = 4, 30
YES = ("y", "1", "是", "s")


@dataclass(frozen=True)
class Order:
    """What is to be planned: from a day on, so many weeks, within so many seconds; two absences at once too."""

    first: date
    weeks: int
    seconds: int
    pairs: bool


class PlanProgress(Message):
    """Where planning stands."""

    def __init__(self, progress: AbProgress) -> None:
        super().__init__()
        self.progress = progress


class Planning(BoardScreen):
    """The part of the roster screen that makes drafts and publishes them."""

    def __init__(self) -> None:
        super().__init__()
        self._client: PlanningClient | None = None
        self._planning = False
        self._result: Made | None = None
        """A result that nobody has seen yet: another screen was in front when it came."""

    def why_not(self, name: str) -> str | None:
        """One plan at a time; only a draft can be published, and only by a manager."""
        if name in ("plan", "publish", "drafts", "replan") and self.is_auditor:
            return t("roster_screen.auditor")
        if name in ("plan", "replan", "remedies") and self._planning:
            return t("roster_screen.plan.running")
        if name in ("publish", "remedies") and self.plan_id is None:
            return t("roster_screen.plan.no_draft")
        if name == "stop" and not self._planning and self.plan_id is None:
            return t("roster_screen.plan.nothing_runs")
        return super().why_not(name)

    @property
    def client(self) -> PlanningClient:
        """The planning process, started with the first question."""
        if self._client is None:
            from frontdesk.planning.client import PlanningClient

            self._client = PlanningClient()
        return self._client

    async def do_plan(self) -> None:
        """Ask what is to be planned, the days behind the published roster unless told otherwise."""
        until = await self.attempt(drafting.planned_until)
        today = self.desk_app.today()
        first = max(until + timedelta(days=1), today) if until else today + timedelta(days=7 - today.weekday())

        async def save(values: dict[str, str]) -> str | Wrong | None:
            read = read_order(values, today)
            if isinstance(read, Wrong):
                return read
            self._begin(read)
            return None

        no = t("roster_screen.plan.no")
        fields = (
            Field("first", t("roster_screen.plan.first"), f"{first:%Y-%m-%d}", t("roster_screen.day_hint")),
            Field("weeks", t("roster_screen.plan.weeks"), str(DEFAULT_WEEKS), t("roster_screen.plan.weeks_hint")),
            Field("seconds", t("roster_screen.plan.seconds"), str(DEFAULT_SECONDS)),
            Field("pairs", t("roster_screen.plan.pairs"), no, t("roster_screen.plan.pairs_hint")),
        )
        await self.app.push_screen(FormDialog(t("roster_screen.plan.title"), fields, save))

    def _begin(self, order: Order) -> None:
        self._planning = True
        self._say(t("roster_screen.plan.starting"))
        self.refresh_frame()
        self.run_worker(self._plan(order), exclusive=True, group="planning")

    async def _plan(self, order: Order) -> None:
        client = self.client

        def told(progress: AbProgress) -> None:
            # From the planning thread; a screen that is gone takes no messages and raises nothing.
            self.post_message(PlanProgress(progress))

        def case(context: Context) -> Made:
            return plans.make_plan(
                context,
                client,
                order.first,
                order.weeks,
                seconds=float(order.seconds),
                second=order.pairs,
                on_progress=told,
            )

        made: Made | None = None
        try:
            made = await self.desk_app.desk.run_long(case)
        except CodedError as failure:
            await self.app.push_screen(ReadDialog(t("roster_screen.plan.failed"), [(words_for(failure), "bad")]))
        finally:
            self._planning = False
            self._say("")
            self.refresh_frame()
        if made is None:
            return
        self._result = made
        if self.is_active:
            await self._show_result()
        else:
            self.notify(t("roster_screen.plan.ready"), timeout=20)

    def _say(self, words: str) -> None:
        line = self.query_one("#roster-progress", Plain)
        line.update(words)
        line.display = bool(words)

    def on_plan_progress(self, message: PlanProgress) -> None:
        """Move the line: empty roles, best found, proven bound, gap, seconds."""
        from frontdesk.roster.plan.words import figures

        one = message.progress
        if self._planning:
            self._say(t("roster_screen.plan.progress", **figures(one), seconds=f"{one.seconds:.0f}"))

    async def on_screen_resume(self) -> None:
        """Show a result that came while another screen was in front."""
        await super().on_screen_resume()
        if self._result is not None and not self._planning:
            await self._show_result()

    async def _show_result(self) -> None:
        """Status, cost, proof; then look at the draft, publish it, or ask what would help."""
        made, self._result = self._result, None
        if made is None:
            return
        await self.show_draft(made.plan_id)
        keys = [("enter", t("roster_screen.plan.look")), ("ctrl+s", t("roster_screen.plan.publish"))]
        if made.vacant:
            keys.append(("f8", t("roster_screen.plan.remedies")))

        async def answered(key: str | None) -> None:
            if key == "ctrl+s":
                await self.do_publish()
            elif key == "f8":
                await self.do_remedies()

        days = made.posed.situation
        unknown = await self.attempt(lambda context: unknown_years(context, days.first, days.last))
        title = t("roster_screen.plan.result", id=made.plan_id)
        await self.app.push_screen(ReadDialog(title, result_lines(made, unknown or ()), keys), answered)

    async def do_remedies(self) -> None:
        """Why roles of the draft stay empty, and what would fill them, the cheapest first."""
        plan_id, client = self.plan_id, self.client
        if plan_id is None:
            return

        async def show(lines: list[Line]) -> None:
            await self.app.push_screen(ReadDialog(t("roster_screen.plan.remedies_title"), lines))

        words = t("roster_screen.plan.looking_for_remedies")
        self._ask(words, lambda context: remedy_lines(context, client, plan_id), show)

    async def do_replan(self) -> None:
        """Mend the published roster with as few changes as can be; each is explained before it is accepted."""
        from frontdesk.roster.plan.replanning import accept, replan

        client = self.client

        async def show(proposal: Proposal) -> None:
            async def answered(key: str | None) -> None:
                if key != "enter":
                    return
                done = await self.attempt(lambda context: accept(context, proposal))
                if done is not None:
                    self.notify(t("roster_screen.plan.mended", count=len(done)), timeout=12)
                await self.reload()

            keys = [("enter", t("roster_screen.plan.accept"))] if proposal.changes else []
            title = t("roster_screen.plan.mend_title", first=proposal.first, last=proposal.last)
            await self.app.push_screen(ReadDialog(title, proposal_lines(proposal), keys), answered)

        self._ask(t("roster_screen.plan.mending"), lambda context: replan(context, client), show)

    def _ask(self, words: str, case: Callable[[Context], T], show: Callable[[T], Awaitable[None]]) -> None:
        """Ask the planning process something, with a line that says so meanwhile, and show the answer."""
        self._planning = True
        self._say(words)
        self.refresh_frame()

        async def ask() -> None:
            try:
                answer = await self.desk_app.desk.run_long(case)
            except CodedError as failure:
                self.desk_app.say_failure(failure)
                return
            finally:
                self._planning = False
                self._say("")
                self.refresh_frame()
            await show(answer)

        self.run_worker(ask(), exclusive=True, group="planning")

    async def do_publish(self) -> None:
        """Make the draft the roster that is worked by; asks once."""
        plan_id = self.plan_id
        assert plan_id is not None

        async def answered(yes: bool | None) -> None:
            if not yes:
                return
            count = await self.attempt(lambda context: plans.publish(context, plan_id))
            if count is not None:
                self.plan_id = None
                self.notify(t("roster_screen.plan.published", count=count), timeout=12)
            await self.reload()

        question = t("roster_screen.plan.publish_question", id=plan_id)
        await self.app.push_screen(QuestionDialog(question, t("roster_screen.plan.publish")), answered)

    async def do_drafts(self) -> None:
        """The drafts that may still be published; Enter opens one."""
        found = await self.attempt(drafting.drafts)
        if found is None:
            return
        if not found:
            self.notify(t("roster_screen.plan.no_drafts"), severity="warning")
            return
        choices = [(str(plan.id), self._draft_words(plan)) for plan in found]
        if self.plan_id is not None:
            choices.append((f"-{self.plan_id}", t("roster_screen.plan.discard", id=self.plan_id)))

        async def chosen(number: str | None) -> None:
            if number is None:
                return
            if number.startswith("-"):
                await self.attempt(lambda context: plans.discard(context, int(number[1:])))
                await self.show_draft(None)
                return
            await self.show_draft(int(number))

        await self.app.push_screen(ChoiceDialog(t("roster_screen.plan.drafts_title"), choices), chosen)

    def _draft_words(self, plan: Plan) -> str:
        first, last = (short_day(date.fromisoformat(day)) for day in (plan.first_day, plan.last_day))
        made = self.desk_app.moment_text(plan.made_at)
        status = t(f"roster_screen.plan.status.{plan.status}")
        return t("roster_screen.plan.draft", id=plan.id, first=first, last=last, made=made, status=status)

    async def do_stop(self) -> None:
        """Stop planning and keep the best so far; without a running plan leave the draft."""
        if self._planning:
            if self._client is not None:
                self._say(t("roster_screen.plan.stopping"))
                # Not here: the thread that asks may just be writing a long question to the process.
                await to_thread(self._client.stop)
            return
        await self.show_draft(None)

    def on_unmount(self) -> None:
        """Leaving the program ends the planning process; the best so far is kept as a draft."""
        if self._client is not None:
            self._client.stop()
            self._client.close()


def read_order(values: dict[str, str], today: date) -> Order | Wrong:
    """What was typed into the form of a plan, or what must be corrected first."""
    from frontdesk.roster.plan.service import MOST_WEEKS

    try:
        first = read_typed_date(values["first"], today)
    except ValueError:
        return Wrong(t("roster_screen.bad_day"), "first")
    weeks = _whole(values["weeks"], MOST_WEEKS)
    if weeks is None:
        return Wrong(t("roster_screen.plan.bad_number", most=MOST_WEEKS), "weeks")
    seconds = _whole(values["seconds"], MOST_SECONDS)
    if seconds is None:
        return Wrong(t("roster_screen.plan.bad_number", most=MOST_SECONDS), "seconds")
    return Order(first, weeks, seconds, values["pairs"].strip().lower().startswith(YES))


def _whole(text: str, most: int) -> int | None:
    from unicodedata import normalize

    folded = normalize("NFKC", text).strip()
    if not (folded.isascii() and folded.isdigit()):
        return None
    return int(folded) if 1 <= int(folded) <= most else None
