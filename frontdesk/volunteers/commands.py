"""Commands: cards, and scans from standard input."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation, emit, json_option, open_desk, pass_invocation
from frontdesk.errors import DeskError
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.context import Context
    from frontdesk.volunteers.cards.sheet import LayoutName
    from frontdesk.volunteers.checkin.rules import Direction
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


@card_group.command("show", help=t("cards.help.show"))
@click.argument("volunteer_no", metavar="NO")
@json_option
@pass_invocation
def show_command(invocation: Invocation, volunteer_no: str, as_json: bool) -> None:
    """Every card that a volunteer ever had."""
    from frontdesk.volunteers.cards.words import card_as_json, card_words
    from frontdesk.volunteers.service import cards_of

    context = open_desk(invocation, writing=False)
    cards = cards_of(context, volunteer_no)
    value = [card_as_json(card, context.today(), context.zone) for card in cards]
    lines = ["  ".join(card_words(card, context.today(), context.zone)) for card in cards]
    emit(value, as_json, lines or [t("cards.no_card_yet")])


@card_group.command("validity", help=t("cards.help.validity"))
@click.argument("volunteer_no", metavar="NO")
@click.option("--until", required=True, metavar="DATE|none", help=t("cards.help.until"))
@json_option
@pass_invocation
def validity_command(invocation: Invocation, volunteer_no: str, until: str, as_json: bool) -> None:
    """Change how long a volunteer's card is valid."""
    from frontdesk.volunteers.service import set_card_validity

    context = open_desk(invocation, writing=True)
    card = set_card_validity(context, volunteer_no, None if until == "none" else _last_day(context, until))
    words = "cards.validity" if card.valid_until else "cards.validity_open"
    value = {"volunteer": volunteer_no, "valid_until": card.valid_until or None}
    emit(value, as_json, [t(words, no=volunteer_no, until=card.valid_until)])


@card_group.command("renew", help=t("cards.help.renew"))
@click.option("--volunteer", "volunteer_nos", multiple=True, metavar="NO", help=t("volunteers.help.which"))
@click.option("--ending-by", metavar="DATE", help=t("cards.help.ending_by"))
@json_option
@pass_invocation
def renew_command(invocation: Invocation, volunteer_nos: tuple[str, ...], ending_by: str | None, as_json: bool) -> None:
    """Let cards be valid from today for the months of the setting."""
    from frontdesk.volunteers.service import renew_card, renew_cards

    if bool(ending_by) == bool(volunteer_nos):
        raise click.UsageError(t("cards.renew_which"))
    context = open_desk(invocation, writing=True)
    if ending_by:
        renewed = renew_cards(context, _last_day(context, ending_by))
    else:
        renewed = [renew_card(context, no) for no in volunteer_nos]
    value = [{"volunteer": card.volunteer_no, "valid_until": card.valid_until or None} for card in renewed]
    emit(value, as_json, [t("cards.renewed", count=len(renewed))])


def _last_day(context: Context, typed: str) -> date:
    """The day that was typed. Raises CardError `bad_end`."""
    from frontdesk.common.typed_dates import read_typed_date
    from frontdesk.volunteers.cards.errors import CardError

    try:
        return read_typed_date(typed, context.today())
    except ValueError as wrong:
        raise CardError("bad_end", typed=typed) from wrong


@card_group.command("print", help=t("volunteers.help.print"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("volunteers.help.out"))
@click.option("--volunteer", "volunteer_nos", multiple=True, metavar="NO", help=t("volunteers.help.which"))
@click.option("--team", metavar="TEAM", help=t("cards.help.team"))
@click.option("--unprinted", is_flag=True, help=t("cards.help.unprinted"))
@click.option("--layout", type=click.Choice(["cards", "labels"]), default="cards", help=t("cards.help.layout"))
@click.option("--first-label", "first", type=int, default=1, metavar="N", help=t("cards.help.first"))
@click.option("--issue", is_flag=True, help=t("cards.help.issue_missing"))
@click.option("--check", is_flag=True, help=t("cards.help.check"))
@json_option
@pass_invocation
def print_command(
    invocation: Invocation,
    out: Path | None,
    volunteer_nos: tuple[str, ...],
    team: str | None,
    unprinted: bool,
    layout: LayoutName,
    first: int,
    issue: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Print cards on A4 pages; names that no font has are listed before anything is written."""
    from frontdesk.volunteers.cards.printing import Selection, print_selected, selected, unprintable

    if bool(volunteer_nos) + bool(team) + unprinted > 1:
        raise click.UsageError(t("cards.error.which_cards"))
    if out is None and not check:
        raise click.MissingParameter(param_hint="--out", param_type="option")
    who = "chosen" if volunteer_nos else "team" if team else "unprinted" if unprinted else "all"
    selection = Selection(who, team or "", volunteer_nos)  # type: ignore[arg-type]
    context = open_desk(invocation, writing=not check)
    lacking = unprintable(context, selection)
    listed = [
        {"volunteer": one.volunteer_no or None, "missing": list(one.missing), "printed_as": one.printed_as}
        for one in lacking
    ]
    said = [
        t(
            "cards.lacking" if one.is_readable else "cards.unreadable",
            no=one.volunteer_no,
            name=one.name,
            missing="".join(one.missing),
            pinyin=one.printed_as,
        ).strip()
        for one in lacking
    ]
    if out is None or check:
        count = len(selected(context, selection))
        emit({"names": count, "unprintable": listed}, as_json, said or [t("cards.check_clean", count=count)])
        return
    for line in said:
        click.echo(line, err=True)
    printed = print_selected(context, out, selection, layout=layout, first=first, issue=issue)
    for no in printed.without_card:
        click.echo(t("cards.without_card", no=no), err=True)
    value = {
        "cards": printed.cards,
        "pages": printed.pages,
        "out": str(out),
        "unprintable": listed,
        "left_out": [one.volunteer_no for one in printed.unreadable],
    }
    emit(value, as_json, [t("cards.printed", cards=printed.cards, pages=printed.pages, out=out)])


@click.command("scan", help=t("cli.command.scan"))
@click.option("--direction", type=click.Choice(("auto", "in", "out")), default="auto", help=t("checkin.help.direction"))
@click.option("--force", is_flag=True, help=t("checkin.help.force"))
@click.option("--reason", default="", help=t("checkin.help.reason"))
@json_option
@pass_invocation
def scan_command(invocation: Invocation, direction: Direction, force: bool, reason: str, as_json: bool) -> None:
    """Read card codes from standard input, one a line, and answer each as soon as it is recorded."""
    from frontdesk.volunteers.service import describe

    if sys.stdin is None:
        raise DeskError("no_input")
    context = open_desk(invocation, writing=True)
    seen = context.database.changes_seen()[0]
    for place, line in enumerate(sys.stdin):
        # Windows shells begin what they pipe with a byte order mark.
        text = (line.removeprefix("\ufeff") if place == 0 else line).rstrip("\r\n")
        if not text.strip() or text.startswith("#"):
            continue
        # A reader at the door stays connected for days: settings hold at once, and so does a role that was taken back.
        version = context.database.changes_seen()[0]
        if version != seen:
            seen = version
            context.refresh_settings()
            context.confirm_operator(context.database.connection)
        outcome = _scan_line(context, text, direction, force=force, reason=reason)
        emit(outcome.as_json(), as_json, [describe(outcome)])


def _scan_line(context: Context, text: str, direction: Direction, *, force: bool, reason: str) -> ScanOutcome:
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
    return scan(context, code, at=at, direction=direction, force=force, words=reason.strip())
