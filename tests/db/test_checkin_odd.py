"""Check-in where something is odd: a clock that was ahead, a card held twice at a way out, a stranger's number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from frontdesk.common.longnumbers import mask_long_numbers
from frontdesk.context import Context
from frontdesk.volunteers import service
from frontdesk.volunteers.assignments import service as jobs
from frontdesk.volunteers.checkin import closing
from tests.db.test_checkin_guards import LI, NINE, TODAY, WANG, clock, desk
from tests.hoursdesks import add_job

__all__ = ["desk"]

IDENTITY = "440308199901015233"


def test_a_day_that_was_closed_while_the_clock_was_ahead_is_closed_again(desk: Context) -> None:
    clock(desk, NINE, TODAY)
    service.check_in(desk, WANG)
    clock(desk, NINE, TODAY + timedelta(days=1))
    assert closing.close_past_days(desk) == 1
    clock(desk, NINE + 30, TODAY)
    assert service.check_in(desk, LI).result == "entered"
    clock(desk, NINE, TODAY + timedelta(days=1))
    assert closing.close_past_days(desk) == 1
    assert closing.close_past_days(desk) == 0
    assert {one.volunteer_no for one in closing.reviews(desk)} == {LI, WANG}


def test_a_card_held_twice_at_a_way_out_is_one_exit_without_an_entry(desk: Context) -> None:
    assert service.check_in(desk, LI, direction="out").result == "left_only"
    clock(desk, NINE + 0.1)
    assert service.check_in(desk, LI, direction="out").result == "same_scan"
    assert service.check_in(desk, WANG, direction="out").result == "left_only"
    clock(desk, NINE + 1)
    assert service.check_in(desk, LI, direction="out").result == "left_only"
    assert closing.review_count(desk) == 3


@pytest.mark.parametrize("typed", [IDENTITY, "13812345678", "王小明"])
def test_what_was_typed_for_nobodys_number_is_not_kept(desk: Context, typed: str) -> None:
    first = service.check_in(desk, typed, nonce="n")
    assert (first.reason, first.volunteer_no) == ("unknown_volunteer", None)
    again = service.check_in(desk, typed, nonce="n")
    assert again.reason == "unknown_volunteer"
    for outcome in (first, again):
        assert f"“{mask_long_numbers(typed)}”不是志愿者编号" in service.refusal_words(outcome)
        assert IDENTITY not in service.refusal_words(outcome)
        assert typed not in str(outcome.as_json())
    desk.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = b"".join(path.read_bytes() for path in Path(desk.home.path).rglob("*") if path.is_file())
    assert typed.encode() not in kept


def test_a_number_that_nobody_has_is_named_in_the_refusal(desk: Context) -> None:
    for outcome in (service.check_in(desk, "0999999", nonce="n"), service.check_in(desk, "0999999", nonce="n")):
        assert outcome.volunteer_no == "0999999"
        assert "没有这位志愿者（0999999）" in service.refusal_words(outcome)


def test_an_exit_is_shown_with_what_its_visit_is_credited_to(desk: Context) -> None:
    clock(desk, NINE)
    number = add_job(desk, TODAY, NINE, 120)
    jobs.sign_up(desk, number, LI)
    entered = service.check_in(desk, LI)
    service.check_in(desk, WANG)
    clock(desk, NINE + 60)
    left = service.with_credit(desk, service.check_in(desk, LI))
    assert (left.result, left.credited_to) == ("left", entered.credited_to)
    assert entered.credited_to != ""
    assert service.with_credit(desk, service.check_in(desk, WANG)).credited_to == ""


def test_hours_over_midnight_and_new_year_are_shown_with_the_day_that_they_belong_to(desk: Context) -> None:
    eve = TODAY.replace(month=12, day=31)
    clock(desk, 22 * 60, eve)
    number = add_job(desk, eve, 22 * 60, 240)
    jobs.sign_up(desk, number, LI)
    assert service.check_in(desk, LI).credited_to != ""
    clock(desk, 2 * 60, eve + timedelta(days=1))
    left = service.check_in(desk, LI)
    assert (left.result, left.day) == ("left", eve.isoformat())
    assert service.hours_to_show(desk, left) == (4 * 3600, 4 * 3600)
