"""The workbook that the street office opens in WPS or Excel, prints, and adds up with the other centres'."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from frontdesk.common.periods import parse_period
from frontdesk.common.wholefile import whole_file
from frontdesk.common.workbook import Cell, Column, Styles, name_workbook, new_workbook, set_up_page, write_table
from frontdesk.errors import DeskError
from frontdesk.locale import t
from frontdesk.reports.anonymity import subject_totals
from frontdesk.reports.weekdata import WeekWorkbook
from frontdesk.reports.workbook_cover import RATES, figure_rows, write_cover

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_HOURS = "#,##0.00"
_COUNT = "#,##0"
_RATE = "0.0%"


class WorkbookFault(DeskError):
    """`export_failed`: the file cannot be written; what stood there before is untouched."""

    area: ClassVar[str] = "reports"


def write_week(report: WeekWorkbook, out: Path, on_record: Callable[[], None] | None = None) -> None:
    """Write the workbook of one period to `out`, whole or not at all.

    Words are in the language in force; the same report gives the same bytes. `on_record` is called when all is written
    and before the file takes its name. Raises WorkbookFault `export_failed` when the disk is full, the folder is
    missing or the file is open elsewhere, and what `on_record` raises; then `out` is as it was.
    """
    content = _content(report)
    try:
        with whole_file(out) as part:
            part.write_bytes(content)
            if on_record is not None:
                on_record()
    except OSError as error:
        raise WorkbookFault("export_failed", path=str(out), reason=error.strerror or str(error)) from error


def _content(report: WeekWorkbook) -> bytes:
    content = BytesIO()
    with new_workbook(content) as book:
        title = t(
            "workbook.title",
            centre=report.centre.name,
            period=report.period.label or parse_period(report.period.key).label,
        )
        name_workbook(book, title, report.centre.name, report.created)
        styles = Styles(book)
        owner = f"{report.centre.name} {report.period.key}"
        cover = book.add_worksheet(t("workbook.sheet.cover"))
        set_up_page(cover, owner)
        write_cover(book, cover, styles, report)
        for key, columns, rows in (
            ("sessions", _session_columns(), _session_rows(report)),
            ("hours", _hours_columns(), _hours_rows(report)),
            ("ratings", _columns("subject", "level", "level_name", "comment"), _rating_rows(report)),
            ("rating_totals", _total_columns(), subject_totals(report.ratings, t("workbook.sum"))),
            ("duty", _duty_columns(), _duty_rows(report)),
            ("figures", _columns("figure", "meaning", "rule"), _figure_rows(report)),
        ):
            _add_table(book, styles, report, key, columns, rows)
    return content.getvalue()


def _add_table(
    book: Workbook,
    styles: Styles,
    report: WeekWorkbook,
    key: str,
    columns: list[Column],
    rows: list[list[Cell]],
) -> None:
    name = t(f"workbook.sheet.{key}")
    sheet = book.add_worksheet(name)
    set_up_page(sheet, f"{report.centre.name} {report.period.key}")
    period = report.period
    days = t("workbook.days", first=period.first, last=period.last, period=period.key)
    write_table(sheet, styles, name, f"{report.centre.name}    {days}", columns, rows)


def _columns(*keys: str) -> list[Column]:
    return [Column(t(f"workbook.head.{key}")) for key in keys]


def _session_columns() -> list[Column]:
    texts = _columns("code", "day", "time", "session", "category", "room", "lead")
    counts = ("capacity", "confirmed", "waitlisted", "person_times", "no_show_seats")
    return [
        *texts,
        *(Column(t(f"workbook.head.{key}"), _COUNT) for key in counts),
        *_columns("state"),
    ]


def _session_rows(report: WeekWorkbook) -> list[list[Cell]]:
    return [
        [
            row.code,
            row.day,
            row.time,
            row.name,
            row.category,
            row.room,
            row.lead,
            row.capacity,
            row.confirmed,
            row.waitlisted,
            row.person_times,
            row.no_show_seats,
            _state(row.state),
        ]
        for row in report.sessions
    ]


def _state(state: str) -> str:
    """The state in words; one that has none yet is shown by its code."""
    key = f"workbook.state.{state}"
    words = t(key)
    return state if words == key else words


def _hours_columns() -> list[Column]:
    counts = (("visits", _COUNT), ("hours", _HOURS), ("seconds", _COUNT), ("left_open", _COUNT))
    numbers = [Column(t(f"workbook.head.{key}"), number_format) for key, number_format in counts]
    return [*_columns("volunteer_no", "volunteer", "team"), *numbers]


def _hours_rows(report: WeekWorkbook) -> list[list[Cell]]:
    """One row for each volunteer, and the sum; hours are the seconds divided, so that both add up alike."""
    rows: list[list[Cell]] = [
        [
            row.volunteer_no,
            row.name_masked,
            row.team,
            row.visits,
            row.seconds_measured / 3600,
            row.seconds_measured,
            row.left_open,
        ]
        for row in report.hours
    ]
    if rows:
        seconds = sum(row.seconds_measured for row in report.hours)
        visits = sum(row.visits for row in report.hours)
        left_open = sum(row.left_open for row in report.hours)
        rows.append([t("workbook.sum"), "", "", visits, seconds / 3600, seconds, left_open])
    return rows


def _rating_rows(report: WeekWorkbook) -> list[list[Cell]]:
    """One row for each rating that may be shown, and how many may not."""
    rows: list[list[Cell]] = [
        [row.subject, row.level, t(f"workbook.level.{row.level}"), row.comment] for row in report.ratings
    ]
    left_out = report.figures.ratings - len(report.ratings)
    if left_out > 0:
        words = t("workbook.left_out", n=left_out, minimum=report.public_minimum)
        rows.append([words, None, None, None])
    return rows


def _total_columns() -> list[Column]:
    counts = [Column(t(f"workbook.head.{key}"), _COUNT) for key in ("count", "good")]
    rates = [Column(t(f"workbook.figure.{key}"), _RATE) for key in RATES]
    return [*_columns("subject"), *counts, *rates]


def _duty_columns() -> list[Column]:
    counts = [Column(t(f"workbook.head.{key}"), _COUNT) for key in ("slots", "gaps", "covered", "alone")]
    return [*_columns("post", "holders_a", "holders_b"), *counts]


def _duty_rows(report: WeekWorkbook) -> list[list[Cell]]:
    none = t("workbook.nobody")
    joint = t("workbook.joint")
    return [
        [
            row.post,
            joint.join(row.holders_a) or none,
            joint.join(row.holders_b) or none,
            *(row.worked or (None, None, None, None)),
        ]
        for row in report.duty
    ]


def _figure_rows(report: WeekWorkbook) -> list[list[Cell]]:
    return [
        [
            t(f"workbook.figure.{key}"),
            t(f"workbook.meaning.{key}"),
            t(f"workbook.rule.{key}"),
        ]
        for key, _, _ in figure_rows(report.figures, report.public_minimum)
    ]
