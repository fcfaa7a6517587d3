"""Items of the check list, changes and amendments in words."""

from __future__ import annotations

import json

from db.closings import Closing
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports.closing.checklist import Item
from frontdesk.reports.closing.rules import Change
from frontdesk.reports.closing.service import Amendment
from frontdesk.reports.figures import FIGURES
from frontdesk.reports.rules import OF_LEVELS


def item_words(item: Item) -> str:
    """What is open, or that nothing is."""
    if not item.is_open:
        return t(f"closing.clear.{item.code}")
    return t(f"closing.item.{item.code}", count=item.count, which=item.which)


def change_words(change: Change) -> str:
    """Which figure differs, what it was and what it is."""
    if change.figure in OF_LEVELS and change.before is None:
        return t("closing.line.levels_changed")
    name, before, after = figure_words(change)
    return t("closing.line.change", figure=name, before=before, after=after)


def figure_words(change: Change) -> tuple[str, str, str]:
    """Which figure or indicator differs, what it was and what it is."""
    # Only what was amended needs the definitions, which pydantic reads.
    from frontdesk.reports.indicators.service import find
    from frontdesk.reports.indicators.words import count_words, plain_key_words

    indicator = find(change.figure)
    if change.figure in FIGURES:
        name = t(f"reports.figure.{change.figure}")
    else:
        # One that a program of another version counted has no name here.
        name = change.figure if indicator is None else str(indicator.name)
    is_split = indicator is not None and indicator.kind == "split"
    if change.key or is_split:
        key = change.key if indicator is None else plain_key_words(indicator, change.key)
        name = t("closing.of_key", figure=name, key=key)
    before, after = (
        t("closing.unknown") if one is None else str(one) if indicator is None else count_words(indicator, one)
        for one in (change.before, change.after)
    )
    return name, before, after


def amendment_words(context: Context, one: Amendment) -> str:
    """The number of an amendment, when and by whom it was made, and why."""
    return t("closing.amended", number=one.number, at=moment_words(context, one.at), by=one.by, reason=one.reason)


def waived_words(closing: Closing) -> list[str]:
    """What was open when a period was closed all the same."""
    return [t(f"closing.item.{one['item']}", count=one["count"]) for one in json.loads(closing.waived)]


def moment_words(context: Context, at: int) -> str:
    """An instant (UTC ms) as the wall clock of the centre showed it."""
    return f"{context.local(at):%Y-%m-%d %H:%M}"
