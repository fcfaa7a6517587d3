"""The service categories (九类服务, mechanisms X03) and activity types of a centre: lists among its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frontdesk.context import Context


def categories(context: Context) -> tuple[str, ...]:
    """The service categories in the centre's order."""
    return context.settings.service_categories


def activity_types(context: Context) -> tuple[str, ...]:
    """The activity types in the centre's order."""
    return context.settings.activity_types


def in_order(counts: Mapping[str, int], kinds: Sequence[str]) -> dict[str, int]:
    """Counts by kind in the order of the list; those of a kind that is no longer in it come last, by name."""
    known = {kind: counts[kind] for kind in kinds if kind in counts}
    return known | {kind: counts[kind] for kind in sorted(counts) if kind not in known}


def meant(text: str, kinds: Sequence[str]) -> str | None:
    """The one of `kinds` that `text` means, with or without 服务 at its end spaces or not; None for another word."""
    stem = "".join(text.split()).removesuffix("服务")
    return next((kind for kind in kinds if kind.removesuffix("服务") == stem), None) if stem else None
