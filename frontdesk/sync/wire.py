"""The report as it travels: exact bytes that both ends read alike. Pure; the two ends share nothing else.

It is made of `frames` and `body`, which the ends use through it.

A sealed report is one frame::

    "FDSR" | format version | key id (16) | length + header JSON | length + zlib JSON body | signature (64)

with lengths as unsigned 32-bit big-endian numbers and the Ed25519 signature over everything before it. The
frame's lengths are compared with the bytes at hand, then the signature is verified, and only then is anything
parsed or inflated. A receipt ("FDRC"), a request to enrol ("FDER") and its confirmation ("FDEC") are frames
of the same make.
A report's content address is the SHA-256 of its exact bytes. Instants are UTC milliseconds since the epoch.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import StringConstraints

from frontdesk.sync.body import (
    DERIVED_FIGURES,
    KINDS,
    SCHEMAS,
    Code,
    Hash,
    KeyId,
    ReportBody,
    Revision,
    WireModel,
    kind_of,
    read_body,
    shown_figures,
)
from frontdesk.sync.frames import (
    KEY_ID_SIZE,
    KEY_SIZE,
    WireFault,
    content_hash,
    is_signed,
    key_id_of,
    pack,
    read_model,
    sign,
    to_json,
    unpack,
    verify_key_of,
)

__all__ = [
    "DEFAULT_LIMITS",
    "DERIVED_FIGURES",
    "MAX_ANSWER",
    "EnrolmentConfirmation",
    "EnrolmentFile",
    "EnrolmentRequest",
    "KnownKey",
    "Limits",
    "OpenedReport",
    "Receipt",
    "ReportBody",
    "ReportHeader",
    "WireFault",
    "content_hash",
    "is_genuine_refusal",
    "key_id_of",
    "kind_of",
    "make_confirmation",
    "make_enrolment_request",
    "make_receipt",
    "open_enrolment_request",
    "open_sealed",
    "read_body",
    "read_enrolment_file",
    "seal",
    "shown_figures",
    "sign_refusal",
    "verify_confirmation",
    "verify_key_of",
    "verify_receipt",
]

PROTOCOL_HEADER = "Frontdesk-Protocol"
SUPPORTED_PROTOCOLS = ("1",)
SIGNATURE_HEADER = "Frontdesk-Signature"
"""The district's signature over a refusal, in hex (`sign_refusal`)."""

UNREAD = ""
"""The content address in a refusal that the district signed without having read any bytes."""

ALGORITHM = "ed25519+zlib"
REPORT_MAGIC, RECEIPT_MAGIC, REQUEST_MAGIC, CONFIRMATION_MAGIC = b"FDSR", b"FDRC", b"FDER", b"FDEC"
MAX_ANSWER = 65_536
"""Bytes of a receipt, a confirmation or a refusal: a longer answer is none of the district's."""


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes past which a report is refused. A week's report is about one kilobyte."""

    sealed: int = 1_048_576
    header: int = 16_384
    body: int = 8_388_608


DEFAULT_LIMITS = Limits()


class ReportHeader(WireModel):
    """What stands before the body: who seals which report for whom. `recipient` is the district's key id."""

    centre: Code
    key_id: KeyId
    recipient: KeyId
    report_id: Code
    kind: str
    period: Code
    revision: Revision
    schema_version: int
    body_hash: Hash
    algorithm: str


@dataclass(frozen=True)
class KnownKey:
    """A centre's key as the receiver knows it."""

    verify_key: bytes
    centre: str
    revoked: bool = False


@dataclass(frozen=True)
class OpenedReport:
    """A report whose signature and content hold. `body` are the exact uncompressed bytes."""

    header: ReportHeader
    body: bytes
    report: ReportBody
    content_hash: str


def seal(body: bytes, *, seed: bytes, recipient: str, report_id: str, revision: int, schema_version: int = 1) -> bytes:
    """The sealed report: `body` (of `ReportBody.to_bytes`) signed with the centre's `seed`.

    `recipient` is the key id of the district. Raises `WireFault` when the body is not one, or `too_large`.
    """
    report = read_body(body, schema_version)
    key_id = key_id_of(verify_key_of(seed))
    header = ReportHeader(
        centre=report.centre,
        key_id=key_id,
        recipient=recipient,
        report_id=report_id,
        kind=kind_of(report.period),
        period=report.period,
        revision=revision,
        schema_version=schema_version,
        body_hash=content_hash(body),
        algorithm=ALGORITHM,
    )
    parts = (to_json(header.model_dump(mode="json")), zlib.compress(body, 9))
    sealed = pack(REPORT_MAGIC, bytes.fromhex(key_id), parts, seed)
    if len(sealed) > DEFAULT_LIMITS.sealed:
        raise WireFault("too_large", limit=DEFAULT_LIMITS.sealed)
    return sealed


def _inflate(packed: bytes, cap: int) -> bytes:
    engine = zlib.decompressobj()
    try:
        body = engine.decompress(packed, cap + 1)
    except zlib.error as failure:
        raise WireFault("bad_compression") from failure
    if len(body) > cap:
        raise WireFault("inflates_past_cap", limit=cap)
    if not engine.eof or engine.unused_data:
        raise WireFault("bad_compression")
    return body


def open_sealed(
    raw: bytes, verify_key_lookup: Callable[[str], KnownKey | None], limits: Limits = DEFAULT_LIMITS
) -> OpenedReport:
    """Open a sealed report: size, then key and signature, only then header and body, inflated under a cap.

    `verify_key_lookup` finds a centre's key by its id. Raises `WireFault`; nothing of a report that is not
    signed by a known key is parsed or inflated.
    """
    if len(raw) > limits.sealed:
        raise WireFault("too_large", limit=limits.sealed)
    frame = unpack(raw, REPORT_MAGIC, KEY_ID_SIZE, (limits.header, limits.sealed))
    key_id = frame.signer.hex()
    known = verify_key_lookup(key_id)
    if known is None:
        raise WireFault("unknown_key", key_id=key_id)
    frame.check(known.verify_key)
    if known.revoked:
        raise WireFault("revoked_key", key_id=key_id)
    header = read_model(ReportHeader, frame.parts[0], "bad_header")
    if header.key_id != key_id or header.algorithm != ALGORITHM:
        raise WireFault("bad_header", where="key_id" if header.key_id != key_id else "algorithm")
    if header.centre != known.centre:
        raise WireFault("wrong_centre", centre=header.centre)
    if header.kind not in KINDS.values():
        raise WireFault("unknown_kind", kind=header.kind[:64], supported=sorted(KINDS.values()))
    if header.schema_version not in SCHEMAS:
        raise WireFault("unknown_schema", schema_version=header.schema_version, supported=sorted(SCHEMAS))
    body = _inflate(frame.parts[1], limits.body)
    if content_hash(body) != header.body_hash:
        raise WireFault("bad_body_hash")
    report = read_body(body, header.schema_version)
    if (report.centre, report.period) != (header.centre, header.period) or kind_of(report.period) != header.kind:
        raise WireFault("bad_header", where="period" if report.centre == header.centre else "centre")
    return OpenedReport(header, body, report, content_hash(raw))


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


def make_receipt(opened: OpenedReport, *, received_at: int, seed: bytes) -> bytes:
    """The signed receipt for an opened report; the same arguments give the same bytes."""
    header = opened.header
    district_key_id = key_id_of(verify_key_of(seed))
    receipt = Receipt(
        centre=header.centre,
        report_id=header.report_id,
        kind=header.kind,
        period=header.period,
        revision=header.revision,
        content_hash=opened.content_hash,
        received_at=received_at,
        district_key_id=district_key_id,
    )
    return pack(RECEIPT_MAGIC, bytes.fromhex(district_key_id), (to_json(receipt.model_dump()),), seed)


def _signed_part(raw: bytes, magic: bytes, district_key: bytes) -> bytes:
    if len(raw) > MAX_ANSWER:
        raise WireFault("too_large", limit=MAX_ANSWER)
    frame = unpack(raw, magic, KEY_ID_SIZE, (MAX_ANSWER,))
    if frame.signer.hex() != key_id_of(district_key):
        raise WireFault("unknown_key", key_id=frame.signer.hex())
    frame.check(district_key)
    return frame.parts[0]


def verify_receipt(raw: bytes, *, sealed: bytes, district_key: bytes) -> Receipt:
    """The receipt in `raw`, if the district signed it for exactly the bytes `sealed`; else `WireFault`."""
    receipt = read_model(Receipt, _signed_part(raw, RECEIPT_MAGIC, district_key), "bad_receipt")
    if receipt.district_key_id != key_id_of(district_key):
        raise WireFault("bad_receipt", where="district_key_id")
    if receipt.content_hash != content_hash(sealed):
        raise WireFault("other_receipt", report_id=receipt.report_id)
    return receipt


def _refusal_message(content: str, status: int, answer: bytes) -> bytes:
    return b"\n".join((b"FDRF1", content.encode(), str(status).encode(), answer))


def sign_refusal(seed: bytes, *, content: str, status: int, answer: bytes) -> str:
    """The district's signature (hex) over its refusal `answer` to the bytes whose address is `content`.

    The address is reckoned from the bytes that arrived, never taken from what the sender says; `UNREAD` without any.
    """
    return sign(seed, _refusal_message(content, status, answer)).hex()


def is_genuine_refusal(signature: str, *, district_key: bytes, content: str, status: int, answer: bytes) -> bool:
    """Whether the district itself refused the bytes with the address `content`: a portal's 403 or 404 is no refusal."""
    try:
        signed = bytes.fromhex(signature)
    except ValueError:
        return False
    return is_signed(district_key, _refusal_message(content, status, answer), signed)


class EnrolmentFile(WireModel):
    """What the district hands to a centre: where to report, a code for one use, its own key to pin."""

    format: Literal["frontdesk-enrolment-1"] = "frontdesk-enrolment-1"
    centre: Code
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=500)]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{20,100}$")]
    district_key: Hash
    district_key_id: KeyId

    def to_bytes(self) -> bytes:
        """The file's bytes: indented UTF-8 JSON."""
        return (json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n").encode()


def read_enrolment_file(raw: bytes) -> EnrolmentFile:
    """The enrolment in a file's bytes; `bad_enrolment_file` when it is not one or was damaged on the way."""
    if len(raw) > MAX_ANSWER:
        raise WireFault("bad_enrolment_file")
    found = read_model(EnrolmentFile, raw.removeprefix(b"\xef\xbb\xbf"), "bad_enrolment_file")
    if key_id_of(bytes.fromhex(found.district_key)) != found.district_key_id:
        raise WireFault("bad_enrolment_file", where="district_key_id")
    return found


class EnrolmentRequest(WireModel):
    """A centre's wish to be known by the key that signed the request."""

    centre: Code
    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class EnrolmentConfirmation(WireModel):
    """The district's word that it knows the centre's key since `enrolled_at`."""

    centre: Code
    key_id: KeyId
    enrolled_at: int
    district_key_id: KeyId


def make_enrolment_request(*, centre: str, code: str, seed: bytes) -> bytes:
    """The request to enrol, signed with the new key itself as proof that the centre holds it."""
    request = EnrolmentRequest(centre=centre, code=code)
    return pack(REQUEST_MAGIC, verify_key_of(seed), (to_json(request.model_dump()),), seed)


def open_enrolment_request(raw: bytes) -> tuple[EnrolmentRequest, bytes]:
    """The request and the new verify key, after its signature was checked with that key."""
    if len(raw) > MAX_ANSWER:
        raise WireFault("too_large", limit=MAX_ANSWER)
    frame = unpack(raw, REQUEST_MAGIC, KEY_SIZE, (MAX_ANSWER,))
    frame.check(frame.signer)
    return read_model(EnrolmentRequest, frame.parts[0], "bad_header"), frame.signer


def make_confirmation(*, centre: str, key_id: str, enrolled_at: int, seed: bytes) -> bytes:
    """The district's signed confirmation of an enrolment."""
    district_key_id = key_id_of(verify_key_of(seed))
    confirmation = EnrolmentConfirmation(
        centre=centre, key_id=key_id, enrolled_at=enrolled_at, district_key_id=district_key_id
    )
    payload = to_json(confirmation.model_dump())
    return pack(CONFIRMATION_MAGIC, bytes.fromhex(district_key_id), (payload,), seed)


def verify_confirmation(raw: bytes, *, district_key: bytes) -> EnrolmentConfirmation:
    """The confirmation in `raw`, if the district signed it; else `WireFault`."""
    return read_model(EnrolmentConfirmation, _signed_part(raw, CONFIRMATION_MAGIC, district_key), "bad_header")
