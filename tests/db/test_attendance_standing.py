"""Whoever is restricted, and that it follows from what stands at every moment; and what reading it costs."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from db import attendance as records
from frontdesk.activities.attendance import standing
from frontdesk.activities.attendance.marking import PartyStatus, mark
from frontdesk.activities.attendance.penalty import penalty_until
from frontdesk.activities.service import registrations
from frontdesk.errors import DeskError
from frontdesk.residents import service as residents
from tests.db.test_attendance_marks import fill, put_session, with_rule
from tests.desks import NOON, passing_desk

DAYS = tuple(NOON.date() - timedelta(days=back) for back in (80, 60, 41, 30, 20, 3, 0))
LIMIT, WITHIN, LENGTH = 2, 90, 30

MARKS = st.tuples(
    st.just("mark"), st.integers(0, len(DAYS) - 1), st.sampled_from(["no_show", "attended", "absent_notified", None])
)
ACTS = st.lists(MARKS | st.just(("waive", 0, None)) | st.just(("annul", 0, None)), max_size=14)


def by_hand(statuses: dict[int, PartyStatus | None], waived: list[date], today: date) -> date | None:
    """The last day of the penalty, from what stands: looked for at each no-show."""
    missed = [DAYS[place] for place, status in statuses.items() if status == "no_show"]
    counting = [day for day in missed if not any(day <= through for through in waived)]
    ends = [
        day + timedelta(days=LENGTH)
        for day in counting
        if sum(1 for other in counting if day - timedelta(days=WITHIN) < other <= day) >= LIMIT
    ]
    running = [end for end in ends if end >= today]
    return max(running) if running else None


@settings(max_examples=15)
@given(ACTS)
def test_the_penalty_follows_from_what_stands_after_every_mark_undo_waiver_and_annulment(
    acts: list[tuple[str, int, PartyStatus | None]],
) -> None:
    with passing_desk() as (plain, _):
        desk = with_rule(plain, LIMIT)
        parties = []
        for place, day in enumerate(DAYS):
            put_session(desk, f"HD{place}", day.isoformat(), name=f"活动{place}")
            parties += fill(desk, f"HD{place}", 1)
        resident = registrations(desk, "HD0")[0].resident_id
        today, statuses, waivers = NOON.date(), dict[int, PartyStatus | None](), list[int]()
        for name, place, status in acts:
            if name == "mark":
                mark(desk, parties[place], status)
                statuses[place] = status
            elif name == "annul" and waivers:
                standing.annul_waiver(desk, waivers.pop(), resident)
            elif name == "waive":
                try:
                    waivers.append(standing.waive(desk, resident, "住院"))
                except DeskError as refusal:
                    assert refusal.code == "nothing_to_waive"
            expected = by_hand(statuses, [today] * len(waivers), today)
            assert penalty_until(desk, desk.database.connection, resident, today) == expected
            listed = {one.resident_id: one.until for one in standing.standings(desk)}
            assert listed.get(resident) == expected
            assert standing.history(desk, resident).until == expected


def test_what_counts_against_an_entry_that_was_merged_is_looked_at_and_waived_by_either_number() -> None:
    with passing_desk() as (plain, _):
        desk = with_rule(plain, LIMIT)
        put_session(desk, "HD1", DAYS[-2].isoformat())
        mark(desk, fill(desk, "HD1", 1)[0], "no_show")
        gone = registrations(desk, "HD1")[0].resident_id
        kept = residents.add(desk, {"name": "汪芳", "phone": "15400003333"}).id
        residents.merge(desk, kept, gone)
        assert standing.history(desk, gone) == standing.history(desk, kept)
        assert [one.session_code for one in standing.history(desk, gone).strikes] == ["HD1"]
        waiver = standing.waive(desk, gone, "住院")
        assert [one.resident_id for one in standing.history(desk, kept).waivers] == [kept]
        assert standing.annul_waiver(desk, waiver, gone).id == waiver
        assert [one.count for one in standing.standings(desk)] == [1]


def test_whoever_comes_while_a_seat_is_on_offer_takes_it() -> None:
    from frontdesk.activities.service import cancel_sign_up

    with passing_desk() as (desk, _):
        made = put_session(desk, "HD001", capacity=1)
        with desk.change("test.terms", "HD001") as connection:
            from frontdesk.activities.sessions.storing import store_session

            terms = made.terms.model_copy(update={"offer_minutes": 30})
            store_session(desk, connection, made, made.model_copy(update={"terms": terms}), "测试")
        first, second = fill(desk, "HD001", 1, 1)
        cancel_sign_up(desk, first)
        assert registrations(desk, "HD001")[1].state == "offered"
        mark(desk, second, "attended")
        later = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
        desk.clock = lambda: later
        assert registrations(desk, "HD001")[1].state == "confirmed"


def test_what_is_read_is_found_by_index_and_not_by_looking_through_the_years() -> None:
    with passing_desk() as (desk, _):
        connection = desk.database.connection
        plans: list[str] = []

        def look(statement: str) -> None:
            if statement.startswith("SELECT"):
                plans.append(statement)

        connection.set_trace_callback(look)
        records.figure_rows(connection, "2026-11-01", "2026-11-30", "category")
        records.strikes_between(connection, "2026-11-01", "2026-11-30", late_cancels=True)
        records.strikes(connection, 1, late_cancels=True)
        records.past_sessions(connection, 1, "2026-11-30", 20)
        records.sheet_parties(connection, "HD001")
        connection.set_trace_callback(None)
        assert len(plans) == 5
        for statement in plans:
            assert _scanned(connection, statement) == []


def _scanned(connection: sqlite3.Connection, statement: str) -> list[str]:
    """The tables that a statement looks through from end to end."""
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    return [row["detail"] for row in rows if row["detail"].startswith("SCAN ")]
