"""Sealed reports as bytes: what was sealed opens, and nothing else does."""

from __future__ import annotations

import json
import struct
import tracemalloc
import zlib
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from frontdesk.sync import frames, wire
from tests.sync.ends import DISTRICT_SEED

SEED = bytes(reversed(range(32)))
VERIFY_KEY = wire.verify_key_of(SEED)
KEY_ID = wire.key_id_of(VERIFY_KEY)
DISTRICT_KEY = wire.verify_key_of(DISTRICT_SEED)
HEADER_AT = 4 + 1 + frames.KEY_ID_SIZE
EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "centre-a" / "expected.json").read_text(encoding="utf-8"))

counts = st.integers(0, 10**15)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
figures = st.dictionaries(names, counts | st.dictionaries(names, counts, max_size=5), max_size=8)


def a_body(**changed: object) -> wire.ReportBody:
    values: dict[str, object] = {
        "centre": "310114-901",
        "name": "安亭示范邻里中心",
        "period": "2026-W46",
        "from": date(2026, 11, 9),
        "to": date(2026, 11, 15),
        "figures": {"ratings": 3, "ratings_by_level": {"5": 2, "1": 1}},
    }
    return wire.ReportBody.model_validate({**values, **changed})


def sealed(body: bytes | None = None, *, revision: int = 1, report_id: str = "r1") -> bytes:
    return wire.seal(
        body if body is not None else a_body().to_bytes(),
        seed=SEED,
        recipient=wire.key_id_of(DISTRICT_KEY),
        report_id=report_id,
        revision=revision,
    )


def lookup(key_id: str) -> wire.KnownKey | None:
    return wire.KnownKey(VERIFY_KEY, "310114-901") if key_id == KEY_ID else None


def header(**changed: object) -> dict[str, object]:
    body = a_body().to_bytes()
    return {
        "centre": "310114-901",
        "key_id": KEY_ID,
        "recipient": wire.key_id_of(DISTRICT_KEY),
        "report_id": "r1",
        "kind": "weekly",
        "period": "2026-W46",
        "revision": 1,
        "schema_version": 1,
        "body_hash": wire.content_hash(body),
        "algorithm": wire.ALGORITHM,
        **changed,
    }


def packed(head: bytes, body: bytes) -> bytes:
    """A frame that a genuine key signed, whatever it holds."""
    return frames.pack(wire.REPORT_MAGIC, bytes.fromhex(KEY_ID), (head, body), SEED)


def fault_of(raw: bytes, limits: wire.Limits = wire.DEFAULT_LIMITS) -> str:
    with pytest.raises(wire.WireFault) as caught:
        wire.open_sealed(raw, lookup, limits)
    return caught.value.code


@given(figures, st.integers(1, 1_000_000))
def test_what_was_sealed_opens_as_it_was(content: dict[str, object], revision: int) -> None:
    body = a_body(figures=content)
    raw = sealed(body.to_bytes(), revision=revision)
    opened = wire.open_sealed(raw, lookup)
    assert opened.report == body
    assert opened.body == body.to_bytes()
    assert (opened.header.revision, opened.content_hash) == (revision, wire.content_hash(raw))


def test_equal_bodies_are_equal_bytes_whatever_the_order_of_their_figures() -> None:
    one = a_body(figures={"a": 1, "b": {"x": 1, "y": 2}})
    other = a_body(figures={"b": {"y": 2, "x": 1}, "a": 1})
    assert one.to_bytes() == other.to_bytes()


@pytest.mark.parametrize("week", sorted(EXPECTED["weeks"]))
def test_rates_are_worked_out_again_from_the_parts_that_travel(week: str) -> None:
    expected = EXPECTED["weeks"][week]
    travelling = {name: value for name, value in expected.items() if name not in wire.DERIVED_FIGURES}
    report = wire.read_body(a_body(period=week, figures=travelling).to_bytes(), 1)
    assert wire.shown_figures(report.as_figures()) == expected


def test_a_rate_or_a_fraction_does_not_travel() -> None:
    with pytest.raises(ValidationError):
        a_body(figures={"good_rate": 0.93})


def refused_before_anything_is_read(raw: bytes) -> str:
    """The code of the refusal, given that neither the header nor the body was touched."""
    with (
        patch("zlib.decompressobj", side_effect=AssertionError("inflated")),
        patch("frontdesk.sync.report.read_model", side_effect=AssertionError("parsed")),
    ):
        return fault_of(raw)


@given(st.data())
def test_a_flipped_bit_is_refused_before_anything_is_parsed_or_inflated(data: st.DataObject) -> None:
    raw = bytearray(sealed())
    position = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[position // 8] ^= 1 << position % 8
    assert refused_before_anything_is_read(bytes(raw))


@given(st.data())
def test_a_truncated_report_is_refused_before_anything_is_parsed_or_inflated(data: st.DataObject) -> None:
    raw = sealed()
    length = data.draw(st.integers(0, len(raw) - 1))
    code = refused_before_anything_is_read(raw[:length])
    assert code == ("no_signature" if length == len(raw) - frames.SIGNATURE_SIZE else "truncated")


@given(st.binary(min_size=1, max_size=200))
def test_bytes_added_behind_are_refused(extra: bytes) -> None:
    assert refused_before_anything_is_read(sealed() + extra) == "trailing_bytes"


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_a_length_that_lies_is_refused_before_anything_is_parsed_or_inflated(length: int, second: bool) -> None:
    raw = bytearray(sealed())
    (header_length,) = struct.unpack_from(">I", raw, HEADER_AT)
    offset = HEADER_AT + 4 + header_length if second else HEADER_AT
    if struct.unpack_from(">I", raw, offset)[0] == length:
        length += 1
    struct.pack_into(">I", raw, offset, length % 2**32)
    code = refused_before_anything_is_read(bytes(raw))
    assert code in {"truncated", "too_large", "trailing_bytes", "no_signature", "bad_signature"}


@given(st.binary(max_size=300))
def test_noise_is_refused_by_code(noise: bytes) -> None:
    assert refused_before_anything_is_read(noise)


def test_an_oversized_report_is_refused_by_its_size_alone() -> None:
    limits = wire.Limits(sealed=100)
    with patch("frontdesk.sync.report.unpack", side_effect=AssertionError("taken apart")):
        assert fault_of(sealed(), limits) == "too_large"


def test_a_bomb_signed_by_a_genuine_centre_never_inflates_past_the_cap() -> None:
    raw = packed(json.dumps(header()).encode(), zlib.compress(bytes(60_000_000), 9))
    limits = wire.Limits(body=100_000)
    wire.open_sealed(sealed(), lookup, limits)
    tracemalloc.start()
    try:
        assert fault_of(raw, limits) == "inflates_past_cap"
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "hourly"}, "unknown_kind"),
        ({"schema_version": 99}, "unknown_schema"),
        ({"centre": "310114-902"}, "wrong_centre"),
        ({"key_id": "0" * 32}, "bad_header"),
        ({"algorithm": "none"}, "bad_header"),
        ({"revision": 0}, "bad_header"),
        ({"revision": True}, "bad_header"),
        ({"extra": 1}, "bad_header"),
        ({"kind": "monthly"}, "bad_header"),
        ({"period": "2026-W47"}, "bad_header"),
        ({"body_hash": "0" * 64}, "bad_body_hash"),
    ],
)
def test_a_signed_header_that_does_not_hold_is_refused(changed: dict[str, object], code: str) -> None:
    raw = packed(json.dumps(header(**changed)).encode(), zlib.compress(a_body().to_bytes()))
    assert fault_of(raw) == code


@pytest.mark.parametrize(
    "head",
    [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 16_000, b'{"centre": "a", "centre": "b"}', b'{"x": NaN}'],
)
def test_a_signed_header_that_is_no_header_is_refused(head: bytes) -> None:
    assert fault_of(packed(head, b"")) == "bad_header"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"figures": {}}',
        a_body().to_bytes().replace(b'"ratings":3', b'"ratings":3.5'),
        a_body().to_bytes().replace(b'"ratings":3', b'"ratings":-3'),
        a_body().to_bytes().replace(b'"ratings":3', b'"ratings":3,"ratings":4'),
        a_body().to_bytes().replace(b'"ratings":3', b'"ratings":' + b"9" * 5000),
        a_body().to_bytes().replace(b"2026-11-15", b"2026-11-01"),
        a_body().to_bytes().replace(b"2026-11-15", b"2026-11-31"),
        a_body().to_bytes().replace(b'"ratings"', b'"\\ud800"'),
    ],
)
def test_a_signed_body_that_does_not_hold_is_refused(body: bytes) -> None:
    raw = packed(json.dumps(header(body_hash=wire.content_hash(body))).encode(), zlib.compress(body))
    assert fault_of(raw) == "bad_body"


@pytest.mark.parametrize(
    "packed_body",
    [b"", b"not zlib", zlib.compress(a_body().to_bytes())[:-1], zlib.compress(a_body().to_bytes()) + b"x"],
)
def test_a_body_that_cannot_be_unpacked_is_refused(packed_body: bytes) -> None:
    assert fault_of(packed(json.dumps(header()).encode(), packed_body)) == "bad_compression"


@pytest.mark.parametrize("period", ["2026-W54", "2026-W00", "2026-13", "2026-Q5", "26", "2026-W46 ", ""])
def test_what_is_no_period_has_no_kind(period: str) -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.kind_of(period)
    assert caught.value.code == "bad_period"


@pytest.mark.parametrize(
    ("period", "kind"),
    [("2026-W53", "weekly"), ("2026-11", "monthly"), ("2026-Q4", "quarterly"), ("2026", "yearly")],
)
def test_the_kind_of_a_report_follows_from_its_period(period: str, kind: str) -> None:
    assert wire.kind_of(period) == kind


def test_a_revoked_key_is_told_from_a_forged_one() -> None:
    def revoked(_: str) -> wire.KnownKey:
        return wire.KnownKey(VERIFY_KEY, "310114-901", revoked=True)

    with pytest.raises(wire.WireFault) as caught:
        wire.open_sealed(sealed(), revoked)
    assert caught.value.code == "revoked_key"
    assert fault_of(sealed()[:-1] + b"\x00") == "bad_signature"


def a_receipt(raw: bytes) -> bytes:
    return wire.make_receipt(wire.open_sealed(raw, lookup), received_at=1_700_000_000_000, seed=DISTRICT_SEED)


def test_a_receipt_holds_for_the_very_bytes_it_was_given_for() -> None:
    raw = sealed()
    receipt = wire.verify_receipt(a_receipt(raw), sealed=raw, district_key=DISTRICT_KEY)
    assert (receipt.report_id, receipt.revision, receipt.period) == ("r1", 1, "2026-W46")
    with pytest.raises(wire.WireFault) as caught:
        wire.verify_receipt(a_receipt(raw), sealed=sealed(report_id="r2"), district_key=DISTRICT_KEY)
    assert caught.value.code == "other_receipt"


def test_a_receipt_of_another_district_is_refused() -> None:
    raw = sealed()
    with pytest.raises(wire.WireFault) as caught:
        wire.verify_receipt(a_receipt(raw), sealed=raw, district_key=VERIFY_KEY)
    assert caught.value.code == "unknown_key"


@given(st.data())
def test_a_receipt_with_a_flipped_bit_is_refused(data: st.DataObject) -> None:
    raw = sealed()
    receipt = bytearray(a_receipt(raw))
    position = data.draw(st.integers(0, len(receipt) * 8 - 1))
    receipt[position // 8] ^= 1 << position % 8
    with pytest.raises(wire.WireFault):
        wire.verify_receipt(bytes(receipt), sealed=raw, district_key=DISTRICT_KEY)


def test_a_sealed_report_is_no_receipt_though_the_district_signed_it() -> None:
    raw = sealed()
    signed_by_district = wire.seal(
        a_body().to_bytes(), seed=DISTRICT_SEED, recipient=KEY_ID, report_id="r1", revision=1
    )
    with pytest.raises(wire.WireFault) as caught:
        wire.verify_receipt(signed_by_district, sealed=raw, district_key=DISTRICT_KEY)
    assert caught.value.code == "not_ours"


@given(st.binary(max_size=100), st.sampled_from([403, 404, 409]))
def test_a_refusal_is_genuine_for_its_bytes_status_and_words_only(answer: bytes, status: int) -> None:
    content = wire.content_hash(b"report")
    signature = wire.sign_refusal(DISTRICT_SEED, content=content, status=status, answer=answer)

    def genuine(
        *, signed: str = signature, content: str = content, status: int = status, answer: bytes = answer
    ) -> bool:
        return wire.is_genuine_refusal(signed, district_key=DISTRICT_KEY, content=content, status=status, answer=answer)

    assert genuine()
    assert not genuine(content=wire.content_hash(b"another"))
    assert not genuine(status=400)
    assert not genuine(answer=answer + b" ")
    assert not genuine(signed="")
    assert not genuine(signed="zz")


def test_a_request_to_enrol_proves_that_the_centre_holds_the_key() -> None:
    raw = wire.make_enrolment_request(centre="310114-901", code="c" * 32, seed=SEED)
    request, verify_key = wire.open_enrolment_request(raw)
    assert (request.centre, verify_key) == ("310114-901", VERIFY_KEY)
    other = raw[:5] + DISTRICT_KEY + raw[5 + frames.KEY_SIZE :]
    with pytest.raises(wire.WireFault) as caught:
        wire.open_enrolment_request(other)
    assert caught.value.code == "bad_signature"


@given(st.binary(max_size=200))
def test_noise_is_no_enrolment_file(noise: bytes) -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.read_enrolment_file(noise)
    assert caught.value.code == "bad_enrolment_file"
