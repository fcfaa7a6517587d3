"""The command `check`."""

from __future__ import annotations

import sys

import click

from frontdesk.check import words
from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t


@click.command("check", help=t("cli.command.check"))
@click.option("--quick", is_flag=True, help=t("cli.help.check_quick"))
@json_option
@pass_invocation
@click.pass_context
def check_command(ctx: click.Context, invocation: Invocation, quick: bool, as_json: bool) -> None:
    """Look the centre's file over; the exit code is 1 where something contradicts something."""
    from frontdesk.check.service import full_look, quick_look

    context = open_desk(invocation, writing=False)
    shown = sys.stderr.isatty()
    said = [""]

    def tell(area: str, done: int, total: int) -> None:
        line = t("check.running", done=done, total=total, area=t(f"check.area.{area}"))
        if shown and line != said[0]:
            progress(line)
        said[0] = line

    look = quick_look(context) if quick else full_look(context, progress=tell)
    emit(look.as_json(), as_json, words.as_text(look, lambda at: f"{context.local(at):%Y-%m-%d %H:%M}"))
    if not look.is_sound:
        ctx.exit(1)
