"""What cases give to the reports: every number that a definition feeds, over a span of days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from db import case_numbers as numbers
from db.case_numbers import Wanted
from frontdesk.cases.library import in_force
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition, Feed, FieldDefinition
    from frontdesk.context import Context


@dataclass(frozen=True)
class Figure:
    """One number of a definition: a count, or fen where it adds up money; where it is split by the choices of a field
    in their order ('' for what has none), or by the level of response.
    """

    definition: Definition
    feed: Feed
    value: int | Mapping[str, int]
    brought: int = 0
    """How many records of the definition a sheet brought in beyond their first state in these days: they were begun
    elsewhere, and no number of what was opened, done or ended has them.
    """

    @property
    def code(self) -> str:
        """What it is called in lists of all numbers: definition and feed."""
        return f"{self.definition.code}.{self.feed.code}"

    @property
    def total(self) -> int:
        """The number, of a split all of it."""
        return self.value if isinstance(self.value, int) else sum(self.value.values())

    @property
    def is_money(self) -> bool:
        """Whether it is fen."""
        field = self.definition.field(self.feed.adds) if self.feed.adds is not None else None
        return field is not None and field.kind == "money"

    @property
    def unit(self) -> str:
        """What it is counted in, in words: yuan, else as its definition says it; without that a meeting is counted in
        times, and a record is a case.
        """
        said = self.feed.unit or self.definition.unit
        if self.is_money or said is None:
            is_meeting = self.definition.kind == "meeting"
            return t(f"case_numbers.unit.{'yuan' if self.is_money else 'times' if is_meeting else 'cases'}")
        return str(said)

    def choice(self, code: str) -> str:
        """What a key of a split is called in the language in force."""
        if self.feed.by_level and code:
            return t("case_numbers.level", level=code)
        field = self.definition.field(self.feed.by or "")
        if field is not None and field.kind == "yes_no" and code:
            return t("cases.yes" if code == "1" else "cases.no")
        found = next((one for one in field.choices if one.code == code), None) if field is not None else None
        return str(found.name) if found is not None else code


@allowed("shown")
def figures(context: Context, first: date, last: date, *, unused: bool = False) -> list[Figure]:
    """Every number that the definitions in force feed, over a span of local days (both included), at one moment; in the
    order of the definitions. Mechanisms of which no record was ever opened by then are left out unless `unused`.

    A record is opened, takes a step or ends on the day of it; what steps bring in money or numbers is added up on the
    day on which the record took the step last. Open at the end is what had not ended by the last day as it stands now.
    A limit is kept on the day on which it was stopped, and overdue on its last day if it was not stopped by then.
    Raises what `definitions` raises.
    """
    found = in_force(context)
    with context.database.reading() as connection:
        known = set(found) if unused else numbers.used(connection, last.isoformat())
        return [
            one
            for code in sorted(found)
            if code in known
            for one in figures_of(connection, found[code], first, last, context.today())
        ]


FIRST_CONTACT = "first_contact"


def contacts_answered(context: Context, first: date, last: date) -> int:
    """How many first contacts (首问接待) came to a good end in a span of local days; 0 without that definition."""
    definition = in_force(context).get(FIRST_CONTACT)
    if definition is None:
        return 0
    wanted = Wanted("ended", states=tuple(one.code for one in definition.states if one.end == "done"))
    span, today = (first.isoformat(), last.isoformat()), context.today().isoformat()
    with context.database.reading() as connection:
        return numbers.count(connection, FIRST_CONTACT, wanted, span, today).get("", 0)


@allowed("shown")
def opened_and_ended(context: Context, first: date, last: date) -> dict[str, tuple[int, int]]:
    """By name of each mechanism how many records were opened and how many ended in a span of local days; none of those
    of which neither happened. Raises what `definitions` raises.
    """
    known = in_force(context)
    span, today = (first.isoformat(), last.isoformat()), context.today().isoformat()
    with context.database.reading() as connection:
        found = {
            str(known[code].name): (
                numbers.count(connection, code, Wanted("opened"), span, today).get("", 0),
                numbers.count(connection, code, Wanted("ended"), span, today).get("", 0),
            )
            for code in sorted(numbers.used(connection, span[1]) & set(known))
        }
    return {name: counted for name, counted in found.items() if any(counted)}


def figures_of(
    connection: sqlite3.Connection, definition: Definition, first: date, last: date, today: date
) -> Iterator[Figure]:
    """Every number that one definition feeds over a span of local days; see `figures`."""
    span = (first.isoformat(), last.isoformat())
    brought = numbers.brought_in(connection, definition.code, *span) if definition.feeds else 0
    for feed in definition.feeds:
        code = feed.step or feed.deadline or ""
        wanted = Wanted(feed.counts, code, feed.adds, feed.by, feed.by_level, feed.states)
        counted = numbers.count(connection, definition.code, wanted, span, today.isoformat())
        if feed.by is None and not feed.by_level:
            yield Figure(definition, feed, counted.get("", 0), brought)
        else:
            field = definition.field(feed.by or "")
            yield Figure(definition, feed, _in_order(field, counted), brought)


def _in_order(field: FieldDefinition | None, counted: Mapping[str, int]) -> dict[str, int]:
    """A split by the choices of its field, then whatever else is held."""
    known = [one.code for one in field.choices if one.code in counted] if field is not None else []
    return {code: counted[code] for code in (*known, *sorted(counted.keys() - set(known)))}
