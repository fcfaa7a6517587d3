"""The cases (办件) of a report: the numbers of the brief and the indicators, row by row, and nobody named in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from frontdesk.context import Context
from frontdesk.feedback.followup import service as follow_ups
from frontdesk.locale import use_language
from frontdesk.reports.brief.service import brief
from frontdesk.reports.filling import report_of
from frontdesk.reports.indicators.service import values
from frontdesk.reports.service import period_named
from frontdesk.reports.tables import tables
from frontdesk.reports.weekdata import CaseRow
from tests.db.test_letters import resident
from tests.desks import new_desk
from tests.followups import MANAGER, MONDAY, hire, noon, rated

WEEK = period_named("2026-W46")
TUESDAY, THURSDAY, SUNDAY = (MONDAY + timedelta(days=days) for days in (1, 3, 6))
LAST_WEEK = MONDAY - timedelta(days=5)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre with cases of every kind, on the Sunday of the week."""
    use_language("zh_CN")
    context = new_desk(tmp_path / "home")
    hire(context)
    with context.database.write() as connection:
        connection.execute("INSERT INTO post (name, position) VALUES ('投诉', 1)")
        connection.execute("INSERT INTO post_holder (post, staff_no, ab) VALUES ('投诉', 'S001', 'A')")
    _ratings(context)
    resident(context, "张三丰")
    _demands(context)
    noon(context, SUNDAY)
    yield context
    context.database.close()


def _ratings(context: Context) -> None:
    context.operator = MANAGER
    for number in range(50, 60):
        rated(context, number, level=5, day=TUESDAY)
    ended = rated(context, 1, day=LAST_WEEK, phone="13800000001")
    rated(context, 2, day=LAST_WEEK)
    handled = rated(context, 3, level=2, day=MONDAY, named=True)
    rated(context, 4, day=TUESDAY)
    rated(context, 5, day=TUESDAY - timedelta(days=60))
    noon(context, THURSDAY)
    follow_ups.act(context, ended, "withdrawn", note="弄错了")
    follow_ups.act(context, handled, "verified", note="查过了")
    follow_ups.act(context, handled, "assigned", value="S001")


def _demands(context: Context) -> None:
    with context.database.write() as connection:
        connection.executemany(
            "INSERT INTO session (code, day, starts_at, ends_at, name, category, capacity, state) "
            "VALUES (?, ?, ?, ?, '书法', '教育服务', 9, ?)",
            [
                ("HD1", TUESDAY.isoformat(), context.midnight(TUESDAY), context.midnight(TUESDAY) + 1, "published"),
                ("HD2", MONDAY.isoformat(), context.midnight(MONDAY), context.midnight(MONDAY) + 1, "cancelled"),
                ("HD3", "2026-11-20", 1_800_000_000_000, 1_800_000_000_001, "published"),
            ],
        )
        connection.executemany(
            "INSERT INTO demand (day, words, source, operator_no, at, state, session_code, merged_into, reason) "
            "VALUES (?, ?, 'desk', 'M001', 0, ?, ?, ?, ?)",
            [
                (LAST_WEEK.isoformat(), "学书法", "planned", "HD1", None, ""),
                (LAST_WEEK.isoformat(), "老的", "new", None, None, ""),
                (MONDAY.isoformat(), "张三丰家要修灯，13800001234", "new", None, None, ""),
                (MONDAY.isoformat(), "一样的", "merged", None, 3, ""),
                (MONDAY.isoformat(), "办不到", "declined", None, None, "没有场地"),
                (TUESDAY.isoformat(), "还没轮到", "planned", "HD3", None, ""),
                (LAST_WEEK.isoformat(), "早就谢绝", "declined", None, None, "没有场地"),
            ],
        )


def counted(rows: tuple[CaseRow, ...]) -> Counter[tuple[str, str]]:
    return Counter((row.kind, one) for row in rows for one in row.happened.split("、"))


def test_the_cases_are_those_that_the_brief_and_the_indicators_count(desk: Context) -> None:
    rows = report_of(desk, WEEK).cases
    count = counted(rows)
    made = brief(desk, WEEK)
    codes = ("follow_ups_opened", "follow_ups_ended", "demands_new", "demands_declined")
    numbers = values(desk, codes, WEEK.first, WEEK.last)
    assert count["差评工单", "新增"] == made.opened.total == numbers["follow_ups_opened"] == 2
    assert count["差评工单", "办结"] == made.ended.total == numbers["follow_ups_ended"] == 1
    # Today the one of Tuesday, which nobody has acted on, is overdue too; so is the one of 60 days ago.
    assert count["差评工单", "超期"] == made.overdue.total == 3
    assert count["居民需求", "新增"] == numbers["demands_new"] == 3
    assert count["居民需求", "办结"] == len(made.facts.led_to) == 1
    assert count["居民需求", "待答复"] == made.demands_waiting == 2
    assert sum(row.standing == "已婉拒" for row in rows) == numbers["demands_declined"] == 1


def test_what_happened_later_changes_nothing_in_the_list_of_a_period(desk: Context) -> None:
    noon(desk, SUNDAY + timedelta(days=1))
    before = report_of(desk, WEEK).cases
    noon(desk, date(2026, 12, 30))
    handled = (3).to_bytes(16, "big")
    follow_ups.act(desk, handled, "result", value="explained", note="讲清楚了")
    assert report_of(desk, WEEK).cases == before


def test_nobody_is_named_and_an_anonymous_rating_has_no_day(desk: Context) -> None:
    rows = report_of(desk, WEEK).cases
    by_matter = {row.matter: row for row in rows}
    assert "张*丰家要修灯，***1234" in by_matter
    handled = next(row for row in rows if row.role == "投诉")
    assert handled.responsible == "李*" and handled.opened_on == MONDAY and handled.due and "2" in handled.level
    anonymous = [row for row in rows if row.kind == "差评工单" and not row.no]
    assert len(anonymous) == 3
    assert all(row.opened_on is None and row.due is None for row in anonymous)
    # What they rated is told once the week is over, of weeks in which enough people rated.
    assert [row.level for row in anonymous].count("") == 3
    noon(desk, SUNDAY + timedelta(days=1))
    later = [row.level for row in report_of(desk, WEEK).cases if row.kind == "差评工单" and not row.no]
    assert later.count("") == 2
    with_names = report_of(desk, WEEK, with_names=True).cases
    assert "张三丰家要修灯，***1234" in {row.matter for row in with_names}
    assert "李四" in {row.responsible for row in with_names}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_period_without_cases_has_an_empty_sheet_that_says_what_it_covers(desk: Context, language: str) -> None:
    use_language(language)
    assert report_of(desk, period_named("2031")).cases == (), "it has not begun"
    found = report_of(desk, period_named("2019-W03"))
    (sheet,) = (one for one in tables(found) if one.sheet.code == "cases")
    assert sheet.rows == [] and len(sheet.note) > 20
    use_language("zh_CN")


def test_older_ones_are_bounded_and_the_rest_is_counted(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.reports.cases.MOST_OLDER", 1)
    found = report_of(desk, WEEK)
    # Of two open follow-ups from before the week one is looked at; the one unanswered demand is.
    assert counted(found.cases)["差评工单", "超期"] == 2
    assert found.cases_left_out == 1
    (sheet,) = (one for one in tables(found) if one.sheet.code == "cases")
    assert "另有 1 件" in sheet.note
