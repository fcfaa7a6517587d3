"""The register of volunteers: who they are, how they are found, whether they serve."""

from __future__ import annotations

from db import search
from db import volunteers as records
from db.volunteers import Volunteer
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.cards.code import CodeFault, read_code
from frontdesk.volunteers.errors import VolunteerError
from frontdesk.volunteers.register.editing import (
    add,
    change,
    nearest_teams,
    number_words,
    proposed_number,
    team_sizes,
    teams,
)
from frontdesk.volunteers.register.fields import read_line
from frontdesk.volunteers.register.keeping import SEARCH_KIND, store, tail_term
from frontdesk.volunteers.register.occasions import Birthday, Milestone, birthdays, milestones
from frontdesk.volunteers.register.profile import Contact, Profile, contact, profile
from frontdesk.volunteers.register.records import (
    add_call_up,
    add_record,
    annul_record,
    set_availability,
    set_outcome,
    set_skill,
)
from frontdesk.volunteers.register.talent import Talent, TalentQuery, known_skills, read_query, talents

__all__ = [
    "SEARCH_KIND",
    "SEARCH_LIMIT",
    "Birthday",
    "Contact",
    "Milestone",
    "Profile",
    "Talent",
    "TalentQuery",
    "add",
    "add_call_up",
    "add_record",
    "annul_record",
    "birthdays",
    "change",
    "contact",
    "count",
    "find",
    "get",
    "known_skills",
    "milestones",
    "nearest_teams",
    "number_words",
    "page",
    "place_of",
    "profile",
    "proposed_number",
    "read_query",
    "set_availability",
    "set_outcome",
    "set_skill",
    "set_state",
    "store",
    "tail_term",
    "talents",
    "team_sizes",
    "teams",
]

SEARCH_LIMIT = 200


def get(context: Context, volunteer_no: str) -> Volunteer:
    """One volunteer. Raises VolunteerError `unknown_volunteer`."""
    volunteer = records.get(context.database.connection, volunteer_no)
    if volunteer is None:
        raise VolunteerError("unknown_volunteer", no=volunteer_no)
    return volunteer


@allowed("shown")
def find(context: Context, text: str) -> list[Volunteer]:
    """At most 200 volunteers for what stands in the search box; all by number while it is empty.

    Found by characters of the name, pinyin, initials, the number, a card's digits, or the last four digits
    of a phone.
    """
    from frontdesk.common.pinyin import query_key

    connection = context.database.connection
    key = query_key(text)
    if not key:
        return page(context, 0, SEARCH_LIMIT)
    refs: list[str] = []
    if key.isascii() and key.isdigit():
        if len(key) == 20:
            try:
                refs.append(read_code(context.keys.card, key).volunteer_no)
            except CodeFault:
                return []
        if len(key) == 4:
            refs += search.find(connection, SEARCH_KIND, tail_term(context, key), SEARCH_LIMIT)
    refs += search.find(connection, SEARCH_KIND, key, SEARCH_LIMIT)
    return records.by_numbers(connection, list(dict.fromkeys(refs))[:SEARCH_LIMIT])


@allowed("shown")
def page(context: Context, after_place: int, limit: int, team: str = "", state: str = "") -> list[Volunteer]:
    """At most `limit` volunteers by number from a place on (the first is 0), of a team or state where one is given."""
    return records.page(context.database.connection, after_place=after_place, limit=limit, team=team, state=state)


def count(context: Context, team: str = "", state: str = "") -> int:
    """How many volunteers there are, of a team or state where one is given."""
    return records.count(context.database.connection, team=team, state=state)


def place_of(context: Context, volunteer_no: str) -> int:
    """How many volunteers stand before this number."""
    return records.place_of(context.database.connection, volunteer_no)


@allowed("writer")
def set_state(context: Context, volunteer_no: str, state: records.VolunteerState, reason: str = "") -> None:
    """Suspend a volunteer, reinstate one, or note that one has left; the cards stay as they are.

    Raises VolunteerError `unknown_volunteer`, RegisterError `bad_text`, `too_long`.
    """
    words = read_line(reason, "reason")
    with context.change("volunteer.state", volunteer_no, state=state) as connection:
        if records.get(connection, volunteer_no) is None:
            raise VolunteerError("unknown_volunteer", no=volunteer_no)
        records.set_state(connection, volunteer_no, state, context.today().isoformat(), words)
