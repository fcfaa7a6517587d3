"""What is typed for reviews, read: days, numbers, lists of departments, marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from frontdesk.common.typed_dates import read_coming_date
from frontdesk.feedback.review.errors import ReviewError
from frontdesk.feedback.review.service import Mark

_BETWEEN = re.compile(r"[、，,；;\n]+")
_MARK = re.compile(r"(.+)=([1-5])[/／,]([1-5])")


def read_departments(text: str) -> list[str]:
    """The names in a list with marks between them."""
    return [name.strip() for name in _BETWEEN.split(text) if name.strip()]


def read_day(text: str, today: date, field: str) -> date:
    """A day as it is typed at the desk. Raises ReviewError `unread_days`."""
    try:
        return read_coming_date(text, today)
    except (ValueError, OverflowError) as wrong:
        raise ReviewError("unread_days", field=field, text=text.strip()[:20] or "-") from wrong


def read_number(text: str, field: str) -> int:
    """A whole number. Raises ReviewError `unread_number`."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        raise ReviewError("unread_number", field=field, text=text.strip()[:20] or "-")
    return int(typed)


def read_marks(said: Iterable[str], comments: Iterable[str]) -> list[Mark]:
    """Marks as 城管中队=5/4, comments as 城管中队=words. Raises ReviewError `unread_mark`, `unknown_department` for a
    comment about a department without marks.
    """
    marks: dict[str, Mark] = {}
    for text in said:
        match = _MARK.fullmatch(text.strip())
        if match is None:
            raise ReviewError("unread_mark", text=text.strip()[:40] or "-")
        name = match[1].strip()
        if name in marks:
            raise ReviewError("same_department")
        marks[name] = Mark(name, int(match[2]), int(match[3]))
    for name, words in _named(comments).items():
        if name not in marks:
            raise ReviewError("unknown_department", name=name[:30])
        marks[name] = Mark(name, marks[name].response, marks[name].handling, words)
    return list(marks.values())


def _named(comments: Iterable[str]) -> Mapping[str, str]:
    found = {}
    for text in comments:
        name, equals, words = text.partition("=")
        if not equals:
            raise ReviewError("unread_mark", text=text.strip()[:40] or "-")
        found[name.strip()] = words.strip()
    return found
