"""What a report workbook shows: plain values, as the use cases hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, SkipValidation

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
    label: str


class WeekFigures(_Plain):
    """The figures of the period: counts, seconds, a rate from 0 to 1 (None without ratings), and of the satisfaction
    rate both parts (None where it was not kept when the period was closed).

    `ratings_by_level` has the keys "5" (best) to "1"; `good_rate_interval95` is Wilson's. Of a half month all
    that tells how people rated is None.
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
    ratings_by_level: Mapping[str, int] | None
    bad_ratings: int | None
    good_rate: float | None
    good_rate_interval95: tuple[float, float] | None
    satisfaction: tuple[int, int] | None = None


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


class AttendanceRow(NamedTuple):
    """What became of one sign-up, or the head count of those who came without one (`number` None).

    Name, status and way are as they are to be read; `seats` is how many people it stands for.
    """

    day: date
    time: str
    code: str
    session: str
    number: int | None
    name: str
    status: str
    way: str
    seats: int


class HoursRow(NamedTuple):
    """What one volunteer served: visits, the seconds measured, and how many visits have no exit. `seconds_supplemented`
    were put in by a person or a rule, and are never added to the measured ones.
    """

    volunteer_no: str
    name: str
    team: str
    visits: int
    seconds_measured: int
    seconds_supplemented: int
    left_open: int


class RatingRow(NamedTuple):
    """One rating without its day, which would narrow down who rated: the level is 5 (best) to 1."""

    subject: str
    level: int
    comment: str = ""


class FollowUpRow(_Plain):
    """What was done about one bad rating, in words; "" and None where there is nothing to say or it must not be said.

    `responsible` is as it is to be read.
    """

    no: str
    subject: str
    rater: str
    responsible: str = ""
    verified: str = ""
    result: str = ""
    called: str = ""
    appeal: str = ""
    state: str
    due: date | None = None
    ended_on: date | None = None


class CaseRow(NamedTuple):
    """Something that is handled like a case, in words: what it is, what became of it in the period (`happened`), how
    far it was at the end of the period (`standing`), and who answers for it by post and name. None and "" where there
    is nothing to say or it must not be said.
    """

    kind: str
    no: str
    matter: str
    happened: str
    standing: str
    level: str = ""
    opened_on: date | None = None
    due: date | None = None
    ended_on: date | None = None
    role: str = ""
    responsible: str = ""


class MechanismRow(NamedTuple):
    """A number of a mechanism (money in yuan), or how often a duty of the calendar was done of how often it is asked,
    by when, and how it stands; in words.
    """

    mechanism: str
    item: str
    unit: str
    value: int | Decimal
    asked: int | None = None
    until: date | None = None
    remark: str = ""


class DutyRow(_Plain):
    """One post with its A and B holders in their order, each name as it is to be read.

    `worked` counts the slots of the published roster: all, without anybody, with somebody who stepped in, without a
    standby; None where the period has none of this post.
    """

    post: str
    holders_a: tuple[str, ...] = ()
    holders_b: tuple[str, ...] = ()
    worked: tuple[int, int, int, int] | None = None


class ShiftRow(_Plain):
    """One shift of a post as it is worked, names as they are to be read, "" for nobody; `planned` is who was to act
    where somebody else does, or nobody.
    """

    day: date
    time: str
    shift: str
    post: str
    acting: str = ""
    standby: str = ""
    planned: str = ""


class RoomRow(_Plain):
    """How much one room was used: minutes of opening, minutes used, and of the opening minutes those with a use."""

    room: str
    open_minutes: int
    used_minutes: int
    within_minutes: int
    uses: int
    person_times: int
    no_shows: int


class AmendmentRow(_Plain):
    """One figure of a closed period that was corrected later: of which period (as it is called), by which amendment,
    when, and why. `key` is the category of a figure that is counted by categories.
    """

    period: str
    number: int
    day: date
    figure: str
    key: str = ""
    before: int | None = None
    after: int | None = None
    reason: str = ""


class FrozenMark(_Plain):
    """That the figures are those of a closed period: edition, the day of closing, and the SHA-256 of the figures."""

    edition: int
    day: date
    digest: str


class WeekWorkbook(_Plain):
    """Everything in one report. `created` is the date inside the file, in local time: when what it counts came to its
    end, not when somebody asked for it, so that the same report is the same file.

    `cases_left_out` is how many overdue or unanswered ones are not among the cases. `public_minimum` is the number of
    ratings below which only their number is shown (design §3: five).
    """

    centre: WeekCentre
    period: WeekPeriod
    figures: WeekFigures
    frozen: FrozenMark | None = None
    sessions: tuple[SessionRow, ...] = ()
    # Up to tens of thousands of rows, which come out of the database as they are.
    attendance: SkipValidation[tuple[AttendanceRow, ...]] = ()
    hours: SkipValidation[tuple[HoursRow, ...]] = ()
    ratings: SkipValidation[tuple[RatingRow, ...]] = ()
    follow_ups: tuple[FollowUpRow, ...] = ()
    cases: SkipValidation[tuple[CaseRow, ...]] = ()
    cases_left_out: int = 0
    mechanisms: SkipValidation[tuple[MechanismRow, ...]] = ()
    duty: tuple[DutyRow, ...] = ()
    shifts: tuple[ShiftRow, ...] = ()
    rooms: tuple[RoomRow, ...] = ()
    amendments: tuple[AmendmentRow, ...] = ()
    created: AwareDatetime
    public_minimum: int = 5

    @property
    def tells_levels(self) -> bool:
        """Whether it tells how people rated: not of a half month, and not of fewer than the public minimum."""
        return self.figures.ratings_by_level is not None and self.figures.ratings >= self.public_minimum
