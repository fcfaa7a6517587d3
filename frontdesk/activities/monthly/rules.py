"""The monthly list (月度项目清单): to what each step goes back, and what stands in the way of publishing. Pure.

Source: mechanisms H01 (draft, approved, published, closed; locked when published) and §6.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from db.activities import Session
from db.monthly import ListState
from db.rooms import Occupation

WhyNot = Literal[
    "published",
    "approved",
    "closed",
    "nothing_back",
    "unpublished",
    "not_approved",
    "drafts_left",
    "not_published",
    "not_over",
]
"""Why a step cannot be taken."""

STEP_BACK: dict[ListState, ListState] = {"closed": "published", "published": "approved", "approved": "draft"}
"""To which state taking the last step back leads."""


def is_out(state: ListState | None) -> bool:
    """Whether the list has been published: what changes now becomes a change line."""
    return state in ("published", "closed")


def why_not(step: str, state: ListState | None, *, drafts: bool, planned: bool, is_over: bool) -> WhyNot | None:
    """Why a step cannot be taken with a list in this state (None while nobody keeps one); None where it can, and for
    what is no step: plan, approve, publish, withdraw, close_list, and changes, which is to look at them.

    `drafts` says that the month has drafts nobody approved, `planned` that it has sessions nobody announced, `is_over`
    that the month is over. Publishing what came to a list that is out already is the same step.
    """
    match step:
        case "plan":
            return "published" if is_out(state) else None
        case "approve":
            return "published" if is_out(state) else "approved" if state == "approved" and not drafts else None
        case "publish":
            return _why_not_publish(state, drafts=drafts, planned=planned)
        case "withdraw":
            return None if state in STEP_BACK else "nothing_back"
        case "changes":
            return None if is_out(state) else "unpublished"
        case "close_list":
            if state != "published":
                return "closed" if state == "closed" else "not_published"
            return None if is_over else "not_over"
        case _:
            return None


def _why_not_publish(state: ListState | None, *, drafts: bool, planned: bool) -> WhyNot | None:
    if state == "published":
        return None if planned else "published"
    if state == "closed":
        return "closed"
    if state != "approved":
        return "not_approved"
    return "drafts_left" if drafts else None


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
