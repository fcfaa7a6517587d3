"""What was pasted becomes sign-ups of a session or sessions: tried with what is wrong in each row, then all or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.errors import NothingWritten
from frontdesk.activities.exchange.errors import ExchangeError
from frontdesk.activities.exchange.form import Field
from frontdesk.activities.exchange.parties import SIGN_UPS
from frontdesk.activities.exchange.pasting import COLUMNS, MOST_ROWS, PastedKind, PastedRow
from frontdesk.activities.exchange.plan import PLAN, Plan
from frontdesk.activities.exchange.signing import sign_up_row
from frontdesk.activities.signup.settling import Seating, settle_due
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import t, words_for
from frontdesk.permission import allowed
from frontdesk.sheets.cells import CellRefused
from frontdesk.sheets.rows import is_blank

_FORMS: Mapping[PastedKind, Mapping[str, Field]] = {"signups": SIGN_UPS.by_name, "sessions": PLAN.by_name}


@dataclass(frozen=True)
class Checked:
    """What becomes of one row: `problem` says in words why it cannot be taken, and `column` where; else `outcome` what
    it becomes.
    """

    row: PastedRow
    problem: str = ""
    column: str = ""
    outcome: str = ""


@allowed("writer")
def take_pasted(
    context: Context, kind: PastedKind, code: str, rows: Sequence[PastedRow], *, dry_run: bool
) -> list[Checked]:
    """Take all rows in, one after the other, or none: what became of each, in their order.

    Sign-ups are for the session `code`. With a problem in any row, and in a dry run, nothing is written. A name and
    phone that two rows have is one party: the second is told that it stands on the list already. One audit entry.

    Raises ExchangeError `choose_session`, `nothing_pasted`, DatabaseError, and what `Context.require_writer` raises.
    """
    context.require_writer()
    if not rows:
        raise ExchangeError("nothing_pasted")
    if kind == "signups" and not code:
        raise ExchangeError("choose_session")
    if not dry_run:
        settle_due(context)
    checked: list[Checked] = []
    try:
        with context.database.write() as connection:
            context.confirm_operator(connection)
            seating = Seating(context, connection)
            checked = [_taken(context, connection, seating, kind, code, row) for row in rows]
            if dry_run or any(one.problem for one in checked):
                raise NothingWritten
            context.note(connection, f"exchange.pasted_{kind}", code, rows=len(rows))
    except NothingWritten:
        pass
    return checked


def _taken(
    context: Context, connection: sqlite3.Connection, seating: Seating, kind: PastedKind, code: str, row: PastedRow
) -> Checked:
    said: dict[str, Any] = {}
    for name in COLUMNS[kind]:
        field, cell = _FORMS[kind][name], row.cells.get(name, "")
        if is_blank(cell):
            if field.required and name != "party_size":
                return Checked(row, t("sheets.reason.missing"), name)
            continue
        try:
            said[name] = field.reader(cell)
        except CellRefused as refused:
            return Checked(row, t(f"sheets.reason.{refused.reason}", **refused.details), name)
    try:
        with seating.savepoint():
            outcome = (
                _signed_up(context, connection, seating, code, said)
                if kind == "signups"
                else _put_on(context, connection, said)
            )
    except DeskError as refusal:
        return Checked(row, words_for(refusal), "phone" if refusal.code == "bad_phone" else COLUMNS[kind][0])
    return Checked(row, outcome=outcome)


def _signed_up(
    context: Context, connection: sqlite3.Connection, seating: Seating, code: str, said: Mapping[str, Any]
) -> str:
    size = said.get("party_size", 1)
    made = sign_up_row(context, connection, code, said["person"], said["phone"], size, seating=seating)
    words = t(f"activities.state.{made.state}")
    return t("exchange.pasted.waits", seq_no=made.seq_no, place=made.place) if made.place else f"{made.seq_no} {words}"


def _put_on(context: Context, connection: sqlite3.Connection, said: Mapping[str, Any]) -> str:
    plan = Plan(context, connection)
    _, subject = plan.add("", said)
    remarks = [remark.words() for remark in plan.remarks()]
    return " ".join([subject.split(" ")[0], *remarks])


__all__ = ["MOST_ROWS", "Checked", "take_pasted"]
