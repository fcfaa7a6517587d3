"""Whether a name that is found in words stands there for itself, or is a piece of a longer one.

李明 stands in 李明华 too, who is somebody else. A name is taken out where what is beside it cannot belong to it; where
it may, a person has to look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff〇々]")
_LONGEST = 4
"""Characters of a Han name with a compound surname; a longer one is complete in any company."""

_NEVER_LAST = frozenset("的是在与及说去已被把要不也请从到对跟让向给了没因或又还都才就很住")
"""What follows a name in a sentence and ends none."""

_TITLES = (
    "先生",
    "女士",
    "老师",
    "阿姨",
    "大爷",
    "大妈",
    "奶奶",
    "爷爷",
    "叔叔",
    "同志",
    "师傅",
    "本人",
    "家属",
    "来电",
)

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧阳官葛甫尉"
)
"""The commonest surnames, and the last characters of compound ones: before a name they begin a longer one."""

_COMPOUND = frozenset(
    ("欧阳", "上官", "司马", "东方", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "独孤")
)
_PHONE = re.compile("[0-9][0-9 -]*[0-9]")


def taken_out(text: str, words: Sequence[str], into: str) -> str:
    """The text with `into` in the place of each of these words, longest first, where it stands for itself."""
    for word in words:
        text = re.sub(re.escape(word), lambda found: found[0] if _is_piece(found.string, *found.span()) else into, text)
    return text


def _is_piece(text: str, first: int, end: int) -> bool:
    word, before, after = text[first:end], text[:first][-1:], text[end:][:2]
    if _PHONE.fullmatch(word):
        # A whole mobile number may have 86 before it; a shorter one is found in all kinds of numbers.
        return len(word) < 11 and (before.isdigit() or after[:1].isdigit())
    if not _HAN.match(word):
        return _is_letter(before) or _is_letter(after[:1])
    if len(word) >= _LONGEST:
        return False
    if before in _SURNAMES and before:
        return True
    may_go_on = len(word) == 2 or word[:2] in _COMPOUND or word[1] in _SURNAMES
    return may_go_on and bool(_HAN.match(after)) and after[0] not in _NEVER_LAST and after not in _TITLES


def _is_letter(character: str) -> bool:
    """Whether it goes on with a name in letters; Han beside one does not."""
    return character.isalpha() and not _HAN.match(character)
