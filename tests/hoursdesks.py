"""Volunteers with visits and assignments, written straight into the file: what the tests of hours count."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from db import activities, assignments, visits
from db.activities import Session
from db.assignments import Assignment
from db.visits import Basis, Review, VisitRow
from db.volunteers import Volunteer
from frontdesk.context import Context, to_ms
from frontdesk.volunteers.service import store

MONDAY = date(2026, 11, 2)
"""A week before the day on which the desks of the tests stand."""
SUNDAY = date(2026, 11, 8)


def at(context: Context, day: date, minute: int) -> datetime:
    """A minute of a local day, which may lie on the next one."""
    return datetime.combine(day, time(), context.zone) + timedelta(minutes=minute)


def add_volunteer(context: Context, no: str, name: str = "张小明", team: str = "护河队") -> str:
    """A volunteer in the register; returns the number."""
    with context.change("test.volunteer", no) as connection:
        store(context, connection, Volunteer(no=no, name=name, team=team), "")
    return no


def add_job(
    context: Context, day: date, starts: int, minutes: int, title: str = "平安巡逻", *, session_code: str | None = None
) -> int:
    """An assignment from a minute of a day on; returns its id."""
    begins = to_ms(at(context, day, starts))
    new = Assignment(
        day=day.isoformat(),
        title=title,
        starts_at=begins,
        ends_at=begins + minutes * 60_000,
        session_code=session_code,
    )
    with context.change("test.job", "job") as connection:
        return assignments.put(connection, new)


def add_session(context: Context, code: str, day: date, starts: int, minutes: int, name: str = "书法沙龙") -> str:
    """A session from a minute of a day on; returns its code."""
    begins = to_ms(at(context, day, starts))
    new = Session(
        code=code,
        day=day.isoformat(),
        starts_at=begins,
        ends_at=begins + minutes * 60_000,
        name=name,
        category="文体服务",
        capacity=20,
    )
    with context.change("test.session", code) as connection:
        activities.put(connection, new)
    return code


def add_visit(
    context: Context,
    no: str,
    day: date,
    starts: int,
    seconds: int | None,
    *,
    number: int = 1,
    basis: Basis = "measured",
    review: Review = "",
    credit: int | None = None,
    job: int | None = None,
    session_code: str | None = None,
    annulled: bool = False,
) -> None:
    """A visit from a minute of a day on, so many seconds long; None is one without an exit."""
    begins = to_ms(at(context, day, starts))
    row = VisitRow(
        volunteer_no=no,
        day=day.isoformat(),
        number=number,
        entered_at=begins,
        left_at=None if seconds is None else begins + seconds * 1000,
        basis=basis,
        review=review,
        credit_seconds=credit,
        annulled=annulled,
        assignment_id=job,
        session_code=session_code,
    )
    with context.change("test.visit", no) as connection:
        visits.put(connection, row)
