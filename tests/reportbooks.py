"""A report with rows in every sheet, for tests of what it is written to."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from frontdesk.reports.weekdata import (
    AmendmentRow,
    AttendanceRow,
    CaseRow,
    DutyRow,
    FollowUpRow,
    FrozenMark,
    HoursRow,
    RatingRow,
    RoomRow,
    SessionRow,
    ShiftRow,
    WeekCentre,
    WeekFigures,
    WeekPeriod,
    WeekWorkbook,
)

EXPECTED = json.loads((Path(__file__).parent / "data" / "centre-a" / "expected.json").read_text("utf-8"))
FIGURES = EXPECTED["weeks"]["2026-W46"]
MONDAY = date(2026, 11, 9)


def filled_report(words: str = "很好", rows: int = 3, **changes: Any) -> WeekWorkbook:
    """A closed week of centre-a with so many rows a sheet; wherever people write freely stand `words`."""
    days = [MONDAY + timedelta(days=number % 7) for number in range(rows)]
    values: dict[str, Any] = {
        "centre": WeekCentre(code=EXPECTED["centre"], name=EXPECTED["name"], street="安亭镇", district="嘉定区"),
        "period": WeekPeriod(
            key="2026-W46", first=MONDAY, last=date(2026, 11, 15), running=False, label="2026年第46周"
        ),
        "figures": WeekFigures.model_validate(FIGURES),
        "frozen": FrozenMark(edition=2, day=date(2026, 11, 17), digest="0123456789abcdef" * 4),
        "created": datetime(2026, 11, 16, tzinfo=ZoneInfo("Asia/Shanghai")),
        "sessions": tuple(_session(number, day, words) for number, day in enumerate(days)),
        "attendance": tuple(
            AttendanceRow(
                day, "09:00-10:30", f"HD{number:03}", words, number + 1, "张*", "到场", "扫码", 1 + number % 3
            )
            for number, day in enumerate(days)
        ),
        "hours": tuple(
            HoursRow(
                volunteer_no=f"{310000 + number:07}",
                name="李*",
                team=words,
                visits=number + 1,
                seconds_measured=3_599 + number,
                seconds_supplemented=1_800,
                left_open=number % 2,
            )
            for number in range(rows)
        ),
        "ratings": tuple(
            RatingRow(subject="综合服务台", level=5 - number % 5, comment=words) for number in range(rows)
        ),
        "follow_ups": tuple(_follow_up(number, words) for number in range(rows)),
        "cases": tuple(_case(number, day, words) for number, day in enumerate(days)),
        "duty": (DutyRow(post=words, holders_a=("王*",), holders_b=("李*", "赵*"), worked=(14, 1, 2, 3)),),
        "shifts": tuple(
            ShiftRow(day=day, time="08:30-17:00", shift="白", post=words, acting="王*", planned="李*") for day in days
        ),
        "rooms": (
            RoomRow(
                room=words,
                open_minutes=600,
                used_minutes=150,
                within_minutes=120,
                uses=2,
                person_times=31,
                no_shows=1,
            ),
        ),
        "amendments": (
            AmendmentRow(
                period="2026年第45周",
                number=1,
                day=date(2026, 11, 12),
                figure="person_times",
                before=10,
                after=12,
                reason=words,
            ),
        ),
    }
    return WeekWorkbook(**{**values, **changes})


def _session(number: int, day: date, words: str) -> SessionRow:
    return SessionRow(
        code=f"HD{number:03}",
        day=day,
        time="09:00-10:30",
        name=words,
        category="教育服务",
        room="二楼多功能厅",
        lead="王*",
        capacity=20,
        confirmed=18,
        waitlisted=3,
        person_times=15 + number,
        no_show_seats=2,
        state="held",
    )


def _follow_up(number: int, words: str) -> FollowUpRow:
    return FollowUpRow(
        no=f"CP2026-{number:04}",
        subject="综合服务台",
        rater="匿名",
        responsible="王*",
        verified=words,
        result=words,
        called=words,
        appeal=words,
        state="办结",
        due=date(2026, 11, 20),
        ended_on=date(2026, 11, 18),
    )


def _case(number: int, day: date, words: str) -> CaseRow:
    return CaseRow(
        kind="居民需求",
        no=str(number + 1),
        matter=words,
        level="1 非常不满意",
        happened="新增、超期",
        standing=words,
        opened_on=day,
        due=date(2026, 11, 20),
        ended_on=date(2026, 11, 18),
        role=words,
        responsible="王*",
    )
