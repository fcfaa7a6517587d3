"""The register of centres, a centre's page, and one period of it with all its revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from frontdesk.district.documents.service import rules_in_force
from frontdesk.district.enrolling import revoke_key
from frontdesk.district.errors import DistrictError
from frontdesk.district.figures import lines
from frontdesk.district.reports.service import centre_history, differences
from frontdesk.district.web import queries
from frontdesk.district.web.errors import PageError
from frontdesk.district.web.queries import PAGE_ROWS
from frontdesk.district.web.scope import asked_street, own_centre, streets
from frontdesk.district.web.visit import Go, Page, Visit
from frontdesk.sync import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.district.store import StoredReport


def centres_page(visit: Visit) -> Page:
    """The centres of the register, searched by code, name or street."""
    street, search = asked_street(visit), visit.asked("search")[:60]
    with visit.district.store.reading() as session:
        listed = queries.centres(session, street, search, queries.page_number(visit.asked("page")))
    return Page("centres.html", {"listed": listed, "streets": streets(visit), "street": street, "search": search})


def centre_page(visit: Visit) -> Page:
    """A centre: what it reported, period by period, its keys, and what it has read."""
    with visit.district.store.reading() as session:
        centre = own_centre(visit, session, visit.asked("code") or visit.form.get("code"))
        page = queries.page_number(visit.asked("page"))
        rows = centre_history(session, centre["code"], limit=PAGE_ROWS + 1, offset=(page - 1) * PAGE_ROWS)
        keys = queries.keys_of(session, centre["code"])
        readings = queries.readings_of(session, centre["code"])
    reports = queries.Listed(rows[:PAGE_ROWS], page, len(rows) > PAGE_ROWS)
    return Page("centre.html", {"centre": centre, "reports": reports, "keys": keys, "readings": readings})


def take_revocation(visit: Visit) -> Go:
    """Take one of a centre's keys out of use.

    Raises PageError `not_sure`, `no_such_centre`, and DistrictError `no_such_key` for one that is not this centre's.
    """
    code, key_id = visit.form.get("code"), visit.form.get("key_id")
    if visit.form.get("sure") != "1":
        raise PageError("not_sure")
    with visit.district.store.reading() as session:
        centre = own_centre(visit, session, code)
        keys = {one["key_id"] for one in queries.keys_of(session, centre["code"])}
    if key_id not in keys:
        raise DistrictError("no_such_key", key_id=key_id[:64])
    revoke_key(visit.district, key_id, visit.now_ms, who=visit.who.name)
    return Go(f"/centre?{urlencode({'code': centre['code'], 'done': 'key_revoked'})}")


def report_page(visit: Visit) -> Page:
    """One period of a centre: the revision asked for, the highest without asking, beside another one.

    Who asks for a comparison sees what differs, and who opens a report all of it; `differing` says which.
    Raises PageError `no_such_centre`, `no_such_report`.
    """
    with visit.district.store.reading() as session:
        centre = own_centre(visit, session, visit.asked("centre"))
        revisions = session.revisions(centre["code"], visit.asked("period"))
        rules = rules_in_force(session)
    if not revisions:
        raise PageError("no_such_report")
    shown = _revision(revisions, visit.asked("revision")) or revisions[0]
    beside = _revision(revisions, visit.asked("beside"))
    if beside is None and not visit.asked("beside"):
        beside = next((one for one in revisions if one.revision < shown.revision), None)
    report = wire.read_body(shown.body, shown.schema_version)
    before = wire.read_body(beside.body, beside.schema_version).as_figures() if beside else None
    differing = {(one.indicator, one.category) for one in differences(beside, shown)} if beside else set()
    said = lines(report.as_figures(), before, rules, differing)
    only = beside is not None and visit.asked("differing", "1" if visit.asked("beside") else "0") == "1"
    values = {
        "centre": centre,
        "report": report,
        "revisions": revisions,
        "shown": shown,
        "beside": beside,
        "lines": [one for one in said if one.changed] if only else said,
        "changes": sum(one.changed for one in said),
        "only": only,
    }
    return Page("report.html", values)


def _revision(revisions: Sequence[StoredReport], asked: str) -> StoredReport | None:
    return next((one for one in revisions if str(one.revision) == asked), None)
