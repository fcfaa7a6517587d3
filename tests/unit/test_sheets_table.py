"""Untidy tables: headings are found, cells are read or rejected by row, column, value and reason."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.locale import words_for
from frontdesk.locale.en.sheets import WORDS as ENGLISH
from frontdesk.locale.zh_CN.sheets import WORDS as CHINESE
from frontdesk.sheets import cells
from frontdesk.sheets.cells import CellRefused
from frontdesk.sheets.errors import SheetError
from frontdesk.sheets.outcome import ImportOutcome
from frontdesk.sheets.rows import CellValue, Sheet, SheetRow
from frontdesk.sheets.table import Column, Table, find_table, read_table

OFFICE = Path(__file__).parents[1] / "data" / "centre-a"
SHANGHAI = ZoneInfo("Asia/Shanghai")

NUMBER = Column("number", ["序号"], reader=cells.read_whole(1))
NAME = Column("name", ["姓名"], reader=cells.read_name())
PHONE = Column("phone", ["手机", "联系电话"], reader=cells.read_phone())
ACTIVITY = Column("activity_no", ["活动编号"], reader=cells.read_code())
PARTY = Column("party", ["人数"], reader=cells.read_whole(1, 50))

OFFICE_FILES: dict[str, tuple[int, list[Column]]] = {
    "工作人员.xlsx": (
        12,
        [
            NUMBER,
            Column("staff_no", ["工号"], reader=cells.read_code()),
            NAME,
            Column("kind", ["人员类别"], reader=cells.read_choice({"专职": 1, "物业": 2, "第三方": 3})),
            Column("post", ["岗位"]),
            Column("role", ["角色"], reader=cells.read_choice({"A角": "A", "B角": "B"})),
            PHONE,
            Column("certificate", ["证书名称"], may_be_blank=True),
            Column("certified_until", ["证书有效期至"], reader=cells.read_day(), may_be_blank=True),
            Column("weekly_hours", ["每周工时上限"], reader=cells.read_whole(0, 168)),
        ],
    ),
    "志愿者.xlsx": (
        300,
        [
            NUMBER,
            Column("volunteer_no", ["志愿者编号"], reader=cells.read_digits(7)),
            NAME,
            Column("sex", ["性别"], reader=cells.read_choice({"男": "m", "女": "f"})),
            Column("birth_month", ["出生年月"], reader=cells.read_month()),
            PHONE,
            Column("team", ["服务队"], may_be_blank=True),
            Column("skills", ["技能特长"], may_be_blank=True),
            Column("registered_on", ["注册日期"], reader=cells.read_day()),
        ],
    ),
    "活动计划.xlsx": (
        34,
        [
            NUMBER,
            ACTIVITY,
            Column("day", ["日期"], reader=cells.read_day()),
            Column("span", ["时间"], reader=cells.read_time_span()),
            Column("title", ["活动名称"]),
            Column("category", ["服务类别"]),
            Column("kind", ["活动类型"]),
            Column("room", ["场地"]),
            Column("capacity", ["名额"], reader=cells.read_whole(1, 10_000)),
            Column("min_enrol", ["开班人数"], reader=cells.read_whole()),
            Column("lead", ["负责人"], reader=cells.read_name()),
            Column("remark", ["备注"], may_be_blank=True),
        ],
    ),
    "报名表.xlsx": (
        473,
        [
            NUMBER,
            ACTIVITY,
            Column("title", ["活动名称"]),
            NAME,
            PHONE,
            PARTY,
            Column("at", ["报名时间"], reader=cells.read_moment(SHANGHAI)),
        ],
    ),
    "签到表.xlsx": (
        281,
        [
            NUMBER,
            ACTIVITY,
            NAME,
            Column("phone_tail", ["手机尾号"], reader=cells.read_digits(4), may_be_blank=True),
            PARTY,
            Column("came", ["签到情况"], reader=cells.read_choice({"到场": 1, "未到": 2, "请假": 3})),
        ],
    ),
    "评价.csv": (
        260,
        [
            Column("day", ["日期"], reader=cells.read_day()),
            Column("about", ["对象"]),
            Column("level", ["满意度"], reader=cells.read_whole(1, 5)),
            Column("comment", ["意见"], may_be_blank=True),
            Column("named", ["实名"], reader=cells.read_yes_no()),
        ],
    ),
    "志愿者刷卡.tsv": (
        624,
        [
            Column("volunteer_no", ["志愿者编号"], reader=cells.read_digits(7)),
            Column("at", ["时间"], reader=cells.read_moment(SHANGHAI)),
        ],
    ),
}


@pytest.mark.parametrize("name", OFFICE_FILES)
def test_every_cell_of_the_offices_own_files_is_read(name: str) -> None:
    count, columns = OFFICE_FILES[name]
    table = read_table(OFFICE / name, columns)
    assert list(table.rejected) == []
    assert (table.read, len(table.rows), len(table.headings)) == (count, count, len(columns))
    for row in table.rows:
        for column in columns:
            assert (row[column.name] is None) == (row.cells[column.name] is None or row.cells[column.name] == "")


def test_every_file_of_the_office_is_covered() -> None:
    assert {path.name for path in OFFICE.iterdir()} - {"expected.json"} == set(OFFICE_FILES)


def test_the_offices_rare_names_dates_and_formulas_arrive_unchanged() -> None:
    volunteers = read_table(OFFICE / "志愿者.xlsx", OFFICE_FILES["志愿者.xlsx"][1]).rows
    assert (volunteers[0]["volunteer_no"], volunteers[0]["birth_month"]) == ("0310001", "1987-03")
    assert {row["volunteer_no"]: row["name"] for row in volunteers}["0310012"] == "姜英𬭎"
    ratings = read_table(OFFICE / "评价.csv", OFFICE_FILES["评价.csv"][1]).rows
    assert (ratings[1].number, ratings[1]["comment"]) == (3, "=cmd|' /C calc'!A0")
    scans = read_table(OFFICE / "志愿者刷卡.tsv", OFFICE_FILES["志愿者刷卡.tsv"][1]).rows
    assert scans[0]["at"] == datetime(2026, 11, 9, 0, 6, 9, tzinfo=UTC)
    sessions = read_table(OFFICE / "活动计划.xlsx", OFFICE_FILES["活动计划.xlsx"][1]).rows
    assert (sessions[0]["day"], sessions[0]["span"]) == (date(2026, 11, 9), (time(9), time(10)))


def table_of(rows: list[list[CellValue]], columns: list[Column], **options: Any) -> Table:
    numbered = (SheetRow(number, tuple(row)) for number, row in enumerate(rows, 1) if row)
    return find_table(Sheet("表", tuple(numbered)), columns, **options)


def test_headings_are_found_under_titles_in_any_order_and_spelling() -> None:
    rows: list[list[CellValue]] = [
        ["某某中心名册"],
        ["填表人", "王五"],
        [],
        ["备注", " 联系 电话*", "姓　名（必填）：", "手机品牌"],
        ["x", "15412345678", "张 三", "y"],
    ]
    table = table_of(rows, [NAME, PHONE])
    assert dict(table.headings) == {"phone": "联系 电话*", "name": "姓　名（必填）："}
    assert dict(table.rows[0].values) == {"name": "张三", "phone": "15412345678"}
    assert table.rows[0].number == 5


def test_an_exact_heading_goes_before_one_with_a_remark() -> None:
    table = table_of([["姓名(曾用)", "姓名"], ["旧名", "新名"]], [NAME])
    assert table.rows[0]["name"] == "新名"


def test_missing_headings_are_named_together_with_those_found() -> None:
    with pytest.raises(SheetError) as caught:
        table_of([["名册"], ["姓名", "地址"], ["张三", "路"]], [NUMBER, NAME, PHONE])
    assert caught.value.code == "header_missing"
    assert caught.value.details == {"missing": "序号、手机", "found": "姓名、地址"}
    assert "手机" in words_for(caught.value) and "地址" in words_for(caught.value)


@pytest.mark.parametrize("rows", [[], [["只有标题"]], [[1, 2], [3, None]]])
def test_a_sheet_without_headings_is_refused(rows: list[list[CellValue]]) -> None:
    with pytest.raises(SheetError) as caught:
        table_of(rows, [NAME])
    assert caught.value.code == "header_missing"


def test_a_wanted_heading_that_stands_twice_is_refused_and_others_may() -> None:
    with pytest.raises(SheetError) as caught:
        table_of([["姓名", "手机", "联系电话"], ["张三", "1", "2"]], [NAME, PHONE])
    assert caught.value.code == "header_duplicate"
    assert caught.value.details == {"headings": "手机、联系电话", "row": 1}
    assert "{" not in words_for(caught.value)
    assert table_of([["姓名", "备注", "备注"], ["张三", 1, 2]], [NAME]).read == 1


def test_a_column_that_is_not_there_reads_as_nothing_if_it_may() -> None:
    optional = Column("remark", ["备注"], required=False)
    assert table_of([["姓名"], ["张三"]], [NAME, optional]).rows[0]["remark"] is None


def test_blank_rows_and_totals_are_no_data() -> None:
    rows: list[list[CellValue]] = [
        ["姓名", "人数"],
        ["张三", 2],
        [None, " "],
        ["　"],
        [None, 2, "合计"],
        ["合计 ", 3],
    ]
    table = table_of(rows, [NAME, PARTY])
    assert table.read == 2
    # A total with something in the key column is a person called so, until somebody says otherwise.
    assert [row["name"] for row in table.rows] == ["张三", "合计"]


def test_a_rejection_names_row_column_value_and_reason() -> None:
    rows: list[list[CellValue]] = [
        ["姓名", "手机", "人数"],
        ["张三", "12345", 0],
        ["", "15412345678", "两"],
        ["李四"],
    ]
    table = table_of(rows, [NAME, PHONE, PARTY])
    assert [rejection.as_json() for rejection in table.rejected] == [
        {"row": 2, "column": "手机", "value": "12345", "reason": "bad_phone"},
        {"row": 2, "column": "人数", "value": "0", "reason": "out_of_range"},
        {"row": 3, "column": "姓名", "value": "", "reason": "missing"},
        {"row": 3, "column": "人数", "value": "两", "reason": "bad_number"},
        {"row": 4, "column": "手机", "value": "", "reason": "missing"},
        {"row": 4, "column": "人数", "value": "", "reason": "missing"},
    ]
    assert (table.read, list(table.rows)) == (3, [])


def test_a_repeated_key_names_the_first_row() -> None:
    rows: list[list[CellValue]] = [
        ["活动编号", "姓名"],
        ["HD1", "张三"],
        ["hd1", "李四"],
        ["ＨＤ１", "张 三"],
    ]
    table = table_of(rows, [ACTIVITY, NAME], unique=["activity_no", "name"])
    (rejection,) = table.rejected
    assert (rejection.row, rejection.reason, rejection.details) == (4, "duplicate_in_file", {"first_row": 2})
    assert "2" in rejection.words()
    assert len(table.rows) == 2
    assert table_of(rows, [ACTIVITY, NAME], unique=["activity_no"]).rejected[0].row == 3


def test_a_rejected_value_is_fit_to_be_shown() -> None:
    table = table_of([["姓名", "手机"], ["张三", "\x1b[2J" + "9" * 500]], [NAME, PHONE])
    shown = table.rejected[0].value
    assert len(shown) < 100 and "\x1b" not in shown


def test_a_service_can_reject_a_readable_cell() -> None:
    table = table_of([["姓名", "活动编号"], ["张三", "hd9"]], [NAME, ACTIVITY])
    rejection = table.reject(table.rows[0], "activity_no", "not_one_of", choices="HD1")
    assert rejection.as_json() == {"row": 2, "column": "活动编号", "value": "hd9", "reason": "not_one_of"}
    assert "HD1" in rejection.words()


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        (cells.read_digits(7), 310001, "0310001"),
        (cells.read_digits(7), 310001.0, "0310001"),
        (cells.read_digits(7), " ０３１０００１ ", "0310001"),
        (cells.read_digits(4), "251", "0251"),
        (cells.read_whole(), "１２", 12),
        (cells.read_whole(), 12.0, 12),
        (cells.read_code(), " ｓ１０１ ", "S101"),
        (cells.read_phone(), 15412345678, "15412345678"),
        (cells.read_phone(), 15412345678.0, "15412345678"),
        (cells.read_choice({"A角": "A"}), " ａ角 ", "A"),
        (cells.read_yes_no(), "否", False),
        (cells.read_yes_no(), True, True),
        (cells.read_yes_no(), 1, True),
        (cells.read_text(), " 好\r\n很好\u200b ", "好 很好"),
        (cells.read_text(multiline=True), "好\r\n很好", "好\n很好"),
        (cells.read_text(), "书\u202e法\u061c\u200f\u2068班\u2060", "书法班"),
        (cells.read_text(), "一\u2028二", "一 二"),
        (cells.read_text(), "👨\u200d👩", "👨\u200d👩"),
        (cells.read_name(), "王\u202e芳\u200e\u061c\u2067", "王芳"),
        (cells.read_code(), "\u202dHD\u200e001\u202c", "HD001"),
        (cells.read_phone(), "\u202d154 1234 5678\u202c", "15412345678"),
        (cells.read_text(), 12.0, "12"),
        (cells.read_text(), "（甲）①", "（甲）①"),
        (cells.read_name(), "张　三", "张三"),
        (cells.read_day(), 46204, date(2026, 7, 1)),
    ],
)
def test_a_cell_is_read(reader: cells.CellReader[Any], value: CellValue, expected: object) -> None:
    assert reader(value) == expected
    assert type(reader(value)) is type(expected)


@pytest.mark.parametrize(
    ("reader", "value", "reason"),
    [
        (cells.read_digits(7), "03100012", "bad_digits"),
        (cells.read_digits(7), -1, "bad_digits"),
        (cells.read_digits(7), True, "bad_digits"),
        (cells.read_digits(7), "٣", "bad_digits"),
        (cells.read_whole(), "1.5", "bad_number"),
        (cells.read_whole(), float("nan"), "bad_number"),
        (cells.read_whole(), float("inf"), "bad_number"),
        (cells.read_whole(), 10**20, "bad_number"),
        (cells.read_whole(1, 5), 6, "out_of_range"),
        (cells.read_code(), "=1+1", "bad_code"),
        (cells.read_code(3), "HD001", "too_long"),
        (cells.read_name(), "123", "bad_name"),
        (cells.read_text(3), "四个字了", "too_long"),
        (cells.read_text(), "a\x1b[2J", "control_character"),
        (cells.read_text(), "a\0", "control_character"),
        (cells.read_choice({"男": 1}), "男女", "not_one_of"),
        (cells.read_yes_no(), "也许", "not_one_of"),
        (cells.read_day(), "明天", "bad_date"),
        (cells.read_day(), time(9), "bad_date"),
        (cells.read_month(), "春", "bad_month"),
        (cells.read_time_span(), "9点", "bad_time_span"),
        (cells.read_moment(SHANGHAI), "2026-11-02", "bad_time"),
        (cells.read_phone(), "12345", "bad_phone"),
    ],
)
def test_a_cell_is_refused_with_a_reason_that_has_words(
    reader: cells.CellReader[Any], value: CellValue, reason: str
) -> None:
    with pytest.raises(CellRefused) as caught:
        reader(value)
    assert caught.value.reason == reason
    for words in (CHINESE, ENGLISH):
        assert "{" not in words[f"reason.{reason}"].format(**caught.value.details)


READERS = [cells.read_text(), cells.read_name(), cells.read_code(), cells.read_digits(7), cells.read_whole()]
READERS += [
    cells.read_yes_no(),
    cells.read_day(),
    cells.read_month(),
    cells.read_time_span(),
    cells.read_phone(),
]
READERS += [cells.read_moment(SHANGHAI), cells.read_choice({"是": 1})]
CELLS = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(st.sampled_from(READERS), CELLS)
def test_any_cell_is_read_or_refused_and_nothing_else(reader: cells.CellReader[Any], value: CellValue) -> None:
    try:
        reader(value)
    except CellRefused as error:
        assert f"reason.{error.reason}" in CHINESE


def test_an_outcome_is_what_the_command_line_prints() -> None:
    table = table_of([["姓名"], [12]], [NAME])
    outcome = ImportOutcome(read=1, rejected=table.rejected)
    assert not outcome.is_clean
    assert json.loads(json.dumps(outcome.as_json())) == {
        "read": 1,
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": [{"row": 2, "column": "姓名", "value": "12", "reason": "bad_name"}],
    }
