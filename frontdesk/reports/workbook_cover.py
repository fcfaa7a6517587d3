"""The first sheet of a report workbook: the figures with their meaning, and two charts that WPS can edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.common.text import display_width
from frontdesk.common.workbook import BRAND, WIDEST, Styles, clean_text, write_cell
from frontdesk.locale import t
from frontdesk.reports.cover_figures import figure_rows, heading_lines, level_pairs, meaning_of, title_of
from frontdesk.reports.templates.model import TemplateSheet
from frontdesk.reports.weekdata import WeekWorkbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# From best to worst, dark to light green and then orange to red: told apart in a black-and-white print too.
_LEVEL_COLOURS = ("#1B7F3B", "#58A55C", "#A8CF8E", "#F0A04B", "#C8402E")

_FIRST_FIGURE = 5
_SIDE = 4
_CHART_HEIGHT = 250
_ROW_HEIGHT = 19


def write_cover(book: Workbook, sheet: Worksheet, styles: Styles, report: WeekWorkbook, layout: TemplateSheet) -> None:
    """The cover on one page: whose and when, the figures, what they are made of, two charts, signatures."""
    longest = max(map(display_width, layout.headings))
    for column, width in enumerate((min(max(24, longest + 3), WIDEST), 13, 62, 2, 20, 10)):
        sheet.set_column(column, column, width)
    _write_heading(sheet, styles, report)
    after_figures = _write_figures(sheet, styles, report, layout)
    after_parts = _write_parts(book, sheet, styles, report, after_figures)
    last_row = after_parts + 1
    sheet.write_string(last_row, 0, t("workbook.signatures"), styles.get())
    sheet.freeze_panes(_FIRST_FIGURE, 0)
    sheet.repeat_rows(0, _FIRST_FIGURE - 1)
    sheet.print_area(0, 0, last_row, _SIDE + 1)
    sheet.fit_to_pages(1, 1)


def _write_heading(sheet: Worksheet, styles: Styles, report: WeekWorkbook) -> None:
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, clean_text(title_of(report)), styles.get(bold=True, font_size=18))
    for row, (line, is_warning) in enumerate(heading_lines(report), start=1):
        if line:
            style = styles.get(bold=True, font_color="#C00000") if is_warning else styles.get(font_color="#595959")
            sheet.write_string(row, 0, clean_text(line), style)


def _write_figures(sheet: Worksheet, styles: Styles, report: WeekWorkbook, layout: TemplateSheet) -> int:
    """The table of figures that the template has, under its headings; the row after it."""
    for column, key in enumerate(("figure", "value", "meaning")):
        sheet.write_string(_FIRST_FIGURE - 1, column, t(f"workbook.head.{key}"), styles.heading())
    figures = {key: (value, form) for key, value, form in figure_rows(report)}
    row = _FIRST_FIGURE
    for figure, heading in zip(layout.columns, layout.headings, strict=True):
        value, number_format = figures[figure.code]
        meaning = meaning_of(figure.code, value, report)
        sheet.set_row(row, _ROW_HEIGHT)
        write_cell(sheet, styles, row, 0, heading, border=1)
        write_cell(sheet, styles, row, 1, value, border=1, bold=True, num_format=number_format)
        write_cell(sheet, styles, row, 2, meaning, border=1, font_color="#595959", font_size=9)
        row += 1
    return row


def _write_parts(book: Workbook, sheet: Worksheet, styles: Styles, report: WeekWorkbook, below: int) -> int:
    """Beside the figures what the charts show, under them the charts; the row after the charts.

    Where it is not told how people rated the levels have neither counts nor a chart.
    """
    figures, shown = report.figures, report.tells_levels
    categories: list[tuple[str, int | None]] = [*figures.sessions_by_category.items()]
    categories = categories or [(t("common.workbook.empty"), 0)]
    levels = [(name, count if shown else None) for name, count in level_pairs(figures)]
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
