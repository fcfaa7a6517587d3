"""The numbers of a centre by their definitions, and the rows behind each of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from db import indicators as statements
from db import info_reports
from db.indicators import Cell
from frontdesk.common.masking import mask_numbers
from frontdesk.common.names import mask_name, mask_names, mask_within, without_spacing
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback.service import overdue_bounds
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.reports.indicators.definition import Column, Indicator
from frontdesk.reports.indicators.errors import IndicatorError
from frontdesk.reports.indicators.loading import register
from frontdesk.reports.indicators.rules import Parts, Value
from frontdesk.reports.indicators.rules import add_up as _add_up
from frontdesk.reports.rules import WITHOUT_LEVELS

if TYPE_CHECKING:
    import sqlite3

Shown = str | int | None
"""A cell of a row as it may be read: seconds and money in fen are whole numbers, days and moments are local."""


class Rows(NamedTuple):
    """Rows behind a number under their headings."""

    headings: tuple[str, ...]
    rows: list[tuple[Shown, ...]]


def indicators() -> tuple[Indicator, ...]:
    """Every indicator, in the order in which they are listed."""
    return tuple(register().values())


def find(code: str) -> Indicator | None:
    """The indicator with this code, None where there is none."""
    return register().get(code)


def indicator(code: str) -> Indicator:
    """The indicator with this code. Raises IndicatorError `unknown_indicator`."""
    found = find(code)
    if found is None:
        raise IndicatorError("unknown_indicator", code=code)
    return found


def add_up(of: Indicator | str, values: Iterable[Value]) -> Value:
    """The values of an indicator over several stretches of time as one; see `rules.add_up`."""
    one = indicator(of) if isinstance(of, str) else of
    return _add_up(one.code, one.adds, values)


def value(context: Context, code: str, first: date, last: date) -> Value:
    """The value of an indicator over a span of local days, both included. Raises `unknown_indicator`."""
    return values(context, [code], first, last)[code]


def values(context: Context, codes: Iterable[str], first: date, last: date) -> dict[str, Value]:
    """The values of several indicators at one moment, in their order. What is counted of the same rows is counted in
    one reading of them. Raises `unknown_indicator`.
    """
    wanted = [indicator(code) for code in codes]
    counted = {one.code: one for one in _counted(wanted)}
    with context.database.reading() as connection:
        asked = parameters(context, counted.values(), first, last)
        found = _counts(connection, [one for one in counted.values() if one.kind == "count"], asked)
        splits = {
            one.code: _in_order(context, one, statements.split(connection, one.count, asked))
            for one in counted.values()
            if one.kind == "split"
        }
    answer: dict[str, Value] = {}
    for one in wanted:
        if one.kind == "rate":
            answer[one.code] = Parts(found[one.numerator] or 0, found[one.denominator] or 0)
        else:
            answer[one.code] = splits[one.code] if one.kind == "split" else found[one.code]
    return answer


def may_be_shown(context: Context, code: str, first: date, last: date) -> bool:
    """Whether people may be shown an indicator of these days as far as enough answers stand behind it; of a period
    `is_too_short` besides.
    """
    needs = indicator(code).needs
    if needs == "none":
        return True
    enough = value(context, needs, first, last)
    return isinstance(enough, int) and enough >= context.settings.public_minimum


def is_too_short(code: str, period: Period) -> bool:
    """Whether a period is shorter than those of which people are shown an indicator, however many answered: what tells
    how people rated is not told of days and half months (`reports.rules.WITHOUT_LEVELS`). Raises `unknown_indicator`.
    """
    return indicator(code).needs != "none" and period.kind in WITHOUT_LEVELS


def headings(code: str) -> tuple[Column, ...]:
    """The columns of the rows behind an indicator. Raises `unknown_indicator`."""
    return tuple(_listed(code).headings.values())


@allowed("shown")
def rows(
    context: Context, code: str, first: date, last: date, limit: int = 100, offset: int = 0, *, key: str | None = None
) -> Rows:
    """The rows behind an indicator over a span of local days from `offset` on, at most `limit` (-1: all), names masked.

    Of a rate they are those of its denominator, of a split those of one `key` if one is given. There are none where
    too few answered for the number to be shown. Raises `unknown_indicator`.
    """
    one = _listed(code)
    columns = tuple(one.headings.values())
    said = tuple(str(column.heading) for column in columns)
    with context.database.reading() as connection:
        if not may_be_shown(context, code, first, last):
            return Rows(said, [])
        asked, sql = _asked_rows(context, one, first, last, key)
        found = statements.listed(connection, sql, asked, limit, offset)
        shown = [tuple(map(_shown, [context] * len(columns), columns, row)) for row in found]
        return Rows(said, _without_names(connection, columns, _with_titles(context, one, shown)))


def _with_titles(context: Context, one: Indicator, rows: list[tuple[Shown, ...]]) -> list[tuple[Shown, ...]]:
    """Rows of records with their titles as the feature that keeps them tells them: it knows whom they name."""
    names = list(one.headings)
    if "case_title" not in names or not rows:
        return rows
    from frontdesk.cases.service import titles_of

    number, title = names.index("case_number"), names.index("case_title")
    told = titles_of(context, one.records_of, [str(row[number]) for row in rows])
    return [(*row[:title], told.get(str(row[number]), ""), *row[title + 1 :]) for row in rows]


def _without_names(
    connection: sqlite3.Connection, columns: Sequence[Column], rows: list[tuple[Shown, ...]]
) -> list[tuple[Shown, ...]]:
    """Rows with the names that the centre knows masked in people's own words."""
    places = [place for place, column in enumerate(columns) if column.kind == "comment"]
    spoken = "\n".join(str(row[place] or "") for row in rows for place in places)
    names = info_reports.names_within(connection, without_spacing(spoken))
    if not names:
        return rows
    return [
        tuple(
            mask_within(cell, names) if at in places and isinstance(cell, str) else cell for at, cell in enumerate(row)
        )
        for row in rows
    ]


def row_count(context: Context, code: str, first: date, last: date, *, key: str | None = None) -> int:
    """How many rows `rows` lists in all."""
    one = _listed(code)
    with context.database.reading() as connection:
        if not may_be_shown(context, code, first, last):
            return 0
        asked, sql = _asked_rows(context, one, first, last, key)
        return statements.many(connection, sql, asked)


def _asked_rows(
    context: Context, one: Indicator, first: date, last: date, key: str | None
) -> tuple[dict[str, str | int], str]:
    asked = parameters(context, [one], first, last)
    if key is None or one.kind != "split":
        return asked, one.rows
    return {**asked, "key": key}, one.rows_of_key


def _listed(code: str) -> Indicator:
    """The indicator whose rows stand behind this one: of a rate its denominator."""
    one = indicator(code)
    return indicator(one.denominator) if one.kind == "rate" else one


def _counted(wanted: Sequence[Indicator]) -> Iterable[Indicator]:
    for one in wanted:
        if one.kind == "rate":
            yield from (indicator(one.numerator), indicator(one.denominator))
        else:
            yield one


def _counts(
    connection: sqlite3.Connection, wanted: Iterable[Indicator], asked: statements.Parameters
) -> dict[str, int | None]:
    """The counts of indicators, with one statement for all that are counted of the same rows."""
    together: defaultdict[tuple[str, str], list[Indicator]] = defaultdict(list)
    for one in wanted:
        assert one.source is not None
        together[one.source.rows_from, one.source.where].append(one)
    found: dict[str, int | None] = {}
    for (rows_from, where), ones in together.items():
        if len(ones) == 1:
            sql = ones[0].count
        else:
            sql = f"SELECT {', '.join(one.figure_among_others for one in ones)} FROM {rows_from} WHERE {where}"
        numbers = statements.numbers(connection, sql, asked)
        found.update(zip((one.code for one in ones), numbers, strict=True))
    return found


def parameters(context: Context, wanted: Iterable[Indicator], first: date, last: date) -> dict[str, str | int]:
    """What the statements of these indicators are given: what `definition.PARAMETERS` says, but for `key`."""
    asked: dict[str, str | int] = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "start": context.midnight(first),
        "end": context.midnight(last + timedelta(days=1)),
        "now": context.now_ms(),
        "today": context.today().isoformat(),
        "preset": context.settings.follow_up_preset,
    }
    if any("overdue" in one.parameters() for one in wanted):
        asked["overdue"] = json.dumps(overdue_bounds(context))
    return asked


def _in_order(context: Context, one: Indicator, found: Mapping[str, int]) -> dict[str, int]:
    """The counts of a split: its keys, then those of the setting with their order, then all others by name."""
    ordered = {key: found.get(key, 0) for key in one.keys}
    listed = getattr(context.settings, one.order_setting) if one.order_setting else ()
    ordered |= {key: found[key] for key in listed if key in found}
    return ordered | {key: found[key] for key in sorted(found) if key not in ordered}


def _shown(context: Context, column: Column, cell: Cell) -> Shown:
    """A cell as it may be read; names and numbers of people are masked."""
    if cell is None or isinstance(cell, bytes):
        return None
    if column.kind == "moment":
        return f"{context.local(int(cell)):%Y-%m-%d %H:%M}"
    if column.kind in ("number", "seconds", "fen"):
        return int(cell)
    text = str(cell)
    if column.kind == "name":
        return mask_name(text)
    if column.kind == "names":
        return mask_names(text)
    if column.kind == "comment":
        return mask_numbers(text)
    return t(f"{column.words}.{text}") if column.kind == "word" and text else text
