"""A record of any definition, and the steps that somebody takes of it: what is refused, and why."""

from __future__ import annotations

from typing import Any

import pytest

from frontdesk.cases import service
from frontdesk.cases.errors import CaseError
from frontdesk.cases.service import CaseView
from tests.casewalks import MANAGER, Walker


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

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.view.now.values)

    @property
    def state(self) -> str:
        return self.view.row.state

    @property
    def due(self) -> Any:
        return self.view.row.due_on, self.view.row.due_code
