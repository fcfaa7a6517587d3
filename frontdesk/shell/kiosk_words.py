"""What the kiosk says: to a volunteer about a scan, and at rest."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from frontdesk.common.names import mask_name
from frontdesk.common.text import display_width, shorten, wrap
from frontdesk.locale import catalogue, current_language, t

if TYPE_CHECKING:
    from frontdesk.volunteers.service import KioskAnswer, ScanOutcome

UNREAD = frozenset(("malformed", "bad_check_digit"))
NOT_OURS = frozenset(("foreign_code", "bad_mac", "unknown_card"))


def refusal_words(outcome: ScanOutcome) -> str:
    """What a volunteer at the kiosk can do about a refusal; the desk's words speak of keys that are not here."""
    if outcome.reason in UNREAD:
        return t("shell.kiosk.unread")
    if outcome.reason in NOT_OURS:
        return t("shell.kiosk.not_ours")
    own = f"kiosk.refused.{outcome.reason}"
    if own in catalogue(current_language(), "shell"):
        return t(f"shell.{own}", limit=outcome.limit)
    from frontdesk.volunteers import service

    return service.refusal_words(outcome)


def name_words(outcome: ScanOutcome) -> str:
    """Entry or exit, and the masked name, set wide."""
    short = t(f"volunteers.scan.{outcome.result}.short")
    return f"{short if short.isascii() else ' '.join(short)}    {' '.join(mask_name(outcome.name))}"


def answer_words(answer: KioskAnswer) -> str:
    """Whether the scan was an entry or an exit, and what it counts for."""
    outcome = answer.outcome
    words = t(f"volunteers.scan.{outcome.result}.long", no=outcome.volunteer_no or "")
    if outcome.result in ("entered", "left"):
        words += "  " + t("shell.kiosk.credited", title=answer.credited_to or t("shell.kiosk.general"))
    return words


def hours_digits(seconds: int) -> str:
    """Hours with one decimal; from a thousand on without, so that they stay as big."""
    hours = seconds / 3600
    return f"{hours:.1f}" if hours < 999.95 else f"{hours:.0f}"


def coming_words(answer: KioskAnswer, today: date, zone: ZoneInfo) -> str:
    """What the volunteer is signed up for next, a line each; '' for nothing."""
    lines = []
    for one in answer.coming:
        starts = datetime.fromtimestamp(one.starts_at / 1000, zone)
        words = t("shell.kiosk.next", day=_day(starts.date(), today), time=f"{starts:%H:%M}", title=one.title)
        lines.append(words + (t("shell.kiosk.place", place=one.place) if one.place else ""))
    return "\n".join(lines)


def rest_words(direction: str) -> str:
    """What to do at a kiosk for both directions, for entries or for exits only."""
    return t("shell.kiosk.scan_please" if direction == "auto" else f"shell.kiosk.scan_please.{direction}")


def head_words(centre_name: str, direction: str, *, look_at_settings: bool = False) -> str:
    """The first line: the centre, whether this kiosk is for entries or exits only, and a word for staff where a setting
    is damaged: a resident need not know what it means.
    """
    parts = [centre_name]
    if direction != "auto":
        parts.append(t(f"shell.kiosk.only.{direction}"))
    if look_at_settings:
        parts.append(t("shell.kiosk.look_at_settings"))
    return "   ".join(parts)


def question(label: str, width: int) -> str:
    """The question above the five levels, on one line of this width; a long name is cut."""
    room = max(8, width - 2 - display_width(t("shell.kiosk.question", name="")))
    return t("shell.kiosk.question", name=shorten(label, room))


def fitted(words: str, width: int) -> str:
    """The words in lines of this width."""
    return "\n".join(line for part in words.splitlines() for line in wrap(part, max(20, width - 4)))


def _day(day: date, today: date) -> str:
    if day == today:
        return t("shell.kiosk.today")
    if day == today + timedelta(days=1):
        return t("shell.kiosk.tomorrow")
    return f"{day:%m-%d}"
