"""Commands: ratings. Each room has its own; they are put together here."""

from __future__ import annotations

import click

from frontdesk.feedback.capture.commands import CAPTURE_COMMANDS
from frontdesk.feedback.statistics.commands import STATISTICS_COMMANDS
from frontdesk.feedback.words.commands import WORDS_COMMANDS
from frontdesk.locale import t


@click.group("rating", help=t("cli.command.rating"))
def rating_group() -> None:
    """Ratings: what is said about the centre, and what is made of it."""


for command in (*CAPTURE_COMMANDS, *STATISTICS_COMMANDS, *WORDS_COMMANDS):
    rating_group.add_command(command)
