"""Every use case called as everybody: who may not is refused before anything else, who may is never refused so."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db import staff as staff_records
from db.errors import CodedError
from db.staff import Staff
from frontdesk.access.permissions import UseCase, use_cases
from frontdesk.context import Context, Operator
from frontdesk.permission import WHO, Who, allowed
from tests.desks import contents, new_desk

REFUSALS = ("operator_required", "manager_required", "auditor_reads_only")
NONSENSE = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError, sqlite3.Error)
"""What nonsense leads to behind the door; none of it is a refusal of a right."""


class Untouched:
    """An argument that nobody may have looked at."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"{name} of an argument was asked for")

    __bool__ = __iter__ = __len__ = __eq__ = __str__ = __int__ = __hash__ = None  # type: ignore[assignment]


class Anything(str):
    """An argument that is nearly anything: a text that is found nowhere."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    context = new_desk(tmp_path_factory.mktemp("desk") / "home")
    with context.database.write() as connection:
        for no, role in (("O001", "operator"), ("A001", "auditor")):
            staff_records.put(connection, Staff(no=no, name="李磊", kind="", role=role))  # type: ignore[arg-type]
            staff_records.set_role(connection, no, role)  # type: ignore[arg-type]
    yield context
    context.database.close()


def as_whom(desk: Context, who: Who) -> Context:
    """The desk as somebody stands before it."""
    numbers = {"manager": "M001", "operator": "O001", "auditor": "A001"}
    if who in numbers:
        return replace(desk, source="desk", operator=Operator(numbers[who], "李磊", who))  # type: ignore[arg-type]
    source = {"door": "desk", "kiosk": "kiosk", "command": "cli"}[who]
    return replace(desk, source=source, operator=None)  # type: ignore[arg-type]


def call(case: UseCase, context: Context, argument: Any) -> str:
    """The code with which a use case ends that is given this for whatever it must be given."""
    given: list[Any] = []
    named: dict[str, Any] = {}
    for one in list(inspect.signature(case.case).parameters.values())[1:]:
        if one.default is not inspect.Parameter.empty:
            continue
        if one.kind is one.KEYWORD_ONLY:
            named[one.name] = argument
        elif one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD):
            given.append(argument)
    try:
        case.case(context, *given, **named)
    except CodedError as refusal:
        return refusal.code
    except NONSENSE as failure:
        return type(failure).__name__
    return ""


@pytest.mark.parametrize("who", WHO)
def test_who_may_not_is_refused_before_anything_is_looked_at(desk: Context, who: Who) -> None:
    refused = [one for one in use_cases() if who not in one.rule.who]
    assert bool(refused) == (who != "manager")
    before = contents(desk, audit=True)
    for case in refused:
        assert (case.name, call(case, as_whom(desk, who), Untouched())) == (case.name, case.answer(who))
    assert contents(desk, audit=True) == before


@pytest.mark.parametrize("who", WHO)
def test_who_may_is_never_refused_for_want_of_a_right(desk: Context, who: Who, tmp_path: Path) -> None:
    for case in use_cases():
        if who not in case.rule.who:
            continue
        code = call(case, as_whom(desk, who), Anything(tmp_path / "nothing"))
        if who not in case.rule.partly:
            assert (case.name, code if code in REFUSALS else "") == (case.name, "")


def test_the_kiosk_begins_scans_ratings_and_the_way_out_only() -> None:
    assert {one.name for one in use_cases() if "kiosk" in one.rule.who} == {
        "activities.attendance.scanned.answer_to_scan",
        "activities.attendance.tickets.scan_ticket",
        "feedback.capture.rating.add_details",
        "feedback.capture.rating.correct",
        "feedback.capture.rating.rate",
        "feedback.capture.rating.rate_or_correct",
        "feedback.capture.rating.take_back",
        "staff.service.act_as",
        "staff.service.check_pin",
        "staff.service.reset_manager",
        "staff.service.set_first_pin",
        "staff.service.sign_in",
        "volunteers.checkin.at_kiosk.scan_at_kiosk",
        "volunteers.checkin.service.scan",
    }


def test_a_kiosk_is_a_kiosk_whoever_was_signed_in_there(desk: Context) -> None:
    signed_in = replace(desk, source="kiosk")
    for case in use_cases():
        if "kiosk" not in case.rule.who:
            assert (case.name, call(case, signed_in, Untouched())) == (case.name, "operator_required")


def test_an_auditor_begins_nothing_that_changes_anything() -> None:
    for one in use_cases():
        if "auditor" in one.rule.who:
            assert one.rule.level in ("reader", "shown", "overseer", "door"), one.name


def test_asking_who_acts_costs_a_scan_nothing(desk: Context) -> None:
    """A microsecond at most, of the two milliseconds that a scan takes."""
    from time import perf_counter

    @allowed("scan")
    def asked(context: Context) -> None:
        pass

    def unasked(context: Context) -> None:
        pass

    def seconds(case: Any) -> float:
        best = 1.0
        for _ in range(5):
            begun = perf_counter()
            for _ in range(2000):
                case(desk)
            best = min(best, (perf_counter() - begun) / 2000)
        return best

    assert seconds(asked) - seconds(unasked) < 20e-6
