"""What tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.casewalks import Walker
from tests.desks import new_desk


@pytest.fixture
def walker(tmp_path: Path) -> Iterator[Walker]:
    """A desk of its own and the people who take steps of cases there."""
    desk = new_desk(tmp_path / "home")
    yield Walker(desk)
    desk.database.close()
