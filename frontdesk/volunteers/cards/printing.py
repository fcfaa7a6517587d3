"""Printing cards: for whom, in which layout, and beforehand whose names no installed font has."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db import volunteers as records
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.cards.code import CardIdentity, read_code
from frontdesk.volunteers.cards.drawing import CardFace, RomanisedName
from frontdesk.volunteers.cards.errors import CardError
from frontdesk.volunteers.cards.service import issue_cards, valid_cards
from frontdesk.volunteers.errors import VolunteerError

if TYPE_CHECKING:
    from frontdesk.volunteers.cards.sheet import LayoutName

Who = Literal["all", "unprinted", "team", "chosen"]


@dataclass(frozen=True)
class Selection:
    """For whom cards are printed: all who serve, those of them without a printed card, those of a team, or the
    volunteers with these numbers.
    """

    who: Who = "all"
    team: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printed:
    """How many cards on how many pages, and who are the volunteers whose names no installed font could draw (printed
    in pinyin). `without_card` had none, and were left out; so were the `unreadable`, whose names not even pinyin can
    write.
    """

    cards: int
    pages: int
    without_glyphs: list[RomanisedName]
    without_card: list[str]
    unreadable: list[RomanisedName]


def selected(context: Context, selection: Selection) -> list[str]:
    """The numbers of the volunteers who are meant, in order; those who were named in the order in which they were.

    Raises CardError `team_without_members`, `nobody_chosen`, VolunteerError `unknown_volunteer`.
    """
    connection = context.database.connection
    if selection.who == "chosen":
        return _named(connection, selection.numbers)
    if selection.who == "team":
        members = [one.no for one in records.of_team(connection, selection.team)]
        if not members:
            raise CardError("team_without_members", team=selection.team)
        return members
    if selection.who == "unprinted":
        return records.without_printed_card(connection)
    return records.active_numbers(connection)


def unprintable(context: Context, selection: Selection) -> list[RomanisedName]:
    """Whose names have a character that no installed font can draw: to be known before anything is printed.

    The centre and teams of which the same is true stand at the end, without a number. Raises what `selected` raises,
    and FontFault.
    """
    from frontdesk.volunteers.cards.sheet import undrawable_names

    connection = context.database.connection
    found = [records.get(connection, no) for no in selected(context, selection)]
    people = [one for one in found if one is not None]
    words = dict.fromkeys((context.centre.name, *(one.team for one in people if one.team)))
    return undrawable_names([*((one.no, one.name) for one in people), *(("", word) for word in words)])


@allowed("writer")
def print_selected(
    context: Context,
    out: Path,
    selection: Selection,
    *,
    layout: LayoutName = "cards",
    first: int = 1,
    issue: bool = False,
    goes_on: Callable[[int], bool] | None = None,
) -> Printed:
    """Write the valid cards of a selection as A4 pages in PDF, from the place `first` of the first page on.

    With `issue` whoever has no card is given one; without it they are left out, and refused where they were named. A
    card opens the door to somebody's hours, so that the printing stands in the audit chain with the number of cards,
    and each card remembers that it was printed. `goes_on` is as for `print_cards`. Raises what `selected` raises,
    CardError `nobody_readable`, VolunteerError `no_card`, CardPrintFault `no_cards_to_print`, `bad_first_place`,
    `print_failed`, `print_stopped`, FontFault, and what `require_writer` raises.
    """
    context.require_writer()
    from frontdesk.volunteers.cards.sheet import print_cards, sheets_needed

    meant = selected(context, selection)
    sheets_needed(layout, len(meant), first)
    unreadable = [one for one in unprintable(context, selection) if one.volunteer_no and not one.is_readable]
    left_out = {one.volunteer_no for one in unreadable}
    chosen = [no for no in meant if no not in left_out]
    if meant and not chosen:
        raise CardError("nobody_readable", count=len(meant))
    if issue:
        issue_cards(context, chosen)
    named = selection.who == "chosen"
    having = chosen if named else [no for no in chosen if records.valid_card(context.database.connection, no)]
    faces = [
        CardFace(volunteer_no=volunteer.no, name=volunteer.name, team=volunteer.team, code=code)
        for volunteer, code in valid_cards(context, having)
    ]

    def note() -> None:
        with context.change("card.printed", context.centre.code, cards=len(faces), layout=layout) as connection:
            for face in faces:
                identity: CardIdentity = read_code(context.keys.card, face.code)
                records.note_printed(connection, *identity, context.now_ms())

    printed = print_cards(
        faces,
        out,
        layout=layout,
        first=first,
        brand_rgb=context.settings.brand_rgb,
        centre_name=context.centre.name,
        created=context.now().astimezone(context.zone),
        on_record=note,
        goes_on=goes_on,
    )
    without_card = [no for no in chosen if no not in set(having)]
    return Printed(printed.cards, printed.sheets, list(printed.romanised), without_card, unreadable)


def _named(connection: sqlite3.Connection, numbers: tuple[str, ...]) -> list[str]:
    if not numbers:
        raise CardError("nobody_chosen")
    for no in numbers:
        if records.get(connection, no) is None:
            raise VolunteerError("unknown_volunteer", no=no)
    return list(dict.fromkeys(numbers))
