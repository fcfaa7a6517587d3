"""How far a record is by the steps that its log tells of, without reading again what was said at each of them. Pure.

Where a record stands follows from which steps were taken, in which order; days and people only go through the engine as
they are. So the engine goes each path once, with the places of the entries for their days and people, and every record
that took the same path has its own put in their stead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol, cast, get_args

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.once import once_each
from frontdesk.cases.engine.rules import Clock, Event, EventKind, Standing
from frontdesk.cases.engine.stating import day_in, with_day
from frontdesk.cases.engine.values import Value

MOST_PATHS = 2000
"""So many paths through one definition are remembered: most records take one of a few."""
NEVER = -1
"""Stands for a day that did not come."""
KINDS = frozenset(get_args(EventKind))


class Logged(Protocol):
    """What is asked of an entry of a log."""

    @property
    def kind(self) -> str: ...
    @property
    def day(self) -> str: ...
    @property
    def operator_no(self) -> str: ...
    @property
    def step(self) -> str: ...


class Ticking(NamedTuple):
    """A time limit of a path: when it began, was stopped, and stood still, by the places of the entries."""

    code: str
    began: int
    stopped: int
    pauses: tuple[tuple[int, int], ...]


class Path(NamedTuple):
    """Where a record stands to which certain things happened, by the places of the entries from 0, which is the
    opening; `is_known` tells whether the definition has all steps that were taken.
    """

    state: str
    level: int
    ended: int
    moved_by: int
    taken: tuple[tuple[str, int], ...]
    ticking: tuple[Ticking, ...]
    is_known: bool


Happened = tuple[tuple[str, str], ...]
"""The kinds of the entries of a log, each with its step."""


# What `_make` does, without another call of Python for each clock.
_clock: Callable[[tuple[Any, ...]], Clock] = partial(tuple.__new__, Clock)


def path_of(definition: Definition, log: Sequence[Logged]) -> Path:
    """The path that a log tells of. Raises ValueError without any entry, and KeyError for one of a kind that is never
    written.
    """
    happened = tuple([(one.kind, one.step) for one in log])
    if happened and day_in(happened[0][1]):
        # Whatever day an old book says, the path is the same: its place stands for it.
        happened = ((happened[0][0], with_day(happened[0][1], "0")), *happened[1:])
    kept = _paths(definition)
    found = kept.get(happened)
    if found is None:
        if len(kept) >= MOST_PATHS:
            kept.clear()
        found = kept[happened] = _gone(definition, happened)
    return found


def standing(path: Path, log: Sequence[Logged], values: Mapping[str, Value]) -> Standing:
    """How far a record is that took the path of its log and says these values: what `rules.replayed` makes of it."""
    days: list[Any] = [one.day for one in log]
    days.append(None)
    came_on = days[0]
    days[0] = day_in(log[0].step) or came_on
    clocks = [
        _clock(
            (
                code,
                days[began],
                days[stopped],
                tuple([(days[first], days[last]) for first, last in pauses]) if pauses else (),
                began + 1,
                None,
            )
        )
        for code, began, stopped, pauses in path.ticking
    ]
    return Standing(
        path.state,
        days[0],
        values,
        path.level,
        # A record that came in ended did so here, whenever it was entered in the old book.
        days[path.ended] if path.ended else came_on,
        log[path.moved_by].operator_no,
        {step: days[place] for step, place in path.taken},
        tuple(clocks),
        len(log),
    )


@once_each
def _paths(_: Definition) -> dict[Happened, Path]:
    """The paths through a definition that were gone."""
    return {}


def _gone(definition: Definition, happened: Happened) -> Path:
    for kind, _ in happened:
        if kind not in KINDS:
            raise KeyError(kind)
    now = rules.replayed(
        definition,
        (
            Event(cast("EventKind", kind), str(place), str(place), step, as_logged=True)
            for place, (kind, step) in enumerate(happened)
        ),
    )
    ticking = (
        Ticking(
            one.code,
            int(one.started_on),
            _place(one.stopped_on),
            tuple((int(first), _place(last)) for first, last in one.pauses),
        )
        for one in now.clocks
    )
    steps = {one.code for one in definition.transitions}
    return Path(
        now.state,
        now.level,
        _place(now.ended_on),
        int(now.moved_by),
        tuple((step, int(place)) for step, place in now.taken.items()),
        tuple(ticking),
        all(step in steps for kind, step in happened if kind == "moved"),
    )


def _place(day: str | None) -> int:
    return NEVER if day is None else int(day)
