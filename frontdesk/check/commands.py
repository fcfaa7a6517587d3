"""The command `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.check.service import Findings


@click.command("check", help=t("cli.command.check"))
@json_option
@pass_invocation
@click.pass_context
def check_command(ctx: click.Context, invocation: Invocation, as_json: bool) -> None:
    """Look the centre's file over; the exit code is 1 where something is wrong."""
    from frontdesk.check.service import look_over

    findings = look_over(open_desk(invocation, writing=False))
    emit(findings.as_json(), as_json, describe(findings))
    if not findings.is_sound:
        ctx.exit(1)


def describe(findings: Findings) -> list[str]:
    """The findings in words, each with what to do."""
    lines = []
    if findings.page_faults:
        lines += [t("check.page_faults"), *findings.page_faults]
    if findings.broken_references:
        lines.append(t("check.broken_references", count=findings.broken_references))
    if findings.first_broken_entry is not None:
        lines.append(t("check.broken_entry", entry=findings.first_broken_entry, count=findings.audit_entries))
    if findings.first_visit_astray is not None:
        no, day, number = findings.first_visit_astray
        lines.append(t("check.visits_astray", count=findings.visits_astray, no=no, day=day, number=number))
    if findings.first_supplement_astray is not None:
        count, first = findings.supplements_astray, findings.first_supplement_astray
        lines.append(t("check.supplements_astray", count=count, id=first))
    if findings.first_displaced_astray is not None:
        no, day = findings.first_displaced_astray
        lines.append(t("check.displaced_astray", count=findings.displaced_astray, no=no, day=day))
    if findings.first_signup_astray is not None:
        code, number = findings.first_signup_astray
        lines.append(t("check.signups_astray", count=findings.signups_astray, session=code, number=number))
    if findings.first_list_astray is not None:
        month, code = findings.first_list_astray
        lines.append(t("check.lists_astray", count=findings.lists_astray, month=month, session=code))
    if findings.first_follow_up_astray is not None:
        no = findings.first_follow_up_astray
        lines.append(t("check.follow_ups_astray", count=findings.follow_ups_astray, number=no))
    if findings.first_closing_astray is not None:
        key, edition = findings.first_closing_astray
        lines.append(t("check.closings_astray", count=findings.closings_astray, period=key, edition=edition))
    if findings.first_letter_astray is not None:
        number = findings.first_letter_astray
        lines.append(t("check.letters_astray", count=findings.letters_astray, number=number))
    if findings.first_sync_astray is not None:
        what, subject = findings.first_sync_astray
        said = t(f"check.sync_astray.{what}", subject=subject)
        lines.append(t("check.sync_astray", count=findings.sync_astray, first=said))
    if findings.damaged_settings:
        from frontdesk.settings.service import damaged_words

        lines += [damaged_words(name) for name in findings.damaged_settings]
    lines = lines or [t("check.sound", count=findings.audit_entries)]
    if findings.skipped_documents:
        numbers = ", ".join(str(number) for number in findings.skipped_documents)
        lines.append(t("check.skipped_documents", numbers=numbers))
    return lines
