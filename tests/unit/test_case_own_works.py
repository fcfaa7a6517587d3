"""What follows by the program's own definitions: grades, averages of departments, caps, and which rows go on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.rules import Actor, Event
from frontdesk.cases.engine.together import is_wanted
from frontdesk.cases.engine.values import Value
from frontdesk.cases.engine.working_out import worked

ANNA = Actor("M001", True)
FEN = st.integers(0, 10**11)
OWN = own_definitions()
PERCENT = st.integers(0, 100)


@given(satisfaction=PERCENT, attendance=PERCENT, punctual=PERCENT)
def test_a_provider_is_graded_by_weights_and_thresholds(satisfaction: int, attendance: int, punctual: int) -> None:
    said: dict[str, Value] = {"satisfaction": satisfaction, "attendance": attendance, "punctual": punctual}
    found = worked(OWN["provider_grading"], None, said)
    score = found["score"]
    exact = Fraction(50 * satisfaction + 30 * attendance + 20 * punctual, 100)
    assert isinstance(score, int) and abs(exact - score) <= Fraction(1, 2)
    assert found["grade"] == ("a" if score >= 90 else "b" if score >= 75 else "c" if score >= 60 else "d")
    # One number that is lacking, and there is neither score nor grade.
    assert not {"score", "grade"} & worked(OWN["provider_grading"], None, {"satisfaction": 100}).keys()


@given(answers=st.dictionaries(st.integers(1, 5), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1))
def test_a_department_is_reviewed_by_counts_alone_and_fewer_than_five_are_not_sent(
    answers: dict[int, tuple[int, int]],
) -> None:
    review = OWN["department_review"]
    rows = [{"score": score, "response": one, "handling": other} for score, (one, other) in answers.items()]
    opening = Event("opened", "2026-11-02", ANNA.no, values={"department": "城管中队", "period": "2026-Q4"})
    now = rules.opened(review, opening)
    count = Event("moved", "2026-11-03", ANNA.no, "count", {"scores": rows, "day": "2026-11-03"})
    assert rules.refusal(review, now, count, ANNA) is None
    now = rules.step(review, now, count)
    for place, name in enumerate(("response", "handling")):
        votes = {score: pair[place] for score, pair in answers.items()}
        n, points = sum(votes.values()), sum(score * many for score, many in votes.items())
        assert now.values[f"{name}_n"] == n
        average = now.values.get(f"{name}_score")
        assert (average is None) == (n == 0)
        assert n == 0 or (isinstance(average, int) and abs(Fraction(100 * points, n) - average) <= Fraction(1, 2))
    enough = all(sum(pair[place] for pair in answers.values()) >= 5 for place in (0, 1))
    send = Event("moved", "2026-11-04", ANNA.no, "send")
    assert (rules.refusal(review, now, send, ANNA) is None) == enough


def test_a_score_that_stands_in_two_rows_is_not_counted() -> None:
    review = OWN["department_review"]
    now = rules.opened(review, Event("opened", "2026-11-02", ANNA.no, values={"department": "城管", "period": "2026"}))
    twice = [{"score": 5, "response": 3, "handling": 3}, {"score": 5, "response": 4, "handling": 4}]
    count = Event("moved", "2026-11-03", ANNA.no, "count", {"scores": twice, "day": "2026-11-03"})
    refused = rules.refusal(review, now, count, ANNA)
    assert refused is not None and refused.condition is not None and refused.condition.unique == "scores.score"


@given(asked=FEN)
def test_no_more_than_the_cap_is_paid(asked: int) -> None:
    found = worked(OWN["joint_review"], None, {"subsidy_asked": asked})
    assert found["subsidy_limit"] == min(asked, 40_000_000)
    assert OWN["star_rating"].field("reward").most == 6_000_000  # type: ignore[union-attr]


def test_only_the_rows_that_are_meant_open_a_record() -> None:
    rows: list[dict[str, Any]] = [{"selected": True}, {"selected": False}, {}]
    (project,) = OWN["demand_round"].transition("execute").opens  # type: ignore[union-attr]
    assert [is_wanted(project, row) for row in rows] == [True, False, False]
    (case,) = OWN["patrol"].transition("pass_on").opens  # type: ignore[union-attr]
    assert [is_wanted(case, row) for row in ({"fixed": True}, {"fixed": False}, {})] == [False, True, True]
