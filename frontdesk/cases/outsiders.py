"""Whether who is named as somebody from outside is one: nobody of the centre is, however the name is written, nor is
the centre itself a body from outside, and somebody is named at all.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from db import staff
from frontdesk.cases.engine.rules import Refusal

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition
    from frontdesk.cases.engine.rules import Event, Standing
    from frontdesk.context import Context

NOBODY = frozenset(("", "无", "没有", "暂无", "不详", "未知", "待定", "同上", "none", "na", "nil", "unknown", "tbd"))
"""What says that nobody is named."""

OURSELVES = frozenset(("本中心", "本单位", "我中心", "邻里中心", "中心", "本站"))
"""How people call the centre that they work at."""

BESIDE = ("本人", "自己", "同志", "老师", "先生", "女士", "主任", "站长", "专职", "工号", "no")
"""What people write beside a name and still mean the same person."""

_LETTERS = dict(
    zip("傑雲寧禮葉萬豐無爾範餘於後誌鬆沖臺幹裡鬱穀", "杰云宁礼叶万丰无尔范余于后志松冲台干里郁谷", strict=True)
)
"""Traditional letters of names of which the simplified one is also written where traditional ones are."""


def refusal(
    context: Context, connection: sqlite3.Connection, definition: Definition, now: Standing, event: Event
) -> Refusal | None:
    """Why an event does not name somebody from outside who took a step in the place of another operator; None where it
    does, or where that is not asked.

    Who corrects a name is held to the same, but for colleagues: a step that one of them took may name them.
    """
    is_step = event.kind == "moved"
    steps = [one for one in definition.transitions if one.outside]
    if is_step:
        steps = [one for one in steps if one.code == event.step and event.operator_no == now.moved_by]
    named = [(code, text) for one in steps for code in one.outside if isinstance(text := event.values.get(code), str)]
    for code, text in named:
        if _folded(text) in NOBODY:
            return Refusal("outside_unnamed", field=code)
        people = [(one.no, one.name) for one in staff.every(connection)]
        for no, name in [*people, (event.operator_no, context.require_operator().name)]:
            if no == event.operator_no and _is_named(text, no, name):
                # Who took the step before is nobody from outside, whatever is written.
                return Refusal("only_another")
        if is_step and any(_is_named(text, no, name) for no, name in people):
            return Refusal("outside_is_staff", field=code)
        if is_step and _folded(text) in {*OURSELVES, _folded(context.centre.name)}:
            return Refusal("outside_is_ours", field=code)
    return None


def _folded(text: str) -> str:
    """Letters and digits alone, of one width and case: what is compared, never what is kept."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def _is_named(text: str, no: str, name: str) -> bool:
    """Whether a text is somebody's name, staff number, or both, with nothing beside them that tells of another."""
    said, own, number = _folded(text), _folded(name), _folded(no)
    for left in _without(said, [one for one in (own, number) if one]):
        for word in BESIDE:
            left = left.replace(word, "")
        if not left:
            return True
    return False


def _without(said: str, words: Sequence[str]) -> Iterator[str]:
    """A text without one or all of these words, for each that stands in it."""
    left = said
    for word in words:
        place = _place(left, word)
        if place >= 0:
            left = left[:place] + left[place + len(word) :]
            yield left


def _place(said: str, word: str) -> int:
    """Where a word stands in a text, also in traditional letters; -1 where it does not."""
    ends = range(len(said) - len(word) + 1)
    return next((at for at in ends if all(map(_is_same, said[at : at + len(word)], word))), -1)


def _is_same(one: str, other: str) -> bool:
    """Whether two letters are one, simplified or traditional: what only traditional texts write is read alike there.

    A letter that both know, as 哲 beside 喆, is another name's.
    """
    if _LETTERS.get(one, one) == _LETTERS.get(other, other):
        return True
    old, new = (one, other) if _knows(other, "gb2312") and not _knows(one, "gb2312") else (other, one)
    if _knows(old, "gb2312") or not _knows(old, "big5") or not _knows(new, "gb2312") or _knows(new, "big5"):
        return False
    from pypinyin import Style, pinyin

    readings = [
        {way for ways in pinyin(letter, style=Style.TONE, heteronym=True) for way in ways} for letter in (old, new)
    ]
    return not readings[0].isdisjoint(readings[1])


def _knows(letter: str, letters: str) -> bool:
    try:
        letter.encode(letters)
    except UnicodeEncodeError:
        return False
    return True
