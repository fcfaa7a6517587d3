"""Commands: the kiosk window, and the manual for the terminal."""

from __future__ import annotations

import sys

import click

from frontdesk.cli_support import Invocation, pass_invocation
from frontdesk.locale import t
from frontdesk.shell.opening import run_kiosk


@click.command("kiosk", help=t("cli.command.kiosk"))
@click.option(
    "--direction", type=click.Choice(("auto", "in", "out")), default=None, help=t("shell.kiosk.direction_help")
)
@pass_invocation
def kiosk_command(invocation: Invocation, direction: str | None) -> None:
    """Open the kiosk window on the same file."""
    run_kiosk(invocation.home, direction=direction or "")


@click.command("manual", help=t("cli.command.manual"))
def manual_command() -> None:
    """Print the manual in the language in force."""
    from frontdesk.manual import manual_text

    if sys.stdout.isatty():
        click.echo_via_pager(manual_text())
    else:
        click.echo(manual_text())
