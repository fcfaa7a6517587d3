"""Writing the report of a period as a PDF, for the wall and the archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.common.fonts import FontSearch, FontShelf
from frontdesk.common.periods import Period
from frontdesk.common.wholefile import Written
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.reports.exporting import named, noting
from frontdesk.reports.filling import report_of
from frontdesk.reports.pdf_pages import draw_report
from frontdesk.reports.templates.kept import template_in_force
from frontdesk.reports.templates.model import Template
from frontdesk.reports.workbook import save

if TYPE_CHECKING:
    from frontdesk.access.service import Approver


@allowed("shown", partly=("auditor", "command"))
def export_pdf(
    context: Context,
    period: Period,
    out: Path,
    *,
    with_names: bool = False,
    template: Template | None = None,
    fonts: FontSearch | None = None,
    reason: str = "",
    approver: Approver | None = None,
) -> Written:
    """Write the report of a period as a PDF, laid out by `template`, else as the centre keeps it; every name in it is
    masked. Returns what was written, with its pages and the words that are in pinyin for want of a font.

    The same period, data, template and fonts give the same bytes. `with_names` as in `exporting.export_workbook`, and
    what that raises; FontFault for a font of the settings that cannot be used.
    """
    layout = template_in_force(context) if template is None else template
    clear = named(context, period, reason, approver) if with_names else None
    report = report_of(context, period, with_names=with_names)
    with FontShelf(fonts or FontSearch.of_this_system()) as shelf:
        page = draw_report(report, layout, shelf, context.settings.brand_rgb)
        content = bytes(page.pdf.output())
    save(content, out, noting(context, report, "pdf", *clear) if clear else None)
    return Written(out, "pdf", page.pdf.pages_count, tuple(page.romanised))
