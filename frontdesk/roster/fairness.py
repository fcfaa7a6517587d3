"""Who carries how much of a roster, beside the share that would be fair. Pure.

A slot's fair share goes to everybody who could have stood there: trained, there that day, within the contract; in
proportion to the contract's weekly minutes. So somebody on leave for half of the window owes half, and nobody owes
evenings that the contract excludes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from frontdesk.roster.legality_person import Stand, line_of, stands_of
from frontdesk.roster.model import Member, Roster, Situation, SlotKey
from frontdesk.roster.units import is_weekend

EVENING = 18 * 60
"""A shift that ends after this minute of the day is an evening."""

Load = Literal[
    "acting_minutes", "duty_minutes", "acting_slots", "standby_slots", "evenings", "weekend_days", "holidays"
]
LOADS: tuple[Load, ...] = (
    "acting_minutes",
    "duty_minutes",
    "acting_slots",
    "standby_slots",
    "evenings",
    "weekend_days",
    "holidays",
)


@dataclass(frozen=True)
class Share:
    """What one person has of each load in the window, and what would be fair, in the same unit.

    Minutes are paid ones; `duty_minutes` counts a window once, acting and standing by alike. Evenings, weekend days
    and holidays are days with duty in either role.
    """

    staff_no: str
    name: str
    actual: Mapping[Load, int]
    fair: Mapping[Load, float]

    def off(self, load: Load) -> float:
        """How much more than fair; negative for less."""
        return self.actual[load] - self.fair[load]


def shares(situation: Situation, roster: Roster) -> list[Share]:
    """The loads of everybody who could stand somewhere in the window or does, by number."""
    owed = _owed(situation)
    carried = _carried(situation, roster)
    totals = {load: sum(of_person[load] for of_person in carried.values()) for load in LOADS}
    weights = {load: sum(of_person[load] for of_person in owed.values()) for load in LOADS}
    found = []
    for no in sorted({*owed, *carried}):
        member = situation.members.get(no)
        fair = {
            load: totals[load] * owed[no][load] / weights[load] if no in owed and weights[load] else 0.0
            for load in LOADS
        }
        actual = {load: carried[no][load] if no in carried else 0 for load in LOADS}
        found.append(Share(no, member.name if member else no, actual, fair))
    return found


def minutes_on_duty(situation: Situation, roster: Roster) -> dict[str, int]:
    """The paid minutes of everybody who has a role in these slots, acting and standing by alike, each window once."""
    return {no: loads["duty_minutes"] for no, loads in _carried(situation, roster).items()}


def _carried(situation: Situation, roster: Roster) -> dict[str, dict[Load, int]]:
    by_person: defaultdict[str, list[Stand]] = defaultdict(list)
    for no, one in stands_of(situation, roster, inside=True):
        by_person[no].append(one)
    return {no: _loads(situation, no, stands) for no, stands in by_person.items()}


def _loads(situation: Situation, no: str, stands: list[Stand]) -> dict[Load, int]:
    member = situation.members.get(no) or Member(no, no, 0)
    windows = line_of(situation, member, stands, (situation.first, situation.last)).windows
    acting = [[one for one in window.stands if one.role == "acting"] for window in windows]
    return {
        "acting_minutes": sum(max(one.minutes for one in each) for each in acting if each),
        "duty_minutes": sum(window.minutes for window in windows),
        "acting_slots": sum(len(each) for each in acting),
        "standby_slots": sum(one.role == "standby" for one in stands),
        "evenings": len({window.day for window in windows if _is_evening(situation, window.stands[0].slot)}),
        "weekend_days": len({window.day for window in windows if is_weekend(window.day)}),
        "holidays": len({window.day for window in windows if window.day in situation.holidays}),
    }


def _owed(situation: Situation) -> dict[str, dict[Load, float]]:
    """Each slot shared out among all who could have had it."""
    owed: defaultdict[str, dict[Load, float]] = defaultdict(lambda: dict.fromkeys(LOADS, 0.0))
    for slot in situation.slots:
        able = [member for member in situation.members.values() if _could(situation, member, slot)]
        total = sum(member.weekly_minutes for member in able)
        for member in able:
            part = member.weekly_minutes / total if total else 1 / len(able)
            for load, size in _sizes(situation, slot).items():
                owed[member.no][load] += part * size
    return owed


def _sizes(situation: Situation, slot: SlotKey) -> dict[Load, int]:
    minutes = situation.shift_of(slot).minutes
    return {
        "acting_minutes": minutes,
        "duty_minutes": minutes,
        "acting_slots": 1,
        "standby_slots": 1,
        "evenings": int(_is_evening(situation, slot)),
        "weekend_days": int(is_weekend(slot.day)),
        "holidays": int(slot.day in situation.holidays),
    }


def _is_evening(situation: Situation, slot: SlotKey) -> bool:
    return situation.shift_of(slot).ends > EVENING


def _could(situation: Situation, member: Member, slot: SlotKey) -> bool:
    shift = situation.shift_of(slot)
    return (
        member.may_stand_at(slot.post, slot.day)
        and not member.is_away(slot.day, shift)
        and slot.day.weekday() in member.weekdays
        and (member.earliest is None or shift.starts >= member.earliest)
        and (member.latest is None or shift.ends <= member.latest)
    )
