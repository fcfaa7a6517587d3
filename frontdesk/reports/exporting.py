"""Writing the report of a period as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.reports.filling import report_of
from frontdesk.reports.templates.kept import template_in_force
from frontdesk.reports.templates.model import Template
from frontdesk.reports.weekdata import WeekWorkbook
from frontdesk.reports.workbook import write_week

if TYPE_CHECKING:
    from frontdesk.access.service import Approval, Approver


@allowed("shown", partly=("auditor", "command"))
def export_workbook(
    context: Context,
    period: Period,
    out: Path,
    *,
    with_names: bool = False,
    template: Template | None = None,
    reason: str = "",
    approver: Approver | None = None,
) -> Path:
    """Write the workbook of a period, laid out by `template`, else as the centre keeps it. Returns `out`.

    Every name in it is masked. `with_names` gives staff, volunteers and whoever signed up their full names; that takes
    somebody signed in, and stands in the audit log with the numbers of people and the reason. Raises WorkbookFault
    `export_failed`, TemplateError where the kept template is faulty, with names also what `require_writer` and
    `privacy.service.in_clear` raise.
    """
    layout = template_in_force(context) if template is None else template
    clear = named(context, period, reason, approver) if with_names else None
    report = report_of(context, period, with_names=with_names)
    write_week(report, out, layout, on_record=noting(context, report, "xlsx", *clear) if clear else None)
    return out


def named(
    context: Context, period: Period, reason: str, approver: Approver | None
) -> tuple[Approval, dict[str, object]]:
    """That the report of a period may be written with full names: who agrees to it, and what its audit entry says
    besides. Raises what `require_writer` and `privacy.service.in_clear` raise.
    """
    from frontdesk.privacy.service import in_clear

    context.require_writer()
    return in_clear(context, f"report {period.key}", reason, approver)


def noting(
    context: Context, report: WeekWorkbook, kind: str, approval: Approval, besides: dict[str, object]
) -> Callable[[], None]:
    """What puts an export with names into the audit log: counts, and what `kind` of file it was; no names."""
    counts = {
        "sessions": len(report.sessions),
        "posts": len(report.duty),
        "volunteers": len(report.hours),
        "participants": sum(row.number is not None for row in report.attendance),
    }

    def note() -> None:
        said = {"kind": kind, **counts, **besides}
        with context.change("report.exported_with_names", report.period.key, **said) as connection:
            approval.use(context, connection)

    return note
