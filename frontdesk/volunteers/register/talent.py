"""Looking for people by what they can do, when they can serve, and their team: the talent pool (达人库)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db import volunteer_records as kept
from db.volunteer_records import Skill, Slot
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.register.availability import read_slots


@dataclass(frozen=True)
class TalentQuery:
    """Whom to look for: every word is part of a skill or category, every slot one on which they can serve.

    An empty `state` means everybody, whether serving or not; `skill_state` is one of the talent pool, and `in_pool`
    means those who have a skill there.
    """

    words: tuple[str, ...] = ()
    slots: frozenset[Slot] = frozenset()
    team: str = ""
    category: str = ""
    skill_state: str = ""
    state: str = "active"
    in_pool: bool = False


@dataclass(frozen=True)
class Talent:
    """Somebody who fits, with skills, availability and the day of the last call-up ('' for none)."""

    volunteer: Volunteer
    skills: Sequence[Skill] = ()
    slots: frozenset[Slot] = field(default_factory=frozenset)
    called_up: str = ""


def read_query(text: str, teams: Sequence[str]) -> TalentQuery:
    """What a person typed into one box: words with spaces between, each a team, a time (周六上午, sat morning) or part
    of a skill or category. Nothing means everybody of the talent pool.
    """
    words: list[str] = []
    slots: set[Slot] = set()
    team = ""
    pieces = text.split()
    while pieces:
        # A time in English is two words: sat morning.
        for size in (2, 1):
            try:
                slots |= read_slots(" ".join(pieces[:size]))
            except ValueError:
                continue
            pieces = pieces[size:]
            break
        else:
            word = pieces.pop(0)
            if word in teams:
                team = word
            else:
                words.append(word)
    return TalentQuery(tuple(words), frozenset(slots), team, in_pool=not text.strip())


@allowed("shown")
def talents(context: Context, query: TalentQuery, limit: int = 200) -> list[Talent]:
    """Who fits, by number, at most `limit` (-1: all), in a fixed number of statements."""
    connection = context.database.connection
    with context.database.reading():
        found = kept.people(
            connection,
            words=query.words,
            category=query.category,
            skill_state=query.skill_state,
            slots=sorted(query.slots),
            team=query.team,
            state=query.state,
            in_pool=query.in_pool,
            limit=limit,
        )
        nos = [one.no for one in found]
        skills, slots = kept.skills_of(connection, nos), kept.availability_of(connection, nos)
        called_up = kept.last_call_ups(connection, nos)
    return [
        Talent(one, tuple(skills.get(one.no, ())), slots.get(one.no, frozenset()), called_up.get(one.no, ""))
        for one in found
    ]


def known_skills(context: Context) -> list[tuple[str, str, int]]:
    """The skills of the talent pool: name, category, how many people."""
    return kept.known_skills(context.database.connection)
