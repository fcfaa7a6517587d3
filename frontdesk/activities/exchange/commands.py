"""Commands: plan, sign-ups and attendance go out as workbooks and come back edited."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    emit_import,
    json_option,
    open_desk,
    pass_invocation,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.activities.exchange.form import Kind
    from frontdesk.activities.exchange.register import Scope
    from frontdesk.context import Context

KINDS = ("sessions", "signups", "attendance")
DAY = click.DateTime(["%Y-%m-%d"])
MONTH = click.DateTime(["%Y-%m"])


@click.group("exchange", help=t("cli.command.exchange"))
def exchange_group() -> None:
    """Excel both ways."""


@exchange_group.command("export", help=t("exchange.help.export"))
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("exchange.help.out"))
@click.option("--month", type=MONTH, help=t("exchange.help.month"))
@click.option("--from", "first", type=DAY, help=t("exchange.help.first"))
@click.option("--to", "last", type=DAY, help=t("exchange.help.last"))
@click.option("--session", "code", help=t("exchange.help.session"))
@click.option("--full", is_flag=True, help=t("exchange.help.full"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    kind: Kind,
    out: Path,
    month: datetime | None,
    first: datetime | None,
    last: datetime | None,
    code: str | None,
    full: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write a sheet of this month, or of what is asked for."""
    from frontdesk.activities.exchange.service import export_sheet

    context = open_desk(invocation, writing=full)
    scope = _scope(context, month, first, last, code)
    count = export_sheet(context, kind, scope, out, full=full, reason=reason, approver=approver)
    emit({"out": str(out), "rows": count}, as_json, [t("exchange.exported", path=out, count=count)])


@exchange_group.command("import", help=t("exchange.help.import"))
@click.argument("file", type=FilledPath())
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@json_option
@pass_invocation
def import_command(invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take a sheet back that went out here."""
    from frontdesk.activities.exchange.service import import_sheet

    context = open_desk(invocation, writing=True)
    outcome = import_sheet(context, file, dry_run=dry_run)
    emit_import(outcome, as_json, dry_run=dry_run)


def _scope(
    context: Context, month: datetime | None, first: datetime | None, last: datetime | None, code: str | None
) -> Scope:
    """The span that was asked for: a session, a month, some days, or else the month that it is."""
    from frontdesk.activities.exchange.register import Scope
    from frontdesk.common.periods import month_of

    span = month_of(month.date() if month else context.today())
    begins, ends = span.first, span.last
    if (start := first or last) is not None:
        begins, ends = start.date(), (last or start).date()
    return Scope(begins, ends, code)
