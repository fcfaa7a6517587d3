"""The workbook that the street office opens in WPS or Excel, prints, and adds up with the other centres'."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.wholefile import write_whole
from frontdesk.common.workbook import Styles, name_workbook, new_workbook, set_up_page, without_collecting, write_table
from frontdesk.errors import DeskError
from frontdesk.locale import t
from frontdesk.reports.cover_figures import title_of
from frontdesk.reports.tables import table
from frontdesk.reports.templates.kinds import COVER
from frontdesk.reports.templates.model import BUILT_IN, Template, TemplateSheet
from frontdesk.reports.weekdata import WeekWorkbook
from frontdesk.reports.workbook_cover import write_cover

if TYPE_CHECKING:
    from xlsxwriter import Workbook


class WorkbookFault(DeskError):
    """`export_failed`: the file cannot be written; what stood there before is untouched."""

    area: ClassVar[str] = "reports"


def write_week(
    report: WeekWorkbook, out: Path, template: Template = BUILT_IN, *, on_record: Callable[[], None] | None = None
) -> None:
    """Write the workbook of one period to `out`, whole or not at all.

    Words are in the language in force; the same report and template give the same bytes. `on_record` is called when all
    is written and before the file takes its name. Raises WorkbookFault `export_failed` when the disk is full, the
    folder is missing or the file is open elsewhere, and what `on_record` raises; then `out` is as it was.
    """
    save(workbook_bytes(report, template), out, on_record)


def save(content: bytes, out: Path, on_record: Callable[[], None] | None = None) -> None:
    """Write a report that is made; raises as `write_week` does."""
    try:
        write_whole(out, content, on_record, private=True)
    except OSError as error:
        raise WorkbookFault("export_failed", path=str(out), reason=error.strerror or str(error)) from error


def workbook_bytes(report: WeekWorkbook, template: Template = BUILT_IN) -> bytes:
    """The workbook as the bytes of its file."""
    content = BytesIO()
    with without_collecting(), new_workbook(content) as book:
        name_workbook(book, title_of(report), report.centre.name, report.created)
        styles = Styles(book)
        for sheet in template.sheets:
            if sheet.code == COVER:
                _add_cover(book, styles, report, sheet)
            else:
                _add_table(book, styles, report, sheet)
    return content.getvalue()


def _add_cover(book: Workbook, styles: Styles, report: WeekWorkbook, layout: TemplateSheet) -> None:
    sheet = book.add_worksheet(layout.name)
    set_up_page(sheet, _owner(report), middle=_printed())
    write_cover(book, sheet, styles, report, layout)


def _add_table(book: Workbook, styles: Styles, report: WeekWorkbook, layout: TemplateSheet) -> None:
    made = table(report, layout)
    sheet = book.add_worksheet(layout.name)
    set_up_page(sheet, _owner(report), middle=_printed())
    period = report.period
    days = t("workbook.days", first=period.first, last=period.last, period=period.key)
    under = "    ".join(part for part in (report.centre.name, days, made.note) if part)
    write_table(sheet, styles, layout.name, under, made.columns, made.rows)


def _owner(report: WeekWorkbook) -> str:
    return f"{report.centre.name} {report.period.key}"


def _printed() -> str:
    """When it was printed stands on the paper and not in the file: the same report is the same file."""
    return t("workbook.printed", day="&D")
