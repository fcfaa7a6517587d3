"""What is read for a report, a workbook or the first screen is of one moment, whatever another window writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from db import outbox
from frontdesk.context import Context, open_context
from frontdesk.feedback import service as feedback
from frontdesk.reports import service as reports
from frontdesk.reports.filling import report_of
from frontdesk.sync.body import read_body
from frontdesk.sync.service import sync_status
from frontdesk.today.service import today
from tests.desks import NOON

WEEK = reports.period_named("2026-W46")


@pytest.fixture
def other(desk: Context) -> Iterator[Context]:
    """Another window on the same centre."""
    context = open_context(desk.home, source="desk", clock=lambda: NOON, operator=desk.operator, synchronous="OFF")
    yield context
    context.database.close()


@contextmanager
def just_before(context: Context, beginning: str, act: Callable[[], object]) -> Iterator[None]:
    """Do something once, just before this window runs its first statement that holds `beginning`."""
    waiting = [act]

    def watch(statement: str) -> None:
        if beginning in statement and waiting:
            waiting.pop()()

    context.database.connection.set_trace_callback(watch)
    try:
        yield
    finally:
        context.database.connection.set_trace_callback(None)
    assert not waiting, f"nothing ran {beginning!r}"


def test_what_another_window_submits_while_this_one_waits_is_not_overtaken_by_older_figures(
    desk: Context, other: Context
) -> None:
    def rate_and_submit() -> None:
        feedback.rate(other, 5)
        assert reports.submit(other, WEEK).revision == 1

    with just_before(desk, "BEGIN IMMEDIATE", rate_and_submit):
        submitted = reports.submit(desk, WEEK)
    assert (submitted.new, submitted.revision) == (False, 1)
    newest = sync_status(desk).entries[-1]
    assert read_body(newest.body, 2).as_figures()["ratings"] == 1


def test_a_submission_that_found_nothing_new_leaves_no_audit_entry(desk: Context, other: Context) -> None:
    with just_before(desk, "BEGIN IMMEDIATE", lambda: reports.submit(other, WEEK)):
        assert not reports.submit(desk, WEEK).new
    (submissions,) = desk.database.connection.execute(
        "SELECT count(*) FROM audit WHERE action = 'report.submitted'"
    ).fetchone()
    assert submissions == len(outbox.entries(desk.database.connection)) == 1


def test_a_report_shows_one_moment(desk: Context, other: Context) -> None:
    with just_before(desk, "FROM rating", lambda: feedback.rate(other, 5)):
        values = reports.report(desk, WEEK)
    assert values["ratings"] == 0
    assert reports.report(desk, WEEK)["ratings"] == 1


def test_a_workbook_shows_one_moment(desk: Context, other: Context) -> None:
    for _ in range(5):
        feedback.rate(desk, 4)
    desk.clock = lambda: NOON + timedelta(days=7)

    def take_all_away() -> None:
        with other.database.write() as connection:
            connection.execute("DELETE FROM rating")

    with just_before(desk, "SELECT day, subject_kind, subject, level, comment FROM rating", take_all_away):
        workbook = report_of(desk, WEEK)
    assert workbook.figures.ratings == len(workbook.ratings) == 5


def unsent(desk: Context) -> list[object]:
    return [due.values["count"] for due in today(desk).due if due.kind == "unsent"]


def test_the_first_screen_shows_one_moment(desk: Context, other: Context) -> None:
    with just_before(desk, "FROM outbox", lambda: reports.submit(other, WEEK)):
        assert unsent(desk) == []
    assert unsent(desk) == [1]


def test_reading_inside_a_transaction_sees_what_that_one_wrote(desk: Context) -> None:
    with desk.database.write() as connection:
        connection.execute("UPDATE centre SET street = '新街'")
        with desk.database.reading() as same:
            assert same.execute("SELECT street FROM centre").fetchone()[0] == "新街"
        assert connection.in_transaction
    assert not desk.database.connection.in_transaction


def test_within_a_reading_nothing_is_said_to_have_changed_and_after_it_what_another_window_wrote_is(
    desk: Context, other: Context
) -> None:
    before = desk.database.changes_seen()
    with desk.database.reading():
        feedback.rate(other, 5)
        assert desk.database.changes_seen() == before
    after = desk.database.changes_seen()
    assert after != before
    with desk.database.reading():
        assert desk.database.changes_seen() == after
