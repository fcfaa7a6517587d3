"""Commands: the indicators, what they mean, their values, and the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.common.masking import mask_numbers
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.common.periods import Period
    from frontdesk.context import Context
    from frontdesk.reports.indicators.definition import Indicator


@click.group("indicator", help=t("cli.command.indicator"))
def indicator_group() -> None:
    """The numbers that reports are made of."""


@indicator_group.command("list", help=t("indicators.help.list"))
@json_option
def list_command(as_json: bool) -> None:
    """Every indicator with its unit and how it adds up."""
    from frontdesk.reports.indicators.service import indicators

    every = indicators()
    lines = [f"{one.code}  {one.name}  {t(f'indicators.unit.{one.unit}')}" for one in every]
    emit([_json(one) for one in every], as_json, lines)


@indicator_group.command("show", help=t("indicators.help.show"))
@click.argument("code")
@json_option
def show_command(code: str, as_json: bool) -> None:
    """What one indicator means, with the SQL that counts it and the SQL that lists its rows."""
    from frontdesk.reports.indicators.page import qualities
    from frontdesk.reports.indicators.service import indicator

    one = indicator(code)
    lines = [f"{one.code}  {one.name}  {t(f'indicators.unit.{one.unit}')}", str(one.meaning), *qualities(one)]
    lines += [sql for sql in (one.count, one.rows) if sql]
    emit(_json(one) | {"count": one.count, "rows": one.rows}, as_json, lines)


@indicator_group.command("value", help=t("indicators.help.value"))
@click.argument("code")
@click.argument("period")
@json_option
@pass_invocation
def value_command(invocation: Invocation, code: str, period: str, as_json: bool) -> None:
    """The value of an indicator over a period; with --json exact, however few rated, a rate as its two parts.

    Of days and half months there is nothing that tells how people rated.
    """
    from frontdesk.reports.indicators import service
    from frontdesk.reports.indicators.rules import Parts
    from frontdesk.reports.indicators.words import value_words

    one = service.indicator(code)
    context = open_desk(invocation, writing=False)
    named = _period(context, code, period)
    with context.database.reading():
        found = service.value(context, code, named.first, named.last)
        is_shown = service.may_be_shown(context, code, named.first, named.last)
    shown = value_words(one, found) if is_shown else _hidden(context.settings.public_minimum)
    said = found._asdict() if isinstance(found, Parts) else found
    if isinstance(said, Mapping):
        said = {mask_numbers(key): many for key, many in said.items()}
    emit({"code": code, "period": named.key, "value": said}, as_json, [f"{one.name}  {named.label}  {shown}"])


@indicator_group.command("rows", help=t("indicators.help.rows"))
@click.argument("code")
@click.argument("period")
@click.option("--key", default=None, metavar="TEXT", help=t("indicators.help.key"))
@click.option("--limit", default=100, type=click.IntRange(-1), help=t("indicators.help.limit"))
@click.option("--offset", default=0, type=click.IntRange(0), help=t("indicators.help.offset"))
@json_option
@pass_invocation
def rows_command(
    invocation: Invocation, code: str, period: str, key: str | None, limit: int, offset: int, as_json: bool
) -> None:
    """The rows behind an indicator of a period, names masked."""
    from frontdesk.reports.indicators import service
    from frontdesk.reports.indicators.words import cell_words
    from frontdesk.reports.service import edition_of

    context = open_desk(invocation, writing=False)
    named = _period(context, code, period)
    with context.database.reading():
        found = service.rows(context, code, named.first, named.last, limit, offset, key=key)
        many = service.row_count(context, code, named.first, named.last, key=key)
        is_shown = service.may_be_shown(context, code, named.first, named.last)
        edition = edition_of(context, named.key)
    kinds = [one.kind for one in service.headings(code)]
    lines = ["  ".join(found.headings)]
    lines += ["  ".join(map(cell_words, kinds, row)) for row in found.rows]
    lines.append(t("indicators.many", count=many) if is_shown else _hidden(context.settings.public_minimum))
    if edition:
        lines.append(t("indicators.live", edition=edition))
    answer = {"code": code, "period": named.key, "count": many, "headings": found.headings, "rows": found.rows}
    emit(answer, as_json, lines)


@indicator_group.command("page", help=t("indicators.help.page"))
@click.option("--sql", is_flag=True, help=t("indicators.help.sql"))
def page_command(sql: bool) -> None:
    """The register of indicators as a page in Markdown."""
    from frontdesk.reports.indicators.page import register_page

    click.echo(register_page(sql=sql), nl=False)


def _json(one: Indicator) -> dict[str, object]:
    """What a definition says, in both languages."""
    said = one.model_dump(exclude={"source", "headings", "which", "say", "per", "of", "by", "distinct", "sums"})
    return said | {"personal": one.personal, "columns": list(one.columns)}


def _period(context: Context, code: str, key: str) -> Period:
    """The period behind a key as the reports of the centre have it. Raises IndicatorError `too_short`."""
    from frontdesk.reports.indicators.errors import IndicatorError
    from frontdesk.reports.indicators.service import is_too_short
    from frontdesk.reports.service import period_named

    named = period_named(key, context)
    if is_too_short(code, named):
        raise IndicatorError("too_short", code=code, period=named.label)
    return named


def _hidden(minimum: int) -> str:
    return t("reports.rate_hidden", minimum=minimum)
