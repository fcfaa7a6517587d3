"""Schema 4: a centre whose first day nobody has told was expected in every period before it was known.

It begins on the day on which it first enrolled, or with the first of its reports where that is earlier; one that has
not enrolled is expected as before. Whoever knows the day better writes it into the register.
"""

from __future__ import annotations

from frontdesk.district.store.session import Session


def migrate(session: Session) -> None:
    """Give the centres that have none their first day."""
    enrolled = f"SELECT {session.local_day('min(k.enrolled_at)')} FROM centre_key k WHERE k.centre = centre.code"
    reported = "SELECT min(r.first_day) FROM report r WHERE r.centre = centre.code"
    session.execute(
        f"UPDATE centre SET since = CASE WHEN ({reported}) < ({enrolled}) THEN ({reported}) ELSE ({enrolled}) END "
        f"WHERE since IS NULL AND EXISTS (SELECT 1 FROM centre_key k WHERE k.centre = centre.code) "
        f"AND (until IS NULL OR until >= ({enrolled}))"
    )
