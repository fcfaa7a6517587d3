"""What is kept about a volunteer beside the register: skills and call-ups, availability, training, awards, evaluation.

Source: 志愿服务条例 §19. A record is never deleted: what was wrong is annulled, with who, when and why.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from db.record import Record
from db.volunteers import Volunteer

SkillState = Literal["candidate", "active", "paused", "left"]
Outcome = Literal["", "came", "declined", "absent"]
Part = Literal["morning", "afternoon", "evening"]
RecordKind = Literal["training", "award", "evaluation"]


class Slot(NamedTuple):
    """A part of a weekday, Monday 1, on which a volunteer can serve."""

    weekday: int
    part: Part


class Skill(Record):
    """What a volunteer can do, as the talent pool (达人库) has it; `since` is the local day of the present state."""

    volunteer_no: str
    skill: str
    category: str = ""
    note: str = ""
    state: SkillState = "active"
    since: str = ""


class CallUp(Record):
    """One time that a volunteer was called up; `outcome` is '' until it is known."""

    id: int = 0
    volunteer_no: str
    skill: str = ""
    day: str
    purpose: str
    outcome: Outcome = ""
    operator_no: str
    at: int


class VolunteerRecord(Record):
    """A training, award or evaluation of a volunteer on a local day."""

    id: int = 0
    volunteer_no: str
    kind: RecordKind
    day: str
    title: str
    detail: str = ""
    grade: str = ""
    operator_no: str
    at: int
    annulled_at: int | None = None
    annulled_by: str | None = None
    annul_reason: str = ""


def skills(connection: sqlite3.Connection, volunteer_no: str) -> list[Skill]:
    """The skills of a volunteer, those left included, by name."""
    rows = connection.execute("SELECT * FROM volunteer_skill WHERE volunteer_no = ? ORDER BY skill", (volunteer_no,))
    return [Skill.from_row(row) for row in rows]


def put_skill(connection: sqlite3.Connection, skill: Skill) -> None:
    """Insert or overwrite a skill."""
    values = skill.model_dump()
    # REPLACE would take the old row away unseen by the record of changes.
    connection.execute(
        f"INSERT INTO volunteer_skill ({', '.join(values)}) VALUES ({', '.join('?' * len(values))}) "
        f"ON CONFLICT (volunteer_no, skill) DO UPDATE SET {', '.join(f'{one} = excluded.{one}' for one in values)}",
        tuple(values.values()),
    )


def known_skills(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Every skill of the talent pool with its category and how many have it who have not left it, by name."""
    rows = connection.execute(
        "SELECT skill, max(category) AS category, sum(state <> 'left') AS people FROM volunteer_skill "
        "GROUP BY skill ORDER BY skill"
    )
    return [(row["skill"], row["category"], row["people"]) for row in rows]


def availability(connection: sqlite3.Connection, volunteer_no: str) -> frozenset[Slot]:
    """When a volunteer can serve."""
    rows = connection.execute(
        "SELECT weekday, part FROM volunteer_availability WHERE volunteer_no = ?", (volunteer_no,)
    )
    return frozenset(Slot(row["weekday"], row["part"]) for row in rows)


def set_availability(connection: sqlite3.Connection, volunteer_no: str, slots: Iterable[Slot]) -> None:
    """Make `slots` the whole of when a volunteer can serve."""
    connection.execute("DELETE FROM volunteer_availability WHERE volunteer_no = ?", (volunteer_no,))
    connection.executemany(
        "INSERT INTO volunteer_availability (volunteer_no, weekday, part) VALUES (?, ?, ?)",
        ((volunteer_no, *slot) for slot in sorted(slots)),
    )


def call_ups(connection: sqlite3.Connection, volunteer_no: str) -> list[CallUp]:
    """The call-ups of a volunteer, the latest first."""
    rows = connection.execute(
        "SELECT * FROM call_up WHERE volunteer_no = ? ORDER BY day DESC, id DESC", (volunteer_no,)
    )
    return [CallUp.from_row(row) for row in rows]


def call_up(connection: sqlite3.Connection, call_up_id: int) -> CallUp | None:
    """One call-up; None if there is none with this id."""
    row = connection.execute("SELECT * FROM call_up WHERE id = ?", (call_up_id,)).fetchone()
    return CallUp.from_row(row) if row else None


def add_call_up(connection: sqlite3.Connection, new: CallUp) -> int:
    """Add a call-up; returns its id."""
    values = new.model_dump(exclude={"id"})
    cursor = connection.execute(
        f"INSERT INTO call_up ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def set_outcome(connection: sqlite3.Connection, call_up_id: int, outcome: Outcome) -> None:
    """Note what came of a call-up."""
    connection.execute("UPDATE call_up SET outcome = ? WHERE id = ?", (outcome, call_up_id))


def records(connection: sqlite3.Connection, volunteer_no: str) -> list[VolunteerRecord]:
    """The trainings, awards and evaluations of a volunteer, annulled ones included, the latest first."""
    rows = connection.execute(
        "SELECT * FROM volunteer_record WHERE volunteer_no = ? ORDER BY day DESC, id DESC", (volunteer_no,)
    )
    return [VolunteerRecord.from_row(row) for row in rows]


def record(connection: sqlite3.Connection, record_id: int) -> VolunteerRecord | None:
    """One record; None if there is none with this id."""
    row = connection.execute("SELECT * FROM volunteer_record WHERE id = ?", (record_id,)).fetchone()
    return VolunteerRecord.from_row(row) if row else None


def add_record(connection: sqlite3.Connection, new: VolunteerRecord) -> int:
    """Add a record; returns its id."""
    values = new.model_dump(exclude={"id"})
    cursor = connection.execute(
        f"INSERT INTO volunteer_record ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def annul_record(connection: sqlite3.Connection, record_id: int, at: int, by: str, reason: str) -> None:
    """Mark a record as annulled; it stays."""
    connection.execute(
        "UPDATE volunteer_record SET annulled_at = ?, annulled_by = ?, annul_reason = ? WHERE id = ?",
        (at, by, reason, record_id),
    )


def people(
    connection: sqlite3.Connection,
    *,
    words: Sequence[str] = (),
    category: str = "",
    skill_state: str = "",
    slots: Iterable[Slot] = (),
    team: str = "",
    state: str = "active",
    in_pool: bool = False,
    limit: int = -1,
) -> list[Volunteer]:
    """Who fits, by number, at most `limit` (-1: all).

    Every one of `words` is part of a skill or of its category in the talent pool, or of what the register says about
    skills; every one of `slots` is one on which they can serve. With `in_pool`, `category` or `skill_state` only those
    of the talent pool are looked through. An empty `state` means everybody.
    """
    conditions, values = ["1"], list[object]()
    if in_pool:
        conditions.append("p.no IN (SELECT volunteer_no FROM volunteer_skill WHERE state <> 'left')")
    for word in words:
        pattern = f"%{_escaped(word)}%"
        conditions.append(
            "(p.skill LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM volunteer_skill k WHERE k.volunteer_no = p.no "
            "AND k.state <> 'left' AND (k.skill LIKE ? ESCAPE '\\' OR k.category LIKE ? ESCAPE '\\')))"
        )
        values += [pattern] * 3
    for column, value in (("category", category), ("state", skill_state)):
        if value:
            conditions.append(
                f"EXISTS (SELECT 1 FROM volunteer_skill k WHERE k.volunteer_no = p.no AND k.{column} = ?)"
            )
            values.append(value)
    for slot in slots:
        conditions.append(
            "EXISTS (SELECT 1 FROM volunteer_availability a WHERE a.volunteer_no = p.no "
            "AND a.weekday = ? AND a.part = ?)"
        )
        values += slot
    for column, value in (("team", team), ("state", state)):
        if value:
            conditions.append(f"p.{column} = ?")
            values.append(value)
    rows = connection.execute(
        f"SELECT p.* FROM volunteer p WHERE {' AND '.join(conditions)} ORDER BY p.no LIMIT ?", (*values, limit)
    )
    return [Volunteer.from_row(row) for row in rows]


def skills_of(connection: sqlite3.Connection, nos: Sequence[str]) -> dict[str, list[Skill]]:
    """The skills of these volunteers by number, in one statement."""
    rows = connection.execute(
        "SELECT * FROM volunteer_skill WHERE volunteer_no IN (SELECT value FROM json_each(?)) "
        "ORDER BY volunteer_no, skill",
        (json.dumps(list(nos)),),
    )
    found: dict[str, list[Skill]] = defaultdict(list)
    for row in rows:
        found[row["volunteer_no"]].append(Skill.from_row(row))
    return found


def availability_of(connection: sqlite3.Connection, nos: Sequence[str]) -> dict[str, frozenset[Slot]]:
    """When these volunteers can serve, by number, in one statement."""
    rows = connection.execute(
        "SELECT * FROM volunteer_availability WHERE volunteer_no IN (SELECT value FROM json_each(?))",
        (json.dumps(list(nos)),),
    )
    found: dict[str, set[Slot]] = defaultdict(set)
    for row in rows:
        found[row["volunteer_no"]].add(Slot(row["weekday"], row["part"]))
    return {no: frozenset(slots) for no, slots in found.items()}


def last_call_ups(connection: sqlite3.Connection, nos: Sequence[str]) -> dict[str, str]:
    """The local day on which each of these volunteers was called up last."""
    rows = connection.execute(
        "SELECT volunteer_no, max(day) AS day FROM call_up WHERE volunteer_no IN (SELECT value FROM json_each(?)) "
        "GROUP BY volunteer_no",
        (json.dumps(list(nos)),),
    )
    return {row["volunteer_no"]: row["day"] for row in rows}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
