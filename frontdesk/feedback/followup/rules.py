"""What can happen to a bad rating, and what becomes of it: one pure machine. No I/O, no clock.

Mechanisms §6.3: new (registered), verified, handling (assigned), result, closed; reopened once by itself where somebody
is not satisfied; stops: appeal upheld, withdrawn. Events are inputs, and the state follows from them alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from db.follow_ups import Complexity, FollowUpState

EventKind = Literal[
    "opened",
    "verified",
    "assigned",
    "complexity",
    "result",
    "called_back",
    "closed",
    "appealed",
    "appeal_upheld",
    "appeal_rejected",
    "reopened",
    "withdrawn",
    "settled",
    "corrected",
]
"""What happens to a follow-up. `opened` and `corrected` (the level) happen with something else, never by themselves."""

Outcome = Literal["", "satisfied", "unsatisfied", "unreached", "not_called", "settled", "mistaken", "withdrawn", "good"]
"""How a follow-up ended; "" while it has not. `good`: the rating was corrected to a good one."""

ENDED: Final[frozenset[FollowUpState]] = frozenset(("closed", "appeal_upheld", "withdrawn"))

ALLOWED: Final[dict[EventKind, tuple[FollowUpState, ...]]] = {
    "verified": ("new",),
    "assigned": ("verified", "handling"),
    "complexity": ("verified", "handling"),
    "result": ("verified", "handling"),
    "called_back": ("result",),
    "closed": ("result",),
    "appealed": ("new", "verified", "handling", "result"),
    "appeal_upheld": ("appealed",),
    "appeal_rejected": ("appealed",),
    "reopened": ("closed", "appeal_upheld", "withdrawn"),
    "withdrawn": ("new", "verified", "handling", "result", "appealed"),
    "settled": ("new", "verified", "handling", "result", "appealed"),
}
"""From which states each step of the staff may be taken."""

MANAGERS: Final[frozenset[EventKind]] = frozenset(
    ("appeal_upheld", "appeal_rejected", "reopened", "withdrawn", "settled")
)
"""Steps that only a manager takes."""

SILENT: Final[frozenset[EventKind]] = frozenset(("assigned", "closed"))
"""Steps that need no words; so do call-backs, except one that somebody was not satisfied in."""

MOST_UNREACHED: Final = 3
"""After so many calls that reached nobody a follow-up may be closed."""

BAD: Final = frozenset((2, 1))
"""差评 (mechanisms §8.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a local day; `value` is what it says beside its words: the preset of `opened`, who is
    responsible, simple or complex, rectified or explained, how a call-back went, the new level.
    """

    kind: EventKind
    day: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How far a follow-up is. Days are local, ISO; `revision` is how many events there were."""

    state: FollowUpState = "new"
    preset: str = ""
    complexity: Complexity = "simple"
    responsible: str = ""
    verified_on: str | None = None
    result_on: str | None = None
    called_back_on: str | None = None
    ended_on: str | None = None
    reopened_on: str | None = None
    outcome: Outcome = ""
    revision: int = 0
    result: str = ""
    """Rectified or explained; of the last result."""
    called: str = ""
    """How the last call-back about this result went."""
    unreached: int = 0
    """How many calls about this result reached nobody."""
    unsatisfied: int = 0
    """How many times somebody was not satisfied when called back, ever."""
    appealed_from: FollowUpState | None = None
    """Where the only appeal was made; None where there was none."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing waits to be done."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Facts:
    """What of the rating decides what may be done: its level, whether it is workable, whether its rater can be called.

    `is_workable`: see `capture.rules.is_workable`.
    """

    level: int
    is_workable: bool
    can_call: bool


def refusal(now: FollowUp, event: Event, facts: Facts) -> str:
    """Why a step of the staff cannot be taken, as the code of an error; "" where it can."""
    if not facts.is_workable:
        return "not_workable"
    if now.state not in ALLOWED.get(event.kind, ()):
        return "ended" if now.has_ended else "not_now"
    if facts.level not in BAD:
        return "not_bad"
    if event.kind == "called_back" and not facts.can_call:
        return "nobody_to_call"
    if event.kind == "closed" and must_call(now, facts):
        return "call_back_first"
    if event.kind == "appealed" and now.appealed_from is not None:
        return "appealed_before"
    if event.kind == "complexity" and event.value == now.complexity:
        return "same_complexity"
    return ""


def must_call(now: FollowUp, facts: Facts) -> bool:
    """Whether somebody has to be called back before this is closed: reached, or three times not (国办发〔2019〕51号:
    every named bad rating is called back).
    """
    return facts.can_call and now.called != "satisfied" and now.unreached < MOST_UNREACHED


def possible(now: FollowUp, facts: Facts) -> tuple[EventKind, ...]:
    """The steps that can be taken now, as far as they depend on no more than this."""
    return tuple(kind for kind in ALLOWED if not refusal(now, Event(kind, "", "-"), facts))


def step(now: FollowUp, event: Event) -> FollowUp:
    """What an event makes of a follow-up. One that cannot happen in its state changes nothing but the number of
    events: the use cases refuse it.
    """
    is_possible = event.kind not in ALLOWED or now.state in ALLOWED[event.kind]
    after = _happened(now, event) if is_possible else now
    return replace(after, revision=now.revision + 1)


def replayed(events: Iterable[Event]) -> FollowUp:
    """The follow-up that these events make, the first first."""
    now = FollowUp()
    for event in events:
        now = step(now, event)
    return now


def _happened(now: FollowUp, event: Event) -> FollowUp:
    match event.kind:
        case "opened":
            return replace(now, preset=event.value)
        case "verified":
            return replace(now, state="verified", verified_on=event.day, responsible=event.value or now.responsible)
        case "assigned":
            return replace(now, state="handling", responsible=event.value)
        case "complexity":
            return replace(now, complexity="complex" if event.value == "complex" else "simple")
        case "result":
            fresh = replace(now, state="result", result_on=event.day, called_back_on=None)
            return replace(fresh, result=event.value, called="", unreached=0)
        case "called_back":
            return _called_back(now, event)
        case "closed":
            outcome: Outcome = "satisfied" if now.called == "satisfied" else "unreached" if now.called else "not_called"
            return _ended(now, event, "closed", outcome)
        case "appealed" | "appeal_upheld" | "appeal_rejected":
            return _appeal(now, event)
        case "reopened":
            return _reopened(now, event)
        case "withdrawn":
            return _ended(now, event, "withdrawn", "withdrawn")
        case "settled":
            return _ended(now, event, "closed", "settled")
        case "corrected":
            return _corrected(now, event)


def _called_back(now: FollowUp, event: Event) -> FollowUp:
    if event.value == "satisfied":
        return replace(now, called="satisfied", called_back_on=event.day)
    if event.value == "unreached":
        tried = now.unreached + 1
        reached_on = event.day if tried >= MOST_UNREACHED and not now.called_back_on else now.called_back_on
        return replace(now, called=now.called or "unreached", unreached=tried, called_back_on=reached_on)
    after = replace(now, called="unsatisfied", called_back_on=event.day, unsatisfied=now.unsatisfied + 1)
    if after.unsatisfied == 1:
        return _reopened(after, event)
    return _ended(after, event, "closed", "unsatisfied")


def _appeal(now: FollowUp, event: Event) -> FollowUp:
    if event.kind == "appealed":
        return replace(now, state="appealed", appealed_from=now.state)
    if event.kind == "appeal_upheld":
        return _ended(now, event, "appeal_upheld", "mistaken")
    # Who turned the appeal down has looked into the matter: it stands, and that is what verifying finds out.
    back = now.appealed_from or "verified"
    if back == "new":
        return replace(now, state="verified", verified_on=event.day)
    return replace(now, state=back)


def _ended(now: FollowUp, event: Event, state: FollowUpState, outcome: Outcome) -> FollowUp:
    return replace(now, state=state, outcome=outcome, ended_on=event.day)


def _reopened(now: FollowUp, event: Event) -> FollowUp:
    """Everything about the result is to be done once more, and its time runs anew."""
    fresh = replace(now, state="handling", reopened_on=event.day, ended_on=None, outcome="")
    return replace(fresh, result_on=None, result="", called="", unreached=0, called_back_on=None)


def _corrected(now: FollowUp, event: Event) -> FollowUp:
    is_bad = int(event.value) in BAD
    if not is_bad and not now.has_ended:
        return _ended(now, event, "withdrawn", "good")
    if is_bad and now.outcome == "good":
        return _reopened(now, event)
    return now
