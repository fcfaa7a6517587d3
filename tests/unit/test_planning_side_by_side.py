"""Two planning processes side by side: one that dies leaves the other at work, and no bound is rounded up to a lie."""

from __future__ import annotations

from multiprocessing import Pipe
from time import monotonic

import pytest

from frontdesk.planning.abteam import Message, Team
from frontdesk.planning.search import _State
from frontdesk.planning.sidebyside import carry
from tests.bench.rosters.reading import parse_instance
from tests.unit.test_published_rosters import SMALL

LONG = 30.0


def test_a_prover_that_dies_leaves_the_improver_at_work() -> None:
    prover, prover_end = Pipe()
    improver, improver_end = Pipe()
    heard: list[Message] = []

    def listen(message: Message) -> None:
        heard.append(message)
        if len(heard) < 3:
            improver_end.send(("roster", 10.0 - len(heard), []))
        else:
            improver_end.close()

    prover_end.close()
    improver_end.send(("roster", 10.0, []))
    team = Team(listen, lambda: False)
    carry([prover, improver], monotonic() + LONG, team.take, team.done)
    assert [cost for _, cost, _ in heard] == [10.0, 9.0, 8.0]


def test_nothing_is_looked_for_any_more_once_the_search_is_proven_closed() -> None:
    prover, prover_end = Pipe()
    improver, improver_end = Pipe()
    heard: list[Message] = []
    prover_end.send(("proven", 7.0, None))
    began = monotonic()
    team = Team(heard.append, lambda: False)
    carry([prover, improver], began + LONG, team.take, team.done)
    assert heard == [("proven", 7.0, None)]
    assert monotonic() - began < LONG / 2
    improver_end.close()


@pytest.mark.parametrize(("said", "kept"), [(41.00002, 41), (41.0, 41), (40.99999, 41), (41.001, 42), (40.5, 41)])
def test_a_bound_within_the_solvers_tolerance_above_a_whole_number_is_that_number(said: float, kept: int) -> None:
    state = _State(parse_instance(SMALL), 0.0, None)
    state.take(("bound", said, None))
    assert state.plan().bound == kept
