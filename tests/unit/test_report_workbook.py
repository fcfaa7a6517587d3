"""The report workbook: figures arrive as they are, residents' words stay words, and it prints."""

from __future__ import annotations

import json
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.reader.excel import load_workbook

from frontdesk.common.text import display_width, neutralise_cell
from frontdesk.common.workbook import WIDEST, Column, clean_text, column_widths
from frontdesk.locale import LANGUAGES, catalogue, t, use_language, words_for
from frontdesk.reports.indicators.service import indicator
from frontdesk.reports.templates.kinds import FIGURES as COVER_FIGURES
from frontdesk.reports.templates.reading import parse_template
from frontdesk.reports.weekdata import (
    DutyRow,
    HoursRow,
    RatingRow,
    SessionRow,
    ShiftRow,
    WeekCentre,
    WeekFigures,
    WeekPeriod,
    WeekWorkbook,
)
from frontdesk.reports.words import figure_lines
from frontdesk.reports.workbook import WorkbookFault, write_week
from tests.reportbooks import filled_report

pytestmark = pytest.mark.usefixtures("chinese")

EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "centre-a" / "expected.json").read_text("utf-8"))
WEEK = EXPECTED["weeks"]["2026-W46"]
SHEETS = [
    "封面",
    "活动",
    "签到",
    "志愿时长",
    "评价",
    "评价合计",
    "差评跟进",
    "办件",
    "制度台账",
    "值守",
    "值守排班",
    "场地使用",
    "更正",
    "指标说明",
]
FORMULA = '=HYPERLINK("http://example.org","点这里")'
LABEL = "2026年第46周"
LONG_DIGITS = "20261109001234567890"
COUNTS = [key for key, value in WEEK.items() if isinstance(value, int)]


def report(**changes: Any) -> WeekWorkbook:
    values: dict[str, Any] = {
        "centre": WeekCentre(code=EXPECTED["centre"], name=EXPECTED["name"], street="安亭镇", district="嘉定区"),
        "period": WeekPeriod(
            key="2026-W46", first=date(2026, 11, 9), last=date(2026, 11, 15), running=False, label=LABEL
        ),
        "figures": WeekFigures.model_validate(WEEK),
        "sessions": (
            SessionRow(
                code=LONG_DIGITS,
                day=date(2026, 11, 9),
                time="09:00-10:30",
                name="+智能手机基础班",
                category="教育服务",
                room="二楼多功能厅",
                lead="王芳",
                capacity=20,
                confirmed=18,
                waitlisted=3,
                person_times=15,
                no_show_seats=2,
                state="cancelled",
            ),
        ),
        "hours": (
            HoursRow(
                volunteer_no="0310001",
                name="张*",
                team="",
                visits=2,
                seconds_measured=10_401,
                seconds_supplemented=0,
                left_open=0,
            ),
            HoursRow(
                volunteer_no="0310002",
                name="李*",
                team="",
                visits=1,
                seconds_measured=3_599,
                seconds_supplemented=0,
                left_open=1,
            ),
        ),
        "ratings": (RatingRow(subject="综合服务台", level=5, comment=FORMULA),),
        "duty": (
            DutyRow(post="综合接待", holders_a=("王芳",), holders_b=("李静", "赵明"), worked=(14, 1, 2, 3)),
            DutyRow(post="助餐"),
        ),
        "created": datetime(2026, 11, 16, 1, 5, tzinfo=UTC),
    }
    return WeekWorkbook(**{**values, **changes})


def written(folder: Path, **changes: Any) -> Any:
    out = folder / "week.xlsx"
    write_week(report(**changes), out)
    return load_workbook(out)


def cover_figures(book: Any) -> dict[str, Any]:
    sheet = book.worksheets[0]
    return {row[0].value: row[1].value for row in sheet.iter_rows(min_row=6, max_row=22)}


@pytest.mark.parametrize("week", ["2026-W46", "2026-W47"])
def test_every_figure_of_the_week_is_on_the_cover_as_a_number(tmp_path: Path, week: str) -> None:
    values = EXPECTED["weeks"][week]
    shown = cover_figures(written(tmp_path, figures=WeekFigures.model_validate(values)))
    for key in COUNTS:
        assert shown[t(f"workbook.figure.{key}")] == values[key]
    hours = shown[t("workbook.figure.volunteer_hours")]
    assert hours == pytest.approx(values["volunteer_seconds_measured"] / 3600)
    rates = [shown[t(f"workbook.figure.{key}")] for key in ("good_rate", "good_rate_low", "good_rate_high")]
    assert rates == [values["good_rate"], *values["good_rate_interval95"]]


def test_the_charts_are_native_and_read_the_figures(tmp_path: Path) -> None:
    book = written(tmp_path)
    cover = book.worksheets[0]
    pairs = {row[4].value: row[5].value for row in cover.iter_rows(min_row=5, max_row=24)}
    for name, count in WEEK["sessions_by_category"].items():
        assert pairs[name] == count
    for level, count in WEEK["ratings_by_level"].items():
        assert pairs[f"{level} {t(f'workbook.level.{level}')}"] == count
    with zipfile.ZipFile(tmp_path / "week.xlsx") as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 2
        first = package.read("xl/charts/chart1.xml").decode("utf-8")
    assert "<c:barChart>" in first
    categories = len(WEEK["sessions_by_category"])
    assert f"$F$6:$F${5 + categories}" in first


def test_a_rate_is_shown_with_its_n_and_interval(tmp_path: Path) -> None:
    text = [str(cell.value) for row in written(tmp_path).worksheets[0].iter_rows() for cell in row]
    assert any("135" in one and "145" in one and "87.8%" in one and "96.2%" in one for one in text)


def test_no_rate_is_shown_below_five_ratings(tmp_path: Path) -> None:
    few = {**WEEK, "ratings": 4, "bad_ratings": 1, "good_rate": 0.75, "good_rate_interval95": [0.3, 0.95]}
    book = written(tmp_path, figures=WeekFigures.model_validate(few))
    shown = cover_figures(book)
    assert shown["好评率"] is None
    assert [value for key, value in shown.items() if key.startswith("好评率 95%")] == [None, None]
    texts = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert not any("75" in one for one in texts if "%" in one)


def test_below_five_ratings_only_their_number_is_on_the_cover(tmp_path: Path) -> None:
    few = {**WEEK, "ratings": 4, "ratings_by_level": {"5": 3, "4": 0, "3": 0, "2": 0, "1": 1}, "bad_ratings": 1}
    book = written(tmp_path, figures=WeekFigures.model_validate(few), ratings=())
    shown = cover_figures(book)
    assert shown[t("workbook.figure.ratings")] == 4
    assert shown[t("workbook.figure.bad_ratings")] is None
    beside = {row[4].value: row[5].value for row in book.worksheets[0].iter_rows(min_row=5, max_row=24)}
    assert {beside[f"{level} {t(f'workbook.level.{level}')}"] for level in "54321"} == {None}
    with zipfile.ZipFile(tmp_path / "week.xlsx") as package:
        assert len([name for name in package.namelist() if name.startswith("xl/charts/chart")]) == 1
    assert "4 份没有列出" in book["评价"]["A2"].value


@pytest.mark.parametrize(("n", "hidden"), [(0, True), (4, True), (5, False)])
def test_in_words_too_only_the_number_is_shown_below_five(n: int, hidden: bool) -> None:
    levels = {"5": max(0, n - 1), "4": 0, "3": 0, "2": 0, "1": min(n, 1)}
    values = {**WEEK, "ratings": n, "ratings_by_level": levels, "bad_ratings": min(n, 1)}
    lines = dict(figure_lines(values, 5))
    assert lines[t("reports.figure.ratings")] == str(n)
    assert (lines[t("reports.figure.bad_ratings")] == t("reports.rate_hidden", minimum=5)) == hidden
    assert (lines[t("reports.figure.good_rate")] == t("reports.rate_hidden", minimum=5)) == hidden
    assert any(label.strip() == t("feedback.level.1") for label in lines) != hidden


def test_residents_words_and_long_digits_stay_text(tmp_path: Path) -> None:
    book = written(tmp_path)
    comment = book["评价"]["D4"]
    assert (comment.value, comment.data_type, comment.quotePrefix) == (FORMULA, "s", True)
    assert comment.hyperlink is None
    sessions = book["活动"]
    assert (sessions["A4"].value, sessions["A4"].data_type) == (LONG_DIGITS, "s")
    assert (sessions["D4"].value, sessions["D4"].data_type) == ("+智能手机基础班", "s")
    assert book["志愿时长"]["A4"].value == "0310001"


def test_the_tables_hold_their_rows(tmp_path: Path) -> None:
    book = written(tmp_path)
    session = [cell.value for cell in book["活动"][4]]
    assert session[1] == datetime(2026, 11, 9)  # noqa: DTZ001 - a cell has no zone
    assert session[7:] == [20, 18, 3, 15, 2, "已取消"]
    hours = [[cell.value for cell in row] for row in book["志愿时长"].iter_rows(min_row=4)]
    assert [row[5] for row in hours] == [10_401, 3_599, 14_000]
    assert [row[4] for row in hours] == [pytest.approx(seconds / 3600) for seconds in (10_401, 3_599, 14_000)]
    assert book["志愿时长"]["E4"].number_format == "#,##0.00"
    assert [cell.value for cell in book["值守"][4]] == ["综合接待", "王芳", "李静、赵明", 14, 1, 2, 3]
    assert [cell.value for cell in book["值守"][5]] == ["助餐", "未设", "未设", None, None, None, None]


def test_every_sheet_is_set_up_for_printing(tmp_path: Path) -> None:
    book = written(tmp_path)
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.print_area
        assert sheet.freeze_panes
        assert "&P" in sheet.oddFooter.right.text
        assert max(dimension.width for dimension in sheet.column_dimensions.values()) <= 65


def test_a_sheet_without_rows_says_so(tmp_path: Path) -> None:
    nothing = {**WEEK, "sessions_by_category": {}}
    book = written(tmp_path, sessions=(), hours=(), figures=WeekFigures.model_validate(nothing))
    assert book["活动"]["A4"].value == "本周期没有记录"
    assert book["志愿时长"]["A4"].value == "本周期没有记录"


def test_an_ampersand_in_the_centres_name_is_printed_as_one(tmp_path: Path) -> None:
    book = written(tmp_path, centre=WeekCentre(code="1", name="A&P 中心"))
    assert book.worksheets[0].oddFooter.left.text == "A&&P 中心 2026-W46"


def test_a_running_period_is_marked(tmp_path: Path) -> None:
    running = WeekPeriod(key="2026-W46", first=date(2026, 11, 9), last=date(2026, 11, 15), running=True, label=LABEL)
    assert "还没有结束" in written(tmp_path, period=running).worksheets[0]["A4"].value
    assert written(tmp_path).worksheets[0]["A4"].value is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_gives_the_same_bytes(tmp_path: Path, language: str) -> None:
    use_language(language)
    write_week(report(), tmp_path / "first.xlsx")
    write_week(report(), tmp_path / "second.xlsx")
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()
    book = load_workbook(tmp_path / "first.xlsx")
    keys_left = [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("reports.")
    ]
    assert keys_left == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of what a process may write")
def test_a_disk_that_takes_no_more_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    import resource

    out = tmp_path / "week.xlsx"
    write_week(report(), out)
    before = out.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(WorkbookFault) as caught:
            write_week(report(sessions=()), out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "export_failed"
    assert "week.xlsx" in words_for(caught.value)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["week.xlsx"]


def test_a_missing_folder_is_a_coded_fault(tmp_path: Path) -> None:
    with pytest.raises(WorkbookFault) as caught:
        write_week(report(), tmp_path / "absent" / "week.xlsx")
    assert caught.value.code == "export_failed"


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_ordinary_text_is_not_changed_by_cleaning(text: str) -> None:
    assert clean_text(text) == text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def test_text_that_no_cell_can_hold_is_cut_and_marked(tmp_path: Path) -> None:
    assert clean_text("\ud800a\uffff") == "\ufffda\ufffd"
    long = RatingRow(subject="台", level=1, comment="𬭎" * 20_000)
    value = written(tmp_path, ratings=(long,))["评价"]["D4"].value
    assert value.endswith("…")
    assert len(value.encode("utf-16-le")) <= 2 * 32_767


def test_columns_are_as_wide_as_their_longest_line_at_two_units_a_han_character() -> None:
    columns = [Column("名称")] * 4
    rows = [["汉字" * 8, "x" * 32, "长" * 100, "a\n" + "b" * 25]]
    first, second, third, fourth = column_widths(columns, rows)
    assert first == second > fourth
    assert third == WIDEST


def test_both_languages_have_the_same_words_for_the_workbook() -> None:
    chinese_keys, english_keys = (set(catalogue(language, "workbook")) for language in LANGUAGES)
    assert chinese_keys == english_keys


UNSAFE = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", " =1", "http://example.org/", "mailto:a@example.org", "\t=1", "007")


@pytest.mark.parametrize("words", UNSAFE)
def test_nothing_that_people_wrote_becomes_a_formula_a_link_or_a_number_in_any_sheet(
    tmp_path: Path, words: str
) -> None:
    out = tmp_path / "week.xlsx"
    write_week(filled_report(words), out)
    book = load_workbook(out)
    seen = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if cell.value == words:
                    seen += 1
                    assert cell.data_type == "s"
                    assert cell.quotePrefix == (neutralise_cell(words) != words)
    assert seen >= 3 * len(("sessions", "attendance", "hours", "ratings", "shifts"))
    with zipfile.ZipFile(out) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if "worksheets/" in name)
        assert not any(b"hyperlink" in package.read(name) for name in package.namelist())


def test_every_sheet_prints_its_heading_rows_its_whole_area_and_the_pages(tmp_path: Path) -> None:
    out = tmp_path / "week.xlsx"
    write_week(filled_report(rows=100), out)
    for sheet in load_workbook(out).worksheets[1:]:
        assert sheet.print_title_rows == "$1:$3"
        last = f"${sheet.cell(1, sheet.max_column).column_letter}${sheet.max_row}"
        assert sheet.print_area == f"'{sheet.title}'!$A$1:{last}"
        assert (sheet.page_setup.fitToHeight, sheet.freeze_panes) == (0, "A4")
        assert sheet.oddFooter.left.text == f"{EXPECTED['name']} 2026-W46"
        assert sheet.oddFooter.center.text == "打印于 &D"
        assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"


def test_many_long_columns_are_narrowed_so_that_a_page_of_them_can_be_read() -> None:
    columns = [Column(f"栏{number}") for number in range(8)]
    widths = column_widths(columns, [["汉字" * 20] * 8])
    assert widths == [20] * 8
    assert sum(column_widths(columns[:5], [["汉字" * 20] * 5])) <= 160
    assert column_widths(columns[:3], [["汉字" * 20] * 3]) == [WIDEST] * 3


def test_every_column_has_room_for_its_texts_at_two_units_a_han_character_or_wraps_them(tmp_path: Path) -> None:
    out = tmp_path / "week.xlsx"
    write_week(filled_report("汉字" * 12), out)
    for sheet in load_workbook(out).worksheets[1:]:
        # Neighbours of one width are one entry.
        widths = {place: one.width for one in sheet.column_dimensions.values() for place in range(one.min, one.max + 1)}
        for row in sheet.iter_rows(min_row=3):
            for cell in row:
                width = widths[cell.column]
                if isinstance(cell.value, str) and display_width(cell.value) > width:
                    assert width >= 20
                    assert cell.alignment.wrap_text
                    assert sheet.row_dimensions[cell.row].height >= 36


def test_a_template_chooses_sheets_columns_order_and_headings(tmp_path: Path) -> None:
    template = parse_template(
        """
        [[sheets]]
        sheet = "hours"
        title = "志愿者"
        columns = ["hours", { column = "volunteer", heading = "志愿者姓名" }]
        [[sheets]]
        sheet = "cover"
        columns = ["ratings", { column = "person_times", heading = "服务人次" }]
        [[sheets]]
        sheet = "rooms"
        columns = ["room"]
        """.encode(),
        "t.toml",
    )
    out = tmp_path / "week.xlsx"
    write_week(filled_report(), out, template)
    book = load_workbook(out)
    assert book.sheetnames == ["志愿者", "封面", "场地使用"]
    hours = [[cell.value for cell in row] for row in book["志愿者"].iter_rows(min_row=3)]
    assert hours[0] == ["时长（小时）", "志愿者姓名"]
    assert hours[1] == [pytest.approx(3_599 / 3600), "李*"]
    assert hours[-1][0] == pytest.approx((3_599 + 3_600 + 3_601) / 3600)
    figures = [[cell.value for cell in row[:2]] for row in book["封面"].iter_rows(min_row=6, max_row=7)]
    assert figures == [["评价数（份）", WEEK["ratings"]], ["服务人次", WEEK["person_times"]]]
    assert [cell.value for cell in book["场地使用"]["A"]][2:] == ["场地", "很好"]


def test_a_closed_period_says_its_edition_and_hash_on_the_cover_and_amendments_stand_in_their_sheet(
    tmp_path: Path,
) -> None:
    out = tmp_path / "week.xlsx"
    write_week(filled_report("补签"), out)
    book = load_workbook(out)
    assert book["封面"]["A3"].value == "已结账：第 2 版，2026-11-17，校验码 0123456789abcdef"
    (row,) = [[cell.value for cell in row] for row in book["更正"].iter_rows(min_row=4)]
    assert row[0:2] == ["2026年第45周", 1]
    assert row[3:] == ["活动人次（人次）", 10, 12, "补签"]


def test_gaps_and_stand_ins_of_the_roster_are_said(tmp_path: Path) -> None:
    day = date(2026, 11, 9)
    shifts = (
        ShiftRow(day=day, time="08:30-17:00", shift="白", post="接待", acting="王*", standby="赵*"),
        ShiftRow(day=day, time="08:30-17:00", shift="白", post="空间", planned="李*"),
        ShiftRow(day=day, time="08:30-17:00", shift="白", post="为老", acting="王*", planned="李*"),
        ShiftRow(day=day, time="08:30-17:00", shift="白", post="活动"),
    )
    out = tmp_path / "week.xlsx"
    write_week(filled_report(shifts=shifts), out)
    remarks = [row[7].value for row in load_workbook(out)["值守排班"].iter_rows(min_row=4)]
    assert remarks == ["", "空岗（原定 李*）", "顶岗（原定 李*）  无备班", "空岗"]


def test_every_figure_is_defined_as_its_indicator_is(tmp_path: Path) -> None:
    out = tmp_path / "week.xlsx"
    write_week(filled_report(), out)
    defined = {
        row[1].value: [cell.value for cell in row] for row in load_workbook(out)["指标说明"].iter_rows(min_row=4)
    }
    assert list(defined) == list(COVER_FIGURES)
    person_times = indicator("person_times")
    assert defined["person_times"][2:] == [
        "人次",
        t("workbook.meaning.person_times"),
        person_times.meaning.zh_CN,
        "湖州市幸福邻里中心经验交流（2020年）；本程序的定义",
    ]
    assert [defined[code][2] for code in ("volunteer_hours", "good_rate_low")] == ["小时", "比率"]
