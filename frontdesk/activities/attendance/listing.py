"""The lines of a sign-in list on the screen: who is expected, in which order, and what stands of everybody."""

from __future__ import annotations

from dataclasses import dataclass

from db import activities, registrations
from db.activities import SessionLine
from db.registrations import LIVE, RegistrationLine
from frontdesk.activities.attendance.marking import walk_ins
from frontdesk.activities.errors import ActivityError
from frontdesk.context import Context
from frontdesk.permission import allowed


@dataclass(frozen=True)
class SignInList:
    """A session, whoever is expected by sign-up number, then whoever waits, and the head count of walk-ins."""

    session: SessionLine
    lines: tuple[RegistrationLine, ...]
    walk_ins: int

    def count(self, status: str | None) -> int:
        """How many parties with a seat have this status; None: of how many nothing stands yet."""
        return sum(1 for one in self.lines if one.status == status and (one.seats > 0 or status is not None))

    @property
    def seats_come(self) -> int:
        """How many people of parties came, without walk-ins."""
        return sum(one.came or 0 for one in self.lines if one.status == "attended")

    def number(self, seq_no: int) -> RegistrationLine | None:
        """The party with a sign-up number; None where nobody on the list has it."""
        return next((one for one in self.lines if one.seq_no == seq_no), None)


@allowed("shown")
def sign_in_list(context: Context, code: str) -> SignInList:
    """Whoever is expected at a session. Raises ActivityError `unknown_session`."""
    connection = context.database.connection
    with context.database.reading():
        session = activities.line(connection, code)
        if session is None:
            raise ActivityError("unknown_session", session=code)
        lines = [one for one in registrations.registrations(connection, code) if one.state in LIVE or one.status]
        lines.sort(key=lambda one: (one.seats == 0, one.seq_no))
        return SignInList(session, tuple(lines), walk_ins(context, code))


def seats_of(line: RegistrationLine) -> int:
    """How many people of a party are expected: the seats that it holds, of one that waits those it wishes."""
    return line.seats or line.party_size
