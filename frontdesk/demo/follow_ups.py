"""What became of the bad ratings: most were followed up to their end, a few are under way, one is overdue, one appealed
against. Some were given under a name, and their raters were called back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from random import Random

from db import feedback, staff
from db import follow_ups as records
from db.feedback import Rater
from db.follow_ups import BadRating
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.context import Context
from frontdesk.demo.names import phone
from frontdesk.demo.people import MANAGER_NO
from frontdesk.demo.scene import Scene
from frontdesk.feedback.service import EventKind, PastStep, follow_through

PHONES_OF_RATERS = 5_000
NAMED_SHARE = 0.2
COMPLEX_SHARE = 0.1
EXPLAINED_SHARE = 0.35
UNHAPPY_SHARE = 0.2
"""Of those who were called back."""
OPENS, CLOSES = 9 * 3600, 17 * 3600
OVERDUE_AFTER, APPEALED_AFTER = 9, 4
"""So many working days ago the overdue one and the one under appeal became known, or a little longer."""

NAMES = ("钱晓芳", "孙桂英", "周国强", "吴秀兰", "郑志明", "冯玉珍", "陈建国", "褚小燕")
FOUND = (
    "情况属实",
    "部分属实，当天人手不够",
    "与当班人员核对过，属实",
    "看了登记，确有此事",
    "与事实有出入，已记下经过",
)
RECTIFIED = (
    "当天调整了排班",
    "已报修并修好",
    "加贴了指引",
    "名额增加五个",
    "向当班人员说明并改正",
    "改为提前一天短信通知",
)
EXPLAINED = ("说明了名额和候补的规定", "说明材料按规定要本人带来", "说明场地当天另有安排", "解释了办理流程")
UNHAPPY = ("说还是没有改", "希望再快一点")
APPEALS = ("评价人说是按错了", "同一句话连按多次，像是小孩按着玩")


def follow_up_ratings(context: Context, scene: Scene) -> None:
    """Write down what was done about every bad rating of the year by the evening of yesterday."""
    calendar = calendar_for(context, scene.first, scene.today)
    with context.change("demo.followed_up", context.centre.code) as connection:
        rng = scene.rng("follow-ups")
        people = [one.no for one in staff.every(connection)]
        bad = records.between(connection, scene.first.isoformat(), scene.today.isoformat(), scene.today.isoformat())
        names = _name_some(context, connection, rng, bad)
        left = _left_undone(scene, calendar, bad)
        for one in bad:
            course = _Course(scene, calendar, rng, people, one)
            steps = list(course.steps(left.get(one.key, ""), is_named=one.key in names))
            done = [step for step in steps if step.day < scene.today.isoformat()]
            if done:
                follow_through(connection, one.key, context.settings.follow_up_preset, done)


def _name_some(context: Context, connection: sqlite3.Connection, rng: Random, bad: list[BadRating]) -> frozenset[bytes]:
    """Have some of them be given under a name and with a phone; returns their keys."""
    chosen = [one for one in bad if rng.random() < NAMED_SHARE]
    for number, one in enumerate(chosen):
        kept = feedback.get(connection, one.key)
        assert kept is not None
        feedback.change(connection, kept.model_copy(update={"named": 1}))
        sealed = context.keys.seal(phone(PHONES_OF_RATERS + number))
        name = NAMES[number % len(NAMES)]
        feedback.set_rater(connection, Rater(key=one.key, name=name, phone_cipher=sealed))
    return frozenset(one.key for one in chosen)


def _left_undone(scene: Scene, calendar: Calendar, bad: list[BadRating]) -> dict[bytes, str]:
    """The one that is overdue and the one that waits for a decision: the latest that are old enough."""
    left: dict[bytes, str] = {}
    for name, days in (("overdue", OVERDUE_AFTER), ("appealed", APPEALED_AFTER)):
        by = calendar.add_working_days(scene.today, -days).isoformat()
        old = [one for one in bad if one.known_on <= by and one.key not in left]
        if old:
            left[max(old, key=lambda one: (one.known_on, one.key)).key] = name
    return left


class _Course:
    """The way of one bad rating, step by step on working days."""

    def __init__(self, scene: Scene, calendar: Calendar, rng: Random, people: list[str], one: BadRating) -> None:
        # A stream of its own, so that one step more moves nothing else.
        self._rng = Random(rng.getrandbits(64))
        self._scene, self._calendar = scene, calendar
        self._day = date.fromisoformat(one.known_on)
        self._second = float(OPENS)
        self._staff = self._rng.choice(people)

    def steps(self, left: str, *, is_named: bool) -> Iterator[PastStep]:
        """All that was or will be done."""
        rng = self._rng
        yield self._step("verified", 1, self._staff, rng.choice(FOUND))
        if left == "overdue":
            return
        if left == "appealed" or rng.random() < 0.04:
            yield self._step("appealed", 1, "", rng.choice(APPEALS))
            if left != "appealed":
                upheld = rng.random() < 0.6
                kind: EventKind = "appeal_upheld" if upheld else "appeal_rejected"
                yield self._step(kind, 1, "", "看过监控和登记", by=MANAGER_NO)
                if not upheld:
                    yield from self._result(is_named=is_named)
            return
        if rng.random() < COMPLEX_SHARE:
            yield self._step("complexity", 0, "complex", "要街道一起办")
        yield from self._result(is_named=is_named)

    def _result(self, *, is_named: bool) -> Iterator[PastStep]:
        rng = self._rng
        for turn in (1, 2):
            explained = rng.random() < EXPLAINED_SHARE
            value, words = ("explained", EXPLAINED) if explained else ("rectified", RECTIFIED)
            yield self._step("result", rng.randrange(1, 3), value, rng.choice(words))
            if not is_named:
                break
            if rng.random() < UNHAPPY_SHARE:
                yield self._step("called_back", 1, "unsatisfied", rng.choice(UNHAPPY))
                if turn == 2:
                    return
                continue
            yield self._step("called_back", 1, "satisfied", "")
            break
        yield self._step("closed", 0, "", "")

    def _step(self, kind: EventKind, days: int, value: str, note: str, by: str = "") -> PastStep:
        """A step so many working days after the one before."""
        if days:
            self._day = self._calendar.add_working_days(self._day, days)
            self._second = self._rng.uniform(OPENS, CLOSES)
        # Steps of one day follow each other.
        self._second = min(self._second + 60, CLOSES + 600)
        at = self._scene.instant(self._day, self._second)
        return PastStep(kind, self._day.isoformat(), value, note, by or self._staff, at)
