"""Amounts as they are typed, and in capital numerals: read back by another reader than the one that wrote them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.activities.fees.rules import next_number, read_number
from frontdesk.common.money import capitals, read_yuan, yuan_words

DIGITS = {one: value for value, one in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(text: str) -> int:
    """The fen that capital numerals say, reading from the left as a clerk does."""
    text = text.removesuffix("整")
    whole, mark, rest = text.partition("元")
    if not mark:
        whole, rest = "", text
    fen, digit = 0, 0
    for one in rest:
        if one in DIGITS:
            digit = DIGITS[one]
        else:
            fen += digit * {"角": 10, "分": 1}[one]
    yuan = group = digit = 0
    for one in whole:
        if one in DIGITS:
            digit = DIGITS[one]
        elif one in UNITS:
            group, digit = group + digit * UNITS[one], 0
        else:
            yuan, group, digit = yuan + (group + digit) * {"万": 10**4, "亿": 10**8}[one], 0, 0
    return (yuan + group + digit) * 100 + fen


AMOUNTS = st.one_of(
    st.integers(0, 10**14 - 1),
    st.integers(0, 200_000),
    # Amounts full of zeros.
    st.lists(st.sampled_from("0001905"), min_size=1, max_size=14).map(lambda digits: int("".join(digits))),
)


@given(AMOUNTS)
def test_capital_numerals_say_the_amount_and_no_other(fen: int) -> None:
    text = capitals(fen)
    assert read_back(text) == fen
    assert "零零" not in text and "零元" not in text.removeprefix("零元") and "零万" not in text and "零亿" not in text
    assert not text.startswith("零") or text == "零元整"
    assert text.endswith("分") == (fen % 10 != 0)
    assert text.endswith("整") == (fen % 10 == 0)
    # 零 stands just where zeros lie between two digits that are said, but for a zero at the end of a group.
    whole = text.partition("元")[0] if fen >= 100 else ""
    assert whole.count("零") == _holes(fen // 100)


def _holes(yuan: int) -> int:
    """How many runs of zeros lie between two digits and do not only end a group of four, as in 壹亿零壹仟."""
    digits = f"{yuan}"
    padded = digits.zfill(-(-len(digits) // 4) * 4)
    runs = [match.span() for match in re.finditer("0+", padded)]
    inside = [(first, last) for first, last in runs if first > padded.index(padded.strip("0")[:1] or "0")]
    # One that reaches the end of the number is silent; so is one that ends where a group ends, unless it is a whole.
    return sum(last < len(padded) and (last % 4 != 0 or last - first >= 4) for first, last in inside)


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        # The examples of 支付结算办法, 附件一, in the one of the two forms that is ours.
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("30", "叁拾元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("1,409.50", "壹仟肆佰零玖元伍角整"),
        ("１，０００，０００", "壹佰万元整"),
        ("1000001", None),
        ("1,000,001", None),
    ],
)
def test_capital_numerals_are_written_as_the_rule_has_them(yuan: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="amount"):
            read_yuan(yuan)
        return
    assert capitals(read_yuan(yuan)) == expected


def test_beyond_the_numerals_nothing_is_written() -> None:
    assert capitals(10**10 + 1) == "壹亿元零壹分"
    for fen in (-1, 10**14):
        with pytest.raises(ValueError, match="capitals"):
            capitals(fen)


@given(st.integers(1, 100_000_000))
def test_an_amount_that_is_shown_is_read_back_to_the_fen(fen: int) -> None:
    assert read_yuan(yuan_words(fen)) == fen
    full_width = yuan_words(fen).translate({ord(one): chr(ord(one) + 0xFEE0) for one in "0123456789."})
    assert read_yuan(f"￥{full_width}元") == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0.00",
        "-5",
        "1.234",
        "1,00",
        "1,0000",
        "1234,567",
        ",100",
        "5²",
        "1①",
        "½",
        "abc",
        "1e3",
        "五元",
        "1.",
        ".5",
        "٣",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        read_yuan(text)


def test_numbers_count_within_their_year_and_are_read_as_they_are_typed() -> None:
    assert [next_number(last, 2026) for last in ("", "2026-000001", "2026-099999")] == [
        "2026-000001",
        "2026-000002",
        "2026-100000",
    ]
    with pytest.raises(ValueError, match="numbers"):
        next_number("2026-999999", 2026)
    assert [read_number(text) for text in ("2026-1", "２０２６－０００００１", "2026000001", "17")] == [
        *["2026-000001"] * 3,
        "",
    ]
