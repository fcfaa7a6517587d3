"""A record of any definition, and the steps that somebody takes of it: what is refused, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.staff import Staff, put
from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from frontdesk.cases.service import CaseView
from frontdesk.context import Context
from frontdesk.errors import CodedError
from tests.casewalks import MANAGER, Walker


def limits_of(view: CaseView) -> dict[str, str]:
    """The limits of a record that run now, each with the day on which it is due."""
    running = (one for one in view.limits if one.pace in ("ahead", "soon", "overdue"))
    return {one.deadline.code: one.due.isoformat() for one in running if one.due is not None}


def figures_of(walker: Walker, code: str) -> dict[str, Any]:
    """What the records of a mechanism give to the reports of November 2026, by feed; where one is split, by value."""
    found = service.figures(walker.desk, date(2026, 11, 1), date(2026, 11, 30), unused=True)
    return {one.feed.code: one.value for one in found if one.definition.code == code}


def joined(desk: Context, no: str, name: str) -> None:
    """Have an operator work at the centre as well."""
    with desk.database.write() as connection:
        put(connection, Staff(no=no, name=name, kind="", role="operator"))


def turn_to(desk: Context, month: int, day: int) -> None:
    """It is noon of a day of 2026 at the centre."""
    at = datetime(2026, month, day, 4, 0, tzinfo=UTC)
    desk.clock = lambda: at


def refused(case: Callable[[], Any]) -> CaseError:
    """Why a use case refuses."""
    with pytest.raises(CaseError) as found:
        case()
    return found.value


def code_refused(case: Callable[[], Any]) -> str:
    """The code with which any use case refuses, of cases or of something else."""
    with pytest.raises(CodedError) as found:
        case()
    return found.value.code


class Case:
    """A record, the steps that somebody takes of it, and what it has become."""

    def __init__(self, walker: Walker, code: str, by: str = MANAGER, **said: object) -> None:
        self.walker = walker
        self.view = service.open_case(walker.of(by), code, said)

    def do(self, step: str, by: str = MANAGER, reason: str = "", **said: object) -> CaseView:
        self.view = service.take_step(self.walker.of(by), self.view.row.id, step, said, reason)
        self.walker.compare(self.view)
        return self.view

    def refused(self, step: str, by: str = MANAGER, reason: str = "", **said: object) -> str:
        """Why the step cannot be taken: its code, and for a condition the words."""
        before = service.view(self.walker.desk, self.view.row.id).row
        with pytest.raises(CaseError) as found:
            service.take_step(self.walker.of(by), self.view.row.id, step, said, reason)
        assert service.view(self.walker.desk, self.view.row.id).row == before
        words = found.value.details.get("words")
        return str(words) if words else found.value.code

    def asked(self, step: str, by: str = MANAGER, reason: str = "", **said: object) -> CaseView:
        """Take a step that wants all of this: without any one of it, and without the reason given, it is refused."""
        for code in said:
            left: dict[str, Any] = {other: value for other, value in said.items() if other != code}
            assert self.refused(step, by, reason, **left) == "missing", code
        if reason:
            assert self.refused(step, by, "", **said) == "reason_missing"
        return self.do(step, by, reason, **said)

    def correct(self, by: str = MANAGER, **said: object) -> CaseView:
        self.view = service.correct(self.walker.of(by), self.view.row.id, said, "写错了")
        return self.view

    def linked(self, code: str = "") -> list[CaseView]:
        """The records of a definition, or all, that this one is linked to, in the order in which they were opened."""
        rows = [link.row for link in self.view.links if link.row is not None]
        made = sorted(row.id for row in rows if code in ("", row.definition))
        return [service.view(self.walker.desk, one) for one in made]

    @property
    def limits(self) -> dict[str, str]:
        return limits_of(self.view)

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.view.now.values)

    @property
    def state(self) -> str:
        return self.view.row.state

    @property
    def due(self) -> Any:
        return self.view.row.due_on, self.view.row.due_code
