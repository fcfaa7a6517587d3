"""A centre with bad ratings, for the tests of their follow-ups."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from db import feedback
from db.feedback import Rating
from frontdesk.context import Context, Operator
from tests.desks import DESK

MANAGER = Operator(DESK.manager_no, DESK.manager_name, "manager")
DESK_HAND = Operator("S001", "李四", "operator")

MONDAY = date(2026, 11, 9)


def noon(context: Context, day: date) -> None:
    """Have it be noon of a local day."""
    context.clock = lambda: datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def hire(context: Context) -> None:
    """Have somebody on the staff who is no manager."""
    with context.database.write() as connection:
        connection.execute("INSERT INTO staff (no, name, kind, role) VALUES ('S001', '李四', 'full_time', 'operator')")


def as_staff(context: Context, who: Operator) -> Context:
    """The same desk with somebody else at it."""
    context.operator = who
    return context


def rated(
    context: Context,
    number: int,
    *,
    level: int = 1,
    day: date = MONDAY,
    known_on: date | None = None,
    named: bool = False,
    phone: str = "",
    **said: Any,
) -> bytes:
    """Store a rating under a key made of its number; returns the key. With a phone it is named."""
    key = number.to_bytes(16, "big")
    plain: dict[str, Any] = {
        "key": key,
        "day": day.isoformat(),
        "known_on": (known_on or day).isoformat(),
        "subject_kind": "service",
        "subject": "综合服务台",
        "level": level,
        "comment": "排队太久",
        "named": int(named or bool(phone)),
        "channel": "desk",
    }
    with context.database.write() as connection:
        feedback.put(connection, Rating.model_validate(plain | said))
        if named or phone:
            sealed = context.keys.seal(phone) if phone else None
            connection.execute(
                "INSERT INTO rating_rater (key, name, phone_cipher) VALUES (?, '赵一', ?)", (key, sealed)
            )
    return key


def counted(begins: date, days: int, holidays: set[date], makeups: set[date]) -> date:
    """The day so many working days later, counted one by one; written without the program's own calendar."""
    day = begins
    while days:
        day += timedelta(days=1)
        if day in makeups or (day.weekday() < 5 and day not in holidays):
            days -= 1
    return day
