"""Commands: the office's own sheets go in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.sheets.outcome import ImportOutcome

KINDS = {
    "staff": "frontdesk.staff.service",
    "volunteers": "frontdesk.volunteers.service",
    "sessions": "frontdesk.activities.service",
    "signups": "frontdesk.activities.service",
    "attendance": "frontdesk.activities.service",
    "ratings": "frontdesk.feedback.service",
}
"""What can be imported, in the order in which one builds on another; `import_<kind>` in the module named."""


@click.group("import", help=t("cli.command.import"))
def import_group() -> None:
    """The office's own sheets."""


def _command(kind: str) -> click.Command:
    @click.command(kind, help=t(f"imports.help.{kind}"))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
    @json_option
    @pass_invocation
    @click.pass_context
    def command(ctx: click.Context, invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
        context = open_desk(invocation, writing=True)
        run: Callable[..., ImportOutcome] = getattr(import_module(KINDS[kind]), f"import_{kind}")
        outcome = run(context, file, dry_run=dry_run)
        emit(outcome.as_json(), as_json, describe(outcome, dry_run=dry_run))
        if not outcome.is_clean:
            ctx.exit(1)

    return command


def describe(outcome: ImportOutcome, *, dry_run: bool) -> list[str]:
    """The outcome in words: each rejected cell on a line of its own, then what has been written."""
    lines = [
        t(
            "imports.rejected",
            row=rejection.row,
            column=rejection.column,
            value=rejection.value or t("imports.blank"),
            reason=rejection.words(),
        )
        for rejection in outcome.rejected
    ]
    if lines:
        return [*lines, t("imports.nothing_written", read=outcome.read, rejected=len(lines))]
    key = "imports.would" if dry_run else "imports.done"
    return [
        t(
            key,
            read=outcome.read,
            added=outcome.added,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
        )
    ]


for _kind in KINDS:
    import_group.add_command(_command(_kind))
