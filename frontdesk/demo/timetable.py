"""The sessions of the made-up centre: a weekly timetable, and the year that follows from it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from db import activities as records
from db import series
from db.activities import Session
from db.series import Pattern, Series
from frontdesk.demo.scene import People, Scene

FIRST_MONDAY = date(2024, 1, 1).toordinal()
"""Any Monday: from it the weeks are counted for what takes place every other week."""

CANCELLED_SHARE = 0.03
REASONS = ("讲师请假", "报名人数不足", "台风蓝色预警", "场地检修", "停电", "与街道活动冲突")


@dataclass(frozen=True)
class Activity:
    """A line of the timetable: what it is, where, for how many, when.

    `times` are ISO weekdays with the start, `1@09:00 4@14:30`; it takes `minutes`, every `every` weeks.
    `demand` is how many seats people ask for, as a share of the capacity; at 0 nobody signs up and people
    just come. `party` is the usual largest party.
    """

    name: str
    category: str
    activity_type: str
    room: str
    capacity: int
    minutes: int
    times: str
    demand: float
    every: int = 1
    party: int = 1

    def starts(self, weekday: int) -> list[int]:
        """When it starts on an ISO weekday, in minutes after midnight; nothing on the other days."""
        every = (text.split("@") for text in self.times.split())
        return [int(clock[:2]) * 60 + int(clock[3:]) for on, clock in every if int(on) == weekday]


ACTIVITIES = (
    Activity("八段锦晨练", "健康服务", "文体活动", "活动广场", 30, 45, "1@07:00 3@07:00 5@07:00", 0),
    Activity("太极拳班", "文体服务", "文体活动", "活动广场", 24, 60, "2@07:00 4@07:00 6@07:00", 0),
    Activity("晨间健步走", "健康服务", "文体活动", "活动广场", 30, 60, "7@07:00", 0),
    Activity("血压测量日", "健康服务", "便民服务", "健康小屋", 20, 120, "1@09:00 4@09:00", 0.6),
    Activity("居家养老咨询", "为老服务", "便民服务", "议事厅", 10, 90, "1@10:00", 0.6),
    Activity("合唱排练", "文体服务", "文体活动", "多功能厅", 24, 120, "1@14:00 4@14:00", 0.8),
    Activity("编织角", "生活服务", "文体活动", "书画室", 12, 120, "1@14:00", 0.8, every=2),
    Activity("广场舞交流", "文体服务", "文体活动", "活动广场", 40, 75, "1@19:00 3@19:00 7@19:00", 0),
    Activity("书法沙龙", "文体服务", "文体活动", "书画室", 12, 90, "2@09:30 6@14:00", 1.1),
    Activity("助老午餐会", "为老服务", "便民服务", "社区厨房", 24, 90, "2@11:00 7@11:00", 1.1),
    Activity("法律咨询", "法律服务", "便民服务", "议事厅", 8, 120, "2@14:00 6@09:30", 1.4),
    Activity("四点半课堂", "教育服务", "其他", "亲子园", 15, 90, "2@16:00 4@16:00", 1.3),
    Activity("市民夜校：手机摄影", "教育服务", "文体活动", "电脑教室", 12, 90, "2@19:00", 1.5, every=2),
    Activity("急救知识课", "健康服务", "其他", "多功能厅", 20, 90, "3@10:00", 0.7, every=4),
    Activity("磨刀理发便民日", "生活服务", "便民服务", "活动广场", 30, 180, "3@09:00", 0.6, every=2),
    Activity("智能手机课堂", "为老服务", "便民服务", "电脑教室", 10, 90, "3@14:00 5@09:30", 1.6),
    Activity("亲子绘本", "亲子服务", "文体活动", "亲子园", 20, 60, "3@16:00 6@10:00", 1.5, party=3),
    Activity("心理疏导", "健康服务", "便民服务", "健康小屋", 6, 90, "3@18:30", 1.3),
    Activity("非遗剪纸", "品牌特色", "文体活动", "书画室", 12, 90, "4@09:30 7@15:00", 1.6, every=2),
    Activity("楼组议事会", "品牌特色", "微治理", "议事厅", 16, 90, "4@19:00", 0.8, every=2),
    Activity("睦邻茶话会", "品牌特色", "微治理", "议事厅", 16, 90, "5@14:00", 0.8),
    Activity("家庭医生问诊", "健康服务", "便民服务", "健康小屋", 12, 120, "5@14:00", 1.5, every=2),
    Activity("垃圾分类宣讲", "志愿服务", "微治理", "多功能厅", 24, 60, "5@15:00", 0.5, every=2),
    Activity("周末影院", "文体服务", "文体活动", "多功能厅", 36, 120, "5@19:00", 0.7, party=3),
    Activity("小修小补", "生活服务", "便民服务", "活动广场", 20, 150, "6@09:00", 0.7),
    Activity("少儿编程", "教育服务", "其他", "电脑教室", 10, 90, "6@15:00", 1.8),
    Activity("志愿者培训", "志愿服务", "其他", "多功能厅", 24, 120, "7@09:30", 0.8, every=2),
    Activity("儿童烘焙", "亲子服务", "文体活动", "社区厨房", 12, 90, "7@14:30", 1.9, party=3),
)  # fmt: skip
"""All nine categories (mechanisms X03), something on every day of the week, no room taken twice at a time."""


def on_day(day: date) -> list[tuple[Activity, int]]:
    """What the timetable holds for a day, with the start in minutes after midnight, in that order."""
    week = (day.toordinal() - FIRST_MONDAY) // 7
    found = [
        (activity, start)
        for place, activity in enumerate(ACTIVITIES)
        if (week + place) % activity.every == 0
        for start in activity.starts(day.isoweekday())
    ]
    return sorted(found, key=lambda one: (one[1], one[0].name))


def fill_sessions(connection: sqlite3.Connection, scene: Scene, people: People) -> list[tuple[Activity, Session]]:
    """Write every session of the year and of the two weeks ahead; returns them in the order of starting."""
    rng = scene.rng("sessions")
    leads = {activity.name: rng.choice(people.staff[1:]).name for activity in ACTIVITIES}
    sessions = []
    for day in scene.all_days():
        for number, (activity, start) in enumerate(on_day(day), 1):
            # What is on today takes place: a first screen of cancelled sessions shows little.
            cancelled = rng.random() < CANCELLED_SHARE and day != scene.today
            reason = rng.choice(REASONS)
            session = Session(
                code=f"HD{day:%y%m%d}{number:02d}",
                day=day.isoformat(),
                starts_at=scene.instant(day, start * 60),
                ends_at=scene.instant(day, (start + activity.minutes) * 60),
                name=activity.name,
                category=activity.category,
                activity_type=activity.activity_type,
                room=activity.room,
                capacity=activity.capacity,
                min_enrol=3 if activity.demand else 0,
                lead=leads[activity.name],
                state="cancelled" if cancelled else "published",
                cancel_reason=reason if cancelled else "",
            )
            records.put(connection, session)
            sessions.append((activity, session))
    _fill_series(connection, sessions)
    return sessions


def _fill_series(connection: sqlite3.Connection, sessions: list[tuple[Activity, Session]]) -> None:
    """Write a series for each time at which an activity recurs weekly or every other week, with its sessions."""
    courses: dict[tuple[str, int], list[tuple[Activity, Session]]] = {}
    for activity, session in sessions:
        if activity.every <= 2:
            weekday = date.fromisoformat(session.day).isoweekday()
            start = next(one for one in activity.starts(weekday))
            courses.setdefault((activity.name, start), []).append((activity, session))
    for (_, start), held in courses.items():
        activity, first = held[0]
        weekdays = {date.fromisoformat(session.day).isoweekday() for _, session in held}
        ends = start + activity.minutes
        course = Series(
            name=activity.name,
            category=activity.category,
            activity_type=activity.activity_type,
            room=activity.room,
            lead=first.lead,
            capacity=activity.capacity,
            min_enrol=first.min_enrol,
            starts=f"{start // 60:02}:{start % 60:02}",
            ends=f"{ends // 60:02}:{ends % 60:02}",
            pattern=Pattern(kind="weekly", weekdays=tuple(sorted(weekdays)), every=activity.every),
            first_day=first.day,
            last_day=held[-1][1].day,
            on_holiday="keep",
        )
        series_id = series.add(connection, course)
        for _, session in held:
            series.place(connection, session.code, series_id, session.day)
