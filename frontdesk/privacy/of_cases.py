"""What the records of cases and registers say of one person. Whoever is named in them stands there sealed, so that not
the file alone but the cases themselves tell who it is and empty it.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from db.case_people import Place, place_of
from db.erasing import Mention
from db.obstacles import Open
from db.persons import Link, rows
from db.residents import merged_into
from frontdesk.privacy.rules import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from frontdesk.context import Context
    from frontdesk.privacy.people import Person

NONE: frozenset[bytes] = frozenset()

TABLES = ("case_record", "case_log", "case_person")


class InCases(NamedTuple):
    """Rows of a table in words, under their columns."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def is_told_here(subject: Subject, table: str) -> bool:
    """Whether the cases tell what a table has of somebody; what the staff did in them is told as in every log."""
    return table in TABLES and not (subject.kind == "staff" and table == "case_log")


def told(
    context: Context, connection: sqlite3.Connection, subject: Subject, link: Link, most: int, *, clear: bool
) -> InCases:
    """What one of the tables has of a person, in words, masked unless it is wanted in clear; at most so many rows."""
    from frontdesk.cases import service as cases

    if link.table == "case_person":
        found = cases.people_told(context, connection, places(context, connection, subject), clear=clear)
        return InCases(link.table, *found, len(found.rows))
    key = "id" if link.table == "case_record" else "case_id"
    ids = dict.fromkeys(row[key] for row in rows(connection, subject.kind, subject.ref, link))
    told_of = cases.records_told if link.table == "case_record" else cases.log_told
    found = told_of(context, connection, list(ids), clear=clear)
    shown = found.rows if most < 0 else found.rows[:most]
    return InCases(link.table, found.columns, shown, len(found.rows))


def places(context: Context, connection: sqlite3.Connection, subject: Subject) -> list[Place]:
    """Where records name somebody; nowhere for whom no record can name."""
    from frontdesk.cases import service as cases

    if subject.kind == "case":
        place = place_of(subject.ref)
        return [place] if place is not None else []
    if subject.kind == "resident":
        ids = [int(subject.ref), *(one.id for one in merged_into(connection, int(subject.ref)))]
        return cases.places_of_residents(context, connection, ids)
    return []


def still_open(context: Context, connection: sqlite3.Connection, subject: Subject) -> list[Open]:
    """The cases that name somebody and have not ended."""
    from frontdesk.cases import service as cases

    found = cases.open_records(context, connection, places(context, connection, subject))
    return [Open("in_case", number) for number in found]


def free_of(context: Context, words: Sequence[str]) -> frozenset[bytes]:
    """What is sealed without any of these words in it: looked at outside a transaction that takes them out."""
    from frontdesk.cases import service as cases

    return cases.free_of(context, words) if words else NONE


def seal_again(context: Context, connection: sqlite3.Connection) -> None:
    """Seal what records say in clear of people since their definitions say that they do, inside a running transaction:
    only what stands apart is found and emptied.
    """
    from frontdesk.cases import service as cases

    cases.seal_again(context, connection)


def waits_to_be_sealed(context: Context) -> bool:
    """Whether anything may wait for that."""
    from frontdesk.cases import service as cases

    return bool(cases.unsealed(context))


def mentions(
    context: Context, connection: sqlite3.Connection, words: Sequence[str], free: Collection[bytes] = NONE
) -> list[Mention]:
    """Where somebody is mentioned in what is sealed: forms that were begun, and words in records."""
    from frontdesk.cases import service as cases

    found = cases.sealed_mentions(context, connection, words, free)
    return [Mention(table, "phone_cipher", count, removable=True) for table, count in found.items()]


def empty(context: Context, connection: sqlite3.Connection, found: Person) -> dict[str, int]:
    """Take somebody out of the records, inside a running transaction; how many rows of which table."""
    from frontdesk.cases import service as cases

    done = cases.empty_people(context, connection, places(context, connection, found.subject))
    return {"case_person": done} if done else {}


def take_out(
    context: Context, connection: sqlite3.Connection, words: Sequence[str], free: Collection[bytes] = NONE
) -> dict[str, int]:
    """Take these out of what is sealed, inside a running transaction; how many rows of which table."""
    from frontdesk.cases import service as cases

    return cases.take_out_of_sealed(context, connection, words, free)
