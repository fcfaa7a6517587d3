"""Use cases of the travelling report: enrol, submit, sync, status.

A submitted report stands in the outbox as the exact bytes of its body. It is sealed exactly once: at its
submission when the centre is enrolled by then, else by the first submission or sync after enrolling, because
sealing names the district as the recipient. From then on its bytes never change. The network is only used
between transactions, never inside one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pydantic import ValidationError

from db import outbox
from db.outbox import Enrolment, OutboxEntry, StoredReceipt
from frontdesk.sync import wire
from frontdesk.sync.client import Delivered, DistrictClient, Failed, Outcome, Refused
from frontdesk.sync.enrolling import Enrolled, enrol, register
from frontdesk.sync.errors import SyncError
from frontdesk.sync.sealing import find_centre_key, read_centre_key, seal_waiting
from frontdesk.sync.wire import ReportBody

if TYPE_CHECKING:
    from frontdesk.context import Context

__all__ = [
    "Enrolled",
    "Handled",
    "ReportBody",
    "Submitted",
    "SyncResult",
    "SyncStatus",
    "enrol",
    "refused_count",
    "report_body",
    "retry_refused",
    "submit_report",
    "submitted_periods",
    "sync_all",
    "sync_status",
    "unsent_count",
]

GIVE_UP_AFTER = 3
"""Failed reports in a row after which a sync stops asking a district that keeps failing."""


@dataclass(frozen=True)
class Submitted:
    """Where a submitted report stands; `new` is False when the figures were those submitted last."""

    report_id: str
    kind: str
    period: str
    revision: int
    new: bool
    sealed: bool


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


@dataclass(frozen=True)
class SyncStatus:
    """The enrolment and every submitted report, oldest first."""

    enrolment: Enrolment | None
    entries: list[OutboxEntry]


Progress = Callable[[Handled], None]


# Submitting


def report_body(
    context: Context, period: str, first_day: date, last_day: date, figures: Mapping[str, object]
) -> ReportBody:
    """The body of this centre's report; rates among `figures` stay behind, their parts travel.

    Raises WireFault `bad_body` when a figure is neither a whole number nor counts by name, or `bad_period`.
    """
    wire.kind_of(period)
    try:
        return ReportBody.model_validate(
            {
                "centre": context.centre.code,
                "name": context.centre.name,
                "period": period,
                "from": first_day,
                "to": last_day,
                "figures": {name: value for name, value in figures.items() if name not in wire.DERIVED_FIGURES},
            }
        )
    except ValidationError as failure:
        where = ".".join(str(step) for step in failure.errors(include_url=False)[0]["loc"])
        raise wire.WireFault("bad_body", where=where) from failure


def submit_report(context: Context, make_body: Callable[[], ReportBody]) -> Submitted:
    """Put a report into the outbox as the next revision of its period; nothing new when nothing changed.

    `make_body` is called in the write transaction, so that what it reads is what stands when the revision is numbered.
    A refused report is submitted anew even unchanged, with the revision that the district asked for. Raises what
    `make_body` and `require_writer` raise, and SyncError `other_centre`.
    """
    context.require_writer()
    with context.database.write() as connection:
        body = make_body()
        if body.centre != context.centre.code:
            raise SyncError("other_centre", centre=body.centre, own=context.centre.code)
        kind, content = wire.kind_of(body.period), body.to_bytes()
        latest = outbox.latest(connection, kind, body.period)
        unchanged = _unchanged(connection, latest, content)
        if unchanged is not None:
            return unchanged
        context.note(connection, "report.submitted", body.period, kind=kind)
        now, report_id, revision = context.now_ms(), context.ids(), _next_revision(latest)
        outbox.add_entry(
            connection,
            OutboxEntry(
                position=0,
                report_id=report_id,
                kind=kind,
                period=body.period,
                revision=revision,
                body=content,
                body_hash=wire.content_hash(content),
                state="unsent",
                submitted_at=now,
                state_at=now,
            ),
        )
        enrolled = outbox.enrolment(connection)
        # Without its key the centre still takes the report in; the sync says that the key is missing.
        seed = find_centre_key(context, enrolled.centre_key_id) if enrolled else None
        if enrolled is not None and seed is not None:
            seal_waiting(context, connection, enrolled, seed)
        sealed = outbox.sealed(connection, report_id) is not None
    return Submitted(report_id, kind, body.period, revision, new=True, sealed=sealed)


def _unchanged(connection: sqlite3.Connection, latest: OutboxEntry | None, content: bytes) -> Submitted | None:
    if latest is None or latest.state == "refused" or latest.body_hash != wire.content_hash(content):
        return None
    sealed = outbox.sealed(connection, latest.report_id) is not None
    return Submitted(latest.report_id, latest.kind, latest.period, latest.revision, new=False, sealed=sealed)


def _next_revision(latest: OutboxEntry | None) -> int:
    if latest is None:
        return 1
    wanted = json.loads(latest.refusal).get("details", {}).get("next", 0) if latest.refusal else 0
    return max(latest.revision + 1, wanted if isinstance(wanted, int) else 0)


# Syncing


def sync_all(
    context: Context, progress: Progress | None = None, should_stop: Callable[[], bool] | None = None
) -> SyncResult:
    """Send what is unsent, oldest first, and keep the district's receipts.

    A refused report does not stop the others. Whatever is not answered by a receipt or by the district's own refusal
    stays unsent. `should_stop` is asked before each report. `progress` is told of a report once what became of it is
    kept; what it raises ends the sync there and comes out with nothing in doubt: the reports after it are unsent as
    before, and the next sync sends them. Raises what `require_writer` raises before anything travels, and SyncError
    `not_enrolled`, `enrolment_refused`, `centre_key_missing`.
    """
    context.require_writer()
    connection = context.database.connection
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
    with DistrictClient(enrolled.url, enrolled.district_key) as client:
        problem = register(context, client, enrolled) if enrolled.registered_at is None else None
        if problem is None:
            problem = _send_waiting(context, client, waiting, result, progress, should_stop)
    result.unsent = outbox.count(connection, "unsent")
    result.problem = problem.code if problem else None
    return result


def _send_waiting(
    context: Context,
    client: DistrictClient,
    waiting: list[OutboxEntry],
    result: SyncResult,
    progress: Progress | None,
    should_stop: Callable[[], bool] | None,
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
        handled = _keep(context, entry, outcome, number, len(waiting))
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


def _keep(context: Context, entry: OutboxEntry, outcome: Outcome, number: int, total: int) -> Handled:
    """Write down what the district answered, in one transaction; a failure changes nothing."""
    subject = f"{entry.period} r{entry.revision}"
    state: outbox.State = "unsent"
    code = message = ""
    if isinstance(outcome, Delivered):
        state = "sent"
        with context.change("sync.delivered", subject, report_id=entry.report_id) as connection:
            if outbox.receipt(connection, entry.report_id) is None:
                receipt = StoredReceipt(
                    report_id=entry.report_id,
                    receipt=outcome.answer,
                    received_at=outcome.received_at,
                    stored_at=context.now_ms(),
                )
                outbox.add_receipt(connection, receipt)
                outbox.set_state(connection, entry.report_id, "sent", context.now_ms())
    elif isinstance(outcome, Refused):
        state, code, message = "refused", outcome.code, outcome.message
        refusal = {"code": outcome.code, "message": outcome.message, "details": outcome.details}
        with context.change("sync.refused", subject, report_id=entry.report_id, code=code) as connection:
            if outbox.receipt(connection, entry.report_id) is None:
                text = json.dumps(refusal, ensure_ascii=False)
                outbox.set_state(connection, entry.report_id, "refused", context.now_ms(), text)
    else:
        code = outcome.code
    return Handled(number, total, entry.report_id, entry.period, entry.revision, state, code, message)


def retry_refused(context: Context, report_id: str | None = None) -> int:
    """Put refused reports back among the unsent, all or one; how many. The bytes stay the same.

    Raises SyncError `no_such_refused` when `report_id` names no refused report.
    """
    chosen = [
        entry
        for entry in outbox.entries(context.database.connection, "refused")
        if report_id in (None, entry.report_id)
    ]
    if report_id is not None and not chosen:
        raise SyncError("no_such_refused", report_id=report_id)
    if chosen:
        with context.change("sync.retried", report_id or "all", reports=len(chosen)) as connection:
            for entry in chosen:
                outbox.set_state(connection, entry.report_id, "unsent", context.now_ms())
    return len(chosen)


# Reading


def sync_status(context: Context) -> SyncStatus:
    """The enrolment and every submitted report with its state and since when, oldest first."""
    connection = context.database.connection
    return SyncStatus(outbox.enrolment(connection), outbox.entries(connection))


def unsent_count(context: Context) -> int:
    """How many reports wait to be sent."""
    return outbox.count(context.database.connection, "unsent")


def refused_count(context: Context) -> int:
    """How many reports the district refused and nobody has dealt with."""
    return outbox.count(context.database.connection, "refused")


def submitted_periods(context: Context) -> set[str]:
    """The keys of the periods of which a report was submitted."""
    return outbox.submitted_periods(context.database.connection)
