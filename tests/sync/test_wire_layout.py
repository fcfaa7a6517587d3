"""The bytes are laid out as the page of the wire says: read here by hand, with none of its functions."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib

from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from tests.sync import wired
from tests.sync.ends import DISTRICT_SEED


def parts_of(raw: bytes, magic: bytes, verify_key: bytes) -> list[bytes]:
    """The parts of a frame, after its signature was checked."""
    assert raw[:5] == magic + b"\x01"
    assert raw[5:21] == hashlib.sha256(verify_key).digest()[:16]
    VerifyKey(verify_key).verify(raw[:-64], raw[-64:])
    parts, rest = [], raw[21:-64]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        parts.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return parts


def test_a_sealed_report_is_header_and_compressed_body() -> None:
    header, packed = parts_of(wired.sealed(), b"FDSR", wired.VERIFY_KEY)
    body = zlib.decompress(packed)
    assert body == wired.second_body().to_bytes()
    assert json.loads(header) == {
        "algorithm": "ed25519+zlib",
        "body_hash": hashlib.sha256(body).hexdigest(),
        "centre": wired.CENTRE,
        "key_id": wired.KEY_ID,
        "kind": "weekly",
        "period": "2026-W46",
        "recipient": wired.DISTRICT,
        "report_id": "r1",
        "revision": 1,
        "schema_version": 2,
    }
    values = {one["indicator"]: one for one in json.loads(body)["values"] if "category" not in one}
    assert values["good_rate"] == {"indicator": "good_rate", "numerator": 2, "denominator": 3}
    assert values["ratings"] == {"indicator": "ratings", "value": 3}


def test_a_receipt_names_the_hash_of_the_very_bytes() -> None:
    (said,) = parts_of(wired.receipt(), b"FDRC", wired.DISTRICT_KEY)
    receipt = json.loads(said)
    assert receipt["content_hash"] == hashlib.sha256(wired.sealed()).hexdigest()
    assert (receipt["received_at"], receipt["district_key_id"]) == (wired.NOW, wired.DISTRICT)


def test_a_centres_file_is_a_sealed_box_with_a_bundle_and_ends_in_its_hash() -> None:
    raw = wired.usb_up()
    assert raw[:5] == b"FDUS\x01"
    assert raw[5:21].hex() == wired.DISTRICT
    assert struct.unpack(">I", raw[21:25])[0] == len(raw) - 25 - 32
    assert raw[-32:] == hashlib.sha256(raw[:-32]).digest()
    bundle = SealedBox(SigningKey(DISTRICT_SEED).to_curve25519_private_key()).decrypt(raw[25:-32])
    header, *parts = parts_of(bundle, b"FDUB", wired.VERIFY_KEY)
    assert json.loads(header)["contents"] == ["rotation", "report", "report", "exchange"]
    assert parts == [
        wired.rotation(),
        wired.sealed(report_id="r1"),
        wired.sealed(report_id="r2"),
        wired.exchange_request(),
    ]


def test_the_districts_file_is_a_frame_that_ends_in_its_hash() -> None:
    raw = wired.usb_down()
    assert raw[-32:] == hashlib.sha256(raw[:-32]).digest()
    header, *parts = parts_of(raw[:-32], b"FDUD", wired.DISTRICT_KEY)
    assert json.loads(header)["contents"] == ["receipt", "refusal", "exchange", "confirmation"]
    assert parts == [wired.receipt(), wired.refusal(), wired.exchange_answer(), wired.confirmation()]


def test_an_answer_to_an_exchange_holds_the_documents_as_they_were_signed() -> None:
    header, *documents = parts_of(wired.exchange_answer(), b"FDXA", wired.DISTRICT_KEY)
    assert json.loads(header)["request_hash"] == hashlib.sha256(wired.exchange_request()).hexdigest()
    assert documents == [wired.document(), wired.document(number=2)]
    (said,) = parts_of(documents[0], b"FDDO", wired.DISTRICT_KEY)
    assert json.loads(said)["kind"] == "notice"


def test_a_change_of_key_carries_the_new_keys_own_signature() -> None:
    (said,) = parts_of(wired.rotation(), b"FDKR", wired.VERIFY_KEY)
    rotation = json.loads(said)
    message = "\n".join(("FDKR1", wired.CENTRE, wired.KEY_ID, wired.DISTRICT)).encode()
    VerifyKey(bytes.fromhex(rotation["new_verify_key"])).verify(message, bytes.fromhex(rotation["proof"]))
