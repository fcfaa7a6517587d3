"""Which words people use often, and whether a comment holds what is looked for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Cut = Callable[[str], Iterable[str]]
"""Takes a sentence apart into words."""

SHORTEST, LONGEST = 2, 4
"""The characters of a term, where nothing but the comments tells what a word is; a negation in it does not count."""

_MUCH_THE_SAME = 0.8
"""The share of the answers with a part of a longer term from which on the part is said by the longer term."""

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LATIN = re.compile(r"(?<![0-9A-Za-z_])[A-Za-z][A-Za-z'-]+(?![0-9A-Za-z_])")

_NEGATION = re.compile("没有|不是|不能|不要|不会|[没不无未别]")
"""What turns what follows into its opposite: a term without it would say what nobody said."""

_NO_NEGATION = re.compile("[特级分区差性个]别|别[的人]|不[但仅过错少同断]|无论|无障碍")
"""Words with one of these characters that turn nothing into its opposite."""

_NO_EDGE = frozenset(
    "的了是在我你他她它们和也都就很还有要会能可这那个与及或但而且吧吗呢啊呀嘛哦着过得地把被让给对从到为以于之其所上下里等多太最更再又只才"
    "一二三四五六七八九十几次请您去来说想做用非常真挺些每某"
)
"""What no term begins or ends with, where it was cut out of the comments without a dictionary."""

_SAID_OF_A_THING = frozenset("好坏久少长短慢快差大小高低")

_NO_END = _NO_EDGE | frozenset("没不无未别")
"""What no term ends with; nor with what is said of a thing, but for its negation: 不好."""

_STOP_WORDS = frozenset(
    word
    for line in (
        "非常 希望 感觉 觉得 可以 还是 没有 这里 那里 我们 你们 他们 她们 大家 自己 这个 那个 什么 怎么 一个",
        "一下 一些 一点 但是 因为 所以 如果 已经 就是 不是 不能 不要 不会 需要 应该 能够 比较 十分 特别 真的",
        "有点 有些 很多 的话 时候 今天 昨天 明天 现在 以后 以前 建议 谢谢 感谢",
        "the and for was with very that this are but not you they have",
        "had has from our can could would should please thanks",
    )
    for word in line.split()
)

_ASIDE = re.compile(
    "|".join(
        [
            *(word for word in sorted(_STOP_WORDS) if not word.isascii() and not _NEGATION.match(word)),
            "[的了吗吧呢啊呀嘛哦很也]",
        ]
    )
)
"""What lies between terms, where nothing but the comments tells what a word is."""


@dataclass(frozen=True)
class Answer:
    """The words of one rating; answers with the same `who` count as one, an empty one is nobody else's."""

    text: str
    who: str = ""


@dataclass(frozen=True)
class Term:
    """A word and how many answered with it."""

    word: str
    answers: int


def folded(text: str) -> str:
    """A text as it is compared: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def frequent_terms(answers: Sequence[Answer], minimum: int, most: int, cut: Cut | None = None) -> list[Term]:
    """The words with which the most answered, at most so many, the most frequent first, equal ones by the alphabet.

    A word counts once for each rater, and only what at least `minimum` of them said is a term: nobody's own words are
    ever among them. Without `cut` terms are runs of two to four Han characters, a negation not counted, which is never
    cut off, and words of Latin letters.
    """
    said: dict[str, set[str]] = defaultdict(set)
    for place, answer in enumerate(answers):
        for word in _plain_words(answer.text) if cut is None else _cut_words(answer.text, cut):
            said[word].add(f"who {answer.who}" if answer.who else f"nobody else {place}")
    counted = {word: len(raters) for word, raters in said.items() if len(raters) >= max(1, minimum)}
    kept = set(counted) if cut is not None else _not_parts(counted)
    in_order = sorted(kept, key=lambda word: (-counted[word], -len(word), word))
    return [Term(word, counted[word]) for word in in_order[:most]]


def _cut_words(text: str, cut: Cut) -> set[str]:
    """The words of a comment as a dictionary knows them: two characters or more, all letters."""
    words = {folded(word) for sentence in _sentences(text) for word in cut(sentence)}
    return {word for word in words if len(word) >= SHORTEST and word.isalpha()} - _STOP_WORDS


def _plain_words(text: str) -> set[str]:
    """What may be a word of a comment: every short run of Han characters, and the words of Latin letters."""
    words = set()
    for sentence in _sentences(text):
        for clause in sentence.split():
            words |= _runs(clause)
        words |= {word for word in _LATIN.findall(sentence) if len(word) > SHORTEST}
    return words - _STOP_WORDS


def _runs(clause: str) -> set[str]:
    """The runs of Han characters in a clause that may be terms.

    How far a negation reaches nobody can tell without a dictionary: what follows it in its clause is a term with it
    only, so that 没人接电话 never comes out as 接电话.
    """
    words = set()
    plain = _NO_NEGATION.sub(lambda found: "-" * len(found[0]), clause)
    negations = {found.start() for found in _NEGATION.finditer(plain)}
    apart = _ASIDE.sub(lambda found: " " * len(found[0]), clause)
    for run in _HAN.finditer(apart):
        for start in range(run.start(), run.end()):
            if start not in negations and any(place < start for place in negations):
                continue
            for end in range(start + SHORTEST, run.end() + 1):
                if len(_NEGATION.sub("", plain[start:end])) > LONGEST:
                    break
                if _may_stand_alone(clause[start:end]):
                    words.add(clause[start:end])
    return words


def _may_stand_alone(word: str) -> bool:
    """Whether nothing at its edges shows that more belongs to it."""
    if word[0] in _NO_EDGE or word[-1] in _NO_END:
        return False
    return word[-1] not in _SAID_OF_A_THING or _NEGATION.fullmatch(word[-2]) is not None


def _sentences(text: str) -> list[str]:
    return re.split(r"[。！？；，、,.!?;\n]+", folded(text))


def _not_parts(counted: Mapping[str, int]) -> set[str]:
    """The words that are not merely a part of a longer one, or overlap with one said just as often."""
    kept: list[str] = []
    for word in sorted(counted, key=lambda word: (-len(word), -counted[word], word)):
        if not any(_says_the_same(word, other, counted) for other in kept):
            kept.append(word)
    return set(kept)


def _says_the_same(word: str, longer: str, counted: Mapping[str, int]) -> bool:
    if counted[longer] < _MUCH_THE_SAME * counted[word]:
        return False
    overlap = max(SHORTEST, len(word) - 1)
    return word in longer or longer.endswith(word[:overlap]) or longer.startswith(word[-overlap:])


def is_among(level: int, levels: Collection[int]) -> bool:
    """Whether a level is asked for; where none is named all are."""
    return not levels or level in levels
