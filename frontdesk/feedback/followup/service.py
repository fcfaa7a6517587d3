"""Use cases of following up bad ratings: each step is one transaction, its row in the log and its audit entry.

The audit entries say which step was taken, never the words of the rater or of the staff, nor who rated.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from db import follow_ups as records
from db import staff
from db.follow_ups import BadRating, LogEntry
from frontdesk.calendar.service import Calendar
from frontdesk.common.dates import read_month as read_typed_month
from frontdesk.common.names import short_line
from frontdesk.common.periods import Period, month_of, parse_period
from frontdesk.common.timelimits import preset_of
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.context import Context
from frontdesk.feedback.capture.rules import is_workable
from frontdesk.feedback.followup.counting import known_calendar
from frontdesk.feedback.followup.deadlines import Limit, Pace, next_limit, pace
from frontdesk.feedback.followup.errors import FollowUpError
from frontdesk.feedback.followup.recording import Done, follow_up_of, kept, next_numbers, take
from frontdesk.feedback.followup.rules import (
    BAD,
    MANAGERS,
    SILENT,
    Event,
    EventKind,
    Facts,
    FollowUp,
    possible,
    refusal,
)
from frontdesk.locale import t
from frontdesk.permission import allowed

LONGEST_NOTE = 500
MOST_LISTED = 500
"""So many follow-ups are listed at most: those that are known longest, or ended last."""

VALUES: dict[EventKind, tuple[str, ...]] = {
    "result": ("rectified", "explained"),
    "called_back": ("satisfied", "unsatisfied", "unreached"),
    "complexity": ("simple", "complex"),
}
"""What a step says beside its words: 整改 or 解释, how the call went, whether the matter is simple or complex."""

_KEY = re.compile(r"[0-9a-f]{8,32}")


class Listed(NamedTuple):
    """A bad rating with its follow-up, the limit that runs (None: there is none) and how that stands today."""

    rating: BadRating
    limit: Limit | None
    pace: Pace
    days: int
    """Working days until the limit, or since it; negative once it has run out."""


@dataclass(frozen=True)
class Story:
    """All about one follow-up: what it follows, how far it is, everything that was done, and what can be done next.

    `names` are those of the staff who did it, by number.
    """

    listed: Listed
    now: FollowUp
    log: tuple[LogEntry, ...]
    possible: tuple[EventKind, ...]
    names: dict[str, str]


class Contact(NamedTuple):
    """Who rated, and by which phone that person is reached; "" for what is not known."""

    name: str
    phone: str


@allowed("shown")
def open_follow_ups(context: Context, limit: int = MOST_LISTED) -> list[Listed]:
    """What has to be followed up, what is due first first; anonymous ratings of today are not among it.

    Of more than `limit` those that are known longest.
    """
    with context.database.reading() as connection:
        found = records.open_ones(connection, context.today().isoformat(), limit)
        calendar = known_calendar(context, found)
    ones = [listed(context, one, calendar) for one in found]
    return sorted(ones, key=lambda one: (one.limit.due if one.limit else date.max, one.rating.day, one.rating.key))


@allowed("shown")
def ended_follow_ups(context: Context, limit: int = MOST_LISTED) -> list[Listed]:
    """What has been followed up to its end, the latest first."""
    with context.database.reading() as connection:
        return [Listed(one, None, "none", 0) for one in records.ended_ones(connection, limit)]


def listed(context: Context, one: BadRating, calendar: Calendar) -> Listed:
    """A bad rating with the limit that runs for it today."""
    settings, today = context.settings, context.today()
    limit = next_limit(one, calendar, settings.follow_up_preset)
    notice = preset_of(one.preset or settings.follow_up_preset).notice
    stands = pace(limit, today, calendar, settings.follow_up_remind_days, notice)
    return Listed(one, limit, stands, _days_left(limit.due, today, calendar) if limit else 0)


def _days_left(due: date, today: date, calendar: Calendar) -> int:
    """Working days after today up to a day, that day included; negative those after it up to today."""
    if today <= due:
        return calendar.working_days_between(today, due)
    return -calendar.working_days_between(due, today)


@allowed("shown")
def story(context: Context, key: bytes) -> Story:
    """All about one follow-up. Raises FollowUpError `unknown`, or `not_workable` where nobody may look at it yet."""
    with context.database.reading() as connection:
        found = _known(connection, key)
        facts = _facts(context, found)
        if not facts.is_workable:
            raise FollowUpError("not_workable")
        log = tuple(records.log_of(connection, found.no))
        calendar = known_calendar(context, [found])
        names = {one.no: one.name for one in staff.every(connection)}
    now = follow_up_of(log)
    steps = possible(now, facts)
    return Story(listed(context, found, calendar), now, log, steps, names)


def find(context: Context, text: str) -> bytes:
    """The key of the follow-up with this number, or of the bad rating whose key begins so (at least 8 hexadecimal
    digits) and may be worked on. Raises FollowUpError `unknown`.
    """
    typed = text.strip()
    with context.database.reading() as connection:
        key = records.key_of(connection, typed.upper())
        if key is None and _KEY.fullmatch(typed.lower()):
            ones = records.open_ones(connection, context.today().isoformat())
            found = [one.key for one in ones if one.key.hex().startswith(typed.lower())]
            key = found[0] if len(found) == 1 else None
    if key is None:
        raise FollowUpError("unknown", no=typed[:20])
    return key


def of_number(context: Context, number: str) -> BadRating:
    """The follow-up with this number and its rating. It reads in a running transaction too. Raises FollowUpError
    `unknown`.
    """
    connection = context.database.connection
    key = records.key_of(connection, number)
    found = records.of_key(connection, key) if key is not None else None
    if found is None:
        raise FollowUpError("unknown", no=number[:20])
    return found


def numbers_like(context: Context, text: str, limit: int) -> list[str]:
    """The number of the follow-up that is this one, however it is typed; at most `limit`."""
    typed = text.strip().upper()
    return [typed][:limit] if records.key_of(context.database.connection, typed) is not None else []


@allowed("writer", partly=("operator",))
def act(
    context: Context, key: bytes, kind: EventKind, *, value: str = "", note: str = "", revision: int | None = None
) -> FollowUp:
    """Take one step of a follow-up; returns what it has become. The first one gives it its number.

    `value` is one of `VALUES`, or for `assigned` a staff number; `note` is what was found, done or heard. With the
    `revision` that was seen nothing happens where somebody else has acted since.

    Raises FollowUpError `unknown`, `changed_meanwhile`, `not_workable`, `not_now`, `ended`, `not_bad`,
    `nobody_to_call`, `call_back_first`, `appealed_before`, `same_complexity`, `missing_note`, `bad_note`, `bad_value`,
    `unknown_staff`; DeskError `manager_required` for the steps of `MANAGERS`, `long_number`, and what
    `context.require_writer` raises.
    """
    words = _checked(kind, value, note)
    context.require_writer()
    with context.database.write() as connection:
        operator = context.confirm_operator(connection)
        if kind in MANAGERS:
            context.require_manager()
        found = _known(connection, key)
        no, now = kept(connection, key)
        if revision is not None and revision != now.revision:
            raise FollowUpError("changed_meanwhile", no=no)
        if kind == "assigned" and staff.get(connection, value) is None:
            raise FollowUpError("unknown_staff", field="value", no=value[:20])
        if kind == "verified":
            # 谁办理、谁负责: whoever looks into it answers for it until somebody else is named.
            value = value or operator.no
        event = Event(kind, context.today().isoformat(), value)
        code = refusal(now, event, _facts(context, found))
        if code:
            raise FollowUpError(code, no=no, state=t(f"followup.state.{now.state}"))
        no, after = _take(context, connection, key, no, now, event, words)
        context.note(connection, f"follow_up.{kind}", no, state=after.state)
    return after


@allowed("manager")
def settle_old(context: Context, before: date, reason: str, *, dry_run: bool = False) -> int:
    """End at once everything that is open and known, or reopened, before a day; returns how many that are, or would be.

    For ratings that nobody will follow up any more: they stay bad, and count as settled in the ledger. A manager does
    it. Raises FollowUpError `missing_note`, `bad_note`; DeskError `manager_required`, `long_number`.
    """
    words = _checked("settled", "", reason)
    context.require_manager()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        context.require_manager()
        today, day = context.today().isoformat(), before.isoformat()
        found = [one for one in records.open_ones(connection, today) if (one.reopened_on or one.known_on) < day]
        if not dry_run and found:
            numbers = next_numbers(connection, context.today().year)
            for one in found:
                no, now = kept(connection, one.key) if one.no else ("", FollowUp())
                _take(context, connection, one.key, no, now, Event("settled", today), words, numbers)
            context.note(connection, "follow_up.settled_many", "", count=len(found), before=day)
    return len(found)


def level_corrected(
    context: Context, connection: sqlite3.Connection, key: bytes, before: int, after: int, reason: str = ""
) -> None:
    """Have the follow-up of a rating go along with its corrected level, inside the transaction that corrects it.

    A bad one that is good now has its follow-up withdrawn; one that is bad again is open again. A rating that becomes
    bad is known as such from today on, so that no limit has run out before anybody could know.
    """
    no, now = kept(connection, key)
    today = context.today().isoformat()
    if after in BAD and before not in BAD:
        records.set_known(connection, key, today)
    if no and (before in BAD) != (after in BAD):
        _take(context, connection, key, no, now, Event("corrected", today, str(after)), reason)


@allowed("writer")
def contact(context: Context, key: bytes) -> Contact:
    """Who gave a named rating, and the phone; that they were looked at is logged. Raises FollowUpError `unknown`,
    `nobody_to_call`.
    """
    with context.database.reading() as connection:
        no = _known(connection, key).no
    with context.change("follow_up.contact_shown", no) as connection:
        found = _known(connection, key)
        if not found.named or not (found.rater or found.can_call):
            raise FollowUpError("nobody_to_call", no=found.no)
        sealed = records.sealed_phone(connection, key)
    return Contact(found.rater, context.keys.unseal(sealed) if sealed is not None else "")


def number_of(context: Context, key: bytes) -> str:
    """The number of the follow-up of a rating; "" where nobody has acted on it."""
    row = records.get(context.database.connection, key)
    return row.no if row else ""


def read_day(context: Context, text: str) -> date:
    """A day as people type it. Raises FollowUpError `bad_day`."""
    try:
        return read_typed_date(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise FollowUpError("bad_day", field="day", text=text[:20]) from wrong


def read_month(context: Context, text: str | None) -> Period:
    """A month as people type it (2026-11); this one for nothing. Raises FollowUpError `bad_month`."""
    if not text:
        return month_of(context.today())
    try:
        return parse_period(read_typed_month(text.strip()))
    except ValueError as wrong:
        raise FollowUpError("bad_month", text=text[:20]) from wrong


def responsible_staff(context: Context) -> Sequence[tuple[str, str]]:
    """Numbers and names of those who can be made responsible."""
    with context.database.reading() as connection:
        return [(one.no, one.name) for one in staff.every(connection)]


def _take(
    context: Context,
    connection: sqlite3.Connection,
    key: bytes,
    no: str,
    now: FollowUp,
    event: Event,
    note: str,
    numbers: Iterator[str] | None = None,
) -> tuple[str, FollowUp]:
    """Take a step; where there is no follow-up yet it is begun with it, by the preset in force, under the next of
    `numbers`.
    """
    operator_no = context.operator.no if context.operator else ""
    at = context.now_ms()
    done = [Done(event, operator_no, at, note)]
    if not no:
        no = next(numbers or next_numbers(connection, context.today().year))
        done.insert(0, Done(Event("opened", event.day, context.settings.follow_up_preset), operator_no, at))
    return no, take(connection, key, no, now, done)


def _known(connection: sqlite3.Connection, key: bytes) -> BadRating:
    """The rating with its follow-up, if it is one that is followed up."""
    found = records.of_key(connection, key)
    if found is None or (found.level not in BAD and not found.no):
        raise FollowUpError("unknown", no=key.hex()[:8])
    return found


def _facts(context: Context, found: BadRating) -> Facts:
    return Facts(found.level, is_workable(found, context.today()), bool(found.named and found.can_call))


def _checked(kind: EventKind, value: str, note: str) -> str:
    """The words of a step as they are kept, where it may be asked for so."""
    if kind in VALUES and value not in VALUES[kind]:
        raise FollowUpError("bad_value", field="value", choices=" ".join(VALUES[kind]))
    try:
        words = short_line(note, LONGEST_NOTE)
    except ValueError as wrong:
        raise FollowUpError("bad_note", field="note", limit=LONGEST_NOTE) from wrong
    is_silent = kind in SILENT or (kind == "called_back" and value != "unsatisfied")
    if not words and not is_silent:
        raise FollowUpError("missing_note", field="note")
    return words
