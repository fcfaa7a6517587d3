"""One centre's reports: every period with its revisions, and what two revisions say differently."""

from __future__ import annotations

from dataclasses import dataclass

from frontdesk.district.errors import DistrictError
from frontdesk.district.store import Row, Session, StoredReport
from frontdesk.district.store.figures import Item, items
from frontdesk.sync import wire


@dataclass(frozen=True)
class Difference:
    """A value that two revisions do not say alike; what a revision does not say at all is None there."""

    indicator: str
    category: str | None
    before: Item | None
    after: Item | None


def centre_history(session: Session, centre: str, *, limit: int = 100, offset: int = 0) -> list[Row]:
    """The periods that a centre reported, the latest first: each with kind, period, first_day, last_day, the visible
    `revision`, `revisions` (how many), `first_at` and `last_at` (instants).
    """
    return session.rows(
        "SELECT kind, period, min(first_day) AS first_day, max(last_day) AS last_day, max(revision) AS revision, "
        "count(*) AS revisions, min(received_at) AS first_at, max(received_at) AS last_at FROM report "
        "WHERE centre = ? GROUP BY kind, period ORDER BY last_day DESC, kind, period LIMIT ? OFFSET ?",
        (centre, limit, offset),
    )


def compare(session: Session, centre: str, period: str, before: int, after: int) -> list[Difference]:
    """What revision `after` says differently from revision `before`, in the order in which they say it.

    Raises DistrictError `no_report` when the centre has not sent both.
    """
    known = {one.revision: one for one in session.revisions(centre, period)}
    if not {before, after} <= known.keys():
        raise DistrictError("no_report", centre=centre, period=period)
    return differences(known[before], known[after])


def differences(before: StoredReport, after: StoredReport) -> list[Difference]:
    """The values that two reports do not say alike, in the order in which they say them."""
    then, now = ({(one["i"], one.get("c")): one for one in _items(report)} for report in (before, after))
    return [
        Difference(str(indicator), None if category is None else str(category), then.get(key), now.get(key))
        for key in (*then, *(key for key in now if key not in then))
        if then.get(key) != now.get(key)
        for indicator, category in (key,)
    ]


def _items(report: StoredReport) -> list[Item]:
    return items(wire.read_body(report.body, report.schema_version))
