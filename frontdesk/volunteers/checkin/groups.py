"""A service team that arrives or leaves together, from a list."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from db import visits
from db import volunteers as records
from db.visits import VisitLine
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.attempts import MINUTE, Attempt
from frontdesk.volunteers.checkin.rules import Direction
from frontdesk.volunteers.checkin.service import decide


class Member(NamedTuple):
    """Somebody of a team; `since` is the instant (UTC ms) from which he or she is here, None while not."""

    volunteer: Volunteer
    since: int | None

    @property
    def is_here(self) -> bool:
        """Whether he or she is checked in."""
        return self.since is not None


def visits_going_on(context: Context, connection: sqlite3.Connection) -> list[VisitLine]:
    """The visits of whoever has come and not left, the latest first."""
    today, grace = context.today(), context.settings.late_minutes * MINUTE
    until = rules.running_until(context.midnight(today), context.now_ms(), grace)
    return visits.here(connection, (today - timedelta(days=1)).isoformat(), today.isoformat(), until)


def team_now(context: Context, team: str) -> list[Member]:
    """Who serves in a team, by number, and since when each is here."""
    with context.database.reading() as connection:
        since = {visit.volunteer_no: visit.entered_at for visit in visits_going_on(context, connection)}
        return [Member(one, since.get(one.no)) for one in records.of_team(connection, team)]


@allowed("writer")
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
