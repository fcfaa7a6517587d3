"""The monthly list (月度项目清单): to what each step goes back, and what stands in the way of publishing. Pure.

Source: mechanisms H01 (draft, approved, published, closed; locked when published) and §6.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from db.activities import Session
from db.monthly import ListState
from db.rooms import Occupation

STEP_BACK: dict[ListState, ListState] = {"closed": "published", "published": "approved", "approved": "draft"}
"""To which state taking the last step back leads."""


class Clash(NamedTuple):
    """A room that is taken twice at the same time, set-up and clearing included."""

    one: Occupation
    other: Occupation


def listed(sessions: Sequence[Session]) -> list[Session]:
    """The sessions that a list announces: all but the cancelled ones."""
    return [one for one in sessions if one.state != "cancelled"]


def lacking(sessions: Sequence[Session]) -> list[Session]:
    """The sessions without a room or without somebody who leads them."""
    return [one for one in listed(sessions) if not one.room or not one.lead]


def clashes(occupations: Sequence[Occupation]) -> list[Clash]:
    """Where a session takes a room that something else takes too, by when the second of them begins to."""
    found: list[Clash] = []
    running: dict[str, list[Occupation]] = {}
    for one in sorted(occupations, key=lambda one: (one.taken_from, one.kind, one.ref)):
        still = [other for other in running.get(one.room, []) if other.taken_until > one.taken_from]
        found += [Clash(other, one) for other in still if "session" in (one.kind, other.kind)]
        running[one.room] = [*still, one]
    return found


def list_number(centre_code: str, month: str, edition: int) -> str:
    """编号 of a published list: the centre, the month and which edition of it."""
    return f"{centre_code}-{month.replace('-', '')}-{edition}"
