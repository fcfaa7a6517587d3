"""Places on a list: drawn, explained, in turn, followed from the log, and what a sign-up costs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from db import attendance
from frontdesk.activities.service import (
    ActivityError,
    cancel_sign_up,
    draw,
    drawn_list,
    log_words,
    public_list,
    seat_log,
    settle_due,
    sign_up_resident,
    signups_astray,
    to_tell,
    why_not_yet,
)
from frontdesk.activities.signup.lottery import drawn_order
from frontdesk.activities.signup.telling import seat_looks
from frontdesk.context import Context
from tests.desks import new_desk
from tests.signups import (
    DAY,
    assert_as_logged,
    at,
    enter,
    full,
    person,
    refused,
    session_at,
    states,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    assert_as_logged(context)
    context.database.close()


def test_the_lottery_is_drawn_once_and_anybody_can_draw_it_again(desk: Context) -> None:
    session_at(desk, capacity=2, terms={"allocation": "lottery"})
    session_at(desk, "HD002")
    for number in range(1, 7):
        assert enter(desk, number).state == "applied"
    assert why_not_yet(desk, 1)[0].code == "awaits_draw"
    cancel_sign_up(desk, 4)
    assert refused(lambda: draw(desk, "HD002")) == "not_a_lottery"
    assert refused(lambda: drawn_list(desk, "HD001")) == "not_a_lottery"
    assert refused(lambda: draw(desk, "HD001", "a b")) == "bad_seed"
    at(desk, DUE)
    drawn = draw(desk, "HD001", "2026-11-15")
    order = drawn_order("2026-11-15", [1, 2, 3, 5, 6])
    assert [one.seq_no for one in drawn.lines] == order
    assert [one.seq_no for one in drawn.lines if one.state == "confirmed"] == order[:2]
    assert refused(lambda: draw(desk, "HD001")) == "already_drawn"
    assert drawn_list(desk, "HD001") == drawn
    assert sorted(one.seq_no for one in to_tell(desk)) == sorted(order[:2])
    assert enter(desk, 9).place == 4
    lines = public_list(desk, "HD001")
    assert {one.seq_no: one.place for one in lines if one.place} == dict(zip([*order[2:], 7], range(1, 5), strict=True))
    assert not any("赵" in str(one) for one in lines)
    assert len(draw_made_up_seed(desk)) == 16


DUE = timedelta(days=6)
"""From the desk's noon to noon of the day before the sessions, when their lotteries are drawn."""


def test_before_the_announced_time_a_lottery_is_drawn_only_with_a_reason_that_is_logged(desk: Context) -> None:
    session_at(desk, terms={"allocation": "lottery"})
    enter(desk, 1)
    at(desk, DUE - timedelta(seconds=1))
    with pytest.raises(ActivityError, match="draw_not_due") as caught:
        draw(desk, "HD001")
    assert caught.value.details["due"] == "11-15 12:00"
    assert refused(lambda: draw(desk, "HD001", force=True)) == "missing_override_reason"
    assert states(desk) == "A"
    draw(desk, "HD001", force=True, reason="名单已满")
    (entry,) = [one for one in seat_log(desk, "HD001") if one.event == "drawn"]
    assert (entry.reason, states(desk)) == ("名单已满", "C")


def draw_made_up_seed(desk: Context) -> str:
    session_at(desk, "HD003", hour=15, terms={"allocation": "lottery"})
    return draw(desk, "HD003").seed


def test_a_party_that_fitted_where_an_earlier_one_did_not_says_so(desk: Context) -> None:
    ids = full(desk, 1, 1, 2, 1)
    cancel_sign_up(desk, ids[0])
    assert [one.rule for one in why_not_yet(desk, ids[2])] == ["rule.fitted"]
    assert [one.code for one in why_not_yet(desk, ids[1])][-1] == "smaller_fitted"
    looks = seat_looks(desk, "HD001")
    assert [(one.place, one.rule) for one in looks.values()] == [(0, "in_time"), (1, ""), (0, "fitted")]
    assert refused(lambda: seat_looks(desk, "HD009")) == "unknown_session"


def test_every_place_in_the_queue_is_explained(desk: Context) -> None:
    ids = full(desk, 3, 2, 3, 1, 2)
    reasons = why_not_yet(desk, ids[3])
    assert [one.code for one in reasons] == ["seats", "place", "before"]
    assert reasons[2].details["seq_no"] == 2 and reasons[2].rule == "order.earlier"
    cancel_sign_up(desk, ids[0])
    assert states(desk) == "XWCC"
    reasons = why_not_yet(desk, ids[1])
    assert [one.code for one in reasons] == ["seats", "place", "smaller_fitted", "smaller_fitted"]
    for registration_id in ids:
        for reason in why_not_yet(desk, registration_id):
            assert "{" not in reason.words() and "signup." not in reason.words()
    for entry in seat_log(desk, "HD001"):
        assert "signup." not in log_words(entry) and "{" not in log_words(entry)
    assert refused(lambda: why_not_yet(desk, 99)) == "unknown_registration"


def test_returning_people_come_first_where_the_terms_say_so(desk: Context) -> None:
    session_at(desk, "HD000", day=DAY - timedelta(days=14), name="书法")
    old = enter(desk, 3, code="HD000", force=True, reason="补登")
    with desk.change("test", "") as connection:
        attendance.put_attendance(connection, "HD000", old.registration_id, "attended", 1)
    session_at(desk, name="书法", capacity=1, terms={"returning_first": True})
    enter(desk, 1)
    waits = enter(desk, 2)
    assert enter(desk, 3).place == 1
    assert why_not_yet(desk, waits.registration_id)[-1].rule == "order.returning"


def test_a_sign_up_reads_and_writes_the_same_number_of_statements_however_many_years_there_are(desk: Context) -> None:
    def statements(number: int, code: str) -> int:
        who, seen = person(desk, number), list[str]()
        desk.database.connection.set_trace_callback(seen.append)
        sign_up_resident(desk, code, who)
        desk.database.connection.set_trace_callback(None)
        # What a trigger does is told as the statement that set it off, once more.
        return sum(one != before for one, before in zip(seen, ["", *seen], strict=False))

    session_at(desk, "HD001", capacity=90)
    session_at(desk, "HD002", hour=14, capacity=90)
    first = statements(1, "HD001")
    for number in range(2, 40):
        enter(desk, number)
    for year in range(2016, 2026):
        day = DAY.replace(year=year)
        session_at(desk, f"OLD{year}", day=day, capacity=90)
        for number in (1, 2, 50):
            enter(desk, number, code=f"OLD{year}", force=True, reason="补登")
    assert (statements(2, "HD002"), statements(60, "HD001"), first) == (STATEMENTS, STATEMENTS, STATEMENTS)
    seen: list[str] = []
    desk.database.connection.set_trace_callback(seen.append)
    cancel_sign_up(desk, enter(desk, 61).registration_id)
    settle_due(desk)
    to_tell(desk)
    desk.database.connection.set_trace_callback(None)
    # Beside triggers a plan names the rows that refer to a new one, which are read only where one is missing.
    with closing(sqlite3.connect(desk.home.database)) as apart:
        assert [step for statement in seen for step in scans(apart, statement)] == []


def scans(connection: sqlite3.Connection, statement: str) -> list[str]:
    """The tables that a statement reads from end to end; what it has just selected itself may be read so."""
    if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", " ", "\n")) or "audit" in statement:
        return []
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    steps = [row[3] for row in plan if row[3].startswith("SCAN")]
    return [one for one in steps if one.split()[1] not in ("CONSTANT", "o", "line")]


STATEMENTS = 30
"""Of a sign-up of somebody who is known, from BEGIN to COMMIT; before it one that asks for offers that ran out.

Seven of them keep what was before and after (`db.changes`): a look whether it is seen, three that take it, two rows of
it, and a look for what came after the entry. One asks which field key counts, one whether a newer program has migrated
the file meanwhile.
"""


def test_the_check_finds_what_was_changed_past_the_log(desk: Context) -> None:
    ids = full(desk, 1, 1, 1)
    connection = desk.database.connection
    connection.execute("UPDATE registration SET queue_at = queue_at - 1 WHERE id = ?", (ids[1],))
    assert signups_astray(connection) == [("HD001", 2)]
    connection.execute("UPDATE registration SET queue_at = queue_at + 1 WHERE id = ?", (ids[1],))
    assert signups_astray(connection) == []
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM registration_log")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE registration_log SET event = 'left'")
