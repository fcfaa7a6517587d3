"""What the grid of the roster shows, cell by cell: the week by posts, the month by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from frontdesk.common.text import display_width
from frontdesk.locale import t
from frontdesk.roster.board.facts import clock
from frontdesk.roster.board.service import Board, BoardDay, Cell
from frontdesk.roster.fairness import minutes_on_duty
from frontdesk.roster.model import RoleInSlot, Shift, SlotKey
from frontdesk.roster.units import whole_hours
from frontdesk.shell.grid import GridContent, GridRow, GridText, Tone

WEEK_HEADING, MONTH_HEADING = 16, 12
MARK_BROKEN, MARK_COVERED, MARK_ALONE, MARK_LOCKED, MARK_CHANGED = "!", "B", "?", "#", "*"


def row_key(post: str, shift: str) -> str:
    """The key of the row of a post in a shift."""
    return f"{post}\t{shift}"


def span(shift: Shift) -> str:
    """The window of a shift: 08:30-17:00."""
    return f"{clock(shift.starts)}-{clock(shift.ends)}"


def shift_label(shift: Shift) -> str:
    """A shift in the heading of its row: name and window, the code or only the start where there is no room."""
    words = [f"{called} {when}" for when in (span(shift), clock(shift.starts)) for called in (shift.name, shift.code)]
    return next((one for one in words if display_width(one) <= WEEK_HEADING), words[-1])


def week_content(board: Board, first: date) -> GridContent:
    """Posts and shifts down, seven days from `first` across; who acts above, who stands by below."""
    days = [day for day in board.days if 0 <= (day.day - first).days < 7]
    shown = [slot for slot in board.cells if 0 <= (slot.day - first).days < 7]
    rows = []
    for post, shift in _lines(board, shown):
        window = next(board.situation.shift_of(slot) for slot in shown if (slot.post, slot.shift) == (post, shift))
        cells = tuple(_week_cell(board, board.cells.get(SlotKey(day.day, post, shift))) for day in days)
        rows.append(GridRow(row_key(post, shift), (post, shift_label(window)), cells))
    return GridContent(
        corner=t("roster_screen.week_corner"),
        columns=tuple((day.day.isoformat(), _week_heading(day)) for day in days),
        rows=tuple(rows),
        heading_width=WEEK_HEADING,
        lines=2,
        least_width=8,
        edges=_edges(days),
    )


def _lines(board: Board, slots: Iterable[SlotKey]) -> list[tuple[str, str]]:
    """The posts in the order of the office's list, each with its shifts by their start."""
    order = {post: place for place, post in enumerate(board.situation.posts)}
    starts = {(slot.post, slot.shift): board.situation.shift_of(slot).starts for slot in slots}
    return sorted(starts, key=lambda line: (order.get(line[0], len(order)), line[0], starts[line], line[1]))


def _week_heading(day: BoardDay) -> GridText:
    weekday = t(f"roster_screen.weekday.{day.day.isoweekday()}")
    sign = t(f"roster_screen.day.{day.kind}") if day.kind else ""
    # In a window of 80 there is room for the sign where no space stands before the number.
    number = f"{day.day.day:2d}" if sign else f"{day.day.day:3d}"
    return GridText(f"{weekday}{number}", sign, "today" if day.today else "warning" if sign else "heading")


def open_row(content: GridContent, column_key: str) -> str | None:
    """The key of the first row that has a slot in a column; None where none has."""
    place = next((at for at, one in enumerate(content.columns) if one[0] == column_key), None)
    return next((row.key for row in content.rows if place is not None and row.cells[place]), None)


def _edges(days: list[BoardDay]) -> dict[int, str]:
    return {place: ">" for place, day in enumerate(days) if day.today}


def _week_cell(board: Board, cell: Cell | None) -> tuple[GridText, ...]:
    if cell is None:
        return ()
    now = cell.assignment
    past_plan = cell.slot.day in board.unpublished
    marks = (MARK_LOCKED if now.locked else "") + (MARK_CHANGED if cell.changed else "")
    if past_plan and now.acting is None and now.standby is None:
        return (GridText("-", marks, "muted"), GridText("", "", "muted"))
    state = cell.state
    tones: dict[str, Tone] = {"gap": "bad", "broken": "bad", "covered": "warning"}
    signs = {"gap": MARK_BROKEN, "broken": MARK_BROKEN, "covered": MARK_COVERED}
    acting = board.name_of(now.acting) or t("roster_screen.gap")
    standby = board.name_of(now.standby) or t("roster_screen.no_standby")
    return (
        GridText(acting, signs.get(state, ""), tones.get(state, "")),
        GridText(standby, marks, "standby" if now.standby else "warning"),
    )


def shift_signs(board: Board) -> dict[str, str]:
    """One or two letters for each shift: the first of its code where that is enough to tell it from the others."""
    codes = list(board.situation.shifts)
    firsts = Counter(code[:1].upper() for code in codes)
    return {code: code[:1] if firsts[code[:1].upper()] == 1 else code[:2] for code in codes}


def month_content(board: Board) -> GridContent:
    """People down, the days of the board across; the sign of the shift in which each acts (capitals) or stands by.

    Beside the name are the hours on duty in either role, the same as in the bars and in the hours account.
    """
    signs = shift_signs(board)
    people = sorted(board.situation.members.values(), key=lambda member: member.no)
    acting, standing = _by_person(board, "acting"), _by_person(board, "standby")
    minutes = minutes_on_duty(board.situation, {slot: cell.assignment for slot, cell in board.cells.items()})
    rows = []
    for member in people:
        cells = []
        for day in board.days:
            acts = acting.get((member.no, day.day), [])
            stands = standing.get((member.no, day.day), [])
            away = any(one.first <= day.day <= one.last for one in member.away)
            cells.append((_month_cell(board, signs, acts, stands, away, day, member.no),))
        hours = whole_hours(minutes.get(member.no, 0))
        rows.append(GridRow(member.no, (_with_figure(member.name, hours, MONTH_HEADING - 1),), tuple(cells)))
    return GridContent(
        corner=_with_figure(board.first.strftime("%Y-%m"), t("roster_screen.hours_corner"), MONTH_HEADING - 1),
        columns=tuple((day.day.isoformat(), _month_heading(day)) for day in board.days),
        rows=tuple(rows),
        heading_width=MONTH_HEADING,
        least_width=2,
        most_width=4,
    )


def _with_figure(text: str, figure: str, width: int) -> str:
    from frontdesk.common.text import pad

    return pad(text, width - len(figure)) + figure


def _by_person(board: Board, role: RoleInSlot) -> dict[tuple[str, date], list[Cell]]:
    found: dict[tuple[str, date], list[Cell]] = {}
    for slot, cell in board.cells.items():
        holder = cell.assignment.holder(role)
        if holder is not None:
            found.setdefault((holder, slot.day), []).append(cell)
    return found


def _month_heading(day: BoardDay) -> GridText:
    if day.kind and not day.today:
        return GridText(t(f"roster_screen.day.{day.kind}"), tone="warning")
    # The numbers touch, so that every other one is dimmed.
    tone: Tone = "standby" if day.day.weekday() > 4 else "muted" if day.day.day % 2 else "heading"
    return GridText(f"{day.day.day:2d}", tone="today" if day.today else tone)


def _standby_sign(sign: str, shift: Shift) -> str:
    """What tells standing by from acting without colour: small letters, or the hour of the start where there are none.

    Nothing else has room in the two cells of a day, and Chinese has no capitals.
    """
    return sign.lower() if sign.lower() != sign.upper() else f"{shift.starts // 60 % 24:02d}"


def _month_cell(
    board: Board, signs: dict[str, str], acts: list[Cell], stands: list[Cell], away: bool, day: BoardDay, staff_no: str
) -> GridText:
    roles = [(cell, True) for cell in acts] + [(cell, False) for cell in stands]
    if not roles:
        if away:
            return GridText(t("roster_screen.sign.away"), tone="warning")
        return GridText("-" if day.kind != "holiday" else "", tone="muted")
    cell, is_acting = roles[0]
    sign = signs.get(cell.slot.shift, cell.slot.shift[:2])
    own = any(fault.hard and fault.staff_no == staff_no for one, _ in roles for fault in one.faults)
    text = sign.upper() if is_acting else _standby_sign(sign, board.situation.shift_of(cell.slot))
    if own:
        return GridText(text, "!", "bad")
    changed = is_acting and cell.state == "covered"
    return GridText(text, "", "warning" if changed else "" if is_acting else "standby")
