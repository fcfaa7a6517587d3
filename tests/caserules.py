"""The rules of a definition, each taken out once: what a record may no longer be refused, is no longer due, no longer
follows or no longer opens. Whoever tries a mechanism must see every one of them gone.

What all definitions have in common is not taken out here: that a field is asked for in a form at all, the words, the
papers, the feeds (`tests.feed_indicators` writes those down) and what the machine itself does (`test_case_engine`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from frontdesk.cases import library
from frontdesk.cases.definition.model import Deadline, Definition, FieldDefinition, Opening, Transition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.library import Loaded

Without = tuple[str, Definition]


def rules_of(definition: Definition) -> Iterator[Without]:
    """Each rule by its place in the file, with the definition as it would be without it."""
    for at, one in enumerate(definition.transitions):
        for name, changed in _of_step(one, definition):
            yield f"{one.code}.{name}", _with(definition, "transitions", at, changed)
    for at, limit in enumerate(definition.deadlines):
        yield f"{limit.code}!", _changed(definition, deadlines=_but(definition.deadlines, at))
        for name, short in _of_limit(limit, definition):
            yield f"{limit.code}!{name}", _with(definition, "deadlines", at, short)
    for at, held in enumerate(definition.fields):
        for name, looser in _of_field(held) if held.code not in definition.worked_out else ():
            yield f"{held.code}:{name}", _with(definition, "fields", at, looser)
    for at, work in enumerate(definition.works_out):
        yield f"{work.field}=", _changed(definition, works_out=_but(definition.works_out, at))
    if definition.vacancies is not None:
        yield "vacancies", _changed(definition, vacancies=None)
    if definition.streak is not None:
        yield "streak", _changed(definition, streak=None)


def _of_step(one: Transition, definition: Definition) -> Iterator[tuple[str, Transition]]:
    for at, need in enumerate(one.needs):
        yield f"needs.{at + 1}", _changed(one, needs=_but(one.needs, at))
        for bound in ("least", "most"):
            if getattr(need, bound) is not None and need.least is not None and need.most is not None:
                needs = [*one.needs]
                needs[at] = _changed(need, **{bound: None})
                yield f"needs.{at + 1}.{bound}", _changed(one, needs=tuple(needs))
    if one.who != ("operator",):
        yield "who", _changed(one, who=("operator",))
    if "another" in one.who and len(one.who) > 1:
        yield "who.another", _changed(one, who=tuple(who for who in one.who if who != "another"))
        yield "who.others", _changed(one, who=("another",))
    if one.outside:
        yield "outside", _changed(one, outside=())
    for at, ask in enumerate(one.asks):
        held = definition.field(ask.field)
        # What the record has to have anyway is not lacking, whether the step asks for it or not, nor what the record
        # has to have that the step opens.
        if held is None or held.required or held.default is not None or _is_passed_on(one, ask.field):
            continue
        if ask.required:
            asks = [*one.asks]
            asks[at] = _changed(ask, required=False)
            yield f"asks.{ask.field}", _changed(one, asks=tuple(asks))
    if one.reason == "required" and one.clock is None:
        yield "reason", _changed(one, reason="optional")
    for code in one.sets:
        yield f"sets.{code}", _changed(one, sets={key: value for key, value in one.sets.items() if key != code})
    for at, opening in enumerate(one.opens):
        yield f"opens.{opening.definition}", _changed(one, opens=_but(one.opens, at))
        for name, fewer in _of_opening(opening):
            opens = [*one.opens]
            opens[at] = fewer
            yield f"opens.{opening.definition}.{name}", _changed(one, opens=tuple(opens))
    if one.level is not None:
        yield "level", _changed(one, level=None)
    if one.clock is not None:
        yield "clock", _changed(one, clock=None)


def _is_passed_on(one: Transition, field: str) -> bool:
    own = own_definitions()
    led_to = [(own[it.definition].field(code), ours) for it in one.opens for code, ours in it.fields.items()]
    return any(held is not None and held.required and ours == field for held, ours in led_to)


def _of_opening(one: Opening) -> Iterator[tuple[str, Opening]]:
    if one.only is not None or one.unless is not None:
        yield "which", _changed(one, only=None, unless=None)
    for code in one.fields:
        yield code, _changed(one, fields={key: value for key, value in one.fields.items() if key != code})


def _of_limit(one: Deadline, definition: Definition) -> Iterator[tuple[str, Deadline]]:
    if one.days is not None:
        yield "days", _changed(one, days=one.days + 1)
        if one.days:
            yield "working_days", _changed(one, working_days=not one.working_days)
    if one.preset is not None:
        other: Any = "complex" if one.preset == "simple" else "simple"
        yield "preset", _changed(one, preset=other)
    if one.when is not None:
        yield "when", _changed(one, when=None)
    if one.level is not None:
        yield "level", _changed(one, level=None)
    ends = {state.code for state in definition.states if state.end is not None}
    for step in one.ends:
        taken = definition.transition(step)
        # At the end of a record, and on another level, a limit is over anyway.
        if taken is None or taken.to in ends or (taken.level is not None and one.level is not None):
            continue
        yield f"ends.{step}", _changed(one, ends=tuple(end for end in one.ends if end != step))


def _of_field(one: FieldDefinition) -> Iterator[tuple[str, FieldDefinition]]:
    if one.required and not one.default:
        yield "required", _changed(one, required=False)
    if one.unique:
        yield "unique", _changed(one, unique=False)
    if one.of_states:
        yield "of_states", _changed(one, of_states=())
    if one.of_until is not None:
        yield "of_until", _changed(one, of_until=None)
    for code in one.brings:
        yield f"brings.{code}", _changed(one, brings={key: value for key, value in one.brings.items() if key != code})
    if one.kind in ("number", "money") and one.most is not None and one.least is None:
        yield "most", _changed(one, most=None)


def _changed(one: Any, **said: Any) -> Any:
    return one.model_copy(update=said)


def _but(some: Sequence[Any], at: int) -> tuple[Any, ...]:
    return (*some[:at], *some[at + 1 :])


def _with(definition: Definition, name: str, at: int, one: Any) -> Definition:
    some = [*getattr(definition, name)]
    some[at] = one
    return _changed(definition, **{name: tuple(some)})  # type: ignore[no-any-return]


@contextmanager
def in_force(definition: Definition) -> Iterator[Mapping[str, Definition]]:
    """Meanwhile every desk goes by this definition in the place of the program's; gives all of them."""
    found = {**own_definitions(), definition.code: definition}
    with patch.object(library, "_read", lambda folder, stamp: Loaded(found, {})):
        yield found
