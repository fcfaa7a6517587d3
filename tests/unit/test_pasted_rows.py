"""Rows copied from a spreadsheet program are read however they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.activities.exchange.pasting import MOST_ROWS, Known, read_pasted, written


def cells(text: str) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_pasted(text).rows]


def test_columns_are_recognised_by_their_headings_in_any_order_and_others_are_left() -> None:
    pasted = read_pasted("序号\t人数\t联系电话\t报名人（学员）\t备注\r\n1\t2\t13800001111\t钱多多\t左撇子\r\n")
    assert pasted.kind == "signups"
    assert cells("序号\t人数\t联系电话\t报名人（学员）\t备注\r\n1\t2\t13800001111\t钱多多\t左撇子\r\n") == [
        {"person": "钱多多", "phone": "13800001111", "party_size": "2"}
    ]
    assert pasted.rows[0].line == 2


def test_columns_without_headings_are_recognised_by_what_they_hold() -> None:
    assert cells("1\t钱多多\t１３８００００１１１１\t3\n2\t孙丽\t021-59571234\t1\n3\t李雷\t\t2\n") == [
        {"person": "钱多多", "phone": "１３８００００１１１１", "party_size": "3"},
        {"person": "孙丽", "phone": "021-59571234", "party_size": "1"},
        {"person": "李雷", "phone": "", "party_size": "2"},
    ]
    assert cells("钱多多 13800001111\n孙丽　13800002222") == [
        {"person": "钱多多", "phone": "13800001111"},
        {"person": "孙丽", "phone": "13800002222"},
    ]
    assert cells("钱多多，13800001111，2") == [{"person": "钱多多", "phone": "13800001111", "party_size": "2"}]


def test_sessions_are_told_from_sign_ups_by_day_and_time() -> None:
    pasted = read_pasted(
        "2026-11-30\t9:00-10:00\t插花\t文体服务\t20\n2026年12月1日\t14:00－15:00\t合唱团排练\t文体服务\t30"
    )
    assert pasted.kind == "sessions"
    assert dict(pasted.rows[0].cells) == {
        "day": "2026-11-30",
        "span": "9:00-10:00",
        "name": "插花",
        "category": "文体服务",
        "capacity": "20",
    }
    headed = read_pasted("日期\t时间\t活动名称\t服务类别\t地点\t名额\n11月\t全天\t插花\t文体\t\t5")
    assert headed.kind == "sessions" and headed.rows[0].cells["span"] == "全天"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_quoted_cell_may_hold_line_ends_tabs_and_quotes(end: str) -> None:
    text = end.join(
        ["姓名\t手机\t人数\t备注", f'"钱{end}多多"\t13800001111\t2\t"说""好""{end}了"', "孙丽\t13800002222\t1\t"]
    )
    assert cells(text) == [
        {"person": "钱 多多", "phone": "13800001111", "party_size": "2"},
        {"person": "孙丽", "phone": "13800002222", "party_size": "1"},
    ]
    assert cells('姓名\t手机\n"钱多多\t13800001111\n孙丽\t13800002222') == [
        {"person": '"钱多多', "phone": "13800001111"},
        {"person": "孙丽", "phone": "13800002222"},
    ]


def test_marks_that_turn_the_direction_are_left_out() -> None:
    assert cells("\ufeff姓名\t手机\n\u202e王芳\u2066\t1380000\u200b2222") == [
        {"person": "王芳", "phone": "13800002222"}
    ]


def test_what_cannot_be_told_apart_and_nothing_are_no_rows() -> None:
    for text in ("", "\n\r\n", "你好", "1\t2\t3", "\t\t\n\t"):
        assert read_pasted(text).rows == ()
    long = "\n".join(f"钱多多\t138{number:08}" for number in range(MOST_ROWS + 3))
    assert (len(read_pasted(long).rows), read_pasted(long).left_out) == (MOST_ROWS, 3)


@given(st.text(alphabet='\t\n\r" 张三丰1380０１,，"x-:2026', max_size=60))
def test_any_text_is_read_without_a_failure_and_written_out_it_is_the_same_rows(text: str) -> None:
    pasted = read_pasted(text)
    if pasted.kind is not None and pasted.rows:
        again = read_pasted(written(pasted.kind, pasted.rows, pasted.unread))
        assert again.kind == pasted.kind
        assert [dict(row.cells) for row in again.rows] == [dict(row.cells) for row in pasted.rows]


@given(st.lists(st.tuples(st.sampled_from("钱孙李"), st.integers(0, 9999), st.integers(1, 9)), min_size=1, max_size=9))
def test_a_corrected_row_is_read_again_as_it_was_written(rows: list[tuple[str, int, int]]) -> None:
    text = "\n".join(f"{name}多多\t1380000{tail:04}\t{party}" for name, tail, party in rows)
    pasted = read_pasted("姓名\t手机\t人数\n" + text)
    assert pasted.kind == "signups"
    changed = [pasted.rows[0].with_cells({"person": '"王"五'}), *pasted.rows[1:]]
    assert [dict(row.cells) for row in read_pasted(written("signups", changed)).rows] == [
        dict(row.cells) for row in changed
    ]


KNOWN = Known.of(
    room=["多功能厅", "舞蹈房"], activity_type=["文体活动"], lead=["李老师"], category=["文体服务", "文体", "为老"]
)
PLAN_ROWS = (
    "1\t2026-11-30\t9:00-10:00\t插花\t文体\t文体活动\t多功能厅\t20\t8\t李老师\t自带剪刀\n"
    "2\t2026-12-01\t14:00-15:00\t合唱\t为老\t文体活动\t舞蹈房\t30\t10\t李老师\t"
)


def test_columns_of_a_plan_without_headings_are_told_by_the_centres_own_words() -> None:
    pasted = read_pasted(PLAN_ROWS, KNOWN)
    assert dict(pasted.rows[0].cells) == {
        "day": "2026-11-30",
        "span": "9:00-10:00",
        "name": "插花",
        "category": "文体",
        "activity_type": "文体活动",
        "room": "多功能厅",
        "capacity": "20",
        "min_enrol": "8",
        "lead": "李老师",
    }
    assert pasted.unread == ("自带剪刀",)
    # The smaller of two counts is how many it takes, wherever it stands; a numbered first column is no count.
    other = read_pasted("1\t2026-11-30\t9:00-10:00\t插花\t8\t20", KNOWN)
    assert (other.rows[0].cells["capacity"], other.rows[0].cells["min_enrol"]) == ("20", "8")
    assert other.unread == ()


def test_columns_that_are_not_read_are_named_and_no_correction_loses_them() -> None:
    pasted = read_pasted("序号\t姓名\t手机\t备注\t衣服\n1\t钱多多\t13800001111\t左撇子\t\n2\t孙丽\t13800002222\t\t\n")
    assert pasted.unread == ("备注",)
    again = read_pasted(written("signups", pasted.rows, pasted.unread))
    assert again.unread == ("备注",)
    assert [row.rest for row in again.rows] == [row.rest for row in pasted.rows] == [("左撇子",), ("",)]
    assert [row.cells for row in again.rows] == [row.cells for row in pasted.rows]
