"""What always holds of volunteers, for the look at the whole file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from db import checkin_log, visits
from db.erasing import ERASED
from db.invariants import reading
from frontdesk.checking import Finding, Invariant, Watch, listed, opened, stated
from frontdesk.common.phones import phone_tail
from frontdesk.common.pinyin import search_terms
from frontdesk.context import Context
from frontdesk.volunteers.checkin.replay import astray
from frontdesk.volunteers.hours.certificate_checking import certificates_astray, contents_astray
from frontdesk.volunteers.hours.checking import astray as supplements_astray
from frontdesk.volunteers.hours.checking import displaced_astray
from frontdesk.volunteers.register.keeping import SEARCH_KIND, phone_key, tail_term

AREA = "volunteers"


def _visits(_: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    log = watch.through(checkin_log.log_entries(connection))
    for no, day, number in astray(log, visits.by_volunteer(connection)):
        yield {"no": no, "day": day, "number": number}


def _supplements(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for number in supplements_astray(connection):
        yield {"id": number}


def _displaced(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    for no, day in watch.through(displaced_astray(context, connection), 1):
        yield {"no": no, "day": day}


def _certificates(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for number in certificates_astray(connection):
        yield {"number": number}


def _contents(_: Context, connection: sqlite3.Connection, __: Watch) -> Iterator[dict[str, object]]:
    for number in contents_astray(connection):
        yield {"number": number}


def _days(context: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    for ref, day, starts_at in watch.through(reading.days(connection, "assignment")):
        if context.local_day(starts_at) != day:
            yield {"assignment": ref, "day": day}


def _not_found(_: Context, connection: sqlite3.Connection, watch: Watch) -> Iterator[dict[str, object]]:
    kept = reading.terms(connection, SEARCH_KIND)
    for one in watch.through(reading.people(connection, "volunteer")):
        wanted = set() if one.is_erased else {*search_terms(one.name), one.ref, one.ref.lstrip("0")} - {""}
        found = {term for term in kept.get(one.ref, ()) if not term.startswith("#")}
        if found != wanted and one.name != ERASED:
            yield {"no": one.ref}


def _phones(context: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
    """Every sealed phone can be read, and the keyed hashes by which it is found are those of what it says."""
    unread, unfound = list[str](), list[str]()
    kept = reading.terms(connection, SEARCH_KIND)
    for one in watch.through(reading.people(connection, "volunteer")):
        phone, guardian = opened(context, one.phone_cipher), opened(context, one.guardian_cipher)
        if phone is None or guardian is None:
            unread.append(one.ref)
            continue
        wanted = {tail_term(context, phone_tail(phone))} if phone else set()
        hashes = {term for term in kept.get(one.ref, ()) if term.startswith("#")}
        if hashes != wanted or (bool(phone) and phone_key(context, phone) != one.phone_key):
            unfound.append(one.ref)
    if unread:
        return Finding(AREA, "phone_unreadable", len(unread), {"no": unread[0]})
    return Finding(AREA, "phone_unfound", len(unfound), {"no": unfound[0]}) if unfound else None


INVARIANTS: tuple[Invariant, ...] = (
    listed(AREA, "visits_astray", _visits),
    listed(AREA, "supplements_astray", _supplements),
    listed(AREA, "displaced_astray", _displaced),
    *stated(AREA, "cards_issued_twice", "signed_on_other_day"),
    listed(AREA, "assignment_on_other_day", _days),
    listed(AREA, "certificates_astray", _certificates),
    listed(AREA, "certificate_contents", _contents),
    *stated(AREA, "certificate_without_paper", "certificate_gap", "objection_of_stranger"),
    *stated(AREA, "terms_of_nobody", "erased_written_again"),
    listed(AREA, "not_found_by_name", _not_found, "warning"),
    Invariant(AREA, "phones", _phones),
)
