"""Check-in and check-out: one function decides, whoever asks and however."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from functools import lru_cache

from db import assignments, checkin_log, day_closings, parked, visits
from db.visits import Basis, Holder, Visit
from frontdesk.clock import is_behind
from frontdesk.common.digitcode import TICKET, version_of
from frontdesk.context import Context, to_ms
from frontdesk.permission import allowed
from frontdesk.volunteers.cards.code import CodeFault, code_tail, normal_form, read_code
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.answering import ScanOutcome, as_before, clock_behind, naming, nonce_reused
from frontdesk.volunteers.checkin.attempts import Attempt, kept_words
from frontdesk.volunteers.checkin.judging import credited_to, judge, judge_given_time, judge_keyed_exit
from frontdesk.volunteers.checkin.rules import Direction, Verdict
from frontdesk.volunteers.hours.plan import recount


@allowed("scan")
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
        is_ticket = fault.code == "malformed" and version_of(text) == TICKET
        return _refuse_code(context, text, "activity_ticket" if is_ticket else fault.code, attempt)
    attempt = Attempt(volunteer_no, serial, text[-4:], moment, at is not None, nonce, direction, force, words)
    with context.database.write() as connection:
        return decide(context, connection, attempt)


@allowed("writer")
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


def decide(context: Context, connection: sqlite3.Connection, attempt: Attempt) -> ScanOutcome:
    """Decide and record one attempt inside a running transaction, with the same statements for any number of people."""
    local = context.local(attempt.moment)
    day, day_before, about = _days_about(local.date())
    holder, past, latest = visits.standing(connection, attempt.volunteer_no, attempt.serial, day_before, day, about)
    if attempt.nonce is not None and (earlier := checkin_log.scan_by_nonce(connection, attempt.nonce)) is not None:
        # Of somebody who is not known here nothing was kept.
        unknown = holder is None and earlier.reason == "unknown_volunteer"
        if earlier.volunteer_no != attempt.volunteer_no and not unknown:
            return nonce_reused(local, attempt, holder)
        return naming(as_before(context, connection, earlier, holder, attempt.tail), attempt)
    if holder is not None and is_behind(context.now_ms(), latest):
        return clock_behind(context, attempt, holder, latest)
    verdict, visit, forced = judge(context, connection, attempt, local, day, holder, past)
    if verdict.reason == "unknown_card":
        verdict = _parked(connection, attempt)
    within = context.settings.same_scan_seconds * 1000
    if verdict.result == "left_only" and checkin_log.left_only_near(
        connection, attempt.volunteer_no, attempt.moment - within, attempt.moment + within
    ):
        verdict = rules.SAME_SCAN
    if verdict.result == "left" and visit is not None and attempt.keyed:
        verdict = judge_keyed_exit(context, connection, attempt, visit)
    credited = None
    if verdict.result == "entered":
        if holder is not None and holder.signed_up:
            credited = credited_to(context, connection, attempt, local)
        visit = Visit(day, 1 + max((v.number for v in past if v.day == day), default=0), 0, None)
    values = _log_values(context, attempt, verdict, forced=forced)
    kept = visit if verdict.result in ("entered", "left") else None
    if kept is not None:
        values |= {"visit_day": kept.day, "visit_number": kept.number}
    if credited is not None:
        values |= {"assignment_id": credited.id, "session_code": credited.session_code}
    scan_id = checkin_log.append(connection, values)
    stayed = _keep(context, connection, attempt, verdict, holder, kept, credited, scan_id)
    if holder is None or verdict.reason in rules.OF_NOBODY:
        refused = ScanOutcome(verdict.result, verdict.reason, local, attempt.tail, limit=verdict.limit)
        return naming(refused, attempt)
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


def _parked(connection: sqlite3.Connection, attempt: Attempt) -> Verdict:
    """The refusal of a genuine card that is unknown here: after a restoration it may have been given out by the file
    that was lost, and waits for a manager.
    """
    no, serial = attempt.volunteer_no, attempt.serial
    if serial is None or not parked.may_park(connection, no, serial):
        return rules.UNKNOWN_CARD
    parked.park(connection, no, serial, attempt.moment)
    return rules.PARKED_CARD


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


def _refuse_code(context: Context, text: str, reason: str, attempt: Attempt) -> ScanOutcome:
    """Keep a failed attempt: of what is not one of our cards only the length and a keyed hash."""
    local = context.local(attempt.moment)
    verdict = Verdict("refused", reason)
    if attempt.given:
        verdict = judge_given_time(context, attempt._replace(serial=0), local) or verdict
    with context.database.write() as connection:
        earlier = checkin_log.scan_by_nonce(connection, attempt.nonce) if attempt.nonce is not None else None
        if earlier is not None and earlier.volunteer_no is not None:
            return nonce_reused(local, attempt, None)
        if earlier is None:
            code = {"code_length": len(text), "code_hash": context.keys.fingerprint(f"code:{text}")}
            checkin_log.append(connection, _log_values(context, attempt, verdict, forced=False) | code)
    return ScanOutcome(verdict.result, verdict.reason, local, attempt.tail, limit=verdict.limit)
