"""Items of the check list, changes and amendments in words."""

from __future__ import annotations

import json

from db.closings import Closing
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.closing.checklist import Item
from frontdesk.reports.closing.rules import Change
from frontdesk.reports.closing.service import Amendment
from frontdesk.reports.rules import OF_LEVELS
from frontdesk.reports.words import hours_words


def item_words(item: Item) -> str:
    """What is open, or that nothing is."""
    return t(f"closing.item.{item.code}", count=item.count) if item.is_open else t(f"closing.clear.{item.code}")


def change_words(change: Change) -> str:
    """Which figure differs, what it was and what it is."""
    if change.figure in OF_LEVELS and change.before is None:
        return t("closing.line.levels_changed")
    name = t(f"reports.figure.{change.figure}")
    if change.key:
        name = t("closing.of_key", figure=name, key=change.key)
    return t(
        "closing.line.change", figure=name, before=_value(change, change.before), after=_value(change, change.after)
    )


def _value(change: Change, value: int | None) -> str:
    if value is None:
        return t("closing.unknown")
    return hours_words(value) if change.figure == "volunteer_seconds_measured" else str(value)


def amendment_words(context: Context, one: Amendment) -> str:
    """The number of an amendment, when and by whom it was made, and why."""
    return t("closing.amended", number=one.number, at=moment_words(context, one.at), by=one.by, reason=one.reason)


def waived_words(closing: Closing) -> list[str]:
    """What was open when a period was closed all the same."""
    return [t(f"closing.item.{one['item']}", count=one["count"]) for one in json.loads(closing.waived)]


def moment_words(context: Context, at: int) -> str:
    """An instant (UTC ms) as the wall clock of the centre showed it."""
    return f"{context.local(at):%Y-%m-%d %H:%M}"
