"""The volunteers' year: shifts, visits, and the scans that made them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from db import assignments, checkin_log, day_closings, visits
from db import volunteers as records
from db.activities import Session
from db.assignments import Assignment
from db.visits import VisitRow
from db.volunteers import Card, Volunteer
from frontdesk.context import Context, Source
from frontdesk.demo.jobs import JOBS, Jobs, Shift
from frontdesk.demo.scene import People, Scene, is_weekend

FORGOTTEN_SHARE = 0.025
"""Visits whose exit was never scanned."""
SECOND_VISIT_SHARE = 0.02
REPEATED_SCAN_SHARE = 0.01
FOREIGN_CODES_PER_DAY = 0.12
LAST_SECOND = 23 * 3600 + 58 * 60
"""Whoever is still there is gone by then: a visit never runs past midnight."""
CLOSING_HOUR = 8.5
REVIEW_DAYS = 6
"""So many days later somebody judges the exits that were inferred."""
REFUSED_SHARE = 0.15
LONGEST_INFERRED = 4 * 3_600_000
"""Milliseconds: the exit of a visit without an assignment is inferred so long after its entry, as the default is."""
WITHOUT_ENTRY_DAYS = 3
"""So many days ago somebody signed out who had not signed in; nobody has settled it yet."""


SHIFTS = (
    Shift("平安巡逻队", 0, 375, 3, 3),
    Shift("护河队", 375, 540, 2, 2),
    Shift("晨曦助老队", 410, 600, 2, 2),
    Shift("晨曦助老队", 490, 700, 3, 2),
    Shift("便民服务队", 520, 745, 2, 2),
    Shift("法律咨询队", 540, 690, 1, 0),
    Shift("", 540, 730, 1, 1),
    Shift("助餐服务队", 620, 830, 2, 2),
    Shift("便民服务队", 730, 1000, 2, 2),
    Shift("晨曦助老队", 770, 990, 2, 1),
    Shift("亲子阅读队", 790, 1040, 2, 3),
    Shift("", 810, 1010, 1, 1),
    Shift("护河队", 970, 1130, 2, 1),
    Shift("晨曦助老队", 985, 1160, 2, 1),
    Shift("亲子阅读队", 1050, 1220, 1, 2),
    Shift("平安巡逻队", 1110, 1300, 2, 2),
    Shift("亲子阅读队", 1130, 1280, 1, 1),
    Shift("平安巡逻队", 1230, 1430, 2, 2),
)
"""Somebody is there at every hour, whenever the demo is opened."""


@dataclass(frozen=True)
class Planned:
    """A visit as it is meant to be: seconds after midnight; `left` is None where the exit was forgotten."""

    volunteer: Volunteer
    entered: int
    left: int | None
    repeated: bool
    assignment: Assignment | None = None


@dataclass(frozen=True)
class Scan:
    """One accepted or repeated scan on its way into the file."""

    at: int
    volunteer_no: str
    result: str
    assignment: Assignment | None = None


def fill_visits(
    context: Context, connection: sqlite3.Connection, scene: Scene, people: People, sessions: list[Session]
) -> None:
    """Write the visits and scans of the year up to now, the assignments of the last weeks and of those ahead, and what
    became of forgotten exits; whoever has not left today is here.
    """
    jobs = Jobs(connection, scene, scene.rng("assignments"))
    jobs.know(sessions)
    rng = scene.rng("visits")
    teams: defaultdict[str, list[Volunteer]] = defaultdict(list)
    for volunteer in people.volunteers:
        teams[volunteer.team].append(volunteer)
    keenness = {volunteer.no: rng.choice((1, 1, 1, 2, 3, 6)) for volunteer in people.volunteers}
    cards = {volunteer.no: records.cards(connection, volunteer.no) for volunteer in people.volunteers}
    desk_no = people.staff[1].no
    for day in scene.days_behind():
        drawn = Random(rng.getrandbits(64))
        planned = _plan(scene, drawn, day, teams, keenness, jobs)
        for scan in _scans(scene, day, planned):
            _record(connection, scan, day, cards[scan.volunteer_no], drawn, desk_no)
        _refusals(context, connection, scene, drawn, day, people)
        if day < scene.today:
            _close(connection, scene, day, desk_no, jobs.rng)
        if (scene.today - day).days == WITHOUT_ENTRY_DAYS:
            came = {one.volunteer.no for one in planned}
            away = next(one for one in people.volunteers if one.no not in came and _serves(scene, one, day))
            at = scene.instant(day, 17 * 3600)
            checkin_log.append(
                connection,
                {"at": at, "volunteer_no": away.no, "serial": 1, "result": "left_only", "source": "kiosk"}
                | {"direction": "out"},
            )
    ahead = scene.rng("assignments ahead")
    for number in range(1, (scene.last - scene.today).days + 1):
        _plan(scene, ahead, scene.today + timedelta(days=number), teams, keenness, jobs)


def _plan(
    scene: Scene, rng: Random, day: date, teams: dict[str, list[Volunteer]], keenness: dict[str, int], jobs: Jobs
) -> list[Planned]:
    """The visits of one day, every volunteer's once, save a few who come a second time in the afternoon; with the
    assignments of the day, for which all of them have signed up.
    """
    planned: list[Planned] = []
    taken: set[str] = set()
    for shift in SHIFTS:
        wanted = shift.weekend if is_weekend(day) else shift.working_day
        # Away from today a shift may be one short.
        if wanted > 1 and day != scene.today and rng.random() < 0.35:
            wanted -= 1
        free = [one for one in teams[shift.team] if one.no not in taken and _serves(scene, one, day)]
        chosen = _choose(rng, free, keenness, wanted)
        taken |= {volunteer.no for volunteer in chosen}
        assignment = None
        if shift.team in JOBS and jobs.has(day):
            assignment = _assign(scene, jobs, day, shift, chosen, [one for one in free if one.no not in taken])
        for volunteer in chosen:
            forgets = rng.random() < FORGOTTEN_SHARE and day != scene.today
            entered = max(60, round(shift.start * 60 + rng.triangular(-900, 1500, 120)))
            left = min(LAST_SECOND, max(entered + 1800, round(shift.end * 60 + rng.triangular(-2400, 900, -300))))
            planned.append(
                Planned(volunteer, entered, None if forgets else left, rng.random() < REPEATED_SCAN_SHARE, assignment)
            )
            if left < 43_200 and not forgets and rng.random() < SECOND_VISIT_SHARE:
                again = rng.randrange(46_800, 50_400)
                planned.append(Planned(volunteer, again, again + rng.randrange(5_400, 12_600), False))
    return planned


def _assign(
    scene: Scene, jobs: Jobs, day: date, shift: Shift, chosen: list[Volunteer], free: list[Volunteer]
) -> Assignment:
    """The assignment of a turn; the last one of today and some of those ahead lack somebody."""
    if day < scene.today:
        signed = [*chosen, *jobs.stayed_away(free)]
        return jobs.plan(day, shift, len(signed), signed)
    lacks = jobs.is_short() if day > scene.today else shift == SHIFTS[-1]
    return jobs.plan(day, shift, len(chosen), chosen, 1 if lacks else 0)


def _serves(scene: Scene, volunteer: Volunteer, day: date) -> bool:
    """Whether somebody serves on a day: from registering on; those who stopped only until half a year ago."""
    if volunteer.registered_on > day.isoformat():
        return False
    return volunteer.state == "active" or (scene.today - day).days > 180


def _choose(rng: Random, free: list[Volunteer], keenness: dict[str, int], wanted: int) -> list[Volunteer]:
    """Some of those who are free, the keen ones likelier; in the order of drawing, nobody twice."""
    drawn = rng.choices(free, [keenness[one.no] for one in free], k=wanted * 2) if free else []
    return list({one.no: one for one in drawn}.values())[:wanted]


def _scans(scene: Scene, day: date, planned: list[Planned]) -> list[Scan]:
    """The scans of a day's visits up to now, by time."""
    scans = []
    for visit in planned:
        entered = scene.instant(day, visit.entered)
        scans.append(Scan(entered, visit.volunteer.no, "entered", visit.assignment))
        if visit.repeated:
            scans.append(Scan(entered + 2_400, visit.volunteer.no, "same_scan"))
        if visit.left is not None:
            scans.append(Scan(scene.instant(day, visit.left), visit.volunteer.no, "left"))
    return sorted((scan for scan in scans if scan.at < scene.now), key=lambda scan: (scan.at, scan.volunteer_no))


def _record(
    connection: sqlite3.Connection, scan: Scan, day: date, cards: list[Card], rng: Random, desk_no: str
) -> None:
    card = max((card for card in cards if card.valid_from <= day.isoformat()), key=lambda card: card.serial)
    by_hand = rng.random() < 0.04
    at_desk = by_hand or rng.random() < 0.3
    source: Source = "desk" if at_desk else "kiosk"
    key = day.isoformat()
    number = _number_of_visit(connection, scan.volunteer_no, key, scan.result)
    counted = scan.result in ("entered", "left")
    values: dict[str, object] = {
        "at": scan.at,
        "volunteer_no": scan.volunteer_no,
        "serial": None if by_hand else card.serial,
        "result": scan.result,
        "source": source,
        "operator_no": desk_no if at_desk else None,
        "visit_day": key if counted else None,
        "visit_number": number if counted else None,
        "assignment_id": scan.assignment.id if scan.assignment else None,
        "session_code": scan.assignment.session_code if scan.assignment else None,
    }
    scan_id = checkin_log.append(connection, values)
    if scan.result == "entered":
        of = scan.assignment
        visits.enter(
            connection,
            scan.volunteer_no,
            key,
            number,
            scan.at,
            scan_id,
            of.id if of else None,
            of.session_code if of else None,
        )
    elif scan.result == "left":
        visits.leave(connection, scan.volunteer_no, key, number, scan.at, scan_id)


def _close(connection: sqlite3.Connection, scene: Scene, day: date, desk_no: str, rng: Random) -> None:
    """Infer the exits that were forgotten on a day, the morning after, as the use case does; and judge them, where
    that is long enough ago.
    """
    key = day.isoformat()
    closed_at = min(scene.instant(day + timedelta(days=1), CLOSING_HOUR * 3600), scene.now - 1)
    midnight = scene.instant(day + timedelta(days=1), 0)
    open_visits = visits.left_open(connection, key, key)
    for visit in open_visits:
        assignment = assignments.get(connection, visit.assignment_id) if visit.assignment_id is not None else None
        ends_at = assignment.ends_at if assignment else None
        left_at = min(ends_at or visit.entered_at + LONGEST_INFERRED, midnight)
        row = visit.model_copy(
            update={"left_at": left_at, "basis": "inferred", "review": "pending", "credit_seconds": 0}
        )
        _change(connection, row, "closed", closed_at, desk_no, left_at=left_at, credit_seconds=0)
        if (scene.today - day).days > REVIEW_DAYS:
            verdict = "refused" if rng.random() < REFUSED_SHARE else "accepted"
            planned = ends_at - assignment.starts_at if assignment and ends_at else LONGEST_INFERRED
            credit = 0 if verdict == "refused" else min(left_at - visit.entered_at, planned) // 1000
            at = min(closed_at + REVIEW_DAYS * 86_400_000, scene.now - 1)
            judged = row.model_copy(update={"review": verdict, "credit_seconds": credit})
            _change(connection, judged, "reviewed", at, desk_no, reason=verdict, credit_seconds=credit)
    day_closings.put_closing(connection, key, closed_at, desk_no, len(open_visits))


def _change(
    connection: sqlite3.Connection, visit: VisitRow, result: str, at: int, desk_no: str, **said: object
) -> None:
    """Write a visit as it is after a change, and the row of the log that says so."""
    head = {
        "at": at,
        "volunteer_no": visit.volunteer_no,
        "result": result,
        "source": "desk",
        "operator_no": desk_no,
        "visit_day": visit.day,
        "visit_number": visit.number,
    }
    checkin_log.append(connection, head | said)
    visits.put(connection, visit)


def _number_of_visit(connection: sqlite3.Connection, volunteer_no: str, day: str, result: str) -> int:
    """The number of the visit that a scan begins, or of the last one, which it ends."""
    _, past, _ = visits.standing(connection, volunteer_no, None, day, day)
    return max((one.number for one in past), default=0) + (1 if result == "entered" else 0)


def _refusals(
    context: Context, connection: sqlite3.Connection, scene: Scene, rng: Random, day: date, people: People
) -> None:
    """Now and then somebody holds something else under the scanner, or a suspended volunteer the old card."""
    if rng.random() >= FOREIGN_CODES_PER_DAY:
        return
    at = scene.instant(day, rng.randrange(30_000, 66_000))
    suspended = rng.choice([one for one in people.volunteers if one.state == "suspended"])
    reason = rng.choice(("foreign_code", "bad_check_digit", "volunteer_suspended"))
    if at >= scene.now or (reason == "volunteer_suspended" and _serves(scene, suspended, day)):
        return
    known = suspended.no if reason == "volunteer_suspended" else None
    length = None if known else 18 if reason == "foreign_code" else 20
    values: dict[str, object] = {
        "at": at,
        "volunteer_no": known,
        "serial": 1 if known else None,
        "result": "refused",
        "reason": reason,
        "source": "kiosk",
        "code_length": length,
        "code_hash": context.keys.fingerprint(f"demo:{at}") if length else None,
    }
    checkin_log.append(connection, values)
