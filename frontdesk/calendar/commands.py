"""Commands: show the holidays and make-up workdays, correct a day, write them out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, out_option, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.common.periods import Period
    from frontdesk.context import Context


@click.group("calendar", help=t("cli.command.calendar"))
def calendar_group() -> None:
    """Which days are worked."""


@calendar_group.command("show", help=t("calendar.help.show"))
@click.argument("period", required=False)
@json_option
@pass_invocation
def show_command(invocation: Invocation, period: str | None, as_json: bool) -> None:
    """The holidays and make-up workdays of a year or month; of this year where none is named."""
    from frontdesk.calendar.service import calendar_for
    from frontdesk.common.dates import screen_date
    from frontdesk.common.periods import year_of

    context = open_desk(invocation, writing=False)
    shown = _period_named(period) if period else year_of(context.today())
    calendar = calendar_for(context, shown.first, shown.last)
    special = calendar.special_days(shown.first, shown.last)
    working = sum(calendar.is_working_day(day) for day in _days_of(shown))
    value = {
        "period": shown.key,
        "first": shown.first,
        "last": shown.last,
        "working_days": working,
        "unknown_years": calendar.unknown_years,
        "days": [{"day": day, "kind": one.kind, "name": one.name, "source": one.source} for day, one in special],
    }
    lines = [t("calendar.unknown", year=year) for year in calendar.unknown_years]
    lines.append(t("calendar.working_days", period=shown.label, count=working))
    lines += [f"{screen_date(day)}  {t(f'calendar.kind.{one.kind}')}  {one.name}".rstrip() for day, one in special]
    emit(value, as_json, lines)


@calendar_group.command("set", help=t("calendar.help.set"))
@click.argument("day")
@click.argument("kind", type=click.Choice(["holiday", "makeup", "clear"]))
@click.option("--name", default="", help=t("calendar.help.name"))
@json_option
@pass_invocation
def set_command(
    invocation: Invocation, day: str, kind: Literal["holiday", "makeup", "clear"], name: str, as_json: bool
) -> None:
    """Correct one day."""
    from frontdesk.calendar.rechecking import doubtful
    from frontdesk.calendar.service import calendar_for, set_day
    from frontdesk.common.dates import screen_date
    from frontdesk.sheets.outcome import Remark

    context = open_desk(invocation, writing=True)
    meant = _day_named(context, day)
    before = doubtful(context)
    set_day(context, meant, None if kind == "clear" else kind, name)
    remarks = [Remark(code, details) for code, details in doubtful(context).since(before)]
    calendar = calendar_for(context, meant, meant)
    now = calendar.day_kind(meant)
    value = {
        "day": meant,
        "kind": now,
        "name": calendar.name(meant),
        "working": calendar.is_working_day(meant),
        "unknown_years": calendar.unknown_years,
        "remarks": [one.as_json() for one in remarks],
    }
    worked = "calendar.worked" if calendar.is_working_day(meant) else "calendar.not_worked"
    words = [one.words() for one in remarks]
    emit(value, as_json, [f"{screen_date(meant)}  {t(f'calendar.kind.{now}')}  {t(worked)}", *words])


@calendar_group.command("export", help=t("calendar.help.export"))
@out_option(t("calendar.help.out"))
@click.option("--period", help=t("calendar.help.period"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, out: Path, period: str | None, as_json: bool) -> None:
    """Write this year's list and all later ones, or those of a period, as a workbook that can be imported."""
    from frontdesk.calendar.service import export_calendar, settable_days

    context = open_desk(invocation, writing=False)
    if period:
        shown = _period_named(period)
        first, last = shown.first, shown.last
    else:
        first, last = date(context.today().year, 1, 1), settable_days(context.today())[1]
    count = export_calendar(context, first, last, out)
    emit(
        {"out": str(out), "first": first, "last": last, "days": count},
        as_json,
        [t("calendar.exported", count=count, out=out)],
    )


def _period_named(key: str) -> Period:
    """The period behind a key. Raises CalendarError `bad_period`."""
    from frontdesk.calendar.service import CalendarError
    from frontdesk.common.periods import parse_period

    try:
        return parse_period(key)
    except ValueError as wrong:
        raise CalendarError("bad_period", value=key) from wrong


def _day_named(context: Context, text: str) -> date:
    """The day that was typed. Raises CalendarError `bad_day`."""
    from frontdesk.calendar.service import CalendarError
    from frontdesk.common.typed_dates import read_typed_date

    try:
        return read_typed_date(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise CalendarError("bad_day", value=text) from wrong


def _days_of(period: Period) -> list[date]:
    return [date.fromordinal(number) for number in range(period.first.toordinal(), period.last.toordinal() + 1)]
