"""Use cases of links: a record belongs to another record, a demand, a session, a follow-up or a letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from db import cases as records
from db.cases import CaseRow, Other
from frontdesk.cases import looking
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import in_force
from frontdesk.cases.looking import view
from frontdesk.cases.masks import rows_told
from frontdesk.cases.rows import known_row, values_of
from frontdesk.cases.things import (
    BELONGS,
    LinkTarget,
    LinkView,
    follow_sessions,
    link_between,
    note_link,
    note_unlink,
    thing,
)
from frontdesk.cases.typed import kept_words
from frontdesk.cases.whole import CaseView
from frontdesk.context import Context
from frontdesk.permission import allowed

__all__ = [
    "OTHERS",
    "FoundTarget",
    "LinkTarget",
    "LinkView",
    "link",
    "linked_to",
    "search_targets",
    "target_of",
    "unlink",
]

OTHERS: tuple[Other, ...] = get_args(Other)
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """Something that a record may be linked to: what, how it is called, how it stands in words."""

    target: LinkTarget
    title: str
    state: str


@allowed("writer")
def link(context: Context, case_id: int, target: LinkTarget) -> CaseView:
    """Note that a record belongs to something; its log tells.

    Raises CaseError `unknown_case`, `linked_to_itself`, `linked_already`, `no_such_thing`.
    """
    with context.change("case.link", str(case_id), other=target.other, ref=target.ref) as connection:
        note_link(context, connection, case_id, target)
        row = known_row(connection, case_id)
        definition = in_force(context).get(row.definition)
        if definition is not None:
            follow_sessions(context, connection, case_id, definition, values_of(row), BELONGS)
    return view(context, case_id)


@allowed("writer")
def unlink(context: Context, case_id: int, target: LinkTarget, reason: str) -> CaseView:
    """Take a link back, with a reason; a link between two records from either of them.

    Raises CaseError `unknown_case`, `reason_missing`, `not_linked`.
    """
    words = kept_words(reason)
    if not words:
        raise CaseError("reason_missing")
    with context.change("case.unlink", str(case_id), other=target.other, ref=target.ref) as connection:
        found = link_between(connection, case_id, target)
        if found is None:
            raise CaseError("not_linked")
        note_unlink(context, connection, found, words)
    return view(context, case_id)


@allowed("shown")
def linked_to(context: Context, target: LinkTarget) -> list[CaseRow]:
    """The records that belong to something, and for a record also those that it belongs to, in the order in which that
    was noted; with titles as `looking.work_list` has them.
    """
    with context.database.reading() as connection:
        ids = [one.case_id for one in records.linked_to(connection, target.other, [target.ref])]
        if target.other == "case":
            own = records.links_of(connection, int(target.ref))
            ids += [int(one.ref) for one in own if one.other == "case" and one.ref != target.ref]
        return rows_told(context, connection, records.by_ids(connection, ids))


@allowed("writer")
def search_targets(context: Context, text: str) -> list[FoundTarget]:
    """What a record may be linked to by its number, its code, or words in how it is called; records also by the name of
    a person in them.
    """
    typed = text.strip()
    if not typed:
        return []
    found = [LinkTarget("case", str(one.id)) for one in looking.find(context, typed)]
    found += _others(context, typed)
    seen = []
    for target in dict.fromkeys(found):
        there = thing(context, target)
        if there is not None:
            seen.append(FoundTarget(target, there.title, there.state))
    return seen[:MOST_FOUND]


def _others(context: Context, typed: str) -> list[LinkTarget]:
    from frontdesk.activities.service import demands_like, sessions_like
    from frontdesk.feedback.service import follow_ups_like
    from frontdesk.reports.service import letters_like

    found = [LinkTarget("demand", str(one.id)) for one in demands_like(context, typed, MOST_FOUND)]
    found += [LinkTarget("session", one.code) for one in sessions_like(context, typed, MOST_FOUND)]
    found += [LinkTarget("follow_up", one) for one in follow_ups_like(context, typed, MOST_FOUND)]
    found += [LinkTarget("letter", str(one.id)) for one in letters_like(context, typed, MOST_FOUND)]
    return found


def target_of(context: Context, text: str) -> LinkTarget:
    """What `demand:12`, `session:A1`, `follow_up:CP2026-0001`, `letter:3` or the number of a record means.

    Raises CaseError `unknown_number`, `no_such_other`.
    """
    word, colon, ref = text.strip().partition(":")
    if colon:
        other = next((one for one in OTHERS if one == word), None)
        if other is None or other == "case":
            raise CaseError("no_such_other", others=", ".join(one for one in OTHERS if one != "case"))
        return LinkTarget(other, ref.strip())
    with context.database.reading() as connection:
        rows = records.numbered(connection, text.strip().upper())
    if len(rows) != 1:
        raise CaseError("unknown_number", number=text)
    return LinkTarget("case", str(rows[0].id))
