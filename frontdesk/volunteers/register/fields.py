"""What is typed into the form of a volunteer, checked field by field. Pure but for what it is told of today."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from frontdesk.common.dates import read_date, read_month
from frontdesk.common.genders import gender_of
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import LongLine, clean_name, short_line
from frontdesk.common.phones import normalise_phone
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.volunteers.register.errors import RegisterError

FIELDS = (
    "no",
    "name",
    "gender",
    "birth",
    "phone",
    "team",
    "skill",
    "registered_on",
    "consent_on",
    "consent_version",
    "guardian_name",
    "guardian_phone",
    "guardian_consent_on",
    "note",
)
"""What a form or a command may say of a volunteer, in this order."""

REMOVE = "-"
"""Typed for a field: nothing is to stand there any more. A phone that is left empty stays as it was."""

WRONG_FIELD = {
    "bad_number": "no",
    "number_taken": "no",
    "new_team": "team",
    "new_team_like": "team",
    "missing_name": "name",
    "bad_name": "name",
    "bad_gender": "gender",
    "bad_birth": "birth",
    "birth_in_future": "birth",
    "bad_phone": "phone",
    "bad_guardian_phone": "guardian_phone",
}
"""In which field of the form a refusal is to be corrected."""

LONGEST = 200
"""Characters of a line at most, where nothing else is said."""

_LONGEST = {"team": 50, "skill": 100, "guardian_name": 50, "consent_version": 30, "note": LONGEST}


def read_number(text: str) -> str:
    """Seven digits; zeros at the front may be left out. Raises RegisterError `bad_number`."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{1,7}", folded) or int(folded) == 0:
        raise RegisterError("bad_number", no=text.strip())
    return folded.zfill(7)


def read_person_name(text: str) -> str:
    """A name. Raises RegisterError `missing_name`, `bad_name`, DeskError `long_number`."""
    name = refuse_long_number(clean_name(text))
    if not name:
        raise RegisterError("missing_name")
    if len(name) > 50 or not any(one.isalpha() or unicodedata.category(one) == "Co" for one in name):
        raise RegisterError("bad_name", name=name[:20])
    return name


def read_birth(text: str, today: date) -> tuple[str, str]:
    """The month as YYYY-MM and the day as DD, '' where only the month is said.

    Raises RegisterError `bad_birth`, `birth_in_future`.
    """
    typed = text.strip()
    try:
        born = read_date(typed)
        month, day = f"{born:%Y-%m}", f"{born:%d}"
    except ValueError:
        try:
            month, day = read_month(typed), ""
        except ValueError:
            raise RegisterError("bad_birth", text=typed) from None
    if (month, day) > (f"{today:%Y-%m}", f"{today:%d}"):
        raise RegisterError("birth_in_future", text=typed)
    return month, day


def read_phone(text: str, code: str = "bad_phone") -> str:
    """A telephone number in its one spelling. Raises RegisterError `bad_phone` or the code that is given."""
    try:
        return normalise_phone(text)
    except ValueError:
        raise RegisterError(code) from None


def read_line(text: str, field: str, limit: int = LONGEST) -> str:
    """One line of at most `limit` characters. Raises RegisterError `bad_text` for control characters, `too_long`."""
    try:
        return short_line(text, limit)
    except LongLine:
        raise RegisterError("too_long", field=field, limit=limit) from None
    except ValueError:
        raise RegisterError("bad_text", field=field) from None


def _day(name: str) -> Callable[[str, date], str]:
    def read(text: str, today: date) -> str:
        try:
            day = read_typed_date(text, today)
        except ValueError:
            raise RegisterError("bad_day", text=text.strip(), field=name) from None
        if day > today:
            raise RegisterError("day_in_future", day=day.isoformat(), field=name)
        return day.isoformat()

    return read


def _line(name: str) -> Callable[[str, date], str]:
    def read(text: str, today: date) -> str:
        del today
        return read_line(text, name, _LONGEST[name])

    return read


def _gender(text: str, today: date) -> str:
    del today
    gender = gender_of(text)
    if gender is None:
        raise RegisterError("bad_gender", text=text.strip())
    return gender


_READERS: dict[str, Callable[[str, date], str]] = {
    "no": lambda text, today: read_number(text),
    "gender": _gender,
    "phone": lambda text, today: read_phone(text),
    "guardian_phone": lambda text, today: read_phone(text, "bad_guardian_phone"),
    **{name: _day(name) for name in ("registered_on", "consent_on", "guardian_consent_on")},
    **{name: _line(name) for name in _LONGEST},
}


def read_fields(given: Mapping[str, str], today: date) -> dict[str, Any]:
    """What was typed, checked and in its one spelling; `birth` becomes `birth_month` and `birth_day`.

    What is not given is not in the answer; an empty value or "-" removes, but an empty phone says nothing. Raises
    RegisterError with the code of the first field that is wrong, `unknown_field` for a name that is no field.
    """
    said: dict[str, Any] = {}
    for name in given:
        if name not in FIELDS:
            raise RegisterError("unknown_field", field=name)
    for name in (one for one in FIELDS if one in given):
        text = given[name]
        empty = text.strip() in ("", REMOVE)
        if name == "name":
            said["name"] = read_person_name("" if empty else text)
        elif name == "birth":
            said["birth_month"], said["birth_day"] = ("", "") if empty else read_birth(text, today)
        elif not empty:
            said[name] = _READERS[name](text, today)
        elif name == "no" or (name in ("phone", "guardian_phone") and not text.strip()):
            continue
        else:
            said[name] = ""
    return said
