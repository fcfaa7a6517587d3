"""What the desk and the kiosk show of a ticket that was scanned: number and session, nobody's name."""

from __future__ import annotations

from typing import Literal

from frontdesk.activities.attendance.tickets import FOREIGN, TicketScan, scan_ticket
from frontdesk.common.scananswer import ScanAnswer
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed


@allowed("scan")
def answer_to_scan(context: Context, code: str) -> ScanAnswer:
    """Have a ticket decided and recorded, and say what became of it. Raises what `scan_ticket` raises."""
    return answer_of(context, scan_ticket(context, code))


def answer_of(context: Context, scanned: TicketScan) -> ScanAnswer:
    """A decided ticket in words."""
    session = scanned.session
    if session is None:
        words = t(f"attendance.ticket.{scanned.reason}")
        title = t("attendance.ticket.refused")
        return ScanAnswer("refused", context.local(scanned.at), title, words, scanned.reason in FOREIGN)
    values = {
        "seq_no": scanned.seq_no,
        "name": session.name,
        "seats": scanned.seats,
        "day": session.day,
        "start": f"{context.local(session.starts_at):%H:%M}",
        "room": session.room or "-",
    }
    title = t("attendance.ticket.title", seq_no=scanned.seq_no, name=session.name)
    words = t(f"attendance.ticket.{scanned.reason or 'taken'}", **values)
    kind: Literal["entered", "same_scan", "refused"] = "refused" if scanned.reason else "entered"
    if scanned.reason == "already_signed_in":
        kind = "same_scan"
    return ScanAnswer(kind, context.local(scanned.at), title, words)
