"""Work beside a screen: whatever becomes of it, nothing is under way afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from textual.widget import Widget

from frontdesk.errors import DeskError
from frontdesk.shell.beside import Beside


class Screen:
    """What a screen does for the work beside it, kept for the test to run."""

    def __init__(self) -> None:
        self.work: Coroutine[Any, Any, None] | None = None

    def post_message(self, _: object) -> None:
        """Nobody looks."""

    def run_worker(self, work: Coroutine[Any, Any, None], **_: object) -> None:
        self.work = work


@pytest.mark.parametrize("failure", [DeskError("key_missing", path="x"), ZeroDivisionError()])
def test_nothing_is_under_way_after_a_failure_foreseen_or_not(failure: Exception) -> None:
    screen = Screen()
    beside = Beside(cast("Widget", screen))
    told: list[str] = []

    def case(*_: object) -> None:
        raise failure

    async def then(_: None) -> None:
        told.append("done")

    beside.begin("restoring", case, then, lambda refusal, _: told.append(f"{refusal.code} {beside.doing}"))
    assert beside.doing == "restoring" and screen.work is not None
    if isinstance(failure, DeskError):
        asyncio.run(screen.work)
        assert told == ["key_missing "]
    else:
        with pytest.raises(ZeroDivisionError):
            asyncio.run(screen.work)
    assert beside.doing == ""
