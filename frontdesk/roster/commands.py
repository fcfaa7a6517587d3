"""Commands: the AB roster."""

from __future__ import annotations

import click

from frontdesk.locale import t
from frontdesk.roster.commands_day import DAY_COMMANDS
from frontdesk.roster.commands_export import export_group, import_command
from frontdesk.roster.commands_leave import LEAVE_COMMANDS
from frontdesk.roster.commands_order_set import order_group
from frontdesk.roster.commands_plan import PLAN_COMMANDS


@click.group("roster", help=t("cli.command.roster"))
def roster_group() -> None:
    """The AB roster: who stands where, and who takes over."""


roster_group.add_command(order_group)
roster_group.add_command(export_group)
roster_group.add_command(import_command)
for command in (*DAY_COMMANDS, *LEAVE_COMMANDS, *PLAN_COMMANDS):
    roster_group.add_command(command)
