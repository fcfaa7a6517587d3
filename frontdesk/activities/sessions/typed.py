"""The fields of sessions and series as people type them: in forms and on the command line.

Every reader takes the text of one field and returns what the record says; an empty text is the field's default. A
refusal names the field, so that a form can lead to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any, Final

from db.activities import SignUpTerms
from frontdesk.activities.errors import ActivityError
from frontdesk.activities.sessions.kinds import activity_types, categories, meant
from frontdesk.common.dates import recordable_days
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import clean_line
from frontdesk.common.typed_dates import minute_of, read_coming_date
from frontdesk.context import Context
from frontdesk.locale import t

LARGEST_NUMBER: Final = 10_000
LONGEST_MINUTES: Final = 1440
LONGEST: Final = {"code": 32, "name": 100, "room": 50, "lead": 50, "note": 200}

SESSION_FIELDS: Final = (
    *("name", "day", "times", "room", "category", "activity_type", "capacity", "min_enrol", "lead"),
    *("setup_minutes", "clearing_minutes", "fee_fen", "note"),
)
TERM_FIELDS: Final = (
    *("allocation", "opens", "returning_days_before", "closes_minutes_before", "draw", "returning_first"),
    *("ages", "areas", "tags", "residents_only", "quota", "largest_party", "offer_minutes"),
)

_SPLIT = re.compile(r"[、,;，；\s]+")
_YES, _NO = {"1", "y", "yes", "是", "对"}, {"", "0", "2", "n", "no", "否", "不"}
_ALLOCATIONS = {"first_come": {"", "1", "先到先得", "先到", "first", "first come", "first_come"}}
_ALLOCATIONS["lottery"] = {"2", "抽签", "lottery", "draw"}

Texts = Mapping[str, str]
Values = dict[str, Any]


def read_fields(context: Context, texts: Texts, *, known: Mapping[str, object] | None = None) -> Values:
    """What the session fields among `texts` say, by the names of the record; `times` is a pair of times of day.

    `known` is what stands there already: a category that is no longer in the list may stay. Raises ActivityError
    `missing_title`, `bad_text`, `bad_date`, `day_out_of_reach`, `bad_times`, `bad_number`, `not_in_list`, `bad_amount`,
    each with the `field`, and DeskError `long_number`.
    """
    before = known or {}
    values: Values = {}
    for name, text in texts.items():
        if name == "day":
            values[name] = check_day(context, read_day(context, text)).isoformat()
        elif name == "times":
            values[name] = read_times(text)
        elif name == "category":
            values[name] = _one_of(name, text, categories(context), str(before.get(name, "")))
        elif name == "activity_type":
            kinds = activity_types(context)
            values[name] = _one_of(name, text, kinds, str(before.get(name, ""))) if text.strip() else ""
        elif name in ("capacity", "min_enrol"):
            values[name] = read_number(name, text, LARGEST_NUMBER)
        elif name in ("setup_minutes", "clearing_minutes"):
            values[name] = read_number(name, text, LONGEST_MINUTES)
        elif name == "fee_fen":
            values[name] = read_amount(text)
        elif name in LONGEST:
            values[name] = read_line(name, text)
    if not values.get("name", "?"):
        raise ActivityError("missing_title", field="name")
    return values


def read_terms(texts: Texts, now: SignUpTerms) -> SignUpTerms:
    """`now` with what the fields of the terms among `texts` say.

    Raises ActivityError `bad_number`, `bad_ages`, `bad_before`, `bad_yes_no`, `not_in_list`, each with the `field`.
    """
    changed: Values = {}
    for name, text in texts.items():
        reader = _TERM_READERS.get(name)
        if reader is not None:
            changed |= reader(name, _folded(text))
    return SignUpTerms.model_validate(now.model_dump() | changed)


def read_day(context: Context, text: str, field: str = "day") -> date:
    """A coming day as it is typed. Raises ActivityError `bad_date`."""
    try:
        return read_coming_date(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise ActivityError("bad_date", field=field) from wrong


def check_day(context: Context, day: date, field: str = "day") -> date:
    """A day on which something may be put on. A slip of the year, or a bare 1 in a cell of dates, which is the first of
    January 1900, is refused: nobody would find the session again. Raises ActivityError `day_out_of_reach`.
    """
    first, last = recordable_days(context.today())
    if not first <= day <= last:
        raise ActivityError("day_out_of_reach", field=field, first=first.isoformat(), last=last.isoformat())
    return day


def read_times(text: str) -> tuple[time, time]:
    """Two times of a day (9:00-10:30, 9-1030, 900 1030). Raises ActivityError `bad_times`."""
    parts = [
        part for part in re.split(r"[-~至到\s]+|--+", unicodedata.normalize("NFKC", text).replace("—", "-")) if part
    ]
    try:
        first, last = (minute_of(part) for part in parts)
    except ValueError as wrong:
        raise ActivityError("bad_times", field="times") from wrong
    if first is None or last is None or not first < last < LONGEST_MINUTES:
        raise ActivityError("bad_times", field="times")
    return time(*divmod(first, 60)), time(*divmod(last, 60))


def read_number(field: str, text: str, most: int, *, empty: int = 0) -> int:
    """A whole number from 0 to `most`. Raises ActivityError `bad_number`."""
    typed = _folded(text)
    if not typed:
        return empty
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8 and int(typed) <= most):
        raise ActivityError("bad_number", field=field, label=label(field), most=most)
    return int(typed)


def read_amount(text: str) -> int:
    """Yuan with at most two decimals, in fen. Raises ActivityError `bad_amount`."""
    match = re.fullmatch(r"(?:([0-9]{1,5})(?:\.([0-9]{1,2}))?)?", _folded(text).removesuffix("元"))
    if match is None:
        raise ActivityError("bad_amount", field="fee_fen")
    return int(match[1] or 0) * 100 + int((match[2] or "").ljust(2, "0"))


def read_line(field: str, text: str) -> str:
    """A line of words. Raises ActivityError `bad_text`, DeskError `long_number`."""
    try:
        kept = clean_line(refuse_long_number(text))
    except ValueError as wrong:
        raise ActivityError("bad_text", field=field, label=label(field), limit=LONGEST[field]) from wrong
    if len(kept) > LONGEST[field]:
        raise ActivityError("bad_text", field=field, label=label(field), limit=LONGEST[field])
    return kept


def label(field: str) -> str:
    """What a field is called in the language in force."""
    return t(f"activities.field.{field}")


def shown_terms(terms: SignUpTerms) -> dict[str, str]:
    """The terms as their fields take them again."""
    opens = "" if terms.opens_days_before is None else f"{terms.opens_days_before} {terms.opens_time}"
    ages = "" if terms.age_from is None and terms.age_to is None else f"{_shown(terms.age_from)}-{_shown(terms.age_to)}"
    return {
        "allocation": t(f"activities.allocation.{terms.allocation}"),
        "opens": opens,
        "returning_days_before": _shown(terms.returning_days_before),
        "closes_minutes_before": str(terms.closes_minutes_before or ""),
        "draw": f"{terms.draw_days_before} {terms.draw_time}",
        "returning_first": yes_no(terms.returning_first),
        "ages": ages,
        "areas": "、".join(terms.areas),
        "tags": "、".join(terms.tags),
        "residents_only": yes_no(terms.residents_only),
        "quota": str(terms.quota or ""),
        "largest_party": str(terms.largest_party),
        "offer_minutes": _shown(terms.offer_minutes),
    }


def shown_amount(fen: int) -> str:
    """Fen as yuan; "" for nothing."""
    return f"{fen // 100}.{fen % 100:02}".removesuffix(".00") if fen else ""


def yes_no(value: bool) -> str:
    """A yes or no in the language in force."""
    return t("activities.yes" if value else "activities.no")


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _one_of(field: str, text: str, kinds: tuple[str, ...], before: str) -> str:
    """One of the list by its name or its place in it, or what stood there before."""
    typed = _folded(text)
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(kinds):
        return kinds[int(typed) - 1]
    found = meant(typed, kinds) or (before if typed == before else None)
    if not found:
        raise ActivityError("not_in_list", field=field, label=label(field), choices=numbered(kinds))
    return found


def numbered(kinds: Iterable[str]) -> str:
    """A list with the digits by which each is chosen."""
    return " ".join(f"{place}{kind}" for place, kind in enumerate(kinds, 1))


def hinted(kinds: Iterable[str]) -> str:
    """The same as briefly as an empty field has room for: 1生活2为老3健康."""
    return "".join(f"{place}{kind.removesuffix('服务')}" for place, kind in enumerate(kinds, 1))


def _optional(field: str, text: str) -> Values:
    return {field: None if not text else read_number(field, text, 366 if "days" in field else 100_000)}


def _whole(field: str, text: str) -> Values:
    default: int = SignUpTerms.model_fields[field].default
    most = {"quota": 100, "largest_party": 20}.get(field, 100_000)
    return {field: read_number(field, text, most, empty=default) or (1 if field == "largest_party" else 0)}


def _flag(field: str, text: str) -> Values:
    if text.lower() in _YES:
        return {field: True}
    if text.lower() in _NO:
        return {field: False}
    raise ActivityError("bad_yes_no", field=field, label=label(field))


def _words(field: str, text: str) -> Values:
    return {field: tuple(dict.fromkeys(one for one in _SPLIT.split(refuse_long_number(text)) if one))}


def _allocation(field: str, text: str) -> Values:
    for kind, words in _ALLOCATIONS.items():
        if text.lower() in words or text == t(f"activities.allocation.{kind}"):
            return {field: kind}
    choices = numbered(t(f"activities.allocation.{kind}") for kind in _ALLOCATIONS)
    raise ActivityError("not_in_list", field=field, label=label(field), choices=choices)


def _ages(field: str, text: str) -> Values:
    match = re.fullmatch(r"([0-9]{1,3})?\s*(?:[-~至到]\s*([0-9]{1,3})?)?", text.removesuffix("岁").replace("岁", ""))
    if match is None:
        raise ActivityError("bad_ages", field=field)
    first = int(match[1]) if match[1] else None
    last = int(match[2]) if match[2] else None
    if first is not None and last is not None and first > last:
        raise ActivityError("bad_ages", field=field)
    return {"age_from": first, "age_to": last}


def _before(days_field: str, time_field: str, empty: int | None) -> Callable[[str, str], Values]:
    def read(field: str, text: str) -> Values:
        if not text:
            return {days_field: empty, time_field: SignUpTerms.model_fields[time_field].default}
        match = re.fullmatch(r"([0-9]{1,3})(?:天前?| days?)?(?:[\s,，]+(.+))?", text)
        try:
            minute = minute_of(match[2] or "") if match else None
        except ValueError:
            match = None
        if match is None or (minute is not None and minute >= LONGEST_MINUTES):
            raise ActivityError("bad_before", field=field, label=label(field))
        clock = (
            SignUpTerms.model_fields[time_field].default if minute is None else f"{minute // 60:02}:{minute % 60:02}"
        )
        return {days_field: int(match[1]), time_field: clock}

    return read


_TERM_READERS: dict[str, Callable[[str, str], Values]] = {
    "allocation": _allocation,
    "opens": _before("opens_days_before", "opens_time", None),
    "returning_days_before": _optional,
    "closes_minutes_before": _whole,
    "draw": _before("draw_days_before", "draw_time", 1),
    "returning_first": _flag,
    "ages": _ages,
    "areas": _words,
    "tags": _words,
    "residents_only": _flag,
    "quota": _whole,
    "largest_party": _whole,
    "offer_minutes": _optional,
}
