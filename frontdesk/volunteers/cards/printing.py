"""Printing the cards that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdesk.context import Context
from frontdesk.volunteers.cards.service import valid_cards


@dataclass(frozen=True)
class Printed:
    """How many cards on how many pages, and whose names no installed font could draw (printed in pinyin)."""

    cards: int
    pages: int
    without_glyphs: list[str]


def print_valid_cards(context: Context, out: Path, volunteer_nos: Sequence[str] | None) -> Printed:
    """Write the valid cards of all volunteers, or of those named, as A4 sheets in PDF.

    A card opens the door to somebody's hours, so that the printing stands in the audit chain with the number of cards.
    Raises VolunteerError `unknown_volunteer`, `no_card`, CardPrintFault `no_cards_to_print`, `print_failed`, and what
    `require_writer` raises.
    """
    context.require_writer()
    from frontdesk.volunteers.cards.sheet import CardFace, print_cards

    faces = [
        CardFace(volunteer_no=volunteer.no, name=volunteer.name, team=volunteer.team, code=code)
        for volunteer, code in valid_cards(context, volunteer_nos)
    ]

    def note() -> None:
        with context.change("card.printed", context.centre.code, cards=len(faces)):
            """Nothing but the audit entry is written."""

    printed = print_cards(
        faces,
        out,
        brand_rgb=context.settings.brand_rgb,
        centre_name=context.centre.name,
        created=context.now().astimezone(context.zone),
        on_record=note,
    )
    return Printed(printed.cards, printed.sheets, [name.volunteer_no for name in printed.romanised])
