"""Periods for which nothing is taken in any more, and the centres that are exempt from it for a while.

A lock or an exemption counts from the moment it is kept, and the centres are told by a document in the same
transaction. What was lifted stays, with who lifted it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date

from frontdesk.district.documents.publishing import EVERYONE, check_centre, check_text, publish
from frontdesk.district.documents.publishing import of_centres as for_centres
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.store import Session
from frontdesk.district.zone import last_instant
from frontdesk.locale import t
from frontdesk.sync import wire


@dataclass(frozen=True)
class Lock:
    """A period that is, or was, locked. Instants are in UTC milliseconds."""

    lock_id: str
    period: str
    reason: str
    locked_by: str
    locked_at: int
    unlocked_by: str | None
    unlocked_at: int | None


@dataclass(frozen=True)
class GrantedExemption:
    """A centre that may still report a locked period up to `until`, the last instant, None without end."""

    exemption_id: str
    centre: str
    period: str
    until: int | None
    reason: str
    granted_by: str
    granted_at: int
    withdrawn_by: str | None
    withdrawn_at: int | None


_LOCK = "lock_id, period, reason, locked_by, locked_at, unlocked_by, unlocked_at"
_EXEMPTION = "exemption_id, centre, period, until, reason, granted_by, granted_at, withdrawn_by, withdrawn_at"


def lock_period(district: District, period: str, reason: str, *, who: str, now_ms: int) -> Lock:
    """Take in nothing more for a period, except from exempt centres; all centres are told.

    Raises WireFault `bad_period`, or DistrictError `already_locked`, `bad_document`.
    """
    wire.kind_of(period)
    check_text(reason, "reason")
    content = _content(wire.PeriodLock, period=period, reason=reason)
    lock = Lock(secrets.token_hex(16), period, reason, who, now_ms, None, None)
    with district.store.writing() as session:
        if _lock_in_force(session, period) is not None:
            raise DistrictError("already_locked", period=period)
        session.insert(
            "period_lock",
            {"lock_id": lock.lock_id, "period": period, "reason": reason, "locked_by": who, "locked_at": now_ms},
        )
        details = json.dumps({"reason": reason}, ensure_ascii=False)
        session.audit(at=now_ms, who=who, action="period.locked", subject=period, details=details)
        title = t("district.title.locked", period=period)
        publish(session, district, content, title=title, audience=EVERYONE, who=who, now_ms=now_ms)
    return lock


def unlock_period(district: District, period: str, *, who: str, now_ms: int) -> Lock:
    """Take in reports for a period again; all centres are told. Raises DistrictError `not_locked`."""
    with district.store.writing() as session:
        lock = _lock_in_force(session, period)
        if lock is None:
            raise DistrictError("not_locked", period=period)
        session.execute(
            "UPDATE period_lock SET unlocked_by = ?, unlocked_at = ? WHERE lock_id = ?", (who, now_ms, lock.lock_id)
        )
        session.audit(at=now_ms, who=who, action="period.unlocked", subject=period)
        content = _content(wire.PeriodLock, period=period, locked=False)
        title = t("district.title.unlocked", period=period)
        publish(session, district, content, title=title, audience=EVERYONE, who=who, now_ms=now_ms)
    return Lock(lock.lock_id, period, lock.reason, lock.locked_by, lock.locked_at, who, now_ms)


def grant_exemption(
    district: District, centre: str, period: str, until: date, reason: str, *, who: str, now_ms: int
) -> GrantedExemption:
    """Let a centre still report a locked period up to the day `until`, included; it takes an earlier one's place.

    The centre is told, no other one is. Raises WireFault `bad_period`, or DistrictError `no_such_centre`,
    `exemption_over`, `bad_document`.
    """
    wire.kind_of(period)
    check_text(reason, "reason")
    content = _content(wire.Exemption, centre=centre, period=period, until=until, granted_by=who, reason=reason)
    with district.store.writing() as session:
        check_centre(session, centre)
        last = last_instant(until)
        if last < now_ms:
            raise DistrictError("exemption_over", until=until.isoformat())
        session.execute(
            "UPDATE exemption SET withdrawn_by = ?, withdrawn_at = ? "
            "WHERE centre = ? AND period = ? AND withdrawn_at IS NULL",
            (who, now_ms, centre, period),
        )
        granted = GrantedExemption(secrets.token_hex(16), centre, period, last, reason, who, now_ms, None, None)
        session.insert(
            "exemption",
            {
                "exemption_id": granted.exemption_id,
                "centre": centre,
                "period": period,
                "until": last,
                "reason": reason,
                "granted_by": who,
                "granted_at": now_ms,
            },
        )
        details = json.dumps({"until": until.isoformat(), "reason": reason}, ensure_ascii=False)
        session.audit(at=now_ms, who=who, action="exemption.granted", centre=centre, subject=period, details=details)
        title = t("district.title.exempt", period=period, until=until.isoformat())
        publish(session, district, content, title=title, audience=for_centres([centre]), who=who, now_ms=now_ms)
    return granted


def locks(district: District) -> list[Lock]:
    """Every lock, those in force first, then the latest first."""
    with district.store.reading() as session:
        rows = session.rows(
            f"SELECT {_LOCK} FROM period_lock ORDER BY unlocked_at IS NOT NULL, locked_at DESC, lock_id"
        )
    return [Lock(**row) for row in rows]


def exemptions(district: District, *, period: str | None = None) -> list[GrantedExemption]:
    """Every exemption, or those of a period, the latest first."""
    with district.store.reading() as session:
        rows = session.rows(
            f"SELECT {_EXEMPTION} FROM exemption WHERE CAST(? AS TEXT) IS NULL OR period = ? "
            "ORDER BY granted_at DESC, exemption_id",
            (period, period),
        )
    return [GrantedExemption(**row) for row in rows]


def _lock_in_force(session: Session, period: str) -> Lock | None:
    row = session.one(f"SELECT {_LOCK} FROM period_lock WHERE period = ? AND unlocked_at IS NULL", (period,))
    return Lock(**row) if row else None


def _content(kind: type[wire.PeriodLock] | type[wire.Exemption], **values: object) -> wire.PeriodLock | wire.Exemption:
    try:
        return kind.model_validate(values)
    except ValueError as failure:
        raise DistrictError("bad_document", where=", ".join(values)) from failure
