"""AB roles: who acts, who stands by, where a post is empty. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from db.staff import PostHolder


@dataclass(frozen=True)
class DutyLine:
    """One post on one day: who holds it, who of them is away, and so who acts and who stands by."""

    post: str
    acting: tuple[PostHolder, ...]
    standby: tuple[PostHolder, ...]
    away: tuple[PostHolder, ...]

    @property
    def gap(self) -> bool:
        """Whether the post is empty: A and B are both away, or it has nobody (glossary 空岗)."""
        return not self.acting

    @property
    def covered(self) -> bool:
        """Whether a B acts because no A is there (glossary 顶岗)."""
        return bool(self.acting) and all(holder.ab == "B" for holder in self.acting)

    @property
    def alone(self) -> bool:
        """Whether nobody could step in if those who act were called away."""
        return bool(self.acting) and not self.standby


def duty(posts: Iterable[str], holders: Iterable[PostHolder], away: Mapping[str, str]) -> list[DutyLine]:
    """The duty of one day: A acts; when every A is away B takes over with the same authority (mechanisms
    §8.2).
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
