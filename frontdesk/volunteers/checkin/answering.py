"""What is answered to an attempt: what became of it, committed, and what is told of it without anything recorded."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple

from db import assignments, visits
from db.checkin_log import ScanRow
from db.visits import Holder
from frontdesk.common.longnumbers import mask_long_numbers
from frontdesk.common.names import mask_name
from frontdesk.context import Context
from frontdesk.volunteers.cards.code import is_volunteer_no
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.attempts import Attempt


class ScanOutcome(NamedTuple):
    """What became of one attempt, committed before anybody hears of it.

    `credited_to` is the title of the assignment that an entry is credited to, '' for general service. `missing` names
    the answers that an `incomplete` one lacks. `day` and `number` are the key of the visit that began or ended. `typed`
    is what was given for a number and is none, to be shown to whoever typed it and kept nowhere; of a long number the
    first and the last digits.
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


def naming(outcome: ScanOutcome, attempt: Attempt) -> ScanOutcome:
    """The refusal of a number that nobody has with what was given for it, which is shown and not kept."""
    if outcome.reason != "unknown_volunteer" or outcome.volunteer_no is not None:
        return outcome
    if is_volunteer_no(attempt.volunteer_no):
        return outcome._replace(volunteer_no=attempt.volunteer_no)
    return outcome._replace(typed=mask_long_numbers(attempt.volunteer_no))


def clock_behind(context: Context, attempt: Attempt, holder: Holder, latest: int) -> ScanOutcome:
    """The refusal of an attempt while the clock is behind what was written last, of which nothing is recorded: it would
    have a wrong time.
    """
    now, limit = context.local(context.now_ms()), context.local(latest).strftime("%Y-%m-%d %H:%M")
    if attempt.serial is not None and holder.card_state is None:
        return ScanOutcome("refused", "clock_behind", now, attempt.tail, limit=limit)
    return ScanOutcome("refused", "clock_behind", now, attempt.tail, attempt.volunteer_no, holder.name, limit)


def nonce_reused(at: datetime, attempt: Attempt, holder: Holder | None) -> ScanOutcome:
    """The refusal of an attempt under the nonce of another person's, of which nothing is told or recorded."""
    if holder is None or (attempt.serial is not None and holder.card_state is None):
        return ScanOutcome("refused", "nonce_reused", at, attempt.tail)
    return ScanOutcome("refused", "nonce_reused", at, attempt.tail, attempt.volunteer_no, holder.name)


def as_before(
    context: Context, connection: sqlite3.Connection, earlier: ScanRow, holder: Holder | None, tail: str
) -> ScanOutcome:
    """What was answered to this attempt when it came the first time."""
    reason, at = earlier.reason, context.local(earlier.at)
    result: rules.Result = earlier.result  # type: ignore[assignment]
    if holder is None or reason in rules.OF_NOBODY or earlier.volunteer_no is None:
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
