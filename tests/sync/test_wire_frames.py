"""Everything that travels opens as it was made; cut, changed, lengthened or taken for something else it does not."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.sync import frames, wire
from tests.sync import wired
from tests.sync.ends import DISTRICT_SEED

ALL = wired.everything()
kinds = pytest.mark.parametrize("kind", sorted(ALL))
SEED = b"s" * 32
MAGIC = b"FDTT"
SIGNER = bytes.fromhex(wire.key_id_of(wire.verify_key_of(SEED)))


def with_bit_changed(raw: bytes, position: int) -> bytes:
    """The bytes with one bit changed."""
    changed = bytearray(raw)
    changed[position // 8] ^= 1 << position % 8
    return bytes(changed)


def codes_of(opens: Callable[[bytes], object], raws: Iterable[bytes]) -> set[str]:
    """The codes with which all of these are refused, before anything is parsed or inflated; all have words."""
    codes: set[str] = set()
    with wired.nothing_read():
        for raw in raws:
            try:
                opens(raw)
            except wire.WireFault as fault:
                codes.add(fault.code)
            else:
                raise AssertionError(f"taken in: {raw.hex()}")
    for language in LANGUAGES:
        assert {f"error.{code}" for code in codes} <= catalogue(language, "sync").keys()
    return codes


@kinds
def test_it_opens_as_it_was_made(kind: str) -> None:
    raw, opens = ALL[kind]
    assert opens(raw)


@kinds
def test_cut_at_any_byte_it_is_refused_before_anything_is_read(kind: str) -> None:
    raw, opens = ALL[kind]
    codes = codes_of(opens, (raw[:length] for length in range(len(raw))))
    # On a stick the hash behind everything tells that a file was copied by half. An answer cut between two documents
    # looks whole, until its signature is checked.
    whole = {"half_copied"} if kind.endswith("file") else {"truncated", "no_signature", "bad_signature"}
    assert codes <= whole
    assert kind == "exchange answer" or "bad_signature" not in codes


@kinds
def test_a_changed_bit_in_any_byte_is_refused_before_anything_is_read(kind: str) -> None:
    raw, opens = ALL[kind]
    assert codes_of(opens, (with_bit_changed(raw, position * 8 + position % 8) for position in range(len(raw))))


@given(extra=st.binary(min_size=1, max_size=80))
def test_bytes_added_behind_are_refused(extra: bytes) -> None:
    for raw, opens in ALL.values():
        codes_of(opens, [raw + extra])


@kinds
def test_one_kind_is_never_taken_for_another(kind: str) -> None:
    raw, _ = ALL[kind]
    for other, (_, opens) in ALL.items():
        if {kind, other} != {"report", "report of version 1"} and kind != other:
            assert codes_of(opens, [raw]) == {"not_ours"}


@given(noise=st.binary(max_size=120), kind=st.sampled_from(sorted(ALL)))
def test_noise_is_refused(noise: bytes, kind: str) -> None:
    codes_of(ALL[kind].opens, [noise, ALL[kind].raw[:5] + noise])


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8))
def test_a_frame_of_any_number_of_parts_comes_apart_as_it_was_packed(parts: list[bytes]) -> None:
    raw = frames.pack(MAGIC, SIGNER, parts, SEED)
    frame = frames.unpack_all(raw, MAGIC, len(SIGNER), first=40, each=40, most=7)
    frame.check(wire.verify_key_of(SEED))
    assert frame.parts == tuple(parts)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2))
def test_a_length_that_lies_copies_nothing(length: int, which: int) -> None:
    parts = [b"a" * 10, b"b" * 20, b"c" * 30]
    raw = bytearray(frames.pack(MAGIC, SIGNER, parts, SEED))
    offset = 5 + len(SIGNER) + sum(4 + len(part) for part in parts[:which])
    if struct.unpack_from(">I", raw, offset)[0] == length:
        return
    struct.pack_into(">I", raw, offset, length)
    with pytest.raises(wire.WireFault) as caught:
        frames.unpack_all(bytes(raw), MAGIC, len(SIGNER), first=50, each=50, most=9).check(wire.verify_key_of(SEED))
    assert caught.value.code in {"truncated", "too_large", "bad_signature", "too_many_parts"}


def test_more_parts_than_there_may_be_are_refused_before_they_are_all_copied() -> None:
    raw = frames.pack(MAGIC, SIGNER, [b""] * 500_000, SEED)
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireFault) as caught:
            frames.unpack_all(raw, MAGIC, len(SIGNER), first=50, each=50, most=100)
        assert caught.value.code == "too_many_parts"
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["receipt", "trial answer", "refusal", "confirmation", "document", "district's file"])
def test_what_another_district_signed_is_refused(kind: str) -> None:
    raw = ALL[kind].raw
    opens: dict[str, Callable[[], object]] = {
        "receipt": lambda: wire.open_receipt(raw, district_keys=[wired.VERIFY_KEY]),
        "trial answer": lambda: wire.verify_trial_answer(raw, sealed=b"", district_keys=[wired.VERIFY_KEY]),
        "refusal": lambda: wire.open_refusal(raw, district_keys=[wired.VERIFY_KEY]),
        "confirmation": lambda: wire.verify_confirmation(raw, district_keys=[]),
        "document": lambda: wire.open_document(raw, [wired.VERIFY_KEY]),
        "district's file": lambda: wire.open_usb_down(raw, [wired.VERIFY_KEY]),
    }
    with wired.nothing_read(), pytest.raises(wire.WireFault) as caught:
        opens[kind]()
    assert caught.value.code == "unknown_key"


def test_any_of_several_keys_of_the_district_is_trusted() -> None:
    keys = [wired.VERIFY_KEY, wired.DISTRICT_KEY]
    report = wired.sealed()
    assert wire.verify_receipt(wired.receipt(), sealed=report, district_keys=keys).report_id == "r1"
    assert wire.verify_receipt(wired.receipt(), sealed=report, district_key=wired.DISTRICT_KEY).report_id == "r1"
    signature = wire.sign_refusal(DISTRICT_SEED, content="", status=403, answer=b"{}")
    assert wire.is_genuine_refusal(signature, district_keys=keys, content="", status=403, answer=b"{}")
    assert not wire.is_genuine_refusal(signature, district_keys=[], content="", status=403, answer=b"{}")


@pytest.mark.parametrize("kind", ["report", "exchange request", "rotation", "centre's file"])
def test_a_revoked_key_signs_nothing_any_more(kind: str) -> None:
    raw = ALL[kind].raw
    opens: dict[str, Callable[[], object]] = {
        "report": lambda: wire.open_sealed(raw, wired.revoked),
        "exchange request": lambda: wire.open_exchange_request(raw, wired.revoked),
        "rotation": lambda: wire.open_rotation(raw, wired.revoked),
        "centre's file": lambda: wire.open_usb_up(raw, DISTRICT_SEED, wired.revoked),
    }
    with wired.nothing_read(), pytest.raises(wire.WireFault) as caught:
        opens[kind]()
    assert caught.value.code == "revoked_key"


def test_the_answer_to_a_trial_is_no_receipt_and_a_receipt_answers_no_trial() -> None:
    report = wired.sealed()
    with pytest.raises(wire.WireFault) as caught:
        wire.verify_receipt(wired.trial_answer(), sealed=report, district_keys=[wired.DISTRICT_KEY])
    assert caught.value.code == "not_ours"
    with pytest.raises(wire.WireFault) as caught:
        wire.verify_trial_answer(wired.receipt(), sealed=report, district_keys=[wired.DISTRICT_KEY])
    assert caught.value.code == "not_ours"


def test_the_answer_to_a_trial_holds_for_the_bytes_that_were_tried() -> None:
    keys = [wired.DISTRICT_KEY]
    answer = wire.verify_trial_answer(wired.trial_answer(), sealed=wired.sealed(), district_keys=keys)
    assert (answer.report_id, answer.tried_at) == ("r1", wired.NOW)
    with pytest.raises(wire.WireFault) as caught:
        wire.verify_trial_answer(wired.trial_answer(), sealed=wired.sealed(report_id="r2"), district_keys=keys)
    assert caught.value.code == "other_receipt"


def test_a_refusal_by_stick_says_what_http_would_have_said() -> None:
    found = wire.open_refusal(wired.refusal(), district_keys=[wired.DISTRICT_KEY])
    assert (found.content, found.status, found.answer) == (wire.content_hash(wired.sealed()), 409, b'{"error":{}}')


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"OK",
        b"<html><body>Log in to the network</body></html>",
        b'{"receipt": true}',
        b"\x1f\x8b\x08\x00" + bytes(60),
        b"FDRC",
        b"FDRC\x01" + bytes(200),
    ],
)
def test_what_a_portal_answers_with_200_is_nothing_that_the_district_said(page: bytes) -> None:
    for kind in ("receipt", "trial answer", "refusal", "confirmation", "exchange answer", "district's file"):
        codes_of(ALL[kind].opens, [page, ALL[kind].raw + page + b"\n"])
