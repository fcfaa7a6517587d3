"""What always holds of the register of residents, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db.erasing import ERASED
from db.invariants import reading
from db.invariants.reading import Person
from frontdesk.checking import Finding, Invariant, Watch, listed, opened, stated
from frontdesk.common.phones import phone_tail
from frontdesk.common.pinyin import search_terms
from frontdesk.context import Context
from frontdesk.residents.keeping import SEARCH_KIND, phone_key, tail_key, tail_term

AREA = "residents"


def _not_found(_: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    """Who was never found yet, because an older program wrote the entry, waits for that and is not amiss."""
    kept, merged = reading.terms(connection, SEARCH_KIND), reading.merged(connection)
    for one in watch.through(reading.people(connection, "resident")):
        if one.merged_into is not None or not one.is_indexed or one.name == ERASED:
            continue
        entries = [one, *merged.get(one.ref, ())]
        wanted = {term for entry in entries for term in search_terms(entry.name)} - {""}
        if {term for term in kept.get(one.ref, ()) if not term.startswith("#")} != wanted:
            yield {"resident": one.ref}


def _phones(context: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
    """Every sealed phone can be read, and the keyed hashes by which it is found are those of what it says."""
    unread, unfound = list[str](), list[str]()
    kept, merged = reading.terms(connection, SEARCH_KIND), reading.merged(connection)
    for one in watch.through(reading.people(connection, "resident")):
        phone, guardian = opened(context, one.phone_cipher), opened(context, one.guardian_cipher)
        if phone is None or guardian is None:
            unread.append(one.ref)
            continue
        if phone and (phone_key(context, phone), tail_key(context, phone_tail(phone))) != (one.phone_key, one.tail_key):
            unfound.append(one.ref)
        elif one.merged_into is None and one.is_indexed:
            wanted = set() if one.is_erased else _tails([one, *merged.get(one.ref, ())])
            if guardian:
                wanted.add(tail_term(tail_key(context, phone_tail(guardian))))
            if {term for term in kept.get(one.ref, ()) if term.startswith("#")} != wanted:
                unfound.append(one.ref)
    if unread:
        return Finding(AREA, "phone_unreadable", len(unread), {"resident": unread[0]})
    return Finding(AREA, "phone_unfound", len(unfound), {"resident": unfound[0]}) if unfound else None


def _tails(entries: list[Person]) -> set[str]:
    """The terms of the phones' tails of one person's entries."""
    return {tail_term(one.tail_key) for one in entries if one.phone_cipher is not None and one.tail_key is not None}


INVARIANTS: tuple[Invariant, ...] = (
    *stated(AREA, "merged_on", "merged_in_household", "terms_of_nobody", "erased_written_again"),
    *stated(AREA, "household_of_one", severity="warning"),
    listed(AREA, "not_found_by_name", _not_found, "warning"),
    Invariant(AREA, "phones", _phones),
)
