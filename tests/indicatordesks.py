"""Centres of any size and shape for the tests of the indicators: every table they count, filled at random.

Rows are written as the database takes them, not as the program would: whatever its checks let through is counted too.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from random import Random
from typing import Any

from frontdesk.cases.definition.model import Definition, Transition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine.stating import stated
from frontdesk.common.timelimits import PRESETS
from tests.feed_indicators import fed

FIRST, LAST = date(2026, 10, 20), date(2026, 12, 8)
"""Most of what is generated lies between; it straddles weeks, months and what the clock of the tests calls today."""

DAY_MS = 86_400_000
CATEGORIES = ("文体服务", "健康服务", "自定服务")
TYPES = ("文体活动", "便民服务", "")
ROOMS = ("书画室", "多功能厅", "")
POSTS = ("综合服务台", "活动室")


def fill(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    """Fill a centre inside a running transaction that is never committed; `size` rows and fewer of everything."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    _people(connection, rng, size)
    _sessions(connection, rng, size)
    _service(connection, rng, size)
    _duty(connection, rng, size)
    _rooms_and_demands(connection, rng, size)
    _ratings(connection, rng, size)
    _letters(connection, rng, size)
    _cases(connection, rng, size)


def put(connection: sqlite3.Connection, table: str, **values: Any) -> None:
    """One row."""
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def midnight(day: date) -> int:
    """When a local day begins at the centre (UTC+8), UTC milliseconds."""
    return (day - date(1970, 1, 1)).days * DAY_MS - 8 * 3_600_000


def any_day(rng: Random) -> date:
    """A day of the weeks in question, seldom one a year or two before or after."""
    day = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days + 1))
    return day + timedelta(days=rng.choice((-730, -364, 365))) if rng.random() < 0.1 else day


def _maybe(rng: Random, value: Any, chance: float = 0.5) -> Any:
    return value if rng.random() < chance else None


def _people(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    kept: list[int] = []
    for person in range(1, size + 2):
        merged = _maybe(rng, rng.choice(kept), 0.3) if kept else None
        if merged is None:
            kept.append(person)
        phone = rng.randrange(1, size + 2).to_bytes(16, "big")
        name, cipher = f"居民{person}", _maybe(rng, b"sealed")
        row = {"phone_key": phone, "phone_tail_key": phone, "phone_cipher": cipher, "merged_into": merged}
        put(connection, "resident", id=person, name=name, **row)
    for number in range(1, size // 2 + 2):
        put(connection, "volunteer", no=f"{number:07}", name=f"志愿者{number}", team=rng.choice(("护河队", "")))
        put(connection, "staff", no=f"S{number:03}", name=f"员工{number}", kind="专职")


def _sessions(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    registration = 0
    for number in range(rng.randrange(size + 1)):
        code, day = f"HD{number:03}", any_day(rng)
        starts = midnight(day) + rng.randrange(8, 20) * 3_600_000
        series = _maybe(rng, rng.randrange(1, 3), 0.4)
        put(
            connection,
            "session",
            code=code,
            day=day.isoformat(),
            starts_at=starts,
            ends_at=starts + rng.randrange(30, 200) * 60_000,
            name=f"活动{number}",
            category=rng.choice(CATEGORIES),
            activity_type=rng.choice(TYPES),
            room=rng.choice(ROOMS),
            capacity=rng.randrange(30),
            state=rng.choice(("draft", "approved", "published", "published", "closed", "cancelled")),
            series_id=series,
            series_day=f"{day.isoformat()}-{number}" if series else "",
        )
        people = rng.sample(range(1, size + 2), rng.randrange(min(size, 6) + 1))
        for place, person in enumerate(people, 1):
            registration += 1
            others = rng.sample([one for one in range(1, size + 2) if one != person], rng.randrange(min(size, 3) + 1))
            _party(connection, rng, registration, code, person, place)
            for other in others if rng.random() < 0.5 else ():
                put(connection, "registration_member", registration_id=registration, resident_id=other)
        if rng.random() < 0.4:
            put(connection, "attendance", session_code=code, status="walk_in", seats=rng.randrange(1, 9))


def _party(connection: sqlite3.Connection, rng: Random, registration: int, code: str, person: int, place: int) -> None:
    size = rng.randrange(1, 5)
    state = rng.choice(
        ("applied", "confirmed", "confirmed", "waitlisted", "offered", "dropped", "cancelled_by_resident")
    )
    seats = rng.randrange(1, size + 1) if state in ("confirmed", "offered") else 0
    late = int(state == "cancelled_by_resident" and rng.random() < 0.5)
    row: dict[str, Any] = {"party_size": size, "least_seats": 1, "seats": seats, "applied_at": place, "queue_at": place}
    row |= {"seq_no": place, "state": state, "offer_until": 1 if state == "offered" else None, "cancelled_late": late}
    channel = rng.choice(("desk", "phone", "hotline", "online", "import"))
    put(connection, "registration", id=registration, session_code=code, resident_id=person, channel=channel, **row)
    if seats and rng.random() < 0.8:
        status = rng.choice(("attended", "attended", "absent_notified", "no_show"))
        put(connection, "attendance", session_code=code, registration_id=registration, status=status, seats=seats)
    for number in range(rng.randrange(2)):
        line, day = f"SJ{registration}-{number}", any_day(rng).isoformat()
        paid: dict[str, Any] = {"day": day, "at": 1, "operator_no": "M001", "amount_fen": rng.randrange(1, 9000)}
        put(connection, "fee_line", number=line, registration_id=registration, kind="receipt", **paid)
        if rng.random() < 0.4:
            back = {"kind": "refund", "refunds": line, "reason": "退课"}
            put(connection, "fee_line", number=f"{line}T", registration_id=registration, **(paid | back))


def _service(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    numbers: dict[tuple[str, str], int] = {}
    for _ in range(rng.randrange(2 * size + 1)):
        no, day = f"{rng.randrange(1, size // 2 + 2):07}", any_day(rng)
        number = numbers[no, day.isoformat()] = numbers.get((no, day.isoformat()), 0) + 1
        entered = midnight(day) + rng.randrange(DAY_MS)
        left = _maybe(rng, entered + rng.randrange(4 * 3_600_000), 0.8)
        basis = rng.choice(("measured", "measured", "corrected", "inferred"))
        inferred = basis == "inferred"
        put(
            connection,
            "visit",
            volunteer_no=no,
            day=day.isoformat(),
            number=number,
            entered_at=entered,
            left_at=left,
            basis=basis,
            review=rng.choice(("pending", "accepted", "refused")) if inferred else "",
            credit_seconds=_maybe(rng, rng.randrange(7200)) if inferred else None,
            annulled=int(rng.random() < 0.25),
            displaced=rng.randrange(600) if basis != "measured" else 0,
        )
    for number in range(rng.randrange(size + 1)):
        seconds, annulled = rng.randrange(1, 7200), _maybe(rng, 1, 0.2)
        row = {"volunteer_no": f"{rng.randrange(1, size // 2 + 2):07}", "day": any_day(rng).isoformat(), "at": 1}
        taken = {"annulled_at": annulled, "annulled_by": "M001" if annulled else None}
        put(
            connection,
            "supplement",
            seconds=seconds,
            displaced=rng.randrange(seconds + 1),
            reason=f"补{number}",
            operator_no="M001",
            **row,
            **taken,
        )


def _duty(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    staff = [None, *(f"S{number:03}" for number in range(1, size // 2 + 2))]
    for day in {any_day(rng) for _ in range(size)}:
        for post in POSTS:
            acting, standby = rng.choice(staff), rng.choice(staff)
            if acting == standby:
                standby = None
            put(
                connection,
                "duty_slot",
                day=day.isoformat(),
                post=post,
                shift=rng.choice(("早班", "晚班")),
                starts=540,
                ends=540 + rng.randrange(60, 600),
                break_minutes=0,
                acting=acting,
                standby=standby,
                planned_acting=rng.choice((acting, None, "S001")),
                plan_id=1,
            )


def _rooms_and_demands(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    for number in range(rng.randrange(size + 1)):
        day = any_day(rng)
        starts = midnight(day) + rng.randrange(8, 20) * 3_600_000
        row = {"room": rng.choice(ROOMS[:2]), "day": day.isoformat(), "starts_at": starts, "purpose": "愿景共商"}
        state = rng.choice(("held", "confirmed", "used", "no_show", "cancelled"))
        kept = {"ends_at": starts + rng.randrange(1, 200) * 60_000, "reason": "改期", "operator_no": "M001"}
        put(connection, "booking", id=number + 1, state=state, at=1, changed_at=1, **row, **kept)
    for number in range(1, rng.randrange(size + 1) + 1):
        states = ("new", "accepted", "planned", "planned", "merged", "declined")
        state = rng.choice(states if number > 1 else states[:4])
        put(
            connection,
            "demand",
            id=number,
            day=any_day(rng).isoformat(),
            words=f"想学{number}",
            category=rng.choice((*CATEGORIES, "")),
            source=rng.choice(("desk", "survey", "meeting", "hotline", "wish_box")),
            head_count=rng.randrange(1, 40),
            state=state,
            merged_into=1 if state == "merged" else None,
            session_code=_maybe(rng, f"HD{rng.randrange(size + 1):03}", 0.6),
            series_id=_maybe(rng, rng.randrange(1, 3), 0.4),
            reason="不办" if state == "declined" else "",
            operator_no="M001",
            at=1,
        )


def _ratings(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    for number in range(rng.randrange(3 * size + 1)):
        key, day = rng.randbytes(16), any_day(rng)
        named, followed, ended = (rng.random() < chance for chance in (0.4, 0.6, 0.4))
        known = day + timedelta(days=rng.randrange(4))
        put(
            connection,
            "rating",
            key=key,
            day=day.isoformat(),
            known_on=known.isoformat(),
            subject_kind="service",
            subject="综合服务台",
            level=rng.choice((1, 1, 2, 3, 4, 5)),
            comment=rng.choice(("", "排队太久")),
            named=int(named),
            channel="desk",
            ended=int(followed and ended),
            excluded=int(rng.random() < 0.2),
        )
        if named:
            resident = _maybe(rng, rng.randrange(1, size + 2))
            put(connection, "rating_rater", key=key, resident_id=resident, phone_cipher=_maybe(rng, b"sealed"))
        if followed:
            _follow_up(connection, rng, number, key, known, ended=ended)


def _follow_up(
    connection: sqlite3.Connection, rng: Random, number: int, key: bytes, known: date, *, ended: bool
) -> None:
    def later() -> str:
        return (known + timedelta(days=rng.randrange(30))).isoformat()

    put(
        connection,
        "follow_up",
        key=key,
        no=f"CP2026-{number:04}",
        state=rng.choice(("closed", "appeal_upheld") if ended else ("verified", "handling", "result", "appealed")),
        preset=rng.choice((*PRESETS, "")),
        complexity=rng.choice(("simple", "complex")),
        result_on=_maybe(rng, later()),
        called_back_on=_maybe(rng, later()),
        ended_on=later() if ended else None,
        reopened_on=_maybe(rng, later(), 0.3),
    )


def _letters(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    for number in range(1, size + 2):
        at = midnight(any_day(rng)) + rng.randrange(DAY_MS)
        put(
            connection,
            "info_report",
            period="2026-W47",
            level_to="street",
            kind=rng.choice(("construction", "activity_news", "platform", "typical_experience", "highlight")),
            title=f"第 {number} 篇",
            state=rng.choice(("draft", "reviewed", "sent", "adopted", "returned")),
            author="M001",
            sent_at=_maybe(rng, at, 0.8),
            decided_at=_maybe(rng, at + rng.randrange(5 * DAY_MS)),
            made_at=at,
            changed_at=at,
        )


TOGETHER = ("all_post_competency", "delivery_order", "service_item", "whistle", "complaint", "joint_consultation")


def _when(rng: Random, day: date) -> dict[str, object]:
    """A moment of a day, and the day: the clock of a centre may have been put back in between."""
    return {"day": day.isoformat(), "at": midnight(day) + rng.randrange(DAY_MS)}


def _steps(rng: Random, definition: Definition, level: int) -> list[Transition]:
    """A few steps in any order that leave the record at one of the three levels."""
    found: list[Transition] = []
    for _ in range(rng.randrange(6 if definition.levels else 4)):
        of_level = [one for one in definition.transitions if one.level is not None and 1 <= level + one.level <= 3]
        others = [one for one in definition.transitions if one.level is None]
        found.append(rng.choice(of_level if of_level and rng.random() < 0.5 else others))
        level += found[-1].level or 0
    return found


def _cases(connection: sqlite3.Connection, rng: Random, size: int) -> None:
    """Records with steps and limits of some definitions, as if they had come about in any way."""
    feeds = fed()
    every = [one.definition for one in feeds]
    together = [own_definitions()[code] for code in TOGETHER]
    for number in range(1, size + 1):
        # What is counted together with one another is in most centres.
        definition = rng.choice(rng.choice((every, together)))
        opened = any_day(rng)
        amounts = [one.feed.adds for one in feeds if one.definition is definition and one.feed.adds]
        said: dict[str, object] = {code: rng.randrange(10**6) for code in amounts if rng.random() < 0.8}
        if definition.code == "all_post_competency":
            said |= {"person": rng.choice(("W1", "W2", "W9")), "matter": rng.choice(("社保", "医保"))}
        if definition.code == "delivery_order" and rng.random() < 0.9:
            said["item"] = f"N{rng.randint(1, size)}"
        if definition.code == "whistle" and rng.random() < 0.8:
            said["department"] = rng.choice(("城管中队", "市场所"))
        if definition.code == "joint_consultation" and rng.random() < 0.9:
            said |= {"invited_count": 9, "came_count": rng.randrange(10)}
        ended = _maybe(rng, (opened + timedelta(days=rng.randrange(20))).isoformat())
        is_stated = rng.random() < 0.25
        level = rng.randint(1, 3) if is_stated and definition.levels else 1
        steps = _steps(rng, definition, level)
        # Of those that came in from a sheet the old book may have another day.
        entered = opened - timedelta(days=rng.randrange(60)) if is_stated and rng.random() < 0.5 else opened
        day = entered.isoformat() if entered != opened else ""
        put(
            connection,
            "case_record",
            id=number,
            definition=definition.code,
            edition=1,
            number=f"N{number}",
            title="甲",
            state=rng.choice(definition.states).code,
            level=level + sum(one.level or 0 for one in steps),
            opened_on=entered.isoformat(),
            ended_on=ended,
            said=json.dumps(said),
            revision=1,
        )
        log = {"case_id": number, "operator_no": "W1"}
        came_in = stated(rng.choice(definition.states).code, level, day) if is_stated else ""
        if definition.code == "all_post_competency" and (is_stated or rng.random() < 0.3):
            came_in = stated("qualified", 1, day)
        until = {"valid_until": any_day(rng).isoformat()} if rng.random() < 0.7 else {}
        first = {"kind": "opened", "step": came_in, "said": json.dumps(until)}
        put(connection, "case_log", position=1, **first, **_when(rng, opened), **log)
        for position, step in enumerate(steps, 2):
            opened += timedelta(days=rng.randrange(6))
            put(connection, "case_log", position=position, kind="moved", step=step.code, **_when(rng, opened), **log)
        for begun, deadline in enumerate(definition.deadlines, 1):
            due = _maybe(rng, any_day(rng).isoformat(), 0.9)
            stopped = _maybe(rng, any_day(rng).isoformat(), 0.6)
            own = {"definition": definition.code, "started_on": "2026-10-01", "due_on": due, "stopped_on": stopped}
            put(connection, "case_limit", case_id=number, code=deadline.code, begun=begun, **own)
