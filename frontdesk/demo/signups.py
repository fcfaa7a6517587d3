"""Who signed up for the sessions, who got seats, and who came."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from random import Random

from db import attendance
from db.activities import Session
from db.attendance import AttendanceStatus
from frontdesk.activities import service as activities
from frontdesk.demo.scene import People, Scene
from frontdesk.demo.timetable import ACTIVITIES, Activity

CIRCLE_FACTOR = 2.2
"""How many residents care for an activity, as a multiple of its seats."""
WITHDRAWN_SHARE = 0.05
OPENS_DAYS_AHEAD = 9
FIRST_SIGN_UP, LAST_SIGN_UP = 8.5 * 3600, 19.5 * 3600
"""Seconds of the day between which people sign up."""


def fill_sign_ups(
    connection: sqlite3.Connection, scene: Scene, people: People, sessions: list[tuple[Activity, Session]]
) -> None:
    """Write the sign-ups that have been made by now, and what became of them in sessions that are over.

    Of the sessions that are over the last one has no attendance yet, so that something is left to be done.
    """
    rng = scene.rng("sign-ups")
    circles = {
        activity.name: rng.sample(
            people.residents, min(len(people.residents), round(activity.capacity * CIRCLE_FACTOR))
        )
        for activity in ACTIVITIES
    }
    over = [session for _, session in sessions if session.ends_at < scene.now and session.state == "published"]
    unrecorded = max(over, key=lambda session: (session.ends_at, session.code)).code if over else ""
    for activity, session in sessions:
        # A stream for each session: what has happened by now changes nothing in the others.
        drawn = Random(rng.getrandbits(64))
        confirmed = _sign_up(connection, scene, drawn, activity, session, circles[activity.name])
        if session.state == "published" and session.ends_at < scene.now and session.code != unrecorded:
            _attend(connection, drawn, activity, session, confirmed)


def _sign_up(
    connection: sqlite3.Connection,
    scene: Scene,
    rng: Random,
    activity: Activity,
    session: Session,
    circle: list[int],
) -> dict[int, int]:
    """Sign parties up, by time; returns the party sizes of those that have seats, by registration."""
    wanted = activity.capacity * activity.demand * rng.uniform(0.6, 1.2)
    applicants = []
    for resident in rng.sample(circle, len(circle)):
        if wanted < 0.5:
            break
        party = rng.choice((1, 2, 2, 3)) if activity.party > 1 else 1 if rng.random() < 0.9 else 2
        applicants.append((_moment(scene, rng, session), resident, party))
        wanted -= party
    rows = [activities.ListedParty(*one) for one in sorted(applicants) if one[0] < scene.now]
    leaving = {place for place in range(len(rows)) if rng.random() < WITHDRAWN_SHARE}
    stored = activities.fill_list(connection, session, rows, leaving, scene.now)
    return {party.id: party.seats for party in stored if party.state == "confirmed"}


def _moment(scene: Scene, rng: Random, session: Session) -> int:
    """When somebody signs up: in the days before, more as it comes nearer, two hours before at the latest."""
    day = date.fromisoformat(session.day) - timedelta(days=int(OPENS_DAYS_AHEAD * rng.random() ** 1.5))
    moment = scene.instant(day, rng.uniform(FIRST_SIGN_UP, LAST_SIGN_UP))
    latest = session.starts_at - 7_200_000
    return moment if moment < latest else latest - rng.randrange(36_000_000, 54_000_000)


def _attend(
    connection: sqlite3.Connection,
    rng: Random,
    activity: Activity,
    session: Session,
    confirmed: dict[int, int],
) -> None:
    """Record who came; walk-ins take what seats are left, never more."""
    left = session.capacity
    for party, size in confirmed.items():
        status: AttendanceStatus = rng.choices(("attended", "absent_notified", "no_show"), (86, 6, 8))[0]
        seats = size - 1 if status == "attended" and size > 1 and rng.random() < 0.1 else size
        if status == "attended":
            left -= seats
        attendance.put_attendance(connection, session.code, party, status, seats)
    came = rng.randrange(left // 3, left) if activity.demand == 0 else min(left, rng.choice((0, 0, 0, 1, 2, 4)))
    if came:
        attendance.put_attendance(connection, session.code, None, "walk_in", came)
