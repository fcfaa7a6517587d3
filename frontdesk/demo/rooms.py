"""The rooms of the made-up centre, and who has booked them in the last weeks and the coming ones."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import NamedTuple

from db import rooms as records
from db.activities import Session
from db.rooms import Booking, BookingState, Room
from frontdesk.demo.scene import People, Scene

DAYS_BACK, DAYS_AHEAD = 28, 14
NO_SHOW_SHARE, CANCELLED_SHARE = 0.08, 0.08

ROOMS = (
    Room(name="多功能厅", position=1, capacity=60, zone="二楼", setup_minutes=30, clearing_minutes=15),
    Room(name="书画室", position=2, capacity=16, zone="二楼", clearing_minutes=10),
    Room(name="议事厅", position=3, capacity=20, zone="一楼"),
    Room(name="电脑教室", position=4, capacity=12, zone="二楼"),
    Room(name="亲子园", position=5, capacity=24, zone="一楼", clearing_minutes=15),
    Room(name="健康小屋", position=6, capacity=20, zone="一楼"),
    Room(name="社区厨房", position=7, capacity=24, zone="一楼", setup_minutes=15, clearing_minutes=30),
    Room(name="活动广场", position=8, capacity=60, zone="室外", opens="06:30"),
)


class Wish(NamedTuple):
    """A booking that recurs on an ISO weekday, in minutes after midnight."""

    weekday: int
    room: str
    starts: int
    minutes: int
    purpose: str
    booked_by: str
    head_count: int


WISHES = (
    Wish(1, "多功能厅", 600, 120, "文化艺术交流", "越剧社", 24),
    Wish(1, "议事厅", 840, 90, "公共事务商议", "业委会", 9),
    Wish(2, "议事厅", 1110, 90, "事宜讨论", "停车自治小组", 12),
    Wish(2, "多功能厅", 840, 120, "文化艺术交流", "民乐队", 14),
    Wish(3, "书画室", 540, 120, "文化艺术交流", "书画研习小组", 10),
    Wish(3, "议事厅", 1140, 90, "愿景共商", "加装电梯议事组", 15),
    Wish(4, "议事厅", 840, 60, "邻里关系协调", "人民调解室", 5),
    Wish(5, "议事厅", 570, 120, "法律服务对接", "律师工作站", 6),
    Wish(5, "书画室", 840, 120, "手工编织交流", "巧手社", 12),
    Wish(6, "多功能厅", 840, 150, "文化艺术交流", "广场舞队", 30),
    Wish(7, "多功能厅", 870, 120, "事宜讨论", "楼组长会议", 28),
)


def fill_rooms(connection: sqlite3.Connection, scene: Scene, people: People, sessions: list[Session]) -> None:
    """Write the rooms and the bookings that no session stands in the way of."""
    rng = scene.rng("rooms")
    for room in ROOMS:
        records.put_room(connection, room)
    places = {room.name: room for room in ROOMS}
    held = [one for one in sessions if one.state != "cancelled"]
    for days in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = scene.today + timedelta(days=days)
        for wish in WISHES:
            chance = rng.random()
            if wish.weekday != day.isoweekday():
                continue
            place = places[wish.room]
            starts, ends = (scene.instant(day, at * 60) for at in (wish.starts, wish.starts + wish.minutes))
            taken_from, taken_until = starts - place.setup_minutes * 60_000, ends + place.clearing_minutes * 60_000
            if any(one.room == wish.room and one.starts_at < taken_until and taken_from < one.ends_at for one in held):
                continue
            made = scene.instant(day - timedelta(days=5), 10 * 3600)
            state = _state(chance, starts, ends, scene.now)
            records.add_booking(
                connection,
                Booking(
                    id=0,
                    room=wish.room,
                    day=day.isoformat(),
                    starts_at=starts,
                    ends_at=ends,
                    setup_minutes=place.setup_minutes,
                    clearing_minutes=place.clearing_minutes,
                    purpose=wish.purpose,
                    booked_by=wish.booked_by,
                    head_count=wish.head_count,
                    state=state,
                    reason="改期" if state == "cancelled" else "",
                    operator_no=people.staff[0].no,
                    at=min(made, scene.now),
                    changed_at=min(made, scene.now),
                ),
            )


def _state(chance: float, starts: int, ends: int, now: int) -> BookingState:
    if chance < CANCELLED_SHARE:
        return "cancelled"
    if ends < now:
        return "no_show" if chance < CANCELLED_SHARE + NO_SHOW_SHARE else "used"
    return "confirmed" if starts < now or chance < 0.6 else "held"
