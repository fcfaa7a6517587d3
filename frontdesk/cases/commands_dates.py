"""The command that reckons anew by when cases are due."""

from __future__ import annotations

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t


@click.command("dates", help=t("case_people.help.dates"))
@json_option
@pass_invocation
def dates_command(invocation: Invocation, as_json: bool) -> None:
    """Reckon anew by when everything is due that has not ended."""
    from frontdesk.cases.service import set_dates_again

    moved = set_dates_again(open_desk(invocation, writing=True))
    emit({"moved": moved}, as_json, [t("case_people.dated", count=moved)])


COMMANDS = (dates_command,)
