"""Two windows act on the same lists: whatever the order, it is as if one of them had done it all."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import registrations as records
from frontdesk.activities.service import (
    ActivityError,
    accept_offer,
    cancel_session,
    cancel_sign_up,
    change_party,
    decline_offer,
    draw,
    give_seat,
    leave_queue,
    move_sign_up,
    restore_session,
    settle_due,
    told,
)
from frontdesk.activities.signup.queue import queue
from frontdesk.activities.signup.settling import seats_of
from frontdesk.context import Context, open_context
from frontdesk.errors import DeskError
from tests.desks import new_desk, passing_desk
from tests.signups import DAY, assert_as_logged, at, change_session, enter, parties, session_at, states

CODES = ("HD001", "HD002")
HOUR = 3_600_000

Act = tuple[str, int, int]
"""What is done, to whom, and a number for it."""

ACTS = st.tuples(
    st.sampled_from(
        [
            *("sign_up", "sign_up", "sign_up", "cancel", "cancel", "accept", "decline", "leave", "change", "move"),
            *("capacity", "later", "over", "session_on_off", "session_moves", "give", "told", "draw"),
        ]
    ),
    st.integers(1, 8),
    st.integers(0, 5),
)
STEPS = st.lists(st.tuples(st.booleans(), ACTS), min_size=4, max_size=24)


def do(desk: Context, act: Act) -> Any:
    """Do something at a window; what came of it, or the code of the refusal."""
    name, who, number = act
    code = CODES[who % 2]
    try:
        match name:
            case "sign_up":
                made = enter(desk, who, max(1, number), code, least_seats=1 if number % 2 else None)
                return (made.seq_no, made.state, made.place)
            case "capacity":
                return change_session(desk, code, capacity=number)
            case "later" | "over":
                return settle_due(desk)
            case "session_on_off":
                return (cancel_session if number % 2 else restore_session)(
                    desk, code, *(["停电"] if number % 2 else [])
                )
            case "session_moves":
                begins = beginning(desk, code) + HOUR
                return change_session(desk, code, starts_at=begins, ends_at=begins + 2 * HOUR)
            case "draw":
                return draw(desk, code, "abc", force=True, reason="提前").lines
        party = next((one for one in parties(desk, code) if one.seq_no == who), None)
        return None if party is None else of_party(desk, name, party.id, code, number)
    except DeskError as refusal:
        return refusal.code


def of_party(desk: Context, name: str, party: int, code: str, number: int) -> Any:
    match name:
        case "cancel":
            return cancel_sign_up(desk, party, by_centre=number == 0)
        case "leave":
            return leave_queue(desk, party)
        case "accept":
            return accept_offer(desk, party)
        case "decline":
            return decline_offer(desk, party)
        case "change":
            return change_party(desk, party, max(1, number))
        case "move":
            return move_sign_up(desk, party, CODES[CODES.index(code) - 1])._replace(registration_id=0)
        case "give":
            return give_seat(desk, party, "照顾")._replace(registration_id=0)
        case _:
            return told(desk, party)


def beginning(desk: Context, code: str) -> int:
    from db import activities

    found = activities.get(desk.database.connection, code)
    assert found is not None
    return found.starts_at


def prepare(desk: Context, hold: int, lottery: bool) -> None:
    session_at(desk, "HD001", capacity=3, terms={"offer_minutes": hold})
    terms = {"offer_minutes": hold, "allocation": "lottery" if lottery else "first_come"}
    session_at(desk, "HD002", hour=13, capacity=2, terms=terms, day=DAY)


def second_window(desk: Context) -> Context:
    return open_context(desk.home, source="desk", clock=desk.clock, operator=desk.operator, synchronous="OFF")


def stored(desk: Context) -> list[tuple[object, ...]]:
    """Every sign-up as it stands, and the log of all sessions."""
    connection = desk.database.connection
    rows = [tuple(row) for row in connection.execute("SELECT * FROM registration ORDER BY id")]
    return rows + [tuple(row) for row in connection.execute("SELECT * FROM registration_log ORDER BY id")]


def assert_sound(desk: Context) -> None:
    """Never over what was ever given, nobody twice, no seat empty that somebody waits for and fits."""
    from db import activities

    for code in CODES:
        session = activities.get(desk.database.connection, code)
        assert session is not None
        seats = seats_of(desk, desk.database.connection, session)
        residents = [one.resident_id for one in records.of_session(desk.database.connection, code)]
        assert len(residents) == len(set(residents))
        if seats.terms.takes_place and not seats.terms.awaits_draw:
            is_over = seats.terms.is_over(desk.now_ms())
            assert is_over or all(party.least_seats > seats.free for party in queue(seats))
            assert seats.held <= max(seats.terms.capacity, sum(one.seats for one in seats.in_state("confirmed")))
    assert_as_logged(desk)


@settings(max_examples=12)
@given(STEPS, st.sampled_from([0, 30]), st.booleans())
def test_what_two_windows_do_is_what_one_would_have_done(
    steps: list[tuple[bool, Act]], hold: int, lottery: bool
) -> None:
    with passing_desk() as (desk, folder), passing_desk() as (alone, _):
        prepare(desk, hold, lottery)
        prepare(alone, hold, lottery)
        windows = (desk, second_window(desk))
        passed = timedelta()
        try:
            for is_second, act in steps:
                passed += waited(act)
                for one in (*windows, alone):
                    at(one, passed)
                assert do(windows[is_second], act) == do(alone, act)
                assert_sound(windows[not is_second])
        finally:
            windows[1].database.close()
        assert stored(desk) == stored(alone)
        assert folder.exists()


def waited(act: Act) -> timedelta:
    """How long it takes until something is done: "over" may bring the sessions to their end, or beyond."""
    if act[0] == "over":
        return timedelta(days=6, hours=20) if act[2] % 2 else timedelta(hours=2)
    return timedelta(minutes=15 * act[2]) if act[0] == "later" else timedelta(seconds=1)


def test_whoever_gets_a_seat_while_another_window_leaves_the_queue_for_them_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = new_desk(tmp_path / "home")
    session_at(desk, capacity=1)
    enter(desk, 1)
    waiting = enter(desk, 2).registration_id
    other, write = second_window(desk), desk.database.write

    def after_the_other() -> AbstractContextManager[sqlite3.Connection]:
        change_session(other, "HD001", capacity=2)
        return write()

    monkeypatch.setattr(desk.database, "write", after_the_other)
    with pytest.raises(ActivityError, match="not_waiting"):
        leave_queue(desk, waiting)
    assert states(desk) == "CC"
    other.database.close()
    desk.database.close()


def test_two_windows_at_the_same_moment_give_no_seat_twice(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "home")
    prepare(desk, 30, lottery=False)
    gate = threading.Barrier(2)
    failures: list[BaseException] = []

    def window(first: int) -> None:
        own = second_window(desk)
        try:
            gate.wait(30)
            for number in range(first, first + 60):
                name = ("sign_up", "sign_up", "cancel", "capacity", "accept", "change")[number % 6]
                do(own, (name, number % 8 + 1, number % 5))
        except BaseException as failure:  # noqa: BLE001 - told by the thread that waits
            failures.append(failure)
        finally:
            own.database.close()

    threads = [threading.Thread(target=window, args=(start,)) for start in (0, 3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    assert failures == []
    assert_sound(replace(desk))
    assert len(stored(desk)) > 60
    desk.database.close()
