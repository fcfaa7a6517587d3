"""How old somebody is from what is known of a birth, and what may be typed for one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.residents.errors import ResidentError
from frontdesk.residents.fields import checked_area, checked_tags, read_birth, read_fields, split_tags
from frontdesk.residents.rules import age_band, age_on, may_be_child

TODAY = date(2026, 11, 22)
births = st.dates(date(1900, 1, 1), date(2026, 12, 31))
days = st.dates(date(2020, 1, 1), date(2028, 12, 31))


def years_walked(born: date, day: date) -> int:
    """Completed years counted birthday by birthday: of 29 February the day after in a year without one."""
    done = 0
    while True:
        year = born.year + done + 1
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        if birthday > day:
            return done
        done += 1


@given(births, days)
def test_with_the_whole_date_both_bounds_are_the_completed_years(born: date, day: date) -> None:
    years = years_walked(born, day) if born <= day else 0
    assert age_on(born.isoformat(), day) == (years, years)


@given(st.integers(1990, 2026), st.integers(1, 12), days)
def test_with_a_month_the_bounds_are_those_of_its_days(year: int, month: int, day: date) -> None:
    first = date(year, month, 1)
    every = [one for one in (first + timedelta(days=place) for place in range(31)) if one.month == month]
    ages = [years_walked(one, day) if one <= day else 0 for one in every]
    assert age_on(f"{year}-{month:02d}", day) == (min(ages), max(ages))


@pytest.mark.parametrize("year", [1951, 2012, 2016])
@given(day=days)
def test_with_a_year_the_bounds_are_those_of_its_days(year: int, day: date) -> None:
    every = [one for one in (date(year, 1, 1) + timedelta(days=place) for place in range(366)) if one.year == year]
    ages = [years_walked(one, day) for one in every]
    assert age_on(str(year), day) == (min(ages), max(ages))


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("1966-11-22", date(2026, 11, 22), (60, 60)),
        ("1966-11-23", date(2026, 11, 22), (59, 59)),
        ("2012-02-29", date(2026, 2, 28), (13, 13)),
        ("2012-02-29", date(2026, 3, 1), (14, 14)),
        ("2012-02-29", date(2028, 2, 29), (16, 16)),
        ("1951", date(2026, 11, 22), (74, 75)),
        ("1951-12", date(2026, 11, 22), (74, 74)),
        ("2026", date(2026, 11, 22), (0, 0)),
    ],
)
def test_the_birthday_counts_as_reached(birth: str, day: date, age: tuple[int, int]) -> None:
    assert age_on(birth, day) == age


@pytest.mark.parametrize(
    ("birth", "band"),
    [("", ""), ("2026", "0-13"), ("2012-11-22", "14-17"), ("1966-11-22", "60-69"), ("1966", "35-59"), ("1940", "80+")],
)
def test_a_list_shows_the_band_of_the_age_that_is_sure(birth: str, band: str) -> None:
    assert age_band(birth, TODAY) == band


def test_of_an_unknown_birth_nothing_is_said_and_whoever_may_be_below_fourteen_is_a_child() -> None:
    assert age_on("", TODAY) is None
    assert not may_be_child("", TODAY)
    assert may_be_child("2012", TODAY)
    assert may_be_child("2012-11-23", TODAY)
    assert not may_be_child("2012-11-22", TODAY)
    assert not may_be_child("2011", TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1951", "1951"),
        ("１９５１年", "1951"),
        ("1951-7", "1951-07"),
        ("1951年7月", "1951-07"),
        ("1951.7.2", "1951-07-02"),
        (1951, "1951"),
        (date(1951, 7, 2), "1951-07-02"),
    ],
)
def test_a_birth_is_taken_as_far_as_it_is_known(typed: object, kept: str) -> None:
    assert read_birth(typed, TODAY) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1899", "bad_birth"), ("75岁", "bad_birth"), ("51-7-2", "bad_birth"), ("2027", "birth_in_future")],
)
def test_what_is_no_birth_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ResidentError) as refusal:
        read_birth(typed, TODAY)
    assert refusal.value.code == code


@given(st.text(max_size=20))
def test_whatever_is_typed_for_a_birth_reads_back_or_is_refused(text: str) -> None:
    try:
        kept = read_birth(text, TODAY)
    except ResidentError:
        return
    assert read_birth(kept, TODAY) == kept
    assert age_on(kept, TODAY) is not None


def test_a_masked_name_is_nobodys() -> None:
    with pytest.raises(ResidentError) as refusal:
        read_fields({"name": "张*明"}, TODAY)
    assert refusal.value.code == "masked_name"


def test_tags_and_areas_are_those_of_the_settings_or_stood_there_before() -> None:
    assert split_tags("老年人、 儿童,老年人") == ("老年人", "儿童")
    assert checked_tags(("旧标签",), ("老年人",), ("旧标签",)) == ("旧标签",)
    for check in (lambda: checked_tags(("低保",), ("老年人",)), lambda: checked_area("别处", ("晨光",))):
        with pytest.raises(ResidentError):
            check()
    assert checked_area("哪里都行", ()) == "哪里都行"
    assert checked_area("旧居委", ("晨光",), "旧居委") == "旧居委"
