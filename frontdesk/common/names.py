"""People's names: cleaning without changing a character, and the mask of lists (`mechanisms.md` §11.5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from frontdesk.common.longnumbers import refuse_long_number

COMPOUND_SURNAMES = frozenset(
    surname
    for line in (
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政",
        "濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马",
        "公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌",
        "微生 梁丘 左丘 东门 西门 第五 公仪 公户 纳兰 完颜 叶赫 爱新觉罗",
        "歐陽 諸葛 東方 司馬 長孫 聞人 尉遲 鍾離 鮮于 軒轅 獨孤 南宮 濮陽 公孫 赫連",
    )
    for surname in line.split()
)
"""Surnames of more than one character, simplified and the common traditional forms."""

_USUAL = re.compile("[\u4e00-\u9fff][\u4e00-\u9fff0-9A-Za-z]+")
_INVISIBLE = re.compile(r"[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
_NAME_DOTS = "·•・‧"
# What people put between the characters of a name within a line: spaces of every width, dots, what nobody sees.
_SPACING = rf"[ \t\u00a0\u2000-\u200f\u202a-\u202f\u205f-\u2069\u3000\ufeff{_NAME_DOTS}∙⋅.．\uff65]"
_SPACINGS = re.compile(_SPACING)
_BETWEEN_NAMES = "、，,；;/／"
_SEVERAL = re.compile(f"([{_BETWEEN_NAMES}])")


def is_han(character: str) -> bool:
    """Whether this one character is Han; rare ones, 〇 and the private area of old systems count."""
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x3FFFF
        or 0xF900 <= code <= 0xFAFF
        or 0xE000 <= code <= 0xF8FF
        or character in "〇々"
    )


def clean_name(text: str) -> str:
    """The name without outer spaces and invisible characters, a Han name without inner ones too (张 三).

    In other names a run of spaces becomes one. Never NFKC: that would replace rare and compatibility
    characters, which are how people write themselves.
    """
    words = _INVISIBLE.sub("", text).split()
    characters = "".join(words)
    if characters and all(is_han(one) or one in _NAME_DOTS or _is_mark(one) for one in characters):
        return characters
    return " ".join(words)


def clean_line(text: str) -> str:
    """One line as it is kept: without invisible characters and outer spaces, a run of spaces as one.

    Raises ValueError for control characters, line ends and halves of surrogate pairs: a terminal would obey the
    first, and nothing can store the last. Raises DeskError `long_number` for what may be somebody's identity or bank
    card: every line that a person types passes here before it is kept.
    """
    if any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text.strip()):
        raise ValueError("control characters")
    return refuse_long_number(" ".join(_INVISIBLE.sub("", text).split()))


class LongLine(ValueError):
    """A line that has more characters than it may."""


def short_line(text: str, most: int) -> str:
    """One line of at most `most` characters, cleaned. Raises LongLine, and ValueError as `clean_line` does."""
    line = clean_line(text)
    if len(line) > most:
        raise LongLine(most)
    return line


def surname_of(name: str) -> str:
    """The surname of a Han name, a compound one only if something follows it; '' for other names."""
    if not name or not is_han(name[0]):
        return ""
    for length in (4, 2):
        if len(name) > length and name[:length] in COMPOUND_SURNAMES:
            return name[:length]
    return name[0]


def mask_name(name: str) -> str:
    """A name as a list shows it: 张*, 张*明, 欧阳**; four and more characters keep the surname only.

    A name of one character is hidden whole; of other names each word keeps its first letter (J*** S***);
    empty stays empty. Rule: `mechanisms.md` §11.5.
    """
    if _USUAL.fullmatch(name):
        # A report masks thousands of names, and nearly all are written like this.
        kept = len(surname_of(name))
        return f"{name[0]}*{name[2]}" if (len(name), kept) == (3, 1) else name[:kept] + "*" * (len(name) - kept)
    return _mask_any(name)


def _mask_any(name: str) -> str:
    """The mask of a name however it is written."""
    cleaned = clean_name(name).strip(_NAME_DOTS)
    if not cleaned:
        return "*" if name.strip() else ""
    characters = _characters(cleaned)
    if not is_han(cleaned[0]):
        return " ".join(f"{word[0]}***" if len(word) > 1 else "*" for word in cleaned.split())
    if len(characters) == 1:
        return "*"
    surname = surname_of(cleaned)
    if len(characters) == 3 and len(surname) == 1:
        return f"{characters[0]}*{characters[2]}"
    kept = len(surname)
    return "".join(one if place < kept or one in _NAME_DOTS else "*" for place, one in enumerate(characters))


def mask_names(names: str) -> str:
    """Names as one cell of the office's sheets holds them, one or several, each masked."""
    return "".join(part if part in _BETWEEN_NAMES else mask_name(part) for part in _SEVERAL.split(names))


def without_spacing(text: str) -> str:
    """The text without the spaces and dots that may stand between the characters of a name (张 伟, 买买提·阿里)."""
    return _SPACINGS.sub("", text)


def mask_within(text: str, names: Sequence[str]) -> str:
    """The text with these names masked however they are spaced; of those that begin alike the first one counts."""
    masks = {without_spacing(name): mask_name(name) for name in names}
    masks.pop("", None)
    if not masks:
        return text
    spelt = "|".join(f"{_SPACING}*".join(map(re.escape, plain)) for plain in masks)
    return re.sub(spelt, lambda found: masks[without_spacing(found[0])], text)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Mc")


def _characters(name: str) -> list[str]:
    """The characters as they are seen: a variation selector or accent belongs to what it follows."""
    seen: list[str] = []
    for one in name:
        if seen and _is_mark(one):
            seen[-1] += one
        else:
            seen.append(one)
    return seen
