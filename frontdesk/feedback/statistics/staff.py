"""Which of the staff a rating is about, and their figures, for managers (mechanisms J24)."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from db import feedback_statistics as records
from db import staff
from frontdesk.common.periods import Period, month_of
from frontdesk.context import Context
from frontdesk.feedback.followup.counting import OpenCount
from frontdesk.feedback.statistics.rules import Figures, figures_of
from frontdesk.feedback.statistics.suppression import Path, hidden_beside
from frontdesk.roster import service as roster

if TYPE_CHECKING:
    from db.feedback import SubjectKind
    from frontdesk.feedback.statistics.ledger import Counts
    from frontdesk.feedback.statistics.service import Group, Read

Serving = Callable[[str, "SubjectKind", str, str], str]
"""Who served, by day, kind, subject and whom the rater named; '' where nobody can be said to have."""


def staff_groups(
    context: Context, connection: sqlite3.Connection, read: Read, period: Period, follow_ups: Iterable[OpenCount]
) -> tuple[date | None, list[Group]]:
    """Up to which day members of staff are told apart, the end of the last month that is over, and their figures.

    What nobody in particular stands for is among no group, but it is hidden like one, else it would be what is left.
    """
    from frontdesk.feedback.statistics.service import Group, in_order

    served = _serving(context, connection, read)
    through = _through(context, period)
    if through is None:
        return None, []
    before = _figures(connection, read, period.previous(), period.first, served)
    names = {one.no: one.name for one in staff.every(connection)}
    opened: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in follow_ups:
        if one.day <= through.isoformat():
            sums = opened[served(one.day, one.subject_kind, one.subject, one.staff_no)]
            sums[0] += one.open
            sums[1] += one.overdue
    groups = [
        Group(
            ("staff", no),
            f"{names.get(no, '')} {no}".strip(),
            figures,
            before.get(no),
            None,
            None,
            *(opened[no] if figures is not None else ()),
        )
        for no, figures in _figures(connection, read, period, context.today(), served).items()
        if no
    ]
    return through, sorted(groups, key=in_order)


def _through(context: Context, period: Period) -> date | None:
    ends = [month.last for month in _months(period) if month.has_ended(context.today())]
    return max(ends, default=None)


def _months(period: Period) -> Iterator[Period]:
    month = month_of(period.first)
    while month.first <= period.last:
        yield month
        month = month.following()


def _figures(
    connection: sqlite3.Connection, read: Read, period: Period, today: date, served: Serving
) -> dict[str, Figures | None]:
    """The figures of every member of staff in the months of a period that are over, by number; None where they are
    hidden in one of these.
    """
    found: defaultdict[str, list[Counts]] = defaultdict(list)
    hidden: set[str] = set()
    for month in _months(period):
        if not month.has_ended(today):
            continue
        tables: list[defaultdict[str, Counter[tuple[int, Path]]]] = [defaultdict(Counter), defaultdict(Counter)]
        for line in records.by_staff(connection, month.first.isoformat(), month.last.isoformat()):
            no = served(line.day, line.kind, line.subject, line.staff_no)
            found[no].append(line.counts)
            known = read.ledger.known_parts(date.fromisoformat(line.day), read.path(line.kind, line.subject))
            for table, part in zip(tables, known, strict=True):
                table[no][part] += sum(line.counts)
        hidden |= hidden_beside(tables, read.ledger.minimum)
    return {no: None if no in hidden else figures_of(counts) for no, counts in found.items()}


def _serving(context: Context, connection: sqlite3.Connection, read: Read) -> Serving:
    """Whom the rater named; else who led the session, or held the post of the service on that day alone."""
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for member in staff.every(connection):
        numbers[member.name].append(member.no)
    posts = records.posts_of_services(connection)
    duty: dict[str, dict[str, set[str]]] = {}

    def held(day: str, post: str) -> set[str]:
        if day not in duty:
            duty[day] = defaultdict(set)
            for line in roster.duty_of(context, date.fromisoformat(day)):
                duty[day][line.post] |= {one.staff_no for one in line.acting}
        return duty[day].get(post, set())

    def served(day: str, kind: SubjectKind, subject: str, staff_no: str) -> str:
        if staff_no:
            return staff_no
        alone: Iterable[str] = ()
        if kind == "session" and subject in read.sessions:
            alone = numbers.get(read.sessions[subject].lead, ())
        elif kind == "service" and posts.get(subject):
            alone = held(day, posts[subject])
        found = list(alone)
        return found[0] if len(found) == 1 else ""

    return served
