"""A closed week that an office cuts on Thursday, handed over to a real district."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from frontdesk.context import Context
from frontdesk.reports import service as reports
from frontdesk.reports.handing import hand_over
from frontdesk.settings.service import set_setting
from frontdesk.sync.service import sync_all
from frontdesk.sync.wire import read_body
from tests.sync.ends import CENTRE, RunningDistrict


def visit(context: Context, day: str) -> None:
    with context.database.write() as connection:
        connection.execute("INSERT OR IGNORE INTO volunteer (no, name) VALUES ('0310001', '张三')")
        connection.execute(
            "INSERT INTO visit (volunteer_no, day, number, entered_at, left_at)"
            " VALUES ('0310001', ?, 1, 1790000000000, 1790003600000)",
            (day,),
        )


def received(district: RunningDistrict, period: str) -> list[tuple[int, date, date, object]]:
    """What the district holds of a period: revision, days, seconds of volunteers; the highest revision first."""
    with district.district.store.reading() as session:
        found = [(one.revision, read_body(one.body, 2)) for one in session.revisions(CENTRE, period)]
    return [
        (number, body.first_day, body.last_day, body.as_figures()["volunteer_seconds_measured"])
        for number, body in found
    ]


def with_weeks_that_end(context: Context, day: str) -> None:
    set_setting(context, "report_week_ends", day)
    context.read_settings()


def test_one_key_hands_the_week_over_and_a_correction_alone_sends_nothing(
    enrolled_centre: Context, district: RunningDistrict, tmp_path: Path
) -> None:
    with_weeks_that_end(enrolled_centre, "4")
    visit(enrolled_centre, "2026-11-19")
    period = reports.period_named("2026-W47", enrolled_centre)
    handed = hand_over(enrolled_centre, period, tmp_path / "week.xlsx")
    assert handed.edition == 1 and handed.sent is not None and handed.sent.count("sent") == 1
    assert (tmp_path / "week.xlsx").exists() and period.key not in handed.words
    # What was handed over stands until it is amended.
    visit(enrolled_centre, "2026-11-13")
    assert not reports.submit(enrolled_centre, period).new
    assert received(district, period.key) == [(1, period.first, period.last, 3600)]


@pytest.mark.parametrize(
    ("week_ends", "day", "key", "first", "last"),
    [
        ("4", "2026-11-19", "2026-W47", date(2026, 11, 13), date(2026, 11, 19)),
        ("4", "2026-01-01", "2026-W01", date(2025, 12, 26), date(2026, 1, 1)),
        ("7", "2021-01-01", "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_a_closed_week_arrives_with_its_days_and_an_amendment_follows(
    enrolled_centre: Context, district: RunningDistrict, week_ends: str, day: str, key: str, first: date, last: date
) -> None:
    with_weeks_that_end(enrolled_centre, week_ends)
    visit(enrolled_centre, day)
    period = reports.period_named(key, enrolled_centre)
    assert (period.first, period.last) == (first, last)
    reports.close_period(enrolled_centre, period)
    visit(enrolled_centre, first.isoformat())
    reports.submit(enrolled_centre, period)
    reports.amend(enrolled_centre, period, "补登一次服务")
    assert reports.submit(enrolled_centre, period).revision == 2
    assert sync_all(enrolled_centre).unsent == 0
    assert received(district, key) == [(2, first, last, 7200), (1, first, last, 3600)]
