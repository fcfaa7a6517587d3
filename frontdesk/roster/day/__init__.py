"""The use cases of the roster's day in one place: absence and return, leave, hand-over, edits, swaps, outlook.

Each that changes anything is one transaction, and every change of a slot is a logged event.
"""

from __future__ import annotations

from frontdesk.roster.day.absence import Coverage, Gap, TakeOver, report_absent
from frontdesk.roster.day.editing import Edit, assign, lock, place
from frontdesk.roster.day.handovers import (
    HandoverDue,
    acknowledge_handover,
    brief_back,
    handovers_due,
    handovers_of,
    states,
    steps_of,
    write_handover,
)
from frontdesk.roster.day.leaving import (
    Clash,
    LeaveAsked,
    approve_leave,
    ask_leave,
    handover_due,
    leave_requests,
    leaves_between,
    refuse_leave,
)
from frontdesk.roster.day.outlook import (
    GapAhead,
    OnDuty,
    PostNow,
    WorkedSlot,
    as_worked,
    differences,
    gaps_ahead,
    now_and_next,
)
from frontdesk.roster.day.returning import Restored, report_back, withdraw_absence
from frontdesk.roster.day.swapping import (
    OpenShift,
    Prospect,
    SwapAsked,
    SwapDone,
    agree_swap,
    ask_swap,
    decline_swap,
    open_shifts,
    slots_begun_today,
    swap_findings,
    swap_prospects,
    swaps_waiting,
    take_open,
    withdraw_swap,
)
from frontdesk.roster.day.working import Change, head_of_centre
from frontdesk.roster.errors import RosterError

__all__ = [
    "Change",
    "Clash",
    "Coverage",
    "Edit",
    "Gap",
    "GapAhead",
    "HandoverDue",
    "LeaveAsked",
    "OnDuty",
    "OpenShift",
    "PostNow",
    "Prospect",
    "Restored",
    "RosterError",
    "SwapAsked",
    "SwapDone",
    "TakeOver",
    "WorkedSlot",
    "acknowledge_handover",
    "agree_swap",
    "approve_leave",
    "as_worked",
    "ask_leave",
    "ask_swap",
    "assign",
    "brief_back",
    "decline_swap",
    "differences",
    "gaps_ahead",
    "handover_due",
    "handovers_due",
    "handovers_of",
    "head_of_centre",
    "leave_requests",
    "leaves_between",
    "lock",
    "now_and_next",
    "open_shifts",
    "place",
    "refuse_leave",
    "report_absent",
    "report_back",
    "slots_begun_today",
    "states",
    "steps_of",
    "swap_findings",
    "swap_prospects",
    "swaps_waiting",
    "take_open",
    "withdraw_absence",
    "withdraw_swap",
    "write_handover",
]
