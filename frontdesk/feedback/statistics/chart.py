"""Bars of rates and of levels in plain characters. Pure.

Only ASCII and words: a Windows console draws everything else wide or not at all, and bars told apart by colour alone
are lost in print. The chart package for Textual aligns by characters, so that Chinese names push its frames askew.
"""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.common.text import display_width, pad, shorten
from frontdesk.feedback.statistics.rules import LEVELS, Figures
from frontdesk.feedback.statistics.wording import percent
from frontdesk.locale import t

_LEAST_BAR = 10
_WIDEST_NAME = 18


def rate_lines(rows: Sequence[tuple[str, Figures | None]], width: int) -> list[str]:
    """A line for each row: its name, a bar as long as the rate, the interval between brackets, the rate and n.

    The bar runs from 0 to 100 %. A row without a rate says why it has no bar. `width` is in terminal cells.
    """
    names, room = _names([name for name, _ in rows])
    ends = [_end(figures) for _, figures in rows]
    last = max(map(display_width, ends), default=0)
    bar = max(_LEAST_BAR, width - room - last - 4)
    return [
        f"{name} |{_rate_bar(figures, bar)}| {pad(end, last, 'right')}"
        for name, end, (_, figures) in zip(names, ends, rows, strict=True)
    ]


def level_lines(figures: Figures, width: int) -> list[str]:
    """A line for each of the five levels from the best: its name, a bar as long as its share, share and count."""
    names, room = _names([t(f"feedback.level.{level}") for level in LEVELS])
    ends = [f"{percent(count / figures.n if figures.n else 0.0)} {count:>6}" for count in figures.levels]
    last = max(map(display_width, ends))
    bar = max(_LEAST_BAR, width - room - last - 4)
    return [
        f"{name} |{pad('=' * round(bar * count / figures.n if figures.n else 0), bar)}| {pad(end, last, 'right')}"
        for name, end, count in zip(names, ends, figures.levels, strict=True)
    ]


def _names(names: Sequence[str]) -> tuple[list[str], int]:
    room = min(_WIDEST_NAME, max(map(display_width, names), default=0))
    return [pad(shorten(name, room), room) for name in names], room


def _end(figures: Figures | None) -> str:
    if figures is None:
        return t("statistics.hidden")
    return t("statistics.nothing") if figures.rate is None else f"{percent(figures.rate)} {figures.n:>5}"


def _rate_bar(figures: Figures | None, bar: int) -> str:
    if figures is None or figures.rate is None or figures.interval is None:
        return " " * bar
    cells = list("=" * round(figures.rate * bar) + " " * (bar - round(figures.rate * bar)))
    low, high = (min(bar - 1, int(bound * bar)) for bound in figures.interval)
    cells[low], cells[high] = "[", "]"
    return "".join(cells)
