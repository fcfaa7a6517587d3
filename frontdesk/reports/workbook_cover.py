"""The first sheet of a report workbook: the figures with their meaning, and two charts that WPS can edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.common.periods import parse_period
from frontdesk.common.workbook import BRAND, Cell, Styles, clean_text, write_cell
from frontdesk.locale import t
from frontdesk.reports.weekdata import LEVELS, WeekFigures, WeekWorkbook
from frontdesk.reports.words import COUNTS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

RATES = ("good_rate", "good_rate_low", "good_rate_high")

# From best to worst, dark to light green and then orange to red: told apart in a black-and-white print too.
_LEVEL_COLOURS = ("#1B7F3B", "#58A55C", "#A8CF8E", "#F0A04B", "#C8402E")

_FIRST_FIGURE = 5
_SIDE = 4
_CHART_HEIGHT = 250
_ROW_HEIGHT = 19


def figure_rows(figures: WeekFigures, public_minimum: int) -> list[tuple[str, Cell, str]]:
    """Key, value and number format of every figure on the cover, in the order of the report.

    Below `public_minimum` ratings the bad ones, the rate and its interval are None: too few answers to stay anonymous.
    """
    rows: list[tuple[str, Cell, str]] = []
    shown = figures.ratings >= public_minimum
    for key in COUNTS:
        value = None if key == "bad_ratings" and not shown else getattr(figures, key)
        rows.append((key, value, "#,##0"))
        if key == "volunteer_seconds_measured":
            rows.append(("volunteer_hours", figures.volunteer_seconds_measured / 3600, "#,##0.00"))
    rates: list[float | None] = [None, None, None]
    if shown and figures.good_rate_interval95 is not None:
        rates = [figures.good_rate, *figures.good_rate_interval95]
    rows.extend((key, rate, "0.0%") for key, rate in zip(RATES, rates, strict=True))
    return rows


def write_cover(book: Workbook, sheet: Worksheet, styles: Styles, report: WeekWorkbook) -> None:
    """The cover on one page: whose and when, the figures, what they are made of, two charts, signatures."""
    for column, width in enumerate((24, 13, 62, 2, 20, 10)):
        sheet.set_column(column, column, width)
    _write_heading(sheet, styles, report)
    after_figures = _write_figures(sheet, styles, report)
    after_parts = _write_parts(book, sheet, styles, report, after_figures)
    last_row = after_parts + 1
    sheet.write_string(last_row, 0, t("workbook.signatures"), styles.get())
    sheet.freeze_panes(_FIRST_FIGURE, 0)
    sheet.repeat_rows(0, _FIRST_FIGURE - 1)
    sheet.print_area(0, 0, last_row, _SIDE + 1)
    sheet.fit_to_pages(1, 1)


def _write_heading(sheet: Worksheet, styles: Styles, report: WeekWorkbook) -> None:
    period, centre = report.period, report.centre
    sheet.set_row(0, 32)
    title = t("workbook.title", centre=centre.name, period=period.label or parse_period(period.key).label)
    sheet.write_string(0, 0, clean_text(title), styles.get(bold=True, font_size=18))
    days = t("workbook.days", first=period.first, last=period.last, period=period.key)
    place = t("workbook.place", code=centre.code, district=centre.district, street=centre.street)
    made = t("workbook.made", when=f"{report.created:%Y-%m-%d %H:%M}")
    sheet.write_string(1, 0, clean_text(f"{days}    {place}"), styles.get())
    sheet.write_string(2, 0, made, styles.get(font_color="#595959"))
    if period.running:
        sheet.write_string(3, 0, t("workbook.running"), styles.get(bold=True, font_color="#C00000"))


def _write_figures(sheet: Worksheet, styles: Styles, report: WeekWorkbook) -> int:
    """The table of figures; the row after it."""
    for column, key in enumerate(("figure", "value", "meaning")):
        sheet.write_string(_FIRST_FIGURE - 1, column, t(f"workbook.head.{key}"), styles.heading())
    row = _FIRST_FIGURE
    for key, value, number_format in figure_rows(report.figures, report.public_minimum):
        meaning = t(f"workbook.meaning.{key}")
        if value is None:
            meaning = t("workbook.too_few", n=report.figures.ratings, minimum=report.public_minimum)
        elif key == "good_rate":
            meaning = t("workbook.rate_of", **_rate_parts(report.figures))
        sheet.set_row(row, _ROW_HEIGHT)
        write_cell(sheet, styles, row, 0, t(f"workbook.figure.{key}"), border=1)
        write_cell(sheet, styles, row, 1, value, border=1, bold=True, num_format=number_format)
        write_cell(sheet, styles, row, 2, meaning, border=1, font_color="#595959", font_size=9)
        row += 1
    return row


def _rate_parts(figures: WeekFigures) -> dict[str, object]:
    low, high = figures.good_rate_interval95 or (0.0, 0.0)
    return {
        "good": figures.ratings - figures.bad_ratings,
        "n": figures.ratings,
        "low": f"{low:.1%}",
        "high": f"{high:.1%}",
    }


def _write_parts(book: Workbook, sheet: Worksheet, styles: Styles, report: WeekWorkbook, below: int) -> int:
    """Beside the figures what the charts show, under them the charts; the row after the charts.

    Below the public minimum the levels have neither counts nor a chart.
    """
    figures, shown = report.figures, report.figures.ratings >= report.public_minimum
    categories: list[tuple[str, int | None]] = [*figures.sessions_by_category.items()]
    categories = categories or [(t("common.workbook.empty"), 0)]
    levels = [(_level_name(level), figures.ratings_by_level.get(level, 0) if shown else None) for level in LEVELS]
    top = _FIRST_FIGURE - 1
    category_end = _write_pairs(sheet, styles, top, "category", categories)
    level_top = category_end + 1
    level_end = _write_pairs(sheet, styles, level_top, "level", levels)
    charts_top = max(below, level_end) + 1
    first = _chart(book, sheet, "bar", "chart.categories", (top + 1, category_end - 1))
    sheet.insert_chart(charts_top, 0, first, _chart_place("chart.categories", 0))
    if shown:
        second = _chart(book, sheet, "column", "chart.levels", (level_top + 1, level_end - 1))
        sheet.insert_chart(charts_top, 2, second, _chart_place("chart.levels", 212))
    return charts_top + -(-_CHART_HEIGHT // 20)


def _write_pairs(sheet: Worksheet, styles: Styles, top: int, kind: str, pairs: list[tuple[str, int | None]]) -> int:
    """A little table of names and counts; the row after it."""
    sheet.write_string(top, _SIDE, t(f"workbook.head.{kind}"), styles.heading())
    sheet.write_string(top, _SIDE + 1, t("workbook.head.count"), styles.heading())
    for row, (name, count) in enumerate(pairs, start=top + 1):
        write_cell(sheet, styles, row, _SIDE, name, border=1)
        write_cell(sheet, styles, row, _SIDE + 1, count, border=1, num_format="#,##0")
    return top + 1 + len(pairs)


def _chart(book: Workbook, sheet: Worksheet, kind: str, title: str, rows: tuple[int, int]) -> Any:
    """A native chart over the pairs in `rows`, first and last included."""
    chart: Any = book.add_chart({"type": kind})
    points = [{"fill": {"color": colour}} for colour in _LEVEL_COLOURS] if kind == "column" else []
    chart.add_series(
        {
            "categories": [sheet.get_name(), rows[0], _SIDE, rows[1], _SIDE],
            "values": [sheet.get_name(), rows[0], _SIDE + 1, rows[1], _SIDE + 1],
            "fill": {"color": BRAND},
            "points": points,
            "gap": 60,
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": t(f"workbook.{title}"), "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    # The labels carry the counts, so their axis is left out. In a bar chart y is the axis of names, which
    # would run from bottom to top.
    counts = {"visible": False, "min": 0, "major_gridlines": {"visible": False}}
    chart.set_x_axis(counts if kind == "bar" else {})
    chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}} if kind == "bar" else counts)
    chart.set_size({"width": 465, "height": _CHART_HEIGHT})
    return chart


def _chart_place(title: str, offset: int) -> dict[str, object]:
    return {
        "x_offset": offset,
        "description": t(f"workbook.{title}"),
        "object_position": 1,
    }


def _level_name(level: str) -> str:
    return f"{level} {t(f'workbook.level.{level}')}"
