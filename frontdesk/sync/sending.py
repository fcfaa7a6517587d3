"""Sending: what waits in the outbox travels, and what the district answers is kept. No network in a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db import outbox, sync_keys
from db.outbox import Attempt, Channel, OutboxEntry, StoredReceipt
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.client import Delivered, DistrictClient, Failed, Outcome, Refused
from frontdesk.sync.enrolling import register
from frontdesk.sync.errors import SyncError
from frontdesk.sync.fetching import UNVERIFIED, Fetched, exchange
from frontdesk.sync.rotating import ask_rotation, leaving
from frontdesk.sync.sealing import may_seal, read_centre_key, require_enrolment, seal_waiting, trusted_keys
from frontdesk.sync.status import has_old_key
from frontdesk.sync.stopping import ShouldStop
from frontdesk.sync.words import refusal_words

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
    """What a sync did, report by report; `problem` is the code of what kept the rest from being sent.

    `fetched` is what came down, None where the sync did not come that far. `rotated` is whether a new key of the centre
    counts from now on, `rotation_problem` the code of why one that was asked for does not.
    """

    handled: list[Handled] = field(default_factory=list)
    unsent: int = 0
    problem: str | None = None
    stopped: bool = False
    fetched: Fetched | None = None
    rotated: bool = False
    rotation_problem: str = ""

    def count(self, state: outbox.State) -> int:
        """How many reports of this sync ended in `state`."""
        return sum(one.state == state for one in self.handled)


Progress = Callable[[Handled], None]


@allowed("writer")
def sync_all(context: Context, progress: Progress | None = None, should_stop: ShouldStop | None = None) -> SyncResult:
    """Send what is unsent, oldest first, and keep the district's receipts; then fetch what it sends down, tell it what
    was read here, and have a new key of the centre confirmed.

    A refused report does not stop the others. Whatever is not answered by a receipt or by the district's own refusal
    stays unsent. Where the district takes several in one request they are sent so, and each is answered by itself.
    `should_stop` is asked before each request; a `SyncStop` also ends one that is under way, whose reports stay unsent.
    `progress` is told of a report once what became of it, and of all that went with it, is kept; what it raises ends
    the sync there and comes out with nothing in doubt: what was not sent yet is unsent as before, and the next sync
    sends it.
    A district that cannot be reached when there is nothing to send is no problem of the sync, only of `fetched`. Raises
    what `require_writer` raises before anything travels, and SyncError `not_enrolled`, `enrolment_refused`,
    `centre_key_missing`.
    """
    enrolled, connection = require_enrolment(context), context.database.connection
    result = SyncResult(unsent=outbox.count(connection, "unsent"))
    quick = not result.unsent and enrolled.registered_at is not None
    with DistrictClient(enrolled.url, trusted_keys(context), should_stop, quick=quick) as client:
        problem = register(context, client, enrolled) if enrolled.registered_at is None else None
        if problem is None:
            problem = _Travel(context, client, result, progress, should_stop or _never).run()
    result.unsent = outbox.count(connection, "unsent")
    if problem is not None and problem.code == "stopped":
        result.stopped = True
    elif problem is not None:
        result.problem = problem.code
    return result


_Sealed = tuple[OutboxEntry, bytes]
"""A report and the exact bytes that travel."""


def _never() -> bool:
    return False


@dataclass
class _Travel:
    """The steps of one sync, each a request with what is kept of its answer."""

    context: Context
    client: DistrictClient
    result: SyncResult
    progress: Progress | None
    should_stop: ShouldStop
    one_by_one: bool = False
    told: int = 0

    def run(self) -> Failed | None:
        """Take every step that can be taken; what kept reports from being sent, or None."""
        # The district may know the new key by now, and take nothing that is sealed with the old one.
        if not may_seal(self.context.database.connection):
            self._rotate()
        problem, gave_up = self._send_waiting()
        if gave_up or self._is_stopped():
            return problem
        fetched = self.result.fetched = exchange(self.context, self.client, self.should_stop)
        # A district that knows the new key already, by a stick, refuses to hand out documents to the old one.
        if fetched.problem in (None, UNVERIFIED, "exchange_refused") and not self._is_stopped():
            self._rotate()
        return problem

    def _is_stopped(self) -> bool:
        if self.should_stop():
            self.result.stopped = True
        return self.result.stopped

    def _send_waiting(self) -> tuple[Failed | None, bool]:
        """Send the reports, the first one by itself, and the others together where the district says that it takes
        several at once; the last failure, and whether the district is not to be asked for more.
        """
        waiting = self._sealed()
        problem: Failed | None = None
        failures = done = 0
        while done < len(waiting):
            if self._is_stopped():
                return problem, True
            group = self._next_group(waiting, done)
            for entry, outcome in self._outcomes(group):
                done += 1
                handled = _keep_outcome(self.context, entry, outcome, done, len(waiting))
                if not _is_stop(outcome):
                    self.result.handled.append(handled)
                problem = outcome if isinstance(outcome, Failed) else problem
                failures = failures + 1 if isinstance(outcome, Failed) else 0
            self._tell()
            if problem is not None and failures and (_is_stop(problem) or problem.offline or failures >= GIVE_UP_AFTER):
                return problem, True
        return problem, failures > 0

    def _next_group(self, waiting: Sequence[_Sealed], done: int) -> Sequence[_Sealed]:
        """The next report, or as many of the next ones as go into one request."""
        most = 1 if self.one_by_one else self.client.at_once
        size = 0
        for end in range(done, min(done + most, len(waiting))):
            size += len(waiting[end][1])
            if size > wire.MAX_BATCH_BYTES and end > done:
                return waiting[done:end]
        return waiting[done : done + most]

    def _outcomes(self, group: Sequence[_Sealed]) -> list[tuple[OutboxEntry, Outcome]]:
        """What became of the reports of a group; of the first one only, where nothing is known of the others."""
        entries = [entry for entry, _ in group]
        if len(group) > 1:
            found = self.client.send_reports([sealed for _, sealed in group])
            if not isinstance(found, Failed):
                return list(zip(entries, found, strict=True))
            if _is_stop(found):
                return [(entry, found) for entry in entries]
            if found.left:
                for entry in entries:
                    _keep_attempt(self.context, entry, found.code)
            # Whatever stands in the way of many may let one through: a proxy's cap, an older program behind it.
            self.one_by_one = True
            if found.offline:
                return [(entries[0], found)]
        return [(entries[0], self.client.send_report(group[0][1]))]

    def _tell(self) -> None:
        """Tell of the reports whose outcome has been kept since."""
        while self.progress is not None and self.told < len(self.result.handled):
            self.told += 1
            self.progress(self.result.handled[self.told - 1])

    def _sealed(self) -> list[_Sealed]:
        """What is unsent and sealed, oldest first, after what waited for it was sealed now."""
        connection = self.context.database.connection
        enrolled = outbox.enrolment(connection)
        if enrolled is not None and may_seal(connection) and outbox.unsealed(connection):
            seed = read_centre_key(self.context, enrolled.centre_key_id)
            with self.context.change("sync.sealed", enrolled.district_key_id) as sealing:
                seal_waiting(self.context, sealing, enrolled, seed)
        with self.context.database.reading() as reading:
            found = [(entry, outbox.sealed(reading, entry.report_id)) for entry in outbox.entries(reading, "unsent")]
        # What another window submitted just now and what waits for a new key is sealed by a later sync.
        return [(entry, sealed.sealed) for entry, sealed in found if sealed is not None]

    def _rotate(self) -> None:
        """Have a new key confirmed that is asked for, unless reports that the old one sealed have not arrived yet."""
        connection = self.context.database.connection
        pending = sync_keys.pending_rotation(connection)
        if pending is None or outbox.waiting_sealed(connection) or not leaving(self.context, pending, "network"):
            return
        failure = ask_rotation(self.context, self.client, pending)
        self.result.rotated = failure is None
        if isinstance(failure, Failed):
            self.result.rotation_problem = failure.code
        elif failure is not None:
            self.result.rotation_problem = "rotation_refused"


def _is_stop(outcome: Outcome) -> bool:
    return isinstance(outcome, Failed) and outcome.code == "stopped"


def _keep_outcome(context: Context, entry: OutboxEntry, outcome: Outcome, number: int, total: int) -> Handled:
    """Write down what the district answered, in one transaction; of a failure only that the report left, if it did."""
    state: outbox.State = "unsent"
    code = message = ""
    if isinstance(outcome, Delivered):
        state = "sent"
        with context.change("sync.delivered", _subject(entry), report_id=entry.report_id) as connection:
            if store_receipt(context, connection, entry, outcome):
                _add_attempt(context, connection, entry, "received")
    elif isinstance(outcome, Refused):
        state, code = "refused", outcome.code
        message = refusal_words(code, outcome.message, outcome.details)
        with context.change("sync.refused", _subject(entry), report_id=entry.report_id, code=code) as connection:
            store_refusal(context, connection, entry, outcome, "network")
    else:
        code = outcome.code
        if outcome.left:
            _keep_attempt(context, entry, code)
    return Handled(number, total, entry.report_id, entry.period, entry.revision, state, code, message)


def store_receipt(context: Context, connection: sqlite3.Connection, entry: OutboxEntry, delivered: Delivered) -> bool:
    """Keep the receipt of a report inside a transaction, whatever its state was; whether it is new here."""
    if outbox.receipt(connection, entry.report_id) is not None:
        return False
    now = context.now_ms()
    receipt = StoredReceipt(
        report_id=entry.report_id, receipt=delivered.answer, received_at=delivered.received_at, stored_at=now
    )
    outbox.add_receipt(connection, receipt)
    outbox.set_state(connection, entry.report_id, "sent", now)
    return True


def store_refusal(
    context: Context,
    connection: sqlite3.Connection,
    entry: OutboxEntry,
    refused: Refused,
    channel: Channel,
    bundle_id: str = "",
) -> bool:
    """Keep the district's refusal of a report inside a transaction; False where the report has its receipt."""
    if outbox.receipt(connection, entry.report_id) is not None:
        return False
    refusal = {"code": refused.code, "message": refused.message, "details": refused.details}
    now = context.now_ms()
    outbox.set_state(connection, entry.report_id, "refused", now, json.dumps(refusal, ensure_ascii=False))
    outbox.add_attempt(
        connection,
        Attempt(report_id=entry.report_id, at=now, channel=channel, outcome=refused.code, bundle_id=bundle_id),
    )
    return True


def _keep_attempt(context: Context, entry: OutboxEntry, code: str) -> None:
    """Keep that a report left and what is known of it, unless that is what was known before."""
    last = outbox.last_attempt(context.database.connection, entry.report_id)
    if last is not None and (last.channel, last.outcome) == ("network", code):
        return
    with context.change("sync.attempted", _subject(entry), report_id=entry.report_id, code=code) as connection:
        _add_attempt(context, connection, entry, code)


def _add_attempt(context: Context, connection: sqlite3.Connection, entry: OutboxEntry, outcome: str) -> None:
    attempt = Attempt(report_id=entry.report_id, at=context.now_ms(), channel="network", outcome=outcome)
    outbox.add_attempt(connection, attempt)


def _subject(entry: OutboxEntry) -> str:
    return f"{entry.period} r{entry.revision}"


@allowed("writer")
def retry_refused(context: Context, report_id: str | None = None) -> int:
    """Put refused reports back among the unsent, all that still count or one; how many. The bytes stay the same, so
    that what a key sealed that is no longer the centre's stays: it has to be submitted anew.

    Raises what `require_writer` raises, and SyncError `no_such_refused` when `report_id` names no refused report,
    `sealed_by_old_key` (`period`) when only such are left.
    """
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        chosen = outbox.refused(connection)
        if report_id is not None:
            chosen = [one for one in outbox.entries(connection, "refused") if one.report_id == report_id]
        if report_id is not None and not chosen:
            raise SyncError("no_such_refused", report_id=report_id)
        enrolled = outbox.enrolment(connection)
        refused, chosen = chosen, [one for one in chosen if not has_old_key(one, enrolled)]
        if refused and not chosen:
            raise SyncError("sealed_by_old_key", period=refused[0].period)
        for entry in chosen:
            outbox.set_state(connection, entry.report_id, "unsent", context.now_ms())
        if chosen:
            context.note(connection, "sync.retried", report_id or "all", reports=len(chosen))
    return len(chosen)
