"""Words of check-in's screens: who, how long, what became of an attempt, and reasons that are typed often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from unicodedata import normalize

from db.checkin_log import ScanRow
from db.visits import VisitLine
from frontdesk.common.names import mask_name
from frontdesk.common.typed_dates import minute_of
from frontdesk.locale import t
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.looking import CreditChoice, Past

REASONS = ("1", "2", "3")
"""The reasons that are typed as one figure."""

LONGEST_NIGHT = timedelta(hours=12)

Clock = Callable[[int], str]
"""Shows a stored instant as a time of day."""


def who(name: str, no: str) -> str:
    """A volunteer as a question names one: 张*明（0310005）."""
    return t("checkin.screen.who", name=mask_name(name), no=no)


def length(seconds: int) -> str:
    """Hours and minutes: 2:05."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def day_words(day: str) -> str:
    """A local day as lists name it: 11-19 and the weekday."""
    return f"{day[5:]} {t(f'checkin.screen.weekday.{date.fromisoformat(day).isoweekday()}')}"


def span(entered_at: int, left_at: int | None, clock: Clock) -> str:
    """From when to when: 09:02-11:30, 09:02- while nobody knows the end."""
    return f"{clock(entered_at)}-{clock(left_at) if left_at is not None else ''}"


def kind_words(visit: VisitLine, *, is_over: bool) -> str:
    """How a visit counts: measured, corrected, inferred and what became of that; or that it goes on."""
    if visit.annulled:
        return t("checkin.screen.kind.annulled")
    if visit.left_at is None:
        return t("checkin.screen.kind.open" if is_over else "checkin.screen.kind.here")
    if visit.basis == "inferred":
        return t(f"checkin.screen.kind.{visit.review}")
    return t(f"checkin.screen.kind.{visit.basis}")


def credited_words(title: str) -> str:
    """What a visit is credited to."""
    return title or t("checkin.screen.general")


def refusal_words(scan: ScanRow) -> str:
    """Why an attempt was refused, in some words."""
    return t(f"checkin.screen.why.{scan.reason}")


def outcome_words(outcome: ScanOutcome) -> str:
    """What became of one of a group, short enough for a column."""
    if outcome.result == "refused":
        return t(f"checkin.screen.why.{outcome.reason}")
    words = t(f"checkin.screen.outcome.{outcome.result}", time=f"{outcome.at:%H:%M}")
    if outcome.result == "entered":
        return f"{words} {credited_words(outcome.credited_to)}"
    if outcome.result == "left" and outcome.stayed_seconds is not None:
        return f"{words} {length(outcome.stayed_seconds)}"
    return words


def past_words(past: Past, moment: Clock, clock: Clock) -> str:
    """One line of a visit's history: when, what, by whom, why."""
    scan = past.scan
    what = t(
        f"checkin.screen.past.{scan.result}" if scan.result != "reviewed" else f"checkin.screen.past.{scan.reason}",
        span=span(scan.entered_at, scan.left_at, clock) if scan.entered_at is not None else "",
        left=clock(scan.left_at) if scan.left_at is not None else "",
        credit=length(scan.credit_seconds or 0),
        to=credited_words(past.credited_to),
    )
    by = past.operator or t(f"checkin.screen.source.{scan.source}")
    words = f"{moment(scan.at)}  {what}  {by}"
    if scan.forced:
        words += "  " + t("checkin.screen.past.forced")
    return words + (f"  {t('checkin.screen.past.why', reason=scan.words)}" if scan.words else "")


def choice_words(choice: CreditChoice, clock: Clock) -> tuple[str, str, str]:
    """The cells of something that a visit may be credited to: day, times, title."""
    return choice.day[5:], span(choice.starts_at, choice.ends_at, clock), choice.title


def typed_reason(text: str) -> str:
    """A reason as it was typed; one of the figures stands for the reason that the form names beside it."""
    folded = normalize("NFKC", text).strip()
    return t(f"checkin.screen.reason.{folded}") if folded in REASONS else text.strip()


def reason_hint() -> str:
    """The reasons that are typed as one figure."""
    return "  ".join(f"{key} {t(f'checkin.screen.reason_hint.{key}')}" for key in REASONS)


def typed_times(day: date, entered: str, left: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Entry and exit of a visit that begins on a local day; an exit that is not later is of the day after, unless the
    night would be too long for that: then it is a slip, which is refused as one.

    Raises ValueError with the name of the field, `entered` or `left`, that cannot be read.
    """
    minutes = []
    for name, text in (("entered", entered), ("left", left)):
        try:
            minute = minute_of(text)
        except ValueError:
            raise ValueError(name) from None
        if minute is None:
            raise ValueError(name)
        minutes.append(minute)
    midnight = datetime.combine(day, time(), zone)
    begins, ends = (midnight + timedelta(minutes=minute) for minute in minutes)
    after = ends + timedelta(days=1)
    return begins, after if ends <= begins and after - begins <= LONGEST_NIGHT else ends
