"""Commands: follow-ups of bad ratings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.feedback.followup.rules import EventKind, FollowUp
    from frontdesk.feedback.followup.service import Listed

_number = click.argument("number", metavar="NUMBER")
_words = click.option("--words", required=True, help=t("followup.help.words"))
_reason = click.option("--reason", required=True, help=t("followup.help.reason"))


@click.group("follow-up", help=t("cli.command.follow-up"))
def follow_up_group() -> None:
    """Follow-ups of bad ratings."""


@follow_up_group.command("list", help=t("followup.help.list"))
@click.option("--ended", is_flag=True, help=t("followup.help.ended"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, ended: bool, as_json: bool) -> None:
    """What is open, or what has ended."""
    from frontdesk.feedback.followup.counting import follow_up_counts
    from frontdesk.feedback.followup.service import ended_follow_ups, open_follow_ups

    context = open_desk(invocation, writing=False)
    found = ended_follow_ups(context) if ended else open_follow_ups(context)
    counts = follow_up_counts(context)
    value = {"counts": counts._asdict(), "follow_ups": [_json(one) for one in found]}
    emit(value, as_json, [_line(one) for one in found] or [t("followup.none")])


@follow_up_group.command("show", help=t("followup.help.show"))
@_number
@json_option
@pass_invocation
def show_command(invocation: Invocation, number: str, as_json: bool) -> None:
    """All about one."""
    from frontdesk.feedback.followup.service import find, story
    from frontdesk.feedback.followup.wording import story_lines

    context = open_desk(invocation, writing=False)
    found = story(context, find(context, number))
    log = [
        {"at": entry.at, "day": entry.day, "event": entry.event, "operator": entry.operator_no, "note": entry.note}
        for entry in found.log
    ]
    value = {**_json(found.listed), "possible": list(found.possible), "log": log}
    emit(value, as_json, [line for line, _ in story_lines(context, found)])


@follow_up_group.command("verify", help=t("followup.help.verify"))
@_number
@_words
@json_option
@pass_invocation
def verify_command(invocation: Invocation, number: str, words: str, as_json: bool) -> None:
    """What was found out."""
    _act(invocation, number, "verified", as_json, note=words)


@follow_up_group.command("assign", help=t("followup.help.assign"))
@_number
@click.option("--to", "staff_no", required=True, help=t("followup.help.to"))
@json_option
@pass_invocation
def assign_command(invocation: Invocation, number: str, staff_no: str, as_json: bool) -> None:
    """Who answers for it."""
    _act(invocation, number, "assigned", as_json, value=staff_no)


@follow_up_group.command("complexity", help=t("followup.help.complexity"))
@_number
@click.argument("kind", type=click.Choice(("simple", "complex")))
@_reason
@json_option
@pass_invocation
def complexity_command(invocation: Invocation, number: str, kind: str, reason: str, as_json: bool) -> None:
    """Whether the matter is simple or complex."""
    _act(invocation, number, "complexity", as_json, value=kind, note=reason)


@follow_up_group.command("result", help=t("followup.help.result"))
@_number
@click.argument("kind", type=click.Choice(("rectified", "explained")))
@_words
@json_option
@pass_invocation
def result_command(invocation: Invocation, number: str, kind: str, words: str, as_json: bool) -> None:
    """What was put right, or explained."""
    _act(invocation, number, "result", as_json, value=kind, note=words)


@follow_up_group.command("call-back", help=t("followup.help.call_back"))
@_number
@click.argument("outcome", type=click.Choice(("satisfied", "unsatisfied", "unreached")))
@click.option("--words", default="", help=t("followup.help.words"))
@json_option
@pass_invocation
def call_back_command(invocation: Invocation, number: str, outcome: str, words: str, as_json: bool) -> None:
    """How a call-back went."""
    _act(invocation, number, "called_back", as_json, value=outcome, note=words)


@follow_up_group.command("appeal", help=t("followup.help.appeal"))
@_number
@_reason
@json_option
@pass_invocation
def appeal_command(invocation: Invocation, number: str, reason: str, as_json: bool) -> None:
    """Say that the rating is mistaken or malicious."""
    _act(invocation, number, "appealed", as_json, note=reason)


@follow_up_group.command("decide", help=t("followup.help.decide"))
@_number
@click.argument("decision", type=click.Choice(("uphold", "reject")))
@_reason
@json_option
@pass_invocation
def decide_command(invocation: Invocation, number: str, decision: str, reason: str, as_json: bool) -> None:
    """Uphold an appeal, or turn it down."""
    kind: EventKind = "appeal_upheld" if decision == "uphold" else "appeal_rejected"
    _act(invocation, number, kind, as_json, note=reason)


@follow_up_group.command("close", help=t("followup.help.close"))
@_number
@click.option("--words", default="", help=t("followup.help.words"))
@json_option
@pass_invocation
def close_command(invocation: Invocation, number: str, words: str, as_json: bool) -> None:
    """Close it."""
    _act(invocation, number, "closed", as_json, note=words)


@follow_up_group.command("reopen", help=t("followup.help.reopen"))
@_number
@_reason
@json_option
@pass_invocation
def reopen_command(invocation: Invocation, number: str, reason: str, as_json: bool) -> None:
    """Do it once more."""
    _act(invocation, number, "reopened", as_json, note=reason)


@follow_up_group.command("withdraw", help=t("followup.help.withdraw"))
@_number
@_reason
@json_option
@pass_invocation
def withdraw_command(invocation: Invocation, number: str, reason: str, as_json: bool) -> None:
    """End it without a result."""
    _act(invocation, number, "withdrawn", as_json, note=reason)


@follow_up_group.command("settle", help=t("followup.help.settle"))
@click.option("--before", required=True, metavar="DAY", help=t("followup.help.before"))
@_reason
@click.option("--dry-run", is_flag=True, help=t("imports.help.dry_run"))
@json_option
@pass_invocation
def settle_command(invocation: Invocation, before: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """End all old ones at once."""
    from frontdesk.feedback.followup.service import read_day, settle_old

    context = open_desk(invocation, writing=True)
    day = read_day(context, before)
    count = settle_old(context, day, reason, dry_run=dry_run)
    words = t("followup.settle.would" if dry_run else "followup.settle.done", count=count)
    emit({"settled": count, "before": day.isoformat(), "dry_run": dry_run}, as_json, [words])


@follow_up_group.command("export", help=t("followup.help.export"))
@click.option("--month", metavar="MONTH", help=t("followup.help.month"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("followup.help.out"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, month: str | None, out: Path, as_json: bool) -> None:
    """The ledger of a month."""
    from frontdesk.feedback.followup.exporting import export_ledger
    from frontdesk.feedback.followup.service import read_month

    context = open_desk(invocation, writing=False)
    period = read_month(context, month)
    written = export_ledger(context, period.first, period.last, out)
    emit({**written.as_json(), "month": period.key}, as_json, [t("followup.written", out=written.path)])


def _act(
    invocation: Invocation, number: str, kind: EventKind, as_json: bool, *, value: str = "", note: str = ""
) -> None:
    from frontdesk.feedback.followup.service import act, find, number_of

    context = open_desk(invocation, writing=True)
    key = find(context, number)
    now = act(context, key, kind, value=value, note=note)
    no = number_of(context, key)
    emit({"number": no, **_now_json(now)}, as_json, [_now_line(context, key)])


def _now_json(now: FollowUp) -> dict[str, Any]:
    return {"state": now.state, "outcome": now.outcome, "revision": now.revision}


def _now_line(context: Context, key: bytes) -> str:
    from frontdesk.feedback.followup.service import story

    return _line(story(context, key).listed)


def _json(one: Listed) -> dict[str, Any]:
    """A follow-up as scripts get it; names are masked."""
    from frontdesk.common.masking import mask_numbers
    from frontdesk.feedback.followup.wording import number_words

    rating = one.rating
    return {
        "number": number_words(rating),
        "state": rating.state,
        "day": rating.day,
        "known_on": rating.known_on,
        "subject_kind": rating.subject_kind,
        "subject": rating.subject,
        "level": rating.level,
        "named": bool(rating.named),
        "comment": mask_numbers(rating.comment),
        "responsible": rating.responsible,
        "complexity": rating.complexity,
        "preset": rating.preset,
        "limit": one.limit.kind if one.limit else None,
        "due": one.limit.due.isoformat() if one.limit else None,
        "pace": one.pace,
        "unknown_years": list(one.limit.unknown_years) if one.limit else [],
        "ended_on": rating.ended_on,
        "outcome": rating.outcome,
        "excluded": bool(rating.excluded),
        "revision": rating.revision,
    }


def _line(one: Listed) -> str:
    from frontdesk.feedback.followup.wording import due_words, level_words, number_words, state_words, subject_words

    rating = one.rating
    parts = (number_words(rating), due_words(one), state_words(rating), level_words(rating.level), rating.day)
    return "  ".join((*parts, subject_words(rating)))
