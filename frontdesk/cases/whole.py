"""One record whole. What SQLite has of it is read at one moment; what follows from that is reckoned once it is asked
for: to open a record costs no more than to read it, and nobody waits for limits that no screen shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from db import cases as records
from db.cases import CaseLogEntry, CaseRow
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.cases import recording
from frontdesk.cases.engine import ways
from frontdesk.cases.engine.counted import CountedDays
from frontdesk.cases.engine.deadlines import Limit, limits
from frontdesk.cases.engine.once import reckoned
from frontdesk.cases.engine.rules import Actor
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import NOBODY, Masks, people_of_records
from frontdesk.cases.remembered import readable, standing_as_shown
from frontdesk.cases.rows import CALENDAR_DAYS, known_row, values_of
from frontdesk.cases.things import LinkView, link_views, linked

if TYPE_CHECKING:
    from db.connection import Database
    from frontdesk.cases.definition.model import Definition, Transition
    from frontdesk.cases.engine.rules import Linked, Refusal, Standing
    from frontdesk.cases.engine.values import Value
    from frontdesk.context import Context

CALENDAR_BEGINS = date(2004, 1, 1)
"""Before any record was opened."""

ROWS = frozenset((dict,))
"""What the rows of a list, and what is said at each entry, are read as."""


# Not frozen, which would set each field by a call of its own; nothing sets one later.
@dataclass
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
    _calendar: CountedDays = field(repr=False, compare=False)
    _context: Context = field(repr=False, compare=False)

    @reckoned
    def _said(self) -> Mapping[str, Value]:
        """What its row says, of people as `recording.GIVEN`. Raises CaseError `log_damaged` where that is nothing."""
        # SQLite itself lets no row in that is no JSON: an index is made of what it says.
        said = values_of(self.row)
        if not isinstance(said, dict):
            raise CaseError("log_damaged", number=self.row.number)
        for value in said.values():
            if isinstance(value, list) and not set(map(type, value)) <= ROWS:
                raise CaseError("log_damaged", number=self.row.number)
        return said

    @reckoned
    def definition(self) -> Definition:
        """Its definition as it is read by, see `remembered.readable`."""
        return readable(self._defined, self.row, self._sealed, self._said)

    @reckoned
    def now(self) -> Standing:
        """How far it is, with what it says of people. Raises CaseError `log_damaged` where its log is none."""
        said = recording.values_told(self._context, self._sealed, self._said)
        try:
            return standing_as_shown(self.definition, self.row, self.log, said)
        except (KeyError, ValueError) as wrong:
            raise CaseError("log_damaged", number=self.row.number) from wrong

    @reckoned
    def history(self) -> tuple[Mapping[str, Value | None], ...]:
        """What was said at each entry of its log, of people as `recording.GIVEN`. Raises CaseError `log_damaged` where
        that cannot be read.
        """
        try:
            # At once, which is sooner than one by one.
            found = recording.said_in(f"[{','.join([one.said for one in self.log])}]")
        except ValueError as wrong:
            raise CaseError("log_damaged", number=self.row.number) from wrong
        if len(found) != len(self.log) or not set(map(type, found)) <= ROWS:
            raise CaseError("log_damaged", number=self.row.number)
        return tuple(found)

    @reckoned
    def unreadable(self) -> frozenset[str]:
        """The fields of which nobody can read what they say of people, as long as the keys are not the right ones."""
        return frozenset(set(self._sealed) - set(self.now.values))

    @reckoned
    def limits(self) -> tuple[Limit, ...]:
        """Its time limits, in the order of the definition. Raises CaseError `log_damaged`."""
        now, context = self.now, self._context
        if not now.clocks:
            return ()
        try:
            found = limits(self.definition, now, context.today(), self._calendar, recording.preset_days(context))
        except ValueError as wrong:
            raise CaseError("log_damaged", number=self.row.number) from wrong
        return tuple(found)

    @reckoned
    def steps(self) -> tuple[tuple[Transition, Refusal | None], ...]:
        """The steps that leave its state, each with what is in its way."""
        operator = self._context.require_operator()
        actor = Actor(operator.no, operator.role == "manager")
        return tuple(ways.possible(self.definition, self.now, actor, self._others))


def whole(context: Context, case_id: int) -> CaseView:
    """One record whole. Raises CaseError `unknown_case`."""
    with context.database.reading() as connection:
        known, calendar = in_force(context), calendar_now(context)
        row = known_row(connection, case_id)
        log = tuple(records.log_of(connection, case_id))
        people = records.people_and_residents(connection, case_id)
        links = link_views(context, connection, case_id)
        before = NOBODY
        if links and any(one.row is not None and not one.is_back for one in links):
            before = people_of_records(context, connection, [case_id]).get(case_id, before)
    sealed = {code: cipher for code, cipher, _ in people}
    residents = {code: resident for code, _, resident in people if resident is not None}
    others = tuple(linked(links)) if links else ()
    defined = known.get(row.definition)
    return CaseView(row, log, links, residents, defined, sealed, before, others, calendar, context)


_KEPT: WeakKeyDictionary[Database, tuple[tuple[int, int, date], CountedDays]] = WeakKeyDictionary()
"""For each connection the calendar as it was last read, and what there was to see then."""


def calendar_now(context: Context) -> CountedDays:
    """The calendar as it is stored, over the days of all records; read again once anything was written, and counted
    again once it is another one.
    """
    database, today = context.database, context.today()
    if database.is_writing:
        # What is written in it may still be taken back.
        return _counted(calendar_for(context, CALENDAR_BEGINS, today + timedelta(days=CALENDAR_DAYS)))
    seen = (*database.changes_seen(), today)
    kept = _KEPT.get(database)
    if kept is None or kept[0] != seen:
        read = calendar_for(context, CALENDAR_BEGINS, today + timedelta(days=CALENDAR_DAYS))
        counted = kept[1] if kept is not None and kept[1].calendar == read else _counted(read)
        kept = _KEPT[database] = seen, counted
    return kept[1]


def _counted(calendar: Calendar) -> CountedDays:
    return CountedDays(calendar, Calendar.of(calendar.first, calendar.last))
