"""What is known of the volunteers beside the register: skills, availability, training, awards, evaluations; and the
settings that the made-up centre has changed.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from db import centre as centres
from db import volunteer_records as records
from db.volunteer_records import CallUp, Part, RecordKind, Skill, SkillState, Slot, VolunteerRecord
from frontdesk.demo.names import phone
from frontdesk.demo.people import MANAGER_NAME, MANAGER_NO
from frontdesk.demo.residents import AREAS
from frontdesk.demo.scene import People, Scene

if TYPE_CHECKING:
    from db.volunteers import Volunteer
    from frontdesk.context import Context

CATEGORIES = {
    "量血压": "健康",
    "急救": "健康",
    "理发": "便民",
    "修伞磨刀": "便民",
    "编织": "便民",
    "烘焙": "便民",
    "书法": "文体",
    "太极拳": "文体",
    "摄影": "文体",
    "钢琴": "文体",
    "手语": "语言",
    "英语": "语言",
    "法律": "专业",
}
"""The groups of the talent pool."""
PARTS: tuple[Part, ...] = ("morning", "afternoon", "evening")
TRAININGS = (("志愿服务基础培训", "合格"), ("急救知识培训", "合格"), ("助老服务培训", "优秀"), ("消防安全培训", "合格"))
AWARDS = (("街道优秀志愿者", "街道"), ("年度服务之星", "中心"), ("五星志愿者", "区"))
GRADES = ("优秀", "良好", "良好", "合格")
CONTACT_PHONE = 9_000


def fill_profiles(context: Context, connection: sqlite3.Connection, scene: Scene, people: People) -> None:
    """Write what is known of those who serve, inside a running transaction."""
    rng = scene.rng("profiles")
    for volunteer in people.volunteers:
        drawn = Random(rng.getrandbits(64))
        if volunteer.skill:
            _skill(connection, scene, drawn, volunteer)
        if volunteer.state != "active":
            continue
        if drawn.random() < 0.6:
            free = [Slot(day, part) for day in range(1, 8) for part in PARTS if drawn.random() < 0.3]
            records.set_availability(connection, volunteer.no, free)
        if drawn.random() < 0.4:
            title, grade = drawn.choice(TRAININGS)
            _record(connection, scene, volunteer, "training", drawn.randrange(20, 340), title, grade)
        if drawn.random() < 0.06:
            title, grade = drawn.choice(AWARDS)
            _record(connection, scene, volunteer, "award", drawn.randrange(30, 300), title, grade)
        if drawn.random() < 0.25:
            _record(connection, scene, volunteer, "evaluation", 40, "年度评价", drawn.choice(GRADES))


def _skill(connection: sqlite3.Connection, scene: Scene, rng: Random, volunteer: Volunteer) -> None:
    state: SkillState = "left" if volunteer.state == "left" else "candidate" if rng.random() < 0.15 else "active"
    skill = Skill(
        volunteer_no=volunteer.no,
        skill=volunteer.skill,
        category=CATEGORIES[volunteer.skill],
        state=state,
        since=volunteer.registered_on,
    )
    records.put_skill(connection, skill)
    if state == "active" and rng.random() < 0.3:
        day = scene.today - timedelta(days=rng.randrange(3, 120))
        call_up = CallUp(
            volunteer_no=volunteer.no,
            skill=volunteer.skill,
            day=day.isoformat(),
            purpose=rng.choice(("便民日帮忙", "活动助教", "上门服务")),
            outcome=rng.choice(("came", "came", "came", "declined", "absent")),
            operator_no=MANAGER_NO,
            at=scene.instant(day - timedelta(days=2), 14 * 3600),
        )
        records.add_call_up(connection, call_up)


def _record(
    connection: sqlite3.Connection,
    scene: Scene,
    volunteer: Volunteer,
    kind: RecordKind,
    days_ago: int,
    title: str,
    grade: str,
) -> None:
    day = scene.today - timedelta(days=days_ago)
    record = VolunteerRecord(
        volunteer_no=volunteer.no,
        kind=kind,
        day=day.isoformat(),
        title=title,
        grade=grade,
        operator_no=MANAGER_NO,
        at=scene.instant(day + timedelta(days=1), 10 * 3600),
    )
    records.add_record(connection, record)


def fill_settings(connection: sqlite3.Connection) -> None:
    """Who answers for certificates, and which committees the residents belong to."""
    centres.set_setting(connection, "committee_areas", AREAS)
    centres.set_setting(connection, "certificate_responsible", MANAGER_NAME)
    centres.set_setting(connection, "certificate_contact", phone(CONTACT_PHONE))
