"""What is said about somebody's being away, at the desk and on the command line: days, times, kind, reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from db.leave import LeaveKind
from frontdesk.context import Context

Done = TypeVar("Done", covariant=True)


class AwayCase(Protocol[Done]):
    """A use case that is told who is away and when: an absence that is reported, a leave that is asked for."""

    def __call__(
        self,
        context: Context,
        staff_no: str,
        first: date,
        last: date,
        *,
        from_minute: int | None,
        until_minute: int | None,
        kind: LeaveKind,
        reason: str,
    ) -> Done:
        """What came of it."""


@dataclass(frozen=True)
class Away:
    """From the first day to the last; the minutes of the day, where there are any, bound those two."""

    first: date
    last: date
    from_minute: int | None
    until_minute: int | None
    kind: LeaveKind
    reason: str

    def told_to(self, case: AwayCase[Done], context: Context, staff_no: str) -> Done:
        """What a use case makes of it for one of the staff. Raises what the use case raises."""
        return case(
            context,
            staff_no,
            self.first,
            self.last,
            from_minute=self.from_minute,
            until_minute=self.until_minute,
            kind=self.kind,
            reason=self.reason,
        )
