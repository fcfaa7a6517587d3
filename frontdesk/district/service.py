"""The district's use cases, from all its rooms. What a use case writes is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

from frontdesk.district.documents.service import (
    accept_exchange,
    assign_indicators,
    documents,
    exemptions,
    grant_exemption,
    lock_period,
    locks,
    open_issued,
    readers,
    rotate_key,
    send_notice,
    send_services,
    set_indicators,
    signing_seed,
    unlock_period,
)
from frontdesk.district.enrolling import (
    accept_enrolment,
    accept_rotation,
    issue_enrolment,
    issue_typed_code,
    keys_of_centres,
    revoke_key,
)
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District, key_path, read_key
from frontdesk.district.reports.service import (
    Completeness,
    Difference,
    StreetCompleteness,
    Total,
    Totals,
    accept_report,
    accept_reports,
    centre_history,
    compare,
    completeness,
    deadline,
    differences,
    missing,
    received,
    set_deadline,
    totals,
    try_report,
    values_of_centres,
)
from frontdesk.district.store import CentreStatus, Store, StoredReport
from frontdesk.district.usb.service import UsbTaken, take_usb
from frontdesk.sync import wire

__all__ = [
    "Completeness",
    "Difference",
    "District",
    "ShownReport",
    "StreetCompleteness",
    "Total",
    "Totals",
    "UsbTaken",
    "accept_enrolment",
    "accept_exchange",
    "accept_report",
    "accept_reports",
    "accept_rotation",
    "assign_indicators",
    "centre_history",
    "compare",
    "completeness",
    "deadline",
    "differences",
    "documents",
    "exemptions",
    "figures_of",
    "grant_exemption",
    "is_ready",
    "issue_enrolment",
    "issue_typed_code",
    "key_path",
    "keys_of_centres",
    "lock_period",
    "locks",
    "missing",
    "open_district",
    "open_issued",
    "pool_figures",
    "present_key",
    "read_key",
    "readers",
    "received",
    "revoke_key",
    "rotate_key",
    "send_notice",
    "send_services",
    "set_deadline",
    "set_indicators",
    "show_report",
    "status",
    "take_usb",
    "totals",
    "try_report",
    "unlock_period",
    "values_of_centres",
]


@dataclass(frozen=True)
class ShownReport:
    """A period as it stands: the visible revision, and all of them, the highest first."""

    visible: StoredReport
    revisions: list[StoredReport]


def status(district: District) -> list[CentreStatus]:
    """Every centre and how far it has come, by code."""
    with district.store.reading() as session:
        return session.centres()


def show_report(district: District, centre: str, period: str) -> ShownReport:
    """What a centre reported for a period. Raises DistrictError `no_report`."""
    with district.store.reading() as session:
        revisions = session.revisions(centre, period)
    if not revisions:
        raise DistrictError("no_report", centre=centre, period=period)
    return ShownReport(revisions[0], revisions)


def figures_of(report: StoredReport) -> dict[str, JsonValue]:
    """The figures of a revision as people read them, rates included."""
    return wire.shown_figures(wire.read_body(report.body, report.schema_version).as_figures())


def is_ready(district: District) -> None:
    """Ask the store something. Raises DatabaseError, or DistrictError `store_unavailable`, when it does not answer."""
    with district.store.reading() as session:
        session.find_key("")


def pool_figures(district: District) -> Mapping[str, int]:
    """What the store's pool of connections counts; nothing for a store without one."""
    figures: Callable[[], Mapping[str, int]] | None = getattr(district.store, "pool_figures", None)
    return figures() if figures else {}


def present_key(district: District) -> wire.DistrictKey:
    """The district's key that a centre is to pin now."""
    with district.store.reading() as session:
        return wire.make_district_key(wire.verify_key_of(signing_seed(session, district)))


def open_district(store: Store, key_file: Path) -> District:
    """The district on an open store, with its present key: the first one lies in `key_file`, others beside it.

    Raises DistrictError `district_key_missing`.
    """
    district = District(store, read_key(key_file), key_file=key_file)
    with store.reading() as session:
        return replace(district, seed=signing_seed(session, district))
