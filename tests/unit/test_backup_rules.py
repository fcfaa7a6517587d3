"""Which backups stay."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.backup.rules import AUTOMATIC, Keeping, Kept, age_in_days, gap, to_remove, week_of

TODAY = date(2026, 11, 22)
KINDS = ("daily", "manual", "usb", "before_upgrade", "before_restore")

days = st.integers(-30, 900).map(lambda back: TODAY - timedelta(days=back))
made = st.lists(st.tuples(st.sampled_from(KINDS), days), max_size=60).map(
    lambda found: [Kept(number, kind, day) for number, (kind, day) in enumerate(found, 1)]
)
keepings = st.builds(Keeping, st.integers(1, 9), st.integers(1, 7), st.integers(1, 14))


def kept_after(backups: list[Kept], keeping: Keeping) -> list[Kept]:
    gone = set(to_remove(backups, TODAY, keeping))
    return [one for one in backups if one.id not in gone]


@given(made, keepings)
def test_the_last_good_one_and_what_a_person_asked_for_always_stay(backups: list[Kept], keeping: Keeping) -> None:
    left = kept_after(backups, keeping)
    assert [one for one in backups if one.kind not in AUTOMATIC] == [one for one in left if one.kind not in AUTOMATIC]
    if backups:
        assert backups[-1] in left


@given(made, keepings)
def test_the_latest_of_each_of_the_last_days_weeks_and_months_stays(backups: list[Kept], keeping: Keeping) -> None:
    left = kept_after(backups, keeping)
    mine = [one for one in backups if one.kind in AUTOMATIC and one.day <= TODAY]
    for count, stretch in (
        (keeping.daily, lambda day: day),
        (keeping.weekly, week_of),
        (keeping.monthly, lambda day: day.replace(day=1)),
    ):
        stretches = sorted({stretch(one.day) for one in mine}, reverse=True)[:count]
        for first in stretches:
            latest = max((one for one in mine if stretch(one.day) == first), key=lambda one: (one.day, one.id))
            assert latest in left


@given(made, keepings)
def test_no_more_stay_than_are_asked_for(backups: list[Kept], keeping: Keeping) -> None:
    left = [one for one in kept_after(backups, keeping) if one.kind in AUTOMATIC]
    ahead = [one for one in left if one.day > TODAY]
    assert len(ahead) <= keeping.daily + 1
    assert len(left) - len(ahead) <= keeping.daily + keeping.weekly + keeping.monthly + 1


@given(made, keepings)
def test_rotating_again_takes_nothing_more(backups: list[Kept], keeping: Keeping) -> None:
    assert to_remove(kept_after(backups, keeping), TODAY, keeping) == []


@given(made, keepings, st.integers(1, 40))
def test_a_clock_that_ran_ahead_takes_the_place_of_no_backup(backups: list[Kept], keeping: Keeping, wrong: int) -> None:
    before = [one for one in kept_after(backups, keeping) if one.day <= TODAY]
    ahead = [Kept(1000 + number, "daily", TODAY + timedelta(days=400 + number)) for number in range(wrong)]
    after = [one for one in kept_after([*backups, *ahead], keeping) if one.day <= TODAY]
    assert [one for one in before if one not in after] == [
        one for one in before if one is backups[-1] and one not in after
    ]


def test_a_year_of_daily_backups_leaves_seven_days_five_weeks_twelve_months() -> None:
    backups = [Kept(number, "daily", TODAY - timedelta(days=400 - number)) for number in range(401)]
    left = [one.day for one in kept_after(backups, Keeping())]
    assert left[-7:] == [TODAY - timedelta(days=back) for back in range(6, -1, -1)]
    assert {week_of(day) for day in left} >= {week_of(TODAY - timedelta(weeks=back)) for back in range(5)}
    assert len({day.replace(day=1) for day in left}) == 12
    assert len(left) <= 7 + 5 + 12


def test_the_age_is_unknown_where_a_clock_was_wrong() -> None:
    assert [age_in_days(day, TODAY) for day in (None, TODAY, TODAY - timedelta(days=3), TODAY + timedelta(days=1))] == [
        None,
        0,
        3,
        None,
    ]


@given(st.integers(0, 9_999_999), st.integers(-5, 4000), st.integers(9_000, 9_999_999))
def test_a_gap_is_never_behind_the_highest_nor_above_the_last_number(highest: int, days: int, most: int) -> None:
    kept_free = gap(highest, days, most)
    assert highest <= kept_free <= max(most, highest)
    assert kept_free >= min(highest + 100, most) or kept_free == highest
