"""Sending once more what the district has received: it may have lost it with a backup that it had to restore.

The very same bytes travel, and what the district answers is judged like any receipt. Here nothing changes by it: the
receipts that are kept stay, also where a new one tells a later time, and so do the states.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from db import outbox
from db.outbox import OutboxEntry
from frontdesk.errors import DeskError
from frontdesk.permission import allowed
from frontdesk.sync.checking import is_receipt
from frontdesk.sync.client import Delivered, DistrictClient, Failed, Outcome, Refused
from frontdesk.sync.sealing import require_enrolment, trusted_keys
from frontdesk.sync.stopping import ShouldStop

if TYPE_CHECKING:
    from frontdesk.context import Context

GIVE_UP_AFTER = 3
"""Failures in a row after which a district that keeps failing is asked no more."""

Answered = Literal["held", "taken", "refused", "failed"]


class AgainError(DeskError):
    """Why reports were not sent once more, or not taken."""

    area: ClassVar[str] = "sync_again"


@dataclass(frozen=True)
class SentOnce:
    """What the district answered to one report, number `done` of `total`.

    `held`: it has had it all along, and gave the very receipt that is kept here. `taken`: it has it, by a receipt of
    another time: it had lost it. `refused` and `failed`: `code` and `message` tell why.
    """

    done: int
    total: int
    report_id: str
    period: str
    revision: int
    answered: Answered
    code: str = ""
    message: str = ""


@dataclass
class SentAgain:
    """What became of the reports that were chosen; `left` of them were not tried or not answered, `problem` is the
    code of why.
    """

    handled: list[SentOnce] = field(default_factory=list)
    left: int = 0
    problem: str = ""

    def count(self, answered: Answered) -> int:
        """How many reports were answered like this."""
        return sum(one.answered == answered for one in self.handled)


@allowed("writer")
def send_again(
    context: Context,
    periods: Sequence[str] = (),
    since: date | None = None,
    *,
    progress: Callable[[SentOnce], None] | None = None,
    should_stop: ShouldStop | None = None,
) -> SentAgain:
    """Send received reports once more, oldest first: those of `periods`, or those that the district received on `since`
    or later (by its clock, in the centre's zone), or all. A refusal is told and not kept; it does not stop the others.

    Raises what `require_writer` raises, SyncError `not_enrolled`, and AgainError `none_received` (`period`).
    """
    enrolled = require_enrolment(context)
    chosen = _chosen(context, periods, since)
    result = SentAgain(left=len(chosen))
    keys = trusted_keys(context)
    failures = 0
    with DistrictClient(enrolled.url, keys, should_stop) as client:
        for number, (entry, sealed) in enumerate(chosen, 1):
            outcome = client.send_report(sealed)
            once = _judged(context, entry, sealed, outcome, keys, number, len(chosen))
            result.handled.append(once)
            if progress is not None:
                progress(once)
            failures = failures + 1 if once.answered == "failed" else 0
            if once.answered == "failed":
                result.problem = once.code
                if failures == GIVE_UP_AFTER or (isinstance(outcome, Failed) and _ends(outcome)):
                    break
    result.left = len(chosen) - sum(one.answered != "failed" for one in result.handled)
    _note(context, result)
    return result


def _chosen(context: Context, periods: Sequence[str], since: date | None) -> list[tuple[OutboxEntry, bytes]]:
    with context.database.reading() as reading:
        received = outbox.receipt_instants(reading)
        entries = [one for one in outbox.entries(reading, "sent") if one.report_id in received]
        for period in periods:
            if not any(one.period == period for one in entries):
                raise AgainError("none_received", period=period)
        if periods:
            entries = [one for one in entries if one.period in periods]
        if since is not None:
            first = context.midnight(since)
            entries = [one for one in entries if received[one.report_id] >= first]
        found = [(one, outbox.sealed(reading, one.report_id)) for one in entries]
    return [(entry, sealed.sealed) for entry, sealed in found if sealed is not None]


def _judged(
    context: Context,
    entry: OutboxEntry,
    sealed: bytes,
    outcome: Outcome,
    keys: list[bytes],
    number: int,
    total: int,
) -> SentOnce:
    code = message = ""
    answered: Answered
    if isinstance(outcome, Delivered) and is_receipt(outcome.answer, sealed, entry, keys):
        kept = outbox.receipt(context.database.connection, entry.report_id)
        answered = "held" if kept is not None and kept.receipt == outcome.answer else "taken"
    elif isinstance(outcome, Refused):
        answered, code, message = "refused", outcome.code, outcome.message
    else:
        answered, code = "failed", outcome.code if isinstance(outcome, Failed) else "not_the_district"
    return SentOnce(number, total, entry.report_id, entry.period, entry.revision, answered, code, message)


def _ends(failure: Failed) -> bool:
    return failure.offline or failure.code == "stopped"


def _note(context: Context, result: SentAgain) -> None:
    """Keep in the audit that reports were sent once more, and what came of it; nothing where none left."""
    counts = {name: result.count(name) for name in ("held", "taken", "refused")}
    if any(counts.values()):
        with context.change("sync.sent_again", "reports", left=result.left, **counts):
            pass
