"""What every feature tells of its own records when the centre's file is looked over: what does not agree, and how bad
that is. A feature lists its invariants in its `checking` module and gives them out through its service facade.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from db import invariants
from db.invariants import reading
from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from frontdesk.context import Context

T = TypeVar("T")

Severity = Literal["broken", "warning", "note"]
"""broken: the records contradict each other, or nobody can read them. warning: it will go wrong unless somebody does
something. note: worth knowing, nothing to be done at once.
"""


@dataclass(frozen=True)
class Finding:
    """One thing that is amiss: `count` times, and what tells the first of them (numbers and codes, never names)."""

    area: str
    code: str
    count: int
    first: Mapping[str, object]
    severity: Severity = "broken"

    @property
    def key(self) -> str:
        """The key of its words in the catalogue `check`."""
        return f"{self.area}.{self.code}"

    def as_json(self) -> dict[str, Any]:
        """Its place in the answer of the command `check`."""
        return {
            "area": self.area,
            "code": self.code,
            "count": self.count,
            "first": dict(self.first),
            "severity": self.severity,
        }


class LookStopped(Exception):
    """Somebody wants the look to end; whoever began it catches this."""


def _go_on() -> bool:
    return False


def _say_nothing(_: str, __: int, ___: int) -> None:
    """Nobody asks how far it is."""


@dataclass(frozen=True)
class Watch:
    """Who watches a look: is told how far it is, and may end it."""

    progress: Callable[[str, int, int], None] = _say_nothing
    """Given the area, the steps done and the steps to do, of which there may come more."""
    stop: Callable[[], bool] = _go_on
    area: str = ""
    base: tuple[int, int] = field(default=(0, 1))

    def through(self, items: Iterable[T], every: int = 200) -> Iterator[T]:
        """The same items, with a look at whether to end before each `every` of them. Raises LookStopped."""
        for place, item in enumerate(items):
            if place % every == 0:
                self.tell()
            yield item

    def tell(self) -> None:
        """Say how far it is. Raises LookStopped."""
        if self.stop():
            raise LookStopped
        self.progress(self.area, *self.base)


class Invariant(NamedTuple):
    """Something that always holds in a sound file, and what is found where it does not."""

    area: str
    code: str
    look: Callable[[Context, sqlite3.Connection, Watch], Finding | None]
    quick: bool = False
    """Whether it reads so little that it is looked at whenever the program starts."""


def stated(area: str, *codes: str, severity: Severity = "broken") -> tuple[Invariant, ...]:
    """The invariants of these codes whose statement `db.invariants` has: each row that it answers contradicts them."""
    return tuple(_stated(area, code, severity) for code in codes)


def _stated(area: str, code: str, severity: Severity) -> Invariant:
    def look(_: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
        watch.tell()
        count, first = invariants.astray(connection, area, code)
        return Finding(area, code, count, first, severity) if count else None

    return Invariant(area, code, look)


def listed(
    area: str,
    code: str,
    found: Callable[[Context, sqlite3.Connection, Watch], Iterable[Mapping[str, object]]],
    severity: Severity = "broken",
    *,
    quick: bool = False,
) -> Invariant:
    """An invariant whose exceptions a function lists, each by what tells it."""

    def look(context: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
        watch.tell()
        count, first = 0, dict[str, object]()
        for one in found(context, connection, watch):
            first = dict(one) if count == 0 else first
            count += 1
        return Finding(area, code, count, first, severity) if count else None

    return Invariant(area, code, look, quick)


def sealed_phones(area: str, table: str, name: str) -> Invariant:
    """That the sealed phones of a table can be read; the first that cannot is told under `name`."""

    def look(context: Context, connection: sqlite3.Connection, watch: Watch) -> Finding | None:
        watch.tell()
        unread = [
            ref for ref, cipher in watch.through(reading.sealed(connection, table)) if opened(context, cipher) is None
        ]
        return Finding(area, "phone_unreadable", len(unread), {name: unread[0]}) if unread else None

    return Invariant(area, "phones", look)


def opened(context: Context, sealed: bytes | None) -> str | None:
    """What a sealed field says, '' where it is empty; None where the centre's key does not open it."""
    if sealed is None:
        return ""
    try:
        return context.keys.unseal(sealed)
    except DeskError as failure:
        if failure.code != "field_unreadable":
            raise
        return None
