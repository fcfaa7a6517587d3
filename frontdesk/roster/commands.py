"""Commands: the AB roster."""

from __future__ import annotations

import click

from frontdesk.locale import t
from frontdesk.roster.day.commands import DAY_COMMANDS
from frontdesk.roster.day.commands_leave import LEAVE_COMMANDS
from frontdesk.roster.output.commands import export_group, import_command
from frontdesk.roster.plan.commands import PLAN_COMMANDS
from frontdesk.roster.standing.commands_set import order_group


@click.group("roster", help=t("cli.command.roster"))
def roster_group() -> None:
    """The AB roster: who stands where, and who takes over."""


roster_group.add_command(order_group)
roster_group.add_command(export_group)
roster_group.add_command(import_command)
for command in (*DAY_COMMANDS, *LEAVE_COMMANDS, *PLAN_COMMANDS):
    roster_group.add_command(command)
