"""How a centre's key becomes known to the district, is changed, and is taken out of use.

What a use case writes is one transaction with one audit entry.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from frontdesk.district.documents.publishing import no_recipient, signing_seed
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District
from frontdesk.district.store import CentreKey, EnrolmentCode, Row, Session
from frontdesk.district.zone import ZONE
from frontdesk.sync import wire

CODE_BYTES = 24


@dataclass(frozen=True)
class IssuedCode:
    """A code to be typed at the centre, which is nowhere kept, and the id of the district's key that it holds fast."""

    centre: str
    code: str
    district_key_id: str


def _hash_code(code: str) -> str:
    # A code has 80 random bits at least, so a plain hash cannot be searched for it.
    return hashlib.sha256(code.encode()).hexdigest()


def issue_enrolment(
    district: District, *, centre: str, url: str, now_ms: int, who: str = "system"
) -> wire.EnrolmentFile:
    """A fresh enrolment for `centre`, to report to `url`; unused older ones of this centre stop being valid.

    Raises DistrictError `bad_enrolment` when the centre's code or the address is not one.
    """
    code = secrets.token_urlsafe(CODE_BYTES)
    with district.store.writing() as session:
        verify_key = wire.verify_key_of(signing_seed(session, district))
        try:
            file = wire.EnrolmentFile(
                centre=centre,
                url=url.rstrip("/"),
                code=code,
                district_key=verify_key.hex(),
                district_key_id=wire.key_id_of(verify_key),
            )
        except ValueError as failure:
            raise DistrictError("bad_enrolment", centre=centre, url=url) from failure
        _add_code(session, centre, code, file.district_key_id, now_ms, who)
    return file


def issue_typed_code(district: District, *, centre: str, now_ms: int, who: str = "system") -> IssuedCode:
    """A fresh code to be typed at `centre`; unused older ones of this centre stop being valid.

    Raises DistrictError `bad_enrolment` when the centre's code is not one.
    """
    if not centre or len(centre) > 64 or not centre.isprintable() or " " in centre:
        raise DistrictError("bad_enrolment", centre=centre, url="")
    with district.store.writing() as session:
        verify_key = wire.verify_key_of(signing_seed(session, district))
        typed = wire.make_typed_code(secrets.token_bytes(wire.SECRET_BYTES), verify_key)
        key_id = wire.key_id_of(verify_key)
        _add_code(session, centre, wire.read_typed_code(typed).secret, key_id, now_ms, who)
    return IssuedCode(centre, typed, key_id)


def _add_code(session: Session, centre: str, code: str, recipient: str, now_ms: int, who: str) -> None:
    code_hash = _hash_code(code)
    session.add_code(EnrolmentCode(code_hash, centre, now_ms, recipient=recipient))
    session.audit(at=now_ms, who=who, action="code.issued", centre=centre, subject=code_hash[:16])


def accept_enrolment(district: District, raw: bytes, now_ms: int) -> bytes:
    """Register the key of a signed request; the confirmation's bytes, the same again for the same request.

    It is signed with the key that the centre was handed. Raises WireFault, or DistrictError `unknown_code`,
    `code_withdrawn`, `code_used`, `key_taken`.
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
        recipient = code.recipient and district.seed_of(code.recipient)
        if known is None:
            known = _add_key(session, request.centre, verify_key, now_ms, recipient or district.seed, replaces=None)
            _begin(session, request.centre, now_ms)
        if code.used_key_id is None:
            session.consume_code(code.code_hash, key_id)
        if not recipient:
            return known.confirmation
        # The key may have come before with another code, whose answer got lost, and the district's have changed since:
        # the centre knows the one that it was handed last.
        return wire.make_confirmation(centre=known.centre, key_id=key_id, enrolled_at=known.enrolled_at, seed=recipient)


def _begin(session: Session, centre: str, now_ms: int) -> None:
    """Let a centre whose first day nobody has told be expected to report from the period in which it enrolled."""
    day = datetime.fromtimestamp(now_ms / 1000, ZONE).date().isoformat()
    # One that closed before is not opened again by this.
    session.execute(
        "UPDATE centre SET since = ? WHERE code = ? AND since IS NULL AND (until IS NULL OR until >= ?)",
        (day, centre, day),
    )


def accept_rotation(district: District, raw: bytes, now_ms: int) -> bytes:
    """Register the key that takes an earlier one's place, which is out of use from now on.

    Returns the confirmation's bytes, the same again for the same request. Raises WireFault, or DistrictError
    `wrong_recipient`, `key_taken`.
    """
    with district.store.writing() as session:

        def lookup(key_id: str) -> wire.KnownKey | None:
            known = session.find_key(key_id)
            if known is None:
                return None
            return wire.KnownKey(known.verify_key, known.centre, known.revoked_at is not None)

        opened = wire.open_rotation(raw, lookup, even_revoked=True)
        rotation = opened.rotation
        seed = district.seed_of(rotation.recipient)
        if seed is None:
            raise no_recipient(session, district, rotation.recipient)
        known = session.find_key(opened.new_key_id)
        if known is not None and (known.centre, known.replaces) != (rotation.centre, rotation.old_key_id):
            raise DistrictError("key_taken")
        if known is not None and known.revoked_at is None:
            return known.confirmation
        if opened.revoked or known is not None:
            raise wire.WireFault("revoked_key", key_id=rotation.old_key_id)
        session.revoke_key(rotation.old_key_id, now_ms)
        return _add_key(
            session, rotation.centre, opened.new_verify_key, now_ms, seed, replaces=rotation.old_key_id
        ).confirmation


def _add_key(
    session: Session, centre: str, verify_key: bytes, now_ms: int, seed: bytes, *, replaces: str | None
) -> CentreKey:
    key_id = wire.key_id_of(verify_key)
    confirmation = wire.make_confirmation(centre=centre, key_id=key_id, enrolled_at=now_ms, seed=seed)
    added = CentreKey(key_id, centre, verify_key, now_ms, confirmation, replaces=replaces)
    session.add_key(added)
    action = "key.enrolled" if replaces is None else "key.rotated"
    session.audit(at=now_ms, who=f"centre:{centre}", action=action, centre=centre, subject=key_id)
    return added


def keys_of_centres(district: District) -> dict[str, list[Row]]:
    """The keys of each centre by its code, the latest first: key_id, enrolled_at, revoked_at (None while in use)."""
    with district.store.reading() as session:
        rows = session.rows(
            "SELECT centre, key_id, enrolled_at, revoked_at FROM centre_key ORDER BY centre, enrolled_at DESC, key_id"
        )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["centre"], []).append(row)
    return found


def revoke_key(district: District, key_id: str, now_ms: int, who: str = "system") -> CentreKey:
    """Take a centre's key out of use; what it signed before stays. Raises DistrictError `no_such_key`."""
    with district.store.writing() as session:
        known = session.find_key(key_id)
        if known is None:
            raise DistrictError("no_such_key", key_id=key_id)
        if known.revoked_at is None:
            session.revoke_key(key_id, now_ms)
            session.audit(at=now_ms, who=who, action="key.revoked", centre=known.centre, subject=key_id)
        return known
