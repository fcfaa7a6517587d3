"""Whoever comes to the desk and may be known already: entered once, and what was lacking is added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.activities.sessions.service import change_capacity
from frontdesk.activities.sessions.service import session as session_of
from frontdesk.activities.signup.newcomers import enter_newcomer
from frontdesk.context import Context
from frontdesk.residents import service as residents
from tests.desks import contents, new_desk
from tests.signups import assert_as_logged, full, refused, states

FIELDS = {"name": "孙 小宝", "phone": "15400000001", "birth": "1990"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    yield context
    assert_as_logged(context)
    context.database.close()


def test_somebody_new_is_entered_once_and_a_birth_that_was_lacking_is_added_never_replaced(desk: Context) -> None:
    first = enter_newcomer(desk, {**FIELDS, "birth": ""})
    again = enter_newcomer(desk, FIELDS)
    assert (first.id, first.name) == (again.id, "孙小宝")
    assert residents.get(desk, first.id).birth == "1990"
    before = contents(desk, audit=True)
    assert enter_newcomer(desk, {**FIELDS, "birth": "1991"}).id == first.id
    assert contents(desk, audit=True) == before


def test_what_is_no_name_or_phone_is_refused_and_nothing_is_written(desk: Context) -> None:
    before = contents(desk, audit=True)
    assert refused(lambda: enter_newcomer(desk, {**FIELDS, "name": " "})) == "missing_name"
    assert refused(lambda: enter_newcomer(desk, {**FIELDS, "phone": "154"})) == "bad_phone"
    assert contents(desk, audit=True) == before


def test_more_seats_go_to_who_waits_unless_the_session_was_changed_meanwhile(desk: Context) -> None:
    ids = full(desk, 1, 1, 1, 1)
    seen = session_of(desk, "HD001")
    assert change_capacity(desk, seen, 2) == [ids[1]]
    assert refused(lambda: change_capacity(desk, seen, 3)) == "changed_meanwhile"
    assert states(desk) == "CCW"
