"""What a record of a case is by its log, worked out once more in the plainest way: nothing of the program's engine is
used, so that a fault in it cannot agree with itself. Working days are Monday to Friday: no test goes near a holiday.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db.cases import CaseLogEntry
from frontdesk.cases.definition.model import Deadline, Definition, Transition

PRESETS = {"first_contact": None, "simple": 5, "complex": 15, "call_back": None}
"""Working days of `ms_15`, which a new centre has; the tests look that up."""


@dataclass
class Ticking:
    """A limit that runs: since when, until when it ran, and its pauses."""

    since: date
    until: date | None = None
    pauses: list[list[date | None]] = field(default_factory=list)

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None


@dataclass
class Naive:
    """A record by its log."""

    state: str
    opened_on: str
    values: dict[str, Any]
    level: int = 1
    ended_on: str | None = None
    moved_by: str = ""
    links: set[tuple[str, str, str]] = field(default_factory=set)
    ticking: dict[str, Ticking] = field(default_factory=dict)


def replayed(definition: Definition, log: Sequence[CaseLogEntry]) -> Naive:
    """The record that a log tells of."""
    first = log[0]
    assert first.kind == "opened" and [one.position for one in log] == list(range(1, len(log) + 1))
    kept = {code: value for code, value in json.loads(first.said).items() if value is not None}
    now = Naive(definition.states[0].code, first.day, kept, moved_by=first.operator_no)
    for deadline in definition.deadlines:
        if deadline.starts == "opened" and deadline.level in (None, 1):
            now.ticking[deadline.code] = Ticking(date.fromisoformat(first.day))
    for entry in log[1:]:
        said = json.loads(entry.said)
        if entry.kind in ("linked", "unlinked"):
            link = (said["other"], said["ref"], said["kind"])
            if entry.kind == "linked":
                now.links.add(link)
            else:
                now.links.remove(link)
            continue
        for code, value in said.items():
            now.values[code] = value
        if entry.kind == "moved":
            _moved(definition, now, entry)
        now.values = {code: value for code, value in now.values.items() if value is not None}
    return now


def _moved(definition: Definition, now: Naive, entry: CaseLogEntry) -> None:
    step = next(one for one in definition.transitions if one.code == entry.step)
    assert now.state in step.from_, f"{entry.step} from {now.state}"
    before = now.level
    for code, value in step.sets.items():
        kind = next(one.kind for one in definition.fields if one.code == code)
        words = {("staff", "operator"): entry.operator_no, ("date", "today"): entry.day}
        others = {one.code for one in definition.fields if one.kind == kind and kind in ("staff", "date")}
        if isinstance(value, str) and value in others:
            now.values[code] = now.values.get(value)
        else:
            now.values[code] = words.get((kind, value), value) if isinstance(value, str) else value
    now.level += step.level or 0
    now.state = step.to or now.state
    if step.to is not None:
        now.moved_by = entry.operator_no
    ends = {one.code for one in definition.states if one.end is not None}
    now.ended_on = (now.ended_on or entry.day) if now.state in ends else None
    _tick(definition, now, step, date.fromisoformat(entry.day), before)


def _tick(definition: Definition, now: Naive, step: Transition, day: date, level_before: int) -> None:
    for deadline in definition.deadlines:
        one = now.ticking.get(deadline.code)
        elsewhere = deadline.level is not None and deadline.level != now.level
        if one is not None and one.until is None and (step.code in deadline.ends or now.ended_on or elsewhere):
            if one.paused:
                one.pauses[-1][1] = day
            one.until = day
        if now.ended_on or elsewhere:
            continue
        new_level = deadline.level is not None and level_before != now.level
        levels = {one.code for one in definition.transitions if one.level is not None}
        by_level = deadline.level is not None and deadline.starts in levels
        again = (deadline.starts == "opened" or by_level) and (step.reopens or new_level)
        if deadline.starts == step.code or again:
            now.ticking[deadline.code] = Ticking(day)
    for one in now.ticking.values():
        if step.clock == "pause" and one.until is None and not one.paused:
            one.pauses.append([day, None])
        if step.clock == "resume" and one.paused:
            one.pauses[-1][1] = day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to `last`."""
    days = (first + timedelta(days=one) for one in range(1, (last - first).days + 1))
    return sum(one.weekday() < 5 for one in days)


def add_working_days(day: date, count: int) -> date:
    """The day on which so many working days have gone by."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def due_of(
    deadline: Deadline, one: Ticking, values: Mapping[str, Any], presets: Mapping[str, int | None]
) -> date | None:
    """The last day of a limit, None where it has none or stands still."""
    if one.paused:
        return None
    if deadline.day_field is not None:
        named = values.get(deadline.day_field)
        return date.fromisoformat(named) if named else None
    days = deadline.days if deadline.days is not None else presets[deadline.preset or ""]
    if days is None:
        return None
    for begin, end in one.pauses:
        assert begin is not None and end is not None
        days += working_days_between(begin, end) if deadline.working_days else (end - begin).days
    return add_working_days(one.since, days) if deadline.working_days else one.since + timedelta(days=days)


def due(
    definition: Definition,
    now: Naive,
    holds: Callable[[Any, Mapping[str, Any]], bool],
    presets: Mapping[str, int | None],
) -> tuple[str | None, str]:
    """The first day on which something that runs is due, and its code; None and "" where nothing is."""
    found: list[tuple[date, int, str]] = []
    for place, deadline in enumerate(definition.deadlines):
        one = now.ticking.get(deadline.code)
        if one is None or one.until is not None:
            continue
        if deadline.when is not None and not holds(deadline.when, now.values):
            continue
        day = due_of(deadline, one, now.values, presets)
        if day is not None:
            found.append((day, place, deadline.code))
    if not found:
        return None, ""
    day, _, code = min(found)
    return day.isoformat(), code
