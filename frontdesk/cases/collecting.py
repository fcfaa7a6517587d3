"""Evidence that forms show already when they begin: from the indicators of the program, or from the list of staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from db import staff
from frontdesk.cases.collecting_orders import taken_of_orders
from frontdesk.cases.definition.model import Definition, FieldDefinition, Transition
from frontdesk.cases.library import definition_of
from frontdesk.cases.looking import view
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from frontdesk.cases.definition.works import CollectedRow, Collection, IndicatorPart
    from frontdesk.cases.engine.values import Plain, Value
    from frontdesk.common.periods import Period
    from frontdesk.context import Context

MILLE = 1000
"""Rates are whole thousandths in a record."""


@allowed("writer")
def collected(
    context: Context, code: str, case_id: int = 0, step: str = "", said: Mapping[str, object] | None = None
) -> dict[str, Value]:
    """What the form of an opening, or of a step of a record, can be filled in with beforehand, as it is kept: by field,
    only what it asks for and what the record does not hold yet. `said` is what was typed already, so that evidence
    follows a period that was typed just now.

    Nothing for a period that cannot be read or has not begun, and of an indicator that may not be shown (too few
    answers). Raises CaseError `unknown_definition`, `unknown_case`.
    """
    seen = view(context, case_id) if case_id else None
    definition = seen.definition if seen is not None else definition_of(context, code)
    transition = definition.transition(step)
    held: dict[str, object] = dict(seen.now.values) if seen is not None else {}
    return collected_for(context, definition, transition, {**held, **(said or {})})


def collected_for(
    context: Context, definition: Definition, transition: Transition | None, held: Mapping[str, object]
) -> dict[str, Value]:
    """As `collected`, where the definition and what the record holds are known; without a step for an opening."""
    asked = {one.field for one in transition.asks} if transition is not None else None
    found: dict[str, Value] = {}
    for one in definition.collects:
        field = definition.field(one.field)
        if field is None or (one.field not in asked if asked is not None else not field.at_opening):
            continue
        period = _period(context, held.get(one.period))
        if one.orders is not None:
            is_empty = period is not None and held.get(one.field) in (None, "")
            number = str(held.get(one.orders.item) or "")
            value = taken_of_orders(context, definition, one.orders, number, period) if is_empty and period else None
            found |= {} if value is None else {one.field: value}
        elif one.indicator is not None:
            value = _taken(context, period, one.indicator) if held.get(one.field) in (None, "") else None
            found |= {} if value is None else {one.field: value}
        else:
            rows = _rows(context, one, field, held, period)
            found |= {} if rows is None else {one.field: rows}
    return found


def _period(context: Context, key: object) -> Period | None:
    """The period of a key, or of a year; None where it is none or has not begun."""
    # Reports count cases themselves.
    from frontdesk.reports import service as reports

    try:
        period = reports.period_named(str(key), context) if key is not None else None
    except reports.ReportError:
        return None
    return period if period is not None and period.first <= context.today() else None


def _taken(context: Context, period: Period | None, part: IndicatorPart) -> Plain | None:
    """What is taken of an indicator: a number, or words."""
    from frontdesk.reports import service as reports

    code, _, what = part.partition(".")
    shown = reports.shown(context, period, code) if period is not None else None
    if shown is None:
        return None
    value = shown.value
    if what == "words":
        return shown.words
    if isinstance(value, int):
        return value if what in ("", "value") else None
    if not isinstance(value, reports.Parts):
        return None
    if what in ("n", "met"):
        return value.n if what == "n" else value.k
    if value.rate is None or value.interval is None:
        return None
    ends = {"low": value.interval[0], "high": value.interval[1]}
    return round(ends.get(what, value.rate) * MILLE)


def _rows(
    context: Context, one: Collection, field: FieldDefinition, held: Mapping[str, object], period: Period | None
) -> list[dict[str, Plain]] | None:
    """The rows that a list begins with; where it has rows already, those with what is lacking in them, None where
    nothing is.
    """
    rows = held.get(field.code)
    if not isinstance(rows, list | tuple) or not rows:
        return _staff_rows(context, held.get(one.period)) if one.staff else _standard(context, one, period)
    filled = [_completed(context, one, dict(row), period) for row in rows]
    return filled if filled != [dict(row) for row in rows] else None


def _standard(context: Context, one: Collection, period: Period | None) -> list[dict[str, Plain]]:
    found = []
    for row in one.rows:
        begun: dict[str, Plain] = {**row.values, **{code: str(words) for code, words in row.words.items()}}
        found.append(_with_taken(context, row, begun, period))
    return found


def _completed(context: Context, one: Collection, row: dict[str, Plain], period: Period | None) -> dict[str, Plain]:
    """A row of the standard sheet with what is lacking in it; any other as it is."""
    for standard in one.rows:
        words = standard.words.items()
        if words and all(row.get(code) in (label.zh_CN, label.en) for code, label in words):
            return _with_taken(context, standard, row, period)
    return row


def _with_taken(
    context: Context, standard: CollectedRow, row: dict[str, Plain], period: Period | None
) -> dict[str, Plain]:
    for code, part in standard.takes.items():
        value = _taken(context, period, part) if row.get(code) in (None, "") else None
        if value is not None:
            row[code] = value
    return row


def _staff_rows(context: Context, day: object) -> list[dict[str, Plain]]:
    """Everybody of the staff with the certificate; it counts where it has not run out by the day."""
    until = str(day) if day is not None else context.today().isoformat()
    with context.database.reading() as connection:
        every = staff.every(connection)
    found: list[dict[str, Plain]] = []
    for one in every:
        expires = one.certificate_until
        row: dict[str, Plain] = {"person": one.no, "counted": bool(one.certificate) and (expires or until) >= until}
        row |= {"certificate": one.certificate} if one.certificate else {}
        found.append(row | ({"expires": date.fromisoformat(expires).isoformat()} if expires else {}))
    return found


class Certified(NamedTuple):
    """How many of the staff hold a certificate that counts, and how many they are (持证率)."""

    held: int
    staff: int

    @property
    def is_low(self) -> bool:
        """Whether fewer than half hold one (mechanisms §3: half itself is enough)."""
        return 2 * self.held < self.staff


@allowed("shown")
def certified_now(context: Context) -> Certified | None:
    """How many of the staff are certified today; None where nobody's certificate was ever entered."""
    rows = _staff_rows(context, None)
    if not any("certificate" in row for row in rows):
        return None
    return Certified(sum(bool(row["counted"]) for row in rows), len(rows))
