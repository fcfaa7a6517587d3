"""Keys: how a centre changes its own, and how a typed code holds the district's fast."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from frontdesk.sync import frames, wire
from frontdesk.sync.enrolment import ALPHABET, SLIP_LENGTH
from tests.sync import wired

SECRET = bytes(range(wire.SECRET_BYTES))
CODE = wire.make_typed_code(SECRET, wired.DISTRICT_KEY)


def code_of(raw: bytes) -> str:
    with pytest.raises(wire.WireFault) as caught:
        wire.open_rotation(raw, wired.lookup)
    return caught.value.code


def rotation_with(**changed: object) -> bytes:
    """A request that the old key signed, whatever it says."""
    said = wire.open_rotation(wired.rotation(), wired.lookup).rotation.model_dump() | changed
    return frames.pack(b"FDKR", bytes.fromhex(wired.KEY_ID), (frames.to_json(said),), wired.SEED)


def test_a_change_of_key_names_both_keys_and_is_the_same_on_every_try() -> None:
    opened = wire.open_rotation(wired.rotation(), wired.lookup)
    assert opened.new_verify_key == wire.verify_key_of(wired.NEW_SEED)
    assert opened.new_key_id == wire.key_id_of(opened.new_verify_key)
    assert (opened.rotation.centre, opened.rotation.old_key_id) == (wired.CENTRE, wired.KEY_ID)
    assert (opened.rotation.recipient, opened.revoked) == (wired.DISTRICT, False)
    assert wired.rotation() == wired.rotation()


def test_a_new_key_that_the_centre_does_not_hold_is_refused() -> None:
    other = wire.verify_key_of(b"o" * 32).hex()
    assert code_of(rotation_with(new_verify_key=other)) == "bad_rotation"
    assert code_of(rotation_with(new_verify_key="0" * 64)) == "bad_rotation"
    assert code_of(rotation_with(proof="0" * 128)) == "bad_rotation"


def test_the_proof_of_one_change_is_none_of_another() -> None:
    assert code_of(rotation_with(recipient="0" * 32)) == "bad_rotation"
    assert code_of(rotation_with(old_key_id="0" * 32)) == "bad_rotation"
    assert code_of(rotation_with(centre="310114-902")) == "wrong_centre"


def test_a_key_is_not_changed_for_itself() -> None:
    raw = wire.make_rotation(centre=wired.CENTRE, old_seed=wired.SEED, new_seed=wired.SEED, recipient=wired.DISTRICT)
    assert code_of(raw) == "bad_rotation"


def test_the_same_request_is_opened_again_after_its_key_went_out_of_use() -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.open_rotation(wired.rotation(), wired.revoked)
    assert caught.value.code == "revoked_key"
    assert wire.open_rotation(wired.rotation(), wired.revoked, even_revoked=True).revoked


def test_a_typed_code_fits_the_district_that_made_it_and_no_other() -> None:
    typed = wire.read_typed_code(CODE)
    assert typed.fits(wired.DISTRICT_KEY)
    assert not typed.fits(wired.VERIFY_KEY)
    request, _ = wire.open_enrolment_request(
        wire.make_enrolment_request(centre=wired.CENTRE, code=typed.secret, seed=wired.SEED)
    )
    assert request.code == typed.secret


# Every code takes some hundredths of a second on purpose.
@settings(max_examples=10)
@given(st.binary(min_size=wire.SECRET_BYTES, max_size=wire.SECRET_BYTES))
@example(bytes(wire.SECRET_BYTES))
@example(b"\xff" * wire.SECRET_BYTES)
def test_every_secret_has_a_code_of_its_own(secret: bytes) -> None:
    code = wire.make_typed_code(secret, wired.DISTRICT_KEY)
    assert len(code) == 34
    typed = wire.read_typed_code(code)
    number = 0
    for letter in typed.secret:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    assert number.to_bytes(wire.SECRET_BYTES, "big") == secret


@pytest.mark.parametrize(
    "text",
    [
        CODE.lower(),
        CODE.replace("-", " "),
        CODE.replace("-", ""),
        f"  {CODE}\n",
        CODE.replace("0", "O").replace("1", "l"),
        CODE.translate({one: one + 0xFEE0 for one in range(0x21, 0x7F)}),
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert wire.read_typed_code(text) == wire.read_typed_code(CODE)


@settings(max_examples=5)
@given(st.binary(min_size=wire.SECRET_BYTES, max_size=wire.SECRET_BYTES))
def test_a_letter_mistyped_and_two_that_changed_places_are_told_before_anybody_is_asked(
    secret: bytes,
) -> None:
    code = wire.make_typed_code(secret, wired.DISTRICT_KEY).replace("-", "")
    slips = {code[:place] + letter + code[place + 1 :] for place in range(len(code)) for letter in f"{ALPHABET}!"}
    for second in range(1, len(code) - SLIP_LENGTH):
        for first in range(second):
            slips.add(code[:first] + code[second] + code[first + 1 : second] + code[first] + code[second + 1 :])
    for slipped in slips - {code}:
        with pytest.raises(wire.WireFault) as caught:
            wire.read_typed_code(slipped)
        assert caught.value.code == "mistyped_code"


@given(st.text(max_size=60))
def test_noise_is_no_code(text: str) -> None:
    with pytest.raises(wire.WireFault) as caught:
        wire.read_typed_code(text)
    assert caught.value.code == "mistyped_code"


def test_the_districts_key_is_read_from_its_page_and_nothing_else_is() -> None:
    page = wire.make_district_key(wired.DISTRICT_KEY)
    assert wire.read_district_key(page.to_bytes()).verify_key == wired.DISTRICT_KEY
    wrong = page.to_bytes().replace(wired.DISTRICT.encode(), wired.KEY_ID.encode())
    for raw in (wrong, b"<html>", b"", b"{}", bytes(wire.MAX_ANSWER + 1)):
        with pytest.raises(wire.WireFault) as caught:
            wire.read_district_key(raw)
        assert caught.value.code == "bad_district_key"


def test_a_seed_is_kept_by_whoever_holds_it_and_by_nobody_else() -> None:
    held = wire.held_seed(bytes(range(32)))
    assert (held, wire.held_seed(held) is held) == (bytes(range(32)), True)
    assert wire.verify_key_of(held) == wire.verify_key_of(bytes(range(32)))
    assert frames.sign(held, b"text") == frames.sign(bytes(range(32)), b"text")
    key = weakref.ref(held.signing_key)  # type: ignore[attr-defined]
    del held
    gc.collect()
    assert key() is None
