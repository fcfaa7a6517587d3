"""What happens to cases goes by the clock: day, number, every time limit. By one that was set back nothing is begun or
moved: what was begun a year ago would be overdue when the clock is right again.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from db import latest
from frontdesk.cases.errors import CaseError
from frontdesk.clock import is_behind

if TYPE_CHECKING:
    from frontdesk.context import Context


def require_clock(context: Context, connection: sqlite3.Connection) -> None:
    """That the clock is not behind what was written last, or a manager said that it is right, inside a running
    transaction. Raises CaseError `clock_behind` with both times.
    """
    now, newest = context.now_ms(), latest.latest(connection)
    if newest is not None and is_behind(now, newest):
        said = {"now": context.local(now), "latest": context.local(newest)}
        raise CaseError("clock_behind", **{name: f"{at:%Y-%m-%d %H:%M}" for name, at in said.items()})
