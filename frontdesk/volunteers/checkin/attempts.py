"""What is asked for when somebody enters or leaves: one attempt, and an operator's reason for it."""

from __future__ import annotations

from typing import NamedTuple

from frontdesk.common.names import short_line
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.checkin.rules import Direction

MINUTE = 60_000
LONGEST_REASON = 200


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


def kept_words(words: str, *, required: bool = False) -> str:
    """A reason as it is kept: one line. Raises CheckinError `bad_words`, and `reason_required` where there is none."""
    try:
        kept = short_line(words, LONGEST_REASON) if words else ""
    except ValueError as wrong:
        raise CheckinError("bad_words", limit=LONGEST_REASON) from wrong
    if required and not kept:
        raise CheckinError("reason_required")
    return kept
