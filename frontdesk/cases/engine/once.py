"""What follows from a definition alone is found out once for each, and not for every record that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

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


class reckoned(Generic[T]):
    """A property that is found out when it is first asked for and kept in its object: `functools.cached_property`
    without the lock that the latter takes until Python 3.12, for what is asked of each record by one thread.
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> T:
        found = instance.__dict__[self._name] = self._find(instance)
        return found
