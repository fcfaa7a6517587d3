"""Fewer than twenty wrong PINs in any hour, whatever is done to the clocks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.access import SignInDebt
from frontdesk.clock import running_seconds, system_clock, uptime_ms
from frontdesk.staff import limit, pins

HOUR_MS = 3_600_000

steps = st.lists(
    st.tuples(
        st.integers(0, 900_000),  # how much time really passes
        st.sampled_from(["", "", "", "clock", "restart"]),
        st.integers(-(10**9), 10**9),  # by how much the wall's clock is set
        st.booleans(),  # whether the try is made at the kiosk
    ),
    max_size=80,
)


class Desk:
    """The rule with what is stored, on a computer whose clocks are its attacker's."""

    def __init__(self) -> None:
        self.debt: SignInDebt | None = None
        self.real = 0
        self.wall = 1_000_000_000_000
        self.started = -5_000_000
        self.tries: list[int] = []

    def passes(self, ms: int) -> None:
        self.real += ms
        self.wall += ms

    def wait(self, *, at_kiosk: bool = False) -> int:
        """Ask, as every try does, which keeps the waits by the clocks of now."""
        uptime = self.real - self.started
        owed = limit.owed_ms(self.debt, self.wall, uptime)
        if self.debt is not None:
            self.debt = SignInDebt(owed_ms=owed, wall_ms=self.wall, uptime_ms=uptime)
        return limit.wait_ms(owed, at_kiosk=at_kiosk)

    def guess(self, *, at_kiosk: bool = False) -> bool:
        """A wrong PIN; whether it was looked at."""
        if self.wait(at_kiosk=at_kiosk):
            return False
        uptime = self.real - self.started
        owed = limit.owed_ms(self.debt, self.wall, uptime) + limit.TRY_MS
        self.debt = SignInDebt(owed_ms=owed, wall_ms=self.wall, uptime_ms=uptime)
        self.tries.append(self.real)
        return True

    def most_in_an_hour(self) -> int:
        return max((sum(0 <= one - first <= HOUR_MS for one in self.tries) for first in self.tries), default=0)


@given(steps)
def test_no_hour_has_twenty_tries_whatever_is_done_to_the_clocks(plan: list[tuple[int, str, int, bool]]) -> None:
    desk = Desk()
    for passing, trick, by, at_kiosk in plan:
        desk.passes(passing)
        if trick == "clock":
            desk.wall += by
        elif trick == "restart":
            desk.started = desk.real
        while desk.guess(at_kiosk=at_kiosk):
            pass
    assert desk.most_in_an_hour() < 20


def test_at_machine_speed_there_are_nineteen_in_an_hour_and_ten_in_every_further_one() -> None:
    desk = Desk()
    for _ in range(10 * 3600):
        desk.guess()
        desk.passes(1000)
    assert desk.most_in_an_hour() == 19
    assert len(desk.tries) == 9 + 99


@given(steps)
def test_nobody_waits_longer_than_one_try_at_the_desk_once_nobody_guesses_any_more(
    plan: list[tuple[int, str, int, bool]],
) -> None:
    desk = Desk()
    for passing, trick, by, at_kiosk in plan:
        desk.passes(passing)
        if trick == "clock":
            desk.wall += by
        elif trick == "restart":
            desk.started = desk.real
        desk.guess(at_kiosk=at_kiosk)
    # Whatever clocks were set meanwhile, asking once makes them those of now.
    desk.wait()
    desk.passes(limit.TRY_MS)
    assert desk.wait() == 0
    desk.passes((limit.KEPT_FOR_DESK) * limit.TRY_MS)
    assert desk.wait(at_kiosk=True) == 0


def test_whatever_is_tried_at_the_kiosk_the_desk_takes_a_pin() -> None:
    desk = Desk()
    for _ in range(3600):
        desk.guess(at_kiosk=True)
        desk.passes(1000)
        assert desk.wait() == 0


def test_one_number_waits_an_hour_at_most() -> None:
    waits = [pins.wait_seconds(failures) for failures in range(40)]
    assert waits[:4] == [0, 0, 0, 30] and max(waits) == 3600 == waits[-1]
    assert waits == sorted(waits)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux has a clock of its own for it")
def test_time_passes_while_the_computer_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "clock_gettime", {time.CLOCK_BOOTTIME: 4_000.25}.__getitem__)
    assert running_seconds() == 4_000.25
    assert uptime_ms(system_clock) == 4_000_250
