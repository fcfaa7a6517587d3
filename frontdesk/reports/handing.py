"""Handing a period over with one key: close it, write its workbook, seal its report, send what waits."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.reports import service
from frontdesk.reports.beside import export_beside
from frontdesk.sync import service as sync


@dataclass(frozen=True)
class Handed:
    """What became of a hand-over: `edition` is None where the period was not closed, `sent` where the centre is not
    enrolled with the district.
    """

    period: Period
    edition: int | None
    out: Path
    revision: int
    sent: sync.SyncResult | None

    @property
    def words(self) -> str:
        """All of it in one line."""
        parts = [
            t("closing.handed.closed", edition=self.edition)
            if self.edition is not None
            else t("closing.handed.not_closed"),
            t("closing.handed.exported", out=self.out),
            t("closing.handed.submitted", revision=self.revision),
        ]
        if self.sent is None:
            parts.append(t("closing.handed.not_enrolled"))
        elif self.sent.problem or self.sent.unsent:
            reason = t(f"sync.error.{self.sent.problem}") if self.sent.problem else "-"
            parts.append(t("closing.handed.unsent", unsent=self.sent.unsent, reason=reason))
        else:
            parts.append(t("closing.handed.sent", sent=self.sent.count("sent")))
        return t("closing.handed.all", period=self.period.label, parts=t("closing.comma").join(parts))


def may_close(context: Context, period: Period) -> bool:
    """Whether handing a period over closes it: it has ended, is not closed, and a manager is signed in."""
    operator = context.operator
    return (
        period.has_ended(context.today())
        and operator is not None
        and operator.role == "manager"
        and service.closing_of(context, period) is None
    )


def hand_over(
    context: Context,
    period: Period,
    out: Path,
    waived: Collection[str] = (),
    reason: str = "",
    should_stop: Callable[[], bool] | None = None,
) -> Handed:
    """Close a period where that can be done, write its workbook to `out`, seal its report and send what waits.

    Each step stands by itself: what was done before a step that fails stays done,
    and handing over again goes on from there. A period that still runs, or of somebody who is no manager, is handed
    over without being closed. Raises what `close_period`, `export_beside`, `submit` and `sync_all` raise.
    """
    context.require_writer()
    if may_close(context, period):
        service.close_period(context, period, waived, reason)
    closing = service.closing_of(context, period)
    days = service.as_closed(context, period)
    export_beside(context, days, "xlsx", out)
    submitted = service.submit(context, days)
    enrolled = sync.sync_status(context).enrolment is not None
    sent = sync.sync_all(context, None, should_stop) if enrolled else None
    return Handed(days, closing.edition if closing else None, out, submitted.revision, sent)
