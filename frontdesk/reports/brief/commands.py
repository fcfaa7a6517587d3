"""Commands: the weekly brief, and the impact totals."""

from __future__ import annotations

from pathlib import Path

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t


@click.command("brief", help=t("brief.help.brief"))
@click.argument("period")
@click.option("--out", type=FilledPath(dir_okay=False), help=t("brief.help.out"))
@json_option
@pass_invocation
def brief_command(invocation: Invocation, period: str, out: Path | None, as_json: bool) -> None:
    """Show the brief of a period, or write it to a file."""
    from frontdesk.reports.brief.files import export_brief
    from frontdesk.reports.brief.service import brief
    from frontdesk.reports.brief.wording import document
    from frontdesk.reports.documents import to_text
    from frontdesk.reports.service import period_named

    context = open_desk(invocation, writing=False)
    named = period_named(period, context)
    if out is not None:
        written = export_brief(context, named, out)
        emit(written.as_json() | {"period": named.key}, as_json, [t("brief.exported", files=out)])
        return
    made = brief(context, named)
    value = {
        "period": named.key,
        "follow_ups": {
            name: {"total": one.total, "levels": {str(level): count for level, count in one.levels.items()}}
            for name, one in (("opened", made.opened), ("ended", made.ended), ("overdue", made.overdue))
        },
        "rated": made.facts.rated._asdict() if made.facts.rated else None,
        "terms": list(made.facts.terms),
        "comments": [one._asdict() for one in made.comments],
        "decisions": [one._asdict() for one in made.decisions],
    }
    emit(value, as_json, to_text(document(context, made)).rstrip("\n").split("\n"))


@click.command("totals", help=t("brief.help.totals"))
@click.argument("period", required=False)
@json_option
@pass_invocation
def totals_command(invocation: Invocation, period: str | None, as_json: bool) -> None:
    """The impact totals of a period; of this year where none is named."""
    from frontdesk.reports.indicators.rules import Parts
    from frontdesk.reports.service import period_at, period_named
    from frontdesk.reports.totals import totals

    context = open_desk(invocation, writing=False)
    named = period_named(period, context) if period else period_at(context, "year", context.today())
    found = totals(context, named)
    value = {
        "period": named.key,
        "from": named.first.isoformat(),
        "to": named.last.isoformat(),
        "running": not named.has_ended(context.today()),
        "totals": {
            one.code: {"k": one.value.k, "n": one.value.n} if isinstance(one.value, Parts) else one.value
            for one in found
        },
        "frozen": [one.code for one in found if one.is_frozen],
    }
    emit(value, as_json, [named.label, *(f"  {one.name}: {one.words}" for one in found)])
