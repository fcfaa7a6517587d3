"""What an account may see: all of the district, or the centres of its street and nothing that tells of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.district.web import queries
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.visit import Visit

if TYPE_CHECKING:
    from frontdesk.district.store import Row, Session


def streets(visit: Visit) -> list[str]:
    """The streets to choose from: its own for a street's account."""
    if visit.street is not None:
        return [visit.street]
    with visit.district.store.reading() as session:
        return queries.streets(session)


def asked_street(visit: Visit) -> str | None:
    """The street that a page is about, None for all: a street's account gets its own whatever it asks for."""
    if visit.street is not None:
        return visit.street
    return visit.asked("street") or None


def own_centre(visit: Visit, session: Session, code: str) -> Row:
    """A centre of the register that the account may see.

    Raises PageError `no_such_centre`, the very same for a centre of another street as for none at all.
    """
    found = queries.centre(session, code)
    if found is None or visit.street not in (None, found["street"]):
        raise PageError("no_such_centre")
    return found
