"""Several windows and commands sign the same person in at the same moment."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from db import staff as records
from frontdesk.context import open_context
from frontdesk.errors import DeskError
from frontdesk.home import Home
from frontdesk.staff import pins
from frontdesk.staff import service as staff
from tests.desks import new_desk

AT_ONCE = 6
RIGHT, WRONG = "2580", "1357"


def outcomes(home: Path, start: Barrier, tries: list[str]) -> list[str]:
    """What each of these PINs is answered, the first one at the same moment as in the other processes."""
    context = open_context(Home(home), source="cli")
    answers = []
    start.wait(timeout=60)
    for pin in tries:
        try:
            answers.append(staff.sign_in(context, "M001", pin).no)
        except DeskError as refusal:
            answers.append(refusal.code)
    context.database.close()
    return answers


def all_at_once(home: Path, tries: list[str]) -> list[str]:
    """The answers to `AT_ONCE` processes that all give these PINs."""
    processes = multiprocessing.get_context("spawn")
    with processes.Manager() as manager, processes.Pool(AT_ONCE) as pool:
        start = manager.Barrier(AT_ONCE)
        given = [(home, start, tries)] * AT_ONCE
        return [answer for answers in pool.starmap(outcomes, given, chunksize=1) for answer in answers]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    context = new_desk(tmp_path / "home")
    staff.set_pin(context, "M001", RIGHT)
    context.database.close()
    return tmp_path / "home"


def test_right_pins_at_the_same_moment_lock_nobody_out(home: Path) -> None:
    assert all_at_once(home, [RIGHT] * 3) == ["M001"] * (3 * AT_ONCE)
    context = open_context(Home(home), source="cli")
    assert records.failures(context.database.connection, "M001").failures == 0
    context.database.close()


def test_wrong_pins_at_the_same_moment_get_no_more_tries_than_one_after_the_other(home: Path) -> None:
    answers = all_at_once(home, [WRONG] * 2)
    assert sorted(set(answers)) == ["sign_in_locked", "sign_in_refused"]
    assert answers.count("sign_in_refused") == pins.FREE_TRIES
