"""Where a record is that was not opened here: as somebody says, who brings a register along. Pure.

Such an opening says the state as its step, behind a mark that no step begins with. Nothing is known of the steps
before: no limit runs from them, and what they ask for is taken as it is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.cases.definition.model import Definition, State, Transition

MARK = "@"
_LEVEL = "/"


def stated(state: str, level: int = 1) -> str:
    """The step of an opening that says in which state, and on which level, a record is."""
    return f"{MARK}{state}{_LEVEL}{level}" if level != 1 else f"{MARK}{state}"


def state_in(step: str) -> tuple[str, int]:
    """The state and the level that an opening says; "" for one that says none."""
    if not step.startswith(MARK):
        return "", 1
    state, _, level = step.removeprefix(MARK).partition(_LEVEL)
    return state, int(level) if level in ("2", "3") else 1


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
    reached, ahead = set[str](), [code]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += [one.to for one in definition.transitions if here in one.from_ and one.to is not None]
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
