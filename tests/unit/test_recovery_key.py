"""The recovery key as people write, type and scan it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.backup.errors import BackupError
from frontdesk.backup.recovery import (
    DIGITS,
    GROUP_DIGITS,
    GROUPS,
    QR_VERSION,
    RecoveryKey,
    check_groups,
    group_is_whole,
    make_key,
    places_to_ask,
    read_key,
)
from frontdesk.common.qr import qr_modules
from frontdesk.locale import words_for

keys = st.binary(min_size=16, max_size=16).map(RecoveryKey)
digit = st.sampled_from("0123456789")


def fault(text: str) -> BackupError:
    with pytest.raises(BackupError) as refused:
        read_key(text)
    assert "{" not in words_for(refused.value)
    return refused.value


@given(keys)
def test_what_stands_on_the_paper_gives_the_key_back_however_it_is_typed(key: RecoveryKey) -> None:
    assert len(key.groups) == GROUPS and {len(group) for group in key.groups} == {GROUP_DIGITS}
    assert key.digits.isdigit() and len(key.digits) == DIGITS
    full_width = key.digits.translate({ord("0") + n: ord("０") + n for n in range(10)})
    for text in (key.digits, " ".join(key.groups), "-".join(key.groups), "\n".join(key.groups), full_width):
        assert read_key(text) == key
    assert read_key(key.digits).key_id == key.key_id


@given(keys, st.integers(0, DIGITS - 1), digit)
def test_a_wrong_digit_names_its_group(key: RecoveryKey, place: int, other: str) -> None:
    wrong = key.digits[:place] + other + key.digits[place + 1 :]
    if wrong == key.digits:
        return
    found = fault(wrong)
    assert (found.code, found.details["group"]) == ("key_group", place // GROUP_DIGITS + 1)


@given(keys, st.integers(0, DIGITS - 2))
def test_two_neighbours_swapped_name_their_group(key: RecoveryKey, place: int) -> None:
    one, two = key.digits[place], key.digits[place + 1]
    if one == two:
        return
    found = fault(key.digits[:place] + two + one + key.digits[place + 2 :])
    assert found.code == "key_group"
    assert found.details["group"] in (place // GROUP_DIGITS + 1, (place + 1) // GROUP_DIGITS + 1)


@given(keys, st.integers(0, GROUPS - 1), st.integers(0, GROUPS - 1))
def test_groups_in_each_others_place_are_found(key: RecoveryKey, one: int, two: int) -> None:
    groups = list(key.groups)
    groups[one], groups[two] = groups[two], groups[one]
    if one == two:
        assert read_key("".join(groups)) == key
    else:
        # Of two equal groups of five digits the check digits still tell the places apart.
        assert fault("".join(groups)).details["group"] == min(one, two) + 1


@given(keys, st.integers(0, DIGITS - 1))
def test_a_digit_left_out_or_typed_twice_is_counted(key: RecoveryKey, place: int) -> None:
    short, long = key.digits[:place] + key.digits[place + 1 :], key.digits[: place + 1] + key.digits[place:]
    assert [fault(text).details["found"] for text in (short, long)] == [DIGITS - 1, DIGITS + 1]
    assert fault(key.digits[:place] + "o" + key.digits[place + 1 :]).code == "key_no_digits"


@given(keys)
def test_groups_are_told_whole_one_by_one_while_they_are_typed(key: RecoveryKey) -> None:
    assert all(group_is_whole(place, group) for place, group in enumerate(key.groups))
    assert not group_is_whole(0, key.groups[0][:-1]) and not group_is_whole(0, "")
    assert not group_is_whole(1, key.groups[0])


def test_some_groups_prove_the_paper_and_a_wrong_one_is_named() -> None:
    key = make_key()
    places = places_to_ask(3)
    assert len(set(places)) == 3 and all(0 <= place < GROUPS for place in places)
    check_groups(key, {place: f" {key.groups[place][:3]} {key.groups[place][3:]}" for place in places})
    with pytest.raises(BackupError) as refused:
        check_groups(key, {2: key.groups[2], 5: key.groups[4]})
    assert refused.value.details == {"group": 6}


def test_keys_differ_and_tell_nothing_of_themselves() -> None:
    one, two = make_key(), make_key()
    assert one != two and one.key_id != two.key_id and one.public != two.public
    assert one.digits not in repr(one) and one.bits.hex() not in repr(one)
    assert one.bits not in one.public


def test_the_symbol_holds_all_digits() -> None:
    modules = qr_modules(make_key().digits, QR_VERSION)
    assert len(modules) == 29 and {len(row) for row in modules} == {29}
