"""The standing order in words: times, days, hours, changes, what is missing, and how two filings differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from db.standing import DAY_KINDS, Contract, DayKind, WishRow
from frontdesk.locale import t
from frontdesk.roster.standing.changes import (
    Change,
    OrderPosts,
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    RemoveShift,
    RenamePost,
    SetForbidden,
    SetHolder,
    SetOpening,
    SetQualification,
    Single,
    changes_between,
    singles,
)
from frontdesk.roster.standing.findings import Finding
from frontdesk.roster.standing.order import Order, OrderShift
from frontdesk.roster.units import DAY_MINUTES, in_hours

WEEKDAYS = DAY_KINDS[:7]


def clock(minutes: int) -> str:
    """Minutes after midnight as 08:30; after the next midnight as 次日06:00."""
    if minutes > DAY_MINUTES:
        return t("roster_order.next_day", time=clock(minutes - DAY_MINUTES))
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def span(shift: OrderShift) -> str:
    """A shift's window: 08:30-17:00."""
    return f"{clock(shift.starts)}-{clock(shift.ends)}"


def days(kinds: Iterable[DayKind]) -> str:
    """Kinds of days in words, a run of weekdays as one: 周一至周五、休."""
    wanted = set(kinds)
    parts: list[str] = []
    run: list[DayKind] = []
    for kind in (*WEEKDAYS, None):
        if kind is not None and kind in wanted:
            run.append(kind)
            continue
        if len(run) > 2:
            parts.append(t("roster_order.day_run", first=_day(run[0]), last=_day(run[-1])))
        else:
            parts += [_day(one) for one in run]
        run = []
    parts += [_day(kind) for kind in ("holiday", "makeup") if kind in wanted]
    return t("roster_order.comma").join(parts)


def _day(kind: str) -> str:
    return t(f"roster_order.day.{kind}")


def opening_words(order: Order, post: str) -> list[str]:
    """When a post is open, one line for the days with the same shifts: 周一至周日、休、班 白班 08:30-17:00."""
    by_codes: dict[tuple[str, ...], list[DayKind]] = {}
    for kind in DAY_KINDS:
        codes = order.shifts_on(post, kind)
        if codes:
            by_codes.setdefault(codes, []).append(kind)
    return [
        f"{days(kinds)} " + t("roster_order.comma").join(_shift_words(order, code) for code in codes)
        for codes, kinds in by_codes.items()
    ]


def _shift_words(order: Order, code: str) -> str:
    shift = order.shifts.get(code)
    return f"{shift.name} {span(shift)}" if shift else code


def weekdays_words(contract: Contract) -> str:
    """The weekdays on which somebody may work, as in `days`."""
    return days(kind for kind, possible in zip(WEEKDAYS, contract.weekdays, strict=True) if possible == "1")


def contract_words(contract: Contract) -> str:
    """A contract in one line."""
    parts = [t("roster_order.contract.weekly", hours=in_hours(contract.weekly_minutes))]
    if contract.monthly_minutes is not None:
        parts.append(t("roster_order.contract.monthly", hours=in_hours(contract.monthly_minutes)))
    parts.append(weekdays_words(contract))
    if contract.earliest is not None:
        parts.append(t("roster_order.contract.earliest", time=clock(contract.earliest)))
    if contract.latest is not None:
        parts.append(t("roster_order.contract.latest", time=clock(contract.latest)))
    parts.append(t("roster_order.contract.runs", least=contract.min_run, most=contract.max_run))
    if contract.min_days_off > 1:
        parts.append(t("roster_order.contract.days_off", count=contract.min_days_off))
    if contract.max_weekends is not None:
        parts.append(t("roster_order.contract.weekends", count=contract.max_weekends))
    if not contract.in_roster:
        parts.append(t("roster_order.contract.out"))
    return t("roster_order.comma").join(parts)


def finding_words(finding: Finding) -> str:
    """What is missing, with what to do about it."""
    words = t(f"roster_order.finding.{finding.code}", **dict(finding.values))
    return t("roster_order.of_post", post=finding.post, words=words) if finding.post else words


def wish_words(order: Order, wish: WishRow) -> str:
    """A wish in one line."""
    span_words = wish.first_day if wish.first_day == wish.last_day else f"{wish.first_day}~{wish.last_day}"
    key = "roster_order.wish.wanted" if wish.wanted else "roster_order.wish.not_wanted"
    shift = order.shifts[wish.shift].name if wish.shift in order.shifts else t("roster_order.wish.any_shift")
    words = t(key, name=order.name_of(wish.staff_no), days=span_words, shift=shift, weight=wish.weight)
    return f"{words} {wish.note}".rstrip()


def change_words(order: Order, change: Change) -> list[str]:
    """A change in sentences, one for each thing; `order` gives the names of people and shifts."""
    return _sentences(order, singles(change))


def difference(before: Order, after: Order) -> list[str]:
    """How two orders differ, in sentences; none where they say the same."""
    gone = [t("roster_order.diff.post_gone", post=name) for name in before.posts if name not in after.posts]
    names = Order(people=before.people | after.people, shifts=before.shifts | after.shifts, posts=before.posts)
    changes = [change for change in changes_between(before, after) if not _of_gone(change, before, after)]
    return [*gone, *_sentences(names, changes), *_people(before, after)]


def _sentences(order: Order, changes: Iterable[Single]) -> list[str]:
    """One sentence for each change; the posts at which somebody comes to the same level share one."""
    said: list[str] = []
    for alike, group in groupby(changes, _alike):
        listed = list(group)
        if alike is None or len(listed) == 1:
            said += [_sentence(order, change) for change in listed]
        else:
            no, level = alike
            posts = t("roster_order.comma").join(
                one.competency.post for one in listed if isinstance(one, PutCompetency)
            )
            words = t(f"roster_order.level.{level}")
            said.append(t("roster_order.change.competency", name=order.name_of(no), post=posts, level=words))
    return said


def _alike(change: Single) -> tuple[str, int] | None:
    return (change.competency.staff_no, change.competency.level) if isinstance(change, PutCompetency) else None


def _of_gone(change: Single, before: Order, after: Order) -> bool:
    """Whether it is only that a post is no more, which is said once."""
    return isinstance(change, SetHolder | SetOpening) and change.post in before.posts and change.post not in after.posts


def _people(before: Order, after: Order) -> Iterator[str]:
    for no in sorted(after.people.keys() - before.people.keys()):
        yield t("roster_order.diff.person_new", name=after.name_of(no), no=no)
    for no in sorted(before.people.keys() - after.people.keys()):
        yield t("roster_order.diff.person_gone", name=before.name_of(no), no=no)


def _sentence(order: Order, change: Single) -> str:
    match change:
        case PutPost():
            return _post_sentence(order, change)
        case RenamePost():
            return t("roster_order.change.post_name", post=change.name, name=change.new_name)
        case OrderPosts():
            return t("roster_order.change.post_order", posts=t("roster_order.comma").join(change.names))
        case PutShift(shift=shift):
            return t(
                "roster_order.change.shift",
                code=shift.code,
                name=shift.name,
                span=span(shift),
                minutes=shift.break_minutes,
            )
        case RemoveShift():
            return t("roster_order.change.shift_gone", code=change.code)
        case SetOpening():
            codes = t("roster_order.comma").join(_shift_words(order, code) for code in change.shifts)
            key = "roster_order.change.opening" if codes else "roster_order.change.closed_days"
            return t(key, post=change.post, days=days(change.days), shifts=codes)
        case SetHolder():
            key = "roster_order.change.holder" if change.ab else "roster_order.change.holder_gone"
            return t(key, post=change.post, name=order.name_of(change.staff_no), ab=change.ab or "")
        case PutContract():
            no = change.contract.staff_no
            return t("roster_order.change.contract", name=order.name_of(no), words=contract_words(change.contract))
        case SetQualification():
            return _qualification_sentence(order, change)
        case PutCompetency(competency=one):
            return t(
                "roster_order.change.competency",
                name=order.name_of(one.staff_no),
                post=one.post,
                level=t(f"roster_order.level.{one.level}"),
            )
        case SetForbidden():
            key = "roster_order.change.forbidden" if change.forbidden else "roster_order.change.allowed"
            return t(key, shift=change.shift, next_shift=change.next_shift)


def _post_sentence(order: Order, change: PutPost) -> str:
    post = change.post
    if post.closed_on is not None:
        return t("roster_order.change.post_closed", post=post.name, day=post.closed_on)
    parts = [t("roster_order.shared" if post.shared_cover else "roster_order.not_shared")]
    if post.requirements:
        parts.append(t("roster_order.requires", names=t("roster_order.comma").join(post.requirements)))
    key = "roster_order.change.post" if post.name in order.posts else "roster_order.change.post_new"
    return t(key, post=post.name, words=t("roster_order.comma").join(parts))


def _qualification_sentence(order: Order, change: SetQualification) -> str:
    name = order.name_of(change.staff_no)
    if not change.held:
        return t("roster_order.change.qualification_gone", name=name, certificate=change.name)
    key = "roster_order.change.qualification_until" if change.valid_until else "roster_order.change.qualification"
    return t(key, name=name, certificate=change.name, day=change.valid_until or "")
