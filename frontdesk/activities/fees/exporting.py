"""The fees of a month as a workbook: every line, and what they come to by day and means."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.activities.fees import rules
from frontdesk.activities.fees.errors import FeeError
from frontdesk.activities.fees.service import listed
from frontdesk.activities.fees.words import means_words
from frontdesk.common import money
from frontdesk.common.names import mask_name
from frontdesk.common.wholefile import write_whole
from frontdesk.locale import t
from frontdesk.permission import allowed

if TYPE_CHECKING:
    from db.fees import ListedFee
    from frontdesk.access.service import Approver
    from frontdesk.common.workbook import Cell
    from frontdesk.context import Context

LINE_HEADS = (
    *("number", "day", "kind", "session_day", "session", "seq_no", "name", "taken", "refunded", "means"),
    *("refunds", "reason", "operator"),
)
SUM_HEADS = ("day", "means", "taken", "refunded", "net")
_MONEY = "#,##0.00"


@allowed("shown", partly=("auditor", "command"))
def write_month(
    context: Context,
    out: Path,
    month: date,
    *,
    full_names: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> int:
    """Write a month's receipts and refunds by number, and a sheet of sums; returns how many lines.

    Names are masked unless `full_names`, which a writer may ask for and which is logged with the reason. Raises
    FeeError `write_failed`, and with names what `privacy.service.in_clear` raises.
    """
    if full_names:
        context.require_writer()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"fees {month:%Y-%m}", reason, approver)
    first = month.replace(day=1)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    lines = listed(context, first, last)
    content = _book(context, month, [_row(one, full_names) for one in lines], _sums(lines))

    def noted() -> None:
        if full_names:
            said = {"names": True, "count": len(lines), **besides}
            with context.change("fee.exported", f"{month:%Y-%m}", **said) as connection:
                approval.use(context, connection)

    try:
        write_whole(out, content, noted, private=True)
    except OSError as error:
        raise FeeError("write_failed", path=str(out), reason=error.strerror or str(error)) from error
    return len(lines)


def _row(one: ListedFee, full_names: bool) -> list[Cell]:
    taken, refunded = (one.amount_fen if one.kind == kind else None for kind in ("receipt", "refund"))
    return [
        one.number,
        date.fromisoformat(one.day),
        t(f"fees.kind.{one.kind}"),
        date.fromisoformat(one.session_day),
        one.session_name,
        one.seq_no,
        one.name if full_names else mask_name(one.name),
        _yuan(taken),
        _yuan(refunded),
        means_words(one.means),
        one.refunds or "",
        one.reason,
        one.operator_no,
    ]


def _sums(lines: list[ListedFee]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for day in sorted({one.day for one in lines}):
        for total in rules.totals(one for one in lines if one.day == day):
            rows.append([date.fromisoformat(day), means_words(total.means), *_money(total)])
    for total in rules.totals(lines):
        rows.append([t("fees.month_sum"), means_words(total.means), *_money(total)])
    return rows


def _money(total: rules.MeansTotal) -> list[Cell]:
    return [_yuan(total.taken), _yuan(total.refunded), _yuan(total.net)]


def _yuan(fen: int | None) -> Cell:
    return None if fen is None else money.yuan(fen)


def _book(context: Context, month: date, lines: list[list[Cell]], sums: list[list[Cell]]) -> bytes:
    from frontdesk.common.tablebook import TableBook
    from frontdesk.common.workbook import Column

    book = TableBook(t("fees.sheet.lines"), context.centre.name, context.now())
    under = t("fees.sheet.subtitle", centre=context.centre.name, month=f"{month:%Y-%m}")
    money = ("taken", "refunded", "net")
    for name, heads, rows in (("lines", LINE_HEADS, lines), ("sums", SUM_HEADS, sums)):
        title = t(f"fees.sheet.{name}")
        columns = [Column(t(f"fees.head.{head}"), _MONEY if head in money else "") for head in heads]
        book.add(title, under, columns, rows, title=title)
    return book.content()
