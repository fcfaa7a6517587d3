"""Writing a resident together with all that finds the person: by name, by initials, by the tail of a phone."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Sequence

from db import residents as records
from db import search
from db.residents import Resident
from frontdesk.common.phones import phone_tail
from frontdesk.context import Context
from frontdesk.keys import LOOKUP_BYTES

SEARCH_KIND = "resident"


def phone_key(context: Context, phone: str) -> bytes:
    """The keyed hash by which a phone, in its one spelling, is found; without a phone one that nobody else has."""
    return context.keys.lookup(f"phone:{phone}") if phone else secrets.token_bytes(LOOKUP_BYTES)


def tail_key(context: Context, tail: str) -> bytes:
    """The keyed hash by which the last four digits of a resident's phone are matched."""
    return context.keys.lookup(f"tail:{tail}")


def tail_term(key: bytes) -> str:
    """The search term of such a hash, so that the file does not give the digits away."""
    return "#" + key.hex()


def phone_of(context: Context, person: Resident) -> str:
    """The phone in clear, '' where there is none."""
    return context.keys.unseal(person.phone_cipher) if person.phone_cipher is not None else ""


def guardian_phone_of(context: Context, person: Resident) -> str:
    """The guardian's phone in clear, '' where there is none."""
    return context.keys.unseal(person.guardian_phone_cipher) if person.guardian_phone_cipher is not None else ""


def index(context: Context, connection: sqlite3.Connection, people: Iterable[Resident]) -> int:
    """Make these residents be found, inside a running transaction; returns how many there were.

    A child is found by the guardian's phone too, and whoever was entered twice by what either entry says; the entry
    that was merged is not found itself.
    """
    from frontdesk.common.pinyin import search_terms

    done: list[int] = []
    for person in people:
        terms: set[str] = set()
        if person.merged_into is None:
            for entry in (person, *records.merged_into(connection, person.id)):
                terms |= search_terms(entry.name)
                if entry.phone_cipher is not None:
                    terms.add(tail_term(entry.phone_tail_key))
            if guardian := guardian_phone_of(context, person):
                terms.add(tail_term(tail_key(context, phone_tail(guardian))))
        search.set_terms(connection, SEARCH_KIND, str(person.id), terms - {""})
        done.append(person.id)
    records.set_indexed(connection, done)
    return len(done)


def store(context: Context, connection: sqlite3.Connection, person: Resident) -> Resident:
    """Write a resident, new where the id is 0, and have the person found, inside a running transaction; returns it as
    it is kept.
    """
    if person.id:
        kept = person.model_copy(update={"revision": person.revision + 1})
        records.save(connection, kept)
    else:
        kept = person.model_copy(update={"id": records.insert(connection, person)})
    index(context, connection, (kept,))
    return kept


def resident(context: Context, connection: sqlite3.Connection, name: str, phone: str) -> int:
    """The id of the resident with this name and normalised phone, added and found from now on if new, inside a running
    transaction. Who was merged into another is that one.
    """
    key = phone_key(context, phone)
    known = records.named(connection, key, name)
    if known is not None:
        return known.merged_into or known.id
    return store(context, connection, new_resident(context, name, phone, key)).id


def current(connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """The residents with these ids as they are known now, each once: who was merged into another is that one. Inside a
    running transaction; an unknown id stays.
    """
    return records.current(connection, ids)


def new_resident(context: Context, name: str, phone: str, key: bytes) -> Resident:
    """A resident of whom no more is known than this, not yet written; `phone` is normalised or ''."""
    return Resident(
        name=name,
        phone_cipher=context.keys.seal(phone) if phone else None,
        phone_key=key,
        phone_tail_key=tail_key(context, phone_tail(phone)),
    )


def index_waiting(context: Context, limit: int = 100) -> int:
    """Have at most `limit` residents found of whom the search index has nothing yet, in one short transaction; returns
    how many there were, 0 when nobody waits any more.

    What an older program or an import past the use cases wrote down has no terms. A run that is interrupted has lost
    nothing: whoever waits then, still waits. Nothing is noted in the audit log, for nothing is said that was not.
    """
    if not records.to_index(context.database.connection, 1):
        return 0
    with context.database.write() as connection:
        return index(context, connection, records.to_index(connection, limit))
