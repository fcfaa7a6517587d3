"""`frontdesk sync`: send what is unsent, enrol with the district, say how things stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t
from frontdesk.sync.schema_commands import schema_command

if TYPE_CHECKING:
    from db.outbox import OutboxEntry
    from frontdesk.context import Context
    from frontdesk.sync.service import Handled, SyncResult


@click.group("sync", invoke_without_command=True, help=t("sync.help"))
@json_option
@click.pass_context
def sync_group(ctx: click.Context, as_json: bool) -> None:
    """Send what is unsent, oldest first, unless a command follows."""
    if ctx.invoked_subcommand is not None:
        return
    from frontdesk.sync.service import sync_all

    invocation = ctx.ensure_object(Invocation)
    result = sync_all(open_desk(invocation, writing=True), progress=_say_progress)
    _raise_unless_done(result)
    emit(
        {"sent": result.count("sent"), "refused": 0, "unsent": result.unsent},
        as_json,
        [t("sync.done", sent=result.count("sent")) if result.handled else t("sync.nothing")],
    )


def _say_progress(handled: Handled) -> None:
    progress(
        t(
            f"sync.progress.{handled.state}",
            done=handled.done,
            total=handled.total,
            period=handled.period,
            revision=handled.revision,
            reason=handled.message or handled.code,
        )
    )


def _raise_unless_done(result: SyncResult) -> None:
    """Make of reports that did not arrive the one coded failure that a command ends with."""
    from frontdesk.sync.errors import SyncError

    refused = [
        {"period": one.period, "revision": one.revision, "code": one.code, "message": one.message}
        for one in result.handled
        if one.state == "refused"
    ]
    counts = {"sent": result.count("sent"), "refused": len(refused), "unsent": result.unsent}
    if result.problem is not None:
        raise SyncError(result.problem, **counts, reports=refused)
    if refused:
        raise SyncError("some_refused", **counts, reports=refused)


sync_group.add_command(schema_command)


@sync_group.command("enrol", help=t("sync.help.enrol"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@pass_invocation
def enrol_command(invocation: Invocation, file: Path, as_json: bool) -> None:
    """Enrol with the district that wrote the enrolment file."""
    from frontdesk.sync.handedfile import enrolment_in
    from frontdesk.sync.service import enrol

    raw = enrolment_in(file)
    enrolled = enrol(open_desk(invocation, writing=True), raw)
    enrolment = enrolled.enrolment
    key = "sync.enrolled" if enrolled.registered else "sync.enrolled_later"
    answer = {
        "centre": enrolment.centre,
        "url": enrolment.url,
        "district_key_id": enrolment.district_key_id,
        "centre_key_id": enrolment.centre_key_id,
        "registered": enrolled.registered,
        "problem": enrolled.problem,
    }
    emit(answer, as_json, [t(key, url=enrolment.url)])


@sync_group.command("retry", help=t("sync.help.retry"))
@click.argument("report_id", required=False)
@json_option
@pass_invocation
def retry_command(invocation: Invocation, report_id: str | None, as_json: bool) -> None:
    """Put refused reports back among the unsent."""
    from frontdesk.sync.service import retry_refused

    again = retry_refused(open_desk(invocation, writing=True), report_id)
    emit({"unsent_again": again}, as_json, [t("sync.retried", reports=again)])


@sync_group.command("status", help=t("sync.help.status"))
@json_option
@pass_invocation
def status_command(invocation: Invocation, as_json: bool) -> None:
    """What is unsent, sent and refused, and since when."""
    from frontdesk.sync.service import sync_status

    context = open_desk(invocation, writing=False)
    status = sync_status(context)
    answer: dict[str, object] = {"enrolled": status.enrolment is not None}
    if status.enrolment is not None:
        answer["url"] = status.enrolment.url
        answer["registered"] = status.enrolment.registered_at is not None
    lines = [] if status.enrolment else [t("sync.error.not_enrolled")]
    for state in ("unsent", "sent", "refused"):
        chosen = [entry for entry in status.entries if entry.state == state]
        answer[state] = [_row(context, entry) for entry in chosen]
        lines += [_line(context, entry) for entry in chosen]
    emit(answer, as_json, lines or [t("sync.status.empty")])


def _row(context: Context, entry: OutboxEntry) -> dict[str, object]:
    row: dict[str, object] = {
        "report_id": entry.report_id,
        "kind": entry.kind,
        "period": entry.period,
        "revision": entry.revision,
        "submitted_at": _instant(context, entry.submitted_at),
        "since": _instant(context, entry.state_at),
    }
    if entry.refusal:
        row["reason"] = json.loads(entry.refusal)
    return row


def _line(context: Context, entry: OutboxEntry) -> str:
    since = context.local(entry.state_at).strftime("%Y-%m-%d %H:%M")
    words = t(f"sync.status.{entry.state}", period=entry.period, revision=entry.revision, since=since)
    return f"{words}  {json.loads(entry.refusal)['message']}" if entry.refusal else words


def _instant(context: Context, at: int) -> str:
    """A stored instant as ISO 8601 with the centre's offset."""
    return context.local(at).isoformat(timespec="milliseconds")
