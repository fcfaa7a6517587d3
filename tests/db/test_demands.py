"""Demands: registered, ranked by heads, merged, declined, and delivered once what they led to was held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from db.activities import SignUpTerms
from frontdesk.activities import service as activities
from frontdesk.activities.monthly import demands as service
from frontdesk.activities.monthly.demand_export import export_demands
from frontdesk.activities.monthly.demand_importing import import_demands
from frontdesk.activities.monthly.demand_words import fields_of, read_source, story, wanted_of
from frontdesk.activities.monthly.demands import Wanted
from frontdesk.activities.monthly.service import begin
from frontdesk.activities.sessions.edit import session_of
from frontdesk.activities.sessions.service import cancel_session, delete_session
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.imports.service import preview_lines
from frontdesk.locale import use_language
from frontdesk.settings.service import set_setting
from tests.desks import contents, counts, rejections, sheet
from tests.monthdesks import DECEMBER, later, made, month_desk, put_on, weekly

pytestmark = pytest.mark.usefixtures("chinese")

FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    desk = month_desk(tmp_path / "home", made("A", FIRST, state="published"), made("B", SECOND, state="published"))
    yield desk
    desk.database.close()


def refused(code: str, do: object, *arguments: object, **options: object) -> None:
    with pytest.raises(DeskError) as caught:
        do(*arguments, **options)  # type: ignore[operator]
    assert caught.value.code == code


def ranking(context: Context) -> list[tuple[str, int, str]]:
    return [(one.words, one.asked, one.stands) for one in service.ranked(context, every=True)]


def test_demands_are_ranked_by_how_many_asked_and_merging_adds_their_heads(context: Context) -> None:
    swim = service.add_demand(context, Wanted("老年游泳", head_count=3))
    phone = service.add_demand(context, Wanted("手机课", head_count=2, category="7"))
    more = service.add_demand(context, Wanted("教用微信", head_count=2))
    last = service.add_demand(context, Wanted("教视频通话", head_count=1))
    assert [one[0] for one in ranking(context)] == ["老年游泳", "手机课", "教用微信", "教视频通话"]
    service.merge_demand(context, last, more)
    service.merge_demand(context, more, phone)
    assert ranking(context)[0] == ("手机课", 5, "new")
    assert service.demand(context, phone).merged == 2 and service.demand(context, last).merged_into == phone
    assert [one.words for one in service.ranked(context)] == ["手机课", "老年游泳"]
    refused("same_demand", service.merge_demand, context, phone, last)
    refused("merged_already", service.merge_demand, context, last, swim)
    service.reopen_demand(context, last)
    assert service.demand(context, phone).asked == 4 and service.demand(context, last).state == "new"


def test_a_demand_is_delivered_once_a_session_that_it_led_to_was_held(context: Context) -> None:
    number = service.add_demand(context, Wanted("手机课", head_count=9))
    service.accept_demand(context, number)
    service.link_demand(context, number, session_code="A")
    assert service.demand(context, number).stands == "planned"
    later(context, date(2026, 12, 3))
    activities.set_walk_ins(context, "A", 4)
    found = service.demand(context, number)
    assert (found.stands, found.held, found.person_times, found.led_to) == ("delivered", 1, 4, "书法A")
    assert service.met(service.ranked(context)) == (1, 1)
    assert any("4 人次" in line for line in story(found))


def test_where_everything_that_it_led_to_was_cancelled_a_demand_waits_again(context: Context) -> None:
    number = service.add_demand(context, Wanted("手机课"))
    service.link_demand(context, number, session_code="B")
    cancel_session(context, "B", "讲师请假")
    assert service.demand(context, number).stands == "accepted"
    later(context, date(2026, 12, 9))
    assert service.demand(context, number).stands == "accepted"
    service.link_demand(context, number, session_code="A")
    assert service.demand(context, number).stands == "delivered"


def test_a_demand_leads_to_a_series_and_a_draft_that_it_led_to_is_not_deleted(context: Context) -> None:
    number, other = (service.add_demand(context, Wanted(words)) for words in ("太极", "书法"))
    series = weekly(context, FIRST, date(2026, 12, 31), 1)
    service.link_demand(context, number, series_id=series.id)
    assert (service.demand(context, number).led_to, service.demand(context, number).sessions) == ("太极晨练", 0)
    put_on(context, made("C", SECOND))
    service.link_demand(context, other, session_code="C")
    refused("not_a_draft", delete_session, context, "C")
    refused("link_one", service.link_demand, context, number)
    refused("unknown_session", service.link_demand, context, number, session_code="Z")
    refused("unknown_series", service.link_demand, context, number, series_id=99)


def test_a_session_is_put_on_for_a_demand_as_a_draft_while_its_month_is_planned(context: Context) -> None:
    number = service.add_demand(context, Wanted("手机课", category="7"))
    begin(context, DECEMBER)
    said = {
        "name": "手机课",
        "category": "7",
        "day": "2026-12-01",
        "times": "9-10",
        "room": "活动室A",
        "capacity": "12",
    }
    wanted = session_of(context, said, None, SignUpTerms())
    refused("room_taken", service.plan_demand, context, number, wanted)
    refused("missing_reason", service.plan_demand, context, number, wanted, force_room=True)
    assert service.demand(context, number).state == "new"
    done = service.plan_demand(context, number, wanted, force_room=True, reason="分两半用")
    assert (done.session.code, done.session.state, done.session.category) == ("HD001", "draft", "教育服务")
    assert (service.demand(context, number).stands, service.demand(context, number).session_code) == (
        "planned",
        "HD001",
    )


def test_declining_needs_a_reason_and_can_be_taken_back(context: Context) -> None:
    number = service.add_demand(context, Wanted("室内泳池"))
    refused("missing_reason", service.decline_demand, context, number, "  ")
    service.decline_demand(context, number, "场地条件不够")
    refused("not_open", service.accept_demand, context, number)
    refused("not_open", service.link_demand, context, number, session_code="A")
    service.reopen_demand(context, number)
    refused("is_new", service.reopen_demand, context, number)
    assert service.demand(context, number).reason == ""


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"words": " "}, "missing_words"),
        ({"words": "长" * 201}, "bad_words"),
        ({"words": "好", "category": "美食"}, "unknown_category"),
        ({"words": "好", "head_count": "0"}, "bad_head_count"),
        ({"words": "好", "head_count": "多"}, "bad_head_count"),
        ({"words": "好", "source": "9"}, "bad_source"),
        ({"words": "证件 310114198001011234"}, "long_number"),
    ],
)
def test_what_no_demand_can_say_is_refused(context: Context, values: dict[str, str], code: str) -> None:
    refused(code, lambda: service.add_demand(context, wanted_of(values)))
    assert service.ranked(context) == []


def test_the_words_alone_are_enough_and_the_form_takes_what_it_showed(context: Context) -> None:
    number = service.add_demand(context, wanted_of({"words": "手机课"}))
    found = service.demand(context, number)
    assert (found.source, found.head_count, found.category) == ("desk", 1, "")
    shown = {name: value for name, _, value, _ in fields_of(found, ("教育服务",))}
    service.change_demand(context, number, wanted_of(shown | {"head_count": "１２"}), found.revision)
    assert service.demand(context, number).head_count == 12
    refused("demand_changed", service.change_demand, context, number, wanted_of(shown), found.revision)
    assert [read_source(text) for text in ("", "2", "热线", "wish box")] == ["desk", "survey", "hotline", "wish_box"]


def test_a_survey_sheet_is_taken_in_once(context: Context, tmp_path: Path) -> None:
    headings = "日期 需求内容 类别 来源 人群 人数 居委"
    rows: list[list[object]] = [
        ["2026-11-02", "手机课", "教育", "问卷", "老年人", 12, "第一居委"],
        ["2026-11-02", "手机课", "教育服务", "问卷", "老年人", 3, "第二居委"],
        ["", "游泳", "", "", "", "", ""],
    ]
    file = sheet(tmp_path, headings, rows)
    assert counts(import_demands(context, file)) == (3, 0, 0)
    before = contents(context)
    assert counts(import_demands(context, file)) == (0, 0, 3)
    assert contents(context) == before
    assert [(one.words, one.asked, one.source) for one in service.ranked(context)] == [
        ("手机课", 12, "survey"),
        ("手机课", 3, "survey"),
        ("游泳", 1, "survey"),
    ]
    wrong = sheet(tmp_path, headings, [["", "好", "美食", "", "", "", ""], ["", "好", "", "电视", "", 0, ""]], "错.csv")
    assert [(one[1], one[3]) for one in rejections(import_demands(context, wrong))] == [
        ("类别", "not_one_of"),
        ("人数", "out_of_range"),
    ]


HEADINGS = "日期 需求内容 类别 来源 人群 人数 居委"


def test_a_row_for_everybody_who_was_asked_adds_up_and_what_it_replaces_is_named(
    context: Context, tmp_path: Path
) -> None:
    swim: list[object] = ["2026-11-02", "游泳", "", "", "", "", ""]
    file = sheet(tmp_path, HEADINGS, [swim, ["2026-11-02", "书法", "教育", "", "", 2, ""], swim, [*swim[:5], 3, ""]])
    trial = import_demands(context, file, dry_run=True)
    assert preview_lines(trial) == [
        "第 2 行，新增 游泳：日期 2026-11-02；需求 游泳；来源 问卷；人数 5",
        "第 3 行，新增 书法：日期 2026-11-02；需求 书法；服务类别 教育服务；来源 问卷；人数 2",
    ]
    assert counts(import_demands(context, file)) == (4, 0, 0)
    assert ranking(context) == [("游泳", 5, "new"), ("书法", 2, "new")]
    before = contents(context)
    again = import_demands(context, file)
    assert (counts(again), again.remarks) == ((0, 0, 4), ())
    assert contents(context) == before
    # Another sheet that says the same would be taken for this one corrected, so that is said.
    other = import_demands(context, sheet(tmp_path, HEADINGS, [swim, swim]))
    assert counts(other) == (0, 2, 0)
    assert [one.as_json() for one in other.remarks] == [
        {"code": "demands_replaced", "count": 1, "demands": "“游泳”由 5 改为 2"}
    ]
    no_day = import_demands(context, sheet(tmp_path, HEADINGS, [["", *swim[1:]]]), dry_run=True)
    assert [one.code for one in no_day.remarks] == ["demands_without_day"]


def test_a_sheet_that_no_office_would_write_is_refused_by_its_cells(context: Context, tmp_path: Path) -> None:
    from openpyxl.workbook.workbook import Workbook

    book = Workbook()
    for row in (
        HEADINGS.split(),
        ["2027-01-01", "下一年的", "", "", "", 1, ""],
        ["1999-01-01", "上个世纪的", "", "", "", 1, ""],
        ["2026-11-02", "找 310114196001011234 教", "", "", "", 1, ""],
        ["2026-11-02", '=HYPERLINK("http://x","y")', "", "", "", 1, ""],
        ["2026-11-02", "跳舞", "", "", "", "999999999999999999999", ""],
        ["2026-11-02", "跳舞", "教育", "", "", 99_999, ""],
        ["2026-11-02", "跳舞", "教育", "", "", 2, ""],
        ["2026-11-02", "唱歌", "教育", "", "", 2, ""],
        ["2026-11-02", "唱歌", "健康", "", "", 2, ""],
        ["2026-11-02", "长" * 201, "", "", "", 2, ""],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "表.xlsx")
    before = contents(context, audit=True)
    found = rejections(import_demands(context, tmp_path / "表.xlsx"))
    assert [(row, column, reason) for row, column, _, reason in found] == [
        (2, "日期", "demand_day"),
        (3, "日期", "demand_day"),
        (4, "需求内容", "long_number"),
        (5, "需求内容", "formula"),
        (6, "人数", "bad_number"),
        (8, "人数", "out_of_range"),
        (10, "类别", "other_category"),
        (11, "需求内容", "too_long"),
    ]
    assert contents(context, audit=True) == before


def test_the_demands_of_a_day_are_read_once_for_a_sheet(context: Context, tmp_path: Path) -> None:
    file = sheet(tmp_path, HEADINGS, [["2026-11-02", f"需求{one}", "", "", "", 1, ""] for one in range(60)])
    assert counts(import_demands(context, file)) == (60, 0, 0)
    asked: list[str] = []
    context.database.connection.set_trace_callback(asked.append)
    assert counts(import_demands(context, file)) == (0, 0, 60)
    context.database.connection.set_trace_callback(None)
    assert sum("FROM demand" in one for one in asked) == 1


def test_an_older_sheet_takes_nothing_back_that_was_changed_since(context: Context, tmp_path: Path) -> None:
    number = service.add_demand(context, Wanted("书法", head_count=2))
    out = export_demands(context, tmp_path / "需求.xlsx").path
    service.change_demand(context, number, Wanted("书法沙龙", head_count=9), 0)
    assert [one[3] for one in rejections(import_demands(context, out))] == ["changed_meanwhile"]
    assert service.demand(context, number).words == "书法沙龙"
    export_demands(context, out)
    assert counts(import_demands(context, out)) == (0, 0, 1)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_exported_demands_tell_what_they_led_to_and_come_back_unchanged(
    context: Context, tmp_path: Path, language: str
) -> None:
    use_language(language)
    numbers = [service.add_demand(context, Wanted(words, category="4")) for words in ("=危险", "书法", "旧的")]
    service.link_demand(context, numbers[1], session_code="A")
    service.merge_demand(context, numbers[2], numbers[1])
    later(context, date(2026, 12, 3))
    out = export_demands(context, tmp_path / "需求.xlsx").path
    before = contents(context)
    assert counts(import_demands(context, out)) == (0, 0, 3)
    assert contents(context) == before
    book = load_workbook(out)
    found = {row[2].value: [cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4)}
    assert found["书法"][9:13] == [2, "书法A", found["书法"][11], 1]
    book.worksheets[0]["G4"] = 7
    book.save(out)
    assert counts(import_demands(context, out)) == (0, 1, 2)
    assert rejections(import_demands(context, sheet(tmp_path, "编号 需求", [["99", "无"]])))[0][3] == "unknown_demand"


def test_what_stands_of_a_demand_comes_back_though_it_could_not_be_entered_so_today(
    context: Context, tmp_path: Path
) -> None:
    service.add_demand(context, Wanted("合唱", category="文体服务"), day=date(2026, 12, 31))
    set_setting(context, "service_categories", "教育服务、生活服务")
    out = export_demands(context, tmp_path / "需求.xlsx").path
    assert counts(import_demands(context, out)) == (0, 0, 1)
    edited, headings = [1, "2026-12-31", "合唱团", "文体"], "需求编号 日期 需求 服务类别"
    fresh = [["", "2026-12-31", "棋牌", "生活"], ["", "", "书法", "文体"]]
    outcome = import_demands(context, sheet(tmp_path, headings, [edited, *fresh]))
    assert [(one[0], one[3]) for one in rejections(outcome)] == [(3, "demand_day"), (4, "not_one_of")]
    assert counts(import_demands(context, sheet(tmp_path, headings, [edited]))) == (0, 1, 0)
    service.change_demand(context, 1, Wanted("合唱队", category="文体服务"), 1)
    assert [(one.words, one.category) for one in service.ranked(context)] == [("合唱队", "文体服务")]
    refused("unknown_category", service.add_demand, context, Wanted("书法", category="文体服务"))


def test_a_number_in_the_words_of_a_demand_does_not_leave_the_centre_and_is_not_lost_by_coming_back(
    context: Context, tmp_path: Path
) -> None:
    service.add_demand(context, Wanted("开一个舞蹈班，请打 138 0013 8000", head_count=3))
    out = export_demands(context, tmp_path / "需求.xlsx").path
    cells = [str(cell) for row in load_workbook(out).worksheets[0].iter_rows(values_only=True) for cell in row]
    assert any(cell == "开一个舞蹈班，请打 ***8000" for cell in cells)
    assert not any("0013" in cell for cell in cells)
    assert counts(import_demands(context, out)) == (0, 0, 1)
    assert [one[0] for one in ranking(context)] == ["开一个舞蹈班，请打 138 0013 8000"]
