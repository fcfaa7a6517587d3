"""The district's use cases: hand out enrolments, take in reports, say what arrived.

What a use case writes is one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District, key_path, read_key
from frontdesk.district.reports.accepting import accept_report
from frontdesk.district.store import CentreKey, CentreStatus, EnrolmentCode, StoredReport
from frontdesk.sync import wire

__all__ = [
    "District",
    "ShownReport",
    "accept_enrolment",
    "accept_report",
    "figures_of",
    "is_ready",
    "issue_enrolment",
    "key_path",
    "pool_figures",
    "read_key",
    "revoke_key",
    "show_report",
    "status",
]

CODE_BYTES = 24


@dataclass(frozen=True)
class ShownReport:
    """A period as it stands: the visible revision, and all of them, the highest first."""

    visible: StoredReport
    revisions: list[StoredReport]


def _hash_code(code: str) -> str:
    # A code is 192 random bits, so a plain hash cannot be searched for it.
    return hashlib.sha256(code.encode()).hexdigest()


def issue_enrolment(district: District, *, centre: str, url: str, now_ms: int) -> wire.EnrolmentFile:
    """A fresh enrolment for `centre`, to report to `url`; unused older ones of this centre stop being valid.

    Raises DistrictError `bad_enrolment` when the centre's code or the address is not one.
    """
    code = secrets.token_urlsafe(CODE_BYTES)
    try:
        file = wire.EnrolmentFile(
            centre=centre,
            url=url.rstrip("/"),
            code=code,
            district_key=district.verify_key.hex(),
            district_key_id=district.key_id,
        )
    except ValueError as failure:
        raise DistrictError("bad_enrolment", centre=centre, url=url) from failure
    with district.store.writing() as session:
        session.add_code(EnrolmentCode(_hash_code(code), centre, now_ms))
    return file


def accept_enrolment(district: District, raw: bytes, now_ms: int) -> bytes:
    """Register the key of a signed request; the confirmation's bytes, the same again for the same request.

    Raises WireFault, or DistrictError `unknown_code`, `code_withdrawn`, `code_used`, `key_taken`.
    """
    request, verify_key = wire.open_enrolment_request(raw)
    key_id = wire.key_id_of(verify_key)
    with district.store.writing() as session:
        code = session.find_code(_hash_code(request.code))
        if code is None or code.centre != request.centre:
            raise DistrictError("unknown_code")
        if code.used_key_id not in (None, key_id):
            raise DistrictError("code_used")
        known = session.find_key(key_id)
        if known is not None and known.revoked_at is not None:
            raise wire.WireFault("revoked_key", key_id=key_id)
        if known is not None and known.centre != request.centre:
            raise DistrictError("key_taken")
        if code.used_key_id is None and code.withdrawn_at is not None:
            raise DistrictError("code_withdrawn")
        if known is None:
            confirmation = wire.make_confirmation(
                centre=request.centre, key_id=key_id, enrolled_at=now_ms, seed=district.seed
            )
            known = CentreKey(key_id, request.centre, verify_key, now_ms, confirmation)
            session.add_key(known)
        if code.used_key_id is None:
            session.consume_code(code.code_hash, key_id)
        return known.confirmation


def revoke_key(district: District, key_id: str, now_ms: int) -> CentreKey:
    """Take a centre's key out of use; what it signed before stays. Raises DistrictError `no_such_key`."""
    with district.store.writing() as session:
        known = session.find_key(key_id)
        if known is None:
            raise DistrictError("no_such_key", key_id=key_id)
        session.revoke_key(key_id, now_ms)
        return known


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
