"""What records are linked to: other records, and demands, sessions, follow-ups and letters of the other features.

These are asked through their own use cases, by number or code; nothing of them is kept here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import cases as records
from db.cases import CaseLink, CaseLogEntry, CaseRow, Other
from frontdesk.cases.engine.rules import Event, Linked
from frontdesk.cases.engine.values import Value
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import rows_told
from frontdesk.cases.rows import known_row, log_event
from frontdesk.cases.words import state_words
from frontdesk.errors import DeskError
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.context import Context

BELONGS = "belongs"
"""What a link is called that somebody made; one that a step made has the code of the step."""


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a record is linked to: another record by its id, a demand or letter by its number, a session by its code, a
    follow-up by its number.
    """

    other: Other
    ref: str


@dataclass(frozen=True, slots=True)
class Thing:
    """How something is called, its state by its code, and in words."""

    title: str
    code: str
    state: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as it is shown: what is at its other end, how that is called, and how it stands in words ("" for both
    where it is there no more). `row` is the record there, None for anything else, and `code` how that stands. `is_back`
    tells a link that the other record has to this one. `at` is in UTC milliseconds.
    """

    target: LinkTarget
    kind: str
    title: str
    state: str
    row: CaseRow | None
    at: int
    operator_no: str
    is_back: bool = False
    code: str | None = None


def thing(context: Context, target: LinkTarget) -> Thing | None:
    """What a target is called and how it stands; None where it is not there. It reads in a running transaction too."""
    try:
        return _READERS[target.other](context, target.ref)
    except (DeskError, ValueError):
        return None


def _of_case(context: Context, ref: str) -> Thing:
    connection = context.database.connection
    (row,) = rows_told(context, connection, [known_row(connection, int(ref))])
    return Thing(row.title, row.state, _state_of(in_force(context), row))


def _state_of(known: Mapping[str, Definition], row: CaseRow) -> str:
    definition = known.get(row.definition)
    return state_words(definition, row) if definition is not None else row.state


def _of_demand(context: Context, ref: str) -> Thing:
    from frontdesk.activities.service import demand

    found = demand(context, int(ref))
    return Thing(found.words, found.stands, t(f"monthly.demand.state.{found.stands}"))


def _of_session(context: Context, ref: str) -> Thing:
    from frontdesk.activities.service import session

    found = session(context, ref)
    if found.state in ("published", "closed") and found.ends_at <= context.now_ms():
        return Thing(f"{found.day} {found.name}", "held", t("case_links.held"))
    return Thing(f"{found.day} {found.name}", found.state, t(f"activities.session.{found.state}"))


def _of_follow_up(context: Context, ref: str) -> Thing:
    from frontdesk.feedback.service import follow_up

    found = follow_up(context, ref)
    return Thing(found.label, found.state, t(f"followup.state.{found.state}"))


def _of_letter(context: Context, ref: str) -> Thing:
    from frontdesk.reports.service import letter

    found = letter(context, int(ref))
    return Thing(found.title, found.state, t(f"letters.state.{found.state}"))


_READERS = {
    "case": _of_case,
    "demand": _of_demand,
    "session": _of_session,
    "follow_up": _of_follow_up,
    "letter": _of_letter,
}


MOST_DIGITS = 18
"""Of the number of a record, as SQLite keeps one."""


def link_views(context: Context, connection: sqlite3.Connection, case_id: int) -> tuple[LinkView, ...]:
    """The links from and to a record, in the order in which they were noted."""
    links = records.links_of(connection, case_id)
    if not links:
        return ()
    ids = [_other_case(one, case_id) for one in links if one.other == "case"]
    rows = {one.id: one for one in rows_told(context, connection, records.by_ids(connection, ids))}
    known = in_force(context)
    return tuple(_link_view(context, known, one, case_id, rows) for one in links)


def _other_case(link: CaseLink, case_id: int) -> int:
    """The record at the other end of a link; 0, which none has, for what was written there by hand."""
    if link.case_id != case_id:
        return link.case_id
    return int(link.ref) if link.ref.isdecimal() and len(link.ref) <= MOST_DIGITS else 0


def _link_view(
    context: Context, known: Mapping[str, Definition], link: CaseLink, case_id: int, rows: Mapping[int, CaseRow]
) -> LinkView:
    is_back = link.case_id != case_id
    if link.other == "case":
        row = rows.get(_other_case(link, case_id))
        target = LinkTarget("case", str(_other_case(link, case_id)))
        title, state = (row.title, _state_of(known, row)) if row is not None else ("", "")
        return LinkView(target, link.kind, title, state, row, link.at, link.operator_no, is_back)
    target = LinkTarget(link.other, link.ref)
    found = thing(context, target)
    title, state, code = (found.title, found.state, found.code) if found is not None else ("", "", None)
    return LinkView(target, link.kind, title, state, None, link.at, link.operator_no, code=code)


def linked(views: Iterable[LinkView]) -> list[Linked]:
    """What the engine is told of what is linked: the definition of a record, or the word for anything else."""
    found = []
    for one in views:
        if one.row is not None:
            found.append(Linked(one.row.definition, one.row.state))
        elif one.code is not None:
            found.append(Linked(one.target.other, one.code))
    return found


def linked_of(context: Context, connection: sqlite3.Connection, case_id: int) -> list[Linked]:
    """What the engine is told of everything that a record is linked to."""
    return linked(link_views(context, connection, case_id))


def note_link(
    context: Context, connection: sqlite3.Connection, case_id: int, target: LinkTarget, kind: str = BELONGS
) -> None:
    """Link a record inside a running transaction; its log tells.

    Raises CaseError `unknown_case`, `linked_to_itself`, `linked_already`, `no_such_thing`.
    """
    row = known_row(connection, case_id)
    if target == LinkTarget("case", str(case_id)):
        raise CaseError("linked_to_itself")
    if thing(context, target) is None:
        raise CaseError("no_such_thing", what=t(f"case_links.other.{target.other}"), ref=target.ref)
    if link_between(connection, case_id, target) is not None:
        raise CaseError("linked_already", number=row.number)
    operator = context.require_operator().no
    records.link(
        connection,
        CaseLink(
            case_id=case_id,
            other=target.other,
            ref=target.ref,
            kind=kind,
            at=context.now_ms(),
            operator_no=operator,
        ),
    )
    said = {"other": target.other, "ref": target.ref, "kind": kind}
    _log(context, connection, row, Event("linked", context.today().isoformat(), operator, "", said))


def follow_sessions(
    context: Context,
    connection: sqlite3.Connection,
    case_id: int,
    definition: Definition,
    said: Mapping[str, Value | None],
    kind: str,
) -> None:
    """Link a record to the sessions that were said of it, inside a running transaction; a demand that it belongs to and
    that waits for a session has led to it from then on.
    """
    from frontdesk.activities.service import lead_to_session

    codes = [said.get(one.code) for one in definition.fields if one.kind == "session"]
    for code in dict.fromkeys(one for one in codes if isinstance(one, str)):
        target = LinkTarget("session", code)
        if link_between(connection, case_id, target) is None:
            note_link(context, connection, case_id, target, kind)
        for one in records.links_of(connection, case_id):
            if one.other == "demand":
                lead_to_session(connection, int(one.ref), code)


def note_unlink(context: Context, connection: sqlite3.Connection, link: CaseLink, reason: str) -> None:
    """Take a link back inside a running transaction; the log of the record from which it led tells, with the reason."""
    row = known_row(connection, link.case_id)
    records.unlink(connection, link)
    said = {"other": link.other, "ref": link.ref, "kind": link.kind}
    operator = context.require_operator().no
    _log(context, connection, row, Event("unlinked", context.today().isoformat(), operator, "", said, reason))


def _log(context: Context, connection: sqlite3.Connection, row: CaseRow, event: Event) -> None:
    """A link changes nothing of its record but the number of its events."""
    log_event(context, connection, row.id, row.revision + 1, event)
    records.save(connection, row._replace(revision=row.revision + 1))


def link_between(connection: sqlite3.Connection, case_id: int, target: LinkTarget) -> CaseLink | None:
    """The link of a record to a target, whichever of two records it leads from; None where there is none."""
    for one in records.links_of(connection, case_id):
        if one.case_id == case_id and (one.other, one.ref) == (target.other, target.ref):
            return one
        if one.case_id != case_id and target == LinkTarget("case", str(one.case_id)):
            return one
    return None


def links_by_log(log: Sequence[CaseLogEntry]) -> set[tuple[str, str, str]]:
    """The links that a record has by its log: to what, which one, and what it is to it."""
    import json

    found: set[tuple[str, str, str]] = set()
    for entry in log:
        if entry.kind in ("linked", "unlinked"):
            said = json.loads(entry.said)
            link = (said["other"], said["ref"], said["kind"])
            found = found | {link} if entry.kind == "linked" else found - {link}
    return found
