"""Commands: receipts, refunds, and who has not paid."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    json_option,
    open_desk,
    out_option,
    pass_invocation,
)
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.fees import Account, FeeLine
    from frontdesk.access.service import Approver
    from frontdesk.context import Context

DAYS_AROUND = 31


@click.group("fee", help=t("cli.command.fee"))
def fee_group() -> None:
    """Receipts and refunds of sign-ups."""


@fee_group.command("take", help=t("fees.help.take"))
@click.argument("sign_up", metavar="SESSION/NUMBER")
@click.option("--amount", default="", metavar="YUAN", help=t("fees.help.amount"))
@click.option("--means", default="cash", help=t("fees.help.means"))
@click.option("--reason", default="", help=t("fees.help.take_reason"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("fees.help.out_pdf"))
@json_option
@pass_invocation
def take_command(
    invocation: Invocation,
    sign_up: str,
    amount: str,
    means: str,
    reason: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Take what is owed, or an amount."""
    from frontdesk.activities.fees import service
    from frontdesk.activities.fees.words import read_amount

    context = open_desk(invocation, writing=True)
    called = service.sign_up_called(context, sign_up)
    _say(context, service.take(context, called, means, read_amount(amount), reason=reason), out, as_json)


@fee_group.command("refund", help=t("fees.help.refund"))
@click.argument("receipt")
@click.option("--reason", required=True, help=t("fees.help.reason"))
@click.option("--amount", default="", metavar="YUAN", help=t("fees.help.refund_amount"))
@click.option("--means", default="cash", help=t("fees.help.means"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("fees.help.out_pdf"))
@json_option
@pass_invocation
def refund_command(
    invocation: Invocation, receipt: str, reason: str, amount: str, means: str, out: Path | None, as_json: bool
) -> None:
    """Give back what is left of a receipt, or an amount of it."""
    from frontdesk.activities.fees import service
    from frontdesk.activities.fees.words import read_amount

    context = open_desk(invocation, writing=True)
    _say(context, service.refund(context, receipt, means, reason, read_amount(amount)), out, as_json)


@fee_group.command("print", help=t("fees.help.print"))
@click.argument("number")
@out_option(t("fees.help.out_print"))
@json_option
@pass_invocation
def print_command(invocation: Invocation, number: str, out: Path, as_json: bool) -> None:
    """The PDF of a receipt or a refund."""
    from frontdesk.activities.fees.receipt_paper import write_receipt

    done = write_receipt(open_desk(invocation, writing=True), out, number)
    emit(done.as_json(), as_json, [t("fees.written", out=out)])


@fee_group.command("list", help=t("fees.help.list"))
@click.argument("sign_up", metavar="SESSION/NUMBER")
@json_option
@pass_invocation
def list_command(invocation: Invocation, sign_up: str, as_json: bool) -> None:
    """The account of a sign-up."""
    from frontdesk.activities.fees import service
    from frontdesk.activities.fees.words import account_words, line_words

    context = open_desk(invocation, writing=False)
    found = service.statement(context, service.sign_up_called(context, sign_up))
    lines = [account_words(found.account), *(f"  {line_words(one)}" for one in found.lines)]
    answer = _account_json(found.account) | {"lines": [line_json(one) for one in found.lines], "left_fen": found.left}
    emit(answer, as_json, lines)


@fee_group.command("day", help=t("fees.help.day"))
@click.argument("day", default="")
@json_option
@pass_invocation
def day_command(invocation: Invocation, day: str, as_json: bool) -> None:
    """What was taken and given back on a day, today where none is said."""
    from frontdesk.activities.fees import service
    from frontdesk.activities.fees.words import line_words, total_words

    context = open_desk(invocation, writing=False)
    found = service.day_totals(context, _day(context, day))
    totals = [
        {"means": one.means, "taken_fen": one.taken, "refunded_fen": one.refunded, "net_fen": one.net}
        for one in found.totals
    ]
    lines = [*(line_words(one) for one in found.lines), *(total_words(one) for one in found.totals)]
    answer = {"day": found.day.isoformat(), "totals": totals, "lines": [line_json(one) for one in found.lines]}
    emit(answer, as_json, lines or [t("fees.no_lines")])


@fee_group.command("unpaid", help=t("fees.help.unpaid"))
@click.option("--session", "session_code", default="", metavar="CODE", help=t("fees.help.session"))
@click.option("--from", "first", default="", metavar="DAY", help=t("fees.help.from"))
@click.option("--to", "last", default="", metavar="DAY", help=t("fees.help.to"))
@json_option
@pass_invocation
def unpaid_command(invocation: Invocation, session_code: str, first: str, last: str, as_json: bool) -> None:
    """Who owes something, and who is to get something back, for the sessions of a month around today."""
    from frontdesk.activities.fees import service
    from frontdesk.activities.fees.words import account_words

    context = open_desk(invocation, writing=False)
    begins = _day(context, first) if first else context.today() - timedelta(days=DAYS_AROUND)
    ends = _day(context, last) if last else context.today() + timedelta(days=DAYS_AROUND)
    owing = service.unpaid(context, begins, ends, session_code)
    back = service.to_refund(context, begins, ends, session_code)
    lines = [account_words(one) for one in (*owing, *back)]
    answer = {"unpaid": [_account_json(one) for one in owing], "to_refund": [_account_json(one) for one in back]}
    emit(answer, as_json, lines or [t("fees.all_settled")])


@fee_group.command("export", help=t("fees.help.export"))
@out_option(t("fees.help.out_xlsx"))
@click.option("--month", default="", metavar="2026-11", help=t("fees.help.month"))
@click.option("--names", is_flag=True, help=t("fees.help.names"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    out: Path,
    month: str,
    names: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """A month's receipts and refunds as a workbook."""
    from frontdesk.activities.fees.errors import FeeError
    from frontdesk.activities.fees.exporting import write_month
    from frontdesk.common.dates import read_month

    context = open_desk(invocation, writing=names)
    if out.suffix.lower() != ".xlsx":
        raise FeeError("unknown_ending", ending=out.suffix or "-")
    try:
        first = date.fromisoformat(f"{read_month(month)}-01") if month else context.today()
    except ValueError as wrong:
        raise FeeError("unread_month") from wrong
    count = write_month(context, out, first, full_names=names, reason=reason, approver=approver)
    emit({"out": str(out), "lines": count}, as_json, [t("fees.exported", count=count, out=out)])


def _day(context: Context, text: str) -> date:
    from frontdesk.activities.fees.errors import FeeError
    from frontdesk.common.typed_dates import read_typed_date

    if not text:
        return context.today()
    try:
        return read_typed_date(text, context.today())
    except (ValueError, OverflowError) as wrong:
        raise FeeError("unread_day", field="day") from wrong


def _say(context: Context, done: FeeLine, out: Path | None, as_json: bool) -> None:
    from frontdesk.activities.fees.receipt_paper import write_receipt
    from frontdesk.activities.fees.words import line_words

    answer, lines = line_json(done), [line_words(done)]
    if out is not None:
        write_receipt(context, out, done.number)
        answer["out"] = str(out)
        lines.append(t("fees.written", out=out))
    emit(answer, as_json, lines)


def line_json(one: FeeLine) -> dict[str, object]:
    """A line as scripts get it: amounts in fen, nobody named."""
    names = {"number", "registration_id", "kind", "amount_fen", "refunds", "means", "reason", "day"}
    return {name: value for name, value in one.model_dump().items() if name in names}


def _account_json(one: Account) -> dict[str, object]:
    from frontdesk.common.names import mask_name

    return {
        "registration": one.registration_id,
        "seq_no": one.seq_no,
        "name": mask_name(one.name),
        "session": one.session_code,
        "day": one.day,
        "state": one.state,
        "session_state": one.session_state,
        "due_fen": one.due_fen,
        "taken_fen": one.taken_fen,
        "refunded_fen": one.refunded_fen,
        "owed_fen": one.owed_fen,
    }
