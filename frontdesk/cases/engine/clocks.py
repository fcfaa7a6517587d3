"""Every time limit that ran in the life of a record, also those that began anew when it was opened again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.rules import Clock, Event, Standing


def every_clock(definition: Definition, events: Iterable[Event]) -> tuple[Standing, list[Clock]]:
    """The record that these events make, and all its clocks in the order in which they began.

    A limit that begins anew before it was stopped leaves no trace: it never ran out. Raises ValueError without any
    event.
    """
    found: dict[tuple[str, int], Clock] = {}
    days: dict[tuple[str, int], str] = {}
    now: Standing | None = None
    for event in events:
        before = now
        now = rules.opened(definition, event) if before is None else rules.step(definition, before, event)
        if before is not None:
            _begun_anew(definition, before, now, event, found)
        found |= {(one.code, one.begun): one for one in now.clocks}
        if before is not None and event.kind == "moved":
            days = _days_put_off(definition, before, now, found) | days
    if now is None:
        raise ValueError("a record begins with its opening")
    found |= {key: found[key]._replace(day=day) for key, day in days.items() if key in found}
    return now, sorted(found.values(), key=lambda one: (one.begun, one.code))


def _days_put_off(
    definition: Definition, before: Standing, now: Standing, found: Mapping[tuple[str, int], Clock]
) -> dict[tuple[str, int], str]:
    """The days by which limits were due that are over, where a step now says another day for the next time."""
    put_off = {}
    for one in definition.deadlines:
        day = before.values.get(one.day_field or "")
        if isinstance(day, str) and now.values.get(one.day_field or "") != day:
            put_off[one.code] = day
    return {key: put_off[key[0]] for key, one in found.items() if one.stopped_on is not None and key[0] in put_off}


def _begun_anew(
    definition: Definition, before: Standing, now: Standing, event: Event, found: dict[tuple[str, int], Clock]
) -> None:
    """What becomes of the clocks that an event began anew: a step that ended them as well stopped them."""
    begun = {one.code: one.begun for one in now.clocks}
    ended = {one.code for one in definition.deadlines if event.step in one.ends}
    for one in before.clocks:
        if begun.get(one.code, one.begun) == one.begun or one.stopped_on is not None:
            continue
        if one.code in ended:
            found[one.code, one.begun] = rules.resumed(one, event.day)._replace(stopped_on=event.day)
        else:
            del found[one.code, one.begun]
