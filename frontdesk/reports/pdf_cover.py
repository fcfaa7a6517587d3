"""The first page of a report on paper: the figures with their meaning, and beside them two charts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from frontdesk.common.page import GREY, INK, PALE, Colour, PaperPage
from frontdesk.common.workbook import Cell
from frontdesk.locale import t
from frontdesk.reports.cover_figures import figure_rows, heading_lines, level_pairs, meaning_of, title_of
from frontdesk.reports.templates.model import TemplateSheet
from frontdesk.reports.weekdata import WeekWorkbook

_LEFT, _TOP, _WIDTH = 14.0, 12.0, 269.0
_FIGURES, _VALUE, _MEANING = 50.0, 26.0, 94.0
_BESIDE = _LEFT + _FIGURES + _VALUE + _MEANING + 10.0
_SIDE = _LEFT + _WIDTH - _BESIDE
_ROW = 6.9
_SIGNATURES = 186.0
_MOST_BARS = 12

LEVEL_COLOURS: tuple[Colour, ...] = ((27, 127, 59), (88, 165, 92), (168, 207, 142), (240, 160, 75), (200, 64, 46))
"""From best to worst, told apart in a black-and-white print too."""


def draw_cover(page: PaperPage, report: WeekWorkbook, sheet: TemplateSheet) -> None:
    """The cover on the page that is begun."""
    y = _heading(page, report)
    _figures(page, report, sheet, y)
    categories = [*report.figures.sessions_by_category.items()][:_MOST_BARS]
    below = _bars(page, y, t("workbook.chart.categories"), categories)
    if report.tells_levels:
        _columns(page, max(below + 8, y + 62), t("workbook.chart.levels"), level_pairs(report.figures))
    page.text(_LEFT, _SIGNATURES, t("workbook.signatures"), 10, _WIDTH)


def _heading(page: PaperPage, report: WeekWorkbook) -> float:
    page.fill(_LEFT, _TOP, _WIDTH, 1.2, page.brand)
    page.text(_LEFT, _TOP + 9, title_of(report), 19, _WIDTH, style="B")
    y = _TOP + 17
    for line, is_warning in heading_lines(report):
        if line:
            page.text(_LEFT, y, line, 10, _WIDTH, colour=(192, 0, 0) if is_warning else GREY)
            y += 5.2
    return y + 2


def _figures(page: PaperPage, report: WeekWorkbook, sheet: TemplateSheet, y: float) -> None:
    """The figures that the template has, in its order and under its headings."""
    x = _LEFT
    row = min(_ROW, (_SIGNATURES - 8 - y) / (len(sheet.columns) + 1))
    page.fill(x, y, _FIGURES + _VALUE + _MEANING, row, PALE)
    page.text(x + 1.5, y + row / 2, t("workbook.head.figure"), 10, _FIGURES - 3, style="B")
    page.text(x + _FIGURES + _VALUE - 2, y + row / 2, t("workbook.head.value"), 10, _VALUE - 3, "right", "B")
    page.text(x + _FIGURES + _VALUE + 3, y + row / 2, t("workbook.head.meaning"), 10, _MEANING - 4, style="B")
    values = {code: (value, form) for code, value, form in figure_rows(report)}
    for column, heading in zip(sheet.columns, sheet.headings, strict=True):
        y += row
        value, form = values[column.code]
        page.text(x + 1.5, y + row / 2, heading, 9.5, _FIGURES - 3)
        page.text(x + _FIGURES + _VALUE - 2, y + row / 2, _said(value, form), 10.5, _VALUE - 3, "right", "B")
        meaning = meaning_of(column.code, value, report)
        page.text(x + _FIGURES + _VALUE + 3, y + row / 2, meaning, 8.5, _MEANING - 4, colour=GREY)
        page.rule(x, y + row, _FIGURES + _VALUE + _MEANING)


def _said(value: Cell, number_format: str) -> str:
    if not isinstance(value, int | float | Decimal):
        return "-"
    if number_format.endswith("%"):
        return f"{value:.1%}"
    return f"{value:,.2f}" if number_format.endswith(".00") else f"{value:,}"


def _bars(page: PaperPage, top: float, title: str, pairs: Sequence[tuple[str, int | None]]) -> float:
    """Bars from left to right, one below the other; where they end."""
    page.text(_BESIDE, top + 3, title, 11, _SIDE, style="B")
    most = max((count or 0 for _, count in pairs), default=0)
    height = min(8.0, 52.0 / max(1, len(pairs)))
    y = top + 9
    for name, count in pairs:
        page.text(_BESIDE, y + height / 2, name, 8.5, 28)
        length = (_SIDE - 40) * (count or 0) / most if most else 0.0
        page.fill(_BESIDE + 30, y + height * 0.18, length, height * 0.64, page.brand)
        page.text(_BESIDE + 31.5 + length, y + height / 2, f"{count or 0:,}", 8.5, 12)
        y += height
    if not pairs:
        page.text(_BESIDE, y + 3, t("common.workbook.empty"), 9, _SIDE, colour=GREY)
    return y


def _columns(page: PaperPage, top: float, title: str, pairs: Sequence[tuple[str, int | None]]) -> None:
    """Columns side by side on one line."""
    page.text(_BESIDE, top + 3, title, 11, _SIDE, style="B")
    most = max((count or 0 for _, count in pairs), default=0)
    room, step = 40.0, _SIDE / len(pairs)
    base = top + 14 + room
    for place, ((name, count), colour) in enumerate(zip(pairs, LEVEL_COLOURS, strict=True)):
        height = room * (count or 0) / most if most else 0.0
        middle = _BESIDE + (place + 0.5) * step
        page.fill(middle - step * 0.31, base - height, step * 0.62, height, colour)
        page.text(middle, base - height - 2.6, f"{count or 0:,}", 8.5, step, "centre")
        for number, line in enumerate(page.wrapped(name, 8, step - 1)):
            page.text(middle, base + 3.4 + 3.6 * number, line, 8, step - 1, "centre")
    page.rule(_BESIDE, base, _SIDE, INK)
