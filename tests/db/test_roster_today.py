"""What Today and `roster now` say of a day that is published in part, and of somebody who is away for a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import standing
from frontdesk.context import Context
from frontdesk.roster import day, service
from frontdesk.today.service import today
from tests.desks import new_desk
from tests.duties import MONDAY, publish, set_up

CELLS = {(0, "窗口", "早"): ("S1", "S2"), (0, "窗口", "晚"): ("S5", "S6")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    set_up(context, CELLS)
    yield context
    context.database.close()


def test_somebody_away_in_the_evening_is_away_in_the_evening_shift_only(desk: Context) -> None:
    with desk.database.write() as connection:
        standing.set_holder(connection, "窗口", "S5", "B")
    day.report_absent(desk, "S5", MONDAY, MONDAY, from_minute=16 * 60)
    away = {line.shift: [one.staff_no for one in line.away] for line in service.duty_of(desk, MONDAY) if line.shift}
    assert away == {"早": [], "晚": ["S5"]}


def test_now_and_today_agree_on_posts_that_no_roster_opens(desk: Context) -> None:
    with desk.database.write() as connection:
        standing.set_openings(connection, "咨询", "sun", ["早"])
    shown = {line.post for line in service.duty_of(desk, MONDAY) if not line.shift}
    assert shown == {"财务"}, "咨询 is closed on Mondays, 财务 has no opening hours at all"
    now = {one.post: [each.acting for each in one.now] for one in day.now_and_next(desk)}
    assert now == {"窗口": ["S1"], "咨询": [], "财务": ["S3"]}


def unplanned(context: Context) -> list[tuple[object, object, bool]]:
    return [
        (due.values["key"], due.values["count"], due.pressing)
        for due in today(context).due
        if due.kind == "unplanned_ahead"
    ]


def test_today_says_from_when_on_nobody_is_planned(desk: Context) -> None:
    assert unplanned(desk) == [], "no post has opening hours"
    with desk.database.write() as connection:
        standing.set_openings(connection, "窗口", "mon", ["早", "晚"])
    assert unplanned(desk) == [("2026-11-16", 2, False)], "this Monday is published, the next one is not"
    with desk.database.write() as connection:
        standing.set_openings(connection, "窗口", "thu", ["早"])
    assert unplanned(desk) == [("2026-11-12", 4, True)]


def test_a_post_that_was_opened_since_is_not_planned(desk: Context) -> None:
    publish(desk, {(1, "窗口", "早"): ("S1", "S2")})
    with desk.database.write() as connection:
        standing.set_openings(connection, "咨询", "tue", ["早"])
    assert unplanned(desk) == [("2026-11-10", 2, True)], "咨询 on both Tuesdays, the first of which is published"
