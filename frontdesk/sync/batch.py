"""Several sealed reports in one request, and the answers to them in one: for a centre that comes back after weeks.

::

    "FDRB" | format version (1) | count (2) | length + sealed report, for each
    "FDAB" | format version (1) | count (2) | length + receipt (FDRC), trial answer (FDRT) or refusal (FDRF), for each

with the count and the lengths (4 bytes) as unsigned big-endian numbers; the answers stand in the order of the reports.
Neither is signed as a whole: every report in it is the very frame that would travel alone, and every answer is signed
for exactly the bytes of its report. Whoever takes parts out, or changes their order, gains nothing by it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from frontdesk.sync.answers import MAX_ANSWER, REFUSAL_MAGIC, SignedRefusal, open_refusal
from frontdesk.sync.frames import FORMAT_VERSION, WireFault
from frontdesk.sync.report import DEFAULT_LIMITS

BATCH_MAGIC, BATCH_ANSWER_MAGIC = b"FDRB", b"FDAB"

MAX_BATCH = 100
"""Reports in one request: a year of weeks, half months, months and quarters."""

_HEAD = struct.Struct(">4sBH")
_LENGTH = struct.Struct(">I")

MAX_BATCH_BYTES = DEFAULT_LIMITS.sealed
"""Bytes of all reports of a request together, as many as the longest of them may have by itself."""
MAX_BATCH_CONTENT = _HEAD.size + MAX_BATCH * _LENGTH.size + MAX_BATCH_BYTES
"""Bytes of a whole request."""
MAX_BATCH_ANSWER = _HEAD.size + MAX_BATCH * (_LENGTH.size + 2 * MAX_ANSWER)
"""Bytes of a whole answer."""


def make_batch(reports: Sequence[bytes]) -> bytes:
    """The request with these sealed reports. Raises WireFault `too_many_parts`, `too_large`."""
    if len(reports) > MAX_BATCH:
        raise WireFault("too_many_parts", limit=MAX_BATCH)
    if sum(map(len, reports)) > MAX_BATCH_BYTES:
        raise WireFault("too_large", limit=MAX_BATCH_BYTES)
    return _packed(BATCH_MAGIC, reports)


def open_batch(raw: bytes) -> list[bytes]:
    """The sealed reports of a request; none of them has been looked at yet.

    Faults: `not_ours`, `truncated`, `unknown_format`, `too_many_parts`, `too_large`, `trailing_bytes`.
    """
    return _unpacked(raw, BATCH_MAGIC, MAX_BATCH_CONTENT, MAX_BATCH_BYTES)


def make_batch_answer(answers: Sequence[bytes]) -> bytes:
    """The answer to a request: what each of its reports is answered with, in their order."""
    return _packed(BATCH_ANSWER_MAGIC, answers)


def open_batch_answer(raw: bytes) -> list[bytes]:
    """What each report of a request was answered with; no signature has been verified. Faults as `open_batch`."""
    return _unpacked(raw, BATCH_ANSWER_MAGIC, MAX_BATCH_ANSWER, 2 * MAX_ANSWER)


def refusal_of(answer: bytes, district_keys: Sequence[bytes]) -> SignedRefusal | None:
    """The refusal that an answer is, if the district signed it; None for any other answer. Faults as `open_refusal`."""
    return open_refusal(answer, district_keys=district_keys) if answer.startswith(REFUSAL_MAGIC) else None


def _packed(magic: bytes, parts: Sequence[bytes]) -> bytes:
    pieces = [_HEAD.pack(magic, FORMAT_VERSION, len(parts))]
    for part in parts:
        pieces += (_LENGTH.pack(len(part)), part)
    return b"".join(pieces)


def _unpacked(raw: bytes, magic: bytes, most: int, each: int) -> list[bytes]:
    """The parts of a counted frame of at most `most` bytes, each of at most `each`."""
    if len(raw) > most:
        raise WireFault("too_large", limit=most)
    if raw[: len(magic)] != magic[: len(raw)]:
        raise WireFault("not_ours")
    if len(raw) < _HEAD.size:
        raise WireFault("truncated")
    _, version, count = _HEAD.unpack_from(raw)
    if version != FORMAT_VERSION:
        raise WireFault("unknown_format", version=version, supported=FORMAT_VERSION)
    if count > MAX_BATCH:
        raise WireFault("too_many_parts", limit=MAX_BATCH)
    parts: list[bytes] = []
    offset = _HEAD.size
    for _ in range(count):
        if len(raw) < offset + _LENGTH.size:
            raise WireFault("truncated")
        (length,) = _LENGTH.unpack_from(raw, offset)
        offset += _LENGTH.size
        if length > each:
            raise WireFault("too_large", limit=each)
        if len(raw) < offset + length:
            raise WireFault("truncated")
        parts.append(raw[offset : offset + length])
        offset += length
    if offset != len(raw):
        raise WireFault("trailing_bytes")
    return parts
