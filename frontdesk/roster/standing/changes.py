"""Changes of the standing order: what they are, what they make of an order, which lead from one to another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from db.record import Record
from db.standing import DAY_KINDS, Competency, Contract, DayKind
from frontdesk.roster.standing import rules
from frontdesk.roster.standing.order import Order, OrderPost, OrderShift
from frontdesk.roster.standing.rules import StandingError

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class PutPost(Record):
    """A new post behind the others, or other particulars of one that there is; `closed_on` closes it."""

    kind: Literal["post"] = "post"
    post: OrderPost


class RenamePost(Record):
    """The same post under another name."""

    kind: Literal["post_name"] = "post_name"
    name: str
    new_name: str


class OrderPosts(Record):
    """Posts in another order; those that are not named keep theirs behind them."""

    kind: Literal["post_order"] = "post_order"
    names: tuple[str, ...]


class PutShift(Record):
    """A new shift, or other times of one that there is."""

    kind: Literal["shift"] = "shift"
    shift: OrderShift


class RemoveShift(Record):
    """A shift that nothing uses any more."""

    kind: Literal["shift_gone"] = "shift_gone"
    code: str


class SetOpening(Record):
    """All that a post runs on some kinds of days; no shift: closed."""

    kind: Literal["opening"] = "opening"
    post: str
    days: tuple[DayKind, ...]
    shifts: tuple[str, ...]


class SetHolder(Record):
    """Somebody becomes A or B of a post beside what else this person holds, or (None) holds it no more."""

    kind: Literal["holder"] = "holder"
    post: str
    staff_no: str
    ab: Literal["A", "B"] | None


class PutContract(Record):
    """What somebody may be asked to work."""

    kind: Literal["contract"] = "contract"
    contract: Contract


class SetQualification(Record):
    """A certificate or skill that somebody has, until a day or without end, or has no more."""

    kind: Literal["qualification"] = "qualification"
    staff_no: str
    name: str
    valid_until: str | None = None
    held: bool = True


class PutCompetency(Record):
    """A cell of the matrix."""

    kind: Literal["competency"] = "competency"
    competency: Competency


class SetForbidden(Record):
    """A shift that must not follow another on the next day, or may again."""

    kind: Literal["forbidden"] = "forbidden"
    shift: str
    next_shift: str
    forbidden: bool


Single = (
    PutPost
    | RenamePost
    | OrderPosts
    | PutShift
    | RemoveShift
    | SetOpening
    | SetHolder
    | PutContract
    | SetQualification
    | PutCompetency
    | SetForbidden
)


class Batch(Record):
    """Changes that are decided together."""

    kind: Literal["batch"] = "batch"
    source: Literal["import", "proposal", "desk"]
    changes: tuple[Annotated[Single, Field(discriminator="kind")], ...]


Change = Single | Batch


@cache
def _adapter() -> TypeAdapter[Change]:
    from pydantic import TypeAdapter

    return TypeAdapter(Annotated[Change, Field(discriminator="kind")])


def change_of(payload: str) -> Change:
    """The change that was written down as JSON."""
    return _adapter().validate_json(payload)


def singles(change: Change) -> Iterator[Single]:
    """The change itself, or those of a batch in order."""
    if isinstance(change, Batch):
        yield from change.changes
    else:
        yield change


def applied(order: Order, change: Change) -> Order:
    """The order as a change makes it. Raises StandingError where the change breaks a rule."""
    for single in singles(change):
        order = _applied(order, single)
    return order


def _applied(order: Order, change: Single) -> Order:
    match change:
        case PutPost():
            rules.check_post(change.post)
            post = change.post.model_copy(update={"requirements": tuple(sorted(set(change.post.requirements)))})
            return replace(order, posts=order.posts | {post.name: post})
        case RenamePost():
            return _renamed(order, change)
        case OrderPosts():
            for name in change.names:
                rules.require_post(order, name)
            return replace(order, posts={name: order.posts[name] for name in (*change.names, *order.posts)})
        case PutShift():
            rules.check_shift(change.shift)
            return _with_shift(order, change.shift)
        case RemoveShift():
            rules.check_unused(order, change.code)
            kept = frozenset(pair for pair in order.forbidden if change.code not in pair)
            left = {code: shift for code, shift in order.shifts.items() if code != change.code}
            return replace(order, shifts=left, forbidden=kept)
        case SetOpening():
            return _with_opening(order, change)
        case SetHolder():
            return _with_holder(order, change)
        case PutContract():
            rules.check_contract(order, change.contract)
            return replace(order, contracts=order.contracts | {change.contract.staff_no: change.contract})
        case SetQualification():
            return _with_qualification(order, change)
        case PutCompetency():
            rules.check_competency(order, change.competency)
            key = (change.competency.staff_no, change.competency.post)
            return replace(order, competencies=order.competencies | {key: change.competency})
        case SetForbidden():
            rules.require_shift(order, change.shift)
            rules.require_shift(order, change.next_shift)
            pair = {(change.shift, change.next_shift)}
            return replace(order, forbidden=order.forbidden | pair if change.forbidden else order.forbidden - pair)


def _renamed(order: Order, change: RenamePost) -> Order:
    rules.require_post(order, change.name)
    rules.check_post(OrderPost(name=change.new_name))
    if change.new_name in order.posts:
        raise StandingError("post_exists", post=change.new_name)

    def now(name: str) -> str:
        return change.new_name if name == change.name else name

    return replace(
        order,
        posts={now(name): post.model_copy(update={"name": now(name)}) for name, post in order.posts.items()},
        openings={(now(post), kind): codes for (post, kind), codes in order.openings.items()},
        holders={(now(post), no): letter for (post, no), letter in order.holders.items()},
        competencies={
            (no, now(post)): one.model_copy(update={"post": now(post)})
            for (no, post), one in order.competencies.items()
        },
    )


def _with_shift(order: Order, shift: OrderShift) -> Order:
    """With a new or changed shift; shifts stand in the order of their start, also in the openings."""
    every = order.shifts | {shift.code: shift}
    shifts = dict(sorted(every.items(), key=lambda one: (one[1].starts, one[1].ends, one[0])))
    openings = {key: tuple(code for code in shifts if code in codes) for key, codes in order.openings.items()}
    return replace(order, shifts=shifts, openings=openings)


def _with_opening(order: Order, change: SetOpening) -> Order:
    rules.require_post(order, change.post)
    for code in change.shifts:
        rules.require_shift(order, code)
    codes = tuple(code for code in order.shifts if code in change.shifts)
    openings = {
        key: value for key, value in order.openings.items() if key[0] != change.post or key[1] not in change.days
    }
    if codes:
        openings |= {(change.post, kind): codes for kind in change.days}
    return replace(order, openings=openings)


def _with_holder(order: Order, change: SetHolder) -> Order:
    rules.require_post(order, change.post)
    rules.require_staff(order, change.staff_no)
    key = (change.post, change.staff_no)
    held = order.holders.get(key)
    if change.ab is None:
        return replace(order, holders={one: letter for one, letter in order.holders.items() if one != key})
    if held is not None and held != change.ab:
        # Whoever stands in for a post cannot be the one that is stood in for (mechanisms §8.2).
        raise StandingError("same_person", no=change.staff_no, post=change.post, held=held, ab=change.ab)
    return replace(order, holders=order.holders | {key: change.ab})


def _with_qualification(order: Order, change: SetQualification) -> Order:
    rules.require_staff(order, change.staff_no)
    rules.check_qualification(change.name, change.valid_until)
    key = (change.staff_no, change.name)
    if change.held:
        return replace(order, qualifications=order.qualifications | {key: change.valid_until})
    return replace(order, qualifications={one: end for one, end in order.qualifications.items() if one != key})


def changes_between(before: Order, after: Order) -> list[Single]:
    """The changes that make `after` of `before`, save that no post is taken away: a post is closed.

    A renamed post is told as a new one, for two orders do not show that it is the same.
    """
    return [
        *(PutPost(post=post) for name, post in after.posts.items() if before.posts.get(name) != post),
        *_order_change(before, after),
        *(PutShift(shift=shift) for code, shift in after.shifts.items() if before.shifts.get(code) != shift),
        *_opening_changes(before, after),
        *_holder_changes(before, after),
        *(PutContract(contract=one) for no, one in sorted(after.contracts.items()) if before.contracts.get(no) != one),
        *_qualification_changes(before, after),
        *(
            PutCompetency(competency=one)
            for key, one in sorted(after.competencies.items())
            if before.competencies.get(key) != one
        ),
        *(SetForbidden(shift=a, next_shift=b, forbidden=False) for a, b in sorted(before.forbidden - after.forbidden)),
        *(SetForbidden(shift=a, next_shift=b, forbidden=True) for a, b in sorted(after.forbidden - before.forbidden)),
        *(RemoveShift(code=code) for code in before.shifts if code not in after.shifts),
    ]


def _order_change(before: Order, after: Order) -> Iterator[Single]:
    old = [name for name in before.posts if name in after.posts]
    new = [name for name in after.posts if name not in before.posts]
    if [*old, *new] != list(after.posts):
        yield OrderPosts(names=tuple(after.posts))


def _opening_changes(before: Order, after: Order) -> Iterator[Single]:
    posts = [*after.posts, *(name for name in before.posts if name not in after.posts)]
    for post in posts:
        by_codes: dict[tuple[str, ...], list[DayKind]] = {}
        for kind in DAY_KINDS:
            codes = after.shifts_on(post, kind)
            if before.shifts_on(post, kind) != codes:
                by_codes.setdefault(codes, []).append(kind)
        for codes, days in by_codes.items():
            yield SetOpening(post=post, days=tuple(days), shifts=codes)


def _holder_changes(before: Order, after: Order) -> Iterable[Single]:
    gone = [key for key, letter in sorted(before.holders.items()) if after.holders.get(key) != letter]
    new = [(key, letter) for key, letter in sorted(after.holders.items()) if before.holders.get(key) != letter]
    yield from (SetHolder(post=post, staff_no=no, ab=None) for post, no in gone)
    for (post, no), letter in new:
        yield SetHolder(post=post, staff_no=no, ab="A" if letter == "A" else "B")


def _qualification_changes(before: Order, after: Order) -> Iterator[Single]:
    for no, name in sorted(before.qualifications.keys() - after.qualifications.keys()):
        yield SetQualification(staff_no=no, name=name, held=False)
    for (no, name), until in sorted(after.qualifications.items()):
        if before.qualifications.get((no, name), "") != until:
            yield SetQualification(staff_no=no, name=name, valid_until=until)
