"""Nobody gives away or takes what is another's, except a manager; and what is edited is edited whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.roster import day
from frontdesk.roster.model import Assignment
from tests.desks import contents, new_desk
from tests.duties import acting_as, log, set_up, slot, who, worked

TUESDAY = slot(1, "财务", "早")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    context = new_desk(tmp_path / "home")
    set_up(context, {(1, "财务", "早"): ("S3", None)})
    yield context
    context.database.close()


def test_nobody_offers_the_duty_of_a_colleague(desk: Context) -> None:
    acting_as(desk, "S4")
    before = contents(desk)
    with pytest.raises(DeskError) as caught:
        day.ask_swap(desk, TUESDAY, "acting", asked_by="S3", with_staff="S4")
    assert caught.value.code == "not_yourself"
    assert contents(desk) == before
    acting_as(desk, "S3")
    assert day.ask_swap(desk, TUESDAY, "acting", asked_by="S3", with_staff="S4").swap_id


def test_an_empty_role_is_taken_by_oneself_or_given_by_a_manager(desk: Context) -> None:
    acting_as(desk, "S5")
    with pytest.raises(DeskError) as caught:
        day.take_open(desk, TUESDAY, "standby", "S4")
    assert caught.value.code == "not_yourself"
    assert who(desk, TUESDAY) == ("S3", None)
    acting_as(desk, "M001")
    day.take_open(desk, TUESDAY, "standby", "S4")
    assert who(desk, TUESDAY) == ("S3", "S4")


def test_what_a_screen_writes_is_all_or_nothing(desk: Context) -> None:
    seen = Assignment("S3", None)
    before = contents(desk)
    with pytest.raises(DeskError) as caught:
        day.place(desk, TUESDAY, seen, Assignment("S4", "S4", locked=True))
    assert caught.value.code == "never_allowed"
    assert contents(desk) == before
    day.place(desk, TUESDAY, seen, Assignment("S4", "S3", locked=True))
    assert who(desk, TUESDAY) == ("S4", "S3")
    assert worked(desk)[TUESDAY].locked
    assert [event.kind for event in log(desk)] == ["edit", "lock"]


def test_a_role_that_somebody_else_filled_meanwhile_stays_filled(desk: Context) -> None:
    seen = Assignment("S3", None)
    day.assign(desk, TUESDAY, "standby", "S5")
    day.place(desk, TUESDAY, seen, Assignment("S4", None))
    assert who(desk, TUESDAY) == ("S4", "S5")


def test_only_a_manager_locks_and_unlocks_what_is_published(desk: Context) -> None:
    day.lock(desk, TUESDAY)
    acting_as(desk, "S3")
    before = contents(desk)
    for attempt in (
        lambda: day.lock(desk, TUESDAY, False),
        lambda: day.lock(desk, TUESDAY),
        lambda: day.place(desk, TUESDAY, Assignment("S3", None, locked=True), Assignment("S3", None)),
    ):
        with pytest.raises(DeskError) as caught:
            attempt()
        assert caught.value.code == "manager_required"
    assert contents(desk) == before
    acting_as(desk, "M001")
    assert day.lock(desk, TUESDAY, False) is not None
