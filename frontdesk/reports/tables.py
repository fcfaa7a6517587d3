"""The sheets of a report as tables of plain values, as a template wants them; the workbook and the PDF draw them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from frontdesk.common.workbook import Cell, Column
from frontdesk.locale import t
from frontdesk.reports.anonymity import subject_totals
from frontdesk.reports.figures import FIGURES
from frontdesk.reports.indicators.service import find, indicator
from frontdesk.reports.indicators.words import basis_words, plain_key_words
from frontdesk.reports.rules import OF_LEVELS
from frontdesk.reports.templates.kinds import COLUMNS, COVER, DEFINITIONS, DERIVED, NUMBERS
from frontdesk.reports.templates.model import BUILT_IN, Template, TemplateSheet
from frontdesk.reports.weekdata import ShiftRow, WeekWorkbook

if TYPE_CHECKING:
    from frontdesk.reports.indicators.definition import Indicator

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One sheet: its title, what stands under it beside the days, its columns, and its rows."""

    sheet: TemplateSheet
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    note: str = ""


def tables(report: WeekWorkbook, template: Template = BUILT_IN) -> list[Table]:
    """Every sheet of a template but the cover, in their order, with the rows of this report."""
    return [table(report, sheet) for sheet in template.sheets if sheet.code != COVER]


def table(report: WeekWorkbook, sheet: TemplateSheet) -> Table:
    """One sheet, which is not the cover."""
    all_columns = COLUMNS[sheet.code]
    places = [all_columns.index(column.code) for column in sheet.columns]
    columns = tuple(
        Column(heading, NUMBERS.get(column.code, ""))
        for column, heading in zip(sheet.columns, sheet.headings, strict=True)
    )
    rows = list(_chosen(_ROWS[sheet.code](report), places, len(all_columns)))
    if rows and sheet.code == "hours":
        rows.append(_total(report, sheet))
    note = _NOTES[sheet.code](report) if sheet.code in _NOTES else ""
    return Table(sheet, columns, rows, note)


def _chosen(rows: Iterable[Row], places: list[int], width: int) -> Iterable[Row]:
    """Of every row the cells at these places, in their order."""
    if places == list(range(width)):
        return rows
    if len(places) == 1:
        (place,) = places
        return ((row[place],) for row in rows)
    return map(itemgetter(*places), rows)


def _session_rows(report: WeekWorkbook) -> Iterable[Row]:
    return (
        (
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
        )
        for row in report.sessions
    )


def _state(state: str) -> str:
    """The state in words; one that has none yet is shown by its code."""
    key = f"workbook.state.{state}"
    words = t(key)
    return state if words == key else words


def _hours_rows(report: WeekWorkbook) -> Iterable[Row]:
    """Hours are the seconds divided, so that both add up alike."""
    return (
        (
            row.volunteer_no,
            row.name,
            row.team,
            row.visits,
            row.seconds_measured / 3600,
            row.seconds_measured,
            row.seconds_supplemented / 3600,
            row.left_open,
        )
        for row in report.hours
    )


def _total(report: WeekWorkbook, sheet: TemplateSheet) -> Row:
    """The sums of the volunteers' hours under the columns that the template has, the word for it before the first."""
    seconds = sum(row.seconds_measured for row in report.hours)
    sums: dict[str, Cell] = {
        "visits": sum(row.visits for row in report.hours),
        "hours": seconds / 3600,
        "seconds": seconds,
        "supplemented": sum(row.seconds_supplemented for row in report.hours) / 3600,
        "left_open": sum(row.left_open for row in report.hours),
    }
    cells = [sums.get(column.code, "") for column in sheet.columns]
    if cells[0] == "":
        cells[0] = t("workbook.sum")
    return tuple(cells)


def _rating_rows(report: WeekWorkbook) -> Iterable[Row]:
    return ((row.subject, row.level, t(f"workbook.level.{row.level}"), row.comment) for row in report.ratings)


def _left_out(report: WeekWorkbook) -> str:
    """How many ratings may not be shown one by one, or that none is."""
    if report.figures.ratings_by_level is None:
        return t("workbook.not_by_half_month")
    left_out = report.figures.ratings - len(report.ratings)
    return t("workbook.left_out", n=left_out, minimum=report.public_minimum) if left_out > 0 else ""


def _rating_totals(report: WeekWorkbook) -> Iterable[Row]:
    return map(tuple, subject_totals(report.ratings, t("workbook.sum")))


def _follow_up_rows(report: WeekWorkbook) -> Iterable[Row]:
    return (
        (
            row.no,
            row.subject,
            row.rater,
            row.responsible,
            row.verified,
            row.result,
            row.called,
            row.appeal,
            row.state,
            row.due,
            row.ended_on,
        )
        for row in report.follow_ups
    )


def _case_rows(report: WeekWorkbook) -> Iterable[Row]:
    return (
        (
            row.kind,
            row.no,
            row.matter,
            row.level,
            row.happened,
            row.standing,
            row.opened_on,
            row.due,
            row.ended_on,
            row.role,
            row.responsible,
        )
        for row in report.cases
    )


def _cases_covered(report: WeekWorkbook) -> str:
    """What stands among the cases, and how many do not."""
    left_out = report.cases_left_out
    if report.figures.ratings_by_level is None:
        return t("workbook.note.cases_of_half_month")
    return t("workbook.note.cases") + (t("workbook.note.cases_left_out", n=left_out) if left_out else "")


def _follow_ups_covered(report: WeekWorkbook) -> str:
    is_told = report.figures.ratings_by_level is not None
    return t("workbook.note.follow_ups" if is_told else "workbook.not_by_half_month")


def _duty_rows(report: WeekWorkbook) -> Iterable[Row]:
    none = t("workbook.nobody")
    joint = t("workbook.joint")
    return (
        (
            row.post,
            joint.join(row.holders_a) or none,
            joint.join(row.holders_b) or none,
            *(row.worked or (None, None, None, None)),
        )
        for row in report.duty
    )


def _shift_rows(report: WeekWorkbook) -> Iterable[Row]:
    return (
        (
            row.day,
            t(f"common.weekday.{row.day.isoweekday()}"),
            row.time,
            row.shift,
            row.post,
            row.acting,
            row.standby,
            _remark(row),
        )
        for row in report.shifts
    )


def _remark(row: ShiftRow) -> str:
    """That nobody acts (空岗), who is stood in for (顶岗), or that nobody could step in."""
    if not row.acting:
        return t("workbook.shift.gap_of", planned=row.planned) if row.planned else t("workbook.shift.gap")
    words = [t("workbook.shift.covered", planned=row.planned)] if row.planned else []
    return "  ".join(words if row.standby else [*words, t("workbook.shift.alone")])


def _room_rows(report: WeekWorkbook) -> Iterable[Row]:
    return (
        (
            row.room,
            row.open_minutes / 60,
            row.used_minutes / 60,
            row.within_minutes / row.open_minutes if row.open_minutes else None,
            row.uses,
            row.person_times,
            row.no_shows,
        )
        for row in report.rooms
    )


def _amendment_rows(report: WeekWorkbook) -> Iterable[Row]:
    return (
        (row.period, row.number, row.day, figure_name(row.figure, row.key), row.before, row.after, row.reason)
        for row in report.amendments
    )


def figure_name(figure: str, key: str | None = None) -> str:
    """What a figure or an indicator is called with its unit, of one category of a split where `key` names it."""
    counted = find(DERIVED.get(figure, figure))
    if figure in COLUMNS[COVER] or figure in FIGURES:
        name = t(f"workbook.figure.{figure}")
    elif counted is not None:
        name = t("workbook.figure_of", figure=counted.name, key=_unit(figure, counted))
    else:
        name = figure
    if key is None or (not key and (counted is None or counted.kind != "split" or figure in OF_LEVELS)):
        return name
    said = key if counted is None else plain_key_words(counted, key)
    return t("workbook.figure_of", figure=name, key=said)


def _definition_rows(report: WeekWorkbook) -> Iterable[Row]:
    """Every figure of the cover by the definition of its indicator; what follows from one says how."""
    for code in COLUMNS[COVER]:
        counted = indicator(DERIVED.get(code, code))
        yield (
            figure_name(code),
            code,
            _unit(code, counted),
            t(f"workbook.meaning.{code}"),
            t(f"workbook.rule.{code}") if code in DERIVED else str(counted.meaning),
            basis_words(counted.basis),
        )


def _unit(code: str, counted: Indicator) -> str:
    if code == "volunteer_hours":
        return t("workbook.unit.hours")
    return t("workbook.unit.rate") if counted.kind == "rate" else t(f"indicators.unit.{counted.unit}")


_ROWS: Mapping[str, Callable[[WeekWorkbook], Iterable[Row]]] = MappingProxyType(
    {
        "sessions": _session_rows,
        "attendance": lambda report: report.attendance,
        "hours": _hours_rows,
        "ratings": _rating_rows,
        "rating_totals": _rating_totals,
        "follow_ups": _follow_up_rows,
        "cases": _case_rows,
        "mechanisms": lambda report: report.mechanisms,
        "duty": _duty_rows,
        "shifts": _shift_rows,
        "rooms": _room_rows,
        "amendments": _amendment_rows,
        DEFINITIONS: _definition_rows,
    }
)

_NOTES: Mapping[str, Callable[[WeekWorkbook], str]] = MappingProxyType(
    {
        "ratings": _left_out,
        "hours": lambda report: t("workbook.note.hours"),
        "follow_ups": _follow_ups_covered,
        "cases": _cases_covered,
        "mechanisms": lambda report: t(f"workbook.note.mechanisms{'_frozen' if report.frozen else ''}"),
        "rooms": lambda report: t("workbook.note.rooms"),
        "amendments": lambda report: t("workbook.note.amendments"),
    }
)
