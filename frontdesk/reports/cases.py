"""The cases (办件) of a period: follow-ups of bad ratings, demands, and the records of every mechanism."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from db import demands, info_reports, staff
from db.demands import DemandLine
from frontdesk.cases import service as cases
from frontdesk.cases.service import PeriodCase
from frontdesk.common.names import without_spacing
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.locale import t
from frontdesk.reports.letters.facts import without_names
from frontdesk.reports.rules import WITHOUT_LEVELS
from frontdesk.reports.weekdata import CaseRow

MOST_OLDER = 500
"""So many cases of each kind that were opened before the period are looked at, those open longest first."""


class Cases(NamedTuple):
    """The rows by kind and number, and how many older ones are not among them."""

    rows: tuple[CaseRow, ...]
    left_out: int


def cases_of(context: Context, period: Period, shown: Callable[[str], str], *, with_names: bool) -> Cases:
    """What was opened or ended in a period, is overdue at its end, or has no answer yet; how far it was by then.

    `shown` is how a name of the staff is shown. In residents' words numbers are masked, and names that the centre knows
    unless `with_names`. Of a half month only demands: which ratings were bad is not told of it. A
    period that has not begun has none.
    """
    if period.first > context.today():
        return Cases((), 0)
    with context.database.reading() as connection:
        follow_ups, left_out = Cases((), 0) if period.kind in WITHOUT_LEVELS else _follow_ups(context, period, shown)
        by = min(context.now_ms(), context.midnight(period.last + timedelta(days=1)) - 1)
        span = (period.first.isoformat(), period.last.isoformat())
        wanted = demands.to_report(connection, *span, by, MOST_OLDER)
        unanswered = demands.count_unanswered(connection, span[0])
        spoken = "" if with_names else without_spacing("\n".join(one.words for one, _ in wanted))
        names = info_reports.names_within(connection, spoken)
        found = cases.cases_of_period(context, period.first, period.last, MOST_OLDER, titled_in_clear=with_names)
        left = cases.left_out_of_period(context, period.first, period.last, MOST_OLDER, found)
        left_out += sum(left.values())
        titles = "" if with_names else without_spacing("\n".join(one.title for one in found))
        in_titles = info_reports.names_within(connection, titles)
        staff_names = {one.no: one.name for one in staff.every(connection)}

    records = (_record(one, without_names(one.title, in_titles), shown, staff_names) for one in found)
    put = [_demand(one, held_on, without_names(one.words, names), span) for one, held_on in wanted]
    return Cases((*follow_ups, *put, *records), left_out + max(0, unanswered - MOST_OLDER))


def _follow_ups(context: Context, period: Period, shown: Callable[[str], str]) -> Cases:
    found = feedback.follow_up_cases(context, period.first, period.last, MOST_OLDER)
    kind, joint, happened = t("workbook.case.follow_up"), t("workbook.joint"), cache(_happened)
    rows = tuple(
        CaseRow(
            kind=kind,
            no=one.no,
            matter=one.subject,
            level=one.level,
            happened=happened(*one.happened),
            standing=one.state,
            opened_on=one.opened_on,
            due=one.due,
            ended_on=one.ended_on,
            role=joint.join(one.posts),
            responsible=shown(one.responsible),
        )
        for one in found.cases
    )
    return Cases(rows, found.left_out)


def _demand(one: DemandLine, held_on: str, words: str, span: tuple[str, str]) -> CaseRow:
    first, last = span
    opened, ended = first <= one.day <= last, first <= held_on <= last
    said = [*["opened"] * opened, *["ended"] * ended, *["waiting"] * (one.state == "new")]
    return CaseRow(
        kind=t("workbook.case.demand"),
        no=str(one.id),
        matter=words,
        happened=_happened(*said),
        standing=t(f"monthly.demand.state.{one.stands}"),
        opened_on=date.fromisoformat(one.day),
        ended_on=date.fromisoformat(held_on) if held_on else None,
    )


def _record(one: PeriodCase, title: str, shown: Callable[[str], str], staff_names: Mapping[str, str]) -> CaseRow:
    """A record of a mechanism; whoever answers for it is named as the staff is."""
    said = [*["opened"] * one.opened, *["ended"] * one.ended, *["overdue"] * one.overdue]
    levels = one.definition.levels and one.ended_on is None
    return CaseRow(
        kind=str(one.definition.name),
        no=one.number,
        matter=title,
        happened=_happened(*said),
        standing=t("cases.state_on_level", state=one.state, level=one.level) if levels else one.state,
        opened_on=one.opened_on,
        due=one.due,
        ended_on=one.ended_on,
        responsible=shown(staff_names[one.responsible]) if one.responsible in staff_names else "",
    )


def _happened(*codes: str) -> str:
    return t("workbook.joint").join(t(f"workbook.case.{code}") for code in codes)
