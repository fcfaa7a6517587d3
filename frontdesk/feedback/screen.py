"""The five rating keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

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


class RatingsScreen(DeskScreen):
    """Turned to the resident: one key of five, for the counter or for a session of today."""

    area: ClassVar[str] = "feedback"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        *(Command("feedback", f"rate_{level}", str(level), in_bar=False) for level in service.LEVELS),
        Command("feedback", "next_subject", "right"),
        Command("feedback", "previous_subject", "left", in_bar=False),
        Command("feedback", "take_back", "delete"),
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
        """There must be a rating to take back."""
        return t("feedback.nothing_to_take_back") if name == "take_back" and self._last is None else None

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
