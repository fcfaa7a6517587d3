"""The sealed report: a body under a header, signed by the centre, addressed to one district."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from frontdesk.sync.body import (
    KINDS,
    SCHEMAS,
    AnyBody,
    Code,
    Hash,
    KeyId,
    Revision,
    WireModel,
    kind_of,
    read_body,
)
from frontdesk.sync.frames import (
    KEY_ID_SIZE,
    Frame,
    WireFault,
    content_hash,
    key_id_of,
    pack,
    read_model,
    to_json,
    unpack,
    verify_key_of,
)
from frontdesk.sync.plain import PLAIN_VERSION, PlainBody, read_plainly

ALGORITHM = "ed25519+zlib"
REPORT_MAGIC = b"FDSR"


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes past which a report is refused. A week's report is about one kilobyte."""

    sealed: int = 1_048_576
    header: int = 16_384
    body: int = 4_194_304


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


KeyLookup = Callable[[str], KnownKey | None]
"""Finds a centre's key by its id."""


@dataclass(frozen=True)
class OpenedReport:
    """A report whose signature and content hold. `body` are the exact uncompressed bytes, `read` what they say: in
    plain values where they could be read at once.
    """

    header: ReportHeader
    body: bytes
    read: AnyBody | PlainBody
    content_hash: str

    @cached_property
    def report(self) -> AnyBody:
        """The report by the schema of its version."""
        return read_body(self.body, self.header.schema_version) if isinstance(self.read, PlainBody) else self.read


def seal(body: bytes, *, seed: bytes, recipient: str, report_id: str, revision: int, schema_version: int = 1) -> bytes:
    """The sealed report: `body` (of `to_bytes` of its schema version) signed with the centre's `seed`.

    `recipient` is the key id of the district. Raises `WireFault` when the body is not one, or `too_large`.
    """
    if len(body) > DEFAULT_LIMITS.body:
        raise WireFault("too_large", limit=DEFAULT_LIMITS.body)
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


def sealed_body(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The exact body in a report that was opened when it came and kept as it was; nothing is verified once more.

    Raises `WireFault` when these are not the bytes of one.
    """
    frame = unpack(raw, REPORT_MAGIC, KEY_ID_SIZE, (limits.header, limits.sealed))
    return _inflate(frame.parts[1], limits.body)


def check_signer(frame: Frame, verify_key_lookup: KeyLookup) -> KnownKey:
    """The centre's key that signed the frame. Raises WireFault `unknown_key`, `bad_signature`, `revoked_key`."""
    key_id = frame.signer.hex()
    known = verify_key_lookup(key_id)
    if known is None:
        raise WireFault("unknown_key", key_id=key_id)
    frame.check(known.verify_key)
    if known.revoked:
        raise WireFault("revoked_key", key_id=key_id)
    return known


def open_sealed(raw: bytes, verify_key_lookup: KeyLookup, limits: Limits = DEFAULT_LIMITS) -> OpenedReport:
    """Open a sealed report: size, then key and signature, only then header and body, inflated under a cap.

    `verify_key_lookup` finds a centre's key by its id. Raises `WireFault`; nothing of a report that is not
    signed by a known key is parsed or inflated.
    """
    if len(raw) > limits.sealed:
        raise WireFault("too_large", limit=limits.sealed)
    frame = unpack(raw, REPORT_MAGIC, KEY_ID_SIZE, (limits.header, limits.sealed))
    known = check_signer(frame, verify_key_lookup)
    header = read_model(ReportHeader, frame.parts[0], "bad_header")
    if header.key_id != frame.signer.hex() or header.algorithm != ALGORITHM:
        raise WireFault("bad_header", where="algorithm" if header.key_id == frame.signer.hex() else "key_id")
    if header.centre != known.centre:
        raise WireFault("wrong_centre", centre=header.centre)
    if header.kind not in KINDS.values():
        raise WireFault("unknown_kind", kind=header.kind[:64], supported=sorted(KINDS.values()))
    if header.schema_version not in SCHEMAS:
        raise WireFault("unknown_schema", schema_version=header.schema_version, supported=sorted(SCHEMAS))
    body = _inflate(frame.parts[1], limits.body)
    if content_hash(body) != header.body_hash:
        raise WireFault("bad_body_hash")
    report = (read_plainly(body) if header.schema_version == PLAIN_VERSION else None) or read_body(
        body, header.schema_version
    )
    if (report.centre, report.period) != (header.centre, header.period) or kind_of(report.period) != header.kind:
        raise WireFault("bad_header", where="period" if report.centre == header.centre else "centre")
    return OpenedReport(header, body, report, content_hash(raw))
