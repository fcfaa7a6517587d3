"""Command: the template that lays reports out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.reports.templates.model import Template


@click.command("template", help=t("workbook.help.template"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("workbook.help.template_out"))
@click.option("--check", type=FilledPath(dir_okay=False), help=t("workbook.help.template_check"))
@click.option("--keep", type=FilledPath(dir_okay=False), help=t("workbook.help.template_keep"))
@click.option("--reset", is_flag=True, help=t("workbook.help.template_reset"))
@json_option
@pass_invocation
def template_command(
    invocation: Invocation, out: Path | None, check: Path | None, keep: Path | None, reset: bool, as_json: bool
) -> None:
    """Which sheets and columns reports have: say it, write it to a file, try one, keep one, take the kept one away."""
    from frontdesk.reports.templates import kept
    from frontdesk.reports.templates.reading import read_template

    if sum(map(bool, (out, check, keep, reset))) > 1:
        raise click.UsageError(t("workbook.usage.template"))
    context = open_desk(invocation, writing=bool(keep or reset))
    if out is not None:
        kept.write_template(context, out)
        emit({"out": str(out)}, as_json, [t("workbook.template.written", out=out)])
    elif check is not None:
        found = read_template(check)
        emit(_as_json(found), as_json, [t("workbook.template.right", file=check.name, sheets=_sheets(found))])
    elif keep is not None:
        found = kept.keep_template(context, keep)
        emit(_as_json(found), as_json, [t("workbook.template.now_kept", sheets=_sheets(found))])
    elif reset:
        kept.drop_template(context)
        emit({"kept": False}, as_json, [t("workbook.template.now_built_in")])
    else:
        _say(context, as_json)


def _say(context: Context, as_json: bool) -> None:
    from frontdesk.reports.templates import kept

    is_own = kept.kept_path(context).exists()
    found = kept.template_in_force(context)
    name = found.name or t("workbook.template.unnamed")
    words = t("workbook.template.kept", name=name, sheets=_sheets(found)) if is_own else t("workbook.template.built_in")
    emit({"kept": is_own, **_as_json(found)}, as_json, [words])


def _sheets(template: Template) -> str:
    return t("workbook.joint").join(sheet.name for sheet in template.sheets)


def _as_json(template: Template) -> dict[str, Any]:
    sheets = [
        {"sheet": sheet.code, "title": sheet.name, "pdf": sheet.in_pdf, "columns": [one.code for one in sheet.columns]}
        for sheet in template.sheets
    ]
    return {"name": template.name, "sheets": sheets}
