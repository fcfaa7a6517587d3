"""A clock that is wrong for a while: no number twice, no negative span, nothing overdue by it once it is right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from frontdesk.cases import service
from frontdesk.cases.papers.importing import import_register
from frontdesk.context import Context
from frontdesk.locale import words_for
from tests.casesteps import refused
from tests.desks import NOON, sheet, turn_clock

DAY, YEAR = timedelta(days=1), timedelta(days=365)


def at(desk: Context, moment: datetime) -> None:
    desk.clock = lambda: moment


def limits(desk: Context, case_id: int) -> dict[str, tuple[str, str]]:
    return {one.deadline.code: (str(one.due), one.pace) for one in service.view(desk, case_id).limits}


@pytest.mark.parametrize("back", [timedelta(hours=1), DAY, YEAR], ids=["an hour", "a day", "a year"])
def test_by_a_clock_that_was_set_back_nothing_is_begun_moved_or_adopted(
    desk: Context, tmp_path: Path, back: timedelta
) -> None:
    one = service.open_case(desk, "complaint", {"matter": "吵"})
    before = limits(desk, one.row.id)
    at(desk, NOON - back)
    for do in (
        lambda: service.open_case(desk, "complaint", {"matter": "再吵"}),
        lambda: service.take_step(desk, one.row.id, "verify", {"found": "属实"}),
        lambda: service.correct(desk, one.row.id, {"matter": "很吵"}, "写错了"),
        lambda: service.add_note(desk, one.row.id, "来过电话"),
        lambda: import_register(desk, "complaint", sheet(tmp_path, "事由", [["吵"], ["脏"]])),
        lambda: service.adopt(desk, ["area_weekly_meeting"]),
    ):
        why = refused(do)
        assert why.code == "clock_behind" and "2026-11-09 12:00" in words_for(why)
    at(desk, NOON)
    assert limits(desk, one.row.id) == before and not service.view(desk, one.row.id).row.is_paused
    assert service.open_case(desk, "complaint", {"matter": "再吵"}).row.number == "TS2026-0002"


def test_a_clock_set_right_by_a_few_minutes_hinders_nobody(desk: Context) -> None:
    service.open_case(desk, "complaint", {"matter": "吵"})
    at(desk, NOON - timedelta(minutes=5))
    assert service.open_case(desk, "complaint", {"matter": "再吵"}).row.number == "TS2026-0002"


@pytest.mark.parametrize("wrong", [DAY, YEAR], ids=["a day", "a year"])
def test_what_stood_still_by_a_clock_set_ahead_is_not_overdue_when_it_is_right_again(
    desk: Context, wrong: timedelta
) -> None:
    one = service.open_case(desk, "complaint", {"matter": "吵"}).row.id
    service.take_step(desk, one, "assign", {"handler": "M001"})
    right = limits(desk, one)
    at(desk, NOON + wrong)
    service.take_step(desk, one, "pause", {}, "等检测")
    turn_clock(desk, lambda: NOON + timedelta(minutes=1))
    service.take_step(desk, one, "resume", {}, "检测好了")
    # A pause that ended before it began took no day, and gives none back.
    assert limits(desk, one) == right
    assert service.cases_astray(desk, desk.database.connection) == []


def test_no_number_is_given_twice_across_years_midnights_and_zones_however_the_clock_goes(desk: Context) -> None:
    moments = [
        datetime(2026, 12, 31, 15, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 0, tzinfo=UTC),
        datetime(2028, 1, 1, 4, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 15, 58, tzinfo=UTC),
        datetime(2027, 3, 1, 4, 0, tzinfo=UTC),
        datetime(2028, 3, 1, 4, 0, tzinfo=UTC),
    ]
    given = []
    for moment in moments:
        turn_clock(desk, lambda moment=moment: moment)  # type: ignore[misc]
        given += [service.open_case(desk, "complaint", {"matter": "吵"}).row.number for _ in range(2)]
    assert given == [
        *("TS2026-0001", "TS2026-0002", "TS2027-0001", "TS2027-0002", "TS2028-0001", "TS2028-0002"),
        *("TS2026-0003", "TS2026-0004", "TS2027-0003", "TS2027-0004", "TS2028-0003", "TS2028-0004"),
    ]
    assert len(set(given)) == len(given)


def test_the_duties_of_the_year_are_asked_for_alike_before_and_after_a_clock_that_was_a_year_ahead(
    desk: Context,
) -> None:
    service.adopt(desk, ["area_weekly_meeting", "star_rating"])
    before = [(one.definition.code, one.first, one.pace) for one in service.duties(desk) if one.is_asked]
    at(desk, NOON + YEAR)
    service.open_case(desk, "first_contact", {"matter": "医保", "channel": "phone"})
    turn_clock(desk, lambda: NOON)
    after = [(one.definition.code, one.first, one.pace) for one in service.duties(desk) if one.is_asked]
    assert after == before and before
    found = service.duties_of_days(desk, date(2026, 11, 2), date(2026, 11, 9))
    assert not {one.pace for one in found} & {"overdue", "missed"}
