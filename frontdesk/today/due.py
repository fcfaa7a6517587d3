"""A line of what waits on the first screen."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Due:
    """Something that waits: a kind that says what it is, what it concerns, and how pressing it is."""

    kind: str
    values: dict[str, object] = field(default_factory=dict)
    pressing: bool = False
    people: tuple[tuple[str, str], ...] = ()
    """Numbers and names of the volunteers whom it is about."""
