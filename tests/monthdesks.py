"""A centre with sessions of a month, for the tests of monthly lists and what is made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from db import activities as records
from db import series as series_records
from db.activities import Session
from db.series import Pattern, Series
from frontdesk.activities.monthly import service
from frontdesk.activities.sessions.storing import store_session
from frontdesk.common.periods import month_of
from frontdesk.context import Context, to_ms
from tests.desks import new_desk, turn_clock

ZONE = ZoneInfo("Asia/Shanghai")
DECEMBER = month_of(date(2026, 12, 1))


def at(day: date, clock: str) -> int:
    """An instant of the centre's wall clock, in UTC milliseconds."""
    return to_ms(datetime.combine(day, time.fromisoformat(clock), ZONE))


def made(code: str, day: date, starts: str = "09:00", ends: str = "10:30", **said: object) -> Session:
    """A session that has a room and a lead unless it is said otherwise."""
    plain: dict[str, object] = {
        "code": code,
        "day": day.isoformat(),
        "starts_at": at(day, starts),
        "ends_at": at(day, ends),
        "name": f"书法{code}",
        "category": "文体服务",
        "room": f"活动室{code}",
        "capacity": 20,
        "lead": f"李{code}",
        "state": "draft",
    }
    return Session.model_validate(plain | said)


def put_on(context: Context, *wanted: Session) -> None:
    """Store new sessions as they are."""
    with context.change("test.put_on", "sessions") as connection:
        for one in wanted:
            store_session(context, connection, None, one, "测试", force_room=True)


def stored(context: Context, code: str) -> Session:
    """A session as it is stored."""
    found = records.get(context.database.connection, code)
    assert found is not None
    return found


def states(context: Context) -> dict[str, str]:
    """The states of the sessions of December, by code."""
    return {one.code: one.state for one in service.month_view(context, DECEMBER).sessions}


def change(context: Context, code: str, reason: str = "", **said: object) -> None:
    """Change a session through the one way in which sessions are written."""
    before = stored(context, code)
    after = before.model_copy(update=said)
    with context.change("test.changed", code) as connection:
        store_session(context, connection, before, after, reason, force_room=True)


def month_desk(folder: Path, *wanted: Session) -> Context:
    """A new centre with these sessions."""
    context = new_desk(folder)
    put_on(context, *wanted)
    return context


def later(context: Context, day: date) -> None:
    """Have it be noon of a day."""
    turn_clock(context, lambda: datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def weekly(context: Context, first: date, last: date, *weekdays: int, **said: object) -> Series:
    """A stored series without sessions."""
    plain: dict[str, object] = {
        "name": "太极晨练",
        "category": "健康服务",
        "room": "大厅",
        "lead": "赵老师",
        "capacity": 30,
        "starts": "08:30",
        "ends": "09:30",
        "pattern": Pattern(kind="weekly", weekdays=weekdays),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }
    series = Series.model_validate(plain | said)
    with context.change("test.series", series.name) as connection:
        return series.model_copy(update={"id": series_records.add(connection, series)})
