"""The form in which a story of a record is told: what was typed when it was opened, what was done about it since."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

Said = Mapping[str, object]
NOTHING: Said = MappingProxyType({})

MANAGER = "1001"
DESK_A, DESK_B, ACTIVITIES, ACTIVITIES_B, HELPERS, ELDERS, ROOMS = (
    "1002",
    "1003",
    "1004",
    "1005",
    "1006",
    "1008",
    "1010",
)
"""Staff numbers: the counter's A and B, those for activities, volunteers, elderly people, rooms."""


class Step(NamedTuple):
    """A step: so many days after the record was opened, by whom, what was typed and in which words."""

    days_after: int
    step: str
    said: Said = NOTHING
    reason: str = ""
    by: str = DESK_A


class Story(NamedTuple):
    """A record: opened so many days ago and by whom, what was typed, the steps since; `name` for others to lead to it,
    `demand` the words of the resident's demand that it belongs to.
    Days in what is typed are words of the desk, as +3, reckoned from the day on which they are typed.
    """

    definition: str
    days_ago: int
    said: Said
    steps: tuple[Step, ...] = ()
    by: str = DESK_A
    name: str = ""
    demand: str = ""
