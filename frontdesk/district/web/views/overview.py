"""How far a period has been reported, by street, and who is missing."""

from __future__ import annotations

from frontdesk.district.reports.service import completeness, missing
from frontdesk.district.web.periods import chosen_period
from frontdesk.district.web.queries import PAGE_ROWS, Listed, page_number
from frontdesk.district.web.scope import asked_street, streets
from frontdesk.district.web.visit import Page, Visit

FIRST_MISSING = 10
"""How many of the missing the first page names; the rest stands on a page of its own."""


def overview_page(visit: Visit) -> Page:
    """Reporting rate and timeliness by street, and the first of those who are missing."""
    chosen, street = chosen_period(visit), asked_street(visit)
    with visit.district.store.reading() as session:
        found = completeness(session, chosen.report_kind, chosen.period.key, street)
        lacking = missing(session, chosen.report_kind, chosen.period.key, street, limit=FIRST_MISSING)
    values = {
        "chosen": chosen,
        "streets": streets(visit),
        "street": street,
        "found": found,
        "missing": lacking,
    }
    return Page("overview.html", values)


def missing_page(visit: Visit) -> Page:
    """Everybody who is expected to report a period and has not."""
    chosen, street = chosen_period(visit), asked_street(visit)
    page = page_number(visit.asked("page"))
    with visit.district.store.reading() as session:
        rows = missing(
            session,
            chosen.report_kind,
            chosen.period.key,
            street,
            limit=PAGE_ROWS + 1,
            offset=(page - 1) * PAGE_ROWS,
        )
        found = completeness(session, chosen.report_kind, chosen.period.key, street)
    values = {
        "chosen": chosen,
        "streets": streets(visit),
        "street": street,
        "found": found,
        "listed": Listed(rows[:PAGE_ROWS], page, len(rows) > PAGE_ROWS),
    }
    return Page("missing.html", values)
