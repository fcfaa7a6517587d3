"""The standing order between its tables and its value."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from db import duty as duties
from db import staff as staff_records
from db import standing as records
from db.duty import DutyEvent
from db.standing import PostRow, Qualification, ShiftRow
from frontdesk.roster.standing.changes import (
    Change,
    OrderPosts,
    PutCompetency,
    PutContract,
    PutPost,
    PutShift,
    RemoveShift,
    RenamePost,
    SetForbidden,
    SetHolder,
    SetOpening,
    SetQualification,
    Single,
    applied,
    singles,
)
from frontdesk.roster.standing.order import Order, OrderPost, OrderShift, Person

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.context import Context

FOREVER = "9999-12-31"


def load_order(connection: sqlite3.Connection) -> Order:
    """The order that is stored, at the moment of the running transaction."""
    required: dict[str, list[str]] = {}
    for one in records.requirements(connection):
        required.setdefault(one.post, []).append(one.qualification)
    shifts = sorted(records.shifts(connection), key=lambda row: (row.starts, row.ends, row.code))
    place = {row.code: number for number, row in enumerate(shifts)}
    openings: dict[tuple[str, records.DayKind], list[str]] = {}
    for opening in records.openings(connection):
        openings.setdefault((opening.post, opening.day_kind), []).append(opening.shift)
    return Order(
        posts={
            row.name: OrderPost(
                name=row.name,
                shared_cover=row.shared_cover,
                closed_on=row.closed_on,
                requirements=tuple(required.get(row.name, ())),
            )
            for row in records.posts(connection)
        },
        shifts={row.code: OrderShift.model_validate(row.model_dump()) for row in shifts},
        openings={key: tuple(sorted(codes, key=place.__getitem__)) for key, codes in openings.items()},
        holders={(one.post, one.staff_no): one.ab for one in staff_records.holders(connection)},
        contracts={one.staff_no: one for one in records.contracts(connection)},
        qualifications={(one.staff_no, one.name): one.valid_until for one in records.qualifications(connection)},
        competencies={(one.staff_no, one.post): one for one in records.competencies(connection)},
        forbidden=frozenset((one.shift, one.next_shift) for one in records.forbidden_sequences(connection)),
        people={one.no: Person.model_validate(one.model_dump()) for one in staff_records.every(connection)},
    )


def write_change(context: Context, connection: sqlite3.Connection, before: Order, change: Change) -> Order:
    """Write what a change makes of the order; returns the order as it then is. Raises StandingError."""
    order = before
    for single in singles(change):
        after = applied(order, single)
        _write(context, connection, order, after, single)
        order = after
    return order


def _write(context: Context, connection: sqlite3.Connection, before: Order, after: Order, change: Single) -> None:
    match change:
        case PutPost():
            post = after.posts[change.post.name]
            _write_post(connection, after, post)
            if post.closed_on is not None and before.posts.get(post.name) != post:
                _empty_closed(context, connection, post)
        case OrderPosts():
            for post in after.posts.values():
                _write_post(connection, after, post)
        case RenamePost():
            records.rename_post(connection, change.name, change.new_name)
        case PutShift():
            _write_shifts(connection, after)
        case RemoveShift():
            records.remove_wishes_before(connection, change.code, context.today().isoformat())
            records.remove_shift(connection, change.code)
        case SetOpening():
            for kind in change.days:
                records.set_openings(connection, change.post, kind, after.shifts_on(change.post, kind))
        case SetHolder():
            records.set_holder(connection, change.post, change.staff_no, change.ab)
        case PutContract():
            records.put_contract(connection, change.contract)
        case SetQualification() if change.held:
            records.put_qualification(
                connection,
                Qualification(staff_no=change.staff_no, name=change.name, valid_until=change.valid_until),
            )
        case SetQualification():
            records.remove_qualification(connection, change.staff_no, change.name)
        case PutCompetency():
            records.put_competency(connection, change.competency)
        case SetForbidden():
            records.set_forbidden(connection, change.shift, change.next_shift, change.forbidden)


def _write_post(connection: sqlite3.Connection, after: Order, post: OrderPost) -> None:
    position = list(after.posts).index(post.name) + 1
    row = PostRow(name=post.name, position=position, shared_cover=post.shared_cover, closed_on=post.closed_on)
    records.put_post(connection, row)
    records.set_requirements(connection, post.name, post.requirements)


def _write_shifts(connection: sqlite3.Connection, after: Order) -> None:
    for position, shift in enumerate(after.shifts.values(), 1):
        records.put_shift(connection, ShiftRow(position=position, **shift.model_dump()))


def _empty_closed(context: Context, connection: sqlite3.Connection, post: OrderPost) -> None:
    """Take the published slots of a post out of the roster from the day on that it is closed, each with its event."""
    tomorrow = (context.today() + timedelta(days=1)).isoformat()
    operator = context.require_operator()
    for slot in duties.slots(connection, max(post.closed_on or FOREVER, tomorrow), FOREVER):
        if slot.post != post.name:
            continue
        duties.add_event(
            connection,
            DutyEvent(
                at=context.now_ms(),
                operator_no=operator.no,
                kind="post_closed",
                day=slot.day,
                post=slot.post,
                shift=slot.shift,
                acting_before=slot.acting,
                standby_before=slot.standby,
            ),
        )
        duties.remove_slot(connection, slot.day, slot.post, slot.shift)
