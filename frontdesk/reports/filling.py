"""Filling the report of a period from the centre's records, at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from db.activities import SessionLine
from frontdesk.activities import service as activities
from frontdesk.common.names import mask_name, mask_names
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.locale import t
from frontdesk.reports import service
from frontdesk.reports.anonymity import anonymous_rows
from frontdesk.reports.cases import Cases, cases_of
from frontdesk.reports.mechanisms import mechanism_rows
from frontdesk.reports.rules import WITHOUT_LEVELS
from frontdesk.reports.weekdata import (
    AmendmentRow,
    AttendanceRow,
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
from frontdesk.roster import service as roster
from frontdesk.volunteers import service as volunteers


def report_of(context: Context, period: Period, *, with_names: bool = False) -> WeekWorkbook:
    """Everything that stands in the report of a period, read at one moment; names masked unless `with_names`. Of a
    closed period the figures are the frozen ones, and the days those that were closed.
    """
    # The same people come to many sessions.
    shown, one_shown = (str, str) if with_names else (cache(mask_names), cache(mask_name))
    with context.database.reading():
        days = service.to_put_on_paper(context, period)
        return _read(context, days, shown, one_shown, cases_of(context, days, one_shown, with_names=with_names))


def _read(
    context: Context, period: Period, shown: Callable[[str], str], one_shown: Callable[[str], str], cases: Cases
) -> WeekWorkbook:
    centre = context.centre
    first, last = period.first, period.last
    is_running = not period.has_ended(context.today())
    return WeekWorkbook(
        centre=WeekCentre(code=centre.code, name=centre.name, street=centre.street, district=centre.district),
        period=WeekPeriod(key=period.key, first=first, last=last, running=is_running, label=period.label),
        figures=WeekFigures.model_validate(
            {**service.figures_to_show(context, period), "satisfaction": service.satisfaction(context, period)}
        ),
        frozen=_frozen(context, period),
        sessions=tuple(_sessions(context, period, shown)),
        attendance=tuple(_attendance(context, period, one_shown)),
        hours=tuple(
            HoursRow(
                volunteer_no=line.volunteer_no,
                name=one_shown(line.name),
                team=line.team,
                visits=line.visits,
                seconds_measured=line.seconds,
                seconds_supplemented=line.supplemented,
                left_open=line.left_open,
            )
            for line in volunteers.hours(context, first, last)
        ),
        ratings=tuple(_ratings(context, period)),
        follow_ups=tuple(_follow_ups(context, period, one_shown)),
        cases=cases.rows,
        cases_left_out=cases.left_out,
        mechanisms=mechanism_rows(context, period),
        duty=tuple(_duty(context, period, one_shown)),
        shifts=tuple(_shifts(context, period, one_shown)),
        rooms=tuple(_rooms(context, period)),
        amendments=tuple(_amendments(context, period)),
        created=_end_of_what_is_counted(context, period, is_running=is_running),
        public_minimum=context.settings.public_minimum,
    )


def _end_of_what_is_counted(context: Context, period: Period, *, is_running: bool) -> datetime:
    """The midnight after the last day, of a period that runs that before today: the same whenever on a day it is asked
    for.
    """
    day = context.today() if is_running else period.last + timedelta(days=1)
    return datetime.fromtimestamp(context.midnight(day) / 1000, UTC).astimezone(context.zone)


def _frozen(context: Context, period: Period) -> FrozenMark | None:
    closing = service.closing_of(context, period)
    if closing is None:
        return None
    day = context.local(closing.closed_at).date()
    return FrozenMark(edition=closing.edition, day=day, digest=closing.digest.hex())


def _sessions(context: Context, period: Period, shown: Callable[[str], str]) -> Iterator[SessionRow]:
    for line in activities.sessions(context, period.first, period.last):
        start = context.local(line.starts_at)
        yield SessionRow(
            code=line.code,
            day=start.date(),
            time=_times(context, line.starts_at, line.ends_at),
            name=line.name,
            category=line.category,
            room=line.room,
            lead=shown(line.lead),
            capacity=line.capacity,
            confirmed=line.seats_confirmed,
            waitlisted=line.parties_waitlisted,
            person_times=line.person_times,
            no_show_seats=line.no_show_seats,
            state=t(f"activities.session.{_state(context, line)}"),
        )


def _state(context: Context, line: SessionLine) -> str:
    """Held is a session that is over and has attendance on record."""
    over = line.ends_at < context.now_ms() and line.attendance_rows
    return "held" if line.state == "published" and over else line.state


def _times(context: Context, starts_at: int, ends_at: int) -> str:
    return f"{context.local(starts_at):%H:%M}-{context.local(ends_at):%H:%M}"


def _attendance(context: Context, period: Period, one_shown: Callable[[str], str]) -> Iterator[AttendanceRow]:
    """The lines of a session come one after another: what all of them share is made once."""
    session, day, times = "", period.first, ""
    status_words = {status: t(f"attendance.status.{status}") for status in _STATUSES}
    way_words = {way: t(f"workbook.way.{way}") if way else "" for way in ("", "scan", "list", "import")}
    for line in activities.attendance_lines(context, period.first, period.last):
        if line.session_code != session:
            session, day = line.session_code, date.fromisoformat(line.day)
            times = _times(context, line.starts_at, line.ends_at)
        yield AttendanceRow(
            day,
            times,
            session,
            line.session_name,
            line.number,
            one_shown(line.name),
            status_words[line.status],
            way_words[line.way],
            line.seats,
        )


_STATUSES = ("attended", "absent_notified", "no_show", "walk_in")


def _ratings(context: Context, period: Period) -> list[RatingRow]:
    """None of a half month: beside weeks they would tell what single people said."""
    if period.kind in WITHOUT_LEVELS:
        return []
    return anonymous_rows(feedback.listed_ratings(context, period), t("workbook.others"))


def _follow_ups(context: Context, period: Period, one_shown: Callable[[str], str]) -> Iterator[FollowUpRow]:
    """None of a half month, as of its ratings."""
    if period.kind in WITHOUT_LEVELS:
        return
    for line in feedback.follow_up_ledger(context, period.first, period.last).lines:
        yield FollowUpRow(
            no=line.no,
            subject=line.subject,
            rater=line.rater,
            responsible=one_shown(line.responsible),
            verified=line.verified,
            result=line.result,
            called=line.called,
            appeal=line.appeal,
            state=line.state,
            due=line.due,
            ended_on=line.ended_on,
        )


def _duty(context: Context, period: Period, one_shown: Callable[[str], str]) -> Iterator[DutyRow]:
    worked = roster.worked_counts(context, period.first, period.last)
    for post, a_names, b_names in roster.holders_by_post(context):
        yield DutyRow(
            post=post,
            holders_a=tuple(map(one_shown, a_names)),
            holders_b=tuple(map(one_shown, b_names)),
            worked=worked.get(post),
        )


def _shifts(context: Context, period: Period, one_shown: Callable[[str], str]) -> Iterator[ShiftRow]:
    for line in roster.worked_shifts(context, period.first, period.last):
        starts, ends = line.window
        yield ShiftRow(
            day=line.day,
            time=f"{_clock(starts)}-{_clock(ends)}",
            shift=line.shift,
            post=line.post,
            acting=one_shown(line.acting),
            standby=one_shown(line.standby),
            planned=one_shown(line.planned),
        )


def _clock(minute: int) -> str:
    """A minute of the day as a clock shows it; one of the next day too, but for the midnight at which a day ends."""
    return "24:00" if minute == 1440 else f"{minute // 60 % 24:02}:{minute % 60:02}"


def _rooms(context: Context, period: Period) -> Iterator[RoomRow]:
    for use in activities.room_use(context, period.first, period.last):
        yield RoomRow(
            room=use.room,
            open_minutes=use.open,
            used_minutes=use.used,
            within_minutes=use.within,
            uses=use.uses,
            person_times=use.person_times,
            no_shows=use.no_shows,
        )


def _amendments(context: Context, period: Period) -> Iterator[AmendmentRow]:
    """What was corrected of this period, and what the report of this one carries of those before."""
    carried = [*service.amendments_to_carry(context, period), *service.amendments_of(context, period)]
    for one in carried:
        for change in one.changes:
            yield AmendmentRow(
                period=one.period.label,
                number=one.number,
                day=context.local(one.at).date(),
                figure=change.figure,
                key=change.key,
                before=change.before,
                after=change.after,
                reason=one.reason,
            )
