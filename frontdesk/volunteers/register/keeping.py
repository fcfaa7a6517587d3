"""Writing a volunteer together with all that finds him or her, and the next number that is free."""

from __future__ import annotations

import sqlite3

from db import search
from db import volunteers as records
from db.volunteers import Volunteer
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context
from frontdesk.volunteers.errors import VolunteerError

SEARCH_KIND = "volunteer"
LAST_NUMBER = 9_999_999


def tail_term(context: Context, tail: str) -> str:
    """The search term for the last four digits of a phone: a keyed hash, so that the file does not give
    them away.
    """
    return "#" + context.keys.lookup(f"tail:{tail}").hex()


def phone_key(context: Context, phone: str) -> bytes:
    """The keyed hash by which a phone, in its one spelling, is found and compared."""
    return context.keys.lookup(f"phone:{phone}")


def phone_of(context: Context, volunteer: Volunteer) -> str:
    """The phone in clear, '' where there is none."""
    return context.keys.unseal(volunteer.phone_cipher) if volunteer.phone_cipher is not None else ""


def store(context: Context, connection: sqlite3.Connection, volunteer: Volunteer, phone: str) -> None:
    """Write a volunteer and all that finds him or her, inside a running transaction.

    `phone` is normalised or ''.
    """
    from frontdesk.common.pinyin import search_terms

    records.put(connection, volunteer)
    terms = set(search_terms(volunteer.name)) | {volunteer.no, volunteer.no.lstrip("0")}
    if phone:
        terms.add(tail_term(context, phone_tail(phone)))
    search.set_terms(connection, SEARCH_KIND, volunteer.no, terms - {""})


def next_number(connection: sqlite3.Connection, taken: str = "") -> str:
    """The number after the highest that was given, or after `taken` if that is higher; where the last one is taken,
    the lowest that is free. Raises VolunteerError `no_more_numbers`.
    """
    highest = int(max(records.highest_number(connection), taken) or "0")
    if highest < LAST_NUMBER:
        return f"{highest + 1:07d}"
    free = records.lowest_free_number(connection)
    if free > LAST_NUMBER:
        raise VolunteerError("no_more_numbers")
    return f"{free:07d}"


def namesakes(connection: sqlite3.Connection, name: str) -> list[Volunteer]:
    """Everybody with just this name, by number: found by the term that the whole name is."""
    from frontdesk.common.pinyin import query_key

    found = records.by_numbers(connection, search.exact(connection, SEARCH_KIND, query_key(name)))
    return [volunteer for volunteer in found if volunteer.name == name]


def known_as(context: Context, connection: sqlite3.Connection, name: str, phone: str) -> list[Volunteer]:
    """Who may be the same person: of this name with this phone; without a phone on one side, of this name alone."""
    key = phone_key(context, phone) if phone else None
    return [one for one in namesakes(connection, name) if key is None or one.phone_key in (key, None)]
