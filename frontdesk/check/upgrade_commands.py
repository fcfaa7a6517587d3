"""The command `upgrade`: what bringing the centre's file up to date takes, and doing it."""

from __future__ import annotations

import click

from frontdesk.check import upgrading
from frontdesk.cli_support import Invocation, emit, json_option, pass_invocation, progress
from frontdesk.locale import t


@click.command("upgrade", help=t("cli.command.upgrade"))
@click.option("--check", "only_look", is_flag=True, help=t("cli.help.upgrade_check"))
@json_option
@pass_invocation
def upgrade_command(invocation: Invocation, only_look: bool, as_json: bool) -> None:
    """Bring the file up to date, which opening it does by itself too; `--check` only says what that takes."""
    found = upgrading.standing(invocation.home)
    if only_look or not found.upgrade.is_pending:
        emit(found.as_json(), as_json, upgrading.describe(found))
        return
    progress(upgrading.beginning_words(found))
    done = upgrading.bring_up_to_date(invocation.home)
    emit(done.as_json(), as_json, upgrading.describe_done(found, done))
