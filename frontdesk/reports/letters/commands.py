"""Commands: letters to the street office."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.info_reports import InfoReport, LetterEvent, LetterLog
    from frontdesk.context import Context

_number = click.argument("number", type=int)
_note = click.option("--note", default="", help=t("letters.help.note"))


@click.group("letter", help=t("letters.help.group"))
def letter_group() -> None:
    """Letters to the street office."""


@letter_group.command("list", help=t("letters.help.list"))
@click.argument("period", required=False)
@json_option
@pass_invocation
def list_command(invocation: Invocation, period: str | None, as_json: bool) -> None:
    """The letters of a period, or of all."""
    from frontdesk.reports.letters.service import letters
    from frontdesk.reports.service import period_by_setting

    context = open_desk(invocation, writing=False)
    found = letters(context, period_by_setting(period, context) if period else None)
    lines = [
        t(
            "letters.line.listed",
            number=one.id,
            period=one.period,
            kind=t(f"letters.kind.{one.kind}"),
            state=t(f"letters.state.{one.state}"),
            title=one.title,
        )
        for one in found
    ]
    emit([_as_json(context, one) for one in found], as_json, lines or [t("letters.line.none")])


@letter_group.command("show", help=t("letters.help.show"))
@_number
@click.option("--as-sent", "is_as_sent", is_flag=True, help=t("letters.help.as_sent"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, number: int, is_as_sent: bool, as_json: bool) -> None:
    """A letter, its text and its steps."""
    from frontdesk.reports.letters import service
    from frontdesk.reports.letters.wording import moment_words

    context = open_desk(invocation, writing=False)
    letter, steps = service.letter(context, number), service.steps_of(context, number)
    if is_as_sent:
        sent = service.as_sent(context, number)
        lines = [sent.title, "", *sent.body.split("\n")] if sent else [t("letters.never_sent")]
        emit(_step_json(context, sent) if sent else None, as_json, lines)
        return
    lines = [letter.title, f"{letter.period}  {t(f'letters.state.{letter.state}')}", "", *letter.body.split("\n"), ""]
    lines += [
        t(
            "letters.line.step",
            at=moment_words(context, one.at),
            by=one.operator_no,
            event=t(f"letters.event.{one.event}"),
            note=one.note,
        ).rstrip()
        for one in steps
    ]
    value = _as_json(context, letter) | {"body": letter.body, "steps": [_step_json(context, one) for one in steps]}
    emit(value, as_json, lines)


@letter_group.command("begin", help=t("letters.help.begin"))
@click.argument("period")
@click.option("--kind", required=True, help=t("letters.help.kind"))
@click.option(
    "--to", "level", type=click.Choice(["street", "district"]), default="street", help=t("letters.help.level")
)
@json_option
@pass_invocation
def begin_command(invocation: Invocation, period: str, kind: str, level: str, as_json: bool) -> None:
    """Begin a letter with what the period holds."""
    from frontdesk.reports.letters.service import begin
    from frontdesk.reports.letters.wording import kind_named
    from frontdesk.reports.service import period_named

    context = open_desk(invocation, writing=True)
    made = begin(
        context, period_named(period, context), kind_named(kind), "district" if level == "district" else "street"
    )
    emit(_as_json(context, made), as_json, [t("letters.begun", number=made.id, title=made.title)])


@letter_group.command("write", help=t("letters.help.write"))
@_number
@click.argument("file", type=FilledPath(dir_okay=False))
@json_option
@pass_invocation
def write_command(invocation: Invocation, number: int, file: Path, as_json: bool) -> None:
    """Take the text of a letter from a file."""
    from frontdesk.reports.letters.files import read_body
    from frontdesk.reports.letters.service import letter, save

    context = open_desk(invocation, writing=True)
    body = read_body(file)
    _say(context, save(context, number, letter(context, number).revision, body), as_json)


def _step(event: LetterEvent, invocation: Invocation, number: int, note: str, as_json: bool) -> None:
    from frontdesk.reports.letters.service import step

    context = open_desk(invocation, writing=True)
    _say(context, step(context, number, event, note), as_json)


def _step_command(name: str, event: LetterEvent, words: str) -> Callable[..., None]:
    """The command that takes one step."""

    @letter_group.command(name, help=words)
    @_number
    @_note
    @json_option
    @pass_invocation
    def command(invocation: Invocation, number: int, note: str, as_json: bool) -> None:
        _step(event, invocation, number, note, as_json)

    return command


review_command = _step_command("review", "reviewed", t("letters.help.review"))
take_back_command = _step_command("take-back", "taken_back", t("letters.help.take_back"))
send_command = _step_command("send", "sent", t("letters.help.send"))
adopt_command = _step_command("adopt", "adopted", t("letters.help.adopt"))
return_command = _step_command("return", "returned", t("letters.help.return"))
set_aside_command = _step_command("set-aside", "set_aside", t("letters.help.set_aside"))
undo_command = _step_command("undo", "decision_undone", t("letters.help.undo"))


@letter_group.command("drop", help=t("letters.help.drop"))
@_number
@json_option
@pass_invocation
def drop_command(invocation: Invocation, number: int, as_json: bool) -> None:
    """Delete a draft."""
    from frontdesk.reports.letters.service import drop

    drop(open_desk(invocation, writing=True), number)
    emit({"number": number, "dropped": True}, as_json, [t("letters.dropped")])


@letter_group.command("export", help=t("letters.help.export"))
@_number
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("letters.help.out"))
@json_option
@pass_invocation
def export_command(invocation: Invocation, number: int, out: Path, as_json: bool) -> None:
    """Write a letter to a file."""
    from frontdesk.reports.letters.files import export_letter

    written = export_letter(open_desk(invocation, writing=False), number, out)
    emit(written.as_json() | {"number": number}, as_json, [t("letters.exported", files=out)])


@letter_group.command("counts", help=t("letters.help.counts"))
@click.argument("period")
@json_option
@pass_invocation
def counts_command(invocation: Invocation, period: str, as_json: bool) -> None:
    """What was sent, adopted and returned in a period."""
    from frontdesk.reports.letters.service import counts
    from frontdesk.reports.letters.wording import total
    from frontdesk.reports.service import period_named

    context = open_desk(invocation, writing=False)
    named = period_named(period, context)
    found = counts(context, named.first, named.last)
    lines = [t("letters.line.count", kind=t(f"letters.kind.{kind}"), **one._asdict()) for kind, one in found.items()]
    lines.append(t("letters.line.total", **total(found)._asdict()))
    kinds = {kind: one._asdict() for kind, one in found.items()}
    emit({"period": named.key, "kinds": kinds, "total": total(found)._asdict()}, as_json, [named.label, *lines])


def _say(context: Context, letter: InfoReport, as_json: bool) -> None:
    said = t("letters.line.done", number=letter.id, state=t(f"letters.state.{letter.state}"))
    emit(_as_json(context, letter), as_json, [said])


def _as_json(context: Context, one: InfoReport) -> dict[str, object]:
    def moment(at: int | None) -> str | None:
        return None if at is None else context.local(at).isoformat()

    return {
        "number": one.id,
        "period": one.period,
        "to": one.level_to,
        "kind": one.kind,
        "title": one.title,
        "state": one.state,
        "author": one.author,
        "reviewer": one.reviewer,
        "sent_at": moment(one.sent_at),
        "decided_at": moment(one.decided_at),
        "decision": one.decision,
        "changed_at": moment(one.changed_at),
        "revision": one.revision,
    }


def _step_json(context: Context, one: LetterLog) -> dict[str, object]:
    return {
        "at": context.local(one.at).isoformat(),
        "event": one.event,
        "by": one.operator_no,
        "note": one.note,
        "title": one.title,
        "body": one.body,
    }
