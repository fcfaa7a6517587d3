"""One record whole. What SQLite has of it is read at one moment; what follows from that is reckoned once it is asked
for: to open a record costs no more than to read it, and nobody waits for limits that no screen shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from db import cases as records
from db.cases import CaseLogEntry, CaseRow
from frontdesk.calendar.service import calendar_for
from frontdesk.cases import recording
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.deadlines import Limit, limits
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import Masks, people_of_records
from frontdesk.cases.remembered import readable, standing_as_kept
from frontdesk.cases.rows import CALENDAR_DAYS, known_row
from frontdesk.cases.things import LinkView, link_views, linked

if TYPE_CHECKING:
    from db.connection import Database
    from frontdesk.calendar.service import Calendar
    from frontdesk.cases.definition.model import Definition, Transition
    from frontdesk.cases.engine.rules import Actor, Linked, Refusal, Standing
    from frontdesk.context import Context

CALENDAR_BEGINS = date(2004, 1, 1)
"""Before any record was opened."""


@dataclass(frozen=True)
class CaseView:
    """One record whole: its definition, its row, its log, what it is linked to, and whom of the register its fields
    name, by field, and whom the records name that it was begun from; reckoned from these how far it is, its limits,
    and what may be done next.
    """

    row: CaseRow
    log: tuple[CaseLogEntry, ...]
    links: tuple[LinkView, ...]
    residents: Mapping[str, int]
    _defined: Definition | None = field(repr=False)
    _sealed: Mapping[str, bytes] = field(repr=False)
    named_before: Masks = field(repr=False)
    _others: tuple[Linked, ...] = field(repr=False)
    _actor: Actor = field(repr=False, compare=False)
    _calendar: Calendar = field(repr=False, compare=False)
    _context: Context = field(repr=False, compare=False)

    @cached_property
    def definition(self) -> Definition:
        """Its definition as it is read by, see `remembered.readable`."""
        return readable(self._defined, self.row, self._sealed)

    @cached_property
    def now(self) -> Standing:
        """How far it is, with what it says of people. Raises CaseError `log_damaged` where its log is none."""
        try:
            plain = standing_as_kept(self.definition, self.row, self.log)
        except (KeyError, ValueError) as wrong:
            raise CaseError("log_damaged", number=self.row.number) from wrong
        return recording.told_of_people(self._context, self._sealed, plain)

    @cached_property
    def unreadable(self) -> frozenset[str]:
        """The fields of which nobody can read what they say of people, as long as the keys are not the right ones."""
        return frozenset(set(self._sealed) - set(self.now.values))

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Its time limits, in the order of the definition."""
        context = self._context
        found = limits(self.definition, self.now, context.today(), self._calendar, recording.preset_days(context))
        return tuple(found)

    @cached_property
    def steps(self) -> tuple[tuple[Transition, Refusal | None], ...]:
        """The steps that leave its state, each with what is in its way."""
        return tuple(rules.possible(self.definition, self.now, self._actor, self._others))


def whole(context: Context, case_id: int) -> CaseView:
    """One record whole. Raises CaseError `unknown_case`."""
    calendar = calendar_now(context)
    operator = context.require_operator()
    with context.database.reading() as connection:
        row = known_row(connection, case_id)
        log = tuple(records.log_of(connection, case_id))
        people = records.people_and_residents(connection, case_id)
        links = link_views(context, connection, case_id)
        others = tuple(linked(context, links)) if links else ()
        before = people_of_records(context, connection, [case_id]).get(case_id, Masks()) if links else Masks()
    sealed = {code: cipher for code, cipher, _ in people}
    defined = in_force(context).get(row.definition)
    residents = {code: resident for code, _, resident in people if resident is not None}
    actor = rules.Actor(operator.no, operator.role == "manager")
    return CaseView(row, log, links, residents, defined, sealed, before, others, actor, calendar, context)


_KEPT: WeakKeyDictionary[Database, tuple[tuple[int, int, date], Calendar]] = WeakKeyDictionary()
"""For each connection the calendar as it was last read, and what there was to see then."""


def calendar_now(context: Context) -> Calendar:
    """The calendar as it is stored, over the days of all records; read again once anything was written."""
    database, today = context.database, context.today()
    last = today + timedelta(days=CALENDAR_DAYS)
    if database.connection.in_transaction:
        # What is written in it may still be taken back.
        return calendar_for(context, CALENDAR_BEGINS, last)
    seen = (*database.changes_seen(), today)
    kept = _KEPT.get(database)
    if kept is None or kept[0] != seen:
        kept = _KEPT[database] = seen, calendar_for(context, CALENDAR_BEGINS, last)
    return kept[1]
