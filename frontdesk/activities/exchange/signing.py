"""One row of a sheet or of what was pasted becomes a sign-up, by the rules of the desk."""

from __future__ import annotations

import sqlite3

from db import registrations as records
from db.registrations import LIVE, Registration
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.signup.service import SignUp, Wish, checked_name, checked_wish, open_session, take
from frontdesk.activities.signup.settling import Seating
from frontdesk.common.phones import normalise_phone, phone_tail
from frontdesk.context import Context
from frontdesk.residents.service import resident, tail_key


def sign_up_row(
    context: Context,
    connection: sqlite3.Connection,
    code: str,
    name: str,
    phone: str,
    party_size: int,
    least_seats: int | None = None,
    seating: Seating | None = None,
) -> SignUp:
    """Sign somebody up inside a running transaction; with a `seating` where many are in one.

    Raises whatever `signup.service.sign_up` raises, and ExchangeError `masked_name` for a name out of a masked list.
    """
    shown = checked_name(name)
    if "*" in shown:
        raise ExchangeError("masked_name")
    try:
        number = normalise_phone(phone)
    except ValueError as wrong:
        raise ActivityError("bad_phone") from wrong
    least, _ = checked_wish(party_size, least_seats, 1)
    session = open_session(connection, code)
    person = resident(context, connection, shown, number)
    return take(context, connection, session, Wish((person,), party_size, least, "import", False, ""), seating)


def standing(context: Context, connection: sqlite3.Connection, code: str, name: str, phone: str) -> Registration | None:
    """The sign-up on the list of a session by somebody of this name and normalised phone; None where there is none."""
    tail = tail_key(context, phone_tail(phone))
    found = records.find_registrations(connection, code, name, tail)
    live = [one for one in found if one.state in LIVE]
    for one in live:
        known = records.contact(connection, one.id)
        if known is not None and known.phone_cipher and context.keys.unseal(known.phone_cipher) == phone:
            return one
    return None
