"""Until when a report is on time: so many days after its period's end, by the calendar of the district."""

from __future__ import annotations

import json
from datetime import timedelta

from frontdesk.common.periods import Period, parse_period
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.store import Session
from frontdesk.district.zone import last_instant
from frontdesk.sync import wire

DEADLINE_DAYS = 3
"""How many days after the period's last one, where the district has not set it. No document says; it is a setting."""

MOST_DAYS = 366


def period_named(kind: str, key: str) -> Period:
    """The period with this key, Monday to Sunday where it is a week.

    Raises WireFault `bad_period` when it is none, or not one that a report of this kind is made for.
    """
    if wire.kind_of(key) != kind:
        raise wire.WireFault("bad_period", period=key)
    return parse_period(key, finer=True)


def deadline(session: Session, kind: str, period: Period) -> int:
    """The last instant (UTC milliseconds) on which a report for the period is on time.

    It is the same for all centres, also for those whose weeks end earlier.
    """
    return last_instant(period.last + timedelta(days=deadline_days(session, kind)))


def deadline_days(session: Session, kind: str) -> int:
    """Until the end of which day after a period's last one a report of this kind is on time.

    Raises WireFault `unknown_kind`.
    """
    _check_kind(kind)
    row = session.one("SELECT value FROM district_setting WHERE name = ?", (_name(kind),))
    return int(row["value"]) if row else DEADLINE_DAYS


def set_deadline(district: District, kind: str, days: int, *, who: str, now_ms: int) -> None:
    """Reports of this kind are on time until the end of the day so many days after the period's last one.

    Raises WireFault `unknown_kind`, or DistrictError `bad_deadline` unless it is 0 to 366 days.
    """
    _check_kind(kind)
    if not 0 <= days <= MOST_DAYS:
        raise DistrictError("bad_deadline", limit=MOST_DAYS)
    with district.store.writing() as session:
        session.execute(
            "INSERT INTO district_setting (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_name(kind), str(days)),
        )
        details = json.dumps({"days": days})
        session.audit(at=now_ms, who=who, action="deadline.set", subject=kind, details=details)


def _check_kind(kind: str) -> None:
    if kind not in wire.KINDS.values():
        raise wire.WireFault("unknown_kind", kind=kind[:64], supported=sorted(wire.KINDS.values()))


def _name(kind: str) -> str:
    return f"deadline_days.{kind}"
