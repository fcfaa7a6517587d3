"""What the calendar asks for and how it stands, meetings ahead, posts nobody holds, results in a row: what a centre is
told of before it is overdue.

A duty is asked for in the periods at whose end the centre keeps its mechanism (`adopting`): by decision of its manager,
or, where nothing was decided, because it has a record of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from db import case_numbers as numbers
from db import cases as records
from db.case_numbers import Waiver
from db.cases import CaseRow
from frontdesk.cases.adopting import kept_on, kept_since
from frontdesk.cases.engine import together
from frontdesk.cases.engine.duties import bounds, turn
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import rows_told
from frontdesk.cases.rows import values_of_rows
from frontdesk.cases.typed import kept_words
from frontdesk.cases.words import choice_names
from frontdesk.errors import DeskError
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from db.case_adoption import Adoption
    from frontdesk.cases.definition.model import Definition, Duty
    from frontdesk.cases.engine.together import Run
    from frontdesk.context import Context

Pace = Literal["met", "ahead", "soon", "overdue", "missed", "waived"]
"""As `engine.duties.Pace`; waived for this period with a reason."""

MEETING_DAYS = 7
"""So far ahead meetings are named unless asked otherwise."""

ACTION_ITEM = "action_item"
"""The definition of what meetings give people to do."""

LATE_DAYS = 60
"""So long a meeting whose day has passed is said not to be told of as held."""

WAIVED_AHEAD = 366
"""So many days ahead a period may be waived."""

SOON_DAYS = 3
"""Days after today within which something is due soon."""


class DutyError(DeskError):
    """A refusal about duties of the calendar."""

    area = "case_numbers"


@dataclass(frozen=True)
class DutyLine:
    """One period of a duty: what it asks for, by which records (the day and the row) it was done, how it stands."""

    definition: Definition
    """Of the duty."""
    of: Definition
    """Of which records are asked for."""
    first: date
    last: date
    label: str
    least: int
    done: tuple[tuple[date, CaseRow], ...]
    pace: Pace
    is_asked: bool
    """Whether the centre keeps such records."""
    waiver: Waiver | None = None
    decision: Adoption | None = None
    """What was decided on keeping them; None where nothing was."""

    @property
    def lacking(self) -> int:
        """How many are still asked for."""
        return 0 if self.waiver is not None else max(0, self.least - len(self.done))


@dataclass(frozen=True)
class Meeting:
    """A meeting on a day that has not been held yet, and the steps that lead on from where it stands."""

    definition: Definition
    row: CaseRow
    day: date
    prepare: tuple[str, ...]
    is_late: bool
    """Whether its day has passed: what was said there is to be written down, or it was put off."""


@dataclass(frozen=True)
class Vacancy:
    """The posts of a mechanism that nobody holds, in words."""

    definition: Definition
    posts: tuple[str, ...]


@dataclass(frozen=True)
class StreakLine:
    """Results in a row of one (an operator), and what they lead to."""

    definition: Definition
    run: Run


@allowed("shown")
def duties(context: Context) -> list[DutyLine]:
    """Every duty of the calendar as it stands today, in the period that today lies in; by when it ends."""
    today = context.today()
    with context.database.reading() as connection:
        found = [_line(context, connection, one, duty, of, today) for one, duty, of in _all(context)]
    return sorted(found, key=lambda one: (one.last, one.definition.code))


@allowed("shown")
def duties_of_days(context: Context, first: date, last: date, *, decided_by: int | None = None) -> list[DutyLine]:
    """How the duties stood whose periods ended within a span of local days, and those of its last day that run out by
    then; only what was asked for. By when they end. What the centre decided or waived after `decided_by` (UTC
    milliseconds) asks for nothing in it: of a week that was handed in by then.
    """
    found: list[DutyLine] = []
    with context.database.reading() as connection:
        for one, duty, of in _all(context):
            since = kept_since(connection, of.code, by=decided_by)
            if since is None:
                continue
            line = _line(context, connection, one, duty, of, min(last, context.today()), decided_by)
            if line.is_asked and line.last > last and line.pace in ("soon", "overdue", "missed"):
                found.append(line)
            while line.last.isoformat() >= max(first.isoformat(), since):
                if line.is_asked and line.last <= last:
                    found.append(line)
                line = _line(context, connection, one, duty, of, line.first - timedelta(days=1), decided_by)
    return sorted(found, key=lambda one: (one.last, one.definition.code))


def _all(context: Context) -> Iterator[tuple[Definition, Duty, Definition]]:
    known = in_force(context)
    for one in known.values():
        if one.duty is not None and one.duty.of in known:
            yield one, one.duty, known[one.duty.of]


def _line(
    context: Context,
    connection: sqlite3.Connection,
    definition: Definition,
    duty: Duty,
    of: Definition,
    day: date,
    by: int | None = None,
) -> DutyLine:
    week_ends = context.settings.report_week_ends
    first, last, label = bounds(duty, day, week_ends)
    rows = numbers.dated(connection, of.code, duty.states, duty.day_field, first.isoformat(), last.isoformat())
    done = tuple((date.fromisoformat(one), row) for one, row in _told(context, connection, rows))
    is_asked, decision = kept_on(connection, of.code, last.isoformat(), by=by)
    waiver = numbers.waivers(connection, first.isoformat(), first.isoformat()).get((definition.code, first.isoformat()))
    if waiver is not None and by is not None and waiver.at > by:
        waiver = None
    pace: Pace = turn(duty, (one for one, _ in done), day, context.today(), week_ends).pace
    if waiver is not None and pace != "met":
        pace = "waived"
    return DutyLine(definition, of, first, last, label, duty.least, done, pace, is_asked, waiver, decision)


def _told(
    context: Context, connection: sqlite3.Connection, dated: Sequence[tuple[str, CaseRow]]
) -> list[tuple[str, CaseRow]]:
    """Records by their days, with titles in which nobody is named whom they name in a field."""
    rows = rows_told(context, connection, [row for _, row in dated])
    return [(day, row) for (day, _), row in zip(dated, rows, strict=True)]


@allowed("manager")
def waive_duty(context: Context, code: str, day: date, reason: str) -> None:
    """Do not ask for a duty in the period that a local day lies in, with a reason; for managers.

    Raises DutyError `no_duty`, `reason_missing`, `waived_already`, `too_far_ahead`.
    """
    context.require_manager()
    kept = kept_words(reason)
    if not kept:
        raise DutyError("reason_missing")
    if (day - context.today()).days > WAIVED_AHEAD:
        raise DutyError("too_far_ahead", day=day.isoformat())
    first = _first_day(context, code, day)
    with context.change("case.waive", code, day=first) as connection:
        operator = context.require_manager().no
        if (code, first) in numbers.waivers(connection, first, first):
            raise DutyError("waived_already", day=first)
        numbers.waive(
            connection,
            Waiver(definition=code, first_day=first, reason=kept, at=context.now_ms(), operator_no=operator),
        )


@allowed("manager")
def ask_again(context: Context, code: str, day: date) -> None:
    """Ask for a waived duty again in the period that a local day lies in; for managers.

    Raises DutyError `no_duty`, `not_waived`.
    """
    context.require_manager()
    first = _first_day(context, code, day)
    with context.change("case.ask_again", code, day=first) as connection:
        context.require_manager()
        if not numbers.unwaive(connection, code, first):
            raise DutyError("not_waived", day=first)


def _first_day(context: Context, code: str, day: date) -> str:
    found = in_force(context).get(code)
    if found is None or found.duty is None:
        raise DutyError("no_duty", name=code)
    return bounds(found.duty, day, context.settings.report_week_ends)[0].isoformat()


@allowed("shown")
def meetings_ahead(context: Context, days: int = MEETING_DAYS) -> list[Meeting]:
    """The meetings of today and so many days after it that have not been held, and those whose day has passed in the
    last `LATE_DAYS` and that are not said to have been held; by day.
    """
    today = context.today()
    span = ((today - timedelta(days=LATE_DAYS)).isoformat(), (today + timedelta(days=days)).isoformat())
    found: list[Meeting] = []
    with context.database.reading() as connection:
        for definition in in_force(context).values():
            field = next((one.code for one in definition.fields if one.kind == "date"), None)
            if definition.kind != "meeting" or field is None:
                continue
            rows = numbers.dated(connection, definition.code, _before_held(definition), field, *span)
            for day, row in _told(context, connection, rows):
                held_on = date.fromisoformat(day)
                steps = _steps_left if held_on < today else _steps_on
                found.append(Meeting(definition, row, held_on, steps(definition, row.state), held_on < today))
    return sorted(found, key=lambda one: (one.day, one.row.id))


def _before_held(definition: Definition) -> list[str]:
    """The states in which a meeting has still to be held: those that are reached before one that says that it was, or
    where none does, before its end.
    """
    held, before = _held(definition), list[str]()
    waiting = [one.code for one in definition.states[:1]]
    while waiting:
        code = waiting.pop()
        state = definition.state(code)
        if code in before or code in held or state is None or state.end is not None:
            continue
        before.append(code)
        waiting += [one.to for one in definition.transitions if code in one.from_ and one.to is not None]
    return before


def _held(definition: Definition) -> set[str]:
    """The states in which a meeting has been held."""
    held = {one.code for one in definition.states if one.held}
    return held or {one.code for one in definition.states if one.end == "done"}


def _steps_left(definition: Definition, state: str) -> tuple[str, ...]:
    """The steps by which a meeting whose day has passed is told to have been held, where one can be taken at once; else
    those that lead on.
    """
    held = _held(definition)
    told = tuple(str(one.name) for one in definition.transitions if state in one.from_ and one.to in held)
    return told or _steps_on(definition, state)


def _steps_on(definition: Definition, state: str) -> tuple[str, ...]:
    """The steps that lead on from a state, to none that ends it."""
    open_states = {one.code for one in definition.states if one.end is None}
    return tuple(
        str(one.name)
        for one in definition.transitions
        if state in one.from_ and one.to in open_states and one.to != state
    )


@allowed("shown")
def posts_vacant(context: Context) -> list[Vacancy]:
    """The posts that nobody holds, of the mechanisms that the centre keeps."""
    found: list[Vacancy] = []
    today = context.today().isoformat()
    with context.database.reading() as connection:
        for definition in in_force(context).values():
            if definition.vacancies is None or not kept_on(connection, definition.code, today)[0]:
                continue
            held = values_of_rows(records.open_of(connection, definition.code))
            if lacking := together.vacant(definition.vacancies, held):
                found.append(Vacancy(definition, _posts(definition, lacking)))
    return found


def _posts(definition: Definition, values: Sequence[str]) -> tuple[str, ...]:
    vacancy = definition.vacancies
    field = definition.field(vacancy.field) if vacancy is not None else None
    return tuple(choice_names(field, values))


@allowed("shown")
def streaks(context: Context) -> list[StreakLine]:
    """Results in a row that have come to be shown, such as years below star of one operator, of the mechanisms that the
    centre keeps.
    """
    found: list[StreakLine] = []
    today = context.today().isoformat()
    with context.database.reading() as connection:
        for definition in in_force(context).values():
            if definition.streak is None or not kept_on(connection, definition.code, today)[0]:
                continue
            by, order = definition.streak.by, definition.streak.order
            results = (
                (state, _values_of(by, who, order, place))
                for state, who, place in numbers.results(connection, definition.code, by, order)
                if isinstance(who, str) and isinstance(place, int)
            )
            found += [StreakLine(definition, run) for run in together.runs(definition.streak, results)]
    return found


def _values_of(by: str, who: str, order: str, place: int) -> Mapping[str, str | int]:
    return {by: who, order: place}


@dataclass(frozen=True)
class DueCounts:
    """Open records by when they are due, everybody's and those of who is signed in; and the forms that they began."""

    overdue: int
    today: int
    soon: int
    mine: tuple[int, int, int]
    """The same three of who is signed in."""
    actions: int
    """Of those overdue the action items of meetings."""
    drafts: int


@allowed("shown")
def due_counts(context: Context) -> DueCounts:
    """How many open records are overdue, due today, and due in the next `SOON_DAYS` days."""
    today = context.today()
    span = (today.isoformat(), (today + timedelta(days=SOON_DAYS)).isoformat())
    no = context.operator.no if context.operator is not None else ""
    with context.database.reading() as connection:
        every = numbers.due_counts(connection, *span)
        mine = numbers.due_counts(connection, *span, no) if no else (0, 0, 0)
        actions = numbers.overdue_of(connection, ACTION_ITEM, span[0])
        return DueCounts(*every, mine, actions, numbers.drafts_of(connection, no) if no else 0)
