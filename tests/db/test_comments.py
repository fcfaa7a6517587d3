"""Comments: searched without today's anonymous ones, masked, and their frequent terms of many people only."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db import feedback as records
from db.feedback import Rating
from frontdesk.common.periods import parse_period
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.feedback.words import service
from frontdesk.feedback.words.service import BAD
from tests.desks import new_desk
from tests.programs import run_here

pytestmark = pytest.mark.usefixtures("chinese")

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
MONTH = parse_period("2026-11")


def rated(context: Context, *said: tuple[str, int, str], named: int = 0, subject: str = "综合服务台") -> None:
    """Ratings as they lie in the file: day, level, comment."""
    with context.database.write() as connection:
        for number, (day, level, comment) in enumerate(said):
            key = f"{subject}{day}{level}{comment}{named}{number}".encode()[-16:].rjust(16, b"0")
            rating = Rating(
                key=key,
                day=day,
                known_on=day,
                subject_kind="service",
                subject=subject,
                level=level,
                comment=comment,
                named=named,
                channel="kiosk",
            )
            records.put(connection, rating)


def found(context: Context, text: str, **asked: object) -> list[str]:
    return [one.comment for one in service.search(context, text, FIRST, LAST, **asked).comments]  # type: ignore[arg-type]


def test_comments_are_found_by_words_level_and_subject_whatever_their_width_and_case(desk: Context) -> None:
    rated(desk, ("2026-11-03", 5, "ＷｉＦｉ很快"), ("2026-11-05", 1, "wifi 连不上"), ("2026-10-31", 1, "wifi 坏了"))
    rated(desk, ("2026-11-04", 2, "排队久"), ("2026-11-06", 4, ""), subject="社区食堂")
    assert found(desk, "WiFi") == ["wifi 连不上", "ＷｉＦｉ很快"]
    assert found(desk, "") == ["wifi 连不上", "排队久", "ＷｉＦｉ很快"]
    assert found(desk, "", levels=BAD) == ["wifi 连不上", "排队久"]
    assert found(desk, "", subject="食堂") == ["排队久"]
    assert found(desk, "没有的词") == []


def test_an_anonymous_comment_of_today_is_found_from_tomorrow_on_and_a_named_one_at_once(desk: Context) -> None:
    rated(desk, ("2026-11-09", 1, "今天的匿名"))
    rated(desk, ("2026-11-09", 1, "今天的实名"), named=1)
    assert found(desk, "今天") == ["今天的实名"]
    assert service.search(desk, "", FIRST, LAST).count == 1
    desk.clock = lambda: datetime(2026, 11, 9, 16, 1, tzinfo=UTC)
    assert sorted(found(desk, "今天")) == ["今天的匿名", "今天的实名"]


def test_a_number_in_a_comment_is_neither_shown_nor_searched(desk: Context) -> None:
    rated(desk, ("2026-11-03", 1, "请回电 138 0013 8000，等了20分钟"))
    assert found(desk, "回电") == ["请回电 ***8000，等了20分钟"]
    assert found(desk, "0013") == []
    assert found(desk, "138") == []


def test_terms_are_those_of_at_least_five_people_and_of_no_appeal_that_was_upheld(desk: Context) -> None:
    rated(desk, *((f"2026-11-0{day}", 4, "书法课，好") for day in range(1, 6)))
    rated(desk, *((f"2026-11-0{day}", 1, "电梯坏了，打13800138000") for day in range(1, 5)))
    rated(desk, ("2026-11-05", 1, "电梯坏了"))
    told = service.terms(desk, MONTH)
    assert (told.comments, told.minimum) == (10, 5)
    assert {one.word: one.answers for one in told.terms}.get("书法课") == 5
    with desk.database.write() as connection:
        connection.execute("UPDATE rating SET excluded = 1 WHERE level = 1 AND day = '2026-11-05'")
    told = service.terms(desk, MONTH)
    assert not any("电梯" in one.word or one.word.isdigit() for one in told.terms)


def test_the_same_words_again_and_again_on_one_day_are_those_of_one_person(desk: Context) -> None:
    rated(desk, *(("2026-11-03", 1, "电梯坏了") for _ in range(9)), ("2026-11-04", 1, "电梯坏了"))
    assert service.terms(desk, MONTH).terms == ()
    rated(desk, *((f"2026-11-0{day}", 1, "电梯坏了") for day in (5, 6, 7)))
    assert [one.answers for one in service.terms(desk, MONTH).terms] == [5]


def test_with_fewer_comments_than_the_minimum_there_are_no_terms(desk: Context) -> None:
    rated(desk, *((f"2026-11-0{day}", 4, "书法课，好") for day in range(1, 5)))
    told = service.terms(desk, MONTH)
    assert told.terms == ()
    assert told.why_none == "comments.terms.too_few"


@pytest.mark.parametrize("text", ["2026-11", " 2026-w46 ", "２０２６-Ｑ４", "2026"])
def test_a_period_is_read_as_it_is_typed(text: str) -> None:
    assert service.read_period(text).year == 2026


def test_what_cannot_be_meant_is_said_in_words() -> None:
    for read, text in ((service.read_period, "上个月"), (service.read_levels, "6"), (service.read_levels, "好")):
        with pytest.raises(DeskError):
            read(text)
    assert service.read_levels("1, 2") == BAD
    assert service.read_levels("") == frozenset()


def test_the_commands_answer_what_the_screen_shows(tmp_path: Path) -> None:
    context = new_desk(tmp_path / "home")
    rated(context, *((f"2026-11-0{day}", 4, "书法课，好") for day in range(1, 6)), ("2026-11-06", 1, "电话13800138000"))
    context.database.close()
    home = tmp_path / "home"
    searched = run_here(home, "rating", "search", "电话", "--period", "2026-11", "--level", "1").answers[0]
    assert searched["count"] == 1
    assert searched["comments"][0] == {
        "day": "2026-11-06",
        "subject_kind": "service",
        "subject": "综合服务台",
        "label": "综合服务台",
        "level": 1,
        "comment": "电话***8000",
        "named": False,
    }
    words = run_here(home, "rating", "words", "--period", "2026-11").answers[0]
    assert words["comments"] == 6
    assert {"word": "书法课", "answers": 5} in words["terms"]
    assert "13800138000" not in json.dumps([searched, words])
    assert run_here(home, "rating", "words", "--period", "今年").error == "unread_period"


def test_searching_loads_no_dictionary(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "jieba", raising=False)
    rated(desk, ("2026-11-03", 5, "很好"))
    assert found(desk, "好") == ["很好"]
    assert "jieba" not in sys.modules
