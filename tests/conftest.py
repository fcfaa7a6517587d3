"""What holds for every test: papers are drawn with a small font."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.smallfont import papers_in_a_small_font


@pytest.fixture(scope="session", autouse=True)
def _small_font() -> Iterator[None]:
    with papers_in_a_small_font():
        yield
