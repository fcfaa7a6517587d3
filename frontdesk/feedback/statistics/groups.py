"""Where a rated subject belongs: each has one path, by which it is summed up. Pure.

`service` / post / service; `session` / category / activity / session; `volunteer` / title; `case`. Every group lies in
one wider group, so that what is hidden can be settled once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from frontdesk.feedback.statistics.suppression import Path

if TYPE_CHECKING:
    from db.feedback import SubjectKind
    from db.feedback_statistics import SessionFacts

Grouping = Literal["kind", "service", "post", "category", "activity", "session", "volunteer", "staff"]

GROUPINGS: tuple[Grouping, ...] = ("kind", "service", "post", "category", "activity", "session", "volunteer", "staff")

_LEVELS: dict[Grouping, tuple[str, int]] = {
    "kind": ("", 1),
    "service": ("service", 3),
    "post": ("service", 2),
    "category": ("session", 2),
    "activity": ("session", 3),
    "session": ("session", 4),
    "volunteer": ("volunteer", 2),
}


def belongs(path: Path, grouping: Grouping) -> bool:
    """Whether this group is one of the grouping. Services of no post are not a post."""
    if grouping == "staff":
        return False
    kind, length = _LEVELS[grouping]
    return len(path) == length and kind in ("", path[0]) and not (grouping == "post" and not path[1])


def path_of(
    kind: SubjectKind,
    subject: str,
    posts: Mapping[str, str],
    sessions: Mapping[str, SessionFacts],
    titles: Mapping[str, str],
) -> Path:
    """The path of a rated subject; a session or an assignment that is no longer known stands under its code."""
    if kind == "service":
        return "service", posts.get(subject, ""), subject
    if kind == "session":
        facts = sessions.get(subject)
        return ("session", facts.category, facts.activity, subject) if facts else ("session", "", subject, subject)
    if kind == "volunteer":
        return "volunteer", titles.get(subject, subject)
    return ("case",)


def above(path: Path) -> list[Path]:
    """All groups that a path lies in, the widest first, () and itself among them."""
    return [path[:length] for length in range(len(path) + 1)]
