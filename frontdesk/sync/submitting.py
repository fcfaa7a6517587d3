"""Submitting: a report goes into the outbox as the exact bytes of its body, and is sealed if the centre is enrolled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pydantic import ValidationError

from db import audit, outbox
from db.outbox import OutboxEntry
from frontdesk.permission import allowed
from frontdesk.sync import wire
from frontdesk.sync.errors import SyncError
from frontdesk.sync.notices import indicator_set
from frontdesk.sync.sealing import find_centre_key, seal_waiting
from frontdesk.sync.wire import AnyBody, ReportBodyV2

if TYPE_CHECKING:
    from frontdesk.context import Context


Row = tuple[str, str | None, int | None, int | None, int | None]
"""A value: indicator, category, value, numerator, denominator."""


@dataclass(frozen=True)
class Submitted:
    """Where a submitted report stands; `new` is False when the figures were those submitted last."""

    report_id: str
    kind: str
    period: str
    revision: int
    new: bool
    sealed: bool


def report_of_values(
    context: Context,
    period: str,
    first_day: date,
    last_day: date,
    values: Iterable[Row],
) -> ReportBodyV2:
    """The body of this centre's report, of rows of indicator, category, value, numerator, denominator; without those
    that the district, as far as is known here, does not want for this kind of period: it would refuse the whole report.

    Raises WireFault `bad_value` and `duplicate_value` with the places of the rows, `bad_body`, or `bad_period`.
    """
    rows = wire.values_of(_wanted(context, period, values))
    for fault in wire.repeated_values(rows):
        raise fault
    wire.kind_of(period)
    said = {
        "centre": context.centre.code,
        "name": context.centre.name,
        "period": period,
        "from": first_day,
        "to": last_day,
        "values": rows,
    }
    try:
        return ReportBodyV2.model_validate(said)
    except ValidationError as failure:
        where = ".".join(str(step) for step in failure.errors(include_url=False)[0]["loc"])
        raise wire.WireFault("bad_body", where=where) from failure


def _wanted(context: Context, period: str, values: Iterable[Row]) -> list[Row]:
    wanted = indicator_set(context)
    if wanted is None:
        return list(values)
    kind = wire.period_kind_of(wire.kind_of(period))
    codes = {one.code for one in wanted.indicators if not one.period_kinds or kind in one.period_kinds}
    return [row for row in values if row[0] in codes]


@allowed("writer")
def submit_report(context: Context, make_body: Callable[[], AnyBody]) -> Submitted:
    """Put a report into the outbox as the next revision of its period; nothing new when nothing changed.

    `make_body` is called in the write transaction, so that what it reads is what stands when the revision is numbered.
    A refused report is submitted anew even unchanged, with the revision that the district asked for. A report by
    values also tells the hash that ends the audit log, which makes no report a new one. Raises what `make_body` and
    `require_writer` raise, and SyncError `other_centre`.
    """
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        body = make_body()
        if body.centre != context.centre.code:
            raise SyncError("other_centre", centre=body.centre, own=context.centre.code)
        kind = wire.kind_of(body.period)
        latest = outbox.latest(connection, kind, body.period)
        unchanged = _unchanged(connection, latest, body)
        if unchanged is not None:
            return unchanged
        if isinstance(body, ReportBodyV2):
            body = body.model_copy(update={"audit_head": audit.head(connection)})
        content = body.to_bytes()
        context.note(connection, "report.submitted", body.period, kind=kind)
        now, report_id, revision = context.now_ms(), context.ids(), _next_revision(latest)
        outbox.add_entry(
            connection,
            OutboxEntry(
                position=0,
                report_id=report_id,
                kind=kind,
                period=body.period,
                revision=revision,
                body=content,
                body_hash=wire.content_hash(content),
                state="unsent",
                submitted_at=now,
                state_at=now,
            ),
        )
        enrolled = outbox.enrolment(connection)
        # Without its key the centre still takes the report in; the sync says that the key is missing.
        seed = find_centre_key(context, enrolled.centre_key_id) if enrolled else None
        if enrolled is not None and seed is not None:
            seal_waiting(context, connection, enrolled, seed)
        sealed = outbox.sealed(connection, report_id) is not None
    return Submitted(report_id, kind, body.period, revision, new=True, sealed=sealed)


def _unchanged(connection: sqlite3.Connection, latest: OutboxEntry | None, body: AnyBody) -> Submitted | None:
    if latest is None or latest.state == "refused" or _figures_in(latest.body) != _figures_in(body.to_bytes()):
        return None
    sealed = outbox.sealed(connection, latest.report_id) is not None
    return Submitted(latest.report_id, latest.kind, latest.period, latest.revision, new=False, sealed=sealed)


def _figures_in(content: bytes) -> dict[str, object]:
    """What a body says, but for the state of the audit log, which every submission changes."""
    return {name: value for name, value in json.loads(content).items() if name != "audit_head"}


def _next_revision(latest: OutboxEntry | None) -> int:
    if latest is None:
        return 1
    wanted = json.loads(latest.refusal).get("details", {}).get("next", 0) if latest.refusal else 0
    return max(latest.revision + 1, wanted if isinstance(wanted, int) else 0)
