"""One step taken for several records at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db import cases as records
from db.cases import CaseRow
from db.savepoint import savepoint
from frontdesk.cases.errors import CaseError
from frontdesk.cases.library import in_force
from frontdesk.cases.working import happen_in
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.permission import allowed

NONE_SEEN: Mapping[int, int] = {}

MOST_AT_ONCE = 200
"""So many records a step is taken for in one transaction."""
MOST_OPENING = 20
"""Where the step opens records of its own for each, up to fifty, so many: others wait for the transaction."""


@dataclass(frozen=True)
class Bulk:
    """What became of a step for several records: those that took it, as they are now, and those that did not, with the
    words of why.
    """

    done: tuple[CaseRow, ...]
    refused: tuple[tuple[CaseRow, str], ...]


@allowed("writer")
def revisions(context: Context, ids: Sequence[int]) -> dict[int, int]:
    """Which revision of each of these records is there now: what whoever opens a form over them has seen."""
    with context.database.reading() as connection:
        return {one.id: one.revision for one in records.by_ids(connection, ids)}


@allowed("writer")
def take_steps(
    context: Context,
    ids: Sequence[int],
    step: str,
    typed: Mapping[str, object],
    reason: str = "",
    *,
    seen: Mapping[int, int] = NONE_SEEN,
) -> Bulk:
    """Take one step for records, all in one transaction; a record that refuses it stays as it is, as does one that has
    moved since its revision was `seen`.

    Raises CaseError `too_many_at_once`, and `unknown_case` where one of the records is not there.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_AT_ONCE:
        raise CaseError("too_many_at_once", count=len(wanted), most=MOST_AT_ONCE)
    context.require_writer()
    with context.database.write() as connection:
        context.confirm_operator(connection)
        rows = {one.id: one for one in records.by_ids(connection, wanted)}
        missing = next((one for one in wanted if one not in rows), None)
        if missing is not None:
            raise CaseError("unknown_case", id=missing)
        if len(wanted) > MOST_OPENING and any(_opens(context, one, step) for one in rows.values()):
            raise CaseError("too_many_at_once", count=len(wanted), most=MOST_OPENING)
        refused: list[tuple[CaseRow, str]] = []
        done: list[int] = []
        for one in wanted:
            try:
                with savepoint(connection):
                    happen_in(context, connection, one, "moved", step, typed, reason, seen.get(one, 0))
            except DeskError as why:
                refused.append((rows[one], words_for(why)))
                continue
            context.note(connection, "case.moved", str(one), step=step)
            done.append(one)
        return Bulk(tuple(records.by_ids(connection, done)), tuple(refused))


def _opens(context: Context, row: CaseRow, step: str) -> bool:
    """Whether a step of a record opens other records."""
    definition = in_force(context).get(row.definition)
    transition = definition.transition(step) if definition is not None else None
    return transition is not None and bool(transition.opens)
