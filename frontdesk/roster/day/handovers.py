"""The hand-over (工作交接): written before a leave, acknowledged, and given back with a briefing.

Source: mechanisms J09, §6.4 and §8.2: one day ahead, B acknowledges, after return B briefs A and returns materials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from db import duty as duties
from db import leave as leaves
from db import staff as records
from db.leave import Handover, Leave
from frontdesk.calendar.service import Calendar, calendar_for
from frontdesk.permission import allowed
from frontdesk.roster.day.absence import clean_reason, require_leave, require_staff
from frontdesk.roster.day.handover_rules import ABState, Cover, ab_state, is_half_a_day, is_over
from frontdesk.roster.day.leaving import handover_due
from frontdesk.roster.day.working import ends_at, head_of_centre, local_minute
from frontdesk.roster.errors import RosterError
from frontdesk.roster.model import away_of
from frontdesk.roster.naming import labels_of

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

DAYS_BACK, DAYS_AHEAD = 30, 14
"""How far around today leaves are looked through for what is still due of their hand-overs."""

Step = Literal["write", "acknowledge", "brief"]


@dataclass(frozen=True)
class HandoverDue:
    """A step of a hand-over that waits; `handover_id` is None where nothing is written yet."""

    step: Step
    leave_id: int
    handover_id: int | None
    post: str
    staff_no: str
    name: str
    to_staff: str | None
    to_name: str
    due: date
    late: bool


@allowed("writer")
def write_handover(
    context: Context,
    leave_id: int,
    post: str,
    to_staff: str,
    items: Sequence[str],
    materials: Sequence[str] = (),
) -> int:
    """Write what somebody hands over with a post, or write it anew; returns the hand-over's number.

    Whoever is on leave writes it, whoever receives it, or a manager. Once it is acknowledged what stands in it stays:
    what is new is added and acknowledged again. Raises RosterError `unknown_leave`, `leave_closed`, `unknown_post`,
    `unknown_staff`, `handover_to_self`, `nothing_to_hand_over`, `not_yours_to_write` or `bad_text`.
    """
    matters, things = _lines(items), _lines(materials)
    with context.change("roster.handover_written", str(leave_id), post=post, to=to_staff) as connection:
        leave = require_leave(connection, leave_id)
        if leave.state in ("refused", "withdrawn", "returned"):
            raise RosterError("leave_closed", id=leave_id)
        if post not in records.posts(connection):
            raise RosterError("unknown_post", post=post)
        require_staff(connection, to_staff)
        if to_staff == leave.staff_no:
            raise RosterError("handover_to_self", no=to_staff)
        if not matters and not things:
            raise RosterError("nothing_to_hand_over", post=post)
        operator = context.require_writer()
        if operator.no not in (leave.staff_no, to_staff) and operator.role != "manager":
            raise RosterError("not_yours_to_write", no=leave.staff_no, to=to_staff)
        known = _written(connection, leave_id, post, to_staff)
        if known is not None and known.returned_at is not None:
            raise RosterError("leave_closed", id=leave_id)
        if known is not None and known.acked_at is not None:
            matters, things = _added(known.items, matters), _added(known.materials, things)
            if (matters, things) == (known.items, known.materials):
                return known.id
        late = not leave.planned or context.today() > handover_due(context, leave)
        written = Handover(
            leave_id=leave_id,
            post=post,
            to_staff=to_staff,
            items=matters,
            materials=things,
            written_at=context.now_ms(),
            late=late,
        )
        return leaves.put_handover(connection, written)


def _written(connection: sqlite3.Connection, leave_id: int, post: str, to_staff: str) -> Handover | None:
    of_leave = leaves.handovers(connection, leave_id)
    return next((one for one in of_leave if (one.post, one.to_staff) == (post, to_staff)), None)


def _added(stands: str, said: str) -> str:
    """What stands there, and behind it the lines that are new."""
    lines = stands.splitlines()
    return "\n".join([*lines, *(line for line in said.splitlines() if line not in lines)])


@allowed("writer")
def acknowledge_handover(context: Context, handover_id: int) -> Handover:
    """The person who takes over has read it: that person says so, or a manager for them.

    Raises RosterError `unknown_handover` or `not_your_handover`. Saying it again changes nothing.
    """
    with context.change("roster.handover_acknowledged", str(handover_id)) as connection:
        one = _mine(context, connection, handover_id)
        if one.acked_at is None:
            leaves.acknowledge(connection, handover_id, context.now_ms())
        return leaves.handover(connection, handover_id) or one


@allowed("writer")
def brief_back(context: Context, handover_id: int, summary: str, *, materials_back: bool) -> Handover:
    """What was done meanwhile, and whether the materials are back, once the leave is over.

    Raises RosterError `unknown_handover`, `not_your_handover`, `not_back_yet`, `briefing_is_empty` or `bad_text`.
    """
    said = _lines([summary])
    with context.change("roster.handover_briefed", str(handover_id), materials_back=materials_back) as connection:
        one = _mine(context, connection, handover_id)
        leave = require_leave(connection, one.leave_id)
        if not is_over(leave, context.today()):
            raise RosterError("not_back_yet", last=leave.last_day)
        if not said:
            raise RosterError("briefing_is_empty", id=handover_id)
        leaves.brief_back(connection, handover_id, said, materials_back, context.now_ms())
        return leaves.handover(connection, handover_id) or one


def handovers_of(context: Context, leave_id: int) -> list[Handover]:
    """The hand-overs of a leave, in the order in which they were written."""
    return leaves.handovers(context.database.connection, leave_id)


def states(context: Context, leave_id: int) -> dict[str, ABState]:
    """How far every post of a leave is on its way. Raises RosterError `unknown_leave`."""
    with context.database.reading() as connection:
        leave = require_leave(connection, leave_id)
        written = leaves.handovers(connection, leave_id)
        posts = dict.fromkeys([*_posts_of(connection, leave), *(one.post for one in written)])
        today = context.today()
        return {
            post: ab_state(
                leave, [one for one in written if one.post == post], today, _cover(context, connection, leave, post)
            )
            for post in posts
        }


def _cover(context: Context, connection: sqlite3.Connection, leave: Leave, post: str) -> Cover:
    """Who covers a post in what is left of a leave; without published slots of it, whether any holder is there today.

    One empty slot is a gap. The head of the centre covers as the last resort only where the post is not theirs.
    """
    now, away = local_minute(context.now().astimezone(context.zone)), away_of(leave)
    of_post = [one for one in duties.slots(connection, leave.first_day, leave.last_day) if one.post == post]
    left = [
        one for one in of_post if ends_at(one) > now and away.touches(date.fromisoformat(one.day), one.starts, one.ends)
    ]
    holders = {one.staff_no for one in records.holders(connection) if one.post == post}
    if not of_post:
        gone = leaves.away(connection, context.today().isoformat())
        return "nobody" if holders and holders <= gone.keys() else "colleague"
    if any(one.acting is None for one in left):
        return "nobody"
    head = head_of_centre(connection)
    stands_in = any(head == one.acting != one.planned_acting for one in left)
    return "leader" if stands_in and head not in holders else "colleague"


def handovers_due(context: Context) -> list[HandoverDue]:
    """The steps that wait today: late ones first, then by the day on which they are due."""
    today = context.today()
    with context.database.reading() as connection:
        around = leaves.touching(
            connection,
            (today - timedelta(days=DAYS_BACK)).isoformat(),
            (today + timedelta(days=DAYS_AHEAD)).isoformat(),
        )
        names = labels_of(records.every(connection)) if around else {}
        calendar = calendar_for(context, today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD))
        found = []
        for leave in around:
            if leave.state in ("approved", "reported", "returned"):
                found += _steps(context, connection, leave, names, calendar)
    return sorted(found, key=lambda one: (not one.late, one.due, one.post, one.step))


def steps_of(context: Context, leave_id: int) -> list[HandoverDue]:
    """What can be done now about the hand-over of one leave: written before it is due as well.

    Raises RosterError `unknown_leave`.
    """
    with context.database.reading() as connection:
        leave = require_leave(connection, leave_id)
        names = labels_of(records.every(connection))
        first, last = date.fromisoformat(leave.first_day), date.fromisoformat(leave.last_day)
        calendar = calendar_for(context, first - timedelta(days=DAYS_BACK), last)
        return _steps(context, connection, leave, names, calendar, early=True)


def _steps(
    context: Context,
    connection: sqlite3.Connection,
    leave: Leave,
    names: dict[str, str],
    calendar: Calendar,
    *,
    early: bool = False,
) -> list[HandoverDue]:
    today, over = context.today(), is_over(leave, context.today())
    written = leaves.handovers(connection, leave.id)
    due = handover_due(context, leave, calendar)

    def step(what: Step, post: str, to: str | None, by: date, one: Handover | None = None) -> HandoverDue:
        return HandoverDue(
            step=what,
            leave_id=leave.id,
            handover_id=one.id if one else None,
            post=post,
            staff_no=leave.staff_no,
            name=names.get(leave.staff_no, leave.staff_no),
            to_staff=to,
            to_name=names.get(to, to) if to else "",
            due=by,
            late=by < today,
        )

    if over:
        back = _back_on(context, leave)
        return [step("brief", one.post, one.to_staff, back, one) for one in written if one.returned_at is None]
    waiting = [step("acknowledge", one.post, one.to_staff, due, one) for one in written if one.acked_at is None]
    if (early or due <= today) and not is_half_a_day(leave):
        have = {one.post for one in written}
        for post in _posts_of(connection, leave):
            if post not in have:
                waiting.append(step("write", post, _taker(connection, leave, post), due))
    return waiting


def _back_on(context: Context, leave: Leave) -> date:
    if leave.returned_at is not None:
        return context.local(leave.returned_at).date()
    return date.fromisoformat(leave.last_day) + timedelta(days=1)


def _posts_of(connection: sqlite3.Connection, leave: Leave) -> list[str]:
    """The posts that the person holds as A, and those in which the plan has the person acting in these days."""
    held = [one.post for one in records.holders(connection) if one.staff_no == leave.staff_no and one.ab == "A"]
    planned = [
        slot.post
        for slot in duties.slots(connection, leave.first_day, leave.last_day)
        if slot.planned_acting == leave.staff_no
    ]
    return list(dict.fromkeys([*held, *planned]))


def _taker(connection: sqlite3.Connection, leave: Leave, post: str) -> str | None:
    """Who takes over: the first B who is there when the leave begins, else the head."""
    away = leaves.away(connection, leave.first_day)
    for one in records.holders(connection):
        if one.post == post and one.ab == "B" and one.staff_no not in away and one.staff_no != leave.staff_no:
            return one.staff_no
    return head_of_centre(connection)


def _mine(context: Context, connection: sqlite3.Connection, handover_id: int) -> Handover:
    one = leaves.handover(connection, handover_id)
    if one is None:
        raise RosterError("unknown_handover", id=handover_id)
    operator = context.require_writer()
    if operator.no != one.to_staff and operator.role != "manager":
        raise RosterError("not_your_handover", id=handover_id, no=one.to_staff)
    return one


def _lines(given: Sequence[str]) -> str:
    return "\n".join(line for text in given for line in map(clean_reason, text.splitlines()) if line)
