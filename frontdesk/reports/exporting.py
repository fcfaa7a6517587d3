"""Filling the workbook of a period from the centre's records."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from db.activities import SessionLine
from frontdesk.activities import service as activities
from frontdesk.common.names import mask_name
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.locale import t
from frontdesk.reports import service
from frontdesk.reports.anonymity import anonymous_rows
from frontdesk.reports.weekdata import (
    DutyRow,
    HoursRow,
    SessionRow,
    WeekCentre,
    WeekFigures,
    WeekPeriod,
    WeekWorkbook,
)
from frontdesk.reports.workbook import write_week
from frontdesk.roster import service as roster
from frontdesk.volunteers import service as volunteers

_BETWEEN_NAMES = "、，,；;/／"
_NAMES = re.compile(f"([{_BETWEEN_NAMES}])")


def export_workbook(context: Context, period: Period, out: Path, *, with_names: bool = False) -> Path:
    """Write the workbook of a period; every name in it is masked. Returns `out`.

    `with_names` gives staff and the leads of sessions their full names (volunteers stay masked). That takes somebody
    signed in, and stands in the audit log with the number of sessions and of posts. Raises WorkbookFault
    `export_failed`; with names also what `require_writer` raises.
    """
    if not with_names:
        write_week(workbook_of(context, period), out)
        return out
    context.require_writer()
    report = workbook_of(context, period, with_names=True)

    def note() -> None:
        counts = {"sessions": len(report.sessions), "posts": len(report.duty)}
        with context.change("report.exported_with_names", period.key, **counts):
            """Nothing but the audit entry is written."""

    write_week(report, out, on_record=note)
    return out


def workbook_of(context: Context, period: Period, *, with_names: bool = False) -> WeekWorkbook:
    """Everything that stands in the workbook of a period, read at one moment; names masked unless `with_names`."""
    with context.database.reading():
        return _read_workbook(context, period, str if with_names else _mask_names)


def _mask_names(names: str) -> str:
    """Names as one cell of the office's sheets holds them, one or several, each masked."""
    return "".join(part if part in _BETWEEN_NAMES else mask_name(part) for part in _NAMES.split(names))


def _read_workbook(context: Context, period: Period, shown: Callable[[str], str]) -> WeekWorkbook:
    centre = context.centre
    figures = WeekFigures.model_validate(service.figures_to_show(context, period))
    return WeekWorkbook(
        centre=WeekCentre(code=centre.code, name=centre.name, street=centre.street, district=centre.district),
        period=WeekPeriod(
            key=period.key,
            first=period.first,
            last=period.last,
            running=not period.has_ended(context.today()),
            label=period.label,
        ),
        figures=figures,
        sessions=tuple(_sessions(context, period, shown)),
        hours=tuple(
            HoursRow(
                volunteer_no=line.volunteer_no,
                name_masked=mask_name(line.name),
                team=line.team,
                visits=line.visits,
                seconds_measured=line.seconds,
                left_open=line.left_open,
            )
            for line in volunteers.hours(context, period.first, period.last)
        ),
        ratings=tuple(
            anonymous_rows(
                feedback.listed_ratings(context, period),
                t("workbook.others"),
            )
        ),
        duty=tuple(_duty(context, period, shown)),
        created=context.now().astimezone(context.zone),
        public_minimum=context.settings.public_minimum,
    )


def _sessions(context: Context, period: Period, shown: Callable[[str], str]) -> list[SessionRow]:
    rows = []
    for line in activities.sessions(context, period.first, period.last):
        start, end = context.local(line.starts_at), context.local(line.ends_at)
        rows.append(
            SessionRow(
                code=line.code,
                day=start.date(),
                time=f"{start:%H:%M}-{end:%H:%M}",
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
        )
    return rows


def _state(context: Context, line: SessionLine) -> str:
    """Held is a session that is over and has attendance on record."""
    over = line.ends_at < context.now_ms() and line.attendance_rows
    return "held" if line.state == "published" and over else line.state


def _duty(context: Context, period: Period, shown: Callable[[str], str]) -> list[DutyRow]:
    worked = roster.worked_counts(context, period.first, period.last)
    return [
        DutyRow(
            post=post,
            holders_a=tuple(map(shown, a_names)),
            holders_b=tuple(map(shown, b_names)),
            worked=worked.get(post),
        )
        for post, a_names, b_names in roster.holders_by_post(context)
    ]
