"""Command: the statistics of ratings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.feedback.statistics.groups import Grouping

_GROUPINGS = ("kind", "service", "post", "category", "activity", "session", "volunteer", "staff")
_KINDS = ("week", "month", "quarter", "year")


@click.command("statistics", help=t("statistics.help.statistics"))
@click.argument("period", default="", metavar="2026-11")
@click.option("--by", "grouping", type=click.Choice(_GROUPINGS), default="kind", help=t("statistics.help.by"))
@click.option("--trend", "kind", type=click.Choice(_KINDS), help=t("statistics.help.trend"))
@click.option("--many", type=click.IntRange(1, 60), default=12, help=t("statistics.help.many"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("statistics.help.out"))
@json_option
@pass_invocation
def statistics_command(
    invocation: Invocation,
    period: str,
    grouping: Grouping,
    kind: str | None,
    many: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """The statistics of a period; those by staff take a manager."""
    from frontdesk.common.periods import month_of
    from frontdesk.feedback.statistics import service, wording

    context = open_desk(invocation, writing=grouping == "staff")
    named = service.period_named(context, period) if period else month_of(context.today())
    found = service.statistics(context, named, grouping)
    values = wording.as_values(found)
    lines = [f"{named.label} {t(f'statistics.by.{grouping}')}", *wording.total_words(found)]
    lines += wording.through_words(found)
    lines += [f"  {wording.group_line(group)}" for group in found.groups]
    if words := wording.why_hidden(found):
        lines.append(words)
    if kind is not None:
        listed = service.trend(context, service.kind_named(kind), named, many)
        values["trend"] = wording.trend_values(listed)
        lines += [f"  {wording.trend_line(one, figures)}" for one, figures in listed]
    if out is not None:
        from frontdesk.feedback.statistics.workbook import export_statistics

        export_statistics(context, named, grouping, out)
        values["out"] = str(out)
        lines.append(t("statistics.exported", out=out))
    emit(values, as_json, lines)


STATISTICS_COMMANDS: tuple[click.Command, ...] = (statistics_command,)
"""What this room adds to `rating`."""
