"""Printing the cards that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdesk.context import Context
from frontdesk.volunteers.service import valid_cards


@dataclass(frozen=True)
class Printed:
    """How many cards on how many pages, and whose names no installed font could draw (printed in pinyin)."""

    cards: int
    pages: int
    without_glyphs: list[str]


def print_valid_cards(context: Context, out: Path, volunteer_nos: Sequence[str] | None) -> Printed:
    """Write the valid cards of all volunteers, or of those named, as A4 sheets in PDF.

    Raises VolunteerError `unknown_volunteer`, `no_card`, CardPrintFault `no_cards_to_print`, `print_failed`.
    """
    from frontdesk.volunteers.cardprint import CardFace, print_cards

    faces = [
        CardFace(volunteer_no=volunteer.no, name=volunteer.name, team=volunteer.team, code=code)
        for volunteer, code in valid_cards(context, volunteer_nos)
    ]
    printed = print_cards(
        faces,
        out,
        brand_rgb=context.settings.brand_rgb,
        centre_name=context.centre.name,
        created=context.now().astimezone(context.zone),
    )
    return Printed(printed.cards, printed.sheets, [name.volunteer_no for name in printed.romanised])
