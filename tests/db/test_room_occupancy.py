"""Who is in which room when, against counting by hand; and that reading it costs what is shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db import rooms as records
from frontdesk.activities.rooms import service
from frontdesk.activities.rooms.dayview import SLOT, day_view
from frontdesk.activities.rooms.errors import RoomError
from frontdesk.activities.rooms.occupancy import clashes
from frontdesk.activities.rooms.service import Override
from frontdesk.activities.rooms.words import instant
from frontdesk.context import open_context, to_ms
from tests.db.test_rooms import DAY, A, B, furnish, put_session, said
from tests.desks import NOON, new_desk, passing_desk

QUARTER = 15
THINGS = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from([A, B]),
        st.integers(-2, 2),
        st.integers(0, 95),
        # Until deep into the night after, with hours of setting up before and of clearing behind.
        st.sampled_from([1, 4, 40, 64]),
        st.sampled_from([0, 2, 32]),
        st.sampled_from([0, 3, 32]),
        st.sampled_from(["held", "cancelled", "no_show", "used"]),
    ),
    max_size=8,
)


# What begins in the night and is cleared until the midnight after the next, and what is set up for on that evening.
NIGHT = (False, A, -2, 95, 64, 0, 32, "held")
TOUCHING = [(False, A, 0, 40, 4, 0, 0, "held"), (True, A, 0, 48, 4, 0, 0, "held")]


# The half hours of a day run past midnight, into what is set up in another room for the next.
AFTER_MIDNIGHT = [(False, A, 0, 1, 64, 0, 32, "held"), (False, B, 1, 32, 1, 32, 0, "held")]


@example(AFTER_MIDNIGHT, [])
@example([NIGHT], [(A, 0, 4)])
@example([(True, *NIGHT[1:])], [(A, 0, 4)])
@example([(True, A, 2, 1, 1, 32, 0, "held")], [(A, 70, 40)])
@example(TOUCHING, [(A, 36, 4), (A, 36, 5), (A, 44, 4), (A, 43, 4), (A, 44, 5), (B, 40, 4)])
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(THINGS, st.lists(st.tuples(st.sampled_from([A, B]), st.integers(0, 95), st.integers(1, 70)), max_size=4))
def test_what_takes_a_room_is_what_takes_one_of_its_minutes(
    things: list[tuple[bool, str, int, int, int, int, int, str]], asked: list[tuple[str, int, int]]
) -> None:
    """Half-open: what ends when another begins is no clash; what was called off, or nobody came to, takes nothing."""
    taken: list[tuple[str, str, int, int]] = []
    with passing_desk() as (context, _):
        furnish(context)
        for number, (is_session, room, days, starts, length, before, after, state) in enumerate(things):
            day = context.today() + timedelta(days=days)
            first, last = starts * QUARTER, (starts + length) * QUARTER
            around = {"setup_minutes": before * QUARTER, "clearing_minutes": after * QUARTER}
            if is_session:
                state = "cancelled" if state == "cancelled" else "published"
                ref = put_session(context, f"HD{number:03}", room, day, first, last, state=state, **around).code
            else:
                wish = said(room, day, first, last, **around)
                ref = str(service.book(context, wish, override=Override("测试")).booking.id)
                with context.change("test.state", ref) as connection:
                    connection.execute("UPDATE booking SET state = ?, reason = '测试' WHERE id = ?", (state, ref))
            if state not in ("cancelled", "no_show"):
                begins, ends = first - before * QUARTER, last + after * QUARTER
                taken.append((room, ref, to_ms(instant(context, day, begins)), to_ms(instant(context, day, ends))))
        today = context.today()
        for room, starts, length in asked:
            first, last = (to_ms(instant(context, today, at * QUARTER)) for at in (starts, starts + length))
            minutes = range(first // 60_000, last // 60_000)
            expected = sorted(
                ref
                for where, ref, begins, ends in taken
                if where == room and any(begins // 60_000 <= minute < ends // 60_000 for minute in minutes)
            )
            found = clashes(context.database.connection, room, today.isoformat(), first, last)
            assert sorted(one.ref for one in found) == expected
            assert [one.taken_from for one in found] == sorted(one.taken_from for one in found)
        view = day_view(context, today)
        for room_shown in view.rooms:
            for at in view.slots:
                span = [to_ms(instant(context, today, minute)) for minute in (at, at + SLOT)]
                there = [ref for where, ref, b, e in taken if where == room_shown.name and b < span[1] and e > span[0]]
                assert bool(there) == (view.sign(room_shown, at) not in ("free", "shut"))


def test_of_two_windows_that_want_a_room_at_once_one_has_it(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    furnish(desk)

    def window(number: int) -> int:
        context = open_context(desk.home, source="desk", clock=lambda: NOON, operator=desk.operator)
        got = 0
        try:
            for hour in range(9, 19):
                try:
                    service.book(context, said(starts=hour * 60 + 10 * number, ends=hour * 60 + 10 * number + 50))
                    got += 1
                except RoomError as refusal:
                    assert refusal.code == "room_taken"
        finally:
            context.database.close()
        return got

    with ThreadPoolExecutor(2) as windows:
        got = sum(windows.map(window, range(2)))
    found = records.occupations(desk.database.connection, DAY.isoformat(), DAY.isoformat())
    assert len(found) == got >= 10
    assert all(one.taken_until <= other.taken_from for one, other in pairwise(found))
    desk.database.close()


def test_a_day_a_room_and_a_month_are_found_through_their_index(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    statements: list[str] = []
    connection = desk.database.connection
    connection.set_trace_callback(statements.append)
    service.utilisation(desk, date(2026, 11, 1))
    day_view(desk, DAY)
    clashes(connection, A, DAY.isoformat(), 0, 1)
    records.room_sessions(connection, "2026-11-01", "2026-11-30", A)
    records.bookings(connection, "2026-11-01", "2026-11-30", A)
    connection.set_trace_callback(None)
    asked = [one for one in statements if one.lstrip().startswith("SELECT") and " FROM room " not in one]
    assert len(asked) >= 6
    for statement in asked:
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert [line for line in plan if line.startswith("SCAN")] == [], statement
    desk.database.close()
