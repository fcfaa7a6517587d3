"""A slot in words: its window, its people, what was changed, and the reason of whatever is red. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from frontdesk.locale import t
from frontdesk.roster.board.service import Board, Cell
from frontdesk.roster.day import OnDuty, PostNow
from frontdesk.roster.legality import sentence
from frontdesk.roster.model import RANK_A, RANK_B


def clock(minute: int) -> str:
    """A minute of the day as a wall clock shows it; past midnight it begins again."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def slot_words(board: Board, cell: Cell) -> str:
    """Day, post and window of a slot."""
    window = board.situation.shift_of(cell.slot)
    at = f"{clock(window.starts)}-{clock(window.ends)}"
    return f"{short_day(cell.slot.day)} {cell.slot.post} {window.name} {at}"


def short_day(day: date) -> str:
    """A day of a year that everybody knows: 11-20 周五."""
    return f"{day:%m-%d} {t(f'common.weekday.{day.isoweekday()}')}"


def person_words(board: Board, staff_no: str | None, post: str, nobody: str) -> str:
    """A person with the standing at a post: 李磊 A角 S101."""
    if staff_no is None:
        return nobody
    member = board.situation.members.get(staff_no)
    rank = member.ranks.get(post) if member else None
    return f"{board.name_of(staff_no)} {rank_words(rank)} {staff_no}"


def rank_words(rank: int | None) -> str:
    """A角, B角, able, or not qualified."""
    name = {RANK_A: "a", RANK_B: "b", None: "none"}.get(rank, "qualified")
    return t(f"roster_screen.rank.{name}")


def cell_lines(board: Board, cell: Cell) -> list[str]:
    """What is to be said of a slot: first who is in it, then each reason why it is marked."""
    now = cell.assignment
    if now.acting is None and now.standby is None and cell.slot.day in board.unpublished:
        return [f"{slot_words(board, cell)}  {t('roster_screen.fact.unplanned')}"]
    acting = person_words(board, now.acting, cell.slot.post, t("roster_screen.gap"))
    standby = person_words(board, now.standby, cell.slot.post, "-")
    window = board.situation.shift_of(cell.slot).name
    people = t("roster_screen.fact.people", acting=acting, standby=standby)
    return [f"{short_day(cell.slot.day)} {cell.slot.post} {window}  {people}", *cell_reasons(board, cell)]


def cell_reasons(board: Board, cell: Cell) -> list[str]:
    """Why a slot is marked as it is, the gravest first; nothing for one that is as it should be."""
    now = cell.assignment
    reasons = [sentence(fault) for fault in cell.faults if fault.hard]
    if cell.changed and cell.planned is not None:
        reasons.append(
            t(
                "roster_screen.fact.changed",
                acting=board.name_of(cell.planned.acting) or "-",
                standby=board.name_of(cell.planned.standby) or "-",
                why=_event_words(cell),
            ).rstrip()
        )
    reasons += [sentence(fault) for fault in cell.faults if not fault.hard]
    if now.locked:
        reasons.append(t("roster_screen.fact.locked"))
    return list(dict.fromkeys(reasons))


def _event_words(cell: Cell) -> str:
    event = cell.last_event
    return f"{t(f'roster.event.{event.kind}')} {event.reason}".strip() if event is not None else ""


def person_lines(board: Board, staff_no: str, day: date) -> list[str]:
    """What a person does on a day, and every broken rule that concerns this person then."""
    member = board.situation.members.get(staff_no)
    lines = [f"{short_day(day)} {board.name_of(staff_no)} {staff_no}"]
    found = board.roles_of(staff_no, day)
    for cell, role in found:
        window = board.situation.shift_of(cell.slot)
        said = t(f"roster_screen.role.{role}")
        lines[0] += f"  {said} {cell.slot.post} {window.name} {clock(window.starts)}-{clock(window.ends)}"
    if not found:
        lines[0] += "  " + t("roster_screen.fact.off")
    if member is not None and any(away.first <= day <= away.last for away in member.away):
        lines.append(t("roster_screen.fact.away"))
    faults = [fault for cell, _ in found for fault in cell.faults if fault.staff_no == staff_no]
    lines += list(dict.fromkeys(sentence(fault) for fault in faults))
    return lines


def now_lines(posts: Sequence[PostNow]) -> list[str]:
    """Who is on now, and who is next, post by post, in a line each."""
    on = [f"{one.post} {' '.join(_pair(each) for each in one.now)}" for one in posts if one.now]
    lines = [t("roster_screen.now", who="  ".join(on) or t("roster_screen.now_nobody"))]
    coming = [one.next for one in posts if one.next is not None]
    if coming:
        first = min((one.day, one.starts or 0) for one in coming)
        said = [
            f"{one.post} {_pair(one.next)}"
            for one in posts
            if one.next is not None and (one.next.day, one.next.starts or 0) == first
        ]
        lines.append(t("roster_screen.next", day=short_day(first[0]), time=clock(first[1]), who="  ".join(said)))
    return lines


def _pair(one: OnDuty) -> str:
    return f"{one.acting_name or t('roster_screen.gap') + '!'}/{one.standby_name or '-'}"
