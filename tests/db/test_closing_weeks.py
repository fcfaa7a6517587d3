"""No day is in two weeks that were closed or submitted, however often an office moves its cut; lost days are told."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from db import closings as records
from frontdesk.common.periods import Period, week_of
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.reports import service as reports
from frontdesk.reports.closing.rules import period_of
from frontdesk.reports.closing.weeks import is_overlapped, lost_days, overlapped
from frontdesk.reports.closing.words import item_words
from frontdesk.reports.service import period_named
from frontdesk.settings.service import consequence, set_setting
from frontdesk.sync.service import sync_status
from tests.desks import NOON, new_desk

TODAY = date(2026, 11, 9)


def cut(desk: Context, weekday: int) -> None:
    set_setting(desk, "report_week_ends", str(weekday))
    desk.read_settings()


def refused(act: Callable[[], object]) -> DeskError:
    with pytest.raises(DeskError) as caught:
        act()
    words = words_for(caught.value)
    assert "{" not in words and not words.startswith(caught.value.area)
    return caught.value


def told(desk: Context, period: Period, code: str) -> str:
    """What the check list of a period says of an item; "" where it is not open."""
    (item,) = (one for one in reports.check_list(desk, period) if one.code == code)
    return item_words(item) if item.is_open else ""


def test_after_the_cut_is_moved_a_week_that_shares_days_with_a_closed_one_is_neither_closed_nor_sent(
    desk: Context,
) -> None:
    cut(desk, 7)
    reports.close_period(desk, period_named("2026-W43", desk))
    assert consequence(desk, "public_minimum") == ""
    cut(desk, 4)
    said = consequence(desk, "report_week_ends")
    # 2026-W43 ends on Sunday the 25th; the first week from Friday to Thursday after it begins on the 30th.
    assert "2026年第45周（2026年10月30日至11月5日）" in said and "2026年10月26日至29日" in said
    week = period_named("2026-W44", desk)
    assert week.first == date(2026, 10, 23)
    for act in (reports.close_period, reports.submit):
        wrong = refused(lambda act=act: act(desk, week))  # type: ignore[misc]
        assert (wrong.code, wrong.details["other"]) == ("overlaps", "2026年第43周")
        assert wrong.details["next_days"] == "2026年10月30日至11月5日"
    assert "2026年第43周" in told(desk, week, "overlap")
    following = period_named("2026-W45", desk)
    assert "10月26日至29日" in told(desk, following, "days_lost") and told(desk, following, "overlap") == ""
    # It is told and keeps nobody from closing; the days are in the month's report.
    assert reports.close_period(desk, following).last_day == "2026-11-05"


def test_a_week_that_was_submitted_keeps_its_days_when_it_is_corrected_and_closed(desk: Context) -> None:
    week = period_named("2026-W44", desk)
    reports.submit(desk, week)
    cut(desk, 4)
    moved = reports.period_by_setting("2026-W44", desk)
    assert moved != week and period_named("2026-W44", desk) == week
    with desk.database.write() as connection:
        connection.execute(
            "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel)"
            " VALUES (randomblob(16), '2026-11-01', '2026-11-01', 'service', '综合服务台', 5, 'desk')"
        )
    assert reports.submit(desk, moved).revision == 2
    assert days_of(sync_status(desk).entries[-1].body) == ("2026-10-26", "2026-11-01")
    assert reports.close_period(desk, moved).first_day == "2026-10-26"
    assert "2026-W45" not in [one.key for one in reports.due_weeks(desk)]


def test_where_no_week_was_closed_or_submitted_a_moved_cut_counts_at_once(desk: Context) -> None:
    cut(desk, 4)
    assert consequence(desk, "report_week_ends") == "还没有结账、上报过周报，各周都按新的最后一天算。"
    assert reports.submit(desk, period_named("2026-W45", desk)).new


def test_of_two_windows_one_that_moves_the_cut_while_the_other_closes_wins_no_day_twice(desk: Context) -> None:
    week, waiting = period_named("2026-W44", desk), [True]

    def meanwhile(statement: str) -> None:
        if statement.startswith("BEGIN IMMEDIATE") and waiting:
            waiting.clear()
            other = new_window(desk)
            set_setting(other, "report_week_ends", "4")
            other.read_settings()
            reports.close_period(other, period_named("2026-W44", other))
            other.database.close()

    desk.database.connection.set_trace_callback(meanwhile)
    assert refused(lambda: reports.close_period(desk, week.previous())).code == "overlaps"
    assert len(list(records.all_editions(desk.database.connection))) == 1


def new_window(desk: Context) -> Context:
    from frontdesk.context import open_context

    return open_context(desk.home, source="desk", clock=lambda: NOON, operator=desk.operator, synchronous="OFF")


def days_of(body: bytes) -> tuple[str, str]:
    """The days of a submitted report."""
    said = json.loads(body)
    return said["from"], said["to"]


def sharing(kept: dict[str, set[Period]], week: Period) -> list[Period]:
    """The kept weeks that share days with one without being it."""
    every = {one for weeks in kept.values() for one in weeks}
    return [one for one in every if one != week and one.first <= week.last and week.first <= one.last]


class Weeks(RuleBasedStateMachine):
    """An office that moves its cut as it likes, and closes and submits weeks in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desk = new_desk(self.folder / "home")
        self.told: set[date] = set()

    def teardown(self) -> None:
        self.desk.database.close()
        shutil.rmtree(self.folder)

    @rule(weekday=st.integers(1, 7))
    def move_the_cut(self, weekday: int) -> None:
        cut(self.desk, weekday)

    @rule(back=st.integers(1, 4), submits=st.booleans(), asks_anew=st.booleans())
    def hand_over(self, back: int, submits: bool, asks_anew: bool) -> None:
        week = week_of(TODAY - timedelta(days=7 * back), self.desk.settings.report_week_ends)
        if asks_anew:
            week = reports.as_closed(self.desk, week)
        if not week.has_ended(TODAY):
            return
        try:
            (reports.submit if submits else reports.close_period)(self.desk, week)
        except DeskError as refusal:
            assert refusal.code in ("overlaps", "already_closed")
            if refusal.code == "overlaps":
                assert self.sharing(reports.as_closed(self.desk, week))

    def kept(self) -> dict[str, set[Period]]:
        """The weeks that were closed or submitted last, by their keys; a key has one, if the days stay."""
        found: dict[str, set[Period]] = {}
        for closing in records.all_editions(self.desk.database.connection):
            found.setdefault(closing.period, set()).add(period_of(closing))
        for entry in sync_status(self.desk).entries:
            first, last = days_of(entry.body)
            week = week_of(date.fromisoformat(last), date.fromisoformat(last).isoweekday())
            assert (week.key, week.first.isoformat()) == (entry.period, first)
            found.setdefault(entry.period, set()).add(week)
        return found

    def sharing(self, week: Period) -> list[Period]:
        """The kept weeks that share days with one without being it."""
        return sharing(self.kept(), week)

    @invariant()
    def no_day_is_in_two_weeks(self) -> None:
        kept = self.kept()
        assert all(len(weeks) == 1 for weeks in kept.values())
        days = [week.first + timedelta(days=n) for (week,) in kept.values() for n in range(7)]
        assert len(days) == len(set(days))

    @invariant()
    def days_that_lie_in_no_week_are_told_with_the_week_that_runs(self) -> None:
        running = reports.current_week(self.desk)
        kept, ends = self.kept(), self.desk.settings.report_week_ends
        covered = {week.first + timedelta(days=n) for (week,) in kept.values() for n in range(7)}
        before = [running.first - timedelta(days=n) for n in range(1, 36)]
        lost = [day for day in before if day not in covered and sharing(kept, week_of(day, ends))]
        for week in {week_of(day, ends) for day in before}:
            other = overlapped(self.desk, week)
            assert is_overlapped(self.desk, week) is bool(sharing(kept, week)) is (other is not None)
        (item,) = (one for one in reports.check_list(self.desk, running) if one.code == "days_lost")
        assert item.count == len(lost)
        assert set(lost_days(self.desk, running)) == set(lost)


class TestWeeks(Weeks.TestCase):  # type: ignore[misc, valid-type]
    """Many short lives of such an office."""

    settings = settings(max_examples=15, stateful_step_count=12)
