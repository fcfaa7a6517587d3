"""The workbook of totals: the period as a whole and in its parts, people, teams."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.endings import ending_of
from frontdesk.common.tablebook import TableBook
from frontdesk.common.wholefile import Written
from frontdesk.common.workbook import Cell, Column
from frontdesk.context import Context
from frontdesk.locale import t
from frontdesk.permission import allowed
from frontdesk.volunteers.hours.files import write_file
from frontdesk.volunteers.hours.rounding import Rounding
from frontdesk.volunteers.hours.spans import Span
from frontdesk.volunteers.hours.totals import TotalLine, TotalsBy, grand_total, label_of, totals

if TYPE_CHECKING:
    from frontdesk.access.service import Approver

LONGEST_IN_WEEKS = 100
"""Spans of more days are told by month, not by week."""


@allowed("shown", partly=("auditor", "command"))
def export_totals(
    context: Context,
    span: Span,
    out: Path,
    *,
    with_names: bool = False,
    reason: str = "",
    approver: Approver | None = None,
) -> Written:
    """Write the workbook of totals; volunteers' names are masked.

    `with_names` gives them whole. That takes somebody signed in, and stands in the audit log with how many they are
    and the reason. Raises EndingFault `unknown_ending`, HoursError `write_failed`; with names also what
    `require_writer` and `privacy.service.in_clear` raise.
    """
    kind = ending_of(out, "xlsx")
    if with_names:
        context.require_writer()
        from frontdesk.privacy.service import in_clear

        approval, besides = in_clear(context, f"hours {span.first}/{span.last}", reason, approver)
    with context.database.reading():
        people = totals(context, span.first, span.last, "volunteer")
        content = _content(context, span, people, masked=not with_names)

    def note() -> None:
        said = {"people": len(people), "first": span.first.isoformat(), "last": span.last.isoformat(), **besides}
        with context.change("hours.exported_with_names", context.centre.code, **said) as connection:
            approval.use(context, connection)

    write_file(out, content, note if with_names else None)
    return Written(out, kind)


def _content(context: Context, span: Span, people: Sequence[TotalLine], *, masked: bool) -> bytes:
    title = t("hours.book.title", centre=context.centre.name, period=span.label)
    book = TableBook(title, context.centre.name, context.now())
    rounding = Rounding.of(context.settings)
    for name, first, rows in (
        ("totals", ("what", "part"), _total_rows(context, span, rounding)),
        ("people", ("no", "name", "team"), _people_rows(people, rounding, masked=masked)),
        ("teams", ("team",), _rows(totals(context, span.first, span.last, "team"), "team", rounding)),
    ):
        under = f"{span.dates}  {t('hours.book.rounding')}"
        book.add(t(f"hours.book.{name}"), under, _columns(name, first), rows, footer=title)
    return book.content()


def _columns(name: str, first: Sequence[str]) -> list[Column]:
    columns = [Column(t(f"hours.book.column.{key}")) for key in first]
    if name != "people":
        columns.append(Column(t("hours.book.column.volunteers"), "#,##0"))
    columns.append(Column(t("hours.book.column.visits"), "#,##0"))
    columns += [Column(t(f"hours.column.{key}"), "#,##0.00") for key in ("measured", "supplemented", "total")]
    columns += [Column(t(f"hours.book.seconds_{key}"), "#,##0") for key in ("measured", "supplemented")]
    columns.append(Column(t("hours.book.column.pending"), "#,##0"))
    return columns


def _total_rows(context: Context, span: Span, rounding: Rounding) -> list[list[Cell]]:
    whole = grand_total(context, span.first, span.last)
    rows: list[list[Cell]] = [[t("hours.book.whole"), span.label, whole.volunteers, *_figures(whole, rounding)]]
    parts: TotalsBy = "week" if (span.last - span.first).days <= LONGEST_IN_WEEKS else "month"
    for by in (parts, "content"):
        for line in totals(context, span.first, span.last, by):
            if line.volunteers or line.pending:
                rows.append([t(f"hours.by.{by}"), label_of(line, by, t), line.volunteers, *_figures(line, rounding)])
    return rows


def _people_rows(people: Sequence[TotalLine], rounding: Rounding, *, masked: bool) -> list[list[Cell]]:
    return [
        [line.key, label_of(line, "volunteer", t, masked=masked), line.team, *_figures(line, rounding)]
        for line in people
    ]


def _rows(lines: Sequence[TotalLine], by: TotalsBy, rounding: Rounding) -> list[list[Cell]]:
    return [[label_of(line, by, t), line.volunteers, *_figures(line, rounding)] for line in lines]


def _figures(line: TotalLine, rounding: Rounding) -> list[Cell]:
    """Visits, hours of both kinds and together as they are shown, exact seconds, visits that wait."""
    shown = line.shown(rounding)
    hours = [minutes / 60 for minutes in (shown.measured, shown.supplemented, shown.total)]
    return [line.visits, *hours, line.measured, line.supplemented, line.pending]
