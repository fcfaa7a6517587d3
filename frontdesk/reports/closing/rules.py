"""What is frozen of a period, and what differs from it later. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple, cast

from frontdesk.reports.rules import OF_LEVELS

Figure = int | Mapping[str, int] | None
"""A count, or counts by category; None where nothing is known. A rate is never frozen, its parts are."""
Figures = Mapping[str, Figure]


class Change(NamedTuple):
    """A figure that differs: of one category where `key` names it, what it was and what it is."""

    figure: str
    key: str
    before: int | None
    after: int | None


def frozen(figures: Mapping[str, object], derived: Iterable[str]) -> str:
    """The figures as canonical JSON, without those that are worked out of others: equal figures give equal text."""
    kept = {name: value for name, value in figures.items() if name not in set(derived)}
    return json.dumps({"figures": kept}, ensure_ascii=False, separators=(",", ":"))


def thawed(text: str) -> dict[str, Figure]:
    """The figures that were frozen as this text."""
    return cast("dict[str, Figure]", json.loads(text)["figures"])


def digest_of(text: str) -> bytes:
    """The SHA-256 of exactly these bytes."""
    return sha256(text.encode()).digest()


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
    """Changes as people may see them: where the levels of ratings differ, that they do, in one change without numbers.

    What comes in late are few ratings: how they are spread over the levels would tell what single people said.
    """
    found = tuple(changes)
    shown = tuple(one for one in found if one.figure not in OF_LEVELS)
    return shown if len(shown) == len(found) else (*shown, Change("ratings_by_level", "", None, None))


def written(changes: Iterable[Change]) -> str:
    """Changes as the JSON that is kept."""
    return json.dumps([change._asdict() for change in changes], ensure_ascii=False, separators=(",", ":"))


def read_changes(text: str) -> tuple[Change, ...]:
    """The changes that were kept as this JSON."""
    return tuple(Change(**one) for one in json.loads(text))
