"""Where every submitted report stands: what a file keeps, its attempts and receipts, told in five words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from db import inbox, outbox, sync_keys
from db.outbox import Attempt, Channel, Enrolment, OutboxEntry
from db.sync_keys import KeyRotation

if TYPE_CHECKING:
    from frontdesk.context import Context

ReportState = Literal["unsent", "sent", "received", "refused", "superseded"]
REPORT_STATES: tuple[ReportState, ...] = ("unsent", "sent", "received", "refused", "superseded")

MAY_HAVE_ARRIVED = frozenset({"", "cut_off", "too_slow", "stopped", "district_failed"})
"""Outcomes of an attempt after which the district may hold the report. What a stranger answered is none of them."""

NOT_ARRIVED = frozenset({"not_the_district", "redirected", "refused_unread", "unreachable"})
"""Outcomes of an attempt that say nothing about whether an earlier one arrived."""

OF_THE_SIGNER = frozenset({"unknown_key", "revoked_key"})
"""Refusals that name the key of which the district takes nothing."""


@dataclass(frozen=True)
class ReportStanding:
    """Where a submitted report stands.

    `unsent`: it never left, or only strangers took it. `sent`: it left over the network or on a stick and no answer is
    here. `received`: the receipt is here. `refused`: the district refused it, `code`, `message` and `details` tell why.
    `superseded`: a later revision of its period was received, so this one does not count, whether it arrived or not.

    `since`, `submitted_at` and `received_at` (by the district's clock) are UTC milliseconds. `channel` and `problem`
    are those of the last attempt, `problem` the code of why it did not arrive; empty where it was refused.
    """

    report_id: str
    kind: str
    period: str
    revision: int
    state: ReportState
    since: int
    submitted_at: int
    received_at: int | None = None
    code: str = ""
    message: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    channel: Channel | None = None
    problem: str = ""
    has_old_key: bool = False
    """Whether it was refused for the key that sealed it, which is no longer this centre's: the same bytes would be
    refused for ever.
    """

    @property
    def may_retry(self) -> bool:
        """Whether it was refused and the same bytes may fare better another time."""
        return self.state == "refused" and not self.has_old_key


@dataclass(frozen=True)
class SyncStatus:
    """The enrolment, every submitted report (as the file keeps it, and where it stands; oldest first), a change of the
    centre's key that waits for the district, and how much of what came down waits here.
    """

    enrolment: Enrolment | None
    entries: list[OutboxEntry]
    reports: list[ReportStanding] = field(default_factory=list)
    rotation: KeyRotation | None = None
    unread_notices: int = 0
    untold_readings: int = 0
    skipped_documents: list[int] = field(default_factory=list)
    """The numbers of the documents that were not kept: they did not verify, or this program cannot read them."""

    def in_state(self, state: ReportState) -> list[ReportStanding]:
        """The reports in `state`, oldest first."""
        return [one for one in self.reports if one.state == state]


def sync_status(context: Context) -> SyncStatus:
    """The enrolment and every submitted report with its state and since when, oldest first."""
    with context.database.reading() as connection:
        entries = outbox.entries(connection)
        enrolled = outbox.enrolment(connection)
        return SyncStatus(
            enrolled,
            entries,
            standings(entries, outbox.attempts(connection), outbox.receipt_instants(connection), enrolled),
            sync_keys.pending_rotation(connection),
            inbox.unread_count(connection, "notice"),
            len(inbox.untold(connection)),
            [one.number for one in inbox.skipped(connection)],
        )


def standings(
    entries: Iterable[OutboxEntry],
    attempts: Mapping[str, Sequence[Attempt]],
    received: Mapping[str, int],
    enrolled: Enrolment | None = None,
) -> list[ReportStanding]:
    """Where each of the submitted reports stands, in their order. No clock is compared with another. Pure."""
    entries = list(entries)
    counting = _counting(entries)
    found = []
    for entry in entries:
        tried = attempts.get(entry.report_id, ())
        state, since = _state_of(entry, tried, counting)
        reason = json.loads(entry.refusal) if entry.refusal else {}
        found.append(
            ReportStanding(
                report_id=entry.report_id,
                kind=entry.kind,
                period=entry.period,
                revision=entry.revision,
                state=state,
                since=since,
                submitted_at=entry.submitted_at,
                received_at=received.get(entry.report_id),
                code=str(reason.get("code", "")),
                message=str(reason.get("message", "")),
                details=reason.get("details", {}),
                channel=tried[-1].channel if tried else None,
                problem=_failure_of(tried) if entry.state == "unsent" else "",
                has_old_key=has_old_key(entry, enrolled),
            )
        )
    return found


def has_old_key(entry: OutboxEntry, enrolled: Enrolment | None) -> bool:
    """Whether a report was refused for the key that sealed it, and that is another one than the centre's now."""
    if entry.state != "refused" or enrolled is None:
        return False
    reason = json.loads(entry.refusal) if entry.refusal else {}
    key_id = reason.get("details", {}).get("key_id")
    return reason.get("code") in OF_THE_SIGNER and key_id is not None and key_id != enrolled.centre_key_id


def _failure_of(attempts: Sequence[Attempt]) -> str:
    """Why the last attempt did not arrive. A refusal is no failure: what was put back after one waits to be sent."""
    outcome = attempts[-1].outcome if attempts else ""
    return outcome if outcome in MAY_HAVE_ARRIVED | NOT_ARRIVED else ""


def _counting(entries: Iterable[OutboxEntry]) -> dict[tuple[str, str], OutboxEntry]:
    """The highest revision of each period that was received."""
    highest: dict[tuple[str, str], OutboxEntry] = {}
    for entry in entries:
        key = (entry.kind, entry.period)
        if entry.state == "sent" and (key not in highest or highest[key].revision < entry.revision):
            highest[key] = entry
    return highest


def _state_of(
    entry: OutboxEntry, attempts: Sequence[Attempt], counting: Mapping[tuple[str, str], OutboxEntry]
) -> tuple[ReportState, int]:
    later = counting.get((entry.kind, entry.period))
    if later is not None and later.revision > entry.revision:
        return "superseded", later.state_at
    if entry.state == "sent":
        return "received", entry.state_at
    if entry.state == "refused":
        return "refused", entry.state_at
    left = _on_its_way(attempts)
    return ("sent", left.at) if left is not None else ("unsent", entry.state_at)


def _on_its_way(attempts: Iterable[Attempt]) -> Attempt | None:
    """The first attempt that may have arrived and that nothing has answered since."""
    first: Attempt | None = None
    for attempt in attempts:
        if attempt.outcome in MAY_HAVE_ARRIVED:
            first = first or attempt
        elif attempt.outcome not in NOT_ARRIVED:
            first = None
    return first
