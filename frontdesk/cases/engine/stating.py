"""Where a record is that was not opened here: as somebody says, who brings a register along. Pure.

Such an opening says the state as its step, behind a mark that no step begins with. Nothing is known of the steps
before: no limit runs from them, and what they ask for is taken as it is said. Where the day is known on which it was
entered in the old book, that stands behind the state, and the limits of an opening run from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.cases.definition.model import Deadline, Definition, State, Transition

MARK = "@"
_LEVEL = "/"
_DAY = "~"


def stated(state: str, level: int = 1, day: str = "") -> str:
    """The step of an opening that says in which state, and on which level, a record is, and the local day (ISO) on
    which it was entered before it came here, "" where nobody knows it.
    """
    on_level = f"{_LEVEL}{level}" if level != 1 else ""
    return f"{MARK}{state}{on_level}{_DAY}{day}" if day else f"{MARK}{state}{on_level}"


def state_in(step: str) -> tuple[str, int]:
    """The state and the level that an opening says; "" for one that says none."""
    if not step.startswith(MARK):
        return "", 1
    state, _, level = step.removeprefix(MARK).partition(_DAY)[0].partition(_LEVEL)
    return state, int(level) if level in ("2", "3") else 1


def day_in(step: str) -> str:
    """The day of entry in the old book that an opening says; "" for one that says none."""
    return step.partition(_DAY)[2] if step.startswith(MARK) else ""


def with_day(step: str, day: str) -> str:
    """An opening that says a state, with this day of entry instead of its own."""
    return f"{step.partition(_DAY)[0]}{_DAY}{day}"


def runs_from_opening(definition: Definition, deadline: Deadline, state: str, level: int) -> bool:
    """Whether a limit that begins with the opening may still run in a state: that is reached without a step that ends
    it, and it is of that level.
    """
    if deadline.starts != "opened" or deadline.level not in (None, level) or (deadline.level is not None and level > 1):
        return False
    found = definition.state(state)
    here = definition.states[0].code
    others = [one for one in definition.transitions if one.code not in deadline.ends]
    return found is not None and found.end is None and state in _reached_by(others, here)


def is_reached(definition: Definition, code: str) -> bool:
    """Whether records come to a state from the first one."""
    return bool(definition.states) and code in _reached(definition, definition.states[0].code)


def filled_before(definition: Definition, code: str) -> frozenset[str]:
    """The fields that steps may have written of a record that came to a state."""
    steps = [one for one in definition.transitions if any(code in _reached(definition, end) for end in _ends(one))]
    return frozenset(field for one in steps for field in (*(ask.field for ask in one.asks), *one.sets))


def _ends(step: Transition) -> Iterator[str]:
    """Where a record is after a step."""
    yield from [step.to] if step.to is not None else step.from_


def _reached(definition: Definition, code: str) -> set[str]:
    """The states to which records come from one, that one too."""
    return _reached_by(definition.transitions, code)


def _reached_by(steps: Sequence[Transition], code: str) -> set[str]:
    reached, ahead = set[str](), [code]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += [one.to for one in steps if here in one.from_ and one.to is not None]
    return reached


def state_named(definition: Definition, words: str) -> State | None:
    """The state that is called so, in either language, or has this code; None for none or several."""
    wanted = words.strip().casefold()
    found = [
        one
        for one in definition.states
        if wanted in {name.casefold() for name in (one.code, one.name.zh_CN, one.name.en) if name}
    ]
    return found[0] if len(found) == 1 else None
