"""The card code: what is made is read back, and nothing else is."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.volunteers.cards.code import (
    CardIdentity,
    CodeFault,
    check_digit,
    code_tail,
    grouped,
    make_code,
    read_code,
)

KEY = b"k" * 32
OTHER_KEY = b"o" * 32
CODE = make_code(KEY, "0000123", 1)

numbers = st.from_regex(r"\A[0-9]{7}\Z")
serials = st.integers(0, 99)
keys = st.binary(min_size=16, max_size=64)
digit_strings = st.from_regex(r"\A[0-9]{1,30}\Z")


def fault_code(text: str, key: bytes = KEY) -> str:
    with pytest.raises(CodeFault) as caught:
        read_code(key, text)
    return caught.value.code


@given(keys, numbers, serials)
def test_a_made_code_is_twenty_digits_and_reads_back(key: bytes, number: str, serial: int) -> None:
    code = make_code(key, number, serial)
    assert len(code) == 20
    assert code.isascii()
    assert code.isdigit()
    assert read_code(key, code) == CardIdentity(number, serial)


def test_the_layout_is_the_designs() -> None:
    code = make_code(KEY, "0000123", 7)
    assert code[:11] == "71" + "0000123" + "07"
    digest = hashlib.blake2b(b"71000012307", key=KEY).digest()
    assert code[11:19] == f"{int.from_bytes(digest, 'big') % 10**8:08d}"
    assert check_digit(code) == 0


@given(numbers, serials)
def test_digits_from_an_active_input_method_read_the_same(number: str, serial: int) -> None:
    code = make_code(KEY, number, serial)
    wide = "".join(chr(0xFF10 + int(digit)) for digit in code)
    assert read_code(KEY, f" {wide}\r\n") == CardIdentity(number, serial)
    assert code_tail(wide) == code[-4:]


def test_the_check_digit_is_the_published_one() -> None:
    assert check_digit("572") == 4


@given(digit_strings, st.data())
def test_the_check_digit_catches_every_wrong_digit(digits: str, data: st.DataObject) -> None:
    whole = f"{digits}{check_digit(digits)}"
    place = data.draw(st.integers(0, len(whole) - 1))
    for wrong in set("0123456789") - {whole[place]}:
        assert check_digit(whole[:place] + wrong + whole[place + 1 :]) != 0


@given(digit_strings)
def test_the_check_digit_catches_every_swap_of_neighbours(digits: str) -> None:
    whole = f"{digits}{check_digit(digits)}"
    for place in range(len(whole) - 1):
        left, right = whole[place], whole[place + 1]
        if left != right:
            assert check_digit(whole[:place] + right + left + whole[place + 2 :]) != 0


@given(numbers, serials, st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_refused_before_the_mac(number: str, serial: int, place: int, step: int) -> None:
    code = make_code(KEY, number, serial)
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    assert fault_code(wrong) == ("malformed" if place < 2 else "bad_check_digit")


@given(keys, keys, numbers, serials)
def test_a_code_of_another_key_is_refused(key: bytes, other: bytes, number: str, serial: int) -> None:
    code = make_code(key, number, serial)
    if make_code(other, number, serial) != code:
        assert fault_code(code, other) == "bad_mac"


@given(numbers, serials, numbers, serials)
def test_a_forged_head_with_a_right_check_digit_is_refused(
    number: str, serial: int, forged_number: str, forged_serial: int
) -> None:
    code = make_code(KEY, number, serial)
    body = f"71{forged_number}{forged_serial:02d}{code[11:19]}"
    forged = f"{body}{check_digit(body)}"
    if forged != make_code(KEY, forged_number, forged_serial):
        assert fault_code(forged) == "bad_mac"


@given(st.text(max_size=40))
def test_any_text_is_a_card_or_a_coded_fault(text: str) -> None:
    assert fault_code(text) in {"malformed", "foreign_code", "bad_check_digit", "bad_mac"}


@pytest.mark.parametrize(
    "text",
    [
        "310114199001011234",
        "31011419900101123X",
        "\uff1310114199001011234"[:18],
        "134567890123456789",
        "283456789012345678",
        "28345678901234567890",
        "310114900101123",
        "6901234567892",
        "https://example.org/?a=1",
        "WIFI:T:WPA;S:guest;P:pass5word;;",
        "ABC-1-2-3-4-5",
        "BEGIN:VCARD\nN:1",
        "x" * 20,
    ],
)
def test_an_identity_or_payment_code_is_foreign_and_shows_nothing(text: str) -> None:
    with pytest.raises(CodeFault) as caught:
        read_code(KEY, text)
    assert caught.value.code == "foreign_code"
    assert caught.value.details.keys() == {"length"}
    assert code_tail(text) == ""


@pytest.mark.parametrize("text", ["", "7", CODE[:19], CODE + CODE, "6" + CODE[1:], "72" + CODE[2:]])
def test_what_is_not_a_whole_card_is_malformed(text: str) -> None:
    assert fault_code(text) == "malformed"
    assert code_tail(text) == ""


def test_digits_of_another_script_are_not_ours() -> None:
    assert fault_code("".join(chr(0x0660 + int(digit)) for digit in CODE)) == "foreign_code"


@pytest.mark.parametrize("number", ["", "123", "12345678", "12a4567", "\uff10000123"])
def test_a_number_that_is_not_seven_digits_gets_no_card(number: str) -> None:
    with pytest.raises(CodeFault) as caught:
        make_code(KEY, number, 1)
    assert caught.value.code == "bad_volunteer_no"


@pytest.mark.parametrize("serial", [-1, 100])
def test_a_serial_outside_two_digits_gets_no_card(serial: int) -> None:
    with pytest.raises(CodeFault) as caught:
        make_code(KEY, "0000123", serial)
    assert caught.value.code == "bad_serial"


def test_the_code_is_printed_in_groups_of_four() -> None:
    assert grouped("12345678901234567890") == "1234 5678 9012 3456 7890"


def test_every_fault_has_words_in_both_languages() -> None:
    codes = ("malformed", "foreign_code", "bad_check_digit", "bad_mac", "bad_volunteer_no", "bad_serial")
    for language in LANGUAGES:
        assert all(f"error.{code}" in catalogue(language, "volunteers") for code in codes)
