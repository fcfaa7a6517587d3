"""Forms as far as they were filled in: kept as they are typed, sealed, for nobody but whoever types.

Keeping one makes no entry in the audit log: nothing has been said yet, and it happens at every pause in typing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from db import case_drafts
from db import cases as records
from frontdesk.cases.keeping import drop_old_drafts
from frontdesk.cases.library import in_force
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.permission import allowed


@dataclass(frozen=True)
class Begun:
    """A form that was begun: what was typed, by field, and when it was kept (UTC milliseconds)."""

    typed: dict[str, object]
    saved_at: int


@dataclass(frozen=True)
class DraftLine:
    """A form that was begun, for a list: the name of its definition, the number of its record and the name of its step
    where it has them.
    """

    code: str
    case_id: int
    step: str
    name: str
    number: str
    step_name: str
    saved_at: int


@allowed("writer")
def begun(context: Context, code: str, case_id: int = 0, step: str = "") -> Begun | None:
    """What whoever is signed in has typed into this form and not saved; None where there is nothing."""
    operator = context.require_writer()
    with context.database.reading() as connection:
        found = records.draft(connection, operator.no, code, case_id, step)
    if found is None:
        return None
    cipher, saved_at = found
    try:
        typed = json.loads(context.keys.unseal(cipher))
    except DeskError as failure:
        if failure.code != "field_unreadable":
            raise
        # Sealed under a key that is gone: it can be read by nobody, and the form begins empty.
        return None
    return Begun(typed, saved_at)


@allowed("writer")
def draft(context: Context, code: str, case_id: int = 0, step: str = "") -> dict[str, object] | None:
    """What `begun` finds, by field."""
    found = begun(context, code, case_id, step)
    return found.typed if found is not None else None


@allowed("writer")
def keep_draft(context: Context, code: str, case_id: int, step: str, typed: Mapping[str, object]) -> None:
    """Keep a form as it stands, in place of what was kept of it before."""
    context.require_writer()
    with context.database.write() as connection:
        keep_in(context, connection, code, case_id, step, typed)


def keep_in(
    context: Context, connection: sqlite3.Connection, code: str, case_id: int, step: str, typed: Mapping[str, object]
) -> None:
    """`keep_draft` inside a running write transaction."""
    operator = context.confirm_operator(connection)
    cipher = context.keys.seal(json.dumps(typed, ensure_ascii=False))
    records.put_draft(connection, operator.no, code, case_id, step, cipher, context.now_ms())
    drop_old_drafts(context, connection)


@allowed("writer")
def drop_draft(context: Context, code: str, case_id: int = 0, step: str = "") -> None:
    """Forget a form that was saved, or given up."""
    operator = context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        records.drop_draft(connection, operator.no, code, case_id, step)


@allowed("writer")
def drafts(context: Context) -> list[DraftLine]:
    """The forms that whoever is signed in began, the latest first; those of definitions and steps that are gone left
    out.
    """
    operator = context.require_writer()
    with context.database.reading() as connection:
        found = case_drafts.drafts_of(connection, operator.no)
        rows = {one.id: one for one in records.by_ids(connection, [one.case_id for one in found])}
    known = in_force(context)
    lines = []
    for one in found:
        definition = known.get(one.definition)
        step = definition.transition(one.step) if definition is not None else None
        # Piles of forms that are keyed in are kept here too, under no step.
        if definition is None or (one.step and step is None):
            continue
        row = rows.get(one.case_id)
        number, step_name = row.number if row else "", str(step.name) if step else ""
        lines.append(
            DraftLine(one.definition, one.case_id, one.step, str(definition.name), number, step_name, one.saved_at)
        )
    return lines
