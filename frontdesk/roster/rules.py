"""AB roles: who acts, who stands by, where a post is empty. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from db.duty import DutySlot
    from db.staff import PostHolder
    from frontdesk.roster.model import Away


class OnPost(Protocol):
    """Somebody at a post: A, B, or neither, who was trained for it or stands in."""

    @property
    def post(self) -> str:
        """The post's name."""

    @property
    def staff_no(self) -> str:
        """The person's number."""

    @property
    def name(self) -> str:
        """The person's name."""

    @property
    def ab(self) -> str:
        """A, B, or nothing."""


@dataclass(frozen=True)
class DutyPerson:
    """Somebody in a slot of the roster, with the letter that this person has at the post, if any."""

    post: str
    staff_no: str
    name: str
    ab: str = ""


@dataclass(frozen=True)
class DutyLine:
    """One post on one day, or in one shift of it: who acts, who stands by, and who of its people is away.

    `shift` and its window (minutes after midnight) are those of a published slot; without a roster there is none.
    """

    post: str
    acting: tuple[OnPost, ...]
    standby: tuple[OnPost, ...]
    away: tuple[OnPost, ...]
    shift: str = ""
    window: tuple[int, int] | None = None
    stepped_in: bool = False

    @property
    def key(self) -> str:
        """What tells the line from the others of its day."""
        return f"{self.post} {self.shift}".rstrip()

    @property
    def gap(self) -> bool:
        """Whether the post is empty: A and B are both away, or it has nobody (glossary 空岗)."""
        return not self.acting

    @property
    def covered(self) -> bool:
        """Whether somebody acts in place of another: a B because no A is there, or whoever was not planned (顶岗)."""
        if self.shift:
            return bool(self.acting) and self.stepped_in
        return bool(self.acting) and all(holder.ab == "B" for holder in self.acting)

    @property
    def alone(self) -> bool:
        """Whether nobody could step in if those who act were called away."""
        return bool(self.acting) and not self.standby


def duty(posts: Iterable[str], holders: Iterable[PostHolder], away: Container[str]) -> list[DutyLine]:
    """The duty of one day: A acts; when every A is away B takes over with the same authority (mechanisms
    §8.2). Who is away for a part of the day is not counted on.
    """
    every = list(holders)
    lines = []
    for post in posts:
        of_post = [holder for holder in every if holder.post == post]
        present_a = [holder for holder in of_post if holder.ab == "A" and holder.staff_no not in away]
        present_b = [holder for holder in of_post if holder.ab == "B" and holder.staff_no not in away]
        acting, standby = (present_a, present_b) if present_a else (present_b[:1], present_b[1:])
        absent = [holder for holder in of_post if holder.staff_no in away]
        lines.append(DutyLine(post, tuple(acting), tuple(standby), tuple(absent)))
    return lines


def worked_duty(
    slots: Iterable[DutySlot],
    holders: Iterable[PostHolder],
    absences: Mapping[str, Sequence[Away]],
    names: Mapping[str, str],
) -> list[DutyLine]:
    """The duty of one day as its published slots have it, in their order; a post has a line for each of its shifts.

    Of its people those are away who miss any of that shift.
    """
    letters = {(holder.post, holder.staff_no): holder.ab for holder in holders}

    def people(post: str, numbers: Iterable[str | None]) -> tuple[OnPost, ...]:
        found = dict.fromkeys(no for no in numbers if no is not None)
        return tuple(DutyPerson(post, no, names.get(no, no), letters.get((post, no), "")) for no in found)

    def misses(slot: DutySlot, no: str | None) -> bool:
        day = date.fromisoformat(slot.day)
        return any(one.touches(day, slot.starts, slot.ends) for one in absences.get(no or "", ()))

    lines = []
    for slot in slots:
        own = [slot.planned_acting, slot.planned_standby, *(no for post, no in letters if post == slot.post)]
        line = DutyLine(
            post=slot.post,
            acting=people(slot.post, [slot.acting]),
            standby=people(slot.post, [slot.standby]),
            away=people(slot.post, [no for no in own if misses(slot, no)]),
            shift=slot.shift,
            window=(slot.starts, slot.ends),
            stepped_in=slot.acting is not None and slot.acting != slot.planned_acting,
        )
        lines.append(line)
    return lines
