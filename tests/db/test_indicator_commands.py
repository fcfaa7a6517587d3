"""Indicators on the command line: values exact as JSON, rows masked and page by page, too few answers said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from frontdesk.cli_main import cli
from frontdesk.context import Operator, open_context
from frontdesk.errors import CodedError
from frontdesk.home import Home
from frontdesk.reports.service import check_list, close_period, period_named
from frontdesk.settings.service import set_setting
from tests.desks import DESK, NOON, new_desk
from tests.indicatordesks import midnight, put
from tests.naive_indicators import NAIVE

Run = Callable[..., Any]


@pytest.fixture
def indicator(tmp_path: Path) -> Run:
    """Runs `frontdesk indicator` without anybody signed in on a centre with a session, three sign-ups and four
    ratings; its answer as JSON, or with `words` as it stands.
    """
    desk = new_desk(tmp_path / "home")
    with desk.database.write() as connection:
        day = desk.today()
        at = {"day": day.isoformat(), "starts_at": midnight(day), "ends_at": midnight(day) + 3_600_000}
        put(connection, "session", code="HD001", name="书法", category="文体服务", capacity=9, state="closed", **at)
        for number, name in enumerate(("张小明", "欧阳娜娜", "李四"), 1):
            key = bytes([number]) * 16
            put(connection, "resident", id=number, name=name, phone_key=key, phone_tail_key=key)
            own = {"party_size": 2, "least_seats": 1, "seats": 2, "applied_at": 1, "queue_at": 1, "seq_no": number}
            row = {"session_code": "HD001", "resident_id": number, "state": "confirmed"}
            put(connection, "registration", id=number, **row, **own)
            put(connection, "attendance", session_code="HD001", registration_id=number, status="attended", seats=2)
        for number, level in enumerate((5, 4, 3, 1)):
            said = {"known_on": at["day"], "subject_kind": "service", "subject": "综合服务台", "channel": "kiosk"}
            put(connection, "rating", key=bytes([number]) * 16, day=at["day"], level=level, **said)
    desk.database.close()

    def run(*arguments: str, words: bool = False) -> Any:
        given = ["--home", str(tmp_path / "home"), "indicator", *arguments]
        ended = CliRunner().invoke(cli, given if words else [*given, "--json"])
        if isinstance(ended.exception, CodedError):
            return ended.exception.code
        assert ended.exit_code == 0, ended.output
        return ended.output if words else json.loads(ended.output)

    return run


def test_values_are_exact_a_rate_as_its_two_parts(indicator: Run) -> None:
    for period in ("2026-W46", "2026-11", "2026-Q4", "2026"):
        assert indicator("value", "person_times", period)["value"] == 6
    assert indicator("value", "good_rate", "2026-11")["value"] == {"k": 3, "n": 4}
    assert indicator("value", "sessions_by_category", "2026-11")["value"] == {"文体服务": 1}
    assert indicator("value", "persons", "2026-10")["value"] == 0
    assert {one["code"] for one in indicator("list")} == set(NAIVE)


def test_people_are_told_neither_a_rate_nor_its_rows_of_four_ratings(indicator: Run) -> None:
    hidden = "不足 5 条，不显示"
    assert hidden in indicator("value", "good_rate", "2026-11", words=True)
    assert hidden in indicator("rows", "bad_ratings", "2026-11", words=True)
    assert indicator("rows", "bad_ratings", "2026-11")["rows"] == []
    assert "6" in indicator("value", "person_times", "2026-11", words=True)


@pytest.mark.parametrize(
    "code", ["ratings_by_level", "bad_ratings", "good_rate", "satisfaction_rate", "follow_ups_open"]
)
def test_how_people_rated_is_told_of_no_day_and_no_half_month(indicator: Run, code: str) -> None:
    for period in ("2026-11-10", "2026-11-H1"):
        assert indicator("value", code, period) == indicator("rows", code, period) == "too_short"
        assert indicator("value", code, period, words=True) == "too_short"
    assert isinstance(indicator("value", "ratings", "2026-11-H1")["value"], int)


def test_a_week_is_that_of_the_reports_and_rows_of_a_closed_one_say_that_they_are_those_of_now(
    indicator: Run, tmp_path: Path
) -> None:
    manager = Operator(DESK.manager_no, DESK.manager_name, "manager")
    later = NOON + timedelta(days=14)
    context = open_context(Home(tmp_path / "home"), source="cli", operator=manager, clock=lambda: later)
    with context.database:
        context.database.connection.execute("UPDATE session SET day = '2026-11-12'")
        assert indicator("value", "person_times", "2026-W46")["value"] == 6
        assert "结账" not in indicator("rows", "seats_attended", "2026-W46", words=True)
        set_setting(context, "report_week_ends", "1")
        assert indicator("value", "person_times", "2026-W46")["value"] == 0
        context.read_settings()
        week = period_named("2026-W46", context)
        waived = [one.code for one in check_list(context, week) if one.is_open and one.is_binding]
        close_period(context, week, waived, "试")
        set_setting(context, "report_week_ends", "7")
    assert indicator("value", "person_times", "2026-W46")["value"] == 0
    assert "已结账（第 1 版）" in indicator("rows", "seats_attended", "2026-W46", words=True)


def test_rows_are_masked_and_come_page_by_page(indicator: Run) -> None:
    whole = indicator("rows", "seats_attended", "2026-11")
    assert whole["count"] == 3 and whole["headings"][-2:] == ["居民", "人数"]
    assert [row[-2] for row in whole["rows"]] == ["张*明", "欧阳**", "李*"]
    assert indicator("rows", "seats_attended", "2026-11", "--limit", "1", "--offset", "1")["rows"] == whole["rows"][1:2]
    of_category = ("rows", "person_times_by_category", "2026-11", "--key")
    assert indicator(*of_category, "文体服务")["count"] == 1
    assert indicator(*of_category, "健康服务")["count"] == 0
    assert "张*明" in indicator("rows", "seats_attended", "2026-11", words=True)


def test_what_there_is_none_of_is_refused(indicator: Run) -> None:
    assert indicator("value", "persons", "2026-13") == "bad_period"
    assert indicator("rows", "nobody", "2026-11") == indicator("show", "nobody") == "unknown_indicator"
