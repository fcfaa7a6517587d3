"""The weekly brief tells the week and nobody in it; the impact totals are those of the indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.feedback import service as feedback
from frontdesk.locale import use_language, words_for
from frontdesk.reports.brief.files import export_brief
from frontdesk.reports.brief.service import brief
from frontdesk.reports.brief.wording import document
from frontdesk.reports.documents import to_text
from frontdesk.reports.indicators.rules import Parts
from frontdesk.reports.letters import service as letters
from frontdesk.reports.letters.service import Begun
from frontdesk.reports.service import close_period, period_named
from frontdesk.reports.totals import TOTALS, totals
from tests.db.test_letters import rate, resident, session
from tests.desks import NOON, new_desk

WEEK = period_named("2026-W45")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on the Monday after the week."""
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()
    use_language("zh_CN")


def said(desk: Context) -> str:
    return to_text(document(desk, brief(desk, WEEK)))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DeskError) as caught:
        act()
    assert "{" not in words_for(caught.value)
    return caught.value.code


def demand(desk: Context, day: str) -> None:
    with desk.database.write() as connection:
        connection.execute(
            "INSERT INTO demand (day, words, source, operator_no, at) VALUES (?, '想学书法', 'desk', 'M001', 0)", (day,)
        )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_of_fewer_than_five_answers_the_brief_tells_nothing_and_names_nobody(desk: Context, language: str) -> None:
    use_language(language)
    resident(desk, "张三丰")
    session(desk, "HD001", "张三丰太极", 3)
    rate(desk, ["张三丰态度差 13800001234", "不好"], level=1)
    rate(desk, ["好"] * 2)
    made, text = brief(desk, WEEK), said(desk)
    assert made.opened.total is None and made.comments == () and made.facts.terms == ()
    for hidden in ("张三丰", "13800001234", "态度差", "不好", " 3 人次", "person-times: 3"):
        assert hidden not in text
    assert "{" not in text


def test_comments_of_a_week_with_five_answers_are_told_masked_the_worst_first(desk: Context) -> None:
    resident(desk, "张三丰")
    rate(desk, ["空调太冷，张三丰知道，打 13800001234"], level=1)
    rate(desk, [f"很好{n}" for n in range(9)])
    made = brief(desk, WEEK)
    assert made.opened.total == 1 and made.opened.levels == {2: 0, 1: 1}
    assert made.comments[0].level == 1
    assert made.comments[0].comment == "空调太冷，张*丰知道，打 ***1234"
    assert "9/10" in said(desk)


def test_comments_of_a_running_week_wait_until_it_is_over(desk: Context) -> None:
    rate(desk, [f"很好{n}" for n in range(9)], day="2026-11-09")
    assert brief(desk, period_named("2026-W46")).comments == ()


def test_follow_ups_are_counted_by_level_and_overdue_ones_need_a_decision(desk: Context) -> None:
    rate(desk, [f"差{n}" for n in range(4)], level=1, day="2026-10-05")
    rate(desk, ["差"] * 2, level=2, day="2026-10-05")
    rate(desk, ["好"] * 9, day="2026-11-04")
    made = brief(desk, WEEK)
    assert made.overdue.total == 6 and made.overdue.levels == {2: 2, 1: 4}
    assert made.ended.total == 0 and made.opened.total == 0
    assert made.decisions[0] == ("overdue", 6)
    assert feedback.follow_up_counts(desk).overdue == 6


def test_what_waits_for_a_decision_is_named_with_its_number(desk: Context) -> None:
    demand(desk, "2026-11-03")
    number = letters.begin(desk, WEEK, "highlight", words=Begun("标题", "正文")).id
    letters.step(desk, number, "reviewed")
    letters.step(desk, number, "sent")
    letters.step(desk, number, "returned", "再写")
    letters.begin(desk, WEEK, "highlight", words=Begun("标题", "正文"))
    found = {one.code: one.many for one in brief(desk, WEEK).decisions}
    assert found == {"demands_waiting": 1, "letters_returned": 1, "letters_to_review": 1}
    text = said(desk)
    assert "不足 5 项" in text and "想学书法" not in text


def test_the_brief_is_the_same_file_each_time_and_is_read_back(desk: Context, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed on this processor")
    rate(desk, ["好"] * 9)
    for ending in ("docx", "txt", "pdf"):
        one, two = tmp_path / f"1.{ending}", tmp_path / f"2.{ending}"
        export_brief(desk, WEEK, one)
        export_brief(desk, WEEK, two)
        assert one.read_bytes() == two.read_bytes()
    read = [paragraph.text for paragraph in docx.Document(BytesIO((tmp_path / "1.docx").read_bytes())).paragraphs]
    assert "六、需要研究决定的事" in read
    assert "差评工单" in (tmp_path / "1.txt").read_text(encoding="utf-8-sig")
    assert (tmp_path / "1.pdf").read_bytes().startswith(b"%PDF")
    assert refused(lambda: export_brief(desk, WEEK, tmp_path / "1.xlsx")) == "unknown_ending"
    assert refused(lambda: export_brief(desk, WEEK, tmp_path / "no" / "1.txt")) == "write_failed"


def test_totals_are_those_of_the_indicators_and_hide_the_rate_of_few(desk: Context) -> None:
    session(desk, "HD001", "书法", 12)
    rate(desk, ["好"] * 4)
    found = {one.code: one for one in totals(desk, WEEK)}
    assert tuple(found) == TOTALS
    assert (found["sessions_held"].value, found["person_times"].value) == (1, 12)
    assert found["satisfaction_rate"].value is None and found["ratings_counted"].value is None
    rate(desk, ["差"], level=1)
    found = {one.code: one for one in totals(desk, WEEK)}
    assert found["satisfaction_rate"].value == Parts(4, 5)
    assert all(one.words and "{" not in one.words for one in found.values())


def test_totals_of_a_closed_period_are_those_that_were_frozen(desk: Context) -> None:
    session(desk, "HD001", "书法", 12)
    close_period(desk, WEEK)
    session(desk, "HD002", "合唱", 20)
    found = {one.code: one for one in totals(desk, WEEK)}
    assert (found["sessions_held"].value, found["sessions_held"].is_frozen) == (1, True)
    assert found["persons"].is_frozen is False
    year = {one.code: one.value for one in totals(desk, period_named("2026"))}
    assert year["sessions_held"] == 2


def test_ratings_of_today_are_told_tomorrow(desk: Context) -> None:
    rate(desk, ["好"] * 9, day="2026-11-09")
    week = period_named("2026-W46")
    assert {one.code: one.value for one in totals(desk, week)}["satisfaction_rate"] is None
    desk.clock = lambda: NOON + timedelta(days=1)
    assert {one.code: one.value for one in totals(desk, week)}["satisfaction_rate"] == Parts(9, 9)
