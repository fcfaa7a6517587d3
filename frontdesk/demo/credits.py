"""Hours beyond the scans: supplements, a public notice, a certificate; through the use cases of the desk."""

from __future__ import annotations

from datetime import date, timedelta

from frontdesk.context import Context
from frontdesk.demo.scene import Scene
from frontdesk.volunteers import service as volunteers
from frontdesk.volunteers.hours.issuing import issue, proposed_issuing
from frontdesk.volunteers.hours.notices import publish
from frontdesk.volunteers.hours.supplements import add_supplement

SUPPLEMENTED = 8
REASONS = ("卡忘带，队长证明", "外出服务，没有刷卡", "停电，手工登记", "上门服务，不在中心")
MOST_OF_A_DAY = 480


def add_hours(context: Context, scene: Scene) -> None:
    """Supplement the hours of some who served away from the scanner, on days without a visit of theirs."""
    rng = scene.rng("supplements")
    context.read_settings()
    today = context.today()
    served = volunteers.hours(context, today - timedelta(days=60), today)
    for line in rng.sample(served, min(SUPPLEMENTED, len(served))):
        day = today - timedelta(days=rng.randrange(2, 50))
        if line.volunteer_no not in _served_on(context, day):
            minutes = rng.choice((60, 90, 120, 150, 180))
            add_supplement(context, line.volunteer_no, minutes=minutes, reason=rng.choice(REASONS), day=day)
    if not volunteers.milestones(context, scene.today - timedelta(days=6)):
        _pass_a_milestone(context)


def _served_on(context: Context, day: date) -> set[str]:
    return {line.volunteer_no for line in volunteers.hours(context, day, day)}


def _pass_a_milestone(context: Context) -> None:
    """Where nobody has passed a milestone this week, whoever comes nearest does so by what was forgotten yesterday."""
    yesterday = context.today() - timedelta(days=1)
    there = _served_on(context, yesterday)
    near: list[tuple[int, str]] = []
    for line in volunteers.hours(context, date.min, context.today()):
        seconds = line.seconds + line.supplemented
        mark = next((mark for mark in context.settings.hour_milestones if mark * 3600 > seconds), None)
        if mark is not None and line.volunteer_no not in there:
            near.append((mark * 60 - seconds // 60, line.volunteer_no))
    minutes, no = min(near)
    if minutes <= MOST_OF_A_DAY:
        add_supplement(context, no, minutes=minutes, reason=REASONS[0], day=yesterday)


def publish_hours(context: Context) -> None:
    """Publish the hours of the last whole month."""
    last = context.today().replace(day=1) - timedelta(days=1)
    publish(context, last.replace(day=1), last)


def issue_certificate(context: Context) -> None:
    """Issue a certificate of the last twelve whole months to who served most."""
    month = context.today().replace(day=1)
    first, last = month.replace(year=month.year - 1), month - timedelta(days=1)
    most = max(volunteers.hours(context, first, last), key=lambda line: (line.seconds, line.volunteer_no))
    issue(context, most.volunteer_no, first, last, proposed_issuing(context))
