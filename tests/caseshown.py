"""What a record shows of itself, worked out from its whole log: every entry read again, every step asked for by itself,
every working day counted, whatever the screens remember or leave out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from db import cases as records
from db.staff import Role
from frontdesk.cases import recording, service
from frontdesk.cases.definition.model import Condition, Definition, Transition
from frontdesk.cases.engine import rules
from frontdesk.cases.engine.conditions import Linked, holds, of_rows, rows_named
from frontdesk.cases.engine.deadlines import limits
from frontdesk.cases.engine.rules import Actor, Event, Refusal, Standing
from frontdesk.cases.engine.working_out import followers
from frontdesk.cases.rows import calendar_of
from frontdesk.cases.service import CaseView
from frontdesk.cases.things import linked_of
from frontdesk.context import Context


def shown_as_told(context: Context, view: CaseView) -> None:
    """The record shows where it stands, its limits and its steps as its log tells them, to whoever looks."""
    with context.database.reading() as connection:
        now = recording.standing_of(view.definition, records.log_of(connection, view.row.id))
        now = recording.with_people(context, connection, view.row.id, now)
        known = linked_of(context, connection, view.row.id)
    assert view.now == now
    told = limits(view.definition, now, context.today(), calendar_of(context, now), recording.preset_days(context))
    assert list(view.limits) == told
    for no, is_manager in ((now.moved_by, True), (now.moved_by, False), ("nobody", True), ("nobody", False)):
        role: Role = "manager" if is_manager else "operator"
        operator = replace(context.require_operator(), no=no, role=role)
        seen = service.view(replace(context, operator=operator), view.row.id)
        assert list(seen.steps) == possible(view.definition, now, Actor(no, is_manager), known)


def possible(
    definition: Definition, now: Standing, actor: Actor, linked: Iterable[Linked] = ()
) -> list[tuple[Transition, Refusal | None]]:
    """The steps that leave the state: each is tried without any answer, and what its form asks for taken away."""
    known, found = tuple(linked), list[tuple[Transition, Refusal | None]]()
    for one in definition.transitions:
        if now.state not in one.from_:
            continue
        why = rules.refusal(
            definition, now, Event("moved", now.opened_on, actor.no, one.code, reason="-"), actor, known
        )
        asked = followers(definition, {*(ask.field for ask in one.asks), *one.sets})
        if why is not None and (why.code in ("missing", "only_another_or_outside") or why.condition is not None):
            settled = (need for need in one.needs if not is_about(need, asked) and not holds(need, now.values, known))
            named = (Refusal("condition", need, rows=rows_named(definition, need, now.values)) for need in settled)
            why = next(named, None)
        found.append((one, why))
    return found


def is_about(condition: Condition, asked: set[str]) -> bool:
    columns = {(one or "").partition(".")[0] for one in (condition.total, condition.different, *of_rows(condition))}
    return bool({condition.field, *columns, condition.least, condition.most} & asked)
