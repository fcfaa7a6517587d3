"""AB rosters are legal by rules written apart from the model, as cheap as any, and survive every single absence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.planning.ab import AbPlan, AbProgress, plan
from frontdesk.planning.abcost import Holders, shares, terms, total
from frontdesk.planning.abexplain import explain
from frontdesk.planning.abmodel import AbModel
from frontdesk.planning.abproblem import AbPerson, AbProblem, AbSlot, AbWindow, AbWish, as_json, from_json
from frontdesk.planning.abremedy import NEWCOMER, remedies
from frontdesk.planning.abreplan import changes_between, replan
from frontdesk.planning.greedy import first_fit, greedy
from tests.bench.abroster.cases import CASES, make
from tests.bench.abroster.evaluator import cost, fair, faults, holes

MONDAY = date(2026, 3, 30)
DAY, LATE, NIGHT = (
    AbWindow("D", 480, 960, 480),
    AbWindow("L", 780, 1260, 480, evening=True),
    AbWindow("N", 1320, 1800, 480, evening=True),
)


def centre(people: int = 4, days: int = 3, posts: int = 1, **changed: object) -> AbProblem:
    """Everybody qualified everywhere, one day window."""
    names = [f"post{number}" for number in range(posts)]
    slots = tuple(AbSlot(day, post, 0) for day in range(days) for post in names)
    crew = tuple(AbPerson(f"p{n}", 40 * 60, ranks=dict.fromkeys(names, min(n, 2))) for n in range(people))
    problem = AbProblem(MONDAY, days, dict.fromkeys(names, True), (DAY, LATE, NIGHT), slots, crew)
    return replace(problem, **changed)  # type: ignore[arg-type]


def solved(problem: AbProblem, seconds: float = 20.0) -> AbPlan:
    return plan(problem, seconds, team=False)


def with_person(problem: AbProblem, number: int, **changed: object) -> AbProblem:
    people = list(problem.people)
    people[number] = replace(people[number], **changed)  # type: ignore[arg-type]
    return replace(problem, people=tuple(people))


def every_roster(problem: AbProblem) -> list[list[Holders]]:
    """All rosters that keep the rules, by trying everything."""
    ids = [None, *(person.id for person in problem.people)]
    choices = [
        [(acting, standby, None) for acting, standby in product(ids, ids) if acting is None or acting != standby]
        for _ in problem.slots
    ]
    return [list(each) for each in product(*choices) if not faults(problem, each)]


@st.composite
def small_problems(draw: st.DrawFn) -> AbProblem:
    """Three people, two or three slots over two or three days around New Year, with every kind of rule."""
    days = draw(st.integers(2, 3))
    posts = {"a": True, "b": draw(st.booleans())}
    windows = (DAY, LATE, NIGHT)
    slots = draw(
        st.lists(
            st.tuples(st.integers(0, days - 1), st.sampled_from("ab"), st.integers(0, 2)),
            min_size=2, max_size=3, unique=True,
        )
    )  # fmt: skip
    pairs = st.frozensets(st.tuples(st.integers(0, days - 1), st.integers(0, 2)), max_size=2)
    people = []
    for number in range(3):
        wishes = draw(
            st.lists(
                st.builds(
                    AbWish,
                    st.integers(0, days - 1),
                    st.sampled_from([None, "D", "L"]),
                    st.booleans(),
                    st.integers(1, 5),
                ),
                max_size=2,
            )
        )
        people.append(
            AbPerson(
                id=f"p{number}",
                weekly_minutes=draw(st.sampled_from([480, 960, 2400])),
                monthly_minutes=draw(st.sampled_from([None, 480, 960])),
                max_run=draw(st.integers(1, 3)),
                max_weekends=draw(st.sampled_from([None, 0, 1])),
                away=draw(pairs),
                closed=draw(pairs),
                outside=draw(st.dictionaries(st.sampled_from([-2, -1, days, days + 1]), st.integers(0, 1), max_size=2)),
                wishes=tuple(wishes),
                ranks=draw(st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), min_size=1)),
                lapses=draw(st.dictionaries(st.sampled_from("ab"), st.integers(0, days), max_size=1)),
            )
        )
    return AbProblem(
        first=draw(st.sampled_from([MONDAY, date(2026, 12, 30), date(2027, 1, 2)])),
        days=days,
        posts=posts,
        windows=windows,
        slots=tuple(AbSlot(*slot) for slot in sorted(slots)),
        people=tuple(people),
        forbidden=draw(st.frozensets(st.tuples(st.sampled_from("DL"), st.sampled_from("DL")), max_size=1)),
        holidays=draw(st.frozensets(st.integers(0, days - 1), max_size=1)),
    )


def own_faults(problem: AbProblem) -> bool:
    """Whether what lies outside the slots breaks a rule by itself."""
    return bool(faults(problem, [(None, None, None)] * len(problem.slots)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(small_problems())
def test_no_legal_roster_is_cheaper_than_the_proven_one(problem: AbProblem) -> None:
    if own_faults(problem):
        return
    found = solved(problem)
    assert found.status == "optimal"
    assert faults(problem, found.holders) == []
    assert cost(problem, found.holders) == found.terms
    assert found.cost == min(total(problem, cost(problem, each)) for each in every_roster(problem))


@settings(max_examples=25)
@given(small_problems(), st.integers(0, 9))
def test_rosters_by_hand_rules_are_legal_and_stand_in_the_model(problem: AbProblem, seed: int) -> None:
    for holders in (first_fit(problem), greedy(problem, seconds=0.02, seed=seed)):
        if own_faults(problem):
            continue
        assert faults(problem, holders) == []
        whole = AbModel(problem)
        values = whole.start(holders)
        assert values is not None
        assert whole.model.broken(values) == []
        found = terms(problem, holders)
        assert whole.model.objective(values) == pytest.approx(sum(v for k, v in found.items() if "vacant" not in k))
        assert whole.holders(values) == holders


@settings(max_examples=20)
@given(small_problems(), st.integers(0, 2), st.integers(0, 2))
def test_no_replan_changes_less(problem: AbProblem, who: int, day: int) -> None:
    if own_faults(problem):
        return
    published = problem.with_holders(solved(problem).holders)
    away = published.people[who].away | {(day, window) for window in range(3)}
    disturbed = with_person(published, who, away=away)
    found = replan(disturbed, seconds=20)
    before = [slot.holders for slot in disturbed.slots]

    def rank(holders: list[Holders]) -> tuple[int, int, int]:
        said = cost(disturbed, holders)
        return said["vacant_acting"], said["vacant_standby"], len(changes_between(before, holders))

    assert found.status == "optimal"
    assert faults(disturbed, found.holders) == []
    if before != found.holders or changes_between(before, found.holders):
        assert rank(found.holders) == min(rank(each) for each in every_roster(disturbed))


@given(small_problems())
@settings(max_examples=50)
def test_a_problem_survives_its_journey_as_json(problem: AbProblem) -> None:
    assert from_json(as_json(problem)) == problem


@given(small_problems())
@settings(max_examples=80)
def test_shares_are_those_of_exact_fractions(problem: AbProblem) -> None:
    for measure, found in shares(problem).items():
        for share, exact in zip(found, fair(problem, measure), strict=True):
            assert share.floor <= exact <= share.ceiling
            assert share.ceiling - share.floor <= 1


def test_a_whole_month_is_legal_and_no_single_absence_tears_a_hole() -> None:
    problem = make(CASES["12x4"], 2)
    found = plan(problem, 4.0, team=False)
    assert faults(problem, found.holders) == []
    assert cost(problem, found.holders) == found.terms
    assert found.terms["vacant_acting"] == found.terms["vacant_standby"] == 0
    assert holes(problem, found.holders) == 0


def test_a_second_standby_backs_one_slot_of_a_window_only() -> None:
    problem = centre(people=6, days=2, posts=2, second=True)
    found = solved(problem)
    assert found.status == "optimal"
    assert faults(problem, found.holders) == []
    assert all(None not in given for given in found.holders)
    assert all(len(set(given)) == 3 for given in found.holders)


def test_a_post_without_shared_cover_has_a_standby_of_its_own() -> None:
    problem = centre(people=2, days=1, posts=2)
    assert solved(problem).terms["vacant_standby"] == 0
    alone = replace(problem, posts=dict.fromkeys(problem.posts, False))
    assert solved(alone).terms["vacant_standby"] == 2


def test_a_locked_role_stays_and_contradicting_locks_are_named() -> None:
    problem = centre(people=4, days=2)
    locked = replace(problem.slots[0], holders=("p3", "p2", None), locked=True)
    found = solved(replace(problem, slots=(locked, *problem.slots[1:])))
    assert found.holders[0] == ("p3", "p2", None)
    late = AbSlot(0, "post0", 1, ("p3", None, None), True)
    both = replace(problem, slots=(locked, late, *problem.slots[1:]))
    assert solved(both).status == "infeasible"
    conflict = explain(both)
    assert conflict is not None
    assert [one.kind for one in conflict.demands] == ["lock", "lock"]


def locks_that_hand_rules_cannot_keep() -> AbProblem:
    """Two days on and a day of leave between, for somebody who shall have two days off."""
    problem = with_person(centre(people=3, days=5), 0, min_days_off=2, outside={-9: 0}, away=frozenset({(1, 0)}))
    slots = [replace(slot, holders=("p0", "p1", None), locked=slot.day in (0, 2)) for slot in problem.slots]
    return replace(problem, slots=tuple(slots))


def test_a_stop_before_the_first_roster_does_not_claim_that_locks_contradict() -> None:
    problem = locks_that_hand_rules_cannot_keep()
    assert plan(problem, 20.0, team=False, should_stop=lambda: True).status == "unknown"
    assert faults(problem, solved(problem).holders) == []


def test_without_a_solver_a_roster_never_leaves_a_locked_role_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.planning.highs.available", lambda: False)
    assert plan(locks_that_hand_rules_cannot_keep(), 1.0).status == "unknown"


def test_the_gap_is_that_of_quality_once_no_fewer_roles_can_be_vacant() -> None:
    problem = centre(people=1, days=3)
    found = solved(problem)
    base = found.cost - sum(amount for term, amount in found.terms.items() if not term.startswith("vacant_"))
    assert replace(found, cost=base + 40, bound=base + 10, terms={**found.terms, "rank": 37}).gap == 0.75
    assert AbProgress(base + 40, base + 10, 0.0, None, base).gap == 0.75
    assert AbProgress(base + 40, base // 2, 0.0, None, base).gap == pytest.approx(0.5, abs=0.01)
    assert found.gap == 0.0


def test_locks_against_days_in_a_row_are_a_minimal_conflict() -> None:
    problem = with_person(centre(people=4, days=6), 0, max_run=3)
    slots = [replace(slot, holders=("p0", "p1", None), locked=slot.day < 4) for slot in problem.slots]
    locked = replace(problem, slots=tuple(slots))
    assert solved(locked).status == "infeasible"
    conflict = explain(locked)
    assert conflict is not None
    assert conflict.minimal
    assert sorted(one.kind for one in conflict.demands) == ["lock", "lock", "lock", "lock", "run"]


def test_a_vacant_role_is_explained_by_who_is_away_and_who_is_qualified() -> None:
    problem = centre(people=3, days=1)
    problem = with_person(problem, 1, away=frozenset({(0, 0)}))
    problem = with_person(problem, 2, ranks={})
    found = solved(problem)
    assert found.terms["vacant_standby"] == 1
    conflict = explain(problem.with_holders(found.holders), 0, 1)
    assert conflict is not None
    assert conflict.minimal
    assert {(one.kind, one.person or one.post) for one in conflict.demands if one.kind != "demand"} == {
        ("away", "p1"),
        ("qualified", "post0"),
    }


def test_the_cheapest_remedy_is_named_first() -> None:
    problem = with_person(centre(people=2, days=1), 1, weekly_minutes=360)
    found = remedies(problem.with_holders(solved(problem).holders))
    assert [(step.kind, step.person, step.minutes) for step in found[0].steps] == [("hours", "p1", 120)]
    assert found[0].proven
    assert all(each.cost >= found[0].cost for each in found)
    assert any(step.person == NEWCOMER for each in found[1:] for step in each.steps)


def test_a_full_roster_needs_no_remedy() -> None:
    problem = centre()
    assert remedies(problem.with_holders(solved(problem).holders)) == []


def test_a_run_goes_on_from_before_the_horizon_and_into_what_is_published_behind_it() -> None:
    problem = centre(people=3, days=3)
    tired = with_person(problem, 0, outside=dict.fromkeys(range(-6, 0), 0))
    assert "p0" not in solved(tired).holders[0]
    ahead = with_person(problem, 0, outside=dict.fromkeys(range(3, 9), 0))
    assert "p0" not in solved(ahead).holders[2]


@pytest.mark.parametrize("min_run", [1, 2])
def test_a_run_that_is_too_long_already_makes_no_other_run_longer(min_run: int) -> None:
    """Seven days in a row are published behind the horizon; within it six are the most all the same."""
    ahead = dict.fromkeys(range(8, 15), 0)
    problem = with_person(centre(people=2, days=7), 0, outside=ahead, weekly_minutes=7 * 480, min_run=min_run)
    problem = with_person(problem, 1, weekly_minutes=7 * 480)
    found = solved(problem)
    assert found.terms["vacant_standby"] == 2
    assert sum("p0" in given for given in found.holders) == 6
    began = with_person(problem, 0, outside={**dict.fromkeys(range(-6, 0), 0), 0: 0})
    began = replace(began, slots=began.slots[1:])
    assert "p0" not in solved(began).holders[0]


def test_shortest_runs_and_gaps_are_kept() -> None:
    crew = {"min_run": 2, "min_days_off": 2}
    problem = centre(people=6, days=9)
    for number in range(6):
        problem = with_person(problem, number, outside={-9: 0}, **crew)
    found = solved(problem)
    assert faults(problem, found.holders) == []
    for person in problem.people:
        line = "".join("x" if person.id in given else "." for given in found.holders)
        inner = line.strip(".")
        assert ".x." not in line
        assert "x.x" not in inner


def test_hours_of_a_week_and_a_month_across_new_year_look_back() -> None:
    problem = replace(centre(people=3, days=3), first=date(2026, 12, 31))
    busy = with_person(problem, 0, weekly_minutes=960, outside={-1: 0})
    found = solved(busy)
    assert faults(busy, found.holders) == []
    assert sum("p0" in given for given in found.holders) <= 1


def test_progress_begins_with_a_first_roster_and_stop_keeps_the_best() -> None:
    heard: list[AbProgress] = []
    problem = make(CASES["12x4"], 1)
    found = plan(problem, 60.0, team=False, on_progress=heard.append, should_stop=lambda: len(heard) >= 1)
    assert heard[0].holders is not None
    assert faults(problem, found.holders) == []
    assert found.cost <= heard[0].cost


def test_without_a_solver_there_is_a_legal_roster_without_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.planning.highs.available", lambda: False)
    monkeypatch.setattr("frontdesk.planning.ab.PLAIN_SECONDS", 0.2)
    problem = make(CASES["12x4"], 2)
    found = plan(problem, 5.0)
    assert found.status == "feasible"
    assert faults(problem, found.holders) == []
    away = problem.people[0].away | {(day, window) for day in range(7) for window in range(3)}
    mended = replan(with_person(problem.with_holders(found.holders), 0, away=away))
    assert mended.status == "feasible"
    assert faults(with_person(problem, 0, away=away), mended.holders) == []
