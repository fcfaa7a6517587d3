"""Assignments: what one may be, the times that are typed for it, who is missing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

from db.assignments import AssignmentLine, CreditedVisit, SignedVolunteer
from frontdesk.volunteers.assignments.errors import AssignmentError

DAY_MINUTES = 1440
LONGEST_HOURS = 16
"""Nobody serves longer in one go: 22:00-21:59 is a slip of the hand."""
LONGEST_TITLE = 60
LONGEST_PLACE = 50
LONGEST_BRIEFING = 300
LONGEST_REASON = 100
MOST_NEEDED = 999
MOST_WEEKS = 53

_CLOCK = r"([0-9]{1,2})(?:[:.时点]([0-9]{2})?分?|([0-9]{2}))?"
_NEXT_DAY = r"(?:次日|翌日|第二天|\+1?)?"
_SPAN = re.compile(_CLOCK + r"\s*(?:[-~‐‑‒–—―−〜]+|至|到)\s*(" + _NEXT_DAY + r")\s*" + _CLOCK)

Presence = Literal["here", "came", "elsewhere", "late", "expected", "withdrawn"]
"""Of somebody on an assignment: here now, came and went, here but credited to something else, not here
although it has begun, not due yet, withdrew.
"""


@dataclass(frozen=True)
class Fields:
    """What a person says of an assignment; minutes after local midnight, an end past 1440 is on the next day."""

    day: date
    title: str
    starts: int
    ends: int
    place: str = ""
    session_code: str | None = None
    needed: int = 0
    briefing: str = ""


class Attendance(NamedTuple):
    """One person on an assignment: signed up, or there without having signed up (`signed` is False)."""

    volunteer_no: str
    name: str
    team: str
    presence: Presence
    signed: bool
    entered_at: int | None = None
    phone_cipher: bytes | None = None


def read_span(text: str) -> tuple[int, int]:
    """Beginning and end in minutes after midnight, as they are typed fast: 900-1130, 9-11, 0900-1130, 9:00-11:30,
    22:00-次日2:00.

    An end before the beginning is on the next day, so is one above 24:00 (22-26); one that is the same is said to be
    the same, unless the next day is named. Raises ValueError for anything else, and for more than a day.
    """
    match = _SPAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"not a span of time: {text!r}")
    starts = _minutes(match[1], match[2] or match[3], latest=23)
    ends = _minutes(match[5], match[6] or match[7], latest=47)
    if ends < DAY_MINUTES and (match[4] or ends < starts):
        ends += DAY_MINUTES
    if not starts <= ends <= starts + DAY_MINUTES:
        raise ValueError(f"more than a day: {text!r}")
    return starts, ends


def _minutes(hours: str, minutes: str | None, *, latest: int) -> int:
    hour, minute = int(hours), int(minutes or 0)
    if hour > latest or minute > 59:
        raise ValueError(f"no time of day: {hours}:{minutes}")
    return hour * 60 + minute


def span_words(starts: int, ends: int) -> str:
    """The times as a form takes them back: 09:00-11:30, 22:00-26:00 past midnight."""
    return f"{starts // 60:02d}:{starts % 60:02d}-{ends // 60:02d}:{ends % 60:02d}"


def instant(day: date, minutes: int, zone: tzinfo) -> datetime:
    """The wall clock so many minutes after a local midnight."""
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).replace(tzinfo=zone)


def are_times(starts: int, ends: int) -> bool:
    """Whether an assignment may begin and end so many minutes after a local midnight."""
    return 0 <= starts < DAY_MINUTES and starts < ends <= starts + 60 * LONGEST_HOURS


def checked(fields: Fields, first: date, last: date) -> Fields:
    """The fields as they are kept. Raises AssignmentError: `title_needed`, `text_too_long`, `bad_text`, `bad_needed`,
    `bad_times`, `bad_day` for a day not between `first` and `last`.
    """
    from dataclasses import replace

    if not first <= fields.day <= last:
        raise AssignmentError("bad_day", first=first.isoformat(), last=last.isoformat())
    if not are_times(fields.starts, fields.ends):
        raise AssignmentError("bad_times", hours=LONGEST_HOURS)
    if not 0 <= fields.needed <= MOST_NEEDED:
        raise AssignmentError("bad_needed", most=MOST_NEEDED)
    title = _line(fields.title, "title", LONGEST_TITLE)
    if not title:
        raise AssignmentError("title_needed")
    return replace(
        fields,
        title=title,
        place=_line(fields.place, "place", LONGEST_PLACE),
        session_code=fields.session_code or None,
        briefing=_line(fields.briefing, "briefing", LONGEST_BRIEFING),
    )


def _line(text: str, field: str, longest: int) -> str:
    from frontdesk.common.names import LongLine, short_line

    try:
        return short_line(text, longest)
    except LongLine as wrong:
        raise AssignmentError("text_too_long", field=field, most=longest) from wrong
    except ValueError as wrong:
        raise AssignmentError("bad_text", field=field) from wrong


def reason_line(reason: str) -> str:
    """A reason as it is kept. Raises AssignmentError `reason_needed`, `text_too_long`, `bad_text`."""
    line = _line(reason, "reason", LONGEST_REASON)
    if not line:
        raise AssignmentError("reason_needed")
    return line


def lacking(line: AssignmentLine) -> int:
    """How many are still wanted: those needed less those signed up; 0 for a cancelled one, or one without a number."""
    return 0 if line.state == "cancelled" else max(0, line.needed - line.signed)


def is_full(line: AssignmentLine) -> bool:
    """Whether as many as are needed have signed up."""
    return line.needed > 0 and line.signed >= line.needed


def attendance(
    starts_at: int,
    signed: Sequence[SignedVolunteer],
    visits: Iterable[CreditedVisit],
    now: int,
    elsewhere: Collection[str] = (),
) -> list[Attendance]:
    """Everybody on an assignment with what is known of their coming, in the order of signing up; then whoever came
    without having signed up. `elsewhere` are the numbers of those who are here meanwhile for something else.
    """
    came: dict[str, CreditedVisit] = {}
    for visit in visits:
        # Whoever went and came back is here.
        if visit.volunteer_no not in came or visit.left_at is None:
            came[visit.volunteer_no] = visit
    known = {one.volunteer_no for one in signed if one.state == "signed"}
    found = [
        _of_signed(one, came, starts_at <= now, one.volunteer_no in elsewhere)
        for one in signed
        if one.state == "signed"
    ]
    found += [
        Attendance(no, visit.name, visit.team, _presence(visit), False, visit.entered_at)
        for no, visit in came.items()
        if no not in known
    ]
    gone = [one for one in signed if one.state == "withdrawn" and one.volunteer_no not in came]
    return found + [
        Attendance(one.volunteer_no, one.name, one.team, "withdrawn", False, None, one.phone_cipher) for one in gone
    ]


def _of_signed(one: SignedVolunteer, came: Mapping[str, CreditedVisit], begun: bool, elsewhere: bool) -> Attendance:
    visit = came.get(one.volunteer_no)
    absent: Presence = "expected" if not begun else "elsewhere" if elsewhere else "late"
    presence = _presence(visit) if visit is not None else absent
    entered = visit.entered_at if visit is not None else None
    return Attendance(one.volunteer_no, one.name, one.team, presence, True, entered, one.phone_cipher)


def _presence(visit: CreditedVisit) -> Presence:
    return "here" if visit.left_at is None else "came"


def read_targets(text: str, today: date, day: date) -> list[int]:
    """Where something of `day` is to be copied to, in days later: days as they are typed, with commas or spaces
    between, or 4周, 4w for each of the four weeks that follow.

    Raises ValueError where nothing is said, or something that is neither.
    """
    from frontdesk.common.typed_dates import read_coming_date

    later: list[int] = []
    for part in re.split(r"[、,;\s]+", unicodedata.normalize("NFKC", text).strip()):
        weeks = re.fullmatch(r"([0-9]{1,2})(?:周|个?星期|w|weeks?)", part.casefold())
        if weeks is not None and 1 <= int(weeks[1]) <= MOST_WEEKS:
            later += [7 * week for week in range(1, int(weeks[1]) + 1)]
        else:
            later.append((read_coming_date(part, today) - day).days)
    return list(dict.fromkeys(later))
