"""Who is asked first, what is a fair share, and what the proof over absences says."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from frontdesk.roster.fairness import shares
from frontdesk.roster.model import (
    RANK_A,
    RANK_B,
    RANK_QUALIFIED,
    Assignment,
    Away,
    Member,
    Post,
    Shift,
    Situation,
    SlotKey,
)
from frontdesk.roster.resilience import check
from frontdesk.roster.substitutes import substitutes

MONDAY = date(2026, 11, 9)
SHIFTS = {"早": Shift("早", "早班", 420, 900), "晚": Shift("晚", "晚班", 840, 1260)}
POSTS = {"窗口": Post("窗口"), "咨询": Post("咨询"), "财务": Post("财务", shared_cover=False)}

Cells = dict[tuple[int, str, str], tuple[str | None, str | None]]


def person(no: str, **changes: object) -> Member:
    plain = Member(no, no, 40 * 60, ranks=dict.fromkeys(POSTS, RANK_QUALIFIED))
    return replace(plain, **changes)  # type: ignore[arg-type]


def given(cells: Cells, *people: Member, days: int = 7) -> tuple[Situation, dict[SlotKey, Assignment]]:
    roster = {SlotKey(MONDAY + timedelta(days=day), post, shift): Assignment(*pair)
              for (day, post, shift), pair in cells.items()}  # fmt: skip
    situation = Situation(
        first=MONDAY,
        last=MONDAY + timedelta(days=days - 1),
        posts=POSTS,
        shifts=SHIFTS,
        members={one.no: one for one in people},
        slots=tuple(sorted(roster)),
    )
    return situation, roster


def asked(cells: Cells, *people: Member, head: str | None = None) -> list[str]:
    """Who is asked for the empty window of Monday, in order."""
    situation, roster = given(cells, *people)
    found = substitutes(situation, roster, SlotKey(MONDAY, "窗口", "早"), "acting", head=head)
    return [one.staff_no + ("" if one.legal else "!") for one in found]


EMPTY: Cells = {(0, "窗口", "早"): (None, None)}


def test_the_legal_come_first_then_a_then_b_then_the_trained() -> None:
    people = (
        person("甲", ranks={"窗口": RANK_QUALIFIED}),
        person("乙", ranks={"窗口": RANK_B}),
        person("丙", ranks={"窗口": RANK_A}),
        person("丁", ranks={"窗口": RANK_A}, weekdays=frozenset({6})),
    )
    assert asked(EMPTY, *people) == ["丙", "乙", "甲", "丁!"]


def test_whoever_is_in_the_house_comes_before_whoever_has_to_be_called_and_then_the_less_burdened() -> None:
    cells: Cells = {**EMPTY, (0, "咨询", "早"): (None, "甲"), (2, "窗口", "早"): ("乙", None)}
    assert asked(cells, person("乙"), person("丙"), person("甲")) == ["甲", "丙", "乙"]


def test_whoever_acts_elsewhere_may_do_both_jobs_only_where_the_post_shares_its_cover() -> None:
    cells: Cells = {**EMPTY, (0, "咨询", "早"): ("甲", None)}
    assert asked(cells, person("甲")) == ["甲"]
    situation, roster = given({(0, "财务", "早"): (None, None), (0, "咨询", "早"): ("甲", None)}, person("甲"))
    found = substitutes(situation, roster, SlotKey(MONDAY, "财务", "早"), "acting")
    assert [[one.code for one in each.violations if one.hard] for each in found] == [["acts_twice"]]


def test_the_untrained_and_the_absent_are_not_asked_and_the_head_is_last_all_the_same() -> None:
    people = (
        person("甲", ranks={"咨询": RANK_A}),
        person("乙", away=(Away(MONDAY, MONDAY),)),
        person("丙", weekdays=frozenset({6})),
        person("主任", ranks={}),
    )
    assert asked(EMPTY, *people, head="主任") == ["丙!", "主任!"]
    assert asked(EMPTY, person("主任", away=(Away(MONDAY, MONDAY),)), head="主任") == []


def test_a_fair_share_goes_by_contract_and_presence() -> None:
    cells: Cells = {(day, "窗口", "晚"): ("甲", None) for day in range(6)}
    people = (
        person("甲"),
        person("乙", weekly_minutes=20 * 60),
        person("丙", ranks={}),
        person("丁", away=(Away(MONDAY, MONDAY + timedelta(days=6)),)),
    )
    by_no = {one.staff_no: one for one in shares(*given(cells, *people))}
    assert set(by_no) == {"甲", "乙"}
    assert by_no["甲"].actual["evenings"] == 6
    assert by_no["甲"].fair["evenings"] == pytest.approx(4)
    assert by_no["乙"].fair["evenings"] == pytest.approx(2)
    assert by_no["甲"].off("acting_minutes") == pytest.approx(2 * 420)
    assert by_no["甲"].actual["weekend_days"] == 1


def test_a_day_in_both_roles_counts_its_minutes_once() -> None:
    cells: Cells = {(0, "窗口", "早"): ("甲", None), (0, "咨询", "早"): (None, "甲")}
    (share,) = shares(*given(cells, person("甲")))
    assert (share.actual["duty_minutes"], share.actual["acting_minutes"]) == (480, 480)
    assert (share.actual["acting_slots"], share.actual["standby_slots"]) == (1, 1)


def test_the_proof_counts_what_it_tried_and_names_each_hole() -> None:
    cells: Cells = {(0, "窗口", "早"): ("甲", "乙"), (1, "窗口", "早"): ("甲", None)}
    result = check(*given(cells, person("甲"), person("乙")))
    assert result.checked == 2 * 7 * 2
    assert [(hole.absent, hole.slot.day, [one.code for one in hole.reasons]) for hole in result.holes] == [
        (("甲",), MONDAY + timedelta(days=1), ["vacant_standby"])
    ]


def test_two_absences_leave_a_hole_unless_a_third_could_come() -> None:
    cells: Cells = {(0, "窗口", "早"): ("甲", "乙")}
    alone = check(*given(cells, person("甲"), person("乙")), absences=2)
    assert [(hole.absent, hole.slot.day) for hole in alone.holes] == [(("乙", "甲"), MONDAY)]
    assert check(*given(cells, person("甲"), person("乙"), person("丙")), absences=2).holds


@pytest.mark.slow
def test_thirty_people_and_a_quarter_of_a_year_are_proved_while_one_waits() -> None:
    people = [person(f"P{number:02d}", weekly_minutes=60 * 60) for number in range(30)]
    cells: Cells = {
        (day, post, shift): (people[base].no, people[base + 1].no)
        for day in range(91)
        for place, post in enumerate(POSTS)
        for turn, shift in enumerate(SHIFTS)
        for base in [(day // 3 % 2) * 15 + turn * 7 + place * 2]
    }
    situation, roster = given(cells, *people, days=91)
    begun = time.perf_counter()
    assert check(situation, roster).checked == 30 * 91 * 2
    assert time.perf_counter() - begun < 1
