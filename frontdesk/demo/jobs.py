"""The volunteers' assignments of the last weeks and of the two ahead: the teams' turns, with who signed up."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from db import assignments as records
from db.activities import Session
from db.assignments import Assignment
from db.volunteers import Volunteer
from frontdesk.demo.scene import Scene

WEEKS_BACK = 8
SIGNED_DAYS_AHEAD = 3
STAYED_AWAY_SHARE = 0.06
SHORT_SHARE = 0.12
"""How many of the turns ahead still lack somebody."""
CANCELLED_IN_DAYS = 5
CANCELLED_BECAUSE = "台风蓝色预警"


@dataclass(frozen=True)
class Shift:
    """A team's turn: from, to (minutes after midnight), how many on working days and on weekends."""

    team: str
    start: int
    end: int
    working_day: int
    weekend: int


@dataclass(frozen=True)
class Job:
    """What a team does in its turns: title, place, briefing, and the sessions that it may serve."""

    title: str
    place: str
    briefing: str = ""
    sessions: tuple[str, ...] = ()


JOBS: dict[str, Job] = {
    "晨曦助老队": Job("助老探访", "楼组", "先到综合服务台领探访单", ("助老午餐会", "智能手机课堂", "血压测量日")),
    "便民服务队": Job("便民服务台", "大厅", "穿红马甲，戴工作牌"),
    "亲子阅读队": Job("亲子阅读陪伴", "亲子园", "", ("亲子绘本", "四点半课堂")),
    "平安巡逻队": Job("平安巡逻", "小区", "两人同行，带手电"),
    "护河队": Job("护河巡查", "河边步道", "雨天取消，以通知为准"),
    "助餐服务队": Job("助餐送餐", "社区厨房", "送餐前量体温", ("助老午餐会",)),
    "法律咨询队": Job("法律咨询接待", "议事厅", "", ("法律咨询",)),
}


@dataclass
class Jobs:
    """Writes the assignments day by day, and knows of each which one is which shift's."""

    connection: sqlite3.Connection
    scene: Scene
    rng: Random
    of_day: dict[str, list[Session]] = field(default_factory=lambda: defaultdict(list))

    def know(self, sessions: Iterable[Session]) -> None:
        """Remember the sessions that a turn may serve."""
        for session in sessions:
            if session.state == "published":
                self.of_day[session.day].append(session)

    def has(self, day: date) -> bool:
        """Whether assignments were planned for a day by now."""
        return day >= self.scene.today - timedelta(weeks=WEEKS_BACK)

    def plan(self, day: date, shift: Shift, needed: int, people: Sequence[Volunteer], more: int = 0) -> Assignment:
        """Write a turn as an assignment for `needed` and `more`, signed up for by these."""
        job = JOBS[shift.team]
        starts, ends = (self.scene.instant(day, minutes * 60) for minutes in (shift.start, shift.end))
        served = (one for one in self.of_day[day.isoformat()] if one.name in job.sessions)
        session = next((one for one in served if starts <= one.starts_at < ends), None)
        off = (day - self.scene.today).days == CANCELLED_IN_DAYS and shift.team == "护河队"
        made_at = self.scene.instant(day - timedelta(days=21), 10 * 3600)
        assignment = Assignment(
            day=day.isoformat(),
            title=job.title,
            place=job.place,
            starts_at=starts,
            ends_at=ends,
            session_code=session.code if session else None,
            needed=needed + more,
            briefing=job.briefing,
            state="cancelled" if off else "open",
            cancel_reason=CANCELLED_BECAUSE if off else "",
            changed_at=min(made_at, self.scene.now - 1),
        )
        kept = assignment.model_copy(update={"id": records.put(self.connection, assignment)})
        signed_at = min(self.scene.instant(day - timedelta(days=SIGNED_DAYS_AHEAD), 15 * 3600), self.scene.now - 1)
        for volunteer in people:
            records.sign(self.connection, kept, volunteer.no, signed_at, "signed")
        return kept

    def stayed_away(self, free: Sequence[Volunteer]) -> list[Volunteer]:
        """Now and then somebody signed up who did not come."""
        return [self.rng.choice(free)] if free and self.rng.random() < STAYED_AWAY_SHARE else []

    def is_short(self) -> bool:
        """Whether a turn ahead still lacks somebody."""
        return self.rng.random() < SHORT_SHARE
