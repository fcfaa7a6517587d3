"""What the roster's commands share: days, times, slots and absences as they are typed, and values as printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

import click

from frontdesk.locale import t

if TYPE_CHECKING:
    from db.leave import LeaveKind
    from frontdesk.context import Context
    from frontdesk.roster.day.away import Away
    from frontdesk.roster.model import SlotKey

LARGEST_NUMBER = (1 << 63) - 1
"""The largest number that a row of the centre's file can have."""
LONGEST_NUMBER = 20

WEEK = re.compile(r"([0-9]{4})-?W([0-9]{1,2})", re.IGNORECASE)
TIME = re.compile(r"([0-9]{1,2}):?([0-9]{2})")

KINDS = ("annual", "sick", "official", "training", "other")
"""Of leave, as `--kind` takes them."""
ROLES = ("acting", "standby")
"""In a slot, as `--role` takes them."""


class AwayOptions(TypedDict):
    """What the options of `away_options` come as."""

    from_time: str | None
    till_time: str | None
    kind: LeaveKind
    reason: str


def away_options(kind: LeaveKind) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that say during which times, for what and why somebody is away; `kind` is what it is without one."""
    options = (
        click.option("--from", "from_time", metavar="HH:MM", help=t("roster.help.from_time")),
        click.option("--till", "till_time", metavar="HH:MM", help=t("roster.help.till_time")),
        click.option("--kind", type=click.Choice(KINDS), default=kind, help=t("roster.help.kind")),
        click.option("--reason", default="", help=t("roster.help.reason")),
    )

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


def typed_away(context: Context, first: date, last: str | None, options: AwayOptions) -> Away:
    """Somebody's being away from `first` to the day that was typed as the last, of that one day where none was; wrong
    usage where a day or a time is none.
    """
    from frontdesk.roster.day.away import Away

    return Away(
        first,
        typed_day(last, context.today()) if last else first,
        typed_minute(options["from_time"]),
        typed_minute(options["till_time"]),
        options["kind"],
        options["reason"],
    )


def record_number(text: str) -> int:
    """The number of a leave, a swap, a plan or whatever else lists show; wrong usage where no row can have it."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else LARGEST_NUMBER + 1
    if number > LARGEST_NUMBER:
        raise click.UsageError(t("roster.usage.number", value=text[:LONGEST_NUMBER]))
    return number


def typed_day(text: str, today: date) -> date:
    """The day that somebody typed; wrong usage where it is none."""
    from frontdesk.common.typed_dates import read_typed_date

    try:
        return read_typed_date(text, today)
    except ValueError as wrong:
        raise click.UsageError(t("roster.usage.day", value=text)) from wrong


def typed_minute(text: str | None) -> int | None:
    """A time of day in minutes; 24:00 is the end of the day. Wrong usage where it is none."""
    if text is None:
        return None
    match = TIME.fullmatch(text.strip().replace("：", ":"))
    if match is None or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 1440:
        raise click.UsageError(t("roster.usage.time", value=text))
    return int(match[1]) * 60 + int(match[2])


def typed_slot(context: Context, day: str, post: str, shift: str) -> SlotKey:
    """A slot by its day, post and shift."""
    from frontdesk.roster.model import SlotKey

    return SlotKey(typed_day(day, context.today()), post, shift)


def typed_days(context: Context, when: str | None, first: str | None, last: str | None) -> tuple[date, date]:
    """The days from `first` to `last`, or those of `when`: a day, or a week such as 2026-W47; today without any."""
    today = context.today()
    if first or last:
        begins = typed_day(first, today) if first else today
        ends = typed_day(last, today) if last else begins + timedelta(days=6)
        if ends < begins:
            raise click.UsageError(t("roster.usage.order", first=begins, last=ends))
        return begins, ends
    match = WEEK.fullmatch(when or "")
    if match is None:
        day = typed_day(when, today) if when else today
        return day, day
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError as wrong:
        raise click.UsageError(t("roster.usage.day", value=when)) from wrong
    return monday, monday + timedelta(days=6)


def plain(value: Any) -> Any:
    """A value as JSON can have it: fields by name, days as text, the number of a person instead of what is known."""
    from db.record import Record

    if isinstance(value, Record):
        return value.model_dump()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def names_of(context: Context) -> dict[str, str]:
    """What all staff are called in words, by number."""
    from db.staff import every
    from frontdesk.roster.naming import labels_of

    return labels_of(every(context.database.connection))
