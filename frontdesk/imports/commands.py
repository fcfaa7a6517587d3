"""Commands: the office's own sheets go in."""

from __future__ import annotations

from pathlib import Path

import click

from frontdesk.cli_support import FilledPath, Invocation, emit_import, json_option, open_desk, pass_invocation
from frontdesk.imports.service import KINDS, run_import
from frontdesk.locale import t


@click.group("import", help=t("cli.command.import"))
def import_group() -> None:
    """The office's own sheets."""


def _command(kind: str) -> click.Command:
    @click.command(kind, help=t(f"imports.help.{kind}"))
    @click.argument("file", type=FilledPath())
    @click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
    @json_option
    @pass_invocation
    def command(invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
        context = open_desk(invocation, writing=True)
        outcome = run_import(context, kind, file, dry_run=dry_run)
        emit_import(outcome, as_json, dry_run=dry_run)

    return command


for _kind in KINDS:
    import_group.add_command(_command(_kind))
