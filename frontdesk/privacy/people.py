"""Finding a person in whatever way the file knows one, and what makes two entries the same person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from db.case_people import place_of
from db.erasing import ERASED
from db.persons import NAMED_KINDS, identities, named, with_phone
from db.privacy import is_erased
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.rules import KINDS, Subject, looked_for
from frontdesk.residents import service as residents
from frontdesk.volunteers import service as volunteers

if TYPE_CHECKING:
    from frontdesk.cases.service import Named

MOST_FOUND = 50


class Person(NamedTuple):
    """Who somebody is, in clear: for use cases only, nothing shows it as it is. `exists` is whether there is a row."""

    subject: Subject
    names: tuple[str, ...]
    phones: tuple[str, ...]
    erased: bool

    @property
    def masked(self) -> str:
        """The name as a list shows it."""
        return ERASED if self.erased else _masked_name(self.names)

    @property
    def masked_phone(self) -> str:
        """The phone as a list shows it; '' without one."""
        return mask_phone(self.phones[0]) if self.phones else ""

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for in words that may speak of the person."""
        return looked_for(self.names, self.phones)


class Found(NamedTuple):
    """A person in a list: name and phone masked; `more` says what kind of entry it is (an area, a team, a day)."""

    subject: Subject
    name: str
    phone: str
    more: str


def _masked_name(names: Sequence[str]) -> str:
    """The name as a list shows it; words for somebody of whom only a phone stands there."""
    return mask_name(names[0]) if names else t("privacy.nameless")


def read_subject(text: str) -> Subject:
    """`resident/12`, `volunteer/0310001`, `staff/1001`, `booking/7`, `rater/<key>`, `case/12-visitor`; a number alone
    is a resident's, one of seven digits a volunteer's. Raises PrivacyError `unread_person`.
    """
    kind, slash, ref = text.strip().partition("/")
    if not slash:
        kind, ref = ("volunteer" if len(kind) == 7 else "resident"), kind
    known = next((one for one in KINDS if one == kind), None)
    is_number = ref.isascii() and ref.isdigit() and len(ref) < 16
    is_key = len(ref) == 32 and all(one in "0123456789abcdef" for one in ref)
    fits = is_key if known == "rater" else is_number if known != "staff" else ref.isalnum()
    if known == "case":
        fits = place_of(ref) is not None
    if known is None or not fits:
        raise PrivacyError("unread_person", text=text.strip()[:40])
    return Subject(known, ref)


def person(context: Context, subject: Subject) -> Person:
    """Who somebody is. Raises PrivacyError `unknown_person`."""
    connection = context.database.connection
    if subject.kind == "resident":
        # An entry that was merged is the one it was merged into.
        current = residents.current(connection, [int(subject.ref)])
        subject = Subject("resident", str(current[0]))
    if subject.kind == "case":
        return _in_case(context, connection, subject)
    rows = identities(connection, subject.kind, subject.ref)
    erased = is_erased(connection, subject.kind, subject.ref)
    if not rows and not erased:
        raise PrivacyError("unknown_person", ref=str(subject))
    return Person(
        subject,
        tuple(dict.fromkeys(row["name"] for row in rows if row["name"] not in ("", ERASED))),
        tuple(dict.fromkeys(filter(None, (_phone(context, row) for row in rows)))),
        erased,
    )


def _in_case(context: Context, connection: sqlite3.Connection, subject: Subject) -> Person:
    """Somebody whom a record names. Somebody else may stand there after an erasing: then nobody is erased there."""
    from frontdesk.cases.service import person_at

    place = place_of(subject.ref)
    named = person_at(context, connection, place) if place is not None else None
    if named is not None:
        return Person(subject, named.names, named.phones, erased=False)
    if not is_erased(connection, subject.kind, subject.ref):
        raise PrivacyError("unknown_person", ref=str(subject))
    return Person(subject, (), (), erased=True)


@allowed("shown")
def find(context: Context, text: str, limit: int = MOST_FOUND) -> list[Found]:
    """At most `limit` people for what stands in a search box: residents and volunteers as their registers find them,
    staff, who booked, who rated by name and whom records name, by the beginning of the name; whom records name also by
    a whole phone or its last four digits, where no name stands beside it too. Nobody for an empty text.
    """
    from frontdesk.common.pinyin import query_key

    wanted = text.strip()
    if not query_key(wanted):
        return []
    found = [
        Found(Subject("resident", str(one.id)), one.masked, one.phone, one.area)
        for one in residents.find(context, wanted, limit)
    ]
    found += [_volunteer(context, one.no) for one in volunteers.find(context, wanted)[:limit]]
    found += _by_name(context, wanted)
    return [one for one in found if one.name != ERASED][:limit]


def _volunteer(context: Context, no: str) -> Found:
    one = volunteers.get(context, no)
    phone = context.keys.unseal(one.phone_cipher) if one.phone_cipher else ""
    return Found(Subject("volunteer", no), mask_name(one.name), mask_phone(phone), f"{no} {one.team}".strip())


def _by_name(context: Context, text: str) -> Iterator[Found]:
    for kind in NAMED_KINDS:
        for row in named(context.database.connection, kind, text):
            yield _found(context, Subject(kind, row["ref"]), row)
    from frontdesk.cases.service import people_named

    for one in people_named(context, context.database.connection, text):
        yield _in_list(one)


def _in_list(one: Named) -> Found:
    """Somebody in a record, as a list has her or him."""
    phone = (one.phones or ("",))[0]
    return Found(Subject("case", str(one.place)), _masked_name(one.names), mask_phone(phone), one.more)


def _found(context: Context, subject: Subject, row: sqlite3.Row) -> Found:
    return Found(subject, mask_name(row["name"]), mask_phone(_phone(context, row)), row["more"])


def _phone(context: Context, row: sqlite3.Row) -> str:
    return context.keys.unseal(row["phone_cipher"]) if row["phone_cipher"] else ""


def same_person(context: Context, one: Person) -> list[Found]:
    """The other entries of the same person: of the same name with the same phone; of the staff, who booked, who rated
    by name and whom records name too; and where a record has the phone with no name beside it. Without a phone nobody
    can be told to be the same.
    """
    from frontdesk.cases.service import people_named

    if not one.names or not one.phones:
        return []
    connection, names, found = context.database.connection, set(one.names), list[Found]()
    for phone in one.phones:
        for row in with_phone(connection, context.keys.lookup(f"phone:{phone}")):
            if row["name"] in names:
                found.append(_found(context, Subject(row["kind"], row["ref"]), row))
        found += [_in_list(other) for other in people_named(context, connection, phone) if not other.names]
    for name in names:
        for candidate in _by_name(context, name):
            other = person(context, candidate.subject)
            if name in other.names and set(other.phones) & set(one.phones):
                found.append(candidate)
    own = {one.subject}
    return [each for each in dict.fromkeys(found) if each.subject not in own]
