"""Assignments: jobs at a time that volunteers sign up to, and who did."""

from __future__ import annotations

import sqlite3
from typing import Literal

from db.record import Record

AssignmentState = Literal["open", "cancelled"]
SignupState = Literal["signed", "withdrawn"]


class Assignment(Record):
    """A job for volunteers on a local day, which may run past midnight; instants in UTC milliseconds.

    `needed` is how many are wanted, 0 for no limit; `session_code` is the session that it serves, if any. `revision`
    grows with every change of it and of who is signed up, as calendars want it.
    """

    id: int = 0
    day: str
    title: str
    place: str = ""
    starts_at: int
    ends_at: int
    session_code: str | None = None
    needed: int = 0
    briefing: str = ""
    state: AssignmentState = "open"
    cancel_reason: str = ""
    revision: int = 0
    changed_at: int = 0


class AssignmentLine(Assignment):
    """An assignment with how many are signed up."""

    signed: int


class SignedVolunteer(Record):
    """A volunteer who signed up for an assignment, or withdrew."""

    volunteer_no: str
    name: str
    team: str
    signed_at: int
    state: SignupState
    phone_cipher: bytes | None = None


class CreditedVisit(Record):
    """When somebody came for an assignment and went; `left_at` is None until then."""

    volunteer_no: str
    name: str
    team: str
    entered_at: int
    left_at: int | None


_LINE = """
    SELECT a.*, (SELECT count(*) FROM assignment_volunteer s WHERE s.assignment_id = a.id AND s.state = 'signed')
    AS signed FROM assignment a
"""


def get(connection: sqlite3.Connection, assignment_id: int) -> AssignmentLine | None:
    """One assignment; None if there is none with this id."""
    row = connection.execute(_LINE + " WHERE a.id = ?", (assignment_id,)).fetchone()
    return AssignmentLine.from_row(row) if row else None


def lines(connection: sqlite3.Connection, first: str, last: str) -> list[AssignmentLine]:
    """The assignments of a span of local days, cancelled ones included, in the order in which they begin."""
    rows = connection.execute(_LINE + " WHERE a.day BETWEEN ? AND ? ORDER BY a.starts_at, a.id", (first, last))
    return [AssignmentLine.from_row(row) for row in rows]


def of_volunteer(connection: sqlite3.Connection, volunteer_no: str, first: str, last: str) -> list[Assignment]:
    """What a volunteer is signed up for between two local days, cancelled assignments left out, by beginning.

    One range of one tree: every check-in asks this.
    """
    rows = connection.execute(
        "SELECT a.* FROM assignment_volunteer s JOIN assignment a ON a.id = s.assignment_id "
        "WHERE s.volunteer_no = ? AND s.day BETWEEN ? AND ? AND s.state = 'signed' AND a.state = 'open' "
        "ORDER BY a.starts_at, a.id",
        (volunteer_no, first, last),
    )
    return [Assignment.from_row(row) for row in rows]


def ever_of_volunteer(
    connection: sqlite3.Connection, volunteer_no: str, first: str, last: str
) -> list[tuple[AssignmentLine, SignupState]]:
    """What a volunteer is or was signed up for between two local days, with whether he or she withdrew, by beginning;
    cancelled assignments included.
    """
    rows = connection.execute(
        _LINE.replace("SELECT a.*", "SELECT w.state AS signup, a.*", 1)
        + " JOIN assignment_volunteer w ON w.assignment_id = a.id WHERE w.volunteer_no = ? AND w.day BETWEEN ? AND ? "
        "ORDER BY a.starts_at, a.id",
        (volunteer_no, first, last),
    )
    return [(AssignmentLine.from_row(row), row["signup"]) for row in rows]


def signed(connection: sqlite3.Connection, assignment_id: int) -> list[SignedVolunteer]:
    """Who signed up for an assignment, those who withdrew included, in the order of signing up."""
    rows = connection.execute(
        "SELECT s.volunteer_no, p.name, p.team, s.signed_at, s.state, p.phone_cipher FROM assignment_volunteer s "
        "JOIN volunteer p ON p.no = s.volunteer_no WHERE s.assignment_id = ? ORDER BY s.signed_at, s.volunteer_no",
        (assignment_id,),
    )
    return [SignedVolunteer.from_row(row) for row in rows]


def same(connection: sqlite3.Connection, day: str, starts_at: int, title: str) -> AssignmentLine | None:
    """The assignment of this title that begins at this instant, an open one before a cancelled one."""
    row = connection.execute(
        _LINE + " WHERE a.day = ? AND a.starts_at = ? AND a.title = ? ORDER BY a.state = 'cancelled', a.id LIMIT 1",
        (day, starts_at, title),
    ).fetchone()
    return AssignmentLine.from_row(row) if row else None


def overlapping(
    connection: sqlite3.Connection, volunteer_no: str, other: Assignment, day_before: str, day_after: str
) -> Assignment | None:
    """What a volunteer is signed up for at the time of an assignment, of those that begin on the days around it; the
    earliest, None where there is nothing.
    """
    found = of_volunteer(connection, volunteer_no, day_before, day_after)
    return next(
        (
            one
            for one in found
            if one.id != other.id and one.starts_at < other.ends_at and one.ends_at > other.starts_at
        ),
        None,
    )


def credited(
    connection: sqlite3.Connection, assignment_id: int, day_before: str, day_after: str
) -> list[CreditedVisit]:
    """The visits that are credited to an assignment and not annulled, of the local days around it, by beginning."""
    rows = connection.execute(
        "SELECT v.volunteer_no, p.name, p.team, v.entered_at, v.left_at FROM visit v "
        "JOIN volunteer p ON p.no = v.volunteer_no "
        "WHERE v.day BETWEEN ? AND ? AND v.assignment_id = ? AND NOT v.annulled ORDER BY v.entered_at",
        (day_before, day_after, assignment_id),
    )
    return [CreditedVisit.from_row(row) for row in rows]


def put(connection: sqlite3.Connection, assignment: Assignment) -> int:
    """Insert an assignment without an id, or overwrite the one with it; returns the id.

    Whoever is signed up stays so; a changed day is carried to their entries.
    """
    values = assignment.model_dump(include=set(Assignment.model_fields) - {"id"})
    if not assignment.id:
        cursor = connection.execute(
            f"INSERT INTO assignment ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid
    connection.execute(
        f"UPDATE assignment SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
        (*values.values(), assignment.id),
    )
    connection.execute(
        "UPDATE assignment_volunteer SET day = ? WHERE assignment_id = ?", (assignment.day, assignment.id)
    )
    return assignment.id


def sign(
    connection: sqlite3.Connection, assignment: Assignment, volunteer_no: str, at: int, state: SignupState
) -> None:
    """Sign a volunteer up, or note that he or she withdrew."""
    connection.execute(
        "INSERT INTO assignment_volunteer (volunteer_no, day, assignment_id, signed_at, state) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (volunteer_no, day, assignment_id) DO UPDATE SET state = excluded.state, "
        "signed_at = excluded.signed_at",
        (volunteer_no, assignment.day, assignment.id, at, state),
    )
    connection.execute(
        "UPDATE assignment SET revision = revision + 1, changed_at = max(changed_at, ?) WHERE id = ?",
        (at, assignment.id),
    )
