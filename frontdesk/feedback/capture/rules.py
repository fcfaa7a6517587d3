"""What a rating may say, and when staff may look at it one by one. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import LongLine, clean_name, short_line
from frontdesk.common.phones import normalise_phone
from frontdesk.feedback.capture.errors import FeedbackError

if TYPE_CHECKING:
    from db.feedback import Channel, Rating, SubjectKind
    from db.follow_ups import BadRating

LEVELS = (5, 4, 3, 2, 1)
GOOD_LEVELS = frozenset((5, 4, 3))
"""好评 = 5, 4, 3; 差评 = 2, 1 (mechanisms §8.1)."""

ASPECTS = ("efficiency", "competence", "attitude")
"""服务效率, 服务水平, 服务态度: what is asked on the spot besides the whole (mechanisms §5.4, §8.1)."""

DEFAULT_SERVICE = "综合服务台"

MOST_COMMENT = 2000
MOST_ON_THE_SPOT = 180
"""What is said on the spot stays this short: a longer row would get a page of its own, and the number of the page lies
between those of scans, whose times are known (mechanisms §12).
"""
MOST_NAME = 50
MOST_SUBJECT = 50

ON_BEHALF = ("phone", "paper")
"""The channels on which staff write down what somebody else said."""

ON_THE_SPOT = frozenset(("kiosk", "desk"))
"""The channels on which a rating is written down in the moment in which it is given."""

KEYED_IN = frozenset(("phone", "paper", "import"))
"""The channels of which a manager may correct a rating: what a rater pressed is nobody else's to change."""

LEAST_CORRECTION_SECONDS = 1.0
"""However short the setting, a child at the keys is one rating (issue 6)."""


@dataclass(frozen=True)
class Subject:
    """What can be rated: a service by name, a session by code, an assignment of volunteers by its id as text, a case by
    its reference. `label` is what people read.
    """

    kind: SubjectKind
    subject: str
    label: str


@dataclass(frozen=True)
class Entry:
    """A rating that staff write down for somebody; with a name or a phone it is named, else anonymous."""

    day: date
    kind: SubjectKind
    subject: str
    level: int
    channel: Literal["phone", "paper"] = "paper"
    aspects: Mapping[str, int | None] = field(default_factory=dict)
    tags: Sequence[str] = ()
    comment: str = ""
    staff_no: str = ""
    name: str = ""
    phone: str = ""
    resident_id: int | None = None


def is_workable(rating: Rating | BadRating, today: date) -> bool:
    """Whether staff may see a rating by itself and act on it: a named one at once, an anonymous one from the day after,
    so that the times of what they do tell nothing of when it was given (mechanisms §12).
    """
    return bool(rating.named) or date.fromisoformat(rating.day) < today


def checked_level(level: int) -> int:
    """One of the five levels. Raises FeedbackError `bad_level`."""
    if isinstance(level, bool) or level not in LEVELS:
        raise FeedbackError("bad_level", field="level")
    return level


def checked_aspects(aspects: Mapping[str, int | None]) -> dict[str, int | None]:
    """Every aspect with its level, None where nothing was said. Raises FeedbackError `bad_level`, `unknown_aspect`."""
    for name in aspects:
        if name not in ASPECTS:
            raise FeedbackError("unknown_aspect", name=name)
    said = {name: aspects.get(name) for name in ASPECTS}
    for name, level in said.items():
        if level is not None and (isinstance(level, bool) or level not in LEVELS):
            raise FeedbackError("bad_level", field=name)
    return said


def checked_tags(tags: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The tags once each, in the order of the centre's list. Raises FeedbackError `unknown_tag`."""
    said = [" ".join(tag.split()) for tag in tags if tag.strip()]
    for tag in said:
        if tag not in known:
            raise FeedbackError("unknown_tag", tag=tag[:MOST_NAME], known="、".join(known), field="tags")
    return tuple(tag for tag in known if tag in said)


def clean_comment(text: str, channel: Channel) -> str:
    """A comment of a channel as it is kept: its lines without control characters and marks that nobody sees.

    Raises FeedbackError `comment_too_long`, DeskError `long_number`.
    """
    lines = ("".join(one for one in line if not _is_hidden(one)).strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)
    limit = MOST_ON_THE_SPOT if channel in ON_THE_SPOT else MOST_COMMENT
    if len(kept) > limit:
        raise FeedbackError("comment_too_long", limit=limit, field="comment")
    return refuse_long_number(kept)


def clean_word(text: str, limit: int, name: str) -> str:
    """One line of few words for the field `name`.

    Raises FeedbackError `bad_text`, `too_long`, DeskError `long_number`.
    """
    try:
        return short_line(text, limit)
    except LongLine as wrong:
        raise FeedbackError("too_long", limit=limit, field=name) from wrong
    except ValueError as wrong:
        raise FeedbackError("bad_text", field=name) from wrong


def clean_rater(name: str, phone: str) -> tuple[str, str]:
    """The rater's name and the phone in its one spelling, either may be ''. Raises FeedbackError `bad_name`,
    `bad_phone`, `bad_text`, `too_long`, DeskError `long_number`.
    """
    kept = clean_name(clean_word(name, MOST_NAME, "name"))
    if kept and not any(one.isalpha() or unicodedata.category(one) == "Co" for one in kept):
        raise FeedbackError("bad_name", field="name")
    if not phone.strip():
        return kept, ""
    refuse_long_number(phone)
    try:
        return kept, normalise_phone(phone)
    except ValueError as wrong:
        raise FeedbackError("bad_phone", field="phone") from wrong


def correction_seconds(setting: int) -> float:
    """How long another key corrects the one before."""
    return max(LEAST_CORRECTION_SECONDS, float(setting))


def _is_hidden(character: str) -> bool:
    """Whether a character moves a terminal or is seen by nobody; the two joiners stay, for emoji are made with them."""
    category = unicodedata.category(character)
    return category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and character not in "\u200c\u200d")
