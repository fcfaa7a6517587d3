"""When nothing has to be handed over: an absence of at most half a day."""

from __future__ import annotations

import pytest

from db.leave import Leave
from frontdesk.roster.day.handover_rules import is_half_a_day


def leave(begins: int | None, ends: int | None, last_day: str = "2026-11-09") -> Leave:
    return Leave(
        id=1,
        staff_no="S1",
        first_day="2026-11-09",
        last_day=last_day,
        from_minute=begins,
        until_minute=ends,
        kind="other",
        planned=False,
        state="reported",
        asked_at=0,
    )


@pytest.mark.parametrize(
    ("begins", "ends", "short"),
    [
        (None, None, False),
        (None, 12 * 60, True),
        (None, 13 * 60 + 30, True),
        (None, 15 * 60, False),
        (12 * 60, None, True),
        (9 * 60, None, False),
        (8 * 60 + 30, 17 * 60, False),
        (10 * 60, 14 * 60, True),
        (18 * 60, 21 * 60, True),
    ],
)
def test_half_a_day_is_a_morning_an_afternoon_or_four_hours(begins: int | None, ends: int | None, short: bool) -> None:
    assert is_half_a_day(leave(begins, ends)) is short


def test_an_absence_over_two_days_is_longer() -> None:
    assert not is_half_a_day(leave(12 * 60, 12 * 60, last_day="2026-11-10"))
