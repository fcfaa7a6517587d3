"""Each rule of the roster, broken once and kept once, and said with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from frontdesk.locale import use_language
from frontdesk.roster.legality import sentence, violations, why_not
from frontdesk.roster.model import (
    RANK_A,
    RANK_B,
    Assignment,
    Away,
    Member,
    Post,
    Shift,
    Situation,
    SlotKey,
    Violation,
)

MONDAY = date(2026, 11, 9)
DAY = Shift("day", "日班", 9 * 60, 17 * 60, 60)
EARLY = Shift("early", "早班", 7 * 60, 15 * 60)
LATE = Shift("late", "晚班", 13 * 60, 21 * 60)
NIGHT = Shift("night", "夜班", 22 * 60, 30 * 60)
SHIFTS = {shift.code: shift for shift in (DAY, EARLY, LATE, NIGHT)}
POSTS = {"窗口": Post("窗口"), "咨询": Post("咨询"), "财务": Post("财务", shared_cover=False)}

Cells = Mapping[tuple[int, str, str], tuple[str | None, str | None]]
"""Days after Monday, post and shift of a slot: who acts and who stands by."""


def person(no: str, **changes: object) -> Member:
    """Somebody who may stand at every post, 40 hours a week."""
    plain = Member(no, no, 40 * 60, ranks=dict.fromkeys(POSTS, RANK_A))
    return replace(plain, **changes)  # type: ignore[arg-type]


def key(place: tuple[int, str, str]) -> SlotKey:
    return SlotKey(MONDAY + timedelta(days=place[0]), place[1], place[2])


def assignments(cells: Cells) -> dict[SlotKey, Assignment]:
    return {key(place): Assignment(*pair) for place, pair in cells.items()}


def situation(
    *people: Member, cells: Cells, before: Cells | None = None, after: Cells | None = None, days: int = 14
) -> Situation:
    return Situation(
        first=MONDAY,
        last=MONDAY + timedelta(days=days - 1),
        posts=POSTS,
        shifts=SHIFTS,
        members={one.no: one for one in (*people, person("李"), person("王"))},
        slots=tuple(key(place) for place in cells),
        before=assignments(before or {}),
        after=assignments(after or {}),
    )


def said(given: Situation, cells: Cells) -> list[Violation]:
    return violations(given, assignments(cells))


def codes(*people: Member, cells: Cells, before: Cells | None = None, after: Cells | None = None) -> set[str]:
    return {one.code for one in said(situation(*people, cells=cells, before=before, after=after), cells)}


def days(
    *numbers: int, shift: str = "day", no: str = "张"
) -> dict[tuple[int, str, str], tuple[str | None, str | None]]:
    """Days on which somebody acts at the window; the standby is there only to fill the role."""
    return {(number, "窗口", shift): (no, ("李", "王")[number % 2]) for number in numbers}


def test_a_proper_day_breaks_nothing() -> None:
    assert codes(person("张"), cells=days(0, 1)) == set()


def test_empty_roles_are_said() -> None:
    found = said(situation(cells={(0, "窗口", "day"): (None, None)}), {(0, "窗口", "day"): (None, None)})
    assert [(one.code, one.hard) for one in found] == [("vacant_acting", True), ("vacant_standby", False)]


def test_whoever_is_not_known_or_not_trained_for_a_post_cannot_stand_there() -> None:
    assert codes(person("张", ranks={}), cells=days(0)) == {"unqualified"}
    assert codes(cells=days(0, no="外人")) == {"unqualified"}


def test_a_certificate_counts_up_to_its_last_day() -> None:
    until = person("张", lapses={"窗口": MONDAY})
    assert codes(until, cells=days(0)) == set()
    assert codes(until, cells=days(1)) == {"lapsed"}


def test_nobody_stands_anywhere_while_away_and_may_before_and_after() -> None:
    away = person("张", away=(Away(MONDAY, MONDAY + timedelta(days=1), from_minute=17 * 60, until_minute=9 * 60),))
    assert codes(away, cells=days(0, 1)) == set()
    assert codes(away, cells=days(0, shift="late")) == {"away"}
    assert codes(person("张", away=(Away(MONDAY, MONDAY),)), cells=days(0)) == {"away"}


def test_a_shift_that_runs_into_a_day_away_is_missed_too() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert not Away(tuesday, tuesday).touches(MONDAY, 780, 1440)
    assert Away(tuesday, tuesday).touches(MONDAY, 1320, 1800)
    assert not Away(tuesday, tuesday, from_minute=360).touches(MONDAY, 1320, 1800)


def test_a_contract_has_weekdays_and_an_earliest_and_a_latest_minute() -> None:
    assert codes(person("张", weekdays=frozenset({1})), cells=days(0)) == {"weekday"}
    assert codes(person("张", earliest=9 * 60), cells=days(0, shift="early")) == {"too_early"}
    assert codes(person("张", latest=20 * 60), cells=days(0, shift="late")) == {"too_late"}
    assert codes(person("张", earliest=9 * 60, latest=17 * 60), cells=days(0)) == set()


def test_the_standby_is_somebody_else() -> None:
    assert "both_roles" in codes(cells={(0, "窗口", "day"): ("李", "李")})


def test_one_person_acts_in_one_slot_and_backs_one_slot_of_a_window() -> None:
    twice: Cells = {(0, "窗口", "day"): ("张", "李"), (0, "咨询", "day"): ("张", "王")}
    assert codes(person("张"), cells=twice) == {"acts_twice"}
    backed: Cells = {(0, "窗口", "day"): ("李", "张"), (0, "咨询", "day"): ("王", "张")}
    assert codes(person("张"), cells=backed) == {"backs_twice"}


def test_whoever_stepped_in_may_do_both_jobs_where_the_post_shares_its_cover() -> None:
    cells: Cells = {(0, "窗口", "day"): ("张", "李"), (0, "咨询", "day"): ("张", "王")}
    given = situation(person("张"), cells=cells)
    found = said(replace(given, stepped_in=frozenset({key((0, "咨询", "day"))})), cells)
    assert [(one.code, one.hard) for one in found] == [("double_duty", False)]
    alone: Cells = {(0, "窗口", "day"): ("张", "李"), (0, "财务", "day"): ("张", "王")}
    given = replace(situation(person("张"), cells=alone), stepped_in=frozenset({key((0, "财务", "day"))}))
    assert [one.code for one in said(given, alone)] == ["acts_twice"]


def test_two_posts_at_once_are_the_most() -> None:
    cells: Cells = {
        (0, "窗口", "day"): ("张", "李"),
        (0, "咨询", "day"): ("张", "王"),
        (0, "大厅", "day"): ("王", "张"),
    }
    given = situation(person("张", ranks={**dict.fromkeys(POSTS, RANK_A), "大厅": RANK_B}), cells=cells)
    posts = {**POSTS, "大厅": Post("大厅")}
    given = replace(given, posts=posts, stepped_in=frozenset({key((0, "咨询", "day"))}))
    assert "three_posts" in {one.code for one in said(given, cells)}


def test_a_standby_may_act_elsewhere_unless_the_post_wants_a_free_one() -> None:
    assert codes(cells={(0, "窗口", "day"): ("李", "王"), (0, "咨询", "day"): ("王", "李")}) == set()
    assert codes(cells={(0, "财务", "day"): ("李", "王"), (0, "咨询", "day"): ("王", "李")}) == {"cover_not_shared"}


def test_one_shift_a_day_and_no_overlap() -> None:
    assert codes(person("张"), cells=days(0, shift="early") | days(0, shift="late")) == {"overlap"}
    assert codes(person("张"), cells=days(0, shift="early") | days(0, shift="night")) >= {"two_shifts"}
    assert codes(person("张"), cells=days(0, shift="night") | days(1, shift="early")) == {"rest"}


def test_eleven_hours_lie_between_two_shifts() -> None:
    cells = days(4, shift="late") | days(5, shift="early")
    given = situation(person("张"), cells=cells)
    only = said(given, cells)
    assert [one.code for one in only] == ["rest"]
    use_language("zh_CN")
    assert sentence(only[0]) == "张 11月13日 周五 21:00 下班，11月14日 周六 07:00 上班，只隔 10 小时（至少 11 小时）。"


def test_rest_looks_at_what_lies_before_and_behind_the_window() -> None:
    assert codes(person("张"), cells=days(0, shift="early"), before=days(-1, shift="late")) == {"rest"}
    assert codes(person("张"), cells=days(13, shift="late"), after=days(14, shift="early")) == {"rest"}
    assert codes(person("张"), cells={}, before=days(-2, shift="late") | days(-1, shift="early")) == set()


def test_standing_by_needs_rest_like_acting() -> None:
    cells: Cells = {(0, "窗口", "late"): ("李", "张"), (1, "窗口", "early"): ("王", "张")}
    assert codes(person("张"), cells=cells) == {"rest"}


def test_a_forbidden_sequence_is_one_between_two_days() -> None:
    cells = days(0, shift="day") | days(1, shift="late")
    given = replace(situation(person("张"), cells=cells), forbidden_sequences=frozenset({("day", "late")}))
    assert [one.code for one in said(given, cells)] == ["sequence"]
    apart = days(0, shift="day") | days(2, shift="late")
    assert said(given, apart) == []


def test_days_in_a_row_are_counted_across_both_edges() -> None:
    roomy = person("张", weekly_minutes=9000)
    people = (roomy, person("李", weekly_minutes=9000), person("王", weekly_minutes=9000))
    assert codes(*people, cells=days(*range(6))) == set()
    assert codes(*people, cells=days(*range(7))) == {"max_run"}
    assert codes(*people, cells=days(0, 1), before=days(*range(-5, 0))) == {"max_run"}
    assert codes(*people, cells=days(12, 13), after=days(*range(14, 19))) == {"max_run"}


def test_short_runs_and_short_pauses_are_warnings() -> None:
    wants = person("张", min_run=2, min_days_off=2)
    cells = days(3) | days(5, 6)
    found = said(situation(wants, cells=cells), cells)
    assert {(one.code, one.hard) for one in found} == {("min_run", False), ("min_days_off", False)}
    assert codes(wants, cells=days(0)) == set(), "the run may have begun before what is known"


def test_a_week_runs_from_monday_to_sunday_and_a_day_counts_once() -> None:
    people = (person("张", weekly_minutes=14 * 60),)
    both: Cells = {(0, "窗口", "day"): ("张", "李"), (0, "咨询", "day"): ("王", "张")}
    assert codes(*people, cells={**both, **days(1)}) == set()
    assert codes(*people, cells={**both, **days(1, 2)}) == {"weekly_hours"}
    assert codes(*people, cells=days(5, 6, 7)) == set(), "Monday begins a new week"


def test_a_month_counts_what_was_worked_before_and_is_published_behind() -> None:
    people = (person("张", monthly_minutes=21 * 60),)
    assert codes(*people, cells=days(0, 8, 13)) == set()
    assert codes(*people, cells=days(0, 8, 13), before=days(-8)) == {"monthly_hours"}
    assert codes(*people, cells=days(0, 8, 13), before=days(-9)) == set(), "October"
    assert codes(*people, cells=days(0, 8, 13), after=days(21)) == {"monthly_hours"}


def test_weekends_are_counted_by_the_month_of_their_saturday() -> None:
    people = (person("张", max_weekends=1),)
    assert codes(*people, cells=days(5, 6)) == set()
    assert codes(*people, cells=days(5, 13)) == {"max_weekends"}
    assert codes(*people, cells=days(5), before=days(-8)) == set(), "Sunday the first belongs to October's last weekend"


def test_a_and_b_away_together_is_a_warning() -> None:
    off = (Away(MONDAY, MONDAY),)
    people = (
        person("张", ranks={"窗口": RANK_A}, away=off),
        person("赵", ranks={"窗口": RANK_B}, away=off),
    )
    cells = days(0, no="李")
    given = situation(*people, cells=cells)
    helpers = {no: replace(given.members[no], ranks={"窗口": 2}) for no in ("李", "王")}
    found = said(replace(given, members={**given.members, **helpers}), {(0, "窗口", "day"): ("李", "王")})
    assert [(one.code, one.hard) for one in found] == [("ab_both_away", False)]


def test_why_not_tells_what_one_more_person_would_break_and_nothing_else() -> None:
    cells: dict[tuple[int, str, str], tuple[str | None, str | None]] = {
        **days(0, shift="late"),
        (1, "窗口", "early"): (None, "王"),
        (3, "窗口", "day"): (None, None),
    }
    given = situation(person("张"), cells=cells)
    roster = assignments(cells)
    assert [one.code for one in why_not(given, roster, key((1, "窗口", "early")), "acting", "张")] == ["rest"]
    assert why_not(given, roster, key((3, "窗口", "day")), "acting", "张") == []
    assert [one.code for one in why_not(given, roster, key((1, "窗口", "early")), "acting", "王")] == ["both_roles"]


def test_only_asks_about_some_slots_and_hears_of_them() -> None:
    cells = days(0, shift="late") | days(1, shift="early") | {(9, "窗口", "day"): (None, None)}
    given = situation(person("张"), cells=cells)
    slot = key((0, "窗口", "late"))
    assert [(one.code, one.slot) for one in violations(given, assignments(cells), {slot})] == [("rest", slot)]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_violation_is_a_whole_sentence(language: str) -> None:
    cells = days(*range(9), shift="late") | days(3, shift="early") | days(5, no="外人")
    given = situation(person("张", monthly_minutes=60, max_weekends=0, weekdays=frozenset()), cells=cells)
    use_language(language)
    try:
        for one in said(given, cells):
            words = sentence(one)
            assert not words.startswith("roster.")
            assert "{" not in words
    finally:
        use_language("zh_CN")
