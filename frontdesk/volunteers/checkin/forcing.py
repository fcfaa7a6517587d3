"""Letting somebody in whom the program refused, where a person may decide that; the log keeps the wish and the reason
(acceptance, check-in 8 and 9).
"""

from __future__ import annotations

from db import checkin_log
from db.checkin_log import ScanRow
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.answering import ScanOutcome
from frontdesk.volunteers.checkin.attempts import Attempt, kept_words
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.checkin.service import decide


def refusal_to_override(context: Context, volunteer_no: str) -> ScanRow:
    """The last refusal of a volunteer today, which whoever is signed in may override.

    Raises CheckinError `nothing_to_override` where there is none that a person may override, `override_needs_manager`
    where only a manager may, and what `require_writer` raises.
    """
    operator = context.require_writer()
    scan = checkin_log.last_refusal(context.database.connection, volunteer_no, context.midnight(context.today()))
    if scan is None or scan.reason not in rules.OVERRIDABLE_BY_MANAGER:
        raise CheckinError("nothing_to_override", no=volunteer_no)
    if scan.reason not in rules.OVERRIDABLE and operator.role != "manager":
        raise CheckinError("override_needs_manager", no=volunteer_no)
    return scan


@allowed("writer")
def let_in(context: Context, volunteer_no: str, reason: str) -> ScanOutcome:
    """Try the refused entry once more, by the same card or by hand, with the wish to override.

    What else stands against it refuses it still. Raises what `refusal_to_override` raises, and CheckinError
    `reason_required`, `bad_words`.
    """
    refused = refusal_to_override(context, volunteer_no)
    words = kept_words(reason, required=True)
    attempt = Attempt(volunteer_no, refused.serial, "", context.now_ms(), direction="in", force=True, words=words)
    with context.database.write() as connection:
        context.confirm_operator(connection)
        return decide(context, connection, attempt)
