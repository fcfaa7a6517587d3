"""Dates, periods and times in every spelling an office uses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.dates import (
    read_date,
    read_instant,
    read_month,
    read_time_span,
    screen_date,
)
from frontdesk.common.periods import (
    Period,
    PeriodKind,
    month_of,
    parse_period,
    period_of,
    quarter_of,
    week_of,
    year_of,
)
from frontdesk.common.typed_dates import read_coming_date, read_typed_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(1911, 1, 1), date(2170, 12, 31))
FULL_WIDTH = str.maketrans("0123456789-/.: ", "０１２３４５６７８９－／．：　")

STYLES = [
    "{y:04}-{m:02}-{d:02}",
    "{y:04}-{m}-{d}",
    "{y:04}/{m}/{d}",
    "{y:04}/{m:02}/{d:02}",
    "{y:04}.{m}.{d}",
    "{y:04}{m:02}{d:02}",
    "{y:04}年{m}月{d}日",
    "{y:04}年{m:02}月{d:02}号",
    " {y:04} 年 {m} 月 {d} 日 ",
    "{y:04}-{m:02}-{d:02} 00:00:00",
]


@given(DAYS, st.sampled_from(STYLES), st.booleans())
def test_a_date_is_read_back_from_every_written_style(day: date, style: str, full_width: bool) -> None:
    written = style.format(y=day.year, m=day.month, d=day.day)
    assert read_date(written.translate(FULL_WIDTH) if full_width else written) == day


@given(DAYS)
def test_a_date_is_read_back_from_what_we_show(day: date) -> None:
    assert read_date(screen_date(day)) == day


@given(DAYS)
def test_a_date_is_read_from_cells_and_excel_numbers(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    midnight = datetime(day.year, day.month, day.day, 13, 30)  # noqa: DTZ001 - a cell has no zone
    assert read_date(day) == read_date(midnight) == read_date(serial) == read_date(serial + 0.75) == day
    assert read_date(int(f"{day:%Y%m%d}")) == day


@pytest.mark.parametrize(
    "value",
    [
        "26-7-1",
        "26.7.1",
        "2026-7",
        "2026-13-1",
        "2026-2-30",
        "2026-7/1",
        "1899-12-31",
        "2200-1-1",
        "",
        " ",
        "七月一日",
        "2026-07-01abc",
        "2026-07-01 25",
        "٢٠٢٦-٠٧-٠١",
        "12-7-2026",
        "260701",
        "2026-07-01\n2026-07-02",
        None,
        True,
        26,
        2026,
        0,
        -1,
        float("nan"),
        float("inf"),
        10**400,
        1e300,
        b"2026-07-01",
        99999999,
    ],
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        read_date(value)


@given(DAYS, st.sampled_from(["{y}年{m}月", "{y}年{m:02}", "{y}.{m}", "{y}-{m:02}", "{y}/{m}", "{y}{m:02}"]))
def test_a_month_is_read_back_from_every_written_style(day: date, style: str) -> None:
    expected = f"{day:%Y-%m}"
    assert read_month(style.format(y=day.year, m=day.month)) == expected
    assert read_month(day) == expected


def test_a_month_that_excel_made_a_number_is_read_where_it_is_certain() -> None:
    assert [read_month(1960.12), read_month(1960.05), read_month(1960.5)] == ["1960-12", "1960-05", "1960-05"]
    assert read_month(198004) == "1980-04"
    with pytest.raises(ValueError):
        read_month(1960.1)


@pytest.mark.parametrize("value", ["80.4", "2026-13", "2026-0", "1980", 1980, None, "春天"])
def test_what_is_no_month_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        read_month(value)


@pytest.mark.parametrize(
    "text",
    [
        "09:00-10:30",
        "9:00-10:30",
        "９：００～１０：３０",
        "09:00 — 10:30",
        "9:00——10:30",
        "9:00至10:30",
        "9:00到10:30",
        "9时-10时30分",
        "9点至10点半",
        "09:00:00-10:30:00",
        "9:00〜10:30",
        "09:00–10:30",
    ],
)
def test_a_time_span_is_read_in_every_style(text: str) -> None:
    assert read_time_span(text) == (time(9), time(10, 30))


@pytest.mark.parametrize("text", ["10:00-9:00", "9:00-9:00", "25:00-26:00", "9:60-10:00", "9:00", "", "9-10", None])
def test_what_is_no_time_span_is_refused(text: object) -> None:
    with pytest.raises(ValueError):
        read_time_span(text)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - a cell has no zone
def test_a_wall_clock_moment_means_the_centres_zone(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    expected = moment.replace(tzinfo=SHANGHAI)
    assert read_instant(moment, SHANGHAI) == expected
    assert read_instant(f"{moment:%Y-%m-%d %H:%M:%S}", SHANGHAI) == expected
    assert read_instant(f"{moment:%Y/%m/%d %H:%M:%S}".translate(FULL_WIDTH), SHANGHAI) == expected
    assert read_instant(expected.astimezone(UTC).isoformat(), SHANGHAI) == expected
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a cell has no zone
    assert read_instant(float(serial), SHANGHAI) == expected


def test_an_offset_in_the_text_is_honoured() -> None:
    expected = datetime(2026, 11, 9, 0, 6, 9, tzinfo=UTC)
    for text in ("2026-11-09T08:06:09+08:00", "2026-11-09T00:06:09Z", "2026-11-09 09:06:09 +0900"):
        assert read_instant(text, SHANGHAI) == expected
        assert read_instant(text, SHANGHAI).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    "value", ["2026-11-02", date(2026, 11, 2), "2026-11-02 8", "2026-11-02 24:01", "8:31", 46328, None, True]
)
def test_a_date_without_a_time_is_no_moment(value: object) -> None:
    with pytest.raises(ValueError):
        read_instant(value, SHANGHAI)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("今天", date(2026, 11, 19)),
        ("后天", date(2026, 11, 21)),
        ("周三", date(2026, 11, 18)),
        ("下周三", date(2026, 11, 25)),
        ("上周日", date(2026, 11, 15)),
        ("星期天", date(2026, 11, 22)),
        ("＋３", date(2026, 11, 22)),
        ("-20", date(2026, 10, 30)),
        ("7-1", date(2026, 7, 1)),
        ("7月1日", date(2026, 7, 1)),
        ("2027.1.3", date(2027, 1, 3)),
    ],
)
def test_a_typed_date_is_relative_to_today(typed: str, expected: date) -> None:
    assert read_typed_date(typed, date(2026, 11, 19)) == expected


@pytest.mark.parametrize("typed", ["", "13-1", "明年", "周八", "+", "2-30"])
def test_a_typed_date_that_means_nothing_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_typed_date(typed, date(2026, 11, 19))


def test_a_period_is_found_by_its_key() -> None:
    assert parse_period("2026-W46") == Period("2026-W46", date(2026, 11, 9), date(2026, 11, 15), "week")
    assert parse_period("2026-11") == Period("2026-11", date(2026, 11, 1), date(2026, 11, 30), "month")
    assert parse_period("2026-Q4") == Period("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter")
    assert parse_period("2026") == Period("2026", date(2026, 1, 1), date(2026, 12, 31), "year")


def test_the_first_days_of_january_can_lie_in_a_week_of_the_year_before() -> None:
    assert week_of(date(2027, 1, 1)).key == "2026-W53"
    assert parse_period("2026-W53").last == date(2027, 1, 3)
    assert parse_period("2027-W01").previous().key == "2026-W53"


@pytest.mark.parametrize(
    "key",
    [
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-13",
        "2026-00",
        "2026-Q0",
        "2026-Q5",
        "2026-W4",
        "26",
        "2026-w46",
        "",
        "2026-11 ",
        "2026-11\n",
        "２０２６",
        "0000",
        "9999",
        "2026-W46-1",
    ],
)
def test_what_is_no_period_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        parse_period(key)


@given(st.dates(date(1901, 1, 7), date(2198, 12, 1)), st.sampled_from(["week", "month", "quarter", "year"]))
def test_periods_of_a_kind_tile_the_calendar(day: date, kind: PeriodKind) -> None:
    period = period_of(kind, day)
    assert period.contains(day) and not period.has_ended(day)
    assert parse_period(period.key) == period
    assert period.previous().last + timedelta(days=1) == period.first
    assert period.following().first - timedelta(days=1) == period.last
    assert period.previous().has_ended(day) and not period.following().contains(day)
    assert period.days == (period.last - period.first).days + 1


def test_a_period_has_the_name_that_offices_use() -> None:
    day = date(2026, 11, 9)
    labels = [one(day).label for one in (week_of, month_of, quarter_of, year_of)]
    assert labels == ["2026年第46周", "2026年11月", "2026年第4季度", "2026年"]


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 6))
def test_a_weekday_alone_is_the_coming_one_where_something_is_planned(today: date, weekday: int) -> None:
    for text in (f"周{'一二三四五六日'[weekday]}", ("mon", "Tue", "wed", "Thu", "fri", "Saturday", "sun")[weekday]):
        coming = read_coming_date(text, today)
        assert coming.weekday() == weekday and 0 <= (coming - today).days < 7
    for text in (f"本周{'一二三四五六日'[weekday]}", f"下周{'一二三四五六日'[weekday]}", "昨天", "-3", "2020-01-02"):
        assert read_coming_date(text, today) == read_typed_date(text, today)


def test_a_day_of_january_planned_in_november_is_of_the_next_year() -> None:
    today = date(2026, 11, 22)
    assert [read_coming_date(text, today) for text in ("1-5", "4月30日", "2/28")] == [
        *(date(2027, 1, 5), date(2027, 4, 30), date(2027, 2, 28))
    ]
    assert [read_coming_date(text, today) for text in ("5-1", "11-21", "12-31")] == [
        *(date(2026, 5, 1), date(2026, 11, 21), date(2026, 12, 31))
    ]
    assert read_coming_date("2-29", date(2027, 11, 22)) == date(2028, 2, 29)
    assert read_coming_date("12-31", date(2027, 1, 2)) == date(2027, 12, 31)
    assert read_typed_date("1-5", today) == date(2026, 1, 5), "what is looked back at has passed"


def test_saturday_typed_on_a_sunday_is_in_six_days_when_planned_and_yesterday_when_looked_back_at() -> None:
    sunday = date(2026, 11, 22)
    assert read_coming_date(" 周 六 ", sunday) == date(2026, 11, 28)
    assert read_typed_date("周六", sunday) == date(2026, 11, 21)
