"""A year of ratings: mostly good ones, a few bad ones, some with aspects, tags and a comment, some on paper."""

from __future__ import annotations

import sqlite3
from datetime import date
from random import Random
from typing import Literal

from db import feedback as records
from db import rating_services as services
from db.activities import Session
from db.feedback import Channel, Rater, Rating
from db.rating_services import RatingService
from frontdesk.context import Context
from frontdesk.demo.names import phone
from frontdesk.demo.people import POSTS
from frontdesk.demo.scene import Scene, is_weekend
from frontdesk.feedback.service import ASPECTS, DEFAULT_SERVICE, GOOD_LEVELS, LEVELS

LEVEL_WEIGHTS = (52, 28, 12, 5, 3)
"""How often each of `LEVELS` is given: 92 of 100 are good."""
SERVICES = (DEFAULT_SERVICE, DEFAULT_SERVICE, DEFAULT_SERVICE, "为老服务", "志愿者管理")
POST_OF_SERVICE = {DEFAULT_SERVICE: POSTS[0], "为老服务": POSTS[3], "志愿者管理": POSTS[2]}
DETAILED_SHARE = 0.15
NAMED_SHARE = 0.04
"""Of the good ones; which bad ones are named is said where they are followed up."""
PHONES_OF_RATERS = 4_000
GOOD_TAGS = ("热情耐心", "办得快", "讲得清楚")
BAD_TAGS = ("等候太久", "态度不好", "没有解决", "环境设施", "时间安排")
_BY_STAFF: tuple[Channel, ...] = ("desk", "phone", "paper")
NAMES = ("俞佩芬", "潘建新", "葛秀英", "范志强", "彭桂香", "鲁国平", "苗凤珍")
OPENS, CLOSES = 8 * 3600, 20 * 3600
PRAISE = (
    "很好", "服务热情", "老师讲得清楚，谢谢", "工作人员很耐心", "办事快", "环境干净", "希望多办几次",
    "孩子很喜欢", "阿姨们照顾得很周到", "一次就办好了", "量血压的志愿者很细心", "下次还来", "位置好找",
    "空调有点冷，其他都好",
)  # fmt: skip
BLAME = (
    "排队太久", "空调太冷", "报名名额太少", "没人接电话", "时间改了没有通知", "厕所不干净", "希望周末也开",
    "材料要跑两趟", "话筒声音太小", "等了半小时没有人", "场地太挤",
)  # fmt: skip


def fill_ratings(context: Context, connection: sqlite3.Connection, scene: Scene, sessions: list[Session]) -> None:
    """Write the ratings given up to now, of the counter and of the sessions that are over, and what can be rated."""
    for position, (name, post) in enumerate(POST_OF_SERVICE.items(), 1):
        services.put(connection, RatingService(name=name, post=post, position=position))
    _give_ratings(connection, scene, sessions)
    _add_details(context, connection, scene)


def _give_ratings(connection: sqlite3.Connection, scene: Scene, sessions: list[Session]) -> None:
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


def _add_details(context: Context, connection: sqlite3.Connection, scene: Scene) -> None:
    """Have some of them say more, a few under a name; today's stay as the kiosk had them."""
    rng = scene.rng("rating details")
    last = scene.today.isoformat()
    named = 0
    for rating in records.between(connection, scene.first.isoformat(), last):
        if rng.random() >= DETAILED_SHARE or rating.day == last:
            continue
        good = rating.level in GOOD_LEVELS
        near = range(max(1, rating.level - 1), min(5, rating.level + 1) + 1)
        said: dict[str, object] = {name: rng.choice([None, *near]) for name in ASPECTS}
        if rating.channel == "desk":
            said["channel"] = rng.choice(_BY_STAFF)
        if good and rng.random() < NAMED_SHARE / DETAILED_SHARE:
            said["named"] = 1
            sealed = context.keys.seal(phone(PHONES_OF_RATERS + named))
            name = NAMES[named % len(NAMES)]
            records.set_rater(connection, Rater(key=rating.key, name=name, phone_cipher=sealed))
            named += 1
        records.change(connection, rating.model_copy(update=said))
        fitting = GOOD_TAGS if good else BAD_TAGS
        records.set_tags(connection, rating.key, rng.sample(fitting, rng.randrange(1, 3)))
