"""What people type about a rating, in a form or on the command line, as the use cases take it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple
from unicodedata import normalize

from frontdesk.common.typed_dates import read_typed_date
from frontdesk.feedback.capture.errors import FeedbackError
from frontdesk.feedback.capture.rules import ASPECTS, DEFAULT_SERVICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.feedback import SubjectKind

_KINDS: dict[str, SubjectKind] = {
    **dict.fromkeys(("活动", "场次", "session"), "session"),
    **dict.fromkeys(("服务安排", "志愿服务", "volunteer"), "volunteer"),
    **dict.fromkeys(("工单", "事项", "case"), "case"),
    **dict.fromkeys(("服务", "service"), "service"),
}
"""The words before a colon that say what kind of subject follows."""

_CHANNELS: dict[str, Literal["phone", "paper"]] = {
    **dict.fromkeys(("1", "电话", "phone"), "phone"),
    **dict.fromkeys(("2", "纸质", "书面", "paper"), "paper"),
}
_NOTHING = "-0"
_SEPARATORS = re.compile(r"[,，、;；\s]+")


class About(NamedTuple):
    """The kind of a subject, and what it is called there."""

    kind: SubjectKind
    subject: str


def read_about(text: str) -> About:
    """What somebody typed for what is rated: 活动:HD011, 工单:123, 服务安排:7, or the name of a service; nothing is the
    counter.
    """
    folded = normalize("NFKC", text).strip()
    word, colon, rest = folded.partition(":")
    kind = _KINDS.get(word.strip().casefold()) if colon else None
    if kind is not None:
        return About(kind, rest.strip())
    return About("service", text.strip() or DEFAULT_SERVICE)


def about_words(kind: str, subject: str) -> str:
    """What `read_about` reads back as this subject."""
    words = {"session": "活动", "volunteer": "服务安排", "case": "工单"}
    return f"{words[kind]}:{subject}" if kind in words else subject


def read_level(text: str) -> int:
    """One of the five levels, of any width. Raises FeedbackError `bad_level`."""
    folded = normalize("NFKC", text).strip()
    if folded not in ("1", "2", "3", "4", "5"):
        raise FeedbackError("bad_level", field="level")
    return int(folded)


def read_aspects(text: str) -> dict[str, int | None]:
    """Up to three digits for the aspects in their order, 5 - 4; a dash or 0 says nothing.

    Raises FeedbackError `bad_aspects`.
    """
    digits = [one for one in normalize("NFKC", text) if not one.isspace() and one not in ",、/"]
    if len(digits) > len(ASPECTS) or any(one not in _NOTHING + "12345" for one in digits):
        raise FeedbackError("bad_aspects", field="aspects")
    said = [None if one in _NOTHING else int(one) for one in digits]
    return dict(zip(ASPECTS, [*said, *[None] * len(ASPECTS)], strict=False))


def aspects_words(levels: Sequence[int | None]) -> str:
    """What `read_aspects` reads back; '' where nothing was said."""
    return "".join("-" if one is None else str(one) for one in levels) if any(levels) else ""


def read_tags(text: str, known: Sequence[str]) -> list[str]:
    """Tags typed as their numbers in the centre's list, or as words; what is neither is refused where it is kept."""
    if text.strip() in known:
        return [text.strip()]
    said = [one for one in _SEPARATORS.split(text.strip()) if one]
    if len(said) == 1 and said[0].isascii() and said[0].isdigit() and len(said[0]) > 1:
        said = list(said[0])
    return [
        known[int(one) - 1] if one.isascii() and one.isdigit() and 0 < int(one) <= len(known) else one for one in said
    ]


def tags_words(tags: Sequence[str], known: Sequence[str]) -> str:
    """What `read_tags` reads back: numbers, for a tag may hold a space."""
    return " ".join(str(known.index(tag) + 1) for tag in tags if tag in known)


def read_channel(text: str) -> Literal["phone", "paper"]:
    """How it came in. Raises FeedbackError `unknown_channel`."""
    said = normalize("NFKC", text).strip().casefold()
    if said not in _CHANNELS:
        raise FeedbackError("unknown_channel", channel=text.strip()[:20], field="channel")
    return _CHANNELS[said]


def read_day(text: str, today: date) -> date:
    """A day as people type one; nothing is today. Raises FeedbackError `unread_day`."""
    if not text.strip():
        return today
    try:
        return read_typed_date(text, today)
    except ValueError as wrong:
        raise FeedbackError("unread_day", field="day") from wrong
