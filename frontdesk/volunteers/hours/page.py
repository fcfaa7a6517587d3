"""A4 pages of hours while they are being drawn: the house's page with words for hours."""

from __future__ import annotations

from datetime import datetime

from frontdesk.common.fonts import FontShelf
from frontdesk.common.page import (
    FOOT,
    GREY,
    HEIGHT,
    INK,
    INNER,
    LINE,
    MARGIN,
    PALE,
    WIDTH,
    Colour,
    PaperColumn,
    PaperPage,
)
from frontdesk.volunteers.hours.rounding import decimal_hours

__all__ = [
    "FOOT",
    "GREY",
    "HEIGHT",
    "INK",
    "INNER",
    "LINE",
    "MARGIN",
    "PALE",
    "WIDTH",
    "Colour",
    "HoursPage",
    "PaperColumn",
]


class HoursPage(PaperPage):
    """A PDF of A4 pages about hours."""

    def __init__(self, shelf: FontShelf, *, created: datetime, brand: Colour) -> None:
        super().__init__(shelf, "hours", created=created, brand=brand)

    def amount(self, minutes: int) -> str:
        """Minutes as hours and minutes in words."""
        return self.say("amount", hours=minutes // 60, minutes=minutes % 60)

    def both(self, minutes: int) -> str:
        """The same with the hours as a decimal behind it."""
        return self.say("both_hours", amount=self.amount(minutes), hours=decimal_hours(minutes))

    def content(self, content: str) -> str:
        """What was served, general service by its name."""
        return content or self.say("general_service")
