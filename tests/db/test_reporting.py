"""Which periods are reported, which wait, and what asking for that costs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.context import Context
from frontdesk.locale import words_for
from frontdesk.reports import service as reports
from frontdesk.reports.service import ReportError, period_named
from frontdesk.sync import service as sync
from tests.desks import new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on the Monday of 2026-W46."""
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()


@pytest.mark.parametrize("key", ["2026-W47", "2026-12", "2027-Q1", "2027"])
def test_a_period_that_has_not_begun_cannot_be_submitted(desk: Context, key: str) -> None:
    period = period_named(key)
    with pytest.raises(ReportError) as caught:
        reports.submit(desk, period)
    assert caught.value.code == "period_not_begun"
    assert period.first.isoformat() in words_for(caught.value)
    assert sync.unsent_count(desk) == 0


@pytest.mark.parametrize("key", ["2026-W46", "2026-W45", "2026-11", "2026-Q4", "2026"])
def test_a_period_that_runs_or_has_ended_can_be_submitted(desk: Context, key: str) -> None:
    assert reports.submit(desk, period_named(key)).new
