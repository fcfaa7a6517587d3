"""Commands: the audit log listed, shown, verified, exported."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import (
    F,
    Invocation,
    emit,
    json_option,
    open_desk,
    out_option,
    pass_invocation,
    progress,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.audit_reading import AuditLine
    from frontdesk.audit.service import Filter
    from frontdesk.context import Context


@click.group("audit", help=t("cli.command.audit"))
def audit_group() -> None:
    """Who changed what."""


def _filter_options(function: F) -> F:
    for option in (
        click.option("--row", default="", metavar="TABLE/KEY", help=t("audit.help.row")),
        click.option("--text", default="", help=t("audit.help.text")),
        click.option("--subject", default="", help=t("audit.help.subject")),
        click.option("--kind", default="", help=t("audit.help.kind")),
        click.option("--no", default="", metavar="NO", help=t("audit.help.no")),
        click.option("--to", default="", metavar="DAY", help=t("audit.help.to")),
        click.option("--from", "since", default="", metavar="DAY", help=t("audit.help.from")),
    ):
        function = option(function)
    return function


def _filter(context: Context, given: dict[str, str]) -> Filter:
    from frontdesk.audit.service import Filter

    table, _, key = given["row"].partition("/")
    return Filter(
        given["no"],
        _day(context, given["since"]),
        _day(context, given["to"]),
        given["kind"],
        given["subject"],
        given["text"],
        (table, key) if given["row"] else None,
    )


def _day(context: Context, text: str) -> date | None:
    from frontdesk.audit.reading import day_of
    from frontdesk.audit.service import AuditError

    try:
        return day_of(text, context.today())
    except ValueError:
        raise AuditError("bad_day", day=text) from None


@audit_group.command("list", help=t("audit.help.list"))
@_filter_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help=t("audit.help.limit"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, /, limit: int, as_json: bool, **given: str) -> None:
    """The newest entries first."""
    from frontdesk.audit.reading import listed_cells
    from frontdesk.audit.service import count, entries

    context = open_desk(invocation, writing=True)
    wanted = _filter(context, given)
    found = entries(context, wanted, 0, limit)
    lines = [f"{one.id:>7}  {'  '.join(cell for cell in listed_cells(one, context.local) if cell)}" for one in found]
    lines.append(t("audit.listed", shown=len(found), count=count(context, wanted)))
    emit([_as_json(one, context) for one in found], as_json, lines)


@audit_group.command("show", help=t("audit.help.show"))
@click.argument("number", type=int)
@json_option
@pass_invocation
def show_command(invocation: Invocation, number: int, as_json: bool) -> None:
    """One entry, before and after."""
    from frontdesk.audit.reading import entry_lines
    from frontdesk.audit.service import entry

    context = open_desk(invocation, writing=True)
    shown = entry(context, number)
    changed = [
        {"table": one.table, "row": one.row_key, "operation": one.operation, "columns": one.values}
        for one in shown.changes
    ]
    lines = [words for words, _ in entry_lines(shown, context.local)]
    emit(_as_json(shown.line, context) | {"rows": changed}, as_json, lines)


@audit_group.command("verify", help=t("audit.help.verify"))
@json_option
@pass_invocation
@click.pass_context
def verify_command(ctx: click.Context, invocation: Invocation, as_json: bool) -> None:
    """Follow the whole chain; the exit code is 1 where anything was removed or changed."""
    from frontdesk.audit.reading import verified_lines
    from frontdesk.audit.service import verify

    context = open_desk(invocation, writing=False)
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown:
            progress(t("audit.verifying", done=done, total=total))

    found = verify(context, tell)
    said = {
        "sound": found.is_sound,
        "entries": found.entries,
        "changes": found.changes,
        "first_broken": found.first_broken,
        "anchors": found.anchors,
        "lost": [one._asdict() for one in found.lost],
    }
    emit(said, as_json, verified_lines(found))
    if not found.is_sound:
        ctx.exit(1)


@audit_group.command("export", help=t("audit.help.export"))
@_filter_options
@out_option(t("audit.help.out"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, /, out: Path, as_json: bool, **given: str) -> None:
    """The entries as a workbook."""
    from frontdesk.audit.service import export

    context = open_desk(invocation, writing=True)
    written = export(context, _filter(context, given), out)
    emit({"path": str(out), "entries": written}, as_json, [t("audit.exported", count=written, path=out)])


def _as_json(one: AuditLine, context: Context) -> dict[str, object]:
    import json

    try:
        detail: object = json.loads(one.detail)
    except ValueError:
        detail = one.detail
    return {
        "id": one.id,
        "at": context.local(one.at).isoformat(),
        "no": one.operator_no,
        "source": one.source,
        "window": one.place,
        "action": one.action,
        "subject": one.subject,
        "detail": detail,
        "changes": one.changed,
    }
