"""Use cases of the standing order: what it says, how it is changed with approval, how it is filed.

An operator's change waits until a manager decides; a manager's own is written down as approved at once (mechanisms
§8.2: changes of the AB table are approved). A use case is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import standing as records
from db import standing_log as log
from db.standing import DAY_KINDS, DayKind, WishRow
from db.standing_log import StandingChange, StandingFiling
from frontdesk.common.names import clean_line
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.roster.standing import rules
from frontdesk.roster.standing.changes import Batch, Change, RemoveShift, applied, change_of, singles
from frontdesk.roster.standing.findings import Finding, findings, proposal
from frontdesk.roster.standing.order import Order, canonical, digest, document, order_of
from frontdesk.roster.standing.rules import StandingError
from frontdesk.roster.standing.store import load_order, write_change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from frontdesk.context import Context

LONGEST_NOTE = 200
WISH_DAYS_AHEAD = 366
HISTORY = 200

__all__ = [
    "Order",
    "StandingChange",
    "StandingError",
    "StandingFiling",
    "Tried",
    "add_wish",
    "approve",
    "ask",
    "file_order",
    "filed_order",
    "filing_of",
    "filings",
    "history",
    "order_findings",
    "pending_changes",
    "propose_standing_order",
    "reject",
    "remove_wish",
    "standing_order",
    "try_change",
    "wishes_between",
]


def standing_order(context: Context) -> Order:
    """The standing order as it is in force, read at one moment."""
    with context.database.reading() as connection:
        return load_order(connection)


def order_findings(context: Context) -> list[Finding]:
    """What the order in force lacks today."""
    return findings(standing_order(context), context.today())


@dataclass(frozen=True)
class Tried:
    """What a change would come to: the order before and after it."""

    before: Order
    after: Order


def try_change(context: Context, change: Change) -> Tried:
    """What a change would make of the order, without writing anything. Raises what `ask` raises over rules."""
    with context.database.reading() as connection:
        before = load_order(connection)
        _check_use(context, connection, change)
        return Tried(before, applied(before, change))


@allowed("writer")
def ask(context: Context, change: Change) -> StandingChange:
    """Ask for a change: a manager's is done at once, anybody else's waits. Returns it as it was written down.

    Raises StandingError where the change breaks a rule or would change nothing (`nothing_changed`), and what
    `require_writer` raises.
    """
    with context.change("standing.asked", change.kind) as connection:
        return ask_in(context, connection, change)


def ask_in(context: Context, connection: sqlite3.Connection, change: Change) -> StandingChange:
    """The same inside a running write transaction of a confirmed operator; what waits already is not asked twice."""
    operator = context.require_writer()
    payload = change.model_dump_json()
    for waiting in log.pending(connection):
        if waiting.payload == payload and operator.role != "manager":
            return waiting
    before = load_order(connection)
    _check_use(context, connection, change)
    if applied(before, change) == before and not _renumbers(before, change):
        raise StandingError("nothing_changed")
    now, managing = context.now_ms(), operator.role == "manager"
    asked = StandingChange(
        asked_at=now,
        asked_by=operator.no,
        kind=change.kind,
        payload=payload,
        state="approved" if managing else "pending",
        decided_at=now if managing else None,
        decided_by=operator.no if managing else None,
    )
    if managing:
        write_change(context, connection, before, change)
    return asked.model_copy(update={"id": log.add_change(connection, asked)})


def _renumbers(before: Order, change: Change) -> bool:
    """Whether it puts the posts into another order: orders are equal whatever stands first."""
    return list(applied(before, change).posts) != list(before.posts)


def _check_use(context: Context, connection: sqlite3.Connection, change: Change) -> None:
    """What the order alone does not show. Raises StandingError `shift_wished_for` or `close_too_late`."""
    today = context.today()
    for single in singles(change):
        if isinstance(single, RemoveShift):
            if single.code in records.shifts_wished_for(connection, today.isoformat()):
                raise StandingError("shift_wished_for", code=single.code)
        elif single.kind == "post" and single.post.closed_on is not None:
            stored = next((post for post in records.posts(connection) if post.name == single.post.name), None)
            check_closing(single.post.name, stored.closed_on if stored else None, single.post.closed_on, today)


def check_closing(post: str, before: str | None, after: str | None, today: date) -> None:
    """Raises StandingError `close_too_late` for a post that is to be closed on a day which has begun already."""
    if after is not None and after != before and after <= today.isoformat():
        raise StandingError("close_too_late", post=post, day=today + timedelta(days=1))


def pending_changes(context: Context) -> list[tuple[StandingChange, Change]]:
    """The changes that wait for a manager, oldest first, with what they say."""
    return [(one, change_of(one.payload)) for one in log.pending(context.database.connection)]


def history(context: Context, limit: int = HISTORY) -> list[tuple[StandingChange, Change]]:
    """The newest changes with what they say, newest first, decided ones too."""
    return [(one, change_of(one.payload)) for one in log.changes(context.database.connection, limit)]


@allowed("manager")
def approve(context: Context, change_id: int) -> StandingChange:
    """Do what was asked for, by the order as it is now. Only a manager may.

    Raises `manager_required`, StandingError `unknown_change`, `already_decided`, and what the rules say to it now:
    the change then still waits, to be rejected or asked for anew.
    """
    with context.change("standing.approved", str(change_id)) as connection:
        manager = context.require_manager()
        waiting = _waiting(connection, change_id)
        change = change_of(waiting.payload)
        _check_use(context, connection, change)
        write_change(context, connection, load_order(connection), change)
        log.decide(connection, change_id, "approved", context.now_ms(), manager.no)
        return waiting.model_copy(
            update={"state": "approved", "decided_at": context.now_ms(), "decided_by": manager.no}
        )


@allowed("writer", partly=("operator",))
def reject(context: Context, change_id: int, reason: str) -> None:
    """Turn a change down with a reason; whoever asked for it may take it back in the same way.

    Raises `manager_required`, StandingError `unknown_change`, `already_decided`, `reason_missing`.
    """
    said = _note(reason)
    if not said:
        raise StandingError("reason_missing")
    with context.change("standing.rejected", str(change_id)) as connection:
        waiting = _waiting(connection, change_id)
        if context.require_writer().no != waiting.asked_by:
            context.require_manager()
        log.decide(connection, change_id, "rejected", context.now_ms(), context.require_writer().no, said)


def _waiting(connection: sqlite3.Connection, change_id: int) -> StandingChange:
    found = log.change(connection, change_id)
    if found is None:
        raise StandingError("unknown_change", id=change_id)
    if found.state != "pending":
        raise StandingError("already_decided", id=change_id)
    return found


def propose_standing_order(
    context: Context,
    *,
    staggered: Iterable[str] = (),
    days: Iterable[DayKind] = DAY_KINDS,
    cross_trained: bool = True,
) -> Batch:
    """A standing order to begin with, for the posts without opening hours; give it to `ask` to have it.

    See `standing_findings.proposal`. Raises StandingError `no_posts` before there is any, and `unknown_post` for a
    post to be staggered that is none.
    """
    order = standing_order(context)
    if not order.posts:
        raise StandingError("no_posts")
    split = tuple(staggered)
    for name in split:
        rules.require_post(order, name)
    names = {word: t(f"roster_order.shift.{word}") for word in ("day", "early", "late")}
    return proposal(order, names, staggered=split, days=days, cross_trained=cross_trained)


@allowed("manager")
def file_order(context: Context, effective_from: date) -> StandingFiling:
    """File the order in force as a dated document that is never changed. Only a manager may.

    Raises `manager_required`, StandingError `no_posts` and `files_backwards` for a day before the last filing's.
    """
    with context.change("standing.filed", effective_from.isoformat()) as connection:
        return file_in(context, connection, effective_from)


def file_in(context: Context, connection: sqlite3.Connection, effective_from: date) -> StandingFiling:
    """The same inside a running write transaction of a confirmed operator."""
    manager = context.require_manager()
    order = load_order(connection)
    if not order.posts:
        raise StandingError("no_posts")
    last = log.last_effective(connection)
    if last is not None and effective_from.isoformat() < last:
        raise StandingError("files_backwards", day=last)
    text = _filing_text(context, order, effective_from.isoformat())
    filing = StandingFiling(
        filed_at=context.now_ms(),
        filed_by=manager.no,
        effective_from=effective_from.isoformat(),
        document=text,
        digest=digest(text),
    )
    return filing.model_copy(update={"id": log.add_filing(connection, filing)})


def filings(context: Context) -> list[StandingFiling]:
    """All filings, newest first."""
    return log.filings(context.database.connection)


def filing_of(context: Context, filing_id: int) -> StandingFiling:
    """One filing. Raises StandingError `unknown_filing`, or `filing_damaged` where it is not as it was filed."""
    found = log.filing(context.database.connection, filing_id)
    if found is None:
        raise StandingError("unknown_filing", id=filing_id)
    if digest(found.document) != found.digest:
        raise StandingError("filing_damaged", id=filing_id)
    return found


def filing_in_force(context: Context, order: Order) -> StandingFiling | None:
    """The newest filing where it is of this very order, whenever that takes effect; else None."""
    newest = next(iter(filings(context)), None)
    if newest is None:
        return None
    text = _filing_text(context, order, newest.effective_from)
    return newest if digest(text) == newest.digest else None


def _filing_text(context: Context, order: Order, effective_from: str) -> str:
    return canonical(
        {
            "centre": {"code": context.centre.code, "name": context.centre.name},
            "effective_from": effective_from,
            "order": document(order),
        }
    )


def filed_order(filing: StandingFiling) -> Order:
    """The order that was filed."""
    import json

    return order_of(json.loads(filing.document)["order"])


def wishes_between(context: Context, first: date, last: date) -> list[WishRow]:
    """The wishes that touch these days, by person and first day."""
    return records.wishes(context.database.connection, first.isoformat(), last.isoformat())


@allowed("writer")
def add_wish(context: Context, wish: WishRow) -> int:
    """Write a wish down; it binds nobody and needs no approval. Returns its number.

    Raises StandingError `unknown_staff`, `unknown_shift`, `bad_wish_days`, `bad_weight`, `bad_note`.
    """
    with context.change("standing.wish", wish.staff_no, first=wish.first_day, last=wish.last_day) as connection:
        order = load_order(connection)
        check_wish(order, wish, context.today())
        return records.add_wish(connection, wish)


def check_wish(order: Order, wish: WishRow, today: date) -> None:
    """Raises what `add_wish` raises."""
    rules.require_staff(order, wish.staff_no)
    if wish.shift is not None:
        rules.require_shift(order, wish.shift)
    try:
        first, last = date.fromisoformat(wish.first_day), date.fromisoformat(wish.last_day)
    except ValueError as wrong:
        raise StandingError("bad_day", value=wish.first_day) from wrong
    limit = today + timedelta(days=WISH_DAYS_AHEAD)
    if not first <= last <= limit:
        raise StandingError("bad_wish_days", day=limit)
    if not 1 <= wish.weight <= rules.HEAVIEST_WISH:
        raise StandingError("bad_weight", weight=wish.weight)
    _note(wish.note)


@allowed("writer")
def remove_wish(context: Context, wish_id: int) -> None:
    """Take a wish back. Raises StandingError `unknown_wish`."""
    with context.change("standing.wish_gone", str(wish_id)) as connection:
        if records.wish(connection, wish_id) is None:
            raise StandingError("unknown_wish", id=wish_id)
        records.remove_wish(connection, wish_id)


def _note(text: str) -> str:
    """A note as it is kept. Raises StandingError `bad_note`."""
    try:
        kept = clean_line(text)
    except ValueError as wrong:
        raise StandingError("bad_note", limit=LONGEST_NOTE) from wrong
    if len(kept) > LONGEST_NOTE:
        raise StandingError("bad_note", limit=LONGEST_NOTE)
    return kept
