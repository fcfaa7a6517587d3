"""What the desk and its planning process say to each other: one JSON document a line, UTF-8, over stdin and stdout.

The desk asks `{"id", "kind", "problem", ...}` with kind plan, replan, remedies or explain, and `{"id", "kind": "stop"}`
to end a running one. The process answers with any number of `progress` lines and one `result` or `failed` line, each
with the id of the question. When its stdin ends, it ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from frontdesk.planning.ab import AbPlan, AbProgress
from frontdesk.planning.abcost import Holders
from frontdesk.planning.abexplain import Conflict, Demand
from frontdesk.planning.abremedy import Remedy, Step
from frontdesk.planning.abreplan import AbChange, AbReplan

Document = dict[str, Any]


def line(document: Mapping[str, Any]) -> bytes:
    """One document as a line."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def document(given: bytes) -> Document:
    """The document of a line. ValueError for anything else."""
    said = json.loads(given)
    if not isinstance(said, dict):
        raise ValueError("not a document")
    return said


def holders_of(said: Sequence[Sequence[str | None]]) -> list[Holders]:
    """Who has the roles of each slot."""
    return [(acting, standby, second) for acting, standby, second in said]


def progress_document(progress: AbProgress) -> Document:
    """Where planning stands; the roster only when it has just improved."""
    return {
        "cost": progress.cost,
        "bound": progress.bound,
        "gap": progress.gap,
        "seconds": progress.seconds,
        "holders": progress.holders,
        "vacancies": progress.vacancies,
        "empty": progress.empty,
    }


def progress_of(said: Mapping[str, Any]) -> AbProgress:
    """The reverse of `progress_document`."""
    holders = None if said["holders"] is None else holders_of(said["holders"])
    return AbProgress(said["cost"], said["bound"], said["seconds"], holders, said["vacancies"], said["empty"])


def plan_document(plan: AbPlan) -> Document:
    """A plan."""
    return dict(vars(plan))


def plan_of(said: Mapping[str, Any]) -> AbPlan:
    """The reverse of `plan_document`."""
    return AbPlan(**{**said, "holders": holders_of(said["holders"])})


def replan_document(found: AbReplan) -> Document:
    """A replan."""
    return {**vars(found), "changes": [list(vars(change).values()) for change in found.changes]}


def replan_of(said: Mapping[str, Any]) -> AbReplan:
    """The reverse of `replan_document`."""
    acting, standby, second = said["vacant"]
    changed = {
        "holders": holders_of(said["holders"]),
        "changes": tuple(AbChange(*change) for change in said["changes"]),
        "vacant": (acting, standby, second),
        "days": (said["days"][0], said["days"][1]),
    }
    return AbReplan(**{**said, **changed})


def remedies_document(found: Sequence[Remedy]) -> Document:
    """Remedies in their order."""
    return {"remedies": [{**vars(one), "steps": [vars(step) for step in one.steps]} for one in found]}


def remedies_of(said: Mapping[str, Any]) -> list[Remedy]:
    """The reverse of `remedies_document`."""
    return [Remedy(**{**one, "steps": tuple(Step(**step) for step in one["steps"])}) for one in said["remedies"]]


def conflict_document(found: Conflict | None) -> Document:
    """A conflict, or that there is none."""
    return {"conflict": found and {**vars(found), "demands": [vars(one) for one in found.demands]}}


def conflict_of(said: Mapping[str, Any]) -> Conflict | None:
    """The reverse of `conflict_document`."""
    given = said["conflict"]
    if given is None:
        return None
    demands = tuple(Demand(**one) for one in given["demands"])
    return Conflict(demands, given["minimal"], (given["days"][0], given["days"][1]))
