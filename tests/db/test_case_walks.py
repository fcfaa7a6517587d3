"""Every definition, walked through all its steps by the use cases of the desk."""

from __future__ import annotations

import pytest

from db import audit
from frontdesk.cases import service
from frontdesk.cases.definition.reading import own_definitions
from tests.casewalks import Walker

CODES = sorted(code for code, one in own_definitions().items() if one.kind != "duty")


@pytest.mark.parametrize("code", CODES)
def test_every_step_of_a_definition_can_be_taken_and_leaves_what_its_log_tells(walker: Walker, code: str) -> None:
    definition = walker.definition(code)
    view = walker.opened(code)
    left = {one.code for one in definition.transitions}
    for _ in range(4 * len(definition.transitions)):
        step = next_step(walker, view, left)
        if step is None:
            if not left:
                break
            # What is left begins where this record does not come again.
            view = walker.opened(code)
            continue
        walker.later(1)
        view = walker.take(view, step)
        left.discard(step)
    assert left == set()
    view = walker.to_end(view)
    assert view.row.ended_on is not None and view.row.due_on is None
    assert service.cases_astray(walker.desk, walker.desk.database.connection) == []
    assert audit.first_broken(walker.desk.database.connection) is None


def next_step(walker: Walker, view: service.CaseView, left: set[str]) -> str | None:
    """A step that has not been taken and can be, or the first on the way to one."""
    definition, row = view.definition, view.row
    here = [one for one in definition.transitions if one.code in left and row.state in one.from_]
    for one in sorted(
        here, key=lambda step: (step.to is not None, step.to in {s.code for s in definition.states if s.end})
    ):
        if one.clock == "resume" and not row.is_paused:
            continue
        if one.clock == "pause" and row.is_paused:
            continue
        if one.level is not None and not 1 <= row.level + one.level <= 3:
            continue
        return one.code
    for one in definition.transitions:
        if one.code in left:
            way = walker.way(view, set(one.from_))
            if way:
                return way[0].code
    return None
