"""A centre and a district for each test, on this machine and in throwaway folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.context import Context
from tests.sync.ends import Clock, RunningDistrict, enrolled, new_centre, running_district


@pytest.fixture
def clock() -> Clock:
    """The centre's clock."""
    return Clock()


@pytest.fixture
def centre(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """A centre that is not enrolled."""
    context = new_centre(tmp_path / "centre", clock)
    yield context
    context.database.close()


@pytest.fixture
def district(tmp_path: Path) -> Iterator[RunningDistrict]:
    """A district that listens."""
    with running_district(tmp_path / "district.db") as running:
        yield running


@pytest.fixture
def enrolled_centre(centre: Context, district: RunningDistrict) -> Context:
    """A centre that the district knows."""
    enrolled(centre, district.enrolment())
    return centre
