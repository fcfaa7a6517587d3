"""What the visits must be, told by the check-in log alone. Pure.

It is written without the code that decides: whoever changes the table past the program, or a fault in deciding, shows
as a difference between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from db.checkin_log import LogEntry
from db.visits import VisitRow

Key = tuple[str, str, int]
"""Volunteer, local day, number of the visit on that day."""


class VisitState(NamedTuple):
    """A visit as the log tells it: the columns of the table `visit` of the same names."""

    entered_at: int
    left_at: int | None = None
    basis: str = "measured"
    review: str = ""
    credit_seconds: int | None = None
    annulled: bool = False
    assignment_id: int | None = None
    session_code: str | None = None
    entered_scan: int | None = None
    left_scan: int | None = None


def replay(log: Iterable[LogEntry]) -> dict[Key, VisitState]:
    """Every visit that rows of the log tell of, in the order in which they were written.

    A row that names a visit of which no row before it told is left out: the visit then is missing in the answer.
    """
    visits: dict[Key, VisitState] = {}
    did: dict[int, str] = {}
    keyed: set[int] = set()
    for entry in log:
        did[entry.id] = entry.result
        if entry.keyed:
            keyed.add(entry.id)
        if entry.visit_day is None or entry.visit_number is None:
            continue
        key = (entry.volunteer_no, entry.visit_day, entry.visit_number)
        if entry.result == "entered":
            visits[key] = VisitState(
                entry.at, assignment_id=entry.assignment_id, session_code=entry.session_code, entered_scan=entry.id
            )
        elif entry.result == "added" and entry.entered_at is not None:
            visits[key] = VisitState(
                entry.entered_at,
                entry.left_at,
                "corrected",
                assignment_id=entry.assignment_id,
                session_code=entry.session_code,
            )
        elif key in visits:
            visits[key] = _after(visits[key], entry, did.get(entry.annuls or 0, ""), keyed)
    return visits


def _after(state: VisitState, entry: LogEntry, taken_back: str, keyed: set[int]) -> VisitState:
    """A visit after one more row about it; `taken_back` is what the scan did that an undoing names, `keyed` are
    the rows whose time was given by hand.
    """
    match entry.result:
        case "left":
            basis = "corrected" if entry.id in keyed or state.entered_scan in keyed else "measured"
            return state._replace(left_at=entry.at, basis=basis, review="", credit_seconds=None, left_scan=entry.id)
        case "undone" if taken_back == "left":
            return state._replace(left_at=None, left_scan=None, basis="measured", review="", credit_seconds=None)
        case "undone" | "annulled":
            return state._replace(annulled=True)
        case "corrected":
            assert entry.entered_at is not None
            return state._replace(
                entered_at=entry.entered_at, left_at=entry.left_at, basis="corrected", review="", credit_seconds=None
            )
        case "closed":
            return state._replace(
                left_at=entry.left_at, basis="inferred", review="pending", credit_seconds=entry.credit_seconds
            )
        case "reviewed":
            return state._replace(review=entry.reason, credit_seconds=entry.credit_seconds)
        case "credited":
            return state._replace(assignment_id=entry.assignment_id, session_code=entry.session_code)
        case _:
            return state


def astray(log: Iterable[LogEntry], table: Iterable[VisitRow]) -> Iterator[Key]:
    """The visits that stand otherwise in the table than the log tells, or in one of the two only.

    Both come ordered by volunteer; the visits of one volunteer at a time are held in memory.
    """
    told = groupby(log, key=lambda entry: entry.volunteer_no)
    kept = groupby(table, key=lambda visit: visit.volunteer_no)
    next_told, next_kept = next(told, None), next(kept, None)
    while next_told is not None or next_kept is not None:
        no = min(each[0] for each in (next_told, next_kept) if each is not None)
        wanted: dict[Key, VisitState] = {}
        found: dict[Key, VisitState] = {}
        if next_told is not None and next_told[0] == no:
            wanted = replay(next_told[1])
            next_told = next(told, None)
        if next_kept is not None and next_kept[0] == no:
            found = {(no, one.day, one.number): state_of(one) for one in next_kept[1]}
            next_kept = next(kept, None)
        yield from sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))


def state_of(visit: VisitRow) -> VisitState:
    """A visit of the table, to compare with what the log tells."""
    return VisitState(*(getattr(visit, name) for name in VisitState._fields))
