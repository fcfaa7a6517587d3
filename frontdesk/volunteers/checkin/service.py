"""Check-in and check-out: one function decides, whoever asks and however."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from db import assignments, checkin_log, day_closings, visits
from db.checkin_log import ScanRow
from db.visits import Basis, Holder, Visit
from frontdesk.clock import is_behind
from frontdesk.common.dates import recordable_days
from frontdesk.common.names import mask_name, short_line
from frontdesk.context import Context, to_ms
from frontdesk.volunteers.cards.code import CodeFault, code_tail, is_volunteer_no, normal_form, read_code
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.checkin.rules import Direction, Verdict
from frontdesk.volunteers.hours.plan import recount

MINUTE = 60_000
LONGEST_REASON = 200


class ScanOutcome(NamedTuple):
    """What became of one attempt, committed before anybody hears of it.

    `credited_to` is the title of the assignment that an entry is credited to, '' for general service. `missing` names
    the answers that an `incomplete` one lacks. `day` and `number` are the key of the visit that began or ended. `typed`
    is what was given for a number and is none, to be shown to whoever typed it and kept nowhere.
    """

    result: rules.Result
    reason: str
    at: datetime
    code_tail: str
    volunteer_no: str | None = None
    name: str = ""
    limit: str = ""
    stayed_seconds: int | None = None
    credited_to: str = ""
    forced: bool = False
    missing: tuple[str, ...] = ()
    day: str = ""
    number: int = 0
    typed: str = ""

    def as_json(self) -> dict[str, object]:
        """The line that the command `scan` answers."""
        return {
            "code_tail": self.code_tail,
            "result": self.result,
            "reason": self.reason or None,
            "volunteer": self.volunteer_no,
            "name_masked": mask_name(self.name) if self.name else None,
            "at": self.at.isoformat(timespec="seconds"),
            "credited_to": self.credited_to or None,
            "limit": self.limit or None,
            "missing": list(self.missing),
            "forced": self.forced,
        }


class Attempt(NamedTuple):
    """One attempt to enter or leave: who, by which card (`serial` None: by hand), when, and what was asked for.

    `given` says that the time was given by hand; `words` is the operator's reason for that or for forcing.
    """

    volunteer_no: str
    serial: int | None
    tail: str
    moment: int
    given: bool = False
    nonce: str | None = None
    direction: Direction = "auto"
    force: bool = False
    words: str = ""

    @property
    def keyed(self) -> bool:
        """Whether it has a time given by hand, and no card that was there then: it was not measured."""
        return self.given and self.serial is None


def scan(
    context: Context,
    code: str,
    *,
    at: datetime | None = None,
    nonce: str | None = None,
    direction: Direction = "auto",
    force: bool = False,
    words: str = "",
) -> ScanOutcome:
    """Decide and record one scan of a card, in one transaction.

    `at` is a time given by hand (aware), refused before 2000 and more than 366 days ahead; without it the clock
    decides. The same `nonce` again answers what was answered first and records nothing. `force` overrides what an
    operator (or manager) may override, and only that. Refusals are outcomes, not exceptions. Raises DatabaseError when
    the record could not be made, CheckinError `bad_words`, and away from the kiosk what `require_writer` raises.

    The card is what is trusted here, as at the kiosk, where nobody is signed in: the role that is stored now is read
    again only where a refusal is to be overridden. To confirm it each time would make a scan a twentieth slower.
    """
    if context.source != "kiosk":
        context.require_writer()
    words = kept_words(words)
    moment = to_ms(at if at is not None else context.now())
    text = normal_form(code)
    try:
        volunteer_no, serial = read_code(context.keys.card, text)
    except CodeFault as fault:
        attempt = Attempt("", None, code_tail(text), moment, at is not None, nonce, direction, force, words)
        return _refuse_code(context, text, fault.code, attempt)
    attempt = Attempt(volunteer_no, serial, text[-4:], moment, at is not None, nonce, direction, force, words)
    with context.database.write() as connection:
        return decide(context, connection, attempt)


def check_in(
    context: Context,
    volunteer_no: str,
    *,
    at: datetime | None = None,
    nonce: str | None = None,
    direction: Direction = "auto",
    force: bool = False,
    words: str = "",
) -> ScanOutcome:
    """Enter or leave without a card, by the hand of the operator; decided and recorded like a scan.

    A time given by hand needs words, is refused (`later_than_now`) where it is still to come, and makes the visit count
    as supplemented, never above what is planned (`above_planned`). Raises what `scan` raises, and CheckinError
    `reason_required`.
    """
    context.require_writer()
    words = kept_words(words, required=at is not None)
    moment = to_ms(at if at is not None else context.now())
    attempt = Attempt(volunteer_no, None, "", moment, at is not None, nonce, direction, force, words)
    with context.database.write() as connection:
        context.confirm_operator(connection)
        return decide(context, connection, attempt)


def kept_words(words: str, *, required: bool = False) -> str:
    """A reason as it is kept: one line. Raises CheckinError `bad_words`, and `reason_required` where there is none."""
    try:
        kept = short_line(words, LONGEST_REASON) if words else ""
    except ValueError as wrong:
        raise CheckinError("bad_words", limit=LONGEST_REASON) from wrong
    if required and not kept:
        raise CheckinError("reason_required")
    return kept


def decide(context: Context, connection: sqlite3.Connection, attempt: Attempt) -> ScanOutcome:
    """Decide and record one attempt inside a running transaction, with the same statements for any number of people."""
    local = context.local(attempt.moment)
    day, day_before, about = _days_about(local.date())
    holder, past, latest = visits.standing(connection, attempt.volunteer_no, attempt.serial, day_before, day, about)
    if attempt.nonce is not None and (earlier := checkin_log.scan_by_nonce(connection, attempt.nonce)) is not None:
        # Of somebody who is not known here nothing was kept.
        unknown = holder is None and earlier.reason == "unknown_volunteer"
        if earlier.volunteer_no != attempt.volunteer_no and not unknown:
            return _nonce_reused(local, attempt, holder)
        return _naming(_as_before(context, connection, earlier, holder, attempt.tail), attempt)
    if holder is not None and is_behind(context.now_ms(), latest):
        return _clock_behind(context, attempt, holder, latest)
    verdict, visit, forced = _judge(context, connection, attempt, local, day, holder, past)
    within = context.settings.same_scan_seconds * 1000
    if verdict.result == "left_only" and checkin_log.left_only_near(
        connection, attempt.volunteer_no, attempt.moment - within, attempt.moment + within
    ):
        verdict = rules.SAME_SCAN
    if verdict.result == "left" and visit is not None and attempt.keyed:
        verdict = _judge_keyed_exit(context, connection, attempt, visit)
    credited = None
    if verdict.result == "entered":
        if holder is not None and holder.signed_up:
            credited = _credit(context, connection, attempt, local)
        visit = Visit(day, 1 + max((v.number for v in past if v.day == day), default=0), 0, None)
    values = _log_values(context, attempt, verdict, forced=forced)
    kept = visit if verdict.result in ("entered", "left") else None
    if kept is not None:
        values |= {"visit_day": kept.day, "visit_number": kept.number}
    if credited is not None:
        values |= {"assignment_id": credited.id, "session_code": credited.session_code}
    scan_id = checkin_log.append(connection, values)
    stayed = _keep(context, connection, attempt, verdict, holder, kept, credited, scan_id)
    if holder is None or verdict.reason == "unknown_card":
        refused = ScanOutcome(verdict.result, verdict.reason, local, attempt.tail, limit=verdict.limit)
        return _naming(refused, attempt)
    return ScanOutcome(
        verdict.result,
        verdict.reason,
        local,
        attempt.tail,
        attempt.volunteer_no,
        holder.name,
        verdict.limit,
        stayed,
        credited.title if credited else "",
        forced,
        verdict.missing,
        kept.day if kept else "",
        kept.number if kept else 0,
    )


@lru_cache(maxsize=16)
def _days_about(day: date) -> tuple[str, str, tuple[str, str]]:
    """A local day, the day before it, and the first and the last of the days on which anything may have to do with a
    scan of that day: of an assignment that is credited, or of hours put in that an exit of either displaces.
    """
    first, before, last = (
        date.fromordinal(min(max(day.toordinal() + step, date.min.toordinal()), date.max.toordinal()))
        for step in (-3, -1, 2)
    )
    return day.isoformat(), before.isoformat(), (first.isoformat(), last.isoformat())


def _naming(outcome: ScanOutcome, attempt: Attempt) -> ScanOutcome:
    """The refusal of a number that nobody has with what was given for it, which is shown and not kept."""
    if outcome.reason != "unknown_volunteer" or outcome.volunteer_no is not None:
        return outcome
    if is_volunteer_no(attempt.volunteer_no):
        return outcome._replace(volunteer_no=attempt.volunteer_no)
    return outcome._replace(typed=attempt.volunteer_no)


def _log_values(context: Context, attempt: Attempt, verdict: Verdict, *, forced: bool) -> dict[str, object]:
    """The row of the log for an attempt, without the visit and the credit."""
    values: dict[str, object] = {"at": attempt.moment, "result": verdict.result, "source": context.source}
    # What was typed for a number that nobody has may be anything, somebody's identity number too.
    if attempt.volunteer_no and verdict.reason != "unknown_volunteer":
        values["volunteer_no"] = attempt.volunteer_no
    if attempt.serial:
        values["serial"] = attempt.serial
    if context.operator is not None:
        values["operator_no"] = context.operator.no
    if attempt.nonce:
        values["nonce"] = attempt.nonce
    if verdict.reason or attempt.given or attempt.force or attempt.direction != "auto" or attempt.words or forced:
        rare = {
            "reason": verdict.reason,
            "given_time": int(attempt.given),
            "direction": "" if attempt.direction == "auto" else attempt.direction,
            "recorded_at": context.now_ms() if attempt.given else None,
            "limit_said": verdict.limit,
            "force_wished": int(attempt.force),
            "forced": int(forced),
            "words": attempt.words,
        }
        # Nearly all of a row is what its columns are without being named.
        values |= {name: value for name, value in rare.items() if value}
    return values


def _keep(
    context: Context,
    connection: sqlite3.Connection,
    attempt: Attempt,
    verdict: Verdict,
    holder: Holder | None,
    visit: Visit | None,
    credited: assignments.Assignment | None,
    scan_id: int,
) -> int | None:
    """Write the visit that an accepted attempt begins or ends; the seconds stayed where one ended."""
    if visit is None:
        return None
    no, at = attempt.volunteer_no, attempt.moment
    if verdict.result == "entered":
        session = credited.session_code if credited else None
        if attempt.given and visit.day < context.today().isoformat():
            day_closings.reopen_day(connection, visit.day)
        visits.enter(connection, no, visit.day, visit.number, at, scan_id, credited.id if credited else None, session)
        context.note(connection, "volunteer.entered", no)
        return None
    keyed = attempt.keyed or bool(visit.entry_keyed)
    basis: Basis = "corrected" if keyed else "measured"
    visits.leave(connection, no, visit.day, visit.number, at, scan_id, basis, visit.basis)
    if keyed or holder is None or holder.put_in:
        recount(context, connection, no, visit.day)
    context.note(connection, "volunteer.left", no)
    return (at - visit.entered_at) // 1000


def _judge(
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
    if attempt.given and (refusal := _judge_given_time(context, attempt, local)) is not None:
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
        lacking = rules.judge_answers(holder, day, settings.consent_notice_version, settings.guardian_age)
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


def _judge_keyed_exit(context: Context, connection: sqlite3.Connection, attempt: Attempt, visit: Visit) -> Verdict:
    """An exit that is keyed afterwards is refused where the visit would be longer than what may be put in
    (mechanisms.md §8.5).
    """
    # It builds on this module.
    from frontdesk.volunteers.checkin.correcting import room_left

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


def _credit(
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


def _judge_given_time(context: Context, attempt: Attempt, local: datetime) -> Verdict | None:
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


def _clock_behind(context: Context, attempt: Attempt, holder: Holder, latest: int) -> ScanOutcome:
    """The refusal of an attempt while the clock is behind what was written last, of which nothing is recorded: it would
    have a wrong time.
    """
    now, limit = context.local(context.now_ms()), context.local(latest).strftime("%Y-%m-%d %H:%M")
    if attempt.serial is not None and holder.card_state is None:
        return ScanOutcome("refused", "clock_behind", now, attempt.tail, limit=limit)
    return ScanOutcome("refused", "clock_behind", now, attempt.tail, attempt.volunteer_no, holder.name, limit)


def _nonce_reused(at: datetime, attempt: Attempt, holder: Holder | None) -> ScanOutcome:
    """The refusal of an attempt under the nonce of another person's, of which nothing is told or recorded."""
    if holder is None or (attempt.serial is not None and holder.card_state is None):
        return ScanOutcome("refused", "nonce_reused", at, attempt.tail)
    return ScanOutcome("refused", "nonce_reused", at, attempt.tail, attempt.volunteer_no, holder.name)


def _as_before(
    context: Context, connection: sqlite3.Connection, earlier: ScanRow, holder: Holder | None, tail: str
) -> ScanOutcome:
    """What was answered to this attempt when it came the first time."""
    reason, at = earlier.reason, context.local(earlier.at)
    result: rules.Result = earlier.result  # type: ignore[assignment]
    if holder is None or reason == "unknown_card" or earlier.volunteer_no is None:
        return ScanOutcome(result, reason, at, tail, limit=earlier.limit_said)
    title, stayed = "", None
    if earlier.assignment_id is not None:
        assignment = assignments.get(connection, earlier.assignment_id)
        title = assignment.title if assignment else ""
    if result == "left" and earlier.visit_day is not None and earlier.visit_number is not None:
        visit = visits.row(connection, earlier.volunteer_no, earlier.visit_day, earlier.visit_number)
        stayed = (earlier.at - visit.entered_at) // 1000 if visit else None
    return ScanOutcome(
        result,
        reason,
        at,
        tail,
        earlier.volunteer_no,
        holder.name,
        earlier.limit_said,
        stayed,
        credited_to=title,
        forced=earlier.forced,
        day=earlier.visit_day or "",
        number=earlier.visit_number or 0,
    )


def _refuse_code(context: Context, text: str, reason: str, attempt: Attempt) -> ScanOutcome:
    """Keep a failed attempt: of what is not one of our cards only the length and a keyed hash."""
    local = context.local(attempt.moment)
    verdict = Verdict("refused", reason)
    if attempt.given:
        verdict = _judge_given_time(context, attempt._replace(serial=0), local) or verdict
    with context.database.write() as connection:
        earlier = checkin_log.scan_by_nonce(connection, attempt.nonce) if attempt.nonce is not None else None
        if earlier is not None and earlier.volunteer_no is not None:
            return _nonce_reused(local, attempt, None)
        if earlier is None:
            code = {"code_length": len(text), "code_hash": context.keys.lookup(f"code:{text}")}
            checkin_log.append(connection, _log_values(context, attempt, verdict, forced=False) | code)
    return ScanOutcome(verdict.result, verdict.reason, local, attempt.tail, limit=verdict.limit)
