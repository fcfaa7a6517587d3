"""Several reports in one request: a counted frame that is taken apart by its lengths, and refused wherever they lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.sync import wire

parts = st.lists(st.binary(max_size=40), max_size=8)


@given(parts)
def test_what_was_put_into_a_batch_comes_out_in_its_order(reports: list[bytes]) -> None:
    assert wire.open_batch(wire.make_batch(reports)) == reports
    assert wire.open_batch_answer(wire.make_batch_answer(reports)) == reports


@given(parts, st.data())
def test_a_batch_that_ends_early_is_refused_at_every_byte(reports: list[bytes], data: st.DataObject) -> None:
    raw = wire.make_batch(reports)
    end = data.draw(st.integers(0, len(raw) - 1))
    assert refused(raw[:end]) == "truncated"
    assert refused(raw + b"\0") == "trailing_bytes"


@given(st.binary(max_size=60))
def test_noise_is_a_fault_and_nothing_else(noise: bytes) -> None:
    for raw in (noise, wire.BATCH_MAGIC + noise, wire.BATCH_MAGIC + b"\1" + noise):
        try:
            wire.open_batch(raw)
        except wire.WireFault as fault:
            assert fault.code in {
                "not_ours",
                "truncated",
                "unknown_format",
                "too_many_parts",
                "too_large",
                "trailing_bytes",
            }


def test_numbers_and_sizes_are_capped_before_anything_is_copied() -> None:
    head = wire.BATCH_MAGIC + b"\1"
    assert refused(head + (wire.MAX_BATCH + 1).to_bytes(2, "big")) == "too_many_parts"
    assert refused(head + b"\0\1" + b"\xff\xff\xff\xff" + b"x") == "too_large"
    assert refused(head + b"\0\1" + bytes(wire.MAX_BATCH_CONTENT)) == "too_large"
    assert refused(wire.BATCH_MAGIC + b"\2\0\0") == "unknown_format"
    assert refused(wire.make_batch_answer([b"x"])) == "not_ours"
    with pytest.raises(wire.WireFault, match="too_many_parts"):
        wire.make_batch([b""] * (wire.MAX_BATCH + 1))
    with pytest.raises(wire.WireFault, match="too_large"):
        wire.make_batch([bytes(wire.MAX_BATCH_BYTES), b"x"])


def test_the_longest_report_travels_in_a_batch_too() -> None:
    longest = bytes(wire.DEFAULT_LIMITS.sealed)
    assert wire.open_batch(wire.make_batch([longest])) == [longest]


def refused(raw: bytes) -> str:
    """The code of the fault."""
    with pytest.raises(wire.WireFault) as caught:
        wire.open_batch(raw)
    return caught.value.code
