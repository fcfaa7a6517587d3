"""Commands: what the centre knows of a person, and how long it keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    approval_option,
    emit,
    json_option,
    open_desk,
    pass_invocation,
    progress,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.access.service import Approver
    from frontdesk.context import Context
    from frontdesk.privacy.rules import Subject


@click.group("person", help=t("cli.command.person"))
def person_group() -> None:
    """One person's data."""


def _subjects(context: Context, texts: tuple[str, ...]) -> list[Subject]:
    """The people who are named, by kind and number, or the one whom a name finds alone."""
    from frontdesk.privacy import service

    chosen = []
    for text in texts:
        try:
            chosen.append(service.read_subject(text))
        except service.PrivacyError:
            found = service.find(context, text)
            if len(found) != 1:
                raise
            chosen.append(found[0].subject)
    return chosen


@person_group.command("find", help=t("privacy.help.find"))
@click.argument("text")
@json_option
@pass_invocation
def find_command(invocation: Invocation, text: str, as_json: bool) -> None:
    """Who is found by a name, a phone or a number, masked."""
    from frontdesk.privacy import service
    from frontdesk.privacy.words import kind_words

    found = service.find(open_desk(invocation, writing=False), text)
    emit(
        [{"person": str(one.subject), "name": one.name, "phone": one.phone, "more": one.more} for one in found],
        as_json,
        [
            "  ".join(filter(None, (str(one.subject), kind_words(one.subject.kind), one.name, one.phone, one.more)))
            for one in found
        ]
        or [t("privacy.nobody_found")],
    )


@person_group.command("show", help=t("privacy.help.show"))
@click.argument("people", nargs=-1, required=True)
@click.option("--clear", is_flag=True, help=t("privacy.help.clear"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, people: tuple[str, ...], clear: bool, as_json: bool) -> None:
    """Everything that the file has of somebody, masked unless it is asked for in clear, which is logged."""
    from frontdesk.privacy import service
    from frontdesk.privacy.data import as_json as data_json

    context = open_desk(invocation, writing=True)
    subjects = _subjects(context, people)
    found = service.unmask(context, subjects) if clear else service.show(context, subjects)
    lines = [f"{found.name}  {found.phone}".rstrip()]
    for section in found.sections:
        lines += ["", f"{section.title} ({section.total})"]
        for row in section.rows:
            told = [f"{name}={value}" for name, value in zip(section.columns, row, strict=True) if value]
            lines.append("  " + "  ".join(told))
    lines += [t("privacy.also", who=str(one.subject), name=one.name) for one in found.same]
    emit(data_json(found), as_json, lines)


@person_group.command("export", help=t("privacy.help.export"))
@click.argument("people", nargs=-1, required=True)
@click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("privacy.help.out"))
@click.option("--reason", required=True, help=t("privacy.help.reason"))
@approval_option
@json_option
@pass_invocation
def export_command(
    invocation: Invocation, people: tuple[str, ...], out: Path, reason: str, approver: Approver | None, as_json: bool
) -> None:
    """Everything of somebody as a workbook and as JSON, to hand over."""
    from frontdesk.privacy import service

    context = open_desk(invocation, writing=True)
    subjects = _subjects(context, people)
    paths = service.export(context, subjects, out, reason, approver=approver)
    emit([str(path) for path in paths], as_json, [t("privacy.exported", path=path) for path in paths])


@person_group.command("erase", help=t("privacy.help.erase"))
@click.argument("people", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help=t("privacy.help.yes"))
@click.option("--keep-mentions", is_flag=True, help=t("privacy.help.keep_mentions"))
@approval_option
@json_option
@pass_invocation
def erase_command(
    invocation: Invocation,
    people: tuple[str, ...],
    yes: bool,
    keep_mentions: bool,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """What erasing somebody would do; with --yes it is done."""
    from frontdesk.privacy import service
    from frontdesk.privacy.erasing import as_json as told_json
    from frontdesk.privacy.words import erased_lines, explanation_lines

    context = open_desk(invocation, writing=True)
    subjects = _subjects(context, people)
    if not yes:
        told = [service.explain_erasing(context, one) for one in subjects]
        lines = [line for one in told for line in explanation_lines(one)]
        emit([told_json(one) for one in told], as_json, [*lines, t("privacy.say_yes")])
        return
    done = service.erase(context, subjects, with_mentions=not keep_mentions, approver=approver)
    answer = [{"person": str(one.subject), "emptied": one.emptied, "clean": one.clean} for one in done]
    emit(answer, as_json, erased_lines(done))


@click.group("privacy", help=t("cli.command.privacy"))
def privacy_group() -> None:
    """Retention, notices, consent."""


@privacy_group.command("due", help=t("privacy.help.due"))
@click.option("--list", "listed", is_flag=True, help=t("privacy.help.listed"))
@json_option
@pass_invocation
def due_command(invocation: Invocation, listed: bool, as_json: bool) -> None:
    """What is kept too long, kind by kind, masked."""
    from frontdesk.home import find_exports
    from frontdesk.privacy import service
    from frontdesk.privacy.words import due_words, kind_words

    context = open_desk(invocation, writing=False)
    found = service.due(context, find_exports(context.settings.export_folder))
    lines = []
    for one in found:
        lines.append(f"{kind_words(one.kind)}  {due_words(one)}")
        if listed:
            lines += [f"  {line.day}  {line.name}  {line.ref if one.kind != 'export' else ''}" for line in one.lines]
    for waiting in service.reminders(context):
        lines.append(t("privacy.reminder", name=waiting.name, day=waiting.day, who=str(waiting.subject)))
    emit([_due_json(one) for one in found], as_json, lines)


def _due_json(one: Any) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "months": one.months,
        "before": one.before,
        "count": one.count,
        "oldest": one.oldest,
        "held": one.held,
        "undated": one.undated,
        "lines": [{"ref": line.ref, "name": line.name, "day": line.day, "open": line.open} for line in one.lines],
    }


@privacy_group.command("purge", help=t("privacy.help.purge"))
@click.argument("kind", type=click.Choice(("resident", "volunteer", "rater", "booking", "signup")))
@click.option("--yes", is_flag=True, help=t("privacy.help.yes"))
@approval_option
@json_option
@pass_invocation
def purge_command(invocation: Invocation, kind: str, yes: bool, approver: Approver | None, as_json: bool) -> None:
    """Erase what is due of one kind; without --yes it is only said how much that is."""
    from frontdesk.privacy import service
    from frontdesk.privacy.words import due_words, kind_words, purged_words

    context = open_desk(invocation, writing=True)
    meant = next(one for one in service.RETENTION_KINDS if one == kind)
    if not yes:
        one = next(one for one in service.due(context) if one.kind == meant)
        emit(_due_json(one), as_json, [f"{kind_words(kind)}  {due_words(one)}", t("privacy.say_yes")])
        return

    def told(done: int, total: int) -> None:
        progress(t("privacy.progress", done=done, total=total))

    done = service.purge(context, meant, progress=told, approver=approver)
    answer = {"kind": kind, "done": done.done, "held": done.held, "stopped": done.stopped, "clean": done.clean}
    emit(answer, as_json, purged_words(done))


@privacy_group.command("settle", help=t("privacy.help.settle"))
@json_option
@pass_invocation
def settle_command(invocation: Invocation, as_json: bool) -> None:
    """Take the bytes out that are owed."""
    from frontdesk.privacy import service

    clean = service.settle(open_desk(invocation, writing=True))
    emit({"clean": clean}, as_json, [t("privacy.clean" if clean else "privacy.owed")])


@privacy_group.command("tombstones", help=t("privacy.help.tombstones"))
@json_option
@pass_invocation
def tombstones_command(invocation: Invocation, as_json: bool) -> None:
    """Who was erased, when, by whom and why; no name."""
    from frontdesk.privacy import service
    from frontdesk.privacy.words import tombstone_words

    context = open_desk(invocation, writing=True)
    found = service.tombstones(context)
    emit(
        [one.model_dump() for one in found],
        as_json,
        [tombstone_words(context, one) for one in found] or [t("privacy.no_tombstones")],
    )


@privacy_group.group("notice", help=t("privacy.help.notice"))
def notice_group() -> None:
    """Privacy notices."""


@notice_group.command("list", help=t("privacy.help.notice_list"))
@json_option
@pass_invocation
def notice_list_command(invocation: Invocation, as_json: bool) -> None:
    """Every version, which is in force, and to how many people's consent it applies."""
    from frontdesk.privacy import service
    from frontdesk.privacy.words import notice_words

    context = open_desk(invocation, writing=True)
    found = service.notices(context)
    answer = [{"version": one.version, "in_force": one.in_force, "consents": one.consents} for one in found]
    emit(answer, as_json, [notice_words(one) for one in found] or [t("privacy.no_notices")])


@notice_group.command("show", help=t("privacy.help.notice_show"))
@click.argument("version", default="")
@json_option
@pass_invocation
def notice_show_command(invocation: Invocation, version: str, as_json: bool) -> None:
    """The words of a notice, the one in force unless another is named."""
    from frontdesk.privacy import service

    found = service.notice(open_desk(invocation, writing=False), version)
    emit(found.model_dump(), as_json, [found.title, "", found.body])


@notice_group.command("draft", help=t("privacy.help.notice_draft"))
@click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("privacy.help.notice_text"))
@json_option
@pass_invocation
def notice_draft_command(invocation: Invocation, out: Path, as_json: bool) -> None:
    """Words to begin with, from what the centre has set, as a text file to be edited."""
    from frontdesk.common.wholefile import write_whole
    from frontdesk.privacy import service

    title, body = service.draft(open_desk(invocation, writing=False))
    try:
        write_whole(out, f"{title}\n{body}\n".encode())
    except OSError as failure:
        raise service.PrivacyError("write_failed", path=str(out), reason=failure.strerror or str(failure)) from failure
    emit({"out": str(out)}, as_json, [t("privacy.exported", path=out)])


@notice_group.command("publish", help=t("privacy.help.notice_publish"))
@click.argument("version")
@click.option("--file", "path", type=FilledPath(dir_okay=False), default=None, help=t("privacy.help.notice_file"))
@click.option("--not-in-force", is_flag=True, help=t("privacy.help.not_in_force"))
@json_option
@pass_invocation
def notice_publish_command(
    invocation: Invocation, version: str, path: Path | None, not_in_force: bool, as_json: bool
) -> None:
    """Publish a version: the first line of the file is the title. Without a file the draft."""
    from frontdesk.privacy import service
    from frontdesk.privacy.notices import read_notice_file

    context = open_desk(invocation, writing=True)
    title, body = service.draft(context)
    if path is not None:
        title, _, body = read_notice_file(path).partition("\n")
    made = service.publish(context, version, title, body, in_force=not not_in_force)
    emit({"version": made.version, "title": made.title}, as_json, [t("privacy.published", version=made.version)])


@notice_group.command("print", help=t("privacy.help.notice_print"))
@click.argument("version", default="")
@click.option("--out", type=FilledPath(dir_okay=False), required=True, help=t("privacy.help.notice_out"))
@json_option
@pass_invocation
def notice_print_command(invocation: Invocation, version: str, out: Path, as_json: bool) -> None:
    """A notice on paper: .docx, .pdf or .txt."""
    from frontdesk.privacy import service

    written = service.print_notice(open_desk(invocation, writing=False), out, version)
    emit(written.as_json(), as_json, [t("privacy.exported", path=out)])


@privacy_group.group("consent", help=t("privacy.help.consent"))
def consent_group() -> None:
    """Consent given and withdrawn."""


@consent_group.command("show", help=t("privacy.help.consent_show"))
@click.argument("who")
@json_option
@pass_invocation
def consent_show_command(invocation: Invocation, who: str, as_json: bool) -> None:
    """How somebody's consent stands, and its log."""
    from frontdesk.privacy import service
    from frontdesk.privacy.words import consent_lines

    context = open_desk(invocation, writing=True)
    found = service.consent_of(context, _subjects(context, (who,))[0])
    emit(_consent_json(found), as_json, consent_lines(context, found))


def _consent_json(found: Any) -> dict[str, Any]:
    return {
        "given": found.given,
        "day": found.day,
        "version": found.version,
        "current": found.current,
        "needs_guardian": found.needs_guardian,
        "purposes": list(found.purposes),
        "log": [one.model_dump() for one in found.log],
    }


@consent_group.command("give", help=t("privacy.help.consent_give"))
@click.argument("who")
@click.option("--purpose", "purposes", multiple=True, help=t("privacy.help.purpose"))
@click.option("--guardian", is_flag=True, help=t("privacy.help.guardian"))
@json_option
@pass_invocation
def consent_give_command(
    invocation: Invocation, who: str, purposes: tuple[str, ...], guardian: bool, as_json: bool
) -> None:
    """Note that somebody agrees to the notice in force."""
    from frontdesk.privacy import service
    from frontdesk.privacy.words import consent_lines

    context = open_desk(invocation, writing=True)
    subject = _subjects(context, (who,))[0]
    found = service.give(
        context, subject, purposes=purposes or service.ASKED_PURPOSES, by="guardian" if guardian else None
    )
    emit(_consent_json(found), as_json, consent_lines(context, found))


@consent_group.command("withdraw", help=t("privacy.help.consent_withdraw"))
@click.argument("who")
@click.option("--guardian", is_flag=True, help=t("privacy.help.guardian"))
@json_option
@pass_invocation
def consent_withdraw_command(invocation: Invocation, who: str, guardian: bool, as_json: bool) -> None:
    """Note that somebody does not agree any more."""
    from frontdesk.privacy import service

    context = open_desk(invocation, writing=True)
    subject = _subjects(context, (who,))[0]
    found = service.withdraw(context, subject, by="guardian" if guardian else "self")
    emit(_consent_json(found), as_json, [t("privacy.withdrawn", who=str(subject))])


@consent_group.command("keep", help=t("privacy.help.consent_keep"))
@click.argument("who")
@click.option("--reason", required=True, help=t("privacy.help.reason"))
@json_option
@pass_invocation
def consent_keep_command(invocation: Invocation, who: str, reason: str, as_json: bool) -> None:
    """Decide that the data of somebody who withdrew are kept by law."""
    from frontdesk.privacy import service

    context = open_desk(invocation, writing=True)
    subject = _subjects(context, (who,))[0]
    service.keep_by_law(context, subject, reason)
    emit({"person": str(subject)}, as_json, [t("privacy.kept_by_law", who=str(subject))])
