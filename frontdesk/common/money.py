"""Money as it is typed, shown and written in capitals. Pure; amounts are whole fen, never fractions."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

LARGEST_FEN: Final = 100_000_000
"""A million yuan: more than that is a slip of the hand at a counter."""

_YUAN = re.compile(
    r"(?:¥|RMB)?\s*([0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]{1,2}))?\s*(?:元|yuan)?", re.IGNORECASE
)

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def read_yuan(text: str, most: int = LARGEST_FEN, least: int = 1) -> int:
    """Yuan with at most two decimals, in fen: 30, 30.5, ￥３０．５０元, 1,234.50 with its thousands apart.

    Raises ValueError for anything else, and for less or more than these fen: usually more than nothing and at most a
    million yuan.
    """
    match = None if has_other_digits(text) else _YUAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"no amount: {text!r}")
    fen = int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))
    if not least <= fen <= most:
        raise ValueError(f"no amount: {text!r}")
    return fen


def has_other_digits(text: str) -> bool:
    """Whether digits stand in a text that are none of a number in line: 5² would be read as 52, 1① as 11."""
    return any(unicodedata.category(one) == "No" for one in text)


def yuan_words(fen: int) -> str:
    """Fen as yuan with both decimals, 30.00; -5.50 below nothing."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def yuan(fen: int) -> Decimal:
    """Fen as the yuan of a cell of a sheet, exactly as `yuan_words` prints them; nothing is reckoned with it."""
    return Decimal(yuan_words(fen))


def capitals(fen: int) -> str:
    """An amount in capital numerals (大写金额), 0 to below 10^12 yuan.

    The rule is that of 支付结算办法 (银发〔1997〕393号), 附件一 正确填写票据和结算凭证的基本规定, 二 and 三: zeros
    between digits are one 零 however many; where only the digit before 万 or 元 is zero the 零 is left out, as it may
    be; where the 角 is zero and the 分 is not, 零 stands behind 元. 整 closes an amount that ends with 元 or 角.
    """
    if not 0 <= fen < 10**14:
        raise ValueError("no amount that is written in capitals")
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not rest:
        return (whole or "零元") + "整"
    if not rest:
        return f"{whole}{_DIGITS[jiao]}角整"
    tenths = f"{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return f"{whole}{tenths}{_DIGITS[rest]}分"


def _whole(number: int) -> str:
    """A whole number above nothing in groups of four digits, the highest first."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, skipped = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            skipped = True
            continue
        if text and (skipped or group < 1000):
            text += "零"
        text += _group(group) + _GROUPS[place]
        skipped = False
    return text


def _group(number: int) -> str:
    """1 to 9999 without a zero at either end; zeros between digits are one."""
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            zero = bool(text)
            continue
        text += ("零" if zero else "") + _DIGITS[digit] + _PLACES[place]
        zero = False
    return text
