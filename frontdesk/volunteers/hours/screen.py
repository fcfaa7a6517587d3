"""Hours over some days: by volunteer, team, content or period, with the way to statements, notices, certificates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult

from db.hours_notices import Notice
from frontdesk.common.wholefile import Written, free_path
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.shell.agreeing import export_in_clear
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog
from frontdesk.shell.framing import framed
from frontdesk.shell.plain import Plain
from frontdesk.shell.pushed import CommandRows
from frontdesk.shell.rowlist import Column, Row
from frontdesk.volunteers.hours import notices
from frontdesk.volunteers.hours.book import export_totals
from frontdesk.volunteers.hours.rounding import Rounding, clock_hours
from frontdesk.volunteers.hours.span_screen import AREA, CLOSE, SPAN_COMMANDS, SpanScreen, sum_line
from frontdesk.volunteers.hours.spans import Span, named_span
from frontdesk.volunteers.hours.totals import TOTALS_BY, TotalLine, TotalsBy, grand_total, label_of, totals
from frontdesk.volunteers.hours.words import amount

if TYPE_CHECKING:
    from frontdesk.access.service import Approver


async def open_hours(screen: DeskScreen, volunteer_no: str | None) -> None:
    """Show the hours of a volunteer this year, or of everybody this month."""
    today = screen.desk_app.today()
    if volunteer_no is None:
        await screen.app.push_screen(HoursScreen(named_span("this_month", today)))
        return
    from frontdesk.volunteers.hours.statement_screen import StatementScreen

    await screen.app.push_screen(StatementScreen(named_span("this_year", today), volunteer_no))


class HoursScreen(SpanScreen):
    """The list of totals, the sum of all, and whether a public notice of these days is up."""

    title_key: ClassVar[str] = "title"
    list_id: ClassVar[str] = "hours"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "statement", "enter"),
        *SPAN_COMMANDS,
        Command(AREA, "by", "tab,ctrl+y"),
        Command(AREA, "notices", "f7"),
        Command(AREA, "certificates", "f8"),
        Command(AREA, "export", "ctrl+o"),
        CLOSE,
    )

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._by: TotalsBy = "volunteer"

    def compose_list(self) -> ComposeResult:
        """Two lists, of which one is shown: people have other columns than what they are added up by."""
        for person in (True, False):
            yield CommandRows(_columns(person=person), empty=t("hours.screen.empty"), id=_list_id(person=person))

    def compose_below(self) -> ComposeResult:
        """What stands over these days."""
        yield sum_line("hours-sum")

    async def on_mount(self) -> None:
        """Begin with the people."""
        self._show_list()

    @property
    def rows(self) -> CommandRows:
        """The list that is shown."""
        return self.query_one(f"#{_list_id(person=self._by == 'volunteer')}", CommandRows)

    def _show_list(self) -> None:
        for person in (True, False):
            self.query_one(f"#{_list_id(person=person)}").display = person == (self._by == "volunteer")
        self.set_focus(self.rows)

    async def load(self) -> None:
        """Add up."""
        span, by = self.span, self._by

        def case(context: Context) -> tuple[list[TotalLine], TotalLine, Rounding, list[Notice]]:
            with context.database.reading():
                found = totals(context, span.first, span.last, by)
                whole = grand_total(context, span.first, span.last)
                published = notices.notices_of(context, span.first, span.last)
            return found, whole, Rounding.of(context.settings), published

        found, whole, rounding, published = await self.desk_app.desk.run_slow(case)
        if (span, by) != (self.span, self._by):
            # Other days were chosen meanwhile, and are being added up.
            return
        framed(
            self.panel,
            f"{span.label}  {span.dates}" if span.period else span.dates,
            t(f"hours.screen.counted.{by}", count=len(found)),
        )
        self.rows.set_rows([self._row(line, rounding) for line in found])
        words = _sum_words(whole, rounding)
        if published:
            words += "\n" + _notice_words(published[-1], self.desk_app.today())
        self.query_one("#hours-sum", Plain).update(words)

    def _row(self, line: TotalLine, rounding: Rounding) -> Row:
        shown = line.shown(rounding)
        person = self._by == "volunteer"
        label = label_of(line, self._by, t)
        first = (line.key, label, line.team) if person else (label, str(line.volunteers))
        cells = (
            *first,
            str(line.visits),
            *(clock_hours(minutes) for minutes in (shown.measured, shown.supplemented, shown.total)),
            str(line.pending) if line.pending else "",
        )
        return Row(line.key, cells, "warning" if line.pending else "")

    def why_not(self, name: str) -> str | None:
        """A statement is of a person."""
        if name == "statement" and (self._by != "volunteer" or self.rows.current is None):
            return t("hours.screen.choose_person")
        return None

    async def do_statement(self) -> None:
        """The statement of the volunteer under the cursor, over the same days."""
        from frontdesk.volunteers.hours.statement_screen import StatementScreen

        row = self.rows.current
        assert row is not None
        await self.app.push_screen(StatementScreen(self.span, row.key))

    async def do_by(self) -> None:
        """Choose what is added up."""
        choices = [(by, t(f"hours.by.{by}")) for by in TOTALS_BY]

        async def chosen(by: str | None) -> None:
            if by is not None:
                self._by = cast("TotalsBy", by)
                self._show_list()
                await self.reload()

        await self.app.push_screen(ChoiceDialog(t("hours.screen.by_title"), choices), chosen)

    async def do_notices(self) -> None:
        """The public notices; days that are not over yet cannot be published, so that those before are proposed."""
        from frontdesk.volunteers.hours.notices_screen import NoticesScreen

        over = self.span.last < self.desk_app.today()
        await self.app.push_screen(NoticesScreen(self.span if over else self.span.moved(-1)))

    async def do_certificates(self) -> None:
        """The certificates that were issued."""
        from frontdesk.volunteers.hours.certificates_screen import CertificatesScreen

        await self.app.push_screen(CertificatesScreen())

    async def do_export(self) -> None:
        """The workbook of these days, names masked or, on record, whole."""
        choices = [(name, t(f"hours.screen.export.{name}")) for name in ("masked", "names")]
        span = self.span

        async def chosen(name: str | None) -> None:
            if name is None:
                return
            called = f"{self.desk_app.centre_name}-{t('hours.screen.file.totals')}-{span.key}"
            out = free_path(self.desk_app.export_folder(), called, ".xlsx")

            def case(context: Context, reason: str, approver: Approver | None) -> Written:
                return export_totals(context, span, out, with_names=True, reason=reason, approver=approver)

            async def told(_: Written) -> None:
                self.notify(t("hours.written", out=out), timeout=12)

            if name == "names":
                await export_in_clear(self, f"hours {span.first}/{span.last}", case, told)
                return
            done = await self.attempt(lambda context: export_totals(context, span, out), slow=True)
            if done is not None:
                await told(done)

        await self.app.push_screen(ChoiceDialog(t("hours.screen.export.title"), choices), chosen)


def _list_id(*, person: bool) -> str:
    return "hours" if person else "hours-parts"


def _columns(*, person: bool) -> tuple[Column, ...]:
    figures = (
        Column(t("hours.screen.column.visits"), 6, "right"),
        Column(t("hours.screen.column.measured"), 9, "right"),
        Column(t("hours.screen.column.supplemented"), 9, "right"),
        Column(t("hours.screen.column.total"), 9, "right"),
        Column(t("hours.screen.column.pending"), 6, "right"),
    )
    if not person:
        return (Column(t("hours.screen.column.part")), Column(t("hours.screen.column.people"), 6, "right"), *figures)
    return (
        Column(t("hours.screen.column.key"), 8),
        Column(t("hours.certificate.name")),
        Column(t("hours.screen.column.team"), 14, optional=True),
        *figures,
    )


def _notice_words(one: Notice, today: date) -> str:
    """The state of the last notice over these days."""
    state = t(f"hours.notice.state.{notices.state_of(one, today)}", until=one.until)
    return t("hours.screen.notice_of", first=one.first, last=one.last, state=state)


def _sum_words(whole: TotalLine, rounding: Rounding) -> str:
    shown = whole.shown(rounding)
    return t(
        "hours.screen.sum",
        volunteers=whole.volunteers,
        measured=amount(shown.measured),
        supplemented=amount(shown.supplemented),
    )
