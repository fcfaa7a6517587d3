"""Cards: issued, replaced, revoked, renewed, and how long they are valid."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date

from db import parked
from db import volunteers as records
from db.volunteers import Card, Volunteer
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.cards.code import HIGHEST_SERIAL, make_code
from frontdesk.volunteers.cards.errors import CardError
from frontdesk.volunteers.cards.rules import end_after
from frontdesk.volunteers.errors import VolunteerError


@allowed("writer")
def issue_card(context: Context, volunteer_no: str) -> str:
    """The 20 digits of the volunteer's valid card, issued now if there is none.

    Raises `unknown_volunteer`, `no_more_cards`.
    """
    return issue_cards(context, [volunteer_no])[0][1]


@allowed("writer")
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
            card = records.valid_card(connection, no) or _new_card(context, connection, no)
            issued.append((no, make_code(context.keys.card, no, card.serial)))
    return issued


@allowed("writer")
def replace_card(context: Context, volunteer_no: str) -> str:
    """The digits of a new card; the old one answers `card_replaced` from now on."""
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        if records.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        old = records.valid_card(connection, volunteer_no)
        if old is not None:
            records.put_card(connection, old.model_copy(update={"state": "replaced"}))
        card = _new_card(context, connection, volunteer_no)
        if old is not None:
            context.note(connection, "card.replaced", volunteer_no, serial=old.serial)
    return make_code(context.keys.card, volunteer_no, card.serial)


@allowed("writer")
def revoke_card(context: Context, volunteer_no: str) -> None:
    """Revoke the volunteer's valid card without giving a new one. Raises VolunteerError `no_card`."""
    with context.change("card.revoked", volunteer_no) as connection:
        card = _card_of(connection, volunteer_no)
        records.put_card(connection, card.model_copy(update={"state": "revoked"}))


@allowed("writer")
def set_validity(context: Context, volunteer_no: str, until: date | None) -> Card:
    """The volunteer's card with another last day, None for no end; a day that is past ends it.

    Raises VolunteerError `no_card`, CardError `ends_before_it_begins`.
    """
    end = until.isoformat() if until else ""
    with context.change("card.validity", volunteer_no, until=end) as connection:
        card = _card_of(connection, volunteer_no)
        if end and end < card.valid_from:
            raise CardError("ends_before_it_begins", no=volunteer_no, begins=card.valid_from, ends=end)
        return _put_end(connection, card, end)


@allowed("writer")
def renew_card(context: Context, volunteer_no: str) -> Card:
    """The volunteer's card, valid from today for as long as a card that is issued today; the printed one goes on.

    Raises VolunteerError `no_card`.
    """
    end = end_after(context.today(), context.settings.card_valid_months)
    with context.change("card.renewed", volunteer_no, until=end) as connection:
        return _put_end(connection, _card_of(connection, volunteer_no), end)


@allowed("writer")
def renew_cards(context: Context, ending_by: date) -> list[Card]:
    """Renew the cards of all who serve that end on a day or before it, all or none; the cards as they are now."""
    context.require_writer()
    end = end_after(context.today(), context.settings.card_valid_months)
    with context.database.write() as connection:
        context.confirm_operator(connection)
        renewed = []
        for no in records.cards_ending(connection, ending_by.isoformat()):
            renewed.append(_put_end(connection, _card_of(connection, no), end))
            context.note(connection, "card.renewed", no, until=end)
        return renewed


def cards_of(context: Context, volunteer_no: str) -> list[Card]:
    """Every card that a volunteer ever had, the first first. Raises VolunteerError `unknown_volunteer`."""
    connection = context.database.connection
    if records.get(connection, volunteer_no) is None:
        raise VolunteerError("unknown_volunteer", no=volunteer_no)
    return records.cards(connection, volunteer_no)


def valid_cards(context: Context, volunteer_nos: Sequence[str] | None = None) -> list[tuple[Volunteer, str]]:
    """Volunteers with the digits of their valid cards, for printing; all who have one, or those named.

    Raises VolunteerError `unknown_volunteer` or `no_card` for one who was named.
    """
    connection = context.database.connection
    chosen = list(volunteer_nos) if volunteer_nos is not None else records.active_numbers(connection)
    found = []
    for no in chosen:
        volunteer, card = records.get(connection, no), records.valid_card(connection, no)
        if volunteer is None and volunteer_nos is not None:
            raise VolunteerError("unknown_volunteer", no=no)
        if card is None and volunteer_nos is not None:
            raise VolunteerError("no_card", no=no)
        if volunteer is not None and card is not None:
            found.append((volunteer, make_code(context.keys.card, no, card.serial)))
    return found


def _card_of(connection: sqlite3.Connection, volunteer_no: str) -> Card:
    card = records.valid_card(connection, volunteer_no)
    if card is None:
        raise VolunteerError("no_card", no=volunteer_no)
    return card


def _put_end(connection: sqlite3.Connection, card: Card, end: str) -> Card:
    changed = card.model_copy(update={"valid_until": end})
    records.put_card(connection, changed)
    return changed


def _new_card(context: Context, connection: sqlite3.Connection, volunteer_no: str) -> Card:
    cards = records.cards(connection, volunteer_no)
    # A serial that a parked card bears is somebody's card already, whatever was decided about it.
    serial = max(cards[-1].serial if cards else 0, parked.highest_serial(connection, volunteer_no)) + 1
    if serial > HIGHEST_SERIAL:
        raise VolunteerError("no_more_cards", no=volunteer_no)
    today = context.today()
    card = Card(
        volunteer_no=volunteer_no,
        serial=serial,
        state="issued",
        # Visits of earlier days are keyed in after the card was made, so a first card is valid for those too.
        valid_from="" if serial == 1 else today.isoformat(),
        valid_until=end_after(today, context.settings.card_valid_months),
        issued_at=context.now_ms(),
    )
    records.put_card(connection, card)
    context.note(connection, "card.issued", volunteer_no, serial=serial)
    return card
