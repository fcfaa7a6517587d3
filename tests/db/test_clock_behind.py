"""A clock that was set back: no scan is taken by it until it is right, or a manager says that it is."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from db import audit, audit_words, latest, staff
from db.staff import Staff
from frontdesk.cli_main import cli
from frontdesk.clock import BEHIND_MS
from frontdesk.context import Context, Operator
from frontdesk.errors import CodedError
from frontdesk.volunteers import service
from frontdesk.volunteers.checkin import groups, looking, undoing
from frontdesk.volunteers.checkin.clock import accept_clock, clocks
from tests.db.test_checkin_guards import LI, NINE, TODAY, WANG, desk
from tests.desks import contents
from tests.hoursdesks import at

__all__ = ["desk"]

MONDAY_NINE = "2026-11-09 09:00"


def set_clock(context: Context, minutes: float) -> None:
    """Have it be so many minutes after Monday, nine o'clock, whatever was written before."""
    now = at(context, TODAY, NINE) + timedelta(minutes=minutes)
    context.clock = lambda: now


@pytest.mark.parametrize("minutes", [-10.1, -60, -1440, -5_256_000])
def test_a_scan_by_a_clock_that_was_set_back_is_refused_with_both_times_and_leaves_nothing(
    desk: Context, minutes: float
) -> None:
    card = dict(service.issue_cards(desk))
    before = contents(desk, audit=True)
    set_clock(desk, minutes)
    for outcome in (
        service.scan(desk, card[LI]),
        service.check_in(desk, LI),
        service.scan(desk, card[LI], at=at(desk, TODAY, NINE)),
        *groups.check_in_group(desk, [LI], direction="in", nonce="n"),
    ):
        assert (outcome.result, outcome.reason, outcome.limit) == ("refused", "clock_behind", MONDAY_NINE)
        words = service.describe(outcome)
        assert MONDAY_NINE in words
        assert f"{clocks(desk).now:%Y-%m-%d %H:%M}" in words
    assert contents(desk, audit=True) == before


@pytest.mark.parametrize("minutes", [1, -5, -60])
def test_a_clock_that_was_set_back_gives_no_operator_more_time_to_undo(desk: Context, minutes: float) -> None:
    assert service.check_in(desk, LI).result == "entered"
    set_clock(desk, 180)
    with desk.change("test.changed", "centre"):
        staff.put(desk.database.connection, Staff(no="S001", name="李四", kind="社工", role="operator"))
    set_clock(desk, minutes)
    assert looking.undoable(desk, LI).late
    manager, desk.operator = desk.operator, Operator("S001", "李四", "operator")
    for who, code in ((desk.operator, "undo_needs_manager"), (manager, "reason_required")):
        desk.operator = who
        with pytest.raises(CodedError) as refused:
            undoing.undo(desk, LI)
        assert refused.value.code == code
    assert undoing.undo(desk, LI, reason="刷错了").result == "entered"


def test_ten_minutes_are_forgiven(desk: Context) -> None:
    set_clock(desk, -BEHIND_MS / 60_000)
    assert service.check_in(desk, LI).result == "entered"
    assert not clocks(desk).behind


def test_ten_minutes_are_forgiven_once_and_not_again_and_again(desk: Context) -> None:
    set_clock(desk, -9)
    assert service.check_in(desk, LI).result == "entered"
    set_clock(desk, -18)
    assert service.check_in(desk, WANG).limit == MONDAY_NINE


def test_once_the_clock_is_right_the_same_attempt_is_taken(desk: Context) -> None:
    set_clock(desk, -1440)
    assert service.check_in(desk, LI, nonce="n1").reason == "clock_behind"
    set_clock(desk, 5)
    assert service.check_in(desk, LI, nonce="n1").result == "entered"


def test_an_attempt_that_was_answered_before_is_answered_again_by_whatever_clock(desk: Context) -> None:
    assert service.check_in(desk, LI, nonce="n1").result == "entered"
    set_clock(desk, -1440)
    assert service.check_in(desk, LI, nonce="n1").result == "entered"


def test_what_is_changed_meanwhile_by_the_wrong_clock_does_not_hide_that_it_is_wrong(desk: Context) -> None:
    set_clock(desk, -1440)
    for _ in range(3):
        with desk.change("test.changed", "centre"):
            """Only the audit entry."""
    set_clock(desk, -2880)
    with desk.change("test.changed", "centre"):
        """Only the audit entry."""
    set_clock(desk, -20)
    assert service.check_in(desk, LI).reason == "clock_behind"
    set_clock(desk, 1)
    assert service.check_in(desk, LI).result == "entered"
    set_clock(desk, 30)
    assert service.check_in(desk, WANG).result == "entered"


def test_a_manager_accepts_the_clock_with_a_reason_and_that_is_in_the_audit_log(desk: Context) -> None:
    set_clock(desk, 525_600)
    assert service.check_in(desk, LI).result == "entered"
    set_clock(desk, 60)
    with desk.change("test.changed", "centre"):
        staff.put(desk.database.connection, Staff(no="S001", name="李四", kind="社工", role="operator"))
    assert service.check_in(desk, WANG).reason == "clock_behind"
    manager, desk.operator = desk.operator, Operator("S001", "李四", "operator")
    for who, reason, code in ((desk.operator, "x", "manager_required"), (manager, " ", "reason_required")):
        desk.operator = who
        with pytest.raises(CodedError) as refused:
            accept_clock(desk, reason)
        assert refused.value.code == code
    assert accept_clock(desk, "主板电池换过，原来的时间快了一年").behind
    assert not clocks(desk).behind
    *_, entry = audit.entries_of(desk.database.connection, ["clock.accepted"])
    connection = desk.database.connection
    number = connection.execute("SELECT max(id) FROM audit WHERE action = 'clock.accepted'").fetchone()[0]
    assert json.loads(audit_words.told(connection, number, entry.detail, "-")) == {
        "latest": "2027-11-09T09:00:00+08:00",
        "reason": "主板电池换过，原来的时间快了一年",
    }
    assert service.check_in(desk, WANG).result == "entered"
    set_clock(desk, 70)
    assert service.check_in(desk, WANG).result == "left"
    with pytest.raises(CodedError) as refused:
        accept_clock(desk, "再来一次")
    assert refused.value.code == "clock_not_behind"
    set_clock(desk, -1440)
    assert service.check_in(desk, WANG).reason == "clock_behind"


@pytest.mark.parametrize("mark", ["quatsch", "-1", "253402214400000", "253402300799999", "9" * 18, "9" * 400])
def test_a_damaged_mark_hinders_nobody_and_gives_way_to_a_true_one(desk: Context, mark: str) -> None:
    connection: sqlite3.Connection = desk.database.connection
    connection.execute("INSERT INTO setting (key, value) VALUES (?, ?)", (latest.KEY, mark))
    assert service.check_in(desk, LI).result == "entered"
    assert not clocks(desk).behind
    set_clock(desk, -1440)
    with desk.change("test.changed", "centre"):
        """Only the audit entry."""
    assert service.check_in(desk, LI).limit == MONDAY_NINE


def test_the_moment_is_part_of_a_statement_that_is_run_anyway(desk: Context) -> None:
    run: list[str] = []
    desk.database.connection.set_trace_callback(run.append)
    service.check_in(desk, LI)
    desk.database.connection.set_trace_callback(None)
    assert [one for one in run if latest.KEY in one] == [one for one in run if "FROM volunteer p" in one]
    plans = [
        row[3]
        for one in run
        if latest.KEY in one
        for row in desk.database.connection.execute(f"EXPLAIN QUERY PLAN {one}")
    ]
    assert [step for step in plans if step.startswith("SCAN") and not step.startswith("SCAN audit")] == []


def test_the_desk_says_at_the_top_of_what_waits_that_the_clock_is_wrong(desk: Context) -> None:
    from frontdesk.today.service import today

    set_clock(desk, -1440)
    first = today(desk).due[0]
    assert (first.kind, first.pressing) == ("clock", True)
    assert first.values == {"now": "2026-11-08 09:00", "latest": MONDAY_NINE}
    set_clock(desk, 0)
    assert "clock" not in [one.kind for one in today(desk).due]


def test_the_command_tells_and_has_it_accepted(desk: Context) -> None:
    ahead = at(desk, date(2999, 1, 1), NINE)
    desk.clock = lambda: ahead
    with desk.change("test.changed", "centre"):
        """Only the audit entry, far ahead of whatever the computer that runs this shows."""
    home = ["--home", str(desk.home.path), "--as", "M001", "checkin", "clock"]
    told = CliRunner().invoke(cli, [*home, "--json"])
    assert (told.exit_code, json.loads(told.stdout)["behind"]) == (1, True)
    refused = CliRunner().invoke(cli, [*home, "--accept"])
    assert isinstance(refused.exception, CodedError) and refused.exception.code == "reason_required"
    taken = CliRunner().invoke(cli, [*home, "--accept", "--reason", "以前快了"])
    assert taken.exit_code == 0, taken.output
    assert CliRunner().invoke(cli, home).exit_code == 0
