"""Closing a period: a check list, then its figures are frozen; what is corrected later makes a numbered amendment.

The figures are counted before the write transaction begins, so that counting keeps nobody from scanning. They are those
of one moment; what is committed between that moment and the closing is found as a difference like any later one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, cast

from db import closings as records
from db.closings import Closing
from frontdesk.common.names import short_line
from frontdesk.common.periods import Period, PeriodKind, parse_period
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.reports.closing import checklist, rules
from frontdesk.reports.closing.checklist import ITEM_CODES, Item
from frontdesk.reports.closing.errors import ClosingError
from frontdesk.reports.closing.kept import closing_of, days_of, editions, sound, thawed_figures, thawed_values
from frontdesk.reports.closing.rules import Change, Figures
from frontdesk.reports.closing.weeks import as_kept, refuse_overlap
from frontdesk.reports.figures import figures as count_figures
from frontdesk.reports.figures import travelling_values
from frontdesk.reports.indicators.rules import Value
from frontdesk.reports.rules import TOO_SHORT

if TYPE_CHECKING:
    import sqlite3

LONGEST_REASON = 200
LATEST = 2**63 - 1
"""Later than any instant that is stored."""
CLOSED = "period.closed"
"""The audit entry of a closing and of each amendment; it holds the digest."""


@dataclass(frozen=True)
class Amendment:
    """What a later edition of a closed period changed, as people may see it, and why; made at `at` (UTC ms)."""

    period: Period
    edition: int
    changes: tuple[Change, ...]
    reason: str
    at: int
    by: str

    @property
    def number(self) -> int:
        """The number of the amendment: the first one makes the second edition."""
        return self.edition - 1


@dataclass(frozen=True)
class Drift:
    """A closed period whose records say something else today than was frozen."""

    period: Period
    edition: int
    changes: tuple[Change, ...]


def check_list(context: Context, period: Period) -> tuple[Item, ...]:
    """Every line of the check list of a period, also those where nothing is open."""
    with context.database.reading():
        return checklist.check_list(context, period, _left_open(count_figures(context, period)))


def _left_open(figures: Figures | dict[str, object]) -> int:
    return int(cast("int", figures["visits_left_open"]))


@allowed("manager")
def close_period(context: Context, period: Period, waived: Collection[str] = (), reason: str = "") -> Closing:
    """Freeze the figures of a period that has ended; for managers. Returns the first edition.

    A week that was submitted before is closed with the days that were submitted. What the check list still holds must
    be named in `waived`, with a reason. Raises ClosingError `running`, `too_short`, `already_closed`, `overlaps`,
    `meanwhile`, `still_open`, `unknown_item`, `reason_required`, `bad_reason`, and what `require_manager` raises.
    """
    context.require_manager()
    if period.kind in TOO_SHORT:
        raise ClosingError("too_short", period=period.label)
    if unknown := [code for code in waived if code not in ITEM_CODES]:
        raise ClosingError("unknown_item", items=", ".join(unknown), known=", ".join(ITEM_CODES))
    with context.database.reading() as connection:
        _refuse_closed(context, connection, period)
        period = as_kept(context, period)
        refuse_overlap(context, period)
        now = _count(context, period)
        items = checklist.check_list(context, period, _left_open(now.figures))
    if not period.has_ended(context.today()):
        raise ClosingError("running", period=period.label, last=period.last.isoformat())
    waived_items = _waived(items, waived)
    kept = _kept_reason(reason, required=bool(waived_items))
    said = json.dumps([{"item": one.code, "count": one.count} for one in waived_items], separators=(",", ":"))
    new = _edition(context, period, 1, now, waived=said, reason=kept)
    with context.change(CLOSED, period.key, edition=1, digest=new.digest.hex()) as connection:
        context.require_manager()
        _refuse_closed(context, connection, period)
        # Another window may have closed or submitted a week, or the setting may be another, since this was counted.
        if as_kept(context, period) != period:
            raise ClosingError("meanwhile", period=period.label)
        refuse_overlap(context, period)
        return _added(connection, new)


def _added(connection: sqlite3.Connection, new: Closing) -> Closing:
    """Keep an edition, later than all before it whatever the clock says: the next report carries amendments in the
    order in which they were made. The audit log has the time of the clock.
    """
    kept = new.model_copy(update={"closed_at": max(new.closed_at, records.latest_at(connection) + 1)})
    records.add(connection, kept)
    return kept


def _refuse_closed(context: Context, connection: sqlite3.Connection, period: Period) -> None:
    before = records.newest(connection, period.key)
    if before is not None:
        when = f"{context.local(before.closed_at):%Y-%m-%d %H:%M}"
        raise ClosingError("already_closed", period=period.label, edition=before.edition, by=before.closed_by, at=when)


def _waived(items: Iterable[Item], waived: Collection[str]) -> list[Item]:
    """The open items that are waived; what was settled meanwhile needs no waiving."""
    binding = [one for one in items if one.is_open and one.is_binding]
    if still := [one for one in binding if one.code not in waived or not one.is_waivable]:
        said = (t(f"closing.item.{one.code}", count=one.count, which=one.which) for one in still)
        words = t("closing.comma").join(said)
        raise ClosingError("still_open", items=words, codes=", ".join(one.code for one in still))
    return binding


def _kept_reason(reason: str, *, required: bool) -> str:
    """A reason as it is kept. Raises ClosingError `bad_reason`, `reason_required`."""
    try:
        kept = short_line(reason, LONGEST_REASON) if reason.strip() else ""
    except ValueError as wrong:
        raise ClosingError("bad_reason", limit=LONGEST_REASON) from wrong
    if required and not kept:
        raise ClosingError("reason_required")
    return kept


class _Counted(NamedTuple):
    """What is frozen of a period: its figures and the indicators that leave with its report."""

    figures: Figures
    values: dict[str, Value]


def _count(context: Context, period: Period) -> _Counted:
    """What would be frozen of a period now; both of one moment."""
    with context.database.reading():
        kept = rules.kept_figures(count_figures(context, period), period.kind)
        return _Counted(kept, travelling_values(context, period))


def _edition(
    context: Context,
    period: Period,
    edition: int,
    counted: _Counted,
    *,
    reason: str,
    waived: str = "[]",
    changes: str = "[]",
) -> Closing:
    made = Closing(
        period=period.key,
        edition=edition,
        first_day=period.first.isoformat(),
        last_day=period.last.isoformat(),
        figures=rules.frozen(counted.figures),
        indicators=rules.frozen_values(counted.values),
        digest=b"",
        scheme=rules.SCHEME,
        waived=waived,
        changes=changes,
        reason=reason,
        closed_at=context.now_ms(),
        closed_by=context.require_operator().no,
    )
    return made.model_copy(update={"digest": rules.digest_of(made)})


def drift(context: Context, period: Period) -> tuple[Change, ...]:
    """What the records of a closed period say otherwise today than the edition that stands. What ordinary work has
    moved on since, such as how many follow-ups are still open, is no correction.

    Raises ClosingError `not_closed`, `damaged`.
    """
    with context.database.reading():
        return _differing(context, _closed(context, period)).late


def _closed(context: Context, period: Period) -> Closing:
    found = closing_of(context, period)
    if found is None:
        raise ClosingError("not_closed", period=period.label)
    return found


class _Differing(NamedTuple):
    """What a closed period says otherwise now: `late`, what was corrected; `all`, also what ordinary work has moved on;
    and `now`, what would be frozen.
    """

    late: tuple[Change, ...]
    all: tuple[Change, ...]
    now: _Counted


def _differing(context: Context, closing: Closing) -> _Differing:
    # The first screen imports this module; pydantic reads the definitions.
    from frontdesk.reports.indicators.service import indicators

    now = _count(context, days_of(context, closing))
    told, told_before = (rules.told(one, now.figures) for one in (now.values, thawed_values(closing)))
    changes = rules.changes_between(thawed_figures(closing), now.figures) + rules.changes_between(told_before, told)
    moving = {one.code for one in indicators() if one.moves}
    return _Differing(tuple(one for one in changes if one.figure not in moving), changes, now)


@allowed("manager")
def amend(context: Context, period: Period, reason: str) -> Closing:
    """Freeze a closed period as its records are today, as its next edition that tells what changed and why; for
    managers. Besides what was corrected it tells what ordinary work has moved on.

    Raises ClosingError `not_closed`, `damaged`, `nothing_changed`, `amended_meanwhile`, `reason_required`,
    `bad_reason`, and what `require_manager` raises.
    """
    context.require_manager()
    with context.database.reading():
        before = _closed(context, period)
        found = _differing(context, before)
    if not found.late:
        raise ClosingError("nothing_changed", period=period.label)
    kept = _kept_reason(reason, required=True)
    days, said = days_of(context, before), rules.written(found.all)
    new = _edition(context, days, before.edition + 1, found.now, changes=said, reason=kept)
    with context.change(CLOSED, period.key, edition=new.edition, digest=new.digest.hex()) as connection:
        context.require_manager()
        standing = records.newest(connection, period.key)
        # A higher edition never holds older figures than the one before it.
        if standing is None or standing.edition != before.edition:
            raise ClosingError("amended_meanwhile", period=period.label)
        return _added(connection, new)


def drifted(context: Context, days_back: int | None = None, also: Collection[str] = ()) -> list[Drift]:
    """The closed periods whose records say something else today, the latest first.

    Each of them is counted anew, so it is not for a screen that waits; of those that ended more than `days_back` days
    ago, where that is given, only the ones with a key in `also` are. Damaged
    ones are left out: the check of the file tells of these.
    """
    since = context.today() - timedelta(days=days_back) if days_back is not None else date.min
    found = []
    with context.database.reading() as connection:
        older = [one for key in also if (one := records.newest(connection, key)) and one.last_day < since.isoformat()]
        for closing in [*records.standing(connection, since.isoformat()), *older]:
            if not rules.is_damaged(closing) and (changes := _differing(context, closing).late):
                found.append(Drift(days_of(context, closing), closing.edition, changes))
    return found


def standing_closings(context: Context) -> list[Closing]:
    """The edition that stands for each closed period, the last period first."""
    return list(records.standing(context.database.connection, date.min.isoformat()))


def amendments_of(context: Context, period: Period) -> list[Amendment]:
    """The amendments made to a period itself, the first one first."""
    return [_amendment(context, sound(one)) for one in editions(context, period) if one.edition > 1]


def amendments_to_carry(context: Context, period: Period) -> list[Amendment]:
    """The amendments to earlier periods of the same kind that the report of this one carries: those made since the
    period closed before it was closed, and until this one was. Raises ClosingError `damaged`.
    """
    with context.database.reading() as connection:
        own = records.editions(connection, period.key)
        until = own[0].closed_at if own else LATEST
        before = records.first_closings_before(connection, period.first.isoformat())
        after = next((at for key, at in before if _kind_of(key) == period.kind), 0)
        found = [sound(one) for one in records.amended_between(connection, after, until)]
        return [
            _amendment(context, one)
            for one in found
            if _kind_of(one.period) == period.kind and one.last_day < period.first.isoformat()
        ]


def _kind_of(key: str) -> PeriodKind:
    """The kind of period of a kept key. Raises `damaged` for one that is none."""
    try:
        return parse_period(key, finer=True).kind
    except ValueError as wrong:
        raise ClosingError("damaged", period=key, edition=1) from wrong


def _amendment(context: Context, one: Closing) -> Amendment:
    changes = rules.to_be_shown(rules.read_changes(one.changes))
    return Amendment(days_of(context, one), one.edition, changes, one.reason, one.closed_at, one.closed_by)


def closed_among(context: Context, periods: Collection[Period]) -> set[str]:
    """The keys of those of these periods that are closed."""
    return records.closed_among(context.database.connection, [one.key for one in periods])


def ever_closed(context: Context) -> bool:
    """Whether any period was ever closed."""
    return records.any_closed(context.database.connection)
