"""What follows from a definition alone is found out once for each, and not for every record that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from frontdesk.cases.definition.model import Definition

T = TypeVar("T")

MOST_KEPT = 500
"""Definitions of which something is remembered: those in force, and those by which old records are read."""


def once_each(find: Callable[[Definition], T]) -> Callable[[Definition], T]:
    """The function, asked once for each definition: for the same one, not for an equal one, as comparing two of them
    takes longer than most of what is asked here.
    """
    kept: dict[int, tuple[Definition, T]] = {}

    def found(definition: Definition) -> T:
        # What is remembered holds its definition, so that no other one gets its place in memory.
        one = kept.get(id(definition))
        if one is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            one = kept[id(definition)] = definition, find(definition)
        return one[1]

    return found
