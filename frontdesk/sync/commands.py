"""`frontdesk sync`: send what is unsent, fetch what came down, enrol, carry a stick, say how things stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t
from frontdesk.sync.again_commands import again_command
from frontdesk.sync.command_words import fetched_lines, fetched_row, instant, minute
from frontdesk.sync.notice_commands import notice_group, notices_command
from frontdesk.sync.schema_commands import schema_command
from frontdesk.sync.usb_commands import usb_group

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.sync.service import Enrolled, Handled, PeriodLock, ReportStanding, SyncResult


@click.group("sync", invoke_without_command=True, help=t("sync.help"))
@json_option
@click.pass_context
def sync_group(ctx: click.Context, as_json: bool) -> None:
    """Send what is unsent, oldest first, and fetch what came down, unless a command follows."""
    if ctx.invoked_subcommand is not None:
        return
    from frontdesk.sync.service import refused_count, sync_all

    context = open_desk(ctx.ensure_object(Invocation), writing=True)
    result = sync_all(context, progress=_say_progress)
    _raise_unless_done(result)
    waiting = refused_count(context)
    lines = [t("sync.done", sent=result.count("sent")) if result.handled else t("sync.nothing")]
    answer: dict[str, object] = {"sent": result.count("sent"), "refused": 0, "unsent": result.unsent}
    answer["waiting_for_correction"] = waiting
    answer |= fetched_row(result.fetched) | {"rotated": result.rotated, "rotation_problem": result.rotation_problem}
    if waiting:
        lines.append(t("sync.to_correct", count=waiting))
    lines += fetched_lines(result.fetched)
    if result.rotated:
        lines.append(t("sync.key_changed"))
    if result.rotation_problem:
        lines.append(t(f"sync.error.{result.rotation_problem}"))
    emit(answer, as_json, lines)


for _command in (again_command, notices_command, notice_group, usb_group, schema_command):
    sync_group.add_command(_command)


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
    """Make of reports that did not arrive, or of a district that turned the centre away, the one coded failure that a
    command ends with.
    """
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
    if result.fetched is not None and result.fetched.problem == "exchange_refused":
        raise SyncError("exchange_refused", **counts, reason=result.fetched.message)


@sync_group.command("fetch", help=t("sync.help.fetch"))
@json_option
@pass_invocation
def fetch_command(invocation: Invocation, as_json: bool) -> None:
    """Fetch what the district sends down; nothing is sent up but what was read."""
    from frontdesk.sync.errors import SyncError
    from frontdesk.sync.service import fetch

    fetched = fetch(open_desk(invocation, writing=True))
    row = fetched_row(fetched)
    if fetched.problem:
        raise SyncError(fetched.problem, documents=row["documents"], told=fetched.told, reason=fetched.message)
    emit(row, as_json, fetched_lines(fetched) or [t("sync.nothing_new")])


@sync_group.command("enrol", help=t("sync.help.enrol"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--url", help=t("sync.help.enrol_url"))
@click.option("--code", help=t("sync.help.enrol_code"))
@click.option("--accept-new-key", "accepted_key", default="", help=t("sync.help.accept_new_key"))
@json_option
@pass_invocation
def enrol_command(
    invocation: Invocation, file: Path | None, url: str | None, code: str | None, accepted_key: str, as_json: bool
) -> None:
    """Enrol with the district that wrote the enrolment file, or that gave a code to type."""
    from frontdesk.sync.handedfile import enrolment_in
    from frontdesk.sync.service import enrol, enrol_by_code

    if (file is None) == (url is None or code is None) or (file is not None and (url or code)):
        raise click.UsageError(t("sync.enrol_usage"))
    if file is not None:
        raw = enrolment_in(file)
        enrolled = enrol(open_desk(invocation, writing=True), raw, accepted_key=accepted_key)
    else:
        desk = open_desk(invocation, writing=True)
        enrolled = enrol_by_code(desk, url or "", code or "", accepted_key=accepted_key)
    _emit_enrolled(enrolled, as_json)


def _emit_enrolled(enrolled: Enrolled, as_json: bool) -> None:
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
    """What is unsent, sent, received, refused and superseded, and since when."""
    from frontdesk.sync.service import REPORT_STATES, locks, sync_status

    context = open_desk(invocation, writing=False)
    status = sync_status(context)
    answer: dict[str, object] = {"enrolled": status.enrolment is not None}
    if status.enrolment is not None:
        answer["url"] = status.enrolment.url
        answer["registered"] = status.enrolment.registered_at is not None
    lines = [] if status.enrolment else [t("sync.error.not_enrolled")]
    for state in REPORT_STATES:
        chosen = status.in_state(state)
        answer[state] = [_report_row(context, one) for one in chosen]
        lines += [_report_line(context, one) for one in chosen]
    lines = lines if status.reports else [*lines, t("sync.status.empty")]
    rotation = status.rotation
    answer |= {"unread_notices": status.unread_notices, "untold_readings": status.untold_readings, "rotation": None}
    if rotation is not None:
        answer["rotation"] = {"key_id": rotation.new_key_id, "since": instant(context, rotation.made_at)}
        lines.append(t("sync.status.rotation", since=minute(context, rotation.made_at)))
    if status.unread_notices:
        lines.append(t("sync.status.notices", count=status.unread_notices))
    answer["skipped_documents"] = status.skipped_documents
    if status.skipped_documents:
        numbers = ", ".join(str(number) for number in status.skipped_documents)
        lines.append(t("sync.status.skipped", numbers=numbers))
    locked = locks(context)
    answer["locks"] = [_lock_row(context, one) for one in locked]
    lines += [_lock_line(context, one) for one in locked]
    emit(answer, as_json, lines)


def _report_row(context: Context, one: ReportStanding) -> dict[str, object]:
    row: dict[str, object] = {
        "report_id": one.report_id,
        "kind": one.kind,
        "period": one.period,
        "revision": one.revision,
        "submitted_at": instant(context, one.submitted_at),
        "since": instant(context, one.since),
    }
    if one.received_at is not None:
        row["received_at"] = instant(context, one.received_at)
    if one.channel is not None:
        row["channel"] = one.channel
    if one.problem:
        row["problem"] = one.problem
    if one.code:
        row["reason"] = {"code": one.code, "message": one.message, "details": dict(one.details)}
    return row


def _report_line(context: Context, one: ReportStanding) -> str:
    from frontdesk.sync.words import reason_words

    since = minute(context, one.since)
    words = t(f"sync.status.{one.state}", period=one.period, revision=one.revision, since=since)
    return f"{words}  {reason_words(one)}" if one.code else words


def _lock_row(context: Context, one: PeriodLock) -> dict[str, object]:
    return {
        "period": one.period,
        "reason": one.reason,
        "since": instant(context, one.locked_at),
        "exempt_until": one.exempt_until.isoformat() if one.exempt_until else None,
        "in_force": one.is_in_force(context.today()),
    }


def _lock_line(context: Context, one: PeriodLock) -> str:
    if one.is_in_force(context.today()):
        return t("sync.lock.in_force", period=one.period, reason=one.because)
    return t("sync.lock.exempt", period=one.period, day=one.exempt_until)


@sync_group.command("rotate", help=t("sync.help.rotate"))
@json_option
@pass_invocation
def rotate_command(invocation: Invocation, as_json: bool) -> None:
    """Make a new key for this centre, which the next sync has confirmed."""
    from frontdesk.sync.service import rotate_key

    context = open_desk(invocation, writing=True)
    rotation = rotate_key(context)
    answer = {
        "old_key_id": rotation.old_key_id,
        "new_key_id": rotation.new_key_id,
        "since": instant(context, rotation.made_at),
    }
    emit(answer, as_json, [t("sync.rotation_begun")])
