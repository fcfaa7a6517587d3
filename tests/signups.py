"""Sessions to sign up for at a desk whose clock can be set, and what their lists say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db import activities
from db import registrations as records
from db.activities import Session, SignUpTerms
from db.registrations import Registration
from frontdesk.activities.service import SignUp, sign_up, signups_astray
from frontdesk.activities.sessions.storing import store_session
from frontdesk.context import Context, to_ms
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from tests.desks import NOON

DAY = date(2026, 11, 16)
"""A Monday, a week after the desk's clock."""


def session_at(desk: Context, code: str = "HD001", *, day: date = DAY, hour: int = 9, **values: Any) -> Session:
    """Store a session of two hours on a day; `terms` as keyword arguments of SignUpTerms."""
    begins = to_ms(datetime(day.year, day.month, day.day, hour, tzinfo=desk.zone))
    terms = SignUpTerms(**values.pop("terms", {}))
    said = {"capacity": 2, "name": f"书法{code}", "category": "文体服务", **values}
    session = Session(code=code, day=day.isoformat(), starts_at=begins, ends_at=begins + 7_200_000, terms=terms, **said)
    with desk.change("test.session", code) as connection:
        return store_session(desk, connection, None, session).session


def change_session(desk: Context, code: str, reason: str = "", **values: Any) -> tuple[int, ...]:
    """Store a session with other values; returns who moved up."""
    with desk.change("test.session", code) as connection:
        before = activities.get(connection, code)
        assert before is not None
        return store_session(desk, connection, before, before.model_copy(update=values), reason).moved_up


def enter(desk: Context, number: int, size: int = 1, code: str = "HD001", **values: Any) -> SignUp:
    """Sign up the person of a number, who is made up."""
    return sign_up(desk, code, f"赵{chr(0x4E00 + number)}", f"154{number:08d}", size, **values)


def person(desk: Context, number: int, *, birth: str = "", area: str = "", tags: Sequence[str] = ()) -> int:
    """The resident of a number with what is known of them, added if new."""
    from frontdesk.residents.service import resident

    with desk.change("test.resident", str(number)) as connection:
        found = resident(desk, connection, f"赵{chr(0x4E00 + number)}", f"154{number:08d}")
        connection.execute("UPDATE resident SET birth = ?, area = ? WHERE id = ?", (birth, area, found))
        connection.executemany("INSERT INTO resident_tag VALUES (?, ?)", [(found, tag) for tag in tags])
    return found


def parties(desk: Context, code: str = "HD001") -> list[Registration]:
    """The list of a session as it is stored."""
    return records.of_session(desk.database.connection, code)


def states(desk: Context, code: str = "HD001") -> str:
    """One letter for each number: C confirmed, W waiting, O on offer, A undecided, D dropped, X cancelled, Y by us."""
    letters = {
        "confirmed": "C",
        "waitlisted": "W",
        "offered": "O",
        "applied": "A",
        "dropped": "D",
        "cancelled_by_resident": "X",
        "cancelled_by_centre": "Y",
    }
    return "".join(letters[one.state] for one in parties(desk, code))


def at(desk: Context, moment: datetime | timedelta) -> None:
    """Set the desk's clock: to a moment, or to so long after it was set up."""
    instant = NOON + moment if isinstance(moment, timedelta) else moment.astimezone(UTC)
    desk.clock = lambda: instant


def assert_as_logged(desk: Context) -> None:
    """Every list follows from its log."""
    assert signups_astray(desk.database.connection) == []


def refused(act: Callable[[], object]) -> str:
    """The code with which something is refused, in words that name everything."""
    with pytest.raises(DeskError) as caught:
        act()
    assert "{" not in words_for(caught.value)
    return caught.value.code


def full(desk: Context, capacity: int, *sizes: int, **terms: object) -> list[int]:
    """A session with parties of these sizes, signed up in this order; the ids of the sign-ups."""
    session_at(desk, capacity=capacity, terms=terms)
    return [enter(desk, number, size).registration_id for number, size in enumerate(sizes, 1)]
