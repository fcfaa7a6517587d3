"""Reviews of departments: one code, one review of each, and nothing that tells who said what or when."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import audit
from db.reviews import Review
from frontdesk.common.digitcode import STARTS, check_digit
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.feedback.review import codes, service
from frontdesk.feedback.review.rules import summary
from frontdesk.feedback.review.service import Mark
from tests.desks import contents

pytestmark = pytest.mark.usefixtures("chinese")

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 20)
NAMES = ("城管中队", "市场监管所", "房管办")


def opened(context: Context, number: int = 20, names: tuple[str, ...] = NAMES) -> list[str]:
    """The codes of a new round."""
    no = service.open_round(context, "下半年部门评价", names, FIRST, LAST, number).round.no
    return list(service.codes_to_print(context, no))


def refused(code: str, do: object, *arguments: object) -> DeskError:
    with pytest.raises(DeskError) as caught:
        do(*arguments)  # type: ignore[operator]
    assert caught.value.code == code
    return caught.value


def anybody(context: Context) -> Context:
    """The same desk with nobody signed in."""
    return replace(context, operator=None)


def test_one_code_is_one_review_of_each_department_and_is_refused_the_second_time(desk: Context) -> None:
    made = opened(desk)
    assert len(set(made)) == 20
    seen = service.ballot(anybody(desk), f" {made[0][:4]} {made[0][4:8]}-{made[0][8:]} ")
    assert (seen.title, seen.departments) == ("下半年部门评价", NAMES)
    # Looking at it used nothing up.
    assert service.enter(anybody(desk), made[0], [Mark(NAMES[0], 5, 4), Mark(NAMES[2], 1, 2, "没有回音")]) == 2
    for attempt in (
        lambda: service.ballot(desk, made[0]),
        lambda: service.enter(desk, made[0], [Mark(NAMES[1], 5, 5)]),
    ):
        refused("used_code", attempt)
    assert service.rounds(desk)[0].used == 1
    assert len(contents(desk)["department_review"]) == 2


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([], "nothing_said"),
        ([Mark("没有的部门", 5, 5)], "unknown_department"),
        ([Mark(NAMES[0], 5, 5), Mark(NAMES[0], 1, 1)], "same_department"),
        ([Mark(NAMES[0], 6, 5)], "bad_mark"),
        ([Mark(NAMES[0], 5, 0)], "bad_mark"),
        ([Mark(NAMES[0], 5, 5, "好" * 201)], "text_too_long"),
        ([Mark(NAMES[0], 5, 5, "身份证310114199001011234")], "long_number"),
    ],
)
def test_what_cannot_be_said_leaves_the_code_unused(desk: Context, marks: list[Mark], code: str) -> None:
    made = opened(desk)
    refused(code, service.enter, desk, made[0], marks)
    assert contents(desk)["review_used"] == []
    assert service.ballot(desk, made[0]).no == 1


def test_a_review_leaves_no_operator_no_time_no_audit_entry_and_no_code(desk: Context) -> None:
    made = opened(desk)
    entries = contents(desk, audit=True)["audit"]
    others = {name: rows for name, rows in contents(desk).items() if name not in ("department_review", "review_used")}
    for code in made[:6]:
        service.enter(desk, code, [Mark(name, 3, 4, "一句话") for name in NAMES])
    after = contents(desk, audit=True)
    assert after.pop("audit") == entries
    assert {name: rows for name, rows in after.items() if name in others} == others
    columns = {
        name: [row["name"] for row in desk.database.connection.execute(f"PRAGMA table_info({name})")]
        for name in ("department_review", "review_used")
    }
    assert columns == {
        "department_review": ["key", "round", "department", "response", "handling", "comment"],
        "review_used": ["round", "digest"],
    }
    # What is kept of a code leads to no review, and no review to another of the same code.
    digests = {row[1] for row in after["review_used"]}
    keys = {row[0] for row in after["department_review"]}
    assert (len(digests), len(keys)) == (6, 18)
    assert not digests & keys
    desk.database.fold()
    raw = desk.home.database.read_bytes()
    assert not any(code.encode() in raw or codes.typed_code(code) != code for code in made)
    assert audit.first_broken(desk.database.connection) is None


def test_the_pages_of_the_file_do_not_keep_the_order_in_which_people_reviewed(desk: Context) -> None:
    made = opened(desk, 40)
    for place, code in enumerate(made):
        service.enter(desk, code, [Mark(NAMES[0], 5, 5, f"第{place:02d}人的话")])
    desk.database.fold()
    raw = desk.home.database.read_bytes()
    stood = [int(found) for found in re.findall("第([0-9]{2})人的话".encode(), raw)]
    assert sorted(set(stood)) == list(range(40))
    # In the order of writing, or its reverse, neighbours would differ by one nearly everywhere.
    steps = [abs(later - earlier) for earlier, later in pairwise(stood)]
    assert sum(step == 1 for step in steps) < len(steps) / 3


def test_of_two_windows_with_the_same_code_one_is_refused(desk: Context) -> None:
    made = opened(desk)
    meet = Barrier(4)

    def window(_: int) -> str:
        context = open_context(desk.home, source="cli", clock=desk.clock)
        try:
            meet.wait(30)
            service.enter(context, made[0], [Mark(name, 5, 5) for name in NAMES])
        except DeskError as refusal:
            return refusal.code
        finally:
            context.database.close()
        return "entered"

    with ThreadPoolExecutor(4) as threads:
        ended = sorted(threads.map(window, range(4)))
    assert ended == ["entered", "used_code", "used_code", "used_code"]
    assert len(contents(desk)["department_review"]) == 3


@given(st.text("0123456789", min_size=12, max_size=12))
def test_a_code_that_was_never_printed_is_recognised_by_no_round(typed: str) -> None:
    key = b"k" * 32
    printed = {codes.make_code(key, no, serial) for no in (1, 2) for serial in range(1, 31)}
    assert (codes.serial_of(key, 1, typed) in range(1, 31)) <= (typed in printed)


def test_no_code_opens_another_round_begins_like_a_card_or_survives_a_slip_of_the_finger() -> None:
    key = b"k" * 32
    made = [codes.make_code(key, 1, serial) for serial in range(1, codes.MOST_CODES + 1)]
    assert len(set(made)) == codes.MOST_CODES
    assert not any(code.startswith(STARTS) or codes.serial_of(key, 2, code) for code in made)
    assert not any(codes.serial_of(b"K" * 32, 1, code) for code in made)
    for code in made[:20]:
        for place in range(codes.LENGTH):
            for other in set("0123456789") - {code[place]}:
                assert codes.serial_of(key, 1, code[:place] + other + code[place + 1 :]) is None


def guesses() -> Iterator[str]:
    """Codes of the right form that nobody printed."""
    for number in range(10**6):
        body = f"001{number:08d}"
        yield f"{body}{check_digit(body)}"


def test_guessing_has_to_wait_longer_and_longer_in_every_window_and_a_right_code_shown_does_not_end_it(
    desk: Context,
) -> None:
    made, now = opened(desk), datetime(2026, 11, 9, 4, 0, tzinfo=UTC)
    desk.clock = lambda: now
    wrong = guesses()
    for _ in range(2):
        refused("wrong_code", service.ballot, desk, next(wrong))
    # A code of one's own, shown and not used, does not begin the row anew.
    service.ballot(desk, made[0])
    refused("wrong_code", service.enter, desk, next(wrong), [Mark(NAMES[0], 5, 5)])
    other = open_context(desk.home, source="cli", clock=lambda: now)
    assert refused("cooling", service.ballot, other, next(wrong)).details["seconds"] == 5
    assert refused("cooling", service.ballot, other, made[0]).details["seconds"] == 5
    waits = []
    for _ in range(6):
        now += timedelta(seconds=61)
        refused("wrong_code", service.ballot, desk, next(wrong))
        waits.append(refused("cooling", service.ballot, desk, next(wrong)).details["seconds"])
    assert waits == [10, 20, 40, 60, 60, 60]
    now += timedelta(seconds=61)
    service.enter(other, made[0], [Mark(NAMES[0], 5, 5)])
    # Nothing is left of when somebody mistyped before.
    assert contents(desk)["review_wrong"] == []
    refused("wrong_code", service.ballot, desk, next(wrong))
    other.database.close()


def test_a_code_opens_nothing_before_or_after_its_days_or_when_the_round_is_closed(desk: Context) -> None:
    made = opened(desk)
    now = datetime(2026, 11, 8, 4, tzinfo=UTC)
    desk.clock = lambda: now
    for day, code in ((8, "round_not_begun"), (21, "round_over")):
        now = datetime(2026, 11, day, 4, tzinfo=UTC)
        refused(code, service.ballot, desk, made[0])
    desk.clock = lambda: datetime(2026, 11, 20, 4, tzinfo=UTC)
    service.close_round(desk, 1)
    refused("round_closed", service.enter, desk, made[0], [Mark(NAMES[0], 5, 5)])
    refused("round_closed", service.close_round, desk, 1)
    refused("round_closed", service.codes_to_print, desk, 1)


def test_only_managers_open_print_and_close_and_each_of_it_stands_in_the_audit_log(desk: Context) -> None:
    clerk = replace(desk, operator=Operator("S101", "李磊", "operator"))
    with desk.change("test.filled", "centre") as connection:
        connection.execute("INSERT INTO staff (no, name, kind) VALUES ('S101', '李磊', '专职')")
    refused("manager_required", service.open_round, clerk, "评价", NAMES, FIRST, LAST, 20)
    opened(desk)
    for act in (service.codes_to_print, service.close_round):
        refused("manager_required", act, clerk, 1)
    more = service.more_codes(desk, 1, 5)
    assert len(more) == 5
    assert service.ballot(desk, more[0]).no == 1
    service.note_printed(desk, 1, 25)
    service.close_round(desk, 1)
    said = desk.database.connection.execute("SELECT action FROM audit WHERE action LIKE 'review%' ORDER BY id")
    assert [row[0] for row in said] == [f"review.{one}" for one in ("opened", "more_codes", "codes_written", "closed")]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("", NAMES, FIRST, LAST, 20), "missing_title"),
        (("评价", ("", " "), FIRST, LAST, 20), "no_departments"),
        (("评价", ("房管办", "房管办 "), FIRST, LAST, 20), "same_department"),
        (("评价", NAMES, LAST, FIRST, 20), "bad_span"),
        (("评价", NAMES, date(2026, 1, 1), date(2026, 1, 9), 20), "bad_span"),
        (("评价", NAMES, FIRST, LAST, 4), "too_few_codes"),
        (("评价", NAMES, FIRST, LAST, 601), "too_many_codes"),
        (("评" * 41, NAMES, FIRST, LAST, 20), "text_too_long"),
        (("评价", tuple(f"部门{number}" for number in range(41)), FIRST, LAST, 20), "too_many_departments"),
    ],
)
def test_a_round_that_could_not_be_held_is_refused(desk: Context, asked: tuple[object, ...], code: str) -> None:
    refused(code, service.open_round, desk, *asked)
    assert service.rounds(desk) == []


def filled(context: Context, by_department: dict[str, int]) -> None:
    """A closed round in which so many reviewed each department, all with a comment."""
    made = opened(context, 20, tuple(by_department))
    for place, code in enumerate(made[: max(by_department.values())]):
        marks = [
            Mark(name, 1 + place % 5, 5, f"{name}第{place}条 13800138000")
            for name, count in by_department.items()
            if place < count
        ]
        service.enter(context, code, marks)


def test_results_are_shown_when_the_round_is_closed_and_of_enough_reviews_only(desk: Context) -> None:
    filled(desk, {"甲": 9, "乙": 6, "丙": 3, "丁": 0})
    refused("still_open", service.results, desk, 1)
    service.close_round(desk, 1)
    found = service.results(desk, 1).summary
    # 丙 has too few; 乙 goes with it, or 丙 would be the total less what is shown.
    assert [name for name, one in found.departments.items() if one is None] == ["乙", "丙"]
    first = found.departments["甲"]
    assert first is not None
    assert (first.count, first.response.good, round(first.response.mean, 2), first.handling.mean) == (9, 5, 2.78, 5.0)
    none = found.departments["丁"]
    assert none is not None
    assert none.count == 0
    assert found.together is not None
    assert found.together.count == 18
    assert set(found.comments) == {"甲"}
    assert len(found.comments["甲"]) == 9
    assert not any("13800138000" in one for one in found.comments["甲"])


def test_comments_are_for_managers_only(desk: Context) -> None:
    filled(desk, {"甲": 9})
    service.close_round(desk, 1)
    for operator in (None, Operator("S101", "李磊", "operator"), Operator("J1", "审计", "auditor")):
        assert service.results(replace(desk, operator=operator), 1).summary.comments == {"甲": ()}
    assert len(service.results(desk, 1).summary.comments["甲"]) == 9


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.integers(2, 7))
def test_no_hidden_department_follows_from_what_is_shown(counts: list[int], minimum: int) -> None:
    names = [f"部门{place}" for place in range(len(counts))]
    said = [
        Review(key=bytes([place, number]), round=1, department=name, response=3, handling=3, comment="话")
        for place, name in enumerate(names)
        for number in range(counts[place])
    ]
    found = summary(names, said, minimum)
    hidden = [counts[place] for place, name in enumerate(names) if found.departments[name] is None]
    assert all(
        one >= minimum for place, one in enumerate(counts) if one and found.departments[names[place]] is not None
    )
    assert not any(found.departments[name] is None for name, one in zip(names, counts, strict=True) if one == 0)
    if found.together is None:
        assert sum(counts) < minimum
    elif hidden:
        # The total less what is shown is of two departments at least, and of enough reviews.
        assert len(hidden) > 1
        assert sum(hidden) >= minimum
    assert set(found.comments) == {
        name for name, one in zip(names, counts, strict=True) if one and found.departments[name] is not None
    }


def test_the_round_outlives_a_restart_and_the_file_stays_sound(desk: Context) -> None:
    made = opened(desk)
    service.enter(desk, made[0], [Mark(NAMES[0], 5, 5)])
    desk.database.close()
    connection = sqlite3.connect(desk.home.database)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    again = open_context(desk.home, source="cli", clock=desk.clock)
    refused("used_code", service.ballot, again, made[0])
    assert service.ballot(again, made[1]).no == 1
    again.database.close()


def test_what_is_hidden_stays_hidden_though_the_setting_is_changed_after_the_round(desk: Context) -> None:
    """By the smaller of two minimums another department would be hidden with the small one: together they tell."""
    context = replace(desk, settings=replace(desk.settings, review_minimum=10))
    made = opened(context, 30, ("城管中队", "房管办", "供电站", "派出所"))
    many = {"城管中队": 3, "房管办": 7, "供电站": 12, "派出所": 20}
    for place, code in enumerate(made[:20]):
        service.enter(anybody(context), code, [Mark(name, 5, 4) for name, count in many.items() if place < count])
    service.close_round(context, 1)
    by_ten = service.results(context, 1)
    lowered = replace(desk, settings=replace(desk.settings, review_minimum=5))
    assert service.results(lowered, 1) == by_ten and by_ten.minimum == 10
    assert [name for name, one in by_ten.summary.departments.items() if one is None] == ["城管中队", "房管办"]
    assert opened(lowered) and service.round_of(lowered, 2).round.minimum == 5
