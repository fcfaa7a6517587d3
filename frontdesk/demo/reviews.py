"""Two rounds in which the staff review departments: one that is closed, and one that has just begun."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from random import Random

from db import reviews as records
from db.reviews import Review, Round
from frontdesk.demo.people import MANAGER_NO
from frontdesk.demo.scene import Scene

DEPARTMENTS = ("城管中队", "市场监管所", "房屋管理事务中心", "派出所", "绿化市容所", "社区卫生服务中心")
ASKED = (0.95, 0.9, 0.95, 0.15, 0.3, 0.9)
"""How many of those who answered had to do with each: few with the police station."""
LEVELS, WEIGHTS = (5, 4, 3, 2, 1), (30, 34, 20, 11, 5)
WORDS = (
    "响应快", "电话常常打不通", "转办以后没有下文", "联系人固定,沟通顺畅", "处理结果没有告诉我们", "现场来得及时",
    "能一次说清楚要什么材料", "希望有专人对接",
)  # fmt: skip
CODES, USED = 24, 18
SINCE_CLOSED, DAYS, BEGAN = 40, 14, 3


def fill_reviews(connection: sqlite3.Connection, scene: Scene) -> None:
    """Write both rounds; their codes can be printed, and those of the second one are good."""
    rng = scene.rng("reviews")
    _add(connection, scene, "第三季度部门评价", SINCE_CLOSED + DAYS)
    no = records.rounds(connection)[0].no
    for _ in range(USED):
        # The hash of no real code: a code follows from the centre's key, and the demo is the same with any.
        records.add(connection, no, rng.randbytes(16), _said(rng, no))
    records.close(connection, no, scene.instant(scene.today - timedelta(days=SINCE_CLOSED - 1), 9 * 3600), MANAGER_NO)
    _add(connection, scene, "年终部门评价", BEGAN)


def _add(connection: sqlite3.Connection, scene: Scene, title: str, days_ago: int) -> None:
    first = scene.today - timedelta(days=days_ago)
    new = Round(
        title=title,
        first_day=first.isoformat(),
        last_day=(first + timedelta(days=DAYS)).isoformat(),
        codes=CODES,
        opened_at=scene.instant(first, 9 * 3600),
        opened_by=MANAGER_NO,
    )
    records.add_round(connection, new, DEPARTMENTS)


def _said(rng: Random, no: int) -> list[Review]:
    said = [name for name, share in zip(DEPARTMENTS, ASKED, strict=True) if rng.random() < share] or [DEPARTMENTS[0]]
    return [
        Review(
            key=rng.randbytes(16),
            round=no,
            department=name,
            response=rng.choices(LEVELS, WEIGHTS)[0],
            handling=rng.choices(LEVELS, WEIGHTS)[0],
            comment=rng.choice(WORDS) if rng.random() < 0.35 else "",
        )
        for name in said
    ]
