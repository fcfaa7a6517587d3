"""Where published days no longer follow the standing order: slots gone, slots at other times, slots that came. Pure.

A holiday notice, other shift times or other opening hours come after a day was published; its slots stay as they were
until a new plan is published over them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from db.duty import DutySlot, PlanSlot
from db.standing import ShiftRow
from frontdesk.roster.model import SlotKey, key_of
from frontdesk.roster.units import absolute

DriftKind = Literal["gone", "moved", "new"]
Window = tuple[int, int, int]
"""Start, end and break of a slot in minutes."""


@dataclass(frozen=True, order=True)
class Drift:
    """One slot that is published otherwise than the standing order has it.

    `gone` is opened no more, `moved` has other times, and `new` is opened and not published, at a post that has other
    slots that day. `before` is the published window, `after` that of the standing order.
    """

    slot: SlotKey
    kind: DriftKind
    before: Window | None = None
    after: Window | None = None


def window_of(one: PlanSlot | ShiftRow) -> Window:
    """Start, end and break."""
    return one.starts, one.ends, one.break_minutes


def drift_of(
    worked: Iterable[PlanSlot], opened: Collection[SlotKey], shifts: Mapping[str, ShiftRow], now: int
) -> list[Drift]:
    """The slots that are still to begin at `now` (minutes as `units.absolute` counts) and differ, in order.

    `opened` are the slots of the standing order on the days of `worked`.
    """
    stored = {key_of(one): one for one in worked}
    staffed = {(key.day, key.post) for key in stored}
    still_open = set(opened)
    found = []
    for key, one in stored.items():
        if absolute(key.day, one.starts) <= now:
            continue
        if key not in still_open:
            found.append(Drift(key, "gone", window_of(one)))
            continue
        after = window_of(shifts[key.shift])
        if after != window_of(one) and absolute(key.day, after[0]) > now:
            found.append(Drift(key, "moved", window_of(one), after))
    for key in still_open - stored.keys():
        if (key.day, key.post) in staffed and absolute(key.day, shifts[key.shift].starts) > now:
            found.append(Drift(key, "new", None, window_of(shifts[key.shift])))
    return sorted(found)


def brought_up(worked: Iterable[DutySlot], drift: Iterable[Drift]) -> list[DutySlot]:
    """The published slots at the times of the standing order, with their people and locks, without those gone."""
    by_slot = {one.slot: one for one in drift}
    slots = []
    for one in worked:
        differs = by_slot.get(key_of(one))
        if differs is None:
            slots.append(one)
        elif differs.after is not None:
            starts, ends, pause = differs.after
            slots.append(one.model_copy(update={"starts": starts, "ends": ends, "break_minutes": pause}))
    return slots


def days_of(drift: Iterable[Drift]) -> list[date]:
    """The days that differ, in order."""
    return sorted({one.slot.day for one in drift})
