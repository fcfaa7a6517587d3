"""What is refused about cards beyond what a scan refuses."""

from __future__ import annotations

from typing import ClassVar

from frontdesk.errors import DeskError


class CardError(DeskError):
    """`ends_before_it_begins`, `bad_end`, `team_without_members`, `nobody_chosen`, `which_cards`."""

    area: ClassVar[str] = "cards"
