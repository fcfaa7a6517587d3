"""What arrived: who has reported, what, and what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import emit, json_option
from frontdesk.district.commands.opening import district_group, opened
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.district.figures import Rules
    from frontdesk.district.reports.service import StreetCompleteness, Total

PAGE = 500
"""Missing centres that one answer names."""


@district_group.command("status", help=t("district.help.status"))
@json_option
@click.pass_context
def status_command(ctx: click.Context, as_json: bool) -> None:
    """Which centres reported, and how far they have come."""
    from frontdesk.district.service import keys_of_centres, status
    from frontdesk.district.showing import instant, keys_as_json
    from frontdesk.district.wording import instant as clock

    with opened(ctx) as district:
        centres, keys = status(district), keys_of_centres(district)
    rows = [
        {
            "centre": one.centre,
            "enrolled_since": instant(one.enrolled_at),
            "reports": one.reports,
            "latest_period": one.latest_period,
            "latest_received_at": instant(one.latest_received_at),
            "keys": keys_as_json(keys.get(one.centre, [])),
        }
        for one in centres
    ]
    lines = [
        t(
            "district.status.line",
            centre=one.centre,
            since=clock(one.enrolled_at),
            reports=one.reports,
            period=one.latest_period or "-",
        )
        for one in centres
    ]
    emit({"centres": rows}, as_json, lines or [t("district.status.none")])


@district_group.command("show", help=t("district.help.show"))
@click.argument("centre")
@click.argument("period")
@json_option
@click.pass_context
def show_command(ctx: click.Context, centre: str, period: str, as_json: bool) -> None:
    """What a centre reported for a period: the visible revision, and all that arrived."""
    from frontdesk.district.service import show_report
    from frontdesk.district.showing import as_json as shown_as_json
    from frontdesk.district.showing import as_lines

    with opened(ctx) as district:
        shown = show_report(district, centre, period)
    emit(shown_as_json(shown), as_json, as_lines(shown))


@district_group.command("completeness", help=t("district.help.completeness"))
@click.argument("period")
@click.option("--street", help=t("district.help.street"))
@click.option("--missing", "name_missing", is_flag=True, help=t("district.help.missing"))
@json_option
@click.pass_context
def completeness_command(
    ctx: click.Context, period: str, street: str | None, name_missing: bool, as_json: bool
) -> None:
    """How far each street has reported a period, and who is missing."""
    from frontdesk.district.reports.service import completeness, missing
    from frontdesk.district.showing import instant
    from frontdesk.sync import wire

    kind = wire.kind_of(period)
    with opened(ctx) as district, district.store.reading() as session:
        found = completeness(session, kind, period, street)
        absent = missing(session, kind, period, street, limit=PAGE) if name_missing else []
    answer: dict[str, Any] = {
        "kind": kind,
        "period": period,
        "deadline": instant(found.deadline),
        "streets": [_street(one) for one in found.streets],
        "whole": _street(found.whole),
    }
    lines = [_street_line(one) for one in (*found.streets, found.whole)]
    if name_missing:
        rows = [{**row, "latest_received_at": instant(row["latest_received_at"])} for row in absent]
        answer["missing"] = rows
        lines += [
            t(
                "district.completeness.missing",
                centre=row["code"],
                name=row["name"] or "-",
                street=row["street"] or "-",
                period=row["latest_period"] or "-",
            )
            for row in rows
        ]
    emit(answer, as_json, lines)


def _street(one: StreetCompleteness) -> dict[str, Any]:
    return {
        "street": one.street,
        "expected": one.expected,
        "received": one.received,
        "missing": one.missing,
        "on_time": one.on_time,
        "rate": one.rate,
        "on_time_rate": one.on_time_rate,
    }


def _street_line(one: StreetCompleteness) -> str:
    return t(
        "district.completeness.line",
        street=one.street or t("district.completeness.whole"),
        expected=one.expected,
        received=one.received,
        on_time=one.on_time,
        rate="-" if one.rate is None else f"{one.rate:.1%}",
        on_time_rate="-" if one.on_time_rate is None else f"{one.on_time_rate:.1%}",
    )


@district_group.command("totals", help=t("district.help.totals"))
@click.argument("period")
@click.option("--street", help=t("district.help.street"))
@json_option
@click.pass_context
def totals_command(ctx: click.Context, period: str, street: str | None, as_json: bool) -> None:
    """What the centres come to in a period, each indicator by its own rule."""
    from frontdesk.district.documents.service import rules_in_force
    from frontdesk.district.reports.service import totals
    from frontdesk.sync import wire

    kind = wire.kind_of(period)
    with opened(ctx) as district, district.store.reading() as session:
        found = totals(session, kind, period, street)
        rules = rules_in_force(session)
    answer = {
        "kind": kind,
        "period": period,
        "reports": found.reports,
        "whole": [_total(one) for one in found.whole],
        "streets": {
            name: {"reports": found.reports_by_street[name], "totals": [_total(one) for one in part]}
            for name, part in found.streets.items()
        },
    }
    lines = [t("district.totals.title", period=period, reports=found.reports)]
    emit(answer, as_json, [*lines, *(_total_line(one, rules) for one in found.whole)])


def _total(one: Total) -> dict[str, Any]:
    interval = one.interval
    return {
        "indicator": one.indicator,
        "category": one.category,
        "over_centres": one.over_centres,
        "centres": one.centres,
        "unknown": one.unknown,
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "rate": one.rate,
        "interval95": None if interval is None else list(interval),
    }


def _total_line(one: Total, rules: Rules) -> str:
    from frontdesk.district.figures import category_words, count_words, label

    name = label(one.indicator, rules)
    if one.category is not None:
        name = f"{name} {category_words(one.indicator, one.category)}"
    if not one.addable:
        said = t("district.totals.not_addable")
    elif one.rate is not None and one.interval is not None:
        low, high = one.interval
        said = f"{one.numerator}/{one.denominator} = {one.rate:.1%} ({low:.1%} - {high:.1%})"
    else:
        said = count_words(one.indicator, one.value, rules)
    return t("district.totals.line", name=name, said=said, centres=one.centres)
