"""A list of holidays that comes after the sessions names what is to be looked at again, until somebody has."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from db.activities import Session
from db.series import Pattern
from frontdesk.activities import service as activities
from frontdesk.activities.series import service as series
from frontdesk.activities.series.errors import SeriesError
from frontdesk.activities.series.outcome import SeriesOutcome
from frontdesk.activities.series.rechecking import keep_as_it_is
from frontdesk.activities.sessions import service as single
from frontdesk.calendar.rechecking import Doubtful
from frontdesk.calendar.service import import_calendar, set_day
from frontdesk.cli_main import cli
from frontdesk.context import Context, to_ms
from frontdesk.imports.service import describe
from frontdesk.today.service import today
from tests.db.test_series import course, days
from tests.desks import NOON, passing_desk, sheet

HEADINGS = "日期 类型 名称"
LIST_2027 = [
    *(["2027-01-01", "休", "元旦"], ["2027-01-02", "休", "元旦"], ["2027-01-05", "休", "元旦"]),
    *(["2027-01-09", "班", "元旦"], ["2027-10-01", "休", "国庆节"]),
]
"""Made up: there was no notice for 2027 yet."""


def doubtful(context: Context) -> list[tuple[str, str]]:
    found = activities.sessions_to_recheck(context)
    return [(one.session.day, one.planned.day.isoformat() if one.planned.day else "") for one in found]


def winter(context: Context, **said: Any) -> SeriesOutcome:
    return series.create_series(context, course(**({"first_day": "2026-12-29", "last_day": "2027-01-12"} | said)))


def test_an_imported_list_names_the_series_and_sessions_that_no_longer_go_with_it(
    desk: Context, tmp_path: Path
) -> None:
    winter(desk)
    saturdays = Pattern(kind="weekly", weekdays=(6,))
    winter(desk, name="合唱", room="排练厅", pattern=saturdays, on_makeup="skip", on_holiday="move")
    alone = course(name="新年集市", room="", lead="")
    starts = desk.midnight(date(2027, 1, 2)) + 9 * 3_600_000
    said = {"day": "2027-01-02", "starts_at": starts, "ends_at": starts + 3_600_000}
    wanted = Session.model_validate({"code": "", "name": alone.name, "category": "文体服务", "capacity": 9} | said)
    single.add_session(desk, wanted)
    path = sheet(tmp_path, HEADINGS, LIST_2027)
    assert doubtful(desk) == []
    tried = import_calendar(desk, path, dry_run=True)
    assert doubtful(desk) == []
    outcome = import_calendar(desk, path)
    assert doubtful(desk) == [("2027-01-02", "2027-01-04"), ("2027-01-05", ""), ("2027-01-09", "")]
    assert tried.remarks == outcome.remarks
    assert [one.as_json() for one in outcome.remarks] == [
        {"code": "calendar_series", "count": 3, "series": "合唱 (2)、书法班 (1)"},
        {"code": "calendar_sessions", "count": 1, "sessions": "新年集市 01-02"},
    ]
    assert any("合唱 (2)、书法班 (1)" in line for line in describe(outcome, dry_run=False))
    assert import_calendar(desk, path).remarks == ()
    (due,) = [one for one in today(desk).due if one.kind == "recheck"]
    assert (due.values["count"], due.values["name"]) == (3, "合唱")


def test_what_was_named_is_settled_by_keeping_it_or_saving_the_series_once_more(desk: Context, tmp_path: Path) -> None:
    done = winter(desk, pattern=Pattern(kind="weekly", weekdays=(2, 6)), on_holiday="move")
    import_calendar(desk, sheet(tmp_path, HEADINGS, LIST_2027))
    assert [day for day, _ in doubtful(desk)] == ["2027-01-02", "2027-01-05"]
    kept = next(one.code for one in series.sessions_of(desk, done.series_id) if one.day == "2027-01-02")
    with pytest.raises(SeriesError, match="nothing_to_check"):
        keep_as_it_is(desk, done.created[0])
    desk.clock = lambda: NOON + timedelta(minutes=1)
    keep_as_it_is(desk, kept)
    assert doubtful(desk) == [("2027-01-05", "2027-01-06")]
    series.change_series(desk, done.series_id, series.series(desk, done.series_id))
    assert doubtful(desk) == [] and days(desk, done.series_id)[1:3] == ["2027-01-02", "2027-01-06"]
    # A later list has its own say, about what was decided before it too.
    desk.clock = lambda: NOON + timedelta(days=1)
    later = [row if row[0] != "2027-01-02" else [row[0], "休", "新年"] for row in LIST_2027]
    import_calendar(desk, sheet(tmp_path, HEADINGS, later, "later.csv"))
    assert doubtful(desk) == [("2027-01-02", "2027-01-04")]


def test_a_series_that_has_ended_or_is_held_all_the_same_has_nothing_to_check(desk: Context, tmp_path: Path) -> None:
    winter(desk, on_holiday="keep")
    ended = winter(desk, name="国画班", room="", lead="")
    detached = single.session(desk, ended.created[1])
    single.change_session(desk, detached, detached.model_copy(update={"capacity": 9}))
    series.end_series(desk, ended.series_id, date(2026, 12, 31), "讲师离沪", revision=0)
    import_calendar(desk, sheet(tmp_path, HEADINGS, LIST_2027))
    assert doubtful(desk) == []


def test_a_day_set_by_hand_names_what_it_displaces_on_the_command_line(tmp_path: Path, desk: Context) -> None:
    done = winter(desk, on_holiday="move")
    assert to_ms(NOON) < desk.midnight(date(2026, 12, 29))

    def run(*arguments: str) -> Any:
        base = ["--home", str(tmp_path / "home"), "--as", "M001"]
        result = CliRunner().invoke(cli, [*base, *arguments, "--json"], catch_exceptions=False)
        return json.loads(result.stdout)

    assert run("series", "recheck") == []
    said = run("calendar", "set", "2027-01-05", "holiday", "--name", "停电")
    assert said["remarks"] == [{"code": "calendar_series", "count": 1, "series": "书法班 (1)"}]
    (found,) = run("series", "recheck")
    assert (found["session"], found["day"], found["held_on"]) == (done.created[1], "2027-01-05", "2027-01-06")
    assert run("series", "keep", done.created[1])["detached"]
    assert run("series", "recheck") == []


def test_only_what_has_become_doubtful_by_the_list_is_named() -> None:
    before = Doubtful({"HD1": ("书法班", "2027-01-05")}, {}, frozenset({date(2027, 1, 1)}))
    after = Doubtful(
        {"HD1": ("书法班", "2027-01-05"), "HD2": ("合唱", "2027-01-09")},
        {},
        frozenset({date(2027, 1, 1), date(2027, 1, 9), date(2027, 1, 5)}),
    )
    assert after.since(after) == []
    assert after.since(before) == [
        ("calendar_series", {"count": 1, "series": "合唱 (1)"}),
        ("calendar_duty", {"count": 2, "day": "2027-01-05"}),
    ]


SPECIAL = st.dictionaries(st.integers(1, 40), st.sampled_from(["holiday", "makeup"]), max_size=6)


@settings(max_examples=25)
@given(
    weekdays=st.sets(st.integers(1, 7), min_size=1, max_size=3),
    special=SPECIAL,
    on_holiday=st.sampled_from(["skip", "move", "keep"]),
    on_makeup=st.sampled_from(["keep", "skip"]),
)
def test_saving_the_series_once_more_leaves_nothing_to_check(
    weekdays: set[int], special: dict[int, Any], on_holiday: str, on_makeup: str
) -> None:
    with passing_desk() as (desk, _):
        pattern = Pattern(kind="weekly", weekdays=tuple(sorted(weekdays)))
        done = series.create_series(desk, course(pattern=pattern, on_holiday=on_holiday, on_makeup=on_makeup))
        assert doubtful(desk) == []
        for ahead, kind in special.items():
            day = date(2026, 11, 9) + timedelta(days=ahead)
            if kind == "holiday" or day.isoweekday() > 5:
                set_day(desk, day, kind)
        before = dict(doubtful(desk))
        wanted = series.series(desk, done.series_id)
        change = series.preview_change(desk, done.series_id, wanted).change
        moved = {one.day: two.day.isoformat() if two.day else "" for one, two in change.placed}
        expected = {day: to for day, to in moved.items() if day != to} | {one.day: "" for one in change.left_over}
        assert before.keys() == expected.keys()
        series.change_series(desk, done.series_id, wanted, reason="放假")
        assert doubtful(desk) == []
