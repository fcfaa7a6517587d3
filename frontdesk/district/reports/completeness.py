"""Who has reported: how many of those that should, how many of them in time, and who is missing.

Expected is every centre of the register that was open on a day of the period and of which this kind of report is
expected. A report of one that is not is kept, and counts in no rate. In time is whoever's first accepted revision came
until the deadline: an amendment afterwards does not make it late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.common.periods import Period
from frontdesk.district.reports.deadlines import deadline, period_named
from frontdesk.district.store import Row, Session


@dataclass(frozen=True)
class StreetCompleteness:
    """How far a street's centres, or all of them, have reported a period."""

    street: str
    expected: int
    received: int
    on_time: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.expected - self.received

    @property
    def rate(self) -> float | None:
        """The part of the expected that was received, 0..1; None where none is expected."""
        return self.received / self.expected if self.expected else None

    @property
    def on_time_rate(self) -> float | None:
        """The part of the expected that was received in time, 0..1; None where none is expected."""
        return self.on_time / self.expected if self.expected else None


@dataclass(frozen=True)
class Completeness:
    """A period by street, in the order of their names, and all of it; `deadline` in UTC milliseconds."""

    kind: str
    period: str
    deadline: int
    streets: Sequence[StreetCompleteness]

    @property
    def whole(self) -> StreetCompleteness:
        """All streets together, under an empty name."""
        return StreetCompleteness(
            "",
            sum(one.expected for one in self.streets),
            sum(one.received for one in self.streets),
            sum(one.on_time for one in self.streets),
        )


FIRST_ARRIVALS = "SELECT centre, min(received_at) AS first_at FROM report WHERE period = ? GROUP BY centre"

EXPECTED = (
    "(c.since IS NULL OR c.since <= ?) AND (c.until IS NULL OR c.until >= ?) "
    "AND (c.expects = ? OR ' ' || c.expects || ' ' LIKE ?)"
)
"""Parameters last day, first day, kind, the kind between blanks and percents. That a centre may be expected to report
nothing else is asked first: of that PostgreSQL knows how common it is, and it plans by how many rows it expects.
"""


def completeness(session: Session, kind: str, period: str, street: str | None = None) -> Completeness:
    """How far each street, or one of them, has reported the period with this key.

    `kind` is the kind of report: `weekly`, `half_monthly`, `monthly`, `quarterly`, `yearly`. Raises WireFault
    `bad_period`.
    """
    span = period_named(kind, period)
    last_instant = deadline(session, kind, span)
    where, params = _expected(kind, span, street)
    rows = session.rows(
        "SELECT c.street, count(*) AS expected, count(f.centre) AS received, "
        "sum(CASE WHEN f.first_at <= ? THEN 1 ELSE 0 END) AS on_time "
        f"FROM centre c LEFT JOIN ({FIRST_ARRIVALS}) f ON f.centre = c.code WHERE {where} "
        "GROUP BY c.street ORDER BY c.street",
        (last_instant, period, *params),
    )
    streets = [StreetCompleteness(**row) for row in rows]
    return Completeness(kind, period, last_instant, streets)


def missing(
    session: Session, kind: str, period: str, street: str | None = None, *, limit: int = 50, offset: int = 0
) -> list[Row]:
    """Who is expected to report the period and has not: `limit` centres after the first `offset`, by street and code.

    Each with code, name, street, and `latest_period` and `latest_received_at` of its latest report of this kind, None
    without any. Raises WireFault `bad_period`.
    """
    where, params = _expected(kind, period_named(kind, period), street)
    return session.rows(
        "SELECT c.code, c.name, c.street, "
        "(SELECT r.period FROM report r WHERE r.centre = c.code AND r.kind = ? "
        "ORDER BY r.last_day DESC, r.revision DESC LIMIT 1) AS latest_period, "
        "(SELECT max(r.received_at) FROM report r WHERE r.centre = c.code AND r.kind = ?) AS latest_received_at "
        f"FROM centre c WHERE {where} "
        "AND NOT EXISTS (SELECT 1 FROM report r WHERE r.centre = c.code AND r.period = ?) "
        "ORDER BY c.street, c.code LIMIT ? OFFSET ?",
        (kind, kind, *params, period, limit, offset),
    )


def received(
    session: Session, kind: str, period: str, street: str | None = None, *, limit: int = 50, offset: int = 0
) -> list[Row]:
    """Who has reported the period, expected or not, by street and code: each with the visible `revision`,
    `revisions` (how many), `first_at` and `last_at` (instants), code, name and street. Raises WireFault `bad_period`.
    """
    period_named(kind, period)
    where, params = ("AND c.street = ?", (street,)) if street is not None else ("", ())
    return session.rows(
        "SELECT c.code, c.name, c.street, max(r.revision) AS revision, count(*) AS revisions, "
        "min(r.received_at) AS first_at, max(r.received_at) AS last_at "
        f"FROM report r JOIN centre c ON c.code = r.centre WHERE r.period = ? {where} "
        "GROUP BY c.code, c.name, c.street ORDER BY c.street, c.code LIMIT ? OFFSET ?",
        (period, *params, limit, offset),
    )


def _expected(kind: str, period: Period, street: str | None) -> tuple[str, tuple[str, ...]]:
    params = (period.last.isoformat(), period.first.isoformat(), kind, f"% {kind} %")
    return (EXPECTED, params) if street is None else (f"{EXPECTED} AND c.street = ?", (*params, street))
