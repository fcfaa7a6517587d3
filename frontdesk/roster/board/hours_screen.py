"""Hours and fairness as bars: what everybody carries of the roster, beside the share that would be fair."""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.locale import t
from frontdesk.roster.fairness import Load, Share
from frontdesk.roster.units import whole_hours
from frontdesk.shell.grid import GridContent, GridRow, GridText, Tone

SHOWN: tuple[Load, ...] = ("duty_minutes", "acting_slots", "standby_slots", "evenings", "weekend_days", "holidays")
NAME_WIDTH = 10
WIDE_WINDOW = 110
"""From this width on figure and bar stand side by side."""
FAR_OFF = 0.2
"""What part of the fair share somebody may be off before it is coloured; a single piece never is."""


def shares_content(shares: Sequence[Share], width: int, corner: str) -> GridContent:
    """People down, kinds of load across; each with what is carried, what is fair, and a bar with the fair mark."""
    wide = width >= WIDE_WINDOW
    most = {load: max((max(one.actual[load], one.fair[load]) for one in shares), default=0) for load in SHOWN}
    bar = max(4, (width - NAME_WIDTH - 1) // len(SHOWN) - (9 if wide else 2))
    return GridContent(
        corner=corner,
        columns=tuple((load, GridText(t(f"roster_screen.load.{load}"), tone="heading")) for load in SHOWN),
        rows=tuple(
            GridRow(
                one.staff_no, (one.name, one.staff_no), tuple(_cell(one, load, most[load], bar, wide) for load in SHOWN)
            )
            for one in shares
        ),
        heading_width=NAME_WIDTH,
        lines=1 if wide else 2,
        least_width=10,
        most_width=40,
    )


def _cell(share: Share, load: Load, most: float, bar: int, wide: bool) -> tuple[GridText, ...]:
    figure = f"{figure_of(load, share.actual[load])}/{figure_of(load, share.fair[load])}"
    tone = _tone(share, load)
    drawn = bar_of(share.actual[load], share.fair[load], most, bar)
    if wide:
        return (GridText(f"{figure:<8}{drawn}", tone=tone),)
    return GridText(figure, tone=tone), GridText(drawn, tone=tone or "muted")


def figure_of(load: Load, amount: float) -> str:
    """An amount as it is shown: hours for minutes, else pieces."""
    return whole_hours(amount) if load.endswith("minutes") else str(round(amount))


def _tone(share: Share, load: Load) -> Tone:
    piece = 60 if load.endswith("minutes") else 1
    off = share.off(load)
    if abs(off) <= max(piece * 1.5, FAR_OFF * share.fair[load]):
        return ""
    return "warning" if off > 0 else "standby"


def bar_of(actual: float, fair: float, most: float, width: int) -> str:
    """A bar of exactly `width` cells: = up to what is carried, | where the fair share ends, dots beyond."""
    if most <= 0:
        return "." * width
    filled = round(actual / most * width)
    mark = min(width - 1, round(fair / most * width))
    signs = ["=" if place < filled else "." for place in range(width)]
    signs[mark] = "|"
    return "".join(signs)


def share_lines(share: Share) -> list[str]:
    """The same for one person in words."""
    parts = [
        t(
            "roster_screen.fact.load",
            load=t(f"roster_screen.load.{load}"),
            actual=figure_of(load, share.actual[load]),
            fair=figure_of(load, share.fair[load]),
        )
        for load in SHOWN
    ]
    return [f"{share.name} {share.staff_no}  " + "  ".join(parts)]
