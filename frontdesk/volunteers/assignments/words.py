"""Assignments in words: when, how many, who is there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from frontdesk.locale import t
from frontdesk.volunteers.assignments import rules

if TYPE_CHECKING:
    from db.assignments import Assignment, AssignmentLine
    from frontdesk.context import Context
    from frontdesk.volunteers.assignments.rules import Attendance
    from frontdesk.volunteers.assignments.service import Doubtful


def times_words(context: Context, assignment: Assignment) -> str:
    """09:00-11:30 by the centre's wall clock; an end past midnight says so."""
    starts, ends = context.local(assignment.starts_at), context.local(assignment.ends_at)
    last = ends.strftime("%H:%M")
    if ends.date().isoformat() > assignment.day:
        last = t("assignments.next_day", time=last)
    return f"{starts:%H:%M}-{last}"


def short_day(day: str) -> str:
    """A day as a narrow list shows it: 11-20 周五."""
    return f"{day[5:]} {t(f'common.weekday.{date.fromisoformat(day).isoweekday()}')}"


def people_words(line: AssignmentLine) -> str:
    """How many signed up of how many are wanted: 2/4, or 2 where no number is wanted."""
    return f"{line.signed}/{line.needed}" if line.needed else str(line.signed)


def state_words(line: AssignmentLine) -> str:
    """What is to be said of an assignment: cancelled, how many lack, full; '' for nothing."""
    if line.state == "cancelled":
        return t("assignments.cancelled")
    if missing := rules.lacking(line):
        return t("assignments.lacks", count=missing)
    return t("assignments.full") if rules.is_full(line) else ""


def presence_words(context: Context, one: Attendance) -> str:
    """Whether somebody is here, since when; or came without having signed up."""
    words = t(f"assignments.presence.{one.presence}")
    if one.entered_at is not None:
        words = f"{context.local(one.entered_at):%H:%M} {words}"
    return words if one.signed or one.presence == "withdrawn" else t("assignments.not_signed_up", presence=words)


def doubt_words(doubt: Doubtful) -> str:
    """Why somebody was not signed up, by masked name."""
    from frontdesk.common.names import mask_name

    return t(f"assignments.doubt.{doubt.doubt}", name=mask_name(doubt.name), no=doubt.volunteer_no, other=doubt.other)
