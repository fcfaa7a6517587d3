"""Writing the report of a period as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from frontdesk.common.periods import Period
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.reports.filling import report_of
from frontdesk.reports.templates.kept import template_in_force
from frontdesk.reports.templates.model import Template
from frontdesk.reports.weekdata import WeekWorkbook
from frontdesk.reports.workbook import write_week


@allowed("shown", partly=("auditor", "command"))
def export_workbook(
    context: Context, period: Period, out: Path, *, with_names: bool = False, template: Template | None = None
) -> Path:
    """Write the workbook of a period, laid out by `template`, else as the centre keeps it. Returns `out`.

    Every name in it is masked. `with_names` gives staff, volunteers and whoever signed up their full names; that takes
    somebody signed in, and stands in the audit log with the numbers of people. Raises WorkbookFault `export_failed`,
    TemplateError where the kept template is faulty, with names also what `require_writer` raises.
    """
    layout = template_in_force(context) if template is None else template
    if with_names:
        context.require_writer()
    report = report_of(context, period, with_names=with_names)
    write_week(report, out, layout, on_record=noting(context, report, "xlsx") if with_names else None)
    return out


def noting(context: Context, report: WeekWorkbook, kind: str) -> Callable[[], None]:
    """What puts an export with names into the audit log: counts, and what `kind` of file it was; no names."""
    counts = {
        "sessions": len(report.sessions),
        "posts": len(report.duty),
        "volunteers": len(report.hours),
        "participants": sum(row.number is not None for row in report.attendance),
    }

    def note() -> None:
        with context.change("report.exported_with_names", report.period.key, kind=kind, **counts):
            """Nothing but the audit entry is written."""

    return note
