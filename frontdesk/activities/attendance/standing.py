"""No-shows of people: their history, who may not sign up or soon may not, and what was waived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from db import attendance as records
from db.attendance import PastSession, Strike, Waiver
from frontdesk.activities.attendance.errors import AttendanceError
from frontdesk.activities.attendance.penalty import (
    Penalty,
    PenaltyRule,
    penalties,
    penalty_on,
    strike_days,
    strikes_of,
)
from frontdesk.activities.reasons import kept_reason
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.service import current

LONGEST_HISTORY = 200
FARTHEST_CANCEL = timedelta(days=31)
"""How long before its session a sign-up can be cancelled late (setting `late_cancel_hours`), and a day."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands on a day: `count` of what counts within the window of the rule, the last day on which the
    person may not sign up (None: may), and whether one more no-show would keep the person from it.
    """

    resident_id: int
    name: str
    count: int
    last_day: date
    until: date | None
    at_risk: bool


@dataclass(frozen=True)
class History:
    """One person's sessions, what of them counts, every penalty that followed, and the waivers."""

    resident_id: int
    name: str
    sessions: tuple[PastSession, ...]
    strikes: tuple[Strike, ...]
    penalties: tuple[Penalty, ...]
    until: date | None
    waivers: tuple[Waiver, ...]


@allowed("shown")
def standings(context: Context, *, day: date | None = None) -> list[Standing]:
    """Whoever may not sign up on a day (today), or would not after one more no-show; who is kept longest first.

    Empty where the setting `no_show_limit` is 0. What is read grows with the window of the rule, not with the years.
    """
    rule, today = PenaltyRule.of(context.settings), day or context.today()
    if rule.limit <= 0:
        return []
    connection = context.database.connection
    first = today - timedelta(days=rule.within_days + rule.penalty_days)
    late = bool(context.settings.late_cancel_counts)
    with context.database.reading():
        found = records.strikes_between(
            connection, first.isoformat(), (today + FARTHEST_CANCEL).isoformat(), late_cancels=late
        )
        people = [
            _standing(context, rule, today, resident, list(strikes))
            for resident, strikes in groupby(found, key=lambda one: one.resident_id)
        ]
    kept = [one for one in people if one is not None]
    return sorted(kept, key=lambda one: (one.until is None, -(one.until or one.last_day).toordinal(), one.resident_id))


def history(context: Context, resident_id: int) -> History:
    """What became of a resident's sign-ups, the latest first; of one who was merged into another, of that one's.

    Raises AttendanceError `unknown_resident`.
    """
    connection, today = context.database.connection, context.today()
    rule = PenaltyRule.of(context.settings)
    with context.database.reading():
        (resident_id,) = current(connection, (resident_id,))
        name = records.resident_name(connection, resident_id)
        if name is None:
            raise AttendanceError("unknown_resident", id=resident_id)
        found = strikes_of(context, connection, resident_id)
        days = strike_days(context, found)
        through = records.waived_through(connection, resident_id)
        waived = date.fromisoformat(through) if through else None
        in_force = penalty_on(rule, days, waived, today)
        return History(
            resident_id,
            name,
            tuple(records.past_sessions(connection, resident_id, today.isoformat(), LONGEST_HISTORY)),
            tuple(found),
            tuple(penalties(rule, days, waived)),
            in_force.until if in_force else None,
            tuple(records.waivers(connection, resident_id)),
        )


@allowed("writer")
def waive(context: Context, resident_id: int, reason: str) -> int:
    """Let nothing count any more that happened to a resident up to and with today; returns the number of the waiver.
    It is that of the one into whom somebody was merged.

    Raises AttendanceError `unknown_resident`, `missing_reason`, `nothing_to_waive`, ActivityError `bad_reason`, and
    DeskError `long_number`.
    """
    why = kept_reason(reason)
    if not why:
        raise AttendanceError("missing_reason")
    with context.change("penalty.waived", str(resident_id)) as connection:
        (resident_id,) = current(connection, (resident_id,))
        if records.resident_name(connection, resident_id) is None:
            raise AttendanceError("unknown_resident", id=resident_id)
        today = context.today()
        days = strike_days(context, strikes_of(context, connection, resident_id))
        through = records.waived_through(connection, resident_id)
        counting = [one for one in days if one <= today and (through is None or one.isoformat() > through)]
        if not counting:
            raise AttendanceError("nothing_to_waive")
        operator = context.require_operator()
        return records.add_waiver(connection, resident_id, today.isoformat(), why, operator.no, context.now_ms())


@allowed("writer")
def annul_waiver(context: Context, waiver_id: int, resident_id: int) -> Waiver:
    """Let count again what a waiver took away from a resident; returns it as it was.

    Raises AttendanceError `unknown_waiver`, `already_annulled`.
    """
    with context.change("penalty.waiver_annulled", str(waiver_id)) as connection:
        (resident_id,) = current(connection, (resident_id,))
        found = records.waiver(connection, waiver_id)
        if found is None or found not in records.waivers(connection, resident_id):
            raise AttendanceError("unknown_waiver", id=waiver_id)
        if found.annulled_at is not None:
            raise AttendanceError("already_annulled", id=waiver_id)
        records.annul_waiver(connection, waiver_id, context.require_operator().no, context.now_ms())
        return found


def _standing(
    context: Context, rule: PenaltyRule, today: date, resident_id: int, strikes: list[Strike]
) -> Standing | None:
    """How somebody stands; None for those whom even one more no-show would not keep from signing up."""
    connection = context.database.connection
    through = records.waived_through(connection, resident_id)
    waived = date.fromisoformat(through) if through else None
    days = strike_days(context, strikes)
    counting = [one for one in days if one <= today and (waived is None or one > waived)]
    if not counting:
        return None
    within = [one for one in counting if (today - one).days < rule.within_days]
    found = penalty_on(rule, days, waived, today)
    at_risk = len(within) + 1 >= rule.limit and bool(within)
    if found is None and not at_risk:
        return None
    name = records.resident_name(connection, resident_id) or ""
    return Standing(resident_id, name, len(within), max(counting), found.until if found else None, at_risk)
