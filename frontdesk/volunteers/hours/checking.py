"""Do the supplements stand as the audit log tells? Reads only."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from db import audit, hours

ADDED, ANNULLED = "hours.supplemented", "hours.supplement_annulled"


class Told(NamedTuple):
    """What the audit log tells of a supplement."""

    volunteer_no: str
    operator_no: str | None
    day: str
    seconds: int
    assignment_id: int | None
    session_code: str | None
    is_annulled: bool


def astray(connection: sqlite3.Connection) -> list[int]:
    """The ids of the supplements that stand otherwise than the audit log tells, or in one of the two only, in order.

    How much of each counts follows from the visits and is not on record.
    """
    told: dict[int, Told] = {}
    for entry in audit.entries_of(connection, (ADDED, ANNULLED)):
        try:
            detail = json.loads(entry.detail)
            number = detail["id"]
            if entry.action == ADDED:
                credit = detail["assignment"], detail["session"]
                told[number] = Told(entry.subject, entry.operator_no, detail["day"], detail["seconds"], *credit, False)
            elif number in told:
                told[number] = told[number]._replace(is_annulled=True)
        except (ValueError, KeyError, TypeError):
            # An entry that was itself changed tells nothing; the chain of the log says so, and its supplement is found.
            continue
    kept = {
        one.id: Told(
            one.volunteer_no,
            one.operator_no,
            one.day,
            one.seconds,
            one.assignment_id,
            one.session_code,
            one.annulled_at is not None,
        )
        for one in hours.all_supplements(connection)
    }
    return sorted(number for number in told.keys() | kept.keys() if told.get(number) != kept.get(number))
