"""What stands on the cover of a report, in a workbook as on paper."""

from __future__ import annotations

from frontdesk.common.workbook import Cell
from frontdesk.locale import t
from frontdesk.reports.templates.kinds import RATES, SATISFACTION
from frontdesk.reports.weekdata import LEVELS, WeekFigures, WeekWorkbook
from frontdesk.reports.words import COUNTS

DIGEST_SHOWN = 16
"""So many hexadecimal digits of the hash of closed figures stand on a cover; `period show` says all."""


def figure_rows(report: WeekWorkbook) -> list[tuple[str, Cell, str]]:
    """Key, value and number format of every figure on the cover, in the order of the report.

    Of a half month, and below the public minimum of ratings, the bad ones, the rate and its interval are None: what
    single people said could be told from them.
    """
    rows: list[tuple[str, Cell, str]] = []
    figures, shown = report.figures, report.tells_levels
    for key in COUNTS:
        value = None if key == "bad_ratings" and not shown else getattr(figures, key)
        rows.append((key, value, "#,##0"))
        if key == "volunteer_seconds_measured":
            rows.append(("volunteer_hours", figures.volunteer_seconds_measured / 3600, "#,##0.00"))
    rates: list[float | None] = [None, None, None]
    if shown and figures.good_rate_interval95 is not None:
        rates = [figures.good_rate, *figures.good_rate_interval95]
    rows.extend((key, rate, "0.0%") for key, rate in zip(RATES, rates, strict=True))
    good, n = figures.satisfaction or (0, 0)
    rows.append((SATISFACTION, good / n if shown and n else None, "0.0%"))
    return rows


def meaning_of(key: str, value: Cell, report: WeekWorkbook) -> str:
    """What a figure means; of a rate its parts, of one that is not shown why."""
    if value is None and report.figures.ratings_by_level is None:
        return t("workbook.not_by_half_month")
    if key == SATISFACTION and report.tells_levels:
        return _satisfaction_of(report.figures)
    if value is None:
        return t("workbook.too_few", n=report.figures.ratings, minimum=report.public_minimum)
    if key == "good_rate":
        low, high = report.figures.good_rate_interval95 or (0.0, 0.0)
        n = report.figures.ratings
        return t(
            "workbook.rate_of", good=n - (report.figures.bad_ratings or 0), n=n, low=f"{low:.1%}", high=f"{high:.1%}"
        )
    return t(f"workbook.meaning.{key}")


def _satisfaction_of(figures: WeekFigures) -> str:
    if figures.satisfaction is None:
        return t("workbook.not_kept")
    good, n = figures.satisfaction
    return t("workbook.satisfaction_of", good=good, n=n, out=figures.ratings - n)


def title_of(report: WeekWorkbook) -> str:
    """Whose report of which period it is."""
    return t("workbook.title", centre=report.centre.name, period=report.period.label)


def heading_lines(report: WeekWorkbook) -> list[tuple[str, bool]]:
    """The three lines under the title: the days and whose they are, how final the figures are, and a warning or "";
    each with whether it is one.
    """
    period, centre, frozen = report.period, report.centre, report.frozen
    days = t("workbook.days", first=period.first, last=period.last, period=period.key)
    place = t("workbook.place", code=centre.code, district=centre.district, street=centre.street)
    warning = t("workbook.running", day=f"{report.created:%Y-%m-%d}") if period.running else ""
    if frozen is None:
        state = "" if period.running else t("workbook.not_closed")
    else:
        state = t("workbook.frozen", edition=frozen.edition, day=frozen.day, digest=frozen.digest[:DIGEST_SHOWN])
    return [(f"{days}    {place}", False), (state, False), (warning, True)]


def level_pairs(figures: WeekFigures) -> list[tuple[str, int | None]]:
    """The levels in words, from the best, with how many ratings have them."""
    counts = figures.ratings_by_level or {}
    return [(f"{level} {t(f'workbook.level.{level}')}", counts.get(level, 0)) for level in LEVELS]
