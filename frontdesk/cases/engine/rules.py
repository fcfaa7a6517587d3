"""How a record moves: what may be done, and what becomes of it. One pure machine for every definition.

Events are inputs and the record follows from them alone, so that replaying the log gives the record (issue of cases;
the shape is that of the follow-ups of bad ratings). The use cases ask `refusal` first; `step` trusts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from frontdesk.cases.definition.model import Condition, Deadline, Definition, Transition, Who
from frontdesk.cases.engine.conditions import Linked as Linked
from frontdesk.cases.engine.conditions import holds as holds
from frontdesk.cases.engine.conditions import rows_named
from frontdesk.cases.engine.conditions import total as total
from frontdesk.cases.engine.stating import day_in, filled_before, is_reached, runs_from_opening, state_in
from frontdesk.cases.engine.values import Value
from frontdesk.cases.engine.working_out import with_what_follows, worked

EventKind = Literal["opened", "moved", "corrected", "noted", "linked", "unlinked"]
"""`corrected` changes fields without a step; `noted` is words only; a link changes nothing of the record itself."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a record on a local day, done by a person (a staff number)."""

    kind: EventKind
    day: str
    operator_no: str
    step: str = ""
    values: Mapping[str, Value | None] = field(default_factory=dict)
    """Fields and what they hold from now on; None empties one."""
    reason: str = ""
    as_logged: bool = False
    """Whether the values tell also what followed from those that were said, as the log does: nothing is worked out."""


class Clock(NamedTuple):
    """A time limit that runs, or that was stopped on a day; it does not count the days of its pauses. `begun` is the
    number of the event that began it; `day` by when it was due, where a later step wrote another day into its field.
    """

    code: str
    started_on: str
    stopped_on: str | None = None
    pauses: tuple[tuple[str, str | None], ...] = ()
    begun: int = 1
    day: str | None = None

    @property
    def is_paused(self) -> bool:
        """Whether it stands still now."""
        return bool(self.pauses) and self.pauses[-1][1] is None


class Standing(NamedTuple):
    """How far a record is. Days are local, ISO; `revision` is how many events there were."""

    state: str
    opened_on: str
    values: Mapping[str, Value] = NOTHING
    level: int = 1
    ended_on: str | None = None
    moved_by: str = ""
    """Who took the last step that changed the state."""
    taken: Mapping[str, str] = NOTHING
    """By step the last day on which it was taken."""
    clocks: tuple[Clock, ...] = ()
    revision: int = 1

    @property
    def is_paused(self) -> bool:
        """Whether the clocks stand still."""
        return any(one.is_paused for one in self.clocks)


class Actor(NamedTuple):
    """Who wants to do something."""

    no: str
    is_manager: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done: a stable code, and the condition with its own words where one did not hold, with
    the rows of a list for which it did not (their number and what they are about). Of what is missing `field` is the
    first and `also` has the rest.
    """

    code: str
    condition: Condition | None = None
    field: str = ""
    rows: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def opened(definition: Definition, event: Event) -> Standing:
    """The record that an opening makes; one that was brought along is where the opening says."""
    kept = _after(definition, None, event, {})
    state, level = state_in(event.step)
    if state:
        ended_on = event.day if _is_end(definition, state) else None
        day = day_in(event.step)
        known = [one for one in definition.deadlines if day and runs_from_opening(definition, one, state, level)]
        running = tuple(Clock(one.code, day) for one in known)
        return Standing(state, day or event.day, kept, level, ended_on, moved_by=event.operator_no, clocks=running)
    clocks = tuple(
        Clock(one.code, event.day) for one in definition.deadlines if one.starts == "opened" and (one.level or 1) == 1
    )
    return Standing(definition.states[0].code, event.day, kept, moved_by=event.operator_no, clocks=clocks)


def refusal_of_opening(definition: Definition, event: Event) -> Refusal | None:
    """Why a record cannot be opened with these values; None where it can."""
    state, _ = state_in(event.step)
    if state and not is_reached(definition, state):
        return Refusal("not_now")
    before = filled_before(definition, state) if state else frozenset[str]()
    for code in event.values:
        if definition.field(code) is None:
            return Refusal("unknown_field", field=code)
        if code in definition.worked_out:
            return Refusal("worked_out", field=code)
    lacking = [one.code for one in definition.fields if one.required and event.values.get(one.code) in (None, "")]
    for one in definition.fields:
        if one.code in lacking:
            return _missing(lacking)
        if not one.at_opening and one.code not in before and event.values.get(one.code) is not None:
            return Refusal("not_at_opening", field=one.code)
    return None


def _missing(codes: Sequence[str]) -> Refusal:
    return Refusal("missing", field=codes[0], also=tuple(codes[1:]))


def refusal(
    definition: Definition,
    now: Standing,
    event: Event,
    actor: Actor,
    linked: Iterable[Linked] = (),
    *,
    ahead: str = "",
) -> Refusal | None:
    """Why a step cannot be taken, a field not corrected or a note not made; None where it can. A correction may write
    what the step `ahead` asks for before that is taken.
    """
    if event.kind == "noted":
        return None if event.reason else Refusal("missing_words")
    if event.kind == "corrected":
        return _refusal_of_correction(definition, now, event, actor, ahead)
    transition = definition.transition(event.step)
    if transition is None:
        return Refusal("unknown_step")
    if now.state not in transition.from_:
        return Refusal("not_now")
    bar = barred(definition, now, transition, actor, event.values)
    if bar is not None:
        return bar
    if transition.reason == "required" and not event.reason:
        return Refusal("reason_missing")
    return _refusal_of_values(definition, now, event, transition, tuple(linked))


def barred(
    definition: Definition,
    now: Standing,
    transition: Transition,
    actor: Actor,
    values: Mapping[str, Value | None] = NOTHING,
) -> Refusal | None:
    """What is in the way of a step that leaves the state but for what it asks for: who wants to take it, the clocks and
    the level; None where nothing is. By the `values` that are said with it somebody from outside may have taken it.
    """
    who = _without_another(transition.who) if _is_outside(transition, values) else transition.who
    if not may(who, definition, now, actor):
        if transition.outside and may(_without_another(who), definition, now, actor):
            lacking = (one for one in transition.outside if values.get(one) in (None, ""))
            return Refusal("only_another_or_outside", field=next(lacking))
        # Who did not take the step before is told what else is lacking.
        is_same = now.moved_by == actor.no
        left = tuple(one for one in who if one != "another" or is_same)
        return Refusal(f"only_{_narrowest(left)}")
    if transition.clock == "pause" and now.is_paused:
        return Refusal("paused_already")
    if transition.clock == "resume" and not now.is_paused:
        return Refusal("not_paused")
    if transition.level is not None and not 1 <= now.level + transition.level <= 3:
        return Refusal("highest_level" if transition.level > 0 else "lowest_level")
    return None


def _refusal_of_values(
    definition: Definition, now: Standing, event: Event, transition: Transition, linked: tuple[Linked, ...]
) -> Refusal | None:
    asked = {one.field for one in transition.asks}
    for code in event.values:
        if code in definition.worked_out:
            return Refusal("worked_out", field=code)
        if code not in asked:
            return Refusal("not_asked", field=code)
    after: Mapping[str, Value] = _values(now.values, event.values)
    if lacking := [ask.field for ask in transition.asks if ask.required and after.get(ask.field) in (None, "")]:
        return _missing(lacking)
    after = _after(definition, now.values, event, _sets(definition, transition, event, now.values))
    for condition in transition.needs:
        if not holds(condition, after, linked):
            return Refusal("condition", condition, rows=rows_named(definition, condition, after))
    return _emptied(definition, after)


def _refusal_of_correction(
    definition: Definition, now: Standing, event: Event, actor: Actor, ahead: str
) -> Refusal | None:
    """What was written down wrongly is mended with a reason; of a record that has ended by a manager only."""
    if not event.reason:
        return Refusal("reason_missing")
    if now.ended_on is not None and not actor.is_manager:
        return Refusal("only_manager")
    for code in event.values:
        if definition.field(code) is None:
            return Refusal("unknown_field", field=code)
        if code in definition.worked_out:
            return Refusal("worked_out", field=code)
    after = _after(definition, now.values, event, {})
    if after == now.values:
        return Refusal("nothing_changed")
    changed = [code for code, value in event.values.items() if value != now.values.get(code)]
    for code in changed:
        refused = _refusal_to_write(definition, now, code, actor, ahead)
        if refused is not None:
            return refused
    return _undoing(definition, now, after) or _emptied(definition, after)


def _refusal_to_write(definition: Definition, now: Standing, code: str, actor: Actor, ahead: str) -> Refusal | None:
    """A correction gets round no step: it fills in nothing that a step has still to ask for (but for `ahead`), and what
    only some may write by a step they alone correct: who may take one of now, and once none can be taken who may take
    each of them; so with who is responsible where that opens steps.
    """
    field = definition.field(code)
    writing = [one for one in definition.transitions if code in one.sets or any(ask.field == code for ask in one.asks)]
    is_later = field is not None and not field.at_opening and code not in now.values
    if is_later and not any(one.code in now.taken or one.code == ahead for one in writing):
        return Refusal("not_written_yet", field=code)
    guards = [one.who for one in writing if now.state in one.from_]
    enough = any
    if not guards and any(one.code in now.taken for one in writing):
        guards, enough = [one.who for one in writing], all
    if not guards and code == definition.responsible:
        guards = [one.who for one in definition.transitions if "responsible" in one.who]
    open_to = [_without_another(who) for who in guards]
    if not open_to or enough(may(who, definition, now, actor) for who in open_to):
        return None
    is_managers = all("responsible" not in who for who in open_to)
    return Refusal("only_manager" if is_managers else "only_responsible", field=code)


def _undoing(definition: Definition, now: Standing, after: Mapping[str, Value]) -> Refusal | None:
    """What a step asked for, and what held, a correction does not undo as long as the record is past that step."""
    for one in definition.transitions:
        if one.code not in now.taken or not _is_past(definition, one, now.state):
            continue
        for condition in one.needs:
            if condition.linked is None and holds(condition, now.values) and not holds(condition, after):
                return Refusal("condition", condition, rows=rows_named(definition, condition, after))
        for code in one.outside:
            if now.values.get(code) not in (None, "") and after.get(code) in (None, ""):
                return Refusal("missing", field=code)
    return None


def _is_past(definition: Definition, transition: Transition, state: str) -> bool:
    """Whether a record may have come from a step to a state without being opened again."""
    reached: set[str] = set()
    ahead = [transition.to] if transition.to is not None else [*transition.from_]
    while ahead:
        here = ahead.pop()
        reached.add(here)
        ways = (one for one in definition.transitions if here in one.from_ and not one.reopens)
        ahead += [one.to for one in ways if one.to is not None and one.to not in reached]
    return state in reached


def _emptied(definition: Definition, after: Mapping[str, Value]) -> Refusal | None:
    """What every record has to have is never emptied."""
    for one in definition.fields:
        if one.required and after.get(one.code) in (None, ""):
            return Refusal("missing", field=one.code)
    return None


def may(who: tuple[Who, ...], definition: Definition, now: Standing, actor: Actor) -> bool:
    """Whether somebody is among those who may: any one of the words is enough, and `another` holds beside them."""
    if "another" in who and now.moved_by == actor.no:
        return False
    if actor.is_manager or "operator" in who:
        return True
    others = [one for one in who if one != "another"]
    if not others:
        return True
    responsible = now.values.get(definition.responsible or "")
    return "responsible" in others and responsible == actor.no


def _without_another(who: tuple[Who, ...]) -> tuple[Who, ...]:
    return tuple(one for one in who if one != "another")


def _is_outside(transition: Transition, values: Mapping[str, Value | None]) -> bool:
    """Whether a step names somebody from outside who took it: with it, not by what was written down before."""
    return bool(transition.outside) and all(values.get(one) not in (None, "") for one in transition.outside)


def _narrowest(who: tuple[Who, ...]) -> Who:
    """The word that a refusal names."""
    order: tuple[Who, ...] = ("another", "responsible", "manager")
    return next((one for one in order if one in who), "manager")


def step(definition: Definition, now: Standing, event: Event) -> Standing:
    """What an event makes of a record. One that cannot happen in its state changes nothing but the number of events:
    the use cases refuse it.
    """
    after = now
    if event.kind == "corrected":
        after = now._replace(values=_after(definition, now.values, event, {}))
    elif event.kind == "moved":
        transition = definition.transition(event.step)
        if transition is not None and now.state in transition.from_:
            after = _moved(definition, now, event, transition)
    return after._replace(revision=now.revision + 1)


def _moved(definition: Definition, now: Standing, event: Event, transition: Transition) -> Standing:
    state = transition.to or now.state
    level = now.level + (transition.level or 0)
    has_ended = _is_end(definition, state)
    after = now._replace(
        state=state,
        level=level,
        values=_after(definition, now.values, event, _sets(definition, transition, event, now.values)),
        ended_on=(now.ended_on or event.day) if has_ended else None,
        moved_by=event.operator_no if transition.to is not None else now.moved_by,
        taken={**now.taken, transition.code: event.day},
    )
    return after._replace(clocks=_clocks(definition, now, after, event.day, transition))


def _is_end(definition: Definition, code: str) -> bool:
    state = definition.state(code)
    return state is not None and state.end is not None


def _clocks(
    definition: Definition, before: Standing, after: Standing, day: str, transition: Transition
) -> tuple[Clock, ...]:
    """A step stops what it ends, starts what begins with it, and with the end of the record all clocks stop. Opened
    again, or on a new level, the limits of that begin anew.
    """
    kept: dict[str, Clock] = {one.code: one for one in before.clocks}
    for deadline in definition.deadlines:
        running = kept.get(deadline.code)
        is_over = transition.code in deadline.ends or after.ended_on is not None
        left_level = deadline.level is not None and deadline.level != after.level
        if running is not None and running.stopped_on is None and (is_over or left_level):
            kept[deadline.code] = resumed(running, day)._replace(stopped_on=day)
        if after.ended_on is None and _begins(definition, deadline, transition, before, after):
            kept[deadline.code] = Clock(deadline.code, day, begun=before.revision + 1)
    if transition.clock == "pause":
        kept = {code: _paused(one, day) for code, one in kept.items()}
    elif transition.clock == "resume":
        kept = {code: resumed(one, day) for code, one in kept.items()}
    return tuple(kept.values())


def _begins(
    definition: Definition, deadline: Deadline, transition: Transition, before: Standing, after: Standing
) -> bool:
    if deadline.level is not None and deadline.level != after.level:
        return False
    if deadline.starts == transition.code:
        return True
    if deadline.level is None:
        return deadline.starts == "opened" and transition.reopens
    # On its level the limit begins from wherever the record comes to it, up or down.
    starter = definition.transition(deadline.starts)
    is_of_level = deadline.starts == "opened" or (starter is not None and starter.level is not None)
    return is_of_level and (transition.reopens or before.level != after.level)


def _paused(one: Clock, day: str) -> Clock:
    return one if one.stopped_on is not None or one.is_paused else one._replace(pauses=(*one.pauses, (day, None)))


def resumed(one: Clock, day: str) -> Clock:
    """A limit that stood still runs on from this day; one that ran stays as it is."""
    return one._replace(pauses=(*one.pauses[:-1], (one.pauses[-1][0], day))) if one.is_paused else one


def _values(before: Mapping[str, Value], said: Mapping[str, Value | None]) -> dict[str, Value]:
    after = {**before, **said}
    return {code: value for code, value in after.items() if value is not None}


def _sets(
    definition: Definition, transition: Transition, event: Event, before: Mapping[str, Value]
) -> dict[str, Value | None]:
    """What a step writes into fields: of staff who takes it, of dates the day, or what another such field holds."""
    written: dict[str, Value | None] = dict(transition.sets)
    for code, value in transition.sets.items():
        found = definition.field(code)
        if found is not None and found.kind in ("staff", "date") and isinstance(value, str):
            named = {"operator": event.operator_no, "today": event.day}
            written[code] = named[value] if value in named else {**before, **event.values}.get(value)
    return written


def _after(
    definition: Definition, before: Mapping[str, Value] | None, event: Event, sets: Mapping[str, Value | None]
) -> dict[str, Value]:
    """The values after an event, with what follows from them; `before` is None for an opening."""
    after = _values(_values(before or {}, event.values), sets)
    return after if event.as_logged else worked(definition, before, after)


def told(definition: Definition, now: Standing | None, event: Event) -> Event:
    """The event as it is kept: with what follows from it, so that the log tells what held by the rules of its day.
    `now` is None for an opening.
    """
    after = opened(definition, event) if now is None else step(definition, now, event)
    before = now.values if now is not None else {}
    values = with_what_follows(definition, event.values, before, after.values)
    return replace(event, values=values, as_logged=True)


def replayed(definition: Definition, events: Iterable[Event]) -> Standing:
    """The record that these events make; the first is the opening. Raises ValueError without any."""
    now: Standing | None = None
    for event in events:
        now = opened(definition, event) if now is None else step(definition, now, event)
    if now is None:
        raise ValueError("a record begins with its opening")
    return now
