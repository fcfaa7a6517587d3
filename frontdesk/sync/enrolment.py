"""How a centre becomes known to the district: the enrolment file, the code that is typed, request and confirmation.

A typed code is for a centre that no file reaches: a secret for one use, ten characters that hold the district's key
fast, and two that catch a slip. Whoever answers in the district's place would have to have a key that gives the same
ten characters; they are drawn with scrypt, so that trying keys by the billion costs too much.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import StringConstraints

from frontdesk.sync.answers import MAX_ANSWER, signed_part, trusted
from frontdesk.sync.body import Code, Hash, KeyId, WireModel
from frontdesk.sync.frames import (
    KEY_SIZE,
    WireFault,
    key_id_of,
    pack,
    read_model,
    to_json,
    unpack,
    verify_key_of,
)

REQUEST_MAGIC, CONFIRMATION_MAGIC = b"FDER", b"FDEC"

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without the letters I, L, O and U, which are taken for others (Crockford)."""
SECRET_LENGTH, KEY_LENGTH, SLIP_LENGTH, GROUP = 16, 10, 2, 4
SLIP_PRIME = 1021
"""The largest prime that two characters can tell the remainders of."""
SECRET_BYTES = SECRET_LENGTH * 5 // 8
"""How many random bytes a secret for `make_typed_code` has."""


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


class DistrictKey(WireModel):
    """What GET /v1/key says: the district's key. It proves nothing by itself; a typed code has to fit it."""

    format: Literal["frontdesk-district-key-1"] = "frontdesk-district-key-1"
    district_key: Hash
    district_key_id: KeyId

    @property
    def verify_key(self) -> bytes:
        """The 32 bytes of the key."""
        return bytes.fromhex(self.district_key)

    def to_bytes(self) -> bytes:
        """The answer's bytes: JSON."""
        return to_json(self.model_dump())


def make_district_key(verify_key: bytes) -> DistrictKey:
    """The district's key as GET /v1/key gives it."""
    return DistrictKey(district_key=verify_key.hex(), district_key_id=key_id_of(verify_key))


def read_district_key(raw: bytes) -> DistrictKey:
    """The key in the bytes of GET /v1/key; `bad_district_key` when they are something else."""
    if len(raw) > MAX_ANSWER:
        raise WireFault("bad_district_key", where="")
    found = read_model(DistrictKey, raw, "bad_district_key")
    if key_id_of(found.verify_key) != found.district_key_id:
        raise WireFault("bad_district_key", where="district_key_id")
    return found


@dataclass(frozen=True)
class TypedCode:
    """A typed code taken apart: `secret` goes into the request to enrol, `key_part` holds the district's key fast."""

    secret: str
    key_part: str

    def fits(self, verify_key: bytes) -> bool:
        """Whether it was made by the district with this key. Takes some hundredths of a second, on purpose."""
        return self.key_part == _key_part(verify_key)


def make_typed_code(secret: bytes, verify_key: bytes) -> str:
    """The code that people type, in groups of four: of `SECRET_BYTES` random bytes and the district's key.

    `read_typed_code(code).secret` is the code that the request to enrol will carry.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    said = _base32(secret, SECRET_LENGTH) + _key_part(verify_key)
    said += _slip_part(said)
    return "-".join(said[at : at + GROUP] for at in range(0, len(said), GROUP))


def read_typed_code(text: str) -> TypedCode:
    """The parts of a typed code, however it is spaced and cased. Raises WireFault `mistyped_code`."""
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    said = "".join(one for one in plain if not one.isspace() and one not in "-—_")
    said = said.translate(str.maketrans("OIL", "011"))
    whole = SECRET_LENGTH + KEY_LENGTH
    if len(said) != whole + SLIP_LENGTH or set(said) - set(ALPHABET) or _slip_part(said[:whole]) != said[whole:]:
        raise WireFault("mistyped_code")
    return TypedCode(said[:SECRET_LENGTH], said[SECRET_LENGTH:whole])


def _key_part(verify_key: bytes) -> str:
    drawn = hashlib.scrypt(verify_key, salt=b"frontdesk district key", n=2**14, r=8, p=1, dklen=7)
    return _base32(drawn, KEY_LENGTH)


def _slip_part(said: str) -> str:
    """Two characters that no longer fit when one of the others is another, or two of them have changed places.

    Either changes the sum by a product of two numbers, neither of which the prime divides.
    """
    total = sum(place * ALPHABET.index(one) for place, one in enumerate(said, 1)) % SLIP_PRIME
    return ALPHABET[total >> 5] + ALPHABET[total & 31]


def _base32(raw: bytes, length: int) -> str:
    """The first `length` characters, five bits each."""
    number = int.from_bytes(raw, "big") >> (len(raw) * 8 - length * 5)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


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
    """The district's signed confirmation of an enrolment, or of a key that takes an earlier one's place."""
    district_key_id = key_id_of(verify_key_of(seed))
    confirmation = EnrolmentConfirmation(
        centre=centre, key_id=key_id, enrolled_at=enrolled_at, district_key_id=district_key_id
    )
    payload = to_json(confirmation.model_dump())
    return pack(CONFIRMATION_MAGIC, bytes.fromhex(district_key_id), (payload,), seed)


def verify_confirmation(
    raw: bytes, *, district_key: bytes | None = None, district_keys: Sequence[bytes] = ()
) -> EnrolmentConfirmation:
    """The confirmation in `raw`, if the district signed it; else `WireFault`."""
    part, _ = signed_part(raw, CONFIRMATION_MAGIC, trusted(district_key, district_keys))
    return read_model(EnrolmentConfirmation, part, "bad_header")
