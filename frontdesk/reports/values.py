"""The values of a period as they leave the centre: by the indicators' codes, category by category, rates as parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.reports.closing.kept import closing_of, frozen_figures, thawed_figures, thawed_values
from frontdesk.reports.figures import travelling, travelling_values
from frontdesk.reports.indicators.rules import Parts

if TYPE_CHECKING:
    from db.closings import Closing
    from frontdesk.reports.closing.rules import Figure
    from frontdesk.reports.indicators.rules import Value

NO_CATEGORY = "未填写"
"""The category of what has none (a session without a room, a volunteer without a team): a category that travels has a
name, the same in every language of a desk.
"""


class SentValue(NamedTuple):
    """A count, of one `category` where the indicator is split, None where it is not known; or both parts of a rate."""

    indicator: str
    category: str | None = None
    value: int | None = None
    numerator: int | None = None
    denominator: int | None = None


def values_to_send(context: Context, period: Period) -> list[SentValue]:
    """Every indicator that may leave the centre in the report of this period, in the order of the register.

    Of a closed period they are the frozen ones; of one that was closed before indicators were kept, those that its
    figures are. A split without any category has no value, of days nothing leaves. Raises ClosingError `damaged`.
    """
    with context.database.reading():
        closing = closing_of(context, period)
        if closing is None:
            found: Mapping[str, Value | Figure] = travelling_values(context, period)
        else:
            found = thawed_values(closing) or _of_figures(closing)
        codes = travelling(period.kind)
    return [one for code in codes if code in found for one in _sent(code, found[code])]


def _of_figures(closing: Closing) -> dict[str, Value | Figure]:
    """The figures of an edition by the indicators' codes; the rate of good ratings follows from their levels."""
    found: dict[str, Value | Figure] = dict(thawed_figures(closing))
    ratings, bad = found.get("ratings"), found.get("bad_ratings")
    if isinstance(ratings, int) and isinstance(bad, int) and "good_rate" in frozen_figures(closing):
        found["good_rate"] = Parts(ratings - bad, ratings)
    return found


def _sent(code: str, value: Value | Figure) -> Iterator[SentValue]:
    if isinstance(value, Parts):
        yield SentValue(code, numerator=value.k, denominator=value.n)
    elif isinstance(value, Mapping):
        for category, many in value.items():
            yield SentValue(code, category=category or _no_category(value), value=many)
    else:
        yield SentValue(code, value=value)


def _no_category(split: Mapping[str, int]) -> str:
    """A name for what has no category that none of the others has."""
    name = NO_CATEGORY
    while name in split:
        name = f"（{name}）"
    return name
