"""Use cases of the statistics of ratings: they only read, up to yesterday, and hide what few people said."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from db import feedback_statistics as records
from db.feedback import SubjectKind
from db.feedback_statistics import SessionFacts
from frontdesk.common.periods import Period, PeriodKind, month_of, parse_period, period_of
from frontdesk.context import Context
from frontdesk.feedback.followup.counting import OpenCount, open_follow_ups_between
from frontdesk.feedback.statistics.errors import StatisticsError
from frontdesk.feedback.statistics.groups import GROUPINGS, Grouping, above, belongs, path_of
from frontdesk.feedback.statistics.ledger import Ledger
from frontdesk.feedback.statistics.rules import Change, Figures, active_rate, change_between
from frontdesk.feedback.statistics.suppression import Path

KINDS: tuple[PeriodKind, ...] = ("week", "month", "quarter", "year")

MOST_PERIODS = 60
"""So many periods a trend has at most."""


SERVICES: Path = ("service",)
"""The group of all services of the counter."""


@dataclass(frozen=True)
class Group:
    """One group in a period. `figures` are None where they stay hidden, `before` where those of the period before do.

    `change` is None where there is nothing to compare. `person_times` are those of its sessions, None where nobody was
    counted or it has none; so is the active rate. `contacts` are the first contacts that were answered, of the services
    of the counter as a whole where the setting counts them. `open` and `overdue` are follow-ups as they stand today.
    """

    path: Path
    label: str
    figures: Figures | None
    before: Figures | None = None
    person_times: int | None = None
    contacts: int | None = None
    open: int = 0
    overdue: int = 0

    @property
    def change(self) -> Change | None:
        """Against the period before."""
        return change_between(self.before, self.figures) if self.before and self.figures else None

    @property
    def active_rate(self) -> float | None:
        """主动评价率, from 0 to 1."""
        served = self.person_times if self.path[:1] == ("session",) else self.contacts
        return active_rate(self.figures.answers, served) if self.figures else None


@dataclass(frozen=True)
class Statistics:
    """The ratings of a period: of the whole centre up to `through` (None: the period has no day behind us), of its
    groups from `groups_from` to `groups_through`: whole weeks of a running month, whole months of a running quarter or
    year; None while there are none. `answers` is how many ratings there are in all; below `minimum` the centre has no
    figures either. `waits` is whether much of a week is shown only when its month is over.
    """

    period: Period
    grouping: Grouping
    minimum: int
    answers: int
    through: date | None
    groups_from: date | None
    groups_through: date | None
    total: Group
    groups: tuple[Group, ...]
    waits: bool = False


class Read:
    """What was rated in some months, with the names of what was rated."""

    def __init__(self, context: Context, connection: sqlite3.Connection, first: date, last: date) -> None:
        """Both days are in months that are read as a whole: only so is known what may be shown of their weeks."""
        begins, ends = month_of(first).first, month_of(last).last
        limit = min(ends, context.today() - timedelta(days=1))
        lines = records.by_day(connection, begins.isoformat(), limit.isoformat())
        codes = {line.subject for line in lines if line.kind == "session"}
        held = records.sessions(connection, first.isoformat(), min(last, limit).isoformat(), codes)
        self.sessions: dict[str, SessionFacts] = {one.code: one for one in held}
        self._posts = records.posts_of_services(connection)
        helped = {line.subject for line in lines if line.kind == "volunteer"}
        self._titles = records.assignment_titles(connection, helped) if helped else {}
        self._paths: dict[tuple[str, str], Path] = {}
        self.ledger = Ledger(
            ((line.day, self.path(line.kind, line.subject), line.counts) for line in lines),
            context.settings.public_minimum,
            context.today(),
            context.settings.report_week_ends,
        )

    def path(self, kind: SubjectKind, subject: str) -> Path:
        """Where a rated subject belongs."""
        key = kind, subject
        if key not in self._paths:
            self._paths[key] = path_of(kind, subject, self._posts, self.sessions, self._titles)
        return self._paths[key]

    def label(self, path: Path) -> str:
        """The last name of a path; a session's with its code, as people know it."""
        if len(path) == 4 and path[3] in self.sessions:
            return f"{self.sessions[path[3]].name} {path[3]}"
        return path[-1] if path else ""

    def person_times(self, first: date, last: date) -> dict[Path, int]:
        """Who attended, by session and by every group above; a group of which nobody was counted is not in it."""
        sums: defaultdict[Path, int] = defaultdict(int)
        low, high = first.isoformat(), last.isoformat()
        for one in self.sessions.values():
            if one.person_times is not None and low <= one.day <= high:
                for path in above(("session", one.category, one.activity, one.code)):
                    sums[path] += one.person_times
        return sums


def period_named(context: Context, key: str) -> Period:
    """The period behind a key such as 2026-W46 or 2026-11. Raises StatisticsError `bad_period`."""
    try:
        return parse_period(key, week_ends=context.settings.report_week_ends)
    except ValueError as wrong:
        raise StatisticsError("bad_period", value=key) from wrong


def period_at(context: Context, kind: PeriodKind, day: date) -> Period:
    """The period of a kind that a day lies in, weeks ending as the centre's reports have it."""
    return period_of(kind, day, context.settings.report_week_ends)


def kind_named(kind: str) -> PeriodKind:
    """The kind of period of this name. Raises StatisticsError `bad_kind`."""
    for known in KINDS:
        if known == kind:
            return known
    raise StatisticsError("bad_kind", value=kind)


def statistics(context: Context, period: Period, grouping: Grouping = "kind") -> Statistics:
    """The figures of a period, of the whole centre and by `grouping`, against the period before.

    Those by staff are for managers and for whole months only. Raises StatisticsError `bad_grouping`,
    `staff_by_month`, and by staff what `require_manager` raises.
    """
    if grouping not in GROUPINGS:
        raise StatisticsError("bad_grouping", value=grouping, known=", ".join(GROUPINGS))
    if grouping == "staff":
        context.require_manager()
        if period.kind == "week":
            raise StatisticsError("staff_by_month")
    before = period.previous()
    with context.database.reading() as connection:
        read = Read(context, connection, before.first, period.last)
        through = min(period.last, context.today() - timedelta(days=1))
        follow_ups = _follow_ups(context, period.first, through)
        if grouping == "staff":
            from frontdesk.feedback.statistics.staff import staff_groups

            last, groups = staff_groups(context, connection, read, period, follow_ups)
            told = (period.first, last) if last else None
        else:
            told = read.ledger.told(period)
            contacts = _contacts(context, *told) if told else None
            groups = _groups(read, period, grouping, told, follow_ups, contacts) if told else []
    total = read.ledger.total(period)
    earlier = read.ledger.total(before)
    minimum = context.settings.public_minimum
    return Statistics(
        period=period,
        grouping=grouping,
        minimum=minimum,
        answers=total.answers,
        through=through if period.first <= through else None,
        groups_from=told[0] if told else None,
        groups_through=told[1] if told else None,
        total=Group(
            (),
            "",
            total if total.answers >= minimum else None,
            earlier if earlier.answers >= minimum else None,
            open=sum(one.open for one in follow_ups) if total.answers >= minimum else 0,
            overdue=sum(one.overdue for one in follow_ups) if total.answers >= minimum else 0,
        ),
        groups=tuple(groups),
        waits=read.ledger.waits(period),
    )


def session_figures(context: Context, held: Mapping[str, date]) -> dict[str, Figures]:
    """The ratings of sessions up to yesterday, by code, of the month of the local day on which each was held; without
    those that too few answered.

    They are those of the statistics of that month, which hide what would tell of few: it is read once for all of its
    sessions, and only where enough people rated one of them.
    """
    months: defaultdict[Period, set[str]] = defaultdict(set)
    found: dict[str, Figures] = {}
    with context.database.reading() as connection:
        for code, day in held.items():
            month = month_of(day)
            span = month.first.isoformat(), month.last.isoformat()
            if records.count_of_session(connection, code, *span) >= context.settings.public_minimum:
                months[month].add(code)
        for month, codes in months.items():
            groups = Read(context, connection, month.first, month.last).ledger.groups(month)
            for path, figures in groups.items():
                if figures is not None and belongs(path, "session") and path[-1] in codes:
                    found[path[-1]] = figures
    return found


def _follow_ups(context: Context, first: date, through: date) -> list[OpenCount]:
    return open_follow_ups_between(context, first, through) if first <= through else []


def _contacts(context: Context, first: date, last: date) -> int | None:
    """The first contacts that were answered in these days; None where the setting does not count them."""
    if not context.settings.active_rate_contacts:
        return None
    # The definitions of cases are many: whoever does not ask for them does not wait for them.
    from frontdesk.cases import service as cases

    return cases.contacts_answered(context, first, last)


def _groups(
    read: Read,
    period: Period,
    grouping: Grouping,
    told: tuple[date, date],
    follow_ups: Iterable[OpenCount],
    contacts: int | None,
) -> list[Group]:
    """The groups with an answer, most answers first, then the hidden ones by name.

    Whatever stands beside their figures is of the same days, else it would tell of those that are left out.
    """
    before = read.ledger.groups(period.previous())
    counted = read.person_times(*told)
    first, last = (day.isoformat() for day in told)
    opened: defaultdict[Path, list[int]] = defaultdict(lambda: [0, 0])
    for one in follow_ups:
        if first <= one.day <= last:
            for path in above(read.path(one.subject_kind, one.subject)):
                opened[path][0] += one.open
                opened[path][1] += one.overdue
    groups = [
        Group(
            path,
            read.label(path),
            figures,
            before.get(path),
            counted.get(path),
            contacts if path == SERVICES else None,
            *(opened[path] if figures is not None else ()),
        )
        for path, figures in read.ledger.groups(period).items()
        if belongs(path, grouping)
    ]
    return sorted(groups, key=in_order)


def in_order(group: Group) -> tuple[int, Path]:
    """Most ratings first; of the hidden ones the names only."""
    return -(group.figures.n if group.figures else 0), group.path


def trend(
    context: Context, kind: PeriodKind, last: Period, many: int, path: Path = ()
) -> list[tuple[Period, Figures | None]]:
    """The figures of a group, () the whole centre, in so many periods up to that of `last`, or else to the running
    one, the earliest first. They are None where they stay hidden.
    """
    periods = [period_at(context, kind, min(last.last, context.today()))]
    while len(periods) < min(many, MOST_PERIODS):
        periods.insert(0, periods[0].previous())
    with context.database.reading() as connection:
        ledger = Read(context, connection, periods[0].first, periods[-1].last).ledger
    if not path:
        totals: Sequence[Figures] = [ledger.total(one) for one in periods]
        return [
            (period, one if one.answers >= ledger.minimum or not one.answers else None)
            for period, one in zip(periods, totals, strict=True)
        ]
    return [(period, ledger.groups(period).get(path, Figures())) for period in periods]
