"""The commands of `case` that tell numbers, duties and meetings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.calendar_duties import DutyLine, Meeting
    from frontdesk.cases.numbers import Figure
    from frontdesk.context import Context

_duty = click.argument("duty")
_day = click.option("--day", default="", metavar="YYYY-MM-DD", help=t("case_numbers.help.day"))


@click.command("duties", help=t("case_numbers.help.duties"))
@click.option("--days", default=7, type=click.IntRange(0, 366), help=t("case_numbers.help.days"))
@json_option
@pass_invocation
def duties_command(invocation: Invocation, days: int, as_json: bool) -> None:
    """What the calendar asks for, and the meetings ahead."""
    from frontdesk.cases import service
    from frontdesk.cases.number_words import duty_lines, meeting_words

    context = open_desk(invocation, writing=False)
    found, meetings = service.duties(context), service.meetings_ahead(context, days)
    lines = [line for one in found for line in duty_lines(one)]
    said = {"duties": [_duty_json(one) for one in found], "meetings": [_meeting_json(one) for one in meetings]}
    emit(said, as_json, (lines or [t("case_numbers.no_duties")]) + [meeting_words(one) for one in meetings])


def _duty_json(one: DutyLine) -> dict[str, object]:
    return {
        "duty": one.definition.code,
        "of": one.of.code,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "least": one.least,
        "done": [row.number for _, row in one.done],
        "pace": one.pace,
        "asked": one.is_asked,
        "waived": one.waiver.reason if one.waiver is not None else None,
    }


def _meeting_json(one: Meeting) -> dict[str, object]:
    return {
        "definition": one.definition.code,
        "number": one.row.number,
        "title": one.row.title,
        "day": one.day.isoformat(),
        "late": one.is_late,
        "prepare": list(one.prepare),
    }


@click.command("waive", help=t("case_numbers.help.waive"))
@_duty
@_day
@click.option("--reason", required=True, help=t("case_numbers.help.reason"))
@json_option
@pass_invocation
def waive_command(invocation: Invocation, duty: str, day: str, reason: str, as_json: bool) -> None:
    """One period of a duty is not asked for."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    on = _day_of(context, day)
    service.waive_duty(context, duty, on, reason)
    _said(context, "waived", duty, on, as_json)


@click.command("ask-again", help=t("case_numbers.help.ask_again"))
@_duty
@_day
@json_option
@pass_invocation
def ask_again_command(invocation: Invocation, duty: str, day: str, as_json: bool) -> None:
    """A waived period is asked for again."""
    from frontdesk.cases import service

    context = open_desk(invocation, writing=True)
    on = _day_of(context, day)
    service.ask_again(context, duty, on)
    _said(context, "asked_again", duty, on, as_json)


def _day_of(context: Context, day: str) -> date:
    """The day that somebody typed, today for nothing; wrong usage where it is none."""
    from frontdesk.common.typed_dates import read_typed_date

    try:
        return read_typed_date(day, context.today()) if day else context.today()
    except ValueError as wrong:
        raise click.UsageError(t("case_numbers.usage.day", value=day)) from wrong


def _said(context: Context, what: str, duty: str, day: date, as_json: bool) -> None:
    from frontdesk.cases import service

    name = service.definitions(context)[duty].name
    said = {"duty": duty, "day": day.isoformat(), "result": what}
    emit(said, as_json, [t(f"case_numbers.{what}", name=name, day=day.isoformat())])


@click.command("figures", help=t("case_numbers.help.figures"))
@click.option("--first", required=True, metavar="YYYY-MM-DD", help=t("case_numbers.help.first"))
@click.option("--last", required=True, metavar="YYYY-MM-DD", help=t("case_numbers.help.last"))
@click.option("--unused", is_flag=True, help=t("case_numbers.help.unused"))
@json_option
@pass_invocation
def figures_command(invocation: Invocation, first: str, last: str, unused: bool, as_json: bool) -> None:
    """What the mechanisms came to."""
    from frontdesk.cases import service
    from frontdesk.cases.number_words import figure_lines

    context = open_desk(invocation, writing=False)
    found = service.figures(context, _day_of(context, first), _day_of(context, last), unused=unused)
    emit([_figure_json(one) for one in found], as_json, figure_lines(found) or [t("case_numbers.no_figures")])


def _figure_json(one: Figure) -> dict[str, object]:
    return {
        "definition": one.definition.code,
        "feed": one.feed.code,
        "name": str(one.feed.name),
        "unit": "fen" if one.is_money else "count",
        "value": one.value,
        "brought": one.brought,
    }


COMMANDS = (duties_command, waive_command, ask_again_command, figures_command)
