"""The service categories (九类服务, mechanisms X03) and activity types of a centre: lists among its settings."""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.activities.rules import CATEGORIES
from frontdesk.context import Context

TYPES = ("文体活动", "便民服务", "微治理", "其他")
"""活动类型, as offices write them."""


def categories(context: Context) -> tuple[str, ...]:
    """The service categories in the centre's order."""
    return getattr(context.settings, "service_categories", CATEGORIES)


def activity_types(context: Context) -> tuple[str, ...]:
    """The activity types in the centre's order."""
    return getattr(context.settings, "activity_types", TYPES)


def meant(text: str, kinds: Sequence[str]) -> str | None:
    """The one of `kinds` that `text` means, with or without 服务 at its end spaces or not; None for another word."""
    stem = "".join(text.split()).removesuffix("服务")
    return next((kind for kind in kinds if kind.removesuffix("服务") == stem), None) if stem else None
