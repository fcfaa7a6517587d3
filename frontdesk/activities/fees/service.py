"""Use cases of fees: receipts and refunds of sign-ups, which are only ever added; off unless the centre turns them on.

The fee of a session is for each seat that a party holds. Numbers run through a year without a gap, receipts and refunds
in one row, because each is given in the transaction that writes its line.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from db import fees as records
from db import registrations
from db.fees import Account, FeeLine, ListedFee
from db.registrations import GONE
from frontdesk.activities.fees import rules
from frontdesk.activities.fees.errors import FeeError
from frontdesk.activities.fees.rules import MeansTotal
from frontdesk.common import money
from frontdesk.common.names import LongLine, short_line
from frontdesk.context import Context
from frontdesk.locale import LANGUAGES, catalogue
from frontdesk.permission import allowed

__all__ = [
    "Account",
    "DayTotals",
    "FeeError",
    "FeeLine",
    "ListedFee",
    "Statement",
    "day_totals",
    "line",
    "listed",
    "means_meant",
    "refund",
    "sign_up_called",
    "statement",
    "take",
    "to_refund",
    "unpaid",
]


LONGEST_NUMBER = 15
"""Digits of an id or a number that are looked for at all."""


@dataclass(frozen=True)
class Statement:
    """What a sign-up owes and has paid, its lines by number, and how much of each receipt is left to be refunded."""

    account: Account
    lines: tuple[FeeLine, ...]
    left: dict[str, int]


@dataclass(frozen=True)
class DayTotals:
    """A day's lines and what they come to by each means."""

    day: date
    lines: tuple[ListedFee, ...]
    totals: tuple[MeansTotal, ...]


def sign_up_called(context: Context, text: str) -> int:
    """The sign-up that is meant by the code of a session and a number on its list (HD012/3), or by its id.

    Raises FeeError `unread_sign_up`, `unknown_registration`.
    """
    code, slash, number = text.strip().rpartition("/")
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER and bool(code) == bool(slash)):
        raise FeeError("unread_sign_up", text=text.strip()[:40])
    if not slash:
        return int(number)
    with context.database.reading() as connection:
        listed_there = registrations.of_session(connection, code)
    found = next((one.id for one in listed_there if one.seq_no == int(number)), None)
    if found is None:
        raise FeeError("unknown_registration", id=f"{code}/{number}")
    return found


def statement(context: Context, registration_id: int) -> Statement:
    """The account of a sign-up. Raises FeeError `unknown_registration`."""
    with context.database.reading() as connection:
        account = _account(connection, registration_id)
        lines = records.of_registration(connection, registration_id)
    left = {line.number: line.amount_fen for line in lines if line.kind == "receipt"}
    for line in lines:
        if line.refunds is not None:
            left[line.refunds] -= line.amount_fen
    return Statement(account, tuple(lines), left)


def line(context: Context, number: str) -> tuple[FeeLine, Account]:
    """One receipt or refund with the sign-up that it is of. Raises FeeError `unknown_number`."""
    with context.database.reading() as connection:
        found = records.get(connection, rules.read_number(number))
        if found is None:
            raise FeeError("unknown_number", field="number", number=number or "-")
        return found, _account(connection, found.registration_id)


@allowed("writer")
def take(
    context: Context, registration_id: int, means: str, amount_fen: int | None = None, *, reason: str = ""
) -> FeeLine:
    """Take an amount in fen, all that is owed where none is said; returns its receipt.

    Raises FeeError `fees_off`, `unknown_registration`, `gone` for who is no longer on the list, `nothing_due`,
    `above_due` for more than is owed without a `reason`, `bad_amount`, `means_needed`, `text_too_long`, `bad_text`,
    `no_more_numbers`.
    """
    if not context.settings.fees_enabled:
        raise FeeError("fees_off")
    by, why = means_meant(means), _text("reason", reason, rules.LONGEST_REASON)
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        account = _account(connection, registration_id)
        if account.state in GONE:
            raise FeeError("gone", number=account.seq_no)
        amount = account.owed_fen if amount_fen is None else amount_fen
        if amount_fen is None and amount <= 0:
            raise FeeError("nothing_due", field="amount")
        _check_amount(amount)
        if amount > account.owed_fen and not why:
            owed = money.yuan_words(max(0, account.owed_fen))
            raise FeeError("above_due", field="amount", owed=owed)
        return _add(context, connection, registration_id, amount, by, why, None)


@allowed("writer")
def refund(context: Context, number: str, means: str, reason: str, amount_fen: int | None = None) -> FeeLine:
    """Give an amount in fen of a receipt back, all that is left of it where none is said; returns the refund.

    Also where fees were turned off since: what was taken can always be given back. Raises FeeError `unknown_number`,
    `not_a_receipt`, `refunded_already`, `above_receipt` for more than is left, `reason_needed`, `bad_amount`,
    `means_needed`, `text_too_long`, `bad_text`, `no_more_numbers`.
    """
    by, why = means_meant(means), _text("reason", reason, rules.LONGEST_REASON)
    if not why:
        raise FeeError("reason_needed", field="reason")
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        receipt = records.get(connection, rules.read_number(number))
        if receipt is None:
            raise FeeError("unknown_number", field="number", number=number or "-")
        if receipt.kind != "receipt":
            raise FeeError("not_a_receipt", field="number", number=receipt.number)
        left = receipt.amount_fen - records.refunded_of(connection, receipt.number)
        if left <= 0:
            raise FeeError("refunded_already", number=receipt.number)
        amount = left if amount_fen is None else amount_fen
        _check_amount(amount)
        if amount > left:
            raise FeeError("above_receipt", field="amount", number=receipt.number, left=money.yuan_words(left))
        return _add(context, connection, receipt.registration_id, amount, by, why, receipt.number)


def day_totals(context: Context, day: date) -> DayTotals:
    """What was taken and given back on a local day, by each means."""
    lines = listed(context, day, day)
    return DayTotals(day, tuple(lines), tuple(rules.totals(lines)))


@allowed("shown")
def listed(context: Context, first: date, last: date) -> list[ListedFee]:
    """The lines of a span of local days, by number."""
    return records.listed(context.database.connection, first.isoformat(), last.isoformat())


@allowed("shown")
def unpaid(context: Context, first: date, last: date, session_code: str = "") -> list[Account]:
    """Who owes something for a session, or for the sessions of a span of local days, by beginning."""
    return [one for one in _accounts(context, first, last, session_code) if one.owed_fen > 0]


def to_refund(context: Context, first: date, last: date, session_code: str = "") -> list[Account]:
    """Who has paid more than is due, by beginning: of cancelled sessions everybody who has paid, and who has left a
    list or holds fewer seats than were paid for.
    """
    return [one for one in _accounts(context, first, last, session_code) if one.owed_fen < 0]


def _accounts(context: Context, first: date, last: date, session_code: str) -> list[Account]:
    connection = context.database.connection
    if session_code:
        return records.accounts_of(connection, session_code)
    return records.accounts_between(connection, first.isoformat(), last.isoformat())


def means_meant(text: str) -> str:
    """A means as it is kept: one of the usual by its digit or its word in any language, else the text.

    Raises FeeError `means_needed`, `text_too_long`, `bad_text`.
    """
    kept = _text("means", text, rules.LONGEST_MEANS)
    if not kept:
        raise FeeError("means_needed", field="means")
    for place, means in enumerate(rules.MEANS, 1):
        words = {catalogue(language, "fees")[f"means.{means}"].casefold() for language in LANGUAGES}
        if kept.casefold() in {str(place), means, *words}:
            return means
    return kept


def _account(connection: sqlite3.Connection, registration_id: int) -> Account:
    found = records.account(connection, registration_id)
    if found is None:
        raise FeeError("unknown_registration", id=registration_id)
    return found


def _check_amount(fen: int) -> None:
    if not 0 < fen <= money.LARGEST_FEN:
        raise FeeError("bad_amount", field="amount")


def _text(field: str, text: str, most: int) -> str:
    try:
        return short_line(text, most)
    except LongLine as wrong:
        raise FeeError("text_too_long", field=field, most=most) from wrong
    except ValueError as wrong:
        raise FeeError("bad_text", field=field) from wrong


def _add(
    context: Context,
    connection: sqlite3.Connection,
    registration_id: int,
    amount: int,
    means: str,
    reason: str,
    receipt: str | None,
) -> FeeLine:
    today = context.today()
    try:
        number = rules.next_number(records.last_number(connection, today.year), today.year)
    except ValueError as full:
        raise FeeError("no_more_numbers", year=today.year) from full
    new = FeeLine(
        number=number,
        registration_id=registration_id,
        kind="receipt" if receipt is None else "refund",
        amount_fen=amount,
        refunds=receipt,
        means=means,
        reason=reason,
        day=today.isoformat(),
        at=context.now_ms(),
        operator_no=context.require_operator().no,
    )
    records.add(connection, new)
    action = "fee.taken" if receipt is None else "fee.refunded"
    context.note(connection, action, number, registration=registration_id, fen=amount, receipt=receipt or "")
    return new
