"""Evidence of one thing of a catalogue: how the sessions went that orders of it led to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db import case_numbers as numbers
from db import cases as records
from frontdesk.cases.library import in_force
from frontdesk.cases.rows import values_of
from frontdesk.cases.things import LinkTarget, thing
from frontdesk.common.wilson import wilson_interval

if TYPE_CHECKING:
    from db.cases import CaseRow
    from frontdesk.cases.definition.model import Definition
    from frontdesk.cases.definition.works import FromOrders
    from frontdesk.cases.engine.values import Plain
    from frontdesk.common.periods import Period
    from frontdesk.context import Context

MILLE = 1000
"""Rates are whole thousandths in a record."""

MOST_ORDERS = 5000
"""So many orders of one thing are looked at."""


def taken_of_orders(
    context: Context, definition: Definition, one: FromOrders, number: str, period: Period
) -> Plain | None:
    """What `one` takes of the record with this number in a period; None where nobody has ordered it, nothing was held,
    or too few rated what was.
    """
    orders = _orders(context, definition, one, number)
    if one.takes == "opened":
        with context.database.reading() as connection:
            brought = numbers.brought_of(connection, one.of)
        first, last = period.first.isoformat(), period.last.isoformat()
        return sum(first <= row.opened_on <= last and row.id not in brought for row in orders)
    held = held_sessions(context, orders, period)
    if one.takes == "attended":
        return sum(held.values())
    return rated(context, list(held), one.takes)


def _orders(context: Context, definition: Definition, one: FromOrders, number: str) -> list[CaseRow]:
    """The orders of it, those that came to nothing left out."""
    ours, theirs = definition.field(one.item), in_force(context).get(one.of)
    if not number or ours is None or theirs is None:
        return []
    leading = [field.code for field in theirs.fields if field.kind == "reference" and field.of == ours.of]
    stopped = {state.code for state in theirs.states if state.end == "stopped"}
    found: dict[int, CaseRow] = {}
    with context.database.reading() as connection:
        for code in leading:
            rows = records.by_ids(connection, records.saying(connection, theirs.code, code, number, MOST_ORDERS))
            found |= {row.id: row for row in rows if values_of(row).get(code) == number and row.state not in stopped}
    return list(found.values())


def held_sessions(context: Context, orders: list[CaseRow], period: Period) -> dict[str, int]:
    """The sessions that they led to and that were held in the period, each once, and how many came."""
    from frontdesk.activities.service import session

    found: dict[str, int] = {}
    with context.database.reading() as connection:
        links = [link for row in orders for link in records.links_of(connection, row.id) if link.case_id == row.id]
        for code in dict.fromkeys(link.ref for link in links if link.other == "session"):
            there = thing(context, LinkTarget("session", code))
            if there is None or there.code != "held":
                continue
            line = session(context, code)
            if period.first <= date.fromisoformat(line.day) <= period.last:
                found[code] = line.person_times
    return found


def rated(context: Context, codes: list[str], takes: str) -> Plain | None:
    """How they were rated, all together."""
    from frontdesk.activities.service import session
    from frontdesk.feedback.service import session_figures
    from frontdesk.reports.service import rate_words

    days = {code: date.fromisoformat(session(context, code).day) for code in codes}
    figures = session_figures(context, days).values() if days else ()
    k, n = sum(one.good for one in figures), sum(one.n for one in figures)
    if not n:
        return None
    low, high = wilson_interval(k, n)
    shown: dict[str, Plain] = {
        "n": n,
        "rate": round(k / n * MILLE),
        "low": round(low * MILLE),
        "high": round(high * MILLE),
        "words": rate_words("satisfaction_rate", k, n),
    }
    return shown[takes]
