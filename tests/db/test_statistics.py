"""Statistics of ratings: what they count, what they hide from whoever holds everything together, and how they read."""

from __future__ import annotations

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path as File
from random import Random
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook

from db import feedback_statistics as records
from frontdesk.common.periods import Period, month_of, parse_period, period_of, quarter_of, week_of, year_of
from frontdesk.common.text import display_width
from frontdesk.context import Context, Operator
from frontdesk.errors import DeskError
from frontdesk.feedback.service import listed_ratings
from frontdesk.feedback.statistics.groups import GROUPINGS
from frontdesk.feedback.statistics.service import KINDS, statistics, trend
from frontdesk.feedback.statistics.suppression import Path
from frontdesk.feedback.statistics.wording import as_values, through_words, trend_values, why_hidden
from frontdesk.feedback.statistics.workbook import export_statistics
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.reports.exporting import export_workbook
from tests.desks import new_desk
from tests.recovering import Sums, small_sets

OCTOBER = parse_period("2026-10")
SESSIONS = {"HD001": ("太极", "文体服务"), "HD002": ("太极", "文体服务"), "HD003": ("剪纸", "教育服务")}
LEAVES: dict[tuple[str, str], Path] = {
    ("service", "综合服务台"): ("service", "综合接待", "综合服务台"),
    ("service", "助餐"): ("service", "", "助餐"),
    **{("session", code): ("session", kind, name, code) for code, (name, kind) in SESSIONS.items()},
    ("case", "A-1"): ("case",),
}
Cell = tuple[Path, str]


@pytest.fixture
def desk(tmp_path: File) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    with context.database.write() as connection:
        connection.execute("INSERT INTO post (name, position) VALUES ('综合接待', 1)")
        connection.execute("UPDATE rating_service SET post = '综合接待'")
        connection.execute("INSERT INTO rating_service (name, position) VALUES ('助餐', 2)")
        for number, (code, (name, kind)) in enumerate(SESSIONS.items()):
            connection.execute(
                "INSERT INTO session (code, day, starts_at, ends_at, name, category, activity_type, room, capacity, "
                "lead, state) VALUES (?, ?, 0, 1, ?, ?, '', '', 30, '王五', 'closed')",
                (code, f"2026-10-{10 + number}", name, kind),
            )
    at(context, "2026-11-22")
    yield context
    context.database.close()


def at(context: Context, day: str) -> None:
    """Make it noon of that day."""
    context.clock = lambda: datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)


def put(
    context: Context,
    day: str,
    subject: tuple[str, str] = ("service", "综合服务台"),
    *,
    many: int = 1,
    level: int = 5,
    excluded: int = 0,
    staff_no: str = "",
    comment: str = "",
) -> None:
    with context.database.write() as connection:
        for _ in range(many):
            connection.execute(
                "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel, excluded, staff_no, "
                "comment) VALUES (?, ?, ?, ?, ?, ?, 'kiosk', ?, ?, ?)",
                (secrets.token_bytes(16), day, day, *subject, level, excluded, staff_no, comment),
            )


def named(context: Context, period: Period, grouping: Any) -> dict[str, Any]:
    values: Any = as_values(statistics(context, period, grouping))
    return {group["name"]: group for group in values["groups"]}


def test_a_month_has_rate_interval_change_and_what_was_excluded(desk: Context) -> None:
    put(desk, "2026-09-15", many=40)
    put(desk, "2026-10-15", many=20)
    put(desk, "2026-10-15", many=20, level=1)
    put(desk, "2026-10-16", many=2, level=1, excluded=1)
    found: Any = as_values(statistics(desk, OCTOBER, "service"))
    counter = found["groups"][0]
    assert (counter["n"], counter["good"], counter["rate"], counter["excluded"]) == (40, 20, 0.5, 2)
    assert counter["interval95"] == [0.351995, 0.648005]
    assert counter["change"] == found["total"]["change"] == "down"
    assert (found["answers"], found["total"]["n"]) == (42, 40)


def test_a_post_and_an_activity_are_summed_up_with_their_active_rate(desk: Context) -> None:
    put(desk, "2026-10-10", ("session", "HD001"), many=6)
    put(desk, "2026-10-11", ("session", "HD002"), many=6)
    put(desk, "2026-10-11", many=9)
    with desk.database.write() as connection:
        connection.execute("INSERT INTO attendance (session_code, status, seats) VALUES ('HD001', 'walk_in', 24)")
    assert named(desk, OCTOBER, "post")["综合接待"]["n"] == 9
    activity = named(desk, OCTOBER, "activity")["太极"]
    assert (activity["n"], activity["person_times"], activity["active_rate"]) == (12, 24, 0.5)
    sessions = named(desk, OCTOBER, "session")
    assert (sessions["太极 HD001"]["active_rate"], sessions["太极 HD002"]["active_rate"]) == (0.25, None)


def test_services_of_the_counter_have_an_active_rate_where_the_setting_counts_first_contacts(desk: Context) -> None:
    put(desk, "2026-10-11", many=6)
    for number in range(9):
        with desk.database.write() as connection:
            state, ended = ("answered", "2026-10-11") if number < 8 else ("received", None)
            connection.execute(
                "INSERT INTO case_record (id, definition, edition, number, state, level, opened_on, ended_on, said,"
                " revision) VALUES (?, 'first_contact', 1, ?, ?, 1, '2026-10-10', ?, '{}', 1)",
                (number + 1, f"SW{number}", state, ended),
            )
    assert named(desk, OCTOBER, "kind")["服务"]["active_rate"] is None
    desk.settings = replace(desk.settings, active_rate_contacts=1)
    assert named(desk, OCTOBER, "kind")["服务"]["active_rate"] == 0.75
    assert named(desk, OCTOBER, "post")["综合接待"]["active_rate"] is None


def test_today_counts_from_tomorrow(desk: Context) -> None:
    put(desk, "2026-11-20", many=6)
    put(desk, "2026-11-22", many=9)
    assert statistics(desk, month_of(date(2026, 11, 22))).answers == 6
    assert str(statistics(desk, month_of(date(2026, 11, 22))).through) == "2026-11-21"
    at(desk, "2026-11-23")
    assert statistics(desk, month_of(date(2026, 11, 22))).answers == 15
    assert statistics(desk, parse_period("2026-12")).through is None


def test_follow_ups_stand_only_beside_groups_that_are_shown(desk: Context) -> None:
    put(desk, "2026-10-15", many=30)
    put(desk, "2026-10-15", many=2, level=1)
    put(desk, "2026-10-15", ("service", "助餐"), many=3, level=1)
    put(desk, "2026-10-15", ("case", "A-1"), many=7)
    services = named(desk, OCTOBER, "service")
    assert (services["综合服务台"]["open"], services["综合服务台"]["overdue"]) == (2, 2)
    assert (services["助餐"]["hidden"], services["助餐"]["open"], services["助餐"]["n"]) == (True, None, None)
    assert statistics(desk, OCTOBER).total.open == 5


@pytest.mark.parametrize("role", ["operator", "auditor", None])
def test_figures_of_staff_are_for_managers(desk: Context, role: Any) -> None:
    operator = Operator("S001", "李四", role) if role else None
    with pytest.raises(DeskError) as refused:
        statistics(replace(desk, operator=operator), OCTOBER, "staff")
    assert refused.value.code == ("manager_required" if role else "operator_required")


def test_staff_are_who_was_named_or_led_and_a_week_is_too_little(desk: Context) -> None:
    put(desk, "2026-10-15", many=6, staff_no="S007")
    put(desk, "2026-10-10", ("session", "HD001"), many=8)
    put(desk, "2026-10-16", ("service", "助餐"), many=5)
    staff = named(desk, OCTOBER, "staff")
    assert {name: group["n"] for name, group in staff.items()} == {"王五 M001": 8, "S007": 6}
    with pytest.raises(DeskError) as refused:
        statistics(desk, parse_period("2026-W42"), "staff")
    assert refused.value.code == "staff_by_month"
    put(desk, "2026-11-02", many=6, staff_no="S007")
    assert statistics(desk, parse_period("2026-11"), "staff").groups == ()


def test_who_held_the_post_alone_on_that_day_answers_for_its_service(desk: Context) -> None:
    with desk.database.write() as connection:
        connection.execute("INSERT INTO staff (no, name, kind) VALUES ('S002', '李四', '专职')")
        connection.execute("INSERT INTO post_holder (post, staff_no, ab) VALUES ('综合接待', 'S002', 'A')")
    put(desk, "2026-10-15", many=6)
    assert named(desk, OCTOBER, "staff")["李四 S002"]["n"] == 6


def test_a_month_is_counted_from_the_index_alone(desk: Context) -> None:
    put(desk, "2026-10-15", many=6)
    statements: list[str] = []
    connection = desk.database.connection
    connection.set_trace_callback(statements.append)
    statistics(desk, OCTOBER, "service")
    connection.set_trace_callback(None)
    reads = [one for one in statements if "FROM rating " in one]
    assert len([one for one in reads if "GROUP BY day, subject_kind, subject" in one]) == 1
    for query in (records.BY_DAY, records.BY_STAFF):
        plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", ("2026-09-01", "2026-10-31"))]
        assert plan[0] == "SEARCH rating USING COVERING INDEX rating_day (day>? AND day<?)"
    plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {records.BY_DAY}", ("a", "b"))]
    assert len(plan) == 1, "no rows are sorted"


def test_what_stands_in_the_workbook_is_what_the_statistics_show(desk: Context, tmp_path: File) -> None:
    put(desk, "2026-10-15", many=30)
    put(desk, "2026-10-15", ("service", "助餐"), many=3, level=1)
    put(desk, "2026-10-15", ("case", "A-1"), many=7)
    book = load_workbook(export_statistics(desk, OCTOBER, "service", tmp_path / "s.xlsx"))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4, max_row=7)]
    assert [row[:3] for row in rows[:3]] == [["全中心", 40, 37], ["综合服务台", 30, 30], ["助餐", "不单列", None]]
    assert rows[1][-1] == 0
    assert len(book.worksheets) == 3
    assert all(len(sheet._charts) == (2 if place == 0 else 1) for place, sheet in enumerate(book.worksheets))


def pieces_of_days(first: date, last: date) -> dict[str, str]:
    """The days of a span, each with the part of a week within a month that it lies in."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {day.isoformat(): f"{week_of(day).key} {month_of(day).key}" for day in days}


PIECES = pieces_of_days(date(2026, 9, 1), date(2026, 12, 31))


def fill(context: Context, rng: Random) -> Counter[tuple[Path, str]]:
    """Ratings from the end of September to the beginning of November; how many of each leaf there were each day."""
    given: Counter[tuple[Path, str]] = Counter()
    with context.database.write() as connection:
        connection.execute("DELETE FROM rating")
    days = [date(2026, 9, 28) + timedelta(days=rng.randrange(42)) for _ in range(9)]
    for day in sorted({*days, date(2026, 10, 31), date(2026, 11, 1)}):
        for subject, leaf in rng.sample(sorted(LEAVES.items()), rng.randint(1, 4)):
            many = rng.choice((1, 1, 2, 3, 4, 5, 6, 9))
            given[leaf, day.isoformat()] += many
            put(context, day.isoformat(), subject, many=many, level=rng.randint(1, 5), comment="好")
    return given


def all_that_is_shown(context: Context, folder: File) -> Iterator[tuple[Path, date, date, int]]:
    """Every count that can be seen on this day: the group, its first and last day, and n with what is excluded."""
    day = context.today()
    periods = {period_of(kind, day - timedelta(days=back)) for kind in KINDS for back in range(0, 60, 7)}
    for period in sorted(periods, key=lambda one: one.key):
        for grouping in GROUPINGS[:-1]:
            values: Any = json.loads(json.dumps(as_values(statistics(context, period, grouping))))
            if values["through"] and values["total"]["n"] is not None:
                yield (), period.first, date.fromisoformat(values["through"]), values["total"]["n"]
            for group in values["groups"]:
                if group["n"] is not None:
                    told = date.fromisoformat(values["groups_from"]), date.fromisoformat(values["groups_through"])
                    assert told == days_told(period, day)
                    yield tuple(group["path"]), *told, group["n"]
    for kind in KINDS:
        for leaf in LEAVES.values():
            for period, values in zip(
                [one for one, _ in trend(context, kind, month_of(day), 8, leaf)],
                trend_values(trend(context, kind, month_of(day), 8, leaf)),
                strict=True,
            ):
                if values["n"]:
                    yield leaf, *days_told(period, day), values["n"]
    for period in (week_of(day), week_of(day - timedelta(days=7)), month_of(day), month_of(day).previous()):
        yield from listed_in(context, period, folder)


def days_told(period: Period, day: date) -> tuple[date, date]:
    """Of which days of a period groups are told on a day: of a running month whole weeks but for the last of all, of a
    running quarter or year whole months, of a week the parts in each month that are over.
    """
    if period.last < day:
        return period.first, period.last
    if period.kind in ("quarter", "year"):
        return period.first, month_of(day).previous().last
    if period.kind == "week":
        return period.first, month_of(day).previous().last
    parts = sorted(one for one in spans(PIECES) if period.first <= one[0] and one[1] <= period.last)
    weeks = [one for one in parts[:-2] if one[1] < day and (one[1] - one[0]).days == 6]
    return weeks[0][0], weeks[-1][1]


def listed_in(context: Context, period: Period, folder: File) -> Iterator[tuple[Path, date, date, int]]:
    """The named rows of the report's workbook: how many there are of each leaf in each whole part of the period."""
    by_label = {leaf[-1] if len(leaf) != 4 else f"{leaf[2]} {leaf[3]}": leaf for leaf in LEAVES.values()}
    rows = Counter(row.subject for row in listed_ratings(context, period))
    sheet = load_workbook(export_workbook(context, period, folder / "week.xlsx"))["评价"]
    written = Counter(row[0].value for row in sheet.iter_rows(min_row=4) if row[0].value in by_label)
    assert written == Counter({label: count for label, count in rows.items() if label})
    for label, count in rows.items():
        if label and period.kind == "week":
            yield by_label[label], period.first, period.last, count


def covered(path: Path, first: date, last: date) -> set[Cell]:
    pieces = {piece for day, piece in PIECES.items() if first.isoformat() <= day <= last.isoformat()}
    return {(leaf, piece) for leaf in LEAVES.values() for piece in pieces if leaf[: len(path)] == path}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_nobody_who_keeps_everything_that_was_shown_day_by_day_learns_what_too_few_said(
    desk: Context, tmp_path: File, seed: int
) -> None:
    """Screens, commands, workbooks and the report's list, on every day that ends something, held together."""
    given = fill(desk, Random(seed))
    counts: Counter[Cell] = Counter()
    for (leaf, day), many in given.items():
        counts[leaf, PIECES[day]] += many
    known: list[set[Cell]] = [covered((), *span) for span in spans(PIECES)]
    spans_known: list[tuple[Path, date, date]] = []
    for day in ("2026-10-05", "2026-10-08", "2026-10-19", "2026-10-26", "2026-11-01", "2026-11-02", "2026-11-09"):
        at(desk, day)
        for path, first, last, n in all_that_is_shown(desk, tmp_path):
            low, high = first.isoformat(), last.isoformat()
            true = sum(many for (leaf, on), many in given.items() if leaf[: len(path)] == path and low <= on <= high)
            if path:
                members = covered(path, first, last)
                # A list names of a week that lies in two months perhaps only the part in one.
                assert n == true or (last - first).days == 6
                known += [members] if n == true else parts_of(members, counts, n)
                spans_known += [(path, first, last)] if n == true else []
            else:
                assert n == true
    cells = list(counts)
    sums = Sums(cells, [members & set(cells) for members in known])
    found = [members for members in small_sets(counts, 5) if sums.tell(members)]
    assert [members for members in found if not is_total(members, cells)] == []
    assert spans_known
    assert days_recovered(given, spans_known) == []


def days_recovered(given: Mapping[Cell, int], known: list[tuple[Path, date, date]]) -> list[tuple[Path, str, str, int]]:
    """Stretches of days of which too few answers about one leaf can be worked out by somebody who looked at the
    centre's total every day, but does not know where nobody answered.
    """
    days = sorted({day for _, day in given})
    cells = [(leaf, day) for leaf in LEAVES.values() for day in days]

    def within(path: Path, first: str, last: str) -> set[Cell]:
        return {(leaf, day) for leaf, day in cells if leaf[: len(path)] == path and first <= day <= last}

    daily = [within((), day, day) for day in days]
    sums = Sums(cells, [*daily, *(within(path, str(first), str(last)) for path, first, last in known)])
    found = []
    for place, first in enumerate(days):
        for last in days[place:]:
            for leaf in LEAVES.values():
                members = within(leaf, first, last)
                count = sum(given.get(cell, 0) for cell in members)
                if 0 < count < 5 and sums.tell(members):
                    found.append((leaf, first, last, count))
    return found


def parts_of(members: set[Cell], counts: Mapping[Cell, int], n: int) -> list[set[Cell]]:
    """The cells among these that a count of fewer is about; none where it could be about several."""
    answered = [cell for cell in members if counts[cell]]
    parts = [set(some) for size in (1, 2) for some in combinations(answered, size) if sum_of(some, counts) == n]
    assert parts
    return parts if len(parts) == 1 else []


def sum_of(cells: tuple[Cell, ...], counts: Mapping[Cell, int]) -> int:
    return sum(counts[cell] for cell in cells)


def spans(pieces: Mapping[str, str]) -> list[tuple[date, date]]:
    days: defaultdict[str, list[str]] = defaultdict(list)
    for day, piece in pieces.items():
        days[piece].append(day)
    return [(date.fromisoformat(min(one)), date.fromisoformat(max(one))) for one in days.values()]


def is_total(members: tuple[Cell, ...], cells: list[Cell]) -> bool:
    """Whether these are all who answered in some parts of weeks: the centre's totals are exact by design."""
    places = {piece for _, piece in members}
    return set(members) == {cell for cell in cells if cell[1] in places}


def test_quarters_and_years_are_sums_of_what_their_months_show(desk: Context) -> None:
    for month in ("07", "08", "09"):
        put(desk, f"2026-{month}-15", many=9)
    put(desk, "2026-08-16", ("service", "助餐"), many=6)
    put(desk, "2026-07-16", ("service", "助餐"), many=2)
    for period in (quarter_of(date(2026, 8, 1)), year_of(date(2026, 8, 1))):
        services = named(desk, period, "service")
        assert services["综合服务台"]["n"] is None, "July's total less it would be two answers"
    put(desk, "2026-07-16", ("service", "助餐"), many=3)
    assert named(desk, quarter_of(date(2026, 8, 1)), "service")["综合服务台"]["n"] == 27


def test_a_running_month_tells_its_whole_weeks_however_few_answered_on_the_days_before_them(desk: Context) -> None:
    november = parse_period("2026-11")
    put(desk, "2026-11-01", ("service", "助餐"), many=2)
    put(desk, "2026-11-01", many=3)
    assert services_on(desk, "2026-11-08", november) == (None, None, {})
    for day in ("2026-11-03", "2026-11-10", "2026-11-17"):
        put(desk, day, many=60)
        put(desk, day, ("service", "助餐"), many=9)
    assert services_on(desk, "2026-11-09", november) == ("2026-11-02", "2026-11-08", {"综合服务台": 60, "助餐": 9})
    assert services_on(desk, "2026-11-22", november) == ("2026-11-02", "2026-11-15", {"综合服务台": 120, "助餐": 18})
    put(desk, "2026-11-11", ("case", "A-1"), many=2)
    assert services_on(desk, "2026-11-22", november)[2] == {"综合服务台": 120, "助餐": None}
    assert services_on(desk, "2026-12-01", november)[:2] == ("2026-11-01", "2026-11-30")


def services_on(context: Context, today: str, period: Period) -> tuple[Any, Any, dict[str, int | None]]:
    at(context, today)
    values: Any = as_values(statistics(context, period, "service"))
    counts = {group["name"]: group["n"] for group in values["groups"]}
    return values["groups_from"], values["groups_through"], counts


def test_a_running_quarter_or_year_tells_its_months_that_are_over(desk: Context) -> None:
    put(desk, "2026-11-03", many=60)
    for period in (quarter_of(date(2026, 11, 22)), year_of(date(2026, 11, 22))):
        assert services_on(desk, "2026-11-22", period) == (str(period.first), "2026-10-31", {})
    put(desk, "2026-10-07", many=9)
    put(desk, "2026-11-04", ("service", "助餐"), many=2)
    for period in (quarter_of(date(2026, 11, 22)), year_of(date(2026, 11, 22))):
        assert services_on(desk, "2026-11-22", period)[2] == {"综合服务台": 9}
    assert services_on(desk, "2026-10-20", quarter_of(date(2026, 11, 22))) == (None, None, {})


def test_what_stands_beside_the_figures_of_a_running_month_is_of_the_same_days(desk: Context) -> None:
    """Else a follow-up would tell how one of the few was answered who rated before the first whole week."""
    put(desk, "2026-11-01", level=1)
    put(desk, "2026-11-03", many=8)
    put(desk, "2026-11-04", level=1)
    put(desk, "2026-11-16", level=1)
    counter = named(desk, parse_period("2026-11"), "service")["综合服务台"]
    assert (counter["n"], counter["open"]) == (9, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_tell_which_days_count_and_the_true_reason_of_what_is_hidden(desk: Context, language: str) -> None:
    for day in ("2026-10-06", "2026-10-29", "2026-11-03", "2026-11-25"):
        put(desk, day, many=9)
        put(desk, day, ("service", "助餐"), many=2)
    expected = {
        ("2026-11-22", "2026-11"): ("有一周不足 5 条", "计入 11-02 至 11-15 的整周"),
        ("2026-12-01", "2026-11"): ("与其他数字相减", None),
        ("2026-11-22", "2026-Q4"): ("有一个月不足 5 条", "计入 10-01 至 10-31 的整月"),
        ("2026-11-22", "2026-W45"): ("与其他数字相减", None),
        ("2026-11-22", "2026-W44"): ("有一段不足 5 条", None),
        ("2026-11-30", "2026-W48"): ("下月 1 日才公布", None),
        ("2026-11-05", "2026-11"): (None, "第一个整周结束"),
        ("2026-10-05", "2026-Q4"): (None, "第一个月结束"),
    }
    use_language(language)
    try:
        for (today, key), (reason, days) in expected.items():
            at(desk, today)
            found = statistics(desk, parse_period(key), "service")
            hidden, through = why_hidden(found), " ".join(through_words(found))
            assert bool(hidden) == (reason is not None), key
            assert display_width(hidden) <= 76, "the frame of a window of 80"
            if language == "zh_CN":
                assert (reason or "") in hidden
                assert (days or "") in through
    finally:
        use_language("zh_CN")
