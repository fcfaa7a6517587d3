"""Commands: hours shown, supplemented, totalled, exported; the notices are in `commands_notices`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    approval_option,
    clear_options,
    emit,
    json_option,
    open_desk,
    out_option,
    pass_invocation,
)
from frontdesk.locale import t
from frontdesk.volunteers.hours.commands_notices import notice_group

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.common.wholefile import Written
    from frontdesk.context import Context
    from frontdesk.volunteers.hours.spans import Span
    from frontdesk.volunteers.hours.statement import Statement, StatementLine
    from frontdesk.volunteers.hours.totals import TotalLine, TotalsBy

F = TypeVar("F", bound="Callable[..., object]")

BY = ("volunteer", "team", "content", "week", "month", "quarter", "year")


@click.group("hours", help=t("cli.command.hours"))
def hours_group() -> None:
    """Hours of service."""


hours_group.add_command(notice_group)


def span_options(function: F) -> F:
    """The options of every command that counts over days; this month without any."""
    function = click.option("--to", "last", metavar="DAY", help=t("hours.help.to"))(function)
    function = click.option("--from", "first", metavar="DAY", help=t("hours.help.from"))(function)
    return click.option("--period", metavar="PERIOD", help=t("hours.help.period"))(function)


def span_of(context: Context, period: str | None, first: str | None, last: str | None) -> Span:
    """The days that the options name. Wrong usage where both kinds are given."""
    from frontdesk.volunteers.hours.errors import HoursError
    from frontdesk.volunteers.hours.spans import Span, named_span, read_day, read_span

    today = context.today()
    if period is not None and (first or last):
        raise click.UsageError(t("hours.usage.period"))
    if period is not None:
        return read_span(period, today)
    if not first and not last:
        return named_span("this_month", today)
    ends = read_day(last, today) if last else today
    begins = read_day(first, today) if first else date(ends.year, 1, 1)
    if ends < begins:
        raise HoursError("bad_order", first=begins.isoformat(), last=ends.isoformat())
    return Span(begins, ends)


def say_written(written: Written, as_json: bool, **more: object) -> None:
    """The answer of a command that wrote a file."""
    lines = [t("hours.written", out=written.path)]
    if written.romanised:
        lines.append(t("hours.romanised", words="、".join(written.romanised)))
    emit({**written.as_json(), **more}, as_json, lines)


@hours_group.command("show", help=t("hours.help.show"))
@click.argument("volunteer", required=False, metavar="[NO]")
@span_options
@json_option
@pass_invocation
def show_command(
    invocation: Invocation,
    volunteer: str | None,
    period: str | None,
    first: str | None,
    last: str | None,
    as_json: bool,
) -> None:
    """One volunteer's hours, or everybody's by number; names masked."""
    context = open_desk(invocation, writing=False)
    span = span_of(context, period, first, last)
    if volunteer is None:
        _show_totals(context, span, "volunteer", as_json, masked=True)
    else:
        _show_statement(context, volunteer, span, as_json)


@hours_group.command("statement", help=t("hours.help.statement"))
@click.argument("volunteer", metavar="NO")
@span_options
@click.option("--out", type=FilledPath(dir_okay=False), help=t("hours.help.statement_out"))
@json_option
@pass_invocation
def statement_command(
    invocation: Invocation,
    volunteer: str,
    period: str | None,
    first: str | None,
    last: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """A volunteer's statement, printed here or written to a file with the whole name."""
    from frontdesk.volunteers.hours.statement_paper import export_statement

    context = open_desk(invocation, writing=out is not None)
    span = span_of(context, period, first, last)
    if out is None:
        _show_statement(context, volunteer, span, as_json)
        return
    written = export_statement(context, volunteer, span.first, span.last, out)
    say_written(written, as_json, volunteer=volunteer, first=span.first, last=span.last)


def _show_statement(context: Context, volunteer_no: str, span: Span, as_json: bool) -> None:
    from frontdesk.volunteers.hours.statement import statement

    made = statement(context, volunteer_no, span.first, span.last)
    emit(made.as_json(), as_json, statement_lines(made))


def statement_lines(made: Statement) -> list[str]:
    """A statement as lines of text, the name masked."""
    from frontdesk.common.names import mask_name
    from frontdesk.volunteers.hours.words import amount

    lines = [
        f"{mask_name(made.volunteer.name)}  {made.volunteer.no}  {made.volunteer.team}".rstrip(),
        t("hours.paper.span", first=made.first.isoformat(), last=made.last.isoformat()),
    ]
    lines += [_statement_row(made, line) for line in made.lines] or [t("hours.paper.statement.empty")]
    for one in made.contents:
        both = made.rounding.shown(one.measured, one.supplemented)
        lines.append(
            t(
                "hours.line.content",
                content=one.content or t("hours.general_service"),
                measured=amount(both.measured),
                supplemented=amount(both.supplemented),
            )
        )
    shown = made.shown
    lines.append(
        t(
            "hours.line.sum",
            measured=amount(shown.measured),
            supplemented=amount(shown.supplemented),
            total=amount(shown.total),
        )
    )
    if made.left_open:
        lines.append(t("hours.paper.statement.waiting", pending=made.pending, open=made.left_open))
    if made.displaced:
        lines.append(t("hours.paper.statement.displaced", amount=amount(-(-made.displaced // 60))))
    return lines


def _statement_row(made: Statement, line: StatementLine) -> str:
    from frontdesk.common.dates import screen_date
    from frontdesk.common.text import pad
    from frontdesk.volunteers.hours.rounding import clock_hours

    shown = made.rounding.shown(line.measured, line.supplemented)
    number = t("hours.line.supplement", id=line.supplement_id) if line.supplement_id else ""
    state = t(f"hours.paper.state.{line.state or 'measured'}")
    return "  ".join(
        (
            pad(screen_date(line.day), 17),
            pad(line.content or t("hours.general_service"), 20),
            pad(line.times or "-", 12),
            pad(clock_hours(shown.measured) if line.measured else "-", 7, "right"),
            pad(clock_hours(shown.supplemented) if line.supplemented else "-", 7, "right"),
            f"{state} {number}".rstrip(),
        )
    )


@hours_group.command("supplement", help=t("hours.help.supplement"))
@click.argument("volunteer", metavar="NO")
@click.argument("length", metavar="LENGTH")
@click.option("--reason", required=True, help=t("hours.help.reason"))
@click.option("--day", metavar="DAY", help=t("hours.help.day"))
@click.option("--assignment", "assignment_id", type=click.IntRange(1, (1 << 63) - 1), help=t("hours.help.assignment"))
@click.option("--session", "session_code", metavar="CODE", help=t("hours.help.session"))
@approval_option
@json_option
@pass_invocation
def supplement_command(
    invocation: Invocation,
    volunteer: str,
    length: str,
    reason: str,
    day: str | None,
    assignment_id: int | None,
    session_code: str | None,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Add time to a volunteer's hours."""
    from frontdesk.volunteers.hours.spans import read_day, read_length
    from frontdesk.volunteers.hours.supplements import add_supplement

    if assignment_id is not None and session_code is not None:
        raise click.UsageError(t("hours.usage.credit"))
    context = open_desk(invocation, writing=True)
    added = add_supplement(
        context,
        volunteer,
        minutes=read_length(length),
        reason=reason,
        day=read_day(day, context.today()) if day else None,
        assignment_id=assignment_id,
        session_code=session_code,
        approver=approver,
    )
    value = {"supplement": added.id, "volunteer": volunteer, "day": added.day, "seconds": added.seconds}
    words = t("hours.supplemented", no=volunteer, day=added.day, minutes=added.seconds // 60, id=added.id)
    emit(value, as_json, [words])


@hours_group.command("annul", help=t("hours.help.annul"))
@click.argument("supplement_id", metavar="ID", type=click.IntRange(1, (1 << 63) - 1))
@click.option("--reason", required=True, help=t("hours.help.reason"))
@approval_option
@json_option
@pass_invocation
def annul_command(
    invocation: Invocation, supplement_id: int, reason: str, approver: Approver | None, as_json: bool
) -> None:
    """Take a supplement back."""
    from frontdesk.volunteers.hours.supplements import annul_supplement

    annulled = annul_supplement(open_desk(invocation, writing=True), supplement_id, reason, approver=approver)
    value = {"supplement": supplement_id, "volunteer": annulled.volunteer_no, "annulled": True}
    emit(value, as_json, [t("hours.annulled", id=supplement_id, no=annulled.volunteer_no)])


@hours_group.command("totals", help=t("hours.help.totals"))
@click.option("--by", type=click.Choice(BY), default="team", help=t("hours.help.by"))
@span_options
@click.option("--with-names", is_flag=True, help=t("hours.help.with_names"))
@clear_options
@json_option
@pass_invocation
def totals_command(
    invocation: Invocation,
    by: str,
    period: str | None,
    first: str | None,
    last: str | None,
    with_names: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Totals by volunteer, team, content or period."""
    named = with_names and by == "volunteer"
    context = open_desk(invocation, writing=named)
    span = span_of(context, period, first, last)
    if named:
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"hours {span.first}/{span.last}", reason, approver)
        said = {"first": span.first.isoformat(), "last": span.last.isoformat(), **besides}
        with context.change("hours.shown_with_names", context.centre.code, **said) as connection:
            approval.use(context, connection)
    _show_totals(context, span, cast("TotalsBy", by), as_json, masked=not named)


def _show_totals(context: Context, span: Span, by: TotalsBy, as_json: bool, *, masked: bool) -> None:
    from frontdesk.volunteers.hours.rounding import Rounding
    from frontdesk.volunteers.hours.totals import grand_total, label_of, totals

    rounding = Rounding.of(context.settings)
    found, whole = totals(context, span.first, span.last, by), grand_total(context, span.first, span.last)
    value = {
        "first": span.first,
        "last": span.last,
        "by": by,
        "lines": [one.as_json(rounding, label_of(one, by, t, masked=masked)) for one in found],
        "total": whole.as_json(rounding, ""),
    }
    width = 26
    lines = [f"{span.label}  {span.dates}" if span.period else span.dates]
    lines += [
        _total_row(one, rounding.shown(one.measured, one.supplemented), _called(one, by, masked), width)
        for one in found
    ]
    lines.append(_total_row(whole, whole.shown(rounding), t("hours.book.sum"), width))
    emit(value, as_json, lines)


def _called(line: TotalLine, by: TotalsBy, masked: bool) -> str:
    from frontdesk.volunteers.hours.totals import label_of

    label = label_of(line, by, t, masked=masked)
    return f"{line.key}  {label}" if by == "volunteer" else label


def _total_row(line: TotalLine, shown: tuple[int, int], label: str, width: int) -> str:
    from frontdesk.common.text import pad
    from frontdesk.volunteers.hours.rounding import clock_hours

    measured, supplemented = shown
    words = t(
        "hours.line.total",
        measured=pad(clock_hours(measured), 10, "right"),
        supplemented=pad(clock_hours(supplemented), 10, "right"),
        visits=line.visits,
        volunteers=line.volunteers,
    )
    waiting = t("hours.line.pending", count=line.pending) if line.pending else ""
    return f"{pad(label, width)}{words}  {waiting}".rstrip()


@hours_group.command("export", help=t("hours.help.export"))
@out_option(t("hours.help.out_xlsx"))
@span_options
@click.option("--with-names", is_flag=True, help=t("hours.help.with_names"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    out: Path,
    period: str | None,
    first: str | None,
    last: str | None,
    with_names: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """The workbook of totals."""
    from frontdesk.volunteers.hours.book import export_totals

    context = open_desk(invocation, writing=with_names)
    span = span_of(context, period, first, last)
    written = export_totals(context, span, out, with_names=with_names, reason=reason, approver=approver)
    say_written(written, as_json, first=span.first, last=span.last)
