"""What Today and `roster now` say of a day that is published in part, and of somebody who is away for a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import standing
from frontdesk.context import Context
from frontdesk.roster import day, service
from tests.desks import new_desk
from tests.duties import MONDAY, set_up

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
