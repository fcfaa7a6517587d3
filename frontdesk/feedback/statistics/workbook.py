"""The statistics of a period as a workbook, with charts that WPS and Excel can edit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontdesk.common.periods import Period
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import write_whole
from frontdesk.common.workbook import BRAND, Cell, Column
from frontdesk.context import Context
from frontdesk.feedback.statistics.errors import StatisticsError
from frontdesk.feedback.statistics.groups import Grouping
from frontdesk.feedback.statistics.rules import LEVELS, Figures
from frontdesk.feedback.statistics.service import Group, Statistics, statistics, trend
from frontdesk.feedback.statistics.wording import change_words, name_words, through_words, total_words, why_hidden
from frontdesk.locale import t

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WEEKS = 12
MONTHS = 12

_COUNT = "#,##0"
_RATE = "0.0%"
_HEADING_ROWS = 3

# From best to worst, dark to light green and then orange to red: told apart in a black-and-white print too.
_LEVEL_COLOURS = ("#1B7F3B", "#58A55C", "#A8CF8E", "#F0A04B", "#C8402E")


def export_statistics(context: Context, period: Period, grouping: Grouping, out: Path) -> Path:
    """Write the statistics of a period and the last weeks and months up to it. Returns `out`.

    It shows what `statistics` shows and hides the same. Raises StatisticsError `export_failed`, and what `statistics`
    raises.
    """
    with context.database.reading():
        found = statistics(context, period, grouping)
        weeks = trend(context, "week", period, WEEKS)
        months = trend(context, "month", period, MONTHS)
    title = t("statistics.workbook.title", centre=context.centre.name, period=period.label)
    footer = f"{context.centre.name} {period.key}"
    book = TableBook(title, context.centre.name, context.now())
    _write_groups(book, footer, found)
    _write_trend(book, footer, "trend_week", weeks)
    _write_trend(book, footer, "trend_month", months)
    try:
        write_whole(out, book.content(), private=True)
    except OSError as error:
        raise StatisticsError("export_failed", path=str(out), reason=error.strerror or str(error)) from error
    return out


def _heads(*keys: tuple[str, str]) -> list[Column]:
    return [Column(t(f"statistics.column.{key}"), number_format) for key, number_format in keys]


def _level_columns() -> list[Column]:
    return [Column(t(f"feedback.level.{level}"), _COUNT) for level in LEVELS]


def _write_groups(book: TableBook, footer: str, found: Statistics) -> None:
    columns = [
        *_heads(("group", ""), ("n", _COUNT)),
        *_level_columns(),
        *_heads(
            ("rate", _RATE),
            ("low", _RATE),
            ("high", _RATE),
            ("before", _RATE),
            ("change", ""),
            ("active", _RATE),
            ("person_times", _COUNT),
            ("open", _COUNT),
            ("overdue", _COUNT),
            ("excluded", _COUNT),
        ),
    ]
    rows = [_group_row(group) for group in (found.total, *found.groups)]
    under = "  ".join([t(f"statistics.by.{found.grouping}"), *total_words(found), *through_words(found)])
    if words := why_hidden(found):
        rows.append([words, *[None] * (len(columns) - 1)])
    sheet = book.add(t("statistics.workbook.sheet.summary"), under, columns, rows, footer=footer)
    if found.total.figures is not None:
        shown = 1 + sum(group.figures is not None for group in found.groups)
        _add_charts(book.book, sheet, shown, len(rows))


def _group_row(group: Group) -> list[Cell]:
    figures = group.figures
    if figures is None:
        return [name_words(group), t("statistics.hidden"), *[None] * 15]
    low, high = figures.interval or (None, None)
    return [
        name_words(group),
        figures.n,
        *figures.levels,
        figures.rate,
        low,
        high,
        group.before.rate if group.before else None,
        change_words(group),
        group.active_rate,
        group.person_times,
        group.open,
        group.overdue,
        figures.excluded,
    ]


def _add_charts(book: Workbook, sheet: Worksheet, shown: int, rows: int) -> None:
    """The five levels of the whole centre, and the rates of what is shown, under the table."""
    name = sheet.get_name()
    top = _HEADING_ROWS + rows + 1
    levels: Any = book.add_chart({"type": "column"})
    levels.add_series(
        {
            "categories": [name, _HEADING_ROWS - 1, 2, _HEADING_ROWS - 1, 6],
            "values": [name, _HEADING_ROWS, 2, _HEADING_ROWS, 6],
            "points": [{"fill": {"color": colour}} for colour in _LEVEL_COLOURS],
            "gap": 60,
            "data_labels": {"value": True},
        }
    )
    _finish(levels, "levels")
    levels.set_y_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    sheet.insert_chart(top, 0, levels, {"description": t("statistics.workbook.chart.levels")})
    rates: Any = book.add_chart({"type": "bar"})
    last = _HEADING_ROWS + shown - 1
    rates.add_series(
        {
            "categories": [name, _HEADING_ROWS, 0, last, 0],
            "values": [name, _HEADING_ROWS, 7, last, 7],
            "fill": {"color": BRAND},
            "gap": 60,
            "data_labels": {"value": True},
        }
    )
    _finish(rates, "rate")
    rates.set_x_axis({"visible": False, "min": 0, "max": 1, "major_gridlines": {"visible": False}})
    # Else the axis of names would run from bottom to top.
    rates.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
    sheet.insert_chart(top, 6, rates, {"description": t("statistics.workbook.chart.rate")})


def _finish(chart: Any, key: str) -> None:
    chart.set_title({"name": t(f"statistics.workbook.chart.{key}"), "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_size({"width": 465, "height": 270})


def _write_trend(book: TableBook, footer: str, key: str, found: Sequence[tuple[Period, Figures | None]]) -> None:
    """One row for each period, and the line of the rate between its bounds."""
    columns = [
        *_heads(("period", ""), ("n", _COUNT), ("rate", _RATE), ("low", _RATE), ("high", _RATE), ("excluded", _COUNT))
    ]
    rows: list[list[Cell]] = []
    for period, figures in found:
        if figures is None:
            rows.append([period.key, t("statistics.hidden"), None, None, None, None])
            continue
        low, high = figures.interval or (None, None)
        rows.append([period.key, figures.n, figures.rate, low, high, figures.excluded])
    title = t(f"statistics.workbook.sheet.{key}")
    sheet = book.add(title, footer, columns, rows, title=title, footer=footer)
    name, last = sheet.get_name(), _HEADING_ROWS + len(rows) - 1
    chart: Any = book.book.add_chart({"type": "line"})
    lines = ((2, BRAND, 2.25, "solid"), (3, "#7F7F7F", 1, "dash"), (4, "#7F7F7F", 1, "dash"))
    for column, colour, width, dash in lines:
        chart.add_series(
            {
                "name": [name, _HEADING_ROWS - 1, column],
                "categories": [name, _HEADING_ROWS, 0, last, 0],
                "values": [name, _HEADING_ROWS, column, last, column],
                "line": {"color": colour, "width": width, "dash_type": dash},
            }
        )
    _finish(chart, "rate")
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": "0%", "max": 1})
    chart.show_blanks_as("gap")
    sheet.insert_chart(last + 2, 0, chart, {"description": t("statistics.workbook.chart.rate")})
