"""The roster as a workbook: to look at, to print, to add up, and to change in WPS or Excel and take in again.

The first sheet has two rows for every post and shift, who acts and who stands by, and a column for every day; it is the
one that `sheetreading` understands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontdesk.common.wholefile import whole_file
from frontdesk.common.workbook import (
    LINE_HEIGHT,
    Cell,
    Column,
    Styles,
    clean_text,
    name_workbook,
    new_workbook,
    set_up_page,
    write_cell,
    write_table,
)
from frontdesk.locale import t
from frontdesk.roster.model import ROLES, Shift
from frontdesk.roster.output.hours import PersonHours, WorkedSlot, minutes_on_duty
from frontdesk.roster.output.papers import RosterOutFault, RosterPaper, shift_time
from frontdesk.roster.output.sheetmark import Mark
from frontdesk.roster.output.sheetreading import People

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADINGS = ("post", "shift", "time", "role")
HEADING_ROW = 3

_HOLIDAY, _MAKEUP, _WEEKEND, _CLOSED, _CHANGED, _GAP = "#F8CBAD", "#C6E0B4", "#EDEDED", "#BFBFBF", "#FFF2CC", "#FF7C80"
_HOURS = "#,##0.0#"
_WIDE_TABLE = 10
_TIMES = ("planned", "worked", "ahead", "acting", "standby_only")
_COUNTS = ("evenings", "weekends", "holidays", "covered")


def write_roster(paper: RosterPaper, out: Path) -> None:
    """Write slots, people and the hours account of a roster to `out`, whole or not at all.

    Words are in the language in force; the same roster gives the same bytes. A roster with some slots only has no sheet
    to take in again: its blank cells would empty the slots left out. Raises RosterOutFault `export_failed`.
    """
    _write(
        paper, out, (_add_people, _add_hours) if paper.partial else (_add_slots, _add_people, _add_hours, _add_names)
    )


def write_hours(paper: RosterPaper, out: Path) -> None:
    """Write the hours account alone. Raises RosterOutFault `export_failed`."""
    _write(paper, out, (_add_hours,))


def labels(names: Mapping[str, str]) -> dict[str, str]:
    """How each person is written in a cell, by staff number: the name, with the number where that is not enough."""
    people = People(names)
    return {no: people.label(no) for no in names}


def _write(paper: RosterPaper, out: Path, parts: Sequence[Any]) -> None:
    content = BytesIO()
    with new_workbook(content) as book:
        name_workbook(book, _title(paper), paper.centre, paper.printed_at)
        styles = Styles(book)
        for part in parts:
            part(book, styles, paper)
    try:
        with whole_file(out, private=True) as unfinished:
            unfinished.write_bytes(content.getvalue())
    except OSError as error:
        raise RosterOutFault("export_failed", path=str(out), reason=error.strerror or str(error)) from error


def _title(paper: RosterPaper) -> str:
    basis = t(f"roster_out.wall.basis.{paper.basis}")
    return t("roster_out.sheet.title", centre=paper.centre, first=paper.first, last=paper.last, basis=basis)


def _subtitle(paper: RosterPaper) -> str:
    plans = "、".join(str(plan.id) for plan in paper.plans) or "-"
    at = f"{paper.printed_at:%Y-%m-%d %H:%M}"
    return t("roster_out.sheet.version", plans=plans, number=paper.event_no, at=at)


def _sheet(book: Workbook, paper: RosterPaper, key: str, *, large: bool = False) -> Worksheet:
    sheet = book.add_worksheet(t(f"roster_out.sheet.name.{key}"))
    set_up_page(sheet, f"{paper.centre} {paper.first} {paper.last}", large=large)
    return sheet


def _begin_grid(
    sheet: Worksheet,
    styles: Styles,
    paper: RosterPaper,
    headings: Sequence[str],
    widths: Sequence[float],
    *,
    editing: str = "",
) -> None:
    """Title, what it is, the weekdays with 休 and 班, and the headings; the days are text and stay as they are."""
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, clean_text(_title(paper)), styles.title())
    sheet.write_string(1, 0, clean_text(_subtitle(paper) + editing), styles.get(font_color="#595959"))
    sheet.set_row(2, LINE_HEIGHT)
    sheet.set_row(HEADING_ROW, 24)
    for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(HEADING_ROW, place, heading, styles.heading())
    for place, day in enumerate(paper.days, start=len(headings)):
        kind = paper.calendar.day_kind(day)
        words = [t(f"common.weekday.{day.isoweekday()}")]
        if kind in ("holiday", "makeup"):
            words += [t(f"roster_out.wall.{kind}"), paper.calendar.name(day)]
        colour = _day_colour(paper, day) or "#FFFFFF"
        said = clean_text(" ".join(filter(None, words)))
        sheet.write_string(2, place, said, styles.get(align="center", bg_color=colour, border=1, shrink=True))
        style = styles.get(bold=True, border=1, bg_color=colour, align="center", num_format="@")
        sheet.write_string(HEADING_ROW, place, day.isoformat(), style)
    sheet.freeze_panes(HEADING_ROW + 1, len(headings))
    sheet.repeat_rows(2, HEADING_ROW)
    sheet.repeat_columns(0, len(headings) - 1)
    sheet.fit_to_pages(1, 0)


def _day_colour(paper: RosterPaper, day: date) -> str | None:
    colours = {"holiday": _HOLIDAY, "makeup": _MAKEUP, "sat": _WEEKEND, "sun": _WEEKEND}
    return colours.get(paper.calendar.day_kind(day))


def _add_slots(book: Workbook, styles: Styles, paper: RosterPaper) -> None:
    sheet = _sheet(book, paper, "slots", large=len(paper.days) > _WIDE_TABLE)
    headings = [t(f"roster_out.sheet.head.{key}") for key in HEADINGS]
    _begin_grid(sheet, styles, paper, headings, (16, 8, 20, 8), editing=" " + t("roster_out.sheet.editing"))
    sheet.set_column(len(HEADINGS), len(HEADINGS) + len(paper.days) - 1, 12)
    called = labels(paper.names)
    order = {post: place for place, post in enumerate(paper.posts)}
    rows: defaultdict[tuple[str, Shift], dict[date, WorkedSlot]] = defaultdict(dict)
    for slot in paper.slots:
        rows[slot.key.post, slot.shift][slot.key.day] = slot
    line = HEADING_ROW + 1
    for post, shift in sorted(rows, key=lambda row: (order[row[0]], row[1].starts, row[1].ends, row[1].code)):
        for role in ROLES:
            name = "" if shift.name == shift.code else f"{shift.name} "
            sheet.set_row(line, LINE_HEIGHT)
            words = (post, shift.code, f"{name}{shift_time(shift)}", t(f"roster_out.sheet.role.{role}"))
            for place, text in enumerate(words):
                write_cell(sheet, styles, line, place, text, border=1, num_format="@", bold=role == "acting")
            for place, day in enumerate(paper.days, start=len(HEADINGS)):
                _write_slot(sheet, styles, (line, place), paper, day, rows[post, shift].get(day), role, called)
            line += 1
    _offer_names(sheet, paper, line)
    sheet.write_string(line, 0, Mark.of(paper).text, styles.get(font_color="#A6A6A6", font_size=8))
    sheet.print_area(0, 0, line, len(HEADINGS) + len(paper.days) - 1)


def _write_slot(
    sheet: Worksheet,
    styles: Styles,
    at: tuple[int, int],
    paper: RosterPaper,
    day: date,
    slot: WorkedSlot | None,
    role: str,
    called: Mapping[str, str],
) -> None:
    """One cell: who has the role; grey and empty where the post is closed, red where nobody acts."""
    if slot is None:
        sheet.write_blank(*at, None, styles.get(border=1, bg_color=_CLOSED, pattern=1))
        return
    no, planned = (slot.acting, slot.planned_acting) if role == "acting" else (slot.standby, slot.planned_standby)
    colour = _GAP if no is None and role == "acting" else _CHANGED if no != planned else _day_colour(paper, day)
    properties: dict[str, Any] = {"border": 1, "bold": role == "acting"} | ({"bg_color": colour} if colour else {})
    if no is None:
        sheet.write_blank(*at, None, styles.get(num_format="@", **properties))
        return
    text = clean_text(called.get(no, no))
    style = styles.get(num_format="@", quote_prefix=True, align="center", shrink=True, **properties)
    sheet.write_string(*at, text, style)


def _offer_names(sheet: Worksheet, paper: RosterPaper, end: int) -> None:
    """A list of the names to choose from; anything else may be typed, the import says what it does not know."""
    if end > HEADING_ROW + 1 and paper.names:
        source = f"='{t('roster_out.sheet.name.names')}'!$A$4:$A${3 + len(paper.names)}"
        last_column = len(HEADINGS) + len(paper.days) - 1
        rule = {"validate": "list", "source": source, "show_error": False}
        sheet.data_validation(HEADING_ROW + 1, len(HEADINGS), end - 1, last_column, rule)


def _add_people(book: Workbook, styles: Styles, paper: RosterPaper) -> None:
    """People down, days across, with the codes of the shifts; standby in brackets."""
    sheet = _sheet(book, paper, "people", large=len(paper.days) > _WIDE_TABLE)
    headings = [t("roster_out.sheet.head.no"), t("roster_out.sheet.head.name")]
    _begin_grid(sheet, styles, paper, headings, (10, 14))
    end = len(headings) + len(paper.days)
    sheet.set_column(len(headings), end - 1, 9)
    totals = ("acting", "standby", "hours")
    for place, key in enumerate(totals, start=end):
        sheet.write_string(HEADING_ROW, place, t(f"roster_out.wall.total.{key}"), styles.heading())
    of_person: defaultdict[str, list[WorkedSlot]] = defaultdict(list)
    for slot in paper.slots:
        for no in {slot.acting, slot.standby} - {None}:
            of_person[no or ""].append(slot)
    for line, person in enumerate(paper.hours, start=HEADING_ROW + 1):
        write_cell(sheet, styles, line, 0, person.no, border=1, num_format="@")
        write_cell(sheet, styles, line, 1, person.name, border=1, num_format="@")
        slots = of_person[person.no]
        for place, day in enumerate(paper.days, start=len(headings)):
            colour = _day_colour(paper, day)
            properties = {"border": 1, "align": "center", "shrink": True} | ({"bg_color": colour} if colour else {})
            text = _codes([slot for slot in slots if slot.key.day == day], person.no, several=len(paper.posts) > 1)
            sheet.write_string(
                line, place, clean_text(text), styles.get(num_format="@", quote_prefix=True, **properties)
            )
        acting = sum(slot.acting == person.no for slot in slots)
        values = (acting, len(slots) - acting, minutes_on_duty(slots, person.no) / 60)
        for place, value in enumerate(values, start=end):
            write_cell(sheet, styles, line, place, value, border=1, num_format=_HOURS if place == end + 2 else "0")
    sheet.print_area(0, 0, HEADING_ROW + len(paper.hours), end + len(totals) - 1)


def _codes(slots: Sequence[WorkedSlot], no: str, *, several: bool) -> str:
    def code(slot: WorkedSlot) -> str:
        return f"{slot.shift.code} {slot.key.post}" if several else slot.shift.code

    acting = [code(slot) for slot in slots if slot.acting == no]
    return "; ".join([*acting, *(f"({code(slot)})" for slot in slots if slot.acting != no)])


def _add_hours(book: Workbook, styles: Styles, paper: RosterPaper) -> None:
    sheet = _sheet(book, paper, "hours")
    keys = ("no", "name", *_TIMES, *_COUNTS, "covered_minutes", "leave_days", "leave_minutes", "contract", "difference")
    formats = dict.fromkeys(
        (*_TIMES, "covered_minutes", "leave_days", "leave_minutes", "contract", "difference"), _HOURS
    )
    columns = [Column(t(f"roster_out.sheet.head.{key}"), formats.get(key, "")) for key in keys]
    rows: list[Sequence[Cell]] = [_hours_row(person) for person in paper.hours]
    if rows:
        total = _hours_row(_sum(paper.hours))
        rows.append([t("roster_out.sheet.sum"), "", *total[2:]])
    write_table(
        sheet, styles, t("roster_out.sheet.name.hours"), f"{_title(paper)}    {_subtitle(paper)}", columns, rows
    )


def _sum(people: Sequence[PersonHours]) -> PersonHours:
    """All accounts together, in minutes, so that nothing is rounded twice."""
    fields = (*_TIMES, *_COUNTS, "covered_minutes", "leave_halves", "leave_minutes", "contract")
    return PersonHours(no="", name="", **{field: sum(getattr(one, field) for one in people) for field in fields})


def _hours_row(one: PersonHours) -> list[Cell]:
    return [
        one.no,
        one.name,
        *(getattr(one, key) / 60 for key in _TIMES),
        *(getattr(one, key) for key in _COUNTS),
        one.covered_minutes / 60,
        one.leave_days,
        one.leave_minutes / 60,
        one.contract / 60,
        one.difference / 60,
    ]


def _add_names(book: Workbook, styles: Styles, paper: RosterPaper) -> None:
    """How everybody may be written in the cells of the first sheet."""
    sheet = _sheet(book, paper, "names")
    columns = [Column(t(f"roster_out.sheet.head.{key}")) for key in ("label", "no", "name")]
    called = labels(paper.names)
    rows: list[Sequence[Cell]] = [(called[no], no, name) for no, name in sorted(paper.names.items())]
    write_table(sheet, styles, t("roster_out.sheet.name.names"), t("roster_out.sheet.names_hint"), columns, rows)
