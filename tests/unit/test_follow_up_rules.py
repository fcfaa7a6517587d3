"""Time limits of bad ratings as their sources have them, and the machine that decides what may happen to one."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.follow_ups import Complexity, FollowUpState
from frontdesk.calendar.service import Calendar, SpecialDay
from frontdesk.common.timelimits import PRESETS
from frontdesk.feedback.followup.deadlines import next_limit, pace, result_limit
from frontdesk.feedback.followup.rules import (
    ALLOWED,
    ENDED,
    Event,
    EventKind,
    Facts,
    FollowUp,
    possible,
    refusal,
    replayed,
    step,
)
from frontdesk.settings.rules import FOLLOW_UP_PRESETS
from tests.followups import counted

MONDAY = date(2026, 11, 9)
KNOWN = Calendar.of(date(2026, 11, 1), date(2026, 12, 31), [2026])
NAMED, NAMELESS = Facts(1, True, True), Facts(1, True, False)


class Case(NamedTuple):
    """What a deadline depends on."""

    state: FollowUpState = "new"
    complexity: Complexity = "simple"
    preset: str = ""
    known_on: str = MONDAY.isoformat()
    result_on: str | None = None
    reopened_on: str | None = None
    can_call: int = 0


def due(case: Case, preset: str, calendar: Calendar = KNOWN) -> tuple[str, str] | None:
    limit = next_limit(case, calendar, preset)
    return (limit.kind, f"{limit.due:%m-%d}") if limit else None


def test_the_presets_are_those_that_can_be_chosen_each_with_its_source() -> None:
    assert tuple(PRESETS) == FOLLOW_UP_PRESETS
    assert all(preset.source for preset in PRESETS.values())


@pytest.mark.parametrize(
    ("preset", "first", "simple", "complicated", "call"),
    [
        # Mechanisms §4, row by row; from Monday 2026-11-09, without a holiday on the way.
        ("sh_1_5_15", ("first_contact", "11-10"), ("result", "11-16"), ("result", "11-30"), ("result", "11-16")),
        ("rz_123", ("first_contact", "11-10"), ("result", "11-11"), ("result", "11-12"), ("call_back", "11-17")),
        ("dz_5", ("result", "11-16"), ("result", "11-16"), ("result", "11-16"), ("result", "11-16")),
        ("ms_15", ("result", "11-30"), ("result", "11-30"), ("result", "11-30"), ("result", "11-30")),
        ("qp_5", ("result", "11-16"), ("result", "11-16"), None, ("result", "11-16")),
        ("hotline_7_15", ("result", "11-18"), ("result", "11-18"), ("result", "11-30"), ("result", "11-18")),
        ("hotline_3_13", ("result", "11-12"), ("result", "11-12"), ("result", "11-26"), ("call_back", "11-11")),
        ("none", None, None, None, None),
    ],
)
def test_each_preset_has_the_limits_of_its_source(
    preset: str, first: object, simple: object, complicated: object, call: object
) -> None:
    assert due(Case(), preset) == first
    assert due(Case("verified"), preset) == due(Case("handling"), preset) == due(Case("appealed"), preset) == simple
    assert due(Case("handling", "complex"), preset) == complicated
    assert due(Case("result", result_on="2026-11-10", can_call=1), preset) == call
    assert due(Case("result", result_on="2026-11-10"), preset) == simple
    # What was begun by one preset goes on by it, whatever is set meanwhile.
    assert due(Case("verified", preset=preset), "hotline_7_15") == simple
    assert all(due(Case(state), preset) is None for state in sorted(ENDED))


def test_a_preset_that_nobody_knows_any_more_sets_no_limit() -> None:
    assert due(Case("verified", preset="gone"), "sh_1_5_15") is None


def test_reopened_it_runs_anew_from_that_day() -> None:
    assert due(Case("handling", reopened_on="2026-11-20"), "sh_1_5_15") == ("result", "11-27")


def test_make_up_workdays_count_and_holidays_do_not() -> None:
    days = {date(2026, 11, 14): SpecialDay("makeup"), date(2026, 11, 11): SpecialDay("holiday")}
    calendar = Calendar.of(date(2026, 11, 1), date(2026, 12, 31), [2026], days)
    # 10, 12, 13, Saturday 14, 16 November.
    assert due(Case("verified"), "sh_1_5_15", calendar) == ("result", "11-16")
    assert due(Case("verified"), "rz_123", calendar) == ("result", "11-12")
    assert due(Case(known_on="2026-11-13"), "sh_1_5_15", calendar) == ("first_contact", "11-14")


@pytest.mark.parametrize(
    ("today", "stands"),
    [((11, 11), "ahead"), ((11, 13), "soon"), ((11, 16), "soon"), ((11, 17), "overdue"), ((11, 24), "notice")],
)
def test_a_limit_runs_out_soon_then_is_overdue_then_asks_for_a_notice(today: tuple[int, int], stands: str) -> None:
    limit = result_limit(Case("verified"), KNOWN, "sh_1_5_15")
    day = date(2026, *today)
    assert pace(limit, day, KNOWN, 1, 6) == stands
    assert pace(limit, day, KNOWN, 1, None) == ("overdue" if stands == "notice" else stands)
    assert pace(None, day, KNOWN, 1) == "none"


def test_on_the_weekend_before_its_last_day_a_limit_is_soon_as_on_the_friday() -> None:
    limit = result_limit(Case("verified"), KNOWN, "sh_1_5_15")
    assert [pace(limit, date(2026, 11, day), KNOWN, 1) for day in (12, 13, 14, 15)] == ["ahead", "soon", "soon", "soon"]


@given(
    begins=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    preset=st.sampled_from(sorted(PRESETS)),
    complexity=st.sampled_from(["simple", "complex"]),
    holidays=st.sets(st.dates(date(2025, 1, 1), date(2028, 2, 28)), max_size=60),
    makeups=st.sets(st.dates(date(2025, 1, 1), date(2028, 2, 28)), max_size=30),
)
def test_whatever_the_calendar_a_limit_is_its_number_of_working_days_later(
    begins: date, preset: str, complexity: Complexity, holidays: set[date], makeups: set[date]
) -> None:
    days = {day: SpecialDay("holiday") for day in holidays} | {day: SpecialDay("makeup") for day in makeups}
    calendar = Calendar.of(date(2025, 1, 1), date(2028, 12, 31), [2025, 2026], days)
    limit = result_limit(Case("verified", complexity, known_on=begins.isoformat()), calendar, preset)
    count = PRESETS[preset].complex if complexity == "complex" else PRESETS[preset].simple
    if count is None:
        assert limit is None
        return
    assert limit is not None
    assert limit.due == counted(begins, count, holidays - makeups, makeups)
    assert limit.unknown_years == tuple(year for year in range(begins.year, limit.due.year + 1) if year > 2026)


def run(*events: tuple[EventKind, str]) -> FollowUp:
    return replayed(Event(kind, f"2026-11-{10 + place:02d}", value) for place, (kind, value) in enumerate(events))


VERIFIED: tuple[EventKind, str] = ("verified", "S001")
RESULT: tuple[EventKind, str] = ("result", "rectified")
UNHAPPY: tuple[EventKind, str] = ("called_back", "unsatisfied")
UNREACHED: tuple[EventKind, str] = ("called_back", "unreached")


def test_somebody_with_a_phone_is_called_back_before_it_is_closed_or_three_times_not_reached() -> None:
    closing = Event("closed", "2026-11-20")
    given_result = run(VERIFIED, RESULT)
    assert refusal(given_result, closing, NAMELESS) == ""
    assert refusal(given_result, closing, NAMED) == "call_back_first"
    assert refusal(run(VERIFIED, RESULT, UNREACHED, UNREACHED), closing, NAMED) == "call_back_first"
    tried = run(VERIFIED, RESULT, UNREACHED, UNREACHED, UNREACHED)
    assert refusal(tried, closing, NAMED) == "" and tried.called_back_on == "2026-11-14"
    assert step(tried, closing).outcome == "unreached"
    reached = run(VERIFIED, RESULT, UNREACHED, ("called_back", "satisfied"))
    assert refusal(reached, closing, NAMED) == "" and step(reached, closing).outcome == "satisfied"
    assert refusal(given_result, Event("called_back", "", "satisfied"), NAMELESS) == "nobody_to_call"


def test_not_satisfied_reopens_once_and_ends_it_as_unsatisfied_the_second_time() -> None:
    once = run(VERIFIED, RESULT, UNHAPPY)
    assert (once.state, once.reopened_on, once.result_on, once.unreached) == ("handling", "2026-11-12", None, 0)
    twice = run(VERIFIED, RESULT, UNHAPPY, RESULT, UNHAPPY)
    assert (twice.state, twice.outcome, twice.ended_on) == ("closed", "unsatisfied", "2026-11-14")
    again = run(VERIFIED, RESULT, UNHAPPY, RESULT, UNHAPPY, ("reopened", ""), RESULT)
    assert (again.state, again.ended_on, again.outcome) == ("result", None, "")


def test_an_appeal_is_made_once_and_goes_back_to_where_it_was_made() -> None:
    upheld = run(("appealed", ""), ("appeal_upheld", ""))
    assert (upheld.state, upheld.outcome) == ("appeal_upheld", "mistaken")
    rejected = run(("appealed", ""), ("appeal_rejected", ""))
    # Whoever turned it down has looked into the matter: it is verified, and not new again.
    assert (rejected.state, rejected.verified_on) == ("verified", "2026-11-11")
    assert refusal(rejected, Event("appealed", ""), NAMED) == "appealed_before"
    assert run(VERIFIED, RESULT, ("appealed", ""), ("appeal_rejected", "")).state == "result"


def test_a_level_corrected_to_a_good_one_withdraws_and_back_to_a_bad_one_opens_again() -> None:
    good = run(VERIFIED, ("corrected", "4"))
    assert (good.state, good.outcome) == ("withdrawn", "good")
    assert refusal(good, Event("reopened", ""), Facts(4, True, False)) == "not_bad"
    assert run(VERIFIED, ("corrected", "4"), ("corrected", "1")).state == "handling"
    # What has ended otherwise stays ended as it did.
    assert run(("settled", ""), ("corrected", "5")).outcome == "settled"
    assert run(("settled", ""), ("corrected", "5"), ("corrected", "2")).state == "closed"


def test_nothing_is_done_about_an_anonymous_rating_on_its_own_day() -> None:
    today = Facts(1, False, False)
    assert possible(FollowUp(), today) == ()
    assert {refusal(FollowUp(), Event(kind, ""), today) for kind in ALLOWED} == {"not_workable"}


def test_an_event_that_cannot_happen_changes_nothing() -> None:
    new = FollowUp()
    assert {step(new, Event(kind, "2026-11-09", "rectified")).state for kind in ("result", "closed", "reopened")} == {
        "new"
    }
