"""Indicators: counted by their SQL and recomputed in plain Python, on centres of any size; their rows; adding up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import indicators as statements
from frontdesk.activities import service as activities
from frontdesk.common.periods import Period, month_of, week_of, year_of
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.feedback import service as feedback
from frontdesk.reports.indicators import service
from frontdesk.reports.indicators.definition import Indicator
from frontdesk.reports.indicators.rules import Parts, Value
from frontdesk.volunteers import service as volunteers
from tests.desks import new_desk
from tests.indicatordesks import fill, put
from tests.naive_indicators import NAIVE, Rows, exported

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
EVERY = [one.code for one in service.indicators()]
DAYS = st.dates(date(2026, 10, 26), date(2026, 12, 6))
CENTRES = st.tuples(st.integers(0, 2**32), st.integers(0, 14))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A centre whose rows each example puts in and takes back."""
    context = new_desk(tmp_path_factory.mktemp("indicators") / "home")
    context.clock = lambda: NOON
    context.settings = replace(context.settings, public_minimum=1)
    yield context
    context.database.close()


@contextmanager
def filled(desk: Context, centre: tuple[int, int]) -> Iterator[Context]:
    """The centre with rows of a seed and a size, gone afterwards."""
    seed, size = centre
    desk.database.connection.execute("BEGIN")
    try:
        fill(desk.database.connection, Random(seed), size)
        yield desk
    finally:
        desk.database.connection.rollback()


def rows_of(desk: Context, tables: dict[str, list[dict[str, object]]], first: date, last: date) -> Rows:
    """What the recomputation is given."""
    preset = desk.settings.follow_up_preset
    return Rows(tables, first.isoformat(), last.isoformat(), desk.today(), desk.now_ms(), preset)


def values(desk: Context, first: date, last: date) -> dict[str, Value]:
    return service.values(desk, EVERY, first, last)


def days_of(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]


def test_every_indicator_has_a_recomputation_and_no_recomputation_is_of_none() -> None:
    assert set(NAIVE) == set(EVERY)


@settings(max_examples=30)
@given(CENTRES, DAYS)
def test_sql_and_plain_python_count_the_same(desk: Context, centre: tuple[int, int], day: date) -> None:
    with filled(desk, centre):
        tables = exported(desk.database.connection)
        for first, last in ((day, day), _span(week_of(day)), _span(month_of(day)), _span(year_of(day))):
            found = values(desk, first, last)
            naive = rows_of(desk, tables, first, last)
            assert found == {code: NAIVE[code](naive) for code in EVERY}


def _span(period: Period) -> tuple[date, date]:
    return period.first, period.last


@settings(max_examples=12)
@given(CENTRES, DAYS)
def test_days_add_up_to_their_week_month_and_the_parts_of_a_week_in_two_months(
    desk: Context, centre: tuple[int, int], day: date
) -> None:
    week, month = week_of(day), month_of(day)
    ends = month_of(week.first).last
    with filled(desk, centre):
        by_day = {one: values(desk, one, one) for one in {*days_of(week), *days_of(month)}}
        whole = {period.key: values(desk, *_span(period)) for period in (week, month)}
        parts = [whole[week.key]]
        if ends < week.last:
            parts = [values(desk, week.first, ends), values(desk, ends + timedelta(days=1), week.last)]
    for one in service.indicators():
        if one.adds == "distinct":
            with pytest.raises(CodedError, match="never_adds"):
                service.add_up(one, [whole[week.key][one.code]])
            continue
        for period in (week, month):
            assert (
                service.add_up(one, [by_day[each][one.code] for each in days_of(period)]) == whole[period.key][one.code]
            )
        assert service.add_up(one, [part[one.code] for part in parts]) == whole[week.key][one.code]


def test_two_days_with_the_same_person_are_two_persons_by_adding_and_one_by_counting(desk: Context) -> None:
    with filled(desk, (1, 0)) as context:
        for number, day in enumerate(("2026-11-16", "2026-11-17"), 1):
            _attended(context.database.connection, number, day)
        found = service.value(context, "persons", date(2026, 11, 16), date(2026, 11, 17))
        assert found == service.value(context, "persons", date(2026, 11, 16), date(2026, 11, 16)) == 1
        with pytest.raises(CodedError, match="never_adds"):
            service.add_up("persons", [1, 1])


def _attended(connection: sqlite3.Connection, number: int, day: str) -> None:
    put(
        connection,
        "session",
        code=f"T{number}",
        day=day,
        starts_at=1,
        ends_at=2,
        name="课",
        category="",
        capacity=9,
        state="closed",
    )
    own = {"party_size": 1, "least_seats": 1, "seats": 1, "applied_at": 1, "queue_at": 1, "seq_no": 1}
    put(connection, "registration", id=900 + number, session_code=f"T{number}", resident_id=1, state="confirmed", **own)
    put(connection, "attendance", session_code=f"T{number}", registration_id=900 + number, status="attended", seats=1)


@settings(max_examples=15)
@given(CENTRES, DAYS)
def test_what_other_screens_count_is_what_the_report_counts(desk: Context, centre: tuple[int, int], day: date) -> None:
    first, last = _span(month_of(day))
    with filled(desk, centre):
        said = activities.figures(desk, first, last)
        assert service.values(desk, said, first, last) == said
        came = activities.attendance_totals(desk, first, last)
        hours = volunteers.hours(desk, first, last)
        said = {
            "sessions_held": came.sessions,
            "person_times": came.person_times,
            "named_persons": came.persons,
            "volunteer_visits": sum(one.visits for one in hours),
            "volunteer_seconds_measured": sum(one.seconds for one in hours),
            "volunteer_seconds_supplemented": sum(one.supplemented for one in hours),
            "visits_left_open": sum(one.left_open for one in hours),
        }
        assert service.values(desk, said, first, last) == said


@settings(max_examples=12)
@given(CENTRES, DAYS)
def test_the_rows_behind_a_number_make_the_number(desk: Context, centre: tuple[int, int], day: date) -> None:
    first, last = _span(month_of(day))
    with filled(desk, centre):
        for one in service.indicators():
            if one.kind == "rate":
                continue
            found = service.value(desk, one.code, first, last)
            numbers: dict[str | None, int] = {}
            if isinstance(found, dict):
                numbers.update(found.items())
            if isinstance(found, int):
                numbers = {None: found}
            for key, number in numbers.items():
                listed = service.rows(desk, one.code, first, last, -1, key=key)
                assert len(listed.headings) == len(one.columns)
                assert len(listed.rows) == service.row_count(desk, one.code, first, last, key=key)
                assert _reckoned(one, listed.rows) == number
                paged = [
                    row
                    for offset in range(0, len(listed.rows), 3)
                    for row in service.rows(desk, one.code, first, last, 3, offset, key=key).rows
                ]
                assert paged == listed.rows


def _reckoned(one: Indicator, rows: list[tuple[service.Shown, ...]]) -> int:
    """The number by its rows: their sum, or how many there are."""
    column = one.sums if one.sums != "none" else "answers" if one.per else None
    if column is None:
        return len(rows)
    place = one.columns.index(column)
    return sum(int(row[place] or 0) for row in rows)


@settings(max_examples=15)
@given(CENTRES)
def test_overdue_is_what_the_follow_ups_say(desk: Context, centre: tuple[int, int]) -> None:
    with filled(desk, centre):
        first, last = date(2020, 1, 1), date(2030, 1, 1)
        said = feedback.open_follow_ups_between(desk, first, last)
        found = service.values(desk, ["follow_ups_open", "follow_ups_overdue"], first, last)
        assert list(found.values()) == [sum(one.open for one in said), sum(one.overdue for one in said)]


def test_several_indicators_of_the_same_rows_are_what_each_is_by_itself(desk: Context) -> None:
    with filled(desk, (7, 14)):
        first, last = date(2026, 11, 1), date(2026, 11, 30)
        together = values(desk, first, last)
        assert together == {code: service.value(desk, code, first, last) for code in EVERY}


def test_nothing_is_listed_where_too_few_rated(desk: Context) -> None:
    with filled(desk, (7, 14)):
        many = service.value(desk, "ratings", date(2026, 11, 1), date(2026, 11, 30))
        assert isinstance(many, int) and many > 0
        strict = replace(desk, settings=replace(desk.settings, public_minimum=many + 1))
        loose = replace(desk, settings=replace(desk.settings, public_minimum=many))
        for context, is_shown in ((strict, False), (loose, True)):
            for code in ("ratings_by_level", "good_rate"):
                assert service.may_be_shown(context, code, date(2026, 11, 1), date(2026, 11, 30)) is is_shown
                assert bool(service.rows(context, code, date(2026, 11, 1), date(2026, 11, 30)).rows) is is_shown


def test_an_anonymous_bad_rating_is_followed_up_from_the_next_day_on(desk: Context) -> None:
    with filled(desk, (7, 0)):
        rating = {"known_on": "2026-11-20", "subject_kind": "service", "subject": "综合服务台", "channel": "kiosk"}
        day = date(2026, 11, 20)
        put(desk.database.connection, "rating", key=bytes(16), day=day.isoformat(), level=1, **rating)
        tomorrow = replace(desk, clock=lambda: NOON + timedelta(days=1))
        for context, opened in ((desk, 0), (tomorrow, 1)):
            assert service.value(context, "bad_ratings", day, day) == 1
            assert service.value(context, "follow_ups_opened", day, day) == opened
            assert len(service.rows(context, "follow_ups_opened", day, day).rows) == opened


def test_no_list_tells_the_day_and_the_level_of_a_rating() -> None:
    for one in service.indicators():
        if one.area in ("ratings", "follow_ups"):
            assert len({"day", "level", "comment", "subject"} & set(one.columns)) < 2, one.code
            assert not one.personal


def test_who_came_for_the_first_time_counts_those_who_came_along_by_name_where_all_of_them_came(desk: Context) -> None:
    connection = desk.database.connection
    monday = date(2026, 11, 2)
    with filled(desk, (0, 0)):
        for person in (11, 12, 13, 14):
            phone = bytes([person]) * 16
            merged = 13 if person == 14 else None
            row = {"phone_key": phone, "phone_tail_key": phone, "merged_into": merged}
            put(connection, "resident", id=person, name=f"家人{person}", **row)
        # Each week a family signs up three: who signed up, others by name, how many came.
        weeks = [(11, (12, 13), 2), (12, (11, 14), 3), (11, (12, 13), 3)]
        for number, (who, others, came) in enumerate(weeks):
            day, code = monday + timedelta(days=7 * number), f"F{number}"
            at = {"day": day.isoformat(), "starts_at": number * 10, "ends_at": number * 10 + 5, "capacity": 9}
            said = {"name": "亲子课", "category": "亲子服务", "activity_type": "", "room": "", "state": "published"}
            put(connection, "session", code=code, **at, **said)
            seats = {"party_size": 3, "least_seats": 1, "seats": 3, "applied_at": 1, "queue_at": 1, "seq_no": 1}
            place = 900 + number
            put(connection, "registration", id=place, session_code=code, resident_id=who, state="confirmed", **seats)
            for other in others:
                put(connection, "registration_member", registration_id=place, resident_id=other)
            put(connection, "attendance", session_code=code, registration_id=place, status="attended", seats=came)
            put(connection, "attendance", session_code=code, status="walk_in", seats=5)
        found = []
        for number in range(3):
            week = week_of(monday + timedelta(days=7 * number))
            found.append(service.value(desk, "first_time_persons", week.first, week.last))
        # Of the first party one stayed away, nobody knows who; entry 14 was merged into 13, who is not new afterwards.
        assert found == [1, 2, 0]


def _statements() -> list[tuple[str, str]]:
    return [
        (one.code, sql)
        for one in service.indicators()
        if one.kind != "rate"
        for sql in (one.count, one.rows, *((one.rows_of_key,) if one.by else ()))
    ]


def _asked(desk: Context, code: str) -> dict[str, str | int]:
    asked = service.parameters(desk, [service.indicator(code)], date(2026, 11, 16), date(2026, 11, 22))
    return {**asked, "key": ""}


def test_no_statement_reads_a_table_whole(desk: Context) -> None:
    connection = desk.database.connection
    for code, sql in _statements():
        for step in statements.plan(connection, sql, _asked(desk, code)):
            # What is left to scan are the rows that a source has put together of the span.
            put_together = step in ("SCAN h", "SCAN k", "SCAN u", "SCAN CONSTANT ROW") or "SCAN (subquery" in step
            assert not step.startswith("SCAN") or put_together, (code, step)
            assert "AUTOMATIC" not in step, (code, step)


PEOPLE = {("resident", "name"), ("volunteer", "name"), ("staff", "name"), ("rating_rater", "name"), ("session", "lead")}


def test_statements_only_read_and_only_personal_rows_read_names(desk: Context) -> None:
    connection = desk.database.connection
    seen: set[tuple[str, str]] = set()
    written: list[int] = []

    def look(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            seen.add((str(first), str(second)))
        elif action not in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE):
            written.append(action)
        return sqlite3.SQLITE_OK

    given = [(code, sql, _asked(desk, code)) for code, sql in _statements()]
    connection.set_authorizer(look)
    try:
        for code, sql, asked in given:
            seen.clear()
            connection.execute(sql, asked).fetchall()
            one = service.indicator(code)
            is_listing = sql != one.count
            assert not seen & PEOPLE or (is_listing and one.personal), (code, seen & PEOPLE)
    finally:
        connection.set_authorizer(None)
    assert written == []


def test_a_definition_cannot_write(desk: Context) -> None:
    connection = desk.database.connection
    with statements.reading_only(connection), pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM setting")
    with desk.database.write():
        connection.execute("DELETE FROM setting")


def test_what_leaves_the_centre_is_in_the_definitions() -> None:
    for one in service.indicators():
        if one.leaves and one.kind == "rate":
            assert service.indicator(one.numerator).leaves and service.indicator(one.denominator).leaves
    assert not any(one.leaves for one in service.indicators() if "lead" in one.code)


def test_an_unknown_code_is_refused(desk: Context) -> None:
    with pytest.raises(CodedError, match="unknown_indicator"):
        service.value(desk, "sessions_imagined", NOON.date(), NOON.date())


def test_parts_of_a_rate_add_up_and_percentages_never_do() -> None:
    assert service.add_up("good_rate", [Parts(1, 2), Parts(9, 10)]) == Parts(10, 12)
    assert service.add_up("good_rate", []) == Parts(0, 0)
    assert Parts(0, 0).rate is None and Parts(0, 0).interval is None
    with pytest.raises(CodedError, match="mixed_values"):
        service.add_up("good_rate", [Parts(1, 2), 1])
