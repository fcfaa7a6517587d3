"""The command that tells how the computer's clock stands, and has it accepted."""

from __future__ import annotations

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t


@click.command("clock", help=t("checkin.help.clock"))
@click.option("--accept", is_flag=True, help=t("checkin.help.clock_accept"))
@click.option("--reason", default="", help=t("checkin.help.clock_reason"))
@json_option
@pass_invocation
@click.pass_context
def clock_command(ctx: click.Context, invocation: Invocation, accept: bool, reason: str, as_json: bool) -> None:
    """What the clock shows and when something was written last; the exit code is 1 while nobody can be checked in."""
    from frontdesk.volunteers.checkin.clock import accept_clock, clocks

    context = open_desk(invocation, writing=accept)
    shown = accept_clock(context, reason) if accept else clocks(context)
    kind = "accepted" if accept else "behind" if shown.behind else "right"
    latest = f"{shown.latest:%Y-%m-%d %H:%M}" if shown.latest else "-"
    words = t(f"checkin.clock.{kind}", now=f"{shown.now:%Y-%m-%d %H:%M}", latest=latest)
    emit(shown.as_json() | {"accepted": accept}, as_json, [words])
    if shown.behind and not accept:
        ctx.exit(1)
