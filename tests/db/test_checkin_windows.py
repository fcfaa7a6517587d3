"""Two windows record scans in one file at the same moment: none is lost and none counts twice."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice, pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from db import audit, visits
from db.errors import DatabaseError
from frontdesk.context import Context, Operator, open_context
from frontdesk.home import Home
from frontdesk.shell.scanning import _decide
from frontdesk.volunteers import service
from tests.desks import NOON, is_sound
from tests.programs import centre_with_cards

PEOPLE = 5
SCANS = 300
MANAGER = Operator("M001", "王五", "manager")
Attempt = tuple[str, int, str]
"""A card, minutes after noon of the day before yesterday, a nonce."""


def window(home: Path, start: Barrier, attempts: Sequence[Attempt]) -> list[tuple[str, str]]:
    """What becomes of these attempts, the first one made at the same moment as in the other window."""
    context = open_context(Home(home), source="desk", operator=MANAGER, synchronous="OFF", clock=lambda: NOON)
    start.wait(timeout=60)
    answers: list[tuple[str, str]] = []
    for code, minutes, nonce in attempts:
        outcome = service.scan(context, code, at=NOON + timedelta(minutes=minutes - 2880), nonce=nonce)
        answers.append((outcome.result, outcome.reason))
    context.database.close()
    return answers


def both_at_once(home: Path, given: Sequence[Sequence[Attempt]]) -> list[list[tuple[str, str]]]:
    """The answers of as many windows as there are lists."""
    processes = multiprocessing.get_context("spawn")
    with processes.Manager() as manager, processes.Pool(len(given)) as pool:
        start = manager.Barrier(len(given))
        return pool.starmap(window, [(home, start, attempts) for attempts in given], chunksize=1)


def opened(home: Path) -> Context:
    return open_context(Home(home), source="desk", operator=MANAGER)


def assert_whole(context: Context) -> None:
    """The file is sound, the visits follow from the log, nobody's overlap, and the audit chain holds."""
    connection = context.database.connection
    assert is_sound(context.database.path)
    assert audit.first_broken(connection) is None
    assert list(service.visits_astray(connection)) == []
    for _, group in by_person(context).items():
        assert all(left is not None and left <= entered for (_, left), (entered, _) in pairwise(sorted(group)))


def by_person(context: Context) -> dict[str, list[tuple[int, int | None]]]:
    """Beginning and end of everybody's visits."""
    found: dict[str, list[tuple[int, int | None]]] = {}
    for one in visits.by_volunteer(context.database.connection):
        found.setdefault(one.volunteer_no, []).append((one.entered_at, one.left_at))
    return found


def test_the_same_attempts_from_two_windows_are_recorded_once(tmp_path: Path) -> None:
    codes = list(centre_with_cards(tmp_path / "home", PEOPLE).values())
    attempts = [(code, turn, f"n{turn}") for turn, code in enumerate(islice(cycle(codes), SCANS))]
    first, second = both_at_once(tmp_path / "home", [attempts, attempts])
    assert first == second
    assert {result for result, _ in first} == {"entered", "left"}
    context = opened(tmp_path / "home")
    nonces = [row[0] for row in context.database.connection.execute("SELECT nonce FROM scan ORDER BY nonce")]
    assert nonces == sorted(nonce for *_, nonce in attempts)
    assert_whole(context)
    context.database.close()


def test_every_attempt_of_two_windows_for_the_same_people_leaves_one_row(tmp_path: Path) -> None:
    codes = list(centre_with_cards(tmp_path / "home", PEOPLE).values())
    given = [
        [(code, turn, f"{name}{turn}") for turn, code in enumerate(islice(cycle(codes[shift:] + codes[:shift]), SCANS))]
        for shift, name in enumerate("ab")
    ]
    answers = both_at_once(tmp_path / "home", given)
    context = opened(tmp_path / "home")
    rows = context.database.connection.execute("SELECT nonce, result, reason FROM scan").fetchall()
    told = {
        attempt[2]: answer
        for attempts, each in zip(given, answers, strict=True)
        for attempt, answer in zip(attempts, each, strict=True)
    }
    assert len(rows) == len(told) == 2 * SCANS
    assert {row["nonce"]: (row["result"], row["reason"]) for row in rows} == told
    counted = Counter(result for result, _ in told.values())
    begun = sum(len(group) for group in by_person(context).values())
    ended = sum(left is not None for group in by_person(context).values() for _, left in group)
    assert (counted["entered"], counted["left"]) == (begun, ended)
    assert begun > PEOPLE
    assert_whole(context)
    context.database.close()


def test_a_scan_that_met_a_busy_file_is_repeated_once_and_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = next(iter(centre_with_cards(tmp_path / "home", 1).values()))
    context = opened(tmp_path / "home")
    tries: list[str | None] = []
    real = service.scan

    def recorded_but_busy(context: Context, code: str, *, nonce: str | None, **asked: Any) -> service.ScanOutcome:
        tries.append(nonce)
        outcome = real(context, code, nonce=nonce, **asked)
        if len(tries) == 1:
            raise DatabaseError("busy", path="", reason="")
        return outcome

    monkeypatch.setattr(service, "scan", recorded_but_busy)
    assert _decide(context, code).outcome.result == "entered"
    assert len(tries) == 2
    assert tries[0] is not None
    assert len(set(tries)) == 1
    assert len(by_person(context)) == 1
    assert context.database.connection.execute("SELECT count(*) FROM scan").fetchone()[0] == 1
    context.database.close()
