"""What leaves the centre with a report: every indicator that may, rates as their parts, frozen where it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from db import case_numbers
from frontdesk.cases import service as cases
from frontdesk.common.periods import parse_period
from frontdesk.context import Context
from frontdesk.reports import service as reports
from frontdesk.reports.closing.kept import closing_of
from frontdesk.reports.figures import travelling
from frontdesk.reports.indicators.rules import Parts
from frontdesk.reports.indicators.service import indicators, values
from frontdesk.reports.rules import OF_LEVELS, OF_RATINGS
from frontdesk.reports.values import NO_CATEGORY, SentValue, values_to_send
from tests.desks import new_desk
from tests.indicatordesks import fill

WEEK, HALF = (parse_period(key, finer=True) for key in ("2026-W44", "2026-10-H2"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A centre with some of everything, on 9 November 2026."""
    context = new_desk(tmp_path_factory.mktemp("values") / "home")
    connection = context.database.connection
    connection.execute("BEGIN IMMEDIATE")
    fill(connection, Random(7), 12)
    yield context
    connection.execute("ROLLBACK")
    context.database.close()


def by_code(sent: list[SentValue]) -> dict[str, object]:
    """What was sent, put together again by the indicators' codes."""
    found: dict[str, object] = {}
    for one in sent:
        if one.denominator is not None and one.numerator is not None:
            found[one.indicator] = Parts(one.numerator, one.denominator)
        elif one.category is None:
            found[one.indicator] = one.value
        else:
            split = found.setdefault(one.indicator, {})
            assert isinstance(split, dict) and one.category not in split
            split["" if one.category == NO_CATEGORY else one.category] = one.value
    return found


def test_every_indicator_that_may_leave_travels_as_it_is_counted_and_none_that_may_not(filled: Context) -> None:
    sent = by_code(values_to_send(filled, WEEK))
    used = case_numbers.used(filled.database.connection, WEEK.last.isoformat())
    leaving = [one.code for one in indicators() if one.leaves and one.records_of in {*used, "none"}]
    assert used and {*leaving} < {one.code for one in indicators() if one.leaves}
    counted = values(filled, leaving, WEEK.first, WEEK.last)
    # A split in which nothing was counted has no category to travel.
    assert sent == {code: value for code, value in counted.items() if value != {}}
    assert [code for code in leaving if code in sent] == list(sent)


def test_of_mechanisms_that_a_centre_does_not_use_nothing_travels(desk: Context) -> None:
    week = parse_period("2026-W46")
    assert not [one for one in values_to_send(desk, week) if one.indicator.startswith("case_")]
    cases.open_case(desk, "action_item", {"text": "划线", "owner": "M001", "due": "2026-11-20"})
    sent = by_code(values_to_send(desk, week))
    of_cases = {
        code.removeprefix("case_action_item_"): value for code, value in sent.items() if code.startswith("case_")
    }
    assert of_cases == {"given": 1, "finished": 0, "in_time": 0}
    # Of the week before, in which it was not used yet, there is none either.
    before = values_to_send(desk, parse_period("2026-W45"))
    assert not [one for one in before if one.indicator.startswith("case_")]


def test_the_report_of_a_half_month_tells_nothing_of_how_people_rated(filled: Context) -> None:
    assert {*travelling("week")} - {*travelling("half_month")} == {
        one.code for one in indicators() if one.needs != "none"
    }
    sent = by_code(values_to_send(filled, HALF))
    assert sent["ratings"] == values(filled, ["ratings"], HALF.first, HALF.last)["ratings"] != 0
    assert not OF_RATINGS & sent.keys()


def test_which_figures_and_indicators_tell_how_people_rated_stands_in_one_place() -> None:
    assert OF_RATINGS - {"good_rate_interval95"} == {one.code for one in indicators() if one.needs != "none"}


def test_of_a_day_nothing_leaves(filled: Context) -> None:
    assert values_to_send(filled, parse_period("2026-10-28", finer=True)) == []


def test_what_has_no_category_travels_under_a_name_that_no_other_has(desk: Context) -> None:
    with desk.database.write() as connection:
        for number, room in enumerate(("", NO_CATEGORY, "书画室")):
            at = desk.midnight(date(2026, 10, 27)) + number
            connection.execute(
                "INSERT INTO session (code, day, starts_at, ends_at, name, category, activity_type, room,"
                " capacity, state) VALUES (?, '2026-10-27', ?, ?, '课', '文体服务', '', ?, 9, 'published')",
                (f"HD{number}", at, at + 60_000, room),
            )
    rooms = [one.category for one in values_to_send(desk, WEEK) if one.indicator == "sessions_by_room"]
    assert sorted(map(str, rooms)) == sorted([NO_CATEGORY, f"（{NO_CATEGORY}）", "书画室"])


def rate(desk: Context, day: str, many: int = 1, level: int = 5) -> None:
    with desk.database.write() as connection:
        for _ in range(many):
            connection.execute(
                "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel)"
                " VALUES (randomblob(16), ?, ?, 'service', '综合服务台', ?, 'desk')",
                (day, day, level),
            )


def test_of_a_closed_period_the_frozen_values_travel_until_it_is_amended(desk: Context) -> None:
    rate(desk, "2026-10-28", many=5)
    reports.close_period(desk, WEEK)
    before = values_to_send(desk, WEEK)
    rate(desk, "2026-10-28", level=4)
    assert values_to_send(desk, WEEK) == before
    reports.amend(desk, WEEK, "补录")
    assert by_code(values_to_send(desk, WEEK))["good_rate"] == Parts(6, 6)


def test_of_a_period_closed_before_indicators_were_kept_only_the_old_figures_travel(desk: Context) -> None:
    rate(desk, "2026-10-28", many=3)
    rate(desk, "2026-10-28", level=1)
    old_closing(desk, "2026-W44")
    sent = by_code(values_to_send(desk, WEEK))
    assert sent.keys() == {*reports.FIGURES} - {"sessions_by_category"}
    assert (sent["ratings"], sent["good_rate"]) == (4, Parts(3, 4))
    assert sent["ratings_by_level"] == {"5": 3, "4": 0, "3": 0, "2": 0, "1": 1}
    # Its digest is that of the figures alone, and it is as readable and as closed as any other.
    assert reports.drift(desk, WEEK) == () and reports.closings_astray(desk.database.connection) == []
    assert reports.report(desk, WEEK).keys() > OF_LEVELS
    rate(desk, "2026-10-28", many=2)
    assert [one.figure for one in reports.drift(desk, WEEK)] == ["ratings", "ratings_by_level"]
    assert reports.amend(desk, WEEK, "补录").scheme == 2
    assert len(values_to_send(desk, WEEK)) > 60


def old_closing(desk: Context, key: str) -> None:
    """Close a period as it was done before the indicators were kept: its figures, and the digest of these alone."""
    from hashlib import sha256

    from frontdesk.reports.closing import rules
    from frontdesk.reports.closing.service import CLOSED

    period = parse_period(key)
    figures = rules.frozen(rules.kept_figures(reports.figures(desk, period), period.kind))
    digest = sha256(figures.encode()).digest()
    with desk.change(CLOSED, key, edition=1, digest=digest.hex()) as connection:
        connection.execute(
            "INSERT INTO period_closing (period, edition, first_day, last_day, figures, digest, closed_at, closed_by)"
            " VALUES (?, 1, ?, ?, ?, ?, 1, 'M001')",
            (key, period.first.isoformat(), period.last.isoformat(), figures, digest),
        )
    closing = closing_of(desk, period)
    assert closing is not None and closing.scheme == 1
