"""Commands: show, export and submit the report of a period."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import (
    F,
    FilledPath,
    Invocation,
    clear_options,
    emit,
    json_option,
    open_desk,
    pass_invocation,
    progress,
)
from frontdesk.common.text import some_of
from frontdesk.locale import t
from frontdesk.reports.templates.commands import template_command

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.common.periods import Period
    from frontdesk.context import Context
    from frontdesk.reports.templates.model import Template


@click.group("report", help=t("cli.command.report"))
def report_group() -> None:
    """The figures of a period and the report made of them."""


report_group.add_command(template_command)


def _written_to(out_words: str) -> Callable[[F], F]:
    """What the commands are given that write the report of a period to a file."""

    def decorate(function: F) -> F:
        path = FilledPath(dir_okay=False)
        function = click.option("--template", type=path, help=t("workbook.help.layout"))(function)
        function = clear_options(function)
        function = click.option("--with-names", is_flag=True, help=t("reports.help.with_names"))(function)
        function = click.option("--out", required=True, type=path, help=out_words)(function)
        return click.argument("period")(function)

    return decorate


def _asked_for(
    invocation: Invocation, period: str, template: Path | None, *, with_names: bool
) -> tuple[Context, Period, Template | None]:
    """The desk, the period and the template that a written report is made of; nothing is opened for a template that is
    refused.
    """
    from frontdesk.reports.service import period_named
    from frontdesk.reports.templates.reading import read_template

    layout = None if template is None else read_template(template)
    context = open_desk(invocation, writing=with_names)
    return context, period_named(period, context), layout


@report_group.command("show", help=t("reports.help.show"))
@click.argument("period")
@json_option
@pass_invocation
def show_command(invocation: Invocation, period: str, as_json: bool) -> None:
    """The figures of a week, month, quarter or year.

    With --json exact, however few rated: the totals that the sealed report holds too.
    """
    from frontdesk.reports.service import period_named, report

    context = open_desk(invocation, writing=False)
    named = period_named(period, context)
    values = report(context, named)
    if as_json:
        emit(values, as_json)
        return
    from frontdesk.reports.words import figure_lines

    mark = t("reports.closed", edition=values["edition"]) if values["edition"] else ""
    mark = t("reports.running") if values["running"] else mark
    click.echo(f"{context.centre.name}  {named.label}  {mark}".rstrip())
    for label, value in figure_lines(values, context.settings.public_minimum):
        click.echo(f"  {label}: {value}")


@report_group.command("export", help=t("reports.help.export"))
@_written_to(t("reports.help.out"))
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    period: str,
    out: Path,
    with_names: bool,
    template: Path | None,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write the report of a period as a workbook; full names need an operator and are logged."""
    from frontdesk.reports.exporting import export_workbook

    context, named, layout = _asked_for(invocation, period, template, with_names=with_names)
    export_workbook(context, named, out, with_names=with_names, template=layout, reason=reason, approver=approver)
    value = {"period": named.key, "out": str(out), "with_names": with_names}
    emit(value, as_json, [t("reports.exported", out=out)])


@report_group.command("pdf", help=t("workbook.help.pdf"))
@_written_to(t("workbook.help.pdf_out"))
@json_option
@pass_invocation
def pdf_command(
    invocation: Invocation,
    period: str,
    out: Path,
    with_names: bool,
    template: Path | None,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write the report of a period as a PDF; full names need an operator and are logged."""
    from frontdesk.reports.pdf import export_pdf

    context, named, layout = _asked_for(invocation, period, template, with_names=with_names)
    written = export_pdf(context, named, out, with_names=with_names, template=layout, reason=reason, approver=approver)
    value = {"period": named.key, "with_names": with_names, **written.as_json()}
    lines = [t("reports.exported", out=out)]
    if written.romanised:
        lines.append(t("workbook.romanised", words=some_of(written.romanised)))
    emit(value, as_json, lines)


@report_group.command("submit", help=t("reports.help.submit"))
@click.argument("period")
@json_option
@pass_invocation
def submit_command(invocation: Invocation, period: str, as_json: bool) -> None:
    """Seal the report of a period into the outbox; that the district locked it is said beforehand."""
    from frontdesk.reports.service import period_named, submit
    from frontdesk.sync.service import lock_of

    context = open_desk(invocation, writing=True)
    named = period_named(period, context)
    lock = lock_of(context, named.key)
    if lock is not None:
        progress(t("sync.lock.warning", period=named.label, reason=lock.because))
    submitted = submit(context, named)
    key = "reports.submitted_by_command" if submitted.new else "reports.submitted_before"
    value = {
        "period": named.key,
        "revision": submitted.revision,
        "report_id": submitted.report_id,
        "new": submitted.new,
    }
    emit(value, as_json, [t(key, period=named.label, revision=submitted.revision)])
