"""Letting somebody in whom the program refused, where a person may decide that; the log keeps the wish and the reason
(acceptance, check-in 8 and 9).
"""

from __future__ import annotations

from datetime import datetime, time

from db import visits
from db.visits import ScanRow
from frontdesk.context import Context, to_ms
from frontdesk.volunteers.checkin import rules
from frontdesk.volunteers.checkin.errors import CheckinError
from frontdesk.volunteers.checkin.service import Attempt, ScanOutcome, decide

LOOKED_THROUGH = 100


def refusal_to_override(context: Context, volunteer_no: str) -> ScanRow:
    """The last refusal of a volunteer today, which whoever is signed in may override.

    Raises CheckinError `nothing_to_override` where there is none that a person may override, `override_needs_manager`
    where only a manager may, and what `require_writer` raises.
    """
    operator = context.require_writer()
    midnight = to_ms(datetime.combine(context.today(), time(), context.zone))
    with context.database.reading() as connection:
        refused = visits.last_scans(connection, midnight, LOOKED_THROUGH, refused_only=True)
    scan = next((one for one in refused if one.volunteer_no == volunteer_no), None)
    if scan is None or scan.reason not in rules.OVERRIDABLE_BY_MANAGER:
        raise CheckinError("nothing_to_override", no=volunteer_no)
    if scan.reason not in rules.OVERRIDABLE and operator.role != "manager":
        raise CheckinError("override_needs_manager", no=volunteer_no)
    return scan


def let_in(context: Context, volunteer_no: str, reason: str) -> ScanOutcome:
    """Try the refused entry once more, by the same card or by hand, with the wish to override.

    What else stands against it refuses it still. Raises what `refusal_to_override` raises, and CheckinError
    `reason_required`.
    """
    refused = refusal_to_override(context, volunteer_no)
    if not reason.strip():
        raise CheckinError("reason_required")
    attempt = Attempt(
        volunteer_no, refused.serial, "", context.now_ms(), direction="in", force=True, words=reason.strip()
    )
    with context.database.write() as connection:
        context.confirm_operator(connection)
        return decide(context, connection, attempt)
