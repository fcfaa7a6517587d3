"""A made-up centre with a year behind it: the same for the same moment and seed, save keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import blake2b
from zoneinfo import ZoneInfo

from frontdesk.backup import service as backup
from frontdesk.common.periods import Period, week_of
from frontdesk.context import Clock, Context, Operator
from frontdesk.demo.adopting import adopting_steps
from frontdesk.demo.cases import case_steps
from frontdesk.demo.checkins import fill_visits
from frontdesk.demo.credits import add_hours, issue_certificate, publish_hours
from frontdesk.demo.duty import ask_for_leave, ask_for_swap, publish_roster, report_absence
from frontdesk.demo.follow_ups import follow_up_ratings
from frontdesk.demo.letters import letter_steps
from frontdesk.demo.lists import change_month, list_day, publish_month, take_demands
from frontdesk.demo.opinions import fill_ratings
from frontdesk.demo.order import fill_order
from frontdesk.demo.people import MANAGER_NAME, MANAGER_NO, fill_people
from frontdesk.demo.profiles import fill_profiles, fill_settings
from frontdesk.demo.reviews import fill_reviews
from frontdesk.demo.rooms import fill_rooms
from frontdesk.demo.scene import People, Scene
from frontdesk.demo.signups import fill_sign_ups
from frontdesk.demo.timetable import fill_sessions
from frontdesk.home import Home
from frontdesk.reports import service as reports
from frontdesk.staff.service import DEFAULT_ZONE, set_up_centre

CENTRE_CODE = "310199-001"
"""310199 is no district of Shanghai."""
CENTRE_NAME = "示范路邻里中心"
STREET = "示范路街道"
DISTRICT = "示范区"
DEMO_PIN = "2580"
AFTERNOON = time(14, 40)
WEEKS_SUBMITTED = 4
CLOSED_ALL_THE_SAME = "未办结的已排到下周"
SUPPLEMENT_DAYS = 2
"""So many days ago hours were supplemented."""
ABSENT_HOUR, REPORTING_HOUR, ROSTER_HOUR, LEAVE_HOUR, SWAP_HOUR = 7, 9, 15, 15, 16


def make_demo(home: Home, *, today: date, at: time = AFTERNOON, seed: int = 1, code: str = CENTRE_CODE) -> Operator:
    """Fill a new home with the made-up centre as it stands on a local day at a time; returns its manager.

    The manager's PIN is `DEMO_PIN`, nobody else has one. Last week's report is due, those of the four weeks
    before wait to be sent. Raises DeskError `centre_exists` and whatever keeps a centre from being set up.
    """
    zone = ZoneInfo(DEFAULT_ZONE)
    scene = Scene(today=today, at=at, seed=seed, zone=zone)
    context = set_up_centre(
        home,
        code=code,
        name=CENTRE_NAME,
        street=STREET,
        district=DISTRICT,
        manager_no=MANAGER_NO,
        manager_name=MANAGER_NAME,
        pin=DEMO_PIN,
        clock=_stopped_at(scene.instant(scene.first, REPORTING_HOUR * 3600)),
        # What is lost with the power is generated again.
        synchronous="OFF",
    )
    context.tells_changes = False
    try:
        people = _fill(context, scene)
        backup.confirm_recovery_key(context, backup.keep_key(context, demo_key()).digits)
        _live(context, scene, people)
        return context.require_operator()
    finally:
        context.database.close()


def demo_key() -> backup.RecoveryKey:
    """The recovery key of every made-up centre: the same for all, as its PIN is."""
    return backup.RecoveryKey(blake2b(b"frontdesk demo", digest_size=16).digest())


def _stopped_at(instant: int) -> Clock:
    """A clock that shows one instant (UTC milliseconds)."""
    return lambda: datetime.fromtimestamp(instant / 1000, UTC)


def _fill(context: Context, scene: Scene) -> People:
    """Everything of the year in one transaction, under one audit entry."""
    with context.change(
        "demo.generated", context.centre.code, seed=scene.seed, today=scene.today.isoformat()
    ) as connection:
        people = fill_people(context, connection, scene)
        fill_order(context, connection, scene, people)
        sessions = fill_sessions(connection, scene, people)
        fill_rooms(connection, scene, people, [session for _, session in sessions])
        fill_sign_ups(connection, scene, people, sessions)
        fill_visits(context, connection, scene, people, [session for _, session in sessions])
        fill_profiles(context, connection, scene, people)
        fill_settings(connection)
        fill_ratings(context, connection, scene, [session for _, session in sessions])
        fill_reviews(connection, scene)
        return people


def _hand_over(context: Context, week: Period) -> None:
    """Close a week, whatever its check list still holds, and submit its report."""
    waived = [one.code for one in reports.check_list(context, week) if one.is_open]
    reports.close_period(context, week, waived, CLOSED_ALL_THE_SAME)
    reports.submit(context, week)


def _live(context: Context, scene: Scene, people: People) -> None:
    """What was done at the desk in the last weeks, by its use cases, each at its own moment and in that order."""
    rng = scene.rng("reports")
    context.ids = lambda: rng.randbytes(16).hex()
    yesterday = scene.today - timedelta(days=1)
    steps: list[tuple[int, Callable[[], object]]] = [
        (scene.instant(scene.roster_made, ROSTER_HOUR * 3600), lambda: publish_roster(context, scene)),
        (scene.instant(yesterday, LEAVE_HOUR * 3600), lambda: ask_for_leave(context, scene, people)),
        (scene.instant(yesterday, SWAP_HOUR * 3600), lambda: ask_for_swap(context, scene, people)),
        (
            min(scene.now, scene.instant(scene.today, ABSENT_HOUR * 3600)),
            lambda: report_absence(context, scene, people),
        ),
    ]
    steps += [
        (
            scene.instant(scene.today - timedelta(days=SUPPLEMENT_DAYS), LEAVE_HOUR * 3600),
            lambda: add_hours(context, scene),
        ),
        (scene.instant(scene.notice_day, REPORTING_HOUR * 3600), lambda: publish_hours(context)),
        (scene.instant(yesterday, SWAP_HOUR * 3600), lambda: issue_certificate(context)),
        (scene.instant(list_day(scene), REPORTING_HOUR * 3600), lambda: publish_month(context, scene)),
        (scene.now, lambda: change_month(context, scene)),
        (scene.now, lambda: take_demands(context, scene)),
        (scene.now, lambda: follow_up_ratings(context, scene)),
    ]
    for number in range(1, 1 + WEEKS_SUBMITTED):
        week = week_of(scene.today - timedelta(weeks=1 + number))
        monday = scene.instant(week.last + timedelta(days=1), REPORTING_HOUR * 3600)
        steps.append((monday, partial(_hand_over, context, week)))
    steps += letter_steps(context, scene)
    steps += case_steps(context, scene, people)
    steps += adopting_steps(context, scene)
    for instant, step in sorted(steps, key=lambda one: one[0]):
        context.clock = _stopped_at(instant)
        step()
