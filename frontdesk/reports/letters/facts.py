"""What a period holds that may be told to people outside the centre, for letters and the weekly brief.

Nothing here names a resident or holds a number: session names and residents' words are gone over for names that the
centre knows, and numbers in them are masked. Of ratings there is nothing where fewer answered than the public minimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from db import demands, info_reports
from db.demands import DemandLine
from frontdesk.activities import service as activities
from frontdesk.cases import service as cases
from frontdesk.common.masking import mask_numbers
from frontdesk.common.names import mask_within, without_spacing
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.reports.closing.kept import closing_of, frozen_figures
from frontdesk.reports.indicators.rules import Parts, Value
from frontdesk.reports.indicators.service import values
from frontdesk.reports.rules import WITHOUT_LEVELS

COUNTS = (
    "sessions_held",
    "sessions_by_category",
    "sessions_without_attendance",
    "person_times",
    "persons",
    "first_time_persons",
    "volunteers_served",
    "volunteer_seconds",
    "sign_ups",
    "sign_ups_by_channel",
    "room_uses",
    "bookings_made",
    "duty_slots",
    "duty_gaps",
    "demands_new",
    "demands_by_category",
    "demands_delivered",
)
MOST_TERMS = 8
_A_YEAR = timedelta(days=366)


class Held(NamedTuple):
    """A session that is over, and how many person-times came to it; None where that was not recorded."""

    day: date
    name: str
    person_times: int | None


class Rated(NamedTuple):
    """What residents said of a period in numbers: `k` good ones of `n` that count; `change` against the period before
    is "up", "down", "none", or "" where there is nothing to compare.
    """

    k: int
    n: int
    change: str


@dataclass(frozen=True)
class Facts:
    """The facts of a period; `rated` is None where fewer than `minimum` answered."""

    period: Period
    centre: str
    minimum: int
    is_running: bool
    values: dict[str, Value]
    held: tuple[Held, ...]
    led_to: tuple[str, ...]
    rated: Rated | None
    terms: tuple[str, ...]
    records: Mapping[str, tuple[int, int]]
    """By mechanism how many records were opened and how many ended."""

    def number(self, code: str) -> int:
        """The value of a count."""
        found = self.values[code]
        assert isinstance(found, int)
        return found

    def split(self, code: str) -> dict[str, int]:
        """The counts of a split by key."""
        found = self.values[code]
        assert isinstance(found, dict)
        return found


def gather(context: Context, period: Period) -> Facts:
    """The facts of a period at one moment; figures that were frozen when it was closed stand as they were frozen.

    The first call may take a second: it loads a dictionary.
    """
    with context.database.reading() as connection:
        found: dict[str, Value] = dict(values(context, COUNTS, period.first, period.last))
        closing = closing_of(context, period)
        if closing is not None:
            frozen = frozen_figures(closing)
            found |= {code: value for code, value in frozen.items() if code in found}  # type: ignore[misc]
        over = [
            one
            for one in activities.sessions(context, period.first, period.last)
            if one.state in ("published", "closed") and one.ends_at <= context.now_ms()
        ]
        since = (period.first - _A_YEAR).isoformat()
        wanted = demands.lines(connection, context.now_ms(), since, every=True)
        led_to = [one for one in wanted if _was_delivered_in(one, period)]
        told = () if period.kind in WITHOUT_LEVELS else feedback.frequent_terms(context, period).terms
        terms = [one.word for one in told[:MOST_TERMS]]
        spoken = "\n".join([*(one.name for one in over), *(one.led_to for one in led_to), *terms])
        names = info_reports.names_within(connection, without_spacing(spoken))
        return Facts(
            period=period,
            centre=context.centre.name,
            minimum=context.settings.public_minimum,
            is_running=not period.has_ended(context.today()),
            values=found,
            held=tuple(
                Held(
                    date.fromisoformat(one.day),
                    without_names(one.name, names),
                    one.person_times if one.attendance_rows else None,
                )
                for one in over
            ),
            led_to=tuple(dict.fromkeys(without_names(one.led_to, names) for one in led_to)),
            rated=rated_in(context, period),
            terms=tuple(one for one in terms if without_names(one, names) == one),
            records=cases.opened_and_ended(context, period.first, period.last),
        )


def _was_delivered_in(one: DemandLine, period: Period) -> bool:
    return bool(one.held) and period.first.isoformat() <= one.first_day <= period.last.isoformat()


def rated_in(context: Context, period: Period) -> Rated | None:
    """What residents said in a period in numbers, up to yesterday; None where too few answered, and of days and half
    months.
    """
    if period.kind in WITHOUT_LEVELS:
        return None
    total = feedback.satisfaction(context, period)
    # Those that an appeal took out have answered, and are not among the numbers told here.
    if total.figures is None or total.figures.n < context.settings.public_minimum:
        return None
    return Rated(total.figures.good, total.figures.n, total.change or "")


def without_names(text: str, names: list[str]) -> str:
    """The text with these names masked however they are spaced, and the numbers in it."""
    return mask_within(mask_numbers(text), names)


def rate_of(rated: Rated) -> str:
    """A rate as it is written: 83.3%."""
    parts = Parts(rated.k, rated.n)
    return "" if parts.rate is None else f"{parts.rate:.1%}"
