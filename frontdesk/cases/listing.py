"""What the lists of the desk show: records page by page with how their limits stand, the next steps of one, which
definitions are used most, and what is to be known of a whole register.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from db import case_adoption, case_handed, case_lists, case_people, staff
from db import cases as records
from db.case_lists import Wanted
from db.cases import CaseRow
from frontdesk.cases.adopting import decision_on
from frontdesk.cases.calendar_duties import SOON_DAYS
from frontdesk.cases.engine import together
from frontdesk.cases.engine.values import Value
from frontdesk.cases.errors import CaseError
from frontdesk.cases.handing import Handed, handed_count, told
from frontdesk.cases.library import in_force
from frontdesk.cases.looking import find, view
from frontdesk.cases.masks import Masks, people_of_records, rows_told, values_masked
from frontdesk.cases.recording import GIVEN, UNREADABLE, opened
from frontdesk.cases.rows import values_of, values_of_rows
from frontdesk.cases.typed import refused_as
from frontdesk.cases.whole import calendar_now
from frontdesk.locale import words_for
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
    from frontdesk.cases.engine.deadlines import WorkingDays
    from frontdesk.cases.engine.together import Run
    from frontdesk.context import Context

Pace = Literal["ended", "paused", "none", "ahead", "soon", "overdue"]

WorkingDaysBetween = Callable[[date, date], int]

LATELY_DAYS = 90
"""So far back before today it is counted which definitions are used most."""
COLOURS = ("green", "yellow", "red")
"""What a state or a choice is called that is a colour (三色管理)."""
WARN_SPAN = 21
"""A limit that is more days than this away, and three times its warning, is not looked up in the calendar."""
FIRST_CHOICES = (
    "first_contact",
    "complaint",
    "repair",
    "inspection",
    "patrol",
    "whistle",
    "joint_consultation",
    "dispatch_order",
    "suggestion",
)
"""Which definitions have the digits where nothing was opened yet."""


@dataclass(frozen=True)
class View:
    """What a list is narrowed to: `all`, `mine`, `handed` to me and not opened yet, due `today`, `soon` (in the next
    `SOON_DAYS`), `overdue`, a `group` or a `definition` by its code; a `register` has what has ended too.
    """

    kind: Literal["all", "mine", "handed", "today", "soon", "overdue", "group", "definition", "register"] = "all"
    code: str = ""


@dataclass(frozen=True)
class Listed:
    """A record in a list: its definition (None where there is none any more), how its limit stands, how many days are
    left (below 0 since it ran out), who is responsible, by name; in a register what its fields hold, staff by name; and
    who handed it to whoever is signed in and has not opened it yet, None where it is not new to them.
    """

    row: CaseRow
    definition: Definition | None
    pace: Pace
    days: int
    responsible: str
    values: Mapping[str, Value] = field(default_factory=dict)
    handed: Handed | None = None


@dataclass(frozen=True)
class Page:
    """Part of a list, and how many records the whole list has."""

    many: int
    rows: tuple[Listed, ...]


@dataclass(frozen=True)
class Step:
    """A step that leaves the state of a record; `why_not` is what is in its way, in words, "" where nothing is."""

    transition: Transition
    why_not: str


@dataclass(frozen=True)
class Kind:
    """A definition to open a record of: how many were opened lately (before today), have not ended, and are overdue;
    whether the centre has decided not to keep it.
    """

    definition: Definition
    lately: int = 0
    open: int = 0
    overdue: int = 0
    is_dropped: bool = False


@dataclass(frozen=True)
class Top:
    """What is to be known of a register before its rows: how many stand where, also of what has ended; how many that
    have not ended have which colour (by field, then by value); posts that nobody holds; results in a row.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    colours: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    vacant: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()


@allowed("reader")
def page(context: Context, wanted: View, first: int, limit: int) -> Page:
    """Records of a list from a place on. Raises what `library.in_force` raises."""
    asked = _wanted(context, wanted)
    calendar = calendar_now(context)
    with context.database.reading() as connection:
        many = case_lists.count(connection, asked)
        found = rows_told(context, connection, case_lists.page(connection, asked, first, limit))
        rows = listed(context, found, calendar)
        if wanted.kind == "register":
            rows = _with_values(context, connection, rows)
        return Page(many, tuple(rows))


@allowed("reader")
def counts_of_views(context: Context) -> dict[str, int]:
    """How many records wait in all, how many are mine, how many of them new, how many due today, how many overdue."""
    with context.database.reading() as connection:
        found = {
            kind: case_lists.count(connection, _wanted(context, View(kind)))
            for kind in ("all", "mine", "today", "overdue")
        }
        return {**found, "handed": handed_count(context)}


def _wanted(context: Context, shown: View) -> Wanted:
    if shown.kind == "mine":
        return Wanted(responsible=context.require_operator().no)
    if shown.kind == "handed":
        return Wanted(responsible=context.require_operator().no, is_handed=True)
    if shown.kind == "today":
        tomorrow = context.today() + timedelta(days=1)
        return Wanted(due_from=context.today().isoformat(), due_before=tomorrow.isoformat())
    if shown.kind == "soon":
        days = [context.today() + timedelta(days=after) for after in (1, SOON_DAYS + 1)]
        return Wanted(due_from=days[0].isoformat(), due_before=days[1].isoformat())
    if shown.kind == "overdue":
        return Wanted(due_before=context.today().isoformat())
    if shown.kind == "group":
        codes = tuple(one.code for one in in_force(context).values() if one.group == shown.code)
        return Wanted(definitions=codes or ("",))
    if shown.kind == "all":
        return Wanted()
    return Wanted(definitions=(shown.code,), whole=shown.kind == "register")


def listed(context: Context, rows: Sequence[CaseRow], calendar: WorkingDays | None = None) -> list[Listed]:
    """Records as a list shows them."""
    known = in_force(context)
    today = context.today()
    names = staff_names(context, (row.responsible for row in rows))
    new = _new_to_me(context, rows)
    calendar = calendar or calendar_now(context)
    return [
        Listed(
            row,
            definition := known.get(row.definition),
            pace_of(definition, row, today, calendar.working_days_between),
            (date.fromisoformat(row.due_on) - today).days if row.due_on else 0,
            names.get(row.responsible, row.responsible),
            handed=new.get(row.id),
        )
        for row in rows
    ]


def _new_to_me(context: Context, rows: Sequence[CaseRow]) -> dict[int, Handed]:
    """By id those of the records that were handed to whoever is signed in and that they have not opened yet."""
    operator = context.operator
    if operator is None or operator.role == "auditor":
        return {}
    with context.database.reading() as connection:
        known = case_handed.handed_to(connection, operator.no)
        return {one.row.id: one for one in told(context, connection, rows, known)} if known else {}


def _with_values(context: Context, connection: sqlite3.Connection, rows: Sequence[Listed]) -> list[Listed]:
    """Records of one definition with what the columns of its register hold."""
    definition = rows[0].definition if rows else None
    if definition is None:
        return list(rows)
    columns = {one.code: one for one in definition.fields if one.column}
    people = dict[int, Mapping[str, bytes]]()
    if any(one.tells_of_people for one in definition.fields):
        people = {row.id: sealed for row, sealed in case_people.sealed_of(connection, [one.row.id for one in rows])}
    values, named = [], people_of_records(context, connection, [one.row.id for one in rows])
    for one in rows:
        told = opened(context, sealed := people.get(one.row.id, {}))
        kept = {code: value for code, value in values_of(one.row).items() if code in columns and value != GIVEN}
        kept |= {code: told.get(code, UNREADABLE) for code in columns if code in sealed}
        values.append(values_masked(definition, named.get(one.row.id, Masks()), kept))
    staff_fields = [code for code, one in columns.items() if one.kind == "staff"]
    names = staff_names(context, (str(kept.get(code, "")) for kept in values for code in staff_fields))
    return [
        replace(one, values=kept | {code: names[no] for code in staff_fields if (no := str(kept.get(code))) in names})
        for one, kept in zip(rows, values, strict=True)
    ]


def pace_of(definition: Definition | None, row: CaseRow, today: date, working_days: WorkingDaysBetween) -> Pace:
    """How the limit of a record stands that is due next."""
    if row.ended_on is not None:
        return "ended"
    if row.due_on is None:
        return "paused" if row.is_paused else "none"
    due = date.fromisoformat(row.due_on)
    if today > due:
        return "overdue"
    deadlines = definition.deadlines if definition is not None else ()
    deadline = next((one for one in deadlines if one.code == row.due_code), None)
    warns = deadline.warns if deadline is not None else 1
    left = (due - today).days
    if deadline is not None and deadline.working_days and warns < left <= max(WARN_SPAN, 3 * warns):
        left = working_days(today, due)
    return "soon" if left <= warns else "ahead"


def staff_names(context: Context, numbers: Iterable[str]) -> dict[str, str]:
    """By staff number the name, of those who are on the staff."""
    with context.database.reading() as connection:
        return staff.names_of(connection, {no for no in numbers if no})


@allowed("reader")
def found(context: Context, text: str) -> list[Listed]:
    """The records that were searched for, see `looking.find`."""
    return listed(context, find(context, text))


@allowed("reader")
def steps_of(context: Context, case_id: int) -> list[Step]:
    """The steps that leave the state of a record, in the order in which the record itself has them, so that one digit
    means one step in both. Raises CaseError `unknown_case`.
    """
    seen = view(context, case_id)
    return [Step(one, "" if why is None else words_for(refused_as(seen.definition, why))) for one, why in seen.steps]


@allowed("reader")
def kinds(context: Context) -> list[Kind]:
    """Every definition of which records can be opened: those used most in the `LATELY_DAYS` before today first, then
    those that most centres need, then by name; last what the centre has decided not to keep. The order stays as it is
    for a whole day, unless that is decided.
    """
    known = {code: one for code, one in in_force(context).items() if one.kind != "duty"}
    since, today = (context.today() - timedelta(days=LATELY_DAYS)).isoformat(), context.today().isoformat()
    with context.database.reading() as connection:
        # Without today: a digit that fingers know by now means the same until the evening, whatever is entered.
        lately = case_lists.opened_between(connection, known, since, today)
        waiting = records.counts(connection, today)
        decided = case_adoption.every(connection)
    dropped = {code for code, made in decided.items() if (one := decision_on(made, today)) and not one.is_kept}
    place = {code: at for at, code in enumerate(FIRST_CHOICES)}
    found = [
        Kind(one, lately.get(code, 0), *waiting.get(code, (0, 0)), is_dropped=code in dropped)
        for code, one in known.items()
    ]
    return sorted(
        found,
        key=lambda one: (one.is_dropped, -one.lately, place.get(one.definition.code, len(place)), one.definition.code),
    )


@allowed("reader")
def entered_last(context: Context) -> int:
    """The id of the record that whoever is signed in entered last today; 0 where there is none."""
    operator = context.require_operator()
    with context.database.reading() as connection:
        return case_lists.opened_last(connection, operator.no, context.today().isoformat())


@allowed("reader")
def top(context: Context, code: str) -> Top:
    """What is to be known of a register before its rows. Raises CaseError `unknown_definition`."""
    definition = in_force(context).get(code)
    if definition is None:
        raise CaseError("unknown_definition", name=code)
    with context.database.reading() as connection:
        states = case_lists.by_state(connection, code)
        colours = {one.code: case_lists.by_value(connection, code, one.code) for one in coloured(definition)}
        vacant: list[str] = []
        if definition.vacancies is not None:
            held = values_of_rows(records.open_of(connection, code))
            vacant = together.vacant(definition.vacancies, held)
        runs: list[Run] = []
        if definition.streak is not None:
            ended = ((row.state, values_of(row)) for row in records.ended_of(connection, code))
            runs = together.runs(definition.streak, ended)
    return Top(states, colours, tuple(vacant), tuple(runs))


def coloured(definition: Definition) -> list[FieldDefinition]:
    """The fields of a definition whose values are the three colours."""
    return [one for one in definition.fields if {choice.code for choice in one.choices} >= set(COLOURS)]
