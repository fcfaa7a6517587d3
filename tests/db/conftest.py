"""What tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.context import Context
from tests.casewalks import Walker
from tests.desks import new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A new centre on Monday 9 November 2026, its manager signed in."""
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()


@pytest.fixture
def walker(desk: Context) -> Walker:
    """A desk and the people who take steps of cases there."""
    return Walker(desk)
