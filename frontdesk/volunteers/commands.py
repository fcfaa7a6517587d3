"""Commands: cards, and scans from standard input."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.errors import DeskError
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.volunteers.service import ScanOutcome


@click.group("card", help=t("cli.command.card"))
def card_group() -> None:
    """Volunteers' cards."""


@card_group.command("issue", help=t("volunteers.help.issue"))
@click.option("--volunteer", "volunteer_nos", multiple=True, metavar="NO", help=t("volunteers.help.which"))
@click.option("--all", "everybody", is_flag=True, help=t("volunteers.help.all"))
@json_option
@pass_invocation
def issue_command(invocation: Invocation, volunteer_nos: tuple[str, ...], everybody: bool, as_json: bool) -> None:
    """Issue cards: one line for each volunteer."""
    from frontdesk.volunteers.service import issue_cards

    if everybody == bool(volunteer_nos):
        raise click.UsageError(t("volunteers.issue_which"))
    context = open_desk(invocation, writing=True)
    for no, code in issue_cards(context, None if everybody else volunteer_nos):
        emit({"volunteer": no, "code": code}, as_json, [f"{no}  {code}"])


@card_group.command("replace", help=t("volunteers.help.replace"))
@click.option("--volunteer", "volunteer_no", required=True, metavar="NO")
@json_option
@pass_invocation
def replace_command(invocation: Invocation, volunteer_no: str, as_json: bool) -> None:
    """Give a volunteer a new card; the old one is refused from now on."""
    from frontdesk.volunteers.service import replace_card

    code = replace_card(open_desk(invocation, writing=True), volunteer_no)
    emit({"volunteer": volunteer_no, "code": code}, as_json, [f"{volunteer_no}  {code}"])


@card_group.command("revoke", help=t("volunteers.help.revoke"))
@click.option("--volunteer", "volunteer_no", required=True, metavar="NO")
@pass_invocation
def revoke_command(invocation: Invocation, volunteer_no: str) -> None:
    """Revoke a volunteer's card."""
    from frontdesk.volunteers.service import revoke_card

    revoke_card(open_desk(invocation, writing=True), volunteer_no)
    click.echo(t("volunteers.card_revoked", no=volunteer_no), err=True)


@card_group.command("print", help=t("volunteers.help.print"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("volunteers.help.out"))
@click.option("--volunteer", "volunteer_nos", multiple=True, metavar="NO", help=t("volunteers.help.which"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, out: Path, volunteer_nos: tuple[str, ...], as_json: bool) -> None:
    """Print the cards that were issued on A4 sheets."""
    from frontdesk.volunteers.cards.printing import print_valid_cards

    context = open_desk(invocation, writing=True)
    printed = print_valid_cards(context, out, volunteer_nos or None)
    for no in printed.without_glyphs:
        click.echo(t("volunteers.print_without_glyphs", no=no), err=True)
    value = {"cards": printed.cards, "pages": printed.pages, "out": str(out)}
    emit(value, as_json, [t("volunteers.printed", cards=printed.cards, pages=printed.pages, out=out)])


@click.command("scan", help=t("cli.command.scan"))
@json_option
@pass_invocation
def scan_command(invocation: Invocation, as_json: bool) -> None:
    """Read card codes from standard input, one a line, and answer each as soon as it is recorded."""
    if sys.stdin is None:
        raise DeskError("no_input")
    context = open_desk(invocation, writing=True)
    for place, line in enumerate(sys.stdin):
        # Windows shells begin what they pipe with a byte order mark.
        text = (line.removeprefix("\ufeff") if place == 0 else line).rstrip("\r\n")
        if not text.strip() or text.startswith("#"):
            continue
        outcome = _scan_line(context, text)
        emit(outcome.as_json(), as_json, [describe(outcome)])


def _scan_line(context: Context, text: str) -> ScanOutcome:
    """Record one line: a code, or a code and a time; a time that cannot be read is refused and nothing is
    recorded.
    """
    from frontdesk.common.dates import read_instant
    from frontdesk.volunteers.cards.code import code_tail
    from frontdesk.volunteers.service import ScanOutcome, scan

    code, tab, when = text.partition("\t")
    at: datetime | None = None
    if tab:
        try:
            at = read_instant(when.strip(), context.zone)
        except ValueError:
            return ScanOutcome("refused", "bad_time", context.now().astimezone(context.zone), code_tail(code))
    return scan(context, code, at=at)


def describe(outcome: ScanOutcome) -> str:
    """One line of words for a scan."""
    from frontdesk.common.names import mask_name

    if outcome.result == "refused":
        return t(
            f"volunteers.error.{outcome.reason}",
            limit=outcome.limit,
            no=outcome.volunteer_no or "",
            length="",
        )
    return t(
        f"volunteers.scan.{outcome.result}",
        name=mask_name(outcome.name),
        time=outcome.at.strftime("%H:%M"),
        no=outcome.volunteer_no,
    )
