"""What a report workbook shows: plain values, as the use cases hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

LEVELS = ("5", "4", "3", "2", "1")


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class WeekCentre(_Plain):
    """The centre that reports."""

    code: str
    name: str
    street: str = ""
    district: str = ""


class WeekPeriod(_Plain):
    """The period reported on, both days included; `running` while its figures can still change.

    `label` is what people call it.
    """

    key: str
    first: date
    last: date
    running: bool
    label: str = ""


class WeekFigures(_Plain):
    """The figures of the period: counts, seconds, and a rate from 0 to 1 (None without ratings).

    `ratings_by_level` has the keys "5" (best) to "1"; `good_rate_interval95` is Wilson's.
    """

    sessions_planned: int
    sessions_held: int
    sessions_cancelled: int
    person_times: int
    named_persons: int
    sessions_by_category: Mapping[str, int]
    seats_confirmed: int
    parties_waitlisted: int
    no_show_seats: int
    volunteers_served: int
    volunteer_seconds_measured: int
    visits_left_open: int
    ratings: int
    ratings_by_level: Mapping[str, int]
    bad_ratings: int
    good_rate: float | None
    good_rate_interval95: tuple[float, float] | None


class SessionRow(_Plain):
    """One session: seats and parties are counts, `time` and `lead` are as they are to be read (09:00-10:30)."""

    code: str
    day: date
    time: str
    name: str
    category: str
    room: str = ""
    lead: str = ""
    capacity: int | None = None
    confirmed: int
    waitlisted: int
    person_times: int
    no_show_seats: int
    state: str


class HoursRow(_Plain):
    """What one volunteer served: visits, the seconds measured, and how many visits have no exit."""

    volunteer_no: str
    name_masked: str
    team: str = ""
    visits: int
    seconds_measured: int
    left_open: int


class RatingRow(_Plain):
    """One rating without its day, which would narrow down who rated: the level is 5 (best) to 1."""

    subject: str
    level: int
    comment: str = ""


class DutyRow(_Plain):
    """One post with its A and B holders in their order, each name as it is to be read.

    `worked` counts the slots of the published roster: all, without anybody, with somebody who stepped in, without a
    standby; None where the period has none of this post.
    """

    post: str
    holders_a: tuple[str, ...] = ()
    holders_b: tuple[str, ...] = ()
    worked: tuple[int, int, int, int] | None = None


class WeekWorkbook(_Plain):
    """Everything in one workbook. `created` is the date inside the file and on its cover, in local time.

    `public_minimum` is the number of ratings below which only their number is shown (design §3: five).
    """

    centre: WeekCentre
    period: WeekPeriod
    figures: WeekFigures
    sessions: tuple[SessionRow, ...] = ()
    hours: tuple[HoursRow, ...] = ()
    ratings: tuple[RatingRow, ...] = ()
    duty: tuple[DutyRow, ...] = ()
    created: AwareDatetime
    public_minimum: int = 5
