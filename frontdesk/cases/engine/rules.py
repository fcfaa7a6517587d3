"""How a record moves: what may be done, and what becomes of it. One pure machine for every definition.

Events are inputs and the record follows from them alone, so that replaying the log gives the record (issue of cases;
the shape is that of the follow-ups of bad ratings). The use cases ask `refusal` first; `step` trusts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from frontdesk.cases.definition.model import Condition, Deadline, Definition, Transition, Who
from frontdesk.cases.engine.values import Value
from frontdesk.cases.engine.working_out import followers, with_what_follows, worked

EventKind = Literal["opened", "moved", "corrected", "noted", "linked", "unlinked"]
"""`corrected` changes fields without a step; `noted` is words only; a link changes nothing of the record itself."""


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


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit that runs, or that was stopped on a day; it does not count the days of its pauses. `begun` is the
    number of the event that began it.
    """

    code: str
    started_on: str
    stopped_on: str | None = None
    pauses: tuple[tuple[str, str | None], ...] = ()
    begun: int = 1

    @property
    def is_paused(self) -> bool:
        """Whether it stands still now."""
        return bool(self.pauses) and self.pauses[-1][1] is None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a record is. Days are local, ISO; `revision` is how many events there were."""

    state: str
    opened_on: str
    values: Mapping[str, Value] = field(default_factory=dict)
    level: int = 1
    ended_on: str | None = None
    moved_by: str = ""
    """Who took the last step that changed the state."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """By step the last day on which it was taken."""
    clocks: tuple[Clock, ...] = ()
    revision: int = 1

    @property
    def is_paused(self) -> bool:
        """Whether the clocks stand still."""
        return any(one.is_paused for one in self.clocks)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants to do something."""

    no: str
    is_manager: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that is linked to this one: of which definition, and where it stands."""

    definition: str
    state: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done: a stable code, and the condition with its own words where one did not hold."""

    code: str
    condition: Condition | None = None
    field: str = ""


def opened(definition: Definition, event: Event) -> Standing:
    """The record that an opening makes."""
    kept = _after(definition, None, event, {})
    clocks = tuple(
        Clock(one.code, event.day) for one in definition.deadlines if one.starts == "opened" and (one.level or 1) == 1
    )
    return Standing(definition.states[0].code, event.day, kept, moved_by=event.operator_no, clocks=clocks)


def refusal_of_opening(definition: Definition, event: Event) -> Refusal | None:
    """Why a record cannot be opened with these values; None where it can."""
    for code in event.values:
        if definition.field(code) is None:
            return Refusal("unknown_field", field=code)
        if code in definition.worked_out:
            return Refusal("worked_out", field=code)
    for one in definition.fields:
        if one.required and event.values.get(one.code) in (None, ""):
            return Refusal("missing", field=one.code)
        if not one.at_opening and event.values.get(one.code) is not None:
            return Refusal("not_at_opening", field=one.code)
    return None


def refusal(
    definition: Definition, now: Standing, event: Event, actor: Actor, linked: Iterable[Linked] = ()
) -> Refusal | None:
    """Why a step cannot be taken, a field not corrected or a note not made; None where it can."""
    if event.kind == "noted":
        return None if event.reason else Refusal("missing_words")
    if event.kind == "corrected":
        return _refusal_of_correction(definition, now, event, actor)
    transition = definition.transition(event.step)
    if transition is None:
        return Refusal("unknown_step")
    if now.state not in transition.from_:
        return Refusal("not_now")
    if not may(transition.who, definition, now, actor):
        # Who did not take the step before is told what else is lacking.
        is_same = now.moved_by == actor.no
        who = tuple(one for one in transition.who if one != "another" or is_same)
        return Refusal(f"only_{_narrowest(who)}")
    if transition.clock == "pause" and now.is_paused:
        return Refusal("paused_already")
    if transition.clock == "resume" and not now.is_paused:
        return Refusal("not_paused")
    if transition.level is not None and not 1 <= now.level + transition.level <= 3:
        return Refusal("no_such_level")
    if transition.reason == "required" and not event.reason:
        return Refusal("reason_missing")
    return _refusal_of_values(definition, now, event, transition, tuple(linked))


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
    for ask in transition.asks:
        if ask.required and after.get(ask.field) in (None, ""):
            return Refusal("missing", field=ask.field)
    after = _after(definition, now.values, event, _sets(definition, transition, event, now.values))
    for condition in transition.needs:
        if not holds(condition, after, linked):
            return Refusal("condition", condition)
    return _emptied(definition, after)


def _refusal_of_correction(definition: Definition, now: Standing, event: Event, actor: Actor) -> Refusal | None:
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
    return _emptied(definition, after)


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
    others = [one for one in who if one != "another"]
    if not others or "operator" in others or actor.is_manager:
        return True
    responsible = now.values.get(definition.responsible or "")
    return "responsible" in others and responsible == actor.no


def _narrowest(who: tuple[Who, ...]) -> Who:
    """The word that a refusal names."""
    order: tuple[Who, ...] = ("another", "responsible", "manager")
    return next((one for one in order if one in who), "manager")


def possible(
    definition: Definition, now: Standing, actor: Actor, linked: Iterable[Linked] = ()
) -> list[tuple[Transition, Refusal | None]]:
    """The steps that leave the state, in the order of the file, each with what is in its way apart from the fields and
    the words that it asks for; None where nothing is.
    """
    known = tuple(linked)
    found: list[tuple[Transition, Refusal | None]] = []
    for one in definition.transitions:
        if now.state not in one.from_:
            continue
        why = refusal(definition, now, Event("moved", now.opened_on, actor.no, one.code, reason="-"), actor, known)
        asked = followers(definition, {ask.field for ask in one.asks})
        if why is not None and (why.code == "missing" or (why.condition is not None and _about(why.condition, asked))):
            why = None
        found.append((one, why))
    return found


def _about(condition: Condition, asked: set[str]) -> bool:
    """Whether what is asked for by the step itself decides a condition."""
    columns = {(one or "").partition(".")[0] for one in (condition.total, *_of_rows(condition))}
    named = {condition.field, *columns, condition.least, condition.most}
    return bool(named & asked)


def holds(condition: Condition, values: Mapping[str, Value], linked: Iterable[Linked] = ()) -> bool:
    """Whether a condition is met. A field without anything is no number: it is neither at least nor at most."""
    if any(_of_rows(condition)):
        return _rows_hold(condition, values)
    if condition.linked is not None:
        number: int | None = sum(
            one.definition == condition.linked and (not condition.states or one.state in condition.states)
            for one in linked
        )
    elif condition.total is not None:
        number = total(values, condition.total)
    else:
        value = values.get(condition.field or "")
        if condition.filled is not None and condition.filled != (value not in (None, "", ())):
            return False
        if condition.equals is not None and not _same(value, condition.equals):
            return False
        if condition.one_of and value not in condition.one_of:
            return False
        number = _number(value)
    return _within(number, condition, values)


def _of_rows(condition: Condition) -> tuple[str | None, ...]:
    """The columns that a condition looks at row by row."""
    return (condition.every, condition.unique, condition.known, condition.among)


def _rows_hold(condition: Condition, values: Mapping[str, Value]) -> bool:
    """Whether a condition on the rows of a list is met; of no rows it is, and an empty cell is not looked at twice."""
    if condition.every is not None:
        return all(one is True for one in _cells(condition.every, values))
    if condition.unique is not None:
        filled = [one for one in _cells(condition.unique, values) if one is not None]
        return len(set(filled)) == len(filled)
    others = set(_cells(condition.among or "", values))
    return all(one is None or one in others for one in _cells(condition.known or "", values))


def _cells(named: str, values: Mapping[str, Value]) -> list[Value | None]:
    """What the rows of a list have in a column."""
    name, _, column = named.partition(".")
    rows = values.get(name, ())
    return [] if isinstance(rows, str | int) else [row.get(column) for row in rows]


def _within(number: int | None, condition: Condition, values: Mapping[str, Value]) -> bool:
    for bound, sign in ((condition.least, 1), (condition.most, -1)):
        if bound is None:
            continue
        limit = _number(values.get(bound)) if isinstance(bound, str) else bound
        if number is None or limit is None or sign * number < sign * limit:
            return False
    return True


def _same(value: Value | None, wanted: str | int | bool) -> bool:
    """Equal and of one kind: True is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _number(value: Value | None) -> int | None:
    """A number as it is, a list as the number of its rows."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    return value if isinstance(value, int) else len(value)


def total(values: Mapping[str, Value], named: str) -> int:
    """The sum of a list's column, 0 for an empty list; whole numbers only, money in fen."""
    name, _, column = named.partition(".")
    rows = values.get(name, ())
    if isinstance(rows, str | int):
        return 0
    return sum(amount for row in rows if isinstance(amount := row.get(column, 0), int))


def step(definition: Definition, now: Standing, event: Event) -> Standing:
    """What an event makes of a record. One that cannot happen in its state changes nothing but the number of events:
    the use cases refuse it.
    """
    after = now
    if event.kind == "corrected":
        after = replace(now, values=_after(definition, now.values, event, {}))
    elif event.kind == "moved":
        transition = definition.transition(event.step)
        if transition is not None and now.state in transition.from_:
            after = _moved(definition, now, event, transition)
    return replace(after, revision=now.revision + 1)


def _moved(definition: Definition, now: Standing, event: Event, transition: Transition) -> Standing:
    state = transition.to or now.state
    level = now.level + (transition.level or 0)
    has_ended = _is_end(definition, state)
    after = replace(
        now,
        state=state,
        level=level,
        values=_after(definition, now.values, event, _sets(definition, transition, event, now.values)),
        ended_on=(now.ended_on or event.day) if has_ended else None,
        moved_by=event.operator_no if transition.to is not None else now.moved_by,
        taken={**now.taken, transition.code: event.day},
    )
    return replace(after, clocks=_clocks(definition, now, after, event.day, transition))


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
            kept[deadline.code] = replace(resumed(running, day), stopped_on=day)
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
    return one if one.stopped_on is not None or one.is_paused else replace(one, pauses=(*one.pauses, (day, None)))


def resumed(one: Clock, day: str) -> Clock:
    """A limit that stood still runs on from this day; one that ran stays as it is."""
    return replace(one, pauses=(*one.pauses[:-1], (one.pauses[-1][0], day))) if one.is_paused else one


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
