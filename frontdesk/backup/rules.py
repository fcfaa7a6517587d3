"""Which backups stay and which go, and when one is due. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

AUTOMATIC = frozenset(("daily", "before_upgrade"))
"""The kinds that rotation may take away; what a person asked for, and what stood before a restoration, stays."""

OLD_AFTER_DAYS = 3
"""From so many days on a last good backup is old: a centre may be closed for two."""


class Kept(NamedTuple):
    """A good backup in the folder; `id` grows in the order of making, `day` is what the clock said then."""

    id: int
    kind: str
    day: date


class Keeping(NamedTuple):
    """Of how many days, weeks and months one backup each is kept (settings `backup_keep_*`)."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12


def to_remove(backups: Sequence[Kept], today: date, keeping: Keeping) -> list[int]:
    """The ids of the backups that may go, in order.

    Of the automatic ones the latest of each of the last days, weeks (Monday to Sunday) and months that have one stays,
    as many as `keeping` says, and the last good one of all, by the order of making. A backup whose day lies ahead of
    today was made by a wrong clock: it takes no other one's place, and of such ones the last few stay too.
    """
    if not backups:
        return []
    mine = sorted((one for one in backups if one.kind in AUTOMATIC), key=lambda one: one.id)
    astray = [one for one in mine if one.day > today]
    dated = sorted((one for one in mine if one.day <= today), key=lambda one: (one.day, one.id), reverse=True)
    stays = {max(one.id for one in backups)}
    stays |= {one.id for one in _last_of(((one.day, one) for one in dated), keeping.daily)}
    stays |= {one.id for one in _last_of(((week_of(one.day), one) for one in dated), keeping.weekly)}
    stays |= {one.id for one in _last_of(((one.day.replace(day=1), one) for one in dated), keeping.monthly)}
    stays |= {one.id for one in astray[-max(keeping.daily, 1) :]}
    return [one.id for one in mine if one.id not in stays]


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def _last_of(dated: Iterable[tuple[date, Kept]], count: int) -> list[Kept]:
    """The first that is met of each of the first `count` stretches, the latest stretch first."""
    found: dict[date, Kept] = {}
    for stretch, one in dated:
        if stretch not in found and len(found) == count:
            break
        found.setdefault(stretch, one)
    return list(found.values())


def age_in_days(last: date | None, today: date) -> int | None:
    """How many days ago a backup was made; None without one, and where the clock stood ahead then."""
    return None if last is None or last > today else (today - last).days


def gap(highest: int, days: int, most: int, *, a_day: int = 20, least: int = 100) -> int:
    """Up to which number a lost file may have given numbers out, where `highest` is the highest that the backup knows:
    so many a day for the days that passed (at least `least`), ended on a full hundred so that people see it is a gap.

    Never above `most`, the last number there is.
    """
    wanted = highest + max(least, a_day * max(days, 0))
    return min(-(-wanted // 100) * 100, max(most, highest))
