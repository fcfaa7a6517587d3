"""The sessions of a month as calendar files (RFC 5545), one for a room or for a lead.

An entry keeps its UID whatever becomes of the session; one that was cancelled, or that a published list once had in
this room or with this lead and has no longer, stays in the file as cancelled, so that a calendar which reads the file
again corrects itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from db import activities as sessions
from db import monthly as records
from db.activities import Session
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.files import write_file
from frontdesk.activities.sessions.rules import is_planned
from frontdesk.common.endings import ending_of
from frontdesk.common.icalendar import Entry, calendar_text, entry_uid
from frontdesk.common.periods import Period
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.locale import t

Of = Literal["room", "lead"]


class CalendarFile(NamedTuple):
    """A calendar that was written: whose, where, and how many entries it has."""

    owner: str
    out: Path
    entries: int


def write_calendar(context: Context, period: Period, of: Of, owner: str, out: Path) -> CalendarFile:
    """Write the calendar of a room or of a lead to `out`.

    Raises EndingFault `unknown_ending`, MonthlyError `unknown_room` or `unknown_lead` where nothing of the month is
    theirs, and `write_failed`.
    """
    ending_of(out, "ics")
    found = entries(context, period, of, owner)
    if not found:
        details = {"month": period.label, of: owner}
        raise MonthlyError("unknown_room" if of == "room" else "unknown_lead", **details)
    title = t("monthly.ics.title", centre=context.centre.name, owner=owner, month=period.label)
    write_file(out, calendar_text(title, found, context.now(), "activities").encode("utf-8"))
    return CalendarFile(owner, out, len(found))


def write_calendars(context: Context, period: Period, of: Of, folder: Path) -> list[CalendarFile]:
    """Write a calendar for every room, or every lead, of a month into a folder; no file that is there is replaced.

    Raises MonthlyError `empty_list` where the month has none, and `write_failed`.
    """
    owners = owners_of(context, period, of)
    if not owners:
        raise MonthlyError("empty_list", month=period.label)
    name = t("monthly.file.calendar")
    return [
        write_calendar(context, period, of, owner, free_path(folder, f"{name}-{owner}-{period.key}", ".ics"))
        for owner in owners
    ]


def owners_of(context: Context, period: Period, of: Of) -> list[str]:
    """The rooms, or the leads, of the sessions that are announced in a month."""
    with context.database.reading() as connection:
        found = sessions.published(connection, period.first.isoformat(), period.last.isoformat())
    return sorted({str(getattr(one, of)) for one in found} - {""})


def entries(context: Context, period: Period, of: Of, owner: str) -> list[Entry]:
    """The entries of a room or of a lead in a month, by time; what is only planned is none."""
    first, last = period.first.isoformat(), period.last.isoformat()
    with context.database.reading() as connection:
        here: dict[str, Session] = {
            one.code: one for one in sessions.published(connection, first, last) if getattr(one, of) == owner
        }
        gone = [sessions.get(connection, code) for code in records.were_in(connection, of, owner, first, last)]
    for one in gone:
        if one is not None and one.code not in here:
            here[one.code] = one
    found = [_entry(context, one, of, owner) for one in here.values()]
    return sorted(found, key=lambda one: (one.starts, one.uid))


def _entry(context: Context, one: Session, of: Of, owner: str) -> Entry:
    lead = one.lead or t("monthly.nothing")
    about = t("monthly.ics.about", category=one.category, lead=lead, capacity=one.capacity)
    place = " ".join(part for part in (context.centre.name, one.room) if part)
    return Entry(
        uid=entry_uid(context.centre.code, "session", one.code, of, owner),
        starts=_instant(one.starts_at),
        ends=_instant(one.ends_at),
        summary=one.name,
        description=f"{about}\n{one.note}".strip(),
        location=place,
        changed=_instant(one.changed_at or one.starts_at),
        sequence=one.revision,
        cancelled=one.state == "cancelled" or is_planned(one) or getattr(one, of) != owner,
    )


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)
