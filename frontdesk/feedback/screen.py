"""The five rating keys."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from frontdesk.activities import service as activities
from frontdesk.context import Context
from frontdesk.feedback import service
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.bigdigits import BigDigits
from frontdesk.shell.command import Command
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from textual.timer import Timer


ROOMS: dict[str, tuple[str, str]] = {
    "on_behalf": ("capture.entry_screen", "open_entry"),
    "slips": ("capture.slips_screen", "open_slips"),
    "follow_ups": ("followup.screen", "open_follow_ups"),
    "statistics": ("statistics.screen", "open_statistics"),
    "comments": ("words.screen", "open_comments"),
    "reviews": ("review.screen", "open_reviews"),
    "records": ("capture.records_screen", "open_records"),
    "export": ("capture.export_screen", "open_export"),
    "services": ("capture.services_screen", "open_services"),
}
"""What opens over this screen: the room's module and its function, imported when it is first needed."""

WRITES = frozenset(("on_behalf", "slips"))
"""Rooms that nobody opens who only reads."""


class RatingsScreen(DeskScreen):
    """Turned to the resident: one key of five, for the counter or for a session of today; and the way to all that is
    made of ratings.
    """

    area: ClassVar[str] = "feedback"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        *(Command("feedback", f"rate_{level}", str(level), in_bar=False) for level in service.LEVELS),
        Command("feedback", "next_subject", "right"),
        Command("feedback", "previous_subject", "left", in_bar=False),
        Command("feedback", "take_back", "delete"),
        Command("feedback", "on_behalf", "ctrl+n"),
        Command("feedback", "slips", "ctrl+s"),
        Command("feedback", "follow_ups", "ctrl+w"),
        Command("feedback", "statistics", "ctrl+t"),
        Command("feedback", "comments", "ctrl+f", in_bar=False),
        Command("feedback", "reviews", "ctrl+e", in_bar=False),
        Command("feedback", "records", "ctrl+r", in_bar=False),
        Command("feedback", "export", "ctrl+o", in_bar=False),
        Command("feedback", "services", "ctrl+y", in_bar=False),
    )

    def __init__(self) -> None:
        super().__init__()
        self._subjects: list[tuple[str | None, str]] = [(None, t("feedback.counter"))]
        self._code: str | None = None
        self._last: bytes | None = None
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """The question, five keys, the answer."""
        with Vertical(id="rating"):
            yield Plain("", id="subject")
            yield Plain(t("feedback.question"), id="question-line")
            with Horizontal(id="levels"):
                for level in service.LEVELS:
                    with Vertical(classes=f"level level-{level}"):
                        yield BigDigits(str(level))
                        yield Plain(t(f"feedback.level.{level}"), classes="level-words")
            yield Plain("", id="thanks")
            yield Plain("", id="count")

    async def load(self) -> None:
        """The counter and today's sessions can be rated; show how many did today."""

        def case(context: Context) -> tuple[list[tuple[str | None, str]], int]:
            day = context.today()
            lines = activities.sessions(context, day, day)
            named: list[tuple[str | None, str]] = [
                (line.code, line.name) for line in lines if line.state != "cancelled"
            ]
            return [(None, t("feedback.counter")), *named], service.count(context, day, day)

        self._subjects, count = await self.desk_app.desk.run(case)
        names = dict(self._subjects)
        if self._code not in names:
            self._code = None
        self.query_one("#subject", Plain).update(t("feedback.subject", name=names[self._code]))
        self.query_one("#count", Plain).update(t("feedback.count_today", count=count))

    def why_not(self, name: str) -> str | None:
        """There must be a rating to take back; who only reads writes no slips."""
        if name in WRITES and self.is_auditor:
            return self.why_read_only()
        return t("feedback.nothing_to_take_back") if name == "take_back" and self._last is None else None

    async def action_command(self, name: str) -> None:
        """A room opens by its name, every other command has a method; what cannot run says why."""
        if name not in ROOMS:
            await super().action_command(name)
            return
        reason = self.why_not(name)
        if reason is not None:
            self.notify(reason, severity="warning")
            return
        module, function = ROOMS[name]
        opens: Any = getattr(import_module(f"frontdesk.feedback.{module}"), function)
        await opens(self)

    async def _rate(self, level: int) -> None:
        code, key = self._code, self._last
        done = await self.attempt(lambda context: service.rate_or_correct(context, level, key, session_code=code))
        if done is None:
            return
        words = "feedback.thanks" if key is None else "feedback.corrected"
        self._last, seconds = done
        self.query_one("#thanks", Plain).update(t(words, level=t(f"feedback.level.{level}")))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self._next_person)
        await self.reload()

    def _next_person(self) -> None:
        """From now on a key is the rating of somebody else."""
        self._last = None
        self.query_one("#thanks", Plain).update("")
        self.refresh_frame()

    async def do_rate_5(self) -> None:
        """Very satisfied."""
        await self._rate(5)

    async def do_rate_4(self) -> None:
        """Satisfied."""
        await self._rate(4)

    async def do_rate_3(self) -> None:
        """Fairly satisfied."""
        await self._rate(3)

    async def do_rate_2(self) -> None:
        """Dissatisfied."""
        await self._rate(2)

    async def do_rate_1(self) -> None:
        """Very dissatisfied."""
        await self._rate(1)

    async def _turn(self, by: int) -> None:
        self._next_person()
        codes = [code for code, _ in self._subjects]
        self._code = codes[(codes.index(self._code) + by) % len(codes)]
        await self.reload()

    async def do_next_subject(self) -> None:
        """Rate the next session of today."""
        await self._turn(1)

    async def do_previous_subject(self) -> None:
        """Rate the one before."""
        await self._turn(-1)

    async def do_take_back(self) -> None:
        """Remove the rating that was just given."""
        key = self._last
        assert key is not None
        await self.attempt(lambda context: service.take_back(context, key))
        self._next_person()
        self.query_one("#thanks", Plain).update(t("feedback.taken_back"))
        await self.reload()
