"""Which steps lead on from where a record stands, and what is in the way of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from frontdesk.cases.definition.model import Condition, Definition, Transition
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.conditions import Linked, holds, of_rows, rows_named
from frontdesk.cases.engine.once import once_each
from frontdesk.cases.engine.rules import Actor, Event, Refusal, Standing
from frontdesk.cases.engine.working_out import followers

OF_FORM = "only_another_or_outside"
"""What bars a step and its form can still answer."""


class Way(NamedTuple):
    """A step, and those of its conditions that no answer of its form changes; whether anybody may take it, or at least
    a manager, however the record stands but for these.
    """

    step: Transition
    settled: tuple[Condition, ...]
    is_anybodys: bool
    is_managers: bool


def possible(
    definition: Definition, now: Standing, actor: Actor, linked: Iterable[Linked] = ()
) -> list[tuple[Transition, Refusal | None]]:
    """The steps that leave the state, in the order of the file, each with what is in its way apart from the fields and
    the words that it asks for; None where nothing is.
    """
    known, found = tuple(linked), list[tuple[Transition, Refusal | None]]()
    for way in _ways(definition).get(now.state, ()):
        if way.is_anybodys or (way.is_managers and actor.is_manager):
            bar = None
        else:
            bar = rules.barred(definition, now, way.step, actor)
        if bar is not None and bar.code == OF_FORM:
            bar = None
        if bar is None and way.settled:
            bar = _lacking(definition, now, way, actor, known)
        found.append((way.step, bar))
    return found


@once_each
def _ways(definition: Definition) -> Mapping[str, tuple[Way, ...]]:
    """By state the steps that leave it."""
    found: dict[str, tuple[Way, ...]] = {}
    for one in definition.transitions:
        asked = followers(definition, {*(ask.field for ask in one.asks), *one.sets})
        # As `rules.barred` has it: nothing of the record itself is in the way of these.
        is_plain = "another" not in one.who and one.clock is None and one.level is None
        settled = tuple(need for need in one.needs if not _about(need, asked))
        way = Way(one, settled, is_plain and (not one.who or "operator" in one.who), is_plain)
        for state in dict.fromkeys(one.from_):
            found[state] = (*found.get(state, ()), way)
    return found


def _about(condition: Condition, asked: set[str]) -> bool:
    """Whether what is asked for by the step itself decides a condition."""
    columns = {(one or "").partition(".")[0] for one in (condition.total, condition.different, *of_rows(condition))}
    named = {condition.field, *columns, condition.least, condition.most}
    return bool(named & asked)


def _lacking(
    definition: Definition, now: Standing, way: Way, actor: Actor, linked: tuple[Linked, ...]
) -> Refusal | None:
    """What the step itself asks for is not in its way yet; what no answer of its form changes is."""
    lacking = next((need for need in way.settled if not holds(need, now.values, linked)), None)
    if lacking is None:
        return None
    # What follows from other fields may be worked out with the step, and then hold.
    event = Event("moved", now.opened_on, actor.no, way.step.code, reason="-")
    refused = rules.refusal(definition, now, event, actor, linked)
    return Refusal("condition", lacking, rows=rows_named(definition, lacking, now.values)) if refused else None
