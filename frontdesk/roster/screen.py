"""The roster: who stands where and when, week by week or month by month, and everything that is done with it."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.roster.board.edit_screen import Editing
from frontdesk.roster.day.screen import Day
from frontdesk.roster.output.screen import Outputs
from frontdesk.roster.plan.screen import Planning
from frontdesk.shell.command import Command


class RosterScreen(Editing, Day, Planning, Outputs):
    """The roster with all that can be done with it."""

    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command("roster_screen", "edit", "enter"),
        Command("roster_screen", "absent", "f7"),
        Command("roster_screen", "back", "f8"),
        Command("roster_screen", "week", "1"),
        Command("roster_screen", "month", "2"),
        Command("roster_screen", "hours", "3,h"),
        Command("roster_screen", "drafts", "4", in_bar=False),
        Command("roster_screen", "plan", "ctrl+n"),
        Command("roster_screen", "publish", "ctrl+s", in_bar=False),
        Command("roster_screen", "replan", "ctrl+r", in_bar=False),
        Command("roster_screen", "remedies", "ctrl+y", in_bar=False),
        Command("roster_screen", "leave", "ctrl+t"),
        Command("roster_screen", "swap", "ctrl+x"),
        Command("roster_screen", "output", "ctrl+o"),
        Command("roster_screen", "check", "ctrl+f", in_bar=False),
        Command("roster_screen", "lock_slot", "space,l", in_bar=False),
        Command("roster_screen", "undo", "ctrl+z,u", in_bar=False),
        Command("roster_screen", "earlier", "pageup", in_bar=False),
        Command("roster_screen", "later", "pagedown", in_bar=False),
        Command("roster_screen", "this_day", "0", in_bar=False),
        Command("roster_screen", "stop", "escape", in_bar=False),
        Command("roster_screen", "go_to", "ctrl+g", in_bar=False),
    )
