"""Commands: hours certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation, progress
from frontdesk.locale import t
from frontdesk.volunteers.hours.commands import span_of, span_options
from frontdesk.volunteers.hours.words import certificate_facts, warning_lines

if TYPE_CHECKING:
    from db.certificates import CertificateLine


@click.group("certificate", help=t("cli.command.certificate"))
def certificate_group() -> None:
    """Hours certificates."""


@certificate_group.command("issue", help=t("hours.help.certificate_issue"))
@click.argument("volunteer", metavar="NO")
@span_options
@click.option("--issuer", help=t("hours.help.issuer"))
@click.option("--responsible", help=t("hours.help.responsible"))
@click.option("--handler", help=t("hours.help.handler"))
@click.option("--contact", help=t("hours.help.contact"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("hours.help.certificate_out"))
@click.option("--again", is_flag=True, help=t("hours.help.certificate_again"))
@json_option
@pass_invocation
def issue_command(
    invocation: Invocation,
    volunteer: str,
    period: str | None,
    first: str | None,
    last: str | None,
    issuer: str | None,
    responsible: str | None,
    handler: str | None,
    contact: str | None,
    out: Path | None,
    again: bool,
    as_json: bool,
) -> None:
    """Issue a certificate; with --out its PDF is written at once."""
    from frontdesk.common.endings import ending_of
    from frontdesk.volunteers.hours import certificates, issuing
    from frontdesk.volunteers.hours.issuing import Issuing

    if out is not None:
        ending_of(out, "pdf")
    context = open_desk(invocation, writing=True)
    span = span_of(context, period, first, last)
    usual = issuing.proposed_issuing(context)
    by = Issuing(
        issuer or usual.issuer,
        responsible or usual.responsible,
        handler or usual.handler,
        contact or usual.contact,
    )
    # Of a period that still runs the days so far, as the screen proposes; a day that was typed is not changed.
    running = span.period is not None and span.first <= context.today()
    last_day = min(span.last, context.today()) if running else span.last
    into = (lambda _: out) if out is not None else None
    issued = issuing.issue(context, volunteer, span.first, last_day, by, out=into, again=again)
    for words in warning_lines(issued.warnings):
        progress(words)
    number = issued.certificate.number
    lines = [certificate_line(certificates.certificate(context, number))]
    if issued.romanised:
        lines.append(t("hours.romanised", words="、".join(issued.romanised)))
    if out is not None:
        lines.append(t("hours.written", out=out))
    value = {
        **certificates.certificate_json(certificates.certificate(context, number)),
        "warnings": issued.warnings.as_json(),
        "romanised": list(issued.romanised),
        "out": str(out) if out else None,
    }
    emit(value, as_json, lines)


@certificate_group.command("show", help=t("hours.help.certificate_show"))
@click.argument("number", metavar="NUMBER")
@json_option
@pass_invocation
def show_command(invocation: Invocation, number: str, as_json: bool) -> None:
    """One certificate; the name masked."""
    from frontdesk.volunteers.hours.certificates import certificate, certificate_json

    found = certificate(open_desk(invocation, writing=False), number)
    emit(certificate_json(found), as_json, certificate_facts(found))


@certificate_group.command("verify", help=t("hours.help.certificate_verify"))
@click.argument("number", metavar="NUMBER")
@json_option
@pass_invocation
@click.pass_context
def verify_command(ctx: click.Context, invocation: Invocation, number: str, as_json: bool) -> None:
    """Whether a number is that of a certificate that holds; the exit code is 1 where it is not."""
    from frontdesk.volunteers.hours.certificates import verify

    verified = verify(open_desk(invocation, writing=False), number)
    lines = [t(f"hours.verdict.{verified.verdict}")]
    if verified.certificate is not None:
        lines += certificate_facts(verified.certificate)
    emit(verified.as_json(), as_json, lines)
    if verified.verdict != "genuine":
        ctx.exit(1)


@certificate_group.command("list", help=t("hours.help.certificate_list"))
@click.option("--volunteer", metavar="NO", help=t("hours.help.certificate_of"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, volunteer: str | None, as_json: bool) -> None:
    """The latest certificates; names masked."""
    from frontdesk.volunteers.hours.certificates import certificate_json, certificates

    found = certificates(open_desk(invocation, writing=False), volunteer)
    lines = [certificate_line(one) for one in found] or [t("hours.certificate.none")]
    emit([certificate_json(one) for one in found], as_json, lines)


@certificate_group.command("print", help=t("hours.help.certificate_print"))
@click.argument("number", metavar="NUMBER")
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("hours.help.certificate_out"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, number: str, out: Path, as_json: bool) -> None:
    """The PDF of a certificate, as it was issued."""
    from frontdesk.common.endings import ending_of
    from frontdesk.volunteers.hours.certificates import print_certificate

    ending_of(out, "pdf")
    found = print_certificate(open_desk(invocation, writing=True), number, out)
    emit({"number": found.number, "out": str(out)}, as_json, [t("hours.written", out=out)])


@certificate_group.command("revoke", help=t("hours.help.certificate_revoke"))
@click.argument("number", metavar="NUMBER")
@click.option("--reason", required=True, help=t("hours.help.reason"))
@json_option
@pass_invocation
def revoke_command(invocation: Invocation, number: str, reason: str, as_json: bool) -> None:
    """Revoke a certificate."""
    from frontdesk.volunteers.hours.certificates import certificate_json, revoke

    revoked = revoke(open_desk(invocation, writing=True), number, reason)
    emit(certificate_json(revoked), as_json, [certificate_line(revoked)])


def certificate_line(one: CertificateLine) -> str:
    """A certificate in one line."""
    from frontdesk.common.names import mask_name
    from frontdesk.volunteers.hours.certificate_numbers import grouped_number
    from frontdesk.volunteers.hours.words import amount

    return t(
        "hours.certificate.line",
        number=grouped_number(one.number),
        name=mask_name(one.name),
        no=one.volunteer_no,
        first=one.first,
        last=one.last,
        hours=amount(one.measured_minutes + one.supplemented_minutes),
        state=t("hours.certificate.revoked" if one.revoked_at is not None else "hours.certificate.valid"),
    )
