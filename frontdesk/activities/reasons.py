"""Why something was changed, as it is kept: said at the desk, printed on notices, told again by logs."""

from __future__ import annotations

from frontdesk.activities.errors import ActivityError
from frontdesk.common.names import short_line

LONGEST_REASON = 200


def kept_reason(text: str) -> str:
    """A reason as one line; '' where none was given. Raises ActivityError `bad_reason`, DeskError `long_number`."""
    try:
        return short_line(text, LONGEST_REASON)
    except ValueError as wrong:
        raise ActivityError("bad_reason", field="reason", limit=LONGEST_REASON) from wrong
