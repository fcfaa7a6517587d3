"""Do the supplements stand as the audit log tells, and is displaced what measured time displaces? Reads only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from db import audit, hours
from frontdesk.context import Context, Settings
from frontdesk.volunteers.hours import plan

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


def displaced_astray(context: Context, connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Volunteers and local days on which something that was put in is marked as displaced by other seconds than
    `plan.recount` works out, in order.

    A mark was written when a visit of its day or of one beside it changed, with the limit that a day had then: any
    value that the setting ever had is taken for right. What is credited to a session itself says nothing, because a
    session may have been planned anew since, and neither do the days beside it.
    """
    in_force = context.settings.supplement_day_minutes
    limits = [in_force, *sorted(_limits_ever(context, connection) - {in_force})]
    for volunteer_no, day in hours.days_put_in(connection):
        if not _stands(context, connection, volunteer_no, day, limits):
            yield volunteer_no, day


def _stands(context: Context, connection: sqlite3.Connection, volunteer_no: str, day: str, limits: list[int]) -> bool:
    kept: dict[tuple[int, int], int] = {}
    right: dict[tuple[int, int], set[int]] = {}
    # The day itself with the limit in force answers for nearly all; the others are tried where it does not.
    for step in (0, -1, 1):
        middle = (date.fromisoformat(day) + timedelta(days=step)).isoformat()
        for limit in limits:
            found = plan.displacements(context, connection, volunteer_no, middle, limit)
            if any(part.put_in and part.assignment_id is None and part.session_code for part, _ in found):
                return True
            for part, seconds in found:
                if part.day == day:
                    kept[part.number, part.supplement_id] = part.displaced
                    right.setdefault((part.number, part.supplement_id), set()).add(seconds)
            if all(kept[key] in right[key] for key in kept):
                return True
    return False


def _limits_ever(context: Context, connection: sqlite3.Connection) -> set[int]:
    """The minutes of general service that a day may have now and ever had, as the audit log tells."""
    limits = {context.settings.supplement_day_minutes, Settings().supplement_day_minutes}
    for entry in audit.entries_of(connection, ("setting.changed",)):
        if entry.subject != "supplement_day_minutes":
            continue
        try:
            detail = json.loads(entry.detail)
        except ValueError:
            continue
        limits |= {value for value in (detail.get("before"), detail.get("after")) if isinstance(value, int)}
    return limits
