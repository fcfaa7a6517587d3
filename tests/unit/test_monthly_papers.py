"""The monthly list on paper, as a workbook and in calendars: every session is there, and nothing is cut."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest

from frontdesk.activities.monthly import service
from frontdesk.activities.monthly.errors import MonthlyError
from frontdesk.activities.monthly.exporting import HEADINGS, export_month
from frontdesk.activities.monthly.ics import entries, write_calendar, write_calendars
from frontdesk.activities.monthly.poster import missing_glyphs, print_poster
from frontdesk.activities.monthly.posterpage import on_colour
from frontdesk.activities.service import import_sessions
from frontdesk.activities.sessions.service import cancel_session
from frontdesk.common.fonts import FontSearch
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import use_language
from frontdesk.settings.rules import Settings
from tests.desks import contents, counts
from tests.monthdesks import DECEMBER, at, change, made, month_desk, put_on
from tests.unit.test_roster_ics import parsed

pytestmark = pytest.mark.usefixtures("chinese")

CATEGORIES = Settings().service_categories
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)
LONG = "中医义诊与血压测量、骨密度检测及慢病管理讲座" * 4
SIZES = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}


def busy(folder: Path, count: int = 60) -> Context:
    """A published month with `count` sessions of the nine categories, some of them long-named."""
    wanted = [
        made(
            f"HD{number:03}",
            FIRST + timedelta(days=number % 31),
            f"{8 + number % 10:02}:00",
            f"{9 + number % 10:02}:30",
            name=LONG[:90] if number % 17 == 0 else f"活动之{number:03}",
            category=CATEGORIES[number % 9],
            min_enrol=number % 4,
            note="自带毛笔" if number % 5 == 0 else "",
        )
        for number in range(count)
    ]
    context = month_desk(folder / "home", *wanted)
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    return context


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "") for page in document]


def is_inside(path: Path, size: Literal["A4", "A3"]) -> None:
    """Every stretch of text lies on the paper, and no two on one another."""
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            assert page.get_size() == pytest.approx(SIZES[size], abs=0.5)
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
            width, height = page.get_size()
            assert all(20 <= one[0] <= one[2] <= width - 20 and 10 <= one[1] <= one[3] <= height for one in boxes)
            for place, one in enumerate(boxes):
                for other in boxes[place + 1 :]:
                    wide, high = (
                        min(one[2], other[2]) - max(one[0], other[0]),
                        min(one[3], other[3]) - max(one[1], other[1]),
                    )
                    assert wide < 1.5 or high < 2, (one, other)


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_the_poster_holds_every_session_with_room_lead_and_category(tmp_path: Path, size: Literal["A4", "A3"]) -> None:
    context = busy(tmp_path)
    cancel_session(context, "HD001", "讲师请假")
    change(context, "HD002", "设备检修", room="新教室")
    written = print_poster(context, DECEMBER, tmp_path / "海报.pdf", size=size)
    assert written.romanised == ()
    pages = texts(written.path)
    assert len(pages) == written.pages and written.pages > 3
    whole = "".join(pages)
    for one in service.month_view(context, DECEMBER).sessions:
        assert one.name in whole and f"场地 {one.room}" in whole and f"负责人 {one.lead}" in whole
    assert all(category in whole for category in CATEGORIES)
    assert "310114-901-202612-1" in whole and "安亭示范邻里中心" in pages[0] and "报名：" in pages[0]
    assert "已取消：讲师请假" in whole
    assert "变更通知" in pages[-1] and "场地 新教室" in pages[-1] and "设备检修" in pages[-1]
    is_inside(written.path, size)


def test_the_same_list_gives_the_same_bytes_and_a_draft_says_that_it_is_one(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    first = print_poster(context, DECEMBER, tmp_path / "一.pdf").path.read_bytes()
    assert print_poster(context, DECEMBER, tmp_path / "二.pdf").path.read_bytes() == first
    assert "草稿" in texts(tmp_path / "一.pdf")[0]


def test_where_no_lists_are_kept_the_poster_of_what_is_announced_is_no_draft(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST, state="published"))
    (page,) = texts(print_poster(context, DECEMBER, tmp_path / "一.pdf").path)
    assert "草稿" not in page and "书法A" in page


def test_a_published_poster_is_silent_about_drafts(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    put_on(context, made("B", SECOND))
    assert "书法B" not in "".join(texts(print_poster(context, DECEMBER, tmp_path / "一.pdf").path))


def test_the_notice_of_changes_says_before_and_after_of_every_change(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST), made("B", SECOND, name="剪纸"))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    with pytest.raises(MonthlyError) as caught:
        print_poster(context, DECEMBER, tmp_path / "通知.pdf", only_changes=True)
    assert caught.value.code == "no_changes"
    change(
        context,
        "A",
        "避开考试",
        day="2026-12-03",
        starts_at=at(date(2026, 12, 3), "14:00"),
        ends_at=at(date(2026, 12, 3), "15:00"),
    )
    cancel_session(context, "B", "停电")
    put_on(context, made("C", SECOND, state="published", name="包饺子"))
    written = print_poster(context, DECEMBER, tmp_path / "通知.pdf", only_changes=True)
    (page,) = texts(written.path)
    assert "2026-12-01 周二" in page and "2026-12-03 周四" in page and "09:00-10:30" in page and "14:00-15:00" in page
    assert "避开考试" in page and "不再举办" in page and "停电" in page and "清单上没有" in page and "包饺子" in page


def test_without_a_han_font_the_words_are_english_and_names_are_pinyin_and_named(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST, name="书法", room="大厅", lead="赵云"))
    nothing = FontSearch(None, ())
    assert set("书法大厅赵云") <= set(missing_glyphs(context, DECEMBER, fonts=nothing))
    assert missing_glyphs(context, DECEMBER) == ()
    written = print_poster(context, DECEMBER, tmp_path / "p.pdf", fonts=nothing)
    assert "书法" in written.romanised and "Activities in 2026-12" in texts(written.path)[0]


def test_words_on_the_brand_colour_are_white_or_black_whichever_is_read() -> None:
    assert on_colour((20, 40, 120)) == (255, 255, 255)
    assert on_colour((241, 135, 0)) != (255, 255, 255)


def test_the_workbook_has_the_offices_columns_and_taken_in_again_changes_nothing(tmp_path: Path) -> None:
    from openpyxl.reader.excel import load_workbook

    context = busy(tmp_path, 20)
    put_on(context, made("X-9", SECOND, state="published", name="=危险", room="", lead="", capacity=0))
    cancel_session(context, "HD003", "讲师请假（感冒）")
    change(context, "HD004", "检修", room="新教室")
    out = export_month(context, DECEMBER, tmp_path / "清单.xlsx").path
    book = load_workbook(out)
    assert book.sheetnames == ["月度项目清单", "变更"]
    assert tuple(cell.value for cell in book["月度项目清单"][3]) == HEADINGS
    before = contents(context)
    assert counts(import_sessions(context, out)) == (0, 0, 21)
    assert contents(context) == before
    use_language("en")
    english = export_month(context, DECEMBER, tmp_path / "list.xlsx").path
    assert counts(import_sessions(context, english)) == (0, 0, 21)


def test_what_is_edited_in_the_workbook_is_all_that_changes(tmp_path: Path) -> None:
    from openpyxl.reader.excel import load_workbook

    context = busy(tmp_path, 5)
    out = export_month(context, DECEMBER, tmp_path / "清单.xlsx").path
    book = load_workbook(out)
    book.active["E5"] = "改过的名称"
    book.save(out)
    assert counts(import_sessions(context, out)) == (0, 1, 4)
    assert [(one.kind, one.session_code) for one in service.changes(context, DECEMBER)] == [("changed", "HD001")]


def test_calendars_keep_their_uids_and_what_left_the_room_is_cancelled(tmp_path: Path) -> None:
    one, other = made("A", FIRST, room="大厅", lead="李老师"), made("B", SECOND, room="大厅", lead="王老师")
    context = month_desk(tmp_path / "home", one, other, made("C", SECOND, room="书画室", lead="李老师"))
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER)
    out = tmp_path / "大厅.ics"
    assert write_calendar(context, DECEMBER, "room", "大厅", out).entries == 2
    before = {event["UID"]: event for event in parsed(out.read_bytes())}
    assert all(event["STATUS"] == "CONFIRMED" for event in before.values())
    change(context, "A", "检修", room="书画室", starts_at=at(FIRST, "12:00"), ends_at=at(FIRST, "13:00"))
    cancel_session(context, "B", "停电")
    write_calendar(context, DECEMBER, "room", "大厅", out)
    after = {event["UID"]: event for event in parsed(out.read_bytes())}
    assert after.keys() == before.keys()
    assert all(event["STATUS"] == "CANCELLED" for event in after.values())
    assert all(int(after[uid]["SEQUENCE"]) > int(before[uid]["SEQUENCE"]) for uid in before)
    assert [entry.summary for entry in entries(context, DECEMBER, "lead", "李老师")] == ["书法A", "书法C"]


def test_every_room_or_lead_gets_a_file_and_drafts_are_in_none(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST, room="大厅/一楼"), made("B", SECOND, room="", lead=""))
    for of in ("room", "lead"):
        with pytest.raises(MonthlyError):
            write_calendars(context, DECEMBER, of, tmp_path)
    service.approve(context, DECEMBER)
    service.publish(context, DECEMBER, accept_lacking=True)
    (rooms,) = write_calendars(context, DECEMBER, "room", tmp_path)
    assert (rooms.owner, rooms.entries, rooms.out.parent) == ("大厅/一楼", 1, tmp_path)
    (event,) = parsed(rooms.out.read_bytes())
    assert event["DTSTART"] == "20261201T010000Z" and event["SUMMARY"] == "书法A"
    with pytest.raises(MonthlyError):
        write_calendar(context, DECEMBER, "room", "没有这里", tmp_path / "x.ics")


def test_a_file_that_cannot_be_written_is_said_with_what_to_do(tmp_path: Path) -> None:
    context = month_desk(tmp_path / "home", made("A", FIRST, state="published"))
    for out, code in ((tmp_path / "x.doc", "unknown_ending"), (tmp_path / "nowhere" / "x.xlsx", "write_failed")):
        with pytest.raises(CodedError) as caught:
            export_month(context, DECEMBER, out)
        assert caught.value.code == code
