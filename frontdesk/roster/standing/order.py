"""The standing order as one value, and as the document that is filed. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from db.record import Record
from db.standing import DAY_KINDS, Competency, Contract, DayKind
from frontdesk.roster.standing.rules import DEFAULT_WEEKLY_MINUTES

DOCUMENT_VERSION = 1


class OrderPost(Record):
    """A post with what it requires; `closed_on` is the first local day on which it is open no more."""

    name: str
    shared_cover: bool = True
    closed_on: str | None = None
    requirements: tuple[str, ...] = ()


class OrderShift(Record):
    """A shift; minutes after local midnight."""

    code: str
    name: str
    starts: int
    ends: int
    break_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Paid minutes."""
        return self.ends - self.starts - self.break_minutes


class Person(Record):
    """Somebody of the staff list, with the one certificate that it names and the hours that it gives."""

    no: str
    name: str
    certificate: str | None = None
    certificate_until: str | None = None
    weekly_hours: int | None = None


@dataclass(frozen=True)
class Order:
    """The whole standing order. Posts and shifts are in their order; an opening that is not there has no shift."""

    posts: dict[str, OrderPost] = field(default_factory=dict)
    shifts: dict[str, OrderShift] = field(default_factory=dict)
    openings: dict[tuple[str, DayKind], tuple[str, ...]] = field(default_factory=dict)
    holders: dict[tuple[str, str], str] = field(default_factory=dict)
    """Post and staff number -> A or B."""
    contracts: dict[str, Contract] = field(default_factory=dict)
    qualifications: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """Staff number and name -> last valid day; None: without end."""
    competencies: dict[tuple[str, str], Competency] = field(default_factory=dict)
    """Staff number and post."""
    forbidden: frozenset[tuple[str, str]] = frozenset()
    people: dict[str, Person] = field(default_factory=dict)

    def contract_of(self, staff_no: str) -> Contract:
        """Somebody's contract, or what goes for whoever has none."""
        stored = self.contracts.get(staff_no)
        if stored is not None:
            return stored
        person = self.people.get(staff_no)
        hours = person.weekly_hours if person else None
        return Contract(staff_no=staff_no, weekly_minutes=DEFAULT_WEEKLY_MINUTES if hours is None else hours * 60)

    def holders_of(self, post: str, ab: str) -> list[str]:
        """The staff numbers of a post's A or B."""
        return sorted(no for (of_post, no), letter in self.holders.items() if of_post == post and letter == ab)

    def shifts_on(self, post: str, day_kind: DayKind) -> tuple[str, ...]:
        """The shifts that a post runs on one kind of day, in the order of the shifts."""
        return self.openings.get((post, day_kind), ())

    def certificates_of(self, staff_no: str) -> dict[str, str | None]:
        """Everything that somebody holds with its last valid day, that of the staff list too; the later end counts."""
        held = {name: until for (no, name), until in self.qualifications.items() if no == staff_no}
        person = self.people.get(staff_no)
        if person is not None and person.certificate:
            other = held.get(person.certificate, "")
            until = person.certificate_until
            held[person.certificate] = None if until is None or other is None else max(until, other)
        return held

    def name_of(self, staff_no: str) -> str:
        """What somebody is called; the number for who is not on the list."""
        person = self.people.get(staff_no)
        return person.name if person else staff_no


def document(order: Order) -> dict[str, Any]:
    """The order as plain values, the same for the same order whatever it was made of."""
    return {
        "version": DOCUMENT_VERSION,
        "posts": [post.model_dump() for post in order.posts.values()],
        "shifts": [shift.model_dump() for shift in order.shifts.values()],
        "openings": [
            {"post": post, "day_kind": kind, "shifts": list(order.shifts_on(post, kind))}
            for post in order.posts
            for kind in DAY_KINDS
            if order.shifts_on(post, kind)
        ],
        "holders": [
            {"post": post, "staff_no": no, "ab": letter}
            for (post, no), letter in sorted(order.holders.items(), key=lambda one: (one[0][0], one[1], one[0][1]))
        ],
        "contracts": [contract.model_dump() for _, contract in sorted(order.contracts.items())],
        "qualifications": [
            {"staff_no": no, "name": name, "valid_until": until}
            for (no, name), until in sorted(order.qualifications.items())
        ],
        "competencies": [competency.model_dump() for _, competency in sorted(order.competencies.items())],
        "forbidden": [list(pair) for pair in sorted(order.forbidden)],
        "people": [person.model_dump() for _, person in sorted(order.people.items())],
    }


def order_of(plain: dict[str, Any]) -> Order:
    """The order that a document holds. Raises ValueError or KeyError where it holds none."""
    return Order(
        posts={one["name"]: OrderPost.model_validate(one) for one in plain["posts"]},
        shifts={one["code"]: OrderShift.model_validate(one) for one in plain["shifts"]},
        openings={(one["post"], one["day_kind"]): tuple(one["shifts"]) for one in plain["openings"]},
        holders={(one["post"], one["staff_no"]): one["ab"] for one in plain["holders"]},
        contracts={one["staff_no"]: Contract.model_validate(one) for one in plain["contracts"]},
        qualifications={(one["staff_no"], one["name"]): one["valid_until"] for one in plain["qualifications"]},
        competencies={(one["staff_no"], one["post"]): Competency.model_validate(one) for one in plain["competencies"]},
        forbidden=frozenset((one, following) for one, following in plain["forbidden"]),
        people={one["no"]: Person.model_validate(one) for one in plain["people"]},
    )


def canonical(plain: dict[str, Any]) -> str:
    """A document as text: sorted keys, no spaces, no escapes; equal documents have equal texts."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of a document in hexadecimal."""
    return sha256(text.encode()).hexdigest()
