"""Completeness, totals and centres as workbooks, for WPS and Excel: numbers as numbers, and no text becomes a formula.

The pages and the command line hand out the very same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from frontdesk.common.periods import Period
from frontdesk.common.tablebook import TableBook
from frontdesk.common.workbook import Cell, Column
from frontdesk.district.documents.service import rules_in_force
from frontdesk.district.errors import DistrictError
from frontdesk.district.figures import Rules, category_words, in_unit, label, not_added_words
from frontdesk.district.reports.service import StreetCompleteness, Total, centre_history, completeness, missing, totals
from frontdesk.district.store import Session
from frontdesk.district.wording import instant, words
from frontdesk.district.zone import ZONE
from frontdesk.sync import wire

PERCENT = "0.0%"
MOST_MISSING = 100_000
MOST_PERIODS = 120
"""Periods of a centre in its workbook: a year of weeks, half months, months and quarters."""


class Table(NamedTuple):
    """One sheet."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Book:
    """A workbook that is not written yet: its title, the line under it, its tables, and what its file is called."""

    title: str
    about: str
    name: str
    tables: Sequence[Table]

    def content(self, now_ms: int) -> bytes:
        """The .xlsx file, made at this instant."""
        book = TableBook(self.title, words("site"), datetime.fromtimestamp(now_ms / 1000, ZONE))
        for one in self.tables:
            book.add(one.name, self.about, one.columns, one.rows, title=f"{self.title} · {one.name}")
        return book.content()


def completeness_book(session: Session, period: Period, street: str | None) -> Book:
    """Reporting rate and timeliness by street, and everybody who is missing."""
    kind = wire.kind_of(period.key)
    found = completeness(session, kind, period.key, street)
    lacking = missing(session, kind, period.key, street, limit=MOST_MISSING)
    rates = [
        *_columns("street", "overview.expected", "overview.received"),
        Column(words("overview.rate"), PERCENT),
        *_columns("overview.on_time"),
        Column(words("overview.on_time_rate"), PERCENT),
        *_columns("overview.missing"),
    ]
    rows = [_completeness_row(one.street or words("no_street"), one) for one in found.streets]
    rows.append(_completeness_row(words("overview.whole"), found.whole))
    names = [
        (one["name"], one["code"], one["street"], one["latest_period"], instant(one["latest_received_at"]))
        for one in lacking
    ]
    heads = _columns("centre.name", "centre.code", "street", "missing.latest_period", "centre.latest")
    tables = (Table(words("nav.overview"), rates, rows), Table(words("nav.missing"), heads, names))
    return Book(words("nav.overview"), _about(period, street), f"completeness-{period.key}.xlsx", tables)


def totals_book(session: Session, period: Period, street: str | None) -> Book:
    """The totals of a period, of all and by street."""
    found = totals(session, wire.kind_of(period.key), period.key, street)
    rules = rules_in_force(session)
    heads = [
        *_columns("indicator", "category", "totals.value", "totals.numerator", "totals.denominator"),
        *(Column(words(f"totals.{name}"), PERCENT) for name in ("rate", "low", "high")),
        *_columns("totals.centres", "totals.unknown", "totals.note"),
    ]
    whole = [_total_row(one, rules) for one in found.whole]
    by_street = [
        (name or words("no_street"), *_total_row(one, rules)) for name, all_ in found.streets.items() for one in all_
    ]
    tables = (
        Table(words("overview.whole"), heads, whole),
        Table(words("totals.by_street"), [*_columns("street"), *heads], by_street),
    )
    return Book(words("nav.totals"), _about(period, street), f"totals-{period.key}.xlsx", tables)


def centre_book(session: Session, code: str, now_ms: int) -> Book:
    """Every period that a centre reported, and what its visible revisions say.

    Raises DistrictError `no_such_centre`.
    """
    centre = session.one("SELECT code, name, street FROM centre WHERE code = ?", (code,))
    if centre is None:
        raise DistrictError("no_such_centre", centre=code)
    periods = centre_history(session, code, limit=MOST_PERIODS)
    rules = rules_in_force(session)
    visible = [session.revisions(code, one["period"])[0] for one in periods]
    heads = _columns(
        "period", "report.kind", "report.revision", "report.revisions", "report.first_at", "report.last_at"
    )
    rows: list[Sequence[Cell]] = [
        (
            one["period"],
            words(f"report_kind.{one['kind']}"),
            one["revision"],
            one["revisions"],
            instant(one["first_at"]),
            instant(one["last_at"]),
        )
        for one in periods
    ]
    said = [
        (one.period, one.revision, *row)
        for one in visible
        for row in _figure_rows(wire.read_body(one.body, one.schema_version).as_figures(), rules)
    ]
    figures = _columns(
        *("period", "report.revision", "indicator", "category"),
        *("totals.value", "totals.numerator", "totals.denominator"),
    )
    tables = (Table(words("centre.reports"), heads, rows), Table(words("report.values"), figures, said))
    about = f"{centre['name']}  {centre['code']}  {centre['street']}"
    # The code is anybody's text; the file is named after the day.
    day = datetime.fromtimestamp(now_ms / 1000, ZONE)
    return Book(words("nav.centres"), about, f"centre-{day:%Y%m%d}.xlsx", tables)


def _columns(*names: str) -> list[Column]:
    return [Column(words(name)) for name in names]


def _completeness_row(name: str, one: StreetCompleteness) -> Sequence[Cell]:
    return (name, one.expected, one.received, one.rate, one.on_time, one.on_time_rate, one.missing)


def _total_row(one: Total, rules: Rules) -> Sequence[Cell]:
    low, high = one.interval or (None, None)
    return (
        label(one.indicator, rules),
        category_words(one.indicator, one.category or ""),
        in_unit(one.indicator, one.value, rules),
        one.numerator,
        one.denominator,
        one.rate,
        low,
        high,
        one.centres,
        one.unknown,
        not_added_words(one),
    )


def _figure_rows(
    figures: Mapping[str, int | Mapping[str, int | None] | None], rules: Rules
) -> Iterator[Sequence[Cell]]:
    for code, figure in figures.items():
        if not isinstance(figure, Mapping):
            yield label(code, rules), "", in_unit(code, figure, rules), None, None
        elif set(figure) == {"numerator", "denominator"}:
            yield label(code, rules), "", None, figure["numerator"], figure["denominator"]
        else:
            for category, count in figure.items():
                yield label(code, rules), category_words(code, category), in_unit(code, count, rules), None, None


def _about(period: Period, street: str | None) -> str:
    return f"{period.label}  {period.key}  {street or words('all_streets')}"
