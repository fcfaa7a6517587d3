"""Numbers of people in free words are masked however they are written, and other words are left as they are."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.common.masking import mask_numbers

HAN_DIGITS = "〇一二三四五六七八九"
FULL_WIDTH = "０１２３４５６７８９"
WORDS = st.text(st.sampled_from("你好请打电话找我谢谢服务态度差。，！ abcZ\n"), max_size=12)


def digits_of(text: str) -> str:
    """Every digit that a reader sees in a text, in order."""
    seen = "".join(str(HAN_DIGITS.index(one)) if one in HAN_DIGITS else one for one in text)
    return "".join(one for one in unicodedata.normalize("NFKC", seen) if one.isdigit() or one in "Xx").upper()


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0(10|2[0-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7}|[3-8][0-9]{7}", fullmatch=True)


@st.composite
def identities(draw: st.DrawFn) -> str:
    """An identity number, of eighteen or of fifteen characters."""
    area = draw(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
    born = draw(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    serial = draw(st.from_regex(r"[0-9]{3}", fullmatch=True))
    if draw(st.booleans()):
        return f"{area}{born:%Y%m%d}{serial}{draw(st.sampled_from('0123456789Xx'))}"
    return f"{area}{born:%y%m%d}{serial}"


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """A number, and one of the ways in which people write it."""
    number = draw(numbers)
    size = draw(st.sampled_from((1, 3, 4, 6, 30)))
    groups = [number[start : start + size] for start in range(0, len(number), size)]
    between = draw(st.sampled_from(("", " ", "-", "－", "—", "  ", ".", "_", " - ", "\u3000", "\u200b", "/", "(")))
    text = between.join(groups)
    way = draw(st.sampled_from(("as it is", "full width", "han", "mixed")))
    if way == "full width":
        text = "".join(FULL_WIDTH[int(one)] if one.isascii() and one.isdigit() else one for one in text)
    elif way != "as it is":
        chosen = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
        text = "".join(
            HAN_DIGITS[int(one)] if one.isascii() and one.isdigit() and (way == "han" or by) else one
            for one, by in zip(text, chosen, strict=True)
        )
    return number.upper(), draw(st.sampled_from(("", "+86", "+86 ", "0086-"))) + text


@given(WORDS, written(mobiles | landlines | identities()), WORDS)
def test_a_number_is_masked_in_whatever_way_it_is_written(before: str, number: tuple[str, str], after: str) -> None:
    bare, text = number
    masked = mask_numbers(f"{before}{text}{after}")
    assert "***" in masked
    left = digits_of(masked)
    assert bare not in left
    assert len(left) <= 4, masked
    # The words around it stay.
    assert masked.startswith(before) or not before or before[-1] in "+( "
    assert masked.endswith(after)


@given(
    written(mobiles | identities()), written(mobiles | identities() | landlines), st.sampled_from((" ", "，", "和", ""))
)
def test_of_two_numbers_beside_each_other_neither_is_left(
    first: tuple[str, str], second: tuple[str, str], between: str
) -> None:
    left = digits_of(mask_numbers(f"{first[1]}{between}{second[1]}").replace("***", ""))
    assert first[0] not in left
    assert second[0] not in left
    # Four of each, and what is dialled before the second.
    assert len(left.replace("86", "")) <= 12


@pytest.mark.parametrize(
    "told",
    [
        "前面138，中间0013，最后8000",
        "138然后0013再8000",
        "138、0013、8000",
        "1，3，8，0，0，1，3，8，0，0，0",
        "微信138a0013b8000",
        "前六位310114，生日19900101，后四位123X",
        "310114 1990-01-01 1234",
        "幺三八零零幺三八零零零",
        "①③⑧００①③⑧０００",
        "壹叁捌零零壹叁捌零零零",
        "3号楼 13800138000 2室",
        "2026-11-22 13800138000",
    ],
)
def test_a_number_told_in_pieces_between_words_is_masked(told: str) -> None:
    masked = mask_numbers(told)
    assert "***" in masked
    assert not any(part in digits_of(masked) for part in ("1380013", "0013800", "19900101", "310114"))


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "服务很好，谢谢！",
        "2026年11月22日13点30分来的，等了45分钟",
        "2026-11-22 14:00-15:30 来了30人",
        "20261122 HD012",
        "16人参加，18人报名，3场，每场20分钟",
        "一个人，两次，三楼，第四场",
        "请打12345或110",
        "100%满意，5星",
        "人名：張三丰　①很好 ②不错",
    ],
)
def test_words_days_times_and_counts_stay_as_they_are(harmless: str) -> None:
    assert mask_numbers(harmless) is harmless or mask_numbers(harmless) == harmless


@given(st.text(max_size=60))
def test_masking_is_idempotent_and_never_fails(text: str) -> None:
    once = mask_numbers(text)
    assert mask_numbers(once) == once
