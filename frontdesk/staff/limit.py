"""How many wrong PINs the whole centre takes: at the desk, at the kiosk and by command, for whomever. Pure.

Each wrong PIN owes six minutes, and no more than nine of them are owed at once; what is owed goes down as time
passes. So in no hour there are more than 9 + 10 = 19 wrong PINs, however they are spread over the staff, whoever signs
in rightly in between, and whether the program is started again meanwhile. A right PIN owes nothing and pays nothing.

Time has passed when both clocks say so, that of the wall and the time since the computer was started: to set the clock
gains nothing, and to start the computer again gains no more than the time since.
"""

from __future__ import annotations

from db.access import SignInDebt

TRY_MS = 360_000
"""What one wrong PIN owes; so the longest wait of somebody at the desk once nobody guesses any more."""

MOST_OWED = 9
"""Wrong PINs that may be owed at once."""

KEPT_FOR_DESK = 3
"""How many of them are not the kiosk's: whatever passers-by type there, the desk takes a PIN."""


def owed_ms(debt: SignInDebt | None, wall_ms: int, uptime_ms: int) -> int:
    """What is still owed at this instant by both clocks, in ms."""
    if debt is None:
        return 0
    # After a start of the computer its time begins anew; all that is certain is what has passed since.
    running = uptime_ms - debt.uptime_ms if uptime_ms >= debt.uptime_ms else uptime_ms
    passed = min(wall_ms - debt.wall_ms, running)
    return max(0, debt.owed_ms - max(0, passed))


def wait_ms(owed: int, *, at_kiosk: bool) -> int:
    """How long until one more PIN is looked at while so much is owed, in ms; 0 for now."""
    most = MOST_OWED - KEPT_FOR_DESK if at_kiosk else MOST_OWED
    return max(0, owed + TRY_MS - most * TRY_MS)
