"""Time at each level of response, and the time of an answer: also where there is nothing to say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from frontdesk.cases import service as cases
from frontdesk.cases.engine.stating import stated
from frontdesk.cases.working import open_in
from frontdesk.common.periods import month_of
from frontdesk.context import Context
from frontdesk.district.figures import category_words, count_words
from frontdesk.reports.closing.rules import changes_between, frozen_values, thawed_values, told
from frontdesk.reports.indicators import service
from frontdesk.reports.indicators.errors import IndicatorError
from frontdesk.reports.indicators.loading import read
from frontdesk.reports.indicators.rows_screen import _value
from frontdesk.reports.indicators.words import value_words
from frontdesk.reports.values import SentValue, values_to_send
from frontdesk.sync.body import ReportValue
from frontdesk.sync.catalogue import check_values, indicator_rules
from tests.programs import run_here

MEDIAN, BY_DEPARTMENT = "whistle_answer_seconds", "whistle_answer_seconds_by_department"
TIMES, HOURS = "whistle_stays_at_level", "whistle_seconds_at_level"
WHISTLE = {"item": "占道", "department": "城管中队", "reason": "管不了"}
HOUR = 3600
Forward = Callable[[float], None]


@pytest.fixture
def later(desk: Context) -> Forward:
    """Puts the clock of the centre forward by hours."""
    begun, passed = desk.clock, [0.0]

    def forward(hours: float) -> None:
        passed[0] += hours
        desk.clock = lambda: begun() + timedelta(hours=passed[0])

    return forward


def blown(desk: Context) -> int:
    return cases.open_case(desk, "whistle", dict(WHISTLE)).row.id


def do(desk: Context, case_id: int, step: str, said: dict[str, object] | None = None) -> None:
    cases.take_step(desk, case_id, step, said or {}, reason="按规定")


def of(desk: Context, code: str, first: date, last: date) -> object:
    return service.value(desk, code, first, last)


def test_the_time_of_an_answer_is_nothing_and_not_0_where_nobody_answered(desk: Context) -> None:
    blown(desk)
    day = desk.today()
    assert of(desk, MEDIAN, day, day) is None and of(desk, BY_DEPARTMENT, day, day) == {}
    for code in (MEDIAN, BY_DEPARTMENT):
        assert value_words(service.indicator(code), service.value(desk, code, day, day)) == "没有可算的数"
        assert _value(desk, code, month_of(day), None) == "没有可算的数"
    assert _value(desk, BY_DEPARTMENT, month_of(day), "城管中队") == "没有可算的数"
    sent = [one for one in values_to_send(desk, month_of(day)) if one.indicator == MEDIAN]
    assert sent == [SentValue(MEDIAN)] and sent[0].value is None


def test_an_answer_within_the_second_is_0_and_there(desk: Context) -> None:
    do(desk, blown(desk), "respond", {"duty_party": "城管"})
    day = desk.today()
    assert of(desk, MEDIAN, day, day) == 0 and of(desk, BY_DEPARTMENT, day, day) == {"城管中队": 0}
    assert value_words(service.indicator(MEDIAN), 0) == "0.00 小时"


def test_medians_of_departments_are_shown_apart_and_never_added(desk: Context, later: Forward) -> None:
    first = blown(desk)
    second = cases.open_case(desk, "whistle", {**WHISTLE, "department": "市场所"}).row.id
    later(1)
    do(desk, first, "respond", {"duty_party": "城管"})
    later(2)
    do(desk, second, "respond", {"duty_party": "市场"})
    shown = _value(desk, BY_DEPARTMENT, month_of(desk.today()), None)
    assert "1.00" in shown and "3.00" in shown and "4.00" not in shown
    assert of(desk, MEDIAN, desk.today(), desk.today()) == 2 * HOUR


def test_what_has_no_value_is_kept_so_when_a_period_is_closed(desk: Context) -> None:
    kept = thawed_values(frozen_values({MEDIAN: None, "sessions_held": 3}))
    assert kept == {MEDIAN: None, "sessions_held": 3}
    assert changes_between(told(kept, {}), told({MEDIAN: None}, {})) == ()
    assert [(one.before, one.after) for one in changes_between(told(kept, {}), told({MEDIAN: 0}, {}))] == [(None, 0)]


def test_the_command_says_that_there_is_none(desk: Context) -> None:
    blown(desk)
    key = month_of(desk.today()).key
    said = run_here(desk.home.path, "indicator", "value", MEDIAN, key)
    assert said.answers[-1]["value"] is None


def test_the_time_at_each_level_is_of_the_day_on_which_it_was_left(desk: Context, later: Forward) -> None:
    one = blown(desk)
    later(2)
    do(desk, one, "escalate")
    first = desk.today()
    later(26)
    do(desk, one, "escalate")
    later(1)
    do(desk, one, "return_down")
    later(3)
    do(desk, one, "respond", {"duty_party": "城管"})
    do(desk, one, "close", {"result": "清走了"})
    later(40)
    do(desk, one, "again")
    later(4)
    do(desk, one, "respond", {"duty_party": "城管"})
    do(desk, one, "close", {"result": "又清走了"})
    last = desk.today()
    assert of(desk, TIMES, first, first) == {"1": 1, "2": 0, "3": 0}
    assert of(desk, HOURS, first, first) == {"1": 2 * HOUR, "2": 0, "3": 0}
    assert of(desk, TIMES, first, last) == {"1": 1, "2": 3, "3": 1}
    # Neither the day and a half after it was closed nor what follows is at any level.
    assert of(desk, HOURS, first, last) == {"1": 2 * HOUR, "2": (26 + 3 + 4) * HOUR, "3": HOUR}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert service.add_up(HOURS, [service.value(desk, HOURS, day, day) for day in days]) == of(desk, HOURS, first, last)
    assert value_words(service.indicator(HOURS), service.value(desk, HOURS, first, first)).startswith("一级 2.00 小时")
    rows = service.rows(desk, HOURS, first, last, key="2").rows
    assert [row[-1] for row in rows] == [26 * HOUR, 3 * HOUR, 4 * HOUR]


def test_a_complaint_that_was_brought_in_counts_from_its_next_level_on(desk: Context, later: Forward) -> None:
    definition = cases.definitions(desk)["complaint"]
    said: dict[str, object] = {
        field.code: field.choices[0].code if field.choices else "噪音"
        for field in definition.fields
        if field.required and field.at_opening and field.default is None
    }
    with desk.database.write() as connection:
        one = open_in(desk, connection, definition, said, "", stated=stated("handling", 2)).id
    later(5)
    do(desk, one, "escalate", {"handler": desk.require_operator().no})
    later(2)
    do(desk, one, "withdraw")
    day = desk.today()
    assert of(desk, "complaint_stays_at_level", day, day) == {"1": 0, "2": 0, "3": 1}
    assert of(desk, "complaint_seconds_at_level", day, day) == {"1": 0, "2": 0, "3": 2 * HOUR}


def test_what_the_old_book_says_somebody_can_do_is_held_until_it_runs_out_or_is_taken_up_anew(desk: Context) -> None:
    definition, day = cases.definitions(desk)["all_post_competency"], desk.today()
    no = desk.require_operator().no
    made = {}
    with desk.database.write() as connection:
        for matter, state, until in (
            ("社保", "qualified", (day + timedelta(days=30)).isoformat()),
            ("医保", "qualified", ""),
            ("养老", "qualified", (day - timedelta(days=1)).isoformat()),
            ("居住证", "learning", ""),
        ):
            said: dict[str, object] = {"person": no, "matter": matter, **({"valid_until": until} if until else {})}
            made[matter] = open_in(desk, connection, definition, said, "", stated=stated(state)).id

    def held(on: date) -> object:
        return service.value(desk, "competency_rate", on, on)

    assert held(day) == (2, 4)
    assert held(day - timedelta(days=1)) == (0, 0), "before it was brought in nothing is known of it"
    assert held(day + timedelta(days=30)) == (2, 4) and held(day + timedelta(days=31)) == (1, 4)
    mended = {"valid_until": (day + timedelta(days=40)).isoformat()}
    cases.correct(desk, made["社保"], mended, "抄错了")
    assert held(day + timedelta(days=31)) == (2, 4)
    do(desk, made["医保"], "train", {"last_trained": day.isoformat()})
    assert held(day) == (1, 4)


def test_the_district_calls_the_levels_by_name() -> None:
    assert [category_words(HOURS, one) for one in ("1", "2", "3")] == ["一级", "二级", "三级"]


def test_the_district_takes_a_time_that_is_nothing_and_shows_a_dash() -> None:
    rules = indicator_rules()
    told = [ReportValue(indicator=MEDIAN, value=None), ReportValue(indicator=HOURS, category="2", value=HOUR)]
    assert check_values(told, rules, "month") == []
    assert (
        count_words(MEDIAN, None, rules) == count_words("sessions_held", None, rules) != count_words(MEDIAN, 0, rules)
    )
    assert (rules[MEDIAN].over_centres, rules[HOURS].over_centres) == ("distinct", "sum")


def test_only_what_never_adds_up_may_be_unknown(tmp_path: Path) -> None:
    from importlib.resources import files

    folder = files("frontdesk.reports.indicators") / "definitions"
    for name in ("columns.toml", "grid.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace('adds = "distinct"', 'adds = "sum"'), encoding="utf-8")
    with pytest.raises(IndicatorError) as found:
        read(tmp_path, ["grid.toml"])
    assert found.value.details["key"] == "unknown_without_rows"
