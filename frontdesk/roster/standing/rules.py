"""What every part of a standing order has to fulfil. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.common.names import clean_line
from frontdesk.errors import DeskError
from frontdesk.roster.model import MAX_RUN
from frontdesk.roster.units import DAY_MINUTES, WEEK_MINUTES

if TYPE_CHECKING:
    from db.standing import Competency, Contract
    from frontdesk.roster.standing.order import Order, OrderPost, OrderShift


class StandingError(DeskError):
    """A refusal about the standing order, or about what is read from it."""

    area = "roster_order"


DEFAULT_WEEKLY_MINUTES = 40 * 60
"""For somebody of whom neither contract nor staff list says more (国务院关于职工工作时间的规定 §3)."""

ABLE_LEVEL = 2
"""From this competency level on somebody may act or stand by alone (mechanisms J11)."""
HIGHEST_LEVEL = 3

LONGEST_NAME = 50
LONGEST_CODE = 8
MONTH_MINUTES = 31 * DAY_MINUTES
MOST_DAYS_OFF = 6
MOST_WEEKENDS = 5
HEAVIEST_WISH = 5
LIST_MARK = "、"
"""Stands between the names of a list in one cell, and so in none of them."""


def is_name(text: str, limit: int = LONGEST_NAME) -> bool:
    """Whether a text is one line without spaces around it, not empty and not longer than it may be."""
    try:
        return bool(text) and clean_line(text) == text and len(text) <= limit
    except ValueError:
        return False


def check_post(post: OrderPost) -> None:
    """Raises StandingError `bad_post_name`, `bad_requirement` or `bad_day`."""
    if not is_name(post.name):
        raise StandingError("bad_post_name", limit=LONGEST_NAME)
    for name in post.requirements:
        if not is_name(name) or LIST_MARK in name:
            raise StandingError("bad_requirement", post=post.name, limit=LONGEST_NAME)
    _check_day(post.closed_on)


def check_shift(shift: OrderShift) -> None:
    """Raises StandingError `bad_shift_code`, `bad_shift_name`, `bad_times` or `bad_break`."""
    if not (is_name(shift.code, LONGEST_CODE) and re.fullmatch(r"[0-9A-Z\u4e00-\u9fff]+", shift.code)):
        raise StandingError("bad_shift_code", limit=LONGEST_CODE)
    if not is_name(shift.name, LONGEST_NAME):
        raise StandingError("bad_shift_name", code=shift.code, limit=LONGEST_NAME)
    if not (0 <= shift.starts < DAY_MINUTES and shift.starts < shift.ends <= shift.starts + DAY_MINUTES):
        raise StandingError("bad_times", code=shift.code)
    if not 0 <= shift.break_minutes < shift.ends - shift.starts:
        raise StandingError("bad_break", code=shift.code)


def check_contract(order: Order, contract: Contract) -> None:
    """Raises StandingError `unknown_staff` or `bad_contract` with the part of the contract that cannot be."""
    require_staff(order, contract.staff_no)
    earliest = 0 if contract.earliest is None else contract.earliest
    latest = 2 * DAY_MINUTES if contract.latest is None else contract.latest
    possible = {
        "weekly": 0 <= contract.weekly_minutes <= WEEK_MINUTES,
        "monthly": contract.monthly_minutes is None or 0 <= contract.monthly_minutes <= MONTH_MINUTES,
        "weekdays": re.fullmatch("[01]{7}", contract.weekdays) is not None and "1" in contract.weekdays,
        "hours": 0 <= earliest < latest <= 2 * DAY_MINUTES,
        "max_run": 1 <= contract.max_run <= MAX_RUN,
        "min_run": 1 <= contract.min_run <= contract.max_run,
        "min_days_off": 1 <= contract.min_days_off <= MOST_DAYS_OFF,
        "max_weekends": contract.max_weekends is None or 0 <= contract.max_weekends <= MOST_WEEKENDS,
    }
    for part, fine in possible.items():
        if not fine:
            raise StandingError("bad_contract", no=contract.staff_no, key=part)


def check_competency(order: Order, competency: Competency) -> None:
    """Raises StandingError `unknown_staff`, `unknown_post`, `bad_level` or `bad_day`."""
    require_staff(order, competency.staff_no)
    require_post(order, competency.post)
    if not 0 <= competency.level <= HIGHEST_LEVEL:
        raise StandingError("bad_level", level=competency.level)
    refuse_long_number(competency.checked_by or "")
    _check_day(competency.last_trained)


def check_qualification(name: str, valid_until: str | None) -> None:
    """Raises StandingError `bad_qualification` or `bad_day`."""
    if not is_name(name):
        raise StandingError("bad_qualification", limit=LONGEST_NAME)
    _check_day(valid_until)


def check_unused(order: Order, code: str) -> None:
    """Raises StandingError `unknown_shift`, or `shift_in_use` while a post runs the shift on any kind of day."""
    require_shift(order, code)
    for (post, _), codes in order.openings.items():
        if code in codes:
            raise StandingError("shift_in_use", code=code, post=post)


def require_post(order: Order, name: str) -> None:
    """Raises StandingError `unknown_post`."""
    if name not in order.posts:
        raise StandingError("unknown_post", post=name)


def require_shift(order: Order, code: str) -> None:
    """Raises StandingError `unknown_shift`."""
    if code not in order.shifts:
        raise StandingError("unknown_shift", code=code)


def require_staff(order: Order, no: str) -> None:
    """Raises StandingError `unknown_staff`."""
    if no not in order.people:
        raise StandingError("unknown_staff", no=no)


def _check_day(day: str | None) -> None:
    if day is None:
        return
    try:
        date.fromisoformat(day)
    except ValueError as wrong:
        raise StandingError("bad_day", value=day) from wrong
