"""The report on paper: A4 landscape, the same bytes for the same report, headings and numbers on every page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.workbook import Column
from frontdesk.locale import LANGUAGES, use_language
from frontdesk.reports.pdf_pages import draw_report, printed
from frontdesk.reports.templates.kinds import COLUMNS, LEFT_OUT_OF_PDF
from frontdesk.reports.templates.model import BUILT_IN, Template, whole_sheet
from frontdesk.reports.weekdata import WeekFigures, WeekWorkbook
from tests.reportbooks import FIGURES, filled_report

pytestmark = pytest.mark.usefixtures("chinese")

BRAND = (241, 135, 0)


def drawn(report: WeekWorkbook, template: Template = BUILT_IN) -> bytes:
    fonts = FontSearch.of_this_system()
    if not fonts.files():
        pytest.skip("no font with Han characters is installed")
    with FontShelf(fonts) as shelf:
        return bytes(draw_report(report, template, shelf, BRAND).pdf.output())


def pages_of(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in PdfDocument(content)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_is_the_same_bytes_in_both_languages(language: str) -> None:
    use_language(language)
    first = drawn(filled_report())
    assert first == drawn(filled_report())
    for page in PdfDocument(first):
        width, height = page.get_size()
        assert (round(width), round(height)) == (842, 595)


def test_the_cover_has_every_figure_its_rate_in_parts_and_the_mark_of_a_closed_period() -> None:
    cover = pages_of(drawn(filled_report()))[0]
    for figure in ("sessions_planned", "person_times", "ratings", "volunteer_seconds_measured"):
        assert f"{FIGURES[figure]:,}" in cover
    assert "好评 135 ÷ 全部评价 145" in cover
    assert "已结账：第 2 版" in cover
    assert "非常不满意" in cover


def test_below_the_minimum_no_level_and_no_rate_is_drawn() -> None:
    few = {**FIGURES, "ratings": 4, "ratings_by_level": {"5": 3, "1": 1}, "bad_ratings": 1}
    cover = pages_of(drawn(filled_report(figures=WeekFigures.model_validate(few))))[0]
    assert "评价 4 份，不足 5 份，不显示" in cover
    assert "非常不满意" not in cover.replace("不满意和非常不满意", "")
    assert "75.0%" not in cover


def test_a_sheet_that_runs_over_has_its_title_its_headings_and_its_number_on_every_page() -> None:
    rows = 90
    pages = pages_of(drawn(filled_report(rows=rows), Template((whole_sheet("sessions"),))))
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert "场次编号" in page
        assert ("活动（续）" in page) == (number > 1)
        assert f"第 {number} 页，共 {len(pages)} 页" in page
    whole = "\n".join(pages)
    assert all(f"HD{number:03}" in whole for number in range(rows))


def test_a_text_longer_than_a_page_goes_on_on_the_next() -> None:
    words = "".join(f"第{number}句，" for number in range(1_500))
    ratings = replace(whole_sheet("ratings"), in_pdf=True)
    pages = pages_of(drawn(filled_report(words, rows=1), Template((ratings,))))
    assert len(pages) > 1
    whole = "".join("".join(pages).split())
    assert all(f"第{number}句" in whole for number in (0, 700, 1_499))


def test_small_sheets_share_a_page_and_one_without_rows_says_so() -> None:
    template = Template(tuple(whole_sheet(code) for code in ("duty", "rooms", "amendments")))
    (page,) = pages_of(drawn(filled_report(amendments=()), template))
    assert "本周期没有记录" in page
    assert "场地使用" in page


def test_lists_of_people_are_left_out_unless_a_template_says_otherwise() -> None:
    assert {"attendance", "ratings", "cases", "mechanisms"} == LEFT_OUT_OF_PDF
    usual = "".join(pages_of(drawn(filled_report())))
    assert "签到情况" not in usual
    asked = Template((replace(whole_sheet("attendance"), in_pdf=True),))
    assert "签到情况" in "".join(pages_of(drawn(filled_report(), asked)))


def test_the_whole_of_it_can_be_drawn_without_any_row_or_sheet() -> None:
    assert len(pages_of(drawn(filled_report(rows=0)))) >= 2
    assert len(pages_of(drawn(filled_report(), Template((whole_sheet("attendance"),))))) == 1
    assert set(COLUMNS) >= LEFT_OUT_OF_PDF


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (1234, "#,##0", "1,234"),
        (0.5, "0.0%", "50.0%"),
        (2.5, "#,##0.00", "2.50"),
        (3.25, "#,##0.0", "3.2"),
        (None, "", ""),
        (7, "", "7"),
    ],
)
def test_numbers_are_printed_in_the_format_of_their_column(value: float | None, number_format: str, seen: str) -> None:
    assert printed(value, Column("x", number_format)) == seen
