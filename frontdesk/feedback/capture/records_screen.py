"""Ratings one by one, as far as staff may look at them; a manager puts right what was keyed in wrongly."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.dates import screen_date
from frontdesk.common.masking import mask_numbers
from frontdesk.common.text import wrap
from frontdesk.feedback.capture import typed
from frontdesk.feedback.capture.forms_screen import WRONG_FIELD, level_width
from frontdesk.feedback.capture.recording import Listed, correct_entry, remove_entry, workable
from frontdesk.feedback.capture.rules import ASPECTS, KEYED_IN
from frontdesk.locale import t
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, FormDialog, SavingForm, Wrong, save_form
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column, Row

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.shell.base import DeskScreen

DAYS = 7


async def open_records(screen: DeskScreen) -> None:
    """Open the list of the last seven days."""
    await screen.app.push_screen(RecordsScreen())


class RecordsScreen(PushedListScreen):
    """The ratings of seven days, the latest day first; of anonymous ones today's are not among them."""

    area: ClassVar[str] = "feedback"
    title_key: ClassVar[str] = "records.title"
    list_id: ClassVar[str] = "ratings"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("feedback", "look", "enter"),
        Command("feedback", "correct_entry", "ctrl+e"),
        Command("feedback", "remove_entry", "delete"),
        Command("feedback", "earlier", "left"),
        Command("feedback", "later", "right"),
        Command("feedback", "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._last: date | None = None
        self._found: list[Listed] = []

    def columns(self) -> tuple[Column, ...]:
        """Day, level, subject, how it came in, who, what was said."""
        return (
            Column(t("feedback.column.day"), 10),
            Column(t("feedback.column.level"), level_width()),
            Column(t("feedback.column.subject"), 24),
            Column(t("feedback.column.channel"), 7),
            Column(t("feedback.column.rater"), 8, optional=True),
            Column(t("feedback.column.comment")),
        )

    def empty_words(self) -> str:
        """Nothing that may be looked at."""
        return t("feedback.records.none")

    async def load(self) -> None:
        """Read the seven days."""
        last = self._last or self.desk_app.today()
        first = last - timedelta(days=DAYS - 1)
        self._found = await self.desk_app.desk.run(lambda context: workable(context, first, last))
        self.rows.set_rows([self._row(one) for one in self._found])
        span = t("feedback.records.panel", first=screen_date(first), last=screen_date(last), count=len(self._found))
        framed(self.panel, span, t("feedback.records.today"))

    @staticmethod
    def _row(one: Listed) -> Row:
        rating = one.rating
        said = mask_numbers(" ".join(rating.comment.split())) or "、".join(one.tags)
        return Row(
            rating.key.hex(),
            (
                rating.day,
                f"{rating.level} {t(f'feedback.level.{rating.level}')}",
                one.label,
                t(f"feedback.channel.{rating.channel}"),
                one.name or one.phone or (t("feedback.named") if rating.named else ""),
                said,
            ),
            "muted" if rating.excluded else "bad" if rating.level <= 2 else "",
        )

    def _current(self) -> Listed | None:
        return self.under_cursor(self._found, lambda one: one.rating.key.hex())

    def why_not(self, name: str) -> str | None:
        """Correcting is a manager's, and only of what was keyed in."""
        if name == "later" and self._last is None:
            return t("feedback.records.is_last")
        if name in ("close", "earlier", "later"):
            return None
        one = self._current()
        if one is None:
            return t("feedback.records.none")
        if name == "look":
            return None
        operator = self.desk_app.desk.operator
        if operator is not None and operator.role != "manager":
            return t("feedback.records.manager_only")
        return None if one.rating.channel in KEYED_IN else t("feedback.error.not_keyed_in")

    async def do_earlier(self) -> None:
        """The seven days before."""
        self._last = (self._last or self.desk_app.today()) - timedelta(days=DAYS)
        await self.reload()

    async def do_later(self) -> None:
        """The seven days after."""
        today = self.desk_app.today()
        later = (self._last or today) + timedelta(days=DAYS)
        self._last = later if later < today else None
        await self.reload()

    async def do_look(self) -> None:
        """All that was said with the rating under the cursor."""
        one = self._current()
        if one is not None:
            title = f"{one.rating.level} {t(f'feedback.level.{one.rating.level}')}  {one.label}"
            await self.app.push_screen(ReadDialog(title, _lines(one)))

    async def do_correct_entry(self) -> None:
        """Put level, subject or day right, with a reason."""
        one = self._current()
        if one is None:
            return
        rating = one.rating
        fields = (
            Field("level", t("feedback.form.level"), str(rating.level), t("feedback.form.level.hint")),
            Field(
                "subject",
                t("feedback.form.subject"),
                typed.about_words(rating.subject_kind, rating.subject),
                t("feedback.form.subject.hint"),
            ),
            Field("day", t("feedback.form.day"), rating.day, t("feedback.form.day.hint")),
            Field("reason", t("feedback.form.reason"), hint=t("feedback.form.reason.hint")),
        )

        async def save(values: dict[str, str]) -> str | Wrong | None:
            def case(context: Context) -> None:
                kind, subject = typed.read_about(values["subject"])
                level, day = typed.read_level(values["level"]), typed.read_day(values["day"], context.today())
                correct_entry(context, rating.key, values["reason"], level=level, kind=kind, subject=subject, day=day)

            return await save_form(self, case, self._done, WRONG_FIELD)

        await self.app.push_screen(SavingForm(t("feedback.form.correct"), fields, save, first="level"))

    async def do_remove_entry(self) -> None:
        """Take out what was keyed in twice, with a reason."""
        one = self._current()
        if one is None:
            return
        key = one.rating.key

        async def save(values: dict[str, str]) -> str | Wrong | None:
            reason = values["reason"]
            return await save_form(self, lambda context: remove_entry(context, key, reason), self._done, WRONG_FIELD)

        field = Field("reason", t("feedback.form.reason"), hint=t("feedback.form.reason.hint"))
        title = t("feedback.form.remove", level=t(f"feedback.level.{one.rating.level}"), name=one.label)
        await self.app.push_screen(FormDialog(title, (field,), save))

    async def _done(self, _: None) -> None:
        self.notify(t("feedback.records.corrected"))
        await self.reload()


def _lines(one: Listed) -> list[Line]:
    """What a rating says, a line for each thing that was said."""
    rating = one.rating
    aspects = [
        t("feedback.records.aspect", name=t(f"feedback.aspect.{name}"), level=t(f"feedback.level.{level}"))
        for name in ASPECTS
        if (level := getattr(rating, name)) is not None
    ]
    said = [
        t("feedback.records.day", day=rating.day, channel=t(f"feedback.channel.{rating.channel}")),
        *aspects,
        t("feedback.records.tags", tags="、".join(one.tags)) if one.tags else "",
        t("feedback.records.rater", name=one.name, phone=one.phone) if one.name or one.phone else "",
        t("feedback.records.staff", no=rating.staff_no) if rating.staff_no else "",
        t("feedback.records.excluded") if rating.excluded else "",
        *(part for line in mask_numbers(rating.comment).splitlines() for part in wrap(line, 64)),
    ]
    return [(line, "") for line in said if line]
