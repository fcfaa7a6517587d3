"""Cards: issued, replaced, revoked."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db import volunteers as records
from db.volunteers import Card, Volunteer
from frontdesk.context import Context
from frontdesk.volunteers.cards.code import make_code
from frontdesk.volunteers.errors import VolunteerError


def issue_card(context: Context, volunteer_no: str) -> str:
    """The 20 digits of the volunteer's valid card, issued now if there is none.

    Raises `unknown_volunteer`, `no_more_cards`.
    """
    return issue_cards(context, [volunteer_no])[0][1]


def issue_cards(context: Context, volunteer_nos: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Volunteer numbers and card digits, for the given volunteers or for all who serve; all or none are
    issued.

    Whoever has a valid card keeps it, so that a second call answers the same.
    """
    context.require_writer()
    issued = []
    with context.database.write() as connection:
        context.confirm_operator(connection)
        chosen = list(volunteer_nos) if volunteer_nos is not None else records.active_numbers(connection)
        for no in chosen:
            volunteer = records.get(connection, no)
            if volunteer is None:
                raise VolunteerError("unknown_volunteer", no=no)
            card = _valid_card(connection, no) or _new_card(context, connection, no)
            issued.append((no, make_code(context.keys.card, no, card.serial)))
    return issued


def replace_card(context: Context, volunteer_no: str) -> str:
    """The digits of a new card; the old one answers `card_replaced` from now on."""
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        if records.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        old = _valid_card(connection, volunteer_no)
        if old is not None:
            records.put_card(connection, old.model_copy(update={"state": "replaced"}))
        card = _new_card(context, connection, volunteer_no)
        if old is not None:
            context.note(connection, "card.replaced", volunteer_no, serial=old.serial)
    return make_code(context.keys.card, volunteer_no, card.serial)


def revoke_card(context: Context, volunteer_no: str) -> None:
    """Revoke the volunteer's valid card without giving a new one. Raises VolunteerError `no_card`."""
    with context.change("card.revoked", volunteer_no) as connection:
        card = _valid_card(connection, volunteer_no)
        if card is None:
            raise VolunteerError("no_card", no=volunteer_no)
        records.put_card(connection, card.model_copy(update={"state": "revoked"}))


def valid_cards(context: Context, volunteer_nos: Sequence[str] | None = None) -> list[tuple[Volunteer, str]]:
    """Volunteers with the digits of their valid cards, for printing; all who have one, or those named.

    Raises VolunteerError `unknown_volunteer` or `no_card` for one who was named.
    """
    connection = context.database.connection
    chosen = list(volunteer_nos) if volunteer_nos is not None else records.active_numbers(connection)
    found = []
    for no in chosen:
        volunteer, card = records.get(connection, no), _valid_card(connection, no)
        if volunteer is None and volunteer_nos is not None:
            raise VolunteerError("unknown_volunteer", no=no)
        if card is None and volunteer_nos is not None:
            raise VolunteerError("no_card", no=no)
        if volunteer is not None and card is not None:
            found.append((volunteer, make_code(context.keys.card, no, card.serial)))
    return found


def _valid_card(connection: sqlite3.Connection, volunteer_no: str) -> Card | None:
    return next((card for card in records.cards(connection, volunteer_no) if card.state == "issued"), None)


def _new_card(context: Context, connection: sqlite3.Connection, volunteer_no: str) -> Card:
    cards = records.cards(connection, volunteer_no)
    serial = cards[-1].serial + 1 if cards else 1
    if serial > 99:
        raise VolunteerError("no_more_cards", no=volunteer_no)
    card = Card(
        volunteer_no=volunteer_no,
        serial=serial,
        state="issued",
        # Visits of earlier days are keyed in after the card was made, so a first card is valid for those too.
        valid_from="" if serial == 1 else context.today().isoformat(),
        issued_at=context.now_ms(),
    )
    records.put_card(connection, card)
    context.note(connection, "card.issued", volunteer_no, serial=serial)
    return card
