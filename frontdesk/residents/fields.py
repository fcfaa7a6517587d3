"""What is typed into the form of a resident, checked field by field. Pure but for what it is told of today."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from frontdesk.common.dates import FIRST_YEAR, read_date, read_month
from frontdesk.common.genders import gender_of
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import LongLine, clean_name, short_line
from frontdesk.common.phones import normalise_phone
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.residents.errors import ResidentError

FIELDS = (
    "name",
    "phone",
    "birth",
    "gender",
    "area",
    "tags",
    "consent_on",
    "consent_version",
    "guardian_name",
    "guardian_phone",
    "guardian_consent_on",
    "note",
)
"""What a form, a command or a sheet may say of a resident, in this order."""

REMOVE = "-"
"""Typed for a field: nothing is to stand there any more. A phone that is left empty stays as it was."""

WRONG_FIELD = {
    "missing_name": "name",
    "bad_name": "name",
    "masked_name": "name",
    "known_already": "name",
    "bad_gender": "gender",
    "bad_birth": "birth",
    "birth_in_future": "birth",
    "bad_phone": "phone",
    "bad_guardian_phone": "guardian_phone",
    "unknown_tag": "tags",
    "unknown_area": "area",
    "guardian_needed": "guardian_name",
}
"""In which field of the form a refusal is to be corrected."""

LONGEST_NAME = 50
_LONGEST = {"area": 20, "guardian_name": LONGEST_NAME, "consent_version": 30, "note": 200}
_SEPARATORS = re.compile(r"[,，、;；/|]")
_YEAR = re.compile(r"([0-9]{4})\s*年?")


def read_person_name(text: str) -> str:
    """A name. Raises ResidentError `missing_name`, `bad_name`, and `masked_name` for one that a list has masked,
    DeskError `long_number`.
    """
    name = refuse_long_number(clean_name(text))
    if not name:
        raise ResidentError("missing_name")
    if len(name) > LONGEST_NAME or not any(one.isalpha() or unicodedata.category(one) == "Co" for one in name):
        raise ResidentError("bad_name", name=name[:20])
    if "*" in name:
        raise ResidentError("masked_name", name=name[:20])
    return name


def read_birth(text: object, today: date) -> str:
    """As much of a birth as is said: YYYY, YYYY-MM or YYYY-MM-DD. Raises ResidentError `bad_birth`, `birth_in_future`.

    A cell of a spreadsheet may be a date or a number.
    """
    typed = unicodedata.normalize("NFKC", str(text)).strip()
    year = _YEAR.fullmatch(typed.removesuffix(".0"))
    try:
        birth = year[1] if year else _day_or_month(text)
    except ValueError:
        raise ResidentError("bad_birth", text=typed[:20]) from None
    if int(birth[:4]) < FIRST_YEAR:
        raise ResidentError("bad_birth", text=typed[:20])
    if birth > today.isoformat()[: len(birth)]:
        raise ResidentError("birth_in_future", text=typed[:20])
    return birth


def _day_or_month(text: object) -> str:
    try:
        return read_date(text).isoformat()
    except ValueError:
        return read_month(text)


def read_phone(text: str, code: str = "bad_phone") -> str:
    """A telephone number in its one spelling. Raises ResidentError `bad_phone` or the code that is given."""
    try:
        return normalise_phone(text)
    except ValueError:
        raise ResidentError(code) from None


def read_gender(text: str) -> str:
    """男 or 女. Raises ResidentError `bad_gender`."""
    gender = gender_of(text)
    if gender is None:
        raise ResidentError("bad_gender", text=text.strip()[:20])
    return gender


def split_tags(text: str) -> tuple[str, ...]:
    """The words of a list with 、 or commas between, each once. Raises DeskError `long_number`."""
    words = (" ".join(part.split()) for part in _SEPARATORS.split(refuse_long_number(text)))
    return tuple(dict.fromkeys(word for word in words if word))


def checked_tags(words: Sequence[str], allowed: Sequence[str], known: Sequence[str] = ()) -> tuple[str, ...]:
    """Tags that are of the setting `audience_tags`, or stood there already. Raises ResidentError `unknown_tag`."""
    for word in words:
        if word not in allowed and word not in known:
            raise ResidentError("unknown_tag", tag=word[:20], choices="、".join(allowed))
    return tuple(words)


def checked_area(area: str, allowed: Sequence[str], known: str = "") -> str:
    """An area of the setting `committee_areas`, any where that is empty, or the one that stood there already. Raises
    ResidentError `unknown_area`.
    """
    if area and allowed and area not in allowed and area != known:
        raise ResidentError("unknown_area", name=area, choices="、".join(allowed))
    return area


def _line(text: str, field: str) -> str:
    try:
        return short_line(text, _LONGEST[field])
    except LongLine:
        raise ResidentError("too_long", field=field, limit=_LONGEST[field]) from None
    except ValueError:
        raise ResidentError("bad_text", field=field) from None


def read_past_day(text: str, field: str, today: date) -> str:
    """A day until today, as it is stored. Raises ResidentError `bad_day`, `day_in_future`."""
    try:
        day = read_typed_date(text, today)
    except ValueError:
        raise ResidentError("bad_day", text=text.strip()[:20], field=field) from None
    if day > today:
        raise ResidentError("day_in_future", day=day.isoformat(), field=field)
    return day.isoformat()


_READERS: dict[str, Callable[[str, date], Any]] = {
    "name": lambda text, today: read_person_name(text),
    "phone": lambda text, today: read_phone(text),
    "guardian_phone": lambda text, today: read_phone(text, "bad_guardian_phone"),
    "birth": read_birth,
    "gender": lambda text, today: read_gender(text),
    "tags": lambda text, today: split_tags(text),
    "area": lambda text, today: _line(text, "area"),
    "guardian_name": lambda text, today: _line(text, "guardian_name"),
    "consent_version": lambda text, today: _line(text, "consent_version"),
    "note": lambda text, today: _line(text, "note"),
    "consent_on": lambda text, today: read_past_day(text, "consent_on", today),
    "guardian_consent_on": lambda text, today: read_past_day(text, "guardian_consent_on", today),
}


def read_fields(given: Mapping[str, str], today: date) -> dict[str, Any]:
    """What was typed, checked and in its one spelling; `tags` becomes a tuple.

    What is not given is not in the answer; an empty value or "-" removes, but an empty phone says nothing. Raises
    ResidentError with the code of the first field that is wrong, `unknown_field` for a name that is no field, DeskError
    `long_number`: what may be somebody's identity card is repeated in no refusal.
    """
    for name in given:
        if name not in FIELDS:
            raise ResidentError("unknown_field", field=name)
    said: dict[str, Any] = {}
    for name in (one for one in FIELDS if one in given):
        text = refuse_long_number(given[name])
        empty = text.strip() in ("", REMOVE)
        if name in ("phone", "guardian_phone") and not text.strip():
            continue
        if empty and name != "name":
            said[name] = () if name == "tags" else ""
        else:
            said[name] = _READERS[name]("" if empty else text, today)
    return said
