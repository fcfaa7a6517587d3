"""Legality and the N-1 proof against a second implementation that looks at everything every time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.roster.fairness import LOADS, shares
from frontdesk.roster.legality import violations, why_not
from frontdesk.roster.model import Assignment, Away, Member, Post, RoleInSlot, Shift, Situation, SlotKey
from frontdesk.roster.resilience import check
from frontdesk.roster.substitutes import substitutes
from tests.naive_roster import HARD, breaches, uncovered, without

FIRST = date(2026, 12, 28)
PEOPLE = ("一", "二", "三", "四", "五")
POSTS = {"窗口": Post("窗口"), "咨询": Post("咨询"), "财务": Post("财务", shared_cover=False)}
SHIFTS = {
    "early": Shift("early", "早", 420, 900, 30),
    "late": Shift("late", "晚", 780, 1260),
    "night": Shift("night", "夜", 1320, 1800),
}
ROLES: tuple[RoleInSlot, ...] = ("acting", "standby")
COMPARED = HARD | {"vacant_standby"}

Given = tuple[Situation, dict[SlotKey, Assignment]]


def members(draw: st.DrawFn, around: st.SearchStrategy[date]) -> Mapping[str, Member]:
    found = {}
    for no in PEOPLE:
        away = tuple(
            Away(day, day + timedelta(days=length), *minutes)
            for day, length, minutes in draw(
                st.lists(
                    st.tuples(around, st.integers(0, 4), st.sampled_from([(None, None), (800, None), (None, 900)])),
                    max_size=1,
                )
            )
        )
        found[no] = Member(
            no,
            no,
            weekly_minutes=draw(st.sampled_from([2400, 1440, 9000])),
            monthly_minutes=draw(st.sampled_from([None, 2400])),
            weekdays=draw(st.sampled_from([frozenset(range(7)), frozenset(range(7)), frozenset(range(5))])),
            earliest=draw(st.sampled_from([None, None, 480])),
            latest=draw(st.sampled_from([None, None, 1000])),
            max_run=draw(st.sampled_from([6, 3])),
            max_weekends=draw(st.sampled_from([None, 1])),
            away=away,
            ranks={post: draw(st.integers(0, 2)) for post in POSTS if draw(st.integers(0, 5))},
            lapses=draw(st.sampled_from([{}, {"窗口": FIRST + timedelta(days=4)}])),
        )
    return found


@st.composite
def situations(draw: st.DrawFn, length: int = 10) -> Given:
    """A window with what lies around it, filled by chance; a person may well be put where it breaks something."""
    last = FIRST + timedelta(days=length - 1)
    around = st.dates(FIRST - timedelta(days=4), last + timedelta(days=4))
    anybody = st.sampled_from([*PEOPLE, None])
    places = st.lists(
        st.tuples(around, st.sampled_from(sorted(POSTS)), st.sampled_from(sorted(SHIFTS)), anybody, anybody),
        min_size=1,
        max_size=25,
    )
    cells = {
        SlotKey(day, post, shift): Assignment(acting, standby) for day, post, shift, acting, standby in draw(places)
    }
    inside = {slot: one for slot, one in cells.items() if FIRST <= slot.day <= last}
    stepped = frozenset(slot for slot in cells if draw(st.integers(0, 3)) == 0)
    situation = Situation(
        first=FIRST,
        last=last,
        posts=POSTS,
        shifts=SHIFTS,
        members=members(draw, around),
        slots=tuple(sorted(inside)),
        before={slot: one for slot, one in cells.items() if slot.day < FIRST},
        after={slot: one for slot, one in cells.items() if slot.day > last},
        forbidden_sequences=draw(st.sampled_from([frozenset(), frozenset({("late", "late")})])),
        stepped_in=stepped,
    )
    return situation, inside


lightly = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@lightly
@given(situations())
def test_every_breach_is_found_and_no_other(given_one: Given) -> None:
    situation, roster = given_one
    found = {(one.staff_no, one.code) for one in violations(situation, roster) if one.code in COMPARED}
    assert found == {(no, code) for no, code, _ in breaches(situation, roster)}
    assert all(one.hard == (one.code in HARD) for one in violations(situation, roster))


@lightly
@given(situations(), st.data())
def test_asking_for_some_slots_hears_exactly_what_has_a_part_in_them(given_one: Given, data: st.DataObject) -> None:
    situation, roster = given_one
    only = data.draw(st.sets(st.sampled_from(sorted(roster)))) if roster else set()
    found = {(one.staff_no, one.code) for one in violations(situation, roster, only) if one.code in COMPARED}
    assert found == {(no, code) for no, code, slots in breaches(situation, roster) if slots & only}


@lightly
@given(situations(), st.data())
def test_why_not_says_what_the_roster_would_break_there(given_one: Given, data: st.DataObject) -> None:
    situation, roster = given_one
    if not roster:
        return
    slot = data.draw(st.sampled_from(sorted(roster)))
    no = data.draw(st.sampled_from(PEOPLE))
    role = data.draw(st.sampled_from(ROLES))
    after = {**roster, slot: Assignment(**{**vars(roster[slot]), role: no})}
    expected = {code for who, code, slots in breaches(situation, after) if who == no and slot in slots}
    assert {one.code for one in why_not(situation, roster, slot, role, no) if one.code in COMPARED} == expected


@settings(lightly, max_examples=20)
@given(situations())
def test_the_single_absences_that_hurt_are_those_that_brute_force_finds(given_one: Given) -> None:
    assert_hurting_absences_found(given_one)


@pytest.mark.slow
@settings(lightly, max_examples=400)
@given(situations())
def test_the_single_absences_that_hurt_are_found_in_many_more_rosters(given_one: Given) -> None:
    assert_hurting_absences_found(given_one)


def assert_hurting_absences_found(given_one: Given) -> None:
    """Every absence of a day and of a week is tried; those that leave a slot empty are just those that are said."""
    situation, roster = given_one
    result = check(situation, roster)
    standing = {hole.slot for hole in result.holes if not hole.absent}
    assert standing == uncovered(situation, roster)
    claimed = {(hole.absent[0], hole.slot) for hole in result.holes if hole.absent}
    found, tried = set(), 0
    for no in PEOPLE:
        for number in range((situation.last - situation.first).days + 1):
            for length in (1, 7):
                first = situation.first + timedelta(days=number)
                tried += 1
                after, worked = without(situation, roster, no, first, first + timedelta(days=length - 1))
                torn = {
                    slot for slot in uncovered(after, worked) if roster[slot].acting == no and worked[slot].acting != no
                }
                found |= {(no, slot) for slot in torn}
    assert claimed == found
    assert result.checked == tried
    assert all(hole.reasons for hole in result.holes)


@lightly
@given(situations(length=5))
def test_pairs_of_absences_leave_a_hole_only_where_nobody_else_could_act(given_one: Given) -> None:
    situation, roster = given_one
    claimed = {(hole.absent, hole.slot) for hole in check(situation, roster, absences=2).holes if len(hole.absent) == 2}
    for pair in combinations(sorted(PEOPLE), 2):
        for slot, one in roster.items():
            if {one.acting, one.standby} == set(pair):
                bare = {**roster, slot: Assignment()}
                able = [
                    each.staff_no
                    for each in substitutes(situation, bare, slot, "acting")
                    if each.legal and each.staff_no not in pair
                ]
                if not able:
                    assert (pair, slot) in claimed
    assert all({roster[slot].acting, roster[slot].standby} == set(pair) for pair, slot in claimed)


@lightly
@given(situations())
def test_a_legal_substitute_breaks_nothing_hard(given_one: Given) -> None:
    situation, roster = given_one
    for slot, one in roster.items():
        if one.acting is None:
            for candidate in substitutes(situation, roster, slot, "acting"):
                after = {**roster, slot: Assignment(candidate.staff_no, one.standby)}
                fields = {name: getattr(situation, name) for name in situation.__dataclass_fields__}
                stepped = Situation(**{**fields, "stepped_in": situation.stepped_in | {slot}})
                hard = {
                    code
                    for no, code, slots in breaches(stepped, after)
                    if no == candidate.staff_no and slot in slots and code in HARD
                }
                assert candidate.legal == (not hard)


@lightly
@given(situations())
def test_fair_shares_add_up_to_what_is_carried(given_one: Given) -> None:
    situation, roster = given_one
    every = shares(situation, roster)
    for load in LOADS:
        carried = sum(one.actual[load] for one in every)
        fair = sum(one.fair[load] for one in every)
        assert abs(carried - fair) < 1e-6 or fair == 0
    assert {one.staff_no for one in every} >= {no for one in roster.values() for no in (one.acting, one.standby) if no}
