"""The pages' tables as workbooks: what an account may see of them."""

from __future__ import annotations

from frontdesk.district.web.periods import chosen_period
from frontdesk.district.web.scope import asked_street, own_centre
from frontdesk.district.web.visit import Download, Visit
from frontdesk.district.workbooks import Book, centre_book, completeness_book, totals_book

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def completeness_file(visit: Visit) -> Download:
    """Reporting rate and timeliness by street, and everybody who is missing."""
    chosen, street = chosen_period(visit), asked_street(visit)
    with visit.district.store.reading() as session:
        book = completeness_book(session, chosen.period, street)
    return _download(visit, book)


def totals_file(visit: Visit) -> Download:
    """The totals of a period, of all and by street."""
    chosen, street = chosen_period(visit), asked_street(visit)
    with visit.district.store.reading() as session:
        book = totals_book(session, chosen.period, street)
    return _download(visit, book)


def centre_file(visit: Visit) -> Download:
    """Every period that a centre reported, and what its visible revisions say."""
    with visit.district.store.reading() as session:
        centre = own_centre(visit, session, visit.asked("code"))
        book = centre_book(session, centre["code"], visit.now_ms)
    return _download(visit, book)


def _download(visit: Visit, book: Book) -> Download:
    return Download(book.content(visit.now_ms), book.name, XLSX)
