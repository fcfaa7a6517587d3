"""Paper slips keyed in quickly: a digit is a slip, and it is kept as soon as it is seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from frontdesk.common.dates import screen_date
from frontdesk.errors import CodedError
from frontdesk.feedback.capture import typed
from frontdesk.feedback.capture.forms_screen import ask_details, level_width
from frontdesk.feedback.capture.rules import LEVELS, Entry, Subject
from frontdesk.feedback.capture.subjects import known_subject, subjects_on
from frontdesk.feedback.service import record_slips, take_back
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

OTHER = "?"


@dataclass
class Slip:
    """A slip that was keyed in while this screen is open; its key exists here and in its row only."""

    number: int
    key: bytes
    level: int
    label: str
    more: bool = False


async def open_slips(screen: DeskScreen) -> None:
    """Open the pile."""
    await screen.app.push_screen(SlipsScreen())


class SlipsScreen(PushedListScreen):
    """The slips of this sitting, the last one first; above them the day and what they are about."""

    area: ClassVar[str] = "feedback"
    title_key: ClassVar[str] = "slips.title"
    list_id: ClassVar[str] = "slips"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        *(Command("feedback", f"slip_{level}", str(level), in_bar=False) for level in LEVELS),
        Command("feedback", "slip_more", "enter"),
        Command("feedback", "slip_undo", "delete,minus"),
        Command("feedback", "slip_subject", "asterisk,ctrl+s"),
        Command("feedback", "slip_day", "slash,ctrl+g"),
        Command("feedback", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._slips: list[Slip] = []
        self._day: date | None = None
        self._subject: Subject | None = None
        self._counted = 0

    def columns(self) -> tuple[Column, ...]:
        """Number in this sitting, level, what it is about, whether more was said."""
        return (
            Column(t("feedback.column.number"), 5),
            Column(t("feedback.column.level"), level_width()),
            Column(t("feedback.column.subject")),
            Column(t("feedback.column.more"), 8),
        )

    def empty_words(self) -> str:
        """What to do first."""
        return t("feedback.slips.none")

    def compose_above(self) -> ComposeResult:
        """What the next digit means."""
        yield Plain("", id="slips-about", classes="slips-line")
        yield Plain("", id="slips-tally", classes="slips-line")

    async def load(self) -> None:
        """Show the slips, and what the next digit means."""
        day = self._day = self._day or self.desk_app.today()
        if self._subject is None:
            self._subject = (await self.desk_app.desk.run(lambda context: subjects_on(context, day)))[0]
        about = t("feedback.slips.about", day=screen_date(day), name=self._subject.label)
        self.query_one("#slips-about", Plain).update(about)
        levels = Counter(one.level for one in self._slips)
        tally = "   ".join(f"{t(f'feedback.level.{level}')} {levels[level]}" for level in LEVELS)
        self.query_one("#slips-tally", Plain).update(tally)
        self.rows.set_rows([self._row(one) for one in reversed(self._slips)])
        framed(self.panel, t("feedback.slips.panel", count=len(self._slips)))

    @staticmethod
    def _row(one: Slip) -> Row:
        level = f"{one.level} {t(f'feedback.level.{one.level}')}"
        said = t("feedback.slips.said") if one.more else ""
        return Row(str(one.number), (str(one.number), level, one.label, said), "bad" if one.level <= 2 else "")

    def why_not(self, name: str) -> str | None:
        """There must be a slip to take back or to say more of."""
        if self.is_auditor and name != "close":
            return self.why_read_only()
        return t("feedback.slips.none") if name in ("slip_more", "slip_undo") and not self._slips else None

    async def _key_in(self, level: int) -> None:
        day, subject = self._day, self._subject
        assert day is not None
        assert subject is not None
        entry = Entry(day=day, kind=subject.kind, subject=subject.subject, level=level)
        keys = await self.attempt(lambda context: record_slips(context, [entry]))
        if keys is not None:
            self._counted += 1
            self._slips.append(Slip(self._counted, keys[0], level, subject.label))
            await self.reload()
            self.rows.move_to(str(self._counted))

    async def do_slip_5(self) -> None:
        """Very satisfied."""
        await self._key_in(5)

    async def do_slip_4(self) -> None:
        """Satisfied."""
        await self._key_in(4)

    async def do_slip_3(self) -> None:
        """Fairly satisfied."""
        await self._key_in(3)

    async def do_slip_2(self) -> None:
        """Dissatisfied."""
        await self._key_in(2)

    async def do_slip_1(self) -> None:
        """Very dissatisfied."""
        await self._key_in(1)

    async def do_slip_undo(self) -> None:
        """Take the last slip out again, and with the next press the one before it."""
        last = self._slips[-1]
        try:
            await self.desk_app.desk.run(lambda context: take_back(context, last.key))
        except CodedError as refusal:
            self.desk_app.say_failure(refusal)
            return
        self._slips.pop()
        self.notify(t("feedback.slips.undone", number=last.number, level=t(f"feedback.level.{last.level}")))
        await self.reload()

    async def do_slip_more(self) -> None:
        """What else stands on the slip under the cursor."""
        slip = self.under_cursor(self._slips, lambda one: str(one.number))
        if slip is None:
            return

        async def done() -> None:
            slip.more = True
            await self.reload()

        await ask_details(self, slip.key, done)

    async def do_slip_subject(self) -> None:
        """Choose what the next slips are about."""
        day = self._day
        assert day is not None
        found = await self.attempt(lambda context: subjects_on(context, day))
        if found is None:
            return

        async def chosen(choice: str | None) -> None:
            if choice == OTHER:
                await self._ask_subject(day)
            elif choice is not None:
                self._subject = found[int(choice)]
                await self.reload()

        choices = [(str(place), one.label) for place, one in enumerate(found)]
        choices.append((OTHER, t("feedback.slips.other_subject")))
        await self.app.push_screen(ChoiceDialog(t("feedback.slips.choose"), choices), chosen)

    async def _ask_subject(self, day: date) -> None:
        async def save(values: dict[str, str]) -> str | None:
            def case(context: Context) -> Subject:
                return known_subject(context, *typed.read_about(values["subject"]), day)

            try:
                self._subject = await self.desk_app.desk.run(case)
            except CodedError as refusal:
                return words_for(refusal)
            await self.reload()
            return None

        field = Field("subject", t("feedback.form.subject"), hint=t("feedback.form.subject.hint"))
        await self.app.push_screen(FormDialog(t("feedback.slips.choose"), (field,), save))

    async def do_slip_day(self) -> None:
        """Choose the day on which the next slips were filled in."""

        async def save(values: dict[str, str]) -> str | None:
            try:
                day = typed.read_day(values["day"], self.desk_app.today())
                if day > self.desk_app.today():
                    return t("feedback.slips.future")
                about = self._subject
                if about is not None:
                    await self.desk_app.desk.run(lambda context: known_subject(context, about.kind, about.subject, day))
            except CodedError as refusal:
                return words_for(refusal)
            self._day = day
            await self.reload()
            return None

        field = Field("day", t("feedback.form.day"), hint=t("feedback.form.day.hint"))
        await self.app.push_screen(FormDialog(t("feedback.slips.day"), (field,), save))
