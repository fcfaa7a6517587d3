"""The commands of `case` that print, and that take registers in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cases.commands_records import id_of
from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    emit_import,
    json_option,
    open_desk,
    out_option,
    pass_invocation,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from datetime import date

    from frontdesk.access.service import Approver
    from frontdesk.common.wholefile import Written
    from frontdesk.context import Context

_paper = click.option("--paper", "place", default=1, type=click.IntRange(1, 99), help=t("case_papers.help.paper"))
_clear = click.option("--clear", is_flag=True, help=t("case_papers.help.clear"))
_first = click.option("--first", default="", metavar="YYYY-MM-DD", help=t("case_papers.help.first"))
_last = click.option("--last", default="", metavar="YYYY-MM-DD", help=t("case_papers.help.last"))


@click.command("papers", help=t("case_papers.help.papers"))
@click.argument("code")
@json_option
@pass_invocation
def papers_command(invocation: Invocation, code: str, as_json: bool) -> None:
    """The papers of a definition with their numbers."""
    from frontdesk.cases.library import definition_of

    definition = definition_of(open_desk(invocation, writing=False), code)
    found = [
        {"paper": place, "kind": one.kind, "title": str(one.title)} for place, one in enumerate(definition.papers, 1)
    ]
    lines = [f"{one['paper']}  {one['title']}  {t('case_papers.kind.' + str(one['kind']))}" for one in found]
    emit(found, as_json, lines or [t("case_papers.no_papers")])


@click.command("print", help=t("case_papers.help.print"))
@click.argument("number")
@_paper
@_clear
@clear_options
@out_option(t("case_papers.help.out_pdf"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, /, number: str, place: int, out: Path, as_json: bool, **how: Any) -> None:
    """A paper of one record."""
    from frontdesk.cases.papers.service import write_paper

    context = open_desk(invocation, writing=True)
    _emit_written(write_paper(context, id_of(context, number), place, out, **how), as_json)


@click.command("ledger", help=t("case_papers.help.ledger"))
@click.argument("code")
@_paper
@_first
@_last
@_clear
@clear_options
@out_option(t("case_papers.help.out_ledger"))
@json_option
@pass_invocation
def ledger_command(
    invocation: Invocation, /, code: str, place: int, first: str, last: str, out: Path, as_json: bool, **how: Any
) -> None:
    """A ledger of the records of some days."""
    from frontdesk.cases.papers.service import write_ledger

    context = open_desk(invocation, writing=True)
    days = typed_days(context, first, last)
    _emit_written(write_ledger(context, code, place, out, first=days[0], last=days[1], **how), as_json)


@click.command("export", help=t("case_papers.help.export"))
@click.argument("code")
@_first
@_last
@_clear
@clear_options
@out_option(t("case_papers.help.out_sheet"))
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    code: str,
    first: str,
    last: str,
    out: Path,
    as_json: bool,
    *,
    clear: bool,
    reason: str,
    approver: Approver | None,
) -> None:
    """A register as a sheet that can be taken in again."""
    from frontdesk.cases.papers.exporting import export_register

    context = open_desk(invocation, writing=True)
    begins, ends = typed_days(context, first, last)
    count = export_register(context, code, out, first=begins, last=ends, clear=clear, reason=reason, approver=approver)
    emit({"out": str(out), "count": count}, as_json, [t("case_papers.exported", out=out, count=count)])


@click.command("import", help=t("case_papers.help.import"))
@click.argument("code")
@click.argument("file", type=FilledPath())
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@json_option
@pass_invocation
def import_command(invocation: Invocation, code: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """A register from a sheet, all rows or none."""
    from frontdesk.cases.papers.importing import import_register

    context = open_desk(invocation, writing=True)
    emit_import(import_register(context, code, file, dry_run=dry_run), as_json, dry_run=dry_run)


@click.command("form", help=t("case_papers.help.form"))
@click.argument("code")
@click.option("--whole", is_flag=True, help=t("case_papers.help.whole"))
@out_option(t("case_papers.help.out_sheet"))
@json_option
@pass_invocation
def form_command(invocation: Invocation, code: str, out: Path, as_json: bool, *, whole: bool) -> None:
    """The sheet of a register without rows."""
    from frontdesk.cases.papers.exporting import write_form

    context = open_desk(invocation, writing=True)
    write_form(context, code, out, whole=whole)
    emit({"out": str(out)}, as_json, [t("case_papers.written", out=out)])


OF_FILES = (papers_command, print_command, ledger_command, export_command, import_command, form_command)


def typed_days(context: Context, first: str, last: str) -> tuple[date | None, date | None]:
    """The days that were typed, None for none. Wrong usage where one is no day."""
    from frontdesk.common.typed_dates import read_typed_date

    try:
        begins, ends = (read_typed_date(one, context.today()) if one.strip() else None for one in (first, last))
    except ValueError as wrong:
        raise click.UsageError(t("case_papers.bad_day")) from wrong
    return begins, ends


def _emit_written(written: Written, as_json: bool) -> None:
    lines = [t("case_papers.written", out=written.path)]
    if written.romanised:
        lines.append(t("case_papers.romanised", words=" ".join(written.romanised)))
    emit(written.as_json(), as_json, lines)
