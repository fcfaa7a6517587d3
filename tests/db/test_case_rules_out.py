"""Every rule of every definition, taken out once: some test of the mechanism has to fail without it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import signature
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.reading import own_definitions
from frontdesk.errors import DeskError
from tests.caserules import in_force, rules_of
from tests.casewalks import Walker
from tests.db import (
    test_case_beginnings,
    test_case_bringing,
    test_case_checks,
    test_case_evaluation,
    test_case_grids,
    test_case_loop,
    test_case_money,
    test_case_particular,
    test_case_team,
    test_case_voices,
)
from tests.desks import new_desk
from tests.unit import test_case_alike as alike

WALKS: tuple[ModuleType, ...] = (
    test_case_particular,
    test_case_team,
    test_case_grids,
    test_case_voices,
    test_case_evaluation,
    test_case_money,
    test_case_checks,
    test_case_bringing,
    test_case_loop,
)
MOVING = sorted(code for code, one in own_definitions().items() if one.kind != "duty")
ORDINARY = ("patrol",)
"""Tried in every run, so that what is tried of the others cannot come to nothing unseen."""
HELD_TWICE = {
    "joint_review": ["operate.needs.1", "operate.needs.2", "operate.needs.3"],
    "complaint": ["first_contact!ends.finish"],
}
"""What something before it holds too: no gate that building needed is emptied, and nothing is finished that nobody was
told to look at.
"""

Walk = Callable[[Any], None]


def walks() -> Iterator[Walk]:
    for module in WALKS:
        for name, one in vars(module).items():
            if name.startswith("test_") and list(signature(one).parameters) in (["walker"], ["desk"]):
                yield one


def walked(walk: Walk) -> None:
    """Take a walk at a desk of its own."""
    with tempfile.TemporaryDirectory() as folder:
        desk = new_desk(Path(folder) / "home")
        try:
            walk(Walker(desk) if list(signature(walk).parameters) == ["walker"] else desk)
        finally:
            desk.database.close()


def strings(one: object, known: Mapping[str, object], seen: set[object]) -> Iterator[str]:
    """The words that stand in a function, and in the functions and words of its module that it uses."""
    if isinstance(one, str):
        yield one
    elif isinstance(one, tuple | frozenset):
        for part in one:
            yield from strings(part, known, seen)
    elif isinstance(one, FunctionType) and one not in seen and one.__globals__ is known:
        seen.add(one)
        yield from strings(one.__code__, known, seen)
    elif isinstance(one, CodeType):
        for part in (*one.co_consts, *(known.get(name) for name in one.co_names)):
            yield from strings(part, known, seen)


@cache
def walks_of(code: str) -> list[Walk]:
    """The walks that name a definition, those that name few others first."""
    found = []
    for one in walks():
        assert isinstance(one, FunctionType)
        codes = set(MOVING) & set(strings(one, one.__globals__, set()))
        if code in codes:
            found.append((len(codes), one))
    return [walk for _, walk in sorted(found, key=lambda one: one[0])]


def beginning(code: str) -> Walk:
    def begin(walker: Walker) -> None:
        walker.later(4)
        test_case_beginnings.begins_as_it_has_to(walker, code)

    return begin


def stays_alike(found: Mapping[str, Definition], code: str) -> None:
    """What is compared of definitions; not of those that others are compared with."""
    alike.test_ends_are_undone_by_a_manager_with_a_reason_and_nothing_is_broken_off_without_one(found[code])
    if code == "co_gov_fund":
        alike.test_both_funds_are_kept_alike(found)
    if code in ("wish", "mediation"):
        alike.behaves_as_a_complaint(found, code)
    if code in alike.MEETINGS and code != "council_meeting":
        alike.behaves_as_the_council(found, code)


def is_missed(definition: Definition, some: list[Walk]) -> bool:
    """Whether a test fails by what a definition lacks."""
    with in_force(definition) as found:
        try:
            stays_alike(found, definition.code)
            for one in (beginning(definition.code), *some):
                walked(one)
        except (AssertionError, DeskError, KeyError, ValueError, pytest.fail.Exception):
            return True
    return False


@pytest.mark.parametrize(
    "code", [pytest.param(code, marks=() if code in ORDINARY else pytest.mark.slow) for code in MOVING]
)
def test_each_rule_is_missed_when_it_is_taken_out(code: str) -> None:
    some = walks_of(code)
    assert not is_missed(own_definitions()[code], some)
    rules = list(rules_of(own_definitions()[code]))
    assert rules
    assert [name for name, without in rules if not is_missed(without, some)] == HELD_TWICE.get(code, [])
