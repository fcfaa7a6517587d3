"""Which period a page shows, and which others it offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from frontdesk.common.periods import Period, PeriodKind, parse_period, period_of
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.visit import Visit
from frontdesk.sync import wire

KINDS: tuple[PeriodKind, ...] = ("week", "half_month", "month", "quarter", "year")
"""Days do not travel."""
OFFERED = 27
"""Half a year of weeks, and the running one."""


@dataclass(frozen=True)
class Chosen:
    """The period that is shown, and those that can be chosen instead, the latest first."""

    period: Period
    options: Sequence[tuple[str, str]]
    kinds: Sequence[PeriodKind] = KINDS

    @property
    def kind(self) -> PeriodKind:
        """The kind of period."""
        return self.period.kind

    @property
    def report_kind(self) -> str:
        """The kind of report that is due for it."""
        return wire.kind_of(self.period.key)


def chosen_period(visit: Visit) -> Chosen:
    """The period that is asked for by key or by kind; without either the last week that is over.

    Raises PageError `bad_period` when what is asked for is none that travels.
    """
    today = visit.today
    key = visit.asked("period")
    period = read_period(key) if key else _last_over(visit.asked("kind", "week"), today)
    latest = period_of(period.kind, today)
    offered = [latest]
    while len(offered) < OFFERED:
        offered.append(offered[-1].previous())
    if period not in offered:
        offered.append(period)
    return Chosen(period, [(one.key, f"{one.label} ({one.key})") for one in offered])


def read_period(key: str) -> Period:
    """The period with this key. Raises PageError `bad_period`."""
    try:
        period = parse_period(key.strip().upper(), finer=True)
    except ValueError as failure:
        raise PageError("bad_period", period=key[:40]) from failure
    if period.kind not in KINDS:
        raise PageError("bad_period", period=key[:40])
    return period


def _last_over(kind: str, today: date) -> Period:
    known = next((one for one in get_args(PeriodKind) if one == kind and one in KINDS), None)
    if known is None:
        raise PageError("bad_period", period=kind[:40])
    return period_of(known, today).previous()
