"""Sending: what waits in the outbox travels, and what the district answers is kept. No network in a transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db import outbox
from db.outbox import Attempt, Channel, OutboxEntry, StoredReceipt
from frontdesk.sync.client import Delivered, DistrictClient, Failed, Outcome, Refused
from frontdesk.sync.enrolling import register
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import read_centre_key, seal_waiting, trusted_keys
from frontdesk.sync.stopping import ShouldStop

if TYPE_CHECKING:
    from frontdesk.context import Context

GIVE_UP_AFTER = 3
"""Failed reports in a row after which a sync stops asking a district that keeps failing."""


@dataclass(frozen=True)
class Handled:
    """What became of one report in a sync: number `done` of `total`; `code` says why it was not sent."""

    done: int
    total: int
    report_id: str
    period: str
    revision: int
    state: outbox.State
    code: str = ""
    message: str = ""


@dataclass
class SyncResult:
    """What a sync did, report by report; `problem` is the code of what kept the rest from being sent."""

    handled: list[Handled] = field(default_factory=list)
    unsent: int = 0
    problem: str | None = None
    stopped: bool = False

    def count(self, state: outbox.State) -> int:
        """How many reports of this sync ended in `state`."""
        return sum(one.state == state for one in self.handled)


Progress = Callable[[Handled], None]


def sync_all(context: Context, progress: Progress | None = None, should_stop: ShouldStop | None = None) -> SyncResult:
    """Send what is unsent, oldest first, and keep the district's receipts.

    A refused report does not stop the others. Whatever is not answered by a receipt or by the district's own refusal
    stays unsent. `should_stop` is asked before each report; a `SyncStop` also ends a request that is under way, whose
    report stays unsent. `progress` is told of a report once what became of it is
    kept; what it raises ends the sync there and comes out with nothing in doubt: the reports after it are unsent as
    before, and the next sync sends them. Raises what `require_writer` raises before anything travels, and SyncError
    `not_enrolled`, `enrolment_refused`, `centre_key_missing`.
    """
    context.require_writer()
    connection = context.database.connection
    context.confirm_operator(connection)
    enrolled = outbox.enrolment(connection)
    if enrolled is None:
        raise SyncError("not_enrolled")
    waiting = outbox.entries(connection, "unsent")
    result = SyncResult(unsent=len(waiting))
    if not waiting and enrolled.registered_at is not None:
        return result
    if outbox.unsealed(connection):
        seed = read_centre_key(context, enrolled.centre_key_id)
        with context.change("sync.sealed", enrolled.district_key_id) as sealing:
            seal_waiting(context, sealing, enrolled, seed)
    with DistrictClient(enrolled.url, trusted_keys(context), should_stop) as client:
        problem = register(context, client, enrolled) if enrolled.registered_at is None else None
        if problem is None:
            problem = _send_waiting(context, client, waiting, result, progress, should_stop)
    result.unsent = outbox.count(connection, "unsent")
    if problem is not None and problem.code == "stopped":
        result.stopped = True
    elif problem is not None:
        result.problem = problem.code
    return result


def _send_waiting(
    context: Context,
    client: DistrictClient,
    waiting: list[OutboxEntry],
    result: SyncResult,
    progress: Progress | None,
    should_stop: ShouldStop | None,
) -> Failed | None:
    """Send the reports one by one; the last failure, or None when each was answered."""
    problem: Failed | None = None
    failures = 0
    for number, entry in enumerate(waiting, 1):
        if should_stop is not None and should_stop():
            result.stopped = True
            break
        sealed = outbox.sealed(context.database.connection, entry.report_id)
        if sealed is None:
            # Submitted by another window just now; the next sync seals it.
            continue
        outcome = client.send_report(sealed.sealed)
        handled = keep_outcome(context, entry, outcome, number, len(waiting))
        if isinstance(outcome, Failed) and outcome.code == "stopped":
            return outcome
        result.handled.append(handled)
        if progress is not None:
            progress(handled)
        if isinstance(outcome, Failed):
            problem, failures = outcome, failures + 1
            if outcome.offline or failures == GIVE_UP_AFTER:
                break
        else:
            failures = 0
    return problem


def keep_outcome(context: Context, entry: OutboxEntry, outcome: Outcome, number: int, total: int) -> Handled:
    """Write down what the district answered, in one transaction; of a failure only that the report left, if it did."""
    state: outbox.State = "unsent"
    code = message = ""
    if isinstance(outcome, Delivered):
        state = "sent"
        keep_receipt(context, entry, outcome, "network")
    elif isinstance(outcome, Refused):
        state, code, message = "refused", outcome.code, outcome.message
        keep_refusal(context, entry, outcome, "network")
    else:
        code = outcome.code
        if outcome.left:
            _keep_attempt(context, entry, code)
    return Handled(number, total, entry.report_id, entry.period, entry.revision, state, code, message)


def keep_receipt(context: Context, entry: OutboxEntry, delivered: Delivered, channel: Channel) -> bool:
    """Keep the receipt of a report, whatever its state was; whether it is new here."""
    with context.change("sync.delivered", _subject(entry), report_id=entry.report_id) as connection:
        if outbox.receipt(connection, entry.report_id) is not None:
            return False
        now = context.now_ms()
        receipt = StoredReceipt(
            report_id=entry.report_id, receipt=delivered.answer, received_at=delivered.received_at, stored_at=now
        )
        outbox.add_receipt(connection, receipt)
        outbox.set_state(connection, entry.report_id, "sent", now)
        if channel == "network":
            outbox.add_attempt(
                connection, Attempt(report_id=entry.report_id, at=now, channel=channel, outcome="received")
            )
    return True


def keep_refusal(context: Context, entry: OutboxEntry, refused: Refused, channel: Channel) -> bool:
    """Keep the district's refusal of a report that has no receipt; whether it has none."""
    refusal = {"code": refused.code, "message": refused.message, "details": refused.details}
    subject = _subject(entry)
    with context.change("sync.refused", subject, report_id=entry.report_id, code=refused.code) as connection:
        if outbox.receipt(connection, entry.report_id) is not None:
            return False
        now = context.now_ms()
        outbox.set_state(connection, entry.report_id, "refused", now, json.dumps(refusal, ensure_ascii=False))
        attempt = Attempt(report_id=entry.report_id, at=now, channel=channel, outcome=refused.code)
        outbox.add_attempt(connection, attempt)
    return True


def _keep_attempt(context: Context, entry: OutboxEntry, code: str) -> None:
    """Keep that a report left and what is known of it, unless that is what was known before."""
    last = outbox.last_attempt(context.database.connection, entry.report_id)
    if last is not None and (last.channel, last.outcome) == ("network", code):
        return
    with context.change("sync.attempted", _subject(entry), report_id=entry.report_id, code=code) as connection:
        attempt = Attempt(report_id=entry.report_id, at=context.now_ms(), channel="network", outcome=code)
        outbox.add_attempt(connection, attempt)


def _subject(entry: OutboxEntry) -> str:
    return f"{entry.period} r{entry.revision}"


def retry_refused(context: Context, report_id: str | None = None) -> int:
    """Put refused reports back among the unsent, all or one; how many. The bytes stay the same.

    Raises what `require_writer` raises, and SyncError `no_such_refused` when `report_id` names no refused report.
    """
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        chosen = [entry for entry in outbox.entries(connection, "refused") if report_id in (None, entry.report_id)]
        if report_id is not None and not chosen:
            raise SyncError("no_such_refused", report_id=report_id)
        for entry in chosen:
            outbox.set_state(connection, entry.report_id, "unsent", context.now_ms())
        if chosen:
            context.note(connection, "sync.retried", report_id or "all", reports=len(chosen))
    return len(chosen)
