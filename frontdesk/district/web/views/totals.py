"""What the centres come to together: by the indicators' own rules, with intervals, and how people rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frontdesk.district.documents.service import rules_in_force
from frontdesk.district.figures import Rules, category_words, count_words, label, not_added_words, rate_words
from frontdesk.district.reports.service import Total, totals, values_of_centres
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.periods import chosen_period
from frontdesk.district.web.queries import cut, page_number
from frontdesk.district.web.scope import asked_street, streets
from frontdesk.district.web.visit import Page, Visit

LEVELS = ("5", "4", "3", "2", "1")
GOOD_LEVELS = ("5", "4", "3")
"""Good is 5, 4 and 3 (glossary, 5.4)."""


@dataclass(frozen=True)
class Line:
    """One total in words."""

    indicator: str
    label: str
    category: str
    value: str
    centres: int
    unknown: int


@dataclass(frozen=True)
class Rated:
    """How people rated in a street or in all: the counts by level, and the good ones of them."""

    street: str
    levels: Mapping[str, int]
    good: int
    n: int
    satisfied: str


def totals_page(visit: Visit) -> Page:
    """Every indicator of a period over all centres, or over those of a street."""
    chosen, street = chosen_period(visit), asked_street(visit)
    with visit.district.store.reading() as session:
        found = totals(session, chosen.report_kind, chosen.period.key, street)
        rules = rules_in_force(session)
    values = {
        "chosen": chosen,
        "streets": streets(visit),
        "street": street,
        "reports": found.reports,
        "lines": [line(one, rules) for one in found.whole],
    }
    return Page("totals.html", values)


def indicator_page(visit: Visit) -> Page:
    """One indicator of a period, by street and by centre. Raises PageError `no_such_indicator`."""
    chosen, street, code = chosen_period(visit), asked_street(visit), visit.asked("code")
    kind, key = chosen.report_kind, chosen.period.key
    with visit.district.store.reading() as session:
        rules = rules_in_force(session)
        found = totals(session, kind, key, street)
        rows = values_of_centres(session, kind, key, code, street)
    if code not in rules and not rows:
        raise PageError("no_such_indicator")
    listed = cut(rows, page_number(visit.asked("page")))
    by_street = [
        (name, line(one, rules)) for name, all_ in found.streets.items() for one in all_ if one.indicator == code
    ]
    values = {
        "chosen": chosen,
        "streets": streets(visit),
        "street": street,
        "code": code,
        "label": label(code, rules),
        "whole": [line(one, rules) for one in found.whole if one.indicator == code],
        "by_street": by_street,
        "listed": listed,
        "by_centre": [(row, *_told(code, row, rules)) for row in listed.rows],
    }
    return Page("indicator.html", values)


def satisfaction_page(visit: Visit) -> Page:
    """How people rated, by street: never a bare percentage, always with its n and its interval."""
    chosen, street = chosen_period(visit), asked_street(visit)
    with visit.district.store.reading() as session:
        found = totals(session, chosen.report_kind, chosen.period.key, street)
    by_street = [rated(name, all_) for name, all_ in found.streets.items()]
    values = {
        "chosen": chosen,
        "streets": streets(visit),
        "street": street,
        "levels": LEVELS,
        "whole": rated("", found.whole),
        "by_street": [one for one in by_street if one.n or one.levels],
        "rate_words": rate_words,
    }
    return Page("satisfaction.html", values)


def line(total: Total, rules: Rules) -> Line:
    """A total in words; what must not be added says so instead of a number."""
    code = total.indicator
    if not total.addable:
        value = not_added_words(total)
    elif total.over_centres == "rate":
        value = rate_words(total.numerator, total.denominator)
    else:
        value = count_words(code, total.value, rules)
    category = category_words(code, total.category or "")
    return Line(code, label(code, rules), category, value, total.centres, total.unknown)


def rated(street: str, all_: Sequence[Total]) -> Rated:
    """How people rated, out of the totals of a street: by level where reports tell levels, else by the rate's parts."""
    found = {(one.indicator, one.category): one for one in all_}
    levels = {
        level: found["ratings_by_level", level].value or 0 for level in LEVELS if ("ratings_by_level", level) in found
    }
    good, n = sum(levels.get(level, 0) for level in GOOD_LEVELS), sum(levels.values())
    rate = found.get(("good_rate", None))
    if not n and rate is not None:
        good, n = rate.numerator or 0, rate.denominator or 0
    satisfied = found.get(("satisfaction_rate", None))
    said = rate_words(satisfied.numerator, satisfied.denominator) if satisfied else "—"
    return Rated(street, levels, good, n, said)


def _told(code: str, row: Mapping[str, Any], rules: Rules) -> tuple[str, str]:
    """The category and the value that a centre told, in words."""
    if row["denominator"] is not None:
        return "", rate_words(row["numerator"], row["denominator"])
    return category_words(code, row["category"] or ""), count_words(code, row["value"], rules)
