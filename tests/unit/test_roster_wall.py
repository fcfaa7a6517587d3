"""The roster on paper: every name is there, nothing is cut or printed over another thing, and grey is enough."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pypdfium2
import pytest

from db import duty, leave
from db import staff as staff_records
from db.staff import Staff
from frontdesk.common.fonts import FontSearch
from frontdesk.locale import use_language
from frontdesk.roster.output.papers import RosterOutFault, RosterPaper, gather, gather_plan, narrowed
from frontdesk.roster.output.wall import PrintedRoster, print_month, print_week
from tests.rosterdesks import NAMES, POSTS, hand_over, roster_desk

pytestmark = pytest.mark.usefixtures("chinese")

MONDAY = date(2026, 11, 9)
SUNDAY = MONDAY + timedelta(days=6)
NATIONAL_DAY = date(2026, 10, 5), date(2026, 10, 11)
MANY_POSTS = (
    "前台",
    "活动室",
    "图书角",
    "综合服务窗口",
    "助餐点",
    "健身房",
    "党群服务站",
    "社区食堂",
    "值班室",
    "儿童之家",
)
MARGIN = 10 * 72 / 25.4
SIZES = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}


def paper_of(folder: Path, first: date, last: date, **desk: Any) -> RosterPaper:
    context = roster_desk(folder / "home", first, last, **desk)
    paper = gather(context, first, last)
    context.database.close()
    return paper


def texts(printed: PrintedRoster) -> list[str]:
    with pypdfium2.PdfDocument(printed.path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def look_over(printed: PrintedRoster, size: Literal["A4", "A3"]) -> None:
    """Every stretch of text lies inside the margins, large enough to read, and none lies on another."""
    with pypdfium2.PdfDocument(printed.path) as document:
        assert len(document) == printed.pages
        for page in document:
            width, height = page.get_size()
            short, long = SIZES[size]
            upright = printed.orientation == "portrait"
            assert (width, height) == pytest.approx((short, long) if upright else (long, short), abs=0.5)
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
            assert boxes
            for left, bottom, right, top in boxes:
                assert MARGIN - 1 <= left <= right <= width - MARGIN + 1
                assert MARGIN - 2 <= bottom <= top <= height - MARGIN + 2
            for place, one in enumerate(boxes):
                for other in boxes[place + 1 :]:
                    wide = min(one[2], other[2]) - max(one[0], other[0])
                    high = min(one[3], other[3]) - max(one[1], other[1])
                    assert wide < 1 or high < 1.5, (one, other)


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_a_week_names_everybody_with_the_standby_below(tmp_path: Path, size: Literal["A4", "A3"]) -> None:
    paper = paper_of(tmp_path, MONDAY, SUNDAY, people=8)
    printed = print_week(paper, tmp_path / "week.pdf", size=size)
    look_over(printed, size)
    (text,) = texts(printed)
    for name in NAMES[:8]:
        assert name in text and f"备 {name}" in text
    for words in (
        *POSTS,
        "早班",
        "晚班",
        "08:30-16:30",
        "13:30-21:30",
        "2026年第46周",
        "方案1",
        "打印",
        "第 1 页，共 1 页",
    ):
        assert words in text
    assert printed.orientation == "landscape" and printed.romanised == ()


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_a_month_of_thirty_people_breaks_over_pages_and_misses_nobody(
    tmp_path: Path, size: Literal["A4", "A3"]
) -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    paper = paper_of(tmp_path, first, last, people=30, posts=MANY_POSTS[:6])
    printed = print_month(paper, tmp_path / "month.pdf", size=size)
    look_over(printed, size)
    pages = texts(printed)
    assert len(pages) == (2 if size == "A4" else 1)
    whole = "\n".join(pages)
    assert all(name in whole for name in paper.names.values() if name != "王五")
    for page in pages:
        for words in ("31", "早 早班 08:30-16:30", "4 综合服务窗口", "（括号）备班", "当班/备班", "休", "班"):
            assert words in page


def test_many_posts_break_over_pages_with_the_heading_on_each(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, MONDAY, SUNDAY, people=30, posts=MANY_POSTS)
    printed = print_week(paper, tmp_path / "week.pdf")
    look_over(printed, "A4")
    # Twenty rows stand on one upright page, where two lying ones would be needed.
    assert (printed.pages, printed.orientation) == (1, "portrait")
    both = paper_of(tmp_path / "more", MONDAY, SUNDAY, people=30, posts=[*MANY_POSTS, *(f"{p}二" for p in MANY_POSTS)])
    printed = print_week(both, tmp_path / "more.pdf")
    look_over(printed, "A4")
    assert printed.pages == 2
    assert all("周日 11-15" in page and "岗位" in page for page in texts(printed))


def test_holidays_gaps_leave_and_todays_changes_are_marked(tmp_path: Path) -> None:
    context = roster_desk(tmp_path / "home", *NATIONAL_DAY, people=8)
    hand_over(context, date(2026, 10, 6), "前台", "早", None, "S002", "病假")
    with context.database.write() as connection:
        leave.add(connection, "S003", "2026-10-08", "2026-10-09", at=1)
    paper = gather(context, *NATIONAL_DAY)
    context.database.close()
    week = print_week(paper, tmp_path / "week.pdf")
    look_over(week, "A4")
    (text,) = texts(week)
    assert "病假" not in text
    for words in ("休", "国庆节", "班", "空岗", "今日变动", "10-06 前台 早：当班 钱七 → 无；备班 孙八 → 李四"):
        assert words in text, words
    month = print_month(paper, tmp_path / "month.pdf")
    look_over(month, "A4")
    assert "假" in texts(month)[0]


def test_marks_are_told_apart_without_colour(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, *NATIONAL_DAY, people=8)
    printed = print_week(paper, tmp_path / "week.pdf")
    with pypdfium2.PdfDocument(printed.path) as document:
        picture = document[0].render(scale=2).to_pil().convert("RGB")
    assert all(red == green == blue for _, (red, green, blue) in picture.getcolors(1 << 20))


def test_masked_names_hide_and_whole_names_are_the_default(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, MONDAY, SUNDAY, people=8)
    (masked,) = texts(print_week(paper, tmp_path / "masked.pdf", masked=True))
    assert "欧阳娜娜" not in masked and "欧阳**" in masked


def test_a_draft_says_so_and_a_filter_leaves_the_others_out(tmp_path: Path) -> None:
    context = roster_desk(tmp_path / "home", MONDAY, SUNDAY, people=8, publish=False)
    draft = gather_plan(context, 1)
    (text,) = texts(print_week(draft, tmp_path / "draft.pdf"))
    assert "草案" in text
    only = narrowed(draft, post="活动室")
    (text,) = texts(print_week(only, tmp_path / "post.pdf"))
    assert "活动室" in text and "前台" not in text
    with pytest.raises(RosterOutFault) as caught:
        print_week(narrowed(draft, person="M001"), tmp_path / "nobody.pdf")
    assert caught.value.code == "nothing_to_print" and not (tmp_path / "nobody.pdf").exists()
    for whose, code in (({"person": "S999"}, "unknown_person"), ({"post": "食堂"}, "unknown_post")):
        with pytest.raises(RosterOutFault) as caught:
            narrowed(draft, **whose)
        assert caught.value.code == code
    context.database.close()


def test_the_same_roster_gives_the_same_bytes_and_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, MONDAY, SUNDAY, people=8)
    one, two = (print_week(paper, tmp_path / f"{n}.pdf").path.read_bytes() for n in (1, 2))
    assert one == two
    with pytest.raises(RosterOutFault) as caught:
        print_week(paper, tmp_path / "missing" / "week.pdf")
    assert caught.value.code == "print_failed"


def test_without_a_han_font_the_words_are_english_and_the_names_pinyin(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, MONDAY, SUNDAY, people=8)
    folder = tmp_path / "no fonts"
    folder.mkdir()
    printed = print_week(paper, tmp_path / "week.pdf", fonts=FontSearch(None, (folder,)))
    (text,) = texts(printed)
    assert "OU YANG NA NA" in text and "Roster, week 46" in text and "欧阳娜娜" in printed.romanised


def test_long_names_and_many_shifts_are_made_to_fit(tmp_path: Path) -> None:
    context = roster_desk(tmp_path / "home", MONDAY, SUNDAY, people=6, posts=["综合服务与咨询接待窗口", "前台"])
    with context.database.write() as connection:
        for number in range(1, 7):
            staff_records.put(
                connection,
                Staff(no=f"S00{number}", name="阿卜杜热依木·买买提吐尔逊" + "一二三四五六"[number - 1], kind="专职"),
            )
        for stored in duty.slots(connection, "2026-11-11", "2026-11-11"):
            duty.put_slot(connection, stored.model_copy(update={"ends": stored.ends + 300}))
    paper = gather(context, MONDAY, SUNDAY)
    context.database.close()
    for number, print_it in enumerate((print_week, print_month)):
        printed = print_it(paper, tmp_path / f"{number}.pdf")
        look_over(printed, "A4")
        assert all(name in "".join(texts(printed)) for no, name in paper.names.items() if no != "M001")
    assert "13:30-02:30+1" in texts(print_week(paper, tmp_path / "later.pdf"))[0]


def test_english_pages_hold_their_words(tmp_path: Path) -> None:
    use_language("en")
    paper = paper_of(tmp_path, *NATIONAL_DAY, people=8)
    for number, print_it in enumerate((print_week, print_month)):
        printed = print_it(paper, tmp_path / f"{number}.pdf")
        look_over(printed, "A4")
        assert "Page 1 of 1" in texts(printed)[0]


def test_thirteen_weeks_go_out_week_by_week_and_month_by_month(tmp_path: Path) -> None:
    last = MONDAY + timedelta(days=13 * 7 - 1)
    paper = paper_of(tmp_path, MONDAY, last, people=8)
    weeks = print_week(paper, tmp_path / "week.pdf")
    assert weeks.pages == 13
    months = print_month(paper, tmp_path / "month.pdf")
    assert months.pages == 4
    assert "2027年第1周" in texts(weeks)[8]
