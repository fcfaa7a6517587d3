"""The files on a stick: the same bytes as over the network, for the district alone, refused when copied by half."""

from __future__ import annotations

import hashlib
import struct
import tracemalloc
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import SealedBox
from nacl.signing import VerifyKey

from frontdesk.sync import frames, wire
from tests.sync import wired
from tests.sync.ends import DISTRICT_SEED

KEYS = [wired.DISTRICT_KEY]
WHOLE = wired.usb_up()
ANSWER = wired.usb_down()


def code_up(raw: bytes) -> str:
    with pytest.raises(wire.WireFault) as caught:
        wire.open_usb_up(raw, DISTRICT_SEED, wired.lookup)
    return caught.value.code


def code_down(raw: bytes) -> str:
    with pytest.raises(wire.WireFault) as caught:
        wire.open_usb_down(raw, KEYS)
    return caught.value.code


def hashed(raw: bytes) -> bytes:
    """The bytes with the hash that ends a file."""
    return raw + hashlib.sha256(raw).digest()


def file_of(bundle: bytes, recipient: str = wired.DISTRICT) -> bytes:
    """A centre's file around any bundle."""
    box = SealedBox(VerifyKey(wired.DISTRICT_KEY).to_curve25519_public_key()).encrypt(bundle)
    return hashed(b"FDUS\x01" + bytes.fromhex(recipient) + struct.pack(">I", len(box)) + box)


def bundle_with(parts: Sequence[bytes], **changed: Any) -> bytes:
    """A bundle that the centre's genuine key signed, whatever it says."""
    said = wire.open_usb_up(WHOLE, DISTRICT_SEED, wired.lookup).header.model_dump() | changed
    return frames.pack(b"FDUB", bytes.fromhex(wired.KEY_ID), (frames.to_json(said), *parts), wired.SEED)


def test_a_stick_carries_the_very_bytes_of_the_network() -> None:
    bundle = wire.open_usb_up(WHOLE, DISTRICT_SEED, wired.lookup)
    assert bundle.reports == (wired.sealed(report_id="r1"), wired.sealed(report_id="r2"))
    assert (bundle.exchange, bundle.rotation, bundle.enrolment) == (wired.exchange_request(), wired.rotation(), None)
    assert bundle.header.contents == ["rotation", "report", "report", "exchange"]
    assert (bundle.header.centre, bundle.header.bundle_id) == (wired.CENTRE, "b1")
    assert [wired.opened(raw).header.report_id for raw in bundle.reports] == ["r1", "r2"]


def test_the_answer_carries_receipts_refusals_documents_and_the_confirmation() -> None:
    answer = wire.open_usb_down(ANSWER, KEYS)
    assert (answer.header.centre, answer.header.bundle_id) == (wired.CENTRE, "b1")
    assert answer.receipts == (wired.receipt(),)
    assert answer.refusals == (wired.refusal(),)
    assert answer.exchanges == (wired.exchange_answer(),)
    assert answer.confirmations == (wired.confirmation(),)
    assert wire.open_receipt(answer.receipts[0], district_keys=KEYS).report_id == "r1"


@given(st.integers(0, 5))
def test_any_number_of_reports_travels(reports: int) -> None:
    bundle = wire.open_usb_up(wired.usb_up(reports), DISTRICT_SEED, wired.lookup)
    assert len(bundle.reports) == reports


def test_nobody_but_the_district_reads_a_lost_stick() -> None:
    assert wired.CENTRE.encode() not in WHOLE
    assert wired.sealed(report_id="r1")[:40] not in WHOLE
    assert wired.usb_up() != WHOLE
    with pytest.raises(wire.WireFault) as caught:
        wire.open_usb_up(WHOLE, b"x" * 32, wired.lookup)
    assert caught.value.code == "other_recipient"


def test_a_district_with_several_keys_opens_what_was_sealed_for_any_of_them() -> None:
    seeds = {wired.DISTRICT: DISTRICT_SEED, wire.key_id_of(wire.verify_key_of(b"x" * 32)): b"x" * 32}
    assert wire.open_usb_up(WHOLE, seeds.get, wired.lookup).header.recipient == wired.DISTRICT


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_copied_by_half_is_refused_and_named_so(length: int) -> None:
    assert code_up(WHOLE[:length]) == "half_copied"
    # A stick pulled out too early keeps the size of the file and loses what was not written yet.
    assert length < 4 or code_up(WHOLE[:length] + bytes(len(WHOLE) - length)) == "half_copied"
    short = length % len(ANSWER)
    assert code_down(ANSWER[:short]) == "half_copied"
    assert short < 4 or code_down(ANSWER[:short] + bytes(len(ANSWER) - short)) == "half_copied"


@pytest.mark.parametrize("foreign", [b"PK\x03\x04" + bytes(500), b"%PDF-1.7 ...", wired.sealed(), ANSWER, b"\x00" * 99])
def test_a_foreign_file_is_not_ours(foreign: bytes) -> None:
    assert code_up(foreign) == "not_ours"
    assert foreign is ANSWER or code_down(foreign) == "not_ours"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (hashed(b"FDUS"), "truncated"),
        (hashed(b"FDUS\x02" + bytes(40)), "unknown_format"),
        (hashed(b"FDUS\x01" + bytes.fromhex(wired.DISTRICT) + b"\xff\xff\xff\xff" + bytes(50)), "truncated"),
        (hashed(b"FDUS\x01" + bytes.fromhex(wired.DISTRICT) + b"\x00\x00\x00\x01" + bytes(50)), "trailing_bytes"),
        (hashed(b"FDUS\x01" + bytes.fromhex(wired.DISTRICT) + b"\x00\x00\x00\x00"), "bad_sealing"),
        (hashed(b"FDUS\x01" + bytes.fromhex(wired.DISTRICT) + b"\x00\x00\x00\x32" + bytes(50)), "bad_sealing"),
        (file_of(b""), "truncated"),
        (file_of(b"FDSR" + bytes(200)), "not_ours"),
        (file_of(wired.sealed()), "not_ours"),
        (b"FDUS" + bytes(wire.MAX_USB), "too_large"),
    ],
    ids=["short", "format", "length", "less", "empty", "noise", "nothing", "other", "report", "large"],
)
def test_a_file_that_was_made_up_is_refused(raw: bytes, code: str) -> None:
    with wired.nothing_read():
        assert code_up(raw) == code


@pytest.mark.parametrize(
    ("parts", "changed", "code"),
    [
        ([], {"contents": ["report"]}, "bad_bundle"),
        ([wired.sealed()], {"contents": []}, "bad_bundle"),
        ([wired.sealed()], {"contents": ["exchange"]}, "bad_bundle"),
        ([b"FDXX"], {"contents": ["report"]}, "bad_bundle"),
        ([wired.receipt()], {"contents": ["report"]}, "bad_bundle"),
        ([wired.exchange_request()] * 2, {"contents": ["exchange"] * 2}, "bad_bundle"),
        ([wired.rotation()] * 2, {"contents": ["rotation"] * 2}, "bad_bundle"),
        ([], {"contents": [], "centre": "310114-902"}, "wrong_centre"),
        ([], {"contents": [], "key_id": "0" * 32}, "bad_bundle"),
        ([], {"contents": [], "recipient": "0" * 32}, "bad_bundle"),
        ([b""] * (wire.MAX_PARTS + 1), {"contents": []}, "too_many_parts"),
    ],
)
def test_a_signed_bundle_that_does_not_hold_is_refused(parts: list[bytes], changed: dict[str, Any], code: str) -> None:
    assert code_up(file_of(bundle_with(parts, **changed))) == code


def test_a_bundle_for_another_key_of_the_district_is_refused() -> None:
    assert code_up(file_of(bundle_with([], contents=[]), recipient="0" * 32)) == "other_recipient"


def test_a_bundle_that_nobody_known_signed_is_refused_before_it_is_read() -> None:
    raw = wired.usb_up(seed=b"x" * 32)
    with wired.nothing_read():
        assert code_up(raw) == "unknown_key"


def test_a_centre_without_a_network_enrols_by_stick() -> None:
    enrolment = wire.make_enrolment_request(centre=wired.CENTRE, code="c" * 32, seed=b"x" * 32)
    bundle = wire.open_usb_up(wired.usb_up(seed=b"x" * 32, enrolment=enrolment), DISTRICT_SEED, wired.lookup)
    assert bundle.enrolment == enrolment
    assert bundle.header.contents[0] == "enrolment"


def test_a_request_to_enrol_speaks_for_its_own_key_and_centre_only() -> None:
    other_key = wire.make_enrolment_request(centre=wired.CENTRE, code="c" * 32, seed=b"y" * 32)
    assert code_up(wired.usb_up(seed=b"x" * 32, enrolment=other_key)) == "unknown_key"
    other_centre = wire.make_enrolment_request(centre="310114-902", code="c" * 32, seed=b"x" * 32)
    assert code_up(wired.usb_up(seed=b"x" * 32, enrolment=other_centre)) == "wrong_centre"


def test_more_than_fits_is_refused_when_the_file_is_made_and_the_fullest_opens_in_bounded_memory() -> None:
    how: dict[str, Any] = {
        "centre": wired.CENTRE,
        "seed": wired.SEED,
        "district_key": wired.DISTRICT_KEY,
        "bundle_id": "b",
        "made_at": 1,
    }
    with pytest.raises(wire.WireFault) as caught:
        wire.make_usb_up(**how, reports=[b"FDSR"] * (wire.MAX_PARTS + 1))
    assert caught.value.code == "too_many_parts"
    with pytest.raises(wire.WireFault) as caught:
        wire.make_usb_up(**how, reports=[b"FDSR" + bytes(1_000_000)] * 17)
    assert caught.value.code == "too_large"
    full = wire.make_usb_up(**how, reports=[b"FDSR" + bytes(1_000_000)] * 16)
    assert len(full) <= wire.MAX_USB
    tracemalloc.start()
    try:
        assert len(wire.open_usb_up(full, DISTRICT_SEED, wired.lookup).reports) == 16
        assert tracemalloc.get_traced_memory()[1] < 5 * wire.MAX_USB
    finally:
        tracemalloc.stop()


def test_files_on_a_stick_are_named_for_people_and_told_by_their_beginning() -> None:
    at = datetime(2026, 11, 22, 9, 5)  # noqa: DTZ001 - the centre's wall clock
    assert wire.usb_name("310114-901", "up", at) == "frontdesk-310114-901-up-20261122-0905.fdu"
    assert wire.usb_name("310114-901", "down", at) == "frontdesk-310114-901-down-20261122-0905.fdd"
    assert wire.usb_name("安亭/..\\:*1", "up", at) == "frontdesk-安亭_..___1-up-20261122-0905.fdu"
    assert [wire.usb_direction(raw) for raw in (WHOLE, ANSWER, b"FD", b"", b"PK\x03\x04")] == [
        "up",
        "down",
        None,
        None,
        None,
    ]
