"""Use cases of the travelling report: enrol, submit, sync, status.

A submitted report stands in the outbox as the exact bytes of its body. It is sealed exactly once: at its
submission when the centre is enrolled by then, else by the first submission or sync after enrolling, because
sealing names the district as the recipient. From then on its bytes never change. The network is only used
between transactions, never inside one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import outbox
from frontdesk.sync.enrolling import Enrolled, enrol
from frontdesk.sync.sending import Handled, SyncResult, retry_refused, sync_all
from frontdesk.sync.status import REPORT_STATES, ReportStanding, ReportState, SyncStatus, sync_status
from frontdesk.sync.stopping import ShouldStop, SyncStop
from frontdesk.sync.submitting import Submitted, report_body, submit_report
from frontdesk.sync.wire import DERIVED_FIGURES, ReportBody, shown_figures

if TYPE_CHECKING:
    from frontdesk.context import Context

__all__ = [
    "DERIVED_FIGURES",
    "REPORT_STATES",
    "Enrolled",
    "Handled",
    "ReportBody",
    "ReportStanding",
    "ReportState",
    "ShouldStop",
    "Submitted",
    "SyncResult",
    "SyncStatus",
    "SyncStop",
    "enrol",
    "refused_count",
    "report_body",
    "retry_refused",
    "shown_figures",
    "submit_report",
    "submitted_periods",
    "sync_all",
    "sync_status",
    "unsent_count",
]


def unsent_count(context: Context) -> int:
    """How many reports wait to be sent."""
    return outbox.count(context.database.connection, "unsent")


def refused_count(context: Context) -> int:
    """How many reports the district refused and nobody has dealt with."""
    return outbox.count(context.database.connection, "refused")


def submitted_periods(context: Context) -> set[str]:
    """The keys of the periods of which a report was submitted."""
    return outbox.submitted_periods(context.database.connection)
