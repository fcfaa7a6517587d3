"""Erasing a person: what it would do, in numbers; what has to be done first; and doing it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db import erasing as emptying
from db import hours
from db import privacy as records
from db.erasing import Mention
from db.obstacles import Open, open_things
from db.persons import bookings_of, count, links
from db.privacy import Cause, Tombstone
from frontdesk.context import Context
from frontdesk.errors import DatabaseError
from frontdesk.permission import allowed
from frontdesk.privacy import of_cases
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.guarding import forget_guardian, guarded
from frontdesk.privacy.people import Found, Person, person, same_person
from frontdesk.privacy.rules import Subject

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.access.service import Approval, Approver

COUNTED = (
    "registration",
    "registration_member",
    "attendance",
    "fee_line",
    "rating",
    "visit",
    "supplement",
    "service_certificate",
    "booking",
    "case_record",
    "duty_slot",
)
"""The tables whose rows stay as numbers, in the order in which they are said."""


@dataclass(frozen=True)
class Explanation:
    """What erasing a person would do.

    `counts` is how many rows of which table stay as numbers, `hours_seconds` what they come to for a volunteer;
    `mentions` where the name or the number stands in words; `first` what has to be done before; `same` the other
    entries of the same person; `guarded` whose guardian the person is, which is taken out with the mentions;
    `consents` how many entries of the log of consent stay as a proof.
    """

    person: Person
    counts: tuple[tuple[str, int], ...]
    hours_seconds: int
    mentions: tuple[Mention, ...]
    first: tuple[Open, ...]
    same: tuple[Found, ...]
    consents: int
    guarded: tuple[Found, ...] = ()

    @property
    def subject(self) -> Subject:
        """Who it is about."""
        return self.person.subject


@dataclass(frozen=True)
class Erased:
    """A person who was erased; `emptied` is how many rows of which table, `clean` whether no byte is left already."""

    subject: Subject
    emptied: dict[str, int]
    clean: bool


@allowed("reader")
def explain_erasing(context: Context, subject: Subject) -> Explanation:
    """What erasing somebody would do, of one moment. Raises PrivacyError `unknown_person`, `erased_already`."""
    return _explained(context, subject, of_cases.NONE)


def _explained(context: Context, subject: Subject, free: Collection[bytes]) -> Explanation:
    """The same; what is known to be `free` of the person's words is not looked through again."""
    with context.database.reading() as connection:
        found = person(context, subject)
        if found.erased:
            raise PrivacyError("erased_already", ref=str(found.subject))
        kind, ref = found.subject.kind, whole(context, found)
        per_table = {one.table: count(connection, kind, ref, one) for one in links(kind)}
        seconds = hours.of_volunteer(connection, ref, "0001-01-01", "9999-12-31") if kind == "volunteer" else (0, 0)
        return Explanation(
            found,
            tuple((table, per_table[table]) for table in COUNTED if per_table.get(table)),
            sum(seconds),
            _mentions(context, connection, found, free),
            tuple(open_things(connection, kind, ref, context.now_ms(), context.today().isoformat()))
            + tuple(of_cases.still_open(context, connection, found.subject))
            + _of_operator(context, found),
            tuple(same_person(context, found)),
            per_table.get("consent_event", 0),
            tuple(guarded(context, connection, found)),
        )


def _mentions(
    context: Context, connection: sqlite3.Connection, found: Person, free: Collection[bytes]
) -> tuple[Mention, ...]:
    if not found.words:
        return ()
    sealed = of_cases.mentions(context, connection, found.words, free)
    return (*emptying.mentions(connection, found.words), *sealed)


def _of_operator(context: Context, found: Person) -> tuple[Open, ...]:
    own = context.operator is not None and found.subject == Subject("staff", context.operator.no)
    return (Open("yourself", found.subject.ref),) if own else ()


def whole(context: Context, found: Person) -> str:
    """How the rows of a person are found: for who booked, every booking of the same name and phone."""
    if found.subject.kind != "booking":
        return found.subject.ref
    rows = bookings_of(context.database.connection, found.names[0] if found.names else "")
    phones = set(found.phones)
    same = [row["id"] for row in rows if ({context.keys.unseal(row[1])} if row[1] else set()) == phones]
    return json.dumps(sorted({int(found.subject.ref), *(same if found.names else [])}))


@allowed("manager")
def erase(
    context: Context,
    subjects: Sequence[Subject],
    *,
    cause: Cause = "asked",
    with_mentions: bool = True,
    approver: Approver | None = None,
) -> list[Erased]:
    """Erase a person in all the entries that are named, in one transaction, and take the bytes out of the file.

    The rows stay as rows of nobody, so that no figure moves. `with_mentions` takes name and number out of all words of
    the file that no hash covers, and out of the rows of those whose guardian the person is. Raises PrivacyError
    `unknown_person`, `erased_already`, `still_open` with what has to be done first, what `Context.require_manager`
    raises, and what the second person's approval raises.
    """
    context.require_manager()
    if not subjects:
        raise PrivacyError("nobody_chosen")
    people = [person(context, one) for one in subjects]
    named = " ".join(dict.fromkeys(str(one.subject) for one in people))
    if cause == "asked" and any(_withdrew(context, one) for one in subjects):
        cause = "withdrawn"
    approval = _approved(context, named, approver)
    # Everything that is sealed is unsealed here, and not while everybody waits for the transaction.
    free = of_cases.free_of(context, [word for one in people for word in one.words])
    done = []
    with context.change("person.erased", named, cause=cause, **approval.detail) as connection:
        approval.use(context, connection)
        context.require_manager()
        of_cases.seal_again(context, connection)
        # All are looked at before the first is emptied: with a resident the names of the own ratings go too.
        told = [_explained(context, one, free) for one in dict.fromkeys(subjects)]
        for each in told:
            _refuse_open(each)
        for each in told:
            by = approval.by or None
            emptied = empty_within(context, connection, each.person, cause, by, with_mentions=with_mentions, free=free)
            done.append((each.subject, emptied))
    try:
        clean = settle(context)
    except DatabaseError:
        # The person is erased; the bytes that are left in the file are owed, and taken out the next time.
        clean = False
    return [Erased(subject, emptied, clean) for subject, emptied in done]


def _approved(context: Context, subject: str, approver: Approver | None) -> Approval:
    """That a second person agrees, where the setting asks for one."""
    from frontdesk.access import service as access

    return access.approved(context, "erase", subject, approver)


def _withdrew(context: Context, subject: Subject) -> bool:
    """Whether the last that is known of somebody's consent is that it was withdrawn."""
    log = records.events(context.database.connection, *subject)
    return bool(log) and log[0].event == "withdrawn"


def _refuse_open(told: Explanation) -> None:
    if told.first:
        first = told.first[0]
        raise PrivacyError(f"open_{first.code}", name=told.person.masked, what=first.what, count=len(told.first))


def empty_within(
    context: Context,
    connection: sqlite3.Connection,
    found: Person,
    cause: Cause,
    approved_by: str | None,
    *,
    with_mentions: bool,
    alone: bool = False,
    free: Collection[bytes] = of_cases.NONE,
) -> dict[str, int]:
    """Empty somebody's rows and put up the tombstone, inside a running transaction; how many rows of which table. Of a
    booking that is to go `alone` the others of the same name and phone stay. What is `free` of the person's words is
    passed over.
    """
    kind, ref = found.subject.kind, whole(context, found)
    if alone and kind == "booking":
        ref = json.dumps([int(found.subject.ref)])
    operator_no = context.operator.no if context.operator is not None else None
    now = context.now_ms()
    refs = [str(one) for one in json.loads(ref)] if kind == "booking" else [found.subject.ref]
    for one in refs:
        # First of all: what follows the forms of consent must know that this is no withdrawal.
        records.add_tombstone(connection, kind, one, now, operator_no, approved_by, cause)
    in_cases = of_cases.empty(context, connection, found)
    emptied = emptying.empty(connection, kind, ref, context.keys.seal("")) | in_cases
    if with_mentions:
        for table, rows in forget_guardian(context, connection, found).items():
            emptied[table] = emptied.get(table, 0) + rows
    if with_mentions and found.words:
        in_sealed = of_cases.take_out(context, connection, found.words, free)
        for taken in (emptying.take_out(connection, found.words), in_sealed):
            for table, rows in taken.items():
                emptied[table] = emptied.get(table, 0) + rows
    with emptying.guards_lifted(connection, ("tombstone",)):
        for one in refs:
            records.set_emptied(connection, kind, one, now, emptied)
    return emptied


def settle(context: Context) -> bool:
    """Take the bytes of those who were erased, and of what was sealed since, out of the file and its journal, and keep
    the list of the erased beside the backups; whether nothing is owed any more. False where another window is just
    writing or reads on: it is done with the next erasure, the next backup, or when the desk has nothing else to do.
    """
    from frontdesk.privacy.ledger import keep_ledger

    keep_ledger(context)
    connection = context.database.connection
    ids, others = records.owed_ids(connection), records.cleanings_owed(connection)
    if not ids and not others:
        return True
    if not emptying.rewrite(context.database):
        return False
    with context.database.write() as connection:
        records.set_cleaned(connection, ids, context.now_ms())
        records.drop_cleanings(connection, others)
    return True


def is_owed(context: Context) -> bool:
    """Whether bytes that were to be gone may still be in the file: `settle` takes them out."""
    connection = context.database.connection
    return bool(records.owed_ids(connection) or records.cleanings_owed(connection))


@allowed("reader")
def tombstones(context: Context, limit: int = -1) -> list[Tombstone]:
    """Those who were erased, the latest first."""
    return records.tombstones(context.database.connection, limit)


@allowed("reader")
def mention_words(context: Context, subject: Subject, mention: Mention) -> list[str]:
    """The words themselves in which a person is mentioned, at most three; that they were looked at is not logged: they
    are shown where they stand, too. Raises PrivacyError `unknown_person`.
    """
    found = person(context, subject)
    return emptying.excerpts(context.database.connection, mention, found.words)


def as_json(told: Explanation) -> dict[str, Any]:
    """The explanation as the command line answers it; no name in it."""
    return {
        "person": str(told.subject),
        "name": told.person.masked,
        "phone": told.person.masked_phone,
        "stays": dict(told.counts),
        "hours_seconds": told.hours_seconds,
        "consents": told.consents,
        "first": [{"code": one.code, "what": one.what} for one in told.first],
        "mentions": [one._asdict() for one in told.mentions],
        "same_person": [str(one.subject) for one in told.same],
        "guardian_of": [str(one.subject) for one in told.guarded],
    }
