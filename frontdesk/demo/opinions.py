"""A year of ratings: mostly good ones, a few bad ones, some with a comment."""

from __future__ import annotations

import sqlite3
from datetime import date
from random import Random
from typing import Literal

from db import feedback as records
from db.activities import Session
from db.feedback import Rating
from frontdesk.demo.scene import Scene, is_weekend
from frontdesk.feedback.service import DEFAULT_SERVICE, GOOD_LEVELS, LEVELS

LEVEL_WEIGHTS = (52, 28, 12, 5, 3)
"""How often each of `LEVELS` is given: 92 of 100 are good."""
SERVICES = (DEFAULT_SERVICE, DEFAULT_SERVICE, DEFAULT_SERVICE, "为老服务", "志愿者管理")
OPENS, CLOSES = 8 * 3600, 20 * 3600
PRAISE = (
    "很好", "服务热情", "老师讲得清楚,谢谢", "工作人员很耐心", "办事快", "环境干净", "希望多办几次",
    "孩子很喜欢", "阿姨们照顾得很周到", "一次就办好了", "量血压的志愿者很细心", "下次还来", "位置好找",
    "空调有点冷,其他都好",
)  # fmt: skip
BLAME = (
    "排队太久", "空调太冷", "报名名额太少", "没人接电话", "时间改了没有通知", "厕所不干净", "希望周末也开",
    "材料要跑两趟", "话筒声音太小", "等了半小时没有人", "场地太挤",
)  # fmt: skip


def fill_ratings(connection: sqlite3.Connection, scene: Scene, sessions: list[Session]) -> None:
    """Write the ratings given up to now, of the counter and of the sessions that are over."""
    rng = scene.rng("ratings")
    held: dict[str, list[Session]] = {}
    for session in sessions:
        if session.state == "published" and session.ends_at < scene.now:
            held.setdefault(session.day, []).append(session)
    for day in scene.days_behind():
        drawn = Random(rng.getrandbits(64))
        for _ in range(drawn.randrange(4, 9) if is_weekend(day) else drawn.randrange(6, 15)):
            rating = _rating(drawn, day, "service", drawn.choice(SERVICES))
            # The moment only decides whether it has been given by now; it is kept nowhere.
            if scene.instant(day, drawn.uniform(OPENS, CLOSES)) < scene.now:
                records.put(connection, rating)
        for session in held.get(day.isoformat(), []):
            for _ in range(drawn.randrange(5)):
                records.put(connection, _rating(drawn, day, "session", session.code))


def _rating(rng: Random, day: date, kind: Literal["service", "session"], subject: str) -> Rating:
    level = rng.choices(LEVELS, LEVEL_WEIGHTS)[0]
    good = level in GOOD_LEVELS
    commented = rng.random() < (0.12 if good else 0.6)
    comment = rng.choice(PRAISE if good else BLAME)
    return Rating(
        key=rng.randbytes(16),
        day=day.isoformat(),
        known_on=day.isoformat(),
        subject_kind=kind,
        subject=subject,
        level=level,
        comment=comment if commented else "",
        channel="kiosk" if rng.random() < 0.85 else "desk",
    )
