"""Use cases of what travels between this centre and its district: enrol, submit, sync, status; what comes down, and
who read it; a stick instead of a network; changing the centre's key.

A submitted report stands in the outbox as the exact bytes of its body. It is sealed exactly once: at its
submission when the centre is enrolled by then, else by the first submission or sync after enrolling, because
sealing names the district as the recipient. From then on its bytes never change. The network is only used
between transactions, never inside one.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from db import inbox, outbox
from frontdesk.sync.checking import SyncAstray, sync_astray
from frontdesk.sync.drives import Drive, find_drives
from frontdesk.sync.enrolling import Enrolled, enrol, enrol_by_code
from frontdesk.sync.fetching import Arrived, Fetched, fetch
from frontdesk.sync.notices import (
    Notice,
    PeriodLock,
    acknowledge,
    indicator_set,
    lock_of,
    locks,
    notice,
    notices,
    services,
    unread_count,
    unread_notices,
)
from frontdesk.sync.rotating import rotate_key
from frontdesk.sync.sending import Handled, SyncResult, retry_refused, sync_all
from frontdesk.sync.status import REPORT_STATES, ReportStanding, ReportState, SyncStatus, sync_status
from frontdesk.sync.stopping import ShouldStop, SyncStop
from frontdesk.sync.submitting import Submitted, report_of_values, submit_report
from frontdesk.sync.usb import UsbWritten, write_usb
from frontdesk.sync.usb_reading import UsbFound, UsbRead, find_usb, read_usb
from frontdesk.sync.wire import AnyBody, ReportBodyV2, shown_figures
from frontdesk.sync.words import result_words

if TYPE_CHECKING:
    from frontdesk.checking import Invariant
    from frontdesk.context import Context

__all__ = [
    "REPORT_STATES",
    "AnyBody",
    "Arrived",
    "Drive",
    "Enrolled",
    "Fetched",
    "Handled",
    "Notice",
    "PeriodLock",
    "ReportBodyV2",
    "ReportStanding",
    "ReportState",
    "ShouldStop",
    "Submitted",
    "SyncAstray",
    "SyncResult",
    "SyncStatus",
    "SyncStop",
    "UsbFound",
    "UsbRead",
    "UsbWritten",
    "acknowledge",
    "answered_so_far",
    "enrol",
    "enrol_by_code",
    "fetch",
    "find_drives",
    "find_usb",
    "indicator_set",
    "invariants",
    "lock_of",
    "locks",
    "newest_document",
    "notice",
    "notices",
    "read_usb",
    "refused_count",
    "report_of_values",
    "result_words",
    "retry_refused",
    "rotate_key",
    "services",
    "shown_figures",
    "skipped_documents",
    "submit_report",
    "submitted_periods",
    "sync_all",
    "sync_astray",
    "sync_status",
    "unread_count",
    "unread_notices",
    "unsent_count",
    "unsent_since",
    "write_usb",
]


def unsent_count(context: Context) -> int:
    """How many reports wait to be sent."""
    return outbox.count(context.database.connection, "unsent")


def unsent_since(context: Context) -> int | None:
    """When the first of the reports that wait was submitted (UTC milliseconds); None where none waits."""
    return outbox.oldest(context.database.connection, "unsent")


def answered_so_far(context: Context) -> tuple[object, ...]:
    """What changes with whatever the district answers, and when what it refused is put back: the confirmation of the
    enrolment, its newest document, how many reports it received, and how many it refused. Not what is submitted here.
    """
    with context.database.reading() as connection:
        enrolled = outbox.enrolment(connection)
        return (
            (enrolled.centre_key_id, enrolled.registered_at) if enrolled is not None else None,
            inbox.highest_number(connection),
            outbox.count(connection, "sent"),
            outbox.refused_count(connection),
        )


def newest_document(context: Context) -> int:
    """The number of the newest document of the district here: it grows when something came down."""
    return inbox.highest_number(context.database.connection)


def skipped_documents(connection: sqlite3.Connection) -> list[int]:
    """The numbers of the district's documents that were not kept: they did not verify, or could not be read."""
    return [one.number for one in inbox.skipped(connection)]


def refused_count(context: Context) -> int:
    """How many reports the district refused and nobody has dealt with: no later revision of theirs was received."""
    return outbox.refused_count(context.database.connection)


def submitted_periods(context: Context) -> set[str]:
    """The keys of the periods of which a report was submitted."""
    return outbox.submitted_periods(context.database.connection)


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.sync.invariants`."""
    from frontdesk.sync.invariants import INVARIANTS

    return INVARIANTS
