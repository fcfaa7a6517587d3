"""AB roles: A acts, B covers, and a post without either is a gap that is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from db.staff import PostHolder
from frontdesk.roster.rules import OnPost, duty

POST = "综合服务台"


def holder(no: str, ab: Literal["A", "B"], post: str = POST) -> PostHolder:
    return PostHolder(post=post, staff_no=no, name=f"姓名{no}", ab=ab)


def numbers(holders: Sequence[OnPost]) -> list[str]:
    return [one.staff_no for one in holders]


def test_a_acts_and_b_stands_by() -> None:
    [line] = duty([POST], [holder("1", "A"), holder("2", "B")], {})
    assert (numbers(line.acting), numbers(line.standby)) == (["1"], ["2"])
    assert not (line.gap or line.covered or line.alone)


def test_b_takes_over_when_a_is_away_and_stands_alone() -> None:
    [line] = duty([POST], [holder("1", "A"), holder("2", "B")], {"1": "请假"})
    assert numbers(line.acting) == ["2"]
    assert line.covered
    assert line.alone
    assert not line.gap


def test_a_post_with_both_away_or_with_nobody_is_a_gap() -> None:
    lines = duty([POST, "新岗位"], [holder("1", "A"), holder("2", "B")], {"1": "", "2": ""})
    assert [line.gap for line in lines] == [True, True]


people = st.lists(
    st.tuples(st.sampled_from("123456789"), st.sampled_from(["A", "B"]), st.sampled_from(["甲", "乙"])),
    unique_by=lambda one: one[0],
)


@given(people, st.sets(st.sampled_from("123456789")))
def test_nobody_away_is_shown_as_acting_and_a_gap_only_where_all_are_away(
    holders: list[tuple[str, Literal["A", "B"], str]], absent: set[str]
) -> None:
    every = [holder(*one) for one in holders]
    for line in duty(["甲", "乙"], every, dict.fromkeys(absent, "")):
        of_post = [one for one in every if one.post == line.post]
        present = {one.staff_no for one in of_post} - absent
        shown = numbers(line.acting) + numbers(line.standby)
        assert len(shown) == len(set(shown))
        assert set(shown) <= present
        assert line.gap == (not present)
        assert set(numbers(line.away)) == {one.staff_no for one in of_post} & absent
