"""What a standing order still lacks before a roster can be made of it, and the order proposed to begin with. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from db.standing import DAY_KINDS, Competency, DayKind
from frontdesk.roster.model import MAX_RUN
from frontdesk.roster.standing.changes import Batch, PutCompetency, PutShift, SetOpening, Single
from frontdesk.roster.standing.order import Order, OrderShift
from frontdesk.roster.standing.rules import ABLE_LEVEL
from frontdesk.roster.units import in_hours

LAPSING_DAYS = 60
"""So long before a certificate ends it is told: a training takes weeks."""
WEEKDAYS = DAY_KINDS[:7]


@dataclass(frozen=True, order=True)
class Finding:
    """Something that keeps a post from being filled always; the words are `roster_order.finding.<code>`."""

    post: str
    code: str
    values: tuple[tuple[str, str], ...] = ()


def able(order: Order, post: str, day: date) -> list[str]:
    """Who may stand at a post on a day by the standing order: holders and the trained, with every certificate."""
    needed = order.posts[post].requirements
    candidates = {no for of_post, no in order.holders if of_post == post}
    candidates |= {no for (no, of), one in order.competencies.items() if of == post and one.level >= ABLE_LEVEL}
    return [
        no
        for no in sorted(candidates)
        if no in order.people and order.contract_of(no).in_roster and not _lacks(order, no, needed, day)
    ]


def _lacks(order: Order, no: str, needed: Iterable[str], day: date) -> list[str]:
    held = order.certificates_of(no)
    return [name for name in needed if name not in held or ((until := held[name]) and until < day.isoformat())]


def findings(order: Order, today: date) -> list[Finding]:
    """What is missing, in the order of the posts; closed posts are left out."""
    found: list[Finding] = []
    for name, post in order.posts.items():
        if post.closed_on is not None and post.closed_on <= today.isoformat():
            continue
        found += _of_holders(order, name, today)
        found += _of_openings(order, name, today)
    return [*found, *_of_hours(order)]


def _of_holders(order: Order, post: str, today: date) -> Iterator[Finding]:
    for letter in "AB":
        if not order.holders_of(post, letter):
            yield Finding(post, f"no_{letter.lower()}")
    needed = order.posts[post].requirements
    soon = today + timedelta(days=LAPSING_DAYS)
    for no in (*order.holders_of(post, "A"), *order.holders_of(post, "B")):
        who = ("name", order.name_of(no))
        for name in _lacks(order, no, needed, today):
            yield Finding(post, "certificate_missing", (who, ("certificate", name)))
        for name in set(_lacks(order, no, needed, soon)) - set(_lacks(order, no, needed, today)):
            until = order.certificates_of(no)[name] or ""
            yield Finding(post, "certificate_ends", (who, ("certificate", name), ("day", until)))


def _of_openings(order: Order, post: str, today: date) -> Iterator[Finding]:
    if not any(order.shifts_on(post, kind) for kind in DAY_KINDS):
        yield Finding(post, "never_open")
        return
    for kind in ("holiday", "makeup"):
        if not order.shifts_on(post, kind):
            yield Finding(post, f"closed_{kind}")
    people = able(order, post, today)
    open_days = sum(bool(order.shifts_on(post, kind)) for kind in WEEKDAYS)
    if len(people) < 3:
        # Two people are there as long as nobody is away: with any absence nobody stands by.
        yield Finding(post, "too_few_for_absence", (("count", str(len(people))),))
    elif open_days > MAX_RUN and not order.posts[post].shared_cover and len(people) < 4:
        yield Finding(post, "too_few_for_rest", (("count", str(len(people))),))


def _of_hours(order: Order) -> Iterator[Finding]:
    """Whether the hours of everybody in the roster suffice for one person at every open post in an ordinary week."""
    needed = sum(
        order.shifts[code].minutes
        for (post, kind), codes in order.openings.items()
        if kind in WEEKDAYS
        for code in codes
    )
    members = {no for _, no in order.holders} | {
        no for (no, _), one in order.competencies.items() if one.level >= ABLE_LEVEL
    }
    contracts = [order.contract_of(no) for no in members]
    there = sum(contract.weekly_minutes for contract in contracts if contract.in_roster)
    if needed > there:
        values = (("needed", in_hours(needed)), ("there", in_hours(there)))
        yield Finding("", "hours_short", values)


@dataclass(frozen=True)
class ProposedShift:
    """A shift of a proposal by the name of its words: `roster_order.shift.<word>`."""

    code: str
    word: str
    starts: int
    ends: int
    break_minutes: int = 0


DAY_SHIFT = ProposedShift("白", "day", 8 * 60 + 30, 17 * 60, 60)
STAGGERED = (
    ProposedShift("早", "early", 8 * 60, 16 * 60 + 30, 60),
    ProposedShift("晚", "late", 12 * 60 + 30, 21 * 60, 60),
)
"""错时 (mechanisms A10): the hours overlap around noon, and eleven hours lie between a late and an early shift."""


def proposal(
    order: Order,
    shift_names: dict[str, str],
    *,
    staggered: Iterable[str] = (),
    days: Iterable[DayKind] = DAY_KINDS,
    cross_trained: bool = True,
) -> Batch:
    """A standing order to begin with, for the posts that have no opening hours yet.

    One day shift at every post, or an early and a late one at those `staggered`, on all these kinds of `days` (every
    day: 全年无休). Where `cross_trained`, whoever holds a post counts as able (level 2) at every other one of which the
    matrix says nothing at all (全岗通, mechanisms J11), because A and B alone cannot fill a post seven days a week and
    be away; whoever approves it answers for that, and corrects the matrix.
    """
    unopened = [
        name
        for name, post in order.posts.items()
        if post.closed_on is None and not any(order.shifts_on(name, kind) for kind in DAY_KINDS)
    ]
    split = [name for name in unopened if name in set(staggered)]
    wanted = [*([DAY_SHIFT] if len(split) < len(unopened) else []), *(STAGGERED if split else ())]
    changes: list[Single] = [
        PutShift(
            shift=OrderShift(
                code=one.code,
                name=shift_names[one.word],
                starts=one.starts,
                ends=one.ends,
                break_minutes=one.break_minutes,
            )
        )
        for one in wanted
        if one.code not in order.shifts
    ]
    kinds = tuple(days)
    for name in unopened:
        codes = tuple(one.code for one in STAGGERED) if name in split else (DAY_SHIFT.code,)
        changes.append(SetOpening(post=name, days=kinds, shifts=codes))
    if cross_trained:
        holders = sorted({no for _, no in order.holders})
        said = {post for _, post in order.competencies}
        untold = [name for name, post in order.posts.items() if post.closed_on is None and name not in said]
        changes += [
            PutCompetency(competency=Competency(staff_no=no, post=post, level=ABLE_LEVEL))
            for no in holders
            for post in untold
            if (post, no) not in order.holders
        ]
    return Batch(source="proposal", changes=tuple(changes))
