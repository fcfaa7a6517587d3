"""Signed frames, the make of everything that travels: magic, signer, parts by length, Ed25519 signature.

::

    magic (4) | format version (1) | signer (key id or key) | length + part, once or more | signature (64)

Lengths are unsigned 32-bit big-endian numbers; the signature covers everything before it. A frame is taken
apart by its lengths alone, so that its signature can be verified before any part of it is parsed. Every length is
compared with a cap and with the bytes at hand before a part is copied.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import BaseModel, ValidationError

from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from nacl.signing import SigningKey

FORMAT_VERSION = 1
KEY_SIZE, KEY_ID_SIZE, SIGNATURE_SIZE = 32, 16, 64

MAX_JSON_ITEMS = 100_000
"""Commas in a JSON text past which it is not read: small items take thirty times their bytes in memory."""

_LENGTH = struct.Struct(">I")


class WireFault(DeskError):
    """Bytes that are not what they should be; each fault has a code, and the details never the bytes."""

    area: ClassVar[str] = "sync"


def content_hash(raw: bytes) -> str:
    """The content address of exact bytes: their SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()


class _HeldSeed(bytes):
    """A seed with the key that it makes. Both are gone when nobody holds it any more."""

    signing_key: SigningKey


def held_seed(seed: bytes) -> bytes:
    """The same seed for whoever signs with it again and again: its key is reckoned once and kept with it, nowhere else.

    A desk signs a few times a week and holds none.
    """
    if isinstance(seed, _HeldSeed):
        return seed
    held = _HeldSeed(seed)
    held.signing_key = _signing_key(seed)
    return held


def _signing_key(seed: bytes) -> SigningKey:
    from nacl.signing import SigningKey

    return seed.signing_key if isinstance(seed, _HeldSeed) else SigningKey(seed)


def verify_key_of(seed: bytes) -> bytes:
    """The 32-byte Ed25519 verify key that belongs to a 32-byte signing seed."""
    return bytes(_signing_key(seed).verify_key)


def key_id_of(verify_key: bytes) -> str:
    """A key's name: the first 16 bytes of its SHA-256, in hex."""
    return hashlib.sha256(verify_key).digest()[:KEY_ID_SIZE].hex()


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature over `message`."""
    return _signing_key(seed).sign(message).signature


def is_signed(verify_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the key that `verify_key` belongs to."""
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import CryptoError

    if len(verify_key) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        crypto_sign_open(signature + message, verify_key)
    except (CryptoError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Frame:
    """A frame taken apart; the signature covers `signed`. Call `check` before reading parts."""

    signer: bytes
    parts: tuple[bytes, ...]
    signed: bytes
    signature: bytes

    def check(self, verify_key: bytes) -> None:
        """Refuse the frame with `bad_signature` unless `verify_key` signed it."""
        if not is_signed(verify_key, self.signed, self.signature):
            raise WireFault("bad_signature")


def pack(magic: bytes, signer: bytes, parts: Sequence[bytes], seed: bytes) -> bytes:
    """The bytes of a frame, signed with `seed`."""
    measured = (_LENGTH.pack(len(part)) + part for part in parts)
    signed = b"".join((magic, bytes([FORMAT_VERSION]), signer, *measured))
    return signed + sign(seed, signed)


def unpack(raw: bytes, magic: bytes, signer_size: int, caps: Sequence[int]) -> Frame:
    """Take a frame apart by its lengths alone; nothing in it has been verified yet.

    `caps` holds the most bytes of each part. Faults: `not_ours`, `truncated`, `unknown_format`, `too_large`,
    `no_signature`, `trailing_bytes`.
    """
    offset = _begin(raw, magic, signer_size)
    signer = raw[offset - signer_size : offset]
    parts: list[bytes] = []
    for cap in caps:
        part, offset = _next_part(raw, offset, len(raw), cap)
        parts.append(part)
    signature = raw[offset:]
    if not signature:
        raise WireFault("no_signature")
    if len(signature) != SIGNATURE_SIZE:
        raise WireFault("truncated" if len(signature) < SIGNATURE_SIZE else "trailing_bytes")
    return Frame(signer, tuple(parts), raw[:offset], signature)


def unpack_all(raw: bytes, magic: bytes, signer_size: int, *, first: int, each: int, most: int) -> Frame:
    """Take apart a frame that has as many parts as fit between its signer and its signature; at least one.

    `first` is the most bytes of the first part, `each` of every other, `most` how many others there may be. Nothing
    in it has been verified yet. Faults: `not_ours`, `truncated`, `unknown_format`, `too_large`, `too_many_parts`.
    """
    offset = _begin(raw, magic, signer_size)
    signer = raw[offset - signer_size : offset]
    end = len(raw) - SIGNATURE_SIZE
    if offset >= end:
        raise WireFault("truncated")
    part, offset = _next_part(raw, offset, end, first)
    parts = [part]
    while offset < end:
        if len(parts) > most:
            raise WireFault("too_many_parts", limit=most)
        part, offset = _next_part(raw, offset, end, each)
        parts.append(part)
    return Frame(signer, tuple(parts), raw[:end], raw[end:])


def _begin(raw: bytes, magic: bytes, signer_size: int) -> int:
    """Where the first part of a frame begins, once its magic and its format have been compared."""
    if raw[: len(magic)] != magic[: len(raw)]:
        raise WireFault("not_ours")
    if len(raw) <= len(magic) + signer_size:
        raise WireFault("truncated")
    if raw[len(magic)] != FORMAT_VERSION:
        raise WireFault("unknown_format", version=raw[len(magic)], supported=FORMAT_VERSION)
    return len(magic) + 1 + signer_size


def _next_part(raw: bytes, offset: int, end: int, cap: int) -> tuple[bytes, int]:
    """The part whose length stands at `offset`, and where it ends."""
    if end < offset + _LENGTH.size:
        raise WireFault("truncated")
    (length,) = _LENGTH.unpack_from(raw, offset)
    if length > cap:
        raise WireFault("too_large", limit=cap)
    offset += _LENGTH.size
    if end < offset + length:
        raise WireFault("truncated")
    return raw[offset : offset + length], offset + length


def signed_by(frame: Frame, trusted: Sequence[bytes]) -> bytes:
    """The key among `trusted` that signed the frame. Raises WireFault `unknown_key` or `bad_signature`."""
    signer = frame.signer.hex()
    for key in trusted:
        if key_id_of(key) == signer:
            frame.check(key)
            return key
    raise WireFault("unknown_key", key_id=signer)


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_json(value: object) -> bytes:
    """Compact UTF-8 JSON with sorted keys: equal values give equal bytes."""
    return _WRITER.encode(value).encode()


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


_READER = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_constant=_no_constant)


def from_json(raw: bytes, code: str) -> Any:
    """Read JSON in which no key stands twice and no number is NaN; anything else is the fault `code`."""
    if raw.count(b",") > MAX_JSON_ITEMS:
        raise WireFault(code, where="")
    try:
        return _READER.decode(raw.decode())
    except (ValueError, RecursionError) as failure:
        raise WireFault(code, where="") from failure


Model = TypeVar("Model", bound=BaseModel)


def read_model(kind: type[Model], raw: bytes, code: str) -> Model:
    """The `kind` in JSON bytes, or the fault `code` naming where it does not fit."""
    value = from_json(raw, code)
    try:
        return kind.model_validate(value)
    except ValidationError as failure:
        where = ".".join(str(step) for step in failure.errors(include_url=False)[0]["loc"])
        raise WireFault(code, where=where[:100]) from failure
