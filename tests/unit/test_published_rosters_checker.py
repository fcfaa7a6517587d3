"""The benchmark's checker finds every violation of the published instances' rules, and counts their costs."""

from __future__ import annotations

import pytest

from tests.bench.rosters.checker import check

INSTANCE = """
# a comment
SECTION_HORIZON
14

SECTION_SHIFTS
E,480,
D,480,E
L,600,E|D   # trailing words

SECTION_STAFF
A,E=14|D=14|L=2,4320,960,4,2,2,1
B,E=14|D=14|L=14,9999,0,5,1,1,2

SECTION_DAYS_OFF
A,3,

SECTION_SHIFT_ON_REQUESTS
B,1,D,7

SECTION_SHIFT_OFF_REQUESTS
B,2,D,11

SECTION_COVER
0,E,1,100,1
"""

LEGAL_A = ["E", "E", "", "", "", "D", "D", "", "", "", "", "", "", ""]
IDLE_B = [""] * 14


def verdict(a: list[str], b: list[str] = IDLE_B) -> tuple[list[str], int]:
    found = check(INSTANCE, "\n".join(",".join(row) for row in (["A", *a], ["B", *b])))
    return found.faults, found.cost


def test_a_legal_roster_has_no_faults() -> None:
    assert verdict(LEGAL_A) == ([], 7)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["E", "E", "", "", "", "D", "E", "", "", "", "", "", "", ""], "after D"),
        (["E", "E", "", "", "", "D", "", "", "", "", "", "", "", ""], "days of work from day 5, at least 2"),
        (["E", "E", "", "", "", "D", "D", "", "D", "D", "", "", "", ""], "1 days off from day 7, at least 2"),
        (["E", "E", "", "", "", "D", "D", "D", "D", "D", "", "", "", ""], "5 days of work from day 5, at most 4"),
        (["E", "E", "", "D", "", "", "", "", "", "", "", "", "", ""], "works on day 3 of leave"),
        (["E", "E", "", "", "", "D", "D", "", "", "", "", "D", "D", ""], "2 weekends, at most 1"),
        (["L", "L", "", "", "", "L", "L", "", "", "", "", "", "", ""], "times L"),
        (["E", "", "", "", "", "", "", "", "", "", "", "", "", ""], "480 minutes"),
        (["D", "D", "D", "", *["D"] * 10], "6240 minutes, not between"),
        (["E", "E", "", "", "", "X", "D", "", "", "", "", "", "", ""], "no such shift"),
        (["E", "E", "", "", "", "D", "D"], "7 days instead of 14"),
    ],
)
def test_each_broken_rule_is_named(cells: list[str], words: str) -> None:
    assert any(words in fault for fault in verdict(cells)[0])


def test_runs_and_gaps_at_the_edges_are_never_too_short() -> None:
    assert verdict(["E", *[""] * 12, "D"])[0] == []


def test_a_run_from_the_first_day_can_be_too_long() -> None:
    person_b = ["E"] * 6 + [""] * 8
    assert any("6 days of work from day 0" in fault for fault in verdict(LEGAL_A, person_b)[0])


def test_one_weekend_is_one_whether_saturday_sunday_or_both() -> None:
    saturday_and_sunday = ["E", "E", "", "", "", "D", "D", "", "", "", "", "", "", ""]
    sunday_and_saturday = ["E", "", "", "", "", "", "D", "D", "", "", "", "D", "D", ""]
    assert verdict(saturday_and_sunday)[0] == []
    assert any("2 weekends" in fault for fault in verdict(sunday_and_saturday)[0])


def test_missing_and_unknown_people_are_named() -> None:
    found = check(INSTANCE, "\n".join(",".join(row) for row in (["A", *LEGAL_A], ["C", *IDLE_B])))
    assert len(found.faults) == 2


def test_a_person_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        check(INSTANCE, "\n".join(",".join(["A", *LEGAL_A]) for _ in range(2)))


@pytest.mark.parametrize(
    ("b", "cost"),
    [
        (IDLE_B, 7),
        (["", "D", *[""] * 12], 0),
        (["", "D", "D", *[""] * 11], 11),
        (["E", *[""] * 13], 8),
    ],
)
def test_wishes_and_too_many_people_cost_their_weight(b: list[str], cost: int) -> None:
    assert verdict(LEGAL_A, b) == ([], cost)


def test_too_few_people_cost_their_weight() -> None:
    late = ["", "E", "E", "", "", "D", "D", "", "", "", "", "", "", ""]
    assert verdict(late) == ([], 107)
