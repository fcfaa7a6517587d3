"""The monthly lists and what residents ask for: this month's list published and changed since, the next one's a draft;
through the use cases of the desk.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from db.activities import Session, plain
from db.demands import DemandSource
from frontdesk.activities.monthly import demands
from frontdesk.activities.monthly import service as monthly
from frontdesk.activities.monthly.demands import Wanted
from frontdesk.activities.sessions import service as sessions
from frontdesk.common.periods import Period, month_of
from frontdesk.context import Context, to_ms
from frontdesk.demo.scene import Scene
from frontdesk.demo.timetable import ACTIVITIES

PUBLISHED_DAYS_BEFORE = 5
"""So many days before its month the list was published."""


class Draft(NamedTuple):
    """A session that is planned for the next month: its day, hour, name, category, room and seats."""

    day: int
    hour: int
    name: str
    category: str
    room: str
    capacity: int


DRAFTS = (
    Draft(18, 9, "反诈宣传讲座", "志愿服务", "多功能厅", 40),
    Draft(19, 14, "亲子读书会", "亲子服务", "亲子园", 20),
    Draft(21, 9, "口腔义诊", "健康服务", "健康小屋", 16),
    Draft(23, 14, "家电清洗便民日", "生活服务", "活动广场", 30),
    Draft(25, 10, "旧衣改造课", "生活服务", "书画室", 12),
    Draft(27, 19, "楼道堆物议事会", "品牌特色", "议事厅", 16),
)
"""After the days for which anything else is on."""


def list_day(scene: Scene) -> date:
    """The day on which the list of this month was published."""
    return scene.today.replace(day=1) - timedelta(days=PUBLISHED_DAYS_BEFORE)


def publish_month(context: Context, scene: Scene) -> None:
    """Approve and publish the list of this month."""
    context.read_settings()
    month = month_of(scene.today)
    monthly.approve(context, month)
    monthly.publish(context, month)


def change_month(context: Context, scene: Scene) -> None:
    """Change a few sessions of the published list to which people just come, and begin to plan the next one."""
    month = month_of(scene.today)
    open_to_all = {one.name for one in ACTIVITIES if not one.demand}
    found = [
        plain(one)
        for one in sessions.sessions(context, month.first, month.last)
        if one.name in open_to_all and one.state == "published"
    ]
    # Those that are to come first: late in a month those of its last days are changed in what does not touch who came.
    found.sort(key=lambda one: (one.starts_at <= scene.now, one.starts_at))
    staff = sorted({one.lead for one in found})
    first, second, third = found[:3]
    other = next(name for name in staff if name != first.lead)
    sessions.change_session(context, first, first.model_copy(update={"lead": other}), reason="原负责人请假")
    larger = second.model_copy(update={"capacity": second.capacity + 10})
    sessions.change_session(context, second, larger, reason="场地放得下")
    if third.starts_at > scene.now:
        sessions.cancel_session(context, third.code, "气温太低")
    _plan_next(context, month_of(month.last + timedelta(days=1)))


def _plan_next(context: Context, month: Period) -> None:
    monthly.begin(context, month)
    for one in DRAFTS:
        day = month.first.replace(day=one.day)
        starts = to_ms(datetime.combine(day, time(one.hour), context.zone))
        wanted = Session(
            code="",
            day=day.isoformat(),
            starts_at=starts,
            ends_at=starts + 5_400_000,
            name=one.name,
            category=one.category,
            activity_type="其他",
            room=one.room,
            capacity=one.capacity,
            lead=context.require_operator().name,
        )
        sessions.add_session(context, wanted)


class Asked(NamedTuple):
    """A demand: how many days ago it was put, its words, category, source, for whom, and by how many."""

    days_ago: int
    words: str
    category: str
    source: DemandSource
    audience: str
    head_count: int


ASKED = (
    Asked(40, "想学用手机挂号", "为老服务", "survey", "老年人", 14),
    Asked(33, "周末多办亲子活动", "亲子服务", "wish_box", "亲子家庭", 9),
    Asked(26, "楼道里堆物没人管", "品牌特色", "meeting", "", 6),
    Asked(20, "手机上挂号不会弄", "为老服务", "desk", "老年人", 3),
    Asked(15, "能不能开游泳班", "文体服务", "hotline", "儿童", 4),
    Asked(9, "口腔检查想在家门口做", "健康服务", "desk", "老年人", 11),
    Asked(4, "晚上也开书画室", "文体服务", "wish_box", "", 5),
    Asked(1, "想有人教做点心", "生活服务", "desk", "新居民", 2),
)


def take_demands(context: Context, scene: Scene) -> None:
    """Register what residents asked for: two new, two accepted, one planned, delivered, merged and declined each."""
    numbers = [
        demands.add_demand(
            context,
            Wanted(one.words, one.category, one.source, one.audience, one.head_count),
            day=scene.today - timedelta(days=one.days_ago),
        )
        for one in ASKED
    ]
    held = sessions.sessions(context, scene.today - timedelta(days=28), scene.today - timedelta(days=1))
    course = next(one for one in held if one.name == "智能手机课堂" and one.state == "published")
    following = month_of(month_of(scene.today).last + timedelta(days=1))
    planned = next(one for one in sessions.month_lines(context, following.key) if one.name == "口腔义诊")
    demands.link_demand(context, numbers[0], session_code=course.code)
    demands.merge_demand(context, numbers[3], numbers[0])
    demands.accept_demand(context, numbers[1])
    demands.accept_demand(context, numbers[2])
    demands.decline_demand(context, numbers[4], "中心没有泳池，已告知区体育中心的班次")
    demands.link_demand(context, numbers[5], session_code=planned.code)
