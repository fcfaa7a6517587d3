"""A centre changes its key: the old one signs the request ("FDKR"), the new one proves that the centre holds it.

The district answers with an EnrolmentConfirmation for the new key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from frontdesk.sync.answers import MAX_ANSWER
from frontdesk.sync.body import Code, Hash, KeyId, WireModel
from frontdesk.sync.frames import (
    KEY_ID_SIZE,
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
from frontdesk.sync.report import KeyLookup

ROTATION_MAGIC = b"FDKR"


class KeyRotation(WireModel):
    """A centre's wish to be known by a new key from now on. `recipient` is the district's key id.

    `proof` is the new key's signature over centre, old key and recipient.
    """

    centre: Code
    old_key_id: KeyId
    new_verify_key: Hash
    recipient: KeyId
    proof: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]


@dataclass(frozen=True)
class OpenedRotation:
    """A request that both keys signed. `revoked` is whether the old key is out of use, as the lookup says."""

    rotation: KeyRotation
    new_verify_key: bytes
    new_key_id: str
    content_hash: str
    revoked: bool


def _proof_message(centre: str, old_key_id: str, recipient: str) -> bytes:
    return b"\n".join((b"FDKR1", centre.encode(), old_key_id.encode(), recipient.encode()))


def make_rotation(*, centre: str, old_seed: bytes, new_seed: bytes, recipient: str) -> bytes:
    """The signed request; the same arguments give the same bytes."""
    old_key_id = key_id_of(verify_key_of(old_seed))
    rotation = KeyRotation(
        centre=centre,
        old_key_id=old_key_id,
        new_verify_key=verify_key_of(new_seed).hex(),
        recipient=recipient,
        proof=sign(new_seed, _proof_message(centre, old_key_id, recipient)).hex(),
    )
    return pack(ROTATION_MAGIC, bytes.fromhex(old_key_id), (to_json(rotation.model_dump()),), old_seed)


def open_rotation(raw: bytes, verify_key_lookup: KeyLookup, *, even_revoked: bool = False) -> OpenedRotation:
    """The request, if the centre's old key and its new one signed it.

    A key that was changed is out of use, yet the same request has to get the same confirmation: with `even_revoked`
    a request of such a key is opened too, and the caller looks for its confirmation and refuses it without one.
    Raises WireFault: what `open_sealed` raises for frame and key, `bad_rotation`, `wrong_centre`.
    """
    if len(raw) > MAX_ANSWER:
        raise WireFault("too_large", limit=MAX_ANSWER)
    frame = unpack(raw, ROTATION_MAGIC, KEY_ID_SIZE, (MAX_ANSWER,))
    key_id = frame.signer.hex()
    known = verify_key_lookup(key_id)
    if known is None:
        raise WireFault("unknown_key", key_id=key_id)
    frame.check(known.verify_key)
    if known.revoked and not even_revoked:
        raise WireFault("revoked_key", key_id=key_id)
    rotation = read_model(KeyRotation, frame.parts[0], "bad_rotation")
    if rotation.old_key_id != key_id:
        raise WireFault("bad_rotation", where="old_key_id")
    if rotation.centre != known.centre:
        raise WireFault("wrong_centre", centre=rotation.centre)
    new_key = bytes.fromhex(rotation.new_verify_key)
    message = _proof_message(rotation.centre, rotation.old_key_id, rotation.recipient)
    if new_key == known.verify_key or not is_signed(new_key, message, bytes.fromhex(rotation.proof)):
        raise WireFault("bad_rotation", where="proof")
    return OpenedRotation(rotation, new_key, key_id_of(new_key), content_hash(raw), known.revoked)
