"""What the district answers to a report: a receipt, the answer to a trial, or a refusal; each signed.

Every function that verifies takes the district's keys that the centre trusts: `district_keys`, or one `district_key`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from frontdesk.sync.body import Code, Hash, Instant, KeyId, Revision, WireModel
from frontdesk.sync.frames import (
    KEY_ID_SIZE,
    WireFault,
    content_hash,
    is_signed,
    key_id_of,
    pack,
    read_model,
    sign,
    signed_by,
    to_json,
    unpack,
    verify_key_of,
)
from frontdesk.sync.report import OpenedReport

RECEIPT_MAGIC, TRIAL_MAGIC, REFUSAL_MAGIC = b"FDRC", b"FDRT", b"FDRF"
MAX_ANSWER = 65_536
"""Bytes of a receipt, a confirmation or a refusal: a longer answer is none of the district's."""

UNREAD = ""
"""The content address in a refusal that the district signed without having read any bytes."""


class Receipt(WireModel):
    """The district's word that it holds exactly these bytes; `received_at` is by the district's clock."""

    centre: Code
    report_id: Code
    kind: str
    period: Code
    revision: Revision
    content_hash: Hash
    received_at: int
    district_key_id: KeyId


class TrialAnswer(WireModel):
    """The district's word that it would take in exactly these bytes. Nothing was stored: it is no receipt."""

    centre: Code
    report_id: Code
    kind: str
    period: Code
    revision: Revision
    content_hash: Hash
    tried_at: Instant
    district_key_id: KeyId


class _RefusalHeader(WireModel):
    content: str
    status: int
    district_key_id: KeyId


@dataclass(frozen=True)
class SignedRefusal:
    """The district's refusal of the bytes with the address `content`; `answer` is its JSON as over HTTP."""

    content: str
    status: int
    answer: bytes


def trusted(district_key: bytes | None, district_keys: Sequence[bytes]) -> tuple[bytes, ...]:
    """The keys to verify with, from either way of naming them."""
    return (*(() if district_key is None else (district_key,)), *district_keys)


def _facts(opened: OpenedReport) -> dict[str, str | int]:
    header = opened.header
    return {
        "centre": header.centre,
        "report_id": header.report_id,
        "kind": header.kind,
        "period": header.period,
        "revision": header.revision,
        "content_hash": opened.content_hash,
    }


def _packed(magic: bytes, said: Mapping[str, str | int], seed: bytes, *more: bytes) -> bytes:
    """The frame with what is said and the id of the key that signs it. It is said of what was checked when it came."""
    key_id = key_id_of(verify_key_of(seed))
    return pack(magic, bytes.fromhex(key_id), (to_json({**said, "district_key_id": key_id}), *more), seed)


def make_receipt(opened: OpenedReport, *, received_at: int, seed: bytes) -> bytes:
    """The signed receipt for an opened report; the same arguments give the same bytes."""
    return _packed(RECEIPT_MAGIC, {**_facts(opened), "received_at": received_at}, seed)


def make_trial_answer(opened: OpenedReport, *, tried_at: int, seed: bytes) -> bytes:
    """The signed answer to a dry run of a report that would be taken in; `verify_receipt` refuses it."""
    return _packed(TRIAL_MAGIC, {**_facts(opened), "tried_at": tried_at}, seed)


def signed_part(raw: bytes, magic: bytes, district_keys: Sequence[bytes]) -> tuple[bytes, str]:
    """The one part of a short frame that a trusted key of the district signed, and that key's id; else WireFault."""
    if len(raw) > MAX_ANSWER:
        raise WireFault("too_large", limit=MAX_ANSWER)
    frame = unpack(raw, magic, KEY_ID_SIZE, (MAX_ANSWER,))
    return frame.parts[0], key_id_of(signed_by(frame, district_keys))


def open_receipt(raw: bytes, *, district_keys: Sequence[bytes]) -> Receipt:
    """The receipt in `raw`, if the district signed it; which bytes it is for remains to be compared. Else WireFault."""
    part, key_id = signed_part(raw, RECEIPT_MAGIC, district_keys)
    receipt = read_model(Receipt, part, "bad_receipt")
    if receipt.district_key_id != key_id:
        raise WireFault("bad_receipt", where="district_key_id")
    return receipt


def verify_receipt(
    raw: bytes, *, sealed: bytes, district_key: bytes | None = None, district_keys: Sequence[bytes] = ()
) -> Receipt:
    """The receipt in `raw`, if the district signed it for exactly the bytes `sealed`; else `WireFault`."""
    receipt = open_receipt(raw, district_keys=trusted(district_key, district_keys))
    if receipt.content_hash != content_hash(sealed):
        raise WireFault("other_receipt", report_id=receipt.report_id)
    return receipt


def verify_trial_answer(
    raw: bytes, *, sealed: bytes, district_key: bytes | None = None, district_keys: Sequence[bytes] = ()
) -> TrialAnswer:
    """The answer to a dry run of exactly the bytes `sealed`, if the district signed it; else `WireFault`."""
    part, key_id = signed_part(raw, TRIAL_MAGIC, trusted(district_key, district_keys))
    answer = read_model(TrialAnswer, part, "bad_receipt")
    if answer.district_key_id != key_id:
        raise WireFault("bad_receipt", where="district_key_id")
    if answer.content_hash != content_hash(sealed):
        raise WireFault("other_receipt", report_id=answer.report_id)
    return answer


def _refusal_message(content: str, status: int, answer: bytes) -> bytes:
    return b"\n".join((b"FDRF1", content.encode(), str(status).encode(), answer))


def sign_refusal(seed: bytes, *, content: str, status: int, answer: bytes) -> str:
    """The district's signature (hex) over its refusal `answer` to the bytes whose address is `content`.

    The address is reckoned from the bytes that arrived, never taken from what the sender says; `UNREAD` without any.
    """
    return sign(seed, _refusal_message(content, status, answer)).hex()


def is_genuine_refusal(
    signature: str,
    *,
    content: str,
    status: int,
    answer: bytes,
    district_key: bytes | None = None,
    district_keys: Sequence[bytes] = (),
) -> bool:
    """Whether the district itself refused the bytes with the address `content`: a portal's 403 or 404 is no refusal."""
    try:
        signed = bytes.fromhex(signature)
    except ValueError:
        return False
    message = _refusal_message(content, status, answer)
    return any(is_signed(key, message, signed) for key in trusted(district_key, district_keys))


def make_refusal(seed: bytes, *, content: str, status: int, answer: bytes) -> bytes:
    """A refusal as bytes that travel by USB: the very content, status and JSON that HTTP would have answered."""
    return _packed(REFUSAL_MAGIC, {"content": content, "status": status}, seed, answer)


def open_refusal(raw: bytes, *, district_keys: Sequence[bytes]) -> SignedRefusal:
    """The refusal in `raw`, if the district signed it; else `WireFault`. Its JSON has not been read."""
    if len(raw) > 2 * MAX_ANSWER:
        raise WireFault("too_large", limit=2 * MAX_ANSWER)
    frame = unpack(raw, REFUSAL_MAGIC, KEY_ID_SIZE, (MAX_ANSWER, MAX_ANSWER))
    key = signed_by(frame, district_keys)
    header = read_model(_RefusalHeader, frame.parts[0], "bad_header")
    if header.district_key_id != key_id_of(key):
        raise WireFault("bad_header", where="district_key_id")
    return SignedRefusal(header.content, header.status, frame.parts[1])
