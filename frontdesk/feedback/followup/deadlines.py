"""By when what has to be done about a bad rating: working days from the calendar. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

from db.follow_ups import Complexity, FollowUpState
from frontdesk.common.timelimits import Preset, preset_of
from frontdesk.feedback.followup.rules import ENDED

if TYPE_CHECKING:
    from frontdesk.calendar.service import Calendar

LimitKind = Literal["first_contact", "result", "call_back"]
Pace = Literal["none", "ahead", "soon", "overdue", "notice"]
"""How a limit stands: there is none; there is time; it runs out; it has run out; so long ago that a notice is due."""


class Dated(Protocol):
    """What deadlines depend on: the record of a rating with its follow-up, or a group of them."""

    @property
    def known_on(self) -> str: ...
    @property
    def state(self) -> FollowUpState: ...
    @property
    def preset(self) -> str: ...
    @property
    def complexity(self) -> Complexity: ...
    @property
    def result_on(self) -> str | None: ...
    @property
    def reopened_on(self) -> str | None: ...
    @property
    def can_call(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """What has to be done by the end of a local day. `unknown_years` are those on the way whose holidays nobody knows:
    in them Monday to Friday are counted, which has to be said.
    """

    kind: LimitKind
    due: date
    unknown_years: tuple[int, ...] = ()


def next_limit(one: Dated, calendar: Calendar, preset_now: str) -> Limit | None:
    """The limit that runs now; None where the preset sets none, or nothing is to be done any more.

    A rating that nobody has acted on runs by `preset_now`. The time of a result holds for the whole matter where the
    preset gives calling back no time of its own; an appeal does not stop it. Reopened it runs anew.
    """
    if one.state in ENDED:
        return None
    preset = preset_of(one.preset or preset_now)
    if one.state == "new" and preset.first_contact is not None:
        return _limit("first_contact", one.known_on, preset.first_contact, calendar)
    if one.state == "result" and one.can_call and preset.call_back is not None and one.result_on is not None:
        return _limit("call_back", one.result_on, preset.call_back, calendar)
    return result_limit(one, calendar, preset_now)


def result_limit(one: Dated, calendar: Calendar, preset_now: str) -> Limit | None:
    """By when there has to be a result; None where the preset sets no limit."""
    days = _result_days(preset_of(one.preset or preset_now), one.complexity)
    return None if days is None else _limit("result", one.reopened_on or one.known_on, days, calendar)


def pace(limit: Limit | None, today: date, calendar: Calendar, remind_days: int, notice: int | None = None) -> Pace:
    """How a limit stands today; `remind_days` working days before it runs out it is `soon`."""
    if limit is None:
        return "none"
    if today > limit.due:
        is_long = notice is not None and calendar.working_days_between(limit.due, today) >= notice
        return "notice" if is_long else "overdue"
    return "soon" if calendar.working_days_between(today, limit.due) <= remind_days else "ahead"


def _result_days(preset: Preset, complexity: Complexity) -> int | None:
    return preset.complex if complexity == "complex" else preset.simple


def _limit(kind: LimitKind, begins: str, days: int, calendar: Calendar) -> Limit:
    first = date.fromisoformat(begins)
    due = calendar.add_working_days(first, days)
    return Limit(kind, due, calendar.unknown_between(first, due))
