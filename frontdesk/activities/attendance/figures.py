"""Attendance in figures. Person-times (人次), persons (人数) and sessions (场次) are three numbers, never one.

What is read grows with the days that are asked for, not with the years that are kept.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from db import attendance as records
from db.attendance import AttendanceLine, FigureRow
from frontdesk.context import Context

FigureBy = Literal["category", "type", "room", "lead", "month"]


def attendance_totals(context: Context, first: date, last: date) -> FigureRow:
    """The three numbers of a span of local days, both included; cancelled and planned sessions are left out."""
    found = records.figure_rows(context.database.connection, first.isoformat(), last.isoformat(), "")
    return found[0] if found else FigureRow(value="", sessions=0, person_times=0, persons=0)


def attendance_by(context: Context, first: date, last: date, by: FigureBy) -> list[FigureRow]:
    """The same for each category, type, room, lead or month (YYYY-MM) that has sessions in the span, by its value.

    Persons of several rows do not add up: whoever came to two of them counts once in the total.
    """
    return records.figure_rows(context.database.connection, first.isoformat(), last.isoformat(), by)


def attendance_lines(context: Context, first: date, last: date) -> list[AttendanceLine]:
    """What became of every sign-up for the sessions of a span of local days, and how many came without one.

    Names are whole: whoever shows them masks them.
    """
    return records.lines(context.database.connection, first.isoformat(), last.isoformat())
