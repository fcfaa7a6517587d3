"""A service team that arrives or leaves together, from a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from db import visits
from db import volunteers as records
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.volunteers.checkin.rules import Direction
from frontdesk.volunteers.checkin.service import Attempt, ScanOutcome, decide


class Member(NamedTuple):
    """Somebody of a team; `since` is the instant (UTC ms) from which he or she is here, None while not."""

    volunteer: Volunteer
    since: int | None

    @property
    def is_here(self) -> bool:
        """Whether he or she is checked in."""
        return self.since is not None


def teams(context: Context) -> list[tuple[str, int]]:
    """The service teams with how many serve in each, by name."""
    return records.teams(context.database.connection)


def team_now(context: Context, team: str) -> list[Member]:
    """Who serves in a team, by number, and since when each is here."""
    today = context.today()
    with context.database.reading() as connection:
        before = (today - timedelta(days=1)).isoformat()
        here = visits.here(connection, before, today.isoformat(), context.now_ms())
        since = {visit.volunteer_no: visit.entered_at for visit in here}
        return [Member(one, since.get(one.no)) for one in records.of_team(connection, team)]


def check_in_group(
    context: Context, volunteer_nos: Sequence[str], *, direction: Direction, nonce: str
) -> list[ScanOutcome]:
    """Enter or leave for each of these, in their order and one transaction; each is decided like a scan.

    Somebody refused holds nobody else up. The same `nonce` again answers what was answered first and records nothing
    but whom it lacked. Raises what `require_writer` raises, and DatabaseError.
    """
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        moment = context.now_ms()
        return [
            decide(context, connection, Attempt(no, None, "", moment, nonce=f"{nonce}:{no}", direction=direction))
            for no in dict.fromkeys(volunteer_nos)
        ]
