"""Fees in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.activities.fees import rules
from frontdesk.activities.fees.errors import FeeError
from frontdesk.common import money
from frontdesk.common.names import mask_name
from frontdesk.locale import t

if TYPE_CHECKING:
    from db.fees import Account, FeeLine
    from frontdesk.activities.fees.rules import MeansTotal


def means_words(means: str) -> str:
    """A means in the language in force, where it is one of the usual."""
    return t(f"fees.means.{means}") if means in rules.MEANS else means


def read_amount(text: str) -> int | None:
    """Yuan as they are typed, in fen; None for nothing. Raises FeeError `bad_amount`."""
    if not text.strip():
        return None
    try:
        return money.read_yuan(text)
    except ValueError as wrong:
        raise FeeError("bad_amount", field="amount") from wrong


def line_words(one: FeeLine) -> str:
    """A receipt or a refund in one line."""
    words = {"number": one.number, "amount": money.yuan_words(one.amount_fen), "means": means_words(one.means)}
    if one.refunds is None:
        return t("fees.receipt_line", **words)
    return t("fees.refund_line", receipt=one.refunds, **words)


def account_words(one: Account) -> str:
    """What a sign-up owes and has paid, by masked name."""
    return t(
        "fees.account_line",
        code=one.session_code,
        seq=one.seq_no,
        name=mask_name(one.name),
        session=one.session_name,
        day=one.day,
        due=money.yuan_words(one.due_fen),
        paid=money.yuan_words(one.paid_fen),
        owed=owed_words(one),
    )


def owed_words(one: Account) -> str:
    """What is still to be paid or given back; that all is paid."""
    if one.owed_fen > 0:
        return t("fees.owes", amount=money.yuan_words(one.owed_fen))
    if one.owed_fen < 0:
        return t("fees.gets_back", amount=money.yuan_words(-one.owed_fen))
    return t("fees.settled")


def total_words(one: MeansTotal) -> str:
    """What came in by one means."""
    return t(
        "fees.total_line",
        means=means_words(one.means),
        taken=money.yuan_words(one.taken),
        refunded=money.yuan_words(one.refunded),
        net=money.yuan_words(one.net),
    )
