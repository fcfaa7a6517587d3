"""What is typed into the forms of the standing order, read. Pure but for the words of a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from db.standing import DAY_KINDS, Contract, DayKind, WishRow
from frontdesk.common.typed_dates import read_typed_date
from frontdesk.locale import t
from frontdesk.roster.standing.cells import clock_of, day_kinds_of, minutes_of, weekdays_of
from frontdesk.roster.standing.words import clock, days

T = TypeVar("T")
Values = Mapping[str, str]


class BadField(ValueError):
    """What stands in a field cannot be read."""

    def __init__(self, field: str, value: str, *, day: bool = False) -> None:
        super().__init__(field)
        self.field = field
        self.words = t("roster_order.error.bad_day" if day else "roster_order.bad_typed", value=value)


def typed(values: Values, field: str, read: Callable[[str], T]) -> T:
    """What a field holds. Raises BadField."""
    try:
        return read(values[field])
    except ValueError as wrong:
        raise BadField(field, values[field]) from wrong


def whole(text: str) -> int:
    """A whole number that is not negative. Raises ValueError."""
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def optional(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """The same reader, for a field that may be empty."""
    return lambda text: read(text) if text else None


def typed_day(values: Values, field: str, today: date) -> str | None:
    """The day of a field as it is stored; None where the field is empty. Raises BadField."""
    if not values[field]:
        return None
    try:
        return read_typed_date(values[field], today).isoformat()
    except ValueError as wrong:
        raise BadField(field, values[field], day=True) from wrong


def is_no(text: str) -> bool:
    """Whether a field says no; anything else is yes."""
    return text.casefold() in (t("roster_order.no").casefold(), "no", "n", "0", "否")


def day_words(kinds: tuple[DayKind, ...]) -> str:
    """Days as a form takes them back: in words where those are read, else by their codes."""
    words = days(kinds)
    try:
        return words if day_kinds_of(words) == kinds else ",".join(kinds)
    except ValueError:
        return ",".join(kinds)


def hours_words(contract: Contract) -> str:
    """The possible hours as a form shows them: 08:00-18:00, with nothing where there is no limit."""
    begins, ends = contract.earliest, contract.latest
    if begins is None and ends is None:
        return ""
    return f"{'' if begins is None else clock(begins)}-{'' if ends is None else clock(ends)}"


def contract_of(no: str, values: Values) -> Contract:
    """The contract that the fields weekly, monthly, weekdays, hours, run, off, weekends and in_roster hold.

    Raises BadField.
    """
    earliest, latest = typed(values, "hours", _hours)
    least, most = typed(values, "run", _run)
    return Contract(
        staff_no=no,
        weekly_minutes=typed(values, "weekly", minutes_of),
        monthly_minutes=typed(values, "monthly", optional(minutes_of)),
        weekdays=typed(values, "weekdays", _weekdays),
        earliest=earliest,
        latest=latest,
        min_run=least,
        max_run=most,
        min_days_off=typed(values, "off", whole),
        max_weekends=typed(values, "weekends", optional(whole)),
        in_roster=not is_no(values["in_roster"]),
    )


def wish_of(no: str, values: Values, today: date) -> WishRow:
    """The wish that the fields first, last, shift, wanted, weight and note hold. Raises BadField."""
    first = typed_day(values, "first", today)
    if first is None:
        raise BadField("first", "", day=True)
    return WishRow(
        staff_no=no,
        first_day=first,
        last_day=typed_day(values, "last", today) or first,
        shift=values["shift"].upper() or None,
        wanted=values["wanted"].casefold() in (t("roster_order.wish.word").casefold(), "yes", "y", "1", "要"),
        weight=typed(values, "weight", whole),
        note=values["note"],
    )


def _hours(text: str) -> tuple[int | None, int | None]:
    begins, mark, ends = text.partition("-")
    if text and not mark:
        raise ValueError(text)
    return optional(clock_of)(begins.strip()), optional(clock_of)(ends.strip())


def _run(text: str) -> tuple[int, int]:
    least, mark, most = text.partition("-")
    return (whole(least.strip()), whole(most.strip())) if mark else (1, whole(text))


def _weekdays(text: str) -> str:
    """Weekdays as a contract keeps them: 一二三四五, 1-5 or mon,tue. Raises ValueError."""
    try:
        return weekdays_of(text)
    except ValueError:
        kinds = day_kinds_of(text)
        if set(kinds) - set(DAY_KINDS[:7]):
            raise
        return "".join("1" if kind in kinds else "0" for kind in DAY_KINDS[:7])
