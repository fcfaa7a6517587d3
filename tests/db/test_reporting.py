"""Which periods are reported, which wait, and what asking for that costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db import activities, outbox
from db.activities import Session
from frontdesk.context import Context
from frontdesk.locale import words_for
from frontdesk.reports import service as reports
from frontdesk.reports.service import ReportError, period_named
from frontdesk.sync import service as sync


@pytest.mark.parametrize("key", ["2026-W47", "2026-12", "2027-Q1", "2027"])
def test_a_period_that_has_not_begun_cannot_be_submitted(desk: Context, key: str) -> None:
    period = period_named(key)
    with pytest.raises(ReportError) as caught:
        reports.submit(desk, period)
    assert caught.value.code == "period_not_begun"
    assert period.first.isoformat() in words_for(caught.value)
    assert sync.unsent_count(desk) == 0


@pytest.mark.parametrize("key", ["2026-W46", "2026-W45", "2026-11", "2026-Q4", "2026"])
def test_a_period_that_runs_or_has_ended_can_be_submitted(desk: Context, key: str) -> None:
    assert reports.submit(desk, period_named(key)).new


def add_session(desk: Context, day: str) -> None:
    with desk.database.write() as connection:
        at = desk.now_ms()
        session = Session(
            code="S1", day=day, starts_at=at, ends_at=at + 3_600_000, name="书法", category="文化服务", capacity=20
        )
        activities.put(connection, session)


def add_visit(desk: Context, day: str) -> None:
    with desk.database.write() as connection:
        connection.execute("INSERT INTO volunteer (no, name) VALUES ('0310001', '张三')")
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at) VALUES ('0310001', ?, 1, ?)",
            (day, desk.now_ms()),
        )


def add_rating(desk: Context, day: str) -> None:
    with desk.database.write() as connection:
        connection.execute(
            "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel)"
            " VALUES (?, ?, ?, 'service', '综合服务台', 5, 'desk')",
            (bytes(16), day, day),
        )


@pytest.mark.parametrize("add", [add_session, add_visit, add_rating])
@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-10-11", []),
        ("2026-10-12", ["2026-W42"]),
        ("2026-11-02", ["2026-W45"]),
        ("2026-11-08", ["2026-W45"]),
        ("2026-11-09", []),
    ],
)
def test_a_week_of_the_last_four_that_holds_anything_is_due(
    desk: Context, add: Callable[[Context, str], None], day: str, due: list[str]
) -> None:
    add(desk, day)
    assert [week.key for week in reports.due_weeks(desk)] == due
    for week in reports.due_weeks(desk):
        reports.submit(desk, week)
    assert reports.due_weeks(desk) == []


def test_refused_reports_are_counted(desk: Context) -> None:
    for key in ("2026-W44", "2026-W45"):
        reports.submit(desk, period_named(key))
    first, second = sync.sync_status(desk).entries
    with desk.database.write() as connection:
        outbox.set_state(connection, first.report_id, "refused", desk.now_ms(), "{}")
    assert (sync.refused_count(desk), sync.unsent_count(desk)) == (1, 1)
    assert second.state == "unsent"


def test_the_first_screen_loads_no_report_and_no_row_of_the_weeks_before(desk: Context) -> None:
    add_rating(desk, "2026-11-02")
    reports.submit(desk, period_named("2026-W44"))
    asked: list[str] = []
    desk.database.connection.set_trace_callback(asked.append)
    reports.due_weeks(desk)
    sync.refused_count(desk)
    sync.unsent_count(desk)
    desk.database.connection.set_trace_callback(None)
    sparing = ("count(*)", "EXISTS", "DISTINCT period")
    assert asked
    assert [one for one in asked if not any(words in one for words in sparing)] == []
