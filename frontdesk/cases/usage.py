"""How the services of the three lists are used (mechanisms J18 to J21): orders, deliveries and ratings of each, and
those that nobody ever ordered.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import case_numbers as numbers
from db import cases as records
from frontdesk.cases.collecting_orders import held_sessions, rated
from frontdesk.cases.library import in_force
from frontdesk.cases.masks import rows_told
from frontdesk.cases.papers.ledger import day_cell
from frontdesk.cases.papers.records import write_file
from frontdesk.cases.rows import values_of
from frontdesk.cases.tables import Table, book_of
from frontdesk.cases.words import value_words
from frontdesk.common.endings import ending_of
from frontdesk.common.masking import mask_numbers
from frontdesk.common.workbook import Column
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from pathlib import Path

    from db.cases import CaseRow
    from frontdesk.cases.definition.model import Definition
    from frontdesk.common.periods import Period
    from frontdesk.context import Context

ITEM, ORDER = "service_item", "delivery_order"


@dataclass(frozen=True)
class Use:
    """A service of the lists: which list, how it stands, how often it was ordered, turned down or called off, and
    delivered in a period, how many came to the sessions and how these were rated ("" where too few did); when it was
    ordered last, ever ("" for never).
    """

    case_id: int
    number: str
    service: str
    list_type: str
    provider: str
    state: str
    is_listed: bool
    orders: int
    stopped: int
    delivered: int
    came: int
    ratings: str
    last_ordered: str

    @property
    def is_never_ordered(self) -> bool:
        """Whether nobody ever ordered it."""
        return not self.last_ordered


@allowed("reader")
def usage(context: Context, period: Period) -> list[Use]:
    """Every service that is on offer or was ordered in a period, the most ordered first; what was never ordered last.
    Raises what `definitions` raises.
    """
    known = in_force(context)
    item, order = known.get(ITEM), known.get(ORDER)
    if item is None or order is None:
        return []
    with context.database.reading() as connection:
        orders: defaultdict[str, list[CaseRow]] = defaultdict(list)
        for row in (*records.open_of(connection, ORDER), *records.ended_of(connection, ORDER)):
            if isinstance(number := values_of(row).get("item"), str):
                orders[number].append(row)
        brought = numbers.brought_of(connection, ORDER)
        rows = [*records.open_of(connection, ITEM), *records.ended_of(connection, ITEM)]
        told = rows_told(context, connection, rows)
        found = [_use(context, (item, order), row, orders[row.number], brought, period) for row in told]
    shown = [one for one in found if one.is_listed or one.orders or one.delivered]
    return sorted(shown, key=lambda one: (-one.orders, -one.delivered, one.is_never_ordered, one.number))


def _use(
    context: Context,
    known: tuple[Definition, Definition],
    row: CaseRow,
    orders: list[CaseRow],
    brought: set[int],
    period: Period,
) -> Use:
    """A service and its orders, by the definitions of both; those `brought` in from a sheet are of no period."""
    first, last = period.first.isoformat(), period.last.isoformat()
    definition, order = known
    stopped = {one.code for one in order.states if one.end == "stopped"}
    taken = [one for one in orders if one.state not in stopped]
    of_period = [one for one in orders if first <= one.opened_on <= last and one.id not in brought]
    dates = (values_of(one).get("delivered_on") for one in taken)
    held = held_sessions(context, taken, period)
    words = rated(context, list(held), "words")
    values = values_of(row)

    def said(code: str) -> str:
        field = definition.field(code)
        return mask_numbers(value_words(field, values[code])) if field is not None and code in values else ""

    return Use(
        case_id=row.id,
        number=row.number,
        service=row.title,
        list_type=said("list_type"),
        provider=said("provider"),
        state=definition.state_name(row.state),
        is_listed=row.state == "listed",
        orders=len(of_period),
        stopped=sum(one.state in stopped for one in of_period),
        delivered=sum(isinstance(one, str) and first <= one <= last for one in dates),
        came=sum(held.values()),
        ratings=str(words or ""),
        last_ordered=max((one.opened_on for one in orders), default=""),
    )


def usage_words(found: list[Use]) -> str:
    """How many services are on offer, were ordered, and never were, in one line."""
    listed = [one for one in found if one.is_listed]
    used, never = sum(one.orders > 0 for one in listed), sum(one.is_never_ordered for one in listed)
    return t("case_tables.usage.summary", listed=len(listed), used=used, never=never)


def usage_table(context: Context, period: Period, found: list[Use]) -> Table:
    """The use of every service as a sheet."""
    names = ("number", "service", "list", "provider", "state")
    counts = ("orders", "stopped", "delivered", "came")
    columns = (
        *(Column(t(f"case_tables.usage.{one}")) for one in names),
        *(Column(t(f"case_tables.usage.{one}"), "0") for one in counts),
        *(Column(t(f"case_tables.usage.{one}")) for one in ("ratings", "last")),
    )
    rows = tuple(
        (
            *(one.number, one.service, one.list_type, one.provider, one.state),
            *(one.orders, one.stopped, one.delivered, one.came),
            *(one.ratings, day_cell(one.last_ordered) or t("case_tables.usage.never")),
        )
        for one in found
    )
    under = "  ".join((context.centre.name, period.label, usage_words(found)))
    return Table(t("case_tables.usage.title"), under, columns, rows)


@allowed("reader")
def write_usage(context: Context, period: Period, out: Path) -> Path:
    """Write the use of every service in a period to a workbook; returns `out`. Raises EndingFault `unknown_ending`,
    `write_failed`.
    """
    ending_of(out, "xlsx")
    table = usage_table(context, period, usage(context, period))
    write_file(out, book_of(context, table.title, [table]), None)
    return out
