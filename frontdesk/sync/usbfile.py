"""The two files that travel on a stick, with the very bytes that would have travelled over the network.

Up, from the centre, sealed so that only the district can read it::

    "FDUS" | format version | recipient (district's key id, 16) | length | SealedBox of the bundle | SHA-256 (32)

The bundle is a frame ("FDUB") signed by the centre: a header, then sealed reports and requests as parts. Down, from
the district, is a frame signed by it ("FDUD"): a header, then receipts, refusals, exchange answers and a confirmation
as parts; its SHA-256 stands behind it. That hash, over everything before it, tells a file that was copied by half from
one that somebody changed.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from frontdesk.sync.answers import RECEIPT_MAGIC, REFUSAL_MAGIC
from frontdesk.sync.body import Code, Instant, KeyId, WireModel
from frontdesk.sync.enrolment import CONFIRMATION_MAGIC, REQUEST_MAGIC, open_enrolment_request
from frontdesk.sync.exchange import EXCHANGE_ANSWER_MAGIC, EXCHANGE_MAGIC, MAX_EXCHANGE_ANSWER
from frontdesk.sync.frames import (
    FORMAT_VERSION,
    KEY_ID_SIZE,
    SIGNATURE_SIZE,
    Frame,
    WireFault,
    key_id_of,
    pack,
    read_model,
    signed_by,
    to_json,
    unpack_all,
    verify_key_of,
)
from frontdesk.sync.report import DEFAULT_LIMITS, REPORT_MAGIC, KeyLookup, KnownKey, check_signer
from frontdesk.sync.rotation import ROTATION_MAGIC

UP_MAGIC, BUNDLE_MAGIC, DOWN_MAGIC = b"FDUS", b"FDUB", b"FDUD"
UP_SUFFIX, DOWN_SUFFIX = ".fdu", ".fdd"
MAX_USB = 16_777_216
"""Bytes of a file on a stick; a centre's reports of a year are a few hundred kilobytes."""
MAX_PARTS = 1_000
"""How many reports, or answers, one file holds; what is left goes into the next."""

HASH_SIZE = 32
_HEADER_CAP = 131_072
_LENGTH = struct.Struct(">I")
_PREFIX = len(UP_MAGIC) + 1 + KEY_ID_SIZE + _LENGTH.size
_SEAL_OVERHEAD = 48
_PART_CAP = max(DEFAULT_LIMITS.sealed, MAX_EXCHANGE_ANSWER)

UpKind = Literal["report", "exchange", "rotation", "enrolment"]
DownKind = Literal["receipt", "refusal", "exchange", "confirmation"]
_UP_KINDS: dict[bytes, UpKind] = {
    REPORT_MAGIC: "report",
    EXCHANGE_MAGIC: "exchange",
    ROTATION_MAGIC: "rotation",
    REQUEST_MAGIC: "enrolment",
}
_DOWN_KINDS: dict[bytes, DownKind] = {
    RECEIPT_MAGIC: "receipt",
    REFUSAL_MAGIC: "refusal",
    EXCHANGE_ANSWER_MAGIC: "exchange",
    CONFIRMATION_MAGIC: "confirmation",
}

SeedLookup = Callable[[str], bytes | None]
"""Finds the seed of a key of the district by its id."""


class UsbUp(WireModel):
    """The head of a bundle; `contents` are the kinds of its parts in their order, `made_at` is the centre's clock."""

    centre: Code
    key_id: KeyId
    recipient: KeyId
    bundle_id: Code
    made_at: Instant
    contents: list[UpKind] = Field(max_length=MAX_PARTS)


class UsbDown(WireModel):
    """The head of the district's file for one centre; `bundle_id` is the bundle that it answers, if it answers one."""

    centre: Code
    bundle_id: Code | None
    made_at: Instant
    contents: list[DownKind] = Field(max_length=MAX_PARTS)


@dataclass(frozen=True)
class UsbBundle:
    """What a centre's file holds, verified as a whole; every part is still to be opened by its own function.

    `enrolment` is there when the district does not know the centre's key yet: it is to be accepted before the rest.
    """

    header: UsbUp
    reports: tuple[bytes, ...]
    exchange: bytes | None
    rotation: bytes | None
    enrolment: bytes | None


@dataclass(frozen=True)
class UsbAnswer:
    """What the district's file holds, verified as a whole; every part is still to be opened by its own function."""

    header: UsbDown
    receipts: tuple[bytes, ...]
    refusals: tuple[bytes, ...]
    exchanges: tuple[bytes, ...]
    confirmations: tuple[bytes, ...]


def usb_name(centre: str, direction: Literal["up", "down"], made_at: datetime) -> str:
    """The name of a file on a stick: `frontdesk-<centre>-up-<YYYYMMDD-HHMM>.fdu`, `…-down-….fdd`; local time."""
    safe = re.sub(r"[^\w.-]", "_", centre)
    suffix = UP_SUFFIX if direction == "up" else DOWN_SUFFIX
    return f"frontdesk-{safe}-{direction}-{made_at:%Y%m%d-%H%M}{suffix}"


def usb_direction(beginning: bytes) -> Literal["up", "down"] | None:
    """Which of the two files begins like this; None for a foreign one. Four bytes are enough."""
    magic = bytes(beginning[: len(UP_MAGIC)])
    if magic == UP_MAGIC:
        return "up"
    return "down" if magic == DOWN_MAGIC else None


def make_usb_up(
    *,
    centre: str,
    seed: bytes,
    district_key: bytes,
    bundle_id: str,
    made_at: int,
    reports: Sequence[bytes],
    exchange: bytes | None = None,
    rotation: bytes | None = None,
    enrolment: bytes | None = None,
) -> bytes:
    """The centre's file: signed with its `seed`, sealed for the district's key. Never the same bytes twice.

    Raises WireFault `too_large` or `too_many_parts`: fewer reports go into one file.
    """
    from nacl.public import SealedBox
    from nacl.signing import VerifyKey

    parts = [*(one for one in (enrolment, rotation) if one), *reports, *([exchange] if exchange else [])]
    key_id, recipient = key_id_of(verify_key_of(seed)), key_id_of(district_key)
    _check_sizes(parts)
    header = UsbUp(
        centre=centre,
        key_id=key_id,
        recipient=recipient,
        bundle_id=bundle_id,
        made_at=made_at,
        contents=[_UP_KINDS[one[:4]] for one in parts],
    )
    bundle = pack(BUNDLE_MAGIC, bytes.fromhex(key_id), (to_json(header.model_dump()), *parts), seed)
    box = SealedBox(VerifyKey(district_key).to_curve25519_public_key()).encrypt(bundle)
    prefix = UP_MAGIC + bytes([FORMAT_VERSION]) + bytes.fromhex(recipient) + _LENGTH.pack(len(box))
    return _with_hash(prefix + box)


def _check_sizes(parts: Sequence[bytes]) -> None:
    if len(parts) > MAX_PARTS:
        raise WireFault("too_many_parts", limit=MAX_PARTS)
    room = MAX_USB - _PREFIX - _SEAL_OVERHEAD - HASH_SIZE - SIGNATURE_SIZE - _HEADER_CAP - 1_024
    if sum(len(one) + _LENGTH.size for one in parts) > room:
        raise WireFault("too_large", limit=MAX_USB)


def _with_hash(raw: bytes) -> bytes:
    return raw + hashlib.sha256(raw).digest()


def _without_hash(raw: bytes, magic: bytes) -> memoryview:
    """What stands before the hash at the end, not copied. Raises WireFault `not_ours`, `too_large`, `half_copied`."""
    if len(raw) > MAX_USB:
        raise WireFault("too_large", limit=MAX_USB)
    if raw[: len(magic)] != magic[: len(raw)]:
        raise WireFault("not_ours")
    whole, digest = memoryview(raw)[:-HASH_SIZE], raw[-HASH_SIZE:]
    if len(whole) < len(magic) or hashlib.sha256(whole).digest() != digest:
        raise WireFault("half_copied")
    return whole


def open_usb_up(raw: bytes, district_seed: bytes | SeedLookup, verify_key_lookup: KeyLookup) -> UsbBundle:
    """What a centre's file holds, if it is whole, sealed for this district and signed by a known key of the centre.

    `district_seed` is the seed of the district's key, or finds those of all its keys by id. A key that is not known is
    taken from a request to enrol in the same file, which it signed itself. Raises WireFault: `not_ours`,
    `half_copied`, `too_large`, `unknown_format`, `other_recipient`, `bad_sealing`, and of the bundle what
    `open_sealed` raises for frame and key, `bad_bundle`, `wrong_centre`.
    """
    recipient, box = _sealed_part(_without_hash(raw, UP_MAGIC))
    frame = unpack_all(
        _unseal(box, recipient, district_seed),
        BUNDLE_MAGIC,
        KEY_ID_SIZE,
        first=_HEADER_CAP,
        each=_PART_CAP,
        most=MAX_PARTS,
    )
    known = check_signer(frame, lambda key_id: verify_key_lookup(key_id) or _enrolling_key(frame, key_id))
    header = read_model(UsbUp, frame.parts[0], "bad_bundle")
    if header.key_id != frame.signer.hex() or header.recipient != recipient:
        raise WireFault("bad_bundle", where="key_id" if header.recipient == recipient else "recipient")
    if header.centre != known.centre:
        raise WireFault("wrong_centre", centre=header.centre)
    parts = _by_kind(frame.parts[1:], header.contents, _UP_KINDS)
    return UsbBundle(
        header,
        tuple(parts["report"]),
        _only(parts["exchange"], "exchange"),
        _only(parts["rotation"], "rotation"),
        _only(parts["enrolment"], "enrolment"),
    )


def _sealed_part(whole: memoryview) -> tuple[str, memoryview]:
    """The recipient of a centre's file and the sealed bytes."""
    if len(whole) < _PREFIX:
        raise WireFault("truncated")
    version = whole[len(UP_MAGIC)]
    if version != FORMAT_VERSION:
        raise WireFault("unknown_format", version=version, supported=FORMAT_VERSION)
    at = len(UP_MAGIC) + 1
    (length,) = _LENGTH.unpack_from(whole, at + KEY_ID_SIZE)
    if len(whole) != _PREFIX + length:
        raise WireFault("truncated" if len(whole) < _PREFIX + length else "trailing_bytes")
    return whole[at : at + KEY_ID_SIZE].hex(), whole[_PREFIX:]


def _unseal(box: memoryview, recipient: str, district_seed: bytes | SeedLookup) -> bytes:
    from nacl.exceptions import CryptoError
    from nacl.public import SealedBox
    from nacl.signing import SigningKey

    if isinstance(district_seed, bytes):
        seed = district_seed if key_id_of(verify_key_of(district_seed)) == recipient else None
    else:
        seed = district_seed(recipient)
    if seed is None:
        raise WireFault("other_recipient", key_id=recipient)
    try:
        return bytes(SealedBox(SigningKey(seed).to_curve25519_private_key()).decrypt(bytes(box)))
    except (CryptoError, ValueError, TypeError) as failure:
        raise WireFault("bad_sealing") from failure


def _enrolling_key(frame: Frame, key_id: str) -> KnownKey | None:
    """The key of a request to enrol among the parts, if it is the one that signs the bundle."""
    for part in frame.parts[1:]:
        if part.startswith(REQUEST_MAGIC):
            request, verify_key = open_enrolment_request(part)
            return KnownKey(verify_key, request.centre) if key_id_of(verify_key) == key_id else None
    return None


def make_usb_down(
    *,
    centre: str,
    bundle_id: str | None,
    made_at: int,
    seed: bytes,
    parts: Iterable[bytes],
) -> bytes:
    """The district's file for one centre, signed with its `seed`.

    `parts` are receipts, refusals (`make_refusal`), exchange answers and confirmations. Raises WireFault `too_large`,
    `too_many_parts`.
    """
    held = list(parts)
    _check_sizes(held)
    header = UsbDown(
        centre=centre, bundle_id=bundle_id, made_at=made_at, contents=[_DOWN_KINDS[one[:4]] for one in held]
    )
    signer = bytes.fromhex(key_id_of(verify_key_of(seed)))
    return _with_hash(pack(DOWN_MAGIC, signer, (to_json(header.model_dump()), *held), seed))


def open_usb_down(raw: bytes, district_keys: Sequence[bytes]) -> UsbAnswer:
    """What the district's file holds, if it is whole and one of the district's keys signed it.

    Whether it is for this centre remains to be compared. Raises WireFault: `not_ours`, `half_copied`, `too_large`,
    `unknown_format`, `truncated`, `too_many_parts`, `unknown_key`, `bad_signature`, `bad_bundle`.
    """
    frame = unpack_all(
        bytes(_without_hash(raw, DOWN_MAGIC)),
        DOWN_MAGIC,
        KEY_ID_SIZE,
        first=_HEADER_CAP,
        each=_PART_CAP,
        most=MAX_PARTS,
    )
    signed_by(frame, district_keys)
    header = read_model(UsbDown, frame.parts[0], "bad_bundle")
    parts = _by_kind(frame.parts[1:], header.contents, _DOWN_KINDS)
    return UsbAnswer(
        header,
        tuple(parts["receipt"]),
        tuple(parts["refusal"]),
        tuple(parts["exchange"]),
        tuple(parts["confirmation"]),
    )


def _by_kind(
    parts: Sequence[bytes], said: Sequence[str], kinds: dict[bytes, UpKind] | dict[bytes, DownKind]
) -> dict[str, list[bytes]]:
    """The parts by their kind, which has to be the one that the header says."""
    found: dict[str, list[bytes]] = {kind: [] for kind in kinds.values()}
    if len(parts) != len(said):
        raise WireFault("bad_bundle", where="contents")
    for part, kind in zip(parts, said, strict=True):
        if kinds.get(part[:4]) != kind:
            raise WireFault("bad_bundle", where="contents")
        found[kind].append(part)
    return found


def _only(parts: Sequence[bytes], kind: str) -> bytes | None:
    if len(parts) > 1:
        raise WireFault("bad_bundle", where=kind)
    return parts[0] if parts else None
