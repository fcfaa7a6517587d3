"""Statistics in words and for programs: for the command line, the screen and the workbook."""

from __future__ import annotations

from frontdesk.common.periods import Period
from frontdesk.feedback.statistics.rules import LEVELS, Figures
from frontdesk.feedback.statistics.service import Group, Statistics
from frontdesk.locale import t

_LONG = {"quarter": "months", "year": "months"}
"""The periods of which whole months are told."""


def percent(value: float) -> str:
    """A rate with one decimal: 93.1%."""
    return f"{value:.1%}"


def rate_words(figures: Figures) -> str:
    """The rate with what it is made of, never a bare percentage; '-' where nothing counts."""
    if figures.rate is None:
        return t("statistics.nothing")
    return t("statistics.rate", rate=percent(figures.rate), good=figures.good, n=figures.n)


def interval_words(figures: Figures) -> str:
    """The Wilson 95 % interval; '-' where nothing counts."""
    if figures.interval is None:
        return t("statistics.nothing")
    low, high = figures.interval
    return t("statistics.interval", low=percent(low), high=percent(high))


def change_words(group: Group) -> str:
    """Against the period before: up, down, no clear change, or '-' where there is nothing to compare."""
    return t(f"statistics.change.{group.change or 'unknown'}")


def active_words(group: Group) -> str:
    """主动评价率, '-' where there is none."""
    return t("statistics.nothing") if group.active_rate is None else percent(group.active_rate)


def open_words(group: Group) -> str:
    """Open follow-ups, and how many of them are overdue."""
    if not group.open:
        return t("statistics.nothing")
    key = "statistics.open_overdue" if group.overdue else "statistics.open"
    values = {"open": group.open} | ({"overdue": group.overdue} if group.overdue else {})
    return t(key, **values)


def name_words(group: Group) -> str:
    """What a group is called: kinds in words, all else as the centre calls it."""
    if not group.path:
        return t("statistics.whole")
    return t(f"statistics.kind.{group.path[0]}") if len(group.path) == 1 else group.label


def total_words(found: Statistics) -> list[str]:
    """The whole centre in a few parts of a sentence: the rate, the change, what is excluded, follow-ups."""
    figures = found.total.figures
    if figures is None or figures.interval is None or figures.rate is None:
        key = "statistics.total.few" if found.answers else "statistics.total.none"
        return [t(key, n=found.answers, minimum=found.minimum) if found.answers else t(key)]
    low, high = figures.interval
    words = [
        t(
            "statistics.total.figures",
            n=figures.n,
            good=figures.good,
            rate=percent(figures.rate),
            low=percent(low),
            high=percent(high),
        ),
        t("statistics.total.change", change=change_words(found.total)),
    ]
    if figures.excluded:
        words.append(t("statistics.total.excluded", n=figures.excluded))
    if found.total.open:
        words.append(t("statistics.total.open", open=found.total.open, overdue=found.total.overdue))
    else:
        words.append(t("statistics.total.open_none"))
    return words


def through_words(found: Statistics) -> list[str]:
    """Up to which day what was counted, where that is not the whole period."""
    if found.through is None:
        return [t("statistics.not_begun")]
    words = []
    if found.through < found.period.last:
        words += [t("statistics.through", day=f"{found.through:%m-%d}"), t("statistics.tomorrow")]
    of = "staff" if found.grouping == "staff" else _LONG.get(found.period.kind, found.period.kind)
    if found.groups_from is None or found.groups_through is None:
        words.append(t(f"statistics.told_wait.{of}"))
    elif found.groups_through < found.period.last:
        first, last = f"{found.groups_from:%m-%d}", f"{found.groups_through:%m-%d}"
        words.append(t(f"statistics.told.{of}", first=first, last=last))
    return words


def why_hidden(found: Statistics) -> str:
    """Why some groups of these statistics are not listed, and where or when they are; '' where all are."""
    if all(group.figures is not None for group in found.groups):
        return ""
    return t(f"statistics.why_hidden.{_reason(found)}", minimum=found.minimum)


def _reason(found: Statistics) -> str:
    period = found.period
    if period.kind in _LONG:
        return "months"
    if period.kind == "month":
        runs = found.groups_through is not None and found.groups_through < period.last
        return "weeks" if runs else "month"
    if found.waits:
        return "late_week"
    return "parts" if period.first.month != period.last.month else "week"


def group_line(group: Group) -> str:
    """One group in a line for the terminal."""
    figures = group.figures
    if figures is None:
        return t("statistics.line", name=name_words(group), figures=t("statistics.hidden"))
    if figures.rate is None or figures.interval is None:
        parts = [t("statistics.nothing")]
    else:
        low, high = figures.interval
        parts = [
            t(
                "statistics.line.figures",
                n=figures.n,
                good=figures.good,
                rate=percent(figures.rate),
                low=percent(low),
                high=percent(high),
                change=change_words(group),
            )
        ]
    if figures.excluded:
        parts.append(t("statistics.line.excluded", n=figures.excluded))
    if group.active_rate is not None:
        parts.append(t("statistics.line.active", rate=percent(group.active_rate)))
    if group.open:
        parts.append(t("statistics.line.open", open=group.open, overdue=group.overdue))
    return t("statistics.line", name=name_words(group), figures=t("statistics.joint").join(parts))


def trend_line(period: Period, figures: Figures | None) -> str:
    """One period of a trend in a line for the terminal."""
    if figures is None:
        return t("statistics.line", name=period.key, figures=t("statistics.hidden"))
    words = f"{rate_words(figures)}  {interval_words(figures)}"
    return t("statistics.line", name=period.key, figures=words)


def as_values(found: Statistics) -> dict[str, object]:
    """The statistics for a program; what is hidden is null."""
    return {
        "period": found.period.key,
        "from": found.period.first.isoformat(),
        "to": found.period.last.isoformat(),
        "by": found.grouping,
        "minimum": found.minimum,
        "answers": found.answers,
        "through": found.through.isoformat() if found.through else None,
        "groups_from": found.groups_from.isoformat() if found.groups_from else None,
        "groups_through": found.groups_through.isoformat() if found.groups_through else None,
        "total": _group_values(found.total),
        "groups": [_group_values(group) for group in found.groups],
    }


def trend_values(found: list[tuple[Period, Figures | None]]) -> list[dict[str, object]]:
    """A trend for a program."""
    return [{"period": period.key, **_figure_values(figures)} for period, figures in found]


def _group_values(group: Group) -> dict[str, object]:
    shown = group.figures is not None
    return {
        "path": list(group.path),
        "name": name_words(group),
        "hidden": not shown,
        **_figure_values(group.figures),
        "change": group.change,
        "active_rate": None if group.active_rate is None else round(group.active_rate, 6),
        "person_times": group.person_times,
        "open": group.open if shown else None,
        "overdue": group.overdue if shown else None,
    }


def _figure_values(figures: Figures | None) -> dict[str, object]:
    if figures is None:
        return dict.fromkeys(("n", "good", "rate", "interval95", "levels", "excluded"))
    return {
        "n": figures.n,
        "good": figures.good,
        "rate": None if figures.rate is None else round(figures.rate, 6),
        "interval95": None if figures.interval is None else [round(bound, 6) for bound in figures.interval],
        "levels": {str(level): count for level, count in zip(LEVELS, figures.levels, strict=True)},
        "excluded": figures.excluded,
    }
