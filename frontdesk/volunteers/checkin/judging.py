"""Judging an attempt to enter or leave: the rules, with what they must be told; nothing is written here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from db import assignments, visits
from db.visits import Holder, Visit
from frontdesk.common.dates import recordable_days
from frontdesk.common.guardians import asked_below
from frontdesk.context import Context
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.attempts import MINUTE, Attempt
from frontdesk.volunteers.checkin.correcting import room_left
from frontdesk.volunteers.checkin.rules import Verdict


def judge(
    context: Context,
    connection: sqlite3.Connection,
    attempt: Attempt,
    local: datetime,
    day: str,
    holder: Holder | None,
    past: Sequence[Visit],
) -> tuple[Verdict, Visit | None, bool]:
    """The verdict, the visit that it is about, and whether a refusal was overridden."""
    settings = context.settings
    if attempt.given and (refusal := judge_given_time(context, attempt, local)) is not None:
        return refusal, None, False
    refusal, forced = _judge_holder(context, connection, attempt, holder, day)
    if refusal is not None and refusal.reason not in rules.LEAVES_ALL_THE_SAME:
        return refusal, None, False
    assert holder is not None
    within = settings.same_scan_seconds * 1000
    known = past
    if local.hour == 23:
        # The first scan of two may lie beyond midnight where times are given by hand.
        known = [*past, *_day_after(context, connection, attempt.volunteer_no, attempt.moment, within)]
    verdict, visit = rules.judge_time(
        attempt.moment,
        day,
        context.midnight(local.date()),
        known,
        within,
        attempt.direction,
        settings.late_minutes * MINUTE,
    )
    if (refusal is not None or forced) and rules.is_leaving(verdict, visit):
        return verdict, visit, False
    if refusal is not None:
        return refusal, None, False
    if verdict.reason == "earlier_than_last" and visit is not None:
        last = visit.entered_at if rules.is_open(visit) or visit.left_at is None else visit.left_at
        return verdict._replace(limit=_clock_time(context, last)), visit, forced
    if verdict.reason == "already_in" and visit is not None:
        return verdict._replace(limit=_clock_time(context, visit.entered_at)), visit, forced
    if verdict.result == "entered":
        asked = asked_below(settings.guardian_age)
        lacking = rules.judge_answers(holder, day, settings.consent_notice_version, asked)
        if lacking is not None:
            return lacking, None, False
        first = None if settings.reentry_allowed else rules.first_of_day(past, day)
        if first is not None:
            if not _overrides(context, connection, attempt, "no_reentry"):
                limit = _clock_time(context, first.entered_at)
                return Verdict("refused", "no_reentry", limit), None, False
            forced = True
    return verdict, visit, forced and verdict.result != "refused"


def _judge_holder(
    context: Context, connection: sqlite3.Connection, attempt: Attempt, holder: Holder | None, day: str
) -> tuple[Verdict | None, bool]:
    """Why the card, or the person behind it, is refused; and whether a refusal of either was overridden."""
    refusal = rules.judge_person(holder) if attempt.serial is None else rules.judge_card(holder, day)
    if refusal is None or not _overrides(context, connection, attempt, refusal.reason):
        return refusal, False
    # The card is good now; the person behind it may still be refused.
    refusal = rules.judge_person(holder)
    if refusal is not None and not _overrides(context, connection, attempt, refusal.reason):
        return refusal, False
    return None, True


def judge_keyed_exit(context: Context, connection: sqlite3.Connection, attempt: Attempt, visit: Visit) -> Verdict:
    """An exit that is keyed afterwards is refused where the visit would be longer than what may be put in
    (mechanisms.md §8.5).
    """
    stored = visits.row(connection, attempt.volunteer_no, visit.day, visit.number)
    assert stored is not None
    room = room_left(context, connection, stored, stored.assignment_id, stored.session_code)
    fits = (attempt.moment - visit.entered_at) // 1000 <= room
    return rules.LEFT if fits else Verdict("refused", "above_planned", str(room // 60))


def _overrides(context: Context, connection: sqlite3.Connection, attempt: Attempt, reason: str) -> bool:
    """Whether whoever acts asked for this refusal to be overridden and may, by the role that is stored now."""
    if not attempt.force or context.operator is None or context.source == "kiosk":
        return False
    is_manager = context.confirm_operator(connection).role == "manager"
    return reason in (rules.OVERRIDABLE_BY_MANAGER if is_manager else rules.OVERRIDABLE)


def credited_to(
    context: Context, connection: sqlite3.Connection, attempt: Attempt, local: datetime
) -> assignments.Assignment | None:
    """What an entry is credited to: what the volunteer is signed up for and fits the moment; None: general service.

    An assignment of the day before may run past midnight.
    """
    early = context.settings.early_minutes
    first = (local.date() - timedelta(days=1)).isoformat()
    last = (local + timedelta(minutes=early)).date().isoformat()
    signed = assignments.of_volunteer(connection, attempt.volunteer_no, first, last)
    return rules.fitting(signed, attempt.moment, early * MINUTE)


def judge_given_time(context: Context, attempt: Attempt, local: datetime) -> Verdict | None:
    """A refusal of a time given by hand that is a slip: it would bar every scan until then.

    A card read by a device without a network may come in with the time of its own clock; only its day is judged.
    """
    if attempt.keyed and attempt.moment > context.now_ms() + rules.KEYED_AHEAD_MS:
        return Verdict("refused", "later_than_now", context.local(context.now_ms()).strftime("%m-%d %H:%M"))
    first, last = recordable_days(context.today())
    return None if first <= local.date() <= last else Verdict("refused", "time_out_of_range", last.isoformat())


def _day_after(
    context: Context, connection: sqlite3.Connection, volunteer_no: str, moment: int, within: int
) -> list[Visit]:
    """The visits of the day after where the second scan of two would lie there."""
    after = context.local_day(moment + within)
    if after == context.local_day(moment):
        return []
    return [visit for visit in visits.standing(connection, volunteer_no, None, after, after)[1] if visit.day == after]


def _clock_time(context: Context, at: int) -> str:
    """A stored instant as the words of a refusal name it, 09:05."""
    return context.local(at).strftime("%H:%M")
