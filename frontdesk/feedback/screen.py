"""The five rating keys, and the way to all that is made of ratings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from frontdesk.context import Context
from frontdesk.feedback import service
from frontdesk.feedback.service import Subject
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.faces import Levels
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from textual.timer import Timer

ROOMS: dict[str, tuple[str, str]] = {
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
"""What nobody does who only reads."""

RECORDED_SECONDS = 30.0
"""How long what was written down on behalf of somebody may be taken back here."""


class RatingsScreen(DeskScreen):
    """Turned to the resident: one key of five, for what just happened or for something else of today.

    And the way to all that is made of ratings.
    """

    area: ClassVar[str] = "feedback"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        *(Command("feedback", f"rate_{level}", str(level), in_bar=False) for level in service.LEVELS),
        Command("feedback", "next_subject", "right"),
        Command("feedback", "previous_subject", "left", in_bar=False),
        Command("feedback", "details", "0"),
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
        self._subjects: list[Subject] = []
        self._chosen: Subject | None = None
        self._last: bytes | None = None
        self._given: bytes | None = None
        self._to_explain: bytes | None = None
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """The question, five keys, the answer."""
        with Vertical(id="rating"):
            yield Plain("", id="subject")
            yield Plain(t("feedback.question"), id="question-line")
            yield Levels()
            yield Plain("", id="thanks")
            yield Plain("", id="count")

    async def load(self) -> None:
        """What can be rated now, what just happened first; show how many did today."""

        def case(context: Context) -> tuple[list[Subject], int]:
            day = context.today()
            return service.subjects_now(context), service.count(context, day, day)

        self._subjects, count = await self.desk_app.desk.run(case)
        if self._chosen not in self._subjects:
            self._chosen = None
        self.query_one("#subject", Plain).update(t("feedback.subject", name=self._subject.label))
        self.query_one("#count", Plain).update(t("feedback.count_today", count=count))

    @property
    def _subject(self) -> Subject:
        """What a key rates: what was turned to, else what just happened."""
        return self._chosen or self._subjects[0]

    def why_not(self, name: str) -> str | None:
        """There must be a rating to take back or to say more of; who only reads writes no slips."""
        if name in WRITES and self.is_auditor:
            return self.why_read_only()
        if name == "details" and self._to_explain is None:
            return t("feedback.nothing_to_explain")
        if name in ("next_subject", "previous_subject") and self._given is not None:
            return t("feedback.may_be_corrected")
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
        subject, key = self._subject, self._given
        done = await self.attempt(lambda context: service.rate_or_correct(context, level, key, subject=subject))
        if done is None:
            return
        words = t("feedback.thanks" if key is None else "feedback.corrected", level=t(f"feedback.level.{level}"))
        self._given = done[0]
        self._remember(*done, words)
        await self.reload()

    def _remember(self, key: bytes, seconds: float, words: str) -> None:
        """For so long a rating may be taken back, and the one just given corrected by another key; more may be said of
        it until the next one.
        """
        self._last = self._to_explain = key
        self.query_one("#thanks", Plain).update(words)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self._next_person)

    def _next_person(self) -> None:
        """From now on a key is the rating of somebody else."""
        self._last = self._given = self._chosen = None
        self.query_one("#thanks", Plain).update("")
        if self._subjects:
            self.query_one("#subject", Plain).update(t("feedback.subject", name=self._subject.label))
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
        place = self._subjects.index(self._subject)
        self._chosen = self._subjects[(place + by) % len(self._subjects)]
        self._to_explain = None
        await self.reload()

    async def do_next_subject(self) -> None:
        """Rate the next thing of today."""
        await self._turn(1)

    async def do_previous_subject(self) -> None:
        """Rate the one before."""
        await self._turn(-1)

    async def do_details(self) -> None:
        """Say more of the rating that was just given."""
        from frontdesk.feedback.capture.forms_screen import ask_details

        key = self._to_explain
        assert key is not None

        async def said() -> None:
            # Another form, empty again, would wipe out what stands there.
            if self._to_explain == key:
                self._to_explain = None
            await self.reload()

        await ask_details(self, key, said)

    async def do_on_behalf(self) -> None:
        """Write down what somebody said by phone or in a letter."""
        from frontdesk.feedback.capture.entry_screen import open_entry

        async def recorded(key: bytes, words: str) -> None:
            # The next key is that of somebody at the desk.
            self._given = None
            self._remember(key, RECORDED_SECONDS, words)
            await self.reload()

        await open_entry(self, recorded)

    async def do_take_back(self) -> None:
        """Remove the rating that was just given."""
        key = self._last
        assert key is not None

        def case(context: Context) -> bool:
            service.take_back(context, key)
            return True

        is_done = await self.attempt(case)
        self._next_person()
        self._to_explain = None
        self.query_one("#thanks", Plain).update(t("feedback.taken_back") if is_done else "")
        await self.reload()
