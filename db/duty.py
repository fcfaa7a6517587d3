"""The roster: plans as they were published, slots as they are worked, and the log of every change between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal

from db.record import Record

PlanState = Literal["draft", "published", "discarded"]


class PlanSlot(Record):
    """One slot of a plan: a post in a shift of a local day; minutes count from that day's midnight."""

    day: str
    post: str
    shift: str
    starts: int
    ends: int
    break_minutes: int = 0
    acting: str | None = None
    standby: str | None = None
    locked: bool = False


class DutySlot(PlanSlot):
    """One slot as it is worked, beside what was planned for it."""

    planned_acting: str | None = None
    planned_standby: str | None = None
    plan_id: int


class Plan(Record):
    """A roster made at one moment; `cost` and `bound` of the planner's objective, `findings` is JSON."""

    id: int
    first_day: str
    last_day: str
    state: PlanState
    made_at: int
    made_by: str
    published_at: int | None = None
    published_by: str | None = None
    status: str
    cost: int | None = None
    bound: int | None = None
    seconds: float = 0.0
    findings: str = "{}"


class DutyEvent(Record):
    """One logged change of a slot: who had its roles before and after, and why."""

    id: int = 0
    at: int
    operator_no: str | None = None
    kind: str
    day: str
    post: str
    shift: str
    acting_before: str | None = None
    acting_after: str | None = None
    standby_before: str | None = None
    standby_after: str | None = None
    leave_id: int | None = None
    swap_id: int | None = None
    reason: str = ""


def slots(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[DutySlot]:
    """The slots of these local days as they are worked: by day, then start, then the order of posts."""
    rows = connection.execute(
        "SELECT d.* FROM duty_slot d LEFT JOIN post p ON p.name = d.post WHERE d.day BETWEEN ? AND ? "
        "ORDER BY d.day, d.starts, p.position, d.post, d.shift",
        (first_day, last_day),
    )
    return [DutySlot.from_row(row) for row in rows]


def slot(connection: sqlite3.Connection, day: str, post: str, shift: str) -> DutySlot | None:
    """One slot; None where the roster has none."""
    row = connection.execute(
        "SELECT * FROM duty_slot WHERE day = ? AND post = ? AND shift = ?", (day, post, shift)
    ).fetchone()
    return DutySlot.from_row(row) if row else None


def put_slot(connection: sqlite3.Connection, one: DutySlot) -> None:
    """Insert or overwrite a slot."""
    connection.execute(
        "INSERT INTO duty_slot (day, post, shift, starts, ends, break_minutes, acting, standby, planned_acting, "
        "planned_standby, locked, plan_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (day, post, shift) DO UPDATE SET starts = excluded.starts, ends = excluded.ends, "
        "break_minutes = excluded.break_minutes, acting = excluded.acting, standby = excluded.standby, "
        "planned_acting = excluded.planned_acting, planned_standby = excluded.planned_standby, "
        "locked = excluded.locked, plan_id = excluded.plan_id",
        (
            one.day,
            one.post,
            one.shift,
            one.starts,
            one.ends,
            one.break_minutes,
            one.acting,
            one.standby,
            one.planned_acting,
            one.planned_standby,
            one.locked,
            one.plan_id,
        ),
    )


def remove_slot(connection: sqlite3.Connection, day: str, post: str, shift: str) -> None:
    """Take a slot out of the roster, because the post is closed then; what was planned stays with its plan."""
    connection.execute("DELETE FROM duty_slot WHERE day = ? AND post = ? AND shift = ?", (day, post, shift))


def set_roles(connection: sqlite3.Connection, event: DutyEvent, *, locked: bool | None = None) -> int:
    """Give a slot's roles to those whom the event names, and append the event; returns its number."""
    connection.execute(
        "UPDATE duty_slot SET acting = ?, standby = ?, locked = coalesce(?, locked) "
        "WHERE day = ? AND post = ? AND shift = ?",
        (event.acting_after, event.standby_after, locked, event.day, event.post, event.shift),
    )
    return add_event(connection, event)


def add_event(connection: sqlite3.Connection, event: DutyEvent) -> int:
    """Append to the log; returns the event's number."""
    cursor = connection.execute(
        "INSERT INTO duty_event (at, operator_no, kind, day, post, shift, acting_before, acting_after, "
        "standby_before, standby_after, leave_id, swap_id, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.at,
            event.operator_no,
            event.kind,
            event.day,
            event.post,
            event.shift,
            event.acting_before,
            event.acting_after,
            event.standby_before,
            event.standby_after,
            event.leave_id,
            event.swap_id,
            event.reason,
        ),
    )
    return int(cursor.lastrowid or 0)


def events(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[DutyEvent]:
    """The log of the slots of these local days, oldest first."""
    rows = connection.execute("SELECT * FROM duty_event WHERE day BETWEEN ? AND ? ORDER BY id", (first_day, last_day))
    return [DutyEvent.from_row(row) for row in rows]


def events_of_leave(connection: sqlite3.Connection, leave_id: int) -> list[DutyEvent]:
    """What one absence changed, oldest first."""
    rows = connection.execute("SELECT * FROM duty_event WHERE leave_id = ? ORDER BY id", (leave_id,))
    return [DutyEvent.from_row(row) for row in rows]


def add_plan(connection: sqlite3.Connection, plan: Plan, of_plan: Iterable[PlanSlot]) -> int:
    """Store a plan with its slots; its `id` is given here and returned."""
    cursor = connection.execute(
        "INSERT INTO roster_plan (first_day, last_day, state, made_at, made_by, status, cost, bound, seconds, findings)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan.first_day,
            plan.last_day,
            plan.state,
            plan.made_at,
            plan.made_by,
            plan.status,
            plan.cost,
            plan.bound,
            plan.seconds,
            plan.findings,
        ),
    )
    plan_id = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO plan_slot (plan_id, day, post, shift, starts, ends, break_minutes, acting, standby, locked) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (plan_id, s.day, s.post, s.shift, s.starts, s.ends, s.break_minutes, s.acting, s.standby, s.locked)
            for s in of_plan
        ],
    )
    return plan_id


def plan(connection: sqlite3.Connection, plan_id: int) -> Plan | None:
    """The plan with this number; None if there is none."""
    row = connection.execute("SELECT * FROM roster_plan WHERE id = ?", (plan_id,)).fetchone()
    return Plan.from_row(row) if row else None


def plans(connection: sqlite3.Connection, limit: int = 50) -> list[Plan]:
    """The newest plans, newest first."""
    rows = connection.execute("SELECT * FROM roster_plan ORDER BY id DESC LIMIT ?", (limit,))
    return [Plan.from_row(row) for row in rows]


def published(connection: sqlite3.Connection, first_day: str, last_day: str) -> list[Plan]:
    """The published plans that reach into these local days, oldest first."""
    rows = connection.execute(
        "SELECT * FROM roster_plan WHERE state = 'published' AND last_day >= ? AND first_day <= ? ORDER BY id",
        (first_day, last_day),
    )
    return [Plan.from_row(row) for row in rows]


def plan_slots(connection: sqlite3.Connection, plan_id: int) -> list[PlanSlot]:
    """The slots of a plan: by day, then start, then the order of posts."""
    rows = connection.execute(
        "SELECT s.* FROM plan_slot s LEFT JOIN post p ON p.name = s.post WHERE s.plan_id = ? "
        "ORDER BY s.day, s.starts, p.position, s.post, s.shift",
        (plan_id,),
    )
    return [PlanSlot.from_row(row) for row in rows]


def set_plan_slot(
    connection: sqlite3.Connection,
    plan_id: int,
    key: tuple[str, str, str],
    acting: str | None,
    standby: str | None,
    locked: bool,
) -> None:
    """Change one slot of a draft; `key` is day, post and shift."""
    connection.execute(
        "UPDATE plan_slot SET acting = ?, standby = ?, locked = ? WHERE plan_id = ? AND day = ? AND post = ? "
        "AND shift = ?",
        (acting, standby, locked, plan_id, *key),
    )


def set_plan_state(
    connection: sqlite3.Connection, plan_id: int, state: PlanState, at: int | None, by: str | None
) -> None:
    """Publish or discard a plan."""
    connection.execute(
        "UPDATE roster_plan SET state = ?, published_at = ?, published_by = ? WHERE id = ?", (state, at, by, plan_id)
    )


def planned_until(connection: sqlite3.Connection) -> str | None:
    """The last local day that a published roster reaches; None before the first one."""
    row = connection.execute("SELECT max(day) AS day FROM duty_slot").fetchone()
    return str(row["day"]) if row["day"] else None


def has_slots(connection: sqlite3.Connection, first_day: str, last_day: str) -> bool:
    """Whether a published roster reaches into these local days."""
    row = connection.execute(
        "SELECT 1 FROM duty_slot WHERE day BETWEEN ? AND ? LIMIT 1", (first_day, last_day)
    ).fetchone()
    return row is not None


def opened_posts(connection: sqlite3.Connection) -> set[str]:
    """The posts for which the standing order opens any shift."""
    return {row["post"] for row in connection.execute("SELECT DISTINCT post FROM opening")}
