"""What is frozen of a period, and what differs from it later. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple, cast

from db.closings import Closing
from frontdesk.common.periods import Period, PeriodKind, WeekStyle, parse_period
from frontdesk.reports.indicators.rules import Parts, Value
from frontdesk.reports.rules import OF_LEVELS, OF_RATINGS, WITHOUT_LEVELS

DERIVED = frozenset({"good_rate", "good_rate_interval95"})
"""The figures that are worked out of others."""
SCHEME = 2
"""What the digests of new editions are made of, as `db.closings.Closing` says."""

Figure = int | Mapping[str, int] | None
"""A count, or counts by category; None where nothing is known. A rate is never frozen, its parts are."""
Figures = Mapping[str, Figure]


class Change(NamedTuple):
    """A figure that differs: of one category where `key` names it, what it was and what it is."""

    figure: str
    key: str
    before: int | None
    after: int | None


def kept_figures(figures: Mapping[str, object], kind: PeriodKind) -> Figures:
    """The figures of a period of this kind that are kept: none that is worked out of others, and of half months none
    that tells how people rated.
    """
    left_out = OF_LEVELS if kind in WITHOUT_LEVELS else DERIVED
    return cast("Figures", {name: value for name, value in figures.items() if name not in left_out})


def frozen(figures: Figures) -> str:
    """The figures as canonical JSON: equal figures give equal text."""
    return json.dumps({"figures": figures}, ensure_ascii=False, separators=(",", ":"))


def thawed(text: str) -> dict[str, Figure]:
    """The figures that were frozen as this text."""
    return cast("dict[str, Figure]", json.loads(text)["figures"])


def frozen_values(values: Mapping[str, Value]) -> str:
    """The values of indicators as canonical JSON: counts, counts by key, of a rate both parts in a list."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def thawed_values(text: str) -> dict[str, Value]:
    """The values of indicators that were frozen as this text."""
    return {code: Parts(*one) if isinstance(one, list) else one for code, one in json.loads(text).items()}


def digest_of(closing: Closing) -> bytes:
    """The SHA-256 of what the scheme of an edition says: of exactly the bytes of its figures; of all of it but for its
    instant and who closed it, as one canonical JSON list.
    """
    if closing.scheme == 1:
        return sha256(closing.figures.encode()).digest()
    whole = [
        closing.scheme,
        closing.period,
        closing.edition,
        closing.first_day,
        closing.last_day,
        closing.figures,
        closing.indicators,
        closing.waived,
        closing.changes,
        closing.reason,
    ]
    return sha256(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def period_of(closing: Closing, style: WeekStyle = "number") -> Period:
    """The period of an edition with the days that were frozen, wherever weeks end today. Raises ValueError where its
    key is none, or its days are not those of the key.
    """
    last = date.fromisoformat(closing.last_day)
    found = parse_period(closing.period, week_ends=last.isoweekday(), style=style, finer=True)
    if (found.first.isoformat(), found.last.isoformat()) != (closing.first_day, closing.last_day):
        raise ValueError(f"not the days of {closing.period}")
    return found


def is_damaged(closing: Closing) -> bool:
    """Whether an edition is not what its digest was made of, or its days are not those of its period key."""
    try:
        period_of(closing)
    except ValueError:
        return True
    return digest_of(closing) != closing.digest


def told(values: Mapping[str, Value], figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The indicators in which a difference is told: neither those that are `figures` too nor rates, of which the parts
    are told.
    """
    return {code: one for code, one in values.items() if code not in figures and not isinstance(one, Parts)}


def changes_between(before: Figures, after: Figures) -> tuple[Change, ...]:
    """What differs now from the figures before, in their order; a category that one of them lacks counts 0.

    A figure that was not counted then says nothing: a newer program may count more.
    """
    found: list[Change] = []
    for name, value in before.items():
        if name not in after:
            continue
        now = after[name]
        if isinstance(value, Mapping) and isinstance(now, Mapping):
            for key in dict.fromkeys((*value, *now)):
                if value.get(key, 0) != now.get(key, 0):
                    found.append(Change(name, key, value.get(key, 0), now.get(key, 0)))
        elif not isinstance(value, Mapping) and not isinstance(now, Mapping) and value != now:
            found.append(Change(name, "", value, now))
    return tuple(found)


def to_be_shown(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes as people may see them: where what tells how people rated differs, that it does, in one change without
    numbers.

    What comes in late are few ratings: how they are spread over the levels would tell what single people said.
    """
    found = tuple(changes)
    shown = tuple(one for one in found if one.figure not in OF_RATINGS)
    return shown if len(shown) == len(found) else (*shown, Change("ratings_by_level", "", None, None))


def written(changes: Iterable[Change]) -> str:
    """Changes as the JSON that is kept."""
    return json.dumps([change._asdict() for change in changes], ensure_ascii=False, separators=(",", ":"))


def read_changes(text: str) -> tuple[Change, ...]:
    """The changes that were kept as this JSON."""
    return tuple(Change(**one) for one in json.loads(text))
