"""A volunteer's statement on the screen: supplement, annul, print, certify."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult

from frontdesk.access.service import Approver, may_be_approved
from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, FormDialog, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.reading import Line, ReadDialog
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.hours.certificates_screen import ask_certificate
from frontdesk.volunteers.hours.rounding import clock_hours
from frontdesk.volunteers.hours.span_screen import AREA, CLOSE, SPAN_COMMANDS, SpanScreen, sum_line
from frontdesk.volunteers.hours.spans import Span, read_day, read_length
from frontdesk.volunteers.hours.statement import Statement, StatementLine, statement
from frontdesk.volunteers.hours.statement_paper import export_statement
from frontdesk.volunteers.hours.supplements import (
    Planned,
    add_supplement,
    added_subject,
    annul_supplement,
    annulled_subject,
    planned_on,
)
from frontdesk.volunteers.hours.words import amount

TONES = {"pending": "warning", "open": "warning", "refused": "muted"}


class StatementScreen(SpanScreen):
    """Day by day what one volunteer served; the name is masked, as on every screen that a visitor may see."""

    title_key: ClassVar[str] = "statement_title"
    list_id: ClassVar[str] = "statement"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "line", "enter"),
        *SPAN_COMMANDS,
        Command(AREA, "supplement", "f7"),
        Command(AREA, "certificate", "f8"),
        Command(AREA, "annul", "delete"),
        Command(AREA, "print", "ctrl+o"),
        CLOSE,
    )

    def __init__(self, span: Span, volunteer_no: str) -> None:
        super().__init__(span)
        self._no = volunteer_no
        self._made: Statement | None = None

    def columns(self) -> tuple[Column, ...]:
        """When, what for, how long, and whether it counts."""
        return (
            Column(t("hours.paper.column.day"), 10),
            Column(t("hours.paper.column.content")),
            Column(t("hours.paper.column.times"), 12),
            Column(t("hours.screen.column.measured"), 9, "right"),
            Column(t("hours.screen.column.supplemented"), 9, "right"),
            Column(t("hours.paper.column.state"), 14),
        )

    def empty_words(self) -> str:
        """Nothing was served in these days."""
        return t("hours.paper.statement.empty")

    def compose_below(self) -> ComposeResult:
        """The sums."""
        yield sum_line("statement-sum")

    async def load(self) -> None:
        """Read the statement."""
        span, no = self.span, self._no
        made = await self.desk_app.desk.run(lambda context: statement(context, no, span.first, span.last))
        if span != self.span:
            return
        self._made = made
        framed(
            self.panel,
            f"{mask_name(made.volunteer.name)} {no}  {made.volunteer.team}".rstrip(),
            f"{span.label}  {span.dates}" if span.period else span.dates,
        )
        self.rows.set_rows([self._row(place, line) for place, line in enumerate(made.lines)])
        self.query_one("#statement-sum", Plain).update(_sum_words(made))

    def _row(self, place: int, line: StatementLine) -> Row:
        assert self._made is not None
        shown = self._made.rounding.shown(line.measured, line.supplemented)
        cells = (
            line.day.isoformat(),
            line.content or t("hours.general_service"),
            line.times,
            clock_hours(shown.measured) if line.measured else "",
            clock_hours(shown.supplemented) if line.supplemented else "",
            t(f"hours.paper.state.{line.state or 'measured'}"),
        )
        key = f"s{line.supplement_id}" if line.supplement_id else f"{line.day}/{line.number}"
        return Row(key or str(place), cells, TONES.get(line.state, ""))  # type: ignore[arg-type]

    def _line(self) -> StatementLine | None:
        place = self.rows.cursor
        return self._made.lines[place] if self._made is not None and place < len(self._made.lines) else None

    def why_not(self, name: str) -> str | None:
        """Writing is the operator's; only a supplement can be annulled here."""
        if name in ("supplement", "annul", "certificate", "print") and self.is_auditor:
            return t("hours.screen.auditor")
        line = self._line()
        if name == "line" and line is None:
            return t("hours.paper.statement.empty")
        if name == "annul" and (line is None or not line.supplement_id):
            return t("hours.screen.only_supplements")
        return None

    async def do_line(self) -> None:
        """One line in full words: exact times, exact seconds, the reason."""
        line = self._line()
        assert line is not None
        lines: list[Line] = [
            (f"{line.day.isoformat()}  {line.content or t('hours.general_service')}", "heading"),
            (t(f"hours.paper.state.{line.state or 'measured'}"), ""),
        ]
        if line.entered is not None:
            left = f"{line.left:%Y-%m-%d %H:%M:%S}" if line.left else t("hours.paper.state.open")
            lines.append((f"{line.entered:%Y-%m-%d %H:%M:%S} - {left}", ""))
        lines.append((t("hours.screen.exact", measured=line.measured, supplemented=line.supplemented), ""))
        if line.displaced:
            lines.append((t("hours.screen.displaced_line", seconds=line.displaced), ""))
        if line.supplement_id:
            lines.append((t("hours.screen.supplement_no", id=line.supplement_id), ""))
            lines.append((t("hours.screen.because", reason=line.reason), ""))
        await self.app.push_screen(ReadDialog(t("hours.screen.line_title"), lines))

    async def do_supplement(self) -> None:
        """Ask for the day, then what it is credited to where something was planned, then length and reason."""
        line = self._line()
        today = self.desk_app.today()
        proposed = line.day if line is not None else min(today, self.span.last)

        async def save(values: dict[str, str]) -> str | None:
            try:
                day = read_day(values["day"], today)
                found = await self.desk_app.desk.run(lambda context: planned_on(context, self._no, day))
            except CodedError as refusal:
                return words_for(refusal)
            self.call_later(self._choose_planned, day, found)
            return None

        field = Field("day", t("hours.screen.day"), proposed.isoformat(), t("hours.screen.day_hint"))
        await self.app.push_screen(FormDialog(self._supplement_title(), (field,), save))

    def _supplement_title(self) -> str:
        name = mask_name(self._made.volunteer.name) if self._made else ""
        return t("hours.screen.supplement_title", name=name, no=self._no)

    async def _choose_planned(self, day: date, found: list[Planned]) -> None:
        if len(found) == 1:
            await self._ask_length(day, found[0])
            return

        async def chosen(place: str | None) -> None:
            if place is not None:
                await self._ask_length(day, found[int(place)])

        choices = [(str(place), _planned_words(one)) for place, one in enumerate(found)]
        await self.app.push_screen(ChoiceDialog(t("hours.screen.credit_title", day=day), choices), chosen)

    async def _ask_length(self, day: date, planned: Planned) -> None:
        async def save(values: dict[str, str]) -> str | Wrong | None:
            try:
                minutes = read_length(values["length"])
            except CodedError as refusal:
                return Wrong(words_for(refusal), "length")
            subject = added_subject(self._no, minutes, day, planned.assignment_id, planned.session_code)

            async def attempt(approver: Approver | None = None) -> str | Wrong | None:
                case = self._adding(day, planned, minutes, values["reason"], approver)
                try:
                    await self.desk_app.desk.run(case)
                except CodedError as refusal:
                    if approver is not None:
                        return words_for(refusal)
                    if may_be_approved(refusal):
                        await self._ask_second(form, refusal, subject, attempt)
                    return Wrong(words_for(refusal), "reason" if refusal.code == "reason_required" else "length")
                self.notify(t("hours.screen.added", minutes=minutes, day=day))
                self.desk_app.mark_stale()
                return None

            return await attempt()

        fields = (
            Field("length", t("hours.screen.length"), hint=t("hours.screen.length_hint")),
            Field("reason", t("hours.screen.reason"), hint=t("hours.screen.reason_hint")),
        )
        title = f"{self._supplement_title()}\n{day}  {_planned_words(planned)}"
        form = FormDialog(title, fields, save)
        await self.app.push_screen(form)

    async def _ask_second(
        self,
        form: FormDialog,
        refusal: CodedError,
        subject: str,
        attempt: Callable[[Approver], Awaitable[str | Wrong | None]],
    ) -> None:
        """Have another manager agree over the form, which is done with when that is, or is left to be decided."""

        async def again(approver: Approver) -> str | Wrong | None:
            wrong = await attempt(approver)
            if wrong is None:
                form.saved_above()
            return wrong

        await self.desk_app.open_form("approval", self, refusal, "supplement", subject, again, form.saved_above)

    def _adding(
        self, day: date, planned: Planned, minutes: int, reason: str, approver: Approver | None
    ) -> Callable[[Context], object]:
        return lambda context: add_supplement(
            context,
            self._no,
            minutes=minutes,
            reason=reason,
            day=day,
            assignment_id=planned.assignment_id,
            session_code=planned.session_code,
            approver=approver,
        )

    async def do_annul(self) -> None:
        """Take the supplement under the cursor back, with a reason."""
        line = self._line()
        assert line is not None
        number = line.supplement_id

        async def save(values: dict[str, str]) -> str | Wrong | None:
            async def attempt(approver: Approver | None = None) -> str | Wrong | None:
                try:
                    await self.desk_app.desk.run(
                        lambda context: annul_supplement(context, number, values["reason"], approver=approver)
                    )
                except CodedError as refusal:
                    if approver is None and may_be_approved(refusal):
                        await self._ask_second(form, refusal, annulled_subject(number), attempt)
                    return words_for(refusal)
                self.notify(t("hours.annulled", id=number, no=self._no))
                self.desk_app.mark_stale()
                return None

            return await attempt()

        minutes = (line.supplemented + line.displaced) // 60
        title = t("hours.screen.annul_title", id=number, day=line.day, minutes=minutes)
        field = Field("reason", t("hours.screen.reason"), hint=t("hours.screen.reason_hint"))
        form = FormDialog(title, (field,), save)
        await self.app.push_screen(form)

    async def do_certificate(self) -> None:
        """Issue a certificate over these days, as far as they have come."""
        last = min(self.span.last, self.desk_app.today())
        await ask_certificate(self, self._no, min(self.span.first, last), last)

    async def do_print(self) -> None:
        """The statement as a PDF or a workbook, with the whole name."""
        choices = [(ending, t(f"hours.screen.print.{ending}")) for ending in ("pdf", "xlsx")]
        span, no = self.span, self._no

        async def chosen(ending: str | None) -> None:
            if ending is None:
                return
            called = f"{t('hours.screen.file.statement')}-{no}-{span.key}"
            out = free_path(self.desk_app.export_folder(), called, f".{ending}")
            done = await self.attempt(
                lambda context: export_statement(context, no, span.first, span.last, out), slow=True
            )
            if done is not None:
                words = t("hours.written", out=out)
                if done.romanised:
                    words += "\n" + t("hours.romanised", words="、".join(done.romanised))
                self.notify(words, timeout=12)

        await self.app.push_screen(ChoiceDialog(t("hours.screen.print.title"), choices), chosen)


def _planned_words(one: Planned) -> str:
    times = f"{one.starts:%H:%M}-{one.ends:%H:%M} " if one.starts and one.ends else ""
    title = one.title or t("hours.general_service")
    return f"{times}{title}  {t('hours.screen.room', left=clock_hours(one.room.left // 60))}"


def _sum_words(made: Statement) -> str:
    shown = made.shown
    words = t(
        "hours.line.sum",
        measured=amount(shown.measured),
        supplemented=amount(shown.supplemented),
        total=amount(shown.total),
    )
    if made.left_open:
        words += "  " + t("hours.screen.waiting", pending=made.pending, open=made.left_open)
    if made.displaced:
        words += "  " + t("hours.screen.displaced", amount=amount(-(-made.displaced // 60)))
    return words
