"""What ought to be settled before a period is closed, with how much of it there is and what opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from frontdesk.activities import service as activities
from frontdesk.calendar import service as calendar
from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.feedback import service as feedback
from frontdesk.reports.closing.weeks import days_words, lost_days, overlapped
from frontdesk.sync import service as sync

ItemCode = Literal[
    "running", "open_visits", "attendance", "follow_ups", "monthly_list", "holidays", "unsent", "overlap", "days_lost"
]
ITEM_CODES: tuple[ItemCode, ...] = (
    "running",
    "open_visits",
    "attendance",
    "follow_ups",
    "monthly_list",
    "holidays",
    "unsent",
    "overlap",
    "days_lost",
)
"""In the order in which they are listed."""

OPENS: dict[ItemCode, str] = {
    "open_visits": "review",
    "attendance": "sessions",
    "follow_ups": "follow_ups",
    "monthly_list": "month",
    "holidays": "import",
    "unsent": "sync",
}
"""The screen or dialog of the registry by which an item is settled; nothing but time ends a running period."""


@dataclass(frozen=True)
class Item:
    """One line of the check list: `count` is how much there is to settle, 0 where nothing is.

    `key` is what the screen that it `opens` is to show: a session, a month. What `is_binding` is waived with a reason,
    but for a period that is running or shares days with another, which cannot be closed; the rest is only told. `which`
    says in words what it is about.
    """

    code: ItemCode
    count: int
    key: str = ""
    which: str = ""

    @property
    def opens(self) -> str:
        """The screen or dialog by which it is settled, as the registry calls it; '' where there is none."""
        return OPENS.get(self.code, "")

    @property
    def is_open(self) -> bool:
        """Whether there is anything to settle."""
        return self.count > 0

    @property
    def is_waivable(self) -> bool:
        """Whether a manager may close the period all the same."""
        return self.code not in ("running", "overlap")

    @property
    def is_binding(self) -> bool:
        """Whether the period cannot be closed as long as it is neither settled nor waived."""
        return self.code not in ("unsent", "days_lost")


def check_list(context: Context, period: Period, left_open: int) -> tuple[Item, ...]:
    """Every line of the check list, also those where nothing is open; read at one moment.

    `left_open` is the figure of the visits without an exit that counts.
    """
    first, last = period.first, period.last
    with context.database.reading():
        lacking = activities.without_attendance(context, first, last)
        follow_ups = sum(one.open for one in feedback.open_follow_ups_between(context, first, last))
        months = activities.unpublished_months(context, first, last)
        years = calendar.unknown_years(context, first, last)
        waiting = sync.refused_count(context) + sync.unsent_count(context)
        other, lost = overlapped(context, period), lost_days(context, period)
    return (
        Item("running", 0 if period.has_ended(context.today()) else 1),
        Item("open_visits", left_open),
        Item("attendance", len(lacking), lacking[0].code if lacking else ""),
        Item("follow_ups", follow_ups),
        Item("monthly_list", len(months), months[0] if months else ""),
        Item("holidays", len(years), "calendar"),
        Item("unsent", waiting),
        Item("overlap", 0 if other is None else 1, which="" if other is None else f"{other.label} {other.dates}"),
        Item("days_lost", len(lost), which=days_words(lost)),
    )
